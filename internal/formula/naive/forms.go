package naive

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"octavo/internal/formula/syntax"
)

// failure is the code of an error of a formula.
type failure string

func (f failure) Error() string { return fmt.Sprintf("naive: the formula has the error %s", string(f)) }

// form evaluates functions that bind variables or catch errors; ok is false for others.
func (ev *evaluation) form(name string, args []syntax.Node) (list []any, ok bool, err error) {
	switch {
	case name == "IFERROR" && len(args) == 2:
		list, err = ev.try(args[0], args[1])
	case (name == "MAP" || name == "MAPFLAT") && len(args) == 3:
		list, err = ev.loop(args[0], variables(args[1]), args[2], name == "MAPFLAT")
	case name == "SET" && len(args) == 3:
		list, err = ev.set(variables(args[0]), args[1], args[2])
	default:
		return nil, false, nil
	}
	return list, true, err
}

// variables are the names that a word, a text or an ARRAY of them gives.
func variables(n syntax.Node) []string {
	switch n := n.(type) {
	case *syntax.Words:
		return []string{n.Value}
	case *syntax.Text:
		return []string{n.Value}
	case *syntax.Call:
		var all []string
		for _, a := range n.Args {
			all = append(all, variables(a)...)
		}
		return all
	}
	return nil
}

// with evaluates a formula with variables bound.
func (ev *evaluation) with(names []string, items []any, body syntax.Node) ([]any, error) {
	inner := &evaluation{clock: ev.clock, vars: map[string][]any{}, warnings: ev.warnings}
	for name, list := range ev.vars {
		inner.vars[name] = list
	}
	for i, name := range names {
		inner.vars[name] = []any{items[i]}
	}
	return inner.eval(body)
}

func (ev *evaluation) loop(values syntax.Node, names []string, body syntax.Node, flat bool) ([]any, error) {
	list, err := ev.eval(values)
	var out []any
	for _, x := range list {
		var result []any
		if result, err = ev.with(names, []any{x}, body); err != nil {
			break
		}
		if !flat {
			result = append(slices.Clone(result), nil)[:1]
		}
		out = append(out, result...)
	}
	return out, err
}

// set binds one item to each name; one alone serves all, missing ones are blank.
func (ev *evaluation) set(names []string, values, body syntax.Node) ([]any, error) {
	list, err := ev.eval(values)
	if err != nil {
		return nil, err
	}
	if len(list) == 1 {
		list = slices.Repeat(list, len(names))
	}
	if len(list) != len(names) {
		ev.warn("different_length")
		list = append(slices.Clone(list), make([]any, len(names))...)
	}
	return ev.with(names, list, body)
}

// try gives the fallback for an error of the formula, and forgets the warnings before it.
func (ev *evaluation) try(tried, fallback syntax.Node) ([]any, error) {
	inner := &evaluation{clock: ev.clock, vars: ev.vars, warnings: map[string]bool{}}
	list, err := inner.eval(tried)
	var failed failure
	if errors.As(err, &failed) {
		return ev.eval(fallback)
	}
	for code := range inner.warnings {
		ev.warn(code)
	}
	return list, err
}

// switched gives the value of the first case that equals the data.
func switched(c *call) []any {
	lists, fallback := [][]any{c.list(0)}, []any{nil}
	for i := 1; i+1 < len(c.lists); i += 2 {
		if c.words[i] == "_default_" {
			fallback = c.list(i + 1)
		} else {
			lists = append(lists, c.list(i), c.list(i+1))
		}
	}
	return c.each(func(x []any) any {
		for i := 1; i+1 < len(x); i += 2 {
			if compare(x[0], x[i]) == 0 {
				return x[i+1]
			}
		}
		return x[len(x)-1]
	}, append(lists, fallback)...)
}

// guard turns the panic of a failure into an error.
func guard(f func(c *call) []any, c *call) (list []any, err error) {
	defer func() {
		if r := recover(); r != nil {
			failed, ok := r.(failure)
			if !ok {
				panic(r)
			}
			err = failed
		}
	}()
	return f(c), nil
}

// function finds a function by its name.
func function(name string) (func(c *call) []any, bool) {
	for _, group := range []map[string]func(c *call) []any{functions, texts, dates} {
		if f, ok := group[strings.ToUpper(name)]; ok {
			return f, true
		}
	}
	return nil, false
}
