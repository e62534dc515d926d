package value

// Slice is items lo … hi-1 (0-based); the bounds must lie inside the list.
func (v Vector) Slice(lo, hi int) Vector {
	if lo == 0 && hi == v.n {
		return v
	}
	if v.constant {
		return Const(v.Item(0), hi-lo)
	}
	out := Vector{kind: v.kind, n: hi - lo, dict: v.dict, lex: v.lex, valid: v.valid.slice(lo, hi)}
	switch v.kind {
	case Number:
		out.nums = v.nums[lo:hi]
	case Text:
		out.codes = v.codes[lo:hi]
	case Bool:
		out.bools = v.bools[lo:hi]
	case Mixed:
		out.kinds, out.nums, out.codes = v.kinds[lo:hi], v.nums[lo:hi], v.codes[lo:hi]
	}
	return finish(out)
}

// Take gathers the items at the positions idx; a negative position gives a blank.
// It keeps idx.
func (v Vector) Take(idx []int32) Vector {
	switch {
	case v.constant || v.n == 0:
		return v.takeConst(idx)
	case reachesBelow0(idx):
		return v.takeSome(idx)
	}
	return take(v, idx).remember(origin{base: v, rows: idx})
}

func reachesBelow0(idx []int32) bool {
	var all int32
	for _, j := range idx {
		all |= j
	}
	return all < 0
}

// take is Take where no position is negative.
func take[I int32 | uint32](v Vector, idx []I) Vector {
	out := Vector{kind: v.kind, n: len(idx), dict: v.dict, lex: v.lex}
	if v.valid != nil {
		out.valid = takeBits(v.valid, idx)
	}
	switch v.kind {
	case Number:
		out.nums, out.zeroed = gather(v.Numeric().Vals, idx), true
	case Text:
		out.codes = gather(v.codes, idx)
	case Bool:
		out.bools = gather(v.bools, idx)
	case Mixed:
		out.kinds, out.nums, out.codes = gather(v.kinds, idx), gather(v.nums, idx), gather(v.codes, idx)
	}
	return finish(out)
}

// takeSome is Take where some positions are negative.
func (v Vector) takeSome(idx []int32) Vector {
	out := Vector{kind: v.kind, n: len(idx), dict: v.dict, lex: v.lex, valid: NewBitmap(len(idx), true)}
	for i, j := range idx {
		if j < 0 || !v.valid.Get(int(j)) {
			out.valid.Clear(i)
		}
	}
	switch v.kind {
	case Number:
		out.nums = gatherSome(v.nums, idx)
	case Text:
		out.codes = gatherSome(v.codes, idx)
	case Bool:
		out.bools = gatherSome(v.bools, idx)
	case Mixed:
		out.kinds, out.nums, out.codes = gatherSome(v.kinds, idx), gatherSome(v.nums, idx), gatherSome(v.codes, idx)
	}
	return finish(out)
}

func gather[T any, I int32 | uint32](from []T, idx []I) []T {
	out := make([]T, len(idx))
	for i, j := range idx {
		out[i] = from[j]
	}
	return out
}

func gatherSome[T any](from []T, idx []int32) []T {
	out := make([]T, len(idx))
	for i, j := range idx {
		if j >= 0 {
			out[i] = from[j]
		}
	}
	return out
}

func (v Vector) takeConst(idx []int32) Vector {
	b := NewBuilder(len(idx))
	for _, j := range idx {
		if j < 0 || v.n == 0 {
			b.AppendBlank()
		} else {
			b.Append(v.Item(0))
		}
	}
	return b.Vector()
}

// AppendVector adds all items of a list.
func (b *Builder) AppendVector(v Vector) {
	for i := range v.n {
		b.Append(v.Item(i))
	}
}

// MapTexts gives a text vector in which every distinct entry of v is replaced by
// the text that f makes of it; blanks stay blank. f runs once per distinct entry.
func (v Vector) MapTexts(f func(Item) string) Vector {
	return v.mapEntries(func(it Item) Item { return Str(f(it)) }, false)
}

// MapEntries replaces every distinct entry of v, blanks too, by what f makes of it.
func (v Vector) MapEntries(f func(Item) Item) Vector { return v.mapEntries(f, true) }

func (v Vector) mapEntries(f func(Item) Item, blanks bool) Vector {
	c := v.Coded()
	b := NewBuilder(c.Entries.Len())
	for i := range c.Entries.Len() {
		it := c.Entries.Item(i)
		if it.Kind != Blank || blanks {
			it = f(it)
		}
		b.Append(it)
	}
	out := b.Vector()
	if v.constant && v.n > 0 {
		return Const(out.Item(0), v.n)
	}
	return out.Expand(c.Codes)
}

// Expand gives item codes[i] of v at position i. It keeps codes.
func (v Vector) Expand(codes []uint32) Vector {
	if v.constant || v.n == 0 {
		return v.takeConst(make([]int32, len(codes)))
	}
	return take(v, codes).remember(origin{base: v, codes: codes})
}
