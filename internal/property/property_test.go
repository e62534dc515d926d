package property

import (
	"strings"
	"testing"

	"octavo/internal/errs"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"companyId": "", "_a.b-c": "", strings.Repeat("x", 64): "",
		"": "bad_property_name", "1st": "bad_property_name", "a b": "bad_property_name", strings.Repeat("x", 65): "bad_property_name",
		"émile": "bad_property_name", "company.id": "property_reserved", "user.x": "property_reserved", "company": "", "users": "",
	} {
		if err := CheckName(name); code == "" && err != nil || code != "" && !errs.Is(err, code) {
			t.Errorf("%q: %v, want %q", name, err, code)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind     Type
		in, want string
		bad      bool
	}{
		{Text, "  SOL-1187 ", "SOL-1187", false},
		{Text, " \t ", "", false},
		{Text, "a\x00b", "", true},
		{Text, strings.Repeat("x", 4097), "", true},
		{Number, "1234.50", "1234.5", false},
		{Number, "-3e2", "-300", false},
		{Number, "1,234", "", true},
		{Number, "0x10", "", true},
		{Number, "Inf", "", true},
		{Number, "NaN", "", true},
		{Number, "1_000", "", true},
		{Date, "2026-02-28", "2026-02-28", false},
		{Date, "2026-02-30", "", true},
		{Date, "28.02.2026", "", true},
		{List, ` North ,"South, east", ,x`, `North, "South, east", x`, false},
		{List, `say ""hi""`, "", true},
		{List, `"say ""hi"""`, `"say ""hi"""`, false},
		{List, " , ,", "", false},
		{List, "a\nb", "", true},
		{Secret, " kept as it is ", " kept as it is ", false},
		{Secret, "   ", "", false},
	} {
		got, err := c.kind.Normalise(c.in)
		if got != c.want || (err != nil) != c.bad || c.bad && !errs.Is(err, "bad_property_value") {
			t.Errorf("%s %q = %q, %v; want %q", c.kind, c.in, got, err, c.want)
		}
		if again, err := c.kind.Normalise(got); again != got || err != nil {
			t.Errorf("%s %q is stored as %q and then as %q, %v", c.kind, c.in, got, again, err)
		}
	}
}
