package job

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"octavo/internal/db"
)

// begin notes a run and gives what does it.
func (r *Runner) begin(work context.Context, c claimed) func() {
	ctx, cancel := context.WithCancelCause(work)
	r.mu.Lock()
	of := r.poolOf(c.kind)
	of.busy++
	r.runs[c.run()] = underWay{of, cancel}
	r.mu.Unlock()
	r.places.keep(c.run(), ofAccount(c.kind, c.account))
	r.places.keep(c.run(), c.place)
	return func() {
		defer cancel(nil)
		run := &Run{Account: c.account, ID: c.id, Attempt: c.attempts, held: c, places: r.places}
		err := r.do(ctx, run)
		r.close(context.WithoutCancel(ctx), run, context.Cause(ctx), err)
		r.mu.Lock()
		delete(r.runs, c.run())
		of.busy--
		r.mu.Unlock()
		r.places.leave(c.run())
		r.Wake()
	}
}

// do runs the handler; a panic is an error like any other.
func (r *Runner) do(ctx context.Context, run *Run) (err error) {
	h := r.handlers[run.held.kind]
	ctx, cancel := context.WithTimeout(ctx, h.Deadline)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			r.cfg.Log.ErrorContext(ctx, "job panics", "kind", h.Kind, "job", run.ID, "panic", p, "stack", string(debug.Stack()))
			err = Final(fmt.Errorf("panic: %v", p))
		}
	}()
	return h.Run(ctx, run)
}

// close writes how a run ended. The database may be away for a while; when it stays away the lease
// runs out and the job is done again.
func (r *Runner) close(ctx context.Context, run *Run, cause, err error) {
	if err == nil && run.ended {
		return
	}
	h := r.handlers[run.held.kind]
	log := r.cfg.Log.With("kind", h.Kind, "job", run.ID, "attempt", run.Attempt)
	for try := range 5 {
		var held bool
		writing := r.cfg.DB.Together(ctx, db.System(), func(tx *db.Tx) (err2 error) {
			held, err2 = finish(ctx, tx, db.Args{"account": run.Account}, run.held, outcome(tx.Now, h, run, cause, err))
			return err2
		})
		if writing == nil {
			var full *noRoom
			if errors.As(err, &full) {
				r.places.park(full.place, full.most)
				return
			}
			if err != nil {
				log.WarnContext(ctx, "job failed", "error", err)
			}
			if !held {
				log.WarnContext(ctx, "job was not held any more")
			}
			return
		}
		log.ErrorContext(ctx, "end of a job cannot be written", "error", writing)
		time.Sleep(100 * time.Millisecond << try)
	}
}

// outcome is how a run ends, given what its handler says and why its context ended.
func outcome(now int64, h Handler, run *Run, cause, err error) end {
	var final errFinal
	var full *noRoom
	switch {
	case err == nil:
		return end{state: Done}
	case errors.Is(cause, errCancelled):
		return end{state: Cancelled, error: "Cancelled."}
	case errors.Is(cause, errStopping):
		return end{state: Waiting, spare: true}
	case errors.As(err, &full):
		return end{state: Later, due: now + parkedFor.Milliseconds(), place: full.place, spare: true}
	case errors.As(err, &final), run.Attempt >= h.Attempts:
		return end{state: Dead, error: err.Error()}
	}
	return end{state: Later, due: now + pause(run.Attempt).Milliseconds(), error: err.Error()}
}
