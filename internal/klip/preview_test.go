package klip_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/authz"
	"octavo/internal/klip"
)

func TestPreview(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	r, err := w.Preview(w.ctx(), w.admin, table(src, "1 + SUMIFF(@Units)"), klip.Choices{})
	if err != nil {
		t.Fatal(err)
	}
	if e := r.Components[0].Error; e == nil || e.Code != "unknown_function" || e.Offset == nil || *e.Offset != 4 || e.Part != "baaaaaaaaa" || e.Hint == "" {
		t.Errorf("error %+v", e)
	}
	w.share(w.admin, src, w.editor.User, authz.View)
	if r, err := w.Preview(w.ctx(), w.editor, table(src, "SUM(@Units)"), klip.Choices{}); err != nil || column(r, 0) != "28" {
		t.Errorf("%v, %v", r, err)
	}
	_, err = w.Preview(w.ctx(), w.viewer, table(src, "1"), klip.Choices{})
	wantCode(t, err, "permission_denied")
	_, err = w.Preview(w.ctx(), w.admin, withRefs(table(src, "@{1}"), w.source(w.admin, "Regions", regions)), klip.Choices{})
	wantCode(t, err, "source_not_attached")
	_, err = w.Preview(w.ctx(), w.Visitor(w.Solstice), table(src, "1"), klip.Choices{})
	wantCode(t, err, "unknown_source")
}

func TestFormula(t *testing.T) {
	w := newWorld(t)
	var many strings.Builder
	many.WriteString("n\n")
	for i := range 6000 {
		fmt.Fprintf(&many, "%d\n", i)
	}
	src, big := w.source(w.admin, "Orders", orders), w.source(w.admin, "Big", many.String())
	ask := func(q klip.Question) *klip.Output {
		t.Helper()
		out, err := w.Evaluate(w.ctx(), w.admin, q)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	out := ask(klip.Question{Text: "GROUP(@Region)", Sources: []string{src}})
	if diff := cmp.Diff([]any{"East", "North", "South", "West"}, out.Items); diff != "" || out.Count != 4 || out.Kinds[0] != "text" || out.Error != nil {
		t.Errorf("%+v %s", out, diff)
	}
	out = ask(klip.Question{Text: "@[Big/n]", Sources: []string{src, big}})
	if out.Count != 5000 || len(out.Items) != 1000 || len(out.Kinds) != 1000 {
		t.Errorf("sample: %d items of %d", len(out.Items), out.Count)
	}
	if out = ask(klip.Question{Text: "COUNTALL(@n)", Sources: []string{big}, All: true}); out.Items[0] != 6000.0 {
		t.Errorf("all rows: %v", out.Items)
	}
	if out = ask(klip.Question{Text: "COUNTALL(@A:A)", Sources: []string{big}}); out.Items[0] != 5001.0 {
		t.Errorf("sample of a raw column: %v", out.Items)
	}
	if out = ask(klip.Question{Text: "1 + SUM(@Units)", Sources: []string{src}, From: 4, To: 15}); out.Items[0] != 28.0 {
		t.Errorf("a piece: %+v", out)
	}
	if out = ask(klip.Question{Text: "1 + SUMM(@Units)", Sources: []string{src}, From: 4, To: 16}); out.Error == nil || out.Error.Offset != 4 || out.Error.Hint == "" {
		t.Errorf("an error in a piece: %+v", out.Error)
	}
	if out = ask(klip.Question{Text: "@Units / 0", Sources: []string{src}}); len(out.Warnings) != 1 || out.Kinds[0] != "blank" || out.Items[0] != nil {
		t.Errorf("a warning: %+v", out)
	}
	doc := table(src, "GROUP(@Region)", "5", "SUM(&Column: B)")
	if out = ask(klip.Question{Text: "COUNTALL(&Column: A) + &Column: B", Sources: []string{src}, Klip: doc, Part: "daaaaaaaaa"}); out.Error != nil || out.Items[0] != 9.0 {
		t.Errorf("other parts: %+v", out)
	}
	if out = ask(klip.Question{Text: "&Column: C + 1", Sources: []string{src}, Klip: doc, Part: "caaaaaaaaa"}); out.Error == nil || out.Error.Code != "circular" {
		t.Errorf("a circle: %+v", out.Error)
	}
	_, err := w.Evaluate(w.ctx(), w.admin, klip.Question{Text: "1", From: 3, To: 9})
	wantCode(t, err, "bad_selection")
	_, err = w.Evaluate(w.ctx(), w.viewer, klip.Question{Text: "1"})
	wantCode(t, err, "permission_denied")
}

// Who may change a Klip but not see one of its data sources gets it masked in the editor: what the others say, and
// that this one is not shared, never a cell or a column of it, whichever way a formula asks.
func TestPreviewMasksSourcesThatAreNotShared(t *testing.T) {
	w := newWorld(t)
	secret, own := w.source(w.admin, "Payroll", "Who,Salary\nAda,4711\n"), w.source(w.editor, "Orders", orders)
	gone := w.source(w.admin, "Gone", "Who,Salary\nAda,4711\n")
	ask := func(text string, sources ...string) *klip.Output {
		t.Helper()
		out, err := w.Evaluate(w.ctx(), w.editor, klip.Question{Text: text, Sources: sources, All: true})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := ask("SUM(@Units)", own, secret); out.Error != nil || out.Items[0] != 28.0 {
		t.Errorf("the own source beside a masked one: %+v %v", out.Error, out.Items)
	}
	for _, hidden := range []string{secret, gone} {
		for text, code := range map[string]string{
			"@Salary": "unknown_reference", "@[Payroll/Salary]": "unknown_reference",
			`DATASOURCE("` + hidden + `", "A:A")`: "no_access", `DATASOURCE(CONCAT("` + hidden + `", ""), "B2")`: "no_access",
			`COUNTALL(DATASOURCE("` + hidden + `", "/Who"))`: "no_access",
		} {
			if out := ask(text, hidden, own); out.Error == nil || out.Error.Code != code || len(out.Items) > 0 {
				t.Errorf("%s: %+v %v", text, out.Error, out.Items)
			}
		}
	}
	doc := table(own, "SUM(@Units)", `DATASOURCE("`+secret+`", "A1:B2")`)
	doc["workspace"].(map[string]any)["datasources"] = []any{own, secret}
	r, err := w.Preview(w.ctx(), w.editor, doc, klip.Choices{})
	if err != nil {
		t.Fatal(err)
	}
	if e := r.Components[0].Error; e == nil || e.Code != "no_access" {
		t.Errorf("the preview says %+v", e)
	}
	text, err := json.Marshal(r)
	if err != nil || strings.Contains(string(text), "Ada") || strings.Contains(string(text), "4711") || strings.Contains(string(text), "Payroll") {
		t.Errorf("the preview tells %s, %v", text, err)
	}
	w.share(w.admin, secret, w.editor.User, authz.View)
	if out := ask("SUM(@Salary)", secret, own); out.Error != nil || out.Items[0] != 4711.0 {
		t.Errorf("once it is shared: %+v %v", out.Error, out.Items)
	}
}
