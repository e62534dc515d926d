package asset_test

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/check"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/user"
)

// world is a family over a real database, with the asset graph.
type world struct {
	*fixture.Family
	t       testing.TB
	clock   *clock.Manual
	assets  *asset.Service
	library *asset.Library
}

func newWorld(t *testing.T, options ...dbtest.Option) *world {
	t.Helper()
	t.Parallel()
	d := dbtest.Open(t, options...)
	codec, err := id.NewCodec(bytes.Repeat([]byte{5}, id.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Family: fixture.New(t, d), t: t, clock: d.Clock().(*clock.Manual)}
	w.assets = asset.New(id.NewMaker(d.Clock()), codec)
	w.library = asset.NewLibrary(d, w.assets, w.Users)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refuse wants an error of a code.
func (w *world) refuse(code string, err error) {
	w.t.Helper()
	if !errs.Is(err, code) {
		w.t.Errorf("got %v, want %s", err, code)
	}
}

// in runs fn in the account that somebody acts in; fn is told to run once.
func (w *world) in(who authz.Actor, fn func(tx *db.Tx) error) error {
	return w.DB.Tx(w.t.Context(), db.Account(who.Account), fn)
}

var permissions = map[asset.Kind]struct{ build, edit authz.Permission }{
	asset.Dashboard: {authz.TabBuild, authz.TabEdit}, asset.Klip: {authz.KlipBuild, authz.KlipEdit},
	asset.Source: {authz.SourceCreate, authz.SourceEdit}, asset.Model: {authz.SourceCreate, authz.SourceEdit},
}

// content is a body with a note and strong slots; like all bodies it names its slots.
func content(kind asset.Kind, note string, wires map[string]int64) asset.Content {
	slots := []any{}
	c := asset.Content{Wires: wires}
	for _, slot := range slices.Sorted(maps.Keys(wires)) {
		slots = append(slots, slot)
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Strong, Name: slot})
	}
	c.Tree = map[string]any{"kind": string(kind), "schema": 1, "note": note, "slots": slots}
	return c
}

func (w *world) create(who authz.Actor, kind asset.Kind, name string, c asset.Content) (*asset.Asset, error) {
	var a *asset.Asset
	err := w.in(who, func(tx *db.Tx) (err error) {
		a, err = w.assets.Create(w.t.Context(), tx, who, permissions[kind].build, kind, name, c)
		return err
	})
	return a, err
}

// put creates what cannot be refused.
func (w *world) put(who authz.Actor, kind asset.Kind, name string, wires map[string]int64) *asset.Asset {
	w.t.Helper()
	a, err := w.create(who, kind, name, content(kind, name, wires))
	w.must(err)
	return a
}

func (w *world) save(who authz.Actor, a *asset.Asset, expected int64, name string, c asset.Content) (*asset.Asset, error) {
	var out *asset.Asset
	err := w.in(who, func(tx *db.Tx) (err error) {
		out, err = w.assets.Save(w.t.Context(), tx, who, permissions[a.Kind].edit, a.Key.No, expected, name, c)
		return err
	})
	return out, err
}

func (w *world) restore(who authz.Actor, no, version, expected int64) (*asset.Asset, error) {
	var out *asset.Asset
	err := w.in(who, func(tx *db.Tx) (err error) {
		out, err = w.assets.Restore(w.t.Context(), tx, who, no, version, expected)
		return err
	})
	return out, err
}

func (w *world) trash(who authz.Actor, no, expected int64) error {
	return w.in(who, func(tx *db.Tx) error {
		_, err := w.assets.Trash(w.t.Context(), tx, who, no, expected)
		return err
	})
}

func (w *world) untrash(who authz.Actor, no int64) (*asset.Asset, error) {
	var out *asset.Asset
	err := w.in(who, func(tx *db.Tx) (err error) {
		out, err = w.assets.Untrash(w.t.Context(), tx, who, no)
		return err
	})
	return out, err
}

func (w *world) view(who authz.Actor, no int64) (*asset.Asset, error) {
	var out *asset.Asset
	err := w.in(who, func(tx *db.Tx) (err error) {
		out, err = w.assets.Viewable(w.t.Context(), tx, who, no)
		return err
	})
	return out, err
}

func (w *world) mayEdit(who authz.Actor, a *asset.Asset) error {
	return w.in(who, func(tx *db.Tx) error {
		_, err := w.assets.Editable(w.t.Context(), tx, who, permissions[a.Kind].edit, a.Key.No)
		return err
	})
}

func (w *world) slots(who authz.Actor, no int64) map[string]int64 {
	w.t.Helper()
	var out map[string]int64
	w.must(w.in(who, func(tx *db.Tx) (err error) {
		out, err = w.assets.Slots(w.t.Context(), tx, no)
		return err
	}))
	return out
}

func (w *world) versions(who authz.Actor, no int64) []asset.Version {
	w.t.Helper()
	var out []asset.Version
	w.must(w.in(who, func(tx *db.Tx) (err error) {
		out, err = w.assets.Versions(w.t.Context(), tx, who, no)
		return err
	}))
	return out
}

// number reads one figure of an account past all services.
func (w *world) number(of id.Account, query string, args db.Args) int64 {
	w.t.Helper()
	var n int64
	w.must(w.DB.Read(w.t.Context(), db.Account(of), func(tx *db.Tx) error {
		_, err := tx.One(w.t.Context(), query, args, &n)
		return err
	}))
	return n
}

func (w *world) dashboardsUsed(of id.Account) int64 {
	w.t.Helper()
	return w.number(of, `SELECT dash_used FROM accounts WHERE id = :account`, nil)
}

func (w *world) limitDashboards(of id.Account, n int64) {
	w.t.Helper()
	w.must(w.DB.Tx(w.t.Context(), db.Account(of), func(tx *db.Tx) error {
		_, err := tx.Exec(w.t.Context(), `UPDATE accounts SET dash_limit = :n WHERE id = :account`, db.Args{"n": n})
		return err
	}))
}

// tick moves the clock by a second.
func (w *world) tick() { w.clock.Advance(time.Second) }

// person adds somebody to an account.
func (w *world) person(h fixture.Home, name string, role authz.Role, groups ...id.Group) authz.Actor {
	w.t.Helper()
	p, err := w.Users.Create(w.t.Context(), h.Operator(), user.Draft{
		Name: name, Email: name + "@people.test", Password: fixture.Password, Roles: []authz.Role{role}, Groups: groups,
	})
	w.must(err)
	return w.Actor(h, p)
}

// sound runs octavo check over everything.
func (w *world) sound() {
	w.t.Helper()
	found, err := check.Run(w.t.Context(), w.DB, nil)
	if err != nil || len(found) > 0 {
		w.t.Errorf("check: %v, %v", found, err)
	}
}

// codeOf is the code of an error, "" for none.
func codeOf(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
