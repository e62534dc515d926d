package value

// merged is what is needed to put items of several lists into one.
type merged struct {
	kind   Kind
	dict   []string
	remaps [][]uint32 // per list: code of the list → code of dict
}

func merge(lists []Vector) merged {
	m := merged{remaps: make([][]uint32, len(lists))}
	texts, only := 0, 0
	for i, l := range lists {
		if l.n == 0 || l.kind == Blank {
			continue
		}
		if m.kind == Blank {
			m.kind = l.kind
		} else if m.kind != l.kind {
			m.kind = Mixed
		}
		if l.kind == Text || l.kind == Mixed {
			texts++
			only = i
		}
	}
	if texts == 1 {
		m.dict = lists[only].dict
		return m
	}
	at := make(map[string]uint32)
	for i, l := range lists {
		m.remaps[i] = make([]uint32, len(l.dict))
		for j, s := range l.dict {
			c, ok := at[s]
			if !ok {
				c = uint32(len(m.dict))
				m.dict = append(m.dict, s)
				at[s] = c
			}
			m.remaps[i][j] = c
		}
	}
	return m
}

// frame makes an empty vector of n items that can hold items of the merged kind.
func (m merged) frame(n int) Vector {
	v := Vector{kind: m.kind, n: n, dict: m.dict, valid: NewBitmap(n, true)}
	switch m.kind {
	case Number:
		v.nums = make([]float64, n)
	case Text:
		v.codes = make([]uint32, n)
	case Bool:
		v.bools = make([]bool, n)
	case Mixed:
		v.kinds, v.nums, v.codes = make([]Kind, n), make([]float64, n), make([]uint32, n)
	}
	return v
}

// put stores item j of list l, number k of the merged lists, at position i of v.
func (m merged) put(v *Vector, i int, l *Vector, k, j int) {
	kind := l.KindAt(j)
	if kind == Blank {
		v.valid.Clear(i)
		return
	}
	j = l.at(j)
	if m.kind == Mixed {
		v.kinds[i] = kind
	}
	switch kind {
	case Number:
		v.nums[i] = l.nums[j]
	case Text:
		c := l.codes[j]
		if m.remaps[k] != nil {
			c = m.remaps[k][c]
		}
		v.codes[i] = c
	case Bool:
		b := l.kind == Mixed && l.nums[j] != 0 || l.kind == Bool && l.bools[j]
		if m.kind == Mixed {
			v.nums[i] = float64(boolInt(b))
		} else {
			v.bools[i] = b
		}
	}
}

// Concat is all items of the lists, in order.
func Concat(lists ...Vector) Vector {
	total, filled := 0, 0
	var only Vector
	for _, l := range lists {
		if l.n > 0 {
			only = l
			filled++
			total += l.n
		}
	}
	if filled <= 1 {
		return only
	}
	m := merge(lists)
	if m.kind == Blank {
		return Blanks(total)
	}
	out, i := m.frame(total), 0
	for k := range lists {
		for j := range lists[k].n {
			m.put(&out, i, &lists[k], k, j)
			i++
		}
	}
	return finish(out)
}

// Choose gives at position i the item i of lists[which[i]]. The lists must be
// as long as which.
func Choose(which []uint8, lists ...Vector) Vector {
	m := merge(lists)
	if m.kind == Blank {
		return Blanks(len(which))
	}
	out := m.frame(len(which))
	for i, k := range which {
		m.put(&out, i, &lists[k], int(k), i)
	}
	return finish(out)
}

// directPairs is up to how many possible pairs a table of all of them is made.
const directPairs = 1 << 16

// Pairs gives two lists of codes of equal length, below n and m, as codes of
// distinct pairs, and the pairs in order of first occurrence.
func Pairs(a, b []uint32, n, m int) (codes []uint32, pairs [][2]uint32) {
	codes = make([]uint32, len(a))
	if n <= directPairs && m <= directPairs && n*m <= min(directPairs, 4*len(a)) {
		table := make([]uint32, n*m) // one higher than the code, 0 = none yet
		for i := range a {
			slot := &table[int(a[i])*m+int(b[i])]
			if *slot == 0 {
				pairs = append(pairs, [2]uint32{a[i], b[i]})
				*slot = uint32(len(pairs))
			}
			codes[i] = *slot - 1
		}
		return codes, pairs
	}
	var t numberTable
	for i := range a {
		slot := t.find(uint64(a[i])<<32 | uint64(b[i]))
		if *slot == 0 {
			pairs = append(pairs, [2]uint32{a[i], b[i]})
			*slot = uint32(len(pairs))
			t.count++
		}
		codes[i] = *slot - 1
	}
	return codes, pairs
}

// Join makes a text vector of codes into texts that need not differ.
func Join(texts []string, codes []uint32) Vector {
	at := make(map[string]uint32, len(texts))
	remap := make([]uint32, len(texts))
	var dict []string
	for i, s := range texts {
		c, ok := at[s]
		if !ok {
			c = uint32(len(dict))
			dict = append(dict, s)
			at[s] = c
		}
		remap[i] = c
	}
	if len(dict) != len(texts) {
		moved := make([]uint32, len(codes))
		for i, c := range codes {
			moved[i] = remap[c]
		}
		codes = moved
	}
	return Texts(dict, codes, nil)
}
