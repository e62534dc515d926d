package job_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/job"
)

func TestManyRunnersDoEachJobOnce(t *testing.T) {
	d := dbtest.Open(t)
	const jobs = 300
	for a := range int64(3) {
		var all []job.New
		for i := range jobs / 3 {
			all = append(all, job.New{Kind: "note", Args: fmt.Sprint(a, "-", i)})
		}
		enqueue(t, d, account(a+1), all...)
	}
	var n notes
	for range 3 {
		start(t, job.Config{DB: d, Workers: 4, Handlers: []job.Handler{noting(&n, "note")}})
	}
	until(t, "all are done", func() bool { return counts(t, d)[job.Done] == jobs })
	words := n.all()
	slices.Sort(words)
	if len(words) != jobs || len(slices.Compact(words)) != jobs {
		t.Errorf("%d runs of %d jobs", len(n.all()), jobs)
	}
}

// A runner whose beat is far apart stands for one that has died: nobody renews its leases.
func TestJobOfADeadRunnerIsDoneByAnother(t *testing.T) {
	d := dbtest.Open(t)
	clk := d.Clock().(*clock.Manual)
	enqueue(t, d, account(1), job.New{Kind: "note"})
	begun, release := make(chan int, 9), make(chan struct{})
	finished := make(chan error, 9)
	h := job.Handler{Kind: "note", Run: func(ctx context.Context, run *job.Run) error {
		begun <- run.Attempt
		if run.Attempt == 1 {
			<-release
		}
		err := d.Tx(ctx, db.Account(run.Account), func(tx *db.Tx) error { return run.Finish(ctx, tx) })
		finished <- err
		return err
	}}
	start(t, job.Config{DB: d, Lease: time.Hour, Handlers: []job.Handler{h}})
	if attempt := <-begun; attempt != 1 {
		t.Fatalf("attempt %d", attempt)
	}
	start(t, job.Config{DB: d, Lease: 40 * time.Millisecond, Handlers: []job.Handler{h}})
	until(t, "it is taken back", func() bool {
		if counts(t, d)[job.Later] == 1 || len(begun) == 1 {
			return true
		}
		clk.Advance(2 * time.Hour) // once may be too early: a runner renews its leases as it starts
		return false
	})
	// The clock may have jumped while the living runner was claiming: then it looks dead, too, and begins again.
	attempts := 1
	for err := errors.New("not begun"); err != nil; err = <-finished {
		if attempts == 4 {
			t.Fatalf("nobody ends the job: %v", err)
		}
		clk.Advance(time.Hour) // longer than a job waits that was taken back
		attempts++
		if attempt := <-begun; attempt != attempts {
			t.Fatalf("attempt %d, want %d", attempt, attempts)
		}
	}
	close(release)
	if err := <-finished; err == nil {
		t.Error("the runner that was thought dead stored its work as well")
	}
	if j := only(t, d); j.State != job.Done || j.Attempts != attempts {
		t.Errorf("%+v", j)
	}
}

// A run whose job was taken back is told, so that it does not work on for nothing.
func TestRunThatLostItsJobIsStopped(t *testing.T) {
	d := dbtest.Open(t)
	clk := d.Clock().(*clock.Manual)
	enqueue(t, d, account(1), job.New{Kind: "long"})
	begun, told := make(chan struct{}, 9), make(chan struct{}, 9)
	h := job.Handler{Kind: "long", Run: func(ctx context.Context, run *job.Run) error {
		begun <- struct{}{}
		if run.Attempt > 1 {
			return nil
		}
		<-ctx.Done()
		told <- struct{}{}
		return ctx.Err()
	}}
	start(t, job.Config{DB: d, Lease: 4 * time.Second, Handlers: []job.Handler{h}}) // looks after its leases every second
	<-begun
	start(t, job.Config{DB: d, Lease: 40 * time.Millisecond})
	until(t, "it is taken back", func() bool {
		clk.Advance(time.Minute)
		return counts(t, d)[job.Running] == 0 || len(begun) > 0
	})
	select {
	case <-told:
	case <-time.After(patience):
		t.Fatal("the run is not told")
	}
	until(t, "it is done again", func() bool {
		c := counts(t, d)
		if c[job.Later] == 1 {
			clk.Advance(time.Minute)
		}
		return c[job.Done] == 1
	})
}

func TestWorkAndItsEndAreStoredTogether(t *testing.T) {
	d := dbtest.Open(t)
	enqueue(t, d, account(1), job.New{Kind: "work"})
	broken := errors.New("power cut")
	start(t, job.Config{DB: d, Handlers: []job.Handler{{Kind: "work", Attempts: 1, Run: func(ctx context.Context, run *job.Run) error {
		return d.Tx(ctx, db.Account(run.Account), func(tx *db.Tx) error {
			if err := job.Enqueue(ctx, tx, job.New{Kind: "trace"}); err != nil {
				return err
			}
			if err := run.Finish(ctx, tx); err != nil {
				return err
			}
			return broken
		})
	}}}})
	until(t, "it has failed", func() bool { return counts(t, d)[job.Dead] == 1 })
	if j := only(t, d); j.Error != broken.Error() {
		t.Errorf("%+v", j)
	}
}

func TestCancel(t *testing.T) {
	d := dbtest.Open(t)
	board := job.NewBoard(d)
	enqueue(t, d, account(1), job.New{Kind: "long", After: time.Hour})
	later := only(t, d)
	if err := board.Cancel(context.Background(), later.ID); err != nil || only(t, d).State != job.Cancelled {
		t.Fatalf("%v, %+v", err, only(t, d))
	}
	enqueue(t, d, account(1), job.New{Kind: "long"})
	begun := make(chan string, 1)
	start(t, job.Config{DB: d, Lease: 40 * time.Millisecond, Handlers: []job.Handler{{Kind: "long", Run: func(ctx context.Context, run *job.Run) error {
		begun <- run.ID
		<-ctx.Done()
		return ctx.Err()
	}}}})
	running := <-begun
	if err := board.Cancel(context.Background(), running); err != nil {
		t.Fatal(err)
	}
	until(t, "the run is stopped", func() bool { return counts(t, d)[job.Cancelled] == 2 })
	for _, id := range []string{running, "nothing"} {
		if err := board.Cancel(context.Background(), id); err == nil {
			t.Errorf("cancel of %s is taken", id)
		}
	}
}

func TestStopLetsRunsEndAndGivesTheRestBack(t *testing.T) {
	d := dbtest.Open(t)
	enqueue(t, d, account(1), job.New{Kind: "quick"}, job.New{Kind: "slow"})
	begun := make(chan struct{}, 2)
	release := make(chan struct{})
	stop := start(t, job.Config{DB: d, Grace: 50 * time.Millisecond, Handlers: []job.Handler{
		{Kind: "quick", Run: func(context.Context, *job.Run) error { begun <- struct{}{}; <-release; return nil }},
		{Kind: "slow", Run: func(ctx context.Context, _ *job.Run) error { begun <- struct{}{}; <-ctx.Done(); return ctx.Err() }},
	}})
	<-begun
	<-begun
	close(release)
	stop()
	if c := counts(t, d); c[job.Done] != 1 || c[job.Waiting] != 1 {
		t.Errorf("after the stop: %v", c)
	}
	jobs, err := job.NewBoard(d).List(context.Background(), job.Waiting, 1)
	if err != nil || jobs[0].Attempts != 0 {
		t.Errorf("the stop counts as an attempt: %+v, %v", jobs, err)
	}
}

// What has workers of its own holds none that others could have, and somebody who waits need not wait for the next look.
func TestWorkersOfAKindAndWake(t *testing.T) {
	d := dbtest.Open(t)
	begun, release := make(chan struct{}, 9), make(chan struct{})
	var n notes
	few := job.Handler{Kind: "few", Workers: 1, Run: func(context.Context, *job.Run) error { begun <- struct{}{}; <-release; return nil }}
	r, err := job.NewRunner(job.Config{DB: d, Workers: 1, Poll: time.Hour, Handlers: []job.Handler{few, noting(&n, "note")}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { r.Serve(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	enqueue(t, d, account(1), job.New{Kind: "few"}, job.New{Kind: "few"}, job.New{Kind: "note", Args: "x"}) // two that want all workers
	r.Wake()
	until(t, "the other kind has its turn", func() bool { return counts(t, d)[job.Done] == 1 })
	if got := n.all(); len(got) != 1 {
		t.Fatalf("done is %v", got)
	}
	<-begun
	if c := counts(t, d); len(begun) != 0 || c[job.Running] != 1 || c[job.Waiting] != 1 {
		t.Errorf("%d more began: %v", len(begun), c)
	}
	close(release)
	until(t, "all are done", func() bool { return counts(t, d)[job.Done] == 3 })
}

func TestPeriodicWorkComesOncePerPeriod(t *testing.T) {
	d := dbtest.Open(t)
	clk := d.Clock().(*clock.Manual)
	var n notes
	hourly := job.Periodic{Name: "hourly", Every: time.Hour, Run: func(context.Context) error { n.add("run"); return nil }}
	for range 2 {
		start(t, job.Config{DB: d, Periodic: []job.Periodic{hourly}})
	}
	settled := func(runs int) {
		t.Helper()
		until(t, "the period's run", func() bool { return len(n.all()) >= runs && counts(t, d)[job.Running]+counts(t, d)[job.Waiting] == 0 })
		time.Sleep(40 * time.Millisecond)
		if got := len(n.all()); got != runs {
			t.Fatalf("%d runs, want %d", got, runs)
		}
	}
	settled(1)
	clk.Advance(time.Hour)
	settled(2)
	clk.Advance(48 * time.Hour) // a long stop is made up for once
	settled(3)
	clk.Advance(-10 * time.Hour)
	settled(3)
}

func TestEndedJobsAreKeptForAWhile(t *testing.T) {
	d := dbtest.Open(t)
	clk := d.Clock().(*clock.Manual)
	enqueue(t, d, account(1), job.New{Kind: "note", Args: "x"})
	var n notes
	start(t, job.Config{DB: d, Lease: 40 * time.Millisecond, Keep: 24 * time.Hour, Handlers: []job.Handler{noting(&n, "note")}})
	until(t, "it is done", func() bool { return counts(t, d)[job.Done] == 1 })
	clk.Advance(23 * time.Hour)
	time.Sleep(60 * time.Millisecond)
	if counts(t, d)[job.Done] != 1 {
		t.Error("it went too early")
	}
	clk.Advance(2 * time.Hour)
	until(t, "it is removed", func() bool { return counts(t, d)[job.Done] == 0 })
}

func TestRunnerRefusesTwoHandlersOfOneKind(t *testing.T) {
	h := noting(&notes{}, "note")
	if _, err := job.NewRunner(job.Config{Handlers: []job.Handler{h, h}}); err == nil {
		t.Error("taken")
	}
}
