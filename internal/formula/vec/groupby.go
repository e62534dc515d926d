package vec

import (
	"math"
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
}

func groupMembers(v value.Vector) members {
	g := v.Groups()
	m := members{codes: g.Codes, of: g.Of, groups: g.Keys.Len()}
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
	stats := make([]Stats, m.groups)
	for i := range stats {
		stats[i] = Stats{Min: math.Inf(1), Max: math.Inf(-1)}
	}
	x := measure.Numeric()
	constant := measure.IsConst()
	err := r.Blocks(len(m.codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			s, j := &stats[m.of[m.codes[i]]], i
			if constant {
				j = 0
			}
			f := x.Vals[j]
			s.Sum += f
			if x.OK.Get(j) {
				s.Count++
				s.Numeric += f
				s.Min, s.Max = min(s.Min, f), max(s.Max, f)
			}
		}
	})
	out, valid := make([]float64, m.groups), value.NewBitmap(m.groups, true)
	for i, s := range stats {
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

// groupSum is the common case: one addition per row, into sums per code.
func groupSum(r *Run, m members, vals []float64) (value.Vector, error) {
	perCode := make([]float64, len(m.of))
	err := r.Blocks(len(vals), func(lo, hi int) {
		block := vals[lo:hi]
		for i, c := range m.codes[lo:hi] {
			perCode[c] += block[i]
		}
	})
	out := make([]float64, m.groups)
	for c, f := range perCode {
		out[m.of[c]] += f
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
			out[g], ok = Median(nums)
		} else {
			out[g], ok = Stdev(nums)
		}
		if !ok {
			valid.Clear(g)
		}
		if err := r.Step(); err != nil {
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
	if err := r.Reserve(len(m.codes), 12); err != nil {
		return value.Vector{}, err
	}
	a, b := make([]uint32, len(m.codes)), make([]uint32, len(m.codes))
	err := r.Blocks(len(m.codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			a[i], b[i] = m.of[m.codes[i]], inner.of[inner.codes[i]]
		}
	})
	if err != nil {
		return value.Vector{}, err
	}
	_, pairs := value.Pairs(a, b)
	out := make([]float64, m.groups)
	for _, p := range pairs {
		if !keys.IsBlank(int(p[1])) {
			out[p[0]]++
		}
	}
	return value.Numbers(out, nil), nil
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
