package dashboard

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindOverlap(t *testing.T) {
	tests := []struct {
		name  string
		boxes []Box
		want  string // the two ids
	}{
		{"none", nil, ""},
		{"side by side", []Box{{"a", 0, 0, 6, 4}, {"b", 6, 0, 6, 4}}, ""},
		{"below", []Box{{"a", 0, 0, 6, 4}, {"b", 0, 4, 6, 4}}, ""},
		{"one cell", []Box{{"a", 0, 0, 6, 4}, {"b", 5, 3, 6, 4}}, "ab"},
		{"inside", []Box{{"b", 2, 2, 2, 4}, {"a", 0, 0, 12, 20}}, "ab"},
		{"same place", []Box{{"b", 2, 2, 2, 4}, {"a", 2, 2, 2, 4}}, "ab"},
		{"a tall one far up", []Box{{"a", 0, 0, 2, 100}, {"b", 2, 0, 2, 4}, {"c", 2, 4, 2, 4}, {"d", 1, 90, 3, 4}}, "ad"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b, found := FindOverlap(tt.boxes)
			if got := a.ID + b.ID; got != tt.want || found != (tt.want != "") {
				t.Errorf("got %q %v, want %q", got, found, tt.want)
			}
		})
	}
}

func TestCompact(t *testing.T) {
	tests := []struct {
		name        string
		boxes, want []Box
	}{
		{"closes a gap", []Box{{"a", 0, 5, 6, 4}}, []Box{{"a", 0, 0, 6, 4}}},
		{"each column by itself", []Box{{"a", 0, 0, 6, 4}, {"b", 6, 9, 6, 4}, {"c", 0, 20, 12, 4}},
			[]Box{{"a", 0, 0, 6, 4}, {"b", 6, 0, 6, 4}, {"c", 0, 4, 12, 4}}},
		{"never past one above", []Box{{"a", 0, 3, 2, 4}, {"b", 1, 9, 2, 4}, {"c", 2, 20, 2, 4}},
			[]Box{{"a", 0, 0, 2, 4}, {"b", 1, 4, 2, 4}, {"c", 2, 8, 2, 4}}},
		{"pushes overlaps down", []Box{{"b", 0, 0, 4, 4}, {"a", 0, 0, 4, 4}},
			[]Box{{"a", 0, 0, 4, 4}, {"b", 0, 4, 4, 4}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Compact(tt.boxes)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFirstGap(t *testing.T) {
	tests := []struct {
		name  string
		boxes []Box
		size  Size
		x, y  int
	}{
		{"empty", nil, Size{6, 12}, 0, 0},
		{"right of a narrow one", []Box{{"a", 0, 0, 6, 12}}, Size{6, 12}, 6, 0},
		{"a hole between", []Box{{"a", 0, 0, 4, 8}, {"b", 8, 0, 4, 8}, {"c", 0, 8, 12, 8}}, Size{4, 8}, 4, 0},
		{"too tall for the hole", []Box{{"a", 0, 0, 4, 8}, {"b", 8, 0, 4, 8}, {"c", 0, 8, 12, 8}}, Size{4, 9}, 0, 16},
		{"too wide for the rest of the row", []Box{{"a", 0, 0, 7, 8}}, Size{6, 8}, 0, 8},
		{"a gap at the top", []Box{{"a", 0, 6, 12, 8}}, Size{12, 6}, 0, 0},
		{"below the lower one of two", []Box{{"a", 0, 0, 6, 10}, {"b", 6, 0, 6, 4}}, Size{3, 5}, 6, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if x, y := FirstGap(tt.boxes, tt.size.W, tt.size.H); x != tt.x || y != tt.y {
				t.Errorf("got %d,%d, want %d,%d", x, y, tt.x, tt.y)
			}
		})
	}
}

// Random boxes: nothing overlaps after Compact, nothing can move further up, and a
// gap that FirstGap gives is free and the first in reading order.
func TestLayoutProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for range 200 {
		var boxes []Box
		for i := range random.IntN(30) {
			w := 1 + random.IntN(Columns)
			boxes = append(boxes, Box{fmt.Sprint(i), random.IntN(Columns - w + 1), random.IntN(40), w, 1 + random.IntN(9)})
		}
		packed := Compact(boxes)
		if a, b, found := FindOverlap(packed); found {
			t.Fatalf("%v overlaps %v in %v", a, b, packed)
		}
		for _, b := range packed {
			up := b
			up.Y--
			others := slices.DeleteFunc(slices.Clone(packed), func(o Box) bool { return o.ID == b.ID })
			if b.Y > 0 && !slices.ContainsFunc(others, up.Overlaps) {
				t.Fatalf("%v can move up in %v", b, packed)
			}
		}
		if again := Compact(packed); !slices.Equal(again, packed) {
			t.Fatalf("second Compact changed %v to %v", packed, again)
		}
		checkFirstGap(t, packed, Size{1 + random.IntN(Columns), 1 + random.IntN(9)})
	}
}

// checkFirstGap compares with trying every cell.
func checkFirstGap(t *testing.T, boxes []Box, size Size) {
	t.Helper()
	x, y := FirstGap(boxes, size.W, size.H)
	for wy := 0; ; wy++ {
		for wx := 0; wx+size.W <= Columns; wx++ {
			if slices.ContainsFunc(boxes, Box{X: wx, Y: wy, W: size.W, H: size.H}.Overlaps) {
				continue
			}
			if x != wx || y != wy {
				t.Fatalf("FirstGap %v = %d,%d, want %d,%d in %v", size, x, y, wx, wy, boxes)
			}
			return
		}
	}
}

func TestSizes(t *testing.T) {
	if got := LeastSize(nil); got != smallest {
		t.Errorf("without components %v", got)
	}
	if got := LeastSize([]string{"simple_value", "table"}); got != (Size{4, 8}) {
		t.Errorf("value and table %v", got)
	}
	for name, s := range sizes {
		if s.usual.W < s.least.W || s.usual.H < s.least.H {
			t.Errorf("%s: usual %v is under least %v", name, s.usual, s.least)
		}
	}
}
