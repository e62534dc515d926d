package purge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/blob"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/job"
)

// world is a family whose rows reach every table.
type world struct {
	*fixture.Family
	t     *testing.T
	now   *clock.Manual
	blobs *blob.Store
	purge *Service

	counted map[id.Account][2]int64 // what rows below an account are found by
}

func newWorld(t *testing.T, more ...dbtest.Option) *world {
	t.Helper()
	t.Parallel()
	w := &world{t: t, now: clock.NewManual(dbtest.Start), counted: map[id.Account][2]int64{}}
	w.Family = fixture.New(t, dbtest.Open(t, append(more, dbtest.Clock(w.now))...))
	blobs, err := blob.Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	w.blobs, w.purge = blobs, New(slog.New(slog.DiscardHandler), w.DB, w.Accounts, blobs)
	return w
}

// carriers are the columns by which rows belong to an account.
func (w *world) carriers() map[string]string {
	out := map[string]string{"change_accounts": "account_id"}
	for table, guard := range db.Tables() {
		if guard == db.TenantTable || guard == db.SystemTable {
			out[table] = "account_id"
		}
	}
	out["accounts"] = "id"
	return out
}

// TestClientsAreNamedInKnownColumns finds a further column that names a client: its rows would stay.
func TestClientsAreNamedInKnownColumns(t *testing.T) {
	w := newWorld(t)
	known := []string{"client_shares.client_id"}
	found := 0
	for _, table := range w.tables() {
		for _, c := range table.Columns {
			if full := table.Name + "." + c.Name; strings.Contains(c.Name, "client") && c.Type == db.WholeColumn {
				if found++; !slices.Contains(known, full) {
					t.Errorf("%s may name clients, and a purge does not know it", full)
				}
			}
		}
	}
	if found != len(known) {
		t.Errorf("%d columns found", found)
	}
}

// rows counts the rows of an account in a table.
func (w *world) rows(table, column string, a id.Account) int64 {
	w.t.Helper()
	var n int64
	err := w.DB.Read(context.Background(), db.Account(a), func(tx *db.Tx) error {
		_, err := tx.One(context.Background(), `SELECT COUNT(*) FROM `+table+` WHERE `+column+` = :account`, nil, &n)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// fill puts one row of an account into every table that has none of it yet: texts are empty, numbers 1.
func (w *world) fill(a id.Account) {
	w.t.Helper()
	ctx := context.Background()
	columns := map[string][]db.Column{}
	for _, table := range w.tables() {
		columns[table.Name] = table.Columns
	}
	for table, column := range w.carriers() {
		if w.rows(table, column, a) > 0 {
			continue
		}
		if len(columns[table]) == 0 {
			w.t.Fatalf("table %s is not in the database", table)
		}
		names, values := []string{column}, []any{a}
		for i, c := range columns[table] {
			if c.Name == column {
				continue
			}
			names = append(names, c.Name)
			switch c.Type {
			case db.WholeColumn:
				values = append(values, int64(a&0xff)*1000+int64(i))
			case db.BlobColumn:
				values = append(values, fmt.Appendf(nil, "%s-%d", table, a))
			default:
				values = append(values, fmt.Sprintf("%s-%d", table, a))
			}
		}
		err := w.DB.Tx(ctx, db.Account(a), func(tx *db.Tx) error { return tx.Insert(ctx, table, names, [][]any{values}) })
		if err != nil {
			w.t.Fatalf("%s: %v", table, err)
		}
	}
}

// upload is the name of a file that an account has uploaded.
func upload(a id.Account) string { return fmt.Sprintf("families/1/uploads/%d.file", a) }

// fillBelow gives an account what belongs to it by another column than account_id, and the file of an upload.
func (w *world) fillBelow(a id.Account) {
	w.t.Helper()
	ctx := context.Background()
	if _, _, err := w.blobs.Put(ctx, upload(a), strings.NewReader("x")); err != nil {
		w.t.Fatal(err)
	}
	err := w.DB.Tx(ctx, db.Account(a), func(tx *db.Tx) error {
		// One of the two files is not there: the other goes nonetheless.
		_, err := tx.Exec(ctx, `UPDATE uploads SET file_key = '', data_key = :key WHERE account_id = :account`, db.Args{"key": upload(a)})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	err = w.DB.Tx(ctx, db.Import(authz.GrantOperator(w.Agency.ID, []id.Account{a}, true)), func(tx *db.Tx) error {
		for _, text := range []string{
			`INSERT INTO nodes (change_id, ord, kind, name, name_folded, suffix, origin_account, origin_no, version, body_id, wiring_id)
				SELECT id, 1, '', '', '', 0, 1, 1, 1, 1, 1 FROM changes WHERE account_id IN {each :accounts}`,
			`INSERT INTO template_nodes (version_id, ord, kind, name, origin_account, origin_no, version, body_id, wiring_id)
				SELECT version_id, 1, '', '', 1, 1, 1, 1, 1 FROM template_versions WHERE account_id IN {each :accounts}`,
			`INSERT INTO account_moves (old_id, new_id) SELECT id, 77 FROM accounts WHERE id IN {each :accounts}`,
			`INSERT INTO account_moves (old_id, new_id) SELECT id + 1000000, id FROM accounts WHERE id IN {each :accounts}`,
		} {
			if _, err := tx.Exec(ctx, text, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.counted[a] = w.keysBelow(a)
}

// keysBelow are the ids that the rows below an account have: they are asked for while the rows are there that lead to them.
func (w *world) keysBelow(a id.Account) (keys [2]int64) {
	w.t.Helper()
	err := w.DB.Read(context.Background(), db.Account(a), func(tx *db.Tx) error {
		if _, err := tx.One(context.Background(), `SELECT id FROM changes WHERE account_id = :account`, nil, &keys[0]); err != nil {
			return err
		}
		_, err := tx.One(context.Background(), `SELECT version_id FROM template_versions WHERE account_id = :account`, nil, &keys[1])
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return keys
}

// below counts the rows that fillBelow made.
func (w *world) below(a id.Account) string {
	w.t.Helper()
	var nodes, templates, moves int64
	args := db.Args{"change": w.counted[a][0], "version": w.counted[a][1], "of": a}
	err := w.DB.Read(context.Background(), db.System(), func(tx *db.Tx) error {
		for _, row := range []struct {
			text string
			into *int64
		}{
			{`SELECT COUNT(*) FROM nodes WHERE change_id = :change`, &nodes},
			{`SELECT COUNT(*) FROM template_nodes WHERE version_id = :version`, &templates},
			{`SELECT COUNT(*) FROM account_moves WHERE old_id = :of OR new_id = :of`, &moves},
		} {
			if _, err := tx.One(context.Background(), row.text, args, row.into); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprintf("nodes %d, template_nodes %d, account_moves %d", nodes, templates, moves)
}

// stored says whether a file is there.
func (w *world) stored(key string) bool {
	w.t.Helper()
	there, err := w.blobs.Exists(context.Background(), key)
	if err != nil {
		w.t.Error(err)
	}
	return there
}

// work runs the jobs until something is so, five seconds at most.
func (w *world) work(until func() bool) {
	w.t.Helper()
	runner, err := job.NewRunner(job.Config{DB: w.DB, Log: slog.New(slog.DiscardHandler), Handlers: w.purge.Jobs()})
	if err != nil {
		w.t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); runner.Serve(running) }()
	defer func() { stop(); <-done }()
	for end := time.Now().Add(time.Minute); !until(); time.Sleep(25 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatal("the jobs do not come to their end")
		}
	}
}

func TestPurgeLeavesNoRow(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.fill(w.Solstice.ID)
	w.fill(w.Fjord.ID)
	w.fillBelow(w.Solstice.ID)
	w.fillBelow(w.Fjord.ID)
	before := map[string]int64{}
	for table, column := range w.carriers() {
		before[table] = w.rows(table, column, w.Fjord.ID)
	}
	admin := w.Actor(w.Agency, w.Agency.Admin)
	shares := func(client id.Account) (n int64) {
		t.Helper()
		err := w.DB.Tx(ctx, db.Account(w.Agency.ID), func(tx *db.Tx) error {
			_, err := tx.One(ctx, `SELECT COUNT(*) FROM client_shares WHERE account_id = :account AND client_id = :client`, db.Args{"client": client}, &n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	err := w.DB.Tx(ctx, db.Account(w.Agency.ID), func(tx *db.Tx) error {
		return tx.Insert(ctx, "client_shares", []string{"account_id", "client_id", "group_id", "can_manage"},
			[][]any{{w.Agency.ID, w.Solstice.ID, "g", 0}, {w.Agency.ID, w.Fjord.ID, "g", 0}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Accounts.DeleteClient(ctx, admin, "solstice-coffee", "Solstice (gold)"); err != nil {
		t.Fatal(err)
	}
	w.now.Advance(29 * 24 * time.Hour)
	if err := w.purge.Due(ctx); err != nil {
		t.Fatal(err)
	}
	if w.rows("accounts", "id", w.Solstice.ID) != 1 {
		t.Fatal("it went before its time")
	}
	w.now.Advance(24 * time.Hour)
	if err := w.purge.Due(ctx); err != nil {
		t.Fatal(err)
	}
	for table, column := range w.carriers() {
		if n := w.rows(table, column, w.Solstice.ID); n > 0 {
			t.Errorf("%d rows stay in %s", n, table)
		}
		if n := w.rows(table, column, w.Fjord.ID); n != before[table] {
			t.Errorf("%s of another client has %d rows, had %d", table, n, before[table])
		}
	}
	if gone, there := w.below(w.Solstice.ID), w.below(w.Fjord.ID); gone != "nodes 0, template_nodes 0, account_moves 0" || there != "nodes 1, template_nodes 1, account_moves 2" {
		t.Errorf("below it there are still %s, below another %s", gone, there)
	}
	w.work(func() bool { return !w.stored(upload(w.Solstice.ID)) })
	if w.stored(upload(w.Solstice.ID)) || !w.stored(upload(w.Fjord.ID)) {
		t.Errorf("files of uploads: there is one of it %v, of another %v", w.stored(upload(w.Solstice.ID)), w.stored(upload(w.Fjord.ID)))
	}
	if shares(w.Solstice.ID) != 0 || shares(w.Fjord.ID) != 1 {
		t.Errorf("shares with groups: %d of it, %d of another", shares(w.Solstice.ID), shares(w.Fjord.ID))
	}
	var lines int64
	err = w.DB.Read(ctx, db.Account(w.Agency.ID), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM audit WHERE account_id = :account AND subject = :s AND subject_name = 'Solstice (gold)'
			AND action IN ('client.created', 'client.deleted', 'client.purged')`, db.Args{"s": w.Solstice.PublicID}, &lines)
		return err
	})
	if err != nil || lines != 3 {
		t.Errorf("the agency's trail keeps %d of 3 lines, %v", lines, err)
	}
	if err := w.purge.Due(ctx); err != nil { // begun again there is nothing to do
		t.Fatal(err)
	}
}

// TestPurgeLooksAgainWhetherItIsTime has a client restored and deleted anew between the list of what is due and its turn.
func TestPurgeLooksAgainWhetherItIsTime(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	if _, err := w.Accounts.DeleteClient(ctx, w.Actor(w.Agency, w.Agency.Admin), "solstice-coffee", "Solstice (gold)"); err != nil {
		t.Fatal(err)
	}
	grant := authz.GrantOperator(w.Agency.ID, []id.Account{w.Solstice.ID}, true)
	for _, step := range []struct{ atOnce, want bool }{{false, false}, {true, true}, {true, false}} {
		removed, err := w.purge.remove(ctx, grant, w.Agency.Operator(), w.Solstice.ID, step.atOnce)
		if err != nil || removed != step.want || w.rows("accounts", "id", w.Solstice.ID) == 0 != step.atOnce {
			t.Errorf("at once %v: removed %v, %v", step.atOnce, removed, err)
		}
	}
}

func TestWhatFailsKeepsNothingElseWaiting(t *testing.T) {
	failed := errors.New("failed for a test")
	var refuse atomic.Value // the beginning of the statements that fail
	refuse.Store("-")
	w := newWorld(t, dbtest.OnStatement(func(st db.Statement) error {
		if strings.HasPrefix(st.Text, refuse.Load().(string)) {
			return failed
		}
		return nil
	}))
	ctx := context.Background()
	err := w.DB.Tx(ctx, db.Account(w.Fjord.ID), func(tx *db.Tx) error {
		for _, table := range []string{"wirings", "settings"} {
			columns, values := []string{"family_id", "id", "hash"}, []any{w.Agency.ID.Family(), int64(1), []byte("x")}
			if table == "settings" {
				columns, values = append(columns, "json"), append(values, "{}")
			}
			if err := tx.Insert(ctx, table, columns, [][]any{values}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	marked := func(table string) (n int64) {
		t.Helper()
		err := w.DB.Read(ctx, db.Account(w.Fjord.ID), func(tx *db.Tx) error {
			_, err := tx.One(ctx, `SELECT COUNT(*) FROM `+table+` WHERE family_id = :family AND unused_since IS NOT NULL`, nil, &n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	refuse.Store("UPDATE wirings")
	if err := w.purge.Content(ctx); !errors.Is(err, failed) || marked("wirings") != 0 || marked("settings") != 1 {
		t.Errorf("%d wirings and %d settings are marked, %v", marked("wirings"), marked("settings"), err)
	}

	refuse.Store("-")
	admin := w.Actor(w.Agency, w.Agency.Admin)
	for slug, name := range map[string]string{"solstice-coffee": "Solstice (gold)", "fjord-outdoors": "Fjord Outdoors"} {
		if _, err := w.Accounts.DeleteClient(ctx, admin, slug, name); err != nil {
			t.Fatal(err)
		}
	}
	// The first of the two stands under an agency that is not there.
	err = w.DB.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE accounts SET parent_id = 77 WHERE id = :first`, db.Args{"first": min(w.Solstice.ID, w.Fjord.ID)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.now.Advance(31 * 24 * time.Hour)
	if err := w.purge.Due(ctx); err == nil || w.rows("accounts", "id", max(w.Solstice.ID, w.Fjord.ID)) != 0 {
		t.Errorf("the other client is still there, %v", err)
	}
}

func TestEveryColumnThatNamesContentIsKnown(t *testing.T) {
	w := newWorld(t)
	known := map[string]bool{"body_refs.body_id": true, "wires.wiring_id": true, "accounts.settings": true,
		"instances.body_id": true} // which is compared, and never read by
	for _, columns := range named {
		for _, c := range columns {
			known[c.table+"."+c.name] = true
		}
	}
	for _, table := range w.tables() {
		for _, c := range table.Columns {
			names := strings.Contains(c.Name, "body") || strings.Contains(c.Name, "wiring") || strings.HasPrefix(c.Name, "payload") || strings.HasPrefix(c.Name, "settings")
			if full := table.Name + "." + c.Name; names && !known[full] {
				t.Errorf("%s may name content, and the sweep does not know it", full)
			}
		}
	}
}

func TestContentGoesADayAfterItsLastUse(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	files := []string{"families/1/payloads/aa.data", "families/1/payloads/aa.file.zst", "families/1/payloads/bb.data", "families/1/payloads/bb.file.zst"}
	for _, key := range files {
		if _, _, err := w.blobs.Put(ctx, key, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	family := w.Agency.ID.Family()
	err := w.DB.Tx(ctx, db.Account(w.Fjord.ID), func(tx *db.Tx) error {
		for i, name := range []string{"aa", "bb"} {
			n := int64(i + 1)
			key := "families/1/payloads/" + name
			for _, row := range []struct {
				table   string
				columns []string
				values  []any
			}{
				{"bodies", []string{"family_id", "id", "hash", "kind", "json"}, []any{family, n, []byte(name), "klip", "{}"}},
				{"body_refs", []string{"body_id", "kind", "name"}, []any{n, "strong", "s"}},
				{"wirings", []string{"family_id", "id", "hash"}, []any{family, n, []byte(name)}},
				{"settings", []string{"family_id", "id", "hash", "json"}, []any{family, n, []byte(name), "{}"}},
				{"payloads", []string{"family_id", "id", "hash", "data_key", "file_key", "file_name", "media_type", "bytes", "data_bytes", "row_count",
					"column_count", "schema_json", "created_at"}, []any{family, n, []byte(name), key + ".data", key + ".file.zst", "", "", 1, 1, 1, 1, "[]", tx.Now}},
			} {
				if err := tx.Insert(ctx, row.table, row.columns, [][]any{row.values}); err != nil {
					return err
				}
			}
		}
		return tx.Insert(ctx, "sources", []string{"account_id", "no", "description", "settings_id", "payload_id", "state"},
			[][]any{{w.Fjord.ID, int64(1), "", int64(2), int64(2), "fresh"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	left := func() string {
		var out []string
		err := w.DB.Read(ctx, db.Account(w.Fjord.ID), func(tx *db.Tx) error {
			for _, table := range slices.Sorted(maps.Keys(named)) {
				var n int64
				if _, err := tx.One(ctx, `SELECT COUNT(*) FROM `+table+` WHERE family_id = :family`, nil, &n); err != nil {
					return err
				}
				out = append(out, fmt.Sprintf("%s %d", table, n))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(out, ", ")
	}
	sweep := func(want string) {
		t.Helper()
		if err := w.purge.Content(ctx); err != nil {
			t.Fatal(err)
		}
		if got := left(); got != want {
			t.Errorf("left: %s, want %s", got, want)
		}
	}
	sweep("bodies 2, payloads 2, settings 2, wirings 2")
	w.now.Advance(23 * time.Hour)
	sweep("bodies 2, payloads 2, settings 2, wirings 2")
	w.now.Advance(time.Hour)
	sweep("bodies 0, payloads 1, settings 1, wirings 0")

	w.now.Advance(filesLast)
	w.work(func() bool { return !w.stored(files[0]) && !w.stored(files[1]) })
	for i, key := range files {
		if w.stored(key) == (i < 2) {
			t.Errorf("%s: there %v", key, w.stored(key))
		}
	}
}

// tables reads the tables of the database.
func (w *world) tables() []db.Table {
	w.t.Helper()
	var out []db.Table
	err := w.DB.SnapshotAll(context.Background(), func(s *db.Snapshot) error {
		out = s.Tables
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}
