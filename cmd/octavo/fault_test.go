package main

import (
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"octavo/internal/db/dbtest"
)

// limitFiles lets the system refuse to a process what makes a file longer than size, as
// a full disk does, and needs no rights that a full disk would need. No limit is -1.
func limitFiles(t *testing.T, pid int, size int64) {
	t.Helper()
	limit := syscall.Rlimit{Cur: uint64(size), Max: ^uint64(0)} // the second stays, so that the first can be raised again
	_, _, failed := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if failed != 0 {
		t.Fatal(failed)
	}
}

// TestDiskFull takes the room of all files of the server: uploads, stored files and, on
// SQLite, the database. It refuses with a sentence, loses nothing and goes on when there
// is room again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	r := newProductRig(t)
	before := r.state()
	saving := r.savesKlip()
	limitFiles(t, r.server.cmd.Process.Pid, 4<<10)
	large := &call{method: "POST", path: "/northlight/uploads?name=large.csv", status: 201, body: "Region,Units\n" + strings.Repeat("North,4\n", 10_000)}
	detail := r.refused(large, 503, "storage_full")
	if !strings.Contains(detail, "no room") {
		t.Errorf("it says %q", detail)
	}
	if dbtest.Postgres() { // its files are not the server's
		r.do(saving)
	} else {
		r.refused(saving, 503, "storage_full")
		if r.state() != before {
			t.Errorf("something changed: %s", different(before, r.state()))
		}
	}
	r.do(&call{method: "GET", path: "/northlight/klips/" + r.klip, status: 200}) // what is there can be looked at
	limitFiles(t, r.server.cmd.Process.Pid, -1)
	r.do(saving)
	r.do(large)
	r.do(r.updates())
	r.check("after a full disk")
}

// TestBlobStoreRefuses puts a file in the place of the folder of stored files, so that
// each of its files is refused to the server.
func TestBlobStoreRefuses(t *testing.T) {
	t.Parallel()
	r := newProductRig(t)
	making, fresh := r.makesSource(), r.uploads()
	before := r.state()
	blobs := filepath.Join(r.place.data, "blobs")
	if err := os.Rename(blobs, blobs+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blobs, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.refused(fresh, 503, "storage_unavailable")
	r.refused(making, 503, "storage_unavailable")
	r.refused(&call{method: "GET", path: "/northlight/data-sources/" + r.source + "/download"}, 503, "storage_unavailable")
	r.do(&call{method: "GET", path: "/northlight/dashboards/" + r.dashboard + "/results", status: 200})
	r.do(&call{method: "GET", path: "/northlight/dashboards/" + r.dashboard, status: 200})
	if got := r.probe("/readyz"); got != 503 {
		t.Errorf("/readyz: %d", got)
	}
	if r.state() != before {
		t.Errorf("something changed: %s", different(before, r.state()))
	}
	if err := os.Remove(blobs); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(blobs+".away", blobs); err != nil {
		t.Fatal(err)
	}
	r.do(fresh)
	r.do(making)
	r.do(&call{method: "GET", path: "/northlight/data-sources/" + r.source + "/download", status: 200})
	if got := r.probe("/readyz"); got != 200 {
		t.Errorf("/readyz: %d", got)
	}
	r.check("after the store came back")
}

// gate stands between the server and PostgreSQL and can be shut.
type gate struct {
	to    string // socket of PostgreSQL
	mu    sync.Mutex
	shut  bool
	conns map[net.Conn]bool
}

// newGate gives a gate and the address that leads through it.
func newGate(t *testing.T, address string) (*gate, string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	const name = ".s.PGSQL.5432"
	g := &gate{to: filepath.Join(query.Get("host"), name), conns: map[net.Conn]bool{}}
	dir, err := os.MkdirTemp("", "octavo-gate-") // short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close(); _ = os.RemoveAll(dir) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go g.pass(c)
		}
	}()
	query.Set("host", dir)
	u.RawQuery = query.Encode()
	return g, u.String()
}

func (g *gate) pass(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("unix", g.to)
	if err != nil {
		return
	}
	defer to.Close()
	g.mu.Lock()
	if g.shut {
		g.mu.Unlock()
		return
	}
	g.conns[from], g.conns[to] = true, true
	g.mu.Unlock()
	go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
	_, _ = io.Copy(from, to)
}

// set shuts the gate, which ends what goes through it, or opens it.
func (g *gate) set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	for c := range g.conns {
		_ = c.Close()
	}
	clear(g.conns)
}

// TestDatabaseGoneAndBack needs a database that can go: SQLite is in the process.
func TestDatabaseGoneAndBack(t *testing.T) {
	if !dbtest.Postgres() {
		t.Skip("SQLite cannot go away")
	}
	t.Parallel()
	p := furnishedPlace(t)
	g, through := newGate(t, p.url)
	p.url = through
	r := newRigOf(p, product(t))
	saving := r.savesKlip()
	before := r.state()
	g.set(true)
	for range 3 { // with connections that were cut, and with new ones
		r.refused(saving, 503, "database_unavailable")
		r.refused(&call{method: "GET", path: "/northlight/klips/" + r.klip}, 503, "database_unavailable")
	}
	r.refused(r.uploads(), 503, "database_unavailable")
	if alive, ready := r.probe("/healthz"), r.probe("/readyz"); alive != 200 || ready != 503 {
		t.Errorf("/healthz %d, /readyz %d", alive, ready)
	}
	g.set(false)
	// A connection that was being made while the gate was shut may still fail whoever waits for one.
	got := r.probe("/readyz")
	for end := time.Now().Add(time.Minute); got != 200 && time.Now().Before(end); got = r.probe("/readyz") {
		time.Sleep(50 * time.Millisecond)
	}
	if got != 200 {
		t.Errorf("/readyz: %d", got)
	}
	if r.state() != before {
		t.Errorf("something changed: %s", different(before, r.state()))
	}
	r.do(saving)
	r.do(r.makesSource())
	r.do(r.updates())
	r.check("after the database came back")
}
