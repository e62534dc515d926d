package rest

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// Spec is a request as it is stored.
type Spec struct {
	Method        string    `json:"method,omitempty"` // GET, POST; "" = GET
	URL           string    `json:"url"`
	Query         []Row     `json:"query,omitempty"`
	Headers       []Row     `json:"headers,omitempty"`
	Cookies       []Row     `json:"cookies,omitempty"`
	Body          *Body     `json:"body,omitempty"`
	Paginate      *Paginate `json:"paginate,omitempty"`
	TimeoutS      int       `json:"timeout_s,omitempty"`     // of one request, 1–300; 0 = 30
	AcceptStatus  []int     `json:"accept_status,omitempty"` // beside 200–299
	NoRedirects   bool      `json:"no_redirects,omitempty"`
	Unconditional bool      `json:"unconditional,omitempty"` // never ask "only if it has changed"
	TLS           *TLS      `json:"tls,omitempty"`           // nil = whom the system trusts, for the host of the address
}

// TLS says how a service is known; nothing of it is secret.
type TLS struct {
	CA         string `json:"ca,omitempty"`          // PEM of who may sign its certificate, beside whom the system trusts
	ServerName string `json:"server_name,omitempty"` // that its certificate is for; "" = the host
}

// Row is a name with a value: of the query, a header or a cookie. A name may repeat.
type Row struct {
	ID    string `json:"id"` // unique in the body
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Off   bool   `json:"off,omitempty"` // kept, not sent
}

// Body is what is sent with POST.
type Body struct {
	Type        string `json:"type"`                   // json, form, multipart, raw, graphql
	Text        string `json:"text,omitempty"`         // of json and raw; the query of graphql
	Variables   string `json:"variables,omitempty"`    // of graphql: a JSON object
	ContentType string `json:"content_type,omitempty"` // of raw; "" = text/plain
	Rows        []Row  `json:"rows,omitempty"`         // of form and multipart
}

// Limits of a spec.
const (
	maxRows    = 100
	maxText    = 64 << 10 // bytes of a body
	maxValue   = 8 << 10  // bytes of any other text
	maxTimeout = 300
)

var bodies = []string{"json", "form", "multipart", "raw", "graphql"}

var tokenForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}$")

func refuse(field, sentence string) error {
	return errs.Newf(errs.Invalid, "bad_request_spec", "This request cannot be sent: %s.", sentence).
		WithField("request." + field).WithParams(map[string]any{"reason": sentence})
}

// atField names the field that an error is about.
func atField(err error, field string) error {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.WithField(field)
	}
	return err
}

// Check reads all placeholders and refuses what can never be sent. Codes
// bad_request_spec, bad_placeholder, secret_in_request; the field is named.
func (s *Spec) Check() error {
	if err := s.checkShape(); err != nil {
		return err
	}
	for _, t := range s.texts() {
		if len(t.text) > t.most {
			return refuse(t.field, "a text is too long")
		}
		tpl, err := placeholder.Parse(t.text)
		if err != nil {
			return atField(err, "request."+t.field)
		}
		if err := cmp.Or(checkAuths(t, tpl), s.checkSignature(t, tpl)); err != nil {
			return err
		}
		if t.json && strings.TrimSpace(t.text) != "" && !tpl.ValidJSON() {
			return refuse(t.field, "it is no JSON")
		}
	}
	if err := s.checkAddress(); err != nil {
		return err
	}
	if err := s.checkHeaders(); err != nil {
		return err
	}
	return s.Paginate.check(s)
}

// check refuses what can make no connection safe.
func (t *TLS) check() error {
	switch {
	case t == nil:
		return nil
	case len(t.CA) > maxText || strings.Contains(t.CA, "PRIVATE KEY"):
		return refuse("tls.ca", "a certificate is no key, and not that long")
	case !fetch.TLS(*t).Valid():
		return refuse("tls.ca", "the certificates are PEM, and the name is that of a host")
	}
	return nil
}

func (s *Spec) checkShape() error {
	switch {
	case !slices.Contains([]string{"", http.MethodGet, http.MethodPost}, s.Method):
		return refuse("method", "the method is GET or POST")
	case s.Body != nil && s.Method != http.MethodPost:
		return refuse("body", "a body is sent with POST")
	case len(s.Query) > maxRows || len(s.Headers) > maxRows || len(s.Cookies) > maxRows || s.Body != nil && len(s.Body.Rows) > maxRows:
		return refuse("query", "there are more than 100 rows")
	case s.TimeoutS < 0 || s.TimeoutS > maxTimeout:
		return refuse("timeout_s", "it waits 1 to 300 seconds")
	case slices.ContainsFunc(s.AcceptStatus, func(n int) bool { return n < 200 || n > 599 || n == 401 || n == 429 }) || len(s.AcceptStatus) > 20:
		return refuse("accept_status", "a status is 200 to 599, without 401 and 429")
	case s.Body != nil && !slices.Contains(bodies, s.Body.Type):
		return refuse("body.type", "a body is json, form, multipart, raw or graphql")
	}
	return s.TLS.check()
}

// checkSignature says where a signature of the request may stand: in a row, for it signs what stands beside the rows
// that have one, and where nothing of the request changes afterwards.
func (s *Spec) checkSignature(t text, tpl placeholder.Template) error {
	switch {
	case !tpl.SignsRequest():
		return nil
	case !t.row:
		return refuse(t.field, "a signature of the request stands in a parameter, a header, a cookie or a field of a form")
	case s.Paginate != nil:
		return refuse("paginate", "a signed request has no pages, for its signature is that of one request")
	}
	return nil
}

// text is one text of a spec with placeholders.
type text struct {
	field, text string
	most        int  // bytes
	json        bool // it is JSON, or empty
	row         bool // it is the value of a row
	off         bool // it is kept, not sent
}

func (s *Spec) texts() []text {
	out := []text{{field: "url", text: s.URL, most: maxValue}}
	rows := func(field string, rows []Row) {
		for _, r := range rows {
			out = append(out, text{field: field, text: r.Name, most: maxValue, off: r.Off}, text{field: field, text: r.Value, most: maxValue, off: r.Off, row: field != "body.rows" || s.Body.Type == "form"})
		}
	}
	rows("query", s.Query)
	rows("headers", s.Headers)
	rows("cookies", s.Cookies)
	if b := s.Body; b != nil {
		out = append(out, text{field: "body.text", text: b.Text, most: maxText, json: b.Type == "json"},
			text{field: "body.variables", text: b.Variables, most: maxText, json: b.Type == "graphql"}, text{field: "body.content_type", text: b.ContentType, most: 200})
		rows("body.rows", b.Rows)
	}
	return append(out, s.Paginate.texts()...)
}

// Names lists the variables of all texts, each once, in order. A source with such names
// has an instance for each set of values.
func (s *Spec) Names() []string { return s.all(placeholder.Template.Names) }

// Secrets lists the variables that only a secret property may give.
func (s *Spec) Secrets() []string { return s.all(placeholder.Template.Secrets) }

// Lasts lists the columns of the data of before that the request asks for; "" is the moment at which they came.
func (s *Spec) Lasts() []string { return s.all(placeholder.Template.Lasts) }

// all lists what the texts name, each once, in order.
func (s *Spec) all(of func(placeholder.Template) []string) []string {
	var out []string
	for _, t := range s.texts() {
		tpl, err := placeholder.Parse(t.text)
		if err != nil {
			continue // Check has refused it
		}
		for _, name := range of(tpl) {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// checkAddress wants a whole address, apart from what placeholders bring.
func (s *Spec) checkAddress() error {
	tpl, err := placeholder.Parse(s.URL)
	if err != nil {
		return err
	}
	if !tpl.Literal() {
		if !strings.HasPrefix(s.URL, "http://") && !strings.HasPrefix(s.URL, "https://") {
			return refuse("url", "an address begins with https:// or http://")
		}
		if tpl.SecretHost() {
			return refuse("url", "a secret names no server")
		}
		return nil
	}
	if _, err := fetch.Origin(s.URL); err != nil {
		return atField(err, "request.url")
	}
	return nil
}

// checkHeaders refuses headers that cannot be sent, and a password that anybody who
// may see the request could read.
func (s *Spec) checkHeaders() error {
	for _, r := range s.Headers {
		if !tokenForm.MatchString(r.Name) {
			return refuse("headers", "a header has a name of letters, digits and hyphens")
		}
		tpl, err := placeholder.Parse(r.Value)
		if err != nil {
			return err
		}
		if strings.EqualFold(r.Name, "Authorization") && tpl.Literal() {
			return errs.New(errs.Invalid, "secret_in_request",
				"A sign-in would be readable for all who see this request. Put it into a secret company property and write {secret.NAME} here.").
				WithField("request.headers")
		}
		if tpl.Literal() {
			if err := fetch.CheckHeader(http.Header{r.Name: {r.Value}}); err != nil {
				return atField(err, "request.headers")
			}
		}
	}
	for _, r := range s.Cookies {
		if !tokenForm.MatchString(r.Name) {
			return refuse("cookies", "a cookie has a name of letters, digits and hyphens")
		}
	}
	return nil
}

// Host is the host of the address as it is written, for people; with a placeholder in
// it, as the placeholder stands.
func (s *Spec) Host() string {
	_, rest, _ := strings.Cut(s.URL, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	if u, err := url.Parse("https://" + host); err == nil && u.Host != "" {
		return u.Host
	}
	return host
}
