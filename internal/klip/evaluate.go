package klip

import (
	"context"
	"errors"
	"regexp"
	"time"

	"octavo/internal/component"
	"octavo/internal/formula"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
)

// EngineVersion is part of every hash of a result. Raise it with every change of results.
const EngineVersion = 7

// Limits of one evaluation. Those of time are the defaults of package formula: 5 s
// for a formula, 20 s for a Klip.
const maxBytes = 512 << 20

// Result is what a browser draws of a Klip.
type Result struct {
	Title        string                `json:"title"`
	TitleVisible bool                  `json:"title_visible"`
	Components   []ComponentResult     `json:"components"`
	Warnings     []component.Warning   `json:"warnings"`
	Locale       *component.DrawLocale `json:"locale,omitempty" doc:"Absent where it stands beside the results of a dashboard."`
}

// ComponentResult is one component: the field of its type, or an error.
type ComponentResult struct {
	ID    string                 `json:"id"`
	Name  string                 `json:"name"`
	Type  string                 `json:"type"`
	Table *component.TableResult `json:"table,omitempty"`
	Chart *component.ChartResult `json:"chart,omitempty"`
	Value *component.ValueResult `json:"value,omitempty"`
	Input *component.InputResult `json:"input,omitempty"`
	Error *PartError             `json:"error,omitempty"`
}

// PartError says why a component cannot be shown. Offset is a place in the formula
// as its author wrote it, in characters; nil where that is not known.
type PartError struct {
	Part    string `json:"part"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Offset  *int   `json:"offset,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

// evaluation is one Klip with everything its result depends on.
type evaluation struct {
	doc   *document
	data  *data
	vars  *values
	now   time.Time
	place component.Place
}

// run computes the result. It fails when it is cancelled or data cannot be read;
// what is wrong with a formula stands in the result.
func (e *evaluation) run(ctx context.Context, from Sources) (*Result, error) {
	c := e.compile()
	if err := e.data.fetch(ctx, from, c.refs()); err != nil {
		return nil, err
	}
	dates := e.dates(c)
	lists, err := e.lists(ctx, c, dates)
	if err != nil {
		return nil, err
	}
	return e.draw(lists, dates), nil
}

// compiled are the formulas of a document.
type compiled struct {
	parts    []part
	scope    formula.Scope
	programs map[string]*formula.Program // by id of the part
	errors   map[string]*PartError       // by id of the part
}

func (e *evaluation) compile() *compiled {
	c := &compiled{
		parts: e.doc.parts(), scope: e.doc.scope(e.data.sources),
		programs: map[string]*formula.Program{}, errors: map[string]*PartError{},
	}
	for _, p := range c.parts {
		f, ok := formulaOf(p.node)
		if !ok {
			continue
		}
		program, err := formula.Compile(f.text, f.refs, c.scope)
		if err != nil {
			c.errors[p.node.ID()] = partError(p.node.ID(), f.text, err)
			continue
		}
		c.programs[p.node.ID()] = program
	}
	return c
}

func (c *compiled) refs() []formula.Ref {
	var out []formula.Ref
	for _, p := range c.programs {
		out = append(out, p.Refs()...)
	}
	return out
}

var (
	canonicalMark = regexp.MustCompile(`[@&!]\{\d+\}`)
	variableMark  = regexp.MustCompile(`\$([A-Za-z_][A-Za-z0-9_.-]*)`)
)

// partError words an error. A place in a stored text is none in what its author sees.
func partError(partID, text string, err error) *PartError {
	out := &PartError{Part: partID, Code: "internal", Message: "This cannot be shown. The people who run Octavo can see why."}
	var e *formula.Error
	if !errors.As(err, &e) {
		return out
	}
	out.Code, out.Message, out.Hint = e.Code, e.Message, e.Hint
	if e.Offset >= 0 && !canonicalMark.MatchString(text) {
		offset := e.Offset
		out.Offset = &offset
	}
	return out
}

// title is a part as references spell it.
func (c *compiled) title(partID string) string {
	for _, p := range c.scope.Parts {
		if p.Sub == partID {
			return p.Title()
		}
	}
	return ""
}

// lists are the outputs of the formulas and what went wrong, by id of the part.
type lists struct {
	output   map[string]value.Vector
	errors   map[string]*PartError
	warnings []component.Warning
}

func (e *evaluation) lists(ctx context.Context, c *compiled, dates map[string]string) (*lists, error) {
	out := &lists{output: map[string]value.Vector{}, errors: c.errors}
	a := e.arrangement(c)
	batch := e.batch(c, dates, a)
	for _, r := range batch.EvalAll(ctx) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		id := r.Part.Sub
		if r.Err != nil {
			if !asFormulaError(r.Err, new(*formula.Error)) {
				return nil, r.Err
			}
			out.errors[id] = partError(id, c.programs[id].Text(), r.Err)
			continue
		}
		out.output[id] = r.Output
		for _, w := range r.Warnings {
			out.warnings = append(out.warnings, component.Warning{Component: r.Part.Component, Code: w.Code, Message: w.Message})
		}
	}
	return out, a.finish(ctx, batch, e.doc, c, out)
}

// batch puts the formulas of a Klip together, so that they can refer to each other.
func (e *evaluation) batch(c *compiled, dates map[string]string, a *arrangement) *formula.Batch {
	byID := map[string]part{}
	for _, p := range c.parts {
		byID[p.node.ID()] = p
	}
	batch := formula.NewBatch(&formula.Env{
		Data: e.data, Vars: e.vars.set, Unset: e.vars.unset, Now: e.now, Zone: e.place.Zone, WeekStart: e.place.WeekStart, Locale: e.place.Locale.EngineTag(),
		Limits:   formula.Limits{Bytes: maxBytes},
		Together: e.together(a, c, dates),
		Results: func(_, sub string, v value.Vector) (value.Vector, error) {
			p := byID[sub]
			return component.Displayed(v, component.FormatFor(p.node, p.of, dates), e.place), nil
		},
		Formulas: func(_, sub string) (value.Vector, error) { // of parts that did not compile, or have no formula
			if broken, ok := c.errors[sub]; ok {
				return value.Vector{}, syntax.Fail(broken.Code, c.title(sub)+" has an error: "+broken.Message, broken.Hint)
			}
			return value.Vector{}, nil
		},
	})
	for _, p := range c.scope.Parts {
		if program, ok := c.programs[p.Sub]; ok {
			batch.Add(p, program)
		}
	}
	for owner, subs := range a.ties {
		batch.Tie(owner, subs)
	}
	return batch
}

func asFormulaError(err error, into **formula.Error) bool { return errors.As(err, into) }

// draw makes the result of what the formulas gave.
func (e *evaluation) draw(l *lists, dates map[string]string) *Result {
	r := &Result{
		Title: e.doc.title, TitleVisible: e.doc.titleVisible(), Components: []ComponentResult{}, Warnings: []component.Warning{},
		Locale: e.place.Locale.Draw(e.place.WeekStart),
	}
	r.Warnings = append(r.Warnings, l.warnings...)
	for _, n := range component.Nodes(e.doc.components) {
		t, ok := component.Find(n.TypeName())
		if !ok {
			continue
		}
		c := ComponentResult{ID: n.ID(), Name: n.Name(t.Title), Type: t.Name, Error: firstError(n, l.errors)}
		if c.Error == nil {
			out := component.Draw(component.Input{Node: n, Data: l.output, Dates: dates, Place: e.place, Variables: e.vars.set, Fixed: e.vars.fixed})
			c.Table, c.Chart, c.Value, c.Input = out.Table, out.Chart, out.Value, out.Input
			r.Warnings = append(r.Warnings, out.Warnings...)
		}
		r.Components = append(r.Components, c)
	}
	return r
}

func firstError(n component.Node, errs map[string]*PartError) *PartError {
	for _, p := range n.Parts() {
		if e, ok := errs[p.ID()]; ok {
			return e
		}
	}
	return nil
}
