package value

// origin is where the items of a list of numbers were taken from: item i is item
// rows[i], or codes[i], of the base. What was computed from the base then serves
// the list, too.
type origin struct {
	base  Vector
	rows  []int32
	codes []uint32
}

// remember notes the origin of a list. There are no origins of origins, so that a
// list keeps at most one other alive.
func (v Vector) remember(o origin) Vector {
	if v.kind == Number && !v.constant && o.base.cache != nil && o.base.cache.origin == nil {
		v.cache.origin = &o
	}
	return v
}

// near says whether the base is not so much longer that it pays no more to use it.
func (o *origin) near(n int) bool { return o != nil && o.base.n <= 64*n }

// pick gives codes of the items of the base to the items of the list.
func (o *origin) pick(codes []uint32) []uint32 {
	if o.codes != nil {
		return gather(codes, o.codes)
	}
	return gather(codes, o.rows)
}

// codedByOrigin is makeCoded by the codes of the base; ok is false if that has
// too many entries.
func (v Vector) codedByOrigin() (c Coded, ok bool) {
	o := v.cache.origin
	base := o.base.Coded()
	if base.Entries.Len() > 16*v.n {
		return c, false
	}
	codes := o.pick(base.Codes)
	in, count := occurring(codes, base.Entries.Len())
	if count == len(in) {
		return Coded{Codes: codes, Entries: base.Entries}, true
	}
	move, kept := make([]uint32, len(in)), make([]int32, 0, count)
	for code, is := range in {
		if is {
			move[code] = uint32(len(kept))
			kept = append(kept, int32(code))
		}
	}
	for i, c := range codes {
		codes[i] = move[c]
	}
	return Coded{Codes: codes, Entries: base.Entries.Take(kept)}, true
}

// groupsByOrigin is makeGroups by the groups of the base; ok is false if these are
// too many, or if several of its numbers are written alike, for then the first
// that occurs must be found.
func (v Vector) groupsByOrigin() (g Groups, ok bool) {
	o := v.cache.origin
	base := o.base.Groups()
	if n := base.Keys.Len(); n > 16*v.n || n != len(base.Of) {
		return g, false
	}
	g = Groups{Codes: o.pick(base.Codes), Of: make([]uint32, len(base.Of))}
	in, count := occurring(g.Codes, len(base.Of))
	codeOf := make([]uint32, len(base.Of))
	for code, group := range base.Of {
		codeOf[group] = uint32(code)
	}
	kept := make([]int32, 0, count)
	for group, code := range codeOf {
		if in[code] {
			g.Of[code] = uint32(len(kept))
			kept = append(kept, int32(group))
		}
	}
	g.Keys = base.Keys.Take(kept)
	return g, true
}

// occurring says which of n codes occur, and how many.
func occurring(codes []uint32, n int) (in []bool, count int) {
	in = make([]bool, n)
	for _, c := range codes {
		if !in[c] {
			in[c] = true
			if count++; count == n {
				break
			}
		}
	}
	return in, count
}
