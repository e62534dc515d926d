package locale

import "testing"

func TestTableIsComplete(t *testing.T) {
	if len(table) != 20 {
		t.Errorf("%d locales, want 20", len(table))
	}
	for _, n := range append(table, english) {
		for what, words := range map[string]struct {
			of    Words
			count int
		}{"months": {n.Months, 12}, "months alone": {n.MonthsAlone, 12}, "days": {n.Days, 7}, "days alone": {n.DaysAlone, 7}} {
			for form, list := range map[string][12]string{"wide": words.of.Wide, "short": words.of.Short} {
				seen := map[string]bool{}
				for i, name := range list {
					if (name != "") != (i < words.count) || name != "" && seen[name] {
						t.Errorf("%s: %s %s: name %d is %q", n.Locale, form, what, i+1, name)
					}
					seen[name] = true
				}
			}
		}
		if n.Halves[0] == "" || n.Halves[0] == n.Halves[1] {
			t.Errorf("%s: halves of the day %q", n.Locale, n.Halves)
		}
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{"fr-CA": "fr-CA", "FR-ca": "fr-CA", "fr-BE": "fr-FR", "fr": "fr-FR", "pt": "pt-BR", "en-AU": "en-GB", "en": "en-GB", "zh-TW": "zh-CN"} {
		if n, ok := Find(name); !ok || n.Locale != want {
			t.Errorf("%s is found as %q, %v; want %s", name, n.Locale, ok, want)
		}
	}
	for _, name := range []string{"", "xx-YY", "-", "french"} {
		if n, ok := Find(name); ok || n != English() {
			t.Errorf("%q is found as %q, %v", name, n.Locale, ok)
		}
	}
}
