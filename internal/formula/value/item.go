package value

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// Kind says what an item is, or what the items of a vector are.
type Kind uint8

// The kinds. Mixed is a kind of vectors only.
const (
	Blank  Kind = iota // no value; a vector of this kind holds blanks only
	Number             // float64
	Text               // UTF-8
	Bool               // true or false
	Mixed              // items of more than one kind; never the kind of an item
)

// String names the kind as the editor shows it.
func (k Kind) String() string {
	return [...]string{"blank", "number", "text", "boolean", "mixed"}[min(k, Mixed)]
}

// Item is one value, seen alone. The zero Item is blank.
type Item struct {
	Kind Kind
	Num  float64 // of a Number
	Str  string  // of a Text
	Bool bool    // of a Bool
}

// Num makes a number item.
func Num(f float64) Item { return Item{Kind: Number, Num: f} }

// Str makes a text item.
func Str(s string) Item { return Item{Kind: Text, Str: s} }

// Boolean makes a boolean item.
func Boolean(b bool) Item { return Item{Kind: Bool, Bool: b} }

// Text is the item as it is shown or concatenated: a blank is the empty text.
func (it Item) Text() string {
	switch it.Kind {
	case Number:
		return FormatNumber(it.Num)
	case Text:
		return it.Str
	case Bool:
		return strconv.FormatBool(it.Bool)
	}
	return ""
}

// IsEmpty says whether predicates about blanks take the item as blank: a blank or a text of length 0.
func (it Item) IsEmpty() bool {
	return it.Kind == Blank || it.Kind == Text && it.Str == ""
}

// Number is the item as an operand of arithmetic. Booleans count 1 and 0 but
// are not numeric; blanks and other texts count 0 and are not numeric.
func (it Item) Number() (f float64, numeric bool) {
	switch it.Kind {
	case Number:
		return it.Num, true
	case Text:
		return ParseNumber(it.Str)
	case Bool:
		if it.Bool {
			return 1, false
		}
	}
	return 0, false
}

// Truth is the item as a condition (formulas.md §4.3).
func (it Item) Truth() bool {
	switch it.Kind {
	case Number:
		return it.Num != 0
	case Text:
		return textTruth(it.Str)
	case Bool:
		return it.Bool
	}
	return false
}

func textTruth(s string) bool {
	if strings.EqualFold(s, "true") || strings.EqualFold(s, "yes") {
		return true
	}
	f, ok := ParseNumber(s)
	return ok && f != 0
}

// TextBool reads "true" and "false" in any case.
func TextBool(s string) (b, ok bool) {
	if strings.EqualFold(s, "true") {
		return true, true
	}
	return false, strings.EqualFold(s, "false")
}

// Compare orders two items as the comparison operators do (formulas.md §4.1):
// blanks first, then numbers if both sides are numeric, then booleans if one
// side is one and the other reads as one, else texts by code point.
func Compare(a, b Item) int {
	if ea, eb := a.IsEmpty(), b.IsEmpty(); ea || eb {
		return boolInt(eb) - boolInt(ea)
	}
	if x, ok := a.Number(); ok {
		if y, ok := b.Number(); ok {
			return cmp.Compare(x, y)
		}
	}
	if a.Kind == Bool || b.Kind == Bool {
		x, okX := a.asBool()
		y, okY := b.asBool()
		if okX && okY {
			return boolInt(x) - boolInt(y)
		}
	}
	return strings.Compare(a.Text(), b.Text())
}

func (it Item) asBool() (b, ok bool) {
	switch it.Kind {
	case Bool:
		return it.Bool, true
	case Text:
		return TextBool(it.Str)
	}
	return false, false
}

// boolInt is 1 for true; written so that it becomes no branch.
func boolInt(b bool) int {
	n := 0
	if b {
		n = 1
	}
	return n
}

// FormatNumber is the text form of a number: the shortest decimal that reads
// back the same, with at most 15 significant digits, without exponent between
// 1e-6 and 1e15.
func FormatNumber(f float64) string {
	if f == 0 {
		return "0"
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	var buf [32]byte
	e := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	if significant(e) > 15 {
		if r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64); err == nil {
			f = r
		}
	}
	if a := math.Abs(f); a >= 1e-6 && a < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	sign := ""
	if exponent[0] == '-' {
		sign = "-"
	}
	return mantissa + "e" + sign + strings.TrimLeft(exponent[1:], "0")
}

func significant(e []byte) int {
	n := 0
	for _, c := range e {
		if c == 'e' {
			break
		}
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}
