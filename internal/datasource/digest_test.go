package datasource_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"octavo/internal/account"
	"octavo/internal/db"
	"octavo/internal/user"
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
				if !seen[id] && (strings.Contains(line, "Orders") || strings.Contains(line, "Visits")) {
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
	mine := w.make(w.admin, w.request("/orders", "7"), 60)
	editor := w.Actor(w.Agency, w.Agency.Editor)
	left := w.make(editor, w.request("/cursor", "7"), 60)
	w.ran(w.admin, mine, 1)
	w.ran(editor, left, 1)
	w.inAccount(w.Agency.ID, func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `UPDATE users SET state = 'suspended' WHERE account_id = :account AND id = :id`, db.Args{"id": w.Agency.Editor.ID}); err != nil {
			return err
		}
		return tx.Insert(t.Context(), "instances", []string{"account_id", "no", "key", "variables", "state", "asked", "failures", "deferrals", "error", "etag", "last_modified",
			"created_at", "accessed_at", "pinned"}, [][]any{{w.Agency.ID, mine.Key.No, "chosen", "{}", "failing", "", 9, 0, `{"code":"service_not_found"}`, "", "", tx.Now, tx.Now, 0}})
	})
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
	expect("all is well, but for what somebody has chosen on a page")
	w.api.Fail("/orders", 1000, 500, 0)
	for n := 2; n <= 4; n++ {
		w.advance(6 * time.Minute)
		w.ran(own, a, n)
		w.ran(made, b, n)
		w.ran(w.admin, mine, n)
		if n < 4 {
			expect(fmt.Sprint("failure ", n-1, " of what may pass"))
		}
	}
	agency, fjord := w.Agency.Admin.Email, w.Fjord.Name
	hers := w.Solstice.Admin.Email + ": Orders: The service failed"
	ours := agency + ": Orders: The service failed"
	expect("the third failure", ours, agency+": "+fjord+": Orders: The service failed", hers)
	expect("the same hour")
	w.api.Fail("/cursor", 1000, 404, 0)
	w.advance(time.Hour)
	w.quiet()
	expect("another source, whose failure does not pass", agency+": Orders: There is nothing", agency+": "+fjord+": Orders: There is nothing")
	w.advance(24 * time.Hour)
	w.quiet()
	expect("the next day", ours, agency+": "+fjord+": Orders: The service failed", agency+": Orders: There is nothing",
		agency+": "+fjord+": Orders: There is nothing", hers)

	w.status(w.Fjord.ID, account.Disabled)
	w.api.Heal("/orders")
	w.advance(24 * time.Hour)
	w.quiet()
	expect("data come again; a disabled client is left alone", agency+": Orders: its data come again", agency+": Orders: There is nothing", w.Solstice.Admin.Email+": Orders: its data come again")
	expect("said once")
	w.status(w.Fjord.ID, account.Active)
	w.advance(8 * 24 * time.Hour)
	w.tend()
	w.advance(time.Hour)
	w.quiet()
	expect("after a week no more is said of what goes on", agency+": "+fjord+": Orders: its data come again")

	gone, back := "Orders: There is nothing", "Orders: its data come again"
	again := func(when string, status int, wait time.Duration, line string) {
		t.Helper()
		if w.api.Heal("/orders"); status != 0 {
			w.api.Fail("/orders", 1000, status, 0)
		}
		w.advance(wait)
		w.quiet()
		if line == "" {
			expect(when)
		} else {
			expect(when, agency+": "+line, agency+": "+fjord+": "+line, w.Solstice.Admin.Email+": "+line)
		}
	}
	again("another failure", 404, 2*time.Minute, gone)
	again("it passes", 0, 6*time.Minute, back)
	again("one more on the same day", 404, 2*time.Minute, "")
	again("that passes untold", 0, 6*time.Minute, "")
	again("and a last one", 404, 2*time.Minute, "")
	choose := func(on bool) {
		t.Helper()
		if d, err := w.Users.ChangeProfile(t.Context(), own, user.ProfilePatch{DataMail: &on}); err != nil || d.DataMail != on {
			t.Fatal(d, err)
		}
	}
	choose(false)
	w.advance(24 * time.Hour)
	w.quiet()
	expect("who does not want the mails gets none", agency+": "+gone, agency+": "+fjord+": "+gone)
	choose(true)
	again("which goes on", 404, 24*time.Hour, gone)
	var letter string
	err := w.DB.Read(t.Context(), db.System(), func(tx *db.Tx) error {
		_, err := tx.One(t.Context(), `SELECT plain FROM mails WHERE kind = 'data_digest' AND recipient = :to ORDER BY id DESC LIMIT 1`, db.Args{"to": w.Solstice.Admin.Email}, &letter)
		return err
	})
	if err != nil || !strings.Contains(letter, "switch these mails off on your profile") || !strings.Contains(letter, "/solstice-coffee/profile") {
		t.Errorf("the mail does not say where it is switched off: %q, %v", letter, err)
	}
}
