package formula

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"octavo/internal/formula/datefmt/locale"
	"octavo/internal/formula/fn"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// evaluation is one call of a batch.
type evaluation struct {
	batch *Batch
	run   *vec.Run
}

// output evaluates a member once.
func (ev *evaluation) output(m *member) *outcome {
	if m.output != nil {
		return m.output
	}
	if err := ev.batch.circular(m); err != nil {
		m.output = &outcome{err: err}
		return m.output
	}
	outer := ev.run.Warnings(nil)
	list, _, err := ev.eval(m.program, m.root)
	o := &outcome{list, ev.run.Warnings(outer), err}
	if err != nil {
		o.list = value.Vector{}
		var place *Error
		if !errors.As(err, &place) { // cancelled, or our fault: the next try may succeed
			return o
		}
	}
	m.output = o
	return o
}

// displayed is the output after Env.Results, once.
func (ev *evaluation) displayed(m *member) *outcome {
	o := ev.output(m)
	if o.err != nil || m.shown != nil {
		return cmp.Or(m.shown, o)
	}
	list := o.list
	if m.tie != nil {
		lists, err := ev.together(m)
		if err != nil {
			return &outcome{err: err}
		}
		list = lists[m.part.Sub]
	}
	if ev.batch.env.Results == nil {
		return &outcome{list, o.warnings, nil}
	}
	list, err := ev.batch.env.Results(m.part.Component, m.part.Sub, list)
	m.shown = &outcome{list, o.warnings, err}
	return m.shown
}

// together gives what the tied members of a component make of their outputs, once.
func (ev *evaluation) together(m *member) (map[string]value.Vector, error) {
	t := m.tie
	if t.lists != nil || t.err != nil {
		return t.lists, t.err
	}
	outputs := make(map[string]value.Vector, len(t.members))
	for _, x := range t.members {
		o := ev.output(x)
		if o.err != nil {
			return nil, ofPart(x.part, o.err)
		}
		outputs[x.part.Sub] = o.list
	}
	lists, err := ev.batch.env.Together(ev.run, m.part.Component, outputs)
	if err = limited(err); err == nil {
		t.lists = lists
	}
	var of *Error
	if errors.As(err, &of) {
		t.err = err
	}
	return lists, err
}

// limited words an error of a kernel that stopped.
func limited(err error) error {
	for _, stop := range []error{vec.ErrTime, vec.ErrMemory, vec.ErrItems} {
		if errors.Is(err, stop) {
			message := err.Error()
			return syntax.Fail(syntax.CodeLimit, strings.ToUpper(message[:1])+message[1:]+".", "Reduce the data or split the formula.")
		}
	}
	return err
}

// eval computes a task, or takes what an equal one left. owned says that the
// list is held by the caller alone, whose budget is then freed with it.
func (ev *evaluation) eval(p *Program, t *task) (list value.Vector, owned bool, err error) {
	c := t.cell
	if c.done {
		for _, w := range c.warnings {
			ev.run.Warn(w.Code, w.Message)
		}
		list = c.list
		if c.held > 0 {
			return list, false, nil
		}
		c.left--
		if c.left <= 0 && !c.foreign {
			c.done, c.list, owned = false, value.Vector{}, true
		}
		return list, owned, nil
	}
	outer := ev.run.Warnings(nil)
	list, err = ev.compute(p, t)
	warnings := ev.run.Warnings(outer)
	for _, w := range warnings {
		ev.run.Warn(w.Code, w.Message)
	}
	if err != nil {
		return value.Vector{}, false, place(err, p, t)
	}
	c.foreign = t.e.foreign()
	if c.held == 0 {
		c.left--
	}
	if c.held > 0 || c.left > 0 || c.foreign {
		c.done, c.list, c.warnings = true, list, warnings
		return list, false, nil
	}
	return list, t.e.op != opConst, nil
}

// place turns an error into one that points into the text of the program.
func place(err error, p *Program, t *task) error {
	err = limited(err)
	var e *Error
	if !errors.As(err, &e) || e.Offset >= 0 {
		return err
	}
	return e.At(p.text, t.e.pos)
}

// compute evaluates the arguments and then the node itself.
func (ev *evaluation) compute(p *Program, t *task) (value.Vector, error) {
	switch t.e.op {
	case opMap, opMapFlat, opSet:
		return ev.loop(p, t)
	case opTry:
		return ev.try(p, t)
	case opFail:
		return value.Vector{}, t.e.err
	}
	args := make([]value.Vector, len(t.args))
	var owned int64
	for i, a := range t.args {
		if a.e.op == opEmpty {
			continue
		}
		list, own, err := ev.eval(p, a)
		if err != nil {
			return value.Vector{}, err
		}
		args[i] = list
		if own {
			owned += list.Size()
		}
	}
	before := ev.run.Used()
	list, err := ev.apply(p, t, args)
	if !t.e.foreign() { // lists of data sources are shared and not ours to count
		ev.run.Settle(before - owned + list.Size())
	}
	return list, err
}

func (ev *evaluation) apply(p *Program, t *task, args []value.Vector) (value.Vector, error) {
	switch e := t.e; e.op {
	case opConst:
		return value.Const(e.item, 1), nil
	case opRef:
		return ev.reference(e.ref)
	case opBound:
		return t.cell.home.current[e.index], nil
	case opPath:
		return ev.path(e.ref.Source, e.query, args)
	case opSource:
		return ev.source(p, e, args)
	case opArith:
		return vec.Arith(ev.run, e.symbol, args[0], args[1])
	case opCompare:
		return vec.Compare(ev.run, e.compare, args[0], args[1])
	case opSign:
		if e.symbol == '-' {
			return vec.Negate(ev.run, args[0])
		}
		return vec.Plus(ev.run, args[0])
	case opCall:
		return ev.call(p, t, args)
	}
	return value.Vector{}, nil
}

func (ev *evaluation) call(p *Program, t *task, args []value.Vector) (value.Vector, error) {
	env := ev.batch.env
	c := &fn.Call{Run: ev.run, Func: t.e.fn, Now: env.Now, Zone: env.Zone, WeekStart: env.WeekStart, MaxCount: ev.batch.limits.Count}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	c.Names, _ = locale.Find(env.Locale)
	for i, a := range t.args {
		arg := fn.Arg{Vector: args[i], Given: a.e.op != opEmpty, Keyword: a.e.word}
		param := t.e.fn.Param(i)
		if arg.Given && arg.Keyword == "" && fn.Keywords(param.Kind) != nil && param.Kind != fn.Weekdays {
			text := ""
			if args[i].Len() > 0 {
				text = args[i].Item(0).Text()
			}
			if text == "" && param.Optional {
				arg = fn.Arg{}
			} else {
				word, err := fn.Keyword(param.Kind, text)
				if err != nil {
					return value.Vector{}, err.At(p.text, a.e.pos)
				}
				arg.Keyword = word
			}
		}
		c.Args = append(c.Args, arg)
	}
	return t.e.fn.Eval(c)
}

// reference gives the list that a reference leads to.
func (ev *evaluation) reference(r Ref) (value.Vector, error) {
	env := ev.batch.env
	switch r.Kind {
	case KindVariable:
		if v, ok := env.Vars[r.Name]; ok {
			return v, nil
		}
		if env.Unset != nil {
			if err := env.Unset(r.Name); err != nil {
				return value.Vector{}, unplaced(err)
			}
		}
		message := "the variable $" + r.Name + " is not set"
		if strings.Contains(r.Name, "-") {
			message += "; a minus needs a space before it"
		}
		ev.run.Warn(vec.UnsetVariable, message)
		return value.Blanks(1), nil
	case KindData:
		if env.Data == nil {
			return value.Vector{}, notLoaded()
		}
		v, err := env.Data.Lookup(r.Source, r.Pointer)
		return v, unplaced(err)
	}
	if m := ev.batch.find(r.Component, r.Sub); m != nil {
		o := ev.output(m)
		if r.Kind == KindResult {
			o = ev.displayed(m)
		}
		return o.list, ofPart(m.part, o.err)
	}
	if env.Formulas == nil {
		return value.Vector{}, syntax.Fail(syntax.CodeUnknownReference, r.Name+" cannot be evaluated here.", "")
	}
	v, err := env.Formulas(r.Component, r.Sub)
	if err == nil && r.Kind == KindResult && env.Results != nil {
		v, err = env.Results(r.Component, r.Sub, v)
	}
	return v, unplaced(err)
}

// unplaced takes the place off an error of elsewhere, so that it gets the place of the reference.
func unplaced(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	return syntax.Fail(e.Code, e.Message, e.Hint)
}

// ofPart words the error of another part for the one that refers to it.
func ofPart(part Part, err error) error {
	var e *Error
	if err == nil || errors.Is(err, context.Canceled) || !errors.As(err, &e) {
		return err
	}
	return syntax.Fail(e.Code, fmt.Sprintf("%s has an error: %s", part.Title(), e.Message), e.Hint)
}
