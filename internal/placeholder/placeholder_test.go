package placeholder_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"octavo/internal/errs"
	"octavo/internal/placeholder"
)

func scope(values map[string]string) placeholder.Scope {
	return placeholder.Scope{Values: values, Now: time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC), Zone: time.UTC}
}

func resolve(t *testing.T, pos placeholder.Position, text string, s placeholder.Scope) string {
	t.Helper()
	tpl, err := placeholder.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	out, err := tpl.Resolve(pos, s)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

// TestWorkedExamples are those of data-sources.md §4.3.
func TestWorkedExamples(t *testing.T) {
	for text, want := range map[string]string{
		`{date}`:                                             "2026-03-31",
		`{date.today}`:                                       "2026-03-31",
		`{date.add(-7).format("dd-MM-yyyy")}`:                "24-03-2026",
		`{date.addMonths(-1)}`:                               "2026-02-28",
		`{date.startOfQuarter}`:                              "2026-01-01",
		`{date.firstMOY("apr").startOfYear}`:                 "2025-04-01",
		`{date.last30Days}`:                                  "2026-03-01",
		`{date.set("2024-02-29").addYears(1)}`:               "2025-02-28",
		`{date.startOfLastWeek}`:                             "2026-03-22",
		`{date.endOfLastMonth.format("yyyyMMdd")}`:           "20260228",
		`{date.startOfMonth.unix}`:                           "1772323200",
		`{date.startOfMonth.unixMillis}`:                     "1772323200000",
		`{date.set("31/01/2016","dd/MM/yyyy").addMonths(1)}`: "2016-02-29",
		`{date.set('2016-01-31').iso}`:                       "2016-01-31T00:00:00Z",
		`{date.tz("est").format('HH:mm')}`:                   "05:00",
		`{date.tz("America/New_York").format('HH:mm')}`:      "06:00",
		`{date.tz("+05:30").format('HH:mm')}`:                "15:30",
		`{date.tz("cet").now.iso}`:                           "2026-03-31T11:00:00+01:00",
		`{date.tz("cet").now.isoUTC}`:                        "2026-03-31T10:00:00Z",
		`{date.start("06:30:00").startOfMonth.iso}`:          "2026-03-01T06:30:00Z",
		`{date.end("18:00:00").endOfThisMonth.iso}`:          "2026-03-31T18:00:00Z",
		`{date.endOfMonth.iso}`:                              "2026-03-31T23:59:59Z",
		`{date.firstDOW("mon").startOfWeek}`:                 "2026-03-30",
		`{date.startOfNextQuarter}`:                          "2026-04-01",
		`{date.next2Weeks}`:                                  "2026-04-14",
		`{date.last1Years}`:                                  "2025-03-31",
		`{date.yesterday} {date.tomorrow}`:                   "2026-03-30 2026-04-01",
		`{date.addHours(-11).format("yyyy-MM-dd HH:mm")}`:    "2026-03-30 23:00",
		`{date.addMinutes(90).addWeeks(-1).addQuarters(1).format("yyyy-MM-dd HH:mm")}`: "2026-06-24 11:30",
		`{date.set(props.day).add(1)}`:   "2026-01-02",
		`{props.day|date("d MMM yyyy")}`: "1 Jan 2026",
	} {
		if got := resolve(t, placeholder.Value, text, scope(map[string]string{"day": "2026-01-01"})); got != want {
			t.Errorf("%s gives %q, want %q", text, got, want)
		}
	}
}

// TestDaysInZones: the day is the one of the account, also where the clocks change.
func TestDaysInZones(t *testing.T) {
	for _, c := range [][4]string{
		{"2026-03-29T00:30:00Z", "Europe/Paris", `{date.startOfDay.iso}`, "2026-03-29T00:00:00+01:00"},
		{"2026-03-29T20:30:00Z", "Europe/Paris", `{date.endOfDay.iso}`, "2026-03-29T23:59:59+02:00"},
		{"2026-03-09T03:30:00Z", "America/New_York", `{date.today} {date.add(-1)}`, "2026-03-08 2026-03-07"},
		{"2026-10-04T12:00:00Z", "Australia/Lord_Howe", `{date.startOfDay.iso}`, "2026-10-04T00:00:00+10:30"},
	} {
		now, err := time.Parse(time.RFC3339, c[0])
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation(c[1])
		if err != nil {
			t.Fatal(err)
		}
		if got := resolve(t, placeholder.Value, c[2], placeholder.Scope{Now: now, Zone: zone}); got != c[3] {
			t.Errorf("%s in %s at %s gives %q, want %q", c[2], c[1], c[0], got, c[3])
		}
	}
}

const nasty = `a/b?c=d&e"f\` + "é%;"

func TestEscapesByPosition(t *testing.T) {
	values := map[string]string{"x": nasty, "n": "42", "e": "", "q": "x,y"}
	for _, c := range []struct {
		pos        placeholder.Position
		text, want string
	}{
		{placeholder.URL, "https://h/{props.x}?y={props.n}", `https://h/a%2Fb%3Fc%3Dd%26e%22f%5C%C3%A9%25%3B?y=42`},
		{placeholder.URL, "https://h/?y={props.x|url}", `https://h/?y=a%2Fb%3Fc%3Dd%26e%22f%5C%C3%A9%25%3B`},
		{placeholder.URL, "https://h/{props.x|raw}", `https://h/` + nasty},
		{placeholder.Header, "Bearer {props.x}", "Bearer " + nasty},
		{placeholder.Cookie, "{props.x}", `a/b?c=d&e%22f%5C%C3%A9%25%3B`},
		{placeholder.Form, "a={props.x}&b=1 {props.e}", "a=a%2Fb%3Fc%3Dd%26e%22f%5C%C3%A9%25%3B&b=1 "},
		{placeholder.JSON, `{"a":"-{props.x}-","b":{props.n},"c":{props.x},"d":{"e":{}}}`,
			`{"a":"-a/b?c=d\u0026e\"f\\é%;-","b":42,"c":"a/b?c=d\u0026e\"f\\é%;","d":{"e":{}}}`},
		{placeholder.JSON, `{"a":"\"{props.n}\\","b":{props.n|json}}`, `{"a":"\"42\\","b":"42"}`},
		{placeholder.XML, `<a b="{props.x}"/>`, `<a b="a/b?c=d&amp;e&quot;f\é%;"/>`},
		{placeholder.Value, "{props.x}", nasty},
		{placeholder.Value, "{props.q|csv} {props.n|base64} {props.q|upper}", `"x,y" NDI= X,Y`},
		{placeholder.Value, `{props.none:a\}b\|c} {props.none:} {props.e:x}`, "a}b|c  "},
		{placeholder.Value, `\{props.x} {"a": {b}} {propsx} {datetime} \{ {`, `{props.x} {"a": {b}} {propsx} {datetime} \{ {`},
	} {
		if got := resolve(t, c.pos, c.text, scope(values)); got != c.want {
			t.Errorf("%s gives\n%s, want\n%s", c.text, got, c.want)
		}
	}
}

// TestValuesStayValues: what would become something else is refused, whatever the filter.
func TestValuesStayValues(t *testing.T) {
	for _, c := range []struct {
		pos         placeholder.Position
		text, value string
	}{
		{placeholder.Header, "X {props.x}", "a\r\nHost: evil"},
		{placeholder.Header, "X {props.x|raw}", "a\nb"},
		{placeholder.Cookie, "{props.x}", "a\x7f"},
		{placeholder.URL, "https://h/{props.x|raw}", "a b\r\n"},
		{placeholder.URL, "https://h/clients/{props.x}/orders", ".."},
		{placeholder.URL, "https://h/clients/{props.x}/orders", "."},
		{placeholder.URL, "https://h/clients/.{props.x}/orders", "."},
		{placeholder.URL, "https://h/clients/{props.x|raw}", "7/../8"},
		{placeholder.URL, "https://h/clients/{props.x|raw}", "7/%2E%2e/8"},
		{placeholder.Text, "{props.x}", "a\x00b"},
		{placeholder.Value, `{props.x|date("yyyy")}`, "soon"},
		{placeholder.Value, `{date.set(props.x)}`, "soon"},
		{placeholder.Value, `{date.set(props.x, "dd/MM/yyyy")}`, "soon"},
		{placeholder.Value, `{date.set(props.x)}`, ""},
	} {
		tpl, err := placeholder.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tpl.Resolve(c.pos, scope(map[string]string{"x": c.value})); !errs.Is(err, "bad_variable_value") {
			t.Errorf("%q in %s gives %q, %v", c.value, c.text, got, err)
		} else if strings.Contains(err.Error(), "soon") { // it may be a secret
			t.Errorf("%s tells the value: %v", c.text, err)
		}
	}
}

func TestMissingIsNamed(t *testing.T) {
	for _, text := range []string{"a{props.companyID}b", "{date.set(props.companyID)}", "{props.companyID|upper}"} {
		tpl, err := placeholder.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tpl.Resolve(placeholder.URL, scope(map[string]string{"companyid": "1"}))
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != "missing_variable" || e.Params["name"] != "companyID" {
			t.Errorf("%s: %v", text, err)
		}
		if !slices.Equal(tpl.Names(), []string{"companyID"}) {
			t.Errorf("%s names %v", text, tpl.Names())
		}
	}
	tpl, err := placeholder.Parse("{props.a}{user.firstName}{props.a:x}{company.id}{date.set(props.b)} {date}")
	if err != nil || !slices.Equal(tpl.Names(), []string{"a", "user.firstName", "company.id", "b"}) || tpl.Literal() {
		t.Errorf("names %v, %v", tpl.Names(), err)
	}
}

func TestFaultsHaveTheirPlace(t *testing.T) {
	for text, at := range map[string]int{
		"{props.}": 8, "{props.a": 9, "é{props.a!}": 10, "{props.a|shout}": 15, "{user.shoeSize}": 15, "{company.key}": 13, "{props.a:x": 11,
		"{date.": 7, "{date.sunset}": 13, `{date.add("x")}`: 11, `{date.add(99999999)}`: 19, `{date.format("yyyy").add(1)}`: 22, `{date.tz("Moon/Sea")}`: 21,
		`{date.today.today}`: 13, `{date.set("nope")}`: 18, `{date.firstDOW("x")}`: 20, `{date.start("25:00:00")}`: 24, `{date.format("b")}`: 17,
		`{date.tz("utc").tz("utc")}`: 19, `{date.format('yyyy}`: 20, "{secret.}": 9, "{secret.x:y}": 10, "{secret.user.isAdmin}": 21, "{last.refresh}": 14, "{last.value()}": 13, "{last.x:1}": 7, "{auth.tokens}": 13, "{auth.token:x}": 12,
		"{sign.x()}": 8, "{sign.hmac(md4, secret.k, 'x', hex)}": 12, "{sign.digest(md5, 'x')}": 22, "{sign.digest(md5, request.host, hex)}": 31, "{sign.expiry(-1)}": 14, "{hash.x;}": 1, "{date|date}": 11,
	} {
		_, err := placeholder.Parse(text)
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != "bad_placeholder" || e.Params["position"] != at {
			t.Errorf("%s: want a fault at %d, got %v", text, at, err)
		}
	}
}

func TestValidJSON(t *testing.T) {
	for text, want := range map[string]bool{`{"a":"{props.x}","b":{props.y}}`: true, `{"a":{props.x}"}`: false, `{props.x}`: true} {
		tpl, err := placeholder.Parse(text)
		if err != nil || tpl.ValidJSON() != want {
			t.Errorf("%s: %v, %v", text, tpl.ValidJSON(), err)
		}
	}
}

// FuzzResolve looks for values that become more than a value: more segments of an
// address, more lines of a header, other JSON, other parts of a form.
func FuzzResolve(f *testing.F) {
	for _, s := range []string{"a", "../x", "a\r\nb", `"},{"`, "a&b=c", `\`, "%2e%2e", "é\u2028", "true", "-0", "1e999"} {
		f.Add(s, `{date.add(1)}`)
	}
	must := func(text string) placeholder.Template {
		tpl, err := placeholder.Parse(text)
		if err != nil {
			f.Fatal(err)
		}
		return tpl
	}
	address, header, object, form := must("https://h/a/{props.x}/b?c={props.x}"), must("{props.x}"), must(`{"a":"{props.x}","b":{props.x}}`), must("a={props.x}&b=1")
	f.Fuzz(func(t *testing.T, value, text string) {
		s := scope(map[string]string{"x": value})
		if tpl, err := placeholder.Parse(text); err == nil {
			for pos := placeholder.Value; pos <= placeholder.Text; pos++ {
				if out, err := tpl.Resolve(pos, s); err == nil && tpl.Literal() && pos != placeholder.JSON && !strings.Contains(text, `\{`) && out != text {
					t.Errorf("a literal text changes: %q, %q", text, out)
				}
			}
		}
		check(t, address, placeholder.URL, s, checkAddress)
		check(t, header, placeholder.Header, s, func(out string) bool { return !strings.ContainsAny(out, "\r\n\x00") })
		check(t, object, placeholder.JSON, s, checkJSON)
		check(t, form, placeholder.Form, s, checkForm)
	})
}

// Lists have marks for as many values as they have, however they are written.
func TestListsOfQueries(t *testing.T) {
	for text, want := range map[string][]string{
		`a, b,c`: {"a", "b", "c"}, `"a,b",c`: {"a,b", "c"}, `["a,b",2,true]`: {"a,b", "2", "true"}, `it's "x", y`: {`it's "x"`, "y"}, ` , `: nil, `[]`: nil,
	} {
		tpl, err := placeholder.Parse("IN ({props.c|list})")
		if err != nil {
			t.Fatal(err)
		}
		bound, err := tpl.Bind(placeholder.Writer{Mark: func(n int) string { return "$" + strconv.Itoa(n) }}, placeholder.Scope{Values: map[string]string{"c": text}})
		marks := []string{"NULL"}
		for i := range want {
			marks = append(marks[:i:i], "$"+strconv.Itoa(i+1))
		}
		if wantText := "IN (" + strings.Join(marks, ", ") + ")"; err != nil || bound.Text != wantText || !slices.Equal(bound.Values, want) {
			t.Errorf("%s: %s with %q, %v; want %s with %q", text, bound.Text, bound.Values, err, wantText, want)
		}
	}
}

// TestSigned checks signatures against those that others have published: RFC 2202, 4231 and 1321.
func TestSigned(t *testing.T) {
	s := scope(map[string]string{"id": "7", "k": "Jefe"})
	s.Secret = map[string]bool{"k": true}
	s.Request = map[string]string{"method": "GET", "path": "/a", "query": "b=c", "body": "", "date": "Tue, 31 Mar 2026 10:00:00 GMT"}
	for text, want := range map[string]string{
		`{sign.hmac(md5, "Jefe", "what do ya want for nothing?", hex)}`:       "750c783e6ab0b503eaa86e310a5db738",
		`{sign.hmac(sha1, secret.k, 'what do ya want for nothing?', hex)}`:    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
		`{sign.hmac("sha256",secret.k,"what do ya want for nothing?","hex")}`: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		`{sign.digest(md5, "message digest", hex)}`:                           "f96b697d7cb7938d525a2f31aaf161d0",
		`{sign.digest(md5, "message" + " " + "digest", hex)|upper}`:           "F96B697D7CB7938D525A2F31AAF161D0",
		`{sign.digest(sha1, "abc", base64)}`:                                  "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
		`{sign.digest(sha1, "abc", base64url)}`:                               "qZk-NkcGgWq6PiVxeFDCbJzQ2J0",
		`{sign.expiry(300)}`:                                                  "1774951500",
	} {
		if got := resolve(t, placeholder.Value, text, s); got != want {
			t.Errorf("%s = %s, want %s", text, got, want)
		}
	}
	same := resolve(t, placeholder.Value, `{sign.digest(sha512, request.method + "\n" + request.path + "?" + request.query + request.body + props.id + request.date, hex)}`, s)
	if want := resolve(t, placeholder.Value, `{sign.digest(sha512, "GET\n/a?b=c7Tue, 31 Mar 2026 10:00:00 GMT", hex)}`, s); same != want {
		t.Errorf("%s, want %s", same, want)
	}
	if got := resolve(t, placeholder.URL, `https://h/?s={sign.digest(sha1, "abc", base64)}`, s); got != "https://h/?s=qZk%2BNkcGgWq6PiVxeFDCbJzQ2J0%3D" {
		t.Errorf("in an address: %s", got)
	}
}

// TestSecretsAndDataOfBefore: only a secret property is a secret, and what was written of one is told.
func TestSecretsAndDataOfBefore(t *testing.T) {
	var spilled []string
	s := scope(map[string]string{"open": "told", "key": "a b:c"})
	s.Secret = map[string]bool{"key": true}
	s.Spill = func(form string) { spilled = append(spilled, form) }
	s.Last = func(column string) (string, bool) {
		v, ok := map[string]string{"": "2026-03-30T08:00:00Z", "id": "41"}[column]
		return v, ok
	}
	if got := resolve(t, placeholder.URL, `https://h/{secret.key}/{props.key|upper}?x={props.open}`, s); got != "https://h/a%20b%3Ac/A%20B%3AC?x=told" {
		t.Error(got)
	}
	if got := strings.Join(spilled, "|"); got != "a b:c|a%20b%3Ac|A B:C|A%20B%3AC" {
		t.Errorf("spilled %s", got)
	}
	spilled = nil // whoever has a signature is let in, as with the secret itself
	const signed = `{sign.digest(md5, "for " + props.key, hex)}`
	sum := resolve(t, placeholder.URL, `https://h/?s=`+signed+`&t={sign.digest(md5, props.open, hex)}{sign.expiry(1)}`, s)
	tpl, err := placeholder.Parse(signed + ` {props.key|upper|sql_ident}`)
	if err != nil {
		t.Fatal(err)
	}
	_, err = tpl.Bind(placeholder.Writer{Mark: strconv.Itoa, Quote: strconv.Quote}, s)
	sum = strings.TrimPrefix(sum, "https://h/?s=")[:32]
	if got := strings.Join(spilled, "|"); err != nil || got != sum+"|"+sum+"|"+sum+"|A B:C" {
		t.Errorf("spilled of signatures of %s: %s, %v", sum, got, err)
	}
	s.Values["key"], spilled = "2026-03-01", nil
	if resolve(t, placeholder.Value, `{date.set(props.key).format("MMM d")}{date}`, s); strings.Join(spilled, "|") != "Mar 1|Mar 1" {
		t.Errorf("spilled of a date: %q", spilled)
	}
	for _, text := range []string{`{secret.open}`, `{secret.none}`, `{sign.digest(md5, secret.open, hex)}`, `{sign.digest(md5, request.path, hex)}`} {
		tpl, err := placeholder.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tpl.Resolve(placeholder.Value, s); !errs.Is(err, "missing_variable") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		`{last.refresh:2026-01-01}`: "2026-03-30T08:00:00Z", `{last.refresh:2026-01-01|date("yyyy-MM-dd")}`: "2026-03-30", `{last.value("id"):0}`: "41", `{last.value('none'):0}`: "0",
	} {
		if got := resolve(t, placeholder.Value, text, s); got != want {
			t.Errorf("%s = %s, want %s", text, got, want)
		}
		first := s
		first.Last = nil
		if got := resolve(t, placeholder.Value, text, first); got != "0" && got != "2026-01-01" {
			t.Errorf("%s at first = %s", text, got)
		}
	}
	tpl, err = placeholder.Parse(`{secret.a}{props.b}{sign.hmac(md5, secret.c, props.d + request.path, hex)}{last.value("e"):}`)
	if err != nil || !slices.Equal(tpl.Names(), []string{"a", "b", "c", "d"}) || !slices.Equal(tpl.Secrets(), []string{"a", "c"}) ||
		!slices.Equal(tpl.Lasts(), []string{"e"}) || !tpl.SignsRequest() {
		t.Errorf("%v %v %v %v", err, tpl.Names(), tpl.Secrets(), tpl.Lasts())
	}
}
