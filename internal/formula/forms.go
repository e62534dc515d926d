package formula

import (
	"fmt"
	"slices"

	"octavo/internal/formula/fn"
	"octavo/internal/formula/syntax"
)

// form compiles a call of a function that the engine evaluates itself.
func (c *compiler) form(f *fn.Func, n *syntax.Call) (*expr, *Error) {
	e := &expr{}
	e.pos, _ = n.Span()
	switch f.Form {
	case fn.Map, fn.MapFlat, fn.Set:
		e.op = map[fn.Form]op{fn.Map: opMap, fn.MapFlat: opMapFlat, fn.Set: opSet}[f.Form]
		return c.binder(e, f, n.Args)
	case fn.Try:
		e.op = opTry
		tried, err := c.try(n.Args[0])
		if err != nil {
			return nil, err
		}
		fallback, err := c.expr(n.Args[1])
		e.args = []*expr{tried, fallback}
		return e, err
	}
	return c.source(e, n.Args)
}

// maxBindings is how many expressions that bind variables may stand inside each other.
const maxBindings = 60

// binder compiles MAP, MAPFLAT and SET, which are written alike but for the
// place of the names.
func (c *compiler) binder(e *expr, f *fn.Func, args []syntax.Node) (*expr, *Error) {
	values, names := args[0], args[1]
	if f.Form == fn.Set {
		values, names = names, values
	}
	list, err := c.expr(values)
	if err != nil {
		return nil, err
	}
	e.bind = &binding{}
	if e.bind.names, err = c.variableNames(names, f.Form == fn.Set); err != nil {
		return nil, err
	}
	if len(c.bindings) == maxBindings {
		return nil, c.at(syntax.Fail(syntax.CodeLimit, fmt.Sprintf("More than %d expressions that bind variables stand inside each other.", maxBindings), "Move a part of it into another column."), names)
	}
	c.bindings = append(c.bindings, e.bind)
	body, err := c.expr(args[2])
	c.bindings = c.bindings[:len(c.bindings)-1]
	e.args = []*expr{list, body}
	return e, err
}

// variableNames reads the name of a variable, or several in an ARRAY.
func (c *compiler) variableNames(n syntax.Node, several bool) ([]string, *Error) {
	name := ""
	switch n := n.(type) {
	case *syntax.Words:
		name = n.Value
	case *syntax.Text:
		name = n.Value
	case *syntax.Call:
		if f, ok := fn.Find(n.Name); !several || !ok || f.Name != "ARRAY" || len(n.Args) == 0 {
			break
		}
		var all []string
		for _, a := range n.Args {
			one, err := c.variableNames(a, false)
			if err != nil {
				return nil, err
			}
			all = append(all, one...)
		}
		return all, nil
	}
	if !syntax.IsVariable(name) {
		return nil, c.at(syntax.Fail(syntax.CodeBadKeyword, "The name of a variable must stand here.", `Write it without $, as a word or between double quotes: "name".`), n)
	}
	return []string{name}, nil
}

// bound finds the innermost expression around that binds a variable.
func (c *compiler) bound(name string) (*expr, bool) {
	for _, b := range slices.Backward(c.bindings) {
		for i, have := range slices.Backward(b.names) {
			if have == name {
				return &expr{op: opBound, bind: b, index: i}, true
			}
		}
	}
	return nil, false
}

// caught are the errors of compilation that IFERROR catches: what is wrong with
// the world, or with a word that could as well have been computed. A text that
// cannot be read at all is for its author to mend.
var caught = []string{
	syntax.CodeUnknownReference, syntax.CodeDeletedReference, syntax.CodeNoAccess, syntax.CodeNotLoaded,
	syntax.CodeBadKeyword, syntax.CodeBadPattern,
}

// try compiles the first argument of IFERROR.
func (c *compiler) try(n syntax.Node) (*expr, *Error) {
	e, err := c.expr(n)
	if err != nil && slices.Contains(caught, err.Code) {
		start, _ := n.Span()
		return &expr{op: opFail, pos: start, err: err}, nil
	}
	return e, err
}

// source compiles DATASOURCE. What is written out leads to the source as a direct
// reference does, and its id is stored as a slot.
func (c *compiler) source(e *expr, args []syntax.Node) (*expr, *Error) {
	slot, literal, err := c.sourceID(args[0])
	if err != nil {
		return nil, err
	}
	if !literal {
		c.refer(Ref{Kind: KindData}) // any of them
	} else if text, ok := args[1].(*syntax.Text); ok {
		ref, err := c.resolver.pointer(slot, text.Value)
		if err != nil {
			return nil, c.at(err, text)
		}
		c.refer(ref)
		return c.data(e.pos, ref)
	} else {
		c.refer(Ref{Kind: KindData, Source: slot})
	}
	e.op, e.ref = opSource, Ref{Kind: KindData, Source: slot}
	if !literal {
		id, err := c.expr(args[0])
		if err != nil {
			return nil, err
		}
		e.args = append(e.args, id)
	}
	pointer, err := c.expr(args[1])
	e.args = append(e.args, pointer)
	return e, err
}

// sourceID finds the source that an id names; literal is false if it is computed.
func (c *compiler) sourceID(n syntax.Node) (slot string, literal bool, err *Error) {
	switch n := n.(type) {
	case *syntax.Text:
		s, ok := c.resolver.scope.byID(n.Value)
		if !ok {
			return "", false, c.at(noSource(n.Value), n)
		}
		slot = s.Slot
	case *syntax.Reference:
		ref, ok := c.resolver.refs[n.Name]
		if n.Form != syntax.Canonical || n.Sign != '@' || !ok || ref.Kind != KindData || ref.Pointer != "" {
			return "", false, nil
		}
		if _, ok := c.resolver.scope.source(ref.Source); !ok {
			return "", false, c.at(notAttached(), n)
		}
		slot = ref.Source
	default:
		return "", false, nil
	}
	start, end := n.Span()
	c.program.spots = append(c.program.spots, spot{start, end, '@', Ref{Kind: KindData, Source: slot}})
	return slot, true, nil
}

func noSource(id string) *Error {
	if id == "" {
		return unknown("DATASOURCE needs the id of a data source; this one is empty.", "Choose a data source.")
	}
	return unknown(fmt.Sprintf("No data source with the id %s is attached to the Klip.", id), "Attach it, or choose another one.")
}
