package sql_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/sql"
	"octavo/internal/connector/sql/sqltest"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/testserver"
)

const (
	signedByNobody = "the certificate is signed by nobody we know"
	forAnother     = "the certificate is for another name"
	outOfDate      = "the certificate is out of date"
	noTLS          = "the server does not speak TLS"
)

func TestTLSOfPostgreSQL(t *testing.T) {
	t.Parallel()
	r := newReader(t, sqltest.Postgres(t))
	r.certificates(t, sql.TLSModes, r.Secure)
	r.downgrade(t, r.Port) // the server itself says that it has none
}

func TestTLSOfMariaDB(t *testing.T) { // not beside others: they would see its certificates
	r := newReader(t, sqltest.MariaDB(t))
	r.certificates(t, sql.TLSModes, r.Secure)
	r.downgrade(t, r.Between(func(greeting []byte) {
		// Header of four bytes, version, name of the server, connection and eight bytes of salt with a zero: then what it is able to.
		at := 5 + strings.IndexByte(string(greeting[5:]), 0) + 1 + 4 + 9
		greeting[at+1] &^= 0x08
	}))
}

// certificates asks by each mode a server with each kind of certificate.
func (r *reader) certificates(t *testing.T, modes []string, secure func(cert, key []byte) (port int)) {
	t.Helper()
	ca, other := newCA(t), newCA(t)
	year := time.Now().AddDate(1, 0, 0)
	for _, c := range []struct {
		name, host string
		by         *testserver.CA
		until      time.Time
		ca, full   string // what verify-ca and verify-full say; "" = the rows
	}{
		{"good", r.Host, ca, year, "", ""},
		{"for another name", "other.test", ca, year, "", forAnother},
		{"of another CA", r.Host, other, year, signedByNobody, signedByNobody},
		{"expired", r.Host, ca, time.Now().Add(-time.Hour), outOfDate, outOfDate},
	} {
		cert, key, err := c.by.Sign(c.host, c.until)
		if err != nil {
			t.Fatal(err)
		}
		port := secure(cert, key)
		for _, mode := range modes {
			want := map[string]string{sql.TLSCA: c.ca, sql.TLSFull: c.full}[mode]
			if got := r.reason(port, mode, string(ca.PEM)); got != want {
				t.Errorf("%s, %s: %q, want %q", c.name, mode, got, want)
			}
		}
		if got := r.reason(port, sql.TLSFull, ""); got == "" || c.name == "good" && got != signedByNobody {
			t.Errorf("%s, with the authorities of the system: %q", c.name, got)
		}
	}
}

// downgrade asks a server that says it has no TLS: the password stays here.
func (r *reader) downgrade(t *testing.T, port int) {
	t.Helper()
	for _, mode := range []string{sql.TLSRequire, sql.TLSCA, sql.TLSFull} {
		if got := r.reason(port, mode, ""); got != noTLS {
			t.Errorf("without TLS, %s: %q", mode, got)
		}
	}
}

// reason asks for one row and gives why there is none.
func (r *reader) reason(port int, mode, ca string) string {
	own := *r
	own.login.Port, own.login.TLS, own.login.CA = port, mode, ca
	own.pools = sql.NewPools(fetch.New(fetch.Options{Hosts: []string{own.Host + ":" + strconv.Itoa(port)}}))
	defer func() { _ = own.pools.Close() }()
	text, secured := `SELECT 1 AS n`, "\"n\"\n1\n"
	if r.Engine == "mysql" { // the server itself says whether the connection is safe
		text, secured = `SHOW STATUS LIKE 'Ssl_version'`, `"TLSv1`
	}
	got, err := own.read(text, nil)
	var e *errs.Error
	switch {
	case errors.As(err, &e) && e.Code == "tls" && !strings.Contains(fmt.Sprintf("%+v", err), "MARK"):
		return e.Params["reason"].(string)
	case err != nil || strings.Contains(got, secured) != (mode != sql.TLSOff || r.Engine != "mysql"):
		return fmt.Sprintf("%v, %q", err, got)
	}
	return ""
}

func newCA(t *testing.T) *testserver.CA {
	t.Helper()
	ca, err := testserver.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}
