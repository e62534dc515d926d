package value

// Builder collects items one by one into a vector of the tightest kind and
// dictionary-codes texts on the way. Make one with NewBuilder; it is not for
// use by several goroutines.
type Builder struct {
	kind   Kind // Blank until the first item that is not
	n      int
	nums   []float64
	codes  []uint32
	bools  []bool
	kinds  []Kind
	valid  Bitmap // nil until the first blank
	dict   []string
	lookup map[string]uint32
	hint   int
}

// NewBuilder makes a builder; capacity is a hint.
func NewBuilder(capacity int) *Builder { return &Builder{hint: capacity} }

// Len is the number of items so far.
func (b *Builder) Len() int { return b.n }

// AppendNumber adds a number.
func (b *Builder) AppendNumber(f float64) {
	b.want(Number)
	if b.kind == Mixed {
		b.mixed(Number, f, 0)
	} else {
		b.nums = append(b.nums, f)
	}
	b.grow(true)
}

// AppendText adds a text; the empty text is not a blank.
func (b *Builder) AppendText(s string) {
	b.want(Text)
	code := b.code(s)
	if b.kind == Mixed {
		b.mixed(Text, 0, code)
	} else {
		b.codes = append(b.codes, code)
	}
	b.grow(true)
}

// AppendBool adds a boolean.
func (b *Builder) AppendBool(x bool) {
	b.want(Bool)
	if b.kind == Mixed {
		b.mixed(Bool, float64(boolInt(x)), 0)
	} else {
		b.bools = append(b.bools, x)
	}
	b.grow(true)
}

// AppendBlank adds a blank.
func (b *Builder) AppendBlank() {
	b.pad()
	b.grow(false)
}

// Append adds an item.
func (b *Builder) Append(it Item) {
	switch it.Kind {
	case Number:
		b.AppendNumber(it.Num)
	case Text:
		b.AppendText(it.Str)
	case Bool:
		b.AppendBool(it.Bool)
	default:
		b.AppendBlank()
	}
}

// Vector gives the list. The builder must not be used afterwards.
func (b *Builder) Vector() Vector {
	switch b.kind {
	case Number:
		return Numbers(b.nums, b.valid)
	case Text:
		return Texts(b.dict, b.codes, b.valid)
	case Bool:
		return Bools(b.bools, b.valid)
	case Mixed:
		return finish(Vector{kind: Mixed, n: b.n, nums: b.nums, codes: b.codes, dict: b.dict, kinds: b.kinds, valid: b.valid})
	}
	return Blanks(b.n)
}

// code gives the position of s in the dictionary.
func (b *Builder) code(s string) uint32 {
	if len(b.codes) > 0 && b.n > 0 { // runs of equal texts are common
		if last := b.codes[len(b.codes)-1]; int(last) < len(b.dict) && b.dict[last] == s {
			return last
		}
	}
	if c, ok := b.lookup[s]; ok {
		return c
	}
	if b.lookup == nil {
		b.lookup = make(map[string]uint32)
	}
	c := uint32(len(b.dict))
	b.dict = append(b.dict, s)
	b.lookup[s] = c
	return c
}

// want prepares the storage for an item of kind k.
func (b *Builder) want(k Kind) {
	if b.kind == k || b.kind == Mixed {
		return
	}
	if b.kind != Blank {
		b.mix()
		return
	}
	b.kind = k
	size := max(b.hint, b.n)
	switch k {
	case Number:
		b.nums = make([]float64, b.n, size)
	case Text:
		b.codes = make([]uint32, b.n, size)
	case Bool:
		b.bools = make([]bool, b.n, size)
	}
}

// mix turns the storage of one kind into that of mixed items.
func (b *Builder) mix() {
	size := max(b.hint, b.n)
	b.kinds = make([]Kind, b.n, size)
	for i := range b.kinds {
		if b.valid.Get(i) {
			b.kinds[i] = b.kind
		}
	}
	if b.nums == nil {
		b.nums = make([]float64, b.n, size)
	}
	if b.codes == nil {
		b.codes = make([]uint32, b.n, size)
	}
	for i, x := range b.bools {
		b.nums[i] = float64(boolInt(x))
	}
	b.bools, b.kind = nil, Mixed
}

func (b *Builder) mixed(k Kind, f float64, code uint32) {
	b.kinds = append(b.kinds, k)
	b.nums = append(b.nums, f)
	b.codes = append(b.codes, code)
}

// pad stores a placeholder for a blank.
func (b *Builder) pad() {
	switch b.kind {
	case Number:
		b.nums = append(b.nums, 0)
	case Text:
		b.codes = append(b.codes, 0)
	case Bool:
		b.bools = append(b.bools, false)
	case Mixed:
		b.mixed(Blank, 0, 0)
	}
}

// grow counts the item and keeps the bitmap, which exists from the first blank on.
func (b *Builder) grow(valid bool) {
	i := b.n
	b.n++
	if b.valid == nil {
		if valid {
			return
		}
		b.valid = NewBitmap(i, true)
	}
	if i>>6 >= len(b.valid) {
		b.valid = append(b.valid, 0)
	}
	if valid {
		b.valid.Set(i)
	}
}
