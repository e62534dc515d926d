package datasource

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"octavo/internal/dataset"
	"octavo/internal/format"
)

// payloadFile is an encoded payload of n rows with columns a, b and c.
func payloadFile(t *testing.T, n int) []byte {
	t.Helper()
	var csv bytes.Buffer
	csv.WriteString("a,b,c\n")
	for i := range n {
		fmt.Fprintf(&csv, "%d,x%d,%d.5\n", i, i%7, i)
	}
	set, _, err := format.Read(t.Context(), format.CSV, bytes.NewReader(csv.Bytes()), int64(csv.Len()), format.Options{}, format.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := set.Encode(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opener counts how often a payload is opened.
type opener struct {
	file  []byte
	opens atomic.Int64
}

func (o *opener) open() (io.ReaderAt, int64, error) {
	o.opens.Add(1)
	return bytes.NewReader(o.file), int64(len(o.file)), nil
}

func only(names ...string) func(*dataset.Sheet, int) bool {
	return func(sh *dataset.Sheet, col int) bool {
		for _, n := range names {
			if sh.Columns[col].Name == n {
				return true
			}
		}
		return false
	}
}

func loaded(set *dataset.Set) string {
	out := ""
	for i := range set.Sheets[0].Columns {
		if c := &set.Sheets[0].Columns[i]; c.Loaded() {
			out += c.Name
		}
	}
	return out
}

func TestCacheLoadsWhatIsMissing(t *testing.T) {
	o := &opener{file: payloadFile(t, 50)}
	c := newCache(1 << 20)
	for _, step := range []struct {
		pick  func(*dataset.Sheet, int) bool
		want  string
		opens int64
	}{
		{only("b"), "b", 1}, {only("b"), "b", 1}, {only("a"), "ab", 2}, {only("a", "b"), "ab", 2},
		{nil, "abc", 3}, {nil, "abc", 3}, {only("c"), "abc", 3},
	} {
		set, err := c.load(t.Context(), "p", step.pick, o.open)
		if err != nil {
			t.Fatal(err)
		}
		if got := loaded(set); got != step.want || o.opens.Load() != step.opens {
			t.Errorf("loaded %q after %d readings, want %q after %d", got, o.opens.Load(), step.want, step.opens)
		}
	}
	set, err := c.load(t.Context(), "p", nil, o.open)
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Sheets[0].Columns[1].Values.Item(8).Str; got != "x1" {
		t.Errorf("b of row 9 is %q", got)
	}
	if got := set.Sheets[0].CellText(9, 2); got != "8.5" {
		t.Errorf("cell C10 is %q", got)
	}
}

func TestCacheStaysWithinItsBudget(t *testing.T) {
	file := payloadFile(t, 1000)
	one := newCache(1 << 30)
	o := &opener{file: file}
	if _, err := one.load(t.Context(), "p", nil, o.open); err != nil {
		t.Fatal(err)
	}
	c := newCache(one.used*5/2 + 1) // room for two
	for _, key := range []string{"1", "2", "1", "3"} {
		if _, err := c.load(t.Context(), key, nil, o.open); err != nil {
			t.Fatal(err)
		}
		if c.used > c.budget {
			t.Fatalf("%d bytes of %d", c.used, c.budget)
		}
	}
	if c.entries["2"] != nil || c.entries["1"] == nil || c.entries["3"] == nil {
		t.Errorf("kept %d entries, 2 was used least recently", len(c.entries))
	}
	small := newCache(1)
	set, err := small.load(t.Context(), "p", nil, o.open)
	if err != nil || loaded(set) != "abc" || small.used != 0 || len(small.entries) != 0 {
		t.Errorf("a payload over the budget: %v, %d bytes and %d entries stay", err, small.used, len(small.entries))
	}
}

func TestCacheReadsOnceForMany(t *testing.T) {
	o := &opener{file: payloadFile(t, 200)}
	c := newCache(1 << 20)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			set, err := c.load(context.Background(), "p", nil, o.open)
			if err != nil || loaded(set) != "abc" {
				t.Errorf("load: %v", err)
			}
		})
	}
	wg.Wait()
	if n := o.opens.Load(); n != 1 {
		t.Errorf("%d readings, want 1", n)
	}
}

func TestCacheForgetsFailures(t *testing.T) {
	c := newCache(1 << 20)
	broken := errors.New("broken")
	if _, err := c.load(t.Context(), "p", nil, func() (io.ReaderAt, int64, error) { return nil, 0, broken }); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	if len(c.entries) != 0 || c.order.Len() != 0 {
		t.Error("a failed reading stays in the cache")
	}
	o := &opener{file: payloadFile(t, 5)}
	if _, err := c.load(t.Context(), "p", nil, o.open); err != nil {
		t.Errorf("the next reading: %v", err)
	}
}

func TestCacheWaitEndsWithTheCaller(t *testing.T) {
	c := newCache(1 << 20)
	e := c.enter("p")
	e.turn <- struct{}{} // somebody reads
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.load(ctx, "p", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
