// Package syntax reads formulas: scanner, parser, tree, and the pointers into
// tables. It knows no functions, no data and no values; names of columns and
// parts are asked for while scanning, because they may hold spaces.
package syntax

// Node is a part of a formula. The set of nodes is closed.
type Node interface {
	// Span gives where the part stands: bytes start … end-1 of the text.
	Span() (start, end int)
	node()
}

type span struct{ start, end int }

func (s span) Span() (start, end int) { return s.start, s.end }
func (span) node()                    {}

// Number is a number literal.
type Number struct {
	span
	Value float64
}

// Text is a text literal, escapes resolved.
type Text struct {
	span
	Value string
}

// Bool is true or false.
type Bool struct {
	span
	Value bool
}

// Words are bare words as an argument, such as `descending numeric`.
type Words struct {
	span
	Value string
}

// Empty is an argument left out between commas.
type Empty struct{ span }

// Call is a function call; Name is as written.
type Call struct {
	span
	Name string
	Args []Node
}

// Binary is an operator between two parts; At is the byte where Op stands. "!=" reads as "<>".
type Binary struct {
	span
	Op   string
	At   int
	X, Y Node
}

// Unary is a sign before a part.
type Unary struct {
	span
	Op byte
	X  Node
}

// Form says how a reference was written.
type Form uint8

// The forms of references.
const (
	Canonical Form = iota // @{1}
	Named                 // @Region, $name, &Column: Revenue
	Bracketed             // @[Orders/Region]
	Cells                 // @B2:B10
	Path                  // @/crew/member/name;
)

// Reference is a reference; Name is what stands after the sign, without brackets, braces and ";".
type Reference struct {
	span
	Sign byte // @ $ & !
	Form Form
	Name string
}

// Walk calls f for n and all parts inside it, outer first, left to right.
func Walk(n Node, f func(Node)) {
	if n == nil {
		return
	}
	f(n)
	switch n := n.(type) {
	case *Call:
		for _, a := range n.Args {
			Walk(a, f)
		}
	case *Binary:
		Walk(n.X, f)
		Walk(n.Y, f)
	case *Unary:
		Walk(n.X, f)
	}
}
