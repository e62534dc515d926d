package country

import (
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"DEU": "Germany", "fr": "France", "276": "Germany", "4": "Afghanistan", "004": "Afghanistan", " Usa ": "United States",
		"U.S.A.": "United States", "UK": "United Kingdom", "South Korea": "South Korea", "Korea, Republic of": "South Korea",
		"Czech Republic": "Czechia", "Côte d’Ivoire": "Côte d'Ivoire", "Cote d'Ivoire": "Côte d'Ivoire", "cote divoire": "Côte d'Ivoire",
		"Bosnia & Herzegovina": "Bosnia and Herzegovina", "St. Lucia": "Saint Lucia", "saint lucia": "Saint Lucia", "St Vincent & the Grenadines": "Saint Vincent and the Grenadines",
		"The Netherlands": "Netherlands", "Republic of Ireland": "Ireland", "Türkiye": "Turkey", "Aland Islands": "Åland Islands",
		"Guinea Bissau": "Guinea-Bissau", "Republic of China": "Taiwan", "Qatar": "Qatar", "Swaziland": "Eswatini", "Macedonia": "North Macedonia",
		"Congo": "Republic of the Congo", "Congo - Kinshasa": "Democratic Republic of the Congo", "Kosovo": "Kosovo", "XKX": "Kosovo",
		"Re\u0301union": "Réunion", "Isle of Man": "Isle of Man", "Hong Kong SAR China": "Hong Kong",
	} {
		if c, ok := Find(text); !ok || c.Name != want {
			t.Errorf("%q is %q, %v; want %q", text, c.Name, ok, want)
		}
	}
	for _, text := range []string{"", "Atlantis", "ZZ", "000", "0", "republic of", "Republic of Atlantis", "...", "999", "YU"} {
		if c, ok := Find(text); ok {
			t.Errorf("%q is taken for %s", text, c.Name)
		}
	}
}

// TestNamesAreOfOneCountry finds spellings that two countries claim, and lines for codes that are none.
func TestNamesAreOfOneCountry(t *testing.T) {
	shown, others := readNames()
	owner := map[string]string{}
	claim := func(code, name string) {
		k := key(name)
		if have, ok := owner[k]; ok && have != code {
			t.Errorf("%q is claimed by %s and %s", name, have, code)
		}
		owner[k] = code
	}
	count := 0
	for line := range lines(isoText) {
		count++
		f := strings.SplitN(line, " ", 4)
		for _, name := range append(others[f[0]], f...) {
			claim(f[0], name)
		}
		if shown[f[0]] != "" {
			claim(f[0], shown[f[0]])
		}
		delete(shown, f[0])
	}
	for code := range shown {
		t.Errorf("names.txt has a line for %s, which iso.txt does not list", code)
	}
	if count != 249+1 {
		t.Errorf("%d countries, want the 249 of ISO 3166-1 and Kosovo", count)
	}
}
