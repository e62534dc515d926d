package value

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Coded is a list as codes of distinct entries: item i is Entries.Item(Codes[i]).
// Every entry occurs; equal items of one kind share an entry, blanks too. The
// entries stand in no particular order. A constant vector has one code.
type Coded struct {
	Codes   []uint32
	Entries Vector
}

// Coded gives the list as codes, computed once per vector. Read only.
func (v Vector) Coded() Coded {
	if v.cache == nil {
		return v.makeCoded()
	}
	v.cache.codedOnce.Do(func() { v.cache.coded = v.makeCoded() })
	return v.cache.coded
}

type rawCode = uint64

func (v Vector) makeCoded() Coded {
	n := v.stored()
	if n == 0 || v.n == 0 {
		return Coded{}
	}
	if v.kind == Number && v.cache.origin.near(v.n) {
		if c, ok := v.codedByOrigin(); ok {
			return c
		}
	}
	switch {
	case v.kind != Text:
	case v.dense() && v.valid == nil:
		return v.codedByWords()
	default:
		return v.codedTexts(n)
	}
	return v.codedByItem(n)
}

// codedByItem is makeCoded for any list; entries stand in order of appearance.
func (v Vector) codedByItem(n int) Coded {
	c := coder{codes: make([]uint32, n), entries: NewBuilder(16), texts: make([]uint32, len(v.dict))}
	for i := range n {
		switch v.KindAt(i) {
		case Number:
			c.codes[i] = c.number(v.nums[i])
		case Text:
			slot := &c.texts[v.codes[i]]
			if *slot == 0 {
				*slot = c.add(Str(v.dict[v.codes[i]]))
			}
			c.codes[i] = *slot - 1
		case Bool:
			c.codes[i] = c.special(1+boolInt(v.Item(i).Bool), v.Item(i))
		default:
			c.codes[i] = c.special(0, Item{})
		}
	}
	return Coded{Codes: c.codes, Entries: c.entries.Vector()}
}

// codedTexts is makeCoded for texts, whose dictionary says already which differ.
func (v Vector) codedTexts(n int) Coded {
	codes := make([]uint32, n)
	given := make([]uint32, len(v.dict)) // one higher than the code, 0 = none yet
	var dict []string
	var entries []uint32 // code → position in dict
	blank := -1
	for i := range n {
		if v.IsBlank(i) {
			if blank < 0 {
				blank = len(entries)
				entries = append(entries, 0)
			}
			codes[i] = uint32(blank)
			continue
		}
		slot := &given[v.codes[i]]
		if *slot == 0 {
			entries = append(entries, uint32(len(dict)))
			dict = append(dict, v.dict[v.codes[i]])
			*slot = uint32(len(entries))
		}
		codes[i] = *slot - 1
	}
	var valid Bitmap
	if blank >= 0 {
		valid = NewBitmap(len(entries), true)
		valid.Clear(blank)
	}
	return Coded{Codes: codes, Entries: Texts(dict, entries, valid)}
}

// coder gives out codes; stored positions are one higher than the code, 0 = none yet.
type coder struct {
	codes   []uint32
	entries *Builder
	texts   []uint32
	named   [3]uint32 // blank, false, true
	table   numberTable
}

func (c *coder) add(it Item) uint32 {
	c.entries.Append(it)
	return uint32(c.entries.Len())
}

func (c *coder) special(k int, it Item) uint32 {
	if c.named[k] == 0 {
		c.named[k] = c.add(it)
	}
	return c.named[k] - 1
}

func (c *coder) number(f float64) uint32 {
	if f == 0 {
		f = 0 // -0 and 0 are one number
	}
	slot := c.table.find(math.Float64bits(f))
	if *slot == 0 {
		*slot = c.add(Num(f))
		c.table.count++
	}
	return *slot - 1
}

// numberTable is an open-addressing map from the bits of a number to a position.
type numberTable struct {
	keys  []rawCode
	slots []uint32
	count int
}

func (t *numberTable) find(key rawCode) *uint32 {
	if t.count*2 >= len(t.keys) {
		t.grow()
	}
	mask := uint64(len(t.keys) - 1)
	h := key * 0x9E3779B97F4A7C15
	h ^= h >> 32
	for i := h & mask; ; i = (i + 1) & mask {
		if t.slots[i] == 0 {
			t.keys[i] = key
			return &t.slots[i]
		}
		if t.keys[i] == key {
			return &t.slots[i]
		}
	}
}

func (t *numberTable) grow() {
	old := *t
	size := max(64, len(old.keys)*4)
	*t = numberTable{keys: make([]rawCode, size), slots: make([]uint32, size), count: 0}
	for i, s := range old.slots {
		if s != 0 {
			*t.find(old.keys[i]) = s
			t.count++
		}
	}
}

// Groups are the distinct values of a list in the order of GROUP: blanks first,
// then by text, case-insensitive, ties by code point. Items with the same text
// form one group, whatever their kinds.
type Groups struct {
	Keys  Vector   // one item per group: the first that occurred
	Codes []uint32 // a code for each item, one if the list is constant; not those of Coded
	Of    []uint32 // code → group; what stands at codes that do not occur means nothing
}

// Groups gives the groups of the list, computed once per vector. Read only.
func (v Vector) Groups() Groups {
	if v.cache == nil {
		return v.makeGroups()
	}
	v.cache.groupsOnce.Do(func() { v.cache.groups = v.makeGroups() })
	return v.cache.groups
}

func (v Vector) makeGroups() Groups {
	if v.dense() {
		return v.groupsOfTexts()
	}
	var c Coded
	if v.kind == Number && v.cache.origin.near(v.n) {
		if g, ok := v.groupsByOrigin(); ok {
			return g
		}
		c = v.codedByItem(v.stored()) // the first of several numbers written alike counts
	} else {
		c = v.Coded()
	}
	n := c.Entries.Len()
	order := TextOrder(c.Entries)
	out := Groups{Codes: c.Codes, Of: make([]uint32, n)}
	keys := NewBuilder(n)
	last := ""
	for i, e := range order {
		it := c.Entries.Item(int(e))
		text := it.Text()
		if i == 0 || text != last {
			if text == "" {
				it = Item{}
			}
			keys.Append(it)
			last = text
		}
		out.Of[e] = uint32(keys.Len() - 1)
	}
	out.Keys = keys.Vector()
	return out
}

// TextOrder gives the positions of the items in textual order: case-insensitive,
// then by code point, then as they stand.
func TextOrder(v Vector) []uint32 {
	type key struct {
		folded, text string
		pos          uint32
	}
	keys := make([]key, v.Len())
	for i := range keys {
		text := v.Item(i).Text()
		keys[i] = key{strings.ToLower(text), text, uint32(i)}
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.folded, b.folded), cmp.Compare(a.text, b.text), cmp.Compare(a.pos, b.pos))
	})
	out := make([]uint32, len(keys))
	for i, k := range keys {
		out[i] = k.pos
	}
	return out
}
