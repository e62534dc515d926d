package datefmt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"octavo/internal/formula/datefmt/locale"
)

func (d *parsed) readMonth(text string, next field) (rest string, ok bool) {
	english := locale.English()
	at, size := longest(text, &d.names.Months, &d.names.MonthsAlone, &english.Months)
	if size == 0 {
		return text, false
	}
	d.month = at + 1
	return afterName(text[size:], next), true
}

// readWeekday passes over a weekday, or over any word in its place.
func (d *parsed) readWeekday(text string, next field) (rest string, ok bool) {
	english := locale.English()
	_, size := longest(text, &d.names.Days, &d.names.DaysAlone, &english.Days)
	if next.letter == 0 && letterRun(next.literal) == 0 { // the word ends where the letters end
		size = max(size, letterRun(text))
	}
	return afterName(text[size:], next), size > 0
}

func (d *parsed) readHalf(text string, next field) (rest string, ok bool) {
	for _, n := range []*locale.Names{d.names, locale.English()} {
		for half, name := range n.Halves {
			if size := half12(text, name); size > 0 {
				d.hasPM, d.pm = true, half == 1
				return afterName(text[size:], next), true
			}
		}
	}
	return text, false
}

// longest finds the longest name with which a text begins, without the dot of
// abbreviations, in the first list that has it; size is 0 if there is none.
func longest(text string, lists ...*locale.Words) (at, size int) {
	for _, words := range lists {
		for _, names := range []*[12]string{&words.Wide, &words.Short} {
			for i, name := range names {
				if n := prefix(text, strings.TrimSuffix(name, ".")); n > size {
					at, size = i, n
				}
			}
		}
	}
	return at, size
}

// prefix is how many bytes of a text are a name in any case; 0 if it does not begin with it.
func prefix(text, name string) int {
	n := 0
	for _, want := range name {
		got, size := utf8.DecodeRuneInString(text[n:])
		if size == 0 || got != want && unicode.ToLower(got) != unicode.ToLower(want) {
			return 0
		}
		n += size
	}
	return n
}

// half12 is how many bytes of a text are a word for a half of the day. Dots and
// spaces inside make no difference: p. m., p.m. and PM are one word.
func half12(text, name string) int {
	n := 0
	for i, want := range name {
		if want == '.' || want == ' ' {
			continue
		}
		for i > 0 && n < len(text) {
			r, size := utf8.DecodeRuneInString(text[n:])
			if r != '.' && !unicode.IsSpace(r) {
				break
			}
			n += size
		}
		size := prefix(text[n:], string(want))
		if size == 0 {
			return 0
		}
		n += size
	}
	return n
}

// afterName passes over the dot of an abbreviation, unless the pattern wants one there.
func afterName(text string, next field) string {
	if strings.HasPrefix(next.literal, ".") {
		return text
	}
	return strings.TrimPrefix(text, ".")
}

func letterRun(s string) int {
	for i, r := range s {
		if !unicode.IsLetter(r) {
			return i
		}
	}
	return len(s)
}
