package datasource_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/connector/sql"
	"octavo/internal/connector/sql/sqltest"
	"octavo/internal/credential"
	"octavo/internal/datasource"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/format"
)

func TestADatabaseIsReadWithAConnectedAccount(t *testing.T) {
	s := sqltest.Postgres(t)
	s.Exec(`CREATE TABLE orders (id int, amount numeric(12,2), day date, note text)`,
		`INSERT INTO orders VALUES (1, 12.50, '2026-01-31', 'a, "b"'), (2, 7, '2026-02-01', NULL)`)
	w := newWeb(t, fmt.Sprintf("%s:%d", s.Host, s.Port))
	ctx := t.Context()
	at := credential.Server{Engine: s.Engine, Host: s.Host, Port: s.Port, Database: s.Database, TLS: "disable"}
	login, err := w.creds.Create(ctx, w.admin, credential.Draft{Kind: credential.Database, Label: "Shop", Server: at, UserName: s.User, Secret: s.Password})
	if err != nil {
		t.Fatal(err)
	}
	token, err := w.creds.Create(ctx, w.admin, credential.Draft{Kind: credential.Bearer, Label: "API", Hosts: []string{"api.shop.test"}, Secret: "MARKtoken"})
	if err != nil {
		t.Fatal(err)
	}
	ask := &sql.Spec{Engine: s.Engine, SQL: `SELECT * FROM orders ORDER BY id`}
	for _, in := range []datasource.Trial{{Query: ask}, {Query: ask, Credential: token.ID}, {Request: rest.Spec{URL: "https://api.shop.test/"}, Credential: login.ID}} {
		if _, err := w.Try(ctx, w.admin, in); !errs.Is(err, "bad_connection") {
			t.Errorf("tried with the wrong one: %v", err)
		}
	}
	tried, err := w.Try(ctx, w.admin, datasource.Trial{Query: ask, Credential: login.ID})
	if err != nil || tried.Err != nil || tried.Format != format.CSV || tried.Sheets[0].Columns[2].Type != "date" {
		t.Fatalf("tried %+v, %v", tried, err)
	}
	many := &sql.Spec{Engine: s.Engine, SQL: `SELECT generate_series(1, 1001) AS n`}
	if tried, err := w.Try(ctx, w.admin, datasource.Trial{Query: many, Credential: login.ID}); err != nil || tried.Err != nil || len(tried.Warnings) != 1 || !strings.Contains(tried.Warnings[0], "first 1,000 rows") {
		t.Errorf("a trial of many rows: %+v, %v", tried, err)
	}
	tables, cut, err := w.Tables(ctx, w.admin, login.ID)
	if err != nil || cut || len(tables) != 1 || tables[0].Quoted != `"public"."orders"` || len(tables[0].Columns) != 4 {
		t.Errorf("tables %+v, %v", tables, err)
	}
	if _, _, err := w.Tables(ctx, w.admin, token.ID); !errs.Is(err, "bad_connection") {
		t.Errorf("tables of a web address: %v", err)
	}
	for _, c := range []struct {
		who  authz.Actor
		code string
	}{{w.Actor(w.Agency, w.Agency.Viewer), "permission_denied"}, {w.Actor(w.Agency, w.Agency.Editor), "not_found"}, {w.Actor(w.Solstice, w.Solstice.Admin), "not_found"}} {
		if _, _, err := w.Tables(ctx, c.who, login.ID); !errs.Is(err, c.code) {
			t.Errorf("tables for %s: %v, want %s", c.who.Name, err, c.code)
		}
	}
	src, err := w.CreateWeb(ctx, w.admin, datasource.WebDraft{Name: "Orders", Query: ask, IntervalS: 3600, Credential: login.ID})
	if err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" || run.Rows != 2 || run.Bytes == 0 {
		t.Fatalf("first run %+v, %v", run, run.Err)
	}
	if got := w.amounts(w.admin, src); got != "12.50 7.00" {
		t.Errorf("amounts %q", got)
	}
	// Without rows the columns stay, and so do the Klips that name them.
	version := w.get(w.admin, src).Version
	src, err = w.Reconfigure(ctx, w.admin, src.ID, version, datasource.WebPatch{Query: &sql.Spec{Engine: s.Engine, SQL: `SELECT * FROM orders WHERE id > 9`}})
	if err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 2); run.Outcome != "changed" || run.Rows != 0 {
		t.Errorf("without rows %+v, %v", run, run.Err)
	}
	if sheets, err := w.Preview(ctx, w.admin, src.ID, "", 0); err != nil || len(sheets[0].Columns) != 4 || sheets[0].Columns[1].Name != "amount" {
		t.Errorf("without rows %+v, %v", sheets, err)
	}
	if _, err := w.Reconfigure(ctx, w.admin, src.ID, src.Version, datasource.WebPatch{Request: rest.Spec{URL: "https://api.shop.test/"}, Format: format.JSON}); !errs.Is(err, "not_web") {
		t.Errorf("from a database to a web address: %v", err)
	}
	w.refusedAndRenewed(s, src, login)
	if dump := dbtest.Dump(t, w.DB); strings.Contains(dump, "MARK") {
		t.Error("the database holds a secret")
	}
}

// refusedAndRenewed lets the database say a secret again and refuse the password, and renews it.
func (w *web) refusedAndRenewed(s *sqltest.Server, src *datasource.Source, login *credential.Credential) {
	t, ctx := w.t, w.t.Context()
	for name, text := range map[string]string{"error": `SELECT CAST('` + s.Password + `' AS int)`,
		"long error": `SELECT CAST('` + strings.Repeat("x", 440) + strings.Repeat(s.Password, 9) + `' AS int)`, "row": `SELECT '` + s.Password + `' AS echo`} {
		tried, err := w.Try(ctx, w.admin, datasource.Trial{Query: &sql.Spec{Engine: s.Engine, SQL: text}, Credential: login.ID})
		if err != nil || strings.Contains(fmt.Sprintf("%+v %+v", tried, tried.Err), "MARK") || strings.HasSuffix(name, "error") && tried.Err.Code != "sql_error" {
			t.Errorf("a secret that the database says again: %+v, %v", tried, err)
		}
	}
	s.Exec(`ALTER ROLE ` + s.User + ` PASSWORD 'MARKnew'`)
	s.One(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '` + s.User + `'`)
	w.advance(2 * time.Hour) // it is no hour ago any more that the database took it
	run := w.until3(src)
	if run.Err == nil || run.Err.Code != "database_unauthorized" {
		t.Fatalf("another password: %+v, %v", run, run.Err)
	}
	is, err := w.creds.Get(ctx, w.admin, login.ID)
	if err != nil || is.State != credential.NeedsRenewal {
		t.Fatalf("the connected account %+v, %v", is, err)
	}
	if _, err := w.creds.Update(ctx, w.admin, login.ID, is.Version, credential.Patch{Secret: ptrTo("MARKnew")}); err != nil {
		t.Fatal(err)
	}
	w.until("a run that goes well", func() bool {
		w.advance(time.Minute)
		return w.runs(w.admin, src)[0].Err == nil
	})
}

// until3 is the third run of a source.
func (w *web) until3(src *datasource.Source) datasource.Run {
	w.t.Helper()
	w.until("run 3", func() bool { return len(w.runs(w.admin, src)) >= 3 })
	return w.runs(w.admin, src)[0]
}
