package dashboard

import (
	"reflect"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/component"
)

// Differences says in words what changed from one version of a dashboard to the next:
// Klips by their titles as they are now. Where a version cannot be read there is nothing to say.
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
		add("renamed", "dashboard", is.title, was.title)
	}
	if was.description != is.description {
		add("changed", "dashboard", "", "description")
	}
	for _, p := range was.placements {
		if !slices.ContainsFunc(is.placements, func(o placement) bool { return o.ID == p.ID }) {
			add("removed", "Klip", before.Targets[p.slot], "")
		}
	}
	for _, p := range is.placements {
		i := slices.IndexFunc(was.placements, func(o placement) bool { return o.ID == p.ID })
		name := after.Targets[p.slot]
		if i < 0 {
			add("added", "Klip", name, "")
			continue
		}
		old := was.placements[i]
		if oldName := before.Targets[old.slot]; oldName != name {
			add("replaced", "Klip", name, oldName)
		}
		if old.X != p.X || old.Y != p.Y {
			add("moved", "Klip", name, "")
		}
		if old.W != p.W || old.H != p.H {
			add("resized", "Klip", name, "")
		}
		if old.auto != p.auto {
			add("changed", "Klip", name, "height")
		}
		if !reflect.DeepEqual(old.rest, p.rest) {
			add("changed", "Klip", name, component.Unknown)
		}
	}
	if !reflect.DeepEqual(was.rest, is.rest) {
		add("changed", "dashboard", "", component.Unknown)
	}
	return out
}
