package transfer

import (
	"cmp"
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// ClientDrift is how far the Klips that a client imported from its agency are from
// their masters. An instance may count in several of the last three.
type ClientDrift struct {
	InstancesTotal    int64 // those whose master is there
	InstancesBehind   int64 // of these, those that lack a change of it
	InstancesEdited   int64 // of these, those that the client changed
	InstancesRebound  int64 // of these, those that the client gave another data source
	InstancesOrphaned int64 // further ones, whose master is deleted
}

// readClientDrift counts the instances of all clients of the scope: one statement.
func readClientDrift(ctx context.Context, tx *db.Tx, visit func(id.Account, ClientDrift)) error {
	return tx.Query(ctx, `
		SELECT i.account_id, COUNT(m.no), SUM(CASE WHEN i.received_body <> m.body_id THEN 1 ELSE 0 END),
			SUM(CASE WHEN m.no IS NOT NULL AND i.body_id <> i.received_body THEN 1 ELSE 0 END),
			SUM(CASE WHEN m.no IS NOT NULL AND i.wiring_id <> i.received_wiring THEN 1 ELSE 0 END),
			SUM(CASE WHEN m.no IS NULL THEN 1 ELSE 0 END)
		FROM assets i
		LEFT JOIN assets m ON m.account_id = :account AND m.no = i.origin_no AND m.deleted_at IS NULL
		WHERE i.account_id IN {each :accounts} AND i.origin_account = :account AND i.kind = 'klip' AND i.deleted_at IS NULL
		GROUP BY i.account_id`, nil, func(scan func(...any) error) error {
		var a id.Account
		var d ClientDrift
		err := scan(&a, &d.InstancesTotal, &d.InstancesBehind, &d.InstancesEdited, &d.InstancesRebound, &d.InstancesOrphaned)
		visit(a, d)
		return err
	})
}

// Drift is how far the instances of one Klip are from it, in the clients that the
// actor may enter. Which of them an update cannot reach, Instances tells.
type Drift struct {
	Version  int64 // of the master
	Total    int
	UpToDate int
	Behind   int
	BehindBy []BehindBy // the nearest first
	Edited   int
	Rebound  int
}

// BehindBy counts the instances that lack the same versions.
type BehindBy struct {
	Versions  int64 `json:"versions"` // 0 = older than what is kept
	Instances int   `json:"instances"`
}

// KlipDrift counts the instances of a Klip of the agency, without looking at each:
// they are grouped by what they received. Codes not_found, permission_denied.
func (s *Service) KlipDrift(ctx context.Context, who authz.Actor, klip int64) (*Drift, error) {
	grant, err := s.accounts.Grant(ctx, who, authz.ClientAccess, false)
	if err != nil {
		return nil, err
	}
	var out *Drift
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		master, err := s.assets.Viewable(ctx, tx, who, klip)
		if err != nil {
			return err
		}
		if master.Kind != asset.Klip {
			return authz.NotFound()
		}
		of, err := versionsOf(ctx, tx, master)
		if err != nil {
			return err
		}
		out, err = readKlipDrift(ctx, tx, master, of)
		return err
	})
	return out, err
}

func readKlipDrift(ctx context.Context, tx *db.Tx, master *asset.Asset, versions map[id.Content]int64) (*Drift, error) {
	out := &Drift{Version: master.Version, BehindBy: []BehindBy{}}
	by := map[int64]int{}
	err := tx.Query(ctx, `
		SELECT i.received_body, COUNT(*), SUM(CASE WHEN i.body_id <> i.received_body THEN 1 ELSE 0 END),
			SUM(CASE WHEN i.wiring_id <> i.received_wiring THEN 1 ELSE 0 END)
		FROM assets i WHERE `+ofMaster+` GROUP BY i.received_body`, db.Args{"master": master.Key.No}, func(scan func(...any) error) error {
		var body id.Content
		var n, edited, rebound int
		err := scan(&body, &n, &edited, &rebound)
		out.Total, out.Edited, out.Rebound = out.Total+n, out.Edited+edited, out.Rebound+rebound
		if body == master.Body {
			out.UpToDate += n
			return err
		}
		behind := int64(0)
		if has := versions[body]; has > 0 {
			behind = master.Version - has
		}
		out.Behind += n
		by[behind] += n
		return err
	})
	for versions, n := range by {
		out.BehindBy = append(out.BehindBy, BehindBy{Versions: versions, Instances: n})
	}
	slices.SortFunc(out.BehindBy, func(a, b BehindBy) int {
		if (a.Versions == 0) != (b.Versions == 0) { // the oldest last
			return cmp.Compare(b.Versions, a.Versions)
		}
		return cmp.Compare(a.Versions, b.Versions)
	})
	return out, err
}
