package sql_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"testing"
	"time"

	"octavo/internal/connector/connectortest"
	"octavo/internal/connector/sql"
	"octavo/internal/connector/sql/sqltest"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// kind is what the tests ask of one kind of database: a new engine is a new entry of kinds.
type kind struct {
	start         func(t *testing.T) *sqltest.Server
	sleep         func(word string) string // a query that takes half a minute and says a word
	nap           string                   // one that takes a moment and gives 0 as n, unless it is ended
	many          string                   // one of very many rows, which come at once as g
	active        string                   // counts the queries of sleep that run; its value is a pattern of their word
	cut           func(user string) string // a statement that ends all connections of the reader
	unknownColumn string                   // state of the error
}

// kinds by the name of their engine.
var kinds = map[string]kind{
	"postgresql": {
		start: sqltest.Postgres,
		sleep: func(word string) string { return `SELECT pg_sleep(30), '` + word + `'` },
		nap:   `SELECT 0 AS n FROM pg_sleep(0.03)`,
		many:  `SELECT generate_series(1, 100000000) AS g`,
		active: `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()
			AND query LIKE 'SELECT pg_sleep(30)%' AND query LIKE $1`,
		cut: func(user string) string {
			return `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '` + user + `'`
		},
		unknownColumn: "42703",
	},
	"mysql": {
		start: sqltest.MariaDB,
		// Of two rows: SLEEP that is ended has a value, and only what comes after it fails.
		sleep: func(word string) string {
			return `SELECT SLEEP(30), '` + word + `' FROM (SELECT 1 UNION SELECT 2) AS twice`
		},
		nap:  `SELECT SLEEP(0.03) AS n`,
		many: `SELECT seq AS g FROM seq_1_to_100000000`,
		active: `SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND command IN ('Query', 'Execute')
			AND info LIKE 'SELECT SLEEP(30)%' AND info LIKE ?`,
		cut:           func(user string) string { return `KILL CONNECTION USER ` + user },
		unknownColumn: "1054",
	},
}

func (r *reader) kind() kind { return kinds[r.Engine] }

// active counts the queries of sleep that run on the server and say a word.
func (r *reader) active(word string) string { return r.One(r.kind().active, "%"+word+"%") }

// TestConformance asks what every connector is asked, of each kind of database.
func TestConformance(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, k.start(t))
			r.Exec(`CREATE TABLE orders (company varchar(20), id integer)`, `INSERT INTO orders VALUES ('7', 1), ('7', 2), ('7', 3), ('8', 1), ('8', 2)`)
			connectortest.Run(t, &database{r})
		})
	}
}

// database is a reader that is asked what every connector is asked.
type database struct{ *reader }

// Read implements connectortest.Service.
func (d *database) Read(ctx context.Context, a connectortest.Ask, w io.Writer) error {
	k := d.kind()
	spec := sql.Spec{Engine: d.Engine, TimeoutS: a.Wait, SQL: map[connectortest.Question]string{
		connectortest.Some: `SELECT id FROM orders WHERE company = {props.company}`,
		connectortest.None: `SELECT id FROM orders WHERE company = {props.company} AND id < 0`,
		connectortest.Many: k.many,
		connectortest.Slow: k.sleep("the suite"),
	}[a.What]}
	if err := spec.Check(); err != nil {
		return err
	}
	scope := placeholder.Scope{Values: map[string]string{}, Zone: time.UTC, Now: time.Unix(0, 0)}
	if a.Value != "" {
		scope.Values["company"] = a.Value
	}
	p, err := spec.Prepare(scope)
	if err != nil {
		return err
	}
	pools, login := d.pools, d.login
	if a.Port != 0 || a.Guard || a.Wrong {
		if a.Port != 0 {
			login.Port = a.Port
		}
		if a.Wrong {
			login.Password = connectortest.Mark + "other"
		}
		options := fetch.Options{Hosts: []string{login.Host + ":" + strconv.Itoa(login.Port)}}
		if a.Guard {
			options.Hosts = nil
		}
		pools = sql.NewPools(fetch.New(options))
		defer func() { _ = pools.Close() }()
	}
	o := sql.Options{}
	if a.Least {
		o.MaxRows = 5
	}
	_, err = p.Fetch(ctx, pools, login, o, w)
	return err
}

// Rows implements connectortest.Service.
func (d *database) Rows(answer []byte) (int, error) {
	lines, err := csv.NewReader(bytes.NewReader(answer)).ReadAll()
	return len(lines) - 1, err
}

// Waiting implements connectortest.Service.
func (d *database) Waiting() int {
	n, err := strconv.Atoi(d.active("the suite"))
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// Disturb implements connectortest.Service: the server ends what the reader has open.
func (d *database) Disturb() { d.Exec(d.kind().cut(d.User)) }
