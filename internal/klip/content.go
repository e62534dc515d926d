package klip

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/formula"
	"octavo/internal/id"
)

// draft is a document on its way into the store, with what was read for it.
type draft struct {
	doc     *document // sources are public ids, then slots
	before  *document // the current body, nil = a new Klip; sources are slots
	wires   map[string]int64
	sources map[int64]*source // by number: those of the document and of the body before
	visible map[int64]bool
	attach  []int64 // numbers of the document's sources, in order
}

// prepare reads what content needs, in one transaction: the sources of the document
// and of the current body. no is 0 for a new Klip. Code unknown_source.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, who authz.Actor, d *document, current *asset.Asset) (*draft, error) {
	dr := &draft{doc: d, wires: map[string]int64{}}
	if current != nil {
		var err error
		if dr.before, err = parseBody(current.JSON); err != nil {
			return nil, err
		}
		if dr.wires, err = s.assets.Slots(ctx, tx, current.Key.No); err != nil {
			return nil, err
		}
	}
	nos := slices.Collect(maps.Values(dr.wires))
	for i, public := range d.sources {
		no, err := s.assets.Resolve(who.Account, public)
		if err != nil {
			return nil, unknownSource(i)
		}
		dr.attach = append(dr.attach, no)
		nos = append(nos, no)
	}
	var err error
	if dr.sources, dr.visible, err = s.readSources(ctx, tx, who, nos, &datasource.Choices{}); err != nil {
		return nil, err
	}
	attached := slices.Collect(maps.Values(dr.wires))
	for i, no := range dr.attach {
		fresh := !slices.Contains(attached, no)
		if src := dr.sources[no]; fresh && (src.state == StateDeleted || !dr.visible[no]) {
			return nil, unknownSource(i)
		}
	}
	return dr, nil
}

func unknownSource(i int) error {
	return errs.New(errs.Invalid, "unknown_source", "There is no such data source, or it is not shared with you.").
		WithField("/workspace/datasources/" + strconv.Itoa(i))
}

// readSources reads sources by number, and which of them the actor may see. One that
// is in the bin, gone or no source at all has StateDeleted.
func (s *Service) readSources(ctx context.Context, tx *db.Tx, who authz.Actor, nos []int64, in *datasource.Choices) (map[int64]*source, map[int64]bool, error) {
	found, err := s.assets.Some(ctx, tx, nos)
	if err != nil {
		return nil, nil, err
	}
	visible, err := s.assets.Visible(ctx, tx, who, found)
	if err != nil {
		return nil, nil, err
	}
	payloads, err := s.sources.Payloads(ctx, tx, who, nos, *in)
	if err != nil {
		return nil, nil, err
	}
	out := make(map[int64]*source, len(nos))
	for _, no := range nos {
		src := &source{id: s.assets.PublicID(id.Asset{Account: who.Account, No: no}), no: no, state: StateDeleted, choices: in}
		a, there := found[no]
		if there && (a.Kind == asset.Source || a.Kind == asset.Model) {
			src.name, src.deletedAt = a.Title(), a.DeletedAt
			if p, ok := payloads[no]; ok && a.DeletedAt == 0 {
				src.payload, src.state, src.missing = p, State(p.State), lacking(who, p.Missing, in)
				if p.Refused != nil {
					src.refused = p.Refused.Message
				}
			}
		}
		out[no] = src
	}
	return out, visible, nil
}

// lacking is what people are told of data that a variable without a value keeps away.
func lacking(who authz.Actor, name string, in *datasource.Choices) string {
	if name == "" {
		return ""
	}
	return (&values{told: who.Has(authz.AccountSettings), selectable: map[string]bool{name: slices.Contains(in.Controls, name)}}).sentence(name)
}

// keyed gives the sources of a document their keys, in its order.
func (dr *draft) keyed(keys []string, number func(key string) int64) []*source {
	out := make([]*source, 0, len(keys))
	for _, key := range keys {
		if src, ok := dr.sources[number(key)]; ok {
			copied := *src
			copied.key = key
			out = append(out, &copied)
		}
	}
	return out
}

// content turns the draft into what the asset graph stores. Codes source_not_attached,
// source_not_visible, id_in_body, bad_klip.
func (s *Service) content(who authz.Actor, dr *draft) (asset.Content, error) {
	slots, wires := dr.slots()
	toSlot := map[string]string{}
	for i, public := range dr.doc.sources {
		toSlot[public] = slots[i]
	}
	dr.doc.active = toSlot[dr.doc.active]
	dr.doc.sources = slots
	if err := dr.storeFormulas(toSlot, wires); err != nil {
		return asset.Content{}, err
	}
	tree := dr.doc.body()
	if path, found := s.findID(who.Account, tree, ""); found {
		return asset.Content{}, errs.New(errs.Invalid, "id_in_body", "The id of something in this account cannot be kept here.").WithField(path)
	}
	return asset.Content{Tree: tree, Refs: dr.doc.refs(), Wires: wires}, nil
}

// slots names the sources of the document: a source keeps its slot, a new one gets a
// name that was never used.
func (dr *draft) slots() ([]string, map[string]int64) {
	slotOf := map[int64]string{}
	if dr.before != nil {
		for _, slot := range dr.before.sources {
			if no, ok := dr.wires[slot]; ok {
				slotOf[no] = slot
			}
		}
	}
	slots, wires := make([]string, len(dr.attach)), map[string]int64{}
	for i, no := range dr.attach {
		slot, ok := slotOf[no]
		if !ok {
			slot = id.NewPart()
		}
		slots[i], wires[slot] = slot, no
	}
	return slots, wires
}

// storeFormulas puts the formulas of the document into the stored form.
func (dr *draft) storeFormulas(toSlot map[string]string, wires map[string]int64) error {
	var was formula.Scope
	before := map[string]stored{}
	if dr.before != nil {
		was = dr.before.scope(dr.keyed(dr.before.sources, func(slot string) int64 { return dr.wires[slot] }))
		before = dr.before.formulas()
	}
	is := dr.doc.scope(dr.keyed(dr.doc.sources, func(slot string) int64 { return wires[slot] }))
	changed := false
	for _, p := range dr.doc.parts() {
		f, ok := formulaOf(p.node)
		if !ok {
			continue
		}
		path := p.path + "/formulas/0"
		for _, r := range f.refs {
			if _, ok := toSlot[r.Source]; !ok && r.Kind == formula.KindData && r.Source != "" {
				return notAttached(path)
			}
		}
		f = f.rename(func(public string) (string, bool) { slot, ok := toSlot[public]; return slot, ok })
		var old *stored
		if o, ok := before[p.node.ID()]; ok {
			old = &o
		}
		f = f.store(old, was, is)
		if err := f.check(dr.doc.sources, path); err != nil {
			return err
		}
		f.put(p.node)
		changed = changed || old == nil || !old.same(f)
	}
	if changed {
		return dr.refuseHidden()
	}
	return nil
}

// refuseHidden keeps people from reading a source through a formula that they may
// not see otherwise.
func (dr *draft) refuseHidden() error {
	for _, no := range dr.attach {
		if src := dr.sources[no]; src.state != StateDeleted && !dr.visible[no] {
			return errs.Newf(errs.Forbidden, "source_not_visible", "This Klip uses %s, which is not shared with you. You can change everything but formulas.", src.name).
				WithParams(map[string]any{"name": src.name})
		}
	}
	return nil
}

// formulas are the formulas of the document by id of their part.
func (d *document) formulas() map[string]stored {
	out := map[string]stored{}
	for _, p := range d.parts() {
		if f, ok := formulaOf(p.node); ok {
			out[p.node.ID()] = f
		}
	}
	return out
}

// refs are what the body refers to: all attached sources, used or not, and variables.
func (d *document) refs() []asset.Ref {
	var out []asset.Ref
	for _, slot := range d.sources {
		out = append(out, asset.Ref{Kind: asset.Strong, Name: slot})
	}
	names := slices.Concat(d.variables(), d.controls())
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		out = append(out, asset.Ref{Kind: asset.Variable, Name: name})
	}
	return out
}

// controls names the variables that the controls of the Klip set.
func (d *document) controls() []string {
	if d == nil {
		return nil
	}
	var out []string
	for _, s := range component.Settings(d.components) {
		out = append(out, s.Variable)
	}
	return out
}

// variables names the variables that formulas use, sorted.
func (d *document) variables() []string {
	names := map[string]bool{}
	scope := formula.Scope{Parts: d.scope(nil).Parts}
	for _, slot := range d.sources {
		scope.Sources = append(scope.Sources, formula.Source{Slot: slot})
	}
	for _, f := range d.formulas() {
		if sourceFunction.MatchString(f.text) { // the pointer of DATASOURCE may hold some
			for _, name := range f.namedVariables() {
				names[name] = true
			}
		}
		program, err := formula.Compile(f.text, f.refs, scope)
		if err != nil {
			continue
		}
		for _, r := range program.Refs() {
			if r.Kind == formula.KindVariable {
				names[r.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// findID looks for the id of an asset of the account: a body is shared with accounts
// in which it means nothing.
func (s *Service) findID(account id.Account, v any, path string) (string, bool) {
	switch v := v.(type) {
	case string:
		_, err := s.assets.Resolve(account, v)
		return path, err == nil
	case []any:
		for i, item := range v {
			if p, found := s.findID(account, item, path+"/"+strconv.Itoa(i)); found {
				return p, true
			}
		}
	case map[string]any:
		for key, item := range v {
			if _, err := s.assets.Resolve(account, key); err == nil {
				return path + "/" + key, true
			}
			if p, found := s.findID(account, item, path+"/"+key); found {
				return p, true
			}
		}
	}
	return "", false
}

// starter gives a Klip that has none its first component: what suits the columns of
// its active source, or an empty value.
func (dr *draft) starter() error {
	if len(dr.doc.components) > 0 {
		return nil
	}
	var columns []component.Column
	for i, no := range dr.attach {
		if head := dr.sources[no].head; head != nil && dr.doc.sources[i] == dr.doc.active && len(head.Sheets) > 0 && head.Sheets[0].HeaderRow > 0 {
			for _, c := range head.Sheets[0].Columns {
				columns = append(columns, component.Column{Name: c.Name, Type: c.Type, Pattern: c.Pattern})
			}
		}
	}
	t, _ := component.Find("simple_value")
	if len(columns) > 0 {
		t = component.Suggest(columns)
	}
	var err error
	node := map[string]any(t.Starter(columns, id.NewPart))
	dr.doc.components, err = component.Canonical([]any{node}, "/components", id.NewPart)
	return err
}
