package db

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// plain turns typed ids and booleans into what both drivers take.
func plain(v any) any {
	switch x := v.(type) {
	case nil, int64, string, []byte, float64:
		return v
	case bool:
		if x {
			return int64(1)
		}
		return int64(0)
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Int64, reflect.Int, reflect.Int32:
		return r.Int()
	case reflect.String:
		return r.String()
	case reflect.Pointer:
		if r.IsNil() {
			return nil
		}
		return plain(r.Elem().Interface())
	}
	return v
}

// Insert writes rows into a table, many at a time. The first columns say the
// account or family by their value, so the scope is checked row by row: columns
// must start with account_id or family_id, or the table must be named in
// childTables (rows below a content row).
func (t *Tx) Insert(ctx context.Context, table string, columns []string, rows [][]any) error {
	if err := t.checkRows(table, columns, rows); err != nil {
		return err
	}
	per := max(1, t.db.d.placeholders/len(columns))
	for start := 0; start < len(rows); start += per {
		if err := t.insertSome(ctx, table, columns, rows[start:min(start+per, len(rows))]); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) insertSome(ctx context.Context, table string, columns []string, rows [][]any) error {
	full, values, err := multiRow(t.db.d.mark, table, columns, rows)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("INSERT INTO %s (%s) VALUES (…)", table, strings.Join(columns, ", "))
	if t.db.onStmt != nil {
		s := Statement{Text: text, Bound: map[string]any{columns[0]: plain(rows[0][0])}}
		if t.scope.kind != systemScope {
			s.Own = columns[:1] // checkRows has looked at every row
		}
		if err := t.tell(s); err != nil {
			return err
		}
	}
	_, err = t.tx.ExecContext(ctx, full, values...)
	t.wrote(text, int64(len(rows)))
	return wrap(err, text)
}

// multiRow writes one statement that inserts rows, and gives its values in their order.
func multiRow(mark, table string, columns []string, rows [][]any) (string, []any, error) {
	var sb strings.Builder
	fmt.Fprintf(&sb, "INSERT INTO %s (%s) VALUES ", table, strings.Join(columns, ", "))
	values := make([]any, 0, len(rows)*len(columns))
	for i, row := range rows {
		if len(row) != len(columns) {
			return "", nil, fmt.Errorf("db: %d values for %d columns of %s", len(row), len(columns), table)
		}
		sb.WriteString([]string{"(", ", ("}[min(i, 1)])
		for j, v := range row {
			if j > 0 {
				sb.WriteString(", ")
			}
			values = append(values, plain(v))
			fmt.Fprintf(&sb, "%s%d", mark, len(values))
		}
		sb.WriteString(")")
	}
	return sb.String(), values, nil
}

// childTables hold rows below a content row or a change; their first column names the parent row.
var childTables = map[string]bool{
	"body_refs": true, "wires": true, "nodes": true, "change_accounts": true, "template_nodes": true,
}

func (t *Tx) checkRows(table string, columns []string, rows [][]any) error {
	if childTables[table] || t.scope.kind == systemScope {
		return nil
	}
	for _, row := range rows {
		switch columns[0] {
		case "account_id":
			if !t.mayWrite(plain(row[0])) {
				return fmt.Errorf("db: row of %s outside the scope", table)
			}
		case "family_id":
			if plain(row[0]) != t.scope.family {
				return fmt.Errorf("db: row of %s outside the family", table)
			}
		default:
			return fmt.Errorf("db: rows of %s do not name their account first", table)
		}
	}
	return nil
}

func (t *Tx) mayWrite(account any) bool {
	for _, a := range t.scope.write {
		if int64(a) == account {
			return true
		}
	}
	return false
}

func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code()&0xff == sqlitelib.SQLITE_BUSY || e.Code()&0xff == sqlitelib.SQLITE_LOCKED)
}

func isSQLiteUnique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlitelib.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY)
}
