package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"octavo/internal/account"
	"octavo/internal/app"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/user"
)

// The template of P1.
const (
	dashboards = 12
	klips      = 100
	uploads    = 36
	models     = 14
	assets     = dashboards + klips + uploads + models
)

const password = "a long and quiet password"

type bench struct {
	app        *app.App
	base       string
	file       string
	o          options
	cookie     string
	agency     *account.Account
	admin      authz.Actor
	dashboards []string   // public ids
	made       []id.Asset // the Klips
	t          times
}

// call sends one request and reads the answer.
func (b *bench) call(method, path string, in, out any) error {
	text, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(method, b.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if b.cookie != "" {
		req.AddCookie(&http.Cookie{Name: "octavo_session", Value: b.cookie})
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(res.Body); err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, answer.String())
	}
	for _, c := range res.Cookies() {
		if c.Name == "octavo_session" {
			b.cookie = c.Value
		}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer.Bytes(), out)
}

// template makes the agency, its administrator and what is rolled out.
func (b *bench) template(ctx context.Context) (err error) {
	if b.agency, err = b.app.Accounts.CreateParent(ctx, account.Draft{Name: "Agency"}); err != nil {
		return err
	}
	b.admin = b.agency.Operator()
	b.admin.HomeRoles = b.admin.Roles
	person, err := b.app.Users.Create(ctx, b.admin, user.Draft{Name: "Maya", Email: "maya@agency.test", Password: password, Roles: []authz.Role{authz.Admin}})
	if err != nil {
		return err
	}
	b.admin.User, b.admin.Owner = person.ID, person.ID
	if err := b.call("POST", "/sign-in", map[string]any{"email": "maya@agency.test", "password": password}, nil); err != nil {
		return err
	}
	var data []id.Asset
	err = b.app.DB.Tx(ctx, db.Account(b.agency.ID), func(tx *db.Tx) error {
		if data, err = b.sources(ctx, tx); err != nil {
			return err
		}
		b.made, err = b.klips(ctx, tx, data)
		return err
	})
	if err != nil {
		return err
	}
	for d := range dashboards {
		var placements []map[string]any
		for i := d; i < klips; i += dashboards {
			n := len(placements)
			placements = append(placements, map[string]any{"klip": b.app.Keys.IDs.Format(b.made[i]), "x": n % 2 * 6, "y": n / 2 * 13, "w": 6, "h": 13})
		}
		var out struct {
			ID string `json:"id"`
		}
		if err := b.call("POST", "/agency/dashboards", map[string]any{"title": fmt.Sprintf("Dashboard %02d", d), "placements": placements}, &out); err != nil {
			return err
		}
		b.dashboards = append(b.dashboards, out.ID)
	}
	return nil
}

// sources makes uploaded data sources, and models over the first of them; half of the
// models merge a second one.
func (b *bench) sources(ctx context.Context, tx *db.Tx) (out []id.Asset, err error) {
	settings, err := b.app.Assets.PutSettings(ctx, tx, []byte(`{}`))
	if err != nil {
		return nil, err
	}
	ids := id.NewMaker(b.app.DB.Clock())
	for i := range uploads {
		tree := map[string]any{"connector": "upload", "format": "csv", "options": map[string]any{"note": i}}
		a, err := b.create(ctx, tx, asset.Source, authz.SourceCreate, fmt.Sprintf("Source %02d", i), tree, nil)
		if err != nil {
			return nil, err
		}
		payload, key := ids.Content(), fmt.Sprintf("bench-%d", i)
		err = tx.Insert(ctx, "payloads", []string{"family_id", "id", "hash", "data_key", "file_key", "file_name", "media_type",
			"bytes", "data_bytes", "row_count", "column_count", "schema_json", "created_at"}, [][]any{{
			b.agency.ID.Family(), payload, []byte(key), key, key, "orders.csv", "text/csv", 10, 10, 2, 2, "{}", tx.Now,
		}})
		if err != nil {
			return nil, err
		}
		err = tx.Insert(ctx, "sources", []string{"account_id", "no", "description", "settings_id", "payload_id", "received_at", "state"},
			[][]any{{b.agency.ID, a.No, "rows", settings, payload, tx.Now, "fresh"}})
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	for i := range models {
		wires := map[string]int64{"base": out[i].No}
		if i%2 == 1 {
			wires["slotmerge1"] = out[i-1].No
		}
		a, err := b.create(ctx, tx, asset.Model, authz.SourceCreate, fmt.Sprintf("Model %02d", i), map[string]any{"columns": i}, wires)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// klips makes Klips of about 4 kB, each over one or two of the data sources; together they use all.
func (b *bench) klips(ctx context.Context, tx *db.Tx, data []id.Asset) (out []id.Asset, err error) {
	for i := range klips {
		wires := map[string]int64{"slotdata01": data[i%len(data)].No}
		if i%2 == 0 {
			wires["slotdata02"] = data[(i*7+3)%len(data)].No
		}
		title := fmt.Sprintf("Klip %03d", i)
		tree := map[string]any{"title": title, "text": strings.Repeat("x", 4000), "n": i}
		a, err := b.create(ctx, tx, asset.Klip, authz.KlipBuild, title, tree, wires)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// content is a body with its slots and where they lead.
func content(kind asset.Kind, tree map[string]any, wires map[string]int64) asset.Content {
	c := asset.Content{Tree: map[string]any{"kind": string(kind), "schema": 1}, Wires: wires}
	for k, v := range tree {
		c.Tree[k] = v
	}
	slots := map[string]any{}
	for slot := range wires {
		slots[slot] = true
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Strong, Name: slot})
	}
	c.Tree["slots"] = slots
	return c
}

func (b *bench) create(ctx context.Context, tx *db.Tx, kind asset.Kind, p authz.Permission, name string, tree map[string]any, wires map[string]int64) (id.Asset, error) {
	a, err := b.app.Assets.Create(ctx, tx, b.admin, p, kind, name, content(kind, tree, wires))
	if err != nil {
		return id.Asset{}, err
	}
	return a.Key, nil
}

// rollOut makes new clients, rolls the template out to them with readers beside it, looks
// at what they have, and takes it back.
func (b *bench) rollOut(ctx context.Context, n int) error {
	slugs, last, err := b.clients(ctx, n, b.o.clients)
	if err != nil {
		return err
	}
	stop := b.watch()
	time.Sleep(time.Second)
	quiet, err := stop()
	if err != nil {
		return err
	}
	before, err := b.size(ctx)
	if err != nil {
		return err
	}
	stop = b.watch()
	cpu := used()
	change, err := b.timed(slugs)
	cpu = used() - cpu
	during, readErr := stop()
	if err := errors.Join(err, readErr); err != nil {
		return err
	}
	after, err := b.size(ctx)
	if err != nil {
		return err
	}
	if err := b.check(ctx, last); err != nil {
		return err
	}
	b.t.quiet, b.t.during = append(b.t.quiet, quiet...), append(b.t.during, during...)
	b.t.cpu = append(b.t.cpu, cpu)
	b.t.growth = append(b.t.growth, after-before)
	if n == 0 && b.o.pushes > 0 {
		for i := range b.o.pushes {
			if _, err := b.push(ctx, i, b.o.clients); err != nil {
				return err
			}
		}
		after, err := b.size(ctx)
		if err != nil {
			return err
		}
		b.t.pushed = after - before
	}
	return b.undo(change)
}

// clients makes new clients of the n-th round and gives their addresses and the last of them.
func (b *bench) clients(ctx context.Context, n, count int) (slugs []string, last *account.Account, err error) {
	for i := range count {
		if last, err = b.app.Accounts.CreateClient(ctx, b.admin, account.Draft{Name: fmt.Sprintf("Client %d-%04d", n, i)}); err != nil {
			return nil, nil, err
		}
		slugs = append(slugs, last.Slug)
	}
	return slugs, last, nil
}

// timed plans and carries out, and checks both answers before their times count.
func (b *bench) timed(slugs []string) (change string, err error) {
	body := map[string]any{"assets": b.dashboards, "clients": slugs}
	var plan struct {
		PlanID  string `json:"plan_id"`
		Items   []any  `json:"items"`
		Clients []struct {
			Ready bool `json:"ready"`
		} `json:"clients"`
	}
	begun := time.Now()
	if err := b.call("POST", "/agency/roll-out/plan", body, &plan); err != nil {
		return "", err
	}
	planned := time.Since(begun)
	if len(plan.Items) != assets || len(plan.Clients) != len(slugs) || !plan.Clients[0].Ready {
		return "", fmt.Errorf("the plan has %d assets and %d clients", len(plan.Items), len(plan.Clients))
	}
	body["plan_id"] = plan.PlanID
	var done struct {
		ID      string `json:"id"`
		Assets  int    `json:"assets"`
		Clients []any  `json:"clients"`
	}
	begun = time.Now()
	if err := b.call("POST", "/agency/roll-out", body, &done); err != nil {
		return "", err
	}
	took := time.Since(begun)
	if done.Assets != assets || len(done.Clients) != len(slugs) {
		return "", fmt.Errorf("%d assets in %d clients", done.Assets, len(done.Clients))
	}
	b.t.plan, b.t.rollOut = append(b.t.plan, planned), append(b.t.rollOut, took)
	return done.ID, nil
}

// check looks at the last client: every asset is there, and a Klip's wires lead to its own data.
func (b *bench) check(ctx context.Context, c *account.Account) error {
	return b.app.DB.Read(ctx, db.Account(c.ID), func(tx *db.Tx) error {
		var n, wired int
		if _, err := tx.One(ctx, `SELECT COUNT(*) FROM assets WHERE account_id = :account AND deleted_at IS NULL`, nil, &n); err != nil {
			return err
		}
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM assets a JOIN wires w ON w.wiring_id = a.wiring_id
			JOIN assets t ON t.account_id = a.account_id AND t.no = a.base + w.rel WHERE a.account_id = :account`, nil, &wired)
		if err == nil && (n != assets || wired < klips*2) {
			err = fmt.Errorf("a client has %d assets with %d wires", n, wired)
		}
		return err
	})
}

func (b *bench) undo(change string) error {
	var arrival struct {
		PlanID string `json:"plan_id"`
	}
	if err := b.call("GET", "/agency/imports/"+change, nil, &arrival); err != nil {
		return err
	}
	var out struct {
		Assets int `json:"assets"`
	}
	begun := time.Now()
	if err := b.call("POST", "/agency/imports/"+change+"/delete", map[string]any{"plan_id": arrival.PlanID}, &out); err != nil {
		return err
	}
	if out.Assets != assets*b.o.clients {
		return fmt.Errorf("%d assets taken back", out.Assets)
	}
	b.t.undo = append(b.t.undo, time.Since(begun))
	return nil
}
