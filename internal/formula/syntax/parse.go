package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits bound what Parse accepts; the zero value means the defaults.
type Limits struct {
	Length int // bytes of a formula; 0 = 65,536, below 0 = no limit
	Depth  int // how deep parts may nest; 0 = 200
}

const (
	defaultLength = 64 << 10
	defaultDepth  = 200
)

type parser struct {
	scanner
	tok   token
	depth int
	limit int
}

// Parse reads a formula (formulas.md §2). The empty formula gives nil. Errors
// have the code syntax or limit, and a place.
func Parse(text string, names Names, limits Limits) (Node, *Error) {
	if limits.Length == 0 {
		limits.Length = defaultLength
	}
	if limits.Length > 0 && len(text) > limits.Length {
		message := fmt.Sprintf("The formula has %d bytes; at most %d are allowed.", len(text), limits.Length)
		return nil, Fail(CodeLimit, message, "Move a part of it into another column and refer to that.")
	}
	if i := invalidUTF8(text); i >= 0 {
		return nil, Fail(CodeSyntax, "The formula holds bytes that are not text.", "").At(text[:i], i)
	}
	p := &parser{scanner: scanner{text: text, names: names}, limit: limits.Depth}
	if p.limit == 0 {
		p.limit = defaultDepth
	}
	p.skip()
	if strings.HasPrefix(text[p.pos:], "=") {
		p.pos++
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokEnd {
		return nil, nil
	}
	n, err := p.expr()
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokEnd {
		return nil, p.unexpected()
	}
	return n, nil
}

func invalidUTF8(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for i, r := range text {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

func (p *parser) advance() *Error {
	t, err := p.next()
	p.tok = t
	return err
}

func (p *parser) isOp(ops ...string) bool {
	if p.tok.kind != tokOp {
		return false
	}
	for _, op := range ops {
		if p.tok.text == op {
			return true
		}
	}
	return false
}

// enter counts nesting; leave must follow.
func (p *parser) enter() *Error {
	p.depth++
	if p.depth > p.limit {
		return Fail(CodeLimit, fmt.Sprintf("The formula nests deeper than %d levels.", p.limit), "Move a part of it into another column.").At(p.text, p.tok.start)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

func (p *parser) expr() (Node, *Error) { return p.binary(0) }

// levels are the left-associative operators, loosest first.
var levels = [][]string{{"=", "<>", "<", "<=", ">", ">="}, {"+", "-"}, {"*", "/"}}

func (p *parser) binary(level int) (Node, *Error) {
	if level == len(levels) {
		return p.power()
	}
	x, err := p.binary(level + 1)
	for err == nil && p.isOp(levels[level]...) {
		op := p.tok
		if err = p.advance(); err != nil {
			break
		}
		var y Node
		if y, err = p.binary(level + 1); err == nil {
			x = join(op, x, y)
		}
	}
	return x, err
}

func join(op token, x, y Node) Node {
	start, _ := x.Span()
	_, end := y.Span()
	return &Binary{span{start, end}, op.text, op.start, x, y}
}

func (p *parser) power() (Node, *Error) {
	x, err := p.unary()
	if err != nil || !p.isOp("^") {
		return x, err
	}
	op := p.tok
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if err := p.advance(); err != nil {
		return nil, err
	}
	y, err := p.power()
	if err != nil {
		return nil, err
	}
	return join(op, x, y), nil
}

func (p *parser) unary() (Node, *Error) {
	if !p.isOp("-", "+") {
		return p.primary()
	}
	op := p.tok
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.primary()
	if err != nil {
		return nil, err
	}
	_, end := x.Span()
	return &Unary{span{op.start, end}, op.text[0], x}, nil
}

func (p *parser) primary() (Node, *Error) {
	t := p.tok
	at := span{t.start, t.end}
	switch t.kind {
	case tokNumber:
		return &Number{at, t.num}, p.advance()
	case tokText:
		return &Text{at, t.text}, p.advance()
	case tokRef:
		return t.ref, p.advance()
	case tokIdent:
		return p.ident()
	}
	if p.isOp("(") {
		return p.group()
	}
	return nil, p.unexpected()
}

func (p *parser) group() (Node, *Error) {
	open := p.tok
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.expr()
	if err != nil {
		return nil, err
	}
	switch {
	case p.isOp(")"):
		return x, p.advance()
	case p.isOp(","):
		return nil, p.comma()
	}
	return nil, p.unclosed(open)
}

func (p *parser) comma() *Error {
	return p.fail(p.tok.start, "A comma stands outside a function.", "Lists are written as ARRAY(1, 2).")
}

func (p *parser) unclosed(open token) *Error {
	if p.tok.kind == tokEnd {
		return p.fail(open.start, "This parenthesis is not closed.", "Add a ) at the end.")
	}
	return p.unexpected()
}

// ident reads true, false or a call; other bare words are an error here.
func (p *parser) ident() (Node, *Error) {
	t := p.tok
	at := span{t.start, t.end}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.isOp("(") {
		return p.call(t)
	}
	switch {
	case strings.EqualFold(t.text, "true"):
		return &Bool{at, true}, nil
	case strings.EqualFold(t.text, "false"):
		return &Bool{at, false}, nil
	}
	return nil, p.bare(t)
}

func (p *parser) bare(t token) *Error {
	return p.fail(t.start, "The word "+t.text+" has no meaning here.", "Put text between double quotes; begin the name of a column with @.")
}

func (p *parser) unexpected() *Error {
	t := p.tok
	switch {
	case t.kind == tokEnd:
		return p.fail(t.start, "The formula ends too early.", "A value is missing at the end.")
	case t.kind == tokOp && t.text == ")" && p.depth == 0:
		return p.fail(t.start, "This ) closes nothing.", "Remove it or add a ( before.")
	case t.kind == tokOp && t.text == "," && p.depth == 0:
		return p.comma()
	case t.kind == tokOp && t.text == "(":
		return p.fail(t.start, "A parenthesis follows a value.", "Put an operator between them, or the name of a function before the (.")
	case t.kind == tokOp:
		return p.fail(t.start, "A value is missing before "+p.text[t.start:t.end]+".", "")
	case t.kind == tokRef && t.ref.Sign == '&':
		return p.fail(t.start, "An operator or a comma is missing before this.", "Texts are joined with CONCAT; & refers to a part of the Klip.")
	case t.kind == tokIdent && !strings.HasPrefix(strings.TrimLeft(p.text[t.end:], " "), "("):
		return p.bare(t)
	}
	return p.fail(t.start, "An operator or a comma is missing before this.", "")
}
