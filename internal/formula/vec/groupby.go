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
