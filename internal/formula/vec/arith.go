package vec

import (
	"math"

	"octavo/internal/formula/value"
)

// Arith computes a op b item by item; op is one of + - * / ^. Operands that
// are not numeric count 0; two blanks give a blank; a division by zero and a
// result that is no finite number give a blank and a warning.
func Arith(r *Run, op byte, a, b value.Vector) (value.Vector, error) {
	n, v := r.Align(a, b)
	if n == 0 {
		return value.Vector{}, nil
	}
	if v[0].IsConst() && v[1].IsConst() || n == 1 {
		return arithConst(r, op, v[0].Item(0), v[1].Item(0), n), nil
	}
	if err := r.Reserve(n, 8); err != nil {
		return value.Vector{}, err
	}
	x, y := newOperand(v[0]), newOperand(v[1])
	out := make([]float64, n)
	valid := orBits(v[0], v[1], n)
	for lo := 0; lo < n; lo += Block {
		if err := r.Step(); err != nil {
			return value.Vector{}, err
		}
		hi := min(lo+Block, n)
		for from := lo; from < hi; from += small {
			to := min(from+small, hi)
			apply(op, out[from:to], x.part(from, to), y.part(from, to))
			if op == '/' {
				valid = dropZero(r, valid, y.part(from, to), from, n)
			}
			valid = dropInfinite(r, valid, out[from:to], from, n)
		}
	}
	return value.Numbers(out, valid), nil
}

// small is how many copies of a constant are laid out; they stay in the first cache.
const small = 1024

// operand gives the numbers of a list block by block; a constant is laid out once.
type operand struct {
	vals     []float64
	constant bool
}

func newOperand(v value.Vector) operand {
	vals := v.Numeric().Vals
	if !v.IsConst() {
		return operand{vals: vals}
	}
	block := make([]float64, small)
	for i := range block {
		block[i] = vals[0]
	}
	return operand{block, true}
}

func (o operand) part(lo, hi int) []float64 {
	if o.constant {
		return o.vals[:hi-lo]
	}
	return o.vals[lo:hi]
}

func apply(op byte, out, x, y []float64) {
	x, y = x[:len(out)], y[:len(out)]
	switch op {
	case '+':
		for i := range out {
			out[i] = x[i] + y[i]
		}
	case '-':
		for i := range out {
			out[i] = x[i] - y[i]
		}
	case '*':
		for i := range out {
			out[i] = x[i] * y[i]
		}
	case '/':
		for i := range out {
			out[i] = x[i] / y[i]
		}
	case '^':
		for i := range out {
			out[i] = math.Pow(x[i], y[i])
		}
	}
}

// dropZero makes results of divisions by zero blank.
func dropZero(r *Run, valid value.Bitmap, divisor []float64, from, n int) value.Bitmap {
	for i, d := range divisor {
		if d == 0 {
			if valid == nil {
				valid = value.NewBitmap(n, true)
			}
			if valid.Get(from + i) {
				valid.Clear(from + i)
				r.Warn(DivisionByZero, "division by zero")
			}
		}
	}
	return valid
}

// dropInfinite makes results that are no finite numbers blank.
func dropInfinite(r *Run, valid value.Bitmap, out []float64, from, n int) value.Bitmap {
	bad := 0.0
	for _, f := range out {
		bad += f - f // 0 unless f is infinite or not a number
	}
	if bad == 0 {
		return valid
	}
	for i, f := range out {
		if f-f == 0 {
			continue
		}
		out[i] = 0
		if valid == nil {
			valid = value.NewBitmap(n, true)
		}
		if valid.Get(from + i) {
			valid.Clear(from + i)
			r.Warn(NotFinite, "a result is not a finite number")
		}
	}
	return valid
}

func arithConst(r *Run, op byte, a, b value.Item, n int) value.Vector {
	if a.IsEmpty() && b.IsEmpty() {
		return value.Blanks(n)
	}
	x, _ := a.Number()
	y, _ := b.Number()
	if op == '/' && y == 0 {
		r.Warn(DivisionByZero, "division by zero")
		return value.Blanks(n)
	}
	var out [1]float64
	apply(op, out[:], []float64{x}, []float64{y})
	if out[0]-out[0] != 0 {
		r.Warn(NotFinite, "a result is not a finite number")
		return value.Blanks(n)
	}
	return value.Const(value.Num(out[0]), n)
}

// orBits says where at least one of two lists has something; nil = everywhere.
func orBits(a, b value.Vector, n int) value.Bitmap {
	x, allX := presence(a)
	y, allY := presence(b)
	if allX || allY {
		return nil
	}
	out := value.NewBitmap(n, false)
	copy(out, x)
	for i := range y {
		out[i] |= y[i]
	}
	return out
}

// presence gives where items are present; all says everywhere. Both empty: nowhere.
func presence(v value.Vector) (bits value.Bitmap, all bool) {
	p := v.Present()
	if p == nil {
		return nil, true
	}
	if v.IsConst() {
		return nil, p.Get(0)
	}
	return p, false
}

// Negate is -v; items that are not numeric count 0, blanks stay blank.
func Negate(r *Run, v value.Vector) (value.Vector, error) {
	return Map(r, v, func(f float64) float64 { return 0 - f })
}

// Plus is +v: the list as numbers.
func Plus(r *Run, v value.Vector) (value.Vector, error) {
	return Map(r, v, func(f float64) float64 { return f })
}

// Map applies f to the numbers of a list; blanks stay blank.
func Map(r *Run, v value.Vector, f func(float64) float64) (value.Vector, error) {
	n := v.Len()
	if n == 0 {
		return v, nil
	}
	vals := v.Numeric().Vals
	bits, all := presence(v)
	if v.IsConst() {
		if !all {
			return value.Blanks(n), nil
		}
		return value.Const(value.Num(f(vals[0])), n), nil
	}
	if err := r.Reserve(n, 8); err != nil {
		return value.Vector{}, err
	}
	out := make([]float64, n)
	err := r.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = f(vals[i])
		}
	})
	return value.Numbers(out, bits), err
}
