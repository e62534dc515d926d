package asset_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/page"
)

// rival makes an agency of another family with one Klip and one dashboard over it.
func (w *world) rival() (who authz.Actor, klip, board *asset.Asset) {
	w.t.Helper()
	agency, err := w.Accounts.CreateParent(w.t.Context(), account.Draft{Name: "Rival"})
	w.must(err)
	who = agency.Operator()
	who.User, who.Owner = "rival", "rival"
	klip = w.put(who, asset.Klip, "Secret", nil)
	return who, klip, w.put(who, asset.Dashboard, "Secrets", map[string]int64{"slotsecret": klip.Key.No})
}

// Accounts of a family share content, families do not.
func TestContentIsSharedInsideAFamilyOnly(t *testing.T) {
	w := newWorld(t)
	rival, foreign, foreignBoard := w.rival()
	solstice, fjord := w.Actor(w.Solstice, w.Solstice.Admin), w.Actor(w.Fjord, w.Fjord.Admin)
	var klips, boards []*asset.Asset
	for _, who := range []authz.Actor{w.Actor(w.Agency, w.Agency.Admin), solstice, fjord} {
		k := w.put(who, asset.Klip, "Secret", nil)
		klips = append(klips, k)
		boards = append(boards, w.put(who, asset.Dashboard, "Secrets", map[string]int64{"slotsecret": k.Key.No}))
	}
	for i := range klips {
		if klips[i].Body != klips[0].Body || boards[i].Body != boards[0].Body {
			t.Error("accounts of a family have bodies of their own")
		}
		// Every account is fresh, so the wire has the same relative number in each.
		if boards[i].Wiring != boards[0].Wiring || klips[i].Wiring != klips[0].Wiring {
			t.Error("accounts of a family have wirings of their own")
		}
		if got := w.slots(authz.Actor{Account: boards[i].Key.Account}, boards[i].Key.No); got["slotsecret"] != klips[i].Key.No {
			t.Errorf("a shared wiring leads to %v", got)
		}
	}
	if foreign.Body == klips[0].Body || foreignBoard.Body == boards[0].Body || foreignBoard.Wiring == boards[0].Wiring || foreign.Wiring == klips[0].Wiring {
		t.Error("two families share content")
	}
	var mine, theirs id.Content
	settings := func(who authz.Actor, into *id.Content) {
		w.must(w.in(who, func(tx *db.Tx) (err error) {
			*into, err = w.assets.PutSettings(t.Context(), tx, []byte(`{}`))
			return err
		}))
	}
	settings(solstice, &mine)
	settings(fjord, &theirs)
	if mine != theirs {
		t.Error("accounts of a family have settings of their own")
	}
	if settings(rival, &theirs); mine == theirs {
		t.Error("two families share settings")
	}
	w.sound()
}

// Whoever knows the bytes of a foreign body, and so its hash, gets a body of the own family.
func TestAForeignBodyIsNotReachedByItsHash(t *testing.T) {
	w := newWorld(t)
	_, foreign, _ := w.rival()
	who := w.Actor(w.Solstice, w.Solstice.Admin)
	text, err := asset.Write(content(asset.Klip, "Secret", nil).Tree)
	w.must(err)
	var got id.Content
	w.must(w.in(who, func(tx *db.Tx) (err error) {
		got, err = w.assets.PutBody(t.Context(), tx, who.Account.Family(), asset.Klip, text, nil)
		return err
	}))
	if got == foreign.Body {
		t.Error("the body of another family was found by its hash")
	}
	families := map[int64]bool{}
	for _, a := range []id.Account{who.Account, foreign.Key.Account} {
		n := w.number(a, `SELECT count(*) FROM bodies WHERE family_id = :family AND hash = :hash`, db.Args{"hash": asset.Hash(text)})
		families[a.Family()] = n == 1
	}
	if !families[1] || !families[2] {
		t.Errorf("families that have the body: %v", families)
	}
}

// probe tries one method with the number of an asset of another account. It gives
// what came back, to be searched for the secret, and the error.
type probe func(tx *db.Tx, who authz.Actor, no int64) (any, error)

// notFound are the methods that refuse a number that is not of the account.
func (w *world) notFound() map[string]probe {
	ctx := w.t.Context()
	return map[string]probe{
		"Viewable": func(tx *db.Tx, who authz.Actor, no int64) (any, error) { return w.assets.Viewable(ctx, tx, who, no) },
		"Editable": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.Editable(ctx, tx, who, authz.KlipEdit, no)
		},
		"Save": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.Save(ctx, tx, who, authz.KlipEdit, no, 1, "X", content(asset.Klip, "x", nil))
		},
		"Touch": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.Touch(ctx, tx, who, authz.KlipEdit, no, 1)
		},
		"Trash": func(tx *db.Tx, who authz.Actor, no int64) (any, error) { return w.assets.Trash(ctx, tx, who, no, 1) },
		"TrashUsed": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			a, _, err := w.assets.TrashUsed(ctx, tx, who, no, 1)
			return a, err
		},
		"Untrash": func(tx *db.Tx, who authz.Actor, no int64) (any, error) { return w.assets.Untrash(ctx, tx, who, no) },
		"Restore": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.Restore(ctx, tx, who, no, 1, 1)
		},
		"Rebind": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.Rebind(ctx, tx, who, authz.KlipEdit, no, 1, []string{"slot"}, no)
		},
		"Detach":   func(tx *db.Tx, who authz.Actor, no int64) (any, error) { return w.assets.Detach(ctx, tx, who, no, 1) },
		"Versions": func(tx *db.Tx, who authz.Actor, no int64) (any, error) { return w.assets.Versions(ctx, tx, who, no) },
		"Shares":   func(tx *db.Tx, who authz.Actor, no int64) (any, error) { return w.assets.Shares(ctx, tx, who, no) },
		"SetShares": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return nil, w.assets.SetShares(ctx, tx, who, no, nil)
		},
		"MarkSeen": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return nil, w.assets.MarkSeen(ctx, tx, who, no)
		},
		"SetHidden": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.SetHidden(ctx, tx, who, no, nil)
		},
		"SetLocked": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.SetLocked(ctx, tx, who, no, true)
		},
		"Duplicate": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.Duplicate(ctx, tx, who, authz.KlipBuild, no, "X")
		},
	}
}

// empty are the methods that give nothing for a number that is not of the account.
func (w *world) empty() map[string]probe {
	ctx := w.t.Context()
	all := asset.Filter{Kinds: []asset.Kind{asset.Klip, asset.Dashboard}, Limit: 100, Bodies: true}
	return map[string]probe{
		"AddTags": func(tx *db.Tx, _ authz.Actor, no int64) (any, error) {
			a := &asset.Asset{Key: id.Asset{No: no}}
			err := w.assets.AddTags(w.t.Context(), tx, a)
			return a.Tags, err
		},
		"Some":  func(tx *db.Tx, _ authz.Actor, no int64) (any, error) { return w.assets.Some(ctx, tx, []int64{no}) },
		"Slots": func(tx *db.Tx, _ authz.Actor, no int64) (any, error) { return w.assets.Slots(ctx, tx, no) },
		"Links": func(tx *db.Tx, _ authz.Actor, no int64) (any, error) { return w.assets.Links(ctx, tx, []int64{no}) },
		"Users": func(tx *db.Tx, _ authz.Actor, no int64) (any, error) { return w.assets.Users(ctx, tx, []int64{no}) },
		"Seen": func(tx *db.Tx, who authz.Actor, no int64) (any, error) {
			return w.assets.Seen(ctx, tx, who, []int64{no})
		},
		"ShareCounts": func(tx *db.Tx, _ authz.Actor, no int64) (any, error) {
			return w.assets.ShareCounts(ctx, tx, []int64{no})
		},
		"List": func(tx *db.Tx, who authz.Actor, _ int64) (any, error) { return w.assets.List(ctx, tx, who, all) },
		"Page": func(tx *db.Tx, who authz.Actor, _ int64) (any, error) {
			rows, _, err := w.assets.Page(ctx, tx, who, all, page.Request{})
			return rows, err
		},
		"Count": func(tx *db.Tx, who authz.Actor, _ int64) (any, error) {
			n, err := w.assets.Count(ctx, tx, who, all)
			return make([]struct{}, n), err
		},
	}
}

// otherwise are the methods that are handed no number of an asset, with the reason or the test.
var otherwise = map[string]string{
	"Change": "makes a number", "PublicID": "computes an id", "Create": "makes an asset", "RecordChange": "writes its argument",
	"Resolve": "TestPublicIDsOfOtherAccounts", "PutBody": "TestAForeignBodyIsNotReachedByItsHash",
	"PutWiring": "TestContentIsSharedInsideAFamilyOnly", "PutSettings": "TestContentIsSharedInsideAFamilyOnly",
	"Visible": "asks about what Some gave", "Rights": "asks about what Some gave", "Seeable": "a condition, which datasource.TestLog tries",
}

// Every method is tried from an empty account of the same family and from one of
// another family, with the numbers of the agency's assets.
func TestNumbersOfOtherAccounts(t *testing.T) {
	w := newWorld(t)
	rival := w.Actor(w.Agency, w.Agency.Admin)
	rival.Account, rival.Home = id.NewAccount(99, 1), id.NewAccount(99, 1) // a family without anything
	owner := w.Actor(w.Agency, w.Agency.Admin)
	klip := w.put(owner, asset.Klip, "Secret", nil)
	board := w.put(owner, asset.Dashboard, "Secret", map[string]int64{"slotsecret": klip.Key.No})
	w.must(w.in(owner, func(tx *db.Tx) error { return w.assets.MarkSeen(t.Context(), tx, owner, board.Key.No) }))
	w.must(w.share(owner, board, withUser(owner, authz.Edit)))
	w.must(w.in(owner, func(tx *db.Tx) error {
		return tx.Insert(t.Context(), "asset_tags", []string{"account_id", "no", "tag", "folded"}, [][]any{
			{owner.Account, klip.Key.No, "secret", "secret"}, {owner.Account, board.Key.No, "secret", "secret"}})
	}))
	var names []string
	for i := range reflect.TypeFor[*asset.Service]().NumMethod() {
		names = append(names, reflect.TypeFor[*asset.Service]().Method(i).Name)
	}
	tried := slices.Sorted(func(yield func(string) bool) {
		for _, m := range []map[string]probe{w.notFound(), w.empty()} {
			for name := range m {
				yield(name)
			}
		}
		for name := range otherwise {
			yield(name)
		}
	})
	if diff := cmp.Diff(names, tried); diff != "" {
		t.Errorf("methods of the service and of this test (-service +test):\n%s", diff)
	}
	for _, who := range []authz.Actor{w.Visitor(w.Solstice), w.Actor(w.Fjord, w.Fjord.Admin), rival} {
		for _, a := range []*asset.Asset{klip, board} {
			for name, try := range w.notFound() {
				err := w.in(who, func(tx *db.Tx) error { _, err := try(tx, who, a.Key.No); return err })
				if codeOf(err) != "not_found" {
					t.Errorf("%s of a foreign number from account %d: %v", name, who.Account, err)
				}
			}
			for name, try := range w.empty() {
				w.must(w.in(who, func(tx *db.Tx) error {
					got, err := try(tx, who, a.Key.No)
					if n := reflect.ValueOf(got).Len(); n != 0 {
						t.Errorf("%s of a foreign number from account %d gives %d: %v", name, who.Account, n, got)
					}
					return err
				}))
			}
		}
	}
	if v := w.versions(owner, klip.Key.No); len(v) != 1 {
		t.Errorf("somebody changed the asset: %v", told(v))
	}
}

func TestPublicIDsOfOtherAccounts(t *testing.T) {
	w := newWorld(t)
	rival, foreign, _ := w.rival()
	agency, solstice := w.Actor(w.Agency, w.Agency.Admin), w.Actor(w.Solstice, w.Solstice.Admin)
	mine := w.put(agency, asset.Klip, "Secret", nil)
	hers := w.put(solstice, asset.Klip, "Secret", nil)
	foreignID := w.assets.PublicID(foreign.Key)
	for _, c := range []struct {
		who authz.Actor
		id  string
	}{
		{solstice, foreignID}, {agency, foreignID}, {rival, w.assets.PublicID(mine.Key)}, {solstice, w.assets.PublicID(mine.Key)},
		{agency, w.assets.PublicID(hers.Key)}, {w.Visitor(w.Solstice), w.assets.PublicID(mine.Key)},
		{solstice, strings.Repeat("0", 32)}, {solstice, ""}, {solstice, "1"}, {solstice, strings.ToUpper(w.assets.PublicID(hers.Key))},
		{solstice, w.assets.PublicID(hers.Key) + "0"}, {solstice, w.assets.PublicID(id.Asset{Account: solstice.Account, No: 999})},
	} {
		tries := map[string]func() error{
			"Versions": func() error { _, err := w.library.Versions(t.Context(), c.who, c.id); return err },
			"Restore":  func() error { _, err := w.library.Restore(t.Context(), c.who, c.id, 1, 1); return err },
			"Shares":   func() error { _, err := w.library.Shares(t.Context(), c.who, c.id); return err },
			"SetShares": func() error {
				_, err := w.library.SetShares(t.Context(), c.who, c.id, asset.Sharing{})
				return err
			},
			"SetOwner": func() error { return w.library.SetOwner(t.Context(), c.who, c.id, c.who.User) },
			"Reach":    func() error { _, err := w.library.Reach(t.Context(), c.who, c.id); return err },
			"SetDefault": func() error {
				return w.library.SetDefault(t.Context(), c.who, "g", c.id, authz.View, asset.Added)
			},
			"DropDefault":    func() error { return w.library.DropDefault(t.Context(), c.who, "g", c.id) },
			"ShowAgain":      func() error { return w.library.ShowAgain(t.Context(), c.who, "g", c.id) },
			"RestoreFromBin": func() error { _, err := w.library.RestoreFromBin(t.Context(), c.who, c.id); return err },
			"Purge":          func() error { return w.library.Purge(t.Context(), c.who, c.id) },
		}
		const others = 12 // Bin, EmptyBins, Tags, AddTags: no id is handed in; Erase, Users: numbers of the scope's account, TestDemoGoesExactly; Defaults, OrderDefaults: TestDefaultsOfOtherAccounts; …All: TestManyAreChangedOrNone
		if n := reflect.TypeFor[*asset.Library]().NumMethod(); n != len(tries)+others {
			t.Fatalf("the library has %d methods, this test tries %d", n, len(tries))
		}
		for _, name := range slices.Sorted(maps.Keys(tries)) {
			if err := tries[name](); codeOf(err) != "not_found" {
				t.Errorf("%s(%s) in account %d: %v", name, c.id, c.who.Account, err)
			}
		}
	}
	if no, err := w.assets.Resolve(solstice.Account, w.assets.PublicID(hers.Key)); no != hers.Key.No || err != nil {
		t.Errorf("the own id: %d, %v", no, err)
	}
	_, err := w.assets.Resolve(solstice.Account, foreignID)
	w.refuse("not_found", err)
}

// Even a row that points at content of another family does not show it.
func TestAForeignBodyIsNotReachedByItsNumber(t *testing.T) {
	w := newWorld(t)
	_, foreign, _ := w.rival()
	who := w.Actor(w.Solstice, w.Solstice.Admin)
	a := w.put(who, asset.Klip, "Own", nil)
	w.must(w.in(who, func(tx *db.Tx) error {
		return tx.Insert(t.Context(), "versions", []string{"account_id", "no", "version", "name", "body_id", "wiring_id", "change_id", "replaced_by"},
			[][]any{{who.Account, a.Key.No, 0, "Secret", foreign.Body, a.Wiring, a.Change, a.Change}})
	}))
	if _, err := w.restore(who, a.Key.No, 0, 1); codeOf(err) != "not_found" {
		t.Errorf("restoring a version with a foreign body: %v", err)
	}
	w.must(w.in(who, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE assets SET body_id = :body WHERE account_id = :account AND no = :no`,
			db.Args{"body": foreign.Body, "no": a.Key.No})
		return err
	}))
	for name, try := range w.notFound() {
		err := w.in(who, func(tx *db.Tx) error { _, err := try(tx, who, a.Key.No); return err })
		if codeOf(err) != "not_found" {
			t.Errorf("%s over a foreign body: %v", name, err)
		}
	}
	for name, try := range w.empty() {
		w.must(w.in(who, func(tx *db.Tx) error {
			got, err := try(tx, who, a.Key.No)
			if text, failed := json.Marshal(got); failed != nil || bytes.Contains(text, []byte("Secret")) {
				t.Errorf("%s shows a foreign body: %s, %v", name, text, failed)
			}
			return err
		}))
	}
}
