package sql

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// trinoSQL is asked over HTTP, without a driver.
var trinoSQL = &engine{
	name: "trino", title: "Trino", port: 8080, safe: 8443,
	dialect: dialect{quotes: `'"`},
	mark:    func(int) string { return "?" },
	quote:   doubled(`"`, `"`),
	columns: columns{among: "table_schema <> 'information_schema'"},
	open: func(l Login, way *fetch.Client) (door, error) {
		return &trino{Client: way, login: l}, nil
	},
}

type trino struct {
	*fetch.Client
	login Login
}

// Close ends connections that nobody uses.
func (d *trino) Close() error { d.Client.Close(); return nil }

const (
	maxPage  = 32 << 20             // bytes of one page of rows; a server sends about 1 MB
	pageWait = 5 * time.Millisecond // more with each page that has no rows, up to maxWait
	maxWait  = 200 * time.Millisecond
)

// trinoPage is one answer: some rows, and where the next ones are.
type trinoPage struct {
	NextURI string `json:"nextUri"`
	Columns []struct {
		Name string `json:"name"`
		Type string `json:"type"`
	} `json:"columns"`
	Data  [][]json.RawMessage `json:"data"`
	Error *struct {
		Message   string `json:"message"`
		ErrorName string `json:"errorName"`
		ErrorType string `json:"errorType"`
	} `json:"error"`
}

// ask reads in a transaction that cannot write and is always given up.
func (d *trino) ask(ctx context.Context, _ func(), p Prepared, o Options, t *table, out *Result) error {
	s := &trinoSession{trino: d, after: p.timeout, transaction: "NONE"}
	if err := s.run(ctx, "START TRANSACTION READ ONLY", nil); err != nil {
		return err
	}
	if s.transaction == "NONE" {
		return errBroken
	}
	defer func() {
		limited, end := context.WithTimeout(context.WithoutCancel(ctx), cancelWait)
		defer end()
		_ = s.run(limited, "ROLLBACK", nil) // else the server does after a while
	}()
	rows := &trinoRows{o: o, t: t, out: out}
	if err := s.run(ctx, p.trinoText(), rows.page); err != nil {
		return err
	}
	if t.out == nil {
		return errBroken // no columns
	}
	return t.flush()
}

// trinoText is the statement with its values: the protocol has no place beside it. Both stand in texts of standard
// SQL, in which a quote is doubled and nothing else has a meaning.
func (p Prepared) trinoText() string {
	if len(p.values) == 0 {
		return p.text
	}
	values := make([]string, len(p.values))
	for i, v := range p.values {
		values[i] = trinoLiteral(v)
	}
	return "EXECUTE IMMEDIATE " + trinoLiteral(p.text) + " USING " + strings.Join(values, ", ")
}

func trinoLiteral(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// trinoSession is one transaction.
type trinoSession struct {
	*trino
	after       time.Duration
	transaction string // id; NONE = there is none yet
}

// run sends a statement and follows its pages; each page is given to see, which may end the reading by false.
func (s *trinoSession) run(ctx context.Context, text string, see func(page *trinoPage) (more bool, err error)) (err error) {
	page, err := s.page(ctx, http.MethodPost, s.login.base()+"/v1/statement", text)
	next := ""
	defer func() {
		if next != "" {
			s.end(ctx, next)
		}
	}()
	for empty := 0; err == nil; {
		next = page.NextURI
		if page.Error != nil {
			return trinoSaid(page.Error.ErrorName, page.Error.ErrorType, page.Error.Message, s.after)
		}
		if see != nil {
			if more, err := see(page); err != nil || !more {
				return err
			}
		}
		if next == "" {
			return nil
		}
		if !s.own(next) {
			next = ""
			return fetch.NotAllowed("another server that the database names")
		}
		if empty++; len(page.Data) > 0 {
			empty = 0
		}
		if err = fetch.Pause(ctx, min(time.Duration(empty)*pageWait, maxWait)); err == nil {
			page, err = s.page(ctx, http.MethodGet, next, "")
		}
	}
	return err
}

// own says whether an address that the server names is of this server and of a statement: the password goes there.
func (s *trinoSession) own(address string) bool {
	is, err := fetch.Origin(address)
	should, err2 := fetch.Origin(s.login.base())
	u, err3 := url.Parse(address)
	return errors.Join(err, err2, err3) == nil && is == should && strings.HasPrefix(u.EscapedPath(), "/v1/statement/")
}

// end has the server end a statement that nobody waits for.
func (s *trinoSession) end(ctx context.Context, next string) {
	if !s.own(next) {
		return
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelWait)
	defer cancel()
	if resp, err := s.send(limited, http.MethodDelete, next, ""); err == nil {
		_ = resp.Body.Close()
	}
}

// maxTries is how often a page is asked for that a server in between does not deliver.
const maxTries = 10

// page asks for one page.
func (s *trinoSession) page(ctx context.Context, method, address, text string) (*trinoPage, error) {
	for try := 1; ; try++ {
		resp, err := s.send(ctx, method, address, text)
		if err != nil {
			return nil, err
		}
		page, err := s.read(resp)
		_ = resp.Body.Close() // what matters was read
		passing := resp.Status == http.StatusBadGateway || resp.Status == http.StatusServiceUnavailable || resp.Status == http.StatusGatewayTimeout
		if !passing || method == http.MethodPost || try == maxTries {
			return page, err
		}
		if err := fetch.Pause(ctx, maxWait/2); err != nil {
			return nil, err
		}
	}
}

func (s *trinoSession) send(ctx context.Context, method, address, text string) (*fetch.Response, error) {
	catalog, schema, _ := strings.Cut(s.login.Database, ".")
	h := http.Header{
		"X-Trino-User": {s.login.User}, "X-Trino-Source": {"Octavo"}, "X-Trino-Catalog": {catalog}, "X-Trino-Time-Zone": {"UTC"},
		"X-Trino-Transaction-Id": {s.transaction}, "X-Trino-Session": {fmt.Sprintf("query_max_run_time=%ds", s.after/time.Second)},
	}
	if schema != "" {
		h.Set("X-Trino-Schema", schema)
	}
	if s.login.TLS != TLSOff { // without it Trino takes no password
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(s.login.User+":"+s.login.Password)))
	}
	return s.Do(ctx, fetch.Request{Method: method, URL: address, Header: h, Body: []byte(text), Timeout: s.after + grace, MaxBytes: maxPage, MaxRedirects: -1})
}

// read reads one page and notes the transaction that began.
func (s *trinoSession) read(resp *fetch.Response) (*trinoPage, error) {
	if resp.Status != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxWords)) // what came is told
		switch words := strings.TrimSpace(string(body)); {
		case resp.Status == http.StatusUnauthorized || resp.Status == http.StatusForbidden:
			return nil, unauthorized()
		case resp.Status >= http.StatusInternalServerError || resp.Status == http.StatusTooManyRequests:
			return nil, busy(words)
		case resp.Status < http.StatusBadRequest:
			return nil, errBroken
		default:
			return nil, said(fmt.Sprint(resp.Status), words)
		}
	}
	if began := resp.Header.Get("X-Trino-Started-Transaction-Id"); began != "" {
		s.transaction = began
	}
	page := &trinoPage{}
	return page, brokenUnlessOurs(json.NewDecoder(resp.Body).Decode(page))
}

// brokenUnlessOurs keeps the words of a JSON reader, which quote what it read, away from people.
func brokenUnlessOurs(err error) error {
	var ours *errs.Error
	if err == nil || errors.As(err, &ours) || errors.Is(err, context.Canceled) {
		return err
	}
	return errBroken
}

// trinoRows writes the rows of pages.
type trinoRows struct {
	o   Options
	t   *table
	out *Result
}

func (r *trinoRows) page(page *trinoPage) (more bool, err error) {
	if r.t.out == nil && len(page.Columns) > 0 {
		names, forms := make([]string, len(page.Columns)), make([]cellForm, len(page.Columns))
		for i, c := range page.Columns {
			names[i], forms[i] = c.Name, trinoForms(c.Type)
		}
		if err := r.t.begin(names, forms); err != nil {
			return false, err
		}
	}
	if r.t.out == nil && len(page.Data) > 0 {
		return false, errBroken // rows of no columns
	}
	for _, row := range page.Data {
		if end, err := r.o.cut(r.out); end {
			return false, err
		}
		if len(row) != len(r.t.forms) {
			return false, errBroken
		}
		for i, cell := range row {
			if r.t.cells[i], err = r.t.trinoCell(cell, r.t.forms[i]); err != nil {
				return false, errBroken
			}
		}
		if err := r.t.row(); err != nil {
			return false, err
		}
		r.out.Rows++
	}
	return true, nil
}

// trinoCell reads one value: lists, maps and rows stay JSON.
func (t *table) trinoCell(raw json.RawMessage, form cellForm) (any, error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0:
		return nil, errBroken
	case bytes.Equal(raw, []byte("null")):
		return nil, nil
	case raw[0] == '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, err
		}
		if form == asBase64 {
			return base64.StdEncoding.DecodeString(text)
		}
		return t.text(text, form), nil
	}
	return t.text(string(raw), form), nil
}

func trinoForms(kind string) cellForm {
	name, _, _ := strings.Cut(kind, "(")
	switch {
	case strings.HasPrefix(name, "timestamp") && strings.HasSuffix(kind, "with time zone"):
		return asMoment
	case name == "timestamp":
		return asLocal
	case name == "date":
		return asDay
	case name == "varbinary":
		return asBase64
	case slices.Contains([]string{"boolean", "tinyint", "smallint", "integer", "bigint", "real", "double"}, name):
		return asBare
	}
	return asIs
}

// trinoSaid words an error by its name.
func trinoSaid(name, kind, message string, after time.Duration) error {
	switch {
	case name == "EXCEEDED_TIME_LIMIT":
		return timedOut(after)
	case name == "READ_ONLY_VIOLATION":
		return notReadOnly()
	case kind == "INSUFFICIENT_RESOURCES", slices.Contains([]string{"SERVER_STARTING_UP", "SERVER_SHUTTING_DOWN", "ADMINISTRATIVELY_KILLED", "ADMINISTRATIVELY_PREEMPTED", "NO_NODES_AVAILABLE", "USER_CANCELED"}, name):
		return busy(message)
	}
	return said(name, message)
}
