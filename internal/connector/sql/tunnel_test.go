package sql_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"octavo/internal/connector/connectortest"
	"octavo/internal/connector/sql"
	"octavo/internal/connector/sql/sqltest"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/testserver"
)

// newKey makes a key pair: the private half in PEM, and the public one as servers keep it.
func newKey(t *testing.T) (private, public string) {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	shown, err := ssh.NewPublicKey(pub)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block)), strings.TrimSpace(string(ssh.MarshalAuthorizedKey(shown)))
}

// TestThroughSSH reads databases through a real SSH server. Only that one may be asked straight.
func TestThroughSSH(t *testing.T) {
	t.Parallel()
	key, public := newKey(t)
	other, otherPublic := newKey(t)
	server, err := testserver.SSH(public)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	client := fetch.New(fetch.Options{Hosts: []string{fmt.Sprintf("127.0.0.1:%d", server.Port)}})
	good := sql.Tunnel{Host: "127.0.0.1", Port: server.Port, User: server.User, Secret: key, HostKey: server.HostKey}

	shown, err := sql.HostKey(t.Context(), client, good.Host, good.Port)
	if print, known := sql.Fingerprint(shown); err != nil || shown != server.HostKey || !known || !strings.HasPrefix(print, "SHA256:") {
		t.Errorf("the server shows %q, %q, %v", shown, print, err)
	}
	if _, err := sql.HostKey(t.Context(), fetch.New(fetch.Options{}), good.Host, good.Port); !errs.Is(err, "private_address") {
		t.Errorf("the guard: %v", err)
	}
	for _, s := range []*sqltest.Server{sqltest.Postgres(t), sqltest.MariaDB(t)} {
		r := newReader(t, s)
		r.Exec() // lets the reader in
		if _, err := r.read("SELECT 1 AS n", nil); err != nil {
			t.Fatal(err)
		}
		pools := sql.NewPools(client)
		t.Cleanup(func() { _ = pools.Close() })
		r.pools = pools
		if _, err := r.read("SELECT 1 AS n", nil); !errs.Is(err, "private_address") {
			t.Errorf("%s straight: %v", r.Engine, err)
		}
		r.login.Key, r.login.Tunnel = "through", good
		for range 2 {
			if got, err := r.read("SELECT 1 AS n", nil); err != nil || got != "\"n\"\n1\n" {
				t.Errorf("%s: %q, %v", r.Engine, got, err)
			}
		}
		begun := time.Now()
		if _, err := r.unchecked(sql.Spec{Engine: r.Engine, SQL: r.kind().sleep("tunnel"), TimeoutS: 1}, nil, sql.Options{}); !errs.Is(err, "query_timeout") || time.Since(begun) > 10*time.Second {
			t.Errorf("%s, too slow: %v after %s", r.Engine, err, time.Since(begun))
		}
		for name, c := range map[string]struct {
			code   string
			change func(*sql.Login)
		}{
			"another key of the server": {"tunnel_key_changed", func(l *sql.Login) { l.Tunnel.HostKey = otherPublic }},
			"another kind of key":       {"tunnel_key_changed", func(l *sql.Login) { l.Tunnel.HostKey = otherKind(t) }},
			"another key of ours":       {"tunnel_unauthorized", func(l *sql.Login) { l.Tunnel.Secret = other }},
			"a password":                {"tunnel_unauthorized", func(l *sql.Login) { l.Tunnel.Secret = "MARKpassword" }},
			"another user":              {"tunnel_unauthorized", func(l *sql.Login) { l.Tunnel.User = "nobody-else" }},
			"no database":               {"connect", func(l *sql.Login) { l.Port = 1 }},
			"another server":            {"private_address", func(l *sql.Login) { l.Tunnel.Port = r.Port }},
			"a wrong password":          {"database_unauthorized", func(l *sql.Login) { l.Password = "MARKother" }},
		} {
			own := *r
			own.login.Key = name
			c.change(&own.login)
			_, err := own.read("SELECT 1 AS n", nil)
			if !errs.Is(err, c.code) || strings.Contains(fmt.Sprintf("%+v", err), "MARK") || strings.Contains(fmt.Sprintf("%+v", err), "PRIVATE") {
				t.Errorf("%s, %s: want %s, got %v", r.Engine, name, c.code, err)
			}
		}
	}
	t.Run("given up", func(t *testing.T) { oneGivesUp(t, good) })
	r := newHTTPReader(t, "clickhouse", &clickHouse{t: t})
	r.pools = sql.NewPools(client)
	t.Cleanup(func() { _ = r.pools.Close() })
	r.login.Tunnel = good
	if got, err := r.read("SELECT 1 AS n", nil); err != nil || got != "\"n\"\n1\n" {
		t.Errorf("over HTTP: %q, %v", got, err)
	}
}

// oneGivesUp ends a reading that waits for its connection, while another of the same login reads through the same tunnel.
func oneGivesUp(t *testing.T, good sql.Tunnel) {
	var gate sync.Mutex // held = nothing is led on to the SSH server
	var tunnels atomic.Int32
	asked := make(chan struct{}, 1)
	port := connectortest.Listen(t, func(from net.Conn) {
		to, err := net.Dial("tcp", net.JoinHostPort(good.Host, strconv.Itoa(good.Port)))
		if err != nil {
			return
		}
		defer func() { _ = to.Close() }()
		tunnels.Add(1)
		go func() { _, _ = io.Copy(from, to); _ = from.Close() }()
		for some := make([]byte, 4096); ; {
			n, err := from.Read(some)
			if err != nil {
				return
			}
			select {
			case asked <- struct{}{}:
			default:
			}
			gate.Lock()
			_, err = to.Write(some[:n])
			gate.Unlock()
			if err != nil {
				return
			}
		}
	})
	r := newReader(t, sqltest.Postgres(t))
	r.Exec() // lets the reader in
	r.pools = sql.NewPools(fetch.New(fetch.Options{Hosts: []string{fmt.Sprintf("127.0.0.1:%d", port)}}))
	t.Cleanup(func() { _ = r.pools.Close() })
	r.login.Tunnel = good
	r.login.Tunnel.Port = port
	begin := func(text string) (cancel func(), ended chan error) {
		ctx, cancel := context.WithCancel(t.Context())
		ended = make(chan error, 1)
		go func() { _, err := r.fetch(ctx, text); ended <- err }()
		return cancel, ended
	}
	stop, stopped := begin(r.kind().sleep("gives up"))
	r.until("one reads", func() bool { return r.active("gives up") == "1" })
	gate.Lock()
	for len(asked) > 0 {
		<-asked
	}
	giveUp, gaveUp := begin("SELECT 1 AS n")
	<-asked
	giveUp()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	gate.Unlock()
	if got, err := r.read("SELECT 1 AS n", nil); err != nil || got != "\"n\"\n1\n" || tunnels.Load() != 1 || len(stopped) > 0 {
		t.Errorf("after another gave up: %q, %v; %d tunnels, %d ended", got, err, tunnels.Load(), len(stopped))
	}
	stop()
	<-stopped
}

// otherKind is a public key of another kind than the server has.
func otherKind(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ssh.NewPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(ssh.MarshalAuthorizedKey(public))
}

// TestSilentSSH asks what is no SSH server for its key.
func TestSilentSSH(t *testing.T) {
	t.Parallel()
	port := connectortest.Listen(t, func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) })
	client := fetch.New(fetch.Options{Hosts: []string{fmt.Sprintf("127.0.0.1:%d", port)}})
	if _, err := sql.HostKey(t.Context(), client, "127.0.0.1", port); !errs.Is(err, "connect") {
		t.Errorf("no SSH server: %v", err)
	}
}
