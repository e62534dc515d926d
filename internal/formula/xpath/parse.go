package xpath

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth is how deep predicates and parentheses may nest.
const maxDepth = 50

type parser struct {
	text  string
	pos   int
	depth int
	vars  []string
}

// Parse reads a path, or one of the functions around it. The error is an *Error.
func Parse(text string) (*Query, error) {
	p := &parser{text: text}
	q, err := p.query()
	if err == nil && p.skip() < len(text) {
		err = p.unexpected()
	}
	if err != nil {
		return nil, err
	}
	q.text, q.vars = text, p.vars
	return q, nil
}

func (p *parser) query() (*Query, *Error) {
	q := &Query{}
	for name, f := range map[string]form{"names": formNames, "fill": formFill, "count": formCount} {
		if p.call(name) {
			q.form = f
			break
		}
	}
	var err *Error
	if q.paths, err = p.union(); err != nil || q.form == formItems {
		return q, err
	}
	if q.form == formFill {
		if !p.take(",") {
			return nil, wrong(p.pos, "fill() needs a path and the path of a child, separated by a comma")
		}
		if q.child, err = p.path(); err != nil {
			return nil, err
		}
	}
	if !p.take(")") {
		return nil, p.unexpected()
	}
	return q, nil
}

// call takes the name of a function with its parenthesis.
func (p *parser) call(name string) bool {
	rest := p.text[p.skip():]
	if !strings.HasPrefix(rest, name) {
		return false
	}
	after := strings.TrimLeft(rest[len(name):], " \t\r\n")
	if !strings.HasPrefix(after, "(") {
		return false
	}
	p.pos = len(p.text) - len(after) + 1
	return true
}

func (p *parser) union() ([]*path, *Error) {
	var out []*path
	for {
		x, err := p.path()
		if err != nil {
			return nil, err
		}
		if out = append(out, x); !p.take("|") {
			return out, nil
		}
	}
}

func (p *parser) skip() int {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
	return p.pos
}

// take takes a sign if it stands here.
func (p *parser) take(sign string) bool {
	if !strings.HasPrefix(p.text[p.skip():], sign) {
		return false
	}
	p.pos += len(sign)
	return true
}

func (p *parser) peek(sign string) bool { return strings.HasPrefix(p.text[p.skip():], sign) }

func (p *parser) unexpected() *Error {
	if p.skip() >= len(p.text) {
		return wrong(p.pos, "the path ends too early")
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return wrong(p.pos, "the character %c cannot stand at position %d of the path", r, utf8.RuneCountInString(p.text[:p.pos])+1)
}

func (p *parser) enter() *Error {
	if p.depth++; p.depth > maxDepth {
		return wrong(p.pos, "the path nests deeper than %d levels", maxDepth)
	}
	return nil
}

// path reads a location path; without a leading slash it starts where it stands.
func (p *parser) path() (*path, *Error) {
	out := &path{}
	switch {
	case p.take("//"):
		out.absolute = true
		out.steps = append(out.steps, step{axis: axisDescendantOrSelf, test: testNode, plain: true})
	case p.take("/"):
		out.absolute = true
		if !p.stepFollows() {
			return out, nil
		}
	}
	for {
		s, err := p.step()
		if err != nil {
			return nil, err
		}
		out.add(s)
		switch {
		case p.take("//"):
			out.steps = append(out.steps, step{axis: axisDescendantOrSelf, test: testNode, plain: true})
		case !p.take("/"):
			return out, nil
		}
	}
}

// add appends a step; a plain child step behind "//" becomes one over all descendants.
func (p *path) add(s step) {
	n := len(p.steps)
	if n > 0 && p.steps[n-1].axis == axisDescendantOrSelf && s.axis == axisChild && s.plain {
		s.axis = axisDescendant
		p.steps[n-1] = s
		return
	}
	p.steps = append(p.steps, s)
}

func (p *parser) stepFollows() bool {
	if p.skip() >= len(p.text) {
		return false
	}
	c := p.text[p.pos]
	return c == '.' || c == '@' || c == '*' || c == '\'' || c == '"' || p.nameLength() > 0
}

// nameLength is how long the unquoted name is that stands here.
func (p *parser) nameLength() int {
	n := 0
	for rest := p.text[p.pos:]; n < len(rest); {
		r, size := utf8.DecodeRuneInString(rest[n:])
		first := r == '_' || unicode.IsLetter(r)
		colon := r == ':' && n > 0 && !strings.HasPrefix(rest[n:], "::") && n+1 < len(rest) && isNameStart(rest[n+1:])
		if !first && !colon && (n == 0 || r != '-' && r != '.' && !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			break
		}
		n += size
	}
	return n
}

func isNameStart(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r == '_' || unicode.IsLetter(r)
}

func (p *parser) step() (step, *Error) {
	s := step{plain: true}
	switch {
	case p.take(".."):
		s.axis, s.test = axisParent, testNode
	case p.take("."):
		s.axis, s.test = axisSelf, testNode
	default:
		if err := p.test(&s); err != nil {
			return s, err
		}
	}
	for p.take("[") {
		e, err := p.predicate()
		if err != nil {
			return s, err
		}
		s.predicates = append(s.predicates, e)
		s.plain = s.plain && !e.positional()
	}
	return s, nil
}

// test reads an axis and what it selects.
func (p *parser) test(s *step) *Error {
	if p.take("@") {
		s.axis = axisAttribute
	} else if n := p.nameAt(); n > 0 {
		name := p.text[p.pos : p.pos+n]
		if after := strings.TrimLeft(p.text[p.pos+n:], " \t\r\n"); strings.HasPrefix(after, "::") {
			a, ok := axes[name]
			if !ok {
				return wrong(p.pos, "there is no axis %s", name)
			}
			s.axis = a
			p.pos = len(p.text) - len(after) + 2
		}
	}
	switch {
	case p.take("*"):
		s.test = testAny
		return nil
	case s.axis != axisAttribute && p.call("text"):
		s.test = testText
	case s.axis != axisAttribute && p.call("node"):
		s.test = testNode
	default:
		return p.name(s)
	}
	if !p.take(")") {
		return p.unexpected()
	}
	return nil
}

func (p *parser) nameAt() int {
	p.skip()
	return p.nameLength()
}

func (p *parser) name(s *step) *Error {
	if p.peek("'") || p.peek(`"`) {
		text, err := p.quoted()
		s.name = text
		return err
	}
	n := p.nameAt()
	if n == 0 {
		return p.unexpected()
	}
	s.name = p.text[p.pos : p.pos+n]
	p.pos += n
	if p.peek("(") {
		return wrong(p.pos, "there is no function %s for a step", s.name)
	}
	return nil
}

func (p *parser) quoted() (string, *Error) {
	quote := p.text[p.pos : p.pos+1]
	text, _, ok := strings.Cut(p.text[p.pos+1:], quote)
	if !ok {
		return "", wrong(p.pos, "a quote in the path has no end")
	}
	p.pos += len(text) + 2
	return text, nil
}

func (p *parser) predicate() (*expr, *Error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	e, err := p.expr(0)
	if err == nil && !p.take("]") {
		err = p.unexpected()
	}
	return e, err
}

func (p *parser) variable(name string) *expr {
	if !slices.Contains(p.vars, name) {
		p.vars = append(p.vars, name)
	}
	return &expr{kind: exprVariable, text: name}
}
