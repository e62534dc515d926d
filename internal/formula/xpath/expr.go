package xpath

import (
	"strconv"
	"strings"

	"octavo/internal/formula/syntax"
)

type operator struct {
	sign string
	kind kind
}

// levels are the operators, loosest first; of those that begin alike the longer comes first.
var levels = [][]operator{
	{{"or", exprOr}},
	{{"and", exprAnd}},
	{{"!=", exprNotEqual}, {"=", exprEqual}},
	{{"<=", exprLessEqual}, {">=", exprGreaterEqual}, {"<", exprLess}, {">", exprGreater}},
	{{"+", exprAdd}, {"-", exprSubtract}},
	{{"*", exprMultiply}, {"div", exprDivide}, {"mod", exprModulo}},
}

func (p *parser) expr(level int) (*expr, *Error) {
	if level == len(levels) {
		return p.negated()
	}
	x, err := p.expr(level + 1)
	for err == nil {
		k, ok := p.operator(levels[level])
		if !ok {
			break
		}
		var y *expr
		if y, err = p.expr(level + 1); err == nil {
			x = &expr{kind: k, args: []*expr{x, y}}
		}
	}
	return x, err
}

func (p *parser) operator(of []operator) (kind, bool) {
	for _, o := range of {
		if o.sign[0] < 'a' {
			if p.take(o.sign) {
				return o.kind, true
			}
			continue
		}
		if n := p.nameAt(); p.text[p.pos:p.pos+n] == o.sign {
			p.pos += n
			return o.kind, true
		}
	}
	return 0, false
}

func (p *parser) negated() (*expr, *Error) {
	if !p.take("-") {
		return p.union1()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	x, err := p.negated()
	return &expr{kind: exprNegate, args: []*expr{x}}, err
}

func (p *parser) union1() (*expr, *Error) {
	x, err := p.primary()
	if err != nil || !p.peek("|") {
		return x, err
	}
	u := &expr{kind: exprUnion, args: []*expr{x}}
	for p.take("|") {
		y, err := p.primary()
		if err != nil {
			return nil, err
		}
		u.args = append(u.args, y)
	}
	for _, a := range u.args {
		if a.kind != exprPath && a.kind != exprUnion {
			return nil, wrong(p.pos, "only paths can stand beside |")
		}
	}
	return u, nil
}

func (p *parser) primary() (*expr, *Error) {
	if p.skip() >= len(p.text) {
		return nil, p.unexpected()
	}
	switch c := p.text[p.pos]; {
	case c >= '0' && c <= '9', c == '.' && p.pos+1 < len(p.text) && p.text[p.pos+1] >= '0' && p.text[p.pos+1] <= '9':
		return p.number()
	case c == '$':
		n := 1
		for p.pos+n < len(p.text) && syntax.IsVariable(p.text[p.pos+1:p.pos+n+1]) {
			n++
		}
		name := p.text[p.pos+1 : p.pos+n]
		if name == "" {
			return nil, wrong(p.pos, "a $ stands without the name of a variable")
		}
		p.pos += n
		return p.variable(name), nil
	case c == '\'' || c == '"':
		text, err := p.quoted()
		return &expr{kind: exprText, text: text}, err
	case c == '(':
		return p.group()
	}
	if name, ok := p.function(); ok {
		return p.arguments(name)
	}
	x, err := p.path()
	return &expr{kind: exprPath, path: x}, err
}

func (p *parser) number() (*expr, *Error) {
	n := 0
	for p.pos+n < len(p.text) && strings.IndexByte("0123456789.", p.text[p.pos+n]) >= 0 {
		n++
	}
	f, err := strconv.ParseFloat(p.text[p.pos:p.pos+n], 64)
	if err != nil {
		return nil, wrong(p.pos, "%s is no number", p.text[p.pos:p.pos+n])
	}
	p.pos += n
	return &expr{kind: exprNumber, num: f}, nil
}

func (p *parser) group() (*expr, *Error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	p.pos++
	x, err := p.expr(0)
	if err == nil && !p.take(")") {
		err = p.unexpected()
	}
	return x, err
}

// function says whether a call of a function stands here; text() and node() are steps.
func (p *parser) function() (string, bool) {
	n := p.nameAt()
	name := p.text[p.pos : p.pos+n]
	after := strings.TrimLeft(p.text[p.pos+n:], " \t\r\n")
	return name, n > 0 && strings.HasPrefix(after, "(") && name != "text" && name != "node"
}

func (p *parser) arguments(name string) (*expr, *Error) {
	start := p.pos
	count, ok := functions[name]
	if !ok {
		return nil, wrong(start, "there is no function %s", name)
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	p.pos += len(name)
	p.take("(")
	e := &expr{kind: exprCall, text: name}
	for !p.take(")") {
		if len(e.args) > 0 && !p.take(",") {
			return nil, p.unexpected()
		}
		a, err := p.expr(0)
		if err != nil {
			return nil, err
		}
		e.args = append(e.args, a)
	}
	if n := len(e.args); n < count[0] || n > count[1] {
		return nil, wrong(start, "%s() does not take %d arguments", name, n)
	}
	if (name == "count" || name == "sum" || name == "name" && len(e.args) > 0) && e.args[0].kind != exprPath && e.args[0].kind != exprUnion {
		return nil, wrong(start, "%s() needs a path", name)
	}
	return e, nil
}
