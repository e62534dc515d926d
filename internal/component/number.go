package component

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	minus   = "−" // the real sign, not the hyphen
	noValue = "–" // what is shown for a number or date that is missing
)

// unit is what shortened numbers are counted in.
type unit struct {
	size   float64
	suffix string
}

var units = []unit{{1e3, "k"}, {1e6, "M"}, {1e9, "B"}, {1e12, "T"}}

// Numbers from which an automatic shortening begins.
const (
	shortenAxis  = 10_000    // lists, axes and labels
	shortenValue = 1_000_000 // the one number of a value pair
)

// numberStyle writes numbers that share unit and decimals.
type numberStyle struct {
	format   Format
	locale   Locale
	decimals int
	unit     unit
}

// style chooses unit and decimals for numbers that stand together; shorten is the
// number from which an automatic shortening begins.
func (f Format) style(numbers []float64, loc Locale, shorten float64) numberStyle {
	s := numberStyle{format: f, locale: loc, unit: unit{size: 1}}
	scaled := make([]float64, len(numbers))
	largest := 0.0
	for i, x := range numbers {
		scaled[i] = s.scale(x)
		largest = max(largest, math.Abs(scaled[i]))
	}
	switch u, fixed := f.unit(); {
	case f.As == AsPercentage:
		s.decimals = f.autoDecimals(scaled, largest)
	case fixed:
		s.shortenTo(u, scaled, largest)
	case f.Abbreviate == auto && largest >= shorten:
		s.shorten(scaled, largest)
	default:
		s.decimals = f.autoDecimals(scaled, largest)
	}
	if f.Decimals != nil {
		s.decimals = *f.Decimals
	}
	return s
}

// scale is the number that is written, before shortening.
func (s numberStyle) scale(x float64) float64 {
	if s.format.As == AsPercentage && s.format.Multiply {
		return x * 100
	}
	return x
}

// unit is the one that a format counts in.
func (f Format) unit() (unit, bool) {
	if i := slices.Index(abbreviations, f.Abbreviate) - 2; i >= 0 {
		return units[i], true
	}
	return unit{}, false
}

// shorten chooses the unit in which the largest number is below a thousand.
func (s *numberStyle) shorten(scaled []float64, largest float64) {
	for i, u := range units {
		s.shortenTo(u, scaled, largest)
		if i == len(units)-1 || round(largest/u.size, s.decimals) < 1000 {
			break
		}
	}
}

// shortenTo counts in a unit: 428.2k, but 1.84M, as the labels of the drawing code.
func (s *numberStyle) shortenTo(u unit, scaled []float64, largest float64) {
	s.unit, s.decimals = u, 1
	switch shown := largest / u.size; {
	case shown > 0 && shown < 0.1: // two decimals would show nothing
		s.decimals = min(1-int(math.Floor(math.Log10(shown))), maxDecimals)
		return
	case shown < 10:
		s.decimals = 2
	}
	for s.decimals > 0 && wholeAt(scaled, s.unit.size, s.decimals-1) {
		s.decimals--
	}
}

// wholeAt says whether the numbers, rounded to the decimals after it, need no more than these decimals.
func wholeAt(numbers []float64, size float64, decimals int) bool {
	for _, x := range numbers {
		fine, coarse := round(x/size, decimals+1), round(x/size, decimals)
		if math.Abs(fine-coarse) > 1e-9*math.Abs(fine) {
			return false
		}
	}
	return true
}

// autoDecimals is the number of decimals where none is given.
func (f Format) autoDecimals(scaled []float64, largest float64) int {
	if f.As == AsCurrency {
		return 2
	}
	if allWhole(scaled) {
		return 0
	}
	if f.As == AsPercentage {
		if largest < 9.95 { // what is written as 10 has none
			return 1
		}
		return 0
	}
	if largest < 0.1 { // two decimals would show nothing of these
		return min(1-int(math.Floor(math.Log10(largest))), maxDecimals)
	}
	return 2
}

// allWhole ignores what the multiplication of a percentage added behind the ninth decimal.
func allWhole(numbers []float64) bool {
	for _, x := range numbers {
		if math.Abs(x-math.Round(x)) > 1e-9 {
			return false
		}
	}
	return true
}

// round rounds half away from zero, as people do.
func round(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	if scaled := x * p; math.Abs(scaled) < 1<<52 {
		return math.Round(scaled) / p
	}
	return x
}

// text writes one number.
func (s numberStyle) text(x float64) string {
	x = round(s.scale(x)/s.unit.size, s.decimals)
	digits := strconv.FormatFloat(math.Abs(x), 'f', s.decimals, 64)
	whole, rest, _ := strings.Cut(digits, ".")
	if s.format.Thousands {
		whole = s.locale.group(whole)
	}
	if rest != "" {
		whole += s.locale.Decimal + rest
	}
	return s.around(whole+s.unit.suffix, x < 0)
}

// around puts sign, symbol, percent and texts around digits.
func (s numberStyle) around(digits string, negative bool) string {
	sign := ""
	if negative {
		sign = minus
	}
	switch s.format.As {
	case AsPercentage:
		digits = strings.Replace(s.locale.Percent, "#", digits, 1)
	case AsCurrency:
		pattern := s.locale.Currency[0]
		if negative {
			var leads bool // the sign, as it does for most
			if pattern, leads = strings.CutPrefix(s.locale.Currency[1], minus); !leads {
				sign = ""
			}
		}
		digits = strings.NewReplacer("#", digits, "¤", s.locale.symbol(s.format)).Replace(pattern)
	}
	return sign + s.format.Prefix + digits + s.format.Suffix
}

// group puts marks between groups of digits, as soon as there are enough of them.
func (l Locale) group(digits string) string {
	if len(digits) <= l.Ungrouped || l.Group == "" {
		return digits
	}
	at, size := len(digits)-l.Sizes[0], l.Sizes[1]
	out := digits[at:]
	for ; at > size; at -= size {
		out = digits[at-size:at] + l.Group + out
	}
	return digits[:at] + l.Group + out
}
