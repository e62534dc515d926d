package account

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// Cause is why clients need somebody. What other domains know of has causes of its own.
type Cause string

// The causes that the record of a client tells of.
const (
	TrialEnding Cause = "trial_ending" // within trialSoon
	TrialEnded  Cause = "trial_ended"  // disabled by the end of its trial
	InSetup     Cause = "setup"        // nobody there can sign in yet
	NearLimit   Cause = "near_limit"   // of seats, dashboards, links or calls, nine tenths or more
)

// Causes are all of them, the most urgent first.
var Causes = []Cause{TrialEnding, TrialEnded, NearLimit, InSetup}

const trialSoon = 7 * day

// The conditions of the causes, on a row a of accounts; :now and :soon are bound.
const (
	trialEnding = `(a.status = 'trial' AND a.trial_ends_at <= :soon)`
	trialEnded  = `(a.status = 'disabled' AND a.status_note = '` + NoteTrialExpired + `')`
	inSetup     = `(a.status = 'setup')`
	nearLimit   = `(a.status <> 'disabled' AND ((a.seats_limit > 0 AND a.seats_used * 10 >= a.seats_limit * 9)
		OR (a.dash_limit > 0 AND a.dash_used * 10 >= a.dash_limit * 9) OR (a.links_limit > 0 AND a.links_used * 10 >= a.links_limit * 9)
		OR (a.api_limit > 0 AND ` + callsToday + ` * 10 >= a.api_limit * 9)))`
)

// Attention counts, over all clients that the actor may see, those that need somebody, by
// cause: one statement however many there are. Code not_found.
func (s *Service) Attention(ctx context.Context, who authz.Actor) (map[Cause]int64, error) {
	grant, err := s.seeGrant(ctx, who)
	if err != nil {
		return nil, err
	}
	out := make(map[Cause]int64, len(Causes))
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		var ending, ended, setup, near int64
		_, err := tx.One(ctx, `SELECT COUNT(CASE WHEN `+trialEnding+` THEN 1 END), COUNT(CASE WHEN `+trialEnded+` THEN 1 END),
				COUNT(CASE WHEN `+inSetup+` THEN 1 END), COUNT(CASE WHEN `+nearLimit+` THEN 1 END)
			FROM accounts a WHERE a.id IN {each :accounts} AND a.deleted_at IS NULL`,
			db.Args{"soon": tx.Now + trialSoon.Milliseconds(), "now": tx.Now}, &ending, &ended, &setup, &near)
		out[TrialEnding], out[TrialEnded], out[InSetup], out[NearLimit] = ending, ended, setup, near
		return err
	})
	return out, err
}
