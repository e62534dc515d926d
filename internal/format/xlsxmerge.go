package format

import (
	"octavo/internal/dataset"
)

// place is a cell of a sheet.
type place struct{ row, col int }

// fill is a merged area with the value of its first cell.
type fill struct {
	area
	value stagedCell
}

// merges are the merged areas of a sheet while it is read.
type merges struct {
	areas  map[place]area // by first cell
	active []fill         // those that go on below the current row
	cells  int            // filled so far
}

// maxMerges bounds what is kept of a sheet.
const maxMerges = 100_000

// findMerges walks a sheet once for its merged areas, which stand behind its cells; they
// are cut to the cells that hold something.
func (b *book) findMerges(part string) (merges, error) {
	out := merges{areas: map[place]area{}}
	before := b.unpacked
	row, col, used := -1, -1, area{bottom: -1, right: -1}
	_, err := b.scan(part, func(x *xmlScanner) error {
		for {
			kind, err := x.next()
			if err != nil || kind == xmlEnd {
				return err
			}
			if kind != xmlStart {
				continue
			}
			switch string(x.name) {
			case "row":
				row, col = row+1, -1
				if _, n, ok := parseAddress(string(x.attr("r"))); ok && n >= 0 {
					row = n
				}
			case "c":
				col++
				if c, ok := columnOf(x.attr("r")); ok {
					col = c
				}
			case "v", "is":
				used.bottom, used.right = max(used.bottom, row), max(used.right, col)
			case "mergeCell":
				if a, ok := parseArea(string(x.attr("ref"))); ok {
					out.areas[place{a.top, a.left}] = a
				}
				if n := len(out.areas); n > maxMerges {
					return dataset.TooLarge("merges", "merged areas", maxMerges, int64(n))
				}
			}
		}
	})
	b.unpacked = before // the same bytes come again
	for at, a := range out.areas {
		a.bottom, a.right = min(a.bottom, used.bottom), min(a.right, used.right)
		out.areas[at] = a
	}
	return out, err
}

// put gives a cell to the table if it lies in the area, and to the rest of the merged
// area that it begins.
func (r *sheetReader) put(c stagedCell) error {
	if a, ok := r.merges.areas[place{r.row, r.col}]; ok {
		c.text = append([]byte(nil), c.text...)
		r.merges.active = append(r.merges.active, fill{a, c})
		if err := r.fillFrom(r.col+1, a.right, c); err != nil {
			return err
		}
	}
	return r.putAt(r.col, c)
}

// putAt gives a cell of the current row to the table.
func (r *sheetReader) putAt(col int, c stagedCell) error {
	if !r.area.has(r.row, col) {
		return nil
	}
	return r.sink.put(col-r.area.left, c)
}

// fillFrom puts one value into cells of the current row.
func (r *sheetReader) fillFrom(left, right int, c stagedCell) error {
	r.merges.cells += max(0, right-left+1)
	if n := r.merges.cells; n > dataset.DefaultCells {
		return dataset.TooLarge("cells", "cells", dataset.DefaultCells, int64(n))
	}
	for col := left; col <= right; col++ {
		if err := r.putAt(col, c); err != nil {
			return err
		}
	}
	return nil
}

// fillTo makes the rows before next that only merged areas fill.
func (r *sheetReader) fillTo(next int) error {
	last := -1
	for _, f := range r.merges.active {
		last = max(last, f.bottom)
	}
	for r.row+1 < next && r.row < last {
		r.row++
		if err := r.beginRow(); err != nil {
			return err
		}
	}
	return nil
}

// fillRow puts the values of the merged areas that began above the current row.
func (r *sheetReader) fillRow() error {
	rest := r.merges.active[:0]
	for _, f := range r.merges.active {
		if f.bottom < r.row {
			continue
		}
		rest = append(rest, f)
		if err := r.fillFrom(f.left, f.right, f.value); err != nil {
			return err
		}
	}
	r.merges.active = rest
	return nil
}
