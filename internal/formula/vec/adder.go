package vec

// Adder sums numbers and keeps beside the sum what rounding took from it, so
// that long or cancelling sums come out as if they had been added exactly and
// rounded once. The zero Adder is the empty sum.
type Adder struct{ sum, lost float64 }

// Plus is the sum with one more number.
func (a Adder) Plus(f float64) Adder {
	t := a.sum + f
	part := t - a.sum
	return Adder{t, a.lost + ((a.sum - (t - part)) + (f - part))}
}

// Join is the sum of two sums.
func (a Adder) Join(b Adder) Adder {
	a = a.Plus(b.sum)
	a.lost += b.lost
	return a
}

// Value is the sum as a number. It is not finite once the sum has left the
// range of numbers.
func (a Adder) Value() float64 {
	if f := a.sum + a.lost; f-f == 0 {
		return f
	}
	return a.sum
}

// lanes spreads the items of a list over four adders by position, which keeps
// the adder of the processor busy; the result depends on the list alone, not on
// the pieces in which it comes.
type lanes struct {
	at   int // lane of the next item
	lane [4]Adder
}

func (l *lanes) add(vals []float64) {
	for len(vals) > 0 && l.at != 0 {
		l.one(vals[0])
		vals = vals[1:]
	}
	a, b, c, d := l.lane[0], l.lane[1], l.lane[2], l.lane[3]
	for len(vals) >= 4 {
		a, b, c, d = a.Plus(vals[0]), b.Plus(vals[1]), c.Plus(vals[2]), d.Plus(vals[3])
		vals = vals[4:]
	}
	l.lane = [4]Adder{a, b, c, d}
	for _, f := range vals {
		l.one(f)
	}
}

func (l *lanes) one(f float64) {
	l.lane[l.at] = l.lane[l.at].Plus(f)
	l.at = (l.at + 1) & 3
}

func (l *lanes) total() Adder {
	return l.lane[0].Join(l.lane[1]).Join(l.lane[2].Join(l.lane[3]))
}
