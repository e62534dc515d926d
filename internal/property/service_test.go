package property_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/page"
	"octavo/internal/property"
	"octavo/internal/secret"
)

type world struct {
	*fixture.Family
	*property.Service
	master                               *secret.Master
	ctx                                  context.Context
	maya, editor, visitor, native, fjord authz.Actor
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	f := fixture.New(t, d)
	master, err := secret.NewMaster(bytes.Repeat([]byte{3}, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return &world{
		Family: f, Service: property.New(d, f.Accounts, master), master: master, ctx: context.Background(),
		maya: f.Actor(f.Agency, f.Agency.Admin), editor: f.Actor(f.Solstice, f.Solstice.Editor), visitor: f.Visitor(f.Solstice),
		native: f.Actor(f.Solstice, f.Solstice.Admin), fjord: f.Actor(f.Fjord, f.Fjord.Admin),
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Errorf("error %v, want %s", err, code)
	}
}

func ptr[T any](v T) *T { return &v }

func TestWhoMayChangeProperties(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t))
	made, err := w.Create(w.ctx, w.visitor, property.Draft{Name: "companyId", Value: " SOL-1187 "})
	if err != nil || !made.Locked || made.Value != "SOL-1187" || made.Version != 1 || !made.Shown {
		t.Fatalf("made in a visit: %+v, %v", made, err)
	}
	_, err = w.Create(w.ctx, w.native, property.Draft{Name: "companyId"})
	wantCode(t, err, "property_exists")
	_, err = w.Update(w.ctx, w.native, "companyId", 1, property.Patch{Value: ptr("FJ-0093")})
	wantCode(t, err, "property_locked")
	_, err = w.Update(w.ctx, w.native, "companyId", 1, property.Patch{Locked: ptr(false)})
	wantCode(t, err, "property_locked")
	wantCode(t, w.Delete(w.ctx, w.native, "companyId", 1), "property_locked")
	own, err := w.Create(w.ctx, w.native, property.Draft{Name: "region", Value: "South"})
	if err != nil || own.Locked {
		t.Fatalf("made at home: %+v, %v", own, err)
	}
	_, err = w.Create(w.ctx, w.native, property.Draft{Name: "x", Locked: ptr(true)})
	wantCode(t, err, "property_locked")
	for name, who := range map[string]authz.Actor{"editor": w.editor, "viewer": w.Actor(w.Solstice, w.Solstice.Viewer)} {
		_, err := w.Create(w.ctx, who, property.Draft{Name: "y"})
		wantCode(t, err, "permission_denied")
		_, err = w.Update(w.ctx, who, "region", 1, property.Patch{Value: ptr("")})
		wantCode(t, err, "permission_denied")
		wantCode(t, w.Delete(w.ctx, who, "region", 1), "permission_denied")
		if list, err := w.List(w.ctx, who); name == "viewer" {
			wantCode(t, err, "permission_denied")
		} else if err != nil || len(list.Properties) != 2 || list.Properties[0].Value != "" || list.Properties[0].Shown || !list.Properties[0].Given {
			t.Errorf("%s sees %+v, %v", name, list, err)
		}
	}
	_, err = w.Update(w.ctx, w.fjord, "region", 1, property.Patch{Value: ptr("x")})
	wantCode(t, err, "not_found")
	_, err = w.Update(w.ctx, w.native, "region", 7, property.Patch{Value: ptr("x")})
	wantCode(t, err, "version_conflict")
	empty, err := w.Update(w.ctx, w.native, "region", 1, property.Patch{Value: ptr("  ")})
	if err != nil || empty.Given || empty.Value != "" || empty.Version != 2 {
		t.Errorf("emptied: %+v, %v", empty, err)
	}
	if err := w.Delete(w.ctx, w.native, "region", 2); err != nil {
		t.Error(err)
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	t.Parallel()
	const plain = "topsecret-4711"
	w := newWorld(t, dbtest.Open(t))
	if _, err := w.Create(w.ctx, w.visitor, property.Draft{Name: "token", Type: property.Secret, Value: plain, Locked: ptr(false)}); err != nil {
		t.Fatal(err)
	}
	changed, err := w.Update(w.ctx, w.native, "token", 1, property.Patch{Value: ptr(plain + "x"), Description: ptr("of the shop")})
	if err != nil || changed.Value != "" || changed.Shown || !changed.Given {
		t.Fatalf("changed = %+v, %v", changed, err)
	}
	kept, err := w.Update(w.ctx, w.native, "token", 2, property.Patch{Description: ptr("of the shop, read only")})
	if err != nil || !kept.Given {
		t.Fatalf("kept = %+v, %v", kept, err)
	}
	list, err := w.List(w.ctx, w.native)
	grid, _, err2 := w.Grid(w.ctx, w.maya, property.GridFilter{}, page.Request{})
	file, err3 := w.Export(w.ctx, w.maya, property.GridFilter{})
	lines, _, err4 := audit.New(w.DB).Find(w.ctx, w.native, audit.View{}, audit.Filter{}, page.Request{})
	if err != nil || err2 != nil || err3 != nil || err4 != nil {
		t.Fatal(err, err2, err3, err4)
	}
	told, _ := json.Marshal([]any{list, grid, string(file), lines, dbtest.Dump(t, w.DB)})
	if strings.Contains(string(told), plain) {
		t.Error("the secret is told")
	}
	if !strings.Contains(string(told), "••••") {
		t.Error("the trail does not say that the secret was changed")
	}
	var sealed []byte
	var ring *secret.Ring
	err = w.DB.Tx(w.ctx, db.Account(w.Solstice.ID), func(tx *db.Tx) error {
		if _, err := tx.One(w.ctx, `SELECT sealed FROM properties WHERE account_id = :account AND name = 'token' AND value IS NULL`, nil, &sealed); err != nil {
			return err
		}
		ring, err = w.master.Open(w.ctx, tx, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := ring.Unseal(secret.Place{Account: w.Solstice.ID, Table: "properties", Row: "token", Column: "sealed"}, sealed)
	if err != nil || got != plain+"x" {
		t.Errorf("opened %q, %v", got, err)
	}
	// A change of type does not make it readable.
	open, err := w.Update(w.ctx, w.native, "token", 3, property.Patch{Type: ptr(property.Text)})
	if err != nil || open.Given || open.Value != "" {
		t.Errorf("as text: %+v, %v", open, err)
	}
}

func TestHiddenValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t))
	if _, err := w.Create(w.ctx, w.visitor, property.Draft{Name: "margin", Type: property.Number, Value: "12.50", Hidden: true}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who  authz.Actor
		want string
	}{{w.visitor, "12.5"}, {w.native, ""}} {
		list, err := w.List(w.ctx, c.who)
		if err != nil || list.Properties[0].Value != c.want || !list.Properties[0].Given || list.Properties[0].Shown != (c.want != "") {
			t.Errorf("%s sees %+v, %v", c.who.Name, list, err)
		}
	}
}

// What the agency hides is the agency's, locked or not: its people uncover and delete it, nobody else.
func TestHiddenValuesStayHidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t))
	open, show := false, false
	p, err := w.Create(w.ctx, w.visitor, property.Draft{Name: "margin", Value: "12.50", Hidden: true, Locked: &open})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Update(w.ctx, w.native, "margin", p.Version, property.Patch{Hidden: &show})
	wantCode(t, err, "property_locked")
	wantCode(t, w.Delete(w.ctx, w.native, "margin", p.Version), "property_locked")
	if p, err = w.Update(w.ctx, w.visitor, "margin", p.Version, property.Patch{Hidden: &show}); err != nil || p.Value != "12.50" {
		t.Errorf("the agency uncovers %+v, %v", p, err)
	}
}

// The trail does not keep what was made a secret afterwards.
func TestWhatBecomesASecretIsMaskedInTheTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t))
	p, err := w.Create(w.ctx, w.native, property.Draft{Name: "token", Value: "first-text"})
	if err != nil {
		t.Fatal(err)
	}
	kind, value := property.Secret, "second-text"
	if _, err := w.Update(w.ctx, w.native, "token", p.Version, property.Patch{Type: &kind, Value: &value}); err != nil {
		t.Fatal(err)
	}
	lines, _, err := audit.New(w.DB).Find(w.ctx, w.native, audit.View{}, audit.Filter{}, page.Request{})
	if err != nil || lines[0].Action != "property.changed" {
		t.Fatal(lines[0], err)
	}
	if text := fmt.Sprint(lines[0].Detail); strings.Contains(text, "first-text") || strings.Contains(text, "second-text") {
		t.Errorf("the trail tells %s", text)
	}
}

// Defaults of the agency are values: who may see none sees none of these.
func TestDefaultsAreForThoseWhoSeeValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t))
	if _, err := w.Declare(w.ctx, w.maya, property.Declaration{Name: "currency", Default: "EUR"}); err != nil {
		t.Fatal(err)
	}
	if list, err := w.List(w.ctx, w.native); err != nil || list.Declared[0].Default != "EUR" {
		t.Errorf("an administrator reads %+v, %v", list, err)
	}
	if list, err := w.List(w.ctx, w.Actor(w.Solstice, w.Solstice.Editor)); err != nil || list.Declared[0].Default != "" {
		t.Errorf("an editor reads %+v, %v", list, err)
	}
}

// A right that ends between the look at the clients and the writing writes nothing; two calls that make the
// same thing at once do not lose one of them.
func TestGridsAreWrittenOneAfterTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t))
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			name := fmt.Sprintf("n%d", i)
			if i%2 == 0 {
				if _, err := w.Create(w.ctx, w.native, property.Draft{Name: name, Value: "own"}); err != nil {
					t.Error(err)
				}
				return
			}
			cells := []property.Cell{{Client: "solstice-coffee", Name: name, Value: "grid"}, {Client: "fjord-outdoors", Name: fmt.Sprintf("n%d", i-1), Value: "grid"}}
			if _, err := w.SetCells(w.ctx, w.maya, cells); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if list, err := w.List(w.ctx, w.native); err != nil || len(list.Properties) != 8 {
		t.Errorf("%d properties of 8, %v", len(list.Properties), err)
	}
}

func TestGrid(t *testing.T) {
	t.Parallel()
	statements := 0
	w := newWorld(t, dbtest.Open(t, dbtest.OnStatement(func(db.Statement) error { statements++; return nil })))
	for _, d := range []property.Declaration{{Name: "companyId", Required: true}, {Name: "currency", Default: "EUR"}, {Name: "start", Type: property.Date}} {
		if _, err := w.Declare(w.ctx, w.maya, d); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.Declare(w.ctx, w.maya, property.Declaration{Name: "currency"})
	wantCode(t, err, "property_exists")
	_, err = w.Declare(w.ctx, w.native, property.Declaration{Name: "mine"})
	wantCode(t, err, "not_found")
	_, err = w.Declare(w.ctx, w.Actor(w.Agency, w.Agency.Editor), property.Declaration{Name: "mine"})
	wantCode(t, err, "permission_denied")
	if n, err := w.CountGrid(w.ctx, w.maya, property.GridFilter{Missing: "*"}); err != nil || n != 2 {
		t.Errorf("%d clients lack what is required, %v", n, err)
	}

	saved, err := w.SetCells(w.ctx, w.maya, []property.Cell{
		{Client: "solstice-coffee", Name: "companyId", Value: "SOL-1187"}, {Client: "fjord-outdoors", Name: "companyId", Value: "FJ-0093"},
		{Client: "fjord-outdoors", Name: "start", Value: "2026-01-31"}, {Client: "fjord-outdoors", Name: "currency", Value: ""},
	})
	if err != nil || len(saved) != 3 || saved[0].Version != 1 || !saved[0].Locked || saved[2].Type != property.Date {
		t.Fatalf("saved %+v, %v", saved, err)
	}

	// One cell is wrong, another was changed by somebody: nothing is saved.
	_, err = w.SetCells(w.ctx, w.maya, []property.Cell{
		{Client: "solstice-coffee", Name: "companyId", Value: "SOL-2", Version: 1}, {Client: "solstice-coffee", Name: "start", Value: "soon"},
		{Client: "fjord-outdoors", Name: "companyId", Value: "x", Version: 5}, {Client: "marigold", Name: "companyId", Value: "x"},
		{Client: "northlight", Name: "companyId", Value: "x"}, {Client: "fjord-outdoors", Name: "company.id", Value: "x"},
		{Client: "solstice-coffee", Name: "companyId", Value: "SOL-3", Version: 1},
	})
	wantCode(t, err, "cells_refused")
	if got := faults(err); got != "solstice-coffee.start bad_property_value, fjord-outdoors.companyId version_conflict, marigold.companyId not_found, "+
		"northlight.companyId not_found, fjord-outdoors.company.id property_reserved, solstice-coffee.companyId cell_twice" {
		t.Errorf("faults = %s", got)
	}
	if got := grid(t, w, property.GridFilter{}); got != "fjord-outdoors companyId=FJ-0093 start=2026-01-31, solstice-coffee companyId=SOL-1187" {
		t.Errorf("grid = %s", got)
	}

	// The other property of the batch in the same client stays as it is, with its lock and its version.
	if _, err := w.Create(w.ctx, w.native, property.Draft{Name: "start", Type: property.Date, Value: "2025-12-31", Description: "of business"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SetCells(w.ctx, w.maya, []property.Cell{
		{Client: "solstice-coffee", Name: "companyId", Value: "SOL-2", Version: 1}, {Client: "fjord-outdoors", Name: "start", Value: "", Version: 1},
	}); err != nil {
		t.Fatal(err)
	}
	list, err := w.List(w.ctx, w.native)
	if err != nil || len(list.Properties) != 2 || list.Properties[1].Description != "of business" || list.Properties[1].Version != 1 || list.Properties[1].Locked {
		t.Errorf("list = %+v, %v", list, err)
	}
	for f, want := range map[property.GridFilter]string{
		{Search: "fjo"}:             "fjord-outdoors companyId=FJ-0093 start=",
		{Client: "solstice-coffee"}: "solstice-coffee companyId=SOL-2 start=2025-12-31",
		{Missing: "*"}:              "",
		{Missing: "currency"}:       "fjord-outdoors companyId=FJ-0093 start=, solstice-coffee companyId=SOL-2 start=2025-12-31",
		{Missing: "start"}:          "fjord-outdoors companyId=FJ-0093 start=",
	} {
		if got := grid(t, w, f); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
	first, next, err := w.Grid(w.ctx, w.maya, property.GridFilter{}, page.Request{Limit: 1})
	if err != nil || next == nil || first.Rows[0].Slug != "fjord-outdoors" {
		t.Fatalf("first page: %+v, %v", first, err)
	}
	second, next, err := w.Grid(w.ctx, w.maya, property.GridFilter{}, page.Request{Limit: 1, After: next})
	if err != nil || next != nil || second.Rows[0].Slug != "solstice-coffee" {
		t.Errorf("second page: %+v, %v", second, err)
	}
	before := statements
	if _, _, err := w.Grid(w.ctx, w.maya, property.GridFilter{}, page.Request{}); err != nil {
		t.Fatal(err)
	}
	few := statements - before
	for i := range 20 {
		if _, err := w.Accounts.CreateClient(w.ctx, w.maya, account.Draft{Name: fmt.Sprintf("Client %d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	before = statements
	if g, _, err := w.Grid(w.ctx, w.maya, property.GridFilter{}, page.Request{}); err != nil || len(g.Rows) != 22 {
		t.Fatal(err)
	}
	if statements-before != few {
		t.Errorf("%d statements for 22 clients, %d for 2", statements-before, few)
	}
	// People of clients, and agency people without clients of theirs, have no grid.
	for _, who := range []authz.Actor{w.native, w.visitor, w.Actor(w.Agency, w.Agency.Viewer)} {
		_, _, err := w.Grid(w.ctx, who, property.GridFilter{}, page.Request{})
		wantCode(t, err, "not_found")
		_, err = w.SetCells(w.ctx, who, []property.Cell{{Client: "fjord-outdoors", Name: "companyId", Value: "x", Version: 1}})
		wantCode(t, err, "not_found")
		_, err = w.Export(w.ctx, who, property.GridFilter{})
		wantCode(t, err, "not_found")
		_, err = w.Read(w.ctx, who, strings.NewReader("client address,companyId\nfjord-outdoors,x\n"))
		wantCode(t, err, "not_found")
	}
}

func faults(err error) string {
	e, _ := err.(*errs.Error)
	if e == nil {
		return ""
	}
	var out []string
	list, _ := e.Params["cells"].([]property.CellFault)
	for _, f := range list {
		out = append(out, f.Client+"."+f.Name+" "+f.Code)
	}
	return strings.Join(out, ", ")
}

func grid(t *testing.T, w *world, f property.GridFilter) string {
	t.Helper()
	g, _, err := w.Grid(w.ctx, w.maya, f, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := w.CountGrid(w.ctx, w.maya, f)
	if err != nil || int(n) != len(g.Rows) {
		t.Errorf("count %d of %d, %v", n, len(g.Rows), err)
	}
	var rows []string
	for _, r := range g.Rows {
		line := r.Slug
		for _, c := range r.Cells {
			line += " " + c.Name + "=" + c.Value
		}
		rows = append(rows, line)
	}
	return strings.Join(rows, ", ")
}

func TestTheFileOfTheGrid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t))
	if _, err := w.Declare(w.ctx, w.maya, property.Declaration{Name: "note"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Declare(w.ctx, w.maya, property.Declaration{Name: "pin", Type: property.Secret}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Declare(w.ctx, w.maya, property.Declaration{Name: "debt", Type: property.Number}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SetCells(w.ctx, w.maya, []property.Cell{
		{Client: "fjord-outdoors", Name: "note", Value: `=HYPERLINK("http://evil.test")`}, {Client: "fjord-outdoors", Name: "pin", Value: "1234"},
		{Client: "fjord-outdoors", Name: "debt", Value: "-7"}, {Client: "solstice-coffee", Name: "other", Value: "a, \"b\"\nc"},
	}); err != nil {
		t.Fatal(err)
	}
	file, err := w.Export(w.ctx, w.maya, property.GridFilter{})
	want := "client address,client name,note,debt,other\n" +
		"fjord-outdoors,Fjord Outdoors,\"'=HYPERLINK(\"\"http://evil.test\"\")\",-7,\n" +
		"solstice-coffee,Solstice (gold),,,\"a, \"\"b\"\"\nc\"\n"
	if err != nil || string(file) != want {
		t.Fatalf("file %q, %v", file, err)
	}
	same, err := w.Read(w.ctx, w.maya, bytes.NewReader(file))
	if err != nil || len(same) != 0 {
		t.Errorf("the file as it was written changes %+v, %v", same, err)
	}
	changed, err := w.Read(w.ctx, w.maya, strings.NewReader("\xef\xbb\xbfnote;client address\n'+49 1;fjord-outdoors\nnew;solstice-coffee\nx;marigold\n"))
	if err != nil || !slices.Equal(changed, []property.Cell{
		{Client: "fjord-outdoors", Name: "note", Value: "+49 1", Version: 1}, {Client: "solstice-coffee", Name: "note", Value: "new"},
		{Client: "marigold", Name: "note", Value: "x"},
	}) {
		t.Errorf("changes %+v, %v", changed, err)
	}
	for text, code := range map[string]string{
		"": "csv_no_client", "note\nx\n": "csv_no_client", "client address,a,a\n": "csv_column_twice",
		"client address,user.x\n": "property_reserved", "client address,a\n\"x": "csv_unreadable",
	} {
		_, err := w.Read(w.ctx, w.maya, strings.NewReader(text))
		wantCode(t, err, code)
	}
}

func TestDeclarationsChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t))
	if _, err := w.Declare(w.ctx, w.maya, property.Declaration{Name: "region", Default: "North"}); err != nil {
		t.Fatal(err)
	}
	d, err := w.Redeclare(w.ctx, w.maya, "region", 1, property.DeclarationPatch{Required: ptr(true), Description: ptr("Where they sell")})
	if err != nil || !d.Required || d.Version != 2 || d.Default != "North" {
		t.Fatalf("declared %+v, %v", d, err)
	}
	_, err = w.Redeclare(w.ctx, w.maya, "region", 1, property.DeclarationPatch{Required: ptr(false)})
	wantCode(t, err, "version_conflict")
	_, err = w.Redeclare(w.ctx, w.maya, "region", 2, property.DeclarationPatch{Type: ptr(property.Number)})
	wantCode(t, err, "bad_property_value") // its default is no number
	_, err = w.Redeclare(w.ctx, w.maya, "region", 2, property.DeclarationPatch{Type: ptr(property.Secret)})
	wantCode(t, err, "bad_property_value")
	list, err := w.List(w.ctx, w.native)
	if err != nil || len(list.Declared) != 1 || !list.Declared[0].Required {
		t.Errorf("the client is told %+v, %v", list, err)
	}
	wantCode(t, w.Undeclare(w.ctx, w.maya, "region", 1), "version_conflict")
	wantCode(t, w.Undeclare(w.ctx, w.native, "region", 2), "not_found")
	if err := w.Undeclare(w.ctx, w.maya, "region", 2); err != nil {
		t.Error(err)
	}
	wantCode(t, w.Undeclare(w.ctx, w.maya, "region", 2), "not_found")
}
