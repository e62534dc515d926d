package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
	"octavo/internal/property"
	"octavo/internal/secret"
	"octavo/internal/transfer"
)

// world is a family with a template in the parent: dashboard Trading with two
// placements of Revenue and one of Orders; Revenue uses sales and targets, Orders
// uses a model over sales.
type world struct {
	t        *testing.T
	ctx      context.Context
	db       *db.DB
	clock    *clock.Manual
	assets   *asset.Service
	accounts *account.Service
	transfer *transfer.Service
	parent   *account.Account
	clients  []*account.Account
	admin    authz.Actor
	ids      *id.Maker

	sales, targets, model, revenue, orders, trading *asset.Asset
}

func newWorld(t *testing.T, clients int, options ...dbtest.Option) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), clock: clock.NewManual(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))}
	w.db = dbtest.Open(t, append(options, dbtest.Clock(w.clock))...)
	codec, err := id.NewCodec([]byte("0123456789abcdef"))
	w.must(err)
	w.ids = id.NewMaker(w.clock)
	w.assets = asset.New(w.ids, codec)
	w.accounts = account.New(w.db)
	master, err := secret.NewMaster(bytes.Repeat([]byte{7}, secret.KeySize))
	w.must(err)
	w.transfer = transfer.New(w.db, w.assets, w.accounts, property.New(w.db, w.accounts, master))
	w.parent, err = w.accounts.CreateParent(w.ctx, account.Draft{Name: "Northlight"})
	w.must(err)
	w.admin = w.parent.Operator()
	w.admin.User, w.admin.Owner, w.admin.HomeRoles = "maya", "maya", w.admin.Roles
	for i := range clients {
		c, err := w.accounts.CreateClient(w.ctx, w.admin, account.Draft{Name: fmt.Sprintf("Client %02d", i), Status: account.Active})
		w.must(err)
		w.clients = append(w.clients, c)
	}
	w.template()
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// tick moves the clock so that changes have times of their own.
func (w *world) tick() { w.clock.Advance(time.Second) }

func (w *world) template() {
	w.sales = w.source(w.admin, "Sales", "sales")
	w.targets = w.source(w.admin, "Targets", "targets")
	w.model = w.put(w.admin, asset.Model, "Sales, clean", map[string]any{"columns": "all"}, map[string]int64{"base": w.sales.Key.No})
	w.revenue = w.put(w.admin, asset.Klip, "Revenue", map[string]any{"title": "Revenue"},
		map[string]int64{"slotsales1": w.sales.Key.No, "slottarget": w.targets.Key.No})
	w.orders = w.put(w.admin, asset.Klip, "Orders", map[string]any{"title": "Orders"}, map[string]int64{"slotmodel1": w.model.Key.No})
	w.trading = w.put(w.admin, asset.Dashboard, "Trading", map[string]any{"title": "Trading", "placements": []any{
		map[string]any{"id": "a", "slot": "slotreven1", "x": 0, "y": 0, "w": 6, "h": 13},
		map[string]any{"id": "b", "slot": "slotreven1", "x": 6, "y": 0, "w": 6, "h": 13},
		map[string]any{"id": "c", "slot": "slotorders", "x": 0, "y": 13, "w": 12, "h": 13},
	}}, map[string]int64{"slotreven1": w.revenue.Key.No, "slotorders": w.orders.Key.No})
}

func content(kind asset.Kind, tree map[string]any, wires map[string]int64) asset.Content {
	c := asset.Content{Tree: map[string]any{"kind": string(kind), "schema": 1}, Wires: wires}
	for k, v := range tree {
		c.Tree[k] = v
	}
	slots := []any{} // references are derived from the body, so the body names its slots
	for _, slot := range slices.Sorted(maps.Keys(wires)) {
		slots = append(slots, slot)
	}
	c.Tree["slots"] = slots
	for slot := range wires {
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Strong, Name: slot})
	}
	return c
}

var buildPermission = map[asset.Kind]authz.Permission{
	asset.Dashboard: authz.TabBuild, asset.Klip: authz.KlipBuild, asset.Source: authz.SourceCreate, asset.Model: authz.SourceCreate,
}

var editPermission = map[asset.Kind]authz.Permission{
	asset.Dashboard: authz.TabEdit, asset.Klip: authz.KlipEdit, asset.Source: authz.SourceEdit, asset.Model: authz.SourceEdit,
}

func (w *world) put(who authz.Actor, kind asset.Kind, name string, tree map[string]any, wires map[string]int64) *asset.Asset {
	w.t.Helper()
	w.tick()
	var a *asset.Asset
	w.must(w.db.Tx(w.ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		a, err = w.assets.Create(w.ctx, tx, who, buildPermission[kind], kind, name, content(kind, tree, wires))
		return err
	}))
	return a
}

// source makes an uploaded data source with stored content.
func (w *world) source(who authz.Actor, name, file string) *asset.Asset {
	w.t.Helper()
	w.tick()
	var a *asset.Asset
	w.must(w.db.Tx(w.ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		a, err = w.assets.Create(w.ctx, tx, who, authz.SourceCreate, asset.Source, name,
			content(asset.Source, map[string]any{"connector": "upload", "format": "csv", "options": map[string]any{"note": file}}, nil))
		if err != nil {
			return err
		}
		settings, err := w.assets.PutSettings(w.ctx, tx, []byte(`{}`))
		if err != nil {
			return err
		}
		payload := w.ids.Content()
		err = tx.Insert(w.ctx, "payloads", []string{"family_id", "id", "hash", "data_key", "file_key", "file_name", "media_type",
			"bytes", "data_bytes", "row_count", "column_count", "schema_json", "created_at"}, [][]any{{
			who.Account.Family(), payload, []byte(file), file, file, file + ".csv", "text/csv", 10, 10, 2, 2, "{}", tx.Now,
		}})
		if err != nil {
			return err
		}
		return tx.Insert(w.ctx, "sources", []string{"account_id", "no", "description", "settings_id", "payload_id", "received_at", "state"},
			[][]any{{who.Account, a.Key.No, "rows of " + name, settings, payload, tx.Now, "fresh"}})
	}))
	return a
}

func (w *world) save(who authz.Actor, a *asset.Asset, name string, tree map[string]any, wires map[string]int64) *asset.Asset {
	w.t.Helper()
	w.tick()
	var out *asset.Asset
	w.must(w.db.Tx(w.ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		out, err = w.assets.Save(w.ctx, tx, who, editPermission[a.Kind], a.Key.No, a.Version, name, content(a.Kind, tree, wires))
		return err
	}))
	return out
}

// visitor is the agency's administrator inside a client.
func (w *world) visitor(c *account.Account) authz.Actor {
	a := w.admin
	a.Account, a.IsParent, a.Delegated, a.Owner = c.ID, false, true, c.Principal
	return a
}

// bring imports assets of the parent into a client.
func (w *world) bring(c *account.Account, reuse bool, assets ...*asset.Asset) *transfer.Result {
	w.t.Helper()
	w.tick()
	sel := transfer.Selection{From: w.parent.ID, Reuse: reuse}
	for _, a := range assets {
		sel.Assets = append(sel.Assets, a.Key)
	}
	plan, err := w.transfer.Preview(w.ctx, w.visitor(c), sel)
	w.must(err)
	res, err := w.transfer.Import(w.ctx, w.visitor(c), sel, plan.ID, "")
	w.must(err)
	return res
}

// read gives an asset of an account, with its body.
func (w *world) read(a id.Asset) *asset.Asset {
	w.t.Helper()
	var out *asset.Asset
	who := authz.Actor{Account: a.Account, Roles: []authz.Role{authz.Admin}}
	w.must(w.db.Read(w.ctx, db.Account(a.Account), func(tx *db.Tx) (err error) {
		out, err = w.assets.Viewable(w.ctx, tx, who, a.No)
		return err
	}))
	return out
}

// slots gives the wires of an asset.
func (w *world) slots(a id.Asset) map[string]int64 {
	w.t.Helper()
	var out map[string]int64
	w.must(w.db.Read(w.ctx, db.Account(a.Account), func(tx *db.Tx) (err error) {
		out, err = w.assets.Slots(w.ctx, tx, a.No)
		return err
	}))
	return out
}

// copyOf finds the copy of a master in a result.
func copyOf(t *testing.T, res *transfer.Result, master *asset.Asset) id.Asset {
	t.Helper()
	for _, c := range res.Items {
		if c.MasterNo == master.Key.No {
			return id.Asset{Account: c.Account, No: c.No}
		}
	}
	t.Fatalf("no copy of %s in %+v", master.Name, res.Items)
	return id.Asset{}
}
