// Package page holds what a list needs to be read page by page: how many rows,
// and after which row. Rows are ordered by a sort value and then by id.
package page

// Sizes of a page.
const (
	Default = 50
	Max     = 200
)

// Mark is a place in an ordered list: the sort value and the id of a row.
type Mark struct {
	Key string `json:"k"` // numbers in decimal
	ID  string `json:"i"`
}

// Request asks for one page. After is the last row of the page before; nil = from the start.
type Request struct {
	Limit int
	After *Mark
}

// Rows is the number of rows to read: one more than shown, so that the last page is known.
func (r Request) Rows() int { return r.size() + 1 }

func (r Request) size() int {
	if r.Limit <= 0 {
		return Default
	}
	return min(r.Limit, Max)
}

// First says whether the page is the first.
func (r Request) First() bool { return r.After == nil }

// From is the mark to read after; the zero mark on the first page.
func (r Request) From() Mark {
	if r.After == nil {
		return Mark{}
	}
	return *r.After
}

// Cut shortens what Rows asked for to one page and gives the mark of its last row
// when there is more; nil on the last page.
func Cut[T any](r Request, rows []T, mark func(T) Mark) ([]T, *Mark) {
	if len(rows) <= r.size() {
		return rows, nil
	}
	rows = rows[:r.size()]
	m := mark(rows[len(rows)-1])
	return rows, &m
}
