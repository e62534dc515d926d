package datasource

import (
	"context"
	"testing"
	"testing/synctest"

	"octavo/internal/clock"
	"octavo/internal/fetch"
)

// TestCallThatPanics looks at who waits for a call that panics: he asks himself.
func TestCallThatPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShared(clock.System())
		waits := make(chan struct{})
		go func() {
			defer func() { _ = recover() }() // as the worker of a job does
			_, _ = s.do(t.Context(), "key", 0, nil, func(context.Context, *fetch.Progress) (*outcome, error) {
				close(waits)
				synctest.Wait()
				panic("hostile")
			})
		}()
		<-waits
		want := &outcome{}
		got, err := s.do(t.Context(), "key", 0, nil, func(context.Context, *fetch.Progress) (*outcome, error) { return want, nil })
		if got != want || err != nil {
			t.Errorf("after a panic: %v, %v", got, err)
		}
	})
}
