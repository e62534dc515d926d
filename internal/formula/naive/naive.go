// Package naive evaluates formulas item by item, as the specification of the
// language words it and without a thought for speed. It shares with the engine
// nothing but the parser: tests compare the two, so that a mistake must be made
// twice to stay. Only variables can be referred to. Lists are slices of items;
// an item is a number (float64), a text (string), a boolean (bool), or nil for
// a blank.
package naive

import (
	"fmt"
	"strings"
	"time"

	"octavo/internal/formula/syntax"
)

// Result is a list and the codes of its warnings.
type Result struct {
	Items    []any
	Warnings map[string]bool
}

// Clock is what dates depend on; the zero value stands for UTC and weeks from Sunday.
type Clock struct {
	Now       time.Time
	Zone      *time.Location
	WeekStart time.Weekday
}

// evaluation collects warnings.
type evaluation struct {
	clock    Clock
	vars     map[string][]any
	warnings map[string]bool
}

// Eval evaluates a formula over variables. The error is about formulas that
// this package does not understand, or in which a regular expression or a
// pattern cannot be used.
func Eval(text string, vars map[string][]any) (Result, error) { return EvalAt(text, vars, Clock{}) }

// EvalAt evaluates a formula at a time and place.
func EvalAt(text string, vars map[string][]any, clock Clock) (Result, error) {
	if clock.Zone == nil {
		clock.Zone = time.UTC
	}
	tree, failed := syntax.Parse(text, noNames{}, syntax.Limits{})
	if failed != nil {
		return Result{}, failed
	}
	ev := &evaluation{clock, vars, map[string]bool{}}
	if tree == nil {
		return Result{Warnings: ev.warnings}, nil
	}
	list, err := ev.eval(tree)
	return Result{list, ev.warnings}, err
}

// noNames knows no column.
type noNames struct{}

func (noNames) Match(byte, string) int { return 0 }

func (noNames) Tree() bool { return false }

func (ev *evaluation) warn(code string) { ev.warnings[code] = true }

func (ev *evaluation) eval(n syntax.Node) ([]any, error) {
	switch n := n.(type) {
	case *syntax.Number:
		return []any{n.Value}, nil
	case *syntax.Text:
		return []any{n.Value}, nil
	case *syntax.Bool:
		return []any{n.Value}, nil
	case *syntax.Reference:
		list, ok := ev.vars[n.Name]
		if n.Sign != '$' || !ok {
			return nil, fmt.Errorf("naive: cannot follow %c%s", n.Sign, n.Name)
		}
		return list, nil
	case *syntax.Unary:
		list, err := ev.eval(n.X)
		return ev.each(func(x []any) any { return ev.sign(n.Op, x[0]) }, list), err
	case *syntax.Binary:
		a, err := ev.eval(n.X)
		if err != nil {
			return nil, err
		}
		b, err := ev.eval(n.Y)
		return ev.each(func(x []any) any { return ev.binary(n.Op, x[0], x[1]) }, a, b), err
	case *syntax.Call:
		return ev.call(n)
	}
	return nil, fmt.Errorf("naive: cannot evaluate %T", n)
}

// each broadcasts lists (formulas.md §4.4) and applies f position by position.
func (ev *evaluation) each(f func(x []any) any, lists ...[]any) []any {
	n, long := 0, 0
	for _, l := range lists {
		if len(l) == 0 {
			return nil
		}
		if len(l) > 1 && long > 0 && len(l) != long {
			ev.warn("different_length")
		}
		if len(l) > 1 {
			long = len(l)
		}
		n = max(n, len(l))
	}
	out := make([]any, n)
	for i := range out {
		row := make([]any, len(lists))
		for k, l := range lists {
			switch {
			case len(l) == 1:
				row[k] = l[0]
			case i < len(l):
				row[k] = l[i]
			}
		}
		out[i] = f(row)
	}
	return out
}

// aligned are the rows of lists padded to one length.
func (ev *evaluation) aligned(lists ...[]any) [][]any {
	var rows [][]any
	ev.each(func(x []any) any {
		rows = append(rows, x)
		return nil
	}, lists...)
	return rows
}

// call is a call being evaluated; word holds keyword arguments.
type call struct {
	*evaluation
	lists [][]any
	words []string
}

func (ev *evaluation) call(n *syntax.Call) ([]any, error) {
	if list, ok, err := ev.form(strings.ToUpper(n.Name), n.Args); ok {
		return list, err
	}
	f, ok := function(n.Name)
	if !ok {
		return nil, fmt.Errorf("naive: no function %s", n.Name)
	}
	c := &call{evaluation: ev}
	for _, a := range n.Args {
		word := ""
		var list []any
		var err error
		switch a := a.(type) {
		case *syntax.Words:
			word = strings.ToLower(a.Value)
			list = []any{}
		case *syntax.Empty:
		case *syntax.Text:
			list = []any{a.Value}
			if strings.EqualFold(a.Value, "_default_") {
				word = "_default_"
			}
		default:
			if list, err = ev.eval(a); err == nil && list == nil {
				list = []any{}
			}
		}
		if err != nil {
			return nil, err
		}
		c.lists, c.words = append(c.lists, list), append(c.words, word)
	}
	return guard(f, c)
}

// has says whether argument i was given.
func (c *call) has(i int) bool { return i < len(c.lists) && c.lists[i] != nil }

// list is argument i, empty if it was left out.
func (c *call) list(i int) []any {
	if !c.has(i) {
		return nil
	}
	return c.lists[i]
}

// listOr is argument i, one item if it was left out.
func (c *call) listOr(i int, def any) []any {
	if !c.has(i) {
		return []any{def}
	}
	return c.lists[i]
}

// word is the keyword of argument i, bare or as a text.
func (c *call) word(i int, def string) string {
	word := strings.ToLower(text(c.first(i)))
	if i < len(c.words) && c.words[i] != "" {
		word = c.words[i]
	}
	if word == "" {
		return def
	}
	return strings.ReplaceAll(word, "_", " ")
}

// first is the first item of argument i.
func (c *call) first(i int) any {
	if l := c.list(i); len(l) > 0 {
		return l[0]
	}
	return nil
}

// number is the first item of argument i as a number.
func (c *call) number(i int, def float64) float64 {
	x := c.first(i)
	if empty(x) {
		return def
	}
	f, ok := countable(x)
	if !ok {
		c.warn("not_numeric")
		return def
	}
	return f
}
