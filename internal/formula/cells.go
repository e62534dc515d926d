package formula

import (
	"fmt"

	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
)

// Grid is a sheet as pointers see it: every row, header included.
type Grid interface {
	Size() (rows, columns int)
	// Column gives a whole column, 1-based, as long as the sheet has rows.
	Column(i int) value.Vector
}

// maxCells is how many cells one pointer may name; more is a slip of the pen.
const maxCells = 10_000_000

// Cells selects what a pointer names in a sheet (formulas.md §3.1): open ends
// stop at the used area, explicit cells outside it are blank. Pointers to named
// columns are not for Cells.
func Cells(g Grid, p syntax.Pointer) (value.Vector, error) {
	rows, columns := g.Size()
	if p.Col1 == 0 {
		return byRows(g, 1, columns, p.Row1, p.Row2, false)
	}
	if p.Row2 == 0 {
		var lists []value.Vector
		from := max(0, p.Row1-1)
		for c := p.Col1; c <= min(p.Col2, columns) && from < rows; c++ {
			lists = append(lists, g.Column(c).Slice(from, rows))
		}
		return value.Concat(lists...), nil
	}
	if p.Col1 == p.Col2 && p.Col1 <= columns && p.Row1 <= rows && p.Row2 <= rows {
		return g.Column(p.Col1).Slice(p.Row1-1, p.Row2), nil
	}
	return byRows(g, p.Col1, p.Col2, p.Row1, p.Row2, true)
}

// byRows reads a block row by row. Whole rows outside the used area are empty.
func byRows(g Grid, col1, col2, row1, row2 int, explicit bool) (value.Vector, error) {
	rows, columns := g.Size()
	if !explicit {
		row2 = min(row2, rows)
	}
	width, height := col2-col1+1, row2-row1+1
	if width <= 0 || height <= 0 {
		return value.Vector{}, nil
	}
	if width > maxCells/height {
		return value.Vector{}, syntax.Fail(syntax.CodeLimit, fmt.Sprintf("This reference names more than %d cells.", maxCells), "Refer to whole columns: @B:B.")
	}
	lists := make([]value.Vector, width)
	for i := range lists {
		if col1+i <= columns {
			lists[i] = g.Column(col1 + i)
		}
	}
	b := value.NewBuilder(width * height)
	for r := row1; r <= row2; r++ {
		for _, l := range lists {
			if r <= l.Len() {
				b.Append(l.Item(r - 1))
			} else {
				b.AppendBlank()
			}
		}
	}
	return b.Vector(), nil
}
