package sql_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/sql"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// TestServersThatAreNone asks what answers with silence, slowly, or with what is no answer.
func TestServersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(c net.Conn){
		"silent": func(c net.Conn) { _, _ = c.Read(make([]byte, 1)); time.Sleep(30 * time.Second) },
		"slow": func(c net.Conn) {
			for {
				if _, err := c.Write([]byte{0}); err != nil {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		},
		"hostile": func(c net.Conn) {
			big := bytes.Repeat([]byte("R\x7f\xff\xff\xff what it will "), 1<<10)
			for {
				if _, err := c.Write(big); err != nil {
					return
				}
			}
		},
		"gone": func(net.Conn) {},
	} {
		for _, engine := range []string{"postgresql", "mysql"} {
			t.Run(name+" "+engine, func(t *testing.T) {
				t.Parallel()
				askNone(t, engine, answer)
			})
		}
	}
}

func askNone(t *testing.T, engine string, answer func(c net.Conn)) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { answer(c); _ = c.Close() }()
		}
	}()
	port := l.Addr().(*net.TCPAddr).Port
	pools := sql.NewPools(fetch.New(fetch.Options{Hosts: []string{fmt.Sprintf("127.0.0.1:%d", port)}}).Dial)
	t.Cleanup(func() { _ = pools.Close() })
	p, err := (&sql.Spec{Engine: engine, SQL: "SELECT 1", TimeoutS: 1}).Prepare(placeholder.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	login := sql.Login{Key: "k", Host: "127.0.0.1", Port: port, Database: "d", User: "u", Password: "MARKpassword", TLS: sql.TLSOff}
	_, err = p.Fetch(t.Context(), pools, login, sql.Options{}, &bytes.Buffer{})
	known := errs.Is(err, "timeout") || errs.Is(err, "connect") || errs.Is(err, "database_busy") || errs.Is(err, "sql_error")
	if !known || strings.Contains(fmt.Sprintf("%+v", err), "MARK") || time.Since(begun) > 9*time.Second {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
}
