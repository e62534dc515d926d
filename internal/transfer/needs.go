package transfer

import (
	"context"
	"maps"
	"slices"
	"strings"

	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/property"
)

// Need is a property that something of a closure names.
type Need struct {
	property.Declaration              // what the agency says of it; only the name when it says nothing
	By                   []*Node      // who names it
	Missing              []id.Account // receivers that have no value for it, ascending
	Open                 []id.Account // receivers that could change it, though it decides whose data a request reads, ascending
}

// Value is the value of a property that is missing, entered in the window.
type Value struct {
	Account id.Account `json:"account"`
	Name    string     `json:"name"`
	Value   string     `json:"value"`
}

// readNeeds finds the properties that the closure names and who lacks them. A name that
// has a default (a variable) in the account it comes from is none: the variable comes along.
func (j *importJob) readNeeds(ctx context.Context, tx *db.Tx) error {
	by := map[string][]*Node{}
	sure := map[string]bool{} // named as a property, whatever variables there are
	for _, n := range j.graph.sorted() {
		for _, r := range n.Refs {
			if r.Kind != asset.Property && r.Kind != asset.Variable || builtIn(r.Name) {
				continue
			}
			if !slices.Contains(by[r.Name], n) {
				by[r.Name] = append(by[r.Name], n)
			}
			sure[r.Name] = sure[r.Name] || r.Kind == asset.Property
		}
	}
	if len(by) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(by))
	variables, given, err := readGiven(ctx, tx, names)
	if err != nil {
		return err
	}
	open, err := readOpen(ctx, tx, names)
	if err != nil {
		return err
	}
	declared, err := property.Declared(ctx, tx, names)
	if err != nil {
		return err
	}
	for _, name := range names {
		if variables[name] && !sure[name] {
			continue
		}
		need := Need{Declaration: declared[name], By: by[name]}
		need.Name = name
		for _, a := range j.receivers {
			if !given[name][a] {
				need.Missing = append(need.Missing, a)
			}
			if open[name][a] && need.decides() {
				need.Open = append(need.Open, a)
			}
		}
		j.needs = append(j.needs, need)
	}
	return nil
}

// decides says whether the property is part of a request: then its value says whose data is read (data-sources.md §9.6 S4).
func (n *Need) decides() bool {
	return slices.ContainsFunc(n.By, func(by *Node) bool { return slices.Contains(propertiesOf(by), n.Name) })
}

// builtIn says whether a name always has a value: those of the account and of the person who looks.
func builtIn(name string) bool {
	return strings.HasPrefix(name, "company.") || strings.HasPrefix(name, "user.")
}

// fillIn gives the receivers the values that were entered. Only what the plan showed as
// missing can be entered. Codes value_not_missing, cells_refused, cells_changed.
func (j *importJob) fillIn(ctx context.Context, tx *db.Tx) error {
	missing := map[string][]id.Account{}
	for _, n := range j.needs {
		missing[n.Name] = n.Missing
	}
	if err := j.lockOpen(ctx, tx); err != nil {
		return err
	}
	var cells []property.Cell
	accounts := map[string]id.Account{}
	for _, v := range j.sel.Values {
		if _, asked := slices.BinarySearch(missing[v.Name], v.Account); !asked {
			return errs.Newf(errs.Invalid, "value_not_missing", "%s is not missing there. Look at the plan again.", v.Name).
				WithField("values").WithParams(map[string]any{"name": v.Name})
		}
		slug := j.slugs[v.Account]
		accounts[slug] = v.Account
		cells = append(cells, property.Cell{Client: slug, Name: v.Name, Value: v.Value})
	}
	if len(cells) == 0 {
		return nil
	}
	return j.s.properties.FillIn(ctx, tx, j.who, accounts, cells)
}

// lockOpen locks the properties that were chosen for it where the plan showed them as open. Code property_locked.
func (j *importJob) lockOpen(ctx context.Context, tx *db.Tx) error {
	for _, n := range j.needs {
		if len(n.Open) == 0 || !slices.Contains(j.sel.Lock, n.Name) {
			continue
		}
		if err := j.s.properties.LockIn(ctx, tx, j.who, n.Name, n.Open); err != nil {
			return err
		}
	}
	return nil
}

// left counts the values that nobody has entered.
func (j *importJob) left() int {
	n := -len(j.sel.Values)
	for _, need := range j.needs {
		n += len(need.Missing)
	}
	return n
}

// kinds lists the kinds of what was selected.
func (j *importJob) kinds() []string {
	var out []string
	for _, n := range j.graph {
		if n.Selected {
			out = append(out, string(n.Kind))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
