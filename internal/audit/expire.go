package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// expired is the action of the line that tells how far the beginning of a trail was removed.
const expired = "activity.expired"

// removal is the detail of such a line.
type removal struct {
	Through int64 `json:"through"` // last place whose line is gone
	Lines   int64 `json:"lines"`
}

// Expire removes the lines at the beginning of every trail that are older than keep; 0 keeps all. The place of the last
// of them stays, so that the chain begins with its hash, and a line of the trail says how far it goes.
func (s *Service) Expire(ctx context.Context, keep time.Duration) error {
	if keep <= 0 {
		return nil
	}
	cutoff := s.db.Clock().Now().Add(-keep).UnixMilli()
	var accounts []id.Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		accounts = nil
		return tx.Query(ctx, `SELECT DISTINCT account_id FROM audit WHERE at < :cutoff AND sealed = 1`, db.Args{"cutoff": cutoff},
			func(scan func(...any) error) error {
				var a id.Account
				err := scan(&a)
				accounts = append(accounts, a)
				return err
			})
	})
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) error { return expireOne(ctx, tx, a, cutoff) }); err != nil {
			return fmt.Errorf("audit.Expire: %w", err)
		}
	}
	return nil
}

// expireOne removes the lines before the first one that is young enough.
func expireOne(ctx context.Context, tx *db.Tx, a id.Account, cutoff int64) error {
	args := db.Args{"of": a, "cutoff": cutoff}
	var through int64
	_, err := tx.One(ctx, `SELECT coalesce(
			(SELECT min(x.seq) FROM audit_seals x JOIN audit l ON l.account_id = x.account_id AND l.id = x.line_id WHERE x.account_id = :of AND l.at >= :cutoff),
			(SELECT max(x.seq) FROM audit_seals x WHERE x.account_id = :of) + 1, 1) - 1`, args, &through)
	if err != nil || through == 0 {
		return err
	}
	args["through"] = through
	n, err := tx.Exec(ctx, `DELETE FROM audit WHERE account_id = :of AND id IN (SELECT line_id FROM audit_seals WHERE account_id = :of AND seq <= :through)`, args)
	if err != nil || n == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM audit_seals WHERE account_id = :of AND seq < :through`, args); err != nil {
		return err
	}
	return Record(ctx, tx, program(a), Line{Action: expired, Detail: map[string]any{"through": through, "lines": n}})
}

// program is who acts when nobody does.
func program(a id.Account) authz.Actor {
	return authz.Actor{Name: "Octavo", Account: a, Home: a, Via: authz.ViaOperator}
}

// verifyBegins looks for chains whose first lines are gone while no line of the trail tells of that; begins are the
// places that they begin at.
func verifyBegins(ctx context.Context, tx *db.Tx, here string, begins map[id.Account]int64, out *[]Broken) error {
	told := map[id.Account]int64{}
	err := tx.Query(ctx, `SELECT x.account_id, x.detail FROM audit x WHERE `+here+` AND x.action = :expired`, db.Args{"expired": expired},
		func(scan func(...any) error) error {
			var a id.Account
			var detail string
			if err := scan(&a, &detail); err != nil {
				return err
			}
			var r removal
			err := json.Unmarshal([]byte(detail), &r)
			told[a] = max(told[a], r.Through)
			return err
		})
	for a, seq := range begins {
		if told[a] != seq {
			*out = append(*out, Broken{a, fmt.Sprintf("the lines up to place %d are missing", seq)})
		}
	}
	return err
}
