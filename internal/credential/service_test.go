package credential_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/credential"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/page"
)

// labels are those of a list.
func (w *world) labels(who authz.Actor, f credential.Filter) string {
	w.t.Helper()
	rows, next, err := w.List(w.ctx, who, f, page.Request{})
	n, err2 := w.Count(w.ctx, who, f)
	if err != nil || err2 != nil || next != nil || int(n) != len(rows) {
		w.t.Fatalf("%d of %d, %v, %v", len(rows), n, err, err2)
	}
	var out []string
	for _, c := range rows {
		out = append(out, c.Label)
	}
	return strings.Join(out, ", ")
}

func TestWhoSeesAndChangesACredential(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := w.make(w.maya, func(d *credential.Draft) { d.Label = "own" })
	shared := w.make(w.maya, func(d *credential.Draft) { d.Label, d.Shared = "Shared", true })
	theirs := w.make(w.editor, func(d *credential.Draft) { d.Label = "theirs" })
	w.make(w.client, func(d *credential.Draft) { d.Label = "of the client" })

	for who, want := range map[*authz.Actor]string{
		&w.maya: "own, Shared, theirs", &w.editor: "Shared, theirs", &w.client: "of the client", &w.visitor: "of the client",
	} {
		if got := w.labels(*who, credential.Filter{}); got != want {
			t.Errorf("%s sees %s, want %s", who.Name, got, want)
		}
	}
	if got := w.labels(w.maya, credential.Filter{Search: "SHAR"}); got != "Shared" {
		t.Errorf("found %s", got)
	}
	first, next, err := w.List(w.ctx, w.maya, credential.Filter{}, page.Request{Limit: 2})
	if err != nil || len(first) != 2 || next == nil {
		t.Fatalf("%v %v %v", first, next, err)
	}
	if rest, next, err := w.List(w.ctx, w.maya, credential.Filter{}, page.Request{Limit: 2, After: next}); err != nil || next != nil || len(rest) != 1 || rest[0].Label != "theirs" {
		t.Errorf("second page %v %v %v", rest, next, err)
	}

	seen, err := w.Get(w.ctx, w.editor, shared.ID)
	if err != nil || seen.MayChange || seen.OwnerName != "Northlight admin" || !slices.Equal(seen.Hosts, []string{"https://api.shop.test:443"}) {
		t.Errorf("the editor sees %+v, %v", seen, err)
	}
	if seen, err := w.Get(w.ctx, w.maya, theirs.ID); err != nil || !seen.MayChange {
		t.Errorf("the administrator sees %+v, %v", seen, err)
	}
	type try struct {
		who  authz.Actor
		cred id.Credential
		get  string
		set  string
	}
	for _, c := range []try{
		{w.editor, own.ID, "not_found", "not_found"}, {w.editor, shared.ID, "", "permission_denied"}, {w.editor, theirs.ID, "", ""},
		{w.viewer, shared.ID, "permission_denied", "permission_denied"}, {w.client, own.ID, "not_found", "not_found"}, {w.client, shared.ID, "not_found", "not_found"},
		{w.visitor, own.ID, "not_found", "not_found"}, {w.maya, theirs.ID, "", ""}, {w.maya, "nothing", "not_found", "not_found"},
	} {
		_, err := w.Get(w.ctx, c.who, c.cred)
		_, used := w.Usage(w.ctx, c.who, c.cred)
		same := func(err error, code string) bool { return code == "" && err == nil || code != "" && errs.Is(err, code) }
		if !same(err, c.get) || !same(used, c.get) {
			t.Errorf("%s of %s: %v, %v, want %q", c.who.Name, c.cred, err, used, c.get)
		}
		version := int64(1)
		if held, err := w.Get(w.ctx, w.maya, c.cred); err == nil {
			version = held.Version
		}
		if _, err = w.Update(w.ctx, c.who, c.cred, version, credential.Patch{Description: ptr(c.who.Name)}); !same(err, c.set) {
			t.Errorf("%s changes %s: %v, want %q", c.who.Name, c.cred, err, c.set)
		}
		if c.set != "" {
			if err := w.Delete(w.ctx, c.who, c.cred, version, ""); !same(err, c.set) {
				t.Errorf("%s deletes %s: %v, want %q", c.who.Name, c.cred, err, c.set)
			}
		}
	}
	_, err = w.Create(w.ctx, w.viewer, draft(nil))
	wantCode(t, err, "permission_denied")
	_, _, err = w.List(w.ctx, w.viewer, credential.Filter{}, page.Request{})
	wantCode(t, err, "permission_denied")
}

func TestWhatACredentialIsMadeOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		change func(*credential.Draft)
		want   string // code, or code/reason
	}{
		"good":               {nil, ""},
		"no label":           {func(d *credential.Draft) { d.Label = " " }, "name_required"},
		"long label":         {func(d *credential.Draft) { d.Label = strings.Repeat("x", 201) }, "name_too_long"},
		"control in label":   {func(d *credential.Draft) { d.Label = "a\x00b" }, "bad_text"},
		"long description":   {func(d *credential.Draft) { d.Description = strings.Repeat("x", 501) }, "text_too_long"},
		"lines":              {func(d *credential.Draft) { d.Description = "a\nb" }, ""},
		"kind":               {func(d *credential.Draft) { d.Kind = "oauth1" }, "bad_credential/kind"},
		"no host":            {func(d *credential.Draft) { d.Hosts = []string{" "} }, "bad_credential/hosts"},
		"21 hosts":           {func(d *credential.Draft) { d.Hosts = manyHosts(21) }, "bad_credential/hosts"},
		"20 hosts":           {func(d *credential.Draft) { d.Hosts = manyHosts(20) }, ""},
		"all hosts":          {func(d *credential.Draft) { d.Hosts = []string{"*"} }, "bad_credential/host"},
		"part of a name":     {func(d *credential.Draft) { d.Hosts = []string{"*.shop.test"} }, "bad_credential/host"},
		"path":               {func(d *credential.Draft) { d.Hosts = []string{"https://api.shop.test/v1"} }, "bad_credential/host"},
		"query":              {func(d *credential.Draft) { d.Hosts = []string{"https://api.shop.test/?x=1"} }, "bad_credential/host"},
		"file":               {func(d *credential.Draft) { d.Hosts = []string{"file:///etc/passwd"} }, "bad_credential/host"},
		"userinfo":           {func(d *credential.Draft) { d.Hosts = []string{"https://a:b@api.shop.test"} }, "bad_credential/host"},
		"no secret":          {func(d *credential.Draft) { d.Secret = " \n" }, "bad_credential/secret_missing"},
		"long secret":        {func(d *credential.Draft) { d.Secret = strings.Repeat("x", 8193) }, "bad_credential/secret_long"},
		"secret splits":      {func(d *credential.Draft) { d.Secret = "a\r\nHost: evil.test" }, "bad_credential/secret"},
		"prefix splits":      {func(d *credential.Draft) { d.Prefix = "a\r\nb" }, "bad_credential/prefix"},
		"two words":          {func(d *credential.Draft) { d.Prefix = "a b" }, "bad_credential/prefix"},
		"own prefix":         {func(d *credential.Draft) { d.Prefix = "Token" }, ""},
		"no user name":       {func(d *credential.Draft) { d.Kind = credential.Basic }, "bad_credential/user_name"},
		"colon":              {func(d *credential.Draft) { d.Kind, d.UserName = credential.Basic, "a:b" }, "bad_credential/user_name"},
		"quotation mark":     {func(d *credential.Draft) { d.Kind, d.UserName = credential.WSSE, `a"b` }, "bad_credential/wsse_name"},
		"password splits":    {func(d *credential.Draft) { d.Kind, d.UserName, d.Secret = credential.Basic, "a", "b\nc" }, "bad_credential/secret"},
		"password of blanks": {func(d *credential.Draft) { d.Kind, d.UserName, d.Secret = credential.Basic, "a", "  " }, ""},
		"database":           {database(nil), ""},
		"its engine":         {database(func(s *credential.Server) { s.Engine = "oracle" }), "bad_credential/engine"},
		"its socket":         {database(func(s *credential.Server) { s.Host = "/var/run/postgresql" }), "bad_credential/server"},
		"its host splits":    {database(func(s *credential.Server) { s.Host = "db.test password=x" }), "bad_credential/server"},
		"its host has more":  {database(func(s *credential.Server) { s.Host = "db.test/x?sslmode=disable" }), "bad_credential/server"},
		"its port":           {database(func(s *credential.Server) { s.Port = 70000 }), "bad_credential/server"},
		"its name":           {database(func(s *credential.Server) { s.Database = " " }), "bad_credential/database"},
		"its mode":           {database(func(s *credential.Server) { s.TLS = "prefer" }), "bad_credential/tls"},
		"its CA":             {database(func(s *credential.Server) { s.CA = "none" }), "bad_credential/ca"},
		"its user":           {func(d *credential.Draft) { database(nil)(d); d.UserName = "" }, "bad_credential/user_name"},
		"place":              {func(d *credential.Draft) { d.Kind, d.Name, d.In = credential.APIKey, "k", "body" }, "bad_credential/in"},
		"no name":            {func(d *credential.Draft) { d.Kind = credential.APIKey }, "bad_credential/name"},
		"header":             {func(d *credential.Draft) { d.Kind, d.Name = credential.APIKey, "X-Key" }, ""},
		"header splits":      {func(d *credential.Draft) { d.Kind, d.Name = credential.APIKey, "X-Key: a\r\nB" }, "bad_credential/name"},
		"host as header":     {func(d *credential.Draft) { d.Kind, d.Name = credential.APIKey, "Host" }, "bad_credential/name"},
		"cookie as header":   {func(d *credential.Draft) { d.Kind, d.Name = credential.APIKey, "cookie" }, "bad_credential/name"},
		"query name":         {func(d *credential.Draft) { d.Kind, d.Name, d.In = credential.APIKey, "api key", credential.Query }, ""},
		"cookie name":        {func(d *credential.Draft) { d.Kind, d.Name, d.In = credential.APIKey, "a;b", credential.Cookie }, "bad_credential/name"},
		"cookie splits": {func(d *credential.Draft) {
			d.Kind, d.Name, d.In, d.Secret = credential.APIKey, "a", credential.Cookie, "x; admin=1"
		}, "bad_credential/secret"},
	} {
		_, err := w.Create(w.ctx, w.maya, draft(c.change))
		got := ""
		var e *errs.Error
		if errors.As(err, &e) {
			got = e.Code
			if reason, ok := e.Params["reason"]; ok {
				got += "/" + fmt.Sprint(reason)
			}
		}
		if got != c.want || strings.Contains(fmt.Sprint(err), marker) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func manyHosts(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("h%d.test", i))
	}
	return out
}

// TestASecretIsNotSentElsewhereByWhoDoesNotKnowIt is an administrator who may change a
// credential of somebody else and wants its secret.
func TestASecretIsNotSentElsewhereByWhoDoesNotKnowIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.editor, func(d *credential.Draft) {
		d.Kind, d.Name, d.Hosts = credential.APIKey, "X-Key", []string{"api.shop.test", "http://reports.shop.test:8080"}
	})
	version := c.Version
	for name, p := range map[string]credential.Patch{
		"another host":       {Hosts: ptr([]string{"evil.test"})},
		"one more host":      {Hosts: ptr([]string{"api.shop.test", "http://reports.shop.test:8080", "evil.test"})},
		"without TLS":        {Hosts: ptr([]string{"http://api.shop.test"})},
		"another port":       {Hosts: ptr([]string{"https://api.shop.test:8443"})},
		"into the address":   {In: ptr(credential.Query)},
		"under another name": {Name: ptr("X-Echo")},
	} {
		_, err := w.Update(w.ctx, w.maya, c.ID, version, p)
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != "bad_credential" || e.Params["reason"] != "secret_again" || e.Field != "secret" {
			t.Errorf("%s: %v", name, err)
		}
	}
	fewer, err := w.Update(w.ctx, w.maya, c.ID, version, credential.Patch{Hosts: ptr([]string{"https://API.shop.test/"}), Label: ptr("Till"), Shared: ptr(true)})
	if err != nil || len(fewer.Hosts) != 1 || fewer.Label != "Till" || !fewer.Shared || fewer.Version != version+1 {
		t.Fatalf("fewer hosts: %+v, %v", fewer, err)
	}
	again, err := w.Update(w.ctx, w.maya, c.ID, fewer.Version, credential.Patch{Hosts: ptr([]string{"new.test"}), Secret: ptr(marker + "2")})
	if err != nil || again.Hosts[0] != "https://new.test:443" {
		t.Fatalf("with the secret: %+v, %v", again, err)
	}
	_, err = w.Update(w.ctx, w.maya, c.ID, fewer.Version, credential.Patch{Label: ptr("x")})
	wantCode(t, err, "version_conflict")
	same, err := w.Update(w.ctx, w.maya, c.ID, again.Version, credential.Patch{Label: ptr("Till")})
	if err != nil || same.Version != again.Version {
		t.Errorf("nothing changed: %+v, %v", same, err)
	}
}

func TestUsageIsCountedEverywhereAndNamedWhereItMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.maya, func(d *credential.Draft) { d.Shared = true })
	w.source(w.maya, "Orders", w.Agency.ID, c.ID)
	w.source(w.editor, "Returns", w.Agency.ID, c.ID)
	w.source(w.visitor, "Orders", w.Agency.ID, c.ID)
	w.source(w.visitor, "More orders", w.Agency.ID, c.ID)
	w.source(w.Visitor(w.Fjord), "Orders", w.Agency.ID, c.ID)
	w.source(w.client, "Own", w.Solstice.ID, w.make(w.client, nil).ID)

	show := func(who authz.Actor) string {
		t.Helper()
		u, err := w.Usage(w.ctx, who, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		out := fmt.Sprintf("%d:", u.Total)
		for _, src := range u.Here {
			out += " " + src.Title
		}
		for _, client := range u.Clients {
			out += fmt.Sprintf(" %s=%d", client.Slug, client.Sources)
		}
		return fmt.Sprintf("%s +%d", out, u.Others)
	}
	if got := show(w.maya); got != "5: Orders Returns solstice-coffee=2 fjord-outdoors=1 +0" {
		t.Errorf("the administrator reads %s", got)
	}
	if got := show(w.editor); got != "5: Returns +4" { // clients are shared with no group
		t.Errorf("the editor reads %s", got)
	}
	listed, err := w.Get(w.ctx, w.editor, c.ID)
	if err != nil || listed.Sources != 5 || listed.Accounts != 3 {
		t.Errorf("counted %+v, %v", listed, err)
	}
	mine, _, err := w.List(w.ctx, w.client, credential.Filter{}, page.Request{})
	if err != nil || len(mine) != 1 || mine[0].Sources != 1 { // R8: what came with an import is not among them
		t.Errorf("the client reads %+v, %v", mine, err)
	}
}

func TestDeletionAndReplacement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.make(w.maya, nil)
	here, there := w.source(w.maya, "Orders", w.Agency.ID, old.ID), w.source(w.visitor, "Orders", w.Agency.ID, old.ID)
	err := w.Delete(w.ctx, w.maya, old.ID, 1, "")
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != "in_use" || e.Params["count"] != int64(2) {
		t.Fatalf("in use: %v", err)
	}
	other := w.make(w.maya, func(d *credential.Draft) { d.Hosts = []string{"other.test"} })
	basic := w.make(w.maya, func(d *credential.Draft) { d.Kind, d.UserName = credential.Basic, "me" })
	hidden := w.make(w.client, nil)
	for _, to := range []id.Credential{other.ID, basic.ID, hidden.ID, old.ID, "nothing"} {
		wantCode(t, w.Delete(w.ctx, w.maya, old.ID, 1, to), "bad_replacement")
	}
	wantCode(t, w.Delete(w.ctx, w.maya, old.ID, 7, ""), "version_conflict")
	wantCode(t, w.Delete(w.ctx, w.client, hidden.ID, 1, old.ID), "bad_replacement")
	better := w.make(w.maya, func(d *credential.Draft) { d.Hosts = []string{"other.test", "api.shop.test"} })
	if err := w.Delete(w.ctx, w.maya, old.ID, 1, better.ID); err != nil {
		t.Fatal(err)
	}
	if w.uses(here) != better.ID || w.uses(there) != better.ID {
		t.Errorf("used: %s, %s", w.uses(here), w.uses(there))
	}
	_, err = w.Open(w.ctx, w.Agency.ID, old.ID, "https://api.shop.test/")
	wantCode(t, err, "credential_missing")
	if err := w.Delete(w.ctx, w.maya, other.ID, 1, ""); err != nil {
		t.Errorf("unused: %v", err)
	}
	_, err = w.Get(w.ctx, w.maya, other.ID)
	wantCode(t, err, "not_found")
}

func TestAnAccountHasALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range credential.Max {
		w.make(w.client, nil)
	}
	_, err := w.Create(w.ctx, w.client, draft(nil))
	wantCode(t, err, "credentials_full")
	w.make(w.maya, nil)
}

func TestCredentialsOfWhoLeavesGoOnWorking(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.editor, nil)
	if _, err := w.Users.DeletePerson(w.ctx, w.maya, w.Agency.Editor.ID, "", false); err != nil {
		t.Fatal(err)
	}
	left, err := w.Get(w.ctx, w.maya, c.ID)
	if err != nil || left.Owner != w.maya.User || !left.OwnerLeft || left.Version != 2 {
		t.Fatalf("handed over: %+v, %v", left, err)
	}
	if _, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/"); err != nil {
		t.Error(err)
	}
	again, err := w.Update(w.ctx, w.maya, c.ID, 2, credential.Patch{Secret: ptr("new")})
	if err != nil || again.OwnerLeft {
		t.Errorf("given anew: %+v, %v", again, err)
	}
	mine := w.make(w.client, nil)
	if held, err := w.Get(w.ctx, w.client, mine.ID); err != nil || held.OwnerLeft {
		t.Errorf("of another account: %+v, %v", held, err)
	}
}

// database is a change that makes a draft that of a database.
func database(change func(*credential.Server)) func(*credential.Draft) {
	return func(d *credential.Draft) {
		d.Kind, d.Hosts, d.UserName = credential.Database, nil, "reader"
		d.Server = credential.Server{Engine: "postgresql", Host: "DB.test", Database: "shop"}
		if change != nil {
			change(&d.Server)
		}
	}
}

func TestADatabaseIsOpenedForItsKindAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made, err := w.Create(w.ctx, w.maya, draft(database(nil)))
	if err != nil || made.Hosts[0] != "postgresql://db.test:5432/shop" || made.TLS != "verify-full" || made.Port != 5432 {
		t.Fatalf("made %+v, %v", made, err)
	}
	opened, err := w.Open(w.ctx, w.Agency.ID, made.ID, credential.DatabaseAddress("postgresql"))
	if err != nil || opened.Login().Password != marker || opened.Login().User != "reader" {
		t.Fatalf("opened %v", err)
	}
	for _, address := range []string{"https://db.test:5432/", "postgresql://db.test:5432/shop", credential.DatabaseAddress("mysql"), credential.DatabaseAddress("")} {
		_, err := w.Open(w.ctx, w.Agency.ID, made.ID, address)
		wantCode(t, err, "host_not_allowed")
	}
	other, err := w.Create(w.ctx, w.maya, draft(nil))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Open(w.ctx, w.Agency.ID, other.ID, credential.DatabaseAddress("postgresql"))
	wantCode(t, err, "host_not_allowed")
	// Nobody has the password sent elsewhere, or less safely, without knowing it.
	for name, change := range map[string]func(*credential.Server){
		"host": func(s *credential.Server) { s.Host = "evil.test" }, "port": func(s *credential.Server) { s.Port = 1 },
		"tls": func(s *credential.Server) { s.TLS = "disable" }, "database": func(s *credential.Server) { s.Database = "other" },
	} {
		server := made.Server
		change(&server)
		_, err := w.Update(w.ctx, w.maya, made.ID, 1, credential.Patch{Server: &server})
		if wantCode(t, err, "bad_credential"); err == nil || !strings.Contains(err.Error(), "again") {
			t.Errorf("another %s: %v", name, err)
		}
	}
	if _, err = w.Update(w.ctx, w.maya, made.ID, 1, credential.Patch{Server: &made.Server, Label: ptr("Warehouse")}); err != nil {
		t.Errorf("another name: %v", err)
	}
	if dump := dbtest.Dump(t, w.DB); strings.Contains(dump, marker) {
		t.Error("the database holds the password")
	}
}
