package db_test

import (
	"context"
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
)

// columns reads the tables of the engine: table → its columns.
func columns(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	text := `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2`
	if dbtest.Postgres() {
		text = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`
	}
	tables := map[string][]string{}
	ctx := context.Background()
	err := d.Owner(ctx, func(conn *sql.Conn) error {
		rows, err := conn.QueryContext(ctx, text)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var table, column string
			if err := rows.Scan(&table, &column); err != nil {
				return err
			}
			if !strings.HasPrefix(table, "goose_") && !strings.HasPrefix(table, "sqlite_") {
				tables[table] = append(tables[table], column)
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func TestMigrateTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := dbtest.OpenURL(t, dbtest.Empty(t))
	if got := columns(t, d); len(got) != 0 {
		t.Fatalf("not empty at first: %v", got)
	}
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	tag(t, d, client)
	tables, rows := columns(t, d), dbtest.Dump(t, d)
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if again := columns(t, d); len(tables) == 0 || !maps.EqualFunc(tables, again, slices.Equal) {
		t.Errorf("tables before %v, after %v", tables, again)
	}
	if again := dbtest.Dump(t, d); again != rows {
		t.Errorf("rows before %s, after %s", rows, again)
	}
}

// An old database may have jobs whose handler is gone; others stay.
func TestJobsOfBinsAreDropped(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	text, err := os.ReadFile("migrations/0013_no_bin_jobs.sql")
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t)
	err = d.Tx(ctx, db.System(), func(tx *db.Tx) error {
		var rows [][]any
		for _, kind := range []string{"bin.purge", "bin.purges", "bin.sweep"} {
			rows = append(rows, []any{0, kind, kind, "", 0, "{}", "later", 0, 0, 0, "", 0, "", 0})
		}
		return tx.Insert(ctx, "jobs", []string{"account_id", "id", "kind", "key", "class", "args", "state", "due_at", "turn", "attempts",
			"worker", "stop", "error", "created_at"}, rows)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Owner(ctx, func(conn *sql.Conn) error {
		if dbtest.Postgres() { // as migrations do
			if _, err := conn.ExecContext(ctx, `SELECT set_config('app.whole', '1', false)`); err != nil {
				return err
			}
		}
		_, err := conn.ExecContext(ctx, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var left int64
	err = d.Read(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM jobs`, nil, &left)
		return err
	})
	if err != nil || left != 2 {
		t.Errorf("%d jobs are left, want the two others; %v", left, err)
	}
}

func TestMigrateBesideAnother(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	handles := 4
	if !dbtest.Postgres() {
		handles = 1 // one process owns a SQLite file
	}
	var wg sync.WaitGroup
	for range handles {
		d := dbtest.OpenURL(t, url)
		wg.Go(func() {
			if err := d.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	tag(t, dbtest.OpenURL(t, url), client)
}

// Every table is in the list that secures it and that the tests watch.
func TestTableListIsComplete(t *testing.T) {
	t.Parallel()
	tables, listed := columns(t, dbtest.Open(t)), db.Tables()
	for table, cols := range tables {
		guard, ok := listed[table]
		if !ok {
			t.Errorf("%s is not in the lists of tables.go", table)
			continue
		}
		account, family := slices.Contains(cols, "account_id"), slices.Contains(cols, "family_id")
		tenant := guard == db.TenantTable || guard == db.SystemTable
		switch {
		case table == "accounts":
			if !tenant || !family {
				t.Errorf("accounts is guarded by its id and has its family")
			}
		case table == "change_accounts":
			// says which accounts an operation reached; means nothing without the change, which is guarded
		case account != tenant:
			t.Errorf("%s has account_id: %v, is listed as a tenant's: %v", table, account, tenant)
		case family != (guard == db.ContentTable):
			t.Errorf("%s has family_id: %v, is listed as content: %v", table, family, guard == db.ContentTable)
		}
	}
	for table := range listed {
		if _, ok := tables[table]; !ok {
			t.Errorf("%s is listed and not there", table)
		}
	}
}

func TestOpenRefusesOtherAddresses(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "octavo.db", "mysql://host/db"} {
		_, err := db.Open(context.Background(), db.Config{URL: url})
		wantErr(t, err, "bad_database_url")
	}
}

func TestSQLitePathIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a ?b#c%20d&é.db")
	d, err := db.Open(context.Background(), db.Config{URL: "sqlite://" + path})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(context.Background()); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || !slices.Equal(found, []string{path}) {
		t.Errorf("files %q, %v; want %q alone", found, err, path)
	}
}

func TestSQLiteSettings(t *testing.T) {
	t.Parallel()
	d, err := db.Open(context.Background(), db.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	read := func(tx *db.Tx) error {
		for question, want := range map[string]string{
			`SELECT journal_mode FROM pragma_journal_mode`:               "wal",
			`SELECT CAST(foreign_keys AS text) FROM pragma_foreign_keys`: "1",
			`SELECT CAST(timeout AS text) FROM pragma_busy_timeout`:      "5000",
			`SELECT CAST(synchronous AS text) FROM pragma_synchronous`:   "2",
		} {
			var got string
			if _, err := tx.One(context.Background(), question, nil, &got); err != nil || got != want {
				t.Errorf("%s: %q, %v; want %s", question, got, err, want)
			}
		}
		return nil
	}
	if err := d.Tx(context.Background(), db.System(), read); err != nil {
		t.Error(err)
	}
	if err := d.Read(context.Background(), db.System(), read); err != nil {
		t.Error(err)
	}
}
