package klip

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/formula"
	"octavo/internal/formula/value"
)

// Limits of what the editor is shown.
const (
	sampleRows = 5000 // of each list, unless all rows are asked for
	shownItems = 1000 // of the output of a formula
)

// bench is a document that is not stored, with its sources keyed by public id.
type bench struct {
	doc     *document
	sources []*source
	vars    *values
	now     time.Time
	place   component.Place
}

// bench reads the sources of an unsaved document. One that the actor may not see, or that is gone, is masked
// (accounts.md D57): whoever may change a Klip reads nothing through it that is not shared with them. Ids of another
// account are refused. Code unknown_source.
func (s *Service) bench(ctx context.Context, who authz.Actor, d *document, in Choices) (*bench, error) {
	if err := authz.Can(who, authz.KlipEdit, authz.None); err != nil {
		return nil, err
	}
	place, err := s.places.PlaceFor(ctx, who)
	if err != nil {
		return nil, err
	}
	b := &bench{doc: d, place: place}
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		b.now, b.sources = time.UnixMilli(tx.Now), nil
		var nos []int64
		for i, public := range d.sources {
			no, err := s.assets.Resolve(who.Account, public)
			if err != nil {
				return unknownSource(i)
			}
			nos = append(nos, no)
		}
		c := in.of("", d, nil)
		found, visible, err := s.readSources(ctx, tx, who, nos, &c.request)
		if err != nil {
			return err
		}
		for i, no := range nos {
			if !visible[no] {
				b.sources = append(b.sources, &source{key: d.sources[i], id: d.sources[i], masked: true})
				continue
			}
			src := *found[no]
			src.key = d.sources[i]
			b.sources = append(b.sources, &src)
		}
		names := d.namedVariables()
		all, err := readLevels(ctx, tx, who, slices.Concat(names, d.controls()))
		if err != nil {
			return err
		}
		all.told = true // who builds a Klip is told what it lacks
		b.vars = all.settle(names, d.controls(), c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b, s.describe(ctx, b.sources)
}

// Preview computes an unsaved document over its sources, with choices in its controls. Codes permission_denied,
// unknown_source, source_not_attached, and those of a document that is not valid.
func (s *Service) Preview(ctx context.Context, who authz.Actor, tree map[string]any, in Choices) (*Result, error) {
	if err := authz.Can(who, authz.KlipEdit, authz.None); err != nil {
		return nil, err
	}
	d, err := parseDocument(tree)
	if err != nil {
		return nil, err
	}
	if err := d.checkAttached(); err != nil {
		return nil, err
	}
	b, err := s.bench(ctx, who, d, in)
	if err != nil {
		return nil, err
	}
	e := &evaluation{doc: d, data: newData(b.sources, 0), vars: b.vars, now: b.now, place: b.place}
	return s.evaluate(ctx, e)
}

// checkAttached refuses descriptors of sources that the document does not list.
func (d *document) checkAttached() error {
	for _, p := range d.parts() {
		if f, ok := formulaOf(p.node); ok {
			if err := f.check(d.sources, p.path+"/formulas/0"); err != nil {
				return err
			}
		}
	}
	return nil
}

// Question is a formula that somebody tries out.
type Question struct {
	Text    string
	Sources []string // public ids
	Active  string   // one of them, "" = the first
	From    int      // the piece of the text to evaluate, in characters; To 0 = all of it
	To      int
	All     bool           // all rows, not a sample
	Klip    map[string]any // document of the Klip that it belongs to, for & and ! references; may be nil
	Part    string         // id of the part of that Klip that the formula is for
}

// Output is what a formula gives. An error of the formula is part of it.
type Output struct {
	Items    []any    // at most 1,000 of Count
	Kinds    []string // number, text, boolean or blank, one per item
	Count    int
	Warnings []formula.Warning
	Elapsed  time.Duration
	Error    *formula.Error // nil = none; Offset counts characters of the whole text
}

// Evaluate computes a formula as it stands in the editor. Codes permission_denied,
// unknown_source, bad_klip, bad_selection.
func (s *Service) Evaluate(ctx context.Context, who authz.Actor, q Question) (*Output, error) {
	if err := authz.Can(who, authz.KlipEdit, authz.None); err != nil {
		return nil, err
	}
	d, err := q.document()
	if err != nil {
		return nil, err
	}
	text, shift, err := q.piece()
	if err != nil {
		return nil, err
	}
	d.extra = text
	b, err := s.bench(ctx, who, d, Choices{})
	if err != nil {
		return nil, err
	}
	sample := sampleRows
	if q.All {
		sample = 0
	}
	e := &evaluation{doc: d, data: newData(b.sources, sample), vars: b.vars, now: b.now, place: b.place}
	if err := s.takeTurn(ctx); err != nil {
		return nil, err
	}
	defer s.endTurn()
	started := s.db.Clock().Now()
	list, warnings, err := e.try(ctx, s.sources, text, q.Part)
	out := &Output{Items: []any{}, Kinds: []string{}, Warnings: append([]formula.Warning{}, warnings...)}
	out.Elapsed = s.db.Clock().Now().Sub(started)
	if err != nil {
		return out, out.fail(err, shift)
	}
	out.fill(list)
	return out, nil
}

func (q Question) document() (*document, error) {
	tree := map[string]any{}
	if q.Klip != nil {
		tree = without(q.Klip)
	}
	tree["workspace"] = map[string]any{"datasources": anyList(q.Sources), "activeDatasource": q.Active}
	d, err := parse(tree)
	if err != nil {
		return nil, err
	}
	return d, d.checkAttached()
}

// piece cuts the selection out of the text and says how many characters stand before it.
func (q Question) piece() (text string, shift int, err error) {
	if q.To == 0 {
		return q.Text, 0, nil
	}
	runes := []rune(q.Text)
	if q.From < 0 || q.To <= q.From || q.To > len(runes) {
		return "", 0, errs.New(errs.Invalid, "bad_selection", "The selection is not inside the formula.").WithField("select")
	}
	return string(runes[q.From:q.To]), q.From, nil
}

// try evaluates a text among the formulas of the document, in place of the one that
// the part has.
func (e *evaluation) try(ctx context.Context, from Sources, text, partID string) (value.Vector, []formula.Warning, error) {
	c := e.compile()
	program, err := formula.Compile(text, nil, c.scope)
	if err != nil {
		return value.Vector{}, nil, err
	}
	self := formula.Part{Label: "This formula"}
	if i := slices.IndexFunc(c.scope.Parts, func(p formula.Part) bool { return p.Sub == partID }); i >= 0 && partID != "" {
		self = c.scope.Parts[i]
	}
	delete(c.errors, self.Sub)
	c.programs[self.Sub] = program
	a := e.arrangement(c)
	if err := e.data.fetch(ctx, from, c.needs(program, a)); err != nil {
		return value.Vector{}, nil, err
	}
	batch := e.batch(c, e.dates(c), a)
	if self.Sub == "" {
		batch.Add(self, program)
	}
	return batch.Eval(ctx, self.Component, self.Sub)
}

// needs lists the references that a program leads to, over other parts as well, and
// over those that are arranged with them.
func (c *compiled) needs(program *formula.Program, a *arrangement) []formula.Ref {
	var out []formula.Ref
	seen := map[string]bool{}
	next := []*formula.Program{program}
	for len(next) > 0 {
		for _, r := range next[0].Refs() {
			out = append(out, r)
			subs := []string{r.Sub}
			if tied := a.ties[r.Component]; slices.Contains(tied, r.Sub) {
				subs = tied
			}
			for _, sub := range subs {
				if other, ok := c.programs[sub]; ok && sub != "" && !seen[sub] {
					seen[sub] = true
					next = append(next, other)
				}
			}
		}
		next = next[1:]
	}
	return out
}

// fail puts the error of a formula into the output; other errors are ours.
func (o *Output) fail(err error, shift int) error {
	var e *formula.Error
	if !asFormulaError(err, &e) {
		return err
	}
	moved := *e
	if moved.Offset >= 0 {
		moved.Offset += shift
	}
	o.Error = &moved
	return nil
}

func (o *Output) fill(list value.Vector) {
	o.Count = list.Len()
	shown := list
	if o.Count > shownItems {
		shown = list.Slice(0, shownItems)
	}
	o.Items = component.Raw(shown)
	o.Kinds = make([]string, shown.Len())
	for i := range o.Kinds {
		o.Kinds[i] = shown.KindAt(i).String()
	}
}

// maxText is the length of a formula that is tried out, in bytes (formulas.md §2.2).
const maxText = 64 << 10

// namedVariables finds names behind a $ in the formulas: those that the formulas use,
// and maybe more.
func (d *document) namedVariables() []string {
	out := stored{text: d.extra}.namedVariables()
	for _, f := range d.formulas() {
		out = append(out, f.namedVariables()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// namedVariables finds names behind a $ in the text, and in paths that it refers to.
func (s stored) namedVariables() []string {
	texts := []string{s.text}
	for _, r := range s.refs {
		texts = append(texts, r.Pointer)
	}
	var out []string
	for _, t := range texts {
		if len(t) > maxText || !utf8.ValidString(t) {
			continue
		}
		for _, m := range variableMark.FindAllStringSubmatch(t, -1) {
			out = append(out, m[1])
		}
	}
	return out
}
