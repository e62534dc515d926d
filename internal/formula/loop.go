package formula

import (
	"errors"
	"fmt"

	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// loop evaluates MAP, MAPFLAT or SET.
func (ev *evaluation) loop(p *Program, t *task) (value.Vector, error) {
	values, own, err := ev.eval(p, t.args[0])
	if err != nil {
		return value.Vector{}, err
	}
	var spare int64
	if own {
		spare = values.Size()
	}
	l := t.cell.loop
	l.start()
	list, err := ev.turns(t.e, l, values)
	l.end(ev.run)
	ev.run.Settle(ev.run.Used() - spare + list.Size())
	if err != nil && l.program != p { // an equal loop of another formula has the places of that one
		err = place(unplaced(err), p, t)
	}
	return list, err
}

func (ev *evaluation) turns(e *expr, l *loop, values value.Vector) (value.Vector, error) {
	if e.op == opSet {
		list, own, err := ev.turn(l, ev.oneForEach(e.bind.names, values))
		ev.release(list, own)
		return list, err
	}
	n, limit := values.Coded().Entries.Len(), ev.batch.limits.Loops
	if limit > 0 && n > limit {
		return value.Vector{}, syntax.Fail(syntax.CodeLimit, fmt.Sprintf("A formula may be evaluated for at most %d items, not %d.", limit, n), "Group the items first, or compare whole lists.")
	}
	if e.op == opMap {
		return ev.mapped(l, values)
	}
	return ev.flattened(l, values)
}

// turn evaluates the body once.
func (ev *evaluation) turn(l *loop, vars []value.Vector) (list value.Vector, own bool, err error) {
	if err := ev.run.Step(); err != nil {
		return value.Vector{}, false, err
	}
	l.reset(ev.run)
	l.current = vars
	return ev.eval(l.program, l.body)
}

// release gives the budget of a list back that the caller counts in another way.
func (ev *evaluation) release(list value.Vector, own bool) {
	if own {
		ev.run.Settle(ev.run.Used() - list.Size())
	}
}

// mapped gives the first result of each turn; equal items share one.
func (ev *evaluation) mapped(l *loop, values value.Vector) (value.Vector, error) {
	var failed error
	list := values.MapEntries(func(it value.Item) value.Item {
		if failed != nil {
			return value.Item{}
		}
		list, own, err := ev.turn(l, []value.Vector{value.Const(it, 1)})
		ev.release(list, own)
		if failed = err; err != nil || list.Len() == 0 {
			return value.Item{}
		}
		return list.Item(0)
	})
	if failed != nil {
		return value.Vector{}, failed
	}
	return list, ev.run.Reserve(list.Len(), 0)
}

// flattened gives all results of all turns in the order of the items; equal
// items share a turn.
func (ev *evaluation) flattened(l *loop, values value.Vector) (value.Vector, error) {
	coded := values.Coded()
	results := make([]value.Vector, coded.Entries.Len())
	var kept int64
	defer func() { ev.run.Settle(ev.run.Used() - kept) }()
	for i := range results {
		list, own, err := ev.turn(l, []value.Vector{value.Const(coded.Entries.Item(i), 1)})
		if err != nil {
			return value.Vector{}, err
		}
		if own {
			kept += list.Size()
		}
		results[i] = list
	}
	at := func(i int) value.Vector {
		if values.IsConst() {
			return results[0]
		}
		return results[coded.Codes[i]]
	}
	total := 0
	for i := range values.Len() {
		if total += at(i).Len(); i%vec.Block == 0 || total > maxCells {
			if err := ev.run.Reserve(total, 0); err != nil {
				return value.Vector{}, err
			}
		}
	}
	if err := ev.run.Reserve(total, 8); err != nil {
		return value.Vector{}, err
	}
	b := value.NewBuilder(total)
	for i := range values.Len() {
		b.AppendVector(at(i))
	}
	ev.run.Settle(ev.run.Used() - int64(total)*8)
	return b.Vector(), nil
}

// oneForEach pairs names with items: one item serves all names, missing ones are blank.
func (ev *evaluation) oneForEach(names []string, values value.Vector) []value.Vector {
	n := values.Len()
	if n != 1 && n != len(names) {
		ev.run.Warn(vec.DifferentLength, fmt.Sprintf("lists of different length (%d, %d)", len(names), n))
	}
	out := make([]value.Vector, len(names))
	for i := range out {
		out[i] = value.Blanks(1)
		if n == 1 {
			out[i] = value.Const(values.Item(0), 1)
		} else if i < n {
			out[i] = value.Const(values.Item(i), 1)
		}
	}
	return out
}

// try evaluates IFERROR. An error of ours, and one that would stop the fallback
// as well, passes.
func (ev *evaluation) try(p *Program, t *task) (value.Vector, error) {
	before := ev.run.Used()
	outer := ev.run.Warnings(nil)
	list, own, err := ev.eval(p, t.args[0])
	warnings := ev.run.Warnings(outer)
	var failed *Error
	if errors.As(err, &failed) && ev.run.Step() == nil {
		ev.run.Settle(before)
		warnings = nil
		list, own, err = ev.eval(p, t.args[1])
	}
	for _, w := range warnings {
		ev.run.Warn(w.Code, w.Message)
	}
	ev.release(list, own)
	ev.run.Settle(ev.run.Used() + list.Size())
	return list, err
}
