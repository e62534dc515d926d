package placeholder

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Position says what a text with placeholders is, and so how values are escaped.
type Position int

// The positions.
const (
	Value  Position = iota // a name or value that the caller encodes: nothing is escaped
	URL                    // an address: percent-encoded; a value cannot lead out of its segment
	Header                 // a header: control characters are refused
	Cookie                 // a cookie: what ends one is percent-encoded
	JSON                   // JSON or GraphQL: escaped inside a string; elsewhere a number, true, false, null or a whole string
	Form                   // an URL-encoded form, written as a text
	XML                    // text or attribute of XML
	Text                   // any other body: nothing is escaped
)

// Resolve puts values into the template. In an address no secret, nor what is made of one, names the server. Codes missing_variable, bad_variable_value.
func (t Template) Resolve(pos Position, s Scope) (string, error) {
	var sb strings.Builder
	w := writer{out: &sb, pos: pos}
	for _, p := range t.parts {
		if p.hole == nil {
			w.literal(p.text)
			continue
		}
		if p.hole.has(filterList) {
			return "", Refused(p.hole.label(), "a list stands in queries of databases only")
		}
		value, err := p.hole.value(s)
		if err != nil {
			return "", err
		}
		begin, secret := sb.Len(), p.hole.isSecret(s)
		if secret && pos == URL && inHost(sb.String()) {
			return "", Refused(p.hole.label(), "a secret names no server")
		}
		if err := w.value(p.hole, value); err != nil {
			return "", err
		}
		if s.Spill != nil && secret {
			s.Spill(value)
			s.Spill(sb.String()[begin:])
		}
	}
	out := sb.String()
	if t.Literal() {
		return out, nil
	}
	return out, checkSegments(pos, out)
}

// writer writes the text of one position.
type writer struct {
	out *strings.Builder
	pos Position

	inString, escaped bool // JSON: whether the next character stands in a string
}

func (w *writer) literal(text string) {
	w.out.WriteString(text)
	if w.pos != JSON {
		return
	}
	for i := range len(text) {
		switch c := text[i]; {
		case w.escaped:
			w.escaped = false
		case c == '\\':
			w.escaped = w.inString
		case c == '"':
			w.inString = !w.inString
		}
	}
}

func (w *writer) value(h *hole, value string) error {
	if h.has(filterIdent) {
		return Refused(h.label(), "sql_ident has a place in queries of databases only")
	}
	if why := forbidden(w.pos, value); why != "" {
		return Refused(h.label(), why)
	}
	switch {
	case h.has(filterRaw):
		w.literal(value)
	case w.pos == URL && !h.has(filterURL):
		w.out.WriteString(percent(value))
	case w.pos == Form && !h.has(filterURL):
		w.out.WriteString(strings.ReplaceAll(percent(value), "%20", "+"))
	case w.pos == Cookie:
		reserved := " \",;\\%"
		if h.auth != "" { // what a service has set is sent as it was
			reserved = strings.TrimSuffix(reserved, "%")
		}
		w.out.WriteString(cookieText(value, reserved))
	case w.pos == XML:
		w.out.WriteString(xmlText.Replace(value))
	case w.pos == JSON && w.inString:
		quoted := JSONText(value)
		w.out.WriteString(quoted[1 : len(quoted)-1])
	case w.pos == JSON:
		w.out.WriteString(jsonValue(h, value))
	default:
		w.out.WriteString(value)
	}
	return nil
}

// jsonValue is a value that stands outside of a string.
func jsonValue(h *hole, value string) string {
	if h.has(filterJSON) || isScalar(value) {
		return value
	}
	return JSONText(value)
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$`)

func isScalar(text string) bool {
	return text == "true" || text == "false" || text == "null" || jsonNumber.MatchString(text)
}

// forbidden says why a value cannot stand at a position, whatever its filters; "" = it can.
func forbidden(pos Position, value string) string {
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	switch pos {
	case Header, Cookie, URL:
		if strings.ContainsFunc(value, control) {
			return "it has control characters or line breaks"
		}
	}
	if strings.ContainsRune(value, 0) {
		return "it has control characters or line breaks"
	}
	return ""
}

// inHost says whether an address that is written so far can go on with its server.
func inHost(address string) bool {
	_, rest, ok := strings.Cut(address, "://")
	return !ok || !strings.ContainsAny(rest, "/?#")
}

// SecretHost says whether a secret stands in an address where its server does.
func (t Template) SecretHost() bool {
	literal := ""
	for _, p := range t.parts {
		if p.hole != nil && p.hole.isSecret(Scope{}) && inHost(literal) {
			return true
		}
		literal += p.text
	}
	return false
}

// checkSegments refuses addresses that lead upward.
func checkSegments(pos Position, text string) error {
	if pos != URL {
		return nil
	}
	path := text
	if i := strings.Index(path, "://"); i >= 0 {
		path = path[i+3:]
	}
	path, _, _ = strings.Cut(path, "#")
	path, _, _ = strings.Cut(path, "?")
	for segment := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
		plain := strings.ReplaceAll(strings.ToLower(segment), "%2e", ".")
		if plain == ".." || plain == "." {
			return Refused("a placeholder", "it would lead to another folder")
		}
	}
	return nil
}

// percent encodes all but letters, digits and - . _ ~.
func percent(text string) string {
	const hex = "0123456789ABCDEF"
	var sb strings.Builder
	for i := range len(text) {
		c := text[i]
		if isName(c) || c == '~' {
			sb.WriteByte(c)
			continue
		}
		sb.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return sb.String()
}

// cookieText encodes what a cookie cannot hold, and what is reserved.
func cookieText(text, reserved string) string {
	var sb strings.Builder
	for _, r := range text {
		if r > '~' || strings.ContainsRune(reserved, r) {
			sb.WriteString(percent(string(r)))
			continue
		}
		sb.WriteRune(r)
	}
	return sb.String()
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")

// ValidJSON says whether a text with placeholders is JSON when values are in it.
func (t Template) ValidJSON() bool {
	var sb strings.Builder
	w := writer{out: &sb, pos: JSON}
	for _, p := range t.parts {
		switch {
		case p.hole == nil:
			w.literal(p.text)
		case w.inString:
			sb.WriteString("x")
		default:
			sb.WriteString("0")
		}
	}
	return json.Valid([]byte(sb.String()))
}
