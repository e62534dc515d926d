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
		{"de", "−1.234.567,5", "1.234,50\u00a0€", "5 März 2024"},
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
