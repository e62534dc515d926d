package component

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula/datefmt/locale"
	"octavo/internal/formula/value"
)

var update = flag.Bool("update", false, "rewrite "+drawLocales)

// drawLocales is every locale as the drawing layer gets it; its tests draw in these.
const drawLocales = "../../web/src/draw/testdata/locales.json"

func TestDrawingIsTestedInTheseLocales(t *testing.T) {
	all := map[string]*DrawLocale{}
	for _, tag := range append([]string{"en"}, locale.All()...) {
		l, _ := LocaleFor(tag)
		d := l.Draw(time.Monday)
		if d.Tag != tag || len(d.Months) != 12 || len(d.MonthsAlone) != 12 || d.MonthDay == "" || d.Year == "" || d.Time == "" || d.FirstWeekday != 1 {
			t.Errorf("%s: %+v", tag, d)
		}
		all[tag] = d
	}
	want, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if os.Getenv("CI") != "" {
			t.Fatal("-update is for people, not for CI")
		}
		if err := os.WriteFile(drawLocales, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(drawLocales); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is stale (%v); run: go test ./internal/component -run TestDrawing -update", drawLocales, err)
	}
}

func TestLocales(t *testing.T) {
	day := float64(time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC).Unix())
	for _, c := range []struct{ tag, number, currency, date string }{
		{"en", "−1,234,567.5", "€1,234.50", "5 Mar 2024"},
		{"", "−1,234,567.5", "€1,234.50", "5 Mar 2024"},
		{"de", "−1.234.567,5", "1.234,50\u00a0€", "05.03.2024"},
		{"fr-FR", "−1\u00a0234\u00a0567,5", "1\u00a0234,50\u00a0€", "5 mars 2024"},
		{"es", "−1.234.567,5", "1234,50\u00a0€", "5 mar 2024"},
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

// The figures of CLDR 48, as ICU 78 writes them; _ is a blank that does not break.
func TestNumbersOfEveryLocale(t *testing.T) {
	want := map[string][5]string{
		"en-GB": {"1,234", "12,345", "−1,234,567.5", "46%", "−€1,234.50"},
		"en-US": {"1,234", "12,345", "−1,234,567.5", "46%", "−€1,234.50"},
		"en-CA": {"1,234", "12,345", "−1,234,567.5", "46%", "−€1,234.50"},
		"fr-FR": {"1_234", "12_345", "−1_234_567,5", "46_%", "−1_234,50_€"},
		"fr-CA": {"1_234", "12_345", "−1_234_567,5", "46_%", "−1_234,50_€"},
		"de-DE": {"1.234", "12.345", "−1.234.567,5", "46_%", "−1.234,50_€"},
		"es-ES": {"1234", "12.345", "−1.234.567,5", "46_%", "−1234,50_€"},
		"es-MX": {"1,234", "12,345", "−1,234,567.5", "46%", "−€1,234.50"},
		"it-IT": {"1234", "12.345", "−1.234.567,5", "46%", "−1234,50_€"},
		"nl-NL": {"1.234", "12.345", "−1.234.567,5", "46%", "€_−1.234,50"},
		"pt-BR": {"1.234", "12.345", "−1.234.567,5", "46%", "−€_1.234,50"},
		"pt-PT": {"1234", "12_345", "−1_234_567,5", "46%", "−1234,50_€"},
		"sv-SE": {"1_234", "12_345", "−1_234_567,5", "46_%", "−1_234,50_€"},
		"nb-NO": {"1_234", "12_345", "−1_234_567,5", "46_%", "−1_234,50_€"},
		"da-DK": {"1.234", "12.345", "−1.234.567,5", "46_%", "−1.234,50_€"},
		"fi-FI": {"1_234", "12_345", "−1_234_567,5", "46_%", "−1_234,50_€"},
		"pl-PL": {"1234", "12_345", "−1_234_567,5", "46%", "−1234,50_€"},
		"cs-CZ": {"1_234", "12_345", "−1_234_567,5", "46_%", "−1_234,50_€"},
		"ja-JP": {"1,234", "12,345", "−1,234,567.5", "46%", "−€1,234.50"},
		"zh-CN": {"1,234", "12,345", "−1,234,567.5", "46%", "−€1,234.50"},
	}
	if len(want) != len(locale.All()) {
		t.Fatalf("%d locales, want %d", len(locale.All()), len(want))
	}
	for tag, texts := range want {
		if got := figures(tag); got != texts {
			t.Errorf("%s writes %q, want %q", tag, got, texts)
		}
	}
}

// figures writes some numbers as a locale does.
func figures(tag string) [5]string {
	l, _ := LocaleFor(tag)
	write := func(x float64, f Format) string {
		f.Thousands, f.Multiply = true, true
		return strings.ReplaceAll(f.style([]float64{x}, l, shortenAxis).text(x), noBreak, "_")
	}
	zero, one := 0, 1
	return [5]string{
		write(1234, Format{As: AsNumber}), write(12345, Format{As: AsNumber, Abbreviate: never}), write(-1234567.5, Format{As: AsNumber, Abbreviate: never, Decimals: &one}),
		write(0.46, Format{As: AsPercentage, Decimals: &zero}), write(-1234.5, Format{As: AsCurrency}),
	}
}

func TestNumbersOfOtherRegions(t *testing.T) {
	for tag, want := range map[string]string{"en-IN": "12,34,56,789", "de-CH": "123’456’789", "de-AT": "123_456_789", "es": "123.456.789"} {
		l, ok := LocaleFor(tag)
		if got := strings.ReplaceAll(l.group("123456789"), noBreak, "_"); !ok || got != want {
			t.Errorf("%s writes %q, want %q", tag, got, want)
		}
	}
}

// CLDR keeps letters off the digits; a symbol that stands behind them has its blank anyway.
func TestSymbolsOfCurrencies(t *testing.T) {
	for _, c := range []struct{ tag, symbol, want string }{
		{"en-GB", "CHF", "−CHF_12"}, {"en-GB", "$", "−$12"}, {"en-GB", "US$", "−US$12"}, {"en-GB", "Fr. ", "−Fr. 12"}, {"ja-JP", "¥", "−¥12"},
		{"nl-NL", "CHF", "CHF_−12"}, {"de-DE", "CHF", "−12_CHF"},
	} {
		l, _ := LocaleFor(c.tag)
		f := Format{As: AsCurrency, Symbol: c.symbol, Decimals: whole(0)}
		if got := strings.ReplaceAll(f.style(nil, l, shortenAxis).text(-12), noBreak, "_"); got != c.want {
			t.Errorf("%s with %s writes %q, want %q", c.tag, c.symbol, got, c.want)
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
