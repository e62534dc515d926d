package klip_test

import (
	"bytes"
	"strings"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/property"
	"octavo/internal/secret"
)

func (w *world) properties() *property.Service {
	w.t.Helper()
	master, err := secret.NewMaster(bytes.Repeat([]byte{5}, secret.KeySize))
	if err != nil {
		w.t.Fatal(err)
	}
	return property.New(w.DB, w.Accounts, master)
}

func (w *world) setProperty(who authz.Actor, d property.Draft) *property.Property {
	w.t.Helper()
	p, err := w.properties().Create(w.ctx(), who, d)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func TestPropertiesInFormulas(t *testing.T) {
	w := newWorld(t)
	visitor := w.Visitor(w.Solstice)
	src := w.source(visitor, "Orders", orders)
	k := w.create(visitor, table(src, "SUM(SELECT(@Units, @Region = $region))", "SUM(@Units) * $factor", "$start", "$regions", "$company.name"))
	w.setProperty(visitor, property.Draft{Name: "region", Value: "South"})
	w.setProperty(visitor, property.Draft{Name: "factor", Type: property.Number, Value: "0.5"})
	w.setProperty(visitor, property.Draft{Name: "start", Type: property.Date, Value: "2026-02-01"})
	w.setProperty(visitor, property.Draft{Name: "regions", Type: property.List, Value: `North, "South, east"`})
	r := w.result(visitor, k.ID).Result
	for i, want := range []string{"8", "14", "1,769,904,000", "North South, east", "Solstice Coffee"} {
		if got := strings.TrimSpace(column(r, i)); got != want {
			t.Errorf("column %d = %q, want %q (%+v)", i, got, want, r.Components[0].Error)
		}
	}
}

// A property of the person takes the place of an open one of the company, never that of a
// locked one; what a variable has by default comes last.
func TestTheOrderOfValues(t *testing.T) {
	w := newWorld(t)
	visitor := w.Visitor(w.Solstice)
	src := w.source(visitor, "Orders", orders)
	k := w.create(visitor, table(src, "$region"))
	if err := w.DB.Tx(w.ctx(), db.Account(w.Solstice.ID), func(tx *db.Tx) error {
		return tx.Insert(w.ctx(), "variables", []string{"account_id", "name", "type", "default_json"}, [][]any{{w.Solstice.ID, "region", "text", `"default"`}})
	}); err != nil {
		t.Fatal(err)
	}
	if got := column(w.result(visitor, k.ID).Result, 0); got != "default" {
		t.Errorf("by default %q", got)
	}
	open := false
	p := w.setProperty(visitor, property.Draft{Name: "region", Value: "own", Locked: &open})
	if got := column(w.result(visitor, k.ID).Result, 0); got != "own" {
		t.Errorf("open property: %q", got)
	}
	native := w.Actor(w.Solstice, w.Solstice.Admin)
	if err := w.DB.Tx(w.ctx(), db.Account(w.Solstice.ID), func(tx *db.Tx) error {
		return tx.Insert(w.ctx(), "user_property_values", []string{"account_id", "user_id", "name", "value"}, [][]any{{w.Solstice.ID, native.User, "region", "mine"}})
	}); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]string{"mine": column(w.result(native, k.ID).Result, 0), "own": column(w.result(visitor, k.ID).Result, 0)} {
		if who != want {
			t.Errorf("beside an open property: %q, want %q", want, who)
		}
	}
	locked := true
	p, err := w.properties().Update(w.ctx(), visitor, "region", p.Version, property.Patch{Locked: &locked})
	if err != nil {
		t.Fatal(err)
	}
	if got := column(w.result(native, k.ID).Result, 0); got != "own" {
		t.Errorf("locked property: %q", got)
	}
	empty := ""
	if _, err := w.properties().Update(w.ctx(), visitor, "region", p.Version, property.Patch{Value: &empty}); err != nil {
		t.Fatal(err)
	}
	if got := column(w.result(visitor, k.ID).Result, 0); got != "default" {
		t.Errorf("an empty property hides the default: %q", got)
	}
}

// The same body in two clients, the same data: only the property differs. Results are shared
// by their hash, so this is what keeps clients apart.
func TestAClientNeverSeesAnothersValue(t *testing.T) {
	w := newWorld(t)
	ids := map[string]string{}
	hashes := map[string]bool{}
	visitors := map[string]authz.Actor{"SOL-1": w.Visitor(w.Solstice), "FJ-2": w.Visitor(w.Fjord)}
	for value, who := range visitors {
		w.setProperty(who, property.Draft{Name: "companyId", Value: value})
		src := w.source(who, "Orders", orders)
		ids[value] = w.create(who, table(src, `CONCAT($companyId, " ", $company.id)`)).ID
	}
	for range 2 {
		for value, who := range visitors {
			a := w.result(who, ids[value])
			hashes[a.Hash] = true
			got := column(a.Result, 0)
			if !strings.HasPrefix(got, value+" ") || strings.Contains(got, strings.Join(others(visitors, value), "")) {
				t.Errorf("%s sees %q", value, got)
			}
		}
	}
	if len(hashes) != 2 {
		t.Errorf("%d hashes for two values", len(hashes))
	}
	// A change shows at once, in this client only.
	value := "SOL-9"
	if _, err := w.properties().Update(w.ctx(), visitors["SOL-1"], "companyId", 1, property.Patch{Value: &value}); err != nil {
		t.Fatal(err)
	}
	if got := column(w.result(visitors["SOL-1"], ids["SOL-1"]).Result, 0); !strings.HasPrefix(got, "SOL-9 ") {
		t.Errorf("after the change %q", got)
	}
	if got := column(w.result(visitors["FJ-2"], ids["FJ-2"]).Result, 0); !strings.HasPrefix(got, "FJ-2 ") {
		t.Errorf("the other client sees %q", got)
	}
}

func others(all map[string]authz.Actor, but string) []string {
	var out []string
	for value := range all {
		if value != but {
			out = append(out, value)
		}
	}
	return out
}

// D92: who can repair it is told the name, others only that there is nothing yet; and neither
// gets the answer of the other out of the store of results.
func TestAMissingPropertyIsTold(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "SUM(SELECT(@Units, @Region = $companyId))"))
	w.share(w.admin, k.ID, w.viewer.User, authz.View)
	for range 2 {
		for who, want := range map[*authz.Actor]string{&w.admin: "Set the company property companyId.", &w.viewer: "No data yet."} {
			e := w.result(*who, k.ID).Result.Components[0].Error
			if e == nil || e.Code != "missing_variable" || e.Message != want {
				t.Errorf("%s is told %+v", who.Name, e)
			}
		}
	}
}

func TestASecretIsNoVariable(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "$token"))
	w.setProperty(w.admin, property.Draft{Name: "token", Type: property.Secret, Value: "s3cret"})
	if e := w.result(w.admin, k.ID).Result.Components[0].Error; e == nil || e.Code != "missing_variable" {
		t.Errorf("a secret in a formula: %+v", e)
	}
}
