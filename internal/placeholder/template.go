package placeholder

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"octavo/internal/errs"
)

// Template is a text with placeholders. The zero value is the empty text. It is
// immutable and safe for concurrent use.
type Template struct {
	parts []part
}

// part is a stretch of literal text, or a placeholder.
type part struct {
	text string // literal
	hole *hole  // nil = literal
}

// hole is one placeholder.
type hole struct {
	name     string // of a variable; "" = something else
	secret   bool   // the variable is a secret
	date     *dateExpr
	last     *last
	sign     *sign
	auth     string  // of the connected account: username, password or token; "" = something else
	fallback *string // default
	filters  []filter
}

// last is what the data of before tell: a value of a column, or when they came.
type last struct{ column string } // "" = the moment

// Scope is what placeholders are filled from.
type Scope struct {
	Values map[string]string // by name; what is absent is missing, an empty text is a value
	Now    time.Time         // one moment for all parts of a request
	Zone   *time.Location    // of the account, for dates that name no zone

	Secret  map[string]bool                    // names whose values are shown nowhere; only these may stand as {secret.NAME}
	Spill   func(form string)                  // is told each form in which a secret is written, so that it can be hidden; nil = nobody is
	Request map[string]string                  // parts of the request, for a signature: method, path, query, body, date
	Last    func(column string) (string, bool) // value of the data of before, "" = the moment at which they came; nil = there are none
	Auth    map[string]string                  // of the connected account: username and password while it signs in, token afterwards
}

// secret is the value of a secret, and of nothing else.
func (s Scope) secret(name string) (string, bool) {
	text, ok := s.Values[name]
	return text, ok && s.Secret[name]
}

// The built-in names; no property has one of these.
var builtIn = []string{"user.emailAddress", "user.firstName", "user.lastName", "user.isAdmin", "company.id", "company.name"}

// BuiltIn says whether a name is of the person who looks or of the account itself.
func BuiltIn(name string) bool { return slices.Contains(builtIn, name) }

// Names lists the variables that the template needs or may use, each once, in order of
// the text.
func (t Template) Names() []string {
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, p := range t.parts {
		if p.hole == nil {
			continue
		}
		add(p.hole.name)
		if p.hole.date != nil {
			add(p.hole.date.setName)
		}
		if p.hole.sign != nil {
			for _, one := range p.hole.sign.terms() {
				add(one.name)
			}
		}
	}
	return out
}

// Secrets lists the names that only a secret property may give.
func (t Template) Secrets() []string {
	var out []string
	for _, p := range t.parts {
		switch {
		case p.hole == nil:
		case p.hole.secret:
			out = append(out, p.hole.name)
		case p.hole.sign != nil:
			for _, one := range p.hole.sign.terms() {
				if one.secret {
					out = append(out, one.name)
				}
			}
		}
	}
	return out
}

// Lasts lists the columns of the data of before that the template asks for; "" is the moment at which they came.
func (t Template) Lasts() []string {
	var out []string
	for _, p := range t.parts {
		if p.hole != nil && p.hole.last != nil {
			out = append(out, p.hole.last.column)
		}
	}
	return out
}

// Auths lists what the template wants of the connected account: username, password, token.
func (t Template) Auths() []string {
	var out []string
	for _, p := range t.parts {
		if p.hole != nil && p.hole.auth != "" {
			out = append(out, p.hole.auth)
		}
	}
	return out
}

// SignsRequest says whether the template has a signature of the request in which it stands.
func (t Template) SignsRequest() bool {
	return slices.ContainsFunc(t.parts, func(p part) bool {
		return p.hole != nil && p.hole.sign != nil && slices.ContainsFunc(p.hole.sign.terms(), func(t term) bool { return t.request != "" })
	})
}

// Literal says whether the template has no placeholder.
func (t Template) Literal() bool {
	return !slices.ContainsFunc(t.parts, func(p part) bool { return p.hole != nil })
}

// value is what a placeholder stands for, before and after its filters.
func (h *hole) value(s Scope) (string, error) {
	text, err := h.raw(s)
	if err != nil {
		return "", err
	}
	for _, f := range h.filters {
		if text, err = f.apply(text, s); err != nil {
			return "", err
		}
	}
	return text, nil
}

func (h *hole) raw(s Scope) (string, error) {
	text, ok := "", false
	switch {
	case h.date != nil:
		return h.date.eval(s)
	case h.sign != nil:
		return h.sign.eval(s)
	case h.last != nil:
		if s.Last != nil {
			text, ok = s.Last(h.last.column)
		}
	case h.secret:
		text, ok = s.secret(h.name)
	case h.auth != "":
		if text, ok = s.Auth[h.auth]; !ok {
			return "", Missing("auth." + h.auth)
		}
	default:
		text, ok = s.Values[h.name]
	}
	if ok {
		return text, nil
	}
	if h.fallback != nil {
		return *h.fallback, nil
	}
	return "", Missing(h.name)
}

// isSecret says whether what stands for the placeholder is shown nowhere: a secret, or what is made of one.
func (h *hole) isSecret(s Scope) bool {
	switch {
	case h.date != nil:
		return s.Secret[h.date.setName]
	case h.sign != nil:
		return slices.ContainsFunc(h.sign.terms(), func(t term) bool { return t.secret || s.Secret[t.name] })
	}
	return h.secret || h.auth != "" || s.Secret[h.name]
}

func (h *hole) has(kind string) bool {
	return slices.ContainsFunc(h.filters, func(f filter) bool { return f.name == kind })
}

// Missing says that a name has neither a value nor a default, so that nothing is asked.
func Missing(name string) *errs.Error {
	return errs.Newf(errs.Conflict, "missing_variable", "%s has no value here.", name).WithParams(map[string]any{"name": name})
}

// Refused is a value that must not stand where it would.
func Refused(name, why string) *errs.Error {
	return errs.Newf(errs.Invalid, "bad_variable_value", "The value of %s cannot stand there: %s.", name, why).
		WithParams(map[string]any{"name": name, "reason": why})
}

// label names a placeholder for a person.
func (h *hole) label() string {
	switch {
	case h.date != nil:
		return "the date"
	case h.sign != nil:
		return "the signature"
	case h.last != nil:
		return "the data of before"
	case h.auth != "":
		return "auth." + h.auth
	}
	return h.name
}

// Parse reads a text. Code bad_placeholder with the position (1 = the first character)
// and the reason.
func Parse(text string) (Template, error) {
	p := &parser{text: text}
	var out Template
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			out.parts = append(out.parts, part{text: literal.String()})
			literal.Reset()
		}
	}
	for p.at < len(text) {
		switch rest := text[p.at:]; {
		case rest[0] == '\\' && opens(rest[1:]):
			literal.WriteByte('{')
			p.at += 2
		case opens(rest):
			flush()
			h, err := p.hole()
			if err != nil {
				return Template{}, err
			}
			out.parts = append(out.parts, part{hole: h})
		default:
			literal.WriteByte(rest[0])
			p.at++
		}
	}
	flush()
	return out, nil
}

// openings are what placeholders begin with.
var openings = []string{"{props.", "{user.", "{company.", "{date.", "{date}", "{date|", "{secret.", "{last.", "{sign.", "{auth."}

// planned are words that will begin placeholders; as literal text they would change
// their meaning some day, so they are refused unless a backslash stands before.
var planned = []string{"{hash."}

func opens(s string) bool {
	has := func(o string) bool { return strings.HasPrefix(s, o) }
	return slices.ContainsFunc(openings, has) || slices.ContainsFunc(planned, has)
}

// parser reads one text; at is the next byte.
type parser struct {
	text string
	at   int
}

func (p *parser) fail(why string) error {
	position := utf8.RuneCountInString(p.text[:min(p.at, len(p.text))]) + 1
	return errs.Newf(errs.Invalid, "bad_placeholder", "The placeholder at character %d cannot be read: %s.", position, why).
		WithParams(map[string]any{"position": position, "reason": why})
}

// take reads a literal if it comes next.
func (p *parser) take(s string) bool {
	if !strings.HasPrefix(p.text[p.at:], s) {
		return false
	}
	p.at += len(s)
	return true
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// while reads the longest run of bytes that ok accepts.
func (p *parser) while(ok func(c byte) bool) string {
	start := p.at
	for p.at < len(p.text) && ok(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

// hole reads a placeholder with its braces.
func (p *parser) hole() (*hole, error) {
	for _, word := range planned {
		if strings.HasPrefix(p.text[p.at:], word) {
			return nil, p.fail("there are no values that begin with " + strings.Trim(word, "{."))
		}
	}
	h, err := p.kind()
	if err == nil && (h.name != "" && !h.secret || h.last != nil) && p.take(":") {
		h.fallback, err = p.fallback()
	}
	if err == nil && h.last != nil && h.fallback == nil {
		err = p.fail("at first there are no data of before: write a default, such as {last.refresh:2026-01-01}")
	}
	for err == nil && p.take("|") {
		err = p.filter(h)
	}
	if err != nil {
		return nil, err
	}
	if !p.take("}") {
		return nil, p.fail("a closing brace is missing here")
	}
	return h, nil
}

// kind reads what a placeholder stands for.
func (p *parser) kind() (h *hole, err error) {
	h = &hole{}
	switch {
	case p.take("{props."):
		h.name, err = p.variable("")
	case p.take("{user."):
		h.name, err = p.variable("user.")
	case p.take("{company."):
		h.name, err = p.variable("company.")
	case p.take("{secret."):
		h.secret = true
		h.name, err = p.plainName()
	case p.take("{last."):
		h.last, err = p.last()
	case p.take("{sign."):
		h.sign, err = p.sign()
	case p.take("{auth."):
		h.auth, err = p.auth()
	default:
		p.take("{date")
		h.date, err = p.date()
	}
	return h, err
}

// last reads refresh, or value("column").
func (p *parser) last() (*last, error) {
	switch {
	case p.take("refresh"):
		return &last{}, nil
	case p.take("value("):
		column, err := p.quoted()
		if err != nil || column == "" {
			return nil, p.fail("the name of a column in quotes is missing here")
		}
		if !p.take(")") {
			return nil, p.fail("a closing parenthesis is missing here")
		}
		return &last{column}, nil
	}
	return nil, p.fail(`there are {last.refresh} and {last.value("column")}`)
}

// auth reads what is wanted of the connected account.
func (p *parser) auth() (string, error) {
	switch name := p.while(isName); name {
	case "token", "username", "password":
		return name, nil
	}
	return "", p.fail("there are {auth.token}, and {auth.username} and {auth.password} where a connected account signs in")
}

// plainName reads the name of a property.
func (p *parser) plainName() (string, error) {
	name := p.while(isName)
	if name == "" || strings.HasPrefix(name, "user.") || strings.HasPrefix(name, "company.") {
		return "", p.fail("the name of a property is missing here")
	}
	return name, nil
}

// variable reads a name; of user. and company. there are only the built-in ones.
func (p *parser) variable(prefix string) (string, error) {
	name := prefix + p.while(isName)
	switch {
	case name == prefix:
		return "", p.fail("a name is missing here")
	case strings.HasPrefix(name, "user.") || strings.HasPrefix(name, "company."):
		if !BuiltIn(name) {
			return "", p.fail("there is nothing called " + name)
		}
	}
	return name, nil
}

// fallback reads a default up to | or }; a backslash takes the next of these as it is.
func (p *parser) fallback() (*string, error) {
	var sb strings.Builder
	for p.at < len(p.text) {
		switch c := p.text[p.at]; c {
		case '|', '}':
			text := sb.String()
			return &text, nil
		case '\\':
			if p.at+1 < len(p.text) && strings.IndexByte(`|}\`, p.text[p.at+1]) >= 0 {
				p.at++
			}
			sb.WriteByte(p.text[p.at])
		default:
			sb.WriteByte(c)
		}
		p.at++
	}
	return nil, p.fail("a closing brace is missing here")
}

// quoted reads a text in single or double quotes; a backslash takes the next character as it is.
func (p *parser) quoted() (string, error) {
	if p.at >= len(p.text) || p.text[p.at] != '"' && p.text[p.at] != '\'' {
		return "", p.fail("a text in quotes is missing here")
	}
	quote := p.text[p.at]
	p.at++
	var sb strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		switch {
		case c == quote:
			return sb.String(), nil
		case c == '\\' && p.at < len(p.text):
			sb.WriteByte(p.text[p.at])
			p.at++
		default:
			sb.WriteByte(c)
		}
	}
	return "", p.fail("the closing quote is missing")
}
