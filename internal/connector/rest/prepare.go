package rest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"mime"
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
	rounds []round // of paging: what is asked one after the other
}

// filler resolves placeholders and keeps the first error.
type filler struct {
	scope placeholder.Scope
	err   error
}

func (f *filler) text(field, text string, pos placeholder.Position) string {
	if f.err != nil {
		return ""
	}
	tpl, err := placeholder.Parse(text)
	var out string
	if err == nil {
		out, err = tpl.Resolve(pos, f.scope)
	}
	if err != nil {
		f.err = atField(err, "request."+field)
	}
	return out
}

// Prepare puts values into a request. Codes missing_variable, bad_variable_value,
// bad_placeholder, bad_url.
func (s *Spec) Prepare(scope placeholder.Scope) (Prepared, error) {
	f := &filler{scope: scope}
	p := Prepared{Method: s.Method, Header: http.Header{}, spec: s}
	if p.Method == "" {
		p.Method = http.MethodGet
	}
	address := f.text("url", s.URL, placeholder.URL)
	var query []string
	for _, r := range s.Query {
		if !r.Off {
			query = append(query, url.QueryEscape(f.text("query", r.Name, placeholder.Value))+"="+url.QueryEscape(f.text("query", r.Value, placeholder.Value)))
		}
	}
	for _, r := range s.Headers {
		if !r.Off {
			p.Header.Add(r.Name, f.text("headers", r.Value, placeholder.Header))
		}
	}
	var cookies []string
	for _, r := range s.Cookies {
		if !r.Off {
			cookies = append(cookies, r.Name+"="+f.text("cookies", r.Value, placeholder.Cookie))
		}
	}
	if len(cookies) > 0 {
		p.Header.Add("Cookie", strings.Join(cookies, "; "))
	}
	if s.Body != nil {
		p.Body = s.Body.fill(f, p.Header)
	}
	p.rounds = s.Paginate.rounds(f)
	if f.err != nil {
		return p, f.err
	}
	var err error
	p.URL, err = withQuery(address, query)
	return p, err
}

// withQuery adds rows to the query that the address has already.
func withQuery(address string, rows []string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fetch.BadURL().WithField("request.url")
	}
	if len(rows) > 0 {
		if u.RawQuery != "" {
			rows = slices.Insert(rows, 0, u.RawQuery)
		}
		u.RawQuery = strings.Join(rows, "&")
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), nil
}

// fill gives the bytes of a body and sets its media type where the author sets none.
func (b *Body) fill(f *filler, h http.Header) []byte {
	kind, out := "", ""
	switch b.Type {
	case "json":
		kind, out = "application/json", f.text("body.text", b.Text, placeholder.JSON)
	case "form":
		kind = "application/x-www-form-urlencoded"
		var rows []string
		for _, r := range b.Rows {
			if !r.Off {
				rows = append(rows, url.QueryEscape(f.text("body.rows", r.Name, placeholder.Value))+"="+url.QueryEscape(f.text("body.rows", r.Value, placeholder.Value)))
			}
		}
		out = strings.Join(rows, "&")
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
	rest, err := json.Marshal([]any{p.spec.Paginate, p.spec.AcceptStatus, p.spec.NoRedirects})
	if err != nil { // never: plain values
		rest = nil
	}
	put(string(rest))
	return [sha256.Size]byte(h.Sum(nil))
}

func (s *Spec) timeout() time.Duration { return time.Duration(s.TimeoutS) * time.Second }
