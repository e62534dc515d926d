package db_test

import (
	"context"
	"strings"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
)

var (
	parent = id.NewAccount(7, 1)
	client = id.NewAccount(7, 2)
	other  = id.NewAccount(7, 3)
	alien  = id.NewAccount(8, 1)
)

const (
	insertTag = `INSERT INTO asset_tags (account_id, no, folded, tag) VALUES (:to, :no, :tag, :tag)`
	listTags  = `SELECT tag FROM asset_tags WHERE account_id = :account ORDER BY tag`
)

var tagColumns = []string{"account_id", "no", "folded", "tag"}

// rows reads texts, one column wide.
func rows(tx *db.Tx, text string, args db.Args) ([]string, error) {
	var out []string
	err := tx.Query(context.Background(), text, args, func(scan func(...any) error) error {
		var s string
		err := scan(&s)
		out = append(out, s)
		return err
	})
	return out, err
}

// tag writes one row into each account, in the account's own scope.
func tag(t *testing.T, d *db.DB, accounts ...id.Account) {
	t.Helper()
	for _, a := range accounts {
		err := d.Tx(context.Background(), db.Account(a), func(tx *db.Tx) error {
			return tx.Insert(context.Background(), "asset_tags", tagColumns, [][]any{{a, 1, "tag of " + string('0'+rune(a&0xff)), "tag of " + string('0'+rune(a&0xff))}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// wantErr fails unless err says what is wanted.
func wantErr(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("error = %v, want one with %q", err, part)
	}
}

func TestScopeRefusesStatementWithoutAccount(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	for name, text := range map[string]string{
		"none":       `SELECT tag FROM asset_tags`,
		"in comment": "SELECT tag FROM asset_tags -- WHERE account_id = :account\n",
		"in block":   `SELECT tag FROM asset_tags /* WHERE account_id = :account */`,
		"in quotes":  `SELECT tag FROM asset_tags WHERE tag = ':account'`,
		"other name": `SELECT tag FROM asset_tags WHERE account_id = :account_id`,
	} {
		err := d.Read(context.Background(), db.Account(client), func(tx *db.Tx) error {
			_, err := rows(tx, text, db.Args{"account_id": client})
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "statement without account or family") {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}

func TestScopeIsNotReplacedByTheCaller(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	grant := authz.GrantOperator(parent, []id.Account{client}, false)
	for _, tt := range []struct {
		scope db.Scope
		name  string
	}{{db.Account(client), "account"}, {db.Account(client), "family"}, {db.Across(grant), "accounts"}} {
		err := d.Read(context.Background(), tt.scope, func(tx *db.Tx) error {
			_, err := rows(tx, listTags, db.Args{tt.name: int64(other)})
			return err
		})
		wantErr(t, err, ":"+tt.name+" is bound by the scope")
	}
}

func TestScopeIsNeeded(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	err := d.Tx(context.Background(), db.Scope{}, func(*db.Tx) error { return nil })
	wantErr(t, err, "without a scope")
}

func TestMissingValueIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	err := d.Read(context.Background(), db.Account(client), func(tx *db.Tx) error {
		_, err := rows(tx, `SELECT tag FROM asset_tags WHERE account_id = :account AND tag = :tag`, nil)
		return err
	})
	wantErr(t, err, "no value for :tag")
}

func TestAccountScopeSeesItsAccountOnly(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	tag(t, d, parent, client, other, alien)
	err := d.Read(context.Background(), db.Account(client), func(tx *db.Tx) error {
		got, err := rows(tx, listTags, nil)
		if strings.Join(got, ",") != "tag of 2" {
			t.Errorf("got %q", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAcrossBindsTheGrantedAccounts(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	tag(t, d, parent, client, other, alien)
	for _, tt := range []struct {
		text, want string
	}{
		{listTags, "tag of 1"},
		{`SELECT tag FROM asset_tags WHERE account_id IN {each :accounts} ORDER BY tag`, "tag of 2,tag of 3"},
		{`SELECT tag FROM asset_tags WHERE account_id >> 32 = :family AND CAST(:account AS bigint) > 0 ORDER BY tag`, "tag of 1,tag of 2,tag of 3"},
	} {
		grant := authz.GrantOperator(parent, []id.Account{other, client}, false)
		err := d.Read(context.Background(), db.Across(grant), func(tx *db.Tx) error {
			got, err := rows(tx, tt.text, nil)
			if strings.Join(got, ",") != tt.want {
				t.Errorf("%s gave %q, want %s", tt.text, got, tt.want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestInsertRefusesRowsOutsideTheScope(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	tagOf := func(a id.Account) []any { return []any{a, 1, "x", "x"} }
	body := func(family int64) []any { return []any{family, 1, []byte("h"), "klip", "{}"} }
	bodyColumns := []string{"family_id", "id", "hash", "kind", "json"}
	reading := authz.GrantOperator(parent, []id.Account{client}, false)
	writing := authz.GrantOperator(parent, []id.Account{client}, true)
	tests := []struct {
		name    string
		scope   db.Scope
		table   string
		columns []string
		row     []any
		want    string // "" = accepted
	}{
		{"own account", db.Account(client), "asset_tags", tagColumns, tagOf(client), ""},
		{"another account", db.Account(client), "asset_tags", tagColumns, tagOf(other), "outside the scope"},
		{"account not first", db.Account(client), "asset_tags", []string{"no", "account_id", "tag"}, []any{1, client, "x"}, "do not name their account first"},
		{"receiver", db.Across(writing), "asset_tags", tagColumns, tagOf(client), ""},
		{"receiver of a reading grant", db.Across(reading), "asset_tags", tagColumns, tagOf(client), "outside the scope"},
		{"source", db.Across(writing), "asset_tags", tagColumns, tagOf(parent), "outside the scope"},
		{"source of an import", db.Import(writing), "asset_tags", tagColumns, tagOf(parent), ""},
		{"source of a reading import", db.Import(reading), "asset_tags", tagColumns, tagOf(parent), "outside the scope"},
		{"own family", db.Account(client), "bodies", bodyColumns, body(7), ""},
		{"another family", db.Account(client), "bodies", bodyColumns, body(8), "outside the family"},
		{"a short row", db.Account(client), "asset_tags", tagColumns, []any{client, 1}, "2 values for 4 columns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := dbtest.Dump(t, d)
			err := d.Tx(context.Background(), tt.scope, func(tx *db.Tx) error {
				err := tx.Insert(context.Background(), tt.table, tt.columns, [][]any{tt.row})
				if err == nil {
					err = errUndo
				}
				return err
			})
			if tt.want == "" {
				tt.want = errUndo.Error()
			}
			wantErr(t, err, tt.want)
			if after := dbtest.Dump(t, d); after != before {
				t.Errorf("the refused row is there: %s", after)
			}
		})
	}
}

func TestInsertWritesManyRows(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	const n = 11_000 // more values than one statement takes
	list := make([][]any, n)
	for i := range list {
		list[i] = []any{client, i, "t", "t"}
	}
	var count, sum int64
	err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
		if err := tx.Insert(context.Background(), "asset_tags", tagColumns, list); err != nil {
			return err
		}
		_, err := tx.One(context.Background(), `SELECT count(*), CAST(sum(no) AS bigint) FROM asset_tags WHERE account_id = :account`, nil, &count, &sum)
		return err
	})
	if err != nil || count != n || sum != n*(n-1)/2 {
		t.Errorf("count %d, sum %d, %v", count, sum, err)
	}
}

func TestInsertOfNoRows(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
		return tx.Insert(context.Background(), "asset_tags", tagColumns, nil)
	})
	if err != nil {
		t.Error(err)
	}
}
