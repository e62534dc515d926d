package db_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
)

// ask runs one statement in a transaction that may write.
func ask(d *db.DB, text string, args db.Args) (got []string, err error) {
	err = d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
		got, err = rows(tx, text, args)
		return err
	})
	return got, err
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	tag(t, d, client, other)
	where := ` FROM asset_tags WHERE account_id = :account`
	tests := []struct {
		name, text string
		args       db.Args
		want       []string
	}{
		{"one name twice", `SELECT CAST(:a AS text) || CAST(:a AS text)` + where, db.Args{"a": "x"}, []string{"xx"}},
		{"two names", `SELECT CAST(:a AS text) || CAST(:b AS text)` + where, db.Args{"a": "x", "b": "y"}, []string{"xy"}},
		{"colon in quotes", `SELECT 'a:b {lock} -- /*'` + where, nil, []string{"a:b {lock} -- /*"}},
		{"doubled quote", `SELECT 'it''s :x'` + where, nil, []string{"it's :x"}},
		{"quoted name", `SELECT tag AS ":x"` + where, nil, []string{"tag of 2"}},
		{"name in a comment", "SELECT tag -- :x\n" + where, nil, []string{"tag of 2"}},
		{"name in a block", `SELECT tag /* :x 'open */` + where, nil, []string{"tag of 2"}},
		{"comment at the end", `SELECT tag` + where + ` -- :x`, nil, []string{"tag of 2"}},
		{"lock", `SELECT tag` + where + ` {lock}`, nil, []string{"tag of 2"}},
		{"lock nowait", `SELECT tag` + where + ` {lock nowait}`, nil, []string{"tag of 2"}},
		{"list", `SELECT tag` + where + ` AND no IN {each :list}`, db.Args{"list": db.List([]int64{1, 5})}, []string{"tag of 2"}},
		{"list of one", `SELECT tag` + where + ` AND no IN {each :list}`, db.Args{"list": db.List([]int64{1})}, []string{"tag of 2"}},
		{"list of another", `SELECT tag` + where + ` AND no IN {each :list}`, db.Args{"list": db.List([]int64{5})}, nil},
		{"not in a list of one", `SELECT tag` + where + ` AND no NOT IN {each :list}`, db.Args{"list": db.List([]int64{5})}, []string{"tag of 2"}},
		{"lists of one and of two", `SELECT tag` + where + ` AND no IN {each :a} AND no IN {each :b}`,
			db.Args{"a": db.List([]int64{1}), "b": db.List([]int64{1, 2})}, []string{"tag of 2"}},
		{"list of one that is read as a text, too", `SELECT tag || CAST(:list AS text)` + where + ` AND no IN {each :list}`,
			db.Args{"list": db.List([]int64{1})}, []string{"tag of 2[1]"}},
		{"list of one to read from", `SELECT CAST(count(*) AS text)` + where + ` AND no IN {each :list} AND EXISTS (SELECT 1 FROM {each :list} l)`,
			db.Args{"list": db.List([]int64{1})}, []string{"1"}},
		{"empty list", `SELECT tag` + where + ` AND no IN {each :list}`, db.Args{"list": db.List([]id.Account{})}, nil},
	}
	for _, tt := range tests {
		got, err := ask(d, tt.text, tt.args)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

// A list of one number is compared as a number, so that engines use an index whatever they guess of lists.
func TestListOfOneIsANumber(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	tests := []struct {
		text, list string
		number     bool
	}{
		{`SELECT tag FROM asset_tags WHERE account_id = :account AND no IN {each :list}`, "[5]", true},
		{`SELECT tag FROM asset_tags WHERE account_id = :account AND no IN {each :list}`, "[-5]", true},
		{`SELECT tag FROM asset_tags WHERE account_id = :account AND no IN {each :list}`, "[5,6]", false},
		{`SELECT tag FROM asset_tags WHERE account_id = :account AND no IN {each :list}`, "[]", false},
		{`SELECT tag FROM asset_tags WHERE account_id = :account AND no IN {each :list} AND tag = :list`, "[5]", false},
		{`SELECT tag FROM asset_tags WHERE account_id = :account AND tag = :list AND no IN {each :list}`, "[5]", false},
		{`SELECT tag FROM asset_tags WHERE account_id = :account AND tag IN {words :list}`, "[5]", false},
	}
	err := d.Read(context.Background(), db.Account(client), func(tx *db.Tx) error {
		for _, tt := range tests {
			text, values, err := tx.Ready(tt.text, db.Args{"list": tt.list})
			_, number := values[1].(int64)
			if err != nil || number != tt.number || strings.Contains(text, "json") == tt.number {
				t.Errorf("%s with %s: %s with %v, %v", tt.text, tt.list, text, values, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRewriteRefuses(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	where := ` FROM asset_tags WHERE account_id = :account`
	for text, want := range map[string]string{
		`SELECT tag` + where + ` {for update}`: "unknown mark {for update}",
		`SELECT tag` + where + ` {each list}`:  "unknown mark {each list}",
		`SELECT tag` + where + ` {lock`:        "open brace",
		`SELECT tag` + where + ` AND tag = 'x`: "open quote",
		`SELECT tag` + where + ` /* never`:     "open comment",
		`SELECT tag::text` + where:             "no value for :text",
	} {
		_, err := ask(d, text, nil)
		wantErr(t, err, want)
	}
}

func TestListsAreLong(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	list := make([]int64, 40_000)
	for i := range list {
		list[i] = int64(i)
	}
	got, err := ask(d, `SELECT CAST(count(*) AS text) FROM {each :list} AS l WHERE CAST(:account AS bigint) > 0`, db.Args{"list": db.List(list)})
	if err != nil || !slices.Equal(got, []string{"40000"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

// Both engines sort by bytes: the order of a page does not depend on the engine or on how it was set up.
func TestTextIsSortedByBytes(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	want := []string{"", "A", "Z", "_", "a", "a b", "ab", "z", "ä", "é", "日本", "🙂"}
	err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
		for _, s := range want {
			if err := tx.Insert(context.Background(), "asset_tags", tagColumns, [][]any{{client, 1, s, s}}); err != nil {
				return err
			}
		}
		got, err := rows(tx, listTags, nil)
		if !slices.Equal(got, want) {
			t.Errorf("sorted %q, want %q", got, want)
		}
		got, errMore := rows(tx, `SELECT tag FROM asset_tags WHERE account_id = :account AND tag > :after ORDER BY tag`, db.Args{"after": "a b"})
		if !slices.Equal(got, want[6:]) {
			t.Errorf("after 'a b': %q, want %q", got, want[6:])
		}
		if err == nil {
			err = errMore
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
