package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	setting       = `(SELECT CAST(nullif(current_setting('app.%s', true), '') AS bigint))`
	isSystem      = `(SELECT current_setting('app.system', true)) = '1'`
	isWhole       = `(SELECT current_setting('app.whole', true)) = '1'`
	writableTable = `%s IN (SELECT CAST(unnest(string_to_array(nullif(current_setting('app.write', true), ''), ',')) AS bigint))`
)

// wholePolicy lets the owner of the tables, and no other role, reach every row while
// app.whole is set: forced row level security holds for the owner as well, and a
// backup must see all. The run-time role is no member of the owner.
const wholePolicy = "octavo_whole"

// makeRole makes the run-time role. Roles belong to the server, so another
// database may make it, or join it, at the same moment.
const makeRole = `DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '` + appRole + `') THEN
    BEGIN CREATE ROLE ` + appRole + ` NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  END IF;
  IF NOT pg_has_role(current_user, '` + appRole + `', 'MEMBER') THEN
    BEGIN GRANT ` + appRole + ` TO CURRENT_USER; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  END IF;
END $$`

// secure makes the run-time role and the policies of docs/design.md, section
// Tenancy. Policies lock every table, so they are set only when they have changed:
// the installation keeps the fingerprint of those that are in force.
func (d *DB) secure(ctx context.Context, owner *sql.Conn, version int64) error {
	policies := policies()
	var user string // wholePolicy is for this one, so another makes it anew
	if err := owner.QueryRowContext(ctx, `SELECT current_user`).Scan(&user); err != nil {
		return fmt.Errorf("db.Migrate: %w", err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s", version, user, policies))
	print := hex.EncodeToString(sum[:])
	tx, err := owner.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("db.Migrate: %w", err)
	}
	defer tx.Rollback() // after a commit it does nothing
	if _, err := tx.ExecContext(ctx, makeRole); err != nil {
		return fmt.Errorf("db.Migrate: run-time role: %w (the database user of the address must own the tables and may create roles)", err)
	}
	var held string
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(value), '') FROM installation WHERE name = 'row_security'`).Scan(&held)
	if err != nil {
		return fmt.Errorf("db.Migrate: %w", err)
	}
	if held != print {
		if _, err := tx.ExecContext(ctx, policies); err != nil {
			return fmt.Errorf("db.Migrate: row level security: %w", err)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO installation (name, value) VALUES ('row_security', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, print)
		if err != nil {
			return fmt.Errorf("db.Migrate: %w", err)
		}
	}
	return tx.Commit()
}

// policies are the statements that guard every table, always in the same order.
func policies() string {
	var sb strings.Builder
	fmt.Fprintf(&sb, `GRANT USAGE ON SCHEMA public TO %[1]s;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %[1]s;
`, appRole)
	account, family := fmt.Sprintf(setting, "account"), fmt.Sprintf(setting, "family")
	for _, table := range slices.Sorted(maps.Keys(tenantTables)) {
		column := "account_id"
		if table == "accounts" {
			column = "id"
		}
		using := fmt.Sprintf("%s = %s OR (%s >> 32) = %s", column, account, column, family)
		check := fmt.Sprintf(writableTable, column)
		if tenantTables[table] == SystemTable {
			using, check = using+" OR "+isSystem, check+" OR "+isSystem
		}
		policy(&sb, table, using, check)
	}
	for _, table := range contentTables {
		own := fmt.Sprintf("family_id = (%s >> 32) OR family_id = %s", account, family)
		policy(&sb, table, own, own)
	}
	for _, table := range slices.Sorted(maps.Keys(belowContent)) {
		column, parent := belowContent[table][0], belowContent[table][1]
		own := fmt.Sprintf("EXISTS (SELECT 1 FROM %s p WHERE p.id = %s.%s)", parent, table, column)
		policy(&sb, table, own, own)
	}
	sb.WriteString("ALTER TABLE assets SET (fillfactor = 85);\n")
	return sb.String()
}

func policy(sb *strings.Builder, table, using, check string) {
	fmt.Fprintf(sb, `ALTER TABLE %[1]s ENABLE ROW LEVEL SECURITY;
ALTER TABLE %[1]s FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS octavo ON %[1]s;
CREATE POLICY octavo ON %[1]s USING (%[2]s) WITH CHECK (%[3]s);
DROP POLICY IF EXISTS %[4]s ON %[1]s;
CREATE POLICY %[4]s ON %[1]s TO CURRENT_USER USING (%[5]s) WITH CHECK (%[5]s);
`, table, using, check, wholePolicy, isWhole)
}
