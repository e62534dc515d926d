package datasource

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"strings"

	"octavo/internal/connector/rest"
	"octavo/internal/connector/sql"
	"octavo/internal/credential"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/format"
	"octavo/internal/placeholder"
)

// asks is what a source asks of the world outside, as its author wrote it.
type asks interface {
	Check() error
	Names() []string   // of variables, each once
	Secrets() []string // of variables that only a secret property may give
	Lasts() []string   // columns of the data of before; "" = the moment at which they came
	Host() string      // what is said of the place to all who may see the source

	connector() string
	fits(c *credential.Credential) error // whether it can be asked with it; nil = with none. Code bad_query, bad_connection
	fill(scope placeholder.Scope) (filled, error)
	bare() any // as it is stored
}

// filled is what is asked with all values put in.
type filled interface {
	Hash() [sha256.Size]byte                                           // equal ones bring the same
	address() string                                                   // of which a credential is asked whether it is for it
	place(s *Service, with *credential.Secret) (name string, most int) // where it is asked, and how many may ask there at a time; "" = nowhere
	fetch(ctx context.Context, s *Service, o rest.Options, with *credential.Secret, w io.Writer) (*rest.Result, error)
	fileName(kind string) string
	show(t *Tried)
}

// asks is what a stored source asks; nil for those that are made of files.
func (b body) asks() asks { return asksOf(b.Request, b.Query) }

// variables are the names by whose values a source has its data; none = everybody sees the same.
func (b body) variables() []string {
	switch what := b.asks(); {
	case what != nil:
		return what.Names()
	case b.Table != nil:
		return b.Table.Variables
	}
	return nil
}

// varies says whether programs push the data of a source for each set of values.
func (b body) varies() bool { return b.asks() == nil && len(b.variables()) > 0 }

// asksOf takes the one that is there.
func asksOf(request *rest.Spec, query *sql.Spec) asks {
	switch {
	case query != nil:
		return sqlAsks{query}
	case request != nil:
		return webAsks{request}
	}
	return nil
}

// webAsks asks a web address.
type webAsks struct{ *rest.Spec }

func (webAsks) connector() string { return connectorREST }
func (a webAsks) bare() any       { return a.Spec }

func (a webAsks) fits(c *credential.Credential) error {
	switch {
	case c != nil && c.Kind == credential.Database:
		return badConnection("This connected account is of a database. Choose one for web addresses.")
	case a.TakesToken() && (c == nil || c.Kind != credential.TwoStep):
		return badConnection("The request has {auth.token}. Choose a connected account that signs in first.")
	}
	return nil
}

func (a webAsks) fill(scope placeholder.Scope) (filled, error) {
	p, err := a.Prepare(scope)
	return webFilled{p}, err
}

type webFilled struct{ rest.Prepared }

func (f webFilled) address() string             { return f.URL }
func (f webFilled) fileName(kind string) string { return nameOf(f.URL, kind) }
func (f webFilled) show(t *Tried)               { t.Method, t.URL, t.Header = f.Method, f.URL, f.Header }

func (f webFilled) place(s *Service, _ *credential.Secret) (string, int) {
	origin, err := fetch.Origin(f.URL)
	if err != nil { // the request says so
		return "", 0
	}
	return origin, s.cfg.PerHost
}

func (f webFilled) fetch(ctx context.Context, s *Service, o rest.Options, with *credential.Secret, w io.Writer) (*rest.Result, error) {
	if with != nil {
		o.Authorize, o.Answer = with.Apply, with.Answer
	}
	if session := with.Session(s.cfg.Client, f.URL, f.TLS()); session != nil {
		defer session.End(ctx)
		o.SignIn, o.Authorize = session.Token, session.Apply
		if f.TakesToken() {
			o.Authorize = session.Allows
		}
	}
	way, err := with.Connection(s.cfg.Client, f.URL, f.TLS())
	if err != nil {
		return &rest.Result{}, err
	}
	if way == nil {
		return f.Fetch(ctx, s.cfg.Client, o, w)
	}
	defer way.Close()
	return f.Fetch(ctx, way, o, w)
}

// sqlAsks asks a database.
type sqlAsks struct{ *sql.Spec }

func (sqlAsks) connector() string { return connectorSQL }
func (a sqlAsks) bare() any       { return a.Spec }

func (a sqlAsks) fits(c *credential.Credential) error {
	if c == nil || c.Kind != credential.Database || c.Engine != a.Engine {
		return badConnection("Choose a connected account of this kind of database.")
	}
	return nil
}

func badConnection(sentence string) error {
	return errs.New(errs.Invalid, "bad_connection", sentence).WithField("credential_id")
}

func (a sqlAsks) fill(scope placeholder.Scope) (filled, error) {
	if err := a.Check(); err != nil { // a body that came in another way than by people is no exception
		return nil, err
	}
	p, err := a.Prepare(scope)
	return sqlFilled{p, a.Spec}, err
}

type sqlFilled struct {
	sql.Prepared
	spec *sql.Spec
}

func (f sqlFilled) address() string      { return credential.DatabaseAddress(f.spec.Engine) }
func (sqlFilled) fileName(string) string { return "data.csv" }
func (f sqlFilled) show(t *Tried)        { t.Method, t.URL = "SQL", f.spec.Host() }

// sqlRead is how the rows of a query are read: as package sql has written them.
func sqlRead() (kind string, o format.Options) {
	first, none := 1, ""
	return format.CSV, format.Options{Delimiter: ",", Encoding: "utf-8", HeaderRow: &first, Decimal: ".", Thousands: &none}
}

// firstRows says of a trial that it is one.
const firstRows = "Only the first 1,000 rows were read. A refresh reads all."

// pagesRepeat says of an answer that it ended because the service led back to where it began.
const pagesRepeat = "The pages began to repeat, and the reading ended there. Look at how pages are told apart."

// trialRows is how many rows of a query are read for a trial.
const trialRows = 1000

func (f sqlFilled) place(_ *Service, with *credential.Secret) (string, int) {
	if with == nil {
		return "", 0
	}
	return loginOf(with).Server(), sql.PerServer
}

func (f sqlFilled) fetch(ctx context.Context, s *Service, o rest.Options, with *credential.Secret, w io.Writer) (*rest.Result, error) {
	out := &rest.Result{Attempts: 1}
	if with == nil {
		return out, errs.New(errs.Conflict, "credential_missing", "What this data source is read with is gone. Choose another connected account.")
	}
	options := sql.Options{MaxRows: s.cfg.Limits.Rows, Progress: o.Progress}
	switch {
	case o.OnePage:
		options.First = trialRows
	case o.Truncate:
		options.First = options.MaxRows
	}
	counted := &counter{w: w}
	got, err := f.Fetch(ctx, s.pools, loginOf(with), options, counted)
	out.Bytes, out.Pages, out.Cut = counted.n, 1, got.Cut
	return out, err
}

// loginOf is what a database is asked with.
func loginOf(with *credential.Secret) sql.Login {
	at := with.Login()
	return sql.Login{Key: with.Key(), Host: at.Host, Port: at.Port, Database: at.Database, User: at.User, Password: at.Password, TLS: at.TLS, CA: at.CA,
		Tunnel: sql.Tunnel{Host: at.Tunnel.Host, Port: at.Tunnel.Port, User: at.Tunnel.User, Secret: at.TunnelSecret, HostKey: at.Tunnel.HostKey}}
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// maxReason is how much is shown of what a database says, in characters.
const maxReason = 500

func shortened(text string) string {
	if words := []rune(text); len(words) > maxReason {
		return string(words[:maxReason]) + "…"
	}
	return text
}

// hidden is an error whose words have no secret and are not too many: a database may say again what it was asked.
func hidden(err error, hide func(string) string) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	reason, quotes := e.Params["reason"].(string)
	short := shortened(hide(reason))
	if !quotes || short == reason {
		return err
	}
	params := map[string]any{}
	for name, v := range e.Params {
		params[name] = v
	}
	params["reason"] = short
	return &errs.Error{Kind: e.Kind, Code: e.Code, Field: e.Field, Params: params, Message: strings.ReplaceAll(e.Message, reason, short)}
}
