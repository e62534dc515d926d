package datasource

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"octavo/internal/formula/tree"
	"octavo/internal/formula/xpath"
)

func document(t *testing.T, n int) func() (*xpath.Document, error) {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,{"name":"member %d"}`, i)
	}
	return func() (*xpath.Document, error) {
		d, err := tree.ReadJSON(strings.NewReader("[" + b.String()[1:] + "]"))
		if err != nil {
			return nil, err
		}
		return xpath.NewDocument(d), nil
	}
}

func TestTreesAreReadOnceForMany(t *testing.T) {
	c := newCache(1 << 20)
	var reads atomic.Int64
	read := document(t, 50)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := c.tree(t.Context(), "p", func() (*xpath.Document, error) { reads.Add(1); return read() }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := reads.Load(); n != 1 {
		t.Errorf("%d readings, want 1", n)
	}
}

func TestTreesShareTheBudgetOfColumns(t *testing.T) {
	c := newCache(1 << 30)
	doc, err := c.tree(t.Context(), "p", document(t, 1000))
	if err != nil {
		t.Fatal(err)
	}
	alone := c.used
	if alone != doc.Size() || alone == 0 {
		t.Errorf("a tree of %d bytes counts as %d", doc.Size(), alone)
	}
	if _, err := c.load(t.Context(), "p", nil, (&opener{file: payloadFile(t, 100)}).open); err != nil {
		t.Fatal(err)
	}
	if c.used <= alone || len(c.entries) != 1 {
		t.Errorf("columns beside the tree: %d bytes after %d", c.used, alone)
	}
	q, err := xpath.Parse("/item/name")
	if err != nil {
		t.Fatal(err)
	}
	before := c.used
	if _, err := doc.Select(q, nil, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if again, err := c.tree(t.Context(), "p", nil); err != nil || again != doc || c.used <= before {
		t.Errorf("a list that the tree keeps is not counted: %d bytes, %v", c.used, err)
	}
	small := newCache(doc.Size() / 2)
	if _, err := small.tree(t.Context(), "p", document(t, 1000)); err != nil || small.used != 0 || len(small.entries) != 0 {
		t.Errorf("a tree over the budget stays: %d bytes, %v", small.used, err)
	}
}

func TestTreesThatCannotBeReadAreForgotten(t *testing.T) {
	c := newCache(1 << 20)
	broken := errors.New("broken")
	if _, err := c.tree(t.Context(), "p", func() (*xpath.Document, error) { return nil, broken }); !errors.Is(err, broken) || len(c.entries) != 0 {
		t.Errorf("%v, %d entries", err, len(c.entries))
	}
	if _, err := c.tree(t.Context(), "p", document(t, 3)); err != nil {
		t.Errorf("the next reading: %v", err)
	}
}
