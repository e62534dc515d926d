package vec

import (
	"cmp"
	"math"
	"slices"

	"octavo/internal/formula/value"
)

// Ranks numbers the items by size from 1 on; equal numbers share the better
// rank, items that are not numeric have none.
func Ranks(r *Run, v value.Vector, descending bool) (value.Vector, error) {
	n, x := v.Len(), v.Numeric()
	if v.IsConst() {
		if n == 0 || !x.OK.Get(0) {
			return value.Blanks(n), nil
		}
		return value.Const(value.Num(1), n), nil
	}
	idx, err := SortOrder(r, v, true, descending)
	if err != nil {
		return value.Vector{}, err
	}
	if err := r.Reserve(n, 8); err != nil {
		return value.Vector{}, err
	}
	out, rank := make([]float64, n), 0
	err = r.Blocks(n, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			i := idx[k]
			if !x.OK.Get(int(i)) {
				continue // these come last
			}
			if k == 0 || x.Vals[i] != x.Vals[idx[k-1]] {
				rank = k + 1
			}
			out[i] = float64(rank)
		}
	})
	return value.Numbers(out, x.OK), err
}

// Sorted lists the numeric items in ascending order; a constant gives one.
func Sorted(r *Run, v value.Vector) ([]float64, error) {
	x := v.Numeric()
	if v.Len() == 0 || v.IsConst() {
		if v.Len() == 0 || !x.OK.Get(0) {
			return nil, nil
		}
		return x.Vals[:1], nil
	}
	idx, err := SortOrder(r, v, true, false)
	if err != nil {
		return nil, err
	}
	if err := r.Reserve(len(idx), 8); err != nil {
		return nil, err
	}
	out := make([]float64, 0, len(idx))
	err = r.Blocks(len(idx), func(lo, hi int) {
		for _, i := range idx[lo:hi] {
			if x.OK.Get(int(i)) {
				out = append(out, x.Vals[i])
			}
		}
	})
	return out, err
}

// Extremes gives the positions of the count largest or smallest numbers, the
// largest first; of equal ones the earlier is taken and comes first.
func Extremes(r *Run, v value.Vector, count int, largest bool) ([]int32, error) {
	count = max(0, min(count, v.Len()))
	if err := r.Reserve(count, 16); err != nil {
		return nil, err
	}
	x, step := v.Numeric(), stride(v)
	s := selection{heap: make([]candidate, 0, count), count: count, largest: largest}
	err := r.Blocks(v.Len(), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if j := i * step; x.OK.Get(j) {
				s.offer(candidate{x.Vals[j], int32(i)})
			}
		}
	})
	slices.SortFunc(s.heap, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.f, a.f), cmp.Compare(a.pos, b.pos))
	})
	out := make([]int32, len(s.heap))
	for i, c := range s.heap {
		out[i] = c.pos
	}
	return out, err
}

type candidate struct {
	f   float64
	pos int32
}

// selection keeps the best candidates in a heap whose top is the worst of them.
type selection struct {
	heap     []candidate
	count    int
	largest  bool
	compared int // how often two candidates were compared, for the test of its cost
}

// better says whether a is to be kept rather than b.
func (s *selection) better(a, b candidate) bool {
	s.compared++
	if a.f != b.f {
		return a.f > b.f == s.largest
	}
	return a.pos < b.pos
}

func (s *selection) offer(c candidate) {
	switch {
	case len(s.heap) < s.count:
		s.heap = append(s.heap, c)
		s.up(len(s.heap) - 1)
	case s.count > 0 && s.better(c, s.heap[0]):
		s.heap[0] = c
		s.down(0)
	}
}

func (s *selection) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !s.better(s.heap[parent], s.heap[i]) {
			return
		}
		s.heap[parent], s.heap[i] = s.heap[i], s.heap[parent]
		i = parent
	}
}

func (s *selection) down(i int) {
	for {
		worst := 2*i + 1
		if worst >= len(s.heap) {
			return
		}
		if right := worst + 1; right < len(s.heap) && s.better(s.heap[worst], s.heap[right]) {
			worst = right
		}
		if !s.better(s.heap[i], s.heap[worst]) {
			return
		}
		s.heap[i], s.heap[worst] = s.heap[worst], s.heap[i]
		i = worst
	}
}

// Percentile interpolates between sorted numbers; p is the share from 0 to 1 of
// the way from the first to the last. ok is false for none and for another p.
func Percentile(sorted []float64, p float64) (f float64, ok bool) {
	if len(sorted) == 0 || p < 0 || p > 1 {
		return 0, false
	}
	whole, share := math.Modf(p * float64(len(sorted)-1))
	i := int(whole)
	if share == 0 || i+1 == len(sorted) {
		return sorted[i], true
	}
	low, high := sorted[i], sorted[i+1]
	if d := high - low; d-d == 0 {
		return low + d*share, true
	}
	return low*(1-share) + high*share, true // so far apart that the difference is no number
}
