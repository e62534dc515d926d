package xpath

import (
	"strconv"
	"sync"

	"octavo/internal/formula/tree"
	"octavo/internal/formula/value"
)

// Document is a tree with the lists that queries have given; it may be shared.
type Document struct {
	tree *tree.Document

	mu    sync.Mutex // guards lists
	lists map[string]value.Vector
}

// maxLists is how many lists a document keeps. Klips ask for fewer; more come from
// paths that a formula computes, and nobody asks for those again.
const maxLists = 500

// NewDocument prepares a tree for queries.
func NewDocument(t *tree.Document) *Document {
	return &Document{tree: t, lists: map[string]value.Vector{}}
}

// Select gives the list of a query; vars are its variables by name. check is
// asked now and then, its error stops the evaluation. Lists of queries without
// variables are computed once.
func (d *Document) Select(q *Query, vars map[string]value.Item, check func() error) (value.Vector, error) {
	if len(q.vars) > 0 {
		return d.evaluate(q, vars, check)
	}
	d.mu.Lock()
	list, ok := d.lists[q.text]
	d.mu.Unlock()
	if ok {
		return list, nil
	}
	list, err := d.evaluate(q, nil, check)
	if err != nil {
		return list, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if first, ok := d.lists[q.text]; ok { // another goroutine was faster; one list keeps its groups and codes
		return first, nil
	}
	if len(d.lists) >= maxLists {
		clear(d.lists)
	}
	d.lists[q.text] = list
	return list, nil
}

// Size estimates the memory of the document with the lists that it keeps.
func (d *Document) Size() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.tree.Size()
	for text, list := range d.lists {
		n += int64(len(text)) + list.Size()
	}
	return n
}

func (d *Document) evaluate(q *Query, vars map[string]value.Item, check func() error) (value.Vector, error) {
	ev := &evaluation{d: d.tree, vars: vars, check: check}
	if err := check(); err != nil {
		return value.Vector{}, err
	}
	set := ev.paths(q.paths, tree.Root)
	b := value.NewBuilder(len(set))
	switch q.form {
	case formCount:
		b.AppendNumber(float64(len(set)))
	case formNames:
		for _, r := range set {
			ev.names(b, r)
		}
	case formFill:
		for _, r := range set {
			if found := ev.path(q.child, r); len(found) > 0 {
				b.Append(ev.item(found[0]))
			} else {
				b.AppendBlank()
			}
		}
	default:
		for _, r := range set {
			if !ev.visit() {
				break
			}
			b.Append(ev.item(r))
		}
	}
	return b.Vector(), ev.err
}

// names adds the names of the children of a node.
func (ev *evaluation) names(b *value.Builder, r ref) {
	if ev.isAttribute(r) {
		return
	}
	for n := r + 1; n < ev.d.End(r) && ev.visit(); n = ev.d.End(n) {
		if name := ev.d.Name(n); name != tree.NoName {
			b.AppendText(ev.d.NameText(name))
		}
	}
}

// item is what a node is in a list.
func (ev *evaluation) item(r ref) value.Item {
	if !ev.isAttribute(r) {
		switch ev.d.Kind(r) {
		case tree.Null:
			return value.Item{}
		case tree.True, tree.False:
			return value.Boolean(ev.d.Kind(r) == tree.True)
		case tree.Number:
			if f, err := strconv.ParseFloat(ev.d.Text(r), 64); err == nil {
				return value.Num(f)
			}
		}
	}
	return value.Str(ev.text(r))
}
