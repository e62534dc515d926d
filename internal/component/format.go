package component

import (
	"maps"
	"slices"
	"unicode/utf8"

	"octavo/internal/formula/datefmt"
)

// The ways to write items.
const (
	AsText       = "text"
	AsNumber     = "number"
	AsCurrency   = "currency"
	AsPercentage = "percentage"
	AsDate       = "date"
	AsSparkline  = "sparkline" // of lists of numbers between commas; in tables only
)

var (
	anyFormat     = []string{AsText, AsNumber, AsCurrency, AsPercentage, AsDate}
	numberFormats = []string{AsNumber, AsCurrency, AsPercentage}
)

// Values of format.abbreviate; the others are units that hold whatever the numbers are.
const (
	never = "none"
	auto  = "auto"
)

var abbreviations = []string{never, auto, "K", "M", "B"}

const (
	maxDecimals = 10
	maxAffix    = 40 // characters of prefix, suffix and symbol
)

// Format says how the items of a part are written. The zero Format writes numbers
// as numbers and everything else as text.
type Format struct {
	As         string // "" = by the items
	Decimals   *int   // nil = by the items
	Thousands  bool   // with a mark between groups of three digits
	Abbreviate string // one of abbreviations
	Prefix     string
	Suffix     string
	Symbol     string // of a currency, "" = of the locale
	Multiply   bool   // a percentage is shown times 100
	Pattern    string // of a date, "" = of the locale
	Input      string // pattern of the texts that are dates, "" = the usual ones
}

// NumberFormat is a Format as the drawing code gets it, for the ticks of an axis.
type NumberFormat struct {
	As         string `json:"as"`
	Decimals   *int   `json:"decimals"`
	Prefix     string `json:"prefix"`
	Suffix     string `json:"suffix"`
	Symbol     string `json:"symbol"`
	Abbreviate string `json:"abbreviate"`
	Multiply   bool   `json:"multiply"`
	Thousands  bool   `json:"thousands"`
}

// FormatOf reads the format of a part from a canonical tree.
func FormatOf(part Node, pt *PartType) Format {
	f := Format{Thousands: true, Abbreviate: pt.Abbreviate, Multiply: true}
	m, _ := part["format"].(map[string]any)
	str := func(name string, into *string) {
		if s, ok := m[name].(string); ok {
			*into = s
		}
	}
	str("as", &f.As)
	str("abbreviate", &f.Abbreviate)
	str("prefix", &f.Prefix)
	str("suffix", &f.Suffix)
	str("symbol", &f.Symbol)
	str("pattern", &f.Pattern)
	str("input", &f.Input)
	if b, ok := m["thousands"].(bool); ok {
		f.Thousands = b
	}
	if b, ok := m["multiply"].(bool); ok {
		f.Multiply = b
	}
	if d, ok := m["decimals"].(float64); ok {
		n := int(d)
		f.Decimals = &n
	}
	return f
}

// FormatProperties describe the fields of a format, for lists of changes.
func FormatProperties() []Property { return slices.Clone(formatFields) }

var formatFields = []Property{
	{Name: "as", Words: "format", Kind: Choice, Choices: anyFormat},
	{Name: "decimals", Words: "decimals", Kind: Whole, Max: maxDecimals},
	{Name: "thousands", Words: "thousands mark", Kind: Toggle, Default: true},
	{Name: "abbreviate", Words: "shortening of numbers", Kind: Choice, Choices: abbreviations},
	{Name: "prefix", Words: "text before"},
	{Name: "suffix", Words: "text after"},
	{Name: "symbol", Words: "currency symbol"},
	{Name: "multiply", Words: "multiplying by 100", Kind: Toggle, Default: true},
	{Name: "pattern", Words: "date pattern"},
	{Name: "input", Words: "pattern of the dates that come in"},
}

// canonicalFormat checks a format and leaves out what is the default for the part.
func canonicalFormat(v any, pt *PartType, path string) (map[string]any, error) {
	if v == nil {
		return nil, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, Bad(path, "A format is an object.")
	}
	out := maps.Clone(m)
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil || v == "" })
	for _, f := range formatFields {
		value, there := out[f.Name]
		if !there {
			continue
		}
		switch {
		case f.Name == "as":
			f.Choices = pt.Formats
		case f.Name == "abbreviate":
			f.Default = pt.Abbreviate
		}
		if value == f.Default {
			delete(out, f.Name)
			continue
		}
		if err := f.checkFormat(value, path+"/"+f.Name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p Property) checkFormat(v any, path string) error {
	if p.Kind != 0 {
		return p.check(v, path)
	}
	s, ok := v.(string)
	if !ok {
		return Bad(path, "A text belongs here.")
	}
	if utf8.RuneCountInString(s) > maxAffix {
		return Bad(path, "The %s has at most %d characters.", p.Words, maxAffix)
	}
	if p.Name == "pattern" || p.Name == "input" {
		if _, err := datefmt.Compile(s); err != nil {
			return Bad(path, "This cannot be a pattern of dates: %v.", err)
		}
	}
	return nil
}

// isNumeric says whether the format writes numbers only.
func (f Format) isNumeric() bool { return slices.Contains(numberFormats, f.As) }

// ForAxis gives the format as the drawing code wants it.
func (f Format) ForAxis(loc Locale) NumberFormat {
	n := NumberFormat{
		As: f.As, Decimals: f.Decimals, Prefix: f.Prefix, Suffix: f.Suffix,
		Abbreviate: f.Abbreviate, Multiply: f.Multiply, Thousands: f.Thousands,
	}
	if n.As == "" {
		n.As = AsNumber
	}
	if f.As == AsCurrency {
		n.Symbol = loc.symbol(f)
	}
	return n
}
