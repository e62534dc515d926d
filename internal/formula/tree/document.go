// Package tree holds JSON and XML as one kind of tree (formulas.md §3.2): arrays
// of numbers in document order, names stored once, all texts in one string. A
// document is immutable; goroutines may share it.
package tree

import (
	"fmt"
	"sort"
	"strings"
)

// Kind says what a node holds.
type Kind uint8

// The kinds.
const (
	Element Kind = iota // with children, or an empty object
	Text
	Number // of JSON; its text as it was written
	True
	False
	Null
	Run // a piece of text beside elements, without a name
)

// Node is a position in the arrays of a document; Root is 0. Nodes are numbered
// in document order, so the nodes below n are n+1 … End(n)-1.
type Node = int32

// Root is the node above the top-level elements.
const Root Node = 0

// Document is a tree.
type Document struct {
	names   []string
	ids     map[string]int32
	locals  map[string][]int32 // of XML: names with a prefix, by what stands behind it
	name    []int32
	parent  []Node
	end     []Node
	kind    []Kind
	start   []uint32 // where the text of the node begins; one entry more than nodes
	text    string
	owner   []Node // of attributes, in order
	attr    []int32
	attrEnd []uint32
	attrs   string
}

// NoName is the name of the root and of runs.
const NoName int32 = -1

// Len is the number of nodes, the root included.
func (d *Document) Len() int { return len(d.name) }

// Size estimates the memory of the document in bytes.
func (d *Document) Size() int64 {
	const perNode, perAttribute, perName = 4 + 4 + 4 + 1 + 4, 4 + 4 + 4, 64
	n := perNode*cap(d.name) + len(d.text) + perAttribute*cap(d.owner) + len(d.attrs)
	for _, name := range d.names {
		n += perName + len(name)
	}
	return int64(n)
}

// NameIDs finds the numbers of a name; in XML a name without a prefix stands for that
// name in any name space. None if no node and no attribute has it.
func (d *Document) NameIDs(name string) []int32 {
	ids := d.locals[name]
	if id, ok := d.ids[name]; ok {
		ids = append(ids[:len(ids):len(ids)], id)
	}
	return ids
}

// Name is the number of the name of a node.
func (d *Document) Name(n Node) int32 { return d.name[n] }

// NameText is the name behind a number; "" for NoName.
func (d *Document) NameText(id int32) string {
	if id == NoName {
		return ""
	}
	return d.names[id]
}

// Parent is the node above; -1 for the root.
func (d *Document) Parent(n Node) Node { return d.parent[n] }

// End is the node behind everything below n: its next sibling, if it has one.
func (d *Document) End(n Node) Node { return d.end[n] }

// Kind is the kind of a node.
func (d *Document) Kind(n Node) Kind { return d.kind[n] }

// Text is the text of a node: all texts below it, one after the other.
func (d *Document) Text(n Node) string { return d.text[d.start[n]:d.start[d.end[n]]] }

// Attributes gives which attributes a node has: lo … hi-1.
func (d *Document) Attributes(n Node) (lo, hi int) {
	lo = sort.Search(len(d.owner), func(i int) bool { return d.owner[i] >= n })
	for hi = lo; hi < len(d.owner) && d.owner[hi] == n; hi++ {
	}
	return lo, hi
}

// AttributeCount is the number of attributes in the document.
func (d *Document) AttributeCount() int { return len(d.owner) }

// Attribute gives the node that has attribute i, its name and its value.
func (d *Document) Attribute(i int) (owner Node, name int32, text string) {
	from := uint32(0)
	if i > 0 {
		from = d.attrEnd[i-1]
	}
	return d.owner[i], d.attr[i], d.attrs[from:d.attrEnd[i]]
}

// Bounds of a document. Deeper nesting than maxDepth is a fault or an attack.
const (
	maxDepth = 1000
	maxNodes = 1<<31 - 2
	maxText  = 1<<32 - 1
)

// builder makes a document; open elements are on the stack.
type builder struct {
	d     *Document
	text  strings.Builder
	attrs strings.Builder
	stack []Node
}

func newBuilder() *builder {
	b := &builder{d: &Document{ids: map[string]int32{}}}
	b.node(NoName, Element)
	b.stack = append(b.stack, Root)
	return b
}

func (b *builder) id(name string) int32 {
	id, ok := b.d.ids[name]
	if !ok {
		id = int32(len(b.d.names))
		name = strings.Clone(name)
		b.d.names = append(b.d.names, name)
		b.d.ids[name] = id
	}
	return id
}

// node adds a node without children below the innermost open one.
func (b *builder) node(name int32, kind Kind) Node {
	d, n := b.d, Node(len(b.d.name))
	parent := Node(-1)
	if len(b.stack) > 0 {
		parent = b.stack[len(b.stack)-1]
	}
	d.name = append(d.name, name)
	d.parent = append(d.parent, parent)
	d.end = append(d.end, n+1)
	d.kind = append(d.kind, kind)
	d.start = append(d.start, uint32(b.text.Len()))
	return n
}

func (b *builder) leaf(name int32, kind Kind, text []byte) {
	b.node(name, kind)
	b.text.Write(text)
}

func (b *builder) open(name int32) (Node, error) {
	if len(b.stack) > maxDepth {
		return 0, fmt.Errorf("it nests deeper than %d levels", maxDepth)
	}
	if len(b.d.name) >= maxNodes || b.text.Len() > maxText || b.attrs.Len() > maxText {
		return 0, fmt.Errorf("it is too large")
	}
	n := b.node(name, Element)
	b.stack = append(b.stack, n)
	return n, nil
}

func (b *builder) close() {
	n := b.stack[len(b.stack)-1]
	b.stack = b.stack[:len(b.stack)-1]
	b.d.end[n] = Node(len(b.d.name))
}

func (b *builder) attribute(owner Node, name int32, text string) {
	b.attrs.WriteString(text)
	b.d.owner = append(b.d.owner, owner)
	b.d.attr = append(b.d.attr, name)
	b.d.attrEnd = append(b.d.attrEnd, uint32(b.attrs.Len()))
}

// document ends the building.
func (b *builder) document() (*Document, error) {
	d := b.d
	if len(d.name) >= maxNodes || b.text.Len() > maxText || b.attrs.Len() > maxText {
		return nil, fmt.Errorf("it is too large")
	}
	d.end[Root] = Node(len(d.name))
	d.start = append(d.start, uint32(b.text.Len()))
	d.text, d.attrs = b.text.String(), b.attrs.String()
	return d, nil
}
