package job

import (
	"context"
	"strconv"
	"time"

	"octavo/internal/db"
)

// Periodic is work of the installation that comes round by the clock: once per period whatever the
// number of servers, and once, not many times, after the servers were down for long.
type Periodic struct {
	Name  string // kind of the job; also a name in the table installation: "job_" + Name
	Every time.Duration
	Run   func(ctx context.Context) error
}

func periodicHandlers(all []Periodic) []Handler {
	handlers := make([]Handler, len(all))
	for i, p := range all {
		handlers[i] = Handler{Kind: p.Name, Attempts: 3, Run: func(ctx context.Context, _ *Run) error { return p.Run(ctx) }}
	}
	return handlers
}

// enqueueDue adds the job of each period that has begun. The number of the last period is kept, and the
// first server to raise it enqueues the job. What may be forgotten until the next period goes into noted. A clock that is set back repeats nothing.
func (r *Runner) enqueueDue(ctx context.Context, tx *db.Tx, noted map[string]int64) error {
	for _, p := range r.cfg.Periodic {
		slot := tx.Now / p.Every.Milliseconds()
		if r.seen[p.Name] >= slot {
			continue
		}
		n, err := tx.Exec(ctx, `
			INSERT INTO installation (name, value) VALUES (:name, :slot)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value
			WHERE CAST(installation.value AS bigint) < CAST(excluded.value AS bigint)`,
			db.Args{"name": "job_" + p.Name, "slot": strconv.FormatInt(slot, 10)})
		if err != nil {
			return err
		}
		if n > 0 {
			if err := EnqueueFor(ctx, tx, Installation, New{Kind: p.Name, Key: p.Name, Class: Background}); err != nil {
				return err
			}
		}
		noted[p.Name] = slot
	}
	return nil
}
