package syntax

import (
	"strings"
	"unicode/utf8"
)

// call reads the arguments of a function; the current token is "(".
func (p *parser) call(name token) (Node, *Error) {
	open := p.tok
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	c := &Call{span{name.start, 0}, name.text, nil}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.isOp(")") {
		c.end = p.tok.end
		return c, p.advance()
	}
	for {
		a, err := p.arg()
		if err != nil {
			return nil, err
		}
		c.Args = append(c.Args, a)
		switch {
		case p.isOp(","):
			if err := p.advance(); err != nil {
				return nil, err
			}
		case p.isOp(")"):
			c.end = p.tok.end
			return c, p.advance()
		default:
			return nil, p.unclosed(open)
		}
	}
}

// arg reads an expression, bare words, or nothing.
func (p *parser) arg() (Node, *Error) {
	if p.isOp(",", ")") {
		return &Empty{span{p.tok.start, p.tok.start}}, nil
	}
	if p.tok.kind == tokIdent {
		if w := p.words(); w != nil {
			p.pos, p.operand = w.end, true
			return w, p.advance()
		}
	}
	return p.expr()
}

// words reads bare words up to the next comma or parenthesis; nil if what
// stands there is something else: a call, true, false, or an expression.
func (p *parser) words() *Words {
	start := p.tok.start
	end := start
	for end < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[end:])
		hyphen := r == '-' && end > start && isLetter(p.text[end-1])
		if !isSpace(r) && !hyphen && (n > 1 || !isWord(p.text[end])) {
			break
		}
		end += n
	}
	text := strings.TrimRightFunc(p.text[start:end], isSpace)
	if strings.EqualFold(text, "true") || strings.EqualFold(text, "false") {
		return nil
	}
	after := scanner{text: p.text, pos: end}
	after.skip()
	if after.pos < len(p.text) && p.text[after.pos] != ',' && p.text[after.pos] != ')' {
		return nil
	}
	return &Words{span{start, start + len(text)}, text}
}
