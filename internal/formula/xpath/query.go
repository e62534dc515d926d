// Package xpath reads and evaluates the paths that lead into JSON and XML: the
// subset of XPath 1.0 of formulas.md §3.2, with the functions names(), fill() and
// count() around a path.
package xpath

import "fmt"

// Query is a path that has been read; it is immutable and may be shared.
type Query struct {
	text  string
	form  form
	paths []*path // of a union
	child *path   // of fill()
	vars  []string
}

type form uint8

const (
	formItems form = iota
	formNames
	formFill
	formCount
)

// Variables lists the variables that predicates use, each once.
func (q *Query) Variables() []string { return q.vars }

// String is the text that was read.
func (q *Query) String() string { return q.text }

// Error says why a path cannot be read, as a sentence without a full stop.
type Error struct {
	Offset  int // byte
	Message string
}

func (e *Error) Error() string { return e.Message }

// path is a location path.
type path struct {
	absolute bool
	steps    []step
}

type axis uint8

const (
	axisChild axis = iota
	axisParent
	axisAncestor
	axisDescendant
	axisDescendantOrSelf // "//"
	axisSelf
	axisFollowingSibling
	axisPrecedingSibling
	axisAttribute
)

var axes = map[string]axis{
	"child": axisChild, "parent": axisParent, "ancestor": axisAncestor, "descendant": axisDescendant, "self": axisSelf,
	"following-sibling": axisFollowingSibling, "preceding-sibling": axisPrecedingSibling,
}

type test uint8

const (
	testName test = iota
	testAny       // *
	testText      // text()
	testNode      // node(), as in . and ..
)

type step struct {
	axis       axis
	test       test
	name       string
	predicates []*expr
	plain      bool // no predicate asks for positions
}

type kind uint8

const (
	exprNumber kind = iota
	exprText
	exprVariable
	exprPath
	exprCall
	exprUnion
	exprOr
	exprAnd
	exprEqual
	exprNotEqual
	exprLess
	exprLessEqual
	exprGreater
	exprGreaterEqual
	exprAdd
	exprSubtract
	exprMultiply
	exprDivide
	exprModulo
	exprNegate
)

// expr is what stands in a predicate.
type expr struct {
	kind kind
	num  float64
	text string // of a text; name of a variable or function
	path *path
	args []*expr
}

// functions are those of predicates: how many arguments each takes at least and at most.
var functions = map[string][2]int{
	"position": {0, 0}, "last": {0, 0}, "count": {1, 1}, "name": {0, 1}, "contains": {2, 2}, "starts-with": {2, 2},
	"string-length": {0, 1}, "substring": {2, 3}, "not": {1, 1}, "number": {0, 1}, "string": {0, 1},
	"concat": {2, 100}, "normalize-space": {0, 1}, "sum": {1, 1}, "boolean": {1, 1}, "true": {0, 0}, "false": {0, 0},
}

// numeric are the functions that give numbers.
var numeric = map[string]bool{"position": true, "last": true, "count": true, "string-length": true, "number": true, "sum": true}

// positional says whether the truth of a predicate depends on where the node stands.
func (e *expr) positional() bool {
	switch e.kind {
	case exprNumber, exprVariable, exprAdd, exprSubtract, exprMultiply, exprDivide, exprModulo, exprNegate:
		return true
	case exprCall:
		if numeric[e.text] {
			return true
		}
	}
	return e.asksPosition()
}

// asksPosition says whether position() or last() stands in the expression itself,
// not in the predicates of a path in it.
func (e *expr) asksPosition() bool {
	if e.kind == exprCall && (e.text == "position" || e.text == "last") {
		return true
	}
	for _, a := range e.args {
		if a.asksPosition() {
			return true
		}
	}
	return false
}

func wrong(offset int, format string, args ...any) *Error {
	return &Error{offset, fmt.Sprintf(format, args...)}
}
