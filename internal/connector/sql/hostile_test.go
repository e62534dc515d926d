package sql_test

import (
	"bytes"
	"fmt"
	"maps"
	"net"
	"testing"

	"octavo/internal/connector/connectortest"
	"octavo/internal/connector/sql"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// engines are all of them.
var engines = []string{"postgresql", "mysql", "sqlserver", "clickhouse", "trino"}

// TestServersThatAreNone asks what answers with silence, slowly, or with what is no answer; TestConformance does it
// with those engines that have a real server here.
func TestServersThatAreNone(t *testing.T) {
	t.Parallel()
	answers := maps.Clone(connectortest.Strangers)
	answers["hostile by HTTP"] = func(c net.Conn) {
		_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
		connectortest.Again(`{"data":[[`)(c)
	}
	// An answer of SQL Server that says nothing of encryption where it should: the driver does not expect that.
	answers["hostile by TDS"] = connectortest.Again("\x04\x01\x00\x13\x00\x00\x01\x00\x01\x00\x0b\x00\x00\xff\x00\x00\x00\x00\x00")
	for name, answer := range answers {
		for _, engine := range engines[2:] {
			t.Run(name+" "+engine, func(t *testing.T) {
				t.Parallel()
				connectortest.AskStranger(t, answer, func(port int) error { return askAt(t, engine, port) })
			})
		}
	}
}

func askAt(t *testing.T, engine string, port int) error {
	pools := sql.NewPools(fetch.New(fetch.Options{Hosts: []string{fmt.Sprintf("127.0.0.1:%d", port)}}))
	t.Cleanup(func() { _ = pools.Close() })
	p, err := (&sql.Spec{Engine: engine, SQL: "SELECT 1", TimeoutS: 1}).Prepare(placeholder.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	login := sql.Login{Key: "k", Host: "127.0.0.1", Port: port, Database: "d", User: "u", Password: "MARKpassword", TLS: sql.TLSOff}
	_, err = p.Fetch(t.Context(), pools, login, sql.Options{}, &bytes.Buffer{})
	return err
}

// TestOnlyToItsOwnServer looks at where a login may be sent: each engine asks the guard, and the guard says no.
func TestOnlyToItsOwnServer(t *testing.T) {
	t.Parallel()
	pools := sql.NewPools(fetch.New(fetch.Options{}))
	t.Cleanup(func() { _ = pools.Close() })
	for _, engine := range engines {
		p, err := (&sql.Spec{Engine: engine, SQL: "SELECT 1"}).Prepare(placeholder.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		for host, code := range map[string]string{"127.0.0.1": "private_address", "169.254.169.254": "private_address", "localhost": "private_address", "10.0.0.1": "private_address"} {
			login := sql.Login{Key: engine + host, Host: host, Port: 5000, Database: "d", User: "u", Password: "MARKpassword", TLS: sql.TLSFull}
			if _, err := p.Fetch(t.Context(), pools, login, sql.Options{}, &bytes.Buffer{}); !errs.Is(err, code) {
				t.Errorf("%s at %s: %v", engine, host, err)
			}
		}
		if port, known := sql.Port(engine, sql.TLSFull); !known || port == 0 {
			t.Errorf("%s has no usual port", engine)
		}
	}
}
