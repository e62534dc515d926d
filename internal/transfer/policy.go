package transfer

import (
	"context"
	"maps"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/id"
)

// guard gives the data sources that are about to be copied settings by which the names
// that decide whose data is read are taken from company properties alone: those that are
// properties where the source comes from, or that the agency declares (data-sources.md
// §9.6 S3). What the receiver has as a property is seen where values are resolved.
func (j *importJob) guard(ctx context.Context, tx *db.Tx, nodes []*Node) error {
	names := map[string]bool{}
	for _, n := range nodes {
		for _, name := range propertiesOf(n) {
			names[name] = true
		}
	}
	if len(names) == 0 {
		return nil
	}
	guarded := map[string]bool{}
	err := tx.Query(ctx, `SELECT name FROM properties WHERE account_id = :account AND name IN {words :names}
		UNION SELECT name FROM property_declarations WHERE account_id = :agency AND name IN {words :names}`,
		db.Args{"names": db.Words(slices.Sorted(maps.Keys(names)))}, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			guarded[name] = true
			return err
		})
	if err != nil {
		return err
	}
	for _, n := range nodes {
		var own []string
		for _, name := range propertiesOf(n) {
			if guarded[name] {
				own = append(own, name)
			}
		}
		if len(own) == 0 {
			continue
		}
		if n.Source.Settings, err = j.guardedSettings(ctx, tx, n.Source.Settings, own); err != nil {
			return err
		}
	}
	return nil
}

// propertiesOf are the names that the request of a data source takes from properties.
func propertiesOf(n *Node) []string {
	var out []string
	if n.Source == nil {
		return nil
	}
	for _, r := range n.Refs {
		if r.Kind == asset.Property {
			out = append(out, r.Name)
		}
	}
	return out
}

// guardedSettings stores settings in which names are company_only.
func (j *importJob) guardedSettings(ctx context.Context, tx *db.Tx, settings id.Content, names []string) (id.Content, error) {
	var text string
	if _, err := tx.One(ctx, `SELECT json FROM settings WHERE family_id = :family AND id = :id`, db.Args{"id": settings}, &text); err != nil {
		return 0, err
	}
	canonical, err := datasource.Guarded(text, names)
	if err != nil {
		return 0, err
	}
	return j.s.assets.PutSettings(ctx, tx, canonical)
}
