package vec

import (
	"math"

	"octavo/internal/formula/value"
)

// Matcher finds the first position of an item in a list, with the equality of
// the operator "=", in constant time.
type Matcher struct {
	numbers map[uint64]int32 // by bits
	texts   map[string]int32
	bools   [2]int32 // booleans false, true
	named   [2]int32 // texts that read as false, true
	blank   int32
}

const nowhere = math.MaxInt32

// NewMatcher indexes a list.
func NewMatcher(r *Run, keys value.Vector) (*Matcher, error) {
	c := keys.Coded()
	m := &Matcher{blank: nowhere, bools: [2]int32{nowhere, nowhere}, named: [2]int32{nowhere, nowhere}}
	texts := min(len(c.Entries.Dict()), c.Entries.Len())
	m.numbers, m.texts = make(map[uint64]int32, c.Entries.Len()-texts), make(map[string]int32, texts)
	if err := r.Reserve(c.Entries.Len(), 32); err != nil {
		return nil, err
	}
	first := make([]int32, c.Entries.Len())
	for i := len(c.Codes) - 1; i >= 0; i-- {
		first[c.Codes[i]] = int32(i)
	}
	err := r.Blocks(len(first), func(lo, hi int) {
		for e := lo; e < hi; e++ {
			m.add(c.Entries.Item(e), first[e])
		}
	})
	return m, err
}

func (m *Matcher) add(it value.Item, pos int32) {
	if it.IsEmpty() {
		m.blank = min(m.blank, pos)
		return
	}
	if f, ok := it.Number(); ok {
		put(m.numbers, bitsOf(f), pos)
		return
	}
	if it.Kind == value.Bool {
		b := index(it.Bool)
		m.bools[b] = min(m.bools[b], pos)
	}
	if it.Kind == value.Text {
		if b, ok := value.TextBool(it.Str); ok {
			m.named[index(b)] = min(m.named[index(b)], pos)
		}
	}
	put(m.texts, it.Text(), pos)
}

func put[K comparable](m map[K]int32, k K, pos int32) {
	if have, ok := m[k]; !ok || pos < have {
		m[k] = pos
	}
}

func bitsOf(f float64) uint64 {
	if f == 0 {
		f = 0
	}
	return math.Float64bits(f)
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Find gives the first position equal to the item, -1 if there is none. A
// blank finds blanks.
func (m *Matcher) Find(it value.Item) int32 {
	if it.IsEmpty() {
		return found(m.blank)
	}
	if f, ok := it.Number(); ok {
		return lookup(m.numbers, bitsOf(f))
	}
	pos := int32(nowhere)
	if it.Kind == value.Bool {
		b := index(it.Bool)
		return found(min(m.bools[b], m.named[b]))
	}
	if b, ok := value.TextBool(it.Str); ok {
		pos = m.bools[index(b)]
	}
	if p := lookup(m.texts, it.Text()); p >= 0 {
		// texts also holds booleans under their text form, which equals only this spelling
		pos = min(pos, p)
	}
	return found(pos)
}

func found(pos int32) int32 {
	if pos == nowhere {
		return -1
	}
	return pos
}

func lookup[K comparable](m map[K]int32, k K) int32 {
	if pos, ok := m[k]; ok {
		return pos
	}
	return -1
}

// Positions finds every item of a list; -1 where there is none. A blank finds
// blanks only if asked to.
func (m *Matcher) Positions(r *Run, v value.Vector, blanks bool) ([]int32, error) {
	c := v.Coded()
	if err := r.Reserve(v.Len(), 4); err != nil {
		return nil, err
	}
	table := make([]int32, c.Entries.Len())
	err := r.Blocks(len(table), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			table[i] = -1
			if it := c.Entries.Item(i); blanks || !it.IsEmpty() {
				table[i] = m.Find(it)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]int32, v.Len())
	err = r.Blocks(v.Len(), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if len(c.Codes) == 1 {
				out[i] = table[c.Codes[0]]
			} else {
				out[i] = table[c.Codes[i]]
			}
		}
	})
	return out, err
}

// Contains says for every item of a list whether it is there; blanks find blanks.
func (m *Matcher) Contains(r *Run, v value.Vector) (value.Vector, error) {
	if v.Len() == 0 {
		return value.Vector{}, nil
	}
	if v.IsConst() {
		return value.Const(value.Boolean(m.Find(v.Item(0)) >= 0), v.Len()), nil
	}
	c := v.Coded()
	if err := r.Reserve(v.Len()+c.Entries.Len(), 1); err != nil {
		return value.Vector{}, err
	}
	table := make([]bool, c.Entries.Len())
	err := r.Blocks(len(table), func(lo, hi int) {
		for e := lo; e < hi; e++ {
			table[e] = m.Find(c.Entries.Item(e)) >= 0
		}
	})
	if err != nil {
		return value.Vector{}, err
	}
	out := make([]bool, v.Len())
	err = r.Blocks(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = table[c.Codes[i]]
		}
	})
	return value.Bools(out, nil), err
}
