package vec

import "octavo/internal/formula/value"

// groupDistinct counts the different present measures of every group, by text.
func groupDistinct(r *Run, m members, measure value.Vector) (value.Vector, error) {
	inner := groupMembers(measure)
	keys := measure.Groups().Keys
	find := pairsByHash
	if words := m.groups * keys.Len() / 64; words <= 8*len(m.codes) {
		find = pairsByBit
	}
	out, err := find(r, m, inner)
	if err != nil {
		return value.Vector{}, err
	}
	return value.Numbers(out, nil), nil
}

// pairsByBit counts for every group how many groups of a second list occur with
// it, the group of blanks left out: a bit says that a pair was there.
func pairsByBit(r *Run, m, inner members) ([]float64, error) {
	width := inner.groups
	words := (m.groups*width + 63) / 64
	if err := r.Reserve(words, 8); err != nil {
		return nil, err
	}
	seen, counts := make([]uint64, words), make([]uint64, m.groups)
	err := r.Blocks(len(m.codes), func(lo, hi int) {
		codes, others := m.codes[lo:hi], inner.codes[lo:hi]
		for i, c := range codes {
			g := m.of[c]
			bit := uint(g)*uint(width) + uint(inner.of[others[i]])
			word := &seen[bit>>6]
			counts[g] += ^*word >> (bit & 63) & 1
			*word |= 1 << (bit & 63)
		}
	})
	out := make([]float64, m.groups)
	for g, n := range counts {
		out[g] = float64(n)
		if blank := uint(g) * uint(width); inner.blanks && seen[blank>>6]>>(blank&63)&1 == 1 {
			out[g]--
		}
	}
	return out, err
}

// pairsByHash is pairsByBit for more pairs than it would pay to have bits for.
func pairsByHash(r *Run, m, inner members) ([]float64, error) {
	if err := r.Reserve(len(m.codes), 12); err != nil {
		return nil, err
	}
	a, b := make([]uint32, len(m.codes)), make([]uint32, len(m.codes))
	err := r.Blocks(len(m.codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			a[i], b[i] = m.of[m.codes[i]], inner.of[inner.codes[i]]
		}
	})
	if err != nil {
		return nil, err
	}
	_, pairs := value.Pairs(a, b, m.groups, inner.groups)
	out := make([]float64, m.groups)
	for _, p := range pairs {
		if p[1] > 0 || !inner.blanks {
			out[p[0]]++
		}
	}
	return out, nil
}
