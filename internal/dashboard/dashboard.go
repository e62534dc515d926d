package dashboard

import (
	"fmt"

	"octavo/internal/asset"
)

// Dashboard is a dashboard as the actor sees it.
type Dashboard struct {
	asset.Asset
	ID          string // public
	Description string
	Klips       int            // different Klips on it
	Shared      int            // people and groups it is shared with
	IsNew       bool           // imported, and not opened by the actor yet
	CanEdit     bool           // the actor may change it, unless it is locked
	Document    map[string]any // the document of the API; nil in lists
	Placed      []Placed       // what the document says of Klips, in reading order; nil in lists
}

// Placed is a Klip at its place.
type Placed struct {
	Box
	Klip string // public id, "" where the place stands for nothing
	Auto bool   // the content decides the height
}

// Filter selects dashboards of a list.
type Filter struct {
	Search string // part of the title
	asset.Choice
}

func (f Filter) assets() asset.Filter {
	return asset.Filter{Kinds: []asset.Kind{asset.Dashboard}, Search: f.Search, Bodies: true, Choice: f.Choice}
}

// describe fills in what the body says.
func (s *Service) describe(a *asset.Asset) (*Dashboard, *document, error) {
	d, err := parseBody(a.JSON)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (dashboard %d)", err, a.Key.No)
	}
	return &Dashboard{
		Asset: *a, ID: s.assets.PublicID(a.Key), Description: d.description, Klips: len(d.slots()),
	}, d, nil
}
