package dataset

import (
	"slices"
	"strings"

	"octavo/internal/formula/value"
)

// A type is taken when so many of 100 cells with something in them fit.
const fitPercent = 90

// dateProbes is the number of distinct texts from which candidates for a date pattern are taken.
const dateProbes = 20

// knownNulls are what programs write where nothing is.
var knownNulls = []string{"NULL", "null", "Null", "N/A", "n/a", "#N/A", "NA", "NaN", "nan", "nil", "None", "none", `\N`, "-", "--", "–", "—"}

// isNull says whether a text stands for a blank.
func isNull(nulls []string, text string) bool { return slices.Contains(nulls, trimSpaces(text)) }

// nullNumbers are the null words that are numbers, as -999.
func nullNumbers(nulls []string, m Marks) []float64 {
	var out []float64
	for _, word := range nulls {
		if v, ok := ParseNumber(word, m); ok {
			out = append(out, v)
		}
	}
	return out
}

// census is what a column was found to hold, in cells. Null words are in none of the kinds.
type census struct {
	blank, nulls, numbers, bools, labels, filled int
	counts                                       []int // cells per text of the dictionary, null words left out
}

// infer sets type, pattern and counts of a column from its data cells.
func (c *Column) infer(l Layout) {
	words := l.Nulls
	if words == nil {
		words = knownNulls
	}
	n := takeCensus(c.body, l.Marks, words)
	c.choose(n, l.DatePatterns)
	c.Blank = n.blank
	if c.Type != Text || l.Nulls != nil {
		c.Blank += n.nulls
	}
}

// choose sets type, pattern and misfits.
func (c *Column) choose(n census, datePatterns []string) {
	c.Type = Text
	switch {
	case n.filled == 0 || n.labels > 0:
		return
	case enough(n.numbers, n.filled):
		c.Type, c.Misfit = Number, n.filled-n.numbers
		return
	case n.bools == n.filled:
		c.Type = Bool
		return
	}
	if pattern, fits := bestDate(c.body.dict, n.counts, datePatterns); enough(fits, n.filled) {
		c.Type, c.Pattern, c.Misfit = Date, pattern, n.filled-fits
	}
}

func enough(fits, filled int) bool { return fits > 0 && fits*100 >= filled*fitPercent }

func takeCensus(c *cells, m Marks, nulls []string) census {
	n := census{counts: make([]int, len(c.dict))}
	none := nullNumbers(nulls, m)
	for i, f := range c.forms {
		switch {
		case isNumber(f) && slices.Contains(none, c.nums[i]):
			n.nulls++
		case isNumber(f):
			n.numbers++
		case f == formText:
			n.counts[c.codes[i]]++
		case f == formBlank:
			n.blank++
		default:
			n.bools++
		}
	}
	for code, count := range n.counts {
		if count == 0 {
			continue
		}
		text := c.dict[code]
		if isNull(nulls, text) {
			n.nulls += count
			n.counts[code] = 0
			continue
		}
		switch _, r := readNumber(text, m); {
		case r == numeric:
			n.numbers += count
		case r == label:
			n.labels += count
		case isBlank(text):
			n.blank += count
		default:
			if _, ok := readBool(text); ok {
				n.bools += count
			}
		}
	}
	n.filled = len(c.forms) - n.blank - n.nulls
	return n
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

func readBool(text string) (v, ok bool) {
	switch t := trimSpaces(text); {
	case strings.EqualFold(t, "true"):
		return true, true
	case strings.EqualFold(t, "false"):
		return false, true
	}
	return false, false
}

// bestDate finds the pattern that most cells fit.
func bestDate(dict []string, counts []int, declared []string) (pattern string, fits int) {
	for _, candidate := range dateCandidates(dict, counts, declared) {
		n := fitting(candidate, dict, counts)
		if n > fits {
			pattern, fits = candidate, n
		}
	}
	return pattern, fits
}

// fitting counts the cells that a pattern reads.
func fitting(pattern string, dict []string, counts []int) int {
	parts, _ := compileDate(pattern)
	n := 0
	for code, count := range counts {
		if count == 0 {
			continue
		}
		if _, ok := parseDate(parts, dict[code]); ok {
			n += count
		}
	}
	return n
}

// dateCandidates are the patterns that fit at least one of the first texts.
func dateCandidates(dict []string, counts []int, declared []string) []string {
	probes := make([]string, 0, dateProbes)
	for code, count := range counts {
		if count > 0 && len(probes) < dateProbes {
			probes = append(probes, dict[code])
		}
	}
	var out []string
	for _, pattern := range slices.Concat(declared, datePatterns) {
		parts, ok := compileDate(pattern)
		for _, probe := range probes {
			if !ok {
				break
			}
			if _, fits := parseDate(parts, probe); fits {
				out = append(out, pattern)
				break
			}
		}
	}
	return out
}

// materialise builds Values from the cells and the type; nulls are blank in texts.
func (c *Column) materialise(m Marks, nulls []string) {
	switch c.Type {
	case Number:
		c.Values = numberValues(c.body, nullNumbers(nulls, m), func(text string) (float64, bool) {
			v, ok := ParseNumber(text, m)
			return v, ok && !isNull(nulls, text)
		})
	case Date:
		parts, _ := compileDate(c.Pattern)
		c.Values = numberValues(c.body, nil, func(text string) (float64, bool) { return parseDate(parts, text) })
		return
	case Bool:
		c.Values = boolValues(c.body)
	default:
		c.Values = textValues(c.body, m, nulls)
	}
}

// numberValues shares the numbers of the cells when no text has to be read; none are
// the numbers that stand for a blank.
func numberValues(c *cells, none []float64, read func(string) (float64, bool)) value.Vector {
	nums, valid := c.nums, newBitmap(len(c.forms))
	var read1 map[uint32]parsed
	all := true
	for i, f := range c.forms {
		switch {
		case isNumber(f) && !slices.Contains(none, c.nums[i]):
			setBit(valid, i)
			continue
		case f == formText:
			if read1 == nil {
				read1 = make(map[uint32]parsed)
				nums = make([]float64, len(c.forms))
				copy(nums, c.nums)
			}
			p, seen := read1[c.codes[i]]
			if !seen {
				p.v, p.ok = read(c.dict[c.codes[i]])
				read1[c.codes[i]] = p
			}
			if p.ok {
				nums[i] = p.v
				setBit(valid, i)
				continue
			}
		}
		all = false
	}
	if nums == nil {
		nums = make([]float64, len(c.forms))
	}
	if all {
		valid = nil
	}
	return value.Numbers(nums, valid)
}

type parsed struct {
	v  float64
	ok bool
}

func boolValues(c *cells) value.Vector {
	out, valid := make([]bool, len(c.forms)), newBitmap(len(c.forms))
	for i, f := range c.forms {
		switch f {
		case formTrue, formFalse:
			out[i] = f == formTrue
			setBit(valid, i)
		case formText:
			v, ok := readBool(c.dict[c.codes[i]])
			if ok {
				out[i] = v
				setBit(valid, i)
			}
		}
	}
	return value.Bools(out, valid)
}

// textValues shares codes and texts of the cells when all of them are texts.
func textValues(c *cells, m Marks, nulls []string) value.Vector {
	if len(c.forms) == 0 {
		return value.Texts(nil, nil, nil)
	}
	if c.nums == nil && !hasBools(c.forms) {
		return sharedTexts(c, nulls)
	}
	b := value.NewBuilder(len(c.forms))
	decimal := m.decimal()
	for i := range c.forms {
		switch it := c.item(i, decimal); {
		case it.Kind == value.Number:
			b.AppendText(shortest(it.Num))
		case it.Kind == value.Bool && it.Bool:
			b.AppendText("true")
		case it.Kind == value.Bool:
			b.AppendText("false")
		case it.Kind == value.Text && !isBlank(it.Str) && !isNull(nulls, it.Str):
			b.AppendText(it.Str)
		default:
			b.AppendBlank()
		}
	}
	return b.Vector()
}

func hasBools(forms []uint8) bool {
	for _, f := range forms {
		if f == formTrue || f == formFalse {
			return true
		}
	}
	return false
}

func sharedTexts(c *cells, nulls []string) value.Vector {
	if c.codes == nil {
		return value.Const(value.Item{}, len(c.forms))
	}
	blank := make([]bool, len(c.dict))
	for code, text := range c.dict {
		blank[code] = isBlank(text) || isNull(nulls, text)
	}
	valid := newBitmap(len(c.forms))
	for i, f := range c.forms {
		if f == formText && !blank[c.codes[i]] {
			setBit(valid, i)
		}
	}
	return value.Texts(c.dict, c.codes, valid)
}
