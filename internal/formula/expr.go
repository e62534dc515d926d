package formula

import (
	"strconv"

	"octavo/internal/formula/fn"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
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
	opEmpty // an argument left out
	opNone  // the empty formula
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
}

// head identifies a node apart from its arguments; equal heads over equal
// arguments give equal lists.
func (e *expr) head() string {
	switch e.op {
	case opConst:
		return "c" + strconv.Itoa(int(e.item.Kind)) + e.word + "\x00" + exact(e.item)
	case opRef:
		return "r" + e.ref.key()
	case opCall:
		return "f" + e.fn.Name
	case opArith:
		return "a" + string(rune(e.symbol))
	case opCompare:
		return "k" + strconv.Itoa(int(e.compare))
	case opSign:
		return "s" + string(rune(e.symbol))
	}
	return "e"
}

// exact is a text that differs for different items.
func exact(it value.Item) string {
	if it.Kind == value.Number {
		return strconv.FormatFloat(it.Num, 'g', -1, 64)
	}
	return it.Text()
}
