package vec

import "octavo/internal/formula/value"

// Truths are the items of a list as conditions, one per item; constants are laid out.
func Truths(r *Run, v value.Vector) ([]bool, error) {
	t := v.Truths()
	if !v.IsConst() {
		return t, nil
	}
	if err := r.Reserve(v.Len(), 1); err != nil {
		return nil, err
	}
	out := make([]bool, v.Len())
	if len(out) > 0 && t[0] {
		for i := range out {
			out[i] = true
		}
	}
	return out, nil
}

// Logic folds aligned lists of conditions: all true for AND, any true for OR.
func Logic(r *Run, all bool, lists []value.Vector) (value.Vector, error) {
	n, v := r.Align(lists...)
	if n == 0 {
		return value.Vector{}, nil
	}
	if err := r.Reserve(n, 1); err != nil {
		return value.Vector{}, err
	}
	first, err := Truths(r, v[0])
	if err != nil {
		return value.Vector{}, err
	}
	out := append([]bool(nil), first...)
	for _, l := range v[1:] {
		t, err := Truths(r, l)
		if err != nil {
			return value.Vector{}, err
		}
		err = r.Blocks(n, func(lo, hi int) {
			if all {
				both(out[lo:hi], t[lo:hi])
			} else {
				either(out[lo:hi], t[lo:hi])
			}
		})
		if err != nil {
			return value.Vector{}, err
		}
	}
	return value.Bools(out, nil), nil
}

// both and either read the two conditions before they look at them, which needs no branch.
func both(out, t []bool) {
	t = t[:len(out)]
	for i := range out {
		a, b := out[i], t[i]
		out[i] = a && b
	}
}

func either(out, t []bool) {
	t = t[:len(out)]
	for i := range out {
		a, b := out[i], t[i]
		out[i] = a || b
	}
}

// Not negates conditions.
func Not(r *Run, v value.Vector) (value.Vector, error) {
	t, err := Truths(r, v)
	if err != nil {
		return value.Vector{}, err
	}
	if err := r.Reserve(len(t), 1); err != nil {
		return value.Vector{}, err
	}
	out := make([]bool, len(t))
	for i, x := range t {
		out[i] = !x
	}
	return value.Bools(out, nil), nil
}

// Where gives the positions of true conditions.
func Where(r *Run, v value.Vector) ([]int32, error) {
	if err := r.Step(); err != nil {
		return nil, err
	}
	rows := v.Where()
	return rows, r.Reserve(len(rows), 4)
}
