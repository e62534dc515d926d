package formula

import (
	"fmt"
	"strings"

	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/xpath"
)

// path resolves a path that names no source: it leads into the open one if that
// is a tree, else into the only tree there is.
func (r *resolver) path(text string) (Ref, *Error) {
	open, ok := r.scope.source(r.scope.Active)
	if !ok || !open.Tree {
		var trees []Source
		for _, s := range r.scope.Sources {
			if s.Tree {
				trees = append(trees, s)
			}
		}
		if len(trees) == 1 {
			open, ok = trees[0], true
		}
	}
	if !ok {
		return Ref{}, unknown("No data source is open that the path "+text+" could lead into.", "Name the source: @[Source/path].")
	}
	return inTree(open, text)
}

// inTree makes the descriptor of a path into a source. One that has not been
// loaded yet may turn out to be a tree.
func inTree(s Source, text string) (Ref, *Error) {
	if !s.Tree && len(s.Sheets)+len(s.Columns) > 0 {
		return Ref{}, unknown(fmt.Sprintf("%s is a path, and %s is a table.", text, s.Name), "Refer to a column of it.")
	}
	path := strings.TrimSpace(text)
	if !syntax.IsPath(path) {
		path = "/" + path
	}
	if _, err := xpath.Parse(path); err != nil {
		return Ref{}, badPath(path, err)
	}
	return Ref{Kind: KindData, Source: s.Slot, Pointer: path}, nil
}

// behindName is the path in what follows the name of a source and a slash: that
// slash is the first one of the path, so that @[Feed//name] reads as it looks.
func behindName(rest string) string {
	if syntax.IsPath(rest) && !strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "//") {
		return rest
	}
	return "/" + rest
}

// inBrackets is the opposite: how a path follows the name of its source.
func inBrackets(source, path string) string {
	if strings.HasPrefix(path, "/") {
		return source + path
	}
	return source + "/" + path
}

func badPath(path string, err error) *Error {
	return syntax.Fail(syntax.CodeSyntax, fmt.Sprintf("The path %s cannot be read: %s.", path, err), "A path looks like /crew/member[3]/name; a ; may end it.")
}

// data compiles a reference that has been resolved.
func (c *compiler) data(pos int, ref Ref) (*expr, *Error) {
	e := &expr{op: opRef, pos: pos, ref: ref}
	s, _ := c.resolver.scope.source(ref.Source)
	_, tabular := syntax.ParsePointer(ref.Pointer)
	if ref.Kind != KindData || !syntax.IsPath(ref.Pointer) || tabular && !s.Tree {
		return e, nil
	}
	q, err := xpath.Parse(ref.Pointer)
	if err != nil {
		return nil, badPath(ref.Pointer, err).At(c.program.text, pos)
	}
	e.op, e.query = opPath, q
	for _, name := range q.Variables() {
		e.args = append(e.args, c.variable(pos, name))
	}
	return e, nil
}

// variable compiles a variable that stands inside of something else.
func (c *compiler) variable(pos int, name string) *expr {
	if e, ok := c.bound(name); ok {
		e.pos = pos
		return e
	}
	ref := Ref{Kind: KindVariable, Name: name}
	c.refer(ref)
	return &expr{op: opRef, pos: pos, ref: ref}
}

// path gives what a path selects; args are its variables, of which the first items count.
func (ev *evaluation) path(slot string, q *xpath.Query, args []value.Vector) (value.Vector, error) {
	data := ev.batch.env.Data
	if data == nil {
		return value.Vector{}, notLoaded()
	}
	trees, ok := data.(Trees)
	if !ok {
		return value.Vector{}, unknown("No paths lead into this data source.", "")
	}
	document, err := trees.Tree(slot)
	if err != nil {
		return value.Vector{}, unplaced(err)
	}
	vars := map[string]value.Item{}
	for i, name := range q.Variables() {
		if args[i].Len() > 0 {
			vars[name] = args[i].Item(0)
		}
	}
	list, err := document.Select(q, vars, ev.run.Step)
	if err != nil {
		return value.Vector{}, err
	}
	return list, ev.run.Reserve(list.Len(), 0)
}

func notLoaded() *Error { return syntax.Fail(syntax.CodeNotLoaded, "No data source is loaded.", "") }

// source gives what a computed reference leads to; its arguments are the id, if
// that is computed, and the pointer.
func (ev *evaluation) source(p *Program, e *expr, args []value.Vector) (value.Vector, error) {
	slot, scope := e.ref.Source, Scope{Sources: p.sources}
	if len(args) == 2 {
		id := firstText(args[0])
		s, ok := scope.byID(id)
		if !ok {
			return value.Vector{}, noSource(id)
		}
		slot = s.Slot
		args = args[1:]
	}
	r := resolver{names: &names{scope: scope}}
	ref, err := r.pointer(slot, firstText(args[0]))
	if err != nil {
		return value.Vector{}, err
	}
	if s, _ := scope.source(slot); !s.Tree || !syntax.IsPath(ref.Pointer) {
		return ev.reference(ref)
	}
	q, failed := xpath.Parse(ref.Pointer)
	if failed != nil {
		return value.Vector{}, badPath(ref.Pointer, failed)
	}
	vars := make([]value.Vector, len(q.Variables()))
	for i, name := range q.Variables() {
		if vars[i], failed = ev.reference(Ref{Kind: KindVariable, Name: name}); failed != nil {
			return value.Vector{}, failed
		}
	}
	return ev.path(slot, q, vars)
}

func firstText(v value.Vector) string {
	if v.Len() == 0 {
		return ""
	}
	return v.Item(0).Text()
}
