package component

import (
	"maps"
	"regexp"
	"strconv"
)

// Actions are what a part does to the rows of its component (klips.md §3.1). They
// stand in the field actions of a part; what is absent is not done.
type Actions struct {
	Filters   []Filter
	Group     bool
	Aggregate string // "" = sum for numbers, first for all else
	Sort      *Sort
}

// Filter keeps the rows whose item of the part passes.
type Filter struct {
	Is     string // one of Comparisons
	Values []any  // operands: texts, numbers, booleans
	match  *regexp.Regexp
}

// Sort orders the rows by a part; the lowest priority decides first.
type Sort struct {
	Descending bool
	Priority   float64
	Order      []any // of texts that come first, in this order; nil = by the items
}

// arity says how many operands a comparison has.
type arity uint8

const (
	nothing arity = iota
	oneValue
	twoValues
	someValues
	oneCount
)

// Comparisons are the ways to compare an item with the operands of a filter or an
// indicator, and how many operands each has.
var comparisons = map[string]arity{
	"any_of": someValues, "none_of": someValues,
	"equals": oneValue, "differs": oneValue, "greater": oneValue, "at_least": oneValue, "less": oneValue, "at_most": oneValue,
	"between": twoValues, "contains": oneValue, "lacks": oneValue, "starts_with": oneValue, "ends_with": oneValue, "matches": oneValue,
	"blank": nothing, "not_blank": nothing, "top": oneCount, "bottom": oneCount,
}

// Aggregates are the values of actions.aggregate.
var aggregates = []string{"sum", "average", "min", "max", "count", "count_distinct", "median", "first", "last", "join"}

const (
	maxFilters  = 20
	maxOperands = 1000
)

// HasActions says whether a component does anything to its rows, or holds rows that
// are not drawn, so that its parts must be put side by side before anybody reads them.
func HasActions(n Node) bool {
	t, ok := Find(n.TypeName())
	if !ok {
		return false
	}
	if n.number(t.Properties, "limit") != nil {
		return true
	}
	for _, p := range n.Parts() {
		if p.TypeName() == hiddenData.Name && IsRow(p) || HasOwnActions(p) {
			return true
		}
	}
	return false
}

// HasOwnActions says whether a part does anything to the rows of its component.
func HasOwnActions(p Node) bool { return IsRow(p) && len(p.actionsTree()) > 0 }

// IsRow says whether the items of a part are rows of its component.
func IsRow(p Node) bool {
	switch p.TypeName() {
	case tableColumn.Name, chartX.Name, chartSeries.Name:
		return true
	case hiddenData.Name:
		return !p.toggle(hiddenData.Properties, "independent")
	}
	return false
}

func (n Node) actionsTree() map[string]any {
	m, _ := n["actions"].(map[string]any)
	return m
}

// ActionsOf reads the actions of a part from a canonical tree.
func ActionsOf(part Node) Actions {
	m := part.actionsTree()
	a := Actions{}
	a.Group, _ = m["group"].(bool)
	a.Aggregate, _ = m["aggregate"].(string)
	for _, f := range Nodes(m["filters"]) {
		a.Filters = append(a.Filters, filterOf(f))
	}
	if s, ok := m["sort"].(map[string]any); ok {
		a.Sort = &Sort{Descending: s["dir"] == "desc"}
		a.Sort.Priority, _ = s["priority"].(float64)
		a.Sort.Order, _ = s["order"].([]any)
	}
	return a
}

// filterOf reads a comparison with its operands.
func filterOf(n Node) Filter {
	f := Filter{Is: n.text("is")}
	f.Values, _ = n["values"].([]any)
	if f.Is == "matches" {
		f.match, _ = regexp.Compile(operand(f.Values, 0).Text())
	}
	return f
}

// canonicalActions checks actions and leaves out what does nothing.
func canonicalActions(v any, pt *PartType, path string) (map[string]any, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, Bad(path, "Actions are an object.")
	}
	out := maps.Clone(m)
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil || v == false })
	for _, p := range []Property{
		{Name: "group", Words: "grouping", Kind: Toggle}, {Name: "aggregate", Words: "aggregation", Kind: Choice, Choices: aggregates},
	} {
		if value, there := out[p.Name]; there {
			if err := p.check(value, path+"/"+p.Name); err != nil {
				return nil, err
			}
		}
	}
	if out["group"] == true && out["aggregate"] != nil {
		return nil, Bad(path+"/aggregate", "A %s is grouped or aggregated, not both.", pt.Words)
	}
	if err := canonicalFilters(out, path+"/filters"); err != nil {
		return nil, err
	}
	return out, canonicalSort(out, path+"/sort")
}

func canonicalFilters(actions map[string]any, path string) error {
	list, err := listOf(actions["filters"], path, maxFilters, "filters")
	if err != nil {
		return err
	}
	out := make([]any, len(list))
	for i, it := range list {
		at := path + "/" + strconv.Itoa(i)
		f, ok := it.(map[string]any)
		if !ok {
			return Bad(at, "A filter is an object.")
		}
		if err := checkComparison(f, at); err != nil {
			return err
		}
		out[i] = f
	}
	setOrDrop(actions, "filters", out, len(out) == 0)
	return nil
}

// checkComparison checks the fields is and values.
func checkComparison(f map[string]any, path string) error {
	is, _ := f["is"].(string)
	takes, ok := comparisons[is]
	if !ok {
		return Bad(path+"/is", "There is no comparison %q.", is)
	}
	values, err := listOf(f["values"], path+"/values", maxOperands, "values")
	if err != nil {
		return err
	}
	for i, v := range values {
		switch v.(type) {
		case string, float64, bool:
		default:
			return Bad(path+"/values/"+strconv.Itoa(i), "A text, a number or a truth value belongs here.")
		}
	}
	want := map[arity]int{oneValue: 1, oneCount: 1, twoValues: 2}[takes]
	if takes != someValues && len(values) != want {
		return Bad(path+"/values", "The comparison %q has %d values; here are %d.", is, want, len(values))
	}
	if takes == oneCount {
		return Property{Name: is, Words: "number of rows", Kind: Whole, Min: 1, Max: 1e6}.check(values[0], path+"/values/0")
	}
	if is == "matches" {
		if _, err := regexp.Compile(operand(values, 0).Text()); err != nil {
			return Bad(path+"/values/0", "This is not a pattern: %v.", err)
		}
	}
	return nil
}

func canonicalSort(actions map[string]any, path string) error {
	v, there := actions["sort"]
	if !there {
		return nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return Bad(path, "A sort is an object.")
	}
	out := maps.Clone(m)
	for _, p := range []Property{
		{Name: "dir", Words: "direction", Kind: Choice, Choices: []string{"asc", "desc"}},
		{Name: "priority", Words: "priority", Kind: Whole, Max: maxParts},
	} {
		if value, there := out[p.Name]; there {
			if err := p.check(value, path+"/"+p.Name); err != nil {
				return err
			}
		}
	}
	if _, err := listOf(out["order"], path+"/order", maxOperands, "values"); err != nil {
		return err
	}
	actions["sort"] = out
	return nil
}
