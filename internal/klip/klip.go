package klip

import (
	"fmt"
	"slices"

	"octavo/internal/asset"
)

// Klip is a Klip as the actor sees it.
type Klip struct {
	asset.Asset
	ID          string // public
	Description string
	Component   string // type of its first component, "" = none
	Sources     []Named
	Dashboards  int            // that show it
	Instances   int            // copies in clients that the actor may enter
	CanEdit     bool           // the actor may change it
	Document    map[string]any // the document of the API; nil in lists, and where CanEdit is false
}

// Named is an asset with its public id.
type Named struct {
	ID   string
	Name string
}

// Filter selects Klips of a list.
type Filter struct {
	Search string // part of the title
	asset.Choice
}

func (f Filter) assets() asset.Filter {
	return asset.Filter{Kinds: []asset.Kind{asset.Klip}, Search: f.Search, Bodies: true, Choice: f.Choice}
}

// describe fills in what the body says.
func (s *Service) describeBody(a *asset.Asset) (*Klip, *document, error) {
	d, err := parseBody(a.JSON)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (Klip %d)", err, a.Key.No)
	}
	return &Klip{Asset: *a, ID: s.assets.PublicID(a.Key), Description: d.description, Component: d.firstType()}, d, nil
}

// distinct gives the numbers without those that stand twice.
func distinct(nos []int64) []int64 {
	out := slices.Clone(nos)
	slices.Sort(out)
	return slices.Compact(out)
}
