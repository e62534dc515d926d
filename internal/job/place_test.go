package job_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
	"octavo/internal/job"
)

// full is a handler whose runs are at the place that they were enqueued with, where one at a time may be. It tells what
// has entered, and goes on when it is let.
func full(entered chan<- string, let <-chan struct{}) job.Handler {
	return job.Handler{Kind: "ask", Workers: 2, Run: func(ctx context.Context, run *job.Run) error {
		var at [2]string
		if err := run.Args(&at); err != nil {
			return err
		}
		if err := run.Enter(at[0], 1); err != nil {
			return err
		}
		entered <- at[1]
		select {
		case <-let:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
}

// A run for which there is no room holds no worker, loses neither its turn nor an attempt, and comes as soon as there is some.
func TestPlaceWithoutRoomHoldsNoWorker(t *testing.T) {
	d := dbtest.Open(t)
	entered, let := make(chan string, 9), make(chan struct{})
	ask := func(place, name string) job.New { return job.New{Kind: "ask", Args: [2]string{place, name}} }
	enqueue(t, d, account(1), ask("a", "1"))
	start(t, job.Config{DB: d, Handlers: []job.Handler{full(entered, let)}})
	if got := <-entered; got != "1" {
		t.Fatal(got)
	}
	enqueue(t, d, account(1), ask("a", "2"), ask("a", "3"))
	until(t, "they are parked", func() bool { return counts(t, d)[job.Later] == 2 })
	enqueue(t, d, account(1), ask("b", "4"))
	if got := <-entered; got != "4" {
		t.Fatalf("%s has the second worker", got)
	}
	let <- struct{}{}
	until(t, "one of them has ended", func() bool { return counts(t, d)[job.Done] == 1 })
	let <- struct{}{} // the other one; both workers are free in the end
	for _, want := range []string{"2", "3"} {
		if got := <-entered; got != want {
			t.Errorf("%s comes where %s has the turn", got, want)
		}
		let <- struct{}{}
	}
	until(t, "all are done", func() bool { return counts(t, d)[job.Done] == 4 })
	jobs, err := job.NewBoard(d).List(t.Context(), job.Done, 10)
	if err != nil || slices.ContainsFunc(jobs, func(j job.Job) bool { return j.Attempts != 1 || j.Error != "" }) {
		t.Errorf("%v, %+v", err, jobs)
	}
}

// What a runner has parked that died is taken up by another one after a while, with its turn.
func TestParkedJobsOfADeadRunnerComeAgain(t *testing.T) {
	d := dbtest.Open(t)
	clk := d.Clock().(*clock.Manual)
	entered, let := make(chan string, 9), make(chan struct{})
	enqueue(t, d, account(1), job.New{Kind: "ask", Args: [2]string{"a", "1"}}, job.New{Kind: "ask", Args: [2]string{"a", "2"}})
	stop := start(t, job.Config{DB: d, Grace: time.Nanosecond, Handlers: []job.Handler{full(entered, let)}})
	<-entered
	until(t, "one is parked", func() bool { return counts(t, d)[job.Later] == 1 })
	stop()
	start(t, job.Config{DB: d, Handlers: []job.Handler{full(entered, let)}})
	close(let)
	until(t, "it is done", func() bool {
		clk.Advance(time.Minute)
		return counts(t, d)[job.Done] == 2
	})
}

// TestOneAccountDoesNotHoldUpOthers: 2,000 jobs of one account wait, and nothing of them ends before five of another
// account are done (data-sources.md §16.9).
func TestOneAccountDoesNotHoldUpOthers(t *testing.T) {
	d := dbtest.Open(t)
	const many, few, workers = 2000, 5, 256
	big, small := account(1), account(2)
	add := func(a id.Account, n int) {
		err := d.Tx(t.Context(), db.Account(a), func(tx *db.Tx) error {
			return job.EnqueueEach(t.Context(), tx, slices.Repeat([]id.Account{a}, n), job.New{Kind: "ask"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	let := make(chan struct{})
	var at, most, ended atomic.Int64
	done := make(chan struct{}, few)
	add(big, many)
	start(t, job.Config{DB: d, Handlers: []job.Handler{{Kind: "ask", Workers: workers, PerAccount: workers / 2, Run: func(_ context.Context, run *job.Run) error {
		if run.Account == small {
			done <- struct{}{}
			return nil
		}
		most.Store(max(most.Load(), at.Add(1)))
		<-let
		at.Add(-1)
		ended.Add(1)
		return nil
	}}}})
	until(t, "the large account has all that it may have", func() bool { return at.Load() == workers/2 })
	add(small, few)
	for range few {
		<-done
	}
	if ended.Load() != 0 {
		t.Error("the small account had to wait for the large one")
	}
	close(let)
	until(t, "all are done", func() bool { return counts(t, d)[job.Done] == many+few })
	if ended.Load() != many || most.Load() > workers/2 {
		t.Errorf("%d runs, %d at a time", ended.Load(), most.Load())
	}
}
