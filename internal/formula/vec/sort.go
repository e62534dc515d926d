package vec

import (
	"math"
	"slices"

	"octavo/internal/formula/value"
)

// SortOrder gives the positions of the items of a list in sorted order; equal
// items keep their order. Textual: case-insensitive, then by code point, blanks
// first (last if descending). Numeric: by number, items that are not numeric
// last in both directions.
func SortOrder(r *Run, v value.Vector, numeric, descending bool) ([]int32, error) {
	if err := r.Reserve(v.Len(), 16); err != nil {
		return nil, err
	}
	if v.IsConst() {
		idx := make([]int32, v.Len())
		for i := range idx {
			idx[i] = int32(i)
		}
		return idx, nil
	}
	if numeric {
		return sortNumbers(r, v, descending)
	}
	return sortTexts(r, v, descending)
}

// sortTexts ranks the distinct texts and counts the rows of every rank.
func sortTexts(r *Run, v value.Vector, descending bool) ([]int32, error) {
	if v.Len() == 0 {
		return nil, nil
	}
	m := groupMembers(v)
	starts := make([]int32, m.groups+1)
	rank := func(code uint32) int {
		g := int(m.of[code])
		if descending {
			return m.groups - 1 - g
		}
		return g
	}
	for _, c := range m.codes {
		starts[rank(c)+1]++
	}
	for g := range m.groups {
		starts[g+1] += starts[g]
	}
	out := make([]int32, v.Len())
	err := r.Blocks(v.Len(), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			k := rank(m.codes[i])
			out[starts[k]] = int32(i)
			starts[k]++
		}
	})
	return out, err
}

type keyed struct {
	key uint64
	pos int32
}

// sortNumbers sorts by the bits of the numbers, which order as the numbers do
// once the sign is folded in.
func sortNumbers(r *Run, v value.Vector, descending bool) ([]int32, error) {
	x := v.Numeric()
	keys := make([]keyed, 0, v.Len())
	var rest []int32
	for i := range v.Len() {
		if !x.OK.Get(i) {
			rest = append(rest, int32(i))
			continue
		}
		f := x.Vals[i]
		if f == 0 {
			f = 0 // -0 and 0 are one number
		}
		bits := math.Float64bits(f)
		if bits>>63 != 0 {
			bits = ^bits
		} else {
			bits |= 1 << 63
		}
		if descending {
			bits = ^bits
		}
		keys = append(keys, keyed{bits, int32(i)})
	}
	keys, err := sortKeys(r, keys)
	out := make([]int32, 0, v.Len())
	for _, k := range keys {
		out = append(out, k.pos)
	}
	return append(out, rest...), err
}

func sortKeys(r *Run, keys []keyed) ([]keyed, error) {
	if len(keys) < 512 {
		slices.SortStableFunc(keys, func(a, b keyed) int {
			if a.key < b.key {
				return -1
			}
			if a.key > b.key {
				return 1
			}
			return 0
		})
		return keys, nil
	}
	other := make([]keyed, len(keys))
	for shift := 0; shift < 64; shift += 8 {
		if err := r.Step(); err != nil {
			return keys, err
		}
		var counts [256]int
		for i := range keys {
			counts[byte(keys[i].key>>shift)]++
		}
		if counts[byte(keys[0].key>>shift)] == len(keys) {
			continue // all alike in this byte
		}
		at := 0
		for b, c := range counts {
			counts[b], at = at, at+c
		}
		for i := range keys {
			b := byte(keys[i].key >> shift)
			other[counts[b]] = keys[i]
			counts[b]++
		}
		keys, other = other, keys
	}
	return keys, nil
}
