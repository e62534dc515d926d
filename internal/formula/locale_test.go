package formula_test

import (
	"context"
	"testing"
	"time"

	"octavo/internal/formula"
)

// TestDateLocale: functions read and write the names of the locale of the
// environment, and read English too.
func TestDateLocale(t *testing.T) {
	for _, c := range []struct{ locale, formula, want string }{
		{"", `DATEVALUE(1710491400, "MMM d, yyyy h:mm a")`, "Mar 15, 2024 8:30 AM"},
		{"en-GB", `DATEVALUE(1710491400, "MMM d, yyyy h:mm a")`, "Mar 15, 2024 8:30 am"},
		{"fr-CA", `DATEVALUE(1710491400, "EEEE d MMMM")`, "vendredi 15 mars"},
		{"de-DE", `DATE("5. Mär 2024", "d. MMM yyyy")`, "1709596800"},
		{"de-DE", `DATE("5. March 2024", "d. MMM yyyy")`, "1709596800"},
		{"pl-PL", `DATE_CONVERT("March 2024", "MMMM yyyy", "MMMM")`, "marzec"},
		{"it-IT", `DATERANGE("31 gennaio 2024", "1 febbraio 2024", "d MMMM yyyy")`, "31 gennaio 2024"},
		{"xx", `DATEVALUE(0, "MMMM")`, "January"},
	} {
		p, err := formula.Compile(c.formula, nil, formula.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		v, _, err := p.Eval(context.Background(), &formula.Env{Locale: c.locale, Now: time.Unix(1710491400, 0)})
		if err != nil || v.Len() == 0 || v.Item(0).Text() != c.want {
			t.Errorf("%s in %q: %v, %v, want %s", c.formula, c.locale, v.All(), err, c.want)
		}
	}
}
