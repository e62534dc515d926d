package asset_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/page"
)

// chosen is what a list of a kind gives page by page, two rows at a time.
func (w *world) chosen(who authz.Actor, kind asset.Kind, c asset.Choice) []string {
	w.t.Helper()
	out := []string{}
	f := asset.Filter{Kinds: []asset.Kind{kind}, Choice: c}
	w.must(w.in(who, func(tx *db.Tx) error {
		for req := (page.Request{Limit: 2}); ; {
			rows, next, err := w.assets.Page(w.t.Context(), tx, who, f, req)
			if err != nil {
				return err
			}
			for _, a := range rows {
				out = append(out, a.Title())
			}
			if next == nil {
				break
			}
			req.After = next
		}
		n, err := w.assets.Count(w.t.Context(), tx, who, f)
		if err == nil && int(n) != len(out) {
			w.t.Errorf("%+v counts %d and lists %d", c, n, len(out))
		}
		return err
	}))
	return out
}

func TestListsAreNarrowedAndOrdered(t *testing.T) {
	w := newWorld(t)
	ctx, editor, admin := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Admin)
	viewer := w.Actor(w.Solstice, w.Solstice.Viewer)
	team := w.group("Team")
	orders, stock := w.put(editor, asset.Model, "Orders", nil), w.put(editor, asset.Model, "Stock", nil)
	w.clock.Advance(time.Hour)
	b := w.put(editor, asset.Klip, "B", map[string]int64{"slotaaaaaa": orders.Key.No})
	w.clock.Advance(time.Hour)
	since := w.clock.Now().UnixMilli()
	a, c := w.put(editor, asset.Klip, "A", map[string]int64{"slotaaaaaa": stock.Key.No}), w.put(admin, asset.Klip, "C", nil)
	w.clock.Advance(time.Hour)
	board := w.put(editor, asset.Dashboard, "Board", map[string]int64{"slotaaaaaa": b.Key.No, "slotbbbbbb": c.Key.No})
	public := func(x *asset.Asset) string { return w.assets.PublicID(x.Key) }
	w.must(w.share(editor, a, withGroup(team, authz.View)))
	w.must(w.library.TagAll(ctx, admin, []string{public(a), public(b)}, []string{"Sales", "sales", "Q1"}, nil))
	w.must(w.library.TagAll(ctx, admin, []string{public(b)}, nil, []string{"q1"}))
	for name, k := range map[string]struct {
		who  authz.Actor
		kind asset.Kind
		c    asset.Choice
		want []string
	}{
		"all":                      {admin, asset.Klip, asset.Choice{}, []string{"A", "B", "C"}},
		"turned round":             {admin, asset.Klip, asset.Choice{Order: asset.ByNameDown}, []string{"C", "B", "A"}},
		"oldest change first":      {admin, asset.Klip, asset.Choice{Order: asset.ByChange}, []string{"B", "A", "C"}},
		"newest change first":      {admin, asset.Klip, asset.Choice{Order: asset.ByChangeDown}, []string{"C", "A", "B"}},
		"of somebody":              {admin, asset.Klip, asset.Choice{Owner: admin.User}, []string{"C"}},
		"with a group":             {admin, asset.Klip, asset.Choice{Group: team}, []string{"A"}},
		"changed since":            {admin, asset.Klip, asset.Choice{Since: since}, []string{"A", "C"}},
		"tagged":                   {admin, asset.Klip, asset.Choice{Tag: "SALES"}, []string{"A", "B"}},
		"tag taken from one":       {admin, asset.Klip, asset.Choice{Tag: "Q1"}, []string{"A"}},
		"own":                      {admin, asset.Klip, asset.Choice{Origin: "own"}, []string{"A", "B", "C"}},
		"imported":                 {admin, asset.Klip, asset.Choice{Origin: "imported"}, nil},
		"on a dashboard":           {admin, asset.Klip, asset.Choice{On: public(board)}, []string{"B", "C"}},
		"over a data source":       {admin, asset.Klip, asset.Choice{Using: public(orders)}, []string{"B"}},
		"showing a Klip":           {admin, asset.Dashboard, asset.Choice{Using: public(c)}, []string{"Board"}},
		"showing data":             {admin, asset.Dashboard, asset.Choice{Using: public(orders)}, []string{"Board"}},
		"not showing data":         {admin, asset.Dashboard, asset.Choice{Using: public(stock)}, nil},
		"below a dashboard":        {admin, asset.Model, asset.Choice{On: public(board)}, []string{"Orders"}},
		"several at once":          {admin, asset.Klip, asset.Choice{On: public(board), Tag: "sales"}, []string{"B"}},
		"on what is not there":     {admin, asset.Klip, asset.Choice{On: "nothing"}, nil},
		"on what is not theirs":    {viewer, asset.Klip, asset.Choice{On: public(board)}, nil},
		"what was not shared":      {viewer, asset.Klip, asset.Choice{Tag: "sales"}, nil},
		"of another account":       {w.Actor(w.Fjord, w.Fjord.Admin), asset.Klip, asset.Choice{On: public(board)}, nil},
		"tags of another account":  {w.Actor(w.Fjord, w.Fjord.Admin), asset.Klip, asset.Choice{Tag: "sales"}, nil},
		"data without a first row": {admin, asset.Model, asset.Choice{State: "fresh"}, nil},
	} {
		if diff := cmp.Diff(append([]string{}, k.want...), w.chosen(k.who, k.kind, k.c)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	err := w.in(viewer, func(tx *db.Tx) error {
		_, err := w.assets.List(ctx, tx, viewer, asset.Filter{Kinds: []asset.Kind{asset.Klip}, Limit: 9, Choice: asset.Choice{Group: team}})
		return err
	})
	w.refuse("permission_denied", err)
	tags, err := w.library.Tags(ctx, admin, []asset.Kind{asset.Klip})
	w.must(err)
	if want := []asset.TagCount{{Tag: "Q1", Count: 1}, {Tag: "Sales", Count: 2}}; !slices.Equal(tags, want) {
		t.Errorf("tags %v, want %v", tags, want)
	}
	if tags, err = w.library.Tags(ctx, viewer, []asset.Kind{asset.Klip}); err != nil || len(tags) > 0 {
		t.Errorf("a viewer is told of tags %v, %v", tags, err)
	}
	w.must(w.library.AddTags(ctx, admin, a, b, c))
	if !slices.Equal(a.Tags, []string{"Q1", "Sales"}) || !slices.Equal(b.Tags, []string{"Sales"}) || len(c.Tags) != 0 {
		t.Errorf("tags of rows: %v, %v, %v", a.Tags, b.Tags, c.Tags)
	}
	w.sound()
}
