package klip

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"octavo/internal/component"
	"octavo/internal/formula"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// arrangement is what the actions of the components make of the lists (klips.md §3,
// steps 3–6). References with & read what they left, so it is asked for while the
// formulas are evaluated; each component is arranged once.
type arrangement struct {
	ties     map[string][]string                // component → parts that are arranged together
	late     map[string][]component.Node        // component → parts that read its results: they come after its actions
	lists    map[string]map[string]value.Vector // component → part → list
	warnings map[string][]component.Warning     // by component
}

// arrangement finds out which parts are arranged together.
func (e *evaluation) arrangement(c *compiled) *arrangement {
	a := &arrangement{
		ties: map[string][]string{}, late: map[string][]component.Node{},
		lists: map[string]map[string]value.Vector{}, warnings: map[string][]component.Warning{},
	}
	rows := map[string][]string{} // of components with actions
	for _, n := range component.Nodes(e.doc.components) {
		if !component.HasActions(n) {
			continue
		}
		for _, p := range n.Parts() {
			if c.programs[p.ID()] != nil && component.IsRow(p) {
				rows[n.ID()] = append(rows[n.ID()], p.ID())
			}
		}
	}
	for _, p := range c.parts {
		if subs := rows[p.component.ID()]; subs == nil || c.programs[p.node.ID()] == nil || !component.IsRow(p.node) {
			continue
		}
		owner := p.component.ID()
		if c.readsRows(p.node.ID(), owner, rows, map[string]bool{}) {
			a.late[owner] = append(a.late[owner], p.node)
		} else {
			a.ties[owner] = append(a.ties[owner], p.node.ID())
		}
	}
	return a
}

// readsRows says whether the formula of a part leads to results of the rows of a
// component, over other parts as well.
func (c *compiled) readsRows(sub, owner string, rows map[string][]string, seen map[string]bool) bool {
	if seen[sub] || c.programs[sub] == nil {
		return false
	}
	seen[sub] = true
	for _, r := range c.programs[sub].Refs() {
		next := []string{r.Sub}
		if r.Kind == formula.KindResult && slices.Contains(rows[r.Component], r.Sub) {
			if r.Component == owner {
				return true
			}
			next = rows[r.Component] // all of them are arranged together
		}
		for _, n := range next {
			if n != "" && c.readsRows(n, owner, rows, seen) {
				return true
			}
		}
	}
	return false
}

// together implements formula.Env.Together.
func (e *evaluation) together(a *arrangement, c *compiled, dates map[string]string) func(*vec.Run, string, map[string]value.Vector) (map[string]value.Vector, error) {
	return func(r *vec.Run, id string, outputs map[string]value.Vector) (map[string]value.Vector, error) {
		for _, n := range component.Nodes(e.doc.components) {
			if n.ID() != id {
				continue
			}
			for _, p := range n.Parts() { // a broken part may hold the filter that keeps rows from being seen
				if broken, ok := c.errors[p.ID()]; ok && component.IsRow(p) {
					return nil, syntax.Fail(broken.Code, c.title(p.ID())+" has an error: "+broken.Message, broken.Hint)
				}
			}
			lists, warnings, err := component.Arrange(r, component.Input{Node: n, Data: outputs, Dates: dates, Place: e.place})
			if err != nil {
				return nil, err
			}
			a.lists[id], a.warnings[id] = lists, warnings
			return lists, nil
		}
		return outputs, nil
	}
}

// finish arranges the components that nobody has asked for and puts what they made
// into the outputs.
func (a *arrangement) finish(ctx context.Context, batch *formula.Batch, doc *document, c *compiled, out *lists) error {
	for _, n := range component.Nodes(doc.components) {
		subs := a.ties[n.ID()]
		for _, p := range a.late[n.ID()] {
			if component.HasOwnActions(p) {
				out.warnings = append(out.warnings, component.Warning{Component: n.ID(), Code: "action_ignored",
					Message: fmt.Sprintf("%s reads results of its own component, so it cannot filter, group or sort it.", c.title(p.ID()))})
			}
		}
		if len(subs) == 0 || firstError(n, out.errors) != nil {
			continue
		}
		if _, _, err := batch.Displayed(ctx, n.ID(), subs[0]); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if !asFormulaError(err, new(*formula.Error)) {
				return err
			}
			out.errors[subs[0]] = partError(subs[0], c.programs[subs[0]].Text(), err)
			continue
		}
		maps.Copy(out.output, a.lists[n.ID()])
		out.warnings = append(out.warnings, a.warnings[n.ID()]...)
	}
	return nil
}
