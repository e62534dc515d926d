package component

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	xnumber "golang.org/x/text/number"

	"octavo/internal/formula/datefmt/locale"
)

// symbolFirst are languages that write the symbol of a currency before the number.
var symbolFirst = []string{"en", "ja", "ko", "nl", "zh"}

// LocaleFor gives how a locale such as fr-CA writes numbers and dates: the marks of
// numbers, the names of months and the patterns of days and times from CLDR. ok is false if the language is not known;
// the locale is then English, as it is for "en".
func LocaleFor(tag string) (l Locale, ok bool) {
	if tag == "" || strings.EqualFold(tag, English.Tag) {
		return English, true
	}
	names, ok := locale.Find(tag)
	t, err := language.Parse(tag)
	if !ok || err != nil {
		return English, false
	}
	l = English
	l.Tag, l.names = t.String(), names
	l.Decimal, l.Group = marksOf(t)
	l.DatePattern, l.TimePattern = names.Day, " "+names.Time
	base, _ := t.Base()
	l.SymbolAfter = !slices.Contains(symbolFirst, base.String())
	return l, true
}

// marksOf finds the marks in a number that has both.
func marksOf(t language.Tag) (decimal, group string) {
	latin, err := t.SetTypeForKey("nu", "latn")
	if err != nil {
		latin = t
	}
	text := message.NewPrinter(latin).Sprint(xnumber.Decimal(1234567.5, xnumber.MinFractionDigits(1)))
	_, rest, _ := strings.Cut(text, "1")
	group, rest, _ = strings.Cut(rest, "2")
	_, rest, _ = strings.Cut(rest, "7")
	decimal, _, _ = strings.Cut(rest, "5")
	return decimal, group
}

// EngineTag is the locale as formulas know it: empty for plain English.
func (l Locale) EngineTag() string {
	if l.names == nil {
		return ""
	}
	return l.Tag
}
