package formula

import (
	"slices"
	"strconv"
	"strings"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// loop is the body of MAP, MAPFLAT or SET. What in it depends on the bound
// variables has cells of its own, computed anew for each binding; the rest is
// computed once, outside.
type loop struct {
	id      int
	bind    *binding
	parent  *loop    // the home of the node that the loop belongs to
	program *Program // that positions of the body are in
	body    *task
	cells   map[string]*cell
	own     []*cell       // the same
	holds   map[*cell]int // cells outside that the body asks, and how many asking tasks end with this loop
	current []value.Vector
}

// root makes the tasks of a program.
func (b *Batch) root(p *Program) *task {
	t := b.task(p, p.root, nil)
	t.count()
	return t
}

// task finds the cell of a node; loops are those around it, outer first.
func (b *Batch) task(p *Program, e *expr, loops []*loop) *task {
	if e.op == opMap || e.op == opMapFlat || e.op == opSet {
		return b.binder(p, e, loops)
	}
	t := &task{e: e, args: make([]*task, len(e.args))}
	var home *loop
	var key strings.Builder
	key.WriteString(e.head())
	for i, a := range e.args {
		t.args[i] = b.task(p, a, loops)
		key.WriteByte('\x01')
		key.WriteString(strconv.Itoa(t.args[i].cell.id))
		home = inner(home, t.args[i].cell.home, loops)
	}
	if e.op == opBound {
		home = boundBy(e.bind, loops)
		key.WriteString(strconv.Itoa(e.index))
	}
	t.cell, _ = b.cell(home, key.String())
	return t
}

// binder finds the cell of a node that binds variables. Equal ones share their
// loop, wherever they stand.
func (b *Batch) binder(p *Program, e *expr, loops []*loop) *task {
	values := b.task(p, e.args[0], loops)
	home := inner(values.cell.home, dependsOn(e.args[1], loops), loops)
	var key strings.Builder
	key.WriteString(e.head() + "\x01" + strconv.Itoa(values.cell.id) + "\x01")
	meaning(&key, e.args[1], loops, []*binding{e.bind})
	t := &task{e: e, args: []*task{values}}
	known := false
	if t.cell, known = b.cell(home, key.String()); !known {
		l := &loop{id: b.made, bind: e.bind, parent: home, program: p, cells: map[string]*cell{}, holds: map[*cell]int{}}
		t.cell.loop = l
		l.body = b.task(p, e.args[1], append(loops[:len(loops):len(loops)], l))
	}
	return t
}

func (b *Batch) cell(home *loop, key string) (c *cell, known bool) {
	cells := b.cells
	if home != nil {
		cells = home.cells
	}
	if c, known = cells[key]; known {
		return c, true
	}
	b.made++
	c = &cell{id: b.made, home: home}
	cells[key] = c
	if home != nil {
		home.own = append(home.own, c)
	}
	return c, false
}

func boundBy(bind *binding, loops []*loop) *loop {
	for _, l := range loops {
		if l.bind == bind {
			return l
		}
	}
	return nil
}

// inner gives the one of two loops that stands inside the other.
func inner(x, y *loop, loops []*loop) *loop {
	for i := len(loops) - 1; i >= 0; i-- {
		if loops[i] == x || loops[i] == y {
			return loops[i]
		}
	}
	return nil
}

// dependsOn gives the innermost of the loops whose variables a node needs.
func dependsOn(e *expr, loops []*loop) *loop {
	var home *loop
	if e.op == opBound {
		home = boundBy(e.bind, loops)
	}
	for _, a := range e.args {
		home = inner(home, dependsOn(a, loops), loops)
	}
	return home
}

// meaning writes a text that is equal for bodies that give equal lists: variables
// bound outside go by their loop, those bound inside by how far out it is.
func meaning(b *strings.Builder, e *expr, loops []*loop, inside []*binding) {
	b.WriteString(e.head())
	if e.op == opBound {
		if l := boundBy(e.bind, loops); l != nil {
			b.WriteString("o" + strconv.Itoa(l.id))
		} else {
			b.WriteString("i" + strconv.Itoa(len(inside)-slices.Index(inside, e.bind)))
		}
		b.WriteString("." + strconv.Itoa(e.index))
	} else if e.bind != nil {
		inside = append(inside[:len(inside):len(inside)], e.bind)
	}
	for _, a := range e.args {
		b.WriteByte('\x02')
		meaning(b, a, loops, inside)
	}
	b.WriteByte('\x03')
}

// count adds a use of the task, and of what it asks if it is the first: below a
// cell that exists already the list will be there when others could ask.
func (t *task) count() {
	t.cell.uses++
	t.cell.left++
	if t.cell.uses > 1 {
		return
	}
	for _, a := range t.args {
		a.countFrom(t.cell.home)
	}
	if l := t.cell.loop; l != nil {
		l.body.countFrom(l)
	}
}

// countFrom counts a use by something that is computed anew with each turn of a
// loop. What does not depend on that loop, or on some around it, must stay.
func (t *task) countFrom(from *loop) {
	for l := from; l != t.cell.home && l != nil; l = l.parent {
		if l.parent == t.cell.home {
			l.holds[t.cell]++
		} else {
			l.holds[t.cell] += 0
		}
	}
	t.count()
}

// start makes a loop ready to run; end must follow.
func (l *loop) start() {
	for c := range l.holds {
		c.held++
	}
}

// end lets go of what the loop asked for.
func (l *loop) end(r *vec.Run) {
	l.current = nil
	for c, uses := range l.holds {
		c.held--
		c.left -= uses
		if c.held == 0 && c.left <= 0 {
			c.drop(r)
		}
	}
	l.reset(r)
}

// reset forgets what was computed for the last binding.
func (l *loop) reset(r *vec.Run) {
	for _, c := range l.own {
		c.left = c.uses
		c.drop(r)
	}
}

// drop forgets a list and gives its budget back.
func (c *cell) drop(r *vec.Run) {
	if c.done && !c.foreign {
		r.Settle(r.Used() - c.list.Size())
	}
	c.done, c.list, c.warnings = false, value.Vector{}, nil
}
