package datasource

import (
	"context"
	"fmt"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// SetExpected says in how many seconds data that people upload, or programs push, should come again, over the expected
// version; 0 = whenever. Data that are older are stale. The version stays, for settings have none.
// Codes not_found, permission_denied, version_conflict, bad_expectation.
func (s *Service) SetExpected(ctx context.Context, who authz.Actor, public string, expected int64, every int) (*Source, error) {
	return s.setOf(ctx, who, public, expected, didSetExpected, sent, func(now *Settings) error {
		if every != 0 && (every < leastInterval || every > mostInterval) {
			return badExpectation("from once a minute to once a year")
		}
		now.ExpectS = every
		return nil
	}, func(tx *db.Tx, no int64) error { // a trouble that ends so ends without data, so nobody is told that they came
		if err := s.update(ctx, tx, `UPDATE sources SET trouble_at = NULL WHERE account_id = :account AND no = :no`, db.Args{"no": no}); err != nil {
			return err
		}
		return s.expectEvery(ctx, tx, no, every)
	})
}

// expectedAfter is when data are stale that should come again in :every milliseconds; 0 = never.
const expectedAfter = `CASE WHEN CAST(:every AS bigint) > 0 THEN received_at + CAST(:every AS bigint) END`

// expect notes from when on the data of a source that was sent just now, or taken back, are stale. Data that are fetched
// have a schedule instead.
func (s *Service) expect(ctx context.Context, tx *db.Tx, no int64) error {
	def, err := readDefinition(ctx, tx, no)
	if err != nil || def == nil || def.body.asks() != nil {
		return err
	}
	return s.expectEvery(ctx, tx, no, def.settings.ExpectS)
}

// expectEvery notes from when on data that should come again in so many seconds are stale: those of a source, and of
// each set of values that programs push.
func (s *Service) expectEvery(ctx context.Context, tx *db.Tx, no int64, every int) error {
	args := db.Args{"no": no, "every": int64(every) * 1000}
	err := s.update(ctx, tx, `UPDATE sources SET stale_at = `+expectedAfter+` WHERE account_id = :account AND no = :no`, args)
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE instances SET stale_at = `+expectedAfter+` WHERE account_id = :account AND no = :no AND sent = 1`, args)
	}
	return err
}

// sent refuses sources that are fetched. Code bad_expectation.
func sent(b body) error {
	if b.asks() != nil {
		return badExpectation("they are fetched, and the schedule says when")
	}
	return nil
}

func badExpectation(reason string) error {
	return errs.Newf(errs.Invalid, "bad_expectation", "Data cannot be expected like this: %s.", reason).WithField("every_s").WithParams(map[string]any{"reason": reason})
}

// notSent is why people hear of data that should come again in so many seconds, and did not.
func notSent(every int) *errs.Error {
	return &errs.Error{Message: "New data should come within " + lengthOf(every) + ", and none did."}
}

// lengthOf says how long some seconds are.
func lengthOf(seconds int) string {
	for _, unit := range []struct {
		seconds int
		name    string
	}{{7 * 24 * 3600, "week"}, {24 * 3600, "day"}, {3600, "hour"}, {60, "minute"}} {
		switch n := seconds / unit.seconds; {
		case n == 0 || seconds%unit.seconds != 0:
		case n == 1:
			return "one " + unit.name
		default:
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return fmt.Sprintf("%d seconds", seconds)
}
