package klip_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"octavo/internal/authz"
	"octavo/internal/klip"
)

func TestBodyHoldsSlotsAndDescriptors(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "GROUP(@Region)", "SUM(@{1}) + @Units", "@[Orders/C2:C4]", "&Column: A"))
	text, wires := w.body(w.admin, k.ID)
	if len(wires) != 1 || strings.Contains(text, src) || strings.Contains(text, k.ID) {
		t.Fatalf("body %s with wires %v", text, wires)
	}
	var slot string
	for slot = range wires {
	}
	want := fmt.Sprintf(`{"components":[{"components":[`+
		`{"displayName":"A","formulas":[{"refs":{"1":{"kind":"data","pointer":"[Region]","source":"%[1]s"}},"text":"GROUP(@{1})"}],"id":"baaaaaaaaa","type":"table_column"},`+
		`{"displayName":"B","formulas":[{"text":"SUM(@{1}) + @Units"}],"id":"caaaaaaaaa","type":"table_column"},`+
		`{"displayName":"C","formulas":[{"refs":{"1":{"kind":"data","pointer":"C2:C4","source":"%[1]s"}},"text":"@{1}"}],"id":"daaaaaaaaa","type":"table_column"},`+
		`{"displayName":"D","formulas":[{"refs":{"1":{"component":"aaaaaaaaaa","kind":"result","name":"Column: A","sub":"baaaaaaaaa"}},"text":"&{1}"}],"id":"eaaaaaaaaa","type":"table_column"}`+
		`],"id":"aaaaaaaaaa","type":"table"}],"kind":"klip","schema":1,"title":"Sales","workspace":{"datasources":["%[1]s"]}}`, slot)
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
}

func TestDocumentIsFriendly(t *testing.T) {
	w := newWorld(t)
	src, other := w.source(w.admin, "Orders", orders), w.source(w.admin, "Regions", regions)
	doc := table(src, "GROUP(@Region)", "LOOKUP(&Column: A, @[Regions/Name], @[Regions/Manager])", "SUM(@C2:C)")
	doc["workspace"] = map[string]any{"datasources": []any{src, other}, "activeDatasource": src, "dimensions": map[string]any{"w": 400.0}}
	k := w.create(w.admin, doc)
	want := w.read(`{"title":"Sales","description":"","properties":{"titleVisible":true},
		"workspace":{"datasources":["$SRC","$OTHER"],"activeDatasource":"$SRC","dimensions":{"w":400}},
		"components":[{"id":"aaaaaaaaaa","type":"table","displayName":"Table","properties":{"showHeader":true,"striped":false,"limit":null},"components":[
			{"id":"baaaaaaaaa","type":"table_column","displayName":"A","properties":{"align":"auto","total":"none"},"formulas":[{"text":"GROUP(@Region)"}]},
			{"id":"caaaaaaaaa","type":"table_column","displayName":"B","properties":{"align":"auto","total":"none"},"formulas":[{"text":"LOOKUP(&Column: A, @[Regions/Name], @[Regions/Manager])"}]},
			{"id":"daaaaaaaaa","type":"table_column","displayName":"C","properties":{"align":"auto","total":"none"},"formulas":[{"text":"SUM(@C2:C)"}]}]}]}`,
		map[string]string{"SRC": src, "OTHER": other})
	if diff := cmp.Diff(want, plain(t, k.Document)); diff != "" {
		t.Error(diff)
	}
}

// plain is a document as JSON has it.
func plain(t *testing.T, tree map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSavingWhatWasShownChangesNothing(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	pieces := []string{"1", `"x"`, "SUM(@Units)", "GROUP(@Region)", "@C:C", "@[Orders/Price] * @Units", "SUMIFF(@Units)", "@Nobody", "$team", "&Column: A", "!Column: A", "IF(@Units > 3, @Rep, $team)"}
	rapid.Check(t, func(rt *rapid.T) {
		formulas := rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 4).Draw(rt, "formulas")
		formulas[0] = strings.ReplaceAll(strings.ReplaceAll(formulas[0], "&Column: A", "1"), "!Column: A", "2")
		k, err := w.Create(w.ctx(), w.admin, table(src, formulas...))
		if err != nil {
			rt.Fatal(err)
		}
		before, _ := w.body(w.admin, k.ID)
		again, err := w.Save(w.ctx(), w.admin, k.ID, 1, plain(t, k.Document))
		if err != nil {
			rt.Fatal(err)
		}
		if after, _ := w.body(w.admin, k.ID); again.Version != 1 || after != before {
			rt.Fatalf("version %d\nbefore %s\nafter  %s", again.Version, before, after)
		}
	})
}

func TestNamesMayChangeBelowAKlip(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "GROUP(@Region)", "COUNTALL(&Column: A)"))
	before, _ := w.body(w.admin, k.ID)

	t.Log("the column is gone: the formula keeps its descriptor and says so")
	w.replace(w.admin, src, strings.ReplaceAll(orders, "Region", "Area"))
	shown, err := w.Get(w.ctx(), w.admin, k.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Save(w.ctx(), w.admin, k.ID, 1, plain(t, shown.Document)); err != nil {
		t.Fatal(err)
	}
	if after, _ := w.body(w.admin, k.ID); after != before {
		t.Errorf("body changed to %s", after)
	}
	if e := w.result(w.admin, k.ID).Result.Components[0].Error; e == nil || e.Code != "unknown_reference" || e.Part != "baaaaaaaaa" {
		t.Errorf("error = %+v", e)
	}

	t.Log("a part is renamed: references follow")
	w.replace(w.admin, src, orders)
	doc := plain(t, shown.Document)
	first := doc["components"].([]any)[0].(map[string]any)["components"].([]any)[0].(map[string]any)
	first["displayName"] = "Areas"
	saved, err := w.Save(w.ctx(), w.admin, k.ID, 1, doc)
	if err != nil {
		t.Fatal(err)
	}
	if got := formulaText(saved, 1); got != "COUNTALL(&Column: Areas)" {
		t.Errorf("formula shows as %q", got)
	}
}

func formulaText(k *klip.Klip, part int) string {
	text, _ := json.Marshal(k.Document)
	var d struct {
		Components []struct {
			Components []struct {
				Formulas []struct{ Text string }
			}
		}
	}
	_ = json.Unmarshal(text, &d)
	return d.Components[0].Components[part].Formulas[0].Text
}

func TestSlotsAreKeptAndNeverUsedAgain(t *testing.T) {
	w := newWorld(t)
	src, other := w.source(w.admin, "Orders", orders), w.source(w.admin, "Regions", regions)
	k := w.create(w.admin, table(src, "1"))
	_, first := w.body(w.admin, k.ID)
	save := func(version int64, sources ...any) map[string]int64 {
		doc := plain(t, k.Document)
		doc["workspace"] = map[string]any{"datasources": sources}
		if _, err := w.Save(w.ctx(), w.admin, k.ID, version, doc); err != nil {
			t.Fatal(err)
		}
		_, wires := w.body(w.admin, k.ID)
		return wires
	}
	seen := map[string]int64{}
	for slot, no := range first {
		seen[slot] = no
	}
	both := save(1, other, src)
	for slot, no := range first {
		if both[slot] != no {
			t.Errorf("slot %s lost its source: %v", slot, both)
		}
	}
	onlyOther := save(2, other)
	if len(onlyOther) != 1 {
		t.Errorf("wires %v", onlyOther)
	}
	for slot, no := range both {
		seen[slot] = no
	}
	back := save(3, other, src)
	for slot, no := range back {
		if _, used := seen[slot]; used && no == w.no(w.admin, src) {
			t.Errorf("slot %s was used again", slot)
		}
	}
}

func TestSourcesAreChecked(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	client := w.Visitor(w.Solstice)
	foreign := w.source(client, "Shop", orders)
	hidden := w.source(w.admin, "Payroll", orders)
	gone := w.source(w.admin, "Old", orders)
	w.trash(w.admin, gone)
	k := w.create(w.admin, table(src, "1"))
	w.share(w.admin, src, w.editor.User, authz.View)
	for name, c := range map[string]struct {
		who         authz.Actor
		doc         map[string]any
		code, field string
	}{
		"another account's":    {w.admin, table(foreign, "1"), "unknown_source", "/workspace/datasources/0"},
		"no id":                {w.admin, table("orders", "1"), "unknown_source", "/workspace/datasources/0"},
		"a Klip":               {w.admin, table(k.ID, "1"), "unknown_source", "/workspace/datasources/0"},
		"not shared":           {w.editor, table(hidden, "1"), "unknown_source", "/workspace/datasources/0"},
		"in the bin":           {w.admin, table(gone, "1"), "unknown_source", "/workspace/datasources/0"},
		"a viewer":             {w.viewer, table(src, "1"), "permission_denied", ""},
		"an id in a new field": {w.admin, with(table(src, "1"), "drillLink", k.ID), "id_in_body", "/drillLink"},
		"an id as a key":       {w.admin, with(table(src, "1"), "later", map[string]any{src: 1.0}), "id_in_body", "/later/" + src},
		"a descriptor of a source that is not attached": {w.admin, withRefs(table(src, "@{1}"), hidden), "source_not_attached", "/components/0/components/0/formulas/0"},
		"a descriptor of a slot":                        {w.admin, withRefs(table(src, "@{1}"), "abcdefghij"), "source_not_attached", "/components/0/components/0/formulas/0"},
	} {
		_, err := w.Create(w.ctx(), c.who, c.doc)
		wantCode(t, err, c.code)
		if got := fieldOf(err); got != c.field {
			t.Errorf("%s: field %q, want %q", name, got, c.field)
		}
	}
}

func with(doc map[string]any, field string, v any) map[string]any {
	doc[field] = v
	return doc
}

func withRefs(doc map[string]any, source string) map[string]any {
	column := doc["components"].([]any)[0].(map[string]any)["components"].([]any)[0].(map[string]any)
	column["formulas"].([]any)[0].(map[string]any)["refs"] = map[string]any{
		"1": map[string]any{"kind": "data", "source": source, "pointer": "[Region]"},
	}
	return doc
}

func TestCanonicalReferencesAreTaken(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, withRefs(table(src, "GROUP(@{1})"), src))
	if got := formulaText(k, 0); got != "GROUP(@Region)" {
		t.Errorf("formula shows as %q", got)
	}
}

func TestDetachedSourceOfAFormula(t *testing.T) {
	w := newWorld(t)
	src, other := w.source(w.admin, "Orders", orders), w.source(w.admin, "Regions", regions)
	k := w.create(w.admin, table(src, "SUM(@Units)"))
	doc := plain(t, k.Document)
	doc["workspace"] = map[string]any{"datasources": []any{other}}
	_, err := w.Save(w.ctx(), w.admin, k.ID, 1, doc)
	wantCode(t, err, "source_not_attached")
}

func TestHiddenSourceBarsFormulasOnly(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Payroll", orders)
	k := w.create(w.admin, table(src, "SUM(@Units)"))
	w.share(w.admin, k.ID, w.editor.User, authz.Edit)
	shown, err := w.Get(w.ctx(), w.editor, k.ID)
	if err != nil || shown.Document == nil {
		t.Fatalf("%v, %v", shown, err)
	}
	doc := plain(t, shown.Document)
	doc["title"] = "Pay"
	saved, err := w.Save(w.ctx(), w.editor, k.ID, 1, doc)
	if err != nil || saved.Name != "Pay" {
		t.Fatalf("a title cannot be changed: %v", err)
	}
	part := doc["components"].([]any)[0].(map[string]any)["components"].([]any)[0].(map[string]any)
	part["formulas"] = []any{map[string]any{"text": "@Price"}}
	_, err = w.Save(w.ctx(), w.editor, k.ID, 2, doc)
	wantCode(t, err, "source_not_visible")
	w.share(w.admin, src, w.editor.User, authz.View)
	if _, err = w.Save(w.ctx(), w.editor, k.ID, 2, doc); err != nil {
		t.Error(err)
	}
}
