package formula

import (
	"fmt"
	"strings"

	"octavo/internal/formula/fn"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// Program is a compiled formula: names resolved, functions and arguments
// checked. It is immutable and may be shared.
type Program struct {
	text    string
	root    *expr
	refs    []Ref
	spots   []spot
	sources []Source // for references that are computed
}

// spot is where a reference stands in the text.
type spot struct {
	start, end int
	sign       byte
	ref        Ref
}

// Compile reads a formula, friendly or stored; refs are the descriptors of a
// stored one. The error is an *Error with a place.
func Compile(text string, refs map[string]Ref, scope Scope) (*Program, error) {
	n := newNames(scope)
	tree, err := syntax.Parse(text, n, scope.Limits)
	if err != nil {
		return nil, err
	}
	c := &compiler{program: &Program{text: text, root: &expr{op: opNone}, sources: n.scope.Sources}, resolver: resolver{n, refs}}
	if tree != nil {
		if c.program.root, err = c.expr(tree); err != nil {
			return nil, err
		}
	}
	return c.program, nil
}

// Text is the formula as it was compiled.
func (p *Program) Text() string { return p.text }

// Refs lists what the formula refers to, each thing once, in order of appearance.
func (p *Program) Refs() []Ref { return append([]Ref(nil), p.refs...) }

type compiler struct {
	program  *Program
	resolver resolver
	bindings []*binding // around the place that is being compiled, outer first
}

func (c *compiler) at(e *Error, n syntax.Node) *Error {
	start, _ := n.Span()
	return e.At(c.program.text, start)
}

func constant(pos int, it value.Item) *expr { return &expr{op: opConst, pos: pos, item: it} }

func (c *compiler) expr(n syntax.Node) (*expr, *Error) {
	start, _ := n.Span()
	switch n := n.(type) {
	case *syntax.Number:
		return constant(start, value.Num(n.Value)), nil
	case *syntax.Text:
		return constant(start, value.Str(n.Value)), nil
	case *syntax.Bool:
		return constant(start, value.Boolean(n.Value)), nil
	case *syntax.Reference:
		return c.reference(n)
	case *syntax.Unary:
		x, err := c.expr(n.X)
		return &expr{op: opSign, pos: start, symbol: n.Op, args: []*expr{x}}, err
	case *syntax.Binary:
		return c.binary(n)
	case *syntax.Call:
		return c.call(n)
	case *syntax.Words:
		subject := "The word " + n.Value + " has"
		if strings.ContainsAny(n.Value, " \t\n") {
			subject = "The words " + n.Value + " have"
		}
		return nil, c.at(syntax.Fail(syntax.CodeSyntax, subject+" no meaning here.", "Put text between double quotes; begin the name of a column with @."), n)
	}
	return nil, c.at(syntax.Fail(syntax.CodeSyntax, "A value is missing here.", ""), n)
}

var compareOps = map[string]vec.Op{"=": vec.EQ, "<>": vec.NE, "<": vec.LT, "<=": vec.LE, ">": vec.GT, ">=": vec.GE}

func (c *compiler) binary(n *syntax.Binary) (*expr, *Error) {
	x, err := c.expr(n.X)
	if err != nil {
		return nil, err
	}
	y, err := c.expr(n.Y)
	if err != nil {
		return nil, err
	}
	if op, ok := compareOps[n.Op]; ok {
		return &expr{op: opCompare, pos: n.At, compare: op, args: []*expr{x, y}}, nil
	}
	return &expr{op: opArith, pos: n.At, symbol: n.Op[0], args: []*expr{x, y}}, nil
}

func (c *compiler) reference(n *syntax.Reference) (*expr, *Error) {
	ref, err := c.resolver.resolve(n)
	if err != nil {
		return nil, c.at(err, n)
	}
	start, end := n.Span()
	if ref.Kind == KindVariable {
		if e, ok := c.bound(ref.Name); ok {
			e.pos = start
			return e, nil
		}
	}
	c.program.spots = append(c.program.spots, spot{start, end, n.Sign, ref})
	c.refer(ref)
	return c.data(start, ref)
}

func (c *compiler) call(n *syntax.Call) (*expr, *Error) {
	f, ok := fn.Find(n.Name)
	if !ok {
		return nil, c.at(noFunction(n.Name), n)
	}
	if err := c.arity(f, n); err != nil {
		return nil, err
	}
	if f.Form != fn.Plain {
		return c.form(f, n)
	}
	e := &expr{op: opCall, fn: f}
	e.pos, _ = n.Span()
	for i, a := range n.Args {
		x, err := c.arg(f.Param(i), a)
		if err != nil {
			return nil, err
		}
		e.args = append(e.args, x)
	}
	return e, nil
}

func noFunction(name string) *Error {
	hint := "Write " + strings.ToLower(name) + " without parentheses."
	if !strings.EqualFold(name, "true") && !strings.EqualFold(name, "false") {
		var all []string
		for _, f := range fn.All() {
			all = append(all, f.Name)
		}
		hint = didYouMean(name, all)
	}
	return syntax.Fail(syntax.CodeUnknownFunction, fmt.Sprintf("There is no function %s.", name), hint)
}

// arity checks how many arguments there are and that none of those it needs is left out.
func (c *compiler) arity(f *fn.Func, n *syntax.Call) *Error {
	for i, a := range n.Args {
		p := f.Param(i)
		if p == nil && len(f.Params) == 0 {
			return c.at(arity(f, f.Name+" takes no arguments."), a)
		}
		if p == nil {
			return c.at(arity(f, fmt.Sprintf("%s takes at most %d arguments.", f.Name, len(f.Params))), a)
		}
		if _, empty := a.(*syntax.Empty); empty && (!p.Optional || p.Variadic) {
			return c.at(arity(f, fmt.Sprintf("%s misses the argument %s.", f.Name, p.Name)), a)
		}
	}
	if given := len(n.Args); given < f.Required(given) {
		return c.at(arity(f, fmt.Sprintf("%s misses the argument %s.", f.Name, f.Param(given).Name)), n)
	}
	return nil
}

func arity(f *fn.Func, message string) *Error {
	return syntax.Fail(syntax.CodeArity, message, "It is written "+f.Signature()+".")
}

// arg compiles an argument for a parameter; words and texts become keywords
// where the parameter has some.
func (c *compiler) arg(p *fn.Param, a syntax.Node) (*expr, *Error) {
	start, _ := a.Span()
	text, quoted, bare := "", false, false
	switch a := a.(type) {
	case *syntax.Empty:
		return &expr{op: opEmpty, pos: start}, nil
	case *syntax.Words:
		text, bare = a.Value, true
	case *syntax.Text:
		text, quoted = a.Value, true
	}
	if p.Kind == fn.Case && strings.EqualFold(text, fn.DefaultCase) {
		e := constant(start, value.Str(text))
		e.word = fn.DefaultCase
		return e, nil
	}
	if quoted {
		if err := fn.Check(p.Kind, text); err != nil {
			return nil, c.at(err, a)
		}
	}
	if fn.Keywords(p.Kind) == nil || !bare && !quoted {
		return c.expr(a)
	}
	word, err := fn.Keyword(p.Kind, text)
	if err != nil {
		return nil, c.at(err, a)
	}
	e := constant(start, value.Str(text))
	e.word = word
	return e, nil
}

// refer notes that the formula depends on something.
func (c *compiler) refer(ref Ref) {
	for _, r := range c.program.refs {
		if r.same(ref) {
			return
		}
	}
	c.program.refs = append(c.program.refs, ref)
}
