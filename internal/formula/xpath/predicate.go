package xpath

import (
	"math"

	"octavo/internal/formula/tree"
	"octavo/internal/formula/value"
)

// context is where a predicate is asked.
type context struct {
	node           ref
	position, size int
}

// result is the value of an expression: a set, or an item that is never blank.
type result struct {
	isSet bool
	set   []ref
	item  value.Item
}

func number(f float64) result { return result{item: value.Num(f)} }
func text(s string) result    { return result{item: value.Str(s)} }
func truth(b bool) result     { return result{item: value.Boolean(b)} }

// holds says whether a predicate is true; a number is a position.
func (ev *evaluation) holds(e *expr, c context) bool {
	r := ev.eval(e, c)
	if !r.isSet && r.item.Kind == value.Number {
		return r.item.Num == float64(c.position)
	}
	return ev.truth(r)
}

func (ev *evaluation) eval(e *expr, c context) result {
	switch e.kind {
	case exprNumber:
		return number(e.num)
	case exprText:
		return text(e.text)
	case exprVariable:
		return ev.variable(e.text)
	case exprPath:
		return result{isSet: true, set: ev.path(e.path, c.node)}
	case exprUnion:
		var all []ref
		for _, a := range e.args {
			all = append(all, ev.eval(a, c).set...)
		}
		return result{isSet: true, set: ev.ordered(all)}
	case exprCall:
		return ev.call(e, c)
	case exprOr:
		return truth(ev.truth(ev.eval(e.args[0], c)) || ev.truth(ev.eval(e.args[1], c)))
	case exprAnd:
		return truth(ev.truth(ev.eval(e.args[0], c)) && ev.truth(ev.eval(e.args[1], c)))
	case exprNegate:
		return number(-ev.number(ev.eval(e.args[0], c)))
	}
	x, y := ev.eval(e.args[0], c), ev.eval(e.args[1], c)
	if e.kind <= exprGreaterEqual {
		return truth(ev.compare(e.kind, x, y))
	}
	return number(arith(e.kind, ev.number(x), ev.number(y)))
}

func arith(k kind, x, y float64) float64 {
	switch k {
	case exprAdd:
		return x + y
	case exprSubtract:
		return x - y
	case exprMultiply:
		return x * y
	case exprDivide:
		return x / y
	}
	return math.Mod(x, y)
}

func (ev *evaluation) variable(name string) result {
	it := ev.vars[name]
	if it.Kind == value.Blank {
		return text("")
	}
	return result{item: it}
}

// text is the text of a node or an attribute.
func (ev *evaluation) text(r ref) string {
	if ev.isAttribute(r) {
		_, _, t := ev.attribute(r)
		return t
	}
	return ev.d.Text(r)
}

func (ev *evaluation) string(r result) string {
	switch {
	case !r.isSet && r.item.Kind == value.Number:
		return numberText(r.item.Num)
	case !r.isSet:
		return r.item.Text()
	case len(r.set) == 0:
		return ""
	}
	return ev.text(r.set[0])
}

// numberText is a number as XPath writes it: arithmetic has results that items have not.
func numberText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return value.FormatNumber(f)
}

func toNumber(s string) float64 {
	if f, ok := value.ParseNumber(s); ok {
		return f
	}
	return math.NaN()
}

func (ev *evaluation) number(r result) float64 {
	if r.isSet {
		return toNumber(ev.string(r))
	}
	return itemNumber(r.item)
}

func itemNumber(it value.Item) float64 {
	switch it.Kind {
	case value.Number:
		return it.Num
	case value.Bool:
		if it.Bool {
			return 1
		}
		return 0
	}
	return toNumber(it.Str)
}

func (ev *evaluation) truth(r result) bool {
	switch {
	case r.isSet:
		return len(r.set) > 0
	case r.item.Kind == value.Number:
		return r.item.Num != 0 && r.item.Num == r.item.Num
	case r.item.Kind == value.Bool:
		return r.item.Bool
	}
	return r.item.Str != ""
}

// compare compares as XPath does: a set holds if any of its members does. Against
// a boolean a set counts as whether it is empty, except that a JSON boolean counts
// as itself.
func (ev *evaluation) compare(k kind, x, y result) bool {
	if y.isSet && !x.isSet {
		return ev.compare(flipped(k), y, x)
	}
	if !x.isSet {
		return compareItems(k, x.item, y.item)
	}
	if !y.isSet && y.item.Kind == value.Bool {
		return ev.compareTruth(k, x, y.item)
	}
	for _, a := range x.set {
		left := value.Str(ev.text(a))
		if !y.isSet {
			if compareItems(k, left, y.item) {
				return true
			}
			continue
		}
		for _, b := range y.set {
			if !ev.visit() || compareItems(k, left, value.Str(ev.text(b))) {
				return true
			}
		}
	}
	return false
}

func (ev *evaluation) compareTruth(k kind, x result, y value.Item) bool {
	typed := false
	for _, r := range x.set {
		if ev.isAttribute(r) {
			continue
		}
		if kind := ev.d.Kind(r); kind == tree.True || kind == tree.False {
			typed = true
			if compareItems(k, value.Boolean(kind == tree.True), y) {
				return true
			}
		}
	}
	return !typed && compareItems(k, value.Boolean(len(x.set) > 0), y)
}

func flipped(k kind) kind {
	switch k {
	case exprLess:
		return exprGreater
	case exprLessEqual:
		return exprGreaterEqual
	case exprGreater:
		return exprLess
	case exprGreaterEqual:
		return exprLessEqual
	}
	return k
}

// compareItems compares two values that are no sets.
func compareItems(k kind, a, b value.Item) bool {
	if k == exprEqual || k == exprNotEqual {
		return equal(a, b) == (k == exprEqual)
	}
	x, y := itemNumber(a), itemNumber(b)
	switch k {
	case exprLess:
		return x < y
	case exprLessEqual:
		return x <= y
	case exprGreater:
		return x > y
	}
	return x >= y
}

func equal(a, b value.Item) bool {
	switch {
	case a.Kind == value.Bool || b.Kind == value.Bool:
		return xpathTruth(a) == xpathTruth(b)
	case a.Kind == value.Number || b.Kind == value.Number:
		return itemNumber(a) == itemNumber(b)
	}
	return a.Str == b.Str
}

func xpathTruth(it value.Item) bool { return (&evaluation{}).truth(result{item: it}) }
