package datasource_test

import (
	"fmt"
	"strings"
	"testing"

	"octavo/internal/connector/rest"
	"octavo/internal/datasource"
	"octavo/internal/fetch"
	"octavo/internal/job"
)

// TestFullHostHoldsUpNoOther: what waits for a host that is asked as often as it may be takes no worker from others, is
// asked when there is room, and that is no further attempt.
func TestFullHostHoldsUpNoOther(t *testing.T) {
	w := newWebWith(t, func(c *datasource.Config) { c.Fetches, c.PerAccount = fetch.DefaultPerHost+1, fetch.DefaultPerHost+1 }, "localhost")
	release := w.api.Hold("/orders")
	defer release()
	w.api.Set("a", 2)
	var all []*datasource.Source
	for i := range fetch.DefaultPerHost + 3 {
		r := w.request("/orders", "a")
		r.Query = append(r.Query, rest.Row{Name: "from", Value: fmt.Sprintf("2026-01-%02d", i+1)}) // equal requests would be one
		all = append(all, w.make(w.admin, r, 0))
	}
	jobs := func(s job.State) int {
		counts, err := job.NewBoard(w.DB).Counts(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		return counts[s]
	}
	w.until("the host is full", func() bool {
		return w.api.Calls("/orders") == fetch.DefaultPerHost && jobs(job.Later) == len(all)-fetch.DefaultPerHost
	})
	other := w.request("/mine", "a")
	other.URL = strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	w.ran(w.admin, w.make(w.admin, other, 0), 1)
	if n := w.api.Calls("/orders"); n != fetch.DefaultPerHost {
		t.Errorf("%d calls at a time", n)
	}
	release()
	for _, src := range all {
		w.ran(w.admin, src, 1)
	}
	if n := w.api.Calls("/orders"); n != len(all) {
		t.Errorf("%d calls of %d sources", n, len(all))
	}
}
