package sql_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/sql"
	"octavo/internal/connector/sql/sqltest"
	"octavo/internal/errs"
	"octavo/internal/placeholder"
)

// newHTTPReader asks a server of this test, which speaks the protocol of an engine.
func newHTTPReader(t *testing.T, engine string, answer http.Handler) *reader {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(at.Port())
	if err != nil {
		t.Fatal(err)
	}
	return newReader(t, &sqltest.Server{Engine: engine, Host: at.Hostname(), Port: port, Database: "shop.public", User: "anna", Password: "MARKpassword"})
}

// clickHouse speaks what is documented of ClickHouse's HTTP interface, and refuses all else.
type clickHouse struct {
	t       *testing.T
	killed  chan string
	running chan string
}

func (s *clickHouse) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	q := r.URL.Query()
	say := func(status, code int, text string) {
		w.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(code))
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "Code: %d. DB::Exception: %s", code, text)
	}
	if r.Header.Get("X-ClickHouse-Key") != "MARKpassword" || !strings.Contains("anna readonly1 readonly2", r.Header.Get("X-ClickHouse-User")) {
		say(http.StatusForbidden, 516, "anna: Authentication failed: password is incorrect")
		return
	}
	text := string(body)
	if text == "KILL QUERY WHERE query_id = {id:String} ASYNC" && q.Get("readonly") == "" {
		s.killed <- q.Get("param_id")
		return
	}
	own, _ := strings.CutPrefix(r.Header.Get("X-ClickHouse-User"), "readonly") // as it is set for the user
	if text == "SELECT value FROM system.settings WHERE name = 'readonly'" && q.Get("readonly") == "" {
		_, _ = io.WriteString(w, cmp.Or(strings.TrimSuffix(own, "anna"), "0")+"\n")
		return
	}
	if strings.Contains(text, "SETTINGS readonly=0") {
		if !q.Has("readonly") {
			s.t.Errorf("asked without readonly: %q", body)
		}
		say(http.StatusInternalServerError, 164, "Cannot modify 'readonly' setting in readonly mode. (READONLY)")
		return
	}
	switch {
	case own == "1", own == "2" && q.Has("readonly"):
		say(http.StatusInternalServerError, 164, "Cannot modify '"+map[string]string{"1": "max_execution_time", "2": "readonly"}[own]+"' setting in readonly mode. (READONLY)")
		return
	case own == "2":
		q.Set("readonly", "1") // what follows is the same
	}
	asked := r.Method == http.MethodPost && r.URL.Path == "/" && err == nil && r.URL.User == nil && r.Header.Get("X-ClickHouse-Database") == "shop.public"
	for name, want := range map[string]string{"readonly": "1", "wait_end_of_query": "1", "date_time_output_format": "iso",
		"default_format": "TabSeparatedWithNamesAndTypes", "cancel_http_readonly_queries_on_client_close": "1"} {
		asked = asked && q.Get(name) == want
	}
	if !asked || q.Get("query_id") == "" || q.Get("max_execution_time") == "" || q.Get("max_result_rows") == "" {
		s.t.Errorf("not as it is documented: %s %s %q", r.Method, r.URL, body)
	}
	w.Header().Set("X-ClickHouse-Format", "TabSeparatedWithNamesAndTypes")
	switch {
	case text == "SELECT * FROM kinds":
		_, _ = io.WriteString(w, "id\tname\tamount\tday\tat\tsize\tok\tlist\traw\n"+
			"UInt64\tLowCardinality(Nullable(String))\tDecimal(20, 4)\tDate\tNullable(DateTime64(3))\tFloat64\tBool\tArray(UInt8)\tString\n"+
			"1\ta\t12.5000\t2026-01-31\t2026-01-31T08:00:00.250Z\t1.5\ttrue\t[1,2]\t\xff\xfe\n18446744073709551615\t\\N\t0.1\t2026-02-01\t\\N\tnan\tfalse\t[]\ta\\tb\\\\N\\n\"c\"\n")
	case text == "SELECT {p1:String} AS v, {p2:String} AS w":
		cells := []string{readEscaped(s.t, q.Get("param_p1")), readEscaped(s.t, q.Get("param_p2"))}
		for i, c := range cells {
			cells[i] = strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n", "\r", "\\r").Replace(c)
		}
		_, _ = io.WriteString(w, "v\tw\nString\tString\n"+strings.Join(cells, "\t")+"\n")
	case text == "SELECT number AS g FROM many":
		if q.Get("result_overflow_mode") == "throw" {
			say(http.StatusInternalServerError, 396, "Limit for result exceeded, max rows: "+q.Get("max_result_rows"))
			return
		}
		_, _ = io.WriteString(w, "g\nUInt64\n1\n2\n3\n4\n")
	case text == "SELECT name AS n FROM system.columns WHERE lowerUTF8(table) IN ({p1:String}, {p2:String}, {p3:String}) AND name IN ({p4:String})":
		if q.Get("param_p1")+q.Get("param_p2")+q.Get("param_p3")+q.Get("param_p4") == "selectfromkinds"+"amount" {
			_, _ = io.WriteString(w, "n\nString\namount\n")
		} else {
			_, _ = io.WriteString(w, "n\nString\n")
		}
	case strings.HasPrefix(text, "SELECT database, table, name, type FROM system.columns"):
		_, _ = io.WriteString(w, "database\ttable\tname\ttype\nString\tString\tString\tString\nshop\tkinds\ta`b\tUInt64\nshop\tkinds\tc\tString\nshop\tother\td\tDate\n")
	case text == "SELECT `amount` FROM kinds":
		_, _ = io.WriteString(w, "amount\nUInt8\n7\n")
	case text == "SELECT 1 AS n":
		_, _ = io.WriteString(w, "n\nUInt8\n1\n")
	case text == "SELECT sleep":
		s.running <- q.Get("query_id")
		<-r.Context().Done()
	case text == "SELECT 1 FORMAT JSON":
		w.Header().Set("X-ClickHouse-Format", "JSON")
	case strings.HasPrefix(text, "broken"):
		_, _ = io.WriteString(w, strings.TrimPrefix(text, "broken"))
	case strings.HasPrefix(text, "code "):
		code, _ := strconv.Atoi(text[5:])
		say(http.StatusInternalServerError, code, "The user said MARKpassword")
	case text == "elsewhere":
		http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusTemporaryRedirect)
	default:
		say(http.StatusBadRequest, 62, "Syntax error: "+text)
	}
}

// readEscaped reads a value as ClickHouse does: as a cell of TabSeparated.
func readEscaped(t *testing.T, text string) string {
	var out []byte
	for i := 0; i < len(text); i++ {
		if text[i] == '\t' || text[i] == '\n' {
			t.Errorf("a value ends early: %q", text)
		}
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		i++
		known := map[byte]byte{'\\': '\\', 't': '\t', 'n': '\n', 'r': '\r', 'b': '\b', 'f': '\f'}
		c, ok := known[text[i]]
		if !ok { // \N is no value at all
			t.Errorf("an escape that nobody wrote: %q", text)
		}
		out = append(out, c)
	}
	return string(out)
}

// attacks are values that would be more than a value, were they not bound.
var attacks = []string{`it's "c"`, `x' OR '1'='1`, `\' OR 1=1 -- `, `\N`, `\`, "a\tb", "a\nb\r", "'); DROP TABLE sales; --", "{p2:String}", "?", "' , '", "''", "\\\\t", "ü€\U0001f600", ""}

func TestClickHouse(t *testing.T) {
	t.Parallel()
	s := &clickHouse{t: t, killed: make(chan string, 1), running: make(chan string, 1)}
	r := newHTTPReader(t, "clickhouse", s)
	if got, err := r.read("SELECT * FROM kinds ;", nil); err != nil || got != "\"id\",\"name\",\"amount\",\"day\",\"at\",\"size\",\"ok\",\"list\",\"raw\"\n"+
		"1,\"a\",\"12.5000\",2026-01-31,2026-01-31T08:00:00.250Z,1.5,true,\"[1,2]\",//4=\n"+
		"\"18446744073709551615\",,\"0.1\",2026-02-01,,\"nan\",false,\"[]\",\"a\tb\\N\n\"\"c\"\"\"\n" {
		t.Errorf("kinds: %q, %v", got, err)
	}
	r.attacked("SELECT {props.a} AS v, {props.b} AS w")
	r.named()
	tables, cut, err := sql.Tables(t.Context(), r.pools, r.Engine, r.login)
	if err != nil || cut || len(tables) != 2 || tables[0].Quoted != "`shop`.`kinds`" || len(tables[0].Columns) != 2 || tables[0].Columns[0].Quoted != "`a\\`b`" || tables[1].Columns[0].Kind != "date" {
		t.Errorf("tables %+v, %v", tables, err)
	}
	r.limits("SELECT number AS g FROM many")
	r.cancelled("SELECT sleep", s.running, s.killed)
	for text, code := range map[string]string{
		"code 62": "sql_error", "code 159": "query_timeout", "code 164": "sql_not_read_only", "code 202": "database_busy", "code 516": "database_unauthorized",
		"SELECT 1 FORMAT JSON": "bad_query", "elsewhere": "connect", "broken": "connect", "brokena\tb\nString\nx\n": "connect", "brokena\nString\nx\ty\n": "connect",
	} {
		r.refused(text, code)
	}
	r.refused("SELECT * FROM url('http://10.0.0.1/', 'LineAsString') SETTINGS readonly=0", "sql_error")
	r.login.Key, r.login.User = "two", "readonly2"
	if got, err := r.read("SELECT 1 AS n", nil); err != nil || got != "\"n\"\n1\n" {
		t.Errorf("with readonly 2: %q, %v", got, err)
	}
	r.refused("code 164", "sql_not_read_only")
	r.login.Key, r.login.User = "one", "readonly1"
	r.refused("SELECT 1 AS n", "sql_error")
	r.login.Key, r.login.User, r.login.Password = "other", "anna", "MARKother"
	r.refused("SELECT 1", "database_unauthorized")
}

// attacked sends values that would like to be more than values; the query gives them back.
func (r *reader) attacked(text string) {
	r.t.Helper()
	for i, value := range attacks {
		other := attacks[(i+1)%len(attacks)]
		want := fmt.Sprintf("\"v\",\"w\"\n\"%s\",\"%s\"\n", strings.ReplaceAll(value, `"`, `""`), strings.ReplaceAll(other, `"`, `""`))
		if got, err := r.read(text, map[string]string{"a": value, "b": other}); err != nil || got != want {
			r.t.Errorf("%q and %q give %q, %v", value, other, got, err)
		}
	}
}

// named lets a variable name a column of kinds.
func (r *reader) named() {
	r.t.Helper()
	if got, err := r.read("SELECT {props.c|sql_ident} FROM kinds", map[string]string{"c": "amount"}); err != nil || got != "\"amount\"\n7\n" {
		r.t.Errorf("a column: %q, %v", got, err)
	}
	for _, name := range []string{"Amounts", "kinds", "a`, b", `a" FROM x; --`, "\\"} {
		if got, err := r.read("SELECT {props.c|sql_ident} FROM kinds", map[string]string{"c": name}); !errs.Is(err, "bad_variable_value") {
			r.t.Errorf("%q is taken for a column: %q, %v", name, got, err)
		}
	}
}

// limits reads of many rows the first ones, and too many.
func (r *reader) limits(many string) {
	r.t.Helper()
	if got, err := r.unchecked(sql.Spec{Engine: r.Engine, SQL: many}, nil, sql.Options{First: 2}); err != nil || got != "\"g\"\n1\n2\n" {
		r.t.Errorf("the first rows %q, %v", got, err)
	}
	if _, err := r.unchecked(sql.Spec{Engine: r.Engine, SQL: many}, nil, sql.Options{MaxRows: 3}); !errs.Is(err, "too_large") {
		r.t.Errorf("too many rows: %v", err)
	}
}

// cancelled gives a query up that runs, and waits until the server was told which.
func (r *reader) cancelled(text string, running, told chan string) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.t.Context())
	ended := make(chan error, 1)
	go func() { _, err := r.fetch(ctx, text); ended <- err }()
	which := <-running
	cancel()
	select {
	case got := <-told:
		if got != which {
			r.t.Errorf("of %q another one was ended: %q", which, got)
		}
	case <-time.After(time.Minute):
		r.t.Error("the server was not told")
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		r.t.Errorf("cancelled: %v", err)
	}
}

// refused sends a text that is not checked before.
func (r *reader) refused(text, code string) {
	r.t.Helper()
	_, err := r.fetch(r.t.Context(), text)
	quotes := code == "sql_error" || code == "database_busy" // in the words of the database, from which secrets are taken later
	if !errs.Is(err, code) || !quotes && strings.Contains(fmt.Sprintf("%+v", err), "MARK") {
		r.t.Errorf("%q: want %s, got %v", text, code, err)
	}
}

// fetch sends a text that is not checked before, until ctx ends.
func (r *reader) fetch(ctx context.Context, text string) (string, error) {
	p, err := (&sql.Spec{Engine: r.Engine, SQL: text, TimeoutS: 20}).Prepare(placeholder.Scope{})
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	_, err = p.Fetch(ctx, r.pools, r.login, sql.Options{}, &out)
	return out.String(), err
}

func TestTLSOfHTTP(t *testing.T) {
	t.Parallel()
	for engine, answer := range map[string]http.Handler{"clickhouse": &clickHouse{t: t}, "trino": &trino{t: t, texts: map[string]string{}}} {
		r := newHTTPReader(t, engine, answer)
		r.certificates(t, []string{sql.TLSRequire, sql.TLSCA, sql.TLSFull}, func(cert, key []byte) int {
			pair, err := tls.X509KeyPair(cert, key)
			if err != nil {
				t.Fatal(err)
			}
			l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
			if err != nil {
				t.Fatal(err)
			}
			server := &http.Server{Handler: answer, ErrorLog: log.New(io.Discard, "", 0)}
			t.Cleanup(func() { _ = server.Close() })
			go func() { _ = server.Serve(l) }()
			return l.Addr().(*net.TCPAddr).Port
		})
		r.downgrade(t, r.Port)
	}
}
