package klip

import (
	"cmp"
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/formula"
	"octavo/internal/formula/syntax"
)

// Fit says whether what a formula reads is in another data source as well.
type Fit string

// The fits. Of paths into a file that is a tree nothing is said before it is evaluated.
const (
	FitSame      Fit = "same"
	FitOtherType Fit = "other_type"
	FitMissing   Fit = "missing"
	FitUnchecked Fit = "unchecked"
)

// Use is one thing that the formulas of a Klip read of a data source.
type Use struct {
	What    string   `json:"what"`    // name of the column, else cells or a path as formulas write them
	Type    string   `json:"type"`    // of the column now, "" = not a column or not known
	Becomes string   `json:"becomes"` // its type in the other source
	Fit     Fit      `json:"fit" enum:"same,other_type,missing,unchecked"`
	Parts   []string `json:"parts"` // names of the parts that read it
}

// Replacement is what it means for a Klip to read another data source in place of one.
type Replacement struct {
	From, To Named
	Uses     []Use // what is missing first
}

// replacing is a Klip with the source that goes and the one that comes.
type replacing struct {
	no       int64
	doc      *document
	slots    []string // those that stand for the source that goes
	from, to *source
}

// readReplacing finds both sources. Codes not_found, permission_denied, unknown_source, already_attached.
func (s *Service) readReplacing(ctx context.Context, tx *db.Tx, who authz.Actor, public, from, to string) (*replacing, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	a, err := ofKind(s.assets.Editable(ctx, tx, who, authz.KlipEdit, no))
	if err != nil {
		return nil, err
	}
	r := &replacing{no: no}
	if r.doc, err = parseBody(a.JSON); err != nil {
		return nil, err
	}
	wires, err := s.assets.Slots(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	missing := errs.New(errs.Invalid, "unknown_source", "There is no such data source, or it is not shared with you.")
	old, err := s.assets.Resolve(who.Account, from)
	if err != nil {
		return nil, missing.WithField("from")
	}
	next, err := s.assets.Resolve(who.Account, to)
	if err != nil {
		return nil, missing.WithField("to")
	}
	for _, slot := range r.doc.sources {
		switch wires[slot] {
		case old:
			r.slots = append(r.slots, slot)
		case next:
			return nil, errs.New(errs.Invalid, "already_attached", "This Klip draws on that data source already. Change its formulas instead.").WithField("to")
		}
	}
	if len(r.slots) == 0 {
		return nil, missing.WithField("from")
	}
	found, visible, err := s.readSources(ctx, tx, who, distinct([]int64{old, next}), &datasource.Choices{})
	if err != nil {
		return nil, err
	}
	if !visible[next] || found[next].state == StateDeleted {
		return nil, missing.WithField("to")
	}
	r.from, r.to = found[old], found[next]
	return r, nil
}

// PreviewReplace tells what of a data source the formulas of a Klip read, and whether
// another one has it too. Codes of Replace.
func (s *Service) PreviewReplace(ctx context.Context, who authz.Actor, public, from, to string) (*Replacement, error) {
	var r *replacing
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		r, err = s.readReplacing(ctx, tx, who, public, from, to)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.describe(ctx, []*source{r.from, r.to}); err != nil {
		return nil, err
	}
	return &Replacement{From: Named{ID: from, Name: r.from.name}, To: Named{ID: to, Name: r.to.name}, Uses: r.uses()}, nil
}

// Replace lets a Klip read another data source in place of one, as a new version; its
// formulas stay as they are. In an instance of a client it is kept by updates. Codes
// not_found, permission_denied, version_conflict, unknown_source, already_attached.
func (s *Service) Replace(ctx context.Context, who authz.Actor, public string, expected int64, from, to string) (*Klip, error) {
	return s.change(ctx, who, "klip.source_replaced", expected, func(tx *db.Tx) (*asset.Asset, error) {
		r, err := s.readReplacing(ctx, tx, who, public, from, to)
		if err != nil {
			return nil, err
		}
		return s.assets.Rebind(ctx, tx, who, authz.KlipEdit, r.no, expected, r.slots, r.to.no)
	})
}

// Detach takes an instance from its template for good. Codes not_found,
// permission_denied, version_conflict, not_an_instance.
func (s *Service) Detach(ctx context.Context, who authz.Actor, public string, expected int64) (*Klip, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, "klip.detached", 0, func(tx *db.Tx) (*asset.Asset, error) {
		return s.assets.Detach(ctx, tx, who, no, expected)
	})
}

// uses finds what the formulas read of the source that goes.
func (r *replacing) uses() []Use {
	scope := formula.Scope{Parts: r.doc.scope(nil).Parts}
	for _, slot := range r.doc.sources {
		scope.Sources = append(scope.Sources, formula.Source{Slot: slot})
	}
	at := map[string]int{}
	out := []Use{}
	for _, p := range r.doc.parts() {
		f, ok := formulaOf(p.node)
		if !ok {
			continue
		}
		program, err := formula.Compile(f.text, f.refs, scope)
		if err != nil {
			continue
		}
		for _, ref := range program.Refs() {
			if ref.Kind != formula.KindData || ref.Pointer == "" || !slices.Contains(r.slots, ref.Source) {
				continue
			}
			use := r.use(ref.Pointer)
			i, ok := at[use.What]
			if !ok {
				i, out = len(out), append(out, use)
				at[use.What] = i
			}
			if name := cmp.Or(p.node.Name(p.of.Title), p.of.Kind); !slices.Contains(out[i].Parts, name) {
				out[i].Parts = append(out[i].Parts, name)
			}
		}
	}
	order := map[Fit]int{FitMissing: 0, FitOtherType: 1, FitUnchecked: 2, FitSame: 3}
	slices.SortStableFunc(out, func(a, b Use) int { return cmp.Compare(order[a.Fit], order[b.Fit]) })
	return out
}

// use compares what one pointer leads to in both sources.
func (r *replacing) use(pointer string) Use {
	p, ok := syntax.ParsePointer(pointer)
	if r.from.payload.Tree && syntax.IsPath(pointer) || !ok {
		fit := FitMissing
		if r.to.payload.Tree {
			fit = FitUnchecked
		}
		return Use{What: pointer, Fit: fit, Parts: []string{}}
	}
	was, _ := columnType(r.from, p)
	becomes, there := columnType(r.to, p)
	use := Use{What: p.Column, Type: was, Becomes: becomes, Fit: FitSame, Parts: []string{}}
	if p.Column == "" {
		use.What = pointer
	}
	switch {
	case !there:
		use.Fit = FitMissing
	case was != "" && was != becomes:
		use.Fit = FitOtherType
	}
	return use
}

// columnType says whether a source has what a pointer leads to, and of which type a column is.
func columnType(s *source, p syntax.Pointer) (string, bool) {
	keyed := *s
	keyed.key = "source"
	_, at, err := newData([]*source{&keyed}, 0).find(keyed.key, p)
	if err != nil {
		return "", false
	}
	sheet := keyed.head.Sheets[at]
	if p.Column == "" {
		return "", max(p.Col1, p.Col2) <= len(sheet.Columns)
	}
	col, err := columnAt(sheet, p.Column)
	if err != nil {
		return "", false
	}
	return string(sheet.Columns[col].Type), true
}
