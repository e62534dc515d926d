package datasource

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"octavo/internal/clock"
	"octavo/internal/connector/rest"
	"octavo/internal/errs"
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

// TestMissingPageTellsNoSecret: why a page is missing goes into the log, as why nothing came does.
func TestMissingPageTellsNoSecret(t *testing.T) {
	fault := errs.New(errs.Unavailable, "host_unreachable", "The server cannot be reached: lookup s3cret.test.").WithParams(map[string]any{"reason": "lookup s3cret.test"})
	got := &outcome{result: &rest.Result{Pages: 2, Fault: fault}}
	told := got.hidden(func(text string) string { return strings.ReplaceAll(text, "s3cret", "***") }).missed()
	if told == nil || strings.Contains(writeFault(told), "s3cret") || !strings.Contains(writeFault(told), "***") {
		t.Errorf("%+v", told)
	}
	if got.missed() != fault {
		t.Error("what another run was given has changed")
	}
}
