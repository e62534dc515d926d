package klip_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/blob"
	"octavo/internal/clock"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/installation"
	"octavo/internal/klip"
)

// world is a family with data sources and Klips over a real database and files.
type world struct {
	*fixture.Family
	*klip.Service
	t       *testing.T
	assets  *asset.Service
	sources *datasource.Service
	blobs   *blob.Store
	admin   authz.Actor
	editor  authz.Actor
	viewer  authz.Actor
}

// The fixture of formulas.md §1.3.
const (
	orders = "Region,Rep,Units,Price,Code,When,Note\n" +
		"North,Ines,4,2.5,A-100-x,2024-03-01,ok\n" +
		"South,Bo,7,10,B-200-y,2024-03-04,\n" +
		"North,Ines,2,4,A-101-x,2024-03-10,late\n" +
		"East,Cy,9,1.5,C-300-z,2024-03-15,\n" +
		"South,Bo,1,20,B-201-y,2024-03-22,OK\n" +
		"West,Dee,5,3,D-400-w,2024-04-02,12\n"
	regions = "Name,Manager\nSouth,Uma\nNorth,Tod\nWest,Vic\n"
)

func newWorld(t *testing.T, options ...dbtest.Option) *world {
	t.Parallel()
	d := dbtest.Open(t, options...)
	keys, err := installation.Load(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, Family: fixture.New(t, d)}
	w.blobs, err = blob.Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.blobs.Close() })
	ids := id.NewMaker(d.Clock())
	w.assets = asset.New(ids, keys.IDs)
	w.sources = datasource.New(slog.New(slog.DiscardHandler), d, w.assets, w.blobs, ids, datasource.Config{TempDir: t.TempDir()})
	w.Service = klip.New(klip.Config{DB: d, Assets: w.assets, Sources: w.sources})
	w.admin = w.Actor(w.Agency, w.Agency.Admin)
	w.editor = w.Actor(w.Agency, w.Agency.Editor)
	w.viewer = w.Actor(w.Agency, w.Agency.Viewer)
	return w
}

func (w *world) ctx() context.Context { return w.t.Context() }

// manual is the clock of the database.
func (w *world) manual() *clock.Manual { return w.DB.Clock().(*clock.Manual) }

func (w *world) source(who authz.Actor, name, csv string) string {
	w.t.Helper()
	up, err := w.sources.ReadHere(w.ctx(), who, strings.ToLower(name)+".csv", "text/csv", strings.NewReader(csv))
	if err != nil {
		w.t.Fatal(err)
	}
	src, err := w.sources.Create(w.ctx(), who, datasource.Draft{Name: name, Upload: up.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return src.ID
}

func (w *world) replace(who authz.Actor, source, csv string) {
	w.t.Helper()
	up, err := w.sources.ReadHere(w.ctx(), who, "new.csv", "text/csv", strings.NewReader(csv))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.sources.ReplacePayload(w.ctx(), who, source, up.ID, 0); err != nil {
		w.t.Fatal(err)
	}
}

// read parses a document written as JSON; $NAME stands for an id.
func (w *world) read(text string, ids map[string]string) map[string]any {
	w.t.Helper()
	for name, public := range ids {
		text = strings.ReplaceAll(text, "$"+name, public)
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		w.t.Fatalf("%v in %s", err, text)
	}
	return m
}

func (w *world) create(who authz.Actor, tree map[string]any) *klip.Klip {
	w.t.Helper()
	k, err := w.Create(w.ctx(), who, tree)
	if err != nil {
		w.t.Fatal(err)
	}
	return k
}

// table is a document with a table whose columns have the given formulas and are
// called A, B, C … Its ids are aaaaaaaaaa for the table and baaaaaaaaa … for the columns.
func table(source string, formulas ...string) map[string]any {
	var columns []any
	for i, f := range formulas {
		columns = append(columns, map[string]any{
			"id": string(rune('b'+i)) + "aaaaaaaaa", "type": "table_column", "displayName": string(rune('A' + i)),
			"formulas": []any{map[string]any{"text": f}},
		})
	}
	return map[string]any{
		"title":      "Sales",
		"workspace":  map[string]any{"datasources": []any{source}},
		"components": []any{map[string]any{"id": "aaaaaaaaaa", "type": "table", "components": columns}},
	}
}

// body reads what is stored of a Klip, and its wires.
func (w *world) body(who authz.Actor, public string) (text string, wires map[string]int64) {
	w.t.Helper()
	no := w.no(who, public)
	err := w.DB.Read(w.ctx(), db.Account(who.Account), func(tx *db.Tx) error {
		some, err := w.assets.Some(w.ctx(), tx, []int64{no})
		if err != nil {
			return err
		}
		text = some[no].JSON
		wires, err = w.assets.Slots(w.ctx(), tx, no)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return text, wires
}

func (w *world) no(who authz.Actor, public string) int64 {
	w.t.Helper()
	no, err := w.assets.Resolve(who.Account, public)
	if err != nil {
		w.t.Fatal(err)
	}
	return no
}

func (w *world) share(who authz.Actor, public string, with id.User, right authz.Right) {
	w.t.Helper()
	err := w.DB.Tx(w.ctx(), db.Account(who.Account), func(tx *db.Tx) error {
		return w.assets.SetShares(w.ctx(), tx, who, w.no(who, public), []asset.Share{{Kind: "user", ID: string(with), Right: right}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) trash(who authz.Actor, public string) {
	w.t.Helper()
	no := w.no(who, public)
	err := w.DB.Tx(w.ctx(), db.Account(who.Account), func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx(), `UPDATE assets SET deleted_at = :now WHERE account_id = :account AND no = :no`, db.Args{"no": no, "now": tx.Now})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// dashboard makes one that shows Klips.
func (w *world) dashboard(who authz.Actor, klips ...string) string {
	w.t.Helper()
	c := asset.Content{Tree: map[string]any{"kind": "dashboard", "schema": 1, "title": "Trading"}, Wires: map[string]int64{}}
	for _, k := range klips {
		slot := id.NewPart()
		c.Wires[slot] = w.no(who, k)
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Strong, Name: slot})
		c.Tree[slot] = 1
	}
	var a *asset.Asset
	err := w.DB.Tx(w.ctx(), db.Account(who.Account), func(tx *db.Tx) (err error) {
		a, err = w.assets.Create(w.ctx(), tx, who, authz.TabBuild, asset.Dashboard, "Trading", c)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.assets.PublicID(a.Key)
}

func (w *world) result(who authz.Actor, public string) *klip.Answer {
	w.t.Helper()
	a, err := w.Result(w.ctx(), who, public, klip.Choices{}, func(string) bool { return false })
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Errorf("error %v, want %s", err, code)
	}
}

// column gives the texts of a column of the first component.
func column(r *klip.Result, i int) string {
	if r.Components[0].Table == nil {
		return ""
	}
	return strings.Join(r.Components[0].Table.Columns[i].Items.Text, " ")
}
