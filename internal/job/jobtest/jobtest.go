// Package jobtest does jobs in tests that wait for them: a real runner over the database of the test, which begins when
// it is first woken and does only jobs of the kinds that were asked for.
package jobtest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"octavo/internal/db"
	"octavo/internal/job"
)

// Waker gives what has the jobs of some kinds done at once; handlers is asked when it is first called. The runner ends
// with the test.
func Waker(t testing.TB, d *db.DB, handlers func() []job.Handler, kinds ...string) func() {
	start := sync.OnceValue(func() *job.Runner {
		all := slices.DeleteFunc(slices.Clone(handlers()), func(h job.Handler) bool { return !slices.Contains(kinds, h.Kind) })
		if len(all) != len(kinds) {
			t.Errorf("handlers of %v: there are %d", kinds, len(all))
		}
		r, err := job.NewRunner(job.Config{DB: d, Handlers: all, Poll: time.Hour, Lease: time.Hour})
		if err != nil {
			t.Error(err)
			return nil
		}
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { r.Serve(ctx); close(ended) }()
		t.Cleanup(func() { stop(); <-ended })
		return r
	})
	return func() {
		if r := start(); r != nil {
			r.Wake()
		}
	}
}
