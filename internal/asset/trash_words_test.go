package asset

import "testing"

func TestUsedBy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names []string
		all   int
		want  string
	}{
		{[]string{"Trading"}, 1, "Trading"},
		{[]string{"Trading", "Shops"}, 4, "Trading, Shops and 2 more"},
		{[]string{"A", "B", "C", "D"}, 4, "A, B, C and 1 more"},
		{nil, 2, "2 that you may not see"},
	} {
		if got := usedBy(c.names, c.all); got != c.want {
			t.Errorf("%v of %d: %q, want %q", c.names, c.all, got, c.want)
		}
	}
}
