package main

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"octavo/internal/db/dbtest"
)

// follow opens the event stream of an account and gives its lines.
func (r *rig) follow(account string) <-chan string {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.t.Context())
	r.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.server.base+"/api/v1/"+account+"/changes", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := (&http.Client{Jar: r.http.Jar}).Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		r.t.Fatalf("the stream: %s", res.Status)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer res.Body.Close()
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	return lines
}

// await reads lines until one is wanted, for longer than it takes on a busy machine.
func await(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		select {
		case line, more := <-lines:
			if line == want {
				return
			}
			if !more {
				t.Fatalf("the stream ended before %q", want)
			}
		case <-late:
			t.Fatalf("%q does not come", want)
		}
	}
}

// TestReplicasTellEachOther runs two servers over one PostgreSQL: what is changed through
// one reaches the streams that are open at the other, and both ways.
func TestReplicasTellEachOther(t *testing.T) {
	if !dbtest.Postgres() {
		t.Skip("SQLite serves one process")
	}
	t.Parallel()
	first := newProductRig(t)
	second := *first // the same installation, the same browser
	second.numbers = 1000
	second.start()
	if first.server.base == second.server.base {
		t.Fatal("there is one server only")
	}
	here, there := first.follow("northlight"), second.follow("northlight")
	client := second.follow(first.client)
	for _, lines := range []<-chan string{here, there, client} {
		await(t, lines, "data: start")
	}
	begun := time.Now()
	first.do(first.savesKlip())
	await(t, there, "data: changed")
	t.Logf("the other server told after %s", time.Since(begun))
	await(t, here, "data: changed")
	second.do(second.savesDashboard())
	await(t, here, "data: changed")
	first.do(first.imports())
	await(t, client, "data: changed")
	// The stream is no answer: what it tells of is there at the other server.
	saved := first.do(&call{method: "GET", path: "/northlight/klips/" + first.klip, status: 200})
	read := second.do(&call{method: "GET", path: "/northlight/klips/" + first.klip, status: 200})
	if string(saved.body) != string(read.body) || !strings.Contains(string(read.body), first.klip) {
		t.Errorf("the servers differ: %s, %s", saved.body, read.body)
	}
	second.server.stop()
	first.do(first.savesKlip())
}
