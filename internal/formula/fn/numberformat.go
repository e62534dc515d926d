package fn

import (
	"strconv"
	"strings"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var numberformatFunc = Func{
	Name: "NUMBERFORMAT", Group: TextGroup,
	Params: []Param{
		{Name: "data", Kind: List},
		{Name: "precision", Kind: Number, Optional: true, Default: "0"},
		{Name: "separator", Kind: Text, Optional: true, Default: "none"},
	},
	Doc: "Writes numbers as texts with exactly so many decimals, rounded half away from zero, and a separator between thousands; blanks and texts count as 0.",
	Examples: []Example{
		{`NUMBERFORMAT(12345.678, 2, ",")`, "12,345.68"},
		{`NUMBERFORMAT(@Price)`, "3, 10, 4, 2, 20, 3"},
		{`NUMBERFORMAT(ARRAY(-1234567, "n/a", BLANK()), 1, " ")`, "-1 234 567.0, 0.0, 0.0"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.rows(func(row []value.Item) (value.Item, error) {
			f, _ := row[0].Number()
			digits, ok := c.whole(1, row[1], 0)
			if !ok {
				return value.Item{}, nil
			}
			return value.Str(numberFormat(f, min(digits, maxDecimals), row[2].Text())), nil
		}, 0, 1, 2)
	},
}

// maxDecimals is more than any number has that can be told from zero.
const maxDecimals = 400

// numberFormat writes the decimal text of a number, not its binary value, so
// that 0.1 with 20 decimals has 19 zeros.
func numberFormat(f float64, digits int, separator string) string {
	f = vec.Round(f, digits)
	if shown, err := strconv.ParseFloat(value.FormatNumber(f), 64); err == nil {
		f = shown
	}
	text := strings.TrimPrefix(strconv.FormatFloat(f, 'f', -1, 64), "-")
	whole, decimals, _ := strings.Cut(text, ".")
	digits = max(digits, 0)
	decimals += strings.Repeat("0", max(0, digits-len(decimals)))
	var b strings.Builder
	if f < 0 && strings.Trim(whole+decimals[:digits], "0") != "" {
		b.WriteByte('-')
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteByte(whole[i])
	}
	if digits > 0 {
		b.WriteString("." + decimals[:digits])
	}
	return b.String()
}
