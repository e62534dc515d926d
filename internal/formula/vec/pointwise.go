package vec

import "octavo/internal/formula/value"

// Missing says what becomes of items that are not numbers. Booleans count 1 and 0.
type Missing uint8

// The ways.
const (
	AsBlank   Missing = iota // the result is blank, under a warning if the item is a text
	AsOperand                // as with operators: they count 0, and blanks alone give a blank
	AsZero                   // they count 0
)

// Pointwise is a function of up to three numbers, applied position by position.
// A result that is no finite number becomes blank under a warning.
type Pointwise struct {
	Name    string // for warnings
	Missing Missing
	Divisor int // position of the operand that must not be 0; 0 = there is none
	F       func(x [3]float64) float64
}

// Eval applies the function to aligned lists.
func (p Pointwise) Eval(r *Run, lists ...value.Vector) (value.Vector, error) {
	n, v := r.Align(lists...)
	if n == 0 {
		return value.Vector{}, nil
	}
	m := 1 // a result of constants is computed once
	for _, l := range v {
		if !l.IsConst() {
			m = n
		}
	}
	if err := r.Reserve(m, 8); err != nil {
		return value.Vector{}, err
	}
	valid, err := p.valid(r, v, m)
	if err != nil {
		return value.Vector{}, err
	}
	out := make([]float64, m)
	err = r.Blocks(m, func(lo, hi int) { valid = p.block(r, v, valid, out, lo, hi) })
	result := value.Numbers(out, valid)
	if m < n {
		return value.Const(result.Item(0), n), err
	}
	return result, err
}

// block computes the positions lo … hi-1.
func (p Pointwise) block(r *Run, v []value.Vector, valid value.Bitmap, out []float64, lo, hi int) value.Bitmap {
	var vals [3][]float64
	var steps [3]int
	for k := range v {
		vals[k], steps[k] = v[k].Numeric().Vals, stride(v[k])
	}
	for i := lo; i < hi; i++ {
		if !valid.Get(i) {
			continue
		}
		var x [3]float64
		for k := range v {
			x[k] = vals[k][i*steps[k]]
		}
		if p.Divisor == 0 || x[p.Divisor] != 0 {
			out[i] = p.F(x)
			continue
		}
		r.Warn(DivisionByZero, "division by zero")
		if valid == nil {
			valid = value.NewBitmap(len(out), true)
		}
		valid.Clear(i)
	}
	return dropInfinite(r, valid, out[lo:hi], lo, len(out))
}

// valid says where there are results, nil = everywhere.
func (p Pointwise) valid(r *Run, v []value.Vector, m int) (value.Bitmap, error) {
	switch p.Missing {
	case AsOperand:
		return anyPresent(v, m), nil
	case AsBlank:
		return p.allNumbers(r, v, m)
	}
	return nil, nil
}

// anyPresent says where at least one list has something, nil = everywhere.
func anyPresent(v []value.Vector, m int) value.Bitmap {
	out := value.NewBitmap(m, false)
	for _, l := range v {
		bits, all := presence(l)
		if all {
			return nil
		}
		for i := range bits {
			out[i] |= bits[i]
		}
	}
	return out
}

// allNumbers says where every list has a number or a boolean.
func (p Pointwise) allNumbers(r *Run, v []value.Vector, m int) (value.Bitmap, error) {
	var out value.Bitmap
	for _, l := range v {
		bits, texts, err := Countable(r, l)
		if err != nil {
			return nil, err
		}
		if texts {
			r.Warn(NotNumeric, p.Name+" needs numbers")
		}
		if bits == nil {
			continue
		}
		if out == nil {
			out = value.NewBitmap(m, true)
		}
		if l.IsConst() {
			if !bits.Get(0) {
				clear(out)
			}
			continue
		}
		for i := range bits {
			out[i] &= bits[i]
		}
	}
	return out, nil
}

// Countable says which items can be taken as numbers: numeric ones and
// booleans; nil means all, a constant has one bit. texts says whether one of
// the others is not blank either.
func Countable(r *Run, v value.Vector) (bits value.Bitmap, texts bool, err error) {
	x := v.Numeric()
	switch {
	case x.OK == nil:
		return nil, false, nil
	case v.Kind() == value.Bool:
		return v.Valid(), false, nil
	case v.Kind() == value.Number, v.Kind() == value.Blank:
		return x.OK, false, nil
	}
	if err := r.Reserve(len(x.Vals)/8, 1); err != nil {
		return nil, false, err
	}
	bits = value.NewBitmap(len(x.Vals), false)
	present := v.Present()
	err = r.Blocks(len(x.Vals), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if x.OK.Get(i) || v.KindAt(i) == value.Bool {
				bits.Set(i)
			} else if present.Get(i) {
				texts = true
			}
		}
	})
	return bits, texts, err
}

// Finite makes a list of numbers; those that are not finite become blank, under a warning.
func Finite(r *Run, nums []float64) value.Vector {
	return value.Numbers(nums, dropInfinite(r, nil, nums, 0, len(nums)))
}
