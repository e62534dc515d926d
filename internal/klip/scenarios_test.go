package klip_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/klip"
)

// The scenarios of the specification of Klips (klips.md §18) that tables, charts and
// values can show.

// units is the table of scenario 1; region and units are further fields of its columns.
func units(region, units string, more ...string) string {
	return fmt.Sprintf(`{"title":"Units","workspace":{"datasources":["$ORDERS"]},"components":[
		{"id":"aaaaaaaaaa","type":"table","displayName":"Table","components":[
			{"id":"baaaaaaaaa","type":"table_column","displayName":"Region","formulas":[{"text":"@Region"}]%s},
			{"id":"caaaaaaaaa","type":"table_column","displayName":"Units","formulas":[{"text":"@Units"}],"properties":{"total":"sum"}%s}%s]},
		{"id":"daaaaaaaaa","type":"table","displayName":"Counts","components":[
			{"id":"eaaaaaaaaa","type":"table_column","displayName":"Shown","formulas":[{"text":"COUNTALL(&Column: Region)"}]},
			{"id":"faaaaaaaaa","type":"table_column","displayName":"All","formulas":[{"text":"COUNTALL(!Column: Region)"}]}]}]}`,
		region, units, strings.Join(append([]string{""}, more...), ","))
}

// run makes a Klip over Orders and Regions and gives its result.
func (w *world) run(doc string) *klip.Result {
	w.t.Helper()
	ids := map[string]string{"ORDERS": w.source(w.admin, "Orders", orders), "REGIONS": w.source(w.admin, "Regions", regions)}
	return w.result(w.admin, w.create(w.admin, w.read(doc, ids)).ID).Result
}

// rows writes the rows of a table as a person sees them, its totals last.
func rows(r *klip.Result, component int) string {
	c := r.Components[component]
	if c.Table == nil {
		return fmt.Sprintf("error %+v", c.Error)
	}
	var out []string
	for i := range c.Table.Rows {
		var cells []string
		for _, col := range c.Table.Columns {
			cells = append(cells, col.Items.Text[i])
		}
		out = append(out, strings.Join(cells, " "))
	}
	for _, col := range c.Table.Columns {
		if col.Total != nil {
			out = append(out, col.Total.Label+" "+col.Total.Text)
		}
	}
	return strings.Join(out, ", ")
}

func wantRows(t *testing.T, r *klip.Result, component int, want string) {
	t.Helper()
	if got := rows(r, component); got != want {
		t.Errorf("component %d shows %q, want %q", component, got, want)
	}
}

const grouped = `,"actions":{"group":true}`

func TestScenario01Group(t *testing.T) {
	r := newWorld(t).run(units(grouped, ""))
	wantRows(t, r, 0, "North 6, South 8, East 9, West 5, Sum 28")
	wantRows(t, r, 1, "4 6")
}

func TestScenario02Filter(t *testing.T) {
	r := newWorld(t).run(units(`,"actions":{"group":true,"filters":[{"is":"none_of","values":["South"]}]}`, ""))
	wantRows(t, r, 0, "North 6, East 9, West 5, Sum 20")
	wantRows(t, r, 1, "3 6")
}

func TestScenario03Sort(t *testing.T) {
	r := newWorld(t).run(units(grouped, `,"actions":{"sort":{"dir":"desc"}}`))
	wantRows(t, r, 0, "East 9, South 8, North 6, West 5, Sum 28")
}

func TestScenario04DateGroups(t *testing.T) {
	when := `{"id":"gaaaaaaaaa","type":"table_column","displayName":"When","formulas":[{"text":"@F2:F"}],` +
		`"format":{"as":"date","input":"yyyy-MM-dd","pattern":"MMM yyyy"},"actions":{"group":true%s}}`
	doc := `{"title":"Months","workspace":{"datasources":["$ORDERS"]},"components":[{"id":"aaaaaaaaaa","type":"table","components":[` + when +
		`,{"id":"caaaaaaaaa","type":"table_column","displayName":"Units","formulas":[{"text":"@Units"}]}]}]}`
	w := newWorld(t)
	wantRows(t, w.run(fmt.Sprintf(doc, "")), 0, "Mar 2024 23, Apr 2024 5")
	// By text April would come before March.
	wantRows(t, w.run(fmt.Sprintf(doc, `,"sort":{"dir":"asc"}`)), 0, "Mar 2024 23, Apr 2024 5")
	wantRows(t, w.run(fmt.Sprintf(doc, `,"filters":[{"is":"at_least","values":["2024-03-15"]}]`)), 0, "Mar 2024 10, Apr 2024 5")
	wantRows(t, w.run(fmt.Sprintf(doc, `,"filters":[{"is":"any_of","values":["Apr 2024"]}]`)), 0, "Apr 2024 5")
}

func TestScenario05Indicator(t *testing.T) {
	w := newWorld(t)
	green := `"indicators":[{"if":[{"part":"caaaaaaaaa","is":"greater","with":"gaaaaaaaaa"}],"then":[{"color":"theme:3","bold":true}]},
		{"if":[{"part":"baaaaaaaaa","is":"equals","values":["West"]}],"then":[{"row":true,"background":"#ffeecc"},{"part":"caaaaaaaaa","color":"theme:1"}]}],`
	doc := strings.Replace(units("", "", `{"id":"gaaaaaaaaa","type":"hidden_data","displayName":"Mean","formulas":[{"text":"AVERAGE(@Units)"}],"properties":{"independent":true}}`),
		`"displayName":"Table",`, `"displayName":"Table",`+green, 1)
	marks := func(r *klip.Result, column int) string {
		var out []string
		for _, m := range r.Components[0].Table.Columns[column].Marks {
			out = append(out, fmt.Sprint(r.Components[0].Table.Columns[1].Items.Text[m.Row], " ", m.Color, " ", m.Background, " ", m.Bold))
		}
		return strings.Join(out, ", ")
	}
	r := w.run(doc)
	if got, want := marks(r, 1), "7 theme:3  true, 9 theme:3  true, 5 theme:1 #ffeecc true"; got != want {
		t.Errorf("Units is marked %q, want %q", got, want)
	}
	if got, want := marks(r, 0), "5  #ffeecc false"; got != want {
		t.Errorf("Region is marked %q, want %q", got, want)
	}
	// Indicators see the rows that the actions leave.
	r = w.run(strings.Replace(doc, `"text":"@Region"}]`, `"text":"@Region"}]`+grouped, 1))
	if got, want := marks(r, 1), "6 theme:3  true, 8 theme:3  true, 9 theme:3  true, 5 theme:1 #ffeecc true"; got != want {
		t.Errorf("grouped, Units is marked %q, want %q", got, want)
	}
}

func TestScenario06NotAligned(t *testing.T) {
	hidden := `{"id":"gaaaaaaaaa","type":"hidden_data","displayName":"Tail","formulas":[{"text":"SLICE(@Units)"}]%s}`
	read := strings.Replace(units("", "", hidden), "COUNTALL(&Column: Region)", "JOIN(&Tail, \\\" \\\")", 1)
	w := newWorld(t)
	r := w.run(fmt.Sprintf(read, ""))
	if len(r.Warnings) != 1 || r.Warnings[0].Code != "not_aligned" || !strings.HasPrefix(r.Warnings[0].Message, "The columns are not aligned") {
		t.Errorf("warnings %+v", r.Warnings)
	}
	wantRows(t, r, 0, "North 4, South 7, North 2, East 9, South 1, West 5, Sum 28")
	count := strings.Replace(units("", "", fmt.Sprintf(hidden, "")), "&Column: Region", "&Tail", 1)
	wantRows(t, w.run(count), 1, "6 6") // five items and a blank
	alone := strings.Replace(units("", "", fmt.Sprintf(hidden, `,"properties":{"independent":true}`)), "&Column: Region", "&Tail", 1)
	r = w.run(alone)
	wantRows(t, r, 1, "5 6")
	if len(r.Warnings) != 0 {
		t.Errorf("independent data: warnings %+v", r.Warnings)
	}
}

// regionControl is a control for the variable region, as scenarios 8 and 10 have it.
func regionControl(source, scope, initial string) map[string]any {
	return map[string]any{"title": "Region", "workspace": map[string]any{"datasources": []any{source}}, "components": []any{map[string]any{
		"id": "aaaaaaaaaa", "type": "input", "properties": map[string]any{"variable": "region", "scope": scope, "default": initial}, "components": []any{
			map[string]any{"id": "bbbbbbbbbb", "type": "input_values", "formulas": []any{map[string]any{"text": `ARRAY("All", GROUP(@Region), "All", "")`}}},
			map[string]any{"id": "cccccccccc", "type": "input_labels"}}}}}
}

func (w *world) view(choices ...string) klip.Choices {
	w.t.Helper()
	v, err := klip.ParseChoices(choices)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// A page that is open sends the hashes it has and gets what the choice changed, no more.
func TestScenario08And10AControlAndItsReach(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	control := w.create(w.admin, regionControl(src, "dashboard", "All"))
	second := w.create(w.admin, table(src, `SUM(SELECT(@Units, OR($region="All", @Region=$region)))`))
	board := w.dashboard(w.admin, control.ID, second.ID)
	known := map[string]bool{}
	look := func(choices ...string) (map[string]*klip.Answer, string) {
		t.Helper()
		all, tag, err := w.DashboardResults(w.ctx(), w.admin, board, w.view(choices...), func(hash string) bool { return known[hash] }, always)
		if err != nil || len(all) != 2 {
			t.Fatalf("%v, %v", all, err)
		}
		for _, a := range all {
			known[a.Hash] = true
		}
		return all, tag
	}
	all, tag := look()
	got, err := json.Marshal(all[control.ID].Result.Components[0].Input)
	if want := `{"variable":"region","control":"drop_down","scope":"dashboard","options":[{"value":"All","label":"All"},{"value":"East","label":"East"},` +
		`{"value":"North","label":"North"},{"value":"South","label":"South"},{"value":"West","label":"West"}],"chosen":["All"],"fixed":false}`; err != nil || string(got) != want {
		t.Errorf("the control is %s, %v", got, err)
	}
	wantRows(t, all[second.ID].Result, 0, "28")
	chosen, changed := look("region=South")
	wantRows(t, chosen[second.ID].Result, 0, "8")
	if in := chosen[control.ID].Result.Components[0].Input; changed == tag || in.Chosen[0] != "South" {
		t.Errorf("after the choice: %+v", in)
	}
	if back, again := look(); again != tag || back[second.ID].Result != nil {
		t.Errorf("the first choice again: %q, %+v", again, back[second.ID])
	}

	// Scenario 10: what is set in one Klip alone reaches no other.
	if near, _ := look(control.ID + "!region=South"); near[second.ID].Result != nil || near[control.ID].Result != nil { // both are known: South there, All here
		t.Errorf("a choice in one Klip: %+v", near)
	}
	if _, err := w.Save(w.ctx(), w.admin, control.ID, control.Version, regionControl(src, "klip", "All")); err != nil {
		t.Fatal(err)
	}
	clear(known)
	if alone, _ := look(); alone[second.ID].Result.Components[0].Error.Message != "Set the company property region." {
		t.Errorf("without a control that reaches it: %+v", alone[second.ID].Result.Components[0])
	}
}

// A control without a value at first asks for a choice; nothing is computed with a blank.
func TestAControlAsksForAChoice(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	control := w.create(w.admin, regionControl(src, "dashboard", ""))
	second := w.create(w.admin, table(src, `SUM(SELECT(@Units, @Region=$region))`))
	board := w.dashboard(w.admin, control.ID, second.ID)
	for _, choices := range [][]string{nil, {"region="}} {
		all, _, err := w.DashboardResults(w.ctx(), w.admin, board, w.view(choices...), never, always)
		if err != nil {
			t.Fatal(err)
		}
		if e := all[second.ID].Result.Components[0].Error; e == nil || e.Message != "Choose a value for region." {
			t.Errorf("with %v: %+v", choices, e)
		}
		if in := all[control.ID].Result.Components[0].Input; in == nil || len(in.Chosen) != 0 || len(in.Options) != 5 {
			t.Errorf("the control: %+v", in)
		}
	}
	for _, choices := range [][]string{{"region"}, {"=x"}, {"user.isAdmin=true"}, {"a!b!c=1"}, {"region=" + strings.Repeat("x", 5000)}, make([]string, 201)} {
		if _, err := klip.ParseChoices(choices); !errs.Is(err, "bad_choice") {
			t.Errorf("%.60q is taken: %v", choices, err)
		}
	}
}

func TestScenario11Circular(t *testing.T) {
	w := newWorld(t)
	for _, actions := range []string{"", grouped, `,"actions":{"sort":{"dir":"asc"}}`} {
		r := w.run(`{"title":"Circle","workspace":{"datasources":["$ORDERS"]},"components":[{"id":"aaaaaaaaaa","type":"table","components":[
			{"id":"baaaaaaaaa","type":"table_column","displayName":"A","formulas":[{"text":"&Column: B"}]` + actions + `},
			{"id":"caaaaaaaaa","type":"table_column","displayName":"B","formulas":[{"text":"&Column: A"}]}]}]}`)
		if e := r.Components[0].Error; e == nil || e.Code != "circular" {
			t.Errorf("with %q: %s, want circular", actions, rows(r, 0))
		}
	}
}

// Each table reads the other: what reads results comes after the actions of its own table.
func TestTablesThatReadEachOther(t *testing.T) {
	r := newWorld(t).run(`{"title":"Circle","workspace":{"datasources":["$ORDERS"]},"components":[
		{"id":"aaaaaaaaaa","type":"table","components":[
			{"id":"baaaaaaaaa","type":"table_column","displayName":"A","formulas":[{"text":"@Units"}]` + grouped + `},
			{"id":"caaaaaaaaa","type":"table_column","displayName":"B","formulas":[{"text":"&Column: X"}]}]},
		{"id":"daaaaaaaaa","type":"table","components":[
			{"id":"eaaaaaaaaa","type":"table_column","displayName":"X","formulas":[{"text":"@Units"}]` + grouped + `},
			{"id":"faaaaaaaaa","type":"table_column","displayName":"Y","formulas":[{"text":"&Column: A"}]}]}]}`)
	wantRows(t, r, 0, "4 4, 7 7, 2 2, 9 9, 1 1, 5 5")
	wantRows(t, r, 1, "4 4, 7 7, 2 2, 9 9, 1 1, 5 5")
}

// A name that means nothing here is an error (accounts.md D92); a property of people is
// a blank for who has none.
func TestScenario13AnUnsetVariable(t *testing.T) {
	w := newWorld(t)
	k := w.create(w.admin, table(w.source(w.admin, "Orders", orders), `CONCAT("team ", $team)`))
	w.share(w.admin, k.ID, w.viewer.User, authz.View)
	if e := w.result(w.admin, k.ID).Result.Components[0].Error; e == nil || e.Code != "missing_variable" || e.Message != "Set the company property team." {
		t.Errorf("error %+v", e)
	}
	if err := w.DB.Tx(w.ctx(), db.Account(w.admin.Account), func(tx *db.Tx) error {
		if err := tx.Insert(w.ctx(), "user_properties", []string{"account_id", "name", "created_at"}, [][]any{{w.admin.Account, "team", 1}}); err != nil {
			return err
		}
		return tx.Insert(w.ctx(), "user_property_values", []string{"account_id", "user_id", "name", "value"}, [][]any{{w.admin.Account, w.viewer.User, "team", "Blue"}})
	}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // results are kept, each for whom it is
		r := w.result(w.admin, k.ID).Result
		wantRows(t, r, 0, "team ")
		if warned := r.Warnings; len(warned) != 1 || warned[0].Code != "unset_variable" {
			t.Errorf("warnings %+v", warned)
		}
		r = w.result(w.viewer, k.ID).Result
		wantRows(t, r, 0, "team Blue")
		if len(r.Warnings) != 0 {
			t.Errorf("who has the property is warned: %+v", r.Warnings)
		}
	}
}

func TestScenario15LookupOnAGroupedAxis(t *testing.T) {
	r := newWorld(t).run(`{"title":"Managers","workspace":{"datasources":["$ORDERS","$REGIONS"]},"components":[{"id":"aaaaaaaaaa","type":"chart","components":[
		{"id":"baaaaaaaaa","type":"chart_axis_x","displayName":"Region","formulas":[{"text":"@Region"}]` + grouped + `},
		{"id":"caaaaaaaaa","type":"chart_axis_y"},
		{"id":"daaaaaaaaa","type":"chart_series","displayName":"Units","formulas":[{"text":"@Units"}]},
		{"id":"eaaaaaaaaa","type":"chart_series","displayName":"Length","formulas":[{"text":"LOOKUP(&X axis: Region, @[Regions/Name], LENGTH(@[Regions/Manager]) * 10)"}]}]}]}`)
	c := r.Components[0].Chart
	if c == nil {
		t.Fatalf("error %+v", r.Components[0].Error)
	}
	got := fmt.Sprint(c.X.Items.Text, c.Series[0].Items.Raw, c.Series[1].Items.Raw)
	if want := "[North South East West] [6 8 9 5] [30 30 <nil> 30]"; got != want {
		t.Errorf("the chart shows %s, want %s", got, want)
	}
}

func TestScenario16AMiniChartPerRow(t *testing.T) {
	r := newWorld(t).run(`{"title":"Lines","workspace":{"datasources":["$ORDERS"]},"components":[{"id":"aaaaaaaaaa","type":"table","components":[
		{"id":"baaaaaaaaa","type":"table_column","displayName":"Region","formulas":[{"text":"GROUP(@Region)"}]},
		{"id":"caaaaaaaaa","type":"table_column","displayName":"Line","formulas":[{"text":"GROUPBY(@Region, @Units, Join)"}],
			"format":{"as":"sparkline"},"properties":{"total":"sum"}}]}]}`)
	wantRows(t, r, 0, "East 9, North 4,2, South 7,1, West 5")
	line := r.Components[0].Table.Columns[1]
	got, err := json.Marshal(line.Sparks)
	if want := "[[9],[4,2],[7,1],[5]]"; err != nil || string(got) != want || line.Kind != "sparkline" {
		t.Errorf("the mini charts are %s of kind %s, want %s (%v)", got, line.Kind, want, err)
	}
}
