package xpath

import (
	"slices"

	"octavo/internal/formula/tree"
	"octavo/internal/formula/value"
)

// ref is a node of the document, or from its length on an attribute.
type ref = int32

// evaluation is one evaluation of a query.
type evaluation struct {
	d     *tree.Document
	vars  map[string]value.Item
	check func() error // asked now and then; its error stops
	count int
	err   error
}

// checkEvery is how many nodes are visited between two looks at the deadline.
const checkEvery = 1 << 14

// visit counts a node; false means stop.
func (ev *evaluation) visit() bool {
	if ev.count++; ev.count%checkEvery == 0 && ev.err == nil {
		ev.err = ev.check()
	}
	return ev.err == nil
}

func (ev *evaluation) isAttribute(r ref) bool { return int(r) >= ev.d.Len() }

func (ev *evaluation) attribute(r ref) (owner tree.Node, name int32, text string) {
	return ev.d.Attribute(int(r) - ev.d.Len())
}

// paths evaluates a union in document order.
func (ev *evaluation) paths(of []*path, context ref) []ref {
	if len(of) == 1 {
		return ev.path(of[0], context)
	}
	var all []ref
	for _, p := range of {
		all = append(all, ev.path(p, context)...)
	}
	return ev.ordered(all)
}

func (ev *evaluation) path(p *path, context ref) []ref {
	if p.absolute {
		context = tree.Root
	}
	set := []ref{context}
	for i := range p.steps {
		set = ev.step(&p.steps[i], set)
		if len(set) == 0 || ev.err != nil {
			return nil
		}
	}
	return set
}

// step gives what a step selects from a set that is in document order.
func (ev *evaluation) step(s *step, set []ref) []ref {
	m, ok := ev.matcher(s)
	if !ok {
		return nil
	}
	if len(s.predicates) == 0 {
		return ev.ordered(ev.all(s.axis, m, set))
	}
	if s.plain && (s.axis == axisDescendant || s.axis == axisChild) {
		return ev.filter(s.predicates, ev.ordered(ev.all(s.axis, m, set)))
	}
	var out, one []ref
	for _, r := range set {
		one = ev.filter(s.predicates, ev.axis(s.axis, m, r, one[:0]))
		out = append(out, one...)
		if ev.err != nil {
			return nil
		}
	}
	return ev.ordered(out)
}

// all applies an axis to every member of a set, leaving out those whose nodes
// another member gives anyway.
func (ev *evaluation) all(a axis, m matcher, set []ref) []ref {
	var out []ref
	behind, parent := ref(0), ref(-2)
	for i, r := range set {
		if ev.err != nil {
			return nil
		}
		switch {
		case ev.isAttribute(r):
		case a == axisDescendant || a == axisDescendantOrSelf:
			if r < behind {
				continue // it stands below the one before
			}
			behind = ev.d.End(r)
		case a == axisFollowingSibling:
			if ev.d.Parent(r) == parent {
				continue
			}
			parent = ev.d.Parent(r)
		case a == axisPrecedingSibling:
			if i+1 < len(set) && !ev.isAttribute(set[i+1]) && ev.d.Parent(set[i+1]) == ev.d.Parent(r) {
				continue
			}
		}
		out = ev.axis(a, m, r, out)
	}
	return out
}

// filter keeps what all predicates hold for, in place; the list is in the order of its axis.
func (ev *evaluation) filter(predicates []*expr, list []ref) []ref {
	for _, p := range predicates {
		kept, size := list[:0], len(list)
		for i, r := range list {
			if !ev.visit() {
				return nil
			}
			if ev.holds(p, context{r, i + 1, size}) {
				kept = append(kept, r)
			}
		}
		list = kept
	}
	return list
}

// matcher is the test of a step with the numbers of its name.
type matcher struct {
	test  test
	names []int32
	attr  bool
}

func (m *matcher) named(id int32) bool {
	for _, name := range m.names {
		if name == id {
			return true
		}
	}
	return false
}

// matcher is false for a name that the document does not have.
func (ev *evaluation) matcher(s *step) (matcher, bool) {
	m := matcher{test: s.test, attr: s.axis == axisAttribute}
	if s.test == testName {
		m.names = ev.d.NameIDs(s.name)
		return m, len(m.names) > 0
	}
	return m, true
}

// matches says whether an element or a run passes the test.
func (ev *evaluation) matches(m matcher, n tree.Node) bool {
	switch m.test {
	case testName:
		return m.named(ev.d.Name(n))
	case testAny:
		return ev.d.Name(n) != tree.NoName
	case testText:
		return ev.d.Kind(n) == tree.Run
	}
	return true
}

// axis appends what one member gives, in the order of the axis.
func (ev *evaluation) axis(a axis, m matcher, r ref, out []ref) []ref {
	if ev.isAttribute(r) {
		return ev.fromAttribute(a, m, r, out)
	}
	d := ev.d
	put := func(n tree.Node) bool {
		if ev.matches(m, n) {
			out = append(out, n)
		}
		return ev.visit()
	}
	switch a {
	case axisChild:
		if m.test == testText && d.Kind(r) != tree.Element {
			return append(out, r) // a leaf stands for its own text
		}
		for n := r + 1; n < d.End(r) && put(n); n = d.End(n) {
		}
	case axisDescendantOrSelf, axisDescendant:
		if m.test == testText {
			return ev.leaves(r, out)
		}
		n := r
		if a == axisDescendant {
			n++
		}
		for ; n < d.End(r) && put(n); n++ {
		}
	case axisSelf:
		put(r)
	case axisParent:
		if p := d.Parent(r); p >= 0 {
			put(p)
		}
	case axisAncestor:
		for p := d.Parent(r); p >= 0 && put(p); p = d.Parent(p) {
		}
	case axisFollowingSibling:
		if p := d.Parent(r); p >= 0 {
			for n := d.End(r); n < d.End(p) && put(n); n = d.End(n) {
			}
		}
	case axisPrecedingSibling:
		if p := d.Parent(r); p >= 0 {
			from := len(out)
			for n := p + 1; n < r && put(n); n = d.End(n) {
			}
			slices.Reverse(out[from:])
		}
	case axisAttribute:
		return ev.attributes(m, r, out)
	}
	return out
}

func (ev *evaluation) attributes(m matcher, r ref, out []ref) []ref {
	lo, hi := ev.d.Attributes(r)
	for i := lo; i < hi && ev.visit(); i++ {
		if _, name, _ := ev.d.Attribute(i); m.test == testAny || m.named(name) {
			out = append(out, ref(ev.d.Len()+i))
		}
	}
	return out
}

// leaves appends what has text of its own at or below a node.
func (ev *evaluation) leaves(r ref, out []ref) []ref {
	for n := r; n < ev.d.End(r) && ev.visit(); n++ {
		if ev.d.Kind(n) != tree.Element {
			out = append(out, n)
		}
	}
	return out
}

func (ev *evaluation) fromAttribute(a axis, m matcher, r ref, out []ref) []ref {
	owner, _, _ := ev.attribute(r)
	switch a {
	case axisSelf, axisDescendantOrSelf:
		if m.test == testNode {
			out = append(out, r)
		}
	case axisParent:
		if ev.matches(m, owner) {
			out = append(out, owner)
		}
	case axisAncestor:
		if ev.matches(m, owner) {
			out = append(out, owner)
		}
		out = ev.axis(axisAncestor, m, owner, out)
	}
	return out
}

// ordered puts a set into document order, each member once.
func (ev *evaluation) ordered(set []ref) []ref {
	sorted, mixed := true, false
	for i := 1; i < len(set); i++ {
		sorted = sorted && set[i-1] < set[i]
		mixed = mixed || ev.isAttribute(set[i-1]) != ev.isAttribute(set[i])
	}
	switch {
	case mixed:
		slices.SortFunc(set, ev.compareOrder)
	case !sorted:
		slices.Sort(set)
	default:
		return set
	}
	return slices.Compact(set)
}

// compareOrder puts attributes behind the element that has them.
func (ev *evaluation) compareOrder(a, b ref) int {
	x, y := a, b
	if ev.isAttribute(a) {
		x, _, _ = ev.attribute(a)
	}
	if ev.isAttribute(b) {
		y, _, _ = ev.attribute(b)
	}
	if x != y {
		return int(x) - int(y)
	}
	return int(a) - int(b)
}
