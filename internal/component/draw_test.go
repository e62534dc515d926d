package component

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/formula/value"
)

// tree reads JSON as documents hold it.
func tree(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func draw(t *testing.T, text string, lists map[string]value.Vector) Output {
	t.Helper()
	list, err := Canonical([]any{tree(t, text)}, "/components", counter())
	if err != nil {
		t.Fatal(err)
	}
	return Draw(Input{Node: Nodes(list)[0], Data: lists, Place: DefaultPlace()})
}

// counter gives ids in order: aaaaaaaaaa, baaaaaaaaa …
func counter() func() string {
	n := -1
	return func() string {
		n++
		return string(rune('a'+n%26)) + string(rune('a'+n/26)) + "aaaaaaaa"
	}
}

func texts(words ...string) value.Vector {
	items := make([]value.Item, len(words))
	for i, w := range words {
		items[i] = value.Str(w)
	}
	return value.Items(items)
}

func nums(x ...float64) value.Vector { return value.Numbers(x, nil) }

const salesTable = `{"id":"aaaaaaaaaa","type":"table","properties":{"striped":true},"components":[
	{"id":"bbbbbbbbbb","type":"table_column","displayName":"Region"},
	{"id":"cccccccccc","type":"table_column","displayName":"Units","properties":{"total":"sum","align":"center"}}]}`

func TestTable(t *testing.T) {
	out := draw(t, salesTable, map[string]value.Vector{"bbbbbbbbbb": texts("North", "South", "East"), "cccccccccc": nums(6, 8)})
	want := &TableResult{ShowHeader: true, Striped: true, Rows: 3, TotalRows: 3, Columns: []TableColumn{
		{ID: "bbbbbbbbbb", Name: "Region", Kind: KindText, Align: "left",
			Items: Items{Raw: []any{"North", "South", "East"}, Text: []string{"North", "South", "East"}}},
		{ID: "cccccccccc", Name: "Units", Kind: KindNumber, Align: "center",
			Items: Items{Raw: []any{6.0, 8.0, nil}, Text: []string{"6", "8", ""}}, Total: &Total{Raw: 14.0, Text: "14", Label: "Sum"}},
	}}
	if diff := cmp.Diff(want, out.Table); diff != "" {
		t.Error(diff)
	}
	if len(out.Warnings) != 1 || out.Warnings[0].Code != "not_aligned" || out.Warnings[0].Component != "aaaaaaaaaa" {
		t.Errorf("warnings = %v, want one not_aligned", out.Warnings)
	}
}

func TestTableRowsAreCapped(t *testing.T) {
	many := make([]float64, MaxRows+500)
	for i := range many {
		many[i] = 1
	}
	out := draw(t, salesTable, map[string]value.Vector{"cccccccccc": nums(many...)})
	table := out.Table
	if table.Rows != MaxRows || table.TotalRows != MaxRows+500 || len(table.Columns[1].Items.Raw) != MaxRows {
		t.Errorf("rows %d of %d, items %d", table.Rows, table.TotalRows, len(table.Columns[1].Items.Raw))
	}
	if got := table.Columns[1].Total.Raw; got != float64(MaxRows+500) {
		t.Errorf("the total counts %v rows, want all %d", got, MaxRows+500)
	}
}

func TestTotals(t *testing.T) {
	column := value.Of(value.Num(1), value.Item{}, value.Num(4), value.Str("n/a"), value.Str("10"))
	for how, want := range map[string]string{"sum": "15", "average": "5", "min": "1", "max": "10", "count": "4"} {
		got := total(how, column, Format{As: AsNumber, Thousands: true}, DefaultPlace())
		if got.Text != want {
			t.Errorf("%s = %q, want %q", how, got.Text, want)
		}
	}
	if got := total("sum", texts("a", "b"), Format{}, DefaultPlace()); got.Raw != nil || got.Text != "–" {
		t.Errorf("the sum of texts = %+v, want nothing", got)
	}
	if got := total("none", column, Format{}, DefaultPlace()); got != nil {
		t.Errorf("none = %+v", got)
	}
}

const salesChart = `{"id":"aaaaaaaaaa","type":"chart","properties":{"stacking":"stacked"},"components":[
	{"id":"bbbbbbbbbb","type":"chart_axis_x","displayName":"Month"},
	{"id":"cccccccccc","type":"chart_axis_y","displayName":"EUR","format":{"as":"currency"},"properties":{"min":0}},
	{"id":"dddddddddd","type":"chart_series","displayName":"Revenue","properties":{"type":"line","color":3}},
	{"id":"eeeeeeeeee","type":"chart_series","displayName":"Target"}]}`

func TestChart(t *testing.T) {
	out := draw(t, salesChart, map[string]value.Vector{
		"bbbbbbbbbb": texts("Jan", "Feb"),
		"dddddddddd": value.Of(value.Num(12000), value.Str("n/a")),
		"eeeeeeeeee": nums(1, 2, 3),
	})
	zero, three := 0.0, 3.0
	want := &ChartResult{Orientation: "vertical", Stacking: "stacked", Legend: "auto",
		X: ChartAxisX{ID: "bbbbbbbbbb", Name: "Month", Kind: KindText, Items: Items{Raw: []any{"Jan", "Feb", nil}, Text: []string{"Jan", "Feb", ""}}},
		Y: ChartAxisY{Title: "EUR", Min: &zero, Format: NumberFormat{As: AsCurrency, Symbol: "€", Abbreviate: auto, Multiply: true, Thousands: true}},
		Series: []ChartSeries{
			{ID: "dddddddddd", Name: "Revenue", Type: "line", Color: &three,
				Items: Items{Raw: []any{12000.0, nil, nil}, Text: []string{"€12,000.00", "–", "–"}}},
			{ID: "eeeeeeeeee", Name: "Target", Type: "bar", Items: Items{Raw: []any{1.0, 2.0, 3.0}, Text: []string{"€1.00", "€2.00", "€3.00"}}},
		}}
	if diff := cmp.Diff(want, out.Chart); diff != "" {
		t.Error(diff)
	}
	if len(out.Warnings) != 1 || out.Warnings[0].Code != "not_aligned" {
		t.Errorf("warnings = %v", out.Warnings)
	}
}

func TestChartWithoutLabelsCounts(t *testing.T) {
	out := draw(t, salesChart, map[string]value.Vector{"dddddddddd": nums(5, 6)})
	if diff := cmp.Diff([]any{1.0, 2.0}, out.Chart.X.Items.Raw); diff != "" {
		t.Error(diff)
	}
}

func TestChartPointsAreCapped(t *testing.T) {
	out := draw(t, salesChart, map[string]value.Vector{"dddddddddd": nums(make([]float64, MaxPoints+1)...)})
	if n := len(out.Chart.Series[0].Items.Raw); n != MaxPoints {
		t.Errorf("%d points, want %d", n, MaxPoints)
	}
	if len(out.Warnings) != 1 || out.Warnings[0].Code != "too_many_points" {
		t.Errorf("warnings = %v", out.Warnings)
	}
}

func valueOf(compare, goodWhen, as string) string {
	return fmt.Sprintf(`{"id":"aaaaaaaaaa","type":"simple_value","properties":{"compare":%q,"goodWhen":%q},"components":[
		{"id":"bbbbbbbbbb","type":"label","role":"primary","displayName":"Net sales","format":{"as":%q}},
		{"id":"cccccccccc","type":"label","role":"secondary","displayName":"vs prior month"}]}`, compare, goodWhen, as)
}

func TestValueChanges(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		name, compare, good, as string
		now, before             float64
		want                    *Change
	}{
		{"nothing to compare", "none", "up", "number", 10, 5, nil},
		{"a difference", "difference", "up", "number", 1500, 1200, &Change{"+300", "up", &yes}},
		{"a loss", "difference", "up", "currency", 1200, 1500, &Change{"−€300.00", "down", &no}},
		{"less is better", "percent", "down", "number", 90, 100, &Change{"−10%", "down", &yes}},
		{"a small percentage", "percent", "up", "number", 103.25, 100, &Change{"+3.3%", "up", &yes}},
		{"from less than nothing", "percent", "none", "number", 5, -10, &Change{"+150%", "up", nil}},
		{"from zero", "percent", "up", "number", 5, 0, &Change{"new", "up", &yes}},
		{"the same", "percent", "up", "number", 5, 5, &Change{"no change", "same", nil}},
		{"percentages differ by points", "difference", "up", "percentage", 0.25, 0.2, &Change{"+5 pts", "up", &yes}},
		{"and by parts of them", "difference", "up", "percentage", 0.2531, 0.25, &Change{"+0.3 pts", "up", &yes}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := draw(t, valueOf(c.compare, c.good, c.as), map[string]value.Vector{"bbbbbbbbbb": nums(c.now), "cccccccccc": nums(c.before)})
			if diff := cmp.Diff(c.want, out.Value.Change); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestValue(t *testing.T) {
	out := draw(t, valueOf("none", "up", "number"), map[string]value.Vector{"bbbbbbbbbb": nums(1_840_000, 7)})
	want := &ValueResult{Primary: LabelResult{Name: "Net sales", Raw: 1_840_000.0, Text: "1.84M", Full: "1,840,000"}}
	if diff := cmp.Diff(want, out.Value); diff != "" {
		t.Error(diff)
	}
	out = draw(t, valueOf("none", "up", "number"), map[string]value.Vector{"bbbbbbbbbb": {}, "cccccccccc": texts("x")})
	if out.Value.Primary.Raw != nil || out.Value.Primary.Text != "–" || out.Value.Secondary.Text != "x" {
		t.Errorf("got %+v", out.Value)
	}
}

func TestKnownDatesNeedNoFormat(t *testing.T) {
	list, err := Canonical([]any{tree(t, salesTable)}, "", counter())
	if err != nil {
		t.Fatal(err)
	}
	out := Draw(Input{Node: Nodes(list)[0], Place: DefaultPlace(), Data: map[string]value.Vector{"bbbbbbbbbb": nums(1709251200)},
		Dates: map[string]string{"bbbbbbbbbb": "yyyy-MM"}})
	if c := out.Table.Columns[0]; c.Kind != KindDate || c.Items.Text[0] != "2024-03" {
		t.Errorf("column = %+v", c)
	}
}

func TestMiniCharts(t *testing.T) {
	long := strings.TrimSuffix(strings.Repeat("1,", maxSpark+1), ",")
	for _, c := range []struct {
		in   value.Item
		want string
		cut  bool
	}{
		{value.Str("4, -2.5,,x,1e3"), "[4,-2.5,null,null,1000]", false},
		{value.Num(7), "[7]", false},
		{value.Item{}, "[]", false},
		{value.Str(long[:len(long)-2]), "[" + long[:len(long)-2] + "]", false},
		{value.Str(long), "[" + long[:len(long)-2] + "]", true},
	} {
		sparks, cut := sparksOf(value.Of(c.in), 1)
		got, err := json.Marshal(sparks[0])
		if err != nil || string(got) != c.want || cut != c.cut {
			t.Errorf("%.40q is drawn as %.60s, cut %v (%v); want %.60s", c.in.Text(), got, cut, err, c.want)
		}
	}
}
