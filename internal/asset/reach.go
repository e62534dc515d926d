package asset

import (
	"context"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// Reach is what comes along when an asset is shared, or would be left over when it is deleted.
type Reach struct {
	Owner   string // name; "" = the agency, or somebody who left
	OwnerID string
	IsOwner bool // the actor may give it to somebody else
	Klips   []ReachKlip
	Sources int // that it, or its Klips, draw on
}

// ReachKlip is a Klip of a dashboard.
type ReachKlip struct {
	ID        string // public
	Title     string
	Hidden    bool // not shared along
	Missing   bool // neither hidden nor shared with everybody that the dashboard is shared with
	OnlyHere  bool // no other dashboard shows it
	CanDelete bool
}

// Reach tells what comes along with an asset that the actor may see. Code not_found.
func (l *Library) Reach(ctx context.Context, who authz.Actor, public string) (*Reach, error) {
	var out *Reach
	err := l.read(ctx, who, public, func(tx *db.Tx, no int64) error {
		a, err := l.assets.Viewable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		if err := authz.Can(who, authz.UserView, authz.None); err != nil { // it names people
			return err
		}
		out = &Reach{Owner: a.OwnerName, OwnerID: string(a.Owner), IsOwner: who.Allows(a.ForAuthz(authz.None)) == authz.Edit, Klips: []ReachKlip{}}
		from := []int64{no}
		if a.Kind == Dashboard {
			if from, err = l.assets.klipsOf(ctx, tx, no); err != nil {
				return err
			}
			if out.Klips, err = l.reachKlips(ctx, tx, who, no, from); err != nil {
				return err
			}
		}
		below, err := links(ctx, tx, from)
		if err != nil {
			return err
		}
		var sources []int64
		for _, link := range below {
			if link.Kind == Strong {
				sources = append(sources, link.To)
			}
		}
		slices.Sort(sources)
		out.Sources = len(slices.Compact(sources))
		return nil
	})
	return out, err
}

// reachKlips describes the Klips of a dashboard that are not in the bin and that the actor
// may see, in order of title.
func (l *Library) reachKlips(ctx context.Context, tx *db.Tx, who authz.Actor, dashboard int64, nos []int64) ([]ReachKlip, error) {
	some, err := l.assets.Some(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	best, err := bestRights(ctx, tx, who.User, nos)
	if err != nil {
		return nil, err
	}
	hidden, err := exceptions(ctx, tx, dashboard)
	if err != nil {
		return nil, err
	}
	missing, err := missingBelow(ctx, tx, dashboard, nos)
	if err != nil {
		return nil, err
	}
	by, err := users(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	elsewhere := map[int64]bool{}
	for _, link := range by {
		elsewhere[link.To] = elsewhere[link.To] || (link.Kind == Strong && link.From != dashboard)
	}
	out := []ReachKlip{}
	for _, no := range nos {
		k := some[no]
		if k == nil || k.DeletedAt != 0 || who.Allows(k.ForAuthz(best[no])) == authz.None {
			continue
		}
		out = append(out, ReachKlip{
			ID: l.assets.PublicID(k.Key), Title: k.Title(), Hidden: hidden[no], Missing: missing[no] && !hidden[no], OnlyHere: !elsewhere[no],
			CanDelete: authz.Can(who, authz.KlipDelete, authz.Edit, k.ForAuthz(best[no])) == nil,
		})
	}
	slices.SortFunc(out, func(a, b ReachKlip) int { return compareTitles(a.Title, b.Title) })
	return out, nil
}

// missingBelow finds the Klips that somebody with a share of the dashboard has no share of.
func missingBelow(ctx context.Context, tx *db.Tx, dashboard int64, klips []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := tx.Query(ctx, `
		SELECT DISTINCT a.no FROM assets a
		JOIN asset_shares d ON d.account_id = a.account_id AND d.no = :dashboard
		LEFT JOIN asset_shares k ON k.account_id = a.account_id AND k.no = a.no
			AND k.principal_kind = d.principal_kind AND k.principal_id = d.principal_id
		WHERE a.account_id = :account AND a.no IN {each :klips} AND k.no IS NULL
			AND NOT (d.principal_kind = 'user' AND d.principal_id = a.owner_id)`,
		db.Args{"dashboard": dashboard, "klips": db.List(klips)}, func(scan func(...any) error) error {
			var no int64
			err := scan(&no)
			out[no] = true
			return err
		})
	return out, err
}
