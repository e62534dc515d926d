package formula

import (
	"fmt"

	"octavo/internal/formula/fn"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// Program is a compiled formula: names resolved, functions and arguments
// checked. It is immutable and may be shared.
type Program struct {
	text  string
	root  *expr
	refs  []Ref
	spots []spot
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
	c := &compiler{program: &Program{text: text, root: &expr{op: opNone}}, resolver: resolver{n, refs}}
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
		return nil, c.at(syntax.Fail(syntax.CodeSyntax, "The words "+n.Value+" have no meaning here.", "Put text between double quotes; begin the name of a column with @."), n)
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
	c.program.spots = append(c.program.spots, spot{start, end, n.Sign, ref})
	known := false
	for _, r := range c.program.refs {
		known = known || r.same(ref)
	}
	if !known {
		c.program.refs = append(c.program.refs, ref)
	}
	return &expr{op: opRef, pos: start, ref: ref}, nil
}

func (c *compiler) call(n *syntax.Call) (*expr, *Error) {
	f, ok := fn.Find(n.Name)
	if !ok {
		var all []string
		for _, f := range fn.All() {
			all = append(all, f.Name)
		}
		return nil, c.at(syntax.Fail(syntax.CodeUnknownFunction, fmt.Sprintf("There is no function %s.", n.Name), didYouMean(n.Name, all)), n)
	}
	e := &expr{op: opCall, fn: f}
	e.pos, _ = n.Span()
	for i, a := range n.Args {
		p := f.Param(i)
		if p == nil {
			return nil, c.at(arity(f, fmt.Sprintf("%s takes at most %d arguments.", f.Name, len(f.Params))), a)
		}
		x, err := c.arg(f, p, a)
		if err != nil {
			return nil, err
		}
		e.args = append(e.args, x)
	}
	if len(n.Args) < f.Required() {
		return nil, c.at(arity(f, fmt.Sprintf("%s misses the argument %s.", f.Name, f.Params[len(n.Args)].Name)), n)
	}
	return e, nil
}

func arity(f *fn.Func, message string) *Error {
	return syntax.Fail(syntax.CodeArity, message, "It is written "+f.Signature()+".")
}

// arg compiles an argument for a parameter; words and texts become keywords
// where the parameter has some.
func (c *compiler) arg(f *fn.Func, p *fn.Param, a syntax.Node) (*expr, *Error) {
	start, _ := a.Span()
	text, quoted, bare := "", false, false
	switch a := a.(type) {
	case *syntax.Empty:
		if !p.Optional || p.Variadic {
			return nil, c.at(arity(f, fmt.Sprintf("%s misses the argument %s.", f.Name, p.Name)), a)
		}
		return &expr{op: opEmpty, pos: start}, nil
	case *syntax.Words:
		text, bare = a.Value, true
	case *syntax.Text:
		text, quoted = a.Value, true
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
