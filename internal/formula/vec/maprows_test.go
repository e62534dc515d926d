package vec_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// written is an item with its kind, so that 1 and "1" differ.
func written(row ...value.Item) string {
	parts := make([]string, len(row))
	for i, it := range row {
		parts[i] = it.Kind.String() + ":" + it.Text()
	}
	return strings.Join(parts, "|")
}

func TestMapRowsSeesEveryCombinationOnce(t *testing.T) {
	all := lists(rand.New(rand.NewPCG(5, 6)), 70)
	for _, a := range all {
		for _, b := range all {
			for _, c := range all[:6] {
				seen := map[string]bool{}
				got, err := vec.MapRows(newRun(), []value.Vector{a, b, c}, func(row []value.Item) (value.Item, error) {
					text := written(row...)
					if seen[text] {
						t.Errorf("%s is mapped twice", text)
					}
					seen[text] = true
					return value.Str(text), nil
				})
				if err != nil {
					t.Fatal(err)
				}
				for i := range got.Len() {
					if want := written(at(a, i), at(b, i), at(c, i)); got.Item(i).Str != want {
						t.Fatalf("item %d is %s, want %s", i, got.Item(i).Str, want)
					}
				}
			}
		}
	}
}

func TestMapRowsStops(t *testing.T) {
	items := make([]value.Item, 9000)
	for i := range items {
		items[i] = value.Num(float64(i))
	}
	list := []value.Vector{value.Items(items)}
	long := strings.Repeat("x", 1<<12)
	echo := func([]value.Item) (value.Item, error) { return value.Str(long), nil }
	if _, err := vec.MapRows(vec.NewRun(context.Background(), 0, 8<<20, 0), list, echo); !errors.Is(err, vec.ErrMemory) {
		t.Errorf("36 MB of texts in 8 MB: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	_, err := vec.MapRows(vec.NewRun(ctx, 0, 0, 0), list, func([]value.Item) (value.Item, error) {
		calls++
		cancel()
		return value.Item{}, nil
	})
	if !errors.Is(err, context.Canceled) || calls == len(items) {
		t.Errorf("cancelled at the first of %d rows: %v after %d", len(items), err, calls)
	}
	failed := errors.New("no")
	if _, err := vec.MapRows(newRun(), list, func([]value.Item) (value.Item, error) { return value.Item{}, failed }); !errors.Is(err, failed) {
		t.Errorf("an error of the row is lost: %v", err)
	}
}
