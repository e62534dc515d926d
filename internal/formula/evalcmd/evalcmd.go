// Package evalcmd is what stands behind `octavo eval`: it evaluates formulas over
// data given as JSON and answers in JSON. It reads no files and no clock.
package evalcmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"octavo/internal/formula"
)

// Answer is what became of a formula: an error, or items and warnings.
type Answer struct {
	Items    []json.RawMessage
	Warnings []formula.Warning
	Error    *formula.Error
}

// Append writes the answer as JSON on one line: {"items":[…],"warnings":[…]} or
// {"error":{…}}.
func (a Answer) Append(b []byte) []byte {
	b = append(b, '{')
	if e := a.Error; e != nil {
		b = append(b, `"error":{"code":`...)
		b = appendText(b, e.Code)
		b = append(b, `,"message":`...)
		b = appendText(b, e.Message)
		b = append(b, `,"offset":`...)
		if e.Offset >= 0 {
			b = strconv.AppendInt(b, int64(e.Offset), 10)
		} else {
			b = append(b, "null"...)
		}
		b = append(b, `,"hint":`...)
		return append(appendText(b, e.Hint), "}}"...)
	}
	b = append(b, `"items":[`...)
	for i, item := range a.Items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, item...)
	}
	b = append(b, `],"warnings":[`...)
	for i, w := range a.Warnings {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"code":`...)
		b = appendText(b, w.Code)
		b = append(b, `,"message":`...)
		b = append(appendText(b, w.Message), '}')
	}
	return append(b, "]}"...)
}

// limits are what evaluation here is bound by: not by those of formulas.md §5.5,
// only by what keeps one formula from taking the whole machine down.
func limits() formula.Limits {
	l := formula.Unlimited()
	l.Items = math.MaxInt32 // positions in lists have 32 bits
	l.Bytes = 16 << 30
	return l
}

// Eval evaluates one formula over data that has been read. Errors of the formula
// are in the answer.
func (in *Input) Eval(ctx context.Context, text string) (Answer, error) {
	var failed *formula.Error
	p, err := formula.Compile(text, nil, in.Scope)
	if err != nil {
		if errors.As(err, &failed) {
			return Answer{Error: failed}, nil
		}
		return Answer{}, err
	}
	list, warnings, err := p.Eval(ctx, &in.Env)
	if errors.As(err, &failed) {
		return Answer{Error: failed}, nil
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{Items: Items(list), Warnings: warnings}, nil
}

// names lists keys in order, for error texts.
func names[T any](m map[string]T) string { return fmt.Sprint(slices.Sorted(maps.Keys(m))) }

// sentence words an error for people: a capital letter and a full stop.
func sentence(err error) string {
	text := err.Error()
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:] + "."
}
