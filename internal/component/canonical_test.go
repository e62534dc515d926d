package component

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

func TestDefaultsAreAbsent(t *testing.T) {
	long := `{"id":"aaaaaaaaaa","type":"table","displayName":"Table","properties":{"showHeader":true,"striped":false,"later":{"x":null}},"future":[1,{"a":true}],
		"components":[{"id":"bbbbbbbbbb","type":"table_column","displayName":" Region ","formulas":[{"text":"@Region","refs":{}}],
			"format":{"as":"number","thousands":true,"abbreviate":"none","multiply":true,"prefix":"","decimals":null},
			"properties":{"align":"auto","total":"none"},"actions":{"group":true},"components":[]}]}`
	want := `[{"components":[{"actions":{"group":true},"displayName":"Region","format":{"as":"number"},"formulas":[{"text":"@Region"}],"id":"bbbbbbbbbb","type":"table_column"}],
		"future":[1,{"a":true}],"id":"aaaaaaaaaa","properties":{"later":{"x":null}},"type":"table"}]`
	got, err := Canonical([]any{tree(t, long)}, "/components", counter())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mustJSON(t, want), got); diff != "" {
		t.Error(diff)
	}
}

func mustJSON(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNodesWithoutIDGetOne(t *testing.T) {
	got, err := Canonical([]any{tree(t, `{"type":"table","components":[{"type":"table_column"}]}`)}, "", counter())
	if err != nil {
		t.Fatal(err)
	}
	n := Nodes(got)[0]
	if n.ID() == "" || n.Parts()[0].ID() == "" || n.ID() == n.Parts()[0].ID() {
		t.Errorf("ids %q and %q", n.ID(), n.Parts()[0].ID())
	}
}

func TestRefusals(t *testing.T) {
	const column = `{"id":"bbbbbbbbbb","type":"table_column"}`
	table := func(inside string) string {
		return `{"id":"aaaaaaaaaa","type":"table","components":[` + column + `],` + inside + `}`
	}
	part := func(inside string) string {
		return `{"id":"aaaaaaaaaa","type":"table","components":[{"id":"bbbbbbbbbb","type":"table_column",` + inside + `}]}`
	}
	for _, c := range []struct{ name, in, path string }{
		{"unknown type", `{"type":"pie"}`, "/components/0/type"},
		{"no object", `{"type":"table","components":[7]}`, "/components/0/components/0"},
		{"foreign part", `{"type":"table","components":[{"type":"chart_series"}]}`, "/components/0/components/0/type"},
		{"id in another form", `{"id":"A","type":"table"}`, "/components/0/id"},
		{"id twice", `{"id":"bbbbbbbbbb","type":"table","components":[` + column + `]}`, "/components/0/components/0/id"},
		{"id is no text", `{"id":7,"type":"table"}`, "/components/0/id"},
		{"no part", `{"type":"table"}`, "/components/0/components"},
		{"chart without Y axis", `{"type":"chart","components":[{"type":"chart_axis_x"},{"type":"chart_series"}]}`, "/components/0/components"},
		{"two X axes", `{"type":"chart","components":[{"type":"chart_axis_x"},{"type":"chart_axis_x"},{"type":"chart_axis_y"},{"type":"chart_series"}]}`, "/components/0/components"},
		{"unknown role", `{"type":"simple_value","components":[{"type":"label","role":"third"}]}`, "/components/0/components/0/role"},
		{"role twice", `{"type":"simple_value","components":[{"type":"label","role":"primary"},{"type":"label","role":"primary"}]}`, "/components/0/components"},
		{"no primary", `{"type":"simple_value","components":[{"type":"label","role":"secondary"}]}`, "/components/0/components"},
		{"property of another kind", table(`"properties":{"striped":"yes"}`), "/components/0/properties/striped"},
		{"properties are a list", table(`"properties":[]`), "/components/0/properties"},
		{"choice that is none", part(`"properties":{"total":"median"}`), "/components/0/components/0/properties/total"},
		{"format that is none", part(`"format":{"as":"image"}`), "/components/0/components/0/format/as"},
		{"decimals beyond", part(`"format":{"decimals":11}`), "/components/0/components/0/format/decimals"},
		{"half a decimal", part(`"format":{"decimals":1.5}`), "/components/0/components/0/format/decimals"},
		{"date pattern", part(`"format":{"as":"date","pattern":"jj"}`), "/components/0/components/0/format/pattern"},
		{"long affix", part(`"format":{"prefix":"` + strings.Repeat("x", 41) + `"}`), "/components/0/components/0/format/prefix"},
		{"two formulas", part(`"formulas":[{"text":"1"},{"text":"2"}]`), "/components/0/components/0/formulas"},
		{"formula without text", part(`"formulas":[{"text":7}]`), "/components/0/components/0/formulas/0/text"},
		{"formula of a component", table(`"formulas":[{"text":"1"}]`), "/components/0/formulas"},
		{"parts of a part", part(`"components":[{}]`), "/components/0/components/0/components"},
		{"colour beyond", `{"type":"chart","components":[{"type":"chart_axis_x"},{"type":"chart_axis_y"},{"type":"chart_series","properties":{"color":9}}]}`, "/components/0/components/2/properties/color"},
		{"text format of a series", `{"type":"chart","components":[{"type":"chart_axis_x"},{"type":"chart_axis_y"},{"type":"chart_series","format":{"as":"text"}}]}`, "/components/0/components/2/format/as"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Canonical([]any{tree(t, c.in)}, "/components", counter())
			var e *errs.Error
			if !errs.Is(err, "bad_klip") {
				t.Fatalf("got %v, want bad_klip", err)
			}
			e = err.(*errs.Error)
			if e.Field != c.path {
				t.Errorf("path %s, want %s (%s)", e.Field, c.path, e.Message)
			}
		})
	}
}

// anyComponent draws documents of known types, with defaults written out or not and with fields of the future.
func anyComponent(t *rapid.T) Node {
	typ := rapid.SampledFrom(types).Draw(t, "type")
	next := counter()
	node := Node{"id": next(), "type": typ.Name}
	fuzzNode(t, node, typ.Title, typ.Properties)
	var parts []any
	for _, pt := range typ.Parts {
		n := max(pt.Min, len(pt.Roles))
		if pt.Max > n && len(pt.Roles) == 0 {
			n += rapid.IntRange(0, 1).Draw(t, "more")
		}
		for i := range n {
			p := Node{"id": next(), "type": pt.Name}
			if len(pt.Roles) > 0 {
				p["role"] = pt.Roles[i]
			}
			fuzzNode(t, p, pt.Title, pt.Properties)
			if rapid.Bool().Draw(t, "formula") {
				p["formulas"] = []any{map[string]any{"text": rapid.SampledFrom([]string{"", "1", "SUM(@A)"}).Draw(t, "text"), "refs": map[string]any{}}}
			}
			if rapid.Bool().Draw(t, "format") {
				p["format"] = map[string]any{"thousands": rapid.Bool().Draw(t, "thousands"), "abbreviate": rapid.SampledFrom([]string{never, auto}).Draw(t, "abbreviate")}
			}
			parts = append(parts, map[string]any(p))
		}
	}
	node["components"] = parts
	return node
}

func fuzzNode(t *rapid.T, n Node, name string, properties []Property) {
	n["displayName"] = rapid.SampledFrom([]string{"", name, "Other"}).Draw(t, "name")
	props := map[string]any{}
	for _, p := range properties {
		switch rapid.IntRange(0, 2).Draw(t, p.Name) {
		case 1:
			props[p.Name] = p.Default
		case 2:
			switch p.Kind {
			case Toggle:
				props[p.Name] = rapid.Bool().Draw(t, "toggle")
			case Choice:
				props[p.Name] = rapid.SampledFrom(p.Choices).Draw(t, "choice")
			case Line:
				props[p.Name] = rapid.SampledFrom([]string{"", "region"}).Draw(t, "line")
			default:
				props[p.Name] = 3.0
			}
		}
	}
	if rapid.Bool().Draw(t, "future") {
		props["future"], n["later"] = "x", []any{1.0}
	}
	n["properties"] = props
}

func TestCanonicalIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := []any{map[string]any(anyComponent(t))}
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		once, err := Canonical(in, "", counter())
		if err != nil {
			t.Fatal(err)
		}
		if after, _ := json.Marshal(in); string(after) != string(text) {
			t.Fatal("the input was changed")
		}
		twice, err := Canonical(once, "", counter())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Fatalf("canonical of canonical differs: %s", diff)
		}
		shown, err := Canonical(Fill(once), "", counter())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(once, shown); diff != "" {
			t.Fatalf("what an editor is shown does not come back: %s", diff)
		}
	})
}

func TestStartersAreValid(t *testing.T) {
	columns := []Column{{Name: "When", Type: dataset.Date, Pattern: "yyyy-MM-dd"}, {Name: "Reg]ion", Type: dataset.Text}, {Name: "Units", Type: dataset.Number}}
	for _, typ := range Types() {
		for _, of := range [][]Column{nil, columns, columns[1:], columns[:1]} {
			if _, err := Canonical([]any{map[string]any(typ.Starter(of, counter()))}, "", counter()); err != nil {
				t.Errorf("%s of %d columns: %v", typ.Name, len(of), err)
			}
		}
	}
	chart := chart.Starter(columns, counter())
	if got := chart.Parts()[2].Formula()["text"]; got != "GROUPBY(@[When], @[Units])" {
		t.Errorf("series = %v", got)
	}
	if got := table.Starter(columns, counter()).Parts()[1].Formula()["text"]; got != "@[Reg]]ion]" {
		t.Errorf("column = %v", got)
	}
}

func TestSuggest(t *testing.T) {
	d, x, n := Column{Type: dataset.Date}, Column{Type: dataset.Text}, Column{Type: dataset.Number}
	for _, c := range []struct {
		columns []Column
		want    string
	}{
		{[]Column{n}, "simple_value"}, {[]Column{d, n}, "chart"}, {[]Column{x, d, n, n}, "chart"},
		{[]Column{x, n}, "table"}, {[]Column{x}, "table"}, {nil, "table"}, {[]Column{n, n}, "table"},
	} {
		if got := Suggest(c.columns).Name; got != c.want {
			t.Errorf("Suggest(%v) = %s, want %s", c.columns, got, c.want)
		}
	}
}

// Every property can be named in a list of changes, and its default is one of its values.
func TestSchemasAreComplete(t *testing.T) {
	check := func(where string, properties []Property) {
		for _, p := range properties {
			if p.Name == "" || p.Words == "" {
				t.Errorf("%s: %+v has no name or no words", where, p)
			}
			if p.Default != nil && p.check(p.Default, "") != nil {
				t.Errorf("%s: the default of %s is none of its values", where, p.Name)
			}
		}
	}
	for _, typ := range Types() {
		check(typ.Name, typ.Properties)
		if typ.Title == "" || typ.Words == "" || typ.Needs == "" || typ.draw == nil || typ.starter == nil {
			t.Errorf("%s is not complete", typ.Name)
		}
		for _, pt := range typ.Parts {
			check(pt.Name, pt.Properties)
			if pt.Kind == "" || pt.Words == "" || pt.Max < pt.Min || len(pt.Formats) == 0 {
				t.Errorf("%s is not complete", pt.Name)
			}
		}
	}
	check("format", FormatProperties())
}
