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
			for i := lo; i < hi; i++ {
				if all {
					out[i] = out[i] && t[i]
				} else {
					out[i] = out[i] || t[i]
				}
			}
		})
		if err != nil {
			return value.Vector{}, err
		}
	}
	return value.Bools(out, nil), nil
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
func Where(r *Run, truths []bool) ([]int32, error) {
	count := 0
	for _, t := range truths {
		if t {
			count++
		}
	}
	if err := r.Reserve(count, 4); err != nil {
		return nil, err
	}
	out := make([]int32, 0, count)
	for i, t := range truths {
		if t {
			out = append(out, int32(i))
		}
	}
	return out, nil
}

// CountTrue is the number of true conditions of a list.
func CountTrue(v value.Vector) int {
	t := v.Truths()
	if v.IsConst() {
		if v.Len() > 0 && t[0] {
			return v.Len()
		}
		return 0
	}
	count := 0
	for _, x := range t {
		if x {
			count++
		}
	}
	return count
}
