package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"octavo/internal/blob"
	"octavo/internal/check"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
)

// moduleRoot is the folder of go.mod; the tests run in that of their package.
const moduleRoot = "../.."

var failPoint = regexp.MustCompile(`failpoint\.At\("([^"]+)"\)`)

// failPoints are the names of all fail points, out of the source.
func failPoints(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(filepath.Join(moduleRoot, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range failPoint.FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	if once := slices.Compact(slices.Clone(names)); len(once) != len(names) || len(names) < 50 {
		t.Fatalf("%d fail points of %d names", len(names), len(once))
	}
	return names
}

// killableBinary builds the program with fail points, once for all tests and engines: a
// build that is up to date is kept.
func killableBinary(t *testing.T) string {
	t.Helper()
	path, err := buildKillable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var buildKillable = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs(filepath.Join(moduleRoot, "build", "tests"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "octavo_failpoints")
	turn, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return "", err
	}
	defer turn.Close() // gives the turn to the tests of the other engine
	if err := syscall.Flock(int(turn.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-trimpath", "-tags", "failpoints", "-ldflags", "-s -w", "-o", path, "./cmd/octavo")
	cmd.Dir, cmd.Env = moduleRoot, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build with fail points: %w\n%s", err, out)
	}
	return path, nil
})

// rig is an installation with an agency, a template and a client, whose server is
// killed and started again over and over.
type rig struct {
	t        *testing.T
	place    *place
	binary   string
	more     []string // flags of serve
	armed    string   // file with the name of the point at which the server ends
	server   *server
	http     *http.Client
	db       *db.DB
	blobs    *blob.Store
	answered int // calls that the server answered before it ended
	content
}

// content is what the test knows of what is in the installation.
type content struct {
	numbers int // of calls
	cookies []*http.Cookie

	upload, source, klip, dashboard, client, pushed string
}

// furnished is the installation that every rig begins with, and known what is in it.
var (
	furnished = dbtest.Prepare(furnish)
	known     content
)

// furnish lets the program as people get it make what the operations work on.
func furnish(t *testing.T, data, url string) {
	t.Helper()
	p := &place{t: t, data: data, url: url}
	p.create("Northlight", "maya@north.test")
	r := rigAt(p, product(t))
	r.template()
	if took := r.server.stop(); took > 5*time.Second {
		t.Errorf("an idle server took %s to end", took)
	}
	known = r.content
	known.cookies = r.http.Jar.Cookies(home)
}

// home is the address of all servers for cookies, which know no ports.
var home = &url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/"}

// newRig makes one with the program that has fail points.
func newRig(t *testing.T, more ...string) *rig {
	t.Helper()
	return newRigOf(furnishedPlace(t), killableBinary(t), more...)
}

// newProductRig makes one with the program as people get it.
func newProductRig(t *testing.T) *rig {
	t.Helper()
	return newRigOf(furnishedPlace(t), product(t))
}

// furnishedPlace is an installation with the content of every rig.
func furnishedPlace(t *testing.T) *place {
	t.Helper()
	data, url := furnished.Copy(t)
	return &place{t: t, data: data, url: url}
}

// product is the program as people get it.
func product(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return self
}

// newRigOf makes one at a furnished place.
func newRigOf(p *place, binary string, more ...string) *rig {
	t := p.t
	t.Helper()
	r := rigAt(p, binary, more...)
	r.content = known
	r.http.Jar.SetCookies(home, known.cookies)
	var err error
	if r.db, err = db.Open(t.Context(), db.Config{URL: p.url}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.db.Close() })
	if r.blobs, err = blob.Open(t.Context(), "file://"+filepath.Join(p.data, "blobs")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.blobs.Close() })
	return r
}

// rigAt starts a server at a place, for whom nobody has signed in.
func rigAt(p *place, binary string, more ...string) *rig {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r := &rig{t: p.t, binary: binary, armed: filepath.Join(p.t.TempDir(), "armed"), more: more, place: p,
		// Connections are not kept: the transport would repeat a call with a key by itself.
		http: &http.Client{Jar: jar, Timeout: commandTimeout, Transport: &http.Transport{DisableKeepAlives: true}}}
	r.start()
	return r
}

// start starts the server on what is there.
func (r *rig) start() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
	args := slices.Concat([]string{"serve", "--addr", "127.0.0.1:0", "--log-level", "warn"}, r.place.flags(), r.more)
	r.server = start(r.t, cancel, commandOf(ctx, r.t, r.binary, []string{"OCTAVO_FAILPOINT=" + r.armed}, args...))
}

// arm lets the server end at the point.
func (r *rig) arm(point string) {
	r.t.Helper()
	if err := os.WriteFile(r.armed, []byte(point), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// call is a call of the API that can be repeated.
type call struct {
	method, path string
	header       map[string]string
	body         any // JSON, a string, or a reader
	status       int // of success
}

// template makes what the operations work on.
func (r *rig) template() {
	r.t.Helper()
	r.do(&call{method: "POST", path: "/sign-in", body: map[string]any{"email": "maya@north.test", "password": password}, status: 200})
	r.do(r.uploads())
	r.source = r.do(r.makesSource()).text("id")
	r.klip = r.do(&call{method: "POST", path: "/northlight/klips", body: r.klipDocument("Revenue"), status: 201}).text("id")
	r.dashboard = r.do(&call{method: "POST", path: "/northlight/dashboards", body: r.dashboardDocument("Trading"), status: 201}).text("id")
	r.client = r.do(&call{method: "POST", path: "/northlight/clients", body: map[string]any{"name": "Solstice", "status": "active"}, status: 201}).text("slug")
	r.do(&call{method: "POST", path: "/northlight/clients/" + r.client + "/sign-in", status: 200})
	r.do(r.imports())
}

func (r *rig) klipDocument(title string) map[string]any {
	return map[string]any{"title": title, "workspace": map[string]any{"datasources": []any{r.source}}}
}

func (r *rig) dashboardDocument(title string) map[string]any {
	return map[string]any{"title": title, "placements": []any{map[string]any{"klip": r.klip, "x": 0, "y": 0, "w": 6, "h": 13}}}
}

// number gives a number that no call had before.
func (r *rig) number() int {
	r.numbers++
	return r.numbers
}

// keyed is a call with an idempotency key of its own.
func (r *rig) keyed(c call) *call {
	if c.header == nil {
		c.header = map[string]string{}
	}
	c.header["Idempotency-Key"] = fmt.Sprintf("key-%d", r.number())
	return &c
}

// uploads sends a file; its answer is what the next data source is made of.
func (r *rig) uploads() *call {
	return &call{method: "POST", path: "/northlight/uploads?name=orders.csv", status: 201,
		body: fmt.Sprintf("Region,Units\nNorth,%d\nSouth,7\n", r.number())}
}

func (r *rig) makesSource() *call {
	r.do(r.uploads())
	return r.keyed(call{method: "POST", path: "/northlight/data-sources", status: 201,
		body: map[string]any{"name": fmt.Sprintf("Orders %d", r.number()), "upload_id": r.upload}})
}

// pushes adds a row; another call would find it twice if it was done twice.
func (r *rig) pushes() *call {
	if r.pushed == "" {
		r.pushed = r.do(&call{method: "POST", path: "/northlight/data-sources", body: map[string]any{"name": "Visits", "push": map[string]any{}}, status: 201}).text("id")
	}
	return r.keyed(call{method: "POST", path: "/northlight/data-sources/" + r.pushed + "/data", body: fmt.Sprintf(`[{"n":%d}]`, r.number()), status: 200})
}

func (r *rig) saves(path string, document func(title string) map[string]any) *call {
	version := r.do(&call{method: "GET", path: path, status: 200}).header.Get("ETag")
	return r.keyed(call{method: "PUT", path: path, status: 200, header: map[string]string{"If-Match": version},
		body: document(fmt.Sprintf("Title %d", r.number()))})
}

func (r *rig) savesKlip() *call { return r.saves("/northlight/klips/"+r.klip, r.klipDocument) }

func (r *rig) savesDashboard() *call {
	return r.saves("/northlight/dashboards/"+r.dashboard, r.dashboardDocument)
}

func (r *rig) imports() *call {
	pick := map[string]any{"from": "northlight", "assets": []any{r.dashboard}}
	pick["plan_id"] = r.do(&call{method: "POST", path: "/" + r.client + "/import/preview", body: pick, status: 200}).text("plan_id")
	return r.keyed(call{method: "POST", path: "/" + r.client + "/import", body: pick, status: 200})
}

func (r *rig) rollsOut() *call {
	what := map[string]any{"assets": []any{r.dashboard}, "clients": []any{r.client}}
	what["plan_id"] = r.do(&call{method: "POST", path: "/northlight/roll-out/plan", body: what, status: 200}).text("plan_id")
	return r.keyed(call{method: "POST", path: "/northlight/roll-out", body: what, status: 200})
}

// undoes takes a roll-out back that was just made.
func (r *rig) undoes() *call {
	path := "/northlight/imports/" + r.do(r.rollsOut()).text("id")
	plan := r.do(&call{method: "GET", path: path, status: 200}).text("plan_id")
	return r.keyed(call{method: "POST", path: path + "/delete", body: map[string]any{"plan_id": plan}, status: 200})
}

// updates pushes a Klip that was changed since the last time.
func (r *rig) updates() *call {
	r.do(r.savesKlip())
	path := "/northlight/klips/" + r.klip
	plan := r.do(&call{method: "GET", path: path + "/instances", status: 200}).text("plan_id")
	return r.keyed(call{method: "POST", path: path + "/update-instances", body: map[string]any{"plan_id": plan}, status: 200})
}

// rollsBack takes an update back that was just made.
func (r *rig) rollsBack() *call {
	path := "/northlight/klips/" + r.klip + "/pushes/" + r.do(r.updates()).text("push")
	plan := r.do(&call{method: "GET", path: path, status: 200}).text("plan_id")
	return r.keyed(call{method: "POST", path: path + "/roll-back", body: map[string]any{"plan_id": plan}, status: 200})
}

// answer is what came back.
type answer struct {
	header http.Header
	body   []byte
}

// text is a text of the answer's object.
func (a *answer) text(name string) string {
	var object map[string]any
	_ = json.Unmarshal(a.body, &object) // a text that is missing fails the next call
	text, _ := object[name].(string)
	return text
}

// sized is a reader of a known length.
type sized struct {
	io.Reader
	size int64
}

// do sends a call, which succeeds.
func (r *rig) do(c *call) *answer {
	r.t.Helper()
	a, err := r.try(c)
	if err != nil {
		r.t.Fatalf("%s %s: %v\n%s", c.method, c.path, err, r.server.log)
	}
	return a
}

var errRefused = errors.New("refused")

func (r *rig) try(c *call) (*answer, error) {
	r.t.Helper()
	var body io.Reader
	switch b := c.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	case io.Reader:
		body = b
	default:
		text, err := json.Marshal(b)
		if err != nil {
			r.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), c.method, r.server.base+"/api/v1"+c.path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	if s, ok := body.(*sized); ok {
		req.ContentLength = s.size
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	res, err := r.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	a := &answer{header: res.Header}
	if a.body, err = io.ReadAll(res.Body); err != nil {
		return nil, err
	}
	if res.StatusCode != c.status {
		return nil, fmt.Errorf("%w: %d, want %d: %s", errRefused, res.StatusCode, c.status, a.body)
	}
	if strings.Contains(c.path, "/uploads") {
		r.upload = a.text("id")
	}
	return a, nil
}

// kill sends a call to a server that ends meanwhile, starts it again, and proves what
// must be so then.
func (r *rig) kill(what string, c *call, arm func()) {
	r.t.Helper()
	before := r.state()
	arm()
	_, err := r.try(c)
	if errors.Is(err, errRefused) {
		r.t.Fatalf("%s: %v", what, err)
	}
	if err == nil {
		r.answered++
	}
	select {
	case <-r.server.ended:
	case <-time.After(time.Minute):
		r.t.Fatalf("%s: the server does not end: %v", what, err)
	}
	if status, ok := r.server.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		r.t.Fatalf("%s: the server ended with %s\n%s", what, r.server.cmd.ProcessState, r.server.log)
	}
	r.arm("")
	r.start()
	after := r.state()
	r.check(what)
	first := r.do(c)
	whole := r.state()
	if after != before && after != whole {
		r.t.Errorf("%s: a part is there\n%s", what, different(before, after))
	}
	if after == before && err == nil && !strings.Contains(c.path, "/uploads") {
		r.t.Errorf("%s: it was answered, and nothing of it is there", what)
	}
	if strings.Contains(c.path, "/uploads") { // nobody sees it, and it goes by itself
		return
	}
	if whole == before {
		r.t.Errorf("%s: the repeated call changes nothing", what)
	}
	if again := r.do(c); !bytes.Equal(again.body, first.body) {
		r.t.Errorf("%s: the answers differ: %s, %s", what, first.body, again.body)
	}
	if r.state() != whole {
		r.t.Errorf("%s: it was done twice", what)
	}
}

// refused sends a call that fails with a status and a code, and says so in a sentence.
func (r *rig) refused(c *call, status int, code string) string {
	r.t.Helper()
	other := *c
	other.status = status
	a, err := r.try(&other)
	if err != nil {
		r.t.Errorf("%s %.80s: %v\n%s", c.method, c.path, err, r.server.log)
		return ""
	}
	if got := a.text("code"); got != code || len(a.text("detail")) < 10 {
		r.t.Errorf("%s %.80s: code %q, want %q: %s", c.method, c.path, got, code, a.body)
	}
	return a.text("detail")
}

// probe gives the status of an address outside of the API.
func (r *rig) probe(path string) int {
	r.t.Helper()
	res, err := r.http.Get(r.server.base + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// check proves that every reference holds, also those to stored files.
func (r *rig) check(what string) {
	r.t.Helper()
	findings, err := check.Run(r.t.Context(), r.db, r.blobs)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, f := range findings {
		r.t.Errorf("%s: %s", what, f)
	}
}

// stateful are the tables that operations change for good; the others hold what the
// server notes for itself: sessions, jobs, keys of calls.
var stateful = []string{
	"accounts", "assets", "versions", "sources", "asset_tags", "asset_shares", "variables", "changes", "change_accounts", "nodes",
	"bodies", "body_refs", "wirings", "wires", "settings", "payloads", "audit",
}

var sealed = regexp.MustCompile(` sealed=\d`)

// state is what the database holds of value.
func (r *rig) state() string {
	r.t.Helper()
	return sealed.ReplaceAllString(dbtest.DumpOf(r.t, r.db, stateful...), "")
}

// different gives the lines that only one of two states has.
func different(a, b string) string {
	lines := map[string]int{}
	for line := range strings.Lines(a) {
		lines[line]--
	}
	for line := range strings.Lines(b) {
		lines[line]++
	}
	var out []string
	for line, n := range lines {
		if n != 0 {
			out = append(out, fmt.Sprintf("%+d %s", n, line))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "")
}
