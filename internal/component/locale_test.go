package component

import (
	"testing"
	"time"

	"octavo/internal/formula/datefmt/locale"
	"octavo/internal/formula/value"
)

func TestLocales(t *testing.T) {
	day := float64(time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC).Unix())
	for _, c := range []struct{ tag, number, currency, date string }{
		{"en", "−1,234,567.5", "€1,234.50", "5 Mar 2024"},
		{"", "−1,234,567.5", "€1,234.50", "5 Mar 2024"},
		{"de", "−1.234.567,5", "1.234,50\u00a0€", "05.03.2024"},
		{"fr-FR", "−1\u00a0234\u00a0567,5", "1\u00a0234,50\u00a0€", "5 mars 2024"},
		{"es", "−1.234.567,5", "1.234,50\u00a0€", "5 mar 2024"},
	} {
		l, ok := LocaleFor(c.tag)
		if !ok {
			t.Errorf("%s is not known", c.tag)
			continue
		}
		at := Place{Locale: l, Zone: time.UTC}
		text := func(x float64, f Format) string {
			_, s := newWriter(value.Of(value.Num(x)), f, at, shortenAxis).write(value.Num(x))
			return s
		}
		one := 1
		got := [3]string{
			text(-1234567.5, Format{As: AsNumber, Thousands: true, Decimals: &one}),
			text(1234.5, Format{As: AsCurrency, Thousands: true}), text(day, Format{As: AsDate}),
		}
		if want := [3]string{c.number, c.currency, c.date}; got != want {
			t.Errorf("%s writes %q, want %q", c.tag, got, want)
		}
	}
	for _, unknown := range []string{"xx", "no such locale", "\x00"} {
		if l, ok := LocaleFor(unknown); ok || l != English {
			t.Errorf("%q is known as %+v", unknown, l)
		}
	}
}

// Every locale that can be chosen for dates writes numbers that can be told apart.
func TestEveryLocaleHasMarks(t *testing.T) {
	for _, tag := range locale.All() {
		l, ok := LocaleFor(tag)
		if !ok || l.Decimal == "" || l.Group == "" || l.Decimal == l.Group || len([]rune(l.Decimal)) != 1 || len([]rune(l.Group)) != 1 {
			t.Errorf("%s: %v, decimal %q, group %q", tag, ok, l.Decimal, l.Group)
		}
	}
}

// The usual way of each locale to write 5 March 2024, 14:07, as CLDR has both parts; between them stands a blank.
func TestDaysAndTimesOfEveryLocale(t *testing.T) {
	want := map[string][2]string{
		"en-GB": {"5 Mar 2024", "5 Mar 2024 14:07"}, "en-US": {"Mar 5, 2024", "Mar 5, 2024 2:07 PM"}, "en-CA": {"Mar 5, 2024", "Mar 5, 2024 2:07 p.m."},
		"fr-FR": {"5 mars 2024", "5 mars 2024 14:07"}, "fr-CA": {"5 mars 2024", "5 mars 2024 14 h 07"}, "de-DE": {"05.03.2024", "05.03.2024 14:07"},
		"es-ES": {"5 mar 2024", "5 mar 2024 14:07"}, "es-MX": {"5 mar 2024", "5 mar 2024 2:07 p.m."}, "it-IT": {"5 mar 2024", "5 mar 2024 14:07"},
		"nl-NL": {"5 mrt 2024", "5 mrt 2024 14:07"}, "pt-BR": {"5 de mar. de 2024", "5 de mar. de 2024 14:07"}, "pt-PT": {"05/03/2024", "05/03/2024 14:07"},
		"sv-SE": {"5 mars 2024", "5 mars 2024 14:07"}, "nb-NO": {"5. mars 2024", "5. mars 2024 14:07"}, "da-DK": {"5. mar. 2024", "5. mar. 2024 14.07"},
		"fi-FI": {"5.3.2024", "5.3.2024 14.07"}, "pl-PL": {"5 mar 2024", "5 mar 2024 14:07"}, "cs-CZ": {"5. 3. 2024", "5. 3. 2024 14:07"},
		"ja-JP": {"2024/03/05", "2024/03/05 14:07"}, "zh-CN": {"2024年3月5日", "2024年3月5日 14:07"},
	}
	for _, tag := range locale.All() {
		l, _ := LocaleFor(tag)
		at := Place{Locale: l, Zone: time.UTC}
		text := func(when time.Time) string {
			x := value.Num(float64(when.Unix()))
			_, s := newWriter(value.Of(x), Format{As: AsDate}, at, shortenAxis).write(x)
			return s
		}
		got := [2]string{text(time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)), text(time.Date(2024, 3, 5, 14, 7, 0, 0, time.UTC))}
		if got != want[tag] {
			t.Errorf("%s writes %q, want %q", tag, got, want[tag])
		}
	}
}
