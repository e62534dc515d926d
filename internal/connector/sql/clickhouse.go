package sql

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"octavo/internal/dataset"
	"octavo/internal/fetch"
)

// clickHouseSQL is asked over HTTP, without a driver.
var clickHouseSQL = &engine{
	name: "clickhouse", title: "ClickHouse", port: 8123, safe: 8443,
	dialect: dialect{quotes: "'\"`", backslash: true, ticks: true, dollar: true, nested: true, hash: true},
	mark:    func(n int) string { return "{p" + strconv.Itoa(n) + ":String}" },
	quote:   func(name string) string { return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`" },
	columns: columns{from: "system.columns", schema: "database", table: "table", name: "name", kind: "type", place: "position", lower: "lowerUTF8", exact: true,
		among: "database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema')"},
	open: func(l Login, way *fetch.Client) (door, error) {
		return &clickHouse{Client: way, login: l}, nil
	},
}

type clickHouse struct {
	*fetch.Client
	login Login
}

// Close ends connections that nobody uses.
func (c *clickHouse) Close() error { c.Client.Close(); return nil }

const (
	clickHouseForm = "TabSeparatedWithNamesAndTypes"
	// maxLine is how long one row may be as it comes, in bytes.
	maxLine = 32 << 20
	// maxAnswer is a bound for what nobody has counted otherwise, in bytes: rows and written bytes have limits of their own.
	maxAnswer = 8 << 30
)

// ask sends the query with its values beside it. The server keeps the answer until the query has ended
// (wait_end_of_query), so that an error never stands among rows.
func (c *clickHouse) ask(ctx context.Context, _ func(), p Prepared, o Options, t *table, out *Result) error {
	query := rand.Text()
	q := url.Values{
		"query_id": {query}, "default_format": {clickHouseForm}, "wait_end_of_query": {"1"}, "readonly": {"1"},
		"max_execution_time": {strconv.Itoa(int(p.timeout / time.Second))}, "cancel_http_readonly_queries_on_client_close": {"1"},
		"date_time_output_format": {"iso"}, "max_result_rows": {strconv.Itoa(o.MaxRows)}, "result_overflow_mode": {"throw"},
	}
	if o.First > 0 {
		q.Set("max_result_rows", strconv.Itoa(o.First+1))
		q.Set("result_overflow_mode", "break")
	}
	for i, v := range p.values {
		q.Set("param_p"+strconv.Itoa(i+1), clickHouseEscapes.Replace(v))
	}
	end := whenNobodyWaits(ctx, func(ctx context.Context) { c.kill(ctx, query) })
	resp, err := c.read(ctx, q, p, o)
	if end(); err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // what matters was read
	if form := resp.Header.Get("X-Clickhouse-Format"); form != "" && form != clickHouseForm {
		return refuse("sql", "FORMAT is chosen by Octavo, so leave it away")
	}
	return c.rows(resp.Body, o, t, out)
}

// read sends the query. Who has readonly 2, with which nothing is written either, may change any setting but that one: then
// it is asked without. A query brings the same refusal about by settings of its own, so the server is asked which it is.
func (c *clickHouse) read(ctx context.Context, q url.Values, p Prepared, o Options) (*fetch.Response, error) {
	for {
		resp, err := c.send(ctx, q, p.text, p.timeout+grace)
		if err != nil || resp.Status == http.StatusOK {
			return resp, err
		}
		code, text, err := clickHouseWords(resp)
		_ = resp.Body.Close() // what matters was read
		if err != nil {
			return nil, err
		}
		if code != 164 || !clickHouseBound.MatchString(text) || !q.Has("readonly") || !c.onlyReads(ctx) {
			return nil, clickHouseSaid(code, text, resp.Status, o, p.timeout)
		}
		q.Del("readonly")
	}
}

// onlyReads says whether the login has readonly 2 by itself.
func (c *clickHouse) onlyReads(ctx context.Context) bool {
	resp, err := c.send(ctx, url.Values{"default_format": {"TabSeparated"}}, "SELECT value FROM system.settings WHERE name = 'readonly'", cancelWait)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 10))
	return err == nil && resp.Status == http.StatusOK && string(text) == "2\n"
}

func (c *clickHouse) send(ctx context.Context, q url.Values, text string, within time.Duration) (*fetch.Response, error) {
	return c.Do(ctx, fetch.Request{
		Method: http.MethodPost, URL: c.login.base() + "/?" + q.Encode(), Body: []byte(text), Timeout: within, MaxBytes: maxAnswer, MaxRedirects: -1,
		Header: http.Header{"X-Clickhouse-User": {c.login.User}, "X-Clickhouse-Key": {c.login.Password}, "X-Clickhouse-Database": {c.login.Database}},
	})
}

// kill ends a query that nobody waits for.
func (c *clickHouse) kill(ctx context.Context, query string) {
	resp, err := c.send(ctx, url.Values{"param_id": {query}}, "KILL QUERY WHERE query_id = {id:String} ASYNC", cancelWait)
	if err == nil {
		_ = resp.Body.Close()
	}
}

// rows reads lines of cells: names, types, and then the rows.
func (c *clickHouse) rows(from io.Reader, o Options, t *table, out *Result) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	var head [2][]string
	for i := range head {
		if !lines.Scan() {
			return lineFault(lines, errBroken)
		}
		for name := range strings.SplitSeq(lines.Text(), "\t") {
			head[i] = append(head[i], clickHouseText(name))
		}
	}
	forms := make([]cellForm, len(head[1]))
	for i, kind := range head[1] {
		forms[i] = clickHouseForms(kind)
	}
	if len(head[0]) != len(forms) {
		return errBroken
	}
	if err := t.begin(head[0], forms); err != nil {
		return err
	}
	for lines.Scan() {
		if end, err := o.cut(out); end {
			return errors.Join(err, t.flush())
		}
		cells := strings.Split(lines.Text(), "\t")
		if len(cells) != len(forms) {
			return errBroken
		}
		for i, cell := range cells {
			t.cells[i] = nil
			if cell != `\N` {
				t.cells[i] = t.text(clickHouseText(cell), forms[i])
			}
		}
		if err := t.row(); err != nil {
			return err
		}
		out.Rows++
	}
	return errors.Join(lineFault(lines, nil), t.flush())
}

// errBroken is an answer that is not what the protocol says.
var errBroken = errors.New("sql: the answer is broken")

func lineFault(lines *bufio.Scanner, otherwise error) error {
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return dataset.TooLarge("cell", "bytes in a row", maxLine, maxLine+1)
	case err != nil:
		return err
	}
	return otherwise
}

// A value is written as in a cell: what would be read as an escape is one.
var (
	clickHouseEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\b", `\b`, "\f", `\f`)
	clickHouseReads   = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r", `\b`, "\b", `\f`, "\f", `\0`, "\x00", `\'`, "'")
)

func clickHouseText(cell string) string {
	if strings.IndexByte(cell, '\\') < 0 {
		return cell
	}
	return clickHouseReads.Replace(cell)
}

func clickHouseForms(kind string) cellForm {
	for _, outer := range []string{"LowCardinality(", "Nullable("} {
		if inner, ok := strings.CutPrefix(kind, outer); ok {
			kind = strings.TrimSuffix(inner, ")")
		}
	}
	switch name, _, _ := strings.Cut(kind, "("); {
	case strings.HasPrefix(name, "Int"), strings.HasPrefix(name, "UInt"), strings.HasPrefix(name, "Float"), name == "Bool":
		return asBare
	case name == "Date", name == "Date32":
		return asDay
	case name == "DateTime", name == "DateTime64":
		return asMoment
	}
	return asIs
}

// clickHouseCode stands at the beginning of what it says when something goes wrong.
var clickHouseCode = regexp.MustCompile(`^Code: (\d+)`)

// clickHouseBound says that the setting readonly cannot be changed, by users for whom it is set.
var clickHouseBound = regexp.MustCompile(`['(]readonly[')]`)

// clickHouseWords reads an answer that has no rows.
func clickHouseWords(resp *fetch.Response) (code int, text string, err error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxWords))
	text = strings.TrimSpace(string(body))
	code, _ = strconv.Atoi(resp.Header.Get("X-Clickhouse-Exception-Code")) // absent with older servers
	if m := clickHouseCode.FindStringSubmatch(text); code == 0 && m != nil {
		code, _ = strconv.Atoi(m[1])
	}
	return code, text, err
}

// clickHouseSaid words an answer that has no rows.
func clickHouseSaid(code int, text string, status int, o Options, after time.Duration) error {
	switch {
	case slices.Contains([]int{192, 193, 194, 516}, code), code == 0 && (status == http.StatusUnauthorized || status == http.StatusForbidden):
		return unauthorized()
	case code == 0:
		return errBroken
	case code == 159 || code == 160:
		return timedOut(after)
	case code == 164 && !strings.Contains(text, "setting"):
		return notReadOnly()
	case code == 396:
		return tooManyRows(o.MaxRows)
	case slices.Contains([]int{202, 203, 209, 210, 394}, code):
		return busy(text)
	}
	return said(strconv.Itoa(code), text)
}
