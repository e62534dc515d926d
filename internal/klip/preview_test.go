package klip_test

import (
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
	r, err := w.Preview(w.ctx(), w.admin, table(src, "1 + SUMIFF(@Units)"))
	if err != nil {
		t.Fatal(err)
	}
	if e := r.Components[0].Error; e == nil || e.Code != "unknown_function" || e.Offset == nil || *e.Offset != 4 || e.Part != "baaaaaaaaa" || e.Hint == "" {
		t.Errorf("error %+v", e)
	}
	_, err = w.Preview(w.ctx(), w.editor, table(src, "1"))
	wantCode(t, err, "unknown_source")
	w.share(w.admin, src, w.editor.User, authz.View)
	if r, err := w.Preview(w.ctx(), w.editor, table(src, "SUM(@Units)")); err != nil || column(r, 0) != "28" {
		t.Errorf("%v, %v", r, err)
	}
	_, err = w.Preview(w.ctx(), w.viewer, table(src, "1"))
	wantCode(t, err, "permission_denied")
	_, err = w.Preview(w.ctx(), w.admin, withRefs(table(src, "@{1}"), w.source(w.admin, "Regions", regions)))
	wantCode(t, err, "source_not_attached")
	_, err = w.Preview(w.ctx(), w.Visitor(w.Solstice), table(src, "1"))
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
	_, err = w.Evaluate(w.ctx(), w.editor, klip.Question{Text: "SUM(@Units)", Sources: []string{src}})
	wantCode(t, err, "unknown_source")
	_, err = w.Evaluate(w.ctx(), w.viewer, klip.Question{Text: "1"})
	wantCode(t, err, "permission_denied")
}
