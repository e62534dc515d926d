package rest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// Prepared is a request with all values put in.
type Prepared struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte

	spec   *Spec
	rounds []round  // of paging: what is asked one after the other
	varied []string // headers with placeholders, by canonical name

	withToken func(token string) (Prepared, error) // the same with the token of a sign-in; nil = it has no place for one
}

// filler resolves placeholders and keeps the first error.
type filler struct {
	scope placeholder.Scope
	token bool // a text has a place for the token of a sign-in
	err   error
}

func (f *filler) text(field, text string, pos placeholder.Position) string {
	if f.err != nil {
		return ""
	}
	tpl, err := placeholder.Parse(text)
	var out string
	if err == nil {
		f.token = f.token || len(tpl.Auths()) > 0
		out, err = tpl.Resolve(pos, f.scope)
	}
	if err != nil {
		f.err = atField(err, "request."+field)
	}
	return out
}

// Prepare puts values into a request. Rows with a signature of the request are filled last, and stand behind the others:
// what is signed is the request without them. The token of a sign-in has its place kept, and comes when there is one. Codes
// missing_variable, bad_variable_value, bad_placeholder, bad_url.
func (s *Spec) Prepare(scope placeholder.Scope) (Prepared, error) {
	fill := func(token string) (Prepared, bool, error) {
		scope.Auth = map[string]string{"token": token}
		f := &filler{scope: scope}
		p, err := s.fill(f)
		return p, f.token, err
	}
	p, takes, err := fill(tokenStandIn)
	if !takes {
		return p, err
	}
	p.withToken = func(token string) (Prepared, error) {
		out, _, err := fill(token)
		out.withToken = p.withToken
		return out, err
	}
	return p, err
}

// fill puts in what f has.
func (s *Spec) fill(f *filler) (Prepared, error) {
	p := Prepared{Method: s.Method, Header: http.Header{}, spec: s}
	if p.Method == "" {
		p.Method = http.MethodGet
	}
	address := f.text("url", s.URL, placeholder.URL)
	query := f.encoded("query", s.Query, false)
	var cookies []string
	heads := func(signed bool) {
		for _, r := range s.Headers {
			f.row(r, signed, func() {
				p.Header.Add(r.Name, f.text("headers", r.Value, placeholder.Header))
				if tpl, err := placeholder.Parse(r.Value); err == nil && !tpl.Literal() {
					p.varied = append(p.varied, http.CanonicalHeaderKey(r.Name))
				}
			})
		}
		for _, r := range s.Cookies {
			f.row(r, signed, func() { cookies = append(cookies, r.Name+"="+f.text("cookies", r.Value, placeholder.Cookie)) })
		}
	}
	heads(false)
	if s.Body != nil {
		p.Body = s.Body.fill(f, p.Header)
	}
	p.rounds = s.Paginate.rounds(f)
	if f.err != nil {
		return p, f.err
	}
	var err error
	if p.URL, err = withQuery(address, query); err != nil {
		return p, err
	}
	if f.scope.Request, err = p.parts(f.scope.Now); err != nil {
		return p, err
	}
	heads(true)
	if s.Body != nil && s.Body.Type == "form" {
		p.Body = []byte(joinRows(string(p.Body), f.encoded("body.rows", s.Body.Rows, true)))
	}
	if len(cookies) > 0 {
		p.Header.Add("Cookie", strings.Join(cookies, "; "))
	}
	more := f.encoded("query", s.Query, true)
	if f.err != nil || len(more) == 0 {
		return p, f.err
	}
	p.URL, err = withQuery(p.URL, more)
	return p, err
}

// parts are what a signature may be made of.
func (p *Prepared) parts(now time.Time) (map[string]string, error) {
	u, err := url.Parse(p.URL)
	if err != nil {
		return nil, fetch.BadURL().WithField("request.url")
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return map[string]string{
		"method": p.Method, "path": path, "query": u.RawQuery, "body": string(p.Body), "date": now.UTC().Format(http.TimeFormat),
	}, nil
}

// row calls fill for a row that is sent, if it has a signature of the request, or if it has none.
func (f *filler) row(r Row, signed bool, fill func()) {
	if r.Off {
		return
	}
	tpl, err := placeholder.Parse(r.Value)
	if err != nil {
		f.fail(err)
		return
	}
	if tpl.SignsRequest() == signed {
		fill()
	}
}

// encoded fills the rows of a query or a form that are sent: those with a signature of the request, or those without.
func (f *filler) encoded(field string, rows []Row, signed bool) []string {
	var out []string
	for _, r := range rows {
		f.row(r, signed, func() {
			out = append(out, url.QueryEscape(f.text(field, r.Name, placeholder.Value))+"="+url.QueryEscape(f.text(field, r.Value, placeholder.Value)))
		})
	}
	return out
}

// withQuery adds rows to the query that the address has already.
func withQuery(address string, rows []string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fetch.BadURL().WithField("request.url")
	}
	u.RawQuery = joinRows(u.RawQuery, rows)
	u.Fragment, u.RawFragment = "", ""
	return u.String(), nil
}

// joinRows adds rows to those that are there.
func joinRows(before string, rows []string) string {
	if before != "" {
		rows = slices.Insert(rows, 0, before)
	}
	return strings.Join(rows, "&")
}

// fill gives the bytes of a body and sets its media type where the author sets none.
func (b *Body) fill(f *filler, h http.Header) []byte {
	kind, out := "", ""
	switch b.Type {
	case "json":
		kind, out = "application/json", f.text("body.text", b.Text, placeholder.JSON)
	case "form":
		kind = "application/x-www-form-urlencoded"
		out = joinRows("", f.encoded("body.rows", b.Rows, false))
	case "multipart":
		kind, out = b.multipart(f)
	case "graphql":
		kind, out = "application/json", b.graphQL(f)
	default:
		if kind = b.ContentType; kind == "" {
			kind = "text/plain; charset=utf-8"
		}
		out = f.text("body.text", b.Text, positionOf(kind))
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", kind)
	}
	return []byte(out)
}

// multipart is a form whose fields are parts. The boundary is made of them, so that equal requests are equal, and no value
// can hold it.
func (b *Body) multipart(f *filler) (kind, out string) {
	var names, values []string
	sum := sha256.New()
	for _, r := range b.Rows {
		if !r.Off {
			name, value := f.text("body.rows", r.Name, placeholder.Value), f.text("body.rows", r.Value, placeholder.Value)
			names, values = append(names, name), append(values, value)
			fmt.Fprintf(sum, "%d:%s%d:%s", len(name), name, len(value), value)
		}
	}
	var sb strings.Builder
	w := multipart.NewWriter(&sb)
	err := w.SetBoundary(hex.EncodeToString(sum.Sum(nil)))
	for i := range names {
		if err == nil {
			err = w.WriteField(names[i], values[i])
		}
	}
	if err = errors.Join(err, w.Close()); err != nil { // never: it is written to memory
		f.fail(err)
	}
	return w.FormDataContentType(), sb.String()
}

func (b *Body) graphQL(f *filler) string {
	body := map[string]any{"query": f.text("body.text", b.Text, placeholder.JSON)}
	if strings.TrimSpace(b.Variables) != "" {
		variables := f.text("body.variables", b.Variables, placeholder.JSON)
		if !json.Valid([]byte(variables)) && f.err == nil {
			f.err = refuse("body.variables", "the variables are no JSON")
		}
		body["variables"] = json.RawMessage(variables)
	}
	if f.err != nil {
		return ""
	}
	out, err := json.Marshal(body)
	f.err = err
	return string(out)
}

// positionOf says how values are escaped in a body of a media type.
func positionOf(kind string) placeholder.Position {
	media, _, err := mime.ParseMediaType(kind)
	switch {
	case err != nil:
		return placeholder.Text
	case media == "application/json" || strings.HasSuffix(media, "+json"):
		return placeholder.JSON
	case media == "application/x-www-form-urlencoded":
		return placeholder.Form
	case media == "application/xml" || media == "text/xml" || strings.HasSuffix(media, "+xml"):
		return placeholder.XML
	}
	return placeholder.Text
}

// Hash names all that decides what the server is asked: equal hashes may share an answer.
func (p Prepared) Hash() [sha256.Size]byte {
	h := sha256.New()
	put := func(text string) {
		_ = binary.Write(h, binary.BigEndian, int64(len(text))) // a hash never fails
		h.Write([]byte(text))
	}
	put(p.Method)
	put(p.URL)
	names := make([]string, 0, len(p.Header))
	for name := range p.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		put(name)
		put(strings.Join(p.Header[name], "\x00"))
	}
	put(string(p.Body))
	for _, r := range p.rounds {
		put(r.as)
		for _, one := range r.params {
			put(one.name)
			put(one.value)
		}
	}
	rest, err := json.Marshal([]any{p.spec.Paginate, p.spec.AcceptStatus, p.spec.NoRedirects, p.spec.TLS, p.TakesToken()})
	if err != nil { // never: plain values
		rest = nil
	}
	put(string(rest))
	return [sha256.Size]byte(h.Sum(nil))
}

func (s *Spec) timeout() time.Duration { return time.Duration(s.TimeoutS) * time.Second }
