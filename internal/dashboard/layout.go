package dashboard

import (
	"cmp"
	"slices"
)

// Columns is the width of the grid.
const Columns = 12

// Box is a rectangle on the grid: columns from the left, steps of 24 pixels from the top.
type Box struct {
	ID         string
	X, Y, W, H int
}

// Overlaps says whether two boxes share a cell; boxes that touch do not.
func (b Box) Overlaps(o Box) bool {
	return b.X < o.X+o.W && o.X < b.X+b.W && b.Y < o.Y+o.H && o.Y < b.Y+b.H
}

// byReading orders boxes as they are read: from the top, then from the left.
func byReading(a, b Box) int {
	return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X), cmp.Compare(a.ID, b.ID))
}

// FindOverlap gives the first two boxes that overlap, in reading order.
func FindOverlap(boxes []Box) (a, b Box, found bool) {
	sorted := slices.SortedFunc(slices.Values(boxes), byReading)
	for i, a := range sorted {
		for _, b := range sorted[i+1:] {
			if b.Y >= a.Y+a.H {
				break // so do all that follow
			}
			if a.Overlaps(b) {
				return a, b, true
			}
		}
	}
	return Box{}, Box{}, false
}

// Compact moves boxes upward as far as they go, one after the other in reading
// order, and gives them in the reading order of their new places. A box that
// overlaps an earlier one is pushed below it, so the result never overlaps.
func Compact(boxes []Box) []Box {
	out := make([]Box, 0, len(boxes))
	for _, b := range slices.SortedFunc(slices.Values(boxes), byReading) {
		b.Y = 0
		for _, above := range out {
			if b.X < above.X+above.W && above.X < b.X+b.W {
				b.Y = max(b.Y, above.Y+above.H)
			}
		}
		out = append(out, b)
	}
	slices.SortFunc(out, byReading)
	return out
}

// FirstGap gives the first place, in reading order, where a box of a size fits
// beside the others. There is always one: below everything.
func FirstGap(boxes []Box, w, h int) (x, y int) {
	tops := []int{0}
	for _, b := range boxes {
		tops = append(tops, b.Y+b.H) // a gap begins at the top or below a box
	}
	slices.Sort(tops)
	for _, y := range slices.Compact(tops) {
		for x := 0; x+w <= Columns; x++ {
			free := Box{X: x, Y: y, W: w, H: h}
			if !slices.ContainsFunc(boxes, free.Overlaps) {
				return x, y
			}
		}
	}
	return 0, slices.Max(tops)
}

// Size is the width in columns and the height in steps.
type Size struct{ W, H int }

// sizes are the least and the usual size of a Klip by the type of its components.
var sizes = map[string]struct{ least, usual Size }{
	"simple_value": {Size{2, 4}, Size{3, 5}},
	"input":        {Size{2, 4}, Size{3, 5}},
	"chart":        {Size{3, 8}, Size{6, 12}},
	"table":        {Size{4, 8}, Size{6, 12}},
}

// smallest is the least size of any Klip, and of one with components of unknown types.
var smallest = Size{2, 4}

// LeastSize is the smallest place for a Klip with components of these types.
func LeastSize(components []string) Size {
	out := smallest
	for _, c := range components {
		out.W, out.H = max(out.W, sizes[c].least.W), max(out.H, sizes[c].least.H)
	}
	return out
}

// UsualSize is the place that a Klip with components of these types gets at first.
func UsualSize(components []string) Size {
	out := Size{3, 5}
	for _, c := range components {
		out.W, out.H = max(out.W, sizes[c].usual.W), max(out.H, sizes[c].usual.H)
	}
	return out
}
