package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
)

// answer asks the owner for one text.
func answer(t *testing.T, d *db.DB, text string) string {
	t.Helper()
	var got string
	ctx := context.Background()
	err := d.Owner(ctx, func(conn *sql.Conn) error { return conn.QueryRowContext(ctx, text).Scan(&got) })
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return got
}

// inSystem runs one statement in the System scope and gives its one number.
func inSystem(t *testing.T, d *db.DB, text string) (n int64, err error) {
	t.Helper()
	err = d.Tx(context.Background(), db.System(), func(tx *db.Tx) error {
		_, err := tx.One(context.Background(), text, nil, &n)
		return err
	})
	return n, err
}

// bare opens a database without the watch of dbtest, to see what PostgreSQL itself does.
func bare(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// What PostgreSQL alone must do, whatever the statements say.
func TestPostgres(t *testing.T) {
	if !dbtest.Postgres() {
		t.Log("the second line of defence exists on PostgreSQL alone")
		return
	}
	for name, test := range map[string]func(*testing.T){
		"nothing_set_gives_no_rows":       testNothingSet,
		"row_outside_the_write_list":      testWriteList,
		"reading_outside_the_account":     testReadOutside,
		"content_of_another_family":       testContent,
		"run_time_role":                   testRole,
		"every_table_is_forced":           testForced,
		"role_after_the_first_migration":  testRoleAfterMigrate,
		"owner_without_superuser":         testPlainOwner,
		"many_databases_at_once":          testManyDatabases,
		"lost_against_another_is_retried": testDeadlock,
		"retry_ends":                      testRetryEnds,
		"nowait_meets_a_lock":             testNowait,
		"tables_that_grew_are_counted":    testCounted,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

func testNothingSet(t *testing.T) {
	d := dbtest.Open(t)
	tag(t, d, client)
	ctx := context.Background()
	err := d.Owner(ctx, func(conn *sql.Conn) error {
		if _, err := conn.ExecContext(ctx, `SET ROLE octavo_app`); err != nil {
			return err
		}
		for table, guard := range db.Tables() {
			var n int
			if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&n); err != nil {
				return err
			}
			if n != 0 && guard != db.OpenTable {
				t.Errorf("%s shows %d rows", table, n)
			}
		}
		_, err := conn.ExecContext(ctx, `INSERT INTO asset_tags (account_id, no, folded, tag) VALUES (1, 1, 'x', 'x')`)
		if !db.IsOutsideScope(err) {
			t.Errorf("an insert gave %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if answer(t, d, `SELECT count(*) FROM asset_tags`) != "1" {
		t.Error("the row that must not be seen is not there")
	}
}

func testWriteList(t *testing.T) {
	d := dbtest.Open(t)
	reading := authz.GrantOperator(parent, []id.Account{client}, false)
	writing := authz.GrantOperator(parent, []id.Account{client}, true)
	for _, tt := range []struct {
		name    string
		scope   db.Scope
		to      id.Account
		refused bool
	}{
		{"own", db.Account(client), client, false},
		{"another of the family", db.Account(client), other, true},
		{"another family", db.Account(client), alien, true},
		{"receiver", db.Across(writing), client, false},
		{"not a receiver", db.Across(writing), other, true},
		{"source", db.Across(writing), parent, true},
		{"source of an import", db.Import(writing), parent, false},
		{"receiver of a reading grant", db.Across(reading), client, true},
	} {
		err := d.Tx(context.Background(), tt.scope, func(tx *db.Tx) error {
			_, err := tx.Exec(context.Background(), insertTag+` ON CONFLICT DO NOTHING RETURNING CAST(:account AS bigint)`,
				db.Args{"to": tt.to, "no": 1, "tag": tt.name})
			return err
		})
		if db.IsOutsideScope(err) != tt.refused || (err != nil) != tt.refused {
			t.Errorf("%s: %v, want it refused: %v", tt.name, err, tt.refused)
		}
	}
	err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error { // moving a row out is a write outside too
		_, err := tx.Exec(context.Background(), `UPDATE asset_tags SET account_id = :to WHERE account_id = :account`, db.Args{"to": other})
		return err
	})
	if !db.IsOutsideScope(err) {
		t.Errorf("moving a row gave %v", err)
	}
}

func testReadOutside(t *testing.T) {
	url := dbtest.URL(t)
	d := bare(t, url)
	tag(t, d, parent, client, other, alien)
	all := `SELECT CAST(count(*) AS text) FROM asset_tags WHERE CAST(:account AS bigint) > 0`
	for _, tt := range []struct {
		name  string
		scope db.Scope
		want  string
	}{
		{"account", db.Account(client), "1"},
		{"family", db.Across(authz.GrantOperator(parent, []id.Account{client}, true)), "3"},
	} {
		err := d.Tx(context.Background(), tt.scope, func(tx *db.Tx) error {
			got, err := rows(tx, all, nil)
			if strings.Join(got, "") != tt.want {
				t.Errorf("%s sees %q rows, want %s", tt.name, got, tt.want)
			}
			n, errUp := tx.Exec(context.Background(), `UPDATE asset_tags SET no = 9 WHERE account_id <> :account AND account_id = `+fmt.Sprint(int64(alien)), nil)
			if n != 0 || errUp != nil {
				t.Errorf("%s changed %d rows of another family, %v", tt.name, n, errUp)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n, err := inSystem(t, d, `SELECT count(*) FROM asset_tags`); n != 0 || err != nil {
		t.Errorf("the System scope sees %d rows, %v", n, err)
	}
}

func testContent(t *testing.T) {
	d := bare(t, dbtest.URL(t))
	ctx := context.Background()
	write := func(scope db.Scope, family int64) error {
		return d.Tx(ctx, scope, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO bodies (id, family_id, hash, kind, json) VALUES (:family_id, :family_id, 'h', 'klip', '{}')
				ON CONFLICT (family_id, hash) DO NOTHING RETURNING CAST(:account AS bigint)`, db.Args{"family_id": family})
			return err
		})
	}
	if err := write(db.Account(client), client.Family()); err != nil {
		t.Fatal(err)
	}
	if err := write(db.Account(client), alien.Family()); !db.IsOutsideScope(err) {
		t.Errorf("a body of another family gave %v", err)
	}
	below := func(scope db.Scope, n int) error {
		return d.Tx(ctx, scope, func(tx *db.Tx) error {
			return tx.Insert(ctx, "body_refs", []string{"body_id", "kind", "name"}, [][]any{{client.Family(), "k", fmt.Sprint(n)}})
		})
	}
	if err := below(db.Account(client), 1); err != nil {
		t.Error(err)
	}
	if err := below(db.Account(alien), 2); !db.IsOutsideScope(err) {
		t.Errorf("a row below a foreign body gave %v", err)
	}
	for _, table := range []string{"bodies", "body_refs"} {
		for scope, want := range map[string]db.Scope{"1": db.Account(parent), "0": db.Account(alien)} {
			err := d.Read(ctx, want, func(tx *db.Tx) error {
				got, err := rows(tx, `SELECT CAST(count(*) AS text) FROM `+table+` WHERE CAST(:account AS bigint) > 0`, nil)
				if strings.Join(got, "") != scope {
					t.Errorf("%s shows %q, want %s", table, got, scope)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// roleProblems says what of the session's role is more than it may be.
const roleProblems = `SELECT count(*) FROM pg_roles r WHERE r.rolname = current_user AND (r.rolname <> 'octavo_app'
	OR r.rolsuper OR r.rolbypassrls OR r.rolcanlogin OR r.rolcreaterole OR r.rolcreatedb
	OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid) OR EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspowner = r.oid)
	OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid)
	OR has_schema_privilege('public', 'CREATE'))`

func testRole(t *testing.T) {
	d := dbtest.Open(t)
	if n, err := inSystem(t, d, roleProblems); n != 0 || err != nil {
		t.Errorf("%d faults of the run-time role, %v", n, err)
	}
	if n, err := inSystem(t, d, `SELECT count(*) FROM pg_roles WHERE rolname = current_user`); n != 1 || err != nil {
		t.Errorf("%d run-time roles, %v", n, err)
	}
}

func testForced(t *testing.T) {
	d := dbtest.Open(t)
	for table, guard := range db.Tables() {
		got := answer(t, d, `SELECT relrowsecurity AND relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = c.oid)
			FROM pg_class c WHERE oid = '`+table+`'::regclass`)
		if want := fmt.Sprint(guard != db.OpenTable); got != want {
			t.Errorf("%s is forced: %s, want %s", table, got, want)
		}
	}
}

// A transaction that fills a table is followed by statistics of it and of what grew beside
// it, however its statement begins; a small one is not.
func testCounted(t *testing.T) {
	ctx := context.Background()
	url := dbtest.Empty(t)
	d := bare(t, url)
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	fill := func(tags int) {
		t.Helper()
		err := d.Tx(ctx, db.Account(client), func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `WITH l AS (SELECT generate_series(1, CAST(:n AS bigint)) AS no)
				INSERT INTO asset_tags (account_id, no, folded, tag) SELECT :account, no, CAST(:tag AS text), 'x' FROM l`,
				db.Args{"n": tags, "tag": fmt.Sprint(tags)}); err != nil {
				return err
			}
			seen := make([][]any, 500)
			for i := range seen {
				seen[i] = []any{int64(client), int64(i), fmt.Sprint(tags), 0}
			}
			return tx.Insert(ctx, "asset_seen", []string{"account_id", "no", "user_id", "seen_at"}, seen)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	counted := func() string {
		return answer(t, d, `SELECT string_agg(CAST(reltuples AS text), ' ' ORDER BY relname) FROM pg_class WHERE relname IN ('asset_seen', 'asset_tags')`)
	}
	fill(4_999)
	if got := counted(); got != "-1 -1" {
		t.Fatalf("after few rows the engine knows of %s", got)
	}
	fill(5_000)
	for end := time.Now().Add(time.Minute); counted() != "1000 9999"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the engine knows of %s rows, want 1000 9999", counted())
		}
	}
}

// Connections made before the first migration, when there was no role, are held by the rules after it.
func testRoleAfterMigrate(t *testing.T) {
	d := dbtest.OpenURL(t, dbtest.Empty(t))
	if err := d.Ping(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	testRoleOf(t, d)
}

func testRoleOf(t *testing.T, d *db.DB) {
	t.Helper()
	for range 3 {
		if n, err := inSystem(t, d, roleProblems); n != 0 || err != nil {
			t.Errorf("%d faults of the run-time role, %v", n, err)
		}
	}
	tag(t, d, client)
	if n, err := inSystem(t, d, `SELECT count(*) FROM groups`); n != 0 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}

// The user of the address needs to own the tables and to make roles, not more.
func testPlainOwner(t *testing.T) {
	super := dbtest.Open(t)
	address := dbtest.Empty(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	ctx := context.Background()
	run := func(texts ...string) {
		t.Helper()
		err := super.Owner(ctx, func(conn *sql.Conn) error {
			for _, text := range texts {
				if _, err := conn.ExecContext(ctx, text); err != nil {
					return fmt.Errorf("%s: %w", text, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	run(`CREATE ROLE plain_`+name+` LOGIN CREATEROLE`, `ALTER DATABASE `+name+` OWNER TO plain_`+name)
	t.Cleanup(func() {
		run(`ALTER DATABASE `+name+` OWNER TO octavo_test`, `REVOKE octavo_app FROM plain_`+name)
	})
	query := u.Query()
	query.Set("user", "plain_"+name)
	u.RawQuery = query.Encode()
	d := dbtest.OpenURL(t, u.String())
	for range 2 {
		if err := d.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
	}
	testLoad(t, d)
	testRoleOf(t, d)
	if got := answer(t, d, `SELECT count(*) FROM asset_tags`); got != "0" {
		t.Errorf("row security is not forced on the owner: it sees %s rows", got)
	}
	testWhole(t, d)
}

// testLoad: the owner without further rights fills an empty database that row level
// security guards already, once.
func testLoad(t *testing.T, d *db.DB) {
	t.Helper()
	ctx := context.Background()
	version, err := d.NewestVersion()
	if err != nil {
		t.Fatal(err)
	}
	tags := db.Table{Name: "asset_tags", Columns: []db.Column{
		{Name: "tag", Type: db.TextColumn}, {Name: "account_id", Type: db.WholeColumn}, {Name: "no", Type: db.WholeColumn}, {Name: "folded", Type: db.TextColumn},
	}}
	load := func() error {
		return d.LoadAll(ctx, version, func(l *db.Loader) error {
			if err := l.Insert(ctx, tags, [][]any{{"loaded", int64(client), int64(77), "loaded"}}); err != nil {
				return err
			}
			n, err := l.Count(ctx, tags)
			if err == nil && n != 1 {
				t.Errorf("%d rows were loaded", n)
			}
			return err
		})
	}
	if err := d.Empty(ctx); err != nil {
		t.Errorf("before: %v", err)
	}
	if err := load(); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{"asked": d.Empty(ctx), "loaded again": load()} {
		if !errors.Is(err, db.ErrNotEmpty) {
			t.Errorf("a database with a row, %s: %v", what, err)
		}
	}
}

// testWhole: the owner without further rights reaches every row for a backup, and
// nobody else does by the same setting.
func testWhole(t *testing.T, d *db.DB) {
	t.Helper()
	ctx := context.Background()
	rows := map[string]int{}
	snapshot := func() error {
		clear(rows)
		return d.SnapshotAll(ctx, func(s *db.Snapshot) error {
			for _, table := range s.Tables {
				if err := s.Rows(ctx, table, func([]any) error { rows[table.Name]++; return nil }); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := snapshot(); err != nil || rows["asset_tags"] == 0 {
		t.Errorf("the owner's snapshot has the rows %v, %v", rows, err)
	}
	whole := rows["asset_tags"]
	if got := answer(t, d, `SELECT count(*) FROM asset_tags`); got != "0" {
		t.Errorf("after a snapshot the owner sees %s rows", got)
	}
	var n int64
	err := d.Owner(ctx, func(conn *sql.Conn) error {
		err := conn.QueryRowContext(ctx, `SELECT count(set_config('app.whole', '1', false)), count(set_config('role', 'octavo_app', false))`).Scan(&n, &n)
		if err != nil {
			return err
		}
		return conn.QueryRowContext(ctx, `SELECT count(*) FROM asset_tags`).Scan(&n)
	})
	if err != nil || n != 0 {
		t.Errorf("the run-time role sees %d rows, %v", n, err)
	}
	err = d.Owner(ctx, func(conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, `DROP POLICY octavo_whole ON asset_tags`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := snapshot(); err == nil || !strings.Contains(err.Error(), "asset_tags") {
		t.Errorf("a snapshot that would lack %d rows: %v", whole, err)
	}
}

func testManyDatabases(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		d := dbtest.OpenURL(t, dbtest.Empty(t))
		wg.Go(func() {
			if err := d.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
