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
	"unicode"
	"unicode/utf8"

	"octavo/internal/formula"
	"octavo/internal/formula/value"
)

// Answer is what Run gives; marshal it to JSON. Either Error is set or Items.
type Answer struct {
	Items    []json.RawMessage `json:"items"`
	Warnings []formula.Warning `json:"warnings"`
	Error    *formula.Error    `json:"error,omitempty"`
}

// MarshalJSON writes {"items":[…],"warnings":[…]} or {"error":{…}}.
func (a Answer) MarshalJSON() ([]byte, error) {
	if e := a.Error; e != nil {
		type problem struct {
			Code    string `json:"code"`
			Message string `json:"message"`
			Offset  *int   `json:"offset"`
			Hint    string `json:"hint"`
		}
		p := problem{Code: e.Code, Message: e.Message, Hint: e.Hint}
		if e.Offset >= 0 {
			p.Offset = &e.Offset
		}
		return encode(map[string]problem{"error": p})
	}
	type plain Answer
	if a.Items == nil {
		a.Items = []json.RawMessage{}
	}
	if a.Warnings == nil {
		a.Warnings = []formula.Warning{}
	}
	return encode(plain(a))
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

// Items writes the items of a list as JSON: blanks null, numbers shortest, -0 as 0.
func Items(list value.Vector) []json.RawMessage {
	out := make([]json.RawMessage, list.Len())
	for i := range out {
		out[i] = item(list.Item(i))
	}
	return out
}

func item(it value.Item) json.RawMessage {
	var x any
	switch it.Kind {
	case value.Number:
		x = it.Num
		if it.Num == 0 {
			x = 0
		}
	case value.Text:
		x = it.Str
	case value.Bool:
		x = it.Bool
	}
	raw, err := encode(x)
	if err != nil { // only numbers that are not finite, which no kernel gives
		return json.RawMessage("null")
	}
	return raw
}

// names lists keys in order, for error texts.
func names[T any](m map[string]T) string { return fmt.Sprint(slices.Sorted(maps.Keys(m))) }

// sentence words an error for people: a capital letter and a full stop.
func sentence(err error) string {
	text := err.Error()
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:] + "."
}
