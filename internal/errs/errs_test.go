package errs_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"octavo/internal/errs"
)

func TestErrorTellsCodeSentenceAndCause(t *testing.T) {
	e := errs.Newf(errs.TooLarge, "too_large", "At most %d MB.", 5)
	if got := e.Error(); got != "too_large: At most 5 MB." {
		t.Errorf("Error = %q", got)
	}
	caused := e.WithCause(io.ErrUnexpectedEOF)
	if got := caused.Error(); got != "too_large: At most 5 MB.: unexpected EOF" {
		t.Errorf("Error = %q", got)
	}
	if !errors.Is(caused, io.ErrUnexpectedEOF) || errors.Unwrap(e) != nil {
		t.Error("the cause is not what Unwrap gives")
	}
	if caused.Message != "At most 5 MB." {
		t.Errorf("the cause came into the sentence: %q", caused.Message)
	}
	if got := errs.New(errs.Invalid, "percent", "100 % of it").Message; got != "100 % of it" {
		t.Errorf("New formats its sentence: %q", got)
	}
}

func TestWithGivesCopies(t *testing.T) {
	base := errs.New(errs.Invalid, "name_required", "Give it a name.")
	params := map[string]any{"limit": 3}
	full := base.WithField("name").WithParams(params).WithCause(io.EOF)
	params["limit"], params["more"] = 4, true
	if base.Field != "" || base.Params != nil || base.Unwrap() != nil {
		t.Errorf("the original changed: %+v", base)
	}
	if full.Field != "name" || len(full.Params) != 1 || full.Params["limit"] != 3 || full.Unwrap() != io.EOF {
		t.Errorf("the copy: %+v", full)
	}
	if full.Kind != errs.Invalid || full.Code != "name_required" || full.Message != base.Message {
		t.Errorf("the copy lost something: %+v", full)
	}
}

func TestIsAndKindOfSeeThroughWraps(t *testing.T) {
	inner := errs.New(errs.NotFound, "not_found", "Nothing here.")
	outer := errs.New(errs.Conflict, "plan_changed", "Look again.").WithCause(fmt.Errorf("read: %w", inner))
	for _, c := range []struct {
		name  string
		err   error
		codes string // those that Is finds
		kind  errs.Kind
	}{
		{"nothing", nil, "", errs.Internal},
		{"another error", io.EOF, "", errs.Internal},
		{"plain", inner, "not_found", errs.NotFound},
		{"wrapped twice", fmt.Errorf("a: %w", fmt.Errorf("b: %w", inner)), "not_found", errs.NotFound},
		{"not wrapped, only told", fmt.Errorf("a: %v", inner), "", errs.Internal},
		{"as the cause of another", outer, "not_found plan_changed", errs.Conflict},
		{"joined", errors.Join(io.EOF, outer), "not_found plan_changed", errs.Conflict},
		{"second of two", errors.Join(outer.WithCause(nil), inner), "not_found plan_changed", errs.Conflict},
	} {
		for _, code := range []string{"not_found", "plan_changed", "other", ""} {
			want := code != "" && strings.Contains(c.codes, code)
			if got := errs.Is(c.err, code); got != want {
				t.Errorf("%s: Is %q = %v", c.name, code, got)
			}
		}
		if got := errs.KindOf(c.err); got != c.kind {
			t.Errorf("%s: kind %s, want %s", c.name, got, c.kind)
		}
	}
}

func TestWrap(t *testing.T) {
	work := func(fail error) (err error) {
		defer errs.Wrap(&err, "user %d", 7)
		return fail
	}
	if err := work(nil); err != nil {
		t.Errorf("nothing was wrapped into %v", err)
	}
	err := work(errs.New(errs.NotFound, "not_found", "Nothing here."))
	if err == nil || err.Error() != "user 7: not_found: Nothing here." || !errs.Is(err, "not_found") {
		t.Errorf("Wrap = %v", err)
	}
}
