package component

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"octavo/internal/errs"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// rowsOf arranges a table with the columns n (numbers), s (texts) and d (dates),
// whose actions are given as JSON, and writes the rows that are left.
func rowsOf(t *testing.T, limit, n, s, d string) string {
	t.Helper()
	part := func(id, format, actions string) string {
		return fmt.Sprintf(`{"id":"%saaaaaaaaa","type":"table_column"%s,"formulas":[{"text":"1"}],"actions":{%s}}`, id, format, actions)
	}
	var tree []any
	text := `[{"id":"aaaaaaaaaa","type":"table","properties":{` + limit + `},"components":[` +
		part("b", "", n) + "," + part("c", "", s) + "," + part("d", `,"format":{"as":"date","input":"d.M.yyyy","pattern":"MMM"}`, d) + `]}]`
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatal(err, text)
	}
	list, err := Canonical(tree, "", func() string { return "zzzzzzzzzz" })
	if err != nil {
		t.Fatal(err)
	}
	texts := func(all ...string) value.Vector {
		b := value.NewBuilder(len(all))
		for _, x := range all {
			if x == "" {
				b.AppendBlank()
			} else {
				b.AppendText(x)
			}
		}
		return b.Vector()
	}
	lists, _, err := Arrange(vec.NewRun(context.Background(), 0, 0, 0), Input{Node: Nodes(list)[0], Place: DefaultPlace(), Data: map[string]value.Vector{
		"baaaaaaaaa": value.Of(value.Num(10), value.Num(9), value.Item{}, value.Num(100), value.Num(9)),
		"caaaaaaaaa": texts("pear", "Apple", "apple", "", "pear"),
		"daaaaaaaaa": texts("5.3.2024", "10.2.2024", "1.3.2024", "9.2.2024", "30.12.2023"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	shown := Displayed(lists["daaaaaaaaa"], Format{As: AsDate, Pattern: "d.M.", Input: "d.M.yyyy"}, DefaultPlace())
	for i := range lists["baaaaaaaaa"].Len() {
		out = append(out, lists["baaaaaaaaa"].Item(i).Text()+" "+lists["caaaaaaaaa"].Item(i).Text()+" "+shown.Item(i).Text())
	}
	return strings.Join(out, ", ")
}

func TestArrange(t *testing.T) {
	filter := func(is, values string) string { return fmt.Sprintf(`"filters":[{"is":%q,"values":[%s]}]`, is, values) }
	all := []string{"10 pear 5.3.", "9 Apple 10.2.", " apple 1.3.", "100  9.2.", "9 pear 30.12."}
	pick := func(at ...int) string {
		var out []string
		for _, i := range at {
			out = append(out, all[i])
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct{ name, limit, n, s, d, want string }{
		{name: "nothing", want: pick(0, 1, 2, 3, 4)},
		{name: "greater", n: filter("greater", "9"), want: pick(0, 3)},
		{name: "at most", n: filter("at_most", "9"), want: pick(1, 4)},
		{name: "between", n: filter("between", "9,10"), want: pick(0, 1, 4)},
		{name: "a blank differs", n: filter("differs", "9"), want: pick(0, 2, 3)},
		{name: "blank", s: filter("blank", ""), want: pick(3)},
		{name: "any of", s: filter("any_of", `"pear","plum"`), want: pick(0, 4)},
		{name: "none of", s: filter("none_of", `"pear"`), want: pick(1, 2, 3)},
		{name: "contains", s: filter("contains", `"PP"`), want: pick(1, 2)},
		{name: "matches", s: filter("matches", `"^p.*r$"`), want: pick(0, 4)},
		{name: "two filters", n: filter("equals", "9"), s: filter("starts_with", `"p"`), want: pick(4)},
		{name: "a date", d: filter("less", `"1.3.2024"`), want: pick(1, 3, 4)},
		{name: "a date as shown", d: filter("any_of", `"Mar"`), want: pick(0, 2)},
		{name: "top of what is left", n: filter("top", "2"), s: filter("not_blank", ""), want: pick(0, 1)},
		{name: "bottom", n: filter("bottom", "1"), want: pick(1)},
		{name: "sorted by number", n: `"sort":{"dir":"asc"}`, want: pick(1, 4, 0, 3, 2)},
		{name: "sorted by text, then number", n: `"sort":{"dir":"desc","priority":2}`, s: `"sort":{"dir":"asc","priority":1}`, want: pick(3, 1, 2, 0, 4)},
		{name: "sorted by date", d: `"sort":{"dir":"asc"}`, want: pick(4, 3, 1, 2, 0)},
		{name: "an order of one's own", s: `"sort":{"dir":"asc","order":["apple","pear"]}`, want: pick(2, 0, 4, 1, 3)},
		{name: "limit after sorting", limit: `"limit":2`, n: `"sort":{"dir":"desc"}`, want: pick(3, 0)},
		{name: "grouped", s: `"group":true`, want: "19 pear 5.3., 9 Apple 10.2., 0 apple 1.3., 100  9.2."},
		{name: "grouped by month, the earliest day", d: `"group":true`, n: `"aggregate":"max"`, s: `"aggregate":"join"`, want: "10 pear,apple 1.3., 100 Apple, 9.2., 9 pear 30.12."},
		{name: "one row of all", n: `"aggregate":"average"`, s: `"aggregate":"count_distinct"`, d: `"aggregate":"max"`, want: "32 3 5.3."},
		{name: "nothing is left", n: filter("greater", "1000"), s: `"group":true`, want: ""},
	} {
		if got := rowsOf(t, c.limit, c.n, c.s, c.d); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestActionsAreCheckedAndCanonical(t *testing.T) {
	part := func(actions string) (Node, error) {
		var tree []any
		text := `[{"id":"aaaaaaaaaa","type":"table","components":[{"id":"baaaaaaaaa","type":"table_column","actions":` + actions + `}]}]`
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			t.Fatal(err)
		}
		list, err := Canonical(tree, "", nil)
		if err != nil {
			return nil, err
		}
		return Nodes(list)[0].Parts()[0], nil
	}
	for _, nothing := range []string{`{}`, `{"group":false,"filters":[],"aggregate":null,"sort":null}`} {
		if p, err := part(nothing); err != nil || p["actions"] != nil {
			t.Errorf("%s: %v stays, %v", nothing, p["actions"], err)
		}
	}
	if p, err := part(`{"group":true,"later":1}`); err != nil || p.actionsTree()["later"] != 1.0 {
		t.Errorf("a field of a later version is lost: %v, %v", p, err)
	}
	for actions, path := range map[string]string{
		`[]`: "", `{"group":1}`: "/group", `{"aggregate":"best"}`: "/aggregate", `{"group":true,"aggregate":"sum"}`: "/aggregate",
		`{"filters":[{"is":"near"}]}`: "/filters/0/is", `{"filters":[{"is":"between","values":[1]}]}`: "/filters/0/values",
		`{"filters":[{"is":"equals","values":[{}]}]}`: "/filters/0/values/0", `{"filters":[{"is":"matches","values":["("]}]}`: "/filters/0/values/0",
		`{"filters":[{"is":"top","values":[0]}]}`: "/filters/0/values/0", `{"sort":{"dir":"up"}}`: "/sort/dir", `{"sort":{"order":1}}`: "/sort/order",
	} {
		_, err := part(actions)
		var e *errs.Error
		if want := "/0/components/0/actions" + path; !errors.As(err, &e) || e.Code != "bad_klip" || e.Field != want {
			t.Errorf("%s: %v, want an error at %s", actions, err, want)
		}
	}
}

func TestArrangeKeepsItsBudget(t *testing.T) {
	n := value.Numbers(make([]float64, 1000), nil)
	node := Node{"id": "aaaaaaaaaa", "type": "table", "components": []any{map[string]any{
		"id": "baaaaaaaaa", "type": "table_column", "actions": map[string]any{"sort": map[string]any{"dir": "asc"}}}}}
	_, _, err := Arrange(vec.NewRun(context.Background(), 0, 1000, 0), Input{Node: node, Place: DefaultPlace(), Data: map[string]value.Vector{"baaaaaaaaa": n}})
	if !errors.Is(err, vec.ErrMemory) {
		t.Errorf("got %v", err)
	}
}

func TestIndicatorsAreChecked(t *testing.T) {
	for indicators, path := range map[string]string{
		`{}`: "", `[1]`: "/0", `[{"if":[],"then":[{}]}]`: "/0/if",
		`[{"if":[{"part":"baaaaaaaaa","is":"blank"}]}]`:                                                                "/0/then",
		`[{"if":[{"is":"blank"}],"then":[{}]}]`:                                                                        "/0/if/0/part",
		`[{"if":[{"part":"zaaaaaaaaa","is":"blank"}],"then":[{}]}]`:                                                    "/0/if/0/part",
		`[{"if":[{"part":"baaaaaaaaa","is":"top","values":[1]}],"then":[{}]}]`:                                         "/0/if/0/is",
		`[{"if":[{"part":"baaaaaaaaa","is":"matches","with":"baaaaaaaaa"}],"then":[{}]}]`:                              "/0/if/0/is",
		`[{"if":[{"part":"baaaaaaaaa","is":"blank"}],"then":[{"color":"red; background:url(//evil)"}]}]`:               "/0/then/0/color",
		`[{"if":[{"part":"baaaaaaaaa","is":"blank"}],"then":[{"icon":"skull"}]}]`:                                      "/0/then/0/icon",
		`[{"if":[{"part":"baaaaaaaaa","is":"blank"}],"then":[{"text":"` + strings.Repeat("x", maxMarkText+1) + `"}]}]`: "/0/then/0/text",
	} {
		var tree []any
		text := `[{"id":"aaaaaaaaaa","type":"table","indicators":` + indicators + `,"components":[{"id":"baaaaaaaaa","type":"table_column"}]}]`
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			t.Fatal(err)
		}
		_, err := Canonical(tree, "", nil)
		var e *errs.Error
		if want := "/0/indicators" + path; !errors.As(err, &e) || e.Code != "bad_klip" || e.Field != want {
			t.Errorf("%s: %v, want an error at %s", indicators, err, want)
		}
	}
}
