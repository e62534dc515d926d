// Package sqltest gives tests a database to read from: real servers, reached over TCP as
// a customer's would be.
package sqltest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"database/sql"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	_ "github.com/go-sql-driver/mysql" // the driver mysql
	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx

	"octavo/internal/connector/connectortest"
	"octavo/internal/testserver"
)

// Server is a database of one test, and somebody who may read it.
type Server struct {
	Engine   string
	Host     string
	Port     int
	Database string
	User     string
	Password string

	t     *testing.T
	admin *sql.DB
	grant string // lets the reader read all tables

	secure func(cert, key []byte) int
}

// Postgres makes a database with a reader who needs the password. Both go with the test.
func Postgres(t *testing.T) *Server {
	t.Helper()
	address, err := testserver.Postgres()
	if err != nil {
		t.Fatal(err)
	}
	name := "sql_" + strings.ToLower(rand.Text())
	s := &Server{Engine: "postgresql", Host: "127.0.0.1", Database: name, User: name, Password: "MARK" + rand.Text(), t: t}
	root := open(t, "pgx", testserver.Database(address, "postgres"))
	exec := func(text string) {
		t.Helper()
		if _, err := root.ExecContext(context.WithoutCancel(t.Context()), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	exec(`DO $$ BEGIN CREATE ROLE octavo_password; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
	exec(`CREATE DATABASE ` + name)
	exec(`CREATE ROLE ` + name + ` LOGIN PASSWORD '` + s.Password + `' IN ROLE octavo_password`)
	t.Cleanup(func() {
		exec(`DROP DATABASE ` + name + ` WITH (FORCE)`)
		exec(`DROP ROLE ` + name)
	})
	s.admin = open(t, "pgx", testserver.Database(address, name))
	s.grant = `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ` + name
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	network, at := "tcp", u.Host
	if folder := u.Query().Get("host"); folder != "" {
		network, at = "unix", folder+"/.s.PGSQL.5432"
	}
	s.Port = connectortest.Listen(t, join(network, at))
	s.secure = func(cert, key []byte) int { return connectortest.Listen(t, withTLS(t, cert, key, join(network, at))) }
	return s
}

// MariaDB makes a database of a MariaDB server with a reader who needs the password. It goes with the server, at the
// end of the process.
func MariaDB(t *testing.T) *Server {
	t.Helper()
	folder, err := testserver.MariaDB()
	if err != nil {
		t.Fatal(err)
	}
	socket := folder + "/socket"
	name := "sql_" + strings.ToLower(rand.Text())
	s := &Server{Engine: "mysql", Host: "127.0.0.1", Database: name, User: name, Password: "MARK" + rand.Text(), t: t}
	root := open(t, "mysql", "root@unix("+socket+")/mysql")
	for _, text := range []string{`CREATE DATABASE ` + name, `CREATE USER ` + name + ` IDENTIFIED BY '` + s.Password + `'`} {
		if _, err := root.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	s.admin = open(t, "mysql", "root@unix("+socket+")/"+name)
	s.grant = `GRANT SELECT ON ` + name + `.* TO ` + name
	s.Port = connectortest.Listen(t, join("unix", socket))
	s.secure = func(cert, key []byte) int {
		if err := testserver.Certify(folder, cert, key); err != nil {
			t.Fatal(err)
		}
		s.Exec("FLUSH SSL")
		return s.Port
	}
	return s
}

func open(t *testing.T, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Exec runs statements as the owner of the server; a reader may read all tables that are there after it.
func (s *Server) Exec(statements ...string) {
	s.t.Helper()
	for _, text := range append(statements, s.grant) {
		if _, err := s.admin.ExecContext(s.t.Context(), text); err != nil {
			s.t.Fatalf("%s: %v", text, err)
		}
	}
}

// One reads one value as the owner of the server.
func (s *Server) One(text string, args ...any) string {
	s.t.Helper()
	var out string
	if err := s.admin.QueryRowContext(s.t.Context(), text, args...).Scan(&out); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	return out
}

// Secure has the server show a certificate, in PEM, and gives the port on which it does.
func (s *Server) Secure(cert, key []byte) int {
	s.t.Helper()
	return s.secure(cert, key)
}

// Between opens a port that leads to the server; change sees the first bytes that the server says.
func (s *Server) Between(change func(first []byte)) int {
	s.t.Helper()
	return connectortest.Listen(s.t, func(from net.Conn) {
		to, err := net.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
		if err != nil {
			return
		}
		first := make([]byte, 4096)
		n, err := to.Read(first)
		if err == nil {
			change(first[:n])
			_, err = from.Write(first[:n])
		}
		if err != nil {
			_ = to.Close()
			return
		}
		both(from, to)
	})
}

// join leads to a server.
func join(network, address string) func(from net.Conn) {
	return func(from net.Conn) {
		to, err := net.Dial(network, address)
		if err != nil {
			return
		}
		both(from, to)
	}
}

// both copies in both directions until one side ends.
func both(from, to net.Conn) {
	var one sync.WaitGroup
	one.Go(func() { _, _ = io.Copy(to, from); _ = to.Close() })
	_, _ = io.Copy(from, to)
	_ = from.Close()
	one.Wait()
}

// withTLS speaks TLS as PostgreSQL does, which has none on its own socket: asked for it by eight bytes it says S. Who does
// not ask is led on without.
func withTLS(t *testing.T, cert, key []byte, on func(from net.Conn)) func(from net.Conn) {
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return func(from net.Conn) {
		asked := make([]byte, 8)
		if _, err := io.ReadFull(from, asked); err != nil || binary.BigEndian.Uint32(asked[4:]) != 80877103 {
			on(&begun{Conn: from, head: asked})
			return
		}
		if _, err := from.Write([]byte("S")); err != nil {
			return
		}
		on(tls.Server(from, &tls.Config{Certificates: []tls.Certificate{pair}}))
	}
}

// begun is a connection of which the head was read.
type begun struct {
	net.Conn
	head []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.head) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.head)
	b.head = b.head[n:]
	return n, nil
}
