package dbtest

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"octavo/internal/db"
)

// Dump writes all rows of all tables of the product as text, beyond every scope: a
// line per row, tables and rows sorted, so that two dumps of the same content are
// equal. What the installation notes of its own row level security is left out.
func Dump(t testing.TB, d *db.DB) string {
	t.Helper()
	return DumpOf(t, d, slices.Sorted(maps.Keys(guards))...)
}

// DumpOf is Dump of some tables, in the order that they are named in.
func DumpOf(t testing.TB, d *db.DB, tables ...string) string {
	t.Helper()
	var sb strings.Builder
	ctx := context.Background()
	err := d.Owner(ctx, func(conn *sql.Conn) error {
		for _, table := range tables {
			lines, err := dumpTable(ctx, conn, table)
			if err != nil {
				return err
			}
			slices.Sort(lines)
			for _, line := range lines {
				sb.WriteString(line + "\n")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sb.String()
}

func dumpTable(ctx context.Context, conn *sql.Conn, table string) ([]string, error) {
	rows, err := conn.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	var lines []string
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		if table == "installation" && values[0] == "row_security" {
			continue
		}
		line := table
		for i, v := range values {
			line += " " + columns[i] + "=" + show(v)
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

func show(v any) string {
	switch x := v.(type) {
	case nil:
		return "∅"
	case []byte:
		return "x" + hex.EncodeToString(x)
	case string:
		return fmt.Sprintf("%q", x)
	}
	return fmt.Sprint(v)
}

// Columns names the columns of a table in their order.
func Columns(t testing.TB, d *db.DB, table string) []string {
	t.Helper()
	var columns []string
	err := d.Owner(context.Background(), func(conn *sql.Conn) error {
		rows, err := conn.QueryContext(context.Background(), `SELECT * FROM `+table+` LIMIT 0`)
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err = rows.Columns()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return columns
}
