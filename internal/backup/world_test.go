package backup_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"octavo/internal/app"
	"octavo/internal/backup"
	"octavo/internal/check"
	"octavo/internal/db/dbtest"
	"octavo/internal/job"
)

// house is an installation of a test: a data folder and a database.
type house struct {
	t   *testing.T
	cfg app.Config
}

// newHouse is a place without anything.
func newHouse(t *testing.T, postgres bool) house {
	t.Helper()
	return house{t, app.Config{Data: t.TempDir(), Database: dbtest.EmptyOn(t, postgres)}}
}

// newTables is a place with tables that are empty, as a restore finds them beside a server of the same version.
func newTables(t *testing.T) house {
	t.Helper()
	return house{t, app.Config{Data: t.TempDir(), Database: dbtest.URL(t)}}
}

// open starts the services; they end with the test.
func (h house) open() *app.App {
	h.t.Helper()
	a, err := app.New(h.t.Context(), h.cfg, slog.New(slog.DiscardHandler))
	return h.ends(a, err)
}

// serve runs a server until it has done its first periodic job.
func (h house) serve() {
	h.t.Helper()
	a := h.open()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, l) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			h.t.Error(err)
		}
	}()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		counts, err := job.NewBoard(a.DB).Counts(ctx)
		if err != nil || time.Now().After(end) {
			h.t.Fatalf("no periodic job: %v, %v", counts, err)
		}
		if counts[job.Done] > 0 {
			return
		}
	}
}

// stores opens only what backups need.
func (h house) stores() *app.App {
	h.t.Helper()
	a, err := app.Stores(h.t.Context(), h.cfg, false, slog.New(slog.DiscardHandler))
	return h.ends(a, err)
}

func (h house) ends(a *app.App, err error) *app.App {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		if err := a.Close(); err != nil {
			h.t.Error(err)
		}
	})
	return a
}

// demo is an installation with the demo agency; making one takes longer than saving it and bringing it back.
var demo = dbtest.Prepare(func(t *testing.T, data, url string) {
	a, err := app.New(t.Context(), app.Config{Data: data, Database: url}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(a.Demo().Create(t.Context()), a.Close()); err != nil {
		t.Fatal(err)
	}
})

// withDemo is an installation with the demo agency.
func withDemo(t *testing.T) *app.App {
	t.Helper()
	data, url := demo.Copy(t)
	return house{t, app.Config{Data: data, Database: url}}.open()
}

func of(a *app.App) backup.Installation { return backup.Installation{DB: a.DB, Files: a.Blobs} }

// save makes a backup of an installation.
func save(t *testing.T, a *app.App) (string, *backup.Manifest) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "octavo.backup")
	m, err := backup.Create(t.Context(), of(a), "test", path)
	if err != nil {
		t.Fatal(err)
	}
	return path, m
}

// ofDemo are the bytes of a backup of the demo, made once.
var ofDemo []byte

// demoBackup is a file with a backup of the demo.
func demoBackup(t *testing.T) string {
	t.Helper()
	if ofDemo == nil {
		path, _ := save(t, withDemo(t))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ofDemo = text
	}
	path := filepath.Join(t.TempDir(), "octavo.backup")
	if err := os.WriteFile(path, ofDemo, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sound proves that the references of an installation hold.
func sound(t *testing.T, a *app.App) {
	t.Helper()
	found, err := check.Run(t.Context(), a.DB, a.Blobs)
	if err != nil || len(found) > 0 {
		t.Errorf("check: %v %v", found, err)
	}
}

// files are the stored files by key.
func files(t *testing.T, a *app.App) map[string]string {
	t.Helper()
	list, err := a.Blobs.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, o := range list {
		text, err := a.Blobs.ReadAll(t.Context(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		out[o.Key] = string(text)
	}
	return out
}

// look signs a viewer of the demo in over HTTP and gives what the dashboards of its account show.
func look(t *testing.T, a *app.App) string {
	t.Helper()
	if err := a.Handle(app.ServeConfig{}, fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}, "door.html": {Data: []byte("<!doctype html>")}, "viewer.html": {Data: []byte("<!doctype html>")}}); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, l) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, base: "http://" + l.Addr().String() + "/api/v1", http: &http.Client{Jar: jar}}
	logins, err := a.Demo().Logins(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range logins {
		if strings.HasPrefix(p.Email, "ines@") {
			body, _ := json.Marshal(map[string]string{"email": p.Email, "password": p.Password}) // texts always marshal
			v.call(http.MethodPost, "/sign-in", string(body))
		}
	}
	var list struct{ Items []struct{ ID string } }
	if err := json.Unmarshal([]byte(v.call(http.MethodGet, "/solstice/dashboards", "")), &list); err != nil || len(list.Items) < 2 {
		t.Fatalf("dashboards of the viewer: %+v, %v", list, err)
	}
	var seen strings.Builder
	for _, d := range list.Items {
		seen.WriteString(v.call(http.MethodGet, "/solstice/dashboards/"+d.ID+"/results", "") + "\n")
	}
	v.http.CloseIdleConnections()
	return seen.String()
}

// visitor is a browser.
type visitor struct {
	t    *testing.T
	base string
	http *http.Client
}

func (v *visitor) call(method, path, body string) string {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s %s: %d %s, %v", method, path, res.StatusCode, text, err)
	}
	return string(text)
}
