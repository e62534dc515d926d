package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
	"octavo/internal/job"
)

// patience is how long a test waits for what must come; a slow machine only takes longer.
const patience = time.Minute

// notes collects what handlers did. Safe for concurrent use.
type notes struct {
	mu    sync.Mutex
	words []string
}

func (n *notes) add(word string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.words = append(n.words, word)
}

func (n *notes) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.words)
}

// account is the n-th account of a family.
func account(n int64) id.Account { return id.NewAccount(1, n) }

func enqueue(t *testing.T, d *db.DB, a id.Account, jobs ...job.New) {
	t.Helper()
	scope := db.Account(a)
	if a == job.Installation {
		scope = db.System()
	}
	err := d.Tx(context.Background(), scope, func(tx *db.Tx) error {
		for _, j := range jobs {
			err := job.Enqueue(context.Background(), tx, j)
			if a == job.Installation {
				err = job.EnqueueFor(context.Background(), tx, a, j)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// start runs a runner until the test ends, or until the function it gives is called.
func start(t *testing.T, cfg job.Config) (stop func()) {
	t.Helper()
	if cfg.Poll == 0 {
		cfg.Poll = 5 * time.Millisecond
	}
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	r, err := job.NewRunner(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { r.Serve(ctx); close(ended) }()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return stop
}

// until waits for something to become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not come: %s", what)
		}
	}
}

func counts(t *testing.T, d *db.DB) map[job.State]int {
	t.Helper()
	c, err := job.NewBoard(d).Counts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func only(t *testing.T, d *db.DB) job.Job {
	t.Helper()
	jobs, err := job.NewBoard(d).List(context.Background(), "", 10)
	if err != nil || len(jobs) != 1 {
		t.Fatalf("jobs %+v, %v: want one", jobs, err)
	}
	return jobs[0]
}

func noting(n *notes, kind string) job.Handler {
	return job.Handler{Kind: kind, Run: func(_ context.Context, run *job.Run) error {
		var word string
		err := run.Args(&word)
		n.add(word)
		return err
	}}
}

func TestJobIsBornAndDiesWithItsTransaction(t *testing.T) {
	d := dbtest.Open(t)
	refused := errors.New("refused")
	err := d.Tx(context.Background(), db.Account(account(1)), func(tx *db.Tx) error {
		if err := job.Enqueue(context.Background(), tx, job.New{Kind: "note", Args: "lost"}); err != nil {
			t.Error(err)
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Fatal(err)
	}
	enqueue(t, d, account(1), job.New{Kind: "note", Args: "kept"})
	var n notes
	start(t, job.Config{DB: d, Handlers: []job.Handler{noting(&n, "note")}})
	until(t, "the job is done", func() bool { return counts(t, d)[job.Done] == 1 })
	if got := n.all(); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("done: %q", got)
	}
}

func TestOrderIsFairByAccountAndClass(t *testing.T) {
	d := dbtest.Open(t)
	clk := d.Clock().(*clock.Manual)
	var flood []job.New
	for i := range 30 {
		flood = append(flood, job.New{Kind: "note", Class: job.Normal, Args: fmt.Sprint("flood", i)})
	}
	enqueue(t, d, account(1), flood...)
	enqueue(t, d, account(3), job.New{Kind: "note", Class: job.Background, Args: "whenever"})
	clk.Advance(2500 * time.Millisecond)
	enqueue(t, d, account(2), job.New{Kind: "note", Class: job.Normal, Args: "small"})
	enqueue(t, d, account(1), job.New{Kind: "note", Class: job.Urgent, Args: "person"})
	clk.Advance(20 * time.Minute)
	enqueue(t, d, account(2), job.New{Kind: "note", Class: job.Normal, Args: "late"})
	var n notes
	start(t, job.Config{DB: d, Workers: 1, Handlers: []job.Handler{noting(&n, "note")}})
	until(t, "all are done", func() bool { return len(n.all()) == 34 })
	got := n.all()
	for _, c := range []struct {
		word string
		want int
	}{
		{"person", 0},                                             // urgent
		{"flood0", 1}, {"flood2", 3}, {"small", 4}, {"flood3", 5}, // it waited behind three of thirty
		{"whenever", 32}, // ten minutes behind its class
		{"late", 33},     // what waited long goes before what came now
	} {
		if at := slices.Index(got, c.word); at != c.want {
			t.Errorf("%s is number %d, want %d of %q", c.word, at, c.want, got)
		}
	}
}

// TestPlannedWorkIsFair is line 9 of the checklist of data-sources.md: what one account has planned for one moment, however
// much, does not hold up another, whether that is due at the same moment or while the first is under way.
func TestPlannedWorkIsFair(t *testing.T) {
	d := dbtest.Open(t)
	clk := d.Clock().(*clock.Manual)
	many := make([]job.New, 200)
	for i := range many {
		many[i] = job.New{Kind: "note", Args: fmt.Sprint("many-", i), Class: job.Background, After: time.Hour}
	}
	few := func(name string, after time.Duration) []job.New {
		out := make([]job.New, 5)
		for i := range out {
			out[i] = job.New{Kind: "note", Args: fmt.Sprint(name, i), Class: job.Background, After: after}
		}
		return out
	}
	enqueue(t, d, account(1), many...)
	enqueue(t, d, account(2), few("same-", time.Hour)...)
	enqueue(t, d, account(3), few("later-", time.Hour+10*time.Second)...)
	clk.Advance(time.Hour + time.Second)
	var n notes
	note := noting(&n, "note")
	start(t, job.Config{DB: d, Workers: 1, Handlers: []job.Handler{{Kind: "note", Run: func(ctx context.Context, run *job.Run) error {
		if len(n.all()) == 20 {
			clk.Advance(10 * time.Second) // the third account is due now, in the middle
		}
		return note.Run(ctx, run)
	}}}})
	until(t, "all are done", func() bool { return counts(t, d)[job.Done] == 210 })
	last := map[string]int{}
	for i, word := range n.all() {
		name, _, _ := strings.Cut(word, "-")
		last[name] = i
	}
	if last["same"] > 12 || last["later"] > 20+25 {
		t.Errorf("the last of each: %v", last)
	}
}

func TestSameKeyWaitsOnceAndRunsOnce(t *testing.T) {
	d := dbtest.Open(t)
	begun, release := make(chan string, 10), make(chan struct{})
	var running, most int
	var mu sync.Mutex
	h := job.Handler{Kind: "refresh", Run: func(_ context.Context, run *job.Run) error {
		var word string
		if err := run.Args(&word); err != nil {
			return err
		}
		mu.Lock()
		running++
		most = max(most, running)
		mu.Unlock()
		begun <- word
		<-release
		mu.Lock()
		running--
		mu.Unlock()
		return nil
	}}
	refresh := func(word string, class job.Class) job.New {
		return job.New{Kind: "refresh", Key: "source", Class: class, Args: word}
	}
	enqueue(t, d, account(1), refresh("first", job.Background), refresh("joined", job.Urgent))
	if j := only(t, d); j.Class != job.Urgent {
		t.Errorf("the waiting job has class %d: a person waits for it now", j.Class)
	}
	start(t, job.Config{DB: d, Handlers: []job.Handler{h}})
	if word := <-begun; word != "first" {
		t.Errorf("%q runs first", word)
	}
	enqueue(t, d, account(1), refresh("while it runs", job.Normal), refresh("joined too", job.Normal))
	enqueue(t, d, account(2), refresh("another account", job.Normal))
	if word := <-begun; word != "another account" {
		t.Errorf("%q runs beside the first: its key is taken", word)
	}
	release <- struct{}{}
	release <- struct{}{}
	if word := <-begun; word != "while it runs" {
		t.Errorf("%q runs at the end", word)
	}
	close(release)
	until(t, "all are done", func() bool { return counts(t, d)[job.Done] == 3 })
	if most != 2 {
		t.Errorf("%d ran at a time", most)
	}
}

func TestFailureIsTriedAgainThenGivenUp(t *testing.T) {
	d := dbtest.Open(t)
	clk := d.Clock().(*clock.Manual)
	enqueue(t, d, account(1), job.New{Kind: "note"})
	var n notes
	start(t, job.Config{DB: d, Handlers: []job.Handler{{Kind: "note", Attempts: 3, Run: func(context.Context, *job.Run) error {
		n.add("try")
		return fmt.Errorf("attempt %d", len(n.all()))
	}}}})
	for i, rest := range []time.Duration{15 * time.Second, 30 * time.Second} {
		until(t, "an attempt has failed", func() bool { return len(n.all()) == i+1 && counts(t, d)[job.Later] == 1 })
		if j := only(t, d); j.Attempts != i+1 || j.Due != clock.Millis(clk.Now().Add(rest)) {
			t.Errorf("after attempt %d: %+v", i+1, j)
		}
		clk.Advance(rest - time.Millisecond)
		time.Sleep(30 * time.Millisecond)
		if len(n.all()) != i+1 {
			t.Fatal("it did not rest")
		}
		clk.Advance(time.Millisecond)
	}
	until(t, "it is given up", func() bool { return counts(t, d)[job.Dead] == 1 })
	j := only(t, d)
	if j.Error != "attempt 3" || j.Attempts != 3 || j.Ended == 0 {
		t.Errorf("given up as %+v", j)
	}
	if err := job.NewBoard(d).Retry(context.Background(), j.ID); err != nil {
		t.Fatal(err)
	}
	until(t, "the operator's retry runs", func() bool { return len(n.all()) == 4 })
}

func TestFinalErrorsAndPanicsAreNotTriedAgain(t *testing.T) {
	for name, run := range map[string]func(context.Context, *job.Run) error{
		"final":     func(context.Context, *job.Run) error { return job.Final(errors.New("no use")) },
		"panic":     func(context.Context, *job.Run) error { panic("no use") },
		"arguments": func(_ context.Context, r *job.Run) error { var x struct{ A int }; return r.Args(&x) },
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.Open(t)
			enqueue(t, d, account(1), job.New{Kind: "note", Args: "text"})
			start(t, job.Config{DB: d, Handlers: []job.Handler{{Kind: "note", Run: run}}})
			until(t, "it is given up", func() bool { return counts(t, d)[job.Dead] == 1 })
			if j := only(t, d); j.Attempts != 1 || j.Error == "" {
				t.Errorf("%+v", j)
			}
		})
	}
}
