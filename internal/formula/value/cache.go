package value

import "sync"

// cache keeps what was computed from a vector; every part is computed once,
// whoever asks first.
type cache struct {
	numericOnce, presentOnce, codedOnce, groupsOnce, whereOnce sync.Once

	numeric Numeric
	present Bitmap
	coded   Coded
	groups  Groups
	where   []int32

	origin *origin // nil = not known
}

// Numeric is a list as operands of arithmetic: Vals holds 0 where an item is
// not numeric (1 for true); OK tells which items are numeric, nil = all. Both
// have one entry if the vector is constant.
type Numeric struct {
	Vals []float64
	OK   Bitmap
}

// Numeric gives the numbers of the list, computed once per vector. Read only.
func (v Vector) Numeric() Numeric {
	if v.cache == nil {
		return v.makeNumeric()
	}
	v.cache.numericOnce.Do(func() { v.cache.numeric = v.makeNumeric() })
	return v.cache.numeric
}

func (v Vector) stored() int {
	if v.constant {
		return 1
	}
	return v.n
}

func (v Vector) makeNumeric() Numeric {
	n := v.stored()
	switch v.kind {
	case Number:
		if v.valid == nil || v.zeroed {
			return Numeric{Vals: v.nums, OK: v.valid}
		}
		vals := make([]float64, n)
		for i := range vals {
			if v.valid.Get(i) {
				vals[i] = v.nums[i]
			}
		}
		return Numeric{Vals: vals, OK: v.valid}
	case Text, Mixed:
		return v.numericTexts(n)
	case Bool:
		vals := make([]float64, n)
		for i, x := range v.bools {
			if x && v.valid.Get(i) {
				vals[i] = 1
			}
		}
		return Numeric{Vals: vals, OK: NewBitmap(n, false)}
	}
	return Numeric{Vals: make([]float64, n), OK: NewBitmap(n, false)}
}

// numericTexts reads each distinct text once.
func (v Vector) numericTexts(n int) Numeric {
	parsed := make([]float64, len(v.dict))
	isNum := make([]bool, len(v.dict))
	for i, s := range v.dict {
		parsed[i], isNum[i] = ParseNumber(s)
	}
	out := Numeric{Vals: make([]float64, n), OK: NewBitmap(n, false)}
	for i := range n {
		switch v.KindAt(i) {
		case Text:
			if c := v.codes[i]; isNum[c] {
				out.Vals[i] = parsed[c]
				out.OK.Set(i)
			}
		case Number:
			out.Vals[i] = v.nums[i]
			out.OK.Set(i)
		case Bool:
			out.Vals[i] = v.nums[i]
		}
	}
	out.OK = out.OK.tight(n)
	return out
}

// Present is the bitmap of items that are neither blank nor an empty text, nil
// if that is all of them; one entry if the vector is constant. Read only.
func (v Vector) Present() Bitmap {
	if v.cache == nil {
		return v.makePresent()
	}
	v.cache.presentOnce.Do(func() { v.cache.present = v.makePresent() })
	return v.cache.present
}

func (v Vector) makePresent() Bitmap {
	n := v.stored()
	if v.kind == Blank {
		return NewBitmap(n, false)
	}
	empty := -1
	for i, s := range v.dict {
		if s == "" {
			empty = i
			break
		}
	}
	if empty < 0 {
		return v.valid
	}
	out := NewBitmap(n, false)
	for i := range n {
		k := v.KindAt(i)
		if k != Blank && (k != Text || int(v.codes[i]) != empty) {
			out.Set(i)
		}
	}
	return out.tight(n)
}

// Where gives the positions at which the items are true as conditions, computed
// once per vector, since many lists are selected by one condition. Read only.
func (v Vector) Where() []int32 {
	if v.cache == nil {
		return nil // the empty list
	}
	v.cache.whereOnce.Do(func() { v.cache.where = v.makeWhere() })
	return v.cache.where
}

func (v Vector) makeWhere() []int32 {
	truths := v.Truths()
	count := v.CountTrue()
	if v.constant || count == v.n {
		out := make([]int32, count)
		for i := range out {
			out[i] = int32(i)
		}
		return out
	}
	out, k := make([]int32, count+1), 0 // with room for what is written in vain at the end
	for i, t := range truths {
		out[k] = int32(i)
		k += boolInt(t)
	}
	return out[:count]
}

// CountTrue is how many items are true as conditions.
func (v Vector) CountTrue() int {
	truths := v.Truths()
	count := 0
	for _, t := range truths {
		count += boolInt(t)
	}
	if v.constant {
		count *= v.n
	}
	return count
}

// Truths are the items as conditions; one entry if the vector is constant.
func (v Vector) Truths() []bool {
	n := v.stored()
	if v.kind == Bool && v.valid == nil {
		return v.bools
	}
	out := make([]bool, n)
	if v.kind == Blank {
		return out
	}
	texts := make([]bool, len(v.dict))
	for i, s := range v.dict {
		texts[i] = textTruth(s)
	}
	for i := range n {
		switch v.KindAt(i) {
		case Number:
			out[i] = v.nums[i] != 0
		case Text:
			out[i] = texts[v.codes[i]]
		case Bool:
			out[i] = v.kind == Mixed && v.nums[i] != 0 || v.kind == Bool && v.bools[i]
		}
	}
	return out
}
