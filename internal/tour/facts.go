package tour

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// facts are what happened so far.
type facts struct {
	there    bool // the dashboard to look at is not in the bin
	opened   bool // the actor has opened it
	imported bool // the client to set up has something that was imported
	filled   bool // and the property
	hidden   bool // the actor put the tour away
}

// read reads all of them with one statement, over the clients that the actor may enter.
func read(ctx context.Context, tx *db.Tx, who authz.Actor, o Objects) (f facts, err error) {
	var there, opened, imported, filled, hidden int64
	_, err = tx.One(ctx, `
		SELECT
			(SELECT COUNT(*) FROM assets a WHERE a.account_id IN {each :accounts} AND a.account_id = :shown AND a.no = :no AND a.deleted_at IS NULL),
			(SELECT COUNT(*) FROM asset_seen s WHERE s.account_id IN {each :accounts} AND s.account_id = :shown AND s.no = :no AND s.user_id = :who),
			(SELECT COUNT(*) FROM assets a WHERE a.account_id IN {each :accounts} AND a.account_id = :new AND a.origin_no IS NOT NULL AND a.deleted_at IS NULL),
			(SELECT COUNT(*) FROM properties p WHERE p.account_id IN {each :accounts} AND p.account_id = :new AND p.name = :property
				AND (p.value IS NOT NULL OR p.sealed IS NOT NULL)),
			(SELECT COUNT(*) FROM tours t WHERE t.account_id = :account AND t.user_id = :who)`,
		db.Args{"shown": o.Shown, "no": o.Dashboard, "new": o.New, "property": o.Property, "who": who.User},
		&there, &opened, &imported, &filled, &hidden)
	return facts{there > 0, opened > 0, imported > 0, filled > 0, hidden > 0}, err
}
