package klip

import (
	"reflect"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/component"
)

// Differences says in words what changed from one version of a Klip to the next.
// Where a version cannot be read, a newer one than this program's, there is nothing to say.
func Differences(before, after asset.Version) []asset.Difference {
	was, err := parseBody(before.JSON)
	if err != nil {
		return nil
	}
	is, err := parseBody(after.JSON)
	if err != nil {
		return nil
	}
	var out []asset.Difference
	add := func(kind, what, name, of string) {
		out = append(out, asset.Difference{Kind: kind, What: what, Name: name, Of: of})
	}
	if was.title != is.title {
		add("renamed", "Klip", is.title, was.title)
	}
	if was.description != is.description {
		add("changed", "Klip", "", "description")
	}
	for _, slot := range was.sources {
		if !slices.Contains(is.sources, slot) {
			add("removed", "data source", before.Targets[slot], "")
		}
	}
	for _, slot := range is.sources {
		old, now := before.Targets[slot], after.Targets[slot]
		switch {
		case !slices.Contains(was.sources, slot):
			add("added", "data source", now, "")
		case old != now:
			add("replaced", "data source", now, old)
		}
	}
	if was.active != is.active && slices.Contains(was.sources, is.active) {
		add("changed", "Klip", "", "active data source")
	}
	for _, of := range component.PropertyDifferences(was.properties, is.properties, properties) {
		add("changed", "Klip", "", of)
	}
	for _, d := range component.Differences(was.components, is.components) {
		out = append(out, asset.Difference(d))
	}
	if !reflect.DeepEqual(was.rest, is.rest) || !reflect.DeepEqual(was.workspace, is.workspace) {
		add("changed", "Klip", "", component.Unknown)
	}
	return out
}
