package datasource

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"octavo/internal/clock"
	"octavo/internal/fetch"
	"octavo/internal/id"
	"octavo/internal/job"
)

// What fetches do is counted in the memory of their process. Those that last are told to the table running_fetches once a
// second, all of a process in one transaction, so that whoever looks sees them on any replica; a page costs no statement.
// Wishes to end one come back in the same transaction.
const (
	tellEvery = time.Second
	// tellAfter is how long a fetch lasts until it is told, in milliseconds: most end before.
	tellAfter = 1000
	// believedFor is how long what was told is believed, in milliseconds. Clocks of replicas may differ.
	believedFor = 30_000
)

// errStopped ends the context of a fetch that somebody stops.
var errStopped = errors.New("datasource: somebody stopped the fetch")

// fetchOf names an instance of any account.
type fetchOf struct {
	account id.Account
	instanceAt
}

// underWay is a fetch that goes on in this process.
type underWay struct {
	of       fetchOf
	reason   string
	begun    int64
	progress atomic.Pointer[fetch.Progress] // of the call that brings the data, which fetches may share
	stop     context.CancelCauseFunc
}

// follow tells of a call in place of what was told before.
func (u *underWay) follow(p *fetch.Progress) {
	if u != nil {
		u.progress.Store(p)
	}
}

// fetches are those of this process. Safe for concurrent use.
type fetches struct {
	process string // its name in the table

	mu    sync.Mutex // guards what follows
	doing map[fetchOf]*underWay
	told  bool // the table has rows of this process
}

func newFetches() *fetches { return &fetches{process: id.New(), doing: map[fetchOf]*underWay{}} }

// begin notes a fetch that begins at a time. What it gives is the context of the fetch, which ends when somebody stops it, and
// the way to say that it has ended.
func (f *fetches) begin(ctx context.Context, of fetchOf, reason string, now int64) (context.Context, *underWay, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	u := &underWay{of: of, reason: reason, begun: now, stop: cancel}
	u.follow(&fetch.Progress{})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.doing[of] = u
	return ctx, u, func() {
		cancel(nil)
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.doing[of] == u {
			delete(f.doing, of)
		}
	}
}

// long gives the fetches that began at a time or before, and whether the table is to be written: there are such, or there were.
func (f *fetches) long(until int64) (told []job.Told, write bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for of, u := range f.doing {
		if u.begun <= until {
			step, pages, rows, bytes := u.progress.Load().Now()
			told = append(told, job.Told{Account: of.account, No: of.No, Key: of.Key, Reason: u.reason, Begun: u.begun, Step: step.String(), Pages: pages, Rows: rows, Bytes: bytes})
		}
	}
	f.told = f.told || len(told) > 0
	return told, f.told
}

// wrote notes that the table has n rows of this process.
func (f *fetches) wrote(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = n > 0
}

// end ends a fetch if it is the one that began at a time.
func (f *fetches) end(of fetchOf, begun int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if u := f.doing[of]; u != nil && u.begun == begun {
		u.stop(errStopped)
	}
}

// ServeFetches tells what the fetches of this process do until ctx ends.
func (s *Service) ServeFetches(ctx context.Context) {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.TellFetches(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "running fetches cannot be told", "error", err)
		}
	}
}

// TellFetches writes what the fetches of this process do that last, and ends those that somebody wants to end. Without such
// fetches it asks nothing of the database.
func (s *Service) TellFetches(ctx context.Context) error {
	now := clock.Millis(s.db.Clock().Now())
	told, write := s.fetches.long(now - tellAfter)
	if !write {
		return nil
	}
	wishes, err := job.Tell(ctx, s.db, s.fetches.process, told, now-believedFor)
	if err != nil {
		return err
	}
	s.fetches.wrote(len(told))
	for _, w := range wishes {
		s.fetches.end(fetchOf{w.Account, instanceAt{w.No, w.Key}}, w.Begun)
	}
	return nil
}
