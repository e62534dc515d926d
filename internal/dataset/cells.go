package dataset

import (
	"math"
	"strconv"

	"octavo/internal/formula/value"
)

// A form says how the file wrote a cell. Forms 0 to 15 are texts that are a
// plain number with so many decimals; with formBare none stands before the
// decimal mark (".5"). All are stored, so their numbers must not change.
const (
	formDecimals = 0x0F // mask of the number of decimals
	formBare     = 0x10 // flag: no digit before the mark
	formPlainEnd = 0x20 // forms below are plain number texts
	formNumber   = 0x40 // a number in the file
	formFalse    = 0x41
	formTrue     = 0x42
	formText     = 0x50
	formBlank    = 0x60
)

// cells is a column as the file wrote it. Numbers and codes are as long as
// forms, or nil when no cell needs them; where the form asks for none they are 0.
type cells struct {
	forms []uint8
	nums  []float64
	codes []uint32
	dict  []string
}

func (c *cells) item(i int, decimal byte) value.Item {
	switch f := c.forms[i]; {
	case f < formPlainEnd:
		return value.Item{Kind: value.Text, Str: string(appendPlain(nil, c.nums[i], f, decimal))}
	case f == formNumber:
		return value.Item{Kind: value.Number, Num: c.nums[i]}
	case f == formTrue || f == formFalse:
		return value.Item{Kind: value.Bool, Bool: f == formTrue}
	case f == formText:
		return value.Item{Kind: value.Text, Str: c.dict[c.codes[i]]}
	default:
		return value.Item{}
	}
}

// isNumber says whether the form has its number in nums.
func isNumber(form uint8) bool { return form < formPlainEnd || form == formNumber }

// appendPlain writes a number back as its form says.
func appendPlain(b []byte, v float64, form uint8, decimal byte) []byte {
	start := len(b)
	b = strconv.AppendFloat(b, v, 'f', int(form&formDecimals), 64)
	if form&formBare != 0 {
		zero := start
		if math.Signbit(v) {
			zero++
		}
		b = append(b[:zero], b[zero+1:]...)
	}
	if decimal != '.' {
		for i := start; i < len(b); i++ {
			if b[i] == '.' {
				b[i] = decimal
			}
		}
	}
	return b
}

func shortest(v float64) string { return value.FormatNumber(v) }

// rawVector is the raw view: lead and body in one vector.
func rawVector(lead []value.Item, c *cells, m Marks) value.Vector {
	if v, ok := rawTexts(lead, c); ok {
		return v
	}
	b := value.NewBuilder(len(lead) + len(c.forms))
	for _, it := range lead {
		b.Append(it)
	}
	decimal := m.decimal()
	for i := range c.forms {
		b.Append(c.item(i, decimal))
	}
	return b.Vector()
}

// rawTexts serves columns that hold nothing but texts and blanks without
// looking at a text twice.
func rawTexts(lead []value.Item, c *cells) (value.Vector, bool) {
	if c.nums != nil || c.codes == nil {
		return value.Vector{}, false
	}
	n := len(lead)
	codes := make([]uint32, n+len(c.codes))
	valid := newBitmap(len(codes))
	dict := append(make([]string, 0, len(c.dict)+n), c.dict...)
	known := make(map[string]uint32, n)
	for i, it := range lead {
		if it.Kind != value.Text {
			if it != (value.Item{}) {
				return value.Vector{}, false
			}
			continue
		}
		code, ok := known[it.Str]
		if !ok {
			code = codeOf(&dict, it.Str)
			known[it.Str] = code
		}
		codes[i] = code
		setBit(valid, i)
	}
	for i, f := range c.forms {
		switch f {
		case formText:
			codes[n+i] = c.codes[i]
			setBit(valid, n+i)
		case formBlank:
		default:
			return value.Vector{}, false
		}
	}
	return value.Texts(dict, codes, valid), true
}

// codeOf finds a text in the dictionary or adds it: a dictionary holds each text once.
func codeOf(dict *[]string, text string) uint32 {
	for i, w := range *dict {
		if w == text {
			return uint32(i)
		}
	}
	*dict = append(*dict, text)
	return uint32(len(*dict) - 1)
}

func newBitmap(n int) value.Bitmap { return make(value.Bitmap, (n+63)/64) }

func setBit(b value.Bitmap, i int) { b[i>>6] |= 1 << (i & 63) }
