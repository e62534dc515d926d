package formula

import (
	"strconv"
	"strings"

	"octavo/internal/formula/fn"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
	"octavo/internal/formula/xpath"
)

// op says what an expr does.
type op uint8

const (
	opConst op = iota
	opRef
	opCall
	opArith
	opCompare
	opSign
	opEmpty   // an argument left out
	opNone    // the empty formula
	opBound   // a variable that an expression around it binds
	opMap     // values, body: one result per item
	opMapFlat // values, body: all results
	opSet     // values, body: once, with variables bound
	opTry     // expression, fallback
	opFail    // what could not be compiled inside of opTry
	opSource  // id, pointer: a computed reference
	opPath    // what a path selects in a tree; the arguments are its variables
)

// expr is a node of the typed tree: names resolved, arguments checked.
type expr struct {
	op      op
	pos     int // byte of the text that errors point at
	args    []*expr
	item    value.Item // opConst
	ref     Ref        // opRef
	fn      *fn.Func   // opCall
	symbol  byte       // opArith + - * / ^, opSign + -
	compare vec.Op     // opCompare
	word    string     // opConst for a parameter with keywords: the word
	bind    *binding   // opBound, opMap, opMapFlat, opSet
	index   int        // opBound: which of the variables
	err     *Error     // opFail
	query   *xpath.Query
}

// foreign says whether the list of a node belongs to somebody else, who counts
// and drops it.
func (e *expr) foreign() bool {
	return e.op == opRef || e.op == opBound || e.op == opSource || e.op == opPath && len(e.args) == 0
}

// binding are the variables that an expression binds for its body.
type binding struct{ names []string }

// head identifies a node apart from its arguments; equal heads over equal
// arguments give equal lists.
func (e *expr) head() string {
	switch e.op {
	case opConst:
		return "c" + strconv.Itoa(int(e.item.Kind)) + e.word + "\x00" + exact(e.item)
	case opRef, opPath:
		return "r" + e.ref.key()
	case opCall:
		return "f" + e.fn.Name
	case opArith:
		return "a" + string(rune(e.symbol))
	case opCompare:
		return "k" + strconv.Itoa(int(e.compare))
	case opSign:
		return "s" + string(rune(e.symbol))
	case opMap, opMapFlat, opSet:
		return "l" + strconv.Itoa(int(e.op)) + strings.Join(e.bind.names, "\x00")
	case opFail:
		return "x" + e.err.Message
	}
	return "e" + strconv.Itoa(int(e.op))
}

// exact is a text that differs for different items.
func exact(it value.Item) string {
	if it.Kind == value.Number {
		return strconv.FormatFloat(it.Num, 'g', -1, 64)
	}
	return it.Text()
}
