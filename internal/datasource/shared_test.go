package datasource

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// TestSharedRemembersAnswersAlone: an answer, or why there is none, is for all who ask the same; what broke off with its
// caller is for nobody and pushes no answer out. Only the last answers are remembered.
func TestSharedRemembersAnswersAlone(t *testing.T) {
	s := newShared(clock.NewManual(time.UnixMilli(1)))
	calls := 0
	ask := func(key string, err error) error {
		_, got := s.do(context.Background(), key, 0, nil, func(context.Context, *fetch.Progress) (*outcome, error) {
			calls++
			return &outcome{}, err
		})
		return got
	}
	refused := errs.New(errs.Unavailable, "timeout", "It takes too long.")
	if err := ask("answer", nil); err != nil {
		t.Fatal(err)
	}
	if err := ask("refused", refused); !errors.Is(err, refused) {
		t.Fatal(err)
	}
	for i := range mostShared + 10 {
		if err := ask(fmt.Sprint(i), context.Canceled); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	before := calls
	if err := ask("answer", refused); err != nil || calls != before {
		t.Errorf("the answer was asked for again: %v", err)
	}
	if err := ask("refused", nil); !errors.Is(err, refused) || calls != before {
		t.Errorf("what was refused was asked for again: %v", err)
	}
	if err := ask("0", nil); err != nil || calls != before+1 {
		t.Errorf("%d calls of what broke off: %v", calls-before, err)
	}
	for i := range mostShared {
		if err := ask(fmt.Sprint("new ", i), nil); err != nil {
			t.Fatal(err)
		}
	}
	if before = calls; ask("answer", refused) == nil || calls != before+1 || len(s.calls) > mostShared {
		t.Errorf("an old answer is remembered, of %d", len(s.calls))
	}
}
