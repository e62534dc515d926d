package sql_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// trino speaks what is documented of Trino's client protocol, and refuses all else.
type trino struct {
	t       *testing.T
	mu      sync.Mutex // guards what follows
	open    int        // transactions
	texts   map[string]string
	deleted chan string
	running chan string
}

func (s *trino) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	h := r.Header
	if err != nil || h.Get("X-Trino-User") != "anna" || h.Get("X-Trino-Catalog") != "shop" || h.Get("X-Trino-Schema") != "public" || h.Get("Authorization") != map[bool]string{true: "Basic YW5uYTpNQVJLcGFzc3dvcmQ="}[r.TLS != nil] ||
		!strings.HasPrefix(h.Get("X-Trino-Session"), "query_max_run_time=") || h.Get("X-Trino-Transaction-Id") == "" {
		s.t.Errorf("not as it is documented: %s %s %v %v", r.Method, r.URL, h, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/v1/statement":
		text := string(body)
		id := fmt.Sprint("q", len(s.texts))
		s.texts[id] = text
		s.first(w, r, id, text)
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/v1/statement/executing/"):
		s.next(w, r, strings.TrimPrefix(r.URL.Path, "/v1/statement/executing/"))
	case r.Method == http.MethodDelete && strings.HasPrefix(r.URL.Path, "/v1/statement/executing/"):
		select {
		case s.deleted <- strings.TrimPrefix(r.URL.Path, "/v1/statement/executing/"):
		default:
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		s.t.Errorf("not as it is documented: %s %s", r.Method, r.URL)
	}
}

func (s *trino) first(w http.ResponseWriter, r *http.Request, id, text string) {
	in := r.Header.Get("X-Trino-Transaction-Id")
	switch {
	case text == "START TRANSACTION READ ONLY" && in == "NONE":
		s.open++
		w.Header().Set("X-Trino-Started-Transaction-Id", "t1")
		_, _ = io.WriteString(w, `{"id":"x","stats":{"state":"FINISHED"}}`)
	case text == "ROLLBACK" && in == "t1":
		s.open--
		w.Header().Set("X-Trino-Clear-Transaction-Id", "true")
		_, _ = io.WriteString(w, `{"id":"x","stats":{"state":"FINISHED"}}`)
	case in != "t1":
		s.t.Errorf("outside of a transaction: %s", text)
	case text == "elsewhere":
		_, _ = io.WriteString(w, `{"id":"x","nextUri":"http://127.0.0.1:1/v1/statement/executing/x"}`)
	case text == "other path":
		_, _ = io.WriteString(w, `{"id":"x","nextUri":"http://`+r.Host+`/v1/secret"}`)
	case text == "busy":
		w.WriteHeader(http.StatusServiceUnavailable)
	case text == "unauthorized":
		w.WriteHeader(http.StatusUnauthorized)
	case text == "no rows":
		_, _ = io.WriteString(w, `{"id":"x"}`)
	case text == "rows first":
		_, _ = io.WriteString(w, `{"id":"x","data":[[]]}`)
	case text == "no JSON":
		_, _ = io.WriteString(w, `<html>MARK`)
	case strings.HasPrefix(text, "error "):
		name, kind, _ := strings.Cut(text[6:], " ")
		_, _ = fmt.Fprintf(w, `{"id":"x","error":{"message":"said MARK","errorName":%q,"errorType":%q}}`, name, kind)
	default:
		s.page(w, r, id, nil, true)
	}
}

// next gives the rows of a statement in two pages, the second without any.
func (s *trino) next(w http.ResponseWriter, r *http.Request, at string) {
	id, last := strings.CutSuffix(at, "/last")
	text := s.texts[id]
	switch {
	case last:
		s.page(w, r, id, nil, false)
	case strings.HasPrefix(text, "EXECUTE IMMEDIATE "):
		values := literals(s.t, strings.TrimPrefix(text, "EXECUTE IMMEDIATE "))
		if values[0] == "SELECT column_name AS n FROM information_schema.columns WHERE lower(table_name) IN (?, ?, ?) AND lower(column_name) IN (?)" {
			found := map[bool]string{true: `[["amount"]]`, false: `[]`}[strings.Join(values[1:], " ") == "select from kinds amount"]
			s.page(w, r, id, []string{`[{"name":"n","type":"varchar"}]`, found}, true)
			return
		}
		if values[0] != "SELECT 'it''s' AS v, ? AS v, ? AS w" || len(values) != 3 {
			s.t.Errorf("%q became %q", text, values)
		}
		row, _ := json.Marshal([]string{values[1], values[2]}) // a list of texts never fails
		s.page(w, r, id, []string{`[{"name":"v","type":"varchar"},{"name":"w","type":"varchar(3)"}]`, "[" + string(row) + "]"}, true)
	case text == "SELECT * FROM kinds":
		s.page(w, r, id, []string{`[{"name":"id","type":"bigint"},{"name":"amount","type":"decimal(20,4)"},{"name":"day","type":"date"},{"name":"at","type":"timestamp(3) with time zone"},
			{"name":"local","type":"timestamp(3)"},{"name":"ok","type":"boolean"},{"name":"raw","type":"varbinary"},{"name":"list","type":"array(bigint)"},{"name":"size","type":"double"}]`,
			`[[9007199254740993,"12.5000","2026-01-31","2026-01-31 10:00:00.000 Europe/Berlin","2026-01-31 10:00:00.250",true,"AP8=",[1, 2],1.5],[null,null,null,"2026-01-31 10:00:00.000 +02:00",null,null,null,null,"NaN"]]`}, true)
	case text == "SELECT g FROM many":
		s.page(w, r, id, []string{`[{"name":"g","type":"bigint"}]`, `[[1],[2],[3],[4]]`}, true)
	case text == `SELECT "amount" FROM kinds`:
		s.page(w, r, id, []string{`[{"name":"amount","type":"integer"}]`, `[[7]]`}, true)
	case text == "SELECT 1 AS n":
		s.page(w, r, id, []string{`[{"name":"n","type":"integer"}]`, `[[1]]`}, true)
	case text == "SELECT sleep":
		select {
		case s.running <- id:
		default:
		}
		s.page(w, r, id, nil, true)
	default:
		s.t.Errorf("an unknown statement: %q", text)
	}
}

// page writes one page: columns and rows, and where the next one is.
func (s *trino) page(w io.Writer, r *http.Request, id string, data []string, more bool) {
	out := []string{`"id":"` + id + `"`}
	if len(data) > 0 {
		out = append(out, `"columns":`+data[0], `"data":`+data[1])
		id += "/last"
	}
	if more {
		scheme := map[bool]string{true: "https", false: "http"}[r.TLS != nil]
		out = append(out, `"nextUri":"`+scheme+`://`+r.Host+`/v1/statement/executing/`+id+`"`)
	}
	_, _ = io.WriteString(w, "{"+strings.Join(out, ",")+"}")
}

// literals reads texts of standard SQL, with USING or a comma between them, and nothing else.
func literals(t *testing.T, text string) []string {
	var out []string
	for text != "" {
		var one []byte
		i := 1
		for ; i < len(text); i++ {
			if text[i] == '\'' {
				if i+1 == len(text) || text[i+1] != '\'' {
					break
				}
				i++
			}
			one = append(one, text[i])
		}
		if text[0] != '\'' || i == len(text) {
			t.Errorf("no text: %q", text)
			return []string{""}
		}
		out, text = append(out, string(one)), text[i+1:]
		between := " USING "
		if len(out) > 1 {
			between = ", "
		}
		if rest, ok := strings.CutPrefix(text, between); ok {
			text = rest
		} else if text != "" {
			t.Errorf("more than values: %q", text)
			return out
		}
	}
	return out
}

func TestTrino(t *testing.T) {
	t.Parallel()
	s := &trino{t: t, texts: map[string]string{}, deleted: make(chan string, 9), running: make(chan string, 1)}
	r := newHTTPReader(t, "trino", s)
	if got, err := r.read("SELECT * FROM kinds", nil); err != nil || got != "\"id\",\"amount\",\"day\",\"at\",\"local\",\"ok\",\"raw\",\"list\",\"size\"\n"+
		"9007199254740993,\"12.5000\",2026-01-31,2026-01-31T09:00:00Z,2026-01-31T10:00:00.250,true,AP8=,\"[1, 2]\",1.5\n,,,2026-01-31T08:00:00Z,,,,,\"NaN\"\n" {
		t.Errorf("kinds: %q, %v", got, err)
	}
	r.attacked("SELECT 'it''s' AS v, {props.a} AS v, {props.b} AS w")
	r.named()
	r.limits("SELECT g FROM many")
	r.cancelled("SELECT sleep", s.running, s.deletedOne())
	for text, code := range map[string]string{
		"elsewhere": "host_not_allowed", "other path": "host_not_allowed", "busy": "database_busy", "unauthorized": "database_unauthorized", "no rows": "connect", "rows first": "connect", "no JSON": "connect",
		"error SYNTAX_ERROR USER_ERROR": "sql_error", "error EXCEEDED_TIME_LIMIT INSUFFICIENT_RESOURCES": "query_timeout",
		"error READ_ONLY_VIOLATION USER_ERROR": "sql_not_read_only", "error CLUSTER_OUT_OF_MEMORY INSUFFICIENT_RESOURCES": "database_busy",
	} {
		r.refused(text, code)
	}
	if s.mu.Lock(); s.open != 0 {
		t.Errorf("%d transactions are open", s.open)
	}
	s.mu.Unlock()
}

// deletedOne forgets what was ended before.
func (s *trino) deletedOne() chan string {
	for len(s.deleted) > 0 {
		<-s.deleted
	}
	return s.deleted
}
