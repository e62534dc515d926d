package vec

import (
	"strings"

	"octavo/internal/formula/value"
)

// Method is an aggregate of GROUPBY, as formulas.md §6 spells it.
type Method string

// The methods.
const (
	MethodSum           Method = "SUM"
	MethodAverage       Method = "AVERAGE"
	MethodMin           Method = "MIN"
	MethodMax           Method = "MAX"
	MethodCount         Method = "COUNT"
	MethodJoin          Method = "JOIN"
	MethodCountDistinct Method = "COUNTDISTINCT"
	MethodFirst         Method = "FIRST"
	MethodLast          Method = "LAST"
	MethodMedian        Method = "MEDIAN"
	MethodStdev         Method = "STDEV"
)

// members are the rows of a list by group.
type members struct {
	codes  []uint32 // per row: code; nil = all rows have code 0
	of     []uint32 // code → group
	groups int
	blanks bool // the first group is that of blanks
}

func groupMembers(v value.Vector) members {
	g := v.Groups()
	m := members{codes: g.Codes, of: g.Of, groups: g.Keys.Len(), blanks: g.Keys.IsBlank(0)}
	if v.IsConst() {
		m.codes = make([]uint32, v.Len())
	}
	return m
}

// GroupCounts is how many items each group of a list has, in the order of GROUP.
func GroupCounts(r *Run, v value.Vector) (value.Vector, error) {
	if v.Len() == 0 {
		return v, nil
	}
	m := groupMembers(v)
	out := make([]float64, m.groups)
	perCode := make([]float64, len(m.of))
	err := r.Blocks(v.Len(), func(lo, hi int) {
		for _, c := range m.codes[lo:hi] {
			perCode[c]++
		}
	})
	for c, f := range perCode {
		out[m.of[c]] += f
	}
	return value.Numbers(out, nil), err
}

// GroupBy gives one aggregate of measure per group of values, in the order of GROUP.
func GroupBy(r *Run, values, measure value.Vector, method Method) (value.Vector, error) {
	n, v := r.Align(values, measure)
	if n == 0 {
		return value.Vector{}, nil
	}
	m := groupMembers(v[0])
	switch method {
	case MethodSum, MethodAverage, MethodMin, MethodMax:
		return groupNumbers(r, m, v[1], method)
	case MethodMedian, MethodStdev:
		return groupLists(r, m, v[1], method)
	case MethodCount:
		return groupPresent(r, m, v[1])
	case MethodCountDistinct:
		return groupDistinct(r, m, v[1])
	case MethodJoin:
		return groupJoin(r, m, v[1])
	}
	return groupEnds(r, m, v[1], method == MethodLast)
}

func groupNumbers(r *Run, m members, measure value.Vector, method Method) (value.Vector, error) {
	if method == MethodSum && !measure.IsConst() {
		return groupSum(r, m, measure.Numeric().Vals)
	}
	perCode := make([]tally, len(m.of))
	for i := range perCode {
		perCode[i] = newTally()
	}
	x, step := measure.Numeric(), stride(measure)
	err := r.Blocks(len(m.codes), func(lo, hi int) {
		if x.OK == nil && step == 1 {
			addNumbers(perCode, m.codes[lo:hi], x.Vals[lo:hi], method)
			return
		}
		for i := lo; i < hi; i++ {
			j := i * step
			perCode[m.codes[i]].add(x.Vals[j], x.OK.Get(j))
		}
	})
	tallies := m.join(perCode)
	out, valid := make([]float64, m.groups), value.NewBitmap(m.groups, true)
	for i := range tallies {
		s := tallies[i].stats()
		if s.Count == 0 && method != MethodSum {
			valid.Clear(i)
			continue
		}
		switch method {
		case MethodSum:
			out[i] = s.Sum
		case MethodAverage:
			out[i] = s.Numeric / float64(s.Count)
		case MethodMin:
			out[i] = s.Min
		case MethodMax:
			out[i] = s.Max
		}
	}
	valid = dropInfinite(r, valid, out, 0, m.groups)
	return value.Numbers(out, valid), err
}

// addNumbers adds numbers to the tallies of their codes, as far as a method needs it.
func addNumbers(tallies []tally, codes []uint32, vals []float64, method Method) {
	for i, c := range codes {
		t, f := &tallies[c], vals[i]
		t.count++
		switch method {
		case MethodMin:
			if f < t.min {
				t.min = f
			}
		case MethodMax:
			if f > t.max {
				t.max = f
			}
		default:
			t.numeric = t.numeric.Plus(f)
		}
	}
}

// join adds up what belongs to the codes of each group.
func (m members) join(perCode []tally) []tally {
	out := make([]tally, m.groups)
	for g := range out {
		out[g] = newTally()
	}
	for c, t := range perCode {
		if t.count == 0 && t.sum == (Adder{}) {
			continue // the code does not occur
		}
		g := &out[m.of[c]]
		g.sum, g.numeric, g.count = g.sum.Join(t.sum), g.numeric.Join(t.numeric), g.count+t.count
		g.min, g.max = min(g.min, t.min), max(g.max, t.max)
	}
	return out
}

// groupSum is the common case: one addition per row, into sums per code.
func groupSum(r *Run, m members, vals []float64) (value.Vector, error) {
	perCode := make([]Adder, len(m.of))
	err := r.Blocks(len(vals), func(lo, hi int) {
		block := vals[lo:hi]
		for i, c := range m.codes[lo:hi] {
			perCode[c] = perCode[c].Plus(block[i])
		}
	})
	perGroup := make([]Adder, m.groups)
	for c, a := range perCode {
		perGroup[m.of[c]] = perGroup[m.of[c]].Join(a)
	}
	out := make([]float64, m.groups)
	for g, a := range perGroup {
		out[g] = a.Value()
	}
	valid := dropInfinite(r, nil, out, 0, m.groups)
	return value.Numbers(out, valid), err
}

func groupPresent(r *Run, m members, measure value.Vector) (value.Vector, error) {
	out := make([]float64, m.groups)
	bits, all := presence(measure)
	none := bits == nil && !all
	err := r.Blocks(len(m.codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if all || !none && bits.Get(i) {
				out[m.of[m.codes[i]]]++
			}
		}
	})
	return value.Numbers(out, nil), err
}

// rowsOf lists the rows of every group, in order.
func (m members) rowsOf(r *Run) ([][]int32, error) {
	if err := r.Reserve(len(m.codes), 4); err != nil {
		return nil, err
	}
	sizes := make([]int, m.groups)
	for _, c := range m.codes {
		sizes[m.of[c]]++
	}
	all := make([]int32, len(m.codes))
	out, at := make([][]int32, m.groups), 0
	for g, size := range sizes {
		out[g] = all[at : at : at+size]
		at += size
	}
	err := r.Blocks(len(m.codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			g := m.of[m.codes[i]]
			out[g] = append(out[g], int32(i))
		}
	})
	return out, err
}

func groupLists(r *Run, m members, measure value.Vector, method Method) (value.Vector, error) {
	rows, err := m.rowsOf(r)
	if err != nil {
		return value.Vector{}, err
	}
	x := measure.Numeric()
	out, valid := make([]float64, m.groups), value.NewBitmap(m.groups, true)
	var nums []float64
	for g := range rows {
		nums = nums[:0]
		for _, i := range rows[g] {
			if measure.IsConst() {
				i = 0
			}
			if x.OK.Get(int(i)) {
				nums = append(nums, x.Vals[i])
			}
		}
		var ok bool
		if method == MethodMedian {
			out[g], ok, err = Median(r, nums)
		} else {
			var spread Moments
			spread, err = NewMoments(r, nums)
			out[g], ok = spread.Stdev()
		}
		if !ok {
			valid.Clear(g)
		}
		if err == nil {
			err = r.Step()
		}
		if err != nil {
			return value.Vector{}, err
		}
	}
	valid = dropInfinite(r, valid, out, 0, m.groups)
	return value.Numbers(out, valid), nil
}

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

func groupJoin(r *Run, m members, measure value.Vector) (value.Vector, error) {
	coded := measure.Coded()
	texts := make([]string, coded.Entries.Len())
	for i := range texts {
		texts[i] = coded.Entries.Item(i).Text()
	}
	rows, err := m.rowsOf(r)
	if err != nil {
		return value.Vector{}, err
	}
	out := value.NewBuilder(m.groups)
	for g := range rows {
		var s strings.Builder
		for k, i := range rows[g] {
			if measure.IsConst() {
				i = 0
			}
			if k > 0 {
				s.WriteByte(',')
			}
			s.WriteString(texts[coded.Codes[i]])
		}
		if err := r.Reserve(1, s.Len()); err != nil {
			return value.Vector{}, err
		}
		out.AppendText(s.String())
	}
	return out.Vector(), nil
}

func groupEnds(r *Run, m members, measure value.Vector, last bool) (value.Vector, error) {
	idx := make([]int32, m.groups)
	for g := range idx {
		idx[g] = -1
	}
	err := r.Blocks(len(m.codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if g := m.of[m.codes[i]]; last || idx[g] < 0 {
				idx[g] = int32(i)
			}
		}
	})
	return measure.Take(idx), err
}
