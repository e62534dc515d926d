package vec

import "octavo/internal/formula/value"

// Cumulative is the sum of all numbers up to each position; items that are not numeric add 0.
func Cumulative(r *Run, v value.Vector) (value.Vector, error) {
	n := v.Len()
	if err := r.Reserve(n, 8); err != nil {
		return value.Vector{}, err
	}
	vals, step := v.Numeric().Vals, stride(v)
	out := make([]float64, n)
	var sum Adder
	var valid value.Bitmap
	err := r.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			sum = sum.Plus(vals[i*step])
			out[i] = sum.Value()
		}
		valid = dropInfinite(r, valid, out[lo:hi], lo, n)
	})
	return value.Numbers(out, valid), err
}

// means builds a list of one mean per position, blank where there was nothing
// to take the mean of.
type means struct {
	x     value.Numeric
	step  int
	out   []float64
	valid value.Bitmap
}

func newMeans(r *Run, v value.Vector) (*means, error) {
	n := v.Len()
	if err := r.Reserve(n, 8); err != nil {
		return nil, err
	}
	return &means{v.Numeric(), stride(v), make([]float64, n), value.NewBitmap(n, true)}, nil
}

// at is item i as a number.
func (m *means) at(i int) (f float64, numeric bool) {
	i *= m.step
	return m.x.Vals[i], m.x.OK.Get(i)
}

// set stores the mean of count numbers at position i.
func (m *means) set(i int, sum float64, count int) {
	if count == 0 {
		m.valid.Clear(i)
		return
	}
	m.out[i] = sum / float64(count)
}

// list is the result.
func (m *means) list(r *Run) value.Vector {
	return value.Numbers(m.out, dropInfinite(r, m.valid, m.out, 0, len(m.out)))
}

// CumulativeMean is the mean of all numeric items up to each position.
func CumulativeMean(r *Run, v value.Vector) (value.Vector, error) {
	m, err := newMeans(r, v)
	if err != nil {
		return value.Vector{}, err
	}
	sum, count := Adder{}, 0
	err = r.Blocks(v.Len(), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if f, ok := m.at(i); ok {
				sum = sum.Plus(f)
				count++
			}
			m.set(i, sum.Value(), count)
		}
	})
	return m.list(r), err
}

// part is the sum of some items and how many of them were numeric.
type part struct {
	sum   Adder
	count int
}

func (p part) plus(f float64, numeric bool) part {
	if !numeric {
		return p
	}
	return part{p.sum.Plus(f), p.count + 1}
}

// MovingMean is the mean of the numeric ones among the last window items up to
// each position. The list is cut into stretches of that length: every window is
// the end of one stretch and the beginning of the next, so nothing is ever
// subtracted again and no error adds up.
func MovingMean(r *Run, v value.Vector, window int) (value.Vector, error) {
	n := v.Len()
	if window < 1 {
		return value.Blanks(n), nil
	}
	window = min(window, max(n, 1))
	m, err := newMeans(r, v)
	if err != nil {
		return value.Vector{}, err
	}
	if err := r.Reserve(window, 24); err != nil {
		return value.Vector{}, err
	}
	tails := make([]part, window+1) // of the stretch before; entry k: its items from k on
	var head part
	err = r.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			k := i % window
			if k == 0 && i > 0 {
				m.tails(tails, i)
				head = part{}
			}
			head = head.plus(m.at(i))
			whole := tails[k+1]
			m.set(i, whole.sum.Join(head.sum).Value(), whole.count+head.count)
		}
	})
	return m.list(r), err
}

// tails sums the ends of the stretch before position end.
func (m *means) tails(tails []part, end int) {
	window := len(tails) - 1
	for k := window - 1; k >= 0; k-- {
		f, ok := m.at(end - window + k)
		tails[k] = tails[k+1].plus(f, ok)
	}
}

// ExponentialMean moves from the first numeric item a share alpha of the way
// towards each next one; items that are not numeric change nothing.
func ExponentialMean(r *Run, v value.Vector, alpha float64) (value.Vector, error) {
	m, err := newMeans(r, v)
	if err != nil {
		return value.Vector{}, err
	}
	mean, count := 0.0, 0
	err = r.Blocks(v.Len(), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if f, ok := m.at(i); ok && count == 0 {
				mean, count = f, 1
			} else if ok {
				mean = alpha*f + (1-alpha)*mean
			}
			m.set(i, mean, count)
		}
	})
	return m.list(r), err
}
