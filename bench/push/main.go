// Command push measures the update of one Klip in many clients: the list with its
// check, the update itself and its roll back, and counts how far the instances of
// many Klips are from their masters; through the services and durable.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/property"
	"octavo/internal/transfer"
)

func main() {
	clients := flag.Int("clients", 1000, "clients with an instance")
	edited := flag.Int("edited", 100, "instances that their client changed")
	runs := flag.Int("runs", 5, "pushes")
	klips := flag.Int("klips", 100, "Klips that each client has for the drift counts")
	database := flag.String("database", "", "address of an empty database; default: SQLite in a temporary folder")
	flag.Parse()
	if err := run(context.Background(), *clients, *edited, *runs, *klips, *database); err != nil {
		fmt.Fprintln(os.Stderr, "push:", err)
		os.Exit(1)
	}
}

type bench struct {
	db       *db.DB
	assets   *asset.Service
	accounts *account.Service
	transfer *transfer.Service
	agency   *account.Account
	admin    authz.Actor
	master   *asset.Asset
	copies   []id.Asset
}

func run(ctx context.Context, clients, edited, runs, klips int, database string) error {
	if database == "" {
		dir, err := os.MkdirTemp("", "octavo-push")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		database = "sqlite://" + filepath.Join(dir, "octavo.db")
	}
	d, err := db.Open(ctx, db.Config{URL: database, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	codec, err := id.NewCodec(make([]byte, id.KeySize))
	if err != nil {
		return err
	}
	b := &bench{db: d, assets: asset.New(id.NewMaker(clock.System()), codec), accounts: account.New(d)}
	b.transfer = transfer.New(d, b.assets, b.accounts, property.New(d, b.accounts, nil)) // nothing is sealed here
	begun := time.Now()
	if err := b.fill(ctx, clients); err != nil {
		return err
	}
	fmt.Printf("%s, %d clients, %d edited, %d CPUs; set-up %.1f s\n", engine(d), clients, edited, runtime.NumCPU(), time.Since(begun).Seconds())
	var lists, pushes, backs []time.Duration
	for n := range runs {
		list, push, back, err := b.push(ctx, n, edited)
		if err != nil {
			return err
		}
		lists, pushes, backs = append(lists, list), append(pushes, push), append(backs, back)
	}
	show("list with check", lists)
	show("update", pushes)
	show("roll back", backs)
	return b.drift(ctx, clients, edited, runs, klips)
}

// show prints the median of some times, and their range.
func show(what string, times []time.Duration) {
	slices.Sort(times)
	fmt.Printf("%-22s median %4d ms  (%d … %d)\n", what, times[len(times)/2].Milliseconds(), times[0].Milliseconds(), times[len(times)-1].Milliseconds())
}

func engine(d *db.DB) string {
	if d.Postgres() {
		return "PostgreSQL with row level security"
	}
	return "SQLite"
}

// fill makes the agency, its Klip over one data source, and an instance in each client.
func (b *bench) fill(ctx context.Context, clients int) (err error) {
	if b.agency, err = b.accounts.CreateParent(ctx, account.Draft{Name: "Agency"}); err != nil {
		return err
	}
	b.admin = b.agency.Operator()
	b.admin.HomeRoles = b.admin.Roles
	source, err := b.create(ctx, asset.Model, authz.SourceCreate, map[string]any{"columns": "all"}, nil)
	if err != nil {
		return err
	}
	if b.master, err = b.create(ctx, asset.Klip, authz.KlipBuild, document(0), map[string]int64{"slot": source.Key.No}); err != nil {
		return err
	}
	for i := range clients {
		c, err := b.accounts.CreateClient(ctx, b.admin, account.Draft{Name: fmt.Sprintf("Client %04d", i)})
		if err != nil {
			return err
		}
		who := b.visitor(c.ID, c.Principal)
		sel := transfer.Selection{From: b.agency.ID, Assets: []id.Asset{b.master.Key}}
		plan, err := b.transfer.Preview(ctx, who, sel)
		if err != nil {
			return err
		}
		res, err := b.transfer.Import(ctx, who, sel, plan.ID, "")
		if err != nil {
			return err
		}
		for _, item := range res.Items {
			if item.Kind == asset.Klip {
				b.copies = append(b.copies, id.Asset{Account: item.Account, No: item.No})
			}
		}
	}
	return nil
}

func (b *bench) visitor(client id.Account, principal id.User) authz.Actor {
	who := b.admin
	who.Account, who.IsParent, who.Delegated, who.Owner = client, false, true, principal
	return who
}

// document is a body of about 4 kB, the size of a real chart.
func document(n int) map[string]any {
	return map[string]any{"title": "Revenue", "revision": n, "text": fmt.Sprintf("%04000d", n), "slot": "slot"}
}

func content(kind asset.Kind, tree map[string]any, wires map[string]int64) asset.Content {
	c := asset.Content{Tree: map[string]any{"kind": string(kind), "schema": 1}, Wires: wires}
	for k, v := range tree {
		c.Tree[k] = v
	}
	for slot := range wires {
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Strong, Name: slot})
	}
	return c
}

func (b *bench) create(ctx context.Context, kind asset.Kind, p authz.Permission, tree map[string]any, wires map[string]int64) (a *asset.Asset, err error) {
	err = b.db.Tx(ctx, db.Account(b.agency.ID), func(tx *db.Tx) error {
		a, err = b.assets.Create(ctx, tx, b.admin, p, kind, "Revenue", content(kind, tree, wires))
		return err
	})
	return a, err
}

// save writes a new version of a Klip, keeping its wires.
func (b *bench) save(ctx context.Context, who authz.Actor, klip id.Asset, tree map[string]any) error {
	return b.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := b.assets.Viewable(ctx, tx, who, klip.No)
		if err != nil {
			return err
		}
		wires, err := b.assets.Slots(ctx, tx, klip.No)
		if err != nil {
			return err
		}
		_, err = b.assets.Save(ctx, tx, who, authz.KlipEdit, klip.No, a.Version, "Revenue", content(asset.Klip, tree, wires))
		return err
	})
}

// push edits the master and some instances, then times list and update and checks what came of it.
func (b *bench) push(ctx context.Context, n, edited int) (list, push, back time.Duration, err error) {
	if err := b.save(ctx, b.admin, b.master.Key, document(n+1)); err != nil {
		return 0, 0, 0, err
	}
	for i, c := range b.copies[:edited] {
		who := authz.Actor{User: "x", Account: c.Account, Roles: []authz.Role{authz.Admin}, Owner: "x"}
		if err := b.save(ctx, who, c, document(1000*(n+1)+i)); err != nil {
			return 0, 0, 0, err
		}
	}
	begun := time.Now()
	found, err := b.transfer.Instances(ctx, b.admin, b.master.Key.No)
	list = time.Since(begun)
	if err != nil {
		return 0, 0, 0, err
	}
	if got := found.Count(func(i *transfer.Instance) bool { return i.Edited }); got != edited || len(found.Items) != len(b.copies) {
		return 0, 0, 0, fmt.Errorf("%d instances, %d edited", len(found.Items), got)
	}
	begun = time.Now()
	done, err := b.transfer.Update(ctx, b.admin, b.master.Key.No, found.PlanID, "")
	push = time.Since(begun)
	if err != nil {
		return 0, 0, 0, err
	}
	if done.Updated != len(b.copies) {
		return 0, 0, 0, errors.New("not all instances were updated")
	}
	back, err = b.rollBack(ctx, done.Change, edited)
	return list, push, back, err
}

// rollBack takes a push back, times it and checks that the edits are there again and nothing else
// counts as edited; then the push is made once more, so that each run begins alike.
func (b *bench) rollBack(ctx context.Context, push id.Change, edited int) (time.Duration, error) {
	plan, err := b.transfer.PreviewRollBack(ctx, b.admin, b.master.Key.No, push, nil)
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	res, err := b.transfer.RollBack(ctx, b.admin, b.master.Key.No, push, nil, plan.PlanID, "")
	back := time.Since(begun)
	if err != nil {
		return 0, err
	}
	found, err := b.transfer.Instances(ctx, b.admin, b.master.Key.No)
	if err != nil {
		return 0, err
	}
	got := found.Count(func(i *transfer.Instance) bool { return i.Edited })
	behind := found.Count(func(i *transfer.Instance) bool { return i.Behind(found.Master) })
	if res.RolledBack != len(b.copies) || got != edited || behind != len(b.copies) {
		return 0, fmt.Errorf("%d rolled back, %d edited, %d behind", res.RolledBack, got, behind)
	}
	_, err = b.transfer.Update(ctx, b.admin, b.master.Key.No, found.PlanID, "")
	return back, err
}
