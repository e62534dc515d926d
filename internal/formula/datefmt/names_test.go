package datefmt_test

import (
	"strings"
	"testing"
	"time"

	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/datefmt/locale"
)

func compileIn(t testing.TB, pattern, name string) *datefmt.Pattern {
	t.Helper()
	p, err := datefmt.Compile(pattern)
	if err != nil {
		t.Fatal(err)
	}
	names, ok := locale.Find(name)
	if !ok {
		t.Fatalf("no locale %s", name)
	}
	return p.In(names)
}

func TestFormatInLocales(t *testing.T) {
	sec := datefmt.Seconds(time.Date(2024, 3, 15, 20, 5, 0, 0, time.UTC)) // a Friday
	for _, c := range []struct{ locale, pattern, want string }{
		{"en-GB", "EEEE d MMMM yyyy h:mm a", "Friday 15 March 2024 8:05 pm"},
		{"en-US", "EEE, MMM d, h:mm a", "Fri, Mar 15, 8:05 PM"},
		{"en-CA", "MMM d, h a", "Mar 15, 8 p.m."},
		{"fr-FR", "EEEE d MMMM yyyy", "vendredi 15 mars 2024"},
		{"fr-CA", "EEE d MMM h:mm a", "ven. 15 mars 8:05 p.m."},
		{"de-DE", "EEE, d. MMM yyyy", "Fr., 15. März 2024"},
		{"de-DE", "MMM", "Mär"},
		{"de-DE", "EEE", "Fr"},
		{"es-ES", "d 'de' MMMM 'de' yyyy, h:mm a", "15 de marzo de 2024, 8:05 p. m."},
		{"es-MX", "EEE d MMM", "vie 15 mar"},
		{"it-IT", "EEEE d MMMM", "venerdì 15 marzo"},
		{"nl-NL", "EEEEEE d MMM", "vrijdag 15 mrt"},
		{"pt-BR", "EEEE, d 'de' MMM", "sexta-feira, 15 de mar."},
		{"pt-PT", "EEE, d MMM", "sexta, 15 mar."},
		{"sv-SE", "EEE d MMM a", "fre 15 mars em"},
		{"nb-NO", "EEE d. MMM", "fre. 15. mars"},
		{"da-DK", "EEE d. MMM", "fre. 15. mar."},
		{"fi-FI", "d. MMMM yyyy", "15. maaliskuuta 2024"},
		{"fi-FI", "MMMM yyyy", "maaliskuu 2024"},
		{"pl-PL", "d MMMM yyyy", "15 marca 2024"},
		{"pl-PL", "MMMM yyyy", "marzec 2024"},
		{"pl-PL", "d LLLL", "15 marzec"},
		{"cs-CZ", "EEEE d. MMMM", "pátek 15. března"},
		{"cs-CZ", "LLLL yyyy", "březen 2024"},
		{"ja-JP", "yyyy年M月d日EEEE ah:mm", "2024年3月15日金曜日 午後8:05"},
		{"zh-CN", "yyyy年MMMMd日 EEE a", "2024年三月15日 周五 下午"},
		{"de-AT", "MMMM", "März"},
	} {
		if got := compileIn(t, c.pattern, c.locale).Format(sec, time.UTC, time.Monday); got != c.want {
			t.Errorf("%s by %q is %q, want %q", c.locale, c.pattern, got, c.want)
		}
	}
}

func TestParseInLocales(t *testing.T) {
	for _, c := range []struct{ locale, pattern, text, want string }{
		{"fr-FR", "d MMM yyyy", "3 févr. 2024", "2024-02-03 00:00"},
		{"fr-FR", "d MMM yyyy", "3 FÉVR 2024", "2024-02-03 00:00"},
		{"fr-FR", "d MMMM yyyy", "3 Feb 2024", "2024-02-03 00:00"}, // English as well
		{"fr-FR", "EEE d MMM yyyy", "ven. 15 mars 2024", "2024-03-15 00:00"},
		{"de-DE", "dd.MMM.yyyy", "05.Jan.2024", "2024-01-05 00:00"},
		{"de-DE", "d. MMM yyyy", "5. Mär. 2024", "2024-03-05 00:00"},
		{"it-IT", "d MMM yyyy", "5 March 2024", "2024-03-05 00:00"},
		{"it-IT", "EEEE d MMMM yyyy", "martedì 5 marzo 2024", "2024-03-05 00:00"},
		{"fi-FI", "EEEE d. MMMM yyyy", "Sunday 3. maaliskuuta 2024", "2024-03-03 00:00"},
		{"fi-FI", "EEEE d. MMMM yyyy", "sunnuntaina 3. maaliskuu 2024", "2024-03-03 00:00"},
		{"pl-PL", "d MMMM yyyy", "15 marzec 2024", "2024-03-15 00:00"},
		{"cs-CZ", "d. MMMM yyyy", "1. července 2024", "2024-07-01 00:00"},
		{"cs-CZ", "d. MMMM yyyy", "1. června 2024", "2024-06-01 00:00"},
		{"pt-BR", "EEEE, d 'de' MMM", "sexta-feira, 15 de mar.", "1970-03-15 00:00"},
		{"es-ES", "d/M/yyyy h:mm a", "15/3/2024 8:05 p.\u00a0m.", "2024-03-15 20:05"},
		{"es-ES", "d/M/yyyy h:mm a", "15/3/2024 8:05 PM", "2024-03-15 20:05"},
		{"en-GB", "d MMM yyyy", "1 Sept 2024", "2024-09-01 00:00"},
		{"en-GB", "d MMM yyyy", "1 Sep 2024", "2024-09-01 00:00"},
		{"en-US", "MMM d, yyyy h a", "Sept. 1, 2024 1 a.m.", ""},
		{"en-US", "MMM d, yyyy h a", "Sep. 1, 2024 1 a.m.", "2024-09-01 01:00"},
		{"ja-JP", "yyyy年M月d日EEEE ah:mm", "2024年3月15日金曜日 午後8:05", "2024-03-15 20:05"},
		{"zh-CN", "yyyy年MMMMd日", "2024年十一月5日", "2024-11-05 00:00"},
		{"sv-SE", "d MMM a h", "5 maj em 3", "1970-05-05 15:00"},
		{"de-DE", "d MMMM yyyy", "5 Brumaire 2024", ""},
	} {
		got := ""
		if sec, ok := compileIn(t, c.pattern, c.locale).Parse(c.text, time.UTC, time.Monday, now); ok {
			got = datefmt.Time(sec, time.UTC).Format("2006-01-02 15:04")
		}
		if got != c.want {
			t.Errorf("%s reads %q by %q as %q, want %q", c.locale, c.text, c.pattern, got, c.want)
		}
	}
}

// TestLocalesReadWhatTheyWrite covers every name of every locale, beside the day and alone.
func TestLocalesReadWhatTheyWrite(t *testing.T) {
	for _, name := range append(locale.All(), "en") {
		for _, pattern := range []string{"EEEE d MMMM yyyy h a", "EEE, d MMM yyyy K a", "d LLLL yyyy H", "yyyy MMM", "MMMM yyyy"} {
			p := compileIn(t, pattern, name)
			for day := range 366 {
				at := time.Date(2024, 1, 1+day, day%24, 0, 0, 0, time.UTC)
				if !strings.Contains(pattern, "d") {
					at = time.Date(2024, at.Month(), 1, 0, 0, 0, 0, time.UTC)
				}
				text := p.Format(datefmt.Seconds(at), time.UTC, time.Monday)
				if sec, ok := p.Parse(text, time.UTC, time.Monday, now); !ok || sec != datefmt.Seconds(at) {
					t.Fatalf("%s writes %s as %q and reads %v, %v", name, at, text, sec, ok)
				}
			}
		}
	}
}
