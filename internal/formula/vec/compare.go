package vec

import (
	"octavo/internal/formula/value"
)

// Op is a comparison operator.
type Op uint8

// The comparison operators.
const (
	EQ Op = iota
	NE
	LT
	LE
	GT
	GE
)

// holds says whether the operator is true for a three-way result.
func (o Op) holds(c int) bool {
	switch o {
	case EQ:
		return c == 0
	case NE:
		return c != 0
	case LT:
		return c < 0
	case LE:
		return c <= 0
	case GT:
		return c > 0
	}
	return c >= 0
}

// flipped is the operator that holds for (b, a) when o holds for (a, b).
func (o Op) flipped() Op { return [...]Op{EQ, NE, GT, GE, LT, LE}[o] }

// Compare compares two lists item by item as value.Compare does.
func Compare(r *Run, op Op, a, b value.Vector) (value.Vector, error) {
	n, v := r.Align(a, b)
	if n == 0 {
		return value.Vector{}, nil
	}
	x, y := v[0], v[1]
	if x.IsConst() && y.IsConst() || n == 1 {
		return value.Const(value.Boolean(op.holds(value.Compare(x.Item(0), y.Item(0)))), n), nil
	}
	if err := r.Reserve(n, 1); err != nil {
		return value.Vector{}, err
	}
	out := make([]bool, n)
	var err error
	switch {
	case y.IsConst():
		err = compareConst(r, op, x, y.Item(0), out)
	case x.IsConst():
		err = compareConst(r, op.flipped(), y, x.Item(0), out)
	case x.Kind() == value.Number && y.Kind() == value.Number && x.Valid() == nil && y.Valid() == nil:
		err = compareNumbers(r, op, x.Nums(), y.Nums(), out)
	default:
		err = compareItems(r, op, x, y, out)
	}
	return value.Bools(out, nil), err
}

// compareConst compares a list with one item: numbers directly, anything else
// once per distinct entry.
func compareConst(r *Run, op Op, x value.Vector, c value.Item, out []bool) error {
	if f, ok := c.Number(); ok && x.Kind() == value.Number {
		if err := r.Blocks(len(out), func(lo, hi int) { compareTo(op, x.Nums()[lo:hi], f, out[lo:hi]) }); err != nil {
			return err
		}
		if valid := x.Valid(); valid != nil {
			blank := op.holds(-1) // a blank sorts before every number
			for i := range out {
				if !valid.Get(i) {
					out[i] = blank
				}
			}
		}
		return nil
	}
	coded := x.Coded()
	table := make([]bool, coded.Entries.Len())
	for i := range table {
		table[i] = op.holds(value.Compare(coded.Entries.Item(i), c))
	}
	return r.Blocks(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = table[coded.Codes[i]]
		}
	})
}

func compareTo(op Op, x []float64, f float64, out []bool) {
	out = out[:len(x)]
	switch op {
	case EQ:
		for i, v := range x {
			out[i] = v == f
		}
	case NE:
		for i, v := range x {
			out[i] = v != f
		}
	case LT:
		for i, v := range x {
			out[i] = v < f
		}
	case LE:
		for i, v := range x {
			out[i] = v <= f
		}
	case GT:
		for i, v := range x {
			out[i] = v > f
		}
	case GE:
		for i, v := range x {
			out[i] = v >= f
		}
	}
}

func compareNumbers(r *Run, op Op, x, y []float64, out []bool) error {
	return r.Blocks(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c := 0
			if x[i] < y[i] {
				c = -1
			} else if x[i] > y[i] {
				c = 1
			}
			out[i] = op.holds(c)
		}
	})
}

// tableSize is up to how many pairs of distinct entries are compared beforehand.
const tableSize = 1 << 14

func compareItems(r *Run, op Op, x, y value.Vector, out []bool) error {
	cx, cy := x.Coded(), y.Coded()
	w := cy.Entries.Len()
	if cx.Entries.Len()*w > tableSize {
		return comparePairs(r, op, x, y, out)
	}
	table := make([]bool, cx.Entries.Len()*w)
	for i := range table {
		table[i] = op.holds(value.Compare(cx.Entries.Item(i/w), cy.Entries.Item(i%w)))
	}
	return r.Blocks(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = table[int(cx.Codes[i])*w+int(cy.Codes[i])]
		}
	})
}

func comparePairs(r *Run, op Op, x, y value.Vector, out []bool) error {
	nx, ny := x.Numeric(), y.Numeric()
	return r.Blocks(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if nx.OK.Get(i) && ny.OK.Get(i) {
				c := 0
				if nx.Vals[i] < ny.Vals[i] {
					c = -1
				} else if nx.Vals[i] > ny.Vals[i] {
					c = 1
				}
				out[i] = op.holds(c)
				continue
			}
			out[i] = op.holds(value.Compare(x.Item(i), y.Item(i)))
		}
	})
}
