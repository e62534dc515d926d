package sql

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"octavo/internal/errs"
	"octavo/internal/placeholder"
)

// Spec is a query as it is stored.
type Spec struct {
	Engine   string `json:"engine"`              // postgresql, mysql, sqlserver, clickhouse, trino
	SQL      string `json:"sql"`                 // one statement
	TimeoutS int    `json:"timeout_s,omitempty"` // of the statement, 1–600; 0 = 60
}

// Limits of a spec.
const (
	maxSQL         = 64 << 10 // bytes
	maxTimeout     = 600      // seconds
	defaultTimeout = 60
)

func refuse(field, sentence string) error {
	return errs.Newf(errs.Invalid, "bad_query", "This query cannot be sent: %s.", sentence).
		WithField("query." + field).WithParams(map[string]any{"reason": sentence})
}

// Check reads the placeholders and refuses what can never be sent. Codes bad_query,
// bad_placeholder, bad_variable_value; the field is named.
func (s *Spec) Check() error {
	e := engineOf(s.Engine)
	switch {
	case e == nil:
		return refuse("engine", "this kind of database is not known")
	case s.TimeoutS < 0 || s.TimeoutS > maxTimeout:
		return refuse("timeout_s", "it waits 1 to 600 seconds")
	case len(s.SQL) > maxSQL:
		return refuse("sql", "the text is too long")
	}
	tpl, err := placeholder.Parse(s.SQL)
	if err == nil {
		err = tpl.CheckBound()
	}
	if err == nil && len(tpl.Auths()) > 0 {
		return refuse("sql", "a database has no {auth.…}: its connected account signs in by itself")
	}
	if err == nil && tpl.SignsRequest() {
		return refuse("sql", "a query is no request that could be signed")
	}
	var known *errs.Error
	if errors.As(err, &known) {
		return known.WithField("query.sql")
	}
	if err != nil {
		return err
	}
	return e.checkStatement(tpl.Outline(hole))
}

// Names lists the variables of the query, each once, in order. A source with such names has
// an instance for each set of values.
func (s *Spec) Names() []string { return s.template().Names() }

// Secrets lists the variables that only a secret property may give.
func (s *Spec) Secrets() []string { return s.template().Secrets() }

// Lasts lists the columns of the data of before that the query asks for; "" is the moment at which they came.
func (s *Spec) Lasts() []string { return s.template().Lasts() }

// template is the query as it was read; Check has refused one that cannot be read.
func (s *Spec) template() placeholder.Template {
	tpl, err := placeholder.Parse(s.SQL)
	if err != nil {
		return placeholder.Template{}
	}
	return tpl
}

// Host is what is said of the place to people: the kind of database. Where it is, the
// connected account knows.
func (s *Spec) Host() string {
	if e := engineOf(s.Engine); e != nil {
		return e.title
	}
	return s.Engine
}

// Prepared is a query with its values beside it.
type Prepared struct {
	engine  *engine
	text    string
	values  []string
	names   []placeholder.Name // of columns, that stand in the text
	tables  []string           // lower-case words of the text, among which are its tables; where there are names
	timeout time.Duration
}

// Prepare takes the values out of a query. Codes bad_query, missing_variable, bad_variable_value, bad_placeholder.
func (s *Spec) Prepare(scope placeholder.Scope) (Prepared, error) {
	p := Prepared{engine: engineOf(s.Engine), timeout: time.Duration(s.TimeoutS) * time.Second}
	if p.engine == nil {
		return p, refuse("engine", "this kind of database is not known")
	}
	if p.timeout == 0 {
		p.timeout = defaultTimeout * time.Second
	}
	tpl, err := placeholder.Parse(s.SQL)
	if err == nil {
		var bound placeholder.Bound
		bound, err = tpl.Bind(placeholder.Writer{Mark: p.engine.mark, Quote: p.engine.quote}, scope)
		p.text, p.values, p.names = bound.Text, bound.Values, bound.Names
		if len(p.names) > 0 {
			p.tables = p.engine.wordsOf(tpl.Outline(hole))
		}
	}
	var known *errs.Error
	if errors.As(err, &known) {
		err = known.WithField("query.sql")
	}
	p.text = strings.TrimRight(strings.TrimSpace(p.text), "; \t\r\n")
	return p, err
}

// Hash names all that decides what the server is asked: equal hashes may share an answer.
func (p Prepared) Hash() [sha256.Size]byte {
	h := sha256.New()
	for _, text := range append([]string{p.engine.name, p.text}, p.values...) {
		_ = binary.Write(h, binary.BigEndian, int64(len(text))) // a hash never fails
		h.Write([]byte(text))
	}
	return [sha256.Size]byte(h.Sum(nil))
}
