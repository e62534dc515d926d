package sql_test

import (
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/sql"
	"octavo/internal/errs"
	"octavo/internal/placeholder"
)

// TestStatementsOfSQLServer tries to have more than a reading sent to a server on which a transaction that only reads does not exist
// and nothing has to stand between statements.
func TestStatementsOfSQLServer(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"SELECT 1 DELETE FROM sales", "SELECT 1\u00a0DELETE\u00a0FROM sales", "SELECT 1\u3000DELETE\u3000FROM sales", "SELECT 1\vDELETE\vFROM sales", "SELECT 1DELETE FROM sales",
		"SELECT 1e5DELETE FROM sales", "SELECT 1e+5DELETE FROM sales", "SELECT 1eDELETE FROM sales", "SELECT 0xMERGE INTO sales", "SELECT 0xAADELETE FROM sales", "SELECT 1.DELETE FROM sales",
		"SELECT .5DELETE FROM sales", "SELECT $1DELETE FROM sales", "SELECT 'a'DELETE FROM sales", "SELECT [a]DELETE FROM sales", "SELECT [a]]]DELETE FROM sales", "SELECT \"a\"DELETE FROM sales",
		"SELECT 1/**/DELETE FROM sales", "SELECT 1 -- x\nDELETE FROM sales", "SELECT 1 /* /* */ */ DELETE FROM sales", "SELECT {props.x}DELETE FROM sales", "SELECT 1 dElEtE FROM sales",
		"WITH x AS (SELECT 1 AS n) DELETE FROM x", "WITH x AS (SELECT 1 AS n) UPDATE x SET n = 2", "SELECT 1 EXEC sp_who", "SELECT 1; EXEC sp_who", "SELECT 1 COMMIT", "SELECT 1 SET XACT_ABORT ON",
		"SELECT * INTO t FROM sales", "SELECT NEXT VALUE FOR numbers", "SELECT * FROM OPENROWSET('x', 'y', 'z')", "SELECT * FROM OPENQUERY(srv, 'DELETE FROM t')", "SELECT 1 IF 1=1 SELECT 2",
		"SHOW sales", "DESCRIBE sales", "sp_who", "EXEC sp_who", "SELECT '{props.x}'", "SELECT [{props.x}]", "SELECT 1 WAITFOR DELAY '1:00'", "SELECT [a", "DECLARE @x int",
		"SELECT 1 AS [a]]'] DELETE FROM sales COMMIT --'", "SELECT 1 AS [a]]'] EXEC xp_cmdshell 'x' --'", "SELECT 1 AS [a]]/*] DELETE FROM sales COMMIT --*/", "SELECT 1 AS [a]]",
		"SELECT 1 -- x\rDELETE FROM sales", "SELECT 1 -- x\u0085DELETE FROM sales", "SELECT 1 -- x\u2028DELETE FROM sales", "SELECT 1 -- x\u2029DELETE FROM sales\r\n",
	} {
		if err := (&sql.Spec{Engine: "sqlserver", SQL: text}).Check(); !errs.Is(err, "bad_query") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{
		"SELECT TOP 10 [order], [a;b], \"delete\", 'DELETE FROM x', 1.5, 1e5, 1e-5, 0xFF, .5, x-1, größe FROM dbo.[update] WHERE a = {props.x} AND b IN ({props.y|list}) ;",
		"WITH x AS (SELECT 1 AS n) SELECT n, deleted_at, created FROM x -- delete", "(SELECT 1) UNION (SELECT 2)", "SELECT [a]]b] FROM t WHERE day >= {date.startOfMonth}",
		"SELECT 1 AS [a]]'], 'b' AS [c]] DELETE] -- DELETE\r\n",
	} {
		if err := (&sql.Spec{Engine: "sqlserver", SQL: text}).Check(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestStatementsOfClickHouseAndTrino(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"clickhouse", "trino"} {
		for _, text := range []string{
			"INSERT INTO t VALUES (1)", "SELECT 1; DROP TABLE t", "SELECT 1 INTO OUTFILE 'x'", "KILL QUERY WHERE 1", "SET readonly = 0", "SYSTEM SHUTDOWN", "CALL x()", "SELECT '{props.x}'",
			"SELECT \"{props.x}\"", "SELECT 1 -- {props.x}", "EXECUTE IMMEDIATE 'DROP TABLE t'", "PREPARE x FROM DELETE FROM t", "ROLLBACK", "COMMIT", "START TRANSACTION",
		} {
			if err := (&sql.Spec{Engine: engine, SQL: text}).Check(); !errs.Is(err, "bad_query") {
				t.Errorf("%s, %s: %v", engine, text, err)
			}
		}
		for _, text := range []string{"SELECT * FROM t WHERE a = {props.x} ;", "SHOW TABLES", "DESCRIBE t", "WITH x AS (SELECT ';') SELECT * FROM x"} {
			if err := (&sql.Spec{Engine: engine, SQL: text}).Check(); err != nil {
				t.Errorf("%s, %s: %v", engine, text, err)
			}
		}
	}
	// A backslash ends no name of ClickHouse, and no text of Trino.
	if err := (&sql.Spec{Engine: "clickhouse", SQL: "SELECT `a\\`; DROP TABLE t; --`"}).Check(); err != nil {
		t.Errorf("one name: %v", err)
	}
	if err := (&sql.Spec{Engine: "trino", SQL: `SELECT 'a\'; DROP TABLE t; --'`}).Check(); !errs.Is(err, "bad_query") {
		t.Errorf("two statements: %v", err)
	}
}

// TestNamesOfSQLServer looks at what is asked where even information_schema is no name but INFORMATION_SCHEMA is, and
// where Amount and amount may be two columns: the server compares.
func TestNamesOfSQLServer(t *testing.T) {
	t.Parallel()
	p, err := (&sql.Spec{Engine: "sqlserver", SQL: "SELECT {props.c|sql_ident} FROM Sales"}).Prepare(placeholder.Scope{Values: map[string]string{"c": "Amount"}})
	tables, names, values := sql.Asked(p)
	if err != nil || tables != "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM INFORMATION_SCHEMA.COLUMNS ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION" ||
		names != "SELECT COLUMN_NAME AS n FROM INFORMATION_SCHEMA.COLUMNS WHERE lower(TABLE_NAME) IN (@p1, @p2, @p3) AND COLUMN_NAME IN (@p4)" || strings.Join(values, " ") != "select from sales Amount" {
		t.Errorf("%v\n%s\n%s %s", err, tables, names, values)
	}
}

// TestZonesOfCells looks at whether the file of a zone is read for one cell alone.
func TestZonesOfCells(t *testing.T) {
	t.Parallel()
	got := sql.Moments("2026-01-31 10:00:00.250 Europe/Berlin", "2026-07-31 10:00:00 Europe/Berlin", "2026-01-31 10:00:00 Local", "2026-01-31 10:00:00 ../etc/passwd")
	first, ok := got[0].(time.Time)
	second, ok2 := got[1].(time.Time)
	if !ok || !ok2 || first.Location() != second.Location() || second.UTC().Hour() != 8 || got[2] != "2026-01-31 10:00:00 Local" || got[3] != "2026-01-31 10:00:00 ../etc/passwd" {
		t.Errorf("%v", got)
	}
}
