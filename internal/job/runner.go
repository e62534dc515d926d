package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"octavo/internal/db"
	"octavo/internal/id"
)

// Config is what a runner needs. The times have defaults.
type Config struct {
	DB       *db.DB
	Log      *slog.Logger
	Handlers []Handler
	Periodic []Periodic

	Workers int           // runs at a time of the kinds that have no workers of their own; 4
	Lease   time.Duration // how long a job of a dead runner is held; 60 s
	Poll    time.Duration // how long an idle runner rests; 500 ms
	Grace   time.Duration // how long runs may go on when the runner stops; 5 s
	Keep    time.Duration // how long ended jobs are kept; 14 days
}

func (c *Config) defaults() {
	c.Workers = max(c.Workers, 0)
	if c.Workers == 0 {
		c.Workers = 4
	}
	for _, d := range []struct {
		at *time.Duration
		to time.Duration
	}{
		{&c.Lease, time.Minute}, {&c.Poll, 500 * time.Millisecond}, {&c.Grace, 5 * time.Second}, {&c.Keep, 14 * 24 * time.Hour},
	} {
		if *d.at == 0 {
			*d.at = d.to
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}

// Runner claims jobs and does them. One per process; Serve runs it.
type Runner struct {
	cfg      Config
	name     string // of this process in the table
	pools    []*pool
	places   *places
	handlers map[string]Handler
	news     chan struct{}    // a worker has become free, or somebody has added a job
	seen     map[string]int64 // periodic work → last period this process knows of; used by Serve alone

	mu   sync.Mutex       // guards runs, and busy of pools
	runs map[run]underWay // under way
}

// pool is a number of workers, and the kinds of jobs that they do.
type pool struct {
	kinds   []string
	workers int
	busy    int
}

// underWay is a run with what ends it.
type underWay struct {
	of     *pool
	cancel context.CancelCauseFunc
}

// Why a run's context ended before its deadline.
var (
	errCancelled = errors.New("cancelled")
	errStopping  = errors.New("the server stops")
	errTaken     = errors.New("the lease ran out and the job was taken back")
)

// NewRunner makes a runner. Two handlers of one kind are a mistake of the program.
func NewRunner(cfg Config) (*Runner, error) {
	cfg.defaults()
	r := &Runner{
		cfg: cfg, name: id.New(), places: newPlaces(), handlers: map[string]Handler{}, runs: map[run]underWay{}, seen: map[string]int64{},
		news: make(chan struct{}, 1),
	}
	shared := &pool{workers: cfg.Workers}
	for _, h := range slices.Concat(cfg.Handlers, periodicHandlers(cfg.Periodic)) {
		if _, twice := r.handlers[h.Kind]; twice || h.Kind == "" || h.Run == nil {
			return nil, fmt.Errorf("job: handler %q is there twice, or has no kind or nothing to run", h.Kind)
		}
		if h.Attempts == 0 {
			h.Attempts = attempts
		}
		if h.Deadline == 0 {
			h.Deadline = deadline
		}
		r.handlers[h.Kind] = h
		if h.Workers > 0 {
			r.pools = append(r.pools, &pool{kinds: []string{h.Kind}, workers: h.Workers})
		} else {
			shared.kinds = append(shared.kinds, h.Kind)
		}
	}
	r.pools = append(r.pools, shared)
	return r, nil
}

// poolOf finds the workers of a kind.
func (r *Runner) poolOf(kind string) *pool {
	return r.pools[slices.IndexFunc(r.pools, func(of *pool) bool { return slices.Contains(of.kinds, kind) })]
}

// Serve does jobs until ctx ends. Runs that are under way then have the grace to end; what is left
// goes back to be done by the next runner, and the attempt does not count.
func (r *Runner) Serve(ctx context.Context) {
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	beats, quiet := context.WithCancel(context.WithoutCancel(ctx))
	var beating sync.WaitGroup
	beating.Go(func() { r.beat(beats) })
	var workers sync.WaitGroup
	for ctx.Err() == nil {
		r.rest(ctx, r.step(ctx, work, &workers))
	}
	ended := make(chan struct{})
	go func() { workers.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(r.cfg.Grace):
		stop(errStopping)
		<-ended
	}
	quiet()
	beating.Wait()
}

// step looks once for what is due and begins it. Says whether there may be more at once.
func (r *Runner) step(ctx, work context.Context, workers *sync.WaitGroup) bool {
	if !r.hasRoom() {
		return false
	}
	c, err := r.claim(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.cfg.Log.ErrorContext(ctx, "jobs cannot be claimed", "error", err)
		}
		return false
	}
	c.apply()
	for _, j := range c.found {
		run := r.begin(work, j)
		workers.Go(run)
	}
	return c.more
}

// rest waits until there may be something to do.
func (r *Runner) rest(ctx context.Context, again bool) {
	if again && r.hasRoom() {
		return
	}
	timer := time.NewTimer(r.cfg.Poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-r.news:
	}
}

// Wake lets the runner look for jobs at once: somebody waits for one that was just added.
func (r *Runner) Wake() {
	select {
	case r.news <- struct{}{}:
	default: // it will look
	}
}

// claim does the book-keeping of the table and takes jobs for the workers that are free.
func (r *Runner) claim(ctx context.Context) (c *claiming, err error) {
	var noted map[string]int64
	whole := context.WithoutCancel(ctx) // what others write with it is not to be broken off
	err = r.cfg.DB.Together(ctx, db.System(), func(tx *db.Tx) error {
		c, noted = &claiming{r: r, taken: map[string]int{}, parked: map[string]int{}}, map[string]int64{}
		if err := r.enqueueDue(whole, tx, noted); err != nil {
			return err
		}
		if err := wakeLater(whole, tx); err != nil {
			return err
		}
		if err := c.unpark(whole, tx); err != nil {
			return err
		}
		for _, of := range r.pools {
			if err := c.fill(whole, tx, of); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		maps.Copy(r.seen, noted)
	}
	return c, err
}

// hasRoom says whether some worker is free.
func (r *Runner) hasRoom() bool {
	return slices.ContainsFunc(r.pools, func(of *pool) bool { return r.busyWith(of) < of.workers })
}

// busyWith counts the runs of the workers of a pool.
func (r *Runner) busyWith(of *pool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return of.busy
}

// beat renews the leases of what runs here, stops what was cancelled or taken back, and takes back what
// dead runners have left.
func (r *Runner) beat(ctx context.Context) {
	tick := time.NewTicker(r.cfg.Lease / 4)
	defer tick.Stop()
	for {
		if err := r.pulse(ctx); err != nil && ctx.Err() == nil {
			r.cfg.Log.ErrorContext(ctx, "leases of jobs cannot be renewed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (r *Runner) pulse(ctx context.Context) error {
	r.mu.Lock()
	before := maps.Clone(r.runs) // what is claimed after this may miss the renewal
	r.mu.Unlock()
	var held map[run]bool
	err := r.cfg.DB.Tx(ctx, db.System(), func(tx *db.Tx) (err error) {
		if held, err = renew(ctx, tx, r.name, r.cfg.Lease.Milliseconds()); err != nil {
			return err
		}
		if err := r.takeBack(ctx, tx); err != nil {
			return err
		}
		return sweep(ctx, tx, tx.Now-r.cfg.Keep.Milliseconds())
	})
	if err != nil {
		return err
	}
	for run, u := range before {
		if stop, mine := held[run]; !mine {
			u.cancel(errTaken)
		} else if stop {
			u.cancel(errCancelled)
		}
	}
	return nil
}

// takeBack lets jobs of dead runners be done again, or gives them up.
func (r *Runner) takeBack(ctx context.Context, tx *db.Tx) error {
	found, err := lost(ctx, tx)
	if err != nil {
		return err
	}
	for _, c := range found {
		e := end{state: Later, due: tx.Now + pause(c.attempts).Milliseconds(), error: "The server that did this job has stopped in the middle of it."}
		if h, known := r.handlers[c.kind]; known && c.attempts >= h.Attempts {
			e.state, e.due = Dead, 0
		}
		if _, err := finish(ctx, tx, db.Args{"account": c.account}, c, e); err != nil {
			return err
		}
	}
	return nil
}
