package sql_test

import (
	"testing"

	"octavo/internal/connector/sql"
	"octavo/internal/errs"
)

func TestStatements(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`SELECT 1`, ` ( SELECT 1 ) ; `, "-- first\nselect 1;", `/* a /* b */ ; */ WITH x AS (SELECT ';') SELECT * FROM x`,
		`SELECT $a$;$a$, $$ ; $$, E'\';', 'it''s;', "a;b" FROM t WHERE x = {props.x} -- ; end`, `VALUES (1)`, `TABLE t`, `SHOW all`,
		`SELECT * FROM t WHERE a->>'b' = {props.x} AND c IN ({props.ids|list})`,
	} {
		if err := (&sql.Spec{Engine: "postgresql", SQL: text}).Check(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, code := range map[string]string{
		``: "bad_query", `;`: "bad_query", `-- only`: "bad_query", `SELECT 1; SELECT 2`: "bad_query", `SELECT 1;;x`: "bad_query",
		`DELETE FROM t`: "bad_query", `COPY t TO PROGRAM 'x'`: "bad_query", `SELECT 1 INTO t`: "bad_query", `{props.x}`: "bad_query",
		`SELECT '{props.x}'`: "bad_query", `SELECT 1 -- {props.x}`: "bad_query", `SELECT "{props.x}"`: "bad_query", `SELECT $a${props.x}$a$`: "bad_query",
		`SELECT 'x`: "bad_query", `SELECT /* x`: "bad_query", `SELECT /*! x */ 1`: "bad_query", `EXPLAIN ANALYZE DELETE FROM t`: "bad_query",
		`SELECT {props.x|raw}`: "bad_variable_value", `SELECT {props.x`: "bad_placeholder", `SELECT {auth.x}`: "bad_placeholder",
	} {
		if err := (&sql.Spec{Engine: "postgresql", SQL: text}).Check(); !errs.Is(err, code) {
			t.Errorf("%s: want %s, got %v", text, code, err)
		}
	}
	if err := (&sql.Spec{Engine: "oracle", SQL: "SELECT 1"}).Check(); !errs.Is(err, "bad_query") {
		t.Errorf("an unknown engine: %v", err)
	}
}
