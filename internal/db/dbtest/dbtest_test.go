package dbtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"octavo/internal/db"
	"octavo/internal/id"
)

const (
	insertTag = `INSERT INTO asset_tags (account_id, no, folded, tag) VALUES (:account, :no, :tag, :tag)`
	countTags = `SELECT count(*) FROM asset_tags WHERE account_id = :account`
)

var account = id.NewAccount(3, 2)

func addTag(tx *db.Tx, tag string) error {
	_, err := tx.Exec(context.Background(), insertTag, db.Args{"no": 1, "tag": tag})
	return err
}

func TestDatabasesAreFreshAndApart(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	first, second := Open(t), Open(t)
	if err := first.Tx(ctx, db.Account(account), func(tx *db.Tx) error { return addTag(tx, "one") }); err != nil {
		t.Fatal(err)
	}
	if got := Dump(t, first); got != "asset_tags account_id=12884901890 no=1 folded=\"one\" tag=\"one\"\n" {
		t.Errorf("dump of the first: %s", got)
	}
	if got := Dump(t, second); got != "" {
		t.Errorf("the second is not empty: %s", got)
	}
}

// A prepared installation is made once; each test has all of it, for itself, behind the same walls.
func TestPreparedIsCopied(t *testing.T) {
	t.Parallel()
	ctx, times := context.Background(), 0
	p := Prepare(func(t *testing.T, data, url string) {
		times++
		d, err := db.Open(ctx, db.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Tx(ctx, db.Account(account), func(tx *db.Tx) error { return addTag(tx, "prepared") })
		if err := errors.Join(err, d.Close(), os.Mkdir(filepath.Join(data, "keys"), 0o700), os.WriteFile(filepath.Join(data, "keys", "one"), []byte("1"), 0o600)); err != nil {
			t.Fatal(err)
		}
	})
	for _, tag := range []string{"one", "two"} {
		data, url := p.Copy(t)
		d := OpenURL(t, url)
		if got := strings.Count(Dump(t, d), "\n"); got != 1 {
			t.Errorf("%d rows in the copy, want that of the original: %s", got, Dump(t, d))
		}
		if err := d.Tx(ctx, db.Account(account), func(tx *db.Tx) error { return addTag(tx, tag) }); err != nil {
			t.Error(err)
		}
		if got := tagsSeen(t, d); got != 2 {
			t.Errorf("the account has %d tags, want 2", got)
		}
		if Postgres() {
			walled(t, d)
		}
		key := filepath.Join(data, "keys", "one")
		text, err := os.ReadFile(key)
		info, _ := os.Stat(key)
		if err != nil || string(text) != "1" || info.Mode().Perm() != 0o600 {
			t.Errorf("the file is %q, %v, %v", text, info, err)
		}
		if err := os.WriteFile(key, []byte(tag), 0o600); err != nil {
			t.Error(err)
		}
	}
	if times != 1 {
		t.Errorf("it was made %d times", times)
	}
}

func tagsSeen(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.Read(context.Background(), db.Account(account), func(tx *db.Tx) error {
		_, err := tx.One(context.Background(), countTags, nil, &n)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return n
}

// walled proves that row level security holds: another account sees no tag of the first, although its statement asks for them.
func walled(t *testing.T, d *db.DB) {
	t.Helper()
	n := -1
	err := d.Read(context.Background(), db.Account(id.NewAccount(3, 5)), func(tx *db.Tx) error {
		_, err := tx.One(context.Background(), `SELECT count(*) FROM asset_tags WHERE account_id = :first OR account_id = :account`, db.Args{"first": int64(account)}, &n)
		return err
	})
	if err != nil || n != 0 {
		t.Errorf("another account sees %d tags, %v", n, err)
	}
}

func TestClockStandsStill(t *testing.T) {
	t.Parallel()
	d := Open(t)
	err := d.Read(context.Background(), db.Account(account), func(tx *db.Tx) error {
		if tx.Now != Start.UnixMilli() {
			t.Errorf("now = %d, want %d", tx.Now, Start.UnixMilli())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLogAndFault(t *testing.T) {
	t.Parallel()
	var log Log
	var fault Fault
	d := Open(t, Record(&log), Failing(&fault))
	add := func() error {
		return d.Tx(context.Background(), db.Account(account), func(tx *db.Tx) error {
			return errors.Join(addTag(tx, "one"), addTag(tx, "two"))
		})
	}
	broken := errors.New("broken on purpose")
	fault.At(2, broken)
	if err := add(); !errors.Is(err, broken) || fault.Pending() {
		t.Fatalf("the second statement gave %v, pending %v", err, fault.Pending())
	}
	if got := Dump(t, d); got != "" {
		t.Errorf("the failed transaction left %s", got)
	}
	log.Reset()
	if err := add(); err != nil {
		t.Fatal(err)
	}
	statements := log.Statements()
	if len(statements) != 2 {
		t.Fatalf("%d statements recorded, want 2", len(statements))
	}
	st := statements[1]
	if st.Text != insertTag || st.Scope != "account" || st.Bound["account"] != int64(account) ||
		st.Bound["tag"] != "two" || !slices.Equal(st.Own, []string{"account"}) {
		t.Errorf("recorded %+v", st)
	}
}

// silent is a test that keeps its failures to itself.
type silent struct {
	testing.TB
	failures []string
}

func (s *silent) Errorf(format string, args ...any) { s.failures = append(s.failures, format) }

func TestStatementWithoutItsAccountFailsTheTest(t *testing.T) {
	t.Parallel()
	quiet := &silent{TB: t}
	d := Open(quiet)
	for name, text := range map[string]string{
		"family alone":            `SELECT count(*) FROM assets WHERE account_id >> 32 = :family`,
		"the caller's account_id": `SELECT count(*) FROM assets WHERE account_id = :account_id AND account_id >> 32 = :family`,
	} {
		quiet.failures = nil
		err := d.Read(context.Background(), db.Account(account), func(tx *db.Tx) error {
			args := db.Args{}
			if strings.Contains(text, ":account_id") {
				args["account_id"] = 7
			}
			var n int64
			_, err := tx.One(context.Background(), text, args, &n)
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(quiet.failures) != 1 {
			t.Errorf("%s: %d failures, want 1", name, len(quiet.failures))
		}
	}
}

func TestViolation(t *testing.T) {
	t.Parallel()
	own := func(names ...string) []string { return names }
	tests := []struct {
		name, scope, text string
		own               []string
		bad               bool
	}{
		{"account bound", "account", `SELECT no FROM assets a WHERE a.account_id = :account`, own("account"), false},
		{"list bound", "family", `SELECT no FROM assets WHERE account_id IN {each :accounts}`, own("accounts"), false},
		{"nothing bound", "account", `SELECT no FROM assets`, nil, true},
		{"joined table counts", "account", `SELECT 1 FROM bodies b JOIN assets a ON a.body_id = b.id WHERE b.family_id = :family`, own("family"), true},
		{"table after a comma counts", "account", `SELECT 1 FROM bodies b, assets a WHERE b.family_id = :family`, own("family"), true},
		{"table in a nested question counts", "account", `SELECT 1 FROM bodies WHERE id IN (SELECT body_id FROM assets) AND family_id = :family`, own("family"), true},
		{"update", "account", `UPDATE assets SET name = :name WHERE no = :no AND :family = 1`, own("family"), true},
		{"delete", "account", `DELETE FROM versions WHERE no = :no AND :family = 1`, own("family"), true},
		{"content by family", "account", `SELECT json FROM bodies WHERE family_id = :family AND id = :id`, own("family"), false},
		{"content by id alone", "account", `SELECT json FROM bodies WHERE id = :id`, nil, true},
		{"below content", "account", `SELECT slot FROM wires WHERE wiring_id = :id`, nil, true},
		{"clients of the family", "family", `SELECT id FROM accounts WHERE family_id = :family`, own("family"), false},
		{"clients, but one account's scope", "account", `SELECT id FROM accounts WHERE family_id = :family`, own("family"), true},
		{"system looks a person up", "system", `SELECT id FROM users WHERE email_folded = :email`, nil, false},
		{"system does not reach assets", "system", `SELECT no FROM assets WHERE account_id = :account`, nil, true},
		{"system does not reach content", "system", `SELECT json FROM bodies WHERE id = :id`, nil, true},
		{"a column named as a table", "system", `SELECT settings, version FROM accounts ORDER BY name, settings`, nil, false},
		{"a table in a comment", "system", "SELECT 1 -- FROM assets\nFROM installation /* JOIN bodies */ WHERE name = ' FROM wires '", nil, false},
		{"rows checked one by one", "account", `INSERT INTO assets (account_id, no) VALUES (…)`, own("account_id"), false},
		{"rows of content", "account", `INSERT INTO bodies (family_id, id) VALUES (…)`, own("family_id"), false},
		{"rows below content", "account", `INSERT INTO wires (wiring_id, slot) VALUES (…)`, own("wiring_id"), false},
		{"rows by the system", "system", `INSERT INTO assets (account_id, no) VALUES (…)`, nil, true},
	}
	for _, tt := range tests {
		got := violation(db.Statement{Scope: tt.scope, Text: tt.text, Own: tt.own})
		if (got != "") != tt.bad {
			t.Errorf("%s: violation = %q, want one: %v", tt.name, got, tt.bad)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		URL(b)
	}
}

func BenchmarkSave(b *testing.B) {
	d := Open(b)
	ctx := context.Background()
	for b.Loop() {
		err := d.Tx(ctx, db.Account(account), func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE accounts SET version = version + 1 WHERE id = :account`, nil)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
