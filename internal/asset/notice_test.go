package asset_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
)

// mailed are the mails of Solstice, those that a newer one replaced among them, as "address: subject", in order.
func (w *world) mailed() []string {
	w.t.Helper()
	var out []string
	w.must(w.in(w.Actor(w.Solstice, w.Solstice.Admin), func(tx *db.Tx) error {
		return tx.Query(w.t.Context(), `SELECT recipient, subject FROM mails
			WHERE account_id = :account AND kind IN ('shared', 'owner') ORDER BY created_at, recipient`, nil,
			func(scan func(...any) error) error {
				var to, subject string
				err := scan(&to, &subject)
				out = append(out, to+": "+subject)
				return err
			})
	}))
	return out
}

func TestPeopleAreToldWhatIsShared(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	owner, viewer, visitor := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer), w.Visitor(w.Solstice)
	team := w.group("Team")
	cy := w.person(w.Solstice, "cy", authz.ViewOnly, team)
	klip := w.put(owner, asset.Klip, "Revenue", nil)
	public := w.assets.PublicID(klip.Key)
	set := func(who authz.Actor, tell bool, with ...asset.Share) {
		t.Helper()
		_, err := w.library.SetShares(ctx, who, public, asset.Sharing{With: with, Tell: tell})
		w.must(err)
		w.tick()
	}
	seen := 0
	want := func(what string, want ...string) {
		t.Helper()
		all := w.mailed()
		if got := all[seen:]; !slices.Equal(got, want) {
			t.Errorf("%s: mails %q, want %q", what, got, want)
		}
		seen = len(all)
	}

	set(owner, false, withUser(viewer, authz.View))
	want("not asked for")
	both := []asset.Share{withUser(viewer, authz.View), withGroup(team, authz.View)}
	set(owner, true, both...)
	want("only who is new, and not the owner", cy.Email+": "+owner.Name+" shared “Revenue” with you")
	set(owner, true, withUser(viewer, authz.Edit), withUser(cy, authz.View), withGroup(team, authz.Edit), withUser(owner, authz.View))
	want("another right is no news")
	set(owner, false)
	set(visitor, true, withGroup(team, authz.View))
	want("a visitor goes by the name of the agency", cy.Email+": Northlight shared “Revenue” with you")

	var many []string
	for i := range 12 {
		many = append(many, w.assets.PublicID(w.put(owner, asset.Klip, fmt.Sprint("Klip ", i), nil).Key))
	}
	w.must(w.library.ShareAll(ctx, owner, append(many, public), []asset.Share{withUser(cy, authz.View)}, true))
	want("one mail for many, of what is new alone", cy.Email+": "+owner.Name+" shared 12 things with you")
	w.tick()

	// What a mail about many says stays when one of them, be it the first, is told of again.
	slices.Sort(many)
	for _, with := range [][]asset.Share{nil, {withUser(cy, authz.View)}} {
		_, err := w.library.SetShares(ctx, owner, many[0], asset.Sharing{With: with, Tell: true})
		w.must(err)
		w.tick()
	}
	if n := w.number(owner.Account, `SELECT COUNT(*) FROM mails WHERE account_id = :account AND subject LIKE '%12 things%' AND state = 'kept'`, nil); n != 1 {
		t.Errorf("%d mails about many are there", n)
	}
	seen = len(w.mailed())
	w.must(w.library.SetOwner(ctx, owner, public, cy.User))
	want("the new owner", cy.Email+": "+owner.Name+" gave you “Revenue”")
}

func TestSharesDoNotFloodPeople(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	owner := w.Actor(w.Solstice, w.Solstice.Editor)
	cy := w.person(w.Solstice, "cy", authz.ViewOnly)
	share := func(name string) {
		t.Helper()
		a := w.put(owner, asset.Klip, name, nil)
		_, err := w.library.SetShares(ctx, owner, w.assets.PublicID(a.Key), asset.Sharing{With: []asset.Share{withUser(cy, authz.View)}, Tell: true})
		w.must(err)
		w.tick()
	}
	for i := range 21 {
		share(fmt.Sprint("Klip ", i))
	}
	if got := w.mailed(); len(got) != 20 || !strings.Contains(got[19], "Klip 19") {
		t.Errorf("%d mails on one day, the last %q", len(got), got[len(got)-1])
	}
	w.clock.Advance(24 * time.Hour)
	share("Next day")
	if got := w.mailed(); len(got) != 21 {
		t.Errorf("%d mails with the day after", len(got))
	}

	w.must(w.in(owner, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE accounts SET status = 'disabled' WHERE id = :account`, nil)
		return err
	}))
	share("While it is closed")
	if got := w.mailed(); len(got) != 21 {
		t.Errorf("%d mails with one to a closed account", len(got))
	}
}
