package placeholder

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"octavo/internal/formula/datefmt"
)

// filter changes a value before it is put in.
type filter struct {
	name    string
	pattern *datefmt.Pattern // of date
}

// The filters that say something about the position, too.
const (
	filterRaw  = "raw"  // nothing is escaped
	filterURL  = "url"  // percent-encoded already
	filterJSON = "json" // a whole JSON value
	filterList = "list" // of queries: as many values as the list has

	filterIdent = "sql_ident" // of queries: a name of a column
)

var filterNames = []string{filterURL, filterRaw, filterJSON, "csv", "base64", "upper", "lower", "date", filterList, filterIdent}

// filter reads the name of a filter and its argument.
func (p *parser) filter(h *hole) error {
	name := p.while(isName)
	f := filter{name: name}
	switch name {
	case filterURL, filterRaw, filterJSON, filterList, filterIdent, "csv", "base64", "upper", "lower":
	case "date":
		pattern, err := p.patternArgument()
		if err != nil {
			return err
		}
		f.pattern = pattern
	default:
		return p.fail("there is no filter " + strconv.Quote(name) + "; known are " + strings.Join(filterNames, ", "))
	}
	h.filters = append(h.filters, f)
	return nil
}

// patternArgument reads ("pattern").
func (p *parser) patternArgument() (*datefmt.Pattern, error) {
	if !p.take("(") {
		return nil, p.fail(`a pattern such as ("yyyy-MM-dd") is missing here`)
	}
	text, err := p.quoted()
	if err != nil {
		return nil, err
	}
	pattern, err := datefmt.Compile(text)
	if err != nil {
		return nil, p.fail(err.Error())
	}
	if !p.take(")") {
		return nil, p.fail("a closing parenthesis is missing here")
	}
	return pattern, nil
}

func (f filter) apply(text string, s Scope) (string, error) {
	switch f.name {
	case filterURL:
		return percent(text), nil
	case filterJSON:
		return JSONText(text), nil
	case "csv":
		return csvField(text), nil
	case "base64":
		return base64.StdEncoding.EncodeToString([]byte(text)), nil
	case "upper":
		return strings.ToUpper(text), nil
	case "lower":
		return strings.ToLower(text), nil
	case "date":
		sec, ok := Date(text, s)
		if !ok {
			return "", Refused("the date", noDate)
		}
		return f.pattern.Format(sec, s.Zone, time.Sunday), nil
	}
	return text, nil // raw, list and sql_ident act where the value is put in
}

// noDate is said without the value, which may be a secret.
const noDate = "it is no date such as 2026-01-31"

// clip shortens a text for a sentence.
func clip(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}

func csvField(text string) string {
	if strings.ContainsAny(text, ",;\"\r\n\t") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

// JSONText is a text as a JSON string with its quotes.
func JSONText(text string) string {
	out, err := json.Marshal(text)
	if err != nil { // a string never fails
		return `""`
	}
	return string(out)
}

// dayForms are how dates in values are written.
var dayForms = func() []*datefmt.Pattern {
	var out []*datefmt.Pattern
	for _, text := range []string{"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd"} {
		if p, err := datefmt.Compile(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}()

var (
	isoDay      = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)
	unixSeconds = regexp.MustCompile(`^\d{10}$`)
	unixMillis  = regexp.MustCompile(`^\d{13}$`)
)

// Date reads an ISO date, with or without a time, or Unix seconds or milliseconds, as seconds since 1970. Without a zone
// of its own it is in that of the scope.
func Date(text string, s Scope) (sec float64, ok bool) {
	text = strings.TrimSpace(text)
	if unixSeconds.MatchString(text) || unixMillis.MatchString(text) {
		n, err := strconv.ParseFloat(text, 64)
		if len(text) == 13 {
			n /= 1000
		}
		return n, err == nil
	}
	if !isoDay.MatchString(text) {
		return 0, false
	}
	for _, form := range dayForms {
		if sec, ok := form.Parse(text, s.Zone, time.Sunday, s.Now); ok {
			return sec, true
		}
	}
	return 0, false
}
