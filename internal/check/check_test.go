package check_test

import (
	"context"
	"strings"
	"testing"

	"octavo/internal/check"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
	"octavo/internal/id"
)

// Each damage is done to a sound family; check must name its rule.
func TestCheckFindsDamage(t *testing.T) {
	var client id.Account
	insertAsset := func(tx *db.Tx, kind string, body, wiring int64) error {
		return tx.Insert(t.Context(), "assets", []string{"account_id", "no", "kind", "name", "name_folded", "suffix", "body_id",
			"wiring_id", "base", "version", "change_id", "owner_id", "locked"},
			[][]any{{client, 77, kind, "A", "a", 1, body, wiring, 0, 1, 1, "o", 0}})
	}
	for _, c := range []struct {
		rule   string
		damage func(tx *db.Tx) error
	}{
		{"asset_body", func(tx *db.Tx) error { return insertAsset(tx, "klip", 5, 5) }},
		{"asset_wiring", func(tx *db.Tx) error { return insertAsset(tx, "klip", 5, 5) }},
		{"asset_number", func(tx *db.Tx) error { return insertAsset(tx, "klip", 5, 5) }},
		{"source_row", func(tx *db.Tx) error { return insertAsset(tx, "source", 5, 5) }},
		{"dashboards_counted", func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE accounts SET dash_used = 9 WHERE id = :account`, nil)
			return err
		}},
		{"seats_counted", func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE accounts SET seats_used = 9 WHERE id = :account`, nil)
			return err
		}},
		{"share_asset", func(tx *db.Tx) error {
			return tx.Insert(t.Context(), "asset_shares", []string{"account_id", "no", "principal_kind", "principal_id", "access"},
				[][]any{{client, 99, "user", "x", "view"}})
		}},
		{"credential_owner", func(tx *db.Tx) error {
			return tx.Insert(t.Context(), "credentials", []string{"account_id", "id", "kind", "label", "label_folded", "description", "shared", "owner_id",
				"owner_left", "facts", "sealed", "state", "error", "scopes", "generation", "version", "created_at", "changed_at"},
				[][]any{{client, "c", "bearer", "Shop", "shop", "", false, "nobody", false, "{}", []byte("x"), "ok", "", "", 1, 1, 0, 0}})
		}},
		{"body_hash", func(tx *db.Tx) error {
			return tx.Insert(t.Context(), "bodies", []string{"family_id", "id", "hash", "kind", "json"},
				[][]any{{client.Family(), 8, []byte("wrong"), "klip", `{"a":1}`}})
		}},
		{"body_canonical", func(tx *db.Tx) error {
			return tx.Insert(t.Context(), "bodies", []string{"family_id", "id", "hash", "kind", "json"},
				[][]any{{client.Family(), 9, []byte("other"), "klip", `{ "a": 1 }`}})
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			f := fixture.New(t, dbtest.Open(t))
			client = f.Solstice.ID
			if found := run(t, f.DB); len(found) != 0 {
				t.Fatalf("a sound family has findings: %v", found)
			}
			if err := f.DB.Tx(t.Context(), db.Account(client), c.damage); err != nil {
				t.Fatal(err)
			}
			if found := strings.Join(run(t, f.DB), "\n"); !strings.Contains(found, ": "+c.rule+":") {
				t.Errorf("rule %s not among:\n%s", c.rule, found)
			}
		})
	}
}

func run(t *testing.T, d *db.DB) []string {
	t.Helper()
	found, err := check.Run(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(found))
	for i, x := range found {
		out[i] = x.String()
	}
	return out
}
