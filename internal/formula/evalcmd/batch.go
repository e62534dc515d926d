package evalcmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"octavo/internal/formula/syntax"
)

// testCase is one member of a batch. Members that it does not know are left alone.
type testCase struct {
	ID       json.RawMessage `json:"id"`
	Data     json.RawMessage `json:"data"`
	Formula  json.RawMessage `json:"formula"`
	Now      json.RawMessage `json:"now"`
	Timezone json.RawMessage `json:"timezone"`
}

// batch evaluates cases; data that is the same as that of the case before is read once.
type batch struct {
	clock time.Time
	flags Flags
	key   string
	in    *Input
}

// Batch evaluates a JSON array of cases {id, data, formula, now?, timezone?} and
// writes one line for each, in order: {"id":…,"items":…,"warnings":…} or
// {"id":…,"error":…}. What a case says about clock and zone goes before the
// flags, and these before its data. The error is about the file, the writer or
// the context; a case that cannot be read is answered like any other.
func Batch(ctx context.Context, file []byte, w io.Writer, clock time.Time, flags Flags) error {
	var cases []json.RawMessage
	if err := json.Unmarshal(file, &cases); err != nil {
		return fmt.Errorf("the batch is not a JSON array of cases: %w", err)
	}
	if cases == nil {
		return errors.New("the batch is not a JSON array of cases")
	}
	b := &batch{clock: clock, flags: flags}
	for _, raw := range cases {
		id, answer := b.answer(ctx, raw)
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := w.Write(withID(id, answer.Append(nil))); err != nil {
			return err
		}
	}
	return nil
}

// withID puts the id in front of the members of an answer.
func withID(id json.RawMessage, answer []byte) []byte {
	var b bytes.Buffer
	b.WriteString(`{"id":`)
	if id == nil || json.Compact(&b, id) != nil {
		b.WriteString("null")
	}
	b.WriteByte(',')
	b.Write(answer[1:])
	b.WriteByte('\n')
	return b.Bytes()
}

func (b *batch) answer(ctx context.Context, raw json.RawMessage) (id json.RawMessage, a Answer) {
	var c testCase
	if json.Unmarshal(raw, &c) != nil || !bytes.HasPrefix(raw, []byte("{")) {
		return nil, refusal(syntax.CodeSyntax, errors.New("the case is not a JSON object"))
	}
	var formula string
	if c.Formula == nil || json.Unmarshal(c.Formula, &formula) != nil {
		return c.ID, refusal(syntax.CodeSyntax, errors.New("the formula of the case must be a text"))
	}
	in, refused := b.input(c)
	if refused != nil {
		return c.ID, *refused
	}
	a, err := in.Eval(ctx, formula)
	if err != nil {
		a = refusal("internal", err)
	}
	return c.ID, a
}

// input reads what a case says about the world.
func (b *batch) input(c testCase) (*Input, *Answer) {
	flags, err := b.flags, error(nil)
	refuse := func(code string) (*Input, *Answer) {
		a := refusal(code, err)
		return nil, &a
	}
	if given(c.Now) {
		if flags.Now, err = timeOf(c.Now); err != nil {
			return refuse(syntax.CodeBadPattern)
		}
	}
	if given(c.Timezone) {
		if flags.Zone, err = zoneOf(c.Timezone); err != nil {
			return refuse(syntax.CodeBadKeyword)
		}
	}
	if !given(c.Data) {
		c.Data = json.RawMessage("{}")
	}
	key := string(c.Now) + "\x00" + string(c.Timezone) + "\x00" + string(c.Data)
	if b.in == nil || b.key != key {
		if b.in, err = flags.Read(c.Data, b.clock); err != nil {
			b.in = nil
			return refuse(syntax.CodeNotLoaded)
		}
		b.key = key
	}
	return b.in, nil
}

func given(raw json.RawMessage) bool { return raw != nil && string(raw) != "null" }

// refusal is the answer to a case that cannot be evaluated.
func refusal(code string, err error) Answer {
	return Answer{Error: syntax.Fail(code, sentence(err), "")}
}
