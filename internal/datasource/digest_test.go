package datasource_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"octavo/internal/account"
	"octavo/internal/db"
)

// told gives the mails about data since it was called last: "to: line".
func (w *web) told(seen map[string]bool) []string {
	w.t.Helper()
	if err := w.Digest(w.t.Context(), w.Accounts.All, w.Users.TellOfData); err != nil {
		w.t.Fatal(err)
	}
	var out []string
	err := w.DB.Read(w.t.Context(), db.System(), func(tx *db.Tx) error {
		return tx.Query(w.t.Context(), `SELECT id, recipient, plain FROM mails WHERE kind = 'data_digest' ORDER BY recipient, id`, nil, func(scan func(...any) error) error {
			var id, to, text string
			if err := scan(&id, &to, &text); err != nil {
				return err
			}
			for line := range strings.SplitSeq(text, "\n") {
				if !seen[id] && strings.Contains(line, "Orders") {
					out = append(out, to+": "+strings.TrimSpace(line))
				}
			}
			seen[id] = true
			return nil
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// TestDigest is data-sources.md §10.8: one mail for all, one line of a source a day, a week at most, and who is told.
func TestDigest(t *testing.T) {
	w := newWeb(t)
	own, made := w.Actor(w.Solstice, w.Solstice.Admin), w.Visitor(w.Fjord)
	a, b := w.make(own, w.request("/orders", "7"), 60), w.make(made, w.request("/orders", "8"), 60)
	second := w.make(made, w.request("/cursor", "8"), 60)
	w.ran(own, a, 1)
	w.ran(made, b, 1)
	w.ran(made, second, 1)
	seen := map[string]bool{}
	expect := func(when string, want ...string) {
		t.Helper()
		got := w.told(seen)
		if len(got) != len(want) {
			t.Fatalf("%s: %q, want %q", when, got, want)
		}
		for i := range want {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("%s: %q, want %q", when, got[i], want[i])
			}
		}
	}
	expect("all is well")
	w.api.Fail("/orders", 1000, 500, 0)
	for n := 2; n <= 4; n++ {
		w.advance(6 * time.Minute)
		w.ran(own, a, n)
		w.ran(made, b, n)
		if n < 4 {
			expect(fmt.Sprint("failure ", n-1, " of what may pass"))
		}
	}
	agency, fjord := w.Agency.Admin.Email, w.Fjord.Name
	hers := w.Solstice.Admin.Email + ": Orders: The service failed"
	expect("the third failure", agency+": "+fjord+": Orders: The service failed", hers)
	expect("the same hour")
	w.api.Fail("/cursor", 1000, 404, 0)
	w.advance(time.Hour)
	w.quiet()
	expect("another source, whose failure does not pass", agency+": "+fjord+": Orders: There is nothing")
	w.advance(24 * time.Hour)
	w.quiet()
	expect("the next day", agency+": "+fjord+": Orders: The service failed", agency+": "+fjord+": Orders: There is nothing", hers)

	w.status(w.Fjord.ID, account.Disabled)
	w.api.Heal("/orders")
	w.advance(24 * time.Hour)
	w.quiet()
	expect("data come again; a disabled client is left alone", w.Solstice.Admin.Email+": Orders: its data come again")
	expect("said once")
	w.status(w.Fjord.ID, account.Active)
	w.advance(8 * 24 * time.Hour)
	w.tend()
	w.advance(time.Hour)
	w.quiet()
	expect("after a week no more is said of what goes on", agency+": "+fjord+": Orders: its data come again")
}
