package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"octavo/internal/db"
	"octavo/internal/id"
)

// Class says how urgent a job is.
type Class int

// The classes.
const (
	Urgent     Class = iota // a person waits for it
	Normal                  // a person will look at it soon
	Background              // nobody waits
)

// State is where a job is in its life.
type State string

// The states.
const (
	Waiting   State = "waiting"   // due, not begun
	Later     State = "later"     // not due yet: planned, or tried and to be tried again
	Running   State = "running"   // a runner holds it
	Done      State = "done"      // ended well
	Cancelled State = "cancelled" // ended by a person
	Dead      State = "dead"      // given up after its last attempt
)

// Installation is the account of jobs that belong to no account.
const Installation id.Account = 0

const (
	accountStep = 1_000       // turn between waiting jobs of one account, in milliseconds
	classStep   = 10 * 60_000 // turn that a class costs
)

// New is a job to be enqueued.
type New struct {
	Kind  string // of the handler
	Key   string // empty: never joined with another
	Class Class
	Args  any           // encoded as JSON
	After time.Duration // from now; zero: at once
}

// Job is a job as operators see it.
type Job struct {
	Account  id.Account
	ID       string
	Kind     string
	Key      string
	Class    Class
	State    State
	Attempts int    // runs begun
	Error    string // of the last run that failed
	Created  int64  // UTC milliseconds, as all times here
	Due      int64
	Started  int64 // 0: never
	Ended    int64 // 0: not yet
}

// Enqueue adds a job to the account whose scope the transaction has, or joins it with the one that
// waits under the same key: that one then takes the better class and the earlier time of the two.
func Enqueue(ctx context.Context, tx *db.Tx, job New) error {
	return enqueue(ctx, tx, db.Args{}, job)
}

// EnqueueFor is Enqueue in a System scope, which names the account itself; Installation is one.
func EnqueueFor(ctx context.Context, tx *db.Tx, account id.Account, job New) error {
	return enqueue(ctx, tx, db.Args{"account": account}, job)
}

func enqueue(ctx context.Context, tx *db.Tx, own db.Args, job New) error {
	args, err := json.Marshal(job.Args)
	if err != nil {
		return fmt.Errorf("job.Enqueue(%s): %w", job.Kind, err)
	}
	if job.Key != "" {
		joined, err := join(ctx, tx, own, job)
		if joined || err != nil {
			return err
		}
	}
	turn, err := nextTurn(ctx, tx, own, job.Class)
	if err != nil {
		return err
	}
	return insert(ctx, tx, own, job, string(args), turn)
}

// EnqueueEach adds one job to each of several accounts, which the scope of the
// transaction may write. The job has no key.
func EnqueueEach(ctx context.Context, tx *db.Tx, accounts []id.Account, job New) error {
	args, err := json.Marshal(job.Args)
	if err != nil {
		return fmt.Errorf("job.EnqueueEach(%s): %w", job.Kind, err)
	}
	rows := make([][]any, len(accounts))
	for i, a := range accounts {
		rows[i] = []any{a, id.New(), job.Kind, "", job.Class, string(args), Waiting, tx.Now, tx.Now + int64(job.Class)*classStep, 0, "", 0, "", tx.Now}
	}
	return tx.Insert(ctx, "jobs", []string{"account_id", "id", "kind", "key", "class", "args", "state", "due_at", "turn", "attempts", "worker", "stop",
		"error", "created_at"}, rows)
}
