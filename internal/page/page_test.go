package page

import (
	"strconv"
	"testing"
)

func TestCut(t *testing.T) {
	mark := func(n int) Mark { return Mark{ID: strconv.Itoa(n)} }
	for _, c := range []struct{ limit, rows, shown int }{{2, 3, 2}, {2, 2, 2}, {2, 0, 0}, {0, 51, 50}, {999, 201, 200}} {
		req := Request{Limit: c.limit}
		if c.rows > req.Rows() {
			t.Fatalf("Rows() = %d for limit %d", req.Rows(), c.limit)
		}
		rows := make([]int, c.rows)
		for i := range rows {
			rows[i] = i
		}
		got, next := Cut(req, rows, mark)
		if len(got) != c.shown {
			t.Errorf("limit %d of %d rows shows %d, want %d", c.limit, c.rows, len(got), c.shown)
		}
		if more := c.rows > c.shown; more != (next != nil) {
			t.Errorf("limit %d of %d rows: next = %v", c.limit, c.rows, next)
		} else if more && next.ID != strconv.Itoa(c.shown-1) {
			t.Errorf("next = %v, want the last row shown", next)
		}
	}
}
