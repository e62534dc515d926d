package formula

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// Batch evaluates the programs of one Klip together: equal parts of formulas
// are computed once, and & and ! references lead to each other. Add everything,
// then evaluate. A batch belongs to one goroutine.
type Batch struct {
	env     *Env
	limits  Limits
	members []*member
	cells   map[string]*cell // of everything that depends on no bound variable
	made    int              // how many cells there are anywhere
	used    int64            // bytes that kept lists hold
}

// member is one program of the batch.
type member struct {
	part    Part
	program *Program
	root    *task
	output  *outcome // of the formula, nil = not evaluated yet
	shown   *outcome // after Env.Results
	tie     *tie     // nil = its displayed data is made of its output alone
}

// tie are members whose displayed data is made of the outputs of all of them.
type tie struct {
	members []*member
	lists   map[string]value.Vector // after Env.Together, nil = not asked yet
	err     error
}

type outcome struct {
	list     value.Vector
	warnings []Warning
	err      error
}

// task is a node of a program; cell is what tasks with equal meaning share.
type task struct {
	e    *expr
	cell *cell
	args []*task
}

type cell struct {
	id       int
	home     *loop // the innermost loop whose variables it depends on, nil = none
	loop     *loop // of a node that binds variables
	uses     int   // how many tasks ask
	left     int   // how many tasks will still ask
	held     int   // how many running loops may ask again and again
	done     bool  // list is there
	foreign  bool  // list is not ours to count and to drop
	list     value.Vector
	warnings []Warning
}

// NewBatch starts a batch. The env must not change while the batch is in use.
func NewBatch(env *Env) *Batch {
	return &Batch{env: env, limits: env.Limits.filled(), cells: map[string]*cell{}}
}

// Add puts the program of a part into the batch.
func (b *Batch) Add(part Part, p *Program) {
	b.members = append(b.members, &member{part: part, program: p, root: b.root(p)})
}

// Tie says that the displayed data of these sub-components of a component is made of
// their outputs together, by Env.Together. They were added before.
func (b *Batch) Tie(component string, subs []string) {
	t := &tie{}
	for _, sub := range subs {
		if m := b.find(component, sub); m != nil {
			m.tie, t.members = t, append(t.members, m)
		}
	}
}

func (b *Batch) find(component, sub string) *member {
	for _, m := range b.members {
		if m.part.Component == component && m.part.Sub == sub {
			return m
		}
	}
	return nil
}

// Eval gives the formula output of a part of the batch. The error is an *Error
// with a place, or the error of a cancelled context, or one of our own faults.
func (b *Batch) Eval(ctx context.Context, component, sub string) (value.Vector, []Warning, error) {
	return b.top(ctx, component, sub, (*evaluation).output)
}

// Displayed gives the displayed data of a part of the batch: its output after Env.Results.
func (b *Batch) Displayed(ctx context.Context, component, sub string) (value.Vector, []Warning, error) {
	return b.top(ctx, component, sub, (*evaluation).displayed)
}

// Result is what became of one part of a batch.
type Result struct {
	Part     Part
	Output   value.Vector
	Warnings []Warning
	Err      error // as Eval gives it
}

// EvalAll evaluates every part, in the order they were added, under the time limit for a batch.
func (b *Batch) EvalAll(ctx context.Context) []Result {
	ctx, cancel := within(ctx, b.limits.Batch)
	defer cancel()
	out := make([]Result, len(b.members))
	for i, m := range b.members {
		list, warnings, err := b.Eval(ctx, m.part.Component, m.part.Sub)
		out[i] = Result{m.part, list, warnings, err}
	}
	return out
}

func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, limit)
}

func (b *Batch) top(ctx context.Context, component, sub string, get func(*evaluation, *member) *outcome) (list value.Vector, warnings []Warning, err error) {
	m := b.find(component, sub)
	if m == nil {
		return value.Vector{}, nil, syntax.Fail(syntax.CodeDeletedReference, "This part of the Klip does not exist.", "")
	}
	ctx, cancel := within(ctx, b.limits.Time)
	defer cancel()
	ev := &evaluation{b, vec.NewRun(ctx, b.limits.Items, b.limits.Bytes, b.used)}
	defer func() {
		b.used = ev.run.Used()
		if p := recover(); p != nil {
			list, warnings = value.Vector{}, nil
			err = fmt.Errorf("formula: evaluation panicked: %v\n%s", p, debug.Stack())
		}
	}()
	o := get(ev, m)
	return o.list, o.warnings, o.err
}

// Eval evaluates the program alone, with & and ! references through env.Formulas.
// The error is as Batch.Eval gives it.
func (p *Program) Eval(ctx context.Context, env *Env) (value.Vector, []Warning, error) {
	b := NewBatch(env)
	b.Add(Part{}, p)
	return b.Eval(ctx, "", "")
}
