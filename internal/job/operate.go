package job

import (
	"context"

	"octavo/internal/db"
	"octavo/internal/errs"
)

// Board is what the operator of a server sees and does: jobs of all accounts. It asks nobody for a
// right; only commands on the server's own machine use it.
type Board struct{ db *db.DB }

// NewBoard makes the board.
func NewBoard(d *db.DB) *Board { return &Board{db: d} }

// Counts gives how many jobs there are in each state.
func (b *Board) Counts(ctx context.Context) (map[State]int, error) {
	counts := map[State]int{}
	err := b.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		return tx.Query(ctx, `SELECT state, count(*) FROM jobs GROUP BY state`, nil, func(scan func(...any) error) error {
			var state State
			var n int
			err := scan(&state, &n)
			counts[state] = n
			return err
		})
	})
	return counts, err
}

// List gives at most rows jobs in a state (all: empty), the newest first.
func (b *Board) List(ctx context.Context, state State, rows int) ([]Job, error) {
	var jobs []Job
	err := b.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		jobs = nil
		return tx.Query(ctx, `
			SELECT account_id, id, kind, key, class, state, attempts, error, created_at, due_at, coalesce(started_at, 0), coalesce(ended_at, 0)
			FROM jobs WHERE :state = '' OR state = :state ORDER BY id DESC LIMIT :rows`,
			db.Args{"state": state, "rows": rows}, func(scan func(...any) error) error {
				var j Job
				err := scan(&j.Account, &j.ID, &j.Kind, &j.Key, &j.Class, &j.State, &j.Attempts, &j.Error, &j.Created, &j.Due, &j.Started, &j.Ended)
				jobs = append(jobs, j)
				return err
			})
	})
	return jobs, err
}

// Cancel ends a job that waits at once and asks the runner of one that runs to stop it. Codes
// job_not_found, job_ended.
func (b *Board) Cancel(ctx context.Context, job string) error {
	return b.db.Tx(ctx, db.System(), func(tx *db.Tx) error { return cancel(ctx, tx, job) })
}

func cancel(ctx context.Context, tx *db.Tx, job string) error {
	state, err := stateOf(ctx, tx, job)
	if err != nil {
		return err
	}
	switch state {
	case Waiting, Later:
		_, err = tx.Exec(ctx, `UPDATE jobs SET state = 'cancelled', error = 'Cancelled.', ended_at = :now WHERE id = :id`,
			db.Args{"id": job, "now": tx.Now})
	case Running:
		_, err = tx.Exec(ctx, `UPDATE jobs SET stop = 1 WHERE id = :id`, db.Args{"id": job})
	default:
		return errs.New(errs.Conflict, "job_ended", "This job has ended already.")
	}
	return err
}

// Retry lets a job that was given up or cancelled be tried again from the start. Codes job_not_found,
// job_not_ended, job_waits_already (another one does its work).
func (b *Board) Retry(ctx context.Context, job string) error {
	return waitsAlready(b.db.Tx(ctx, db.System(), func(tx *db.Tx) error { return retry(ctx, tx, job) }))
}

func retry(ctx context.Context, tx *db.Tx, job string) error {
	state, err := stateOf(ctx, tx, job)
	if err != nil {
		return err
	}
	if state != Dead && state != Cancelled {
		return errs.New(errs.Conflict, "job_not_ended", "Only a job that was given up or cancelled can be tried again.")
	}
	_, err = tx.Exec(ctx, `
		UPDATE jobs SET state = 'waiting', attempts = 0, error = '', stop = 0, ended_at = NULL, due_at = :now, turn = :now WHERE id = :id`,
		db.Args{"id": job, "now": tx.Now})
	return err
}

// waitsAlready is the error of a retry whose work another job does.
func waitsAlready(err error) error {
	if db.IsUnique(err) {
		return errs.New(errs.Conflict, "job_waits_already", "A newer job for the same work waits already.").WithCause(err)
	}
	return err
}

func stateOf(ctx context.Context, tx *db.Tx, job string) (State, error) {
	var state State
	found, err := tx.One(ctx, `SELECT state FROM jobs WHERE id = :id {lock}`, db.Args{"id": job}, &state)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "job_not_found", "There is no such job, or it ended long ago.")
	}
	return state, err
}
