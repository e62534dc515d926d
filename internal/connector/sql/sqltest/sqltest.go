// Package sqltest gives tests a database to read from: real servers, reached over TCP as
// a customer's would be.
package sqltest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	_ "github.com/go-sql-driver/mysql" // the driver mysql
	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx

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
	s.Port = forward(t, network, at)
	return s
}

// MariaDB makes a database of a MariaDB server with a reader who needs the password. It goes with the server, at the
// end of the process.
func MariaDB(t *testing.T) *Server {
	t.Helper()
	socket, err := testserver.MariaDB()
	if err != nil {
		t.Fatal(err)
	}
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
	s.Port = forward(t, "unix", socket)
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

// forward opens a port that leads to a server, until the test ends.
func forward(t *testing.T, network, address string) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go join(from, network, address)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func join(from net.Conn, network, address string) {
	defer func() { _ = from.Close() }()
	to, err := net.Dial(network, address)
	if err != nil {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(to, from); _ = to.Close() })
	_, _ = io.Copy(from, to)
	_ = from.Close()
	both.Wait()
}
