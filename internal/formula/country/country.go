// Package country knows the countries of ISO 3166-1 by codes and names, in the
// spellings that are met in data. iso.txt is written by generate.go, names.txt
// is kept by hand and says how.
package country

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed iso.txt
var isoText string

//go:embed names.txt
var namesText string

// Country is one country.
type Country struct {
	Alpha2, Alpha3 string
	Numeric        string // three digits; empty if ISO 3166-1 gives none
	Name           string // in English
}

// Find finds a country by a code or a name. The tables are read at the first call.
func Find(text string) (c Country, ok bool) {
	k := key(text)
	if c, ok = table()[k]; ok || k == "" {
		return c, ok
	}
	if strings.Trim(k, "0123456789") == "" && len(k) < 3 {
		c, ok = table()[strings.Repeat("0", 3-len(k))+k]
		return c, ok
	}
	for _, form := range forms {
		if rest, found := strings.CutPrefix(k, form); found {
			c, ok = table()[rest]
			return c, ok
		}
	}
	return c, false
}

// forms are how official names begin where names.txt does not list them.
var forms = []string{"republic of ", "federal republic of ", "kingdom of ", "commonwealth of ", "state of ", "sultanate of ", "principality of "}

// key is what is compared of a name: words of letters and digits in lower case,
// without accents.
func key(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '&':
			b.WriteString(" and ")
		case r == '.' || r == '\'' || r == '’' || r == '`' || unicode.Is(unicode.Mn, r):
			// U.S.A. is one word, and so is d'Ivoire
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	kept := words[:0]
	for _, w := range words {
		if w == "st" {
			w = "saint"
		}
		if w != "the" {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

var table = sync.OnceValue(read)

// read makes the table from key to country.
func read() map[string]Country {
	out := map[string]Country{}
	shown, others := readNames()
	for line := range lines(isoText) {
		f := strings.SplitN(line, " ", 4)
		c := Country{f[0], f[1], f[2], f[3]}
		if name := shown[c.Alpha2]; name != "" {
			c.Name = name
		}
		accepted := append(others[c.Alpha2], c.Alpha2, c.Alpha3, f[3], c.Name)
		if c.Alpha2 == kosovo {
			c.Alpha3, c.Numeric = "XKX", ""
			accepted = append(accepted, c.Alpha3)
		} else {
			accepted = append(accepted, c.Numeric)
		}
		for _, name := range accepted {
			out[key(name)] = c
		}
	}
	return out
}

// kosovo has codes for private use only.
const kosovo = "XK"

func readNames() (shown map[string]string, others map[string][]string) {
	shown, others = map[string]string{}, map[string][]string{}
	for line := range lines(namesText) {
		code, rest, _ := strings.Cut(line, " ")
		for i, name := range strings.Split(rest, "|") {
			if name = strings.TrimSpace(name); i == 0 {
				shown[code] = name
			} else {
				others[code] = append(others[code], name)
			}
		}
	}
	return shown, others
}

// lines yields the lines of a table without remarks.
func lines(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' && !yield(line) {
				return
			}
		}
	}
}
