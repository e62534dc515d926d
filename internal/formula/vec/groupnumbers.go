package vec

import "octavo/internal/formula/value"

// groupNumbers gives the sum, the mean, the smallest or the largest number of each group.
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
