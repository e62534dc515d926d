package sql_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/sql"
	"octavo/internal/connector/sql/sqltest"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// reader asks one database as Octavo does.
type reader struct {
	*sqltest.Server
	t     *testing.T
	pools *sql.Pools
	login sql.Login
}

func newReader(t *testing.T, s *sqltest.Server) *reader {
	t.Helper()
	client := fetch.New(fetch.Options{Hosts: []string{s.Host + ":" + strconv.Itoa(s.Port)}})
	r := &reader{Server: s, t: t, pools: sql.NewPools(client)}
	t.Cleanup(func() { _ = r.pools.Close() })
	r.login = sql.Login{Key: "k", Host: s.Host, Port: s.Port, Database: s.Database, User: s.User, Password: s.Password, TLS: sql.TLSOff}
	return r
}

// read gives the CSV of a query.
func (r *reader) read(text string, values map[string]string) (string, error) {
	spec := sql.Spec{Engine: r.Engine, SQL: text, TimeoutS: 20}
	if err := spec.Check(); err != nil {
		return "", err
	}
	return r.unchecked(spec, values, sql.Options{})
}

func (r *reader) unchecked(spec sql.Spec, values map[string]string, o sql.Options) (string, error) {
	p, err := spec.Prepare(placeholder.Scope{Values: values, Zone: time.UTC, Now: time.Unix(0, 0)})
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	_, err = p.Fetch(r.t.Context(), r.pools, r.login, o, &out)
	return out.String(), err
}

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	r := newReader(t, sqltest.Postgres(t))
	r.Exec(`CREATE TABLE sales (id bigint, client text, amount numeric(20,4), day date, at timestamptz, paid boolean)`,
		`INSERT INTO sales VALUES (1, 'a', 12.5000, '2026-01-31', '2026-01-31T10:00:00+02', true), (2, 'b', NULL, NULL, NULL, NULL),
			(9007199254740993, 'it''s "c"', 0.1, '2026-02-01', '2026-02-01T00:00:00Z', false)`)
	t.Run("types", func(t *testing.T) {
		for text, want := range map[string]string{
			`SELECT * FROM sales ORDER BY id`: "\"id\",\"client\",\"amount\",\"day\",\"at\",\"paid\"\n" +
				"1,\"a\",\"12.5000\",2026-01-31,2026-01-31T08:00:00Z,true\n2,\"b\",,,,\n" +
				"9007199254740993,\"it's \"\"c\"\"\",\"0.1000\",2026-02-01,2026-02-01T00:00:00Z,false\n",
			`SELECT '{"a": 1}'::jsonb AS j, '\x00ff'::bytea AS b, 1.5::float8 AS f, ARRAY[1,2] AS l, TIMESTAMP '2026-01-31 10:00:00.25' AS t;`://
			"\"j\",\"b\",\"f\",\"l\",\"t\"\n\"{\"\"a\"\": 1}\",AP8=,1.5,\"{1,2}\",2026-01-31T10:00:00.250\n",
			`SELECT id FROM sales WHERE false`:                         "\"id\"\n",
			`SELECT NULL::text AS x UNION ALL SELECT 'y' ORDER BY 1`:   "\"x\"\n\"y\"\n\"\"\n",
			`WITH s AS (TABLE sales) SELECT count(*) AS n FROM s -- ;`: "\"n\"\n3\n",
			`SHOW server_encoding`:                                     "\"server_encoding\"\n\"UTF8\"\n",
		} {
			if got, err := r.read(text, nil); err != nil || got != want {
				t.Errorf("%s\n got %q, %v\nwant %q", text, got, err, want)
			}
		}
	})
	t.Run("values", func(t *testing.T) {
		for _, c := range []struct{ text, value, want string }{
			{`SELECT id FROM sales WHERE client = {props.c} ORDER BY id`, `it's "c"`, "\"id\"\n9007199254740993\n"},
			{`SELECT id FROM sales WHERE client = {props.c} ORDER BY id`, `x' OR '1'='1`, "\"id\"\n"},
			{`SELECT id FROM sales WHERE client = {props.c} ORDER BY id`, `'; DROP TABLE sales; --`, "\"id\"\n"},
			{`SELECT id FROM sales WHERE id = {props.c}::bigint`, `2`, "\"id\"\n2\n"},
			{`SELECT id FROM sales WHERE id < {props.c} AND paid = {props.d:true}`, `5`, "\"id\"\n1\n"},
			{`SELECT id FROM sales WHERE client IN ({props.c|list}) ORDER BY id`, `a, b,x') OR ('1'='1`, "\"id\"\n1\n2\n"},
			{`SELECT id FROM sales WHERE client IN ({props.c|list}) ORDER BY id`, `["a","it's \"c\""]`, "\"id\"\n1\n9007199254740993\n"},
			{`SELECT id FROM sales WHERE client IN ({props.c|list})`, ``, "\"id\"\n"},
			{`SELECT id FROM sales WHERE day >= {date.set("2026-02-01")} AND client <> {props.c}`, `a`, "\"id\"\n9007199254740993\n"},
		} {
			if got, err := r.read(c.text, map[string]string{"c": c.value}); err != nil || got != c.want {
				t.Errorf("%s with %q\n got %q, %v\nwant %q", c.text, c.value, got, err, c.want)
			}
		}
		if _, err := r.read(`SELECT id FROM sales WHERE client = {props.c}`, nil); !errs.Is(err, "missing_variable") {
			t.Errorf("without a value: %v", err)
		}
	})
	t.Run("writes", func(t *testing.T) {
		r := newReader(t, r.Server)
		r.Exec(`GRANT ALL ON sales TO ` + r.User)
		// These are not even checked: the server itself refuses them.
		for _, text := range []string{
			`DELETE FROM sales`, `WITH gone AS (DELETE FROM sales RETURNING id) SELECT * FROM gone`, `SELECT 1; DELETE FROM sales`,
			`COMMIT; DELETE FROM sales`, `CREATE TABLE own (id int)`, `SELECT * INTO own FROM sales`, `SELECT set_config('transaction_read_only', 'off', false)`,
			`SELECT id FROM sales FOR UPDATE`, `SET TRANSACTION READ WRITE; DELETE FROM sales`, `COPY sales FROM STDIN`,
		} {
			if _, err := r.unchecked(sql.Spec{Engine: r.Engine, SQL: text}, nil, sql.Options{}); err == nil {
				t.Errorf("%s went well", text)
			}
		}
		if n := r.One(`SELECT count(*) FROM sales`); n != "3" {
			t.Errorf("%s rows are left", n)
		}
		// What a query sets ends with it: the next one of the same login has its limit.
		_, err := r.read(`SELECT set_config('statement_timeout', '0', false), set_config('application_name', 'other', false)`, nil)
		if got, err2 := r.read(`SHOW application_name`, nil); err != nil || err2 != nil || !strings.Contains(got, "Octavo") {
			t.Errorf("after set_config %q, %v, %v", got, err, err2)
		}
	})
	if _, err := r.read(`SELECT id FROM sales WHERE id = {props.c}`, map[string]string{"c": "x"}); !errs.Is(err, "sql_error") {
		t.Errorf("a value that is no number: %v", err)
	}
	patient := newReader(t, r.Server)
	p, err := (&sql.Spec{Engine: r.Engine, SQL: r.kind().sleep("late")}).Prepare(placeholder.Scope{})
	if err == nil {
		_, err = sql.Patient(p).Fetch(t.Context(), patient.pools, patient.login, sql.Options{}, &bytes.Buffer{})
	}
	if !errs.Is(err, "query_timeout") {
		t.Errorf("by our own limit: %v", err)
	}
	t.Run("names", r.names)
	t.Run("tables", r.tables)
	t.Run("time", r.times)
	t.Run("errors", r.errors)
}

// names lets a variable name a column, and tries to name something else.
func (r *reader) names(t *testing.T) {
	text := "SELECT {props.c|sql_ident} FROM sales WHERE {props.c|sql_ident} = {props.v} ORDER BY {props.c|lower|sql_ident}"
	if got, err := r.read(text, map[string]string{"c": "client", "v": "a"}); err != nil || got != "\"client\"\n\"a\"\n" {
		t.Errorf("a column: %q, %v", got, err)
	}
	odd := "we\"ir`d]\\; ?$1{p1:String}"
	r.Exec("CREATE TABLE odd (id int, "+map[string]string{"postgresql": `"we""ir` + "`" + `d]\; ?$1{p1:String}"`, "mysql": "`we\"ir``d]\\; ?$1{p1:String}`"}[r.Engine]+" int)", "INSERT INTO odd VALUES (1, 7)")
	if got, err := r.read("SELECT {props.c|sql_ident} AS x FROM odd WHERE id = {props.v}", map[string]string{"c": odd, "v": "1"}); err != nil || got != "\"x\"\n7\n" {
		t.Errorf("an odd name: %q, %v", got, err)
	}
	if r.Engine == "postgresql" {
		r.Exec("CREATE MATERIALIZED VIEW sums AS SELECT client AS whose, sum(amount)::float8 AS total, sum(amount)::float8 AS \"Ärger\" FROM sales GROUP BY client", "CREATE SCHEMA hidden", "CREATE MATERIALIZED VIEW hidden.sums AS SELECT 1 AS secret")
		if got, err := r.read("SELECT {props.c|sql_ident} AS x FROM sums WHERE whose = {props.v}", map[string]string{"c": "total", "v": "a"}); err != nil || got != "\"x\"\n12.5\n" {
			t.Errorf("a column of a materialized view: %q, %v", got, err)
		}
		if got, err := r.read("SELECT {props.c|sql_ident} AS x FROM sums WHERE whose = {props.v}", map[string]string{"c": "Ärger", "v": "a"}); err != nil || got != "\"x\"\n12.5\n" {
			t.Errorf("a column with a capital letter: %q, %v", got, err)
		}
		for _, name := range []string{"sums", "ctid", "secret", "Total", "ärger"} {
			if got, err := r.read("SELECT {props.c|sql_ident} FROM sums", map[string]string{"c": name}); !errs.Is(err, "bad_variable_value") {
				t.Errorf("%q is taken for a column of a materialized view: %q, %v", name, got, err)
			}
		}
	}
	for _, name := range []string{"sales", "ctid", "xmin", "nothing", "current_user", "client, amount", "client\" FROM sales; --", "client` FROM sales; -- ", "*", "1", "tableoid", "user", "sales.client",
		odd, "password", "table_name", "", "client\x00", "a\nb", strings.Repeat("x", 129)} {
		if got, err := r.read("SELECT {props.c|sql_ident} FROM sales", map[string]string{"c": name}); !errs.Is(err, "bad_variable_value") {
			t.Errorf("%q is taken for a column: %q, %v", name, got, err)
		}
	}
	for _, text := range []string{"SELECT '{props.c|sql_ident}' FROM sales", "SELECT \"{props.c|sql_ident}\" FROM sales", "SELECT {props.c|sql_ident|list} FROM sales", "SELECT {props.c|raw|sql_ident} FROM sales"} {
		if err := (&sql.Spec{Engine: r.Engine, SQL: text}).Check(); !errs.Is(err, "bad_query") && !errs.Is(err, "bad_variable_value") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// tables lists those that the reader may see, as they are written in queries.
func (r *reader) tables(t *testing.T) {
	name := map[string]string{"postgresql": `"sa""l[e` + "`" + `s"`, "mysql": "`sa\"l[e``s`"}[r.Engine]
	schema := map[string]string{"postgresql": "public", "mysql": r.Database}[r.Engine]
	r.Exec("CREATE TABLE " + name + " (id bigint, client varchar(40))")
	found, cut, err := sql.Tables(t.Context(), r.pools, r.Engine, r.login)
	if err != nil || cut {
		t.Fatalf("%v, %v", cut, err)
	}
	sums := sql.Table{Schema: "public", Name: "sums", Quoted: `"public"."sums"`, Columns: []sql.Column{{Name: "whose", Kind: "text", Quoted: `"whose"`}, {Name: "total", Kind: "double precision", Quoted: `"total"`},
		{Name: "Ärger", Kind: "double precision", Quoted: `"Ärger"`}}}
	if has := slices.ContainsFunc(found, func(table sql.Table) bool { return reflect.DeepEqual(table, sums) }); has != (r.Engine == "postgresql") {
		t.Errorf("no materialized view is among %+v", found)
	}
	for _, table := range found {
		if table.Schema != schema {
			t.Errorf("a table of the database itself: %+v", table)
		}
		if table.Name == "sa\"l[e`s" {
			got, err := r.read("SELECT "+table.Columns[0].Quoted+" FROM "+table.Quoted, nil)
			if err != nil || got != "\"id\"\n" || len(table.Columns) != 2 || table.Columns[1].Name != "client" || table.Columns[0].Kind != "bigint" {
				t.Errorf("%+v reads %q, %v", table, got, err)
			}
			return
		}
	}
	t.Errorf("not among %+v", found)
}

// times looks at trials, and at how many statements run.
func (r *reader) times(t *testing.T) {
	got, err := r.unchecked(sql.Spec{Engine: r.Engine, SQL: r.kind().many}, nil, sql.Options{First: 2})
	if err != nil || got != "\"g\"\n1\n2\n" {
		t.Errorf("the first rows %q, %v", got, err)
	}
	for range 10 { // the end of one reading is not that of the next, which has its connection
		_, err := r.unchecked(sql.Spec{Engine: r.Engine, SQL: r.kind().many}, nil, sql.Options{First: 1})
		got, next := r.unchecked(sql.Spec{Engine: r.Engine, SQL: r.kind().nap}, nil, sql.Options{})
		if err != nil || next != nil || got != "\"n\"\n0\n" {
			t.Fatalf("after a reading that ended early: %q, %v, %v", got, next, err)
		}
	}
	r.threeAtOnce(t)
	r.oneOfTwo(t)
}

// oneOfTwo gives one of two readings up that have all connections of a login: the server is told at once.
func (r *reader) oneOfTwo(t *testing.T) {
	var cancels []func()
	ended := make(chan error, 2)
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cancels = append(cancels, cancel)
		go func() { _, err := r.fetch(ctx, r.kind().sleep("two")); ended <- err }()
	}
	r.until("both run", func() bool { return r.active("two") == "2" })
	begun := time.Now()
	cancels[0]()
	if err := <-ended; !errors.Is(err, context.Canceled) || time.Since(begun) > 3*time.Second {
		t.Errorf("given up: %v after %s", err, time.Since(begun))
	}
	r.until("one is left", func() bool { return r.active("two") == "1" })
	cancels[1]()
	<-ended
}

// threeAtOnce starts more than a server is given.
func (r *reader) threeAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	for i := range 3 {
		login := r.login
		login.Key = fmt.Sprint(i) // of three connected accounts
		p, err := (&sql.Spec{Engine: r.Engine, SQL: r.kind().sleep("three")}).Prepare(placeholder.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_, err := p.Fetch(ctx, r.pools, login, sql.Options{}, &bytes.Buffer{})
			ended <- err
		}()
	}
	count := func() string { return r.active("three") }
	r.until("two run", func() bool { return count() >= "2" })
	if n := count(); n != "2" {
		t.Errorf("%s statements run at the same time", n)
	}
	cancel()
	for range 3 {
		<-ended
	}
}

func (r *reader) until(what string, done func() bool) {
	r.t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatalf("not in time: %s", what)
		}
	}
}

// errors looks at what is told when it does not go well.
func (r *reader) errors(t *testing.T) {
	wrong := func(change func(*sql.Login)) error {
		own := *r
		own.login.Key = "wrong"
		own.pools = sql.NewPools(fetch.New(fetch.Options{Hosts: []string{own.Host + ":" + strconv.Itoa(own.Port)}}))
		defer func() { _ = own.pools.Close() }()
		change(&own.login)
		_, err := own.read(`SELECT 1`, nil)
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e), "MARK") {
				t.Errorf("%v tells the password", err)
			}
		}
		return err
	}
	for code, change := range map[string]func(*sql.Login){
		"host_not_allowed": func(l *sql.Login) { l.Port = 1 },
		"private_address":  func(l *sql.Login) { l.Host = "localhost" },
		"sql_error":        func(l *sql.Login) { l.Database = "nowhere" },
		"tls":              func(l *sql.Login) { l.TLS = sql.TLSFull },
	} {
		if err := wrong(change); !errs.Is(err, code) {
			t.Errorf("want %s: %v", code, err)
		}
	}
	if err := wrong(func(l *sql.Login) { l.Host = "/var/run/postgresql" }); !errs.Is(err, "host_not_allowed") && !errs.Is(err, "bad_url") {
		t.Errorf("a socket: %v", err)
	}
	if got := fmt.Sprintf("%v %+v %#v %s", r.login, r.login, r.login, r.login); strings.Contains(got, "MARK") {
		t.Errorf("printing a login shows %s", got)
	}
	var e *errs.Error
	if _, err := r.read(`SELECT nothing FROM sales`, nil); !errors.As(err, &e) || e.Code != "sql_error" || e.Params["state"] != r.kind().unknownColumn {
		t.Errorf("a wrong name: %v", err)
	}
}
