package sql_test

import (
	"testing"

	"octavo/internal/connector/sql"
	"octavo/internal/connector/sql/sqltest"
	"octavo/internal/errs"
)

func TestMariaDB(t *testing.T) {
	t.Parallel()
	r := newReader(t, sqltest.MariaDB(t))
	r.Exec("CREATE TABLE sales (id bigint, client varchar(40), amount decimal(20,4), day date, at timestamp NULL, local datetime, size double, raw varbinary(4))",
		"INSERT INTO sales VALUES (1, 'a', 12.5, '2026-01-31', FROM_UNIXTIME(1769846400), '2026-01-31 10:00:00', 1.5, x'00ff'), (2, 'b', NULL, NULL, NULL, NULL, NULL, NULL),"+
			"(9007199254740993, 'it''s \"c\"', 0.1, '2026-02-01', NULL, NULL, 0, NULL)")
	t.Run("types", func(t *testing.T) {
		for text, want := range map[string]string{
			"SELECT * FROM sales ORDER BY id": "\"id\",\"client\",\"amount\",\"day\",\"at\",\"local\",\"size\",\"raw\"\n" +
				"1,\"a\",\"12.5000\",2026-01-31,2026-01-31T08:00:00Z,2026-01-31T10:00:00,1.5,AP8=\n2,\"b\",,,,,,\n" +
				"9007199254740993,\"it's \"\"c\"\"\",\"0.1000\",2026-02-01,,,0,\n",
			"SELECT `id` FROM sales WHERE false":                                              "\"id\"\n",
			"WITH s AS (SELECT * FROM sales) SELECT count(*) AS n, 'it\\'s;' AS t FROM s # ;": "\"n\",\"t\"\n3,\"it's;\"\n",
		} {
			if got, err := r.read(text, nil); err != nil || got != want {
				t.Errorf("%s\n got %q, %v\nwant %q", text, got, err, want)
			}
		}
	})
	t.Run("values", func(t *testing.T) {
		for value, want := range map[string]string{
			`["it's \"c\""]`: "\"id\"\n9007199254740993\n", `x' OR '1'='1`: "\"id\"\n", `\' OR 1=1 -- `: "\"id\"\n", `a,b`: "\"id\"\n1\n2\n", ``: "\"id\"\n",
		} {
			if got, err := r.read("SELECT id FROM sales WHERE client IN ({props.c|list}) ORDER BY id", map[string]string{"c": value}); err != nil || got != want {
				t.Errorf("%q gives %q, %v", value, got, err)
			}
		}
	})
	t.Run("writes", func(t *testing.T) {
		r := newReader(t, r.Server)
		r.Exec("GRANT ALL ON " + r.Database + ".* TO " + r.User)
		// These are not even checked: the server itself refuses them. Of what changes tables MariaDB ends the
		// transaction first and does it, so there the check alone keeps it away.
		for _, text := range []string{
			"DELETE FROM sales", "INSERT INTO sales (id) VALUES (5)", "SELECT 1; DELETE FROM sales",
			"LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE sales", "SELECT * FROM sales INTO OUTFILE '/tmp/octavo-test-out'",
		} {
			if _, err := r.unchecked(sql.Spec{Engine: r.Engine, SQL: text}, nil, sql.Options{}); err == nil {
				t.Errorf("%s went well", text)
			}
		}
		if n := r.One("SELECT count(*) FROM sales"); n != "3" {
			t.Errorf("%s rows are left", n)
		}
	})
	t.Run("names", r.names)
	t.Run("tables", r.tables)
	t.Run("time", r.times)
	t.Run("errors", r.errors)
	t.Run("modes", func(t *testing.T) {
		hidden := `SELECT '\' INTO OUTFILE '/tmp/octavo-test-out' -- '`
		for _, mode := range []string{"NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"} {
			r.Exec("SET GLOBAL sql_mode = '" + mode + "'")
			own := newReader(t, r.Server) // with connections that have the mode
			if _, err := own.unchecked(sql.Spec{Engine: r.Engine, SQL: hidden}, nil, sql.Options{}); !errs.Is(err, "bad_query") {
				t.Errorf("%s: %v", mode, err)
			}
			if got, err := own.read("SELECT 1 AS n", nil); err != nil || got != "\"n\"\n1\n" {
				t.Errorf("%s, without a backslash: %q, %v", mode, got, err)
			}
		}
		r.Exec("SET GLOBAL sql_mode = DEFAULT")
	})
}

func TestStatementsOfMySQL(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"SELECT 1 INTO OUTFILE 'x'", "SELECT /*!50000 1 */", `SELECT 'a\\'; DROP TABLE sales; -- '`, "CALL x()", "DROP TABLE sales", "CREATE TABLE x (y int)", "SET autocommit = 1", "(DROP TABLE sales)", "SELECT `{props.c}`", `SELECT "{props.c}"`} {
		if err := (&sql.Spec{Engine: "mysql", SQL: text}).Check(); !errs.Is(err, "bad_query") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{`SELECT 'a\'; DROP TABLE sales; -- '`, "SELECT `a;b` # ;\n FROM t", `SELECT "it\"s;" FROM t WHERE x = {props.c}`} {
		if err := (&sql.Spec{Engine: "mysql", SQL: text}).Check(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
