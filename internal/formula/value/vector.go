// Package value holds the lists that formulas work on: vectors of numbers,
// dictionary-coded texts, booleans, or a mixture, with a bitmap that says which
// items are there. A vector is immutable once built; goroutines may share it,
// and what is computed from it (numbers of a text column, groups) is computed
// once and kept with it.
package value

// Vector is a list of items. The zero Vector is the empty list.
type Vector struct {
	kind     Kind
	n        int
	constant bool      // every item equals the only stored one
	nums     []float64 // Number; Mixed (booleans as 1 and 0)
	zeroed   bool      // Number: blanks are stored as 0
	codes    []uint32  // Text, Mixed: positions in dict
	dict     []string
	lex      *lexicon // of dict; nil only while the vector is being built
	bools    []bool
	kinds    []Kind // Mixed
	valid    Bitmap // nil = no blanks
	cache    *cache
}

// Numbers makes a number vector. It keeps both slices; valid nil means no blanks.
// Values at blank positions do not matter; NaN and infinities must not occur.
func Numbers(v []float64, valid Bitmap) Vector {
	return finish(Vector{kind: Number, n: len(v), nums: v, valid: valid})
}

// Texts makes a text vector: item i is dict[codes[i]]. The texts of dict must
// differ from one another. It keeps the slices; valid nil means no blanks.
func Texts(dict []string, codes []uint32, valid Bitmap) Vector {
	return finish(Vector{kind: Text, n: len(codes), dict: dict, codes: codes, valid: valid})
}

// Bools makes a boolean vector. It keeps both slices; valid nil means no blanks.
func Bools(v []bool, valid Bitmap) Vector {
	return finish(Vector{kind: Bool, n: len(v), bools: v, valid: valid})
}

// Items makes a vector of the tightest kind that holds the items.
func Items(v []Item) Vector {
	b := NewBuilder(len(v))
	for _, it := range v {
		b.Append(it)
	}
	return b.Vector()
}

// Of is Items for a few items.
func Of(v ...Item) Vector { return Items(v) }

// Const makes a vector of n equal items that stores one.
func Const(it Item, n int) Vector {
	v := Vector{kind: it.Kind, n: n, constant: true, cache: &cache{}}
	switch it.Kind {
	case Number:
		v.nums = []float64{it.Num}
	case Text:
		v.dict, v.codes, v.lex = []string{it.Str}, []uint32{0}, &lexicon{}
	case Bool:
		v.bools = []bool{it.Bool}
	default:
		v.kind = Blank
	}
	return v
}

// Blanks makes a vector of n blanks.
func Blanks(n int) Vector { return Const(Item{}, n) }

// finish normalises validity: no bitmap when nothing is blank, kind Blank when all is.
func finish(v Vector) Vector {
	if v.valid != nil {
		switch v.valid.Count(v.n) {
		case v.n:
			v.valid = nil
		case 0:
			return Blanks(v.n)
		}
	}
	if v.kind == Mixed {
		v = v.tightened()
	}
	if v.lex == nil && v.dict != nil {
		v.lex = &lexicon{}
	}
	v.cache = &cache{}
	return v
}

// tightened gives a Mixed vector whose items are all of one kind that kind, as
// a sheet column is once its header is cut off.
func (v Vector) tightened() Vector {
	kind := Blank
	for _, k := range v.kinds {
		if k == Blank || k == kind {
			continue
		}
		if kind != Blank {
			return v
		}
		kind = k
	}
	switch v.kind, v.kinds = kind, nil; kind {
	case Number:
		v.codes, v.dict, v.lex = nil, nil, nil
	case Text:
		v.nums = nil
	case Bool:
		v.bools = make([]bool, v.n)
		for i, f := range v.nums {
			v.bools[i] = f != 0
		}
		v.nums, v.codes, v.dict, v.lex = nil, nil, nil, nil
	}
	return v
}

// Len is the number of items.
func (v Vector) Len() int { return v.n }

// Kind is the kind of the items that are not blank; Blank if none is, Mixed if they differ.
func (v Vector) Kind() Kind { return v.kind }

// IsConst says whether all items are equal and stored once: the slices of the
// accessors then have length 1.
func (v Vector) IsConst() bool { return v.constant }

func (v Vector) at(i int) int {
	if v.constant {
		return 0
	}
	return i
}

// IsBlank says whether item i is blank. An empty text is not.
func (v Vector) IsBlank(i int) bool {
	return v.kind == Blank || !v.constant && !v.valid.Get(i)
}

// Item is item i, seen alone.
func (v Vector) Item(i int) Item {
	if v.IsBlank(i) {
		return Item{}
	}
	i = v.at(i)
	switch k := v.KindAt(i); k {
	case Number:
		return Item{Kind: Number, Num: v.nums[i]}
	case Text:
		return Item{Kind: Text, Str: v.dict[v.codes[i]]}
	case Bool:
		if v.kind == Mixed {
			return Item{Kind: Bool, Bool: v.nums[i] != 0}
		}
		return Item{Kind: Bool, Bool: v.bools[i]}
	}
	return Item{}
}

// KindAt is the kind of item i.
func (v Vector) KindAt(i int) Kind {
	if v.IsBlank(i) {
		return Blank
	}
	if v.kind == Mixed {
		return v.kinds[i]
	}
	return v.kind
}

// Nums are the stored numbers of a Number or Mixed vector. Read only.
func (v Vector) Nums() []float64 { return v.nums }

// Codes are the positions in Dict of a Text or Mixed vector. Read only.
func (v Vector) Codes() []uint32 { return v.codes }

// Dict are the distinct texts of a Text or Mixed vector; some may be unused. Read only.
func (v Vector) Dict() []string { return v.dict }

// Booleans are the stored booleans of a Bool vector. Read only.
func (v Vector) Booleans() []bool { return v.bools }

// Kinds are the kinds of the items of a Mixed vector. Read only.
func (v Vector) Kinds() []Kind { return v.kinds }

// Valid is the bitmap of items that are not blank, nil if all are there. A
// vector of kind Blank has none: ask Kind first. Read only.
func (v Vector) Valid() Bitmap { return v.valid }

// Size is about how many bytes the list itself holds; dictionaries are not counted.
func (v Vector) Size() int64 {
	return int64(len(v.nums)*8 + len(v.codes)*4 + len(v.bools) + len(v.kinds) + len(v.valid)*8)
}

// All copies the items out, for answers and tests; not for kernels.
func (v Vector) All() []Item {
	out := make([]Item, v.n)
	for i := range out {
		out[i] = v.Item(i)
	}
	return out
}
