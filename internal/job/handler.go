package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"octavo/internal/db"
	"octavo/internal/id"
)

// Handler does the jobs of one kind.
type Handler struct {
	Kind     string
	Attempts int           // runs before a job is dead; 0: 5
	Deadline time.Duration // of one run; 0: 10 minutes
	Workers  int           // of its own: runs at a time in one process; 0: those that all other kinds share
	// PerAccount is how many run at a time for one account in one process; 0: any number. Others of it wait without a worker.
	PerAccount int
	// Run does the job. It may be begun again after it did everything but end, so it writes in one
	// transaction, or what it writes twice is the same. The context ends at the deadline, when
	// somebody cancels the job, and when the runner stops.
	Run func(ctx context.Context, run *Run) error
}

const (
	attempts = 5
	deadline = 10 * time.Minute

	firstPause = 15 * time.Second // before the second attempt; doubles
	mostPause  = time.Hour
)

// pause is how long a job rests after its n-th attempt failed.
func pause(n int) time.Duration {
	if n > 12 {
		return mostPause
	}
	return min(firstPause<<(n-1), mostPause)
}

// errFinal marks an error that another attempt would meet again.
type errFinal struct{ error }

func (e errFinal) Unwrap() error { return e.error }

// Final says that another attempt is of no use: the job is dead at once.
func Final(err error) error { return errFinal{err} }

// errGone says that another runner holds the job now.
var errGone = errors.New("job: this run does not hold the job any more")

// Run is one run of a job.
type Run struct {
	Account id.Account
	ID      string
	Attempt int // from 1

	held   claimed
	places *places
	ended  bool // by Finish, in a transaction that has not failed
}

// Args decodes what the job was enqueued with.
func (r *Run) Args(into any) error {
	if err := json.Unmarshal([]byte(r.held.args), into); err != nil {
		return Final(fmt.Errorf("job %s: arguments: %w", r.held.kind, err))
	}
	return nil
}

// Finish ends the job as done in the handler's own transaction, whose scope is the job's account: its
// work and its end are stored together or not at all. An error means that another runner holds
// the job now; the transaction must not be committed.
func (r *Run) Finish(ctx context.Context, tx *db.Tx) error {
	return r.finish(ctx, tx, db.Args{})
}

// FinishFor is Finish in a System scope: for jobs of the installation.
func (r *Run) FinishFor(ctx context.Context, tx *db.Tx) error {
	return r.finish(ctx, tx, db.Args{"account": r.Account})
}

func (r *Run) finish(ctx context.Context, tx *db.Tx, own db.Args) error {
	ok, err := finish(ctx, tx, own, r.held, end{state: Done})
	if err != nil {
		return err
	}
	if !ok {
		return errGone
	}
	r.ended = true
	return nil
}
