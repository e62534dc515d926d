package klip

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/page"
)

// view is a Klip as read in one transaction.
type view struct {
	klip *Klip
	doc  *document
	src  []*source // of the document, in order, keyed by slot
}

// view reads a Klip that the actor may see.
func (s *Service) view(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*view, error) {
	a, err := ofKind(s.assets.Viewable(ctx, tx, who, no))
	if err != nil {
		return nil, err
	}
	k, d, err := s.describeBody(a)
	if err != nil {
		return nil, err
	}
	if _, err := s.assets.Editable(ctx, tx, who, authz.KlipEdit, no); err == nil {
		k.CanEdit = true
	} else if !errs.Is(err, "permission_denied") {
		return nil, err
	}
	v := &view{klip: k, doc: d}
	wires, err := s.assets.Slots(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	if v.src, err = s.bind(ctx, tx, who, d, wires); err != nil {
		return nil, err
	}
	one := []Klip{*k}
	if err := s.addUses(ctx, tx, who, one); err != nil {
		return nil, err
	}
	v.klip = &one[0]
	return v, nil
}

// bind reads the sources that the slots of a body stand for.
func (s *Service) bind(ctx context.Context, tx *db.Tx, who authz.Actor, d *document, wires map[string]int64) ([]*source, error) {
	var nos []int64
	for _, slot := range d.sources {
		if no, ok := wires[slot]; ok {
			nos = append(nos, no)
		}
	}
	found, _, err := s.readSources(ctx, tx, who, distinct(nos), &datasource.Choices{})
	if err != nil {
		return nil, err
	}
	return keyedBySlot(d, wires, found), nil
}

// keyedBySlot gives the sources of a body in its order; a slot that stands for
// nothing has a source that was deleted.
func keyedBySlot(d *document, wires map[string]int64, found map[int64]*source) []*source {
	out := make([]*source, len(d.sources))
	for i, slot := range d.sources {
		src := source{state: StateDeleted}
		if f, ok := found[wires[slot]]; ok {
			src = *f
		}
		src.key = slot
		out[i] = &src
	}
	return out
}

// show completes a Klip with its document, for those who may change it.
func (s *Service) show(ctx context.Context, who authz.Actor, v *view) (*Klip, error) {
	if err := s.addInstances(ctx, who, []*Klip{v.klip}); err != nil {
		return nil, err
	}
	if !v.klip.CanEdit {
		return v.klip, nil
	}
	if err := s.describe(ctx, v.src); err != nil {
		return nil, err
	}
	v.klip.Document = v.document()
	return v.klip, nil
}

// document is the document of the API.
func (v *view) document() map[string]any {
	ids := map[string]string{}
	for _, src := range v.src {
		ids[src.key] = src.id
	}
	public := func(slot string) (string, bool) { return ids[slot], ids[slot] != "" }
	scope := v.doc.scope(v.src)
	for _, p := range v.doc.parts() {
		if f, ok := formulaOf(p.node); ok {
			f.friendly(scope).rename(public).put(p.node)
		}
	}
	// A slot without a wire has no id: the source is gone and leaves the list.
	d := *v.doc
	d.sources = nil
	for _, slot := range v.doc.sources {
		if ids[slot] != "" {
			d.sources = append(d.sources, slot)
		}
	}
	if ids[d.active] == "" {
		d.active = ""
	}
	return d.show(func(slot string) string { return ids[slot] })
}

// Get gives a Klip that the actor may see, with its document for those who may
// change it. Codes not_found, newer_schema.
func (s *Service) Get(ctx context.Context, who authz.Actor, public string) (*Klip, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	var v *view
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		v, err = s.view(ctx, tx, who, no)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.show(ctx, who, v)
}

// List gives a page of the Klips that the actor may see, in order of title.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, req page.Request) ([]Klip, *page.Mark, error) {
	var out []Klip
	var next *page.Mark
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		rows, mark, err := s.assets.Page(ctx, tx, who, f.assets(), req)
		if err != nil {
			return err
		}
		out, next = make([]Klip, len(rows)), mark
		for i := range rows {
			k, _, err := s.describeBody(&rows[i])
			if err != nil {
				return err
			}
			out[i] = *k
		}
		return s.addUses(ctx, tx, who, out)
	})
	if err != nil {
		return nil, nil, err
	}
	list := make([]*Klip, len(out))
	for i := range out {
		list[i] = &out[i]
	}
	return out, next, s.addInstances(ctx, who, list)
}

// Count is the number of Klips that List gives over all pages.
func (s *Service) Count(ctx context.Context, who authz.Actor, f Filter) (int64, error) {
	var n int64
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		n, err = s.assets.Count(ctx, tx, who, f.assets())
		return err
	})
	return n, err
}

// addUses fills in sources and the number of dashboards.
func (s *Service) addUses(ctx context.Context, tx *db.Tx, who authz.Actor, list []Klip) error {
	nos := make([]int64, len(list))
	at := make(map[int64]*Klip, len(list))
	for i := range list {
		nos[i], at[list[i].Key.No] = list[i].Key.No, &list[i]
	}
	uses, err := s.assets.Links(ctx, tx, nos)
	if err != nil {
		return err
	}
	users, err := s.assets.Users(ctx, tx, nos)
	if err != nil {
		return err
	}
	var targets []int64
	for _, l := range uses {
		targets = append(targets, l.To)
	}
	sources, err := s.assets.Some(ctx, tx, distinct(targets))
	if err != nil {
		return err
	}
	for _, l := range uses {
		if a, ok := sources[l.To]; ok && l.Kind == asset.Strong {
			at[l.From].Sources = append(at[l.From].Sources, Named{ID: s.assets.PublicID(a.Key), Name: a.Title()})
		}
	}
	counted := map[[2]int64]bool{}
	for _, l := range users {
		if pair := [2]int64{l.From, l.To}; l.Kind == asset.Strong && !counted[pair] {
			counted[pair] = true
			at[l.To].Dashboards++
		}
	}
	return nil
}

// addInstances fills in the number of client instances.
func (s *Service) addInstances(ctx context.Context, who authz.Actor, list []*Klip) error {
	if s.instances == nil || !who.IsParent {
		return nil
	}
	nos := make([]int64, len(list))
	for i, k := range list {
		nos[i] = k.Key.No
	}
	counts, err := s.instances.InstanceCounts(ctx, who, nos)
	if err != nil {
		return err
	}
	for _, k := range list {
		k.Instances = counts[k.Key.No]
	}
	return nil
}

// UsedBy lists the dashboards that show a Klip and that the actor may see; hidden is
// the number of the others. Code not_found.
func (s *Service) UsedBy(ctx context.Context, who authz.Actor, public string) (dashboards []Named, hidden int, err error) {
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		dashboards, hidden = []Named{}, 0
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		users, err := s.assets.Users(ctx, tx, []int64{a.Key.No})
		if err != nil {
			return err
		}
		var nos []int64
		for _, l := range users {
			nos = append(nos, l.From)
		}
		nos = distinct(nos)
		found, err := s.assets.Some(ctx, tx, nos)
		if err != nil {
			return err
		}
		visible, err := s.assets.Visible(ctx, tx, who, found)
		if err != nil {
			return err
		}
		for _, no := range nos {
			if !visible[no] {
				hidden++
				continue
			}
			dashboards = append(dashboards, Named{ID: s.assets.PublicID(found[no].Key), Name: found[no].Title()})
		}
		return nil
	})
	return dashboards, hidden, err
}
