package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
	"octavo/internal/job"
	"octavo/internal/user"
)

// isolationCalls is how many random calls a run makes, and a round at most; OCTAVO_ISOLATION_CALLS sets another number
// for the run. Each round has a database of its own, for the calls leave less and less to call.
const isolationCalls = 3000

// tenant is one account of two families with words that stand in nothing but its own
// things, and people whose sessions call.
type tenant struct {
	slug    string
	mark    string   // in every name, title and value of its assets
	secrets []string // must not be told to anybody outside
	inside  []string // must not be told to its own people either (accounts.md D6)
	objects map[string]string
}

// caller is a signed-in person and the words that may stand in the answers to them.
type caller struct {
	name    string
	email   string
	cookie  string
	homes   []*tenant          // where the person acts: at home, and on a visit
	knows   func(*tenant) bool // the person may read the secrets of this account
	insider bool               // and what only the agency may know of it
}

// maze is two families in one installation.
type maze struct {
	t       *testing.T
	handler http.Handler
	users   *user.Service
	tenants []*tenant
	callers []*caller
	rows    []expectation
	rnd     *rand.Rand
	over    bool // an account can be given no new things
}

// TestNoAnswerTellsOfAnotherAccount makes random calls by random people with random
// accounts, ids and bodies, most of them foreign, and looks into every answer.
// On SQLite nothing but the statements keeps accounts apart; on PostgreSQL row level
// security does as well.
func TestNoAnswerTellsOfAnotherAccount(t *testing.T) {
	t.Parallel()
	if underRace {
		t.Skip("one call after the other: nothing runs beside another, and it would take minutes")
	}
	calls := isolationCalls
	if text := os.Getenv("OCTAVO_ISOLATION_CALLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		calls = n
	}
	answers := map[int]int{}
	for left, round := calls, uint64(0); left > 0; round++ {
		t.Run(fmt.Sprintf("round %d", round), func(t *testing.T) {
			m := newMaze(t, round)
			for i := 0; i < isolationCalls && left > 0; i, left = i+1, left-1 {
				if i%500 == 0 && !m.furnish() {
					if i == 0 {
						t.Fatal("nobody can furnish a new maze")
					}
					return // the game has put an administrator out, or closed an account: the next round has its own
				}
				answers[m.step()]++
				if t.Failed() {
					t.Fatalf("after %d calls", i+1)
				}
			}
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d calls: %v", calls, answers)
	if answers[200] < calls/20 || answers[404] < calls/20 {
		t.Errorf("too few calls were admitted, or too few refused: %v", answers)
	}
}

func newMaze(t *testing.T, round uint64) *maze {
	t.Helper()
	a, err := New(t.Context(), Config{Data: t.TempDir(), Database: dbtest.URL(t)}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if err := a.Handle(ServeConfig{}, site); err != nil {
		t.Fatal(err)
	}
	readsUploads(t, a)
	m := &maze{t: t, handler: a.handler, rows: rightsTable(t), rnd: rand.New(rand.NewPCG(1, 2+round))}
	f := fixture.New(t, a.DB)
	m.users = f.Users
	m.tenants = []*tenant{
		{slug: "northlight", mark: "MARKNORTH", secrets: []string{"@northlight.test"}},
		{slug: "solstice-coffee", mark: "MARKSOLST", secrets: []string{"@solstice.test"}, inside: []string{"gold", "pays late"}},
		{slug: "fjord-outdoors", mark: "MARKFJORD", secrets: []string{"@fjord.test"}},
	}
	m.rivals(f)
	for _, tn := range m.tenants {
		tn.secrets = append(tn.secrets, tn.mark)
		for _, role := range []string{"admin", "editor", "viewer"} {
			m.callers = append(m.callers, m.caller(tn, role))
		}
	}
	for _, c := range m.callers { // the administrators of both agencies visit a client
		for agency, client := range map[string]string{"northlight": "solstice-coffee", "rival": "rival-client"} {
			if c.name == "admin of "+agency {
				m.send(c, "POST", "/"+agency+"/clients/"+client+"/sign-in", "")
				for _, tn := range m.tenants {
					if tn.slug == client {
						c.homes = append(c.homes, tn)
					}
				}
			}
		}
	}
	return m
}

// rivals adds a second family to the installation.
func (m *maze) rivals(f *fixture.Family) {
	m.t.Helper()
	ctx := context.Background()
	agency, err := f.Accounts.CreateParent(ctx, account.Draft{Name: "Rival"})
	if err != nil {
		m.t.Fatal(err)
	}
	client, err := f.Accounts.CreateClient(ctx, agency.Operator(), account.Draft{Name: "Rival (silver)", DisplayName: "Rival Client", Description: "pays early", Status: account.Active})
	if err != nil {
		m.t.Fatal(err)
	}
	for _, a := range []*account.Account{agency, client} {
		for role, r := range map[string]authz.Role{"admin": authz.Admin, "editor": authz.Editor, "viewer": authz.ViewOnly} {
			_, err := f.Users.Create(ctx, a.Operator(), user.Draft{Name: a.Display() + " " + role, Email: role + "@" + a.Slug + ".test", Password: fixture.Password, Roles: []authz.Role{r}})
			if err != nil {
				m.t.Fatal(err)
			}
		}
	}
	m.tenants = append(m.tenants,
		&tenant{slug: "rival", mark: "MARKRIVAL", secrets: []string{"@rival.test"}},
		&tenant{slug: "rival-client", mark: "MARKRCLIENT", secrets: []string{"@rival-client.test"}, inside: []string{"silver", "pays early"}})
}

// signIn begins a session of a person; one who was sent away in the game stays out.
func (m *maze) signIn(c *caller) error {
	secret, _, err := m.users.SignIn(m.t.Context(), user.SignIn{Email: c.email, Password: fixture.Password, Place: user.Place{Address: "127.0.0.1"}})
	c.cookie = secret
	return err
}

// caller signs a person in.
func (m *maze) caller(home *tenant, role string) *caller {
	m.t.Helper()
	domain := map[string]string{"solstice-coffee": "solstice", "fjord-outdoors": "fjord"}[home.slug]
	if domain == "" {
		domain = home.slug
	}
	c := &caller{name: role + " of " + home.slug, email: role + "@" + domain + ".test", homes: []*tenant{home}, knows: func(tn *tenant) bool { return tn == home }}
	if err := m.signIn(c); err != nil {
		m.t.Fatal(err)
	}
	clients := map[string][]string{"northlight": {"solstice-coffee", "fjord-outdoors"}, "rival": {"rival-client"}}[home.slug]
	if role == "admin" && clients != nil {
		c.insider = true
		c.knows = func(tn *tenant) bool {
			for _, slug := range clients {
				if tn.slug == slug {
					return true
				}
			}
			return tn == home
		}
	}
	return c
}

// furnish gives every account new things, made by its administrator. It says false when one of them is not let in, or
// cannot do it, any more.
func (m *maze) furnish() bool {
	m.t.Helper()
	for i, tn := range m.tenants {
		admin := m.callers[3*i]
		if !m.isAdmin(admin, tn) {
			return false
		}
		o := map[string]string{"clients": m.pick().slug, "account": tn.slug}
		csv := "Region,Amount\n" + tn.mark + ",10\n"
		o["uploads"] = m.make(admin, "/"+tn.slug+"/uploads?name="+tn.mark+".csv", csv)
		o["data-sources"] = m.make(admin, "/"+tn.slug+"/data-sources", map[string]any{"name": tn.mark + " source", "upload_id": o["uploads"]})
		o["uploads"] = m.make(admin, "/"+tn.slug+"/uploads?name="+tn.mark+".csv", csv+tn.mark+",11\n")
		o["deliveries"], o["earlier"] = "nothing", "nothing"
		if m.rnd.IntN(2) == 0 {
			m.pushes(admin, tn, o)
		}
		klip := klipOf(o["data-sources"])
		klip["title"] = tn.mark + " Klip"
		o["klips"] = m.make(admin, "/"+tn.slug+"/klips", klip)
		o["dashboards"] = m.make(admin, "/"+tn.slug+"/dashboards", map[string]any{"title": tn.mark + " dashboard", "placements": []any{
			map[string]any{"klip": o["klips"], "x": 0, "y": 0, "w": 6, "h": 13}}})
		o["assets"], o["bar"], o["bin"], o["defaults"] = o["klips"], o["dashboards"], o["klips"], o["dashboards"]
		o["properties"], o["property-declarations"] = "region", "region"
		o["roles"] = m.make(admin, "/"+tn.slug+"/roles", map[string]any{"name": fmt.Sprintf("%s %d", tn.mark, m.rnd.Int()), "permissions": []string{"klip.build"}})
		o["credentials"] = m.make(admin, "/"+tn.slug+"/credentials", newCredential(tn.mark+" shop", sealed+tn.mark))
		tn.objects = o
		m.people(admin, tn)
	}
	return !m.over
}

// pushes puts a data source in the place of the first one into which rows were pushed, twice.
func (m *maze) pushes(admin *caller, tn *tenant, o map[string]string) {
	m.t.Helper()
	o["data-sources"] = m.make(admin, "/"+tn.slug+"/data-sources", map[string]any{"name": tn.mark + " pushed", "push": map[string]any{}})
	at := "/" + tn.slug + "/data-sources/" + o["data-sources"]
	for range 2 {
		if status, answer, _ := m.send(admin, "POST", at+"/data", `[{"Region":"`+tn.mark+`","Amount":10}]`); status != http.StatusOK {
			m.t.Fatalf("push: %d %s", status, answer)
		}
	}
	for noun, list := range map[string]string{"deliveries": "/runs", "earlier": "/earlier"} {
		_, answer, _ := m.send(admin, "GET", at+list, "")
		var found struct{ Items []struct{ ID string } }
		if err := json.Unmarshal([]byte(answer), &found); err != nil {
			m.t.Fatal(answer)
		}
		if len(found.Items) > 0 {
			o[noun] = found.Items[0].ID
		}
	}
}

// isAdmin says whether the administrator of an account is that still, signed in anew if the game ended the session.
func (m *maze) isAdmin(c *caller, tn *tenant) bool {
	status, answer, _ := m.send(c, "GET", "/"+tn.slug+"/context", "")
	if status == http.StatusUnauthorized && m.signIn(c) == nil {
		status, answer, _ = m.send(c, "GET", "/"+tn.slug+"/context", "")
	}
	return status == http.StatusOK && strings.Contains(answer, `"admin"`)
}

// people finds ids of people and groups, as a sharing dialog does.
func (m *maze) people(admin *caller, tn *tenant) {
	m.t.Helper()
	_, body, _ := m.send(admin, "GET", "/"+tn.slug+"/principals", "")
	var p struct{ Users, Groups []struct{ ID string } }
	if err := json.Unmarshal([]byte(body), &p); err != nil || len(p.Users) == 0 || len(p.Groups) == 0 {
		m.t.Fatalf("%s: %v %s", tn.slug, err, body)
	}
	for _, noun := range []string{"sessions", "keys", "user-properties", "deleted-clients", "pushes", "imports", "instances"} {
		tn.objects[noun] = "nothing"
	}
	tn.objects["people"], tn.objects["groups"] = p.Users[m.rnd.IntN(len(p.Users))].ID, p.Groups[0].ID
}

func (m *maze) make(c *caller, path string, body any) string {
	m.t.Helper()
	text, ok := body.(string)
	if !ok {
		b, err := json.Marshal(body)
		if err != nil {
			m.t.Fatal(err)
		}
		text = string(b)
	}
	status, answer, _ := m.send(c, "POST", path, text)
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(answer), &made); err != nil || status >= 500 {
		m.t.Fatalf("%s: %d %s", path, status, answer)
	}
	if status >= 300 { // the game has lowered a limit
		m.over = true
	}
	return made.ID
}

// readsUploads lets an App that does not serve read the files that are sent, and do no other jobs.
func readsUploads(t *testing.T, a *App) {
	t.Helper()
	others := func(h job.Handler) bool { return h.Kind != "upload.read" }
	var err error
	a.jobs, err = job.NewRunner(job.Config{DB: a.DB, Handlers: slices.DeleteFunc(a.Sources.Jobs(), others)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { a.jobs.Serve(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
}

func (m *maze) pick() *tenant { return m.tenants[m.rnd.IntN(len(m.tenants))] }

// near is an account that the caller acts in, three times of four, or any other.
func (m *maze) near(c *caller) *tenant {
	if m.rnd.IntN(4) > 0 {
		return c.homes[m.rnd.IntN(len(c.homes))]
	}
	return m.pick()
}

// send makes one call in process.
// It gives the status, the body, and the headers as a text.
func (m *maze) send(c *caller, method, path, body string) (int, string, string) {
	req := httptest.NewRequestWithContext(m.t.Context(), method, "/api/v1"+path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	if at, _, _ := strings.Cut(path, "?"); !strings.HasSuffix(at, "/data") { // rows have no version
		req.Header.Set("If-Match", fmt.Sprintf(`"%d"`, 1+m.rnd.IntN(2)))
	}
	req.AddCookie(&http.Cookie{Name: "octavo_session", Value: c.cookie})
	rec := httptest.NewRecorder()
	m.handler.ServeHTTP(rec, req)
	return rec.Code, rec.Body.String(), fmt.Sprint(rec.Header())
}

// ends are routes whose success would only end the game.
var ends = map[string]bool{"GET /{account}/changes": true, "DELETE /{account}/visit": true}

// step makes one random call and looks into the answer.
func (m *maze) step() int {
	m.t.Helper()
	row := m.rows[m.rnd.IntN(len(m.rows))]
	if ends[row.method+" "+row.path] {
		return 0
	}
	c := m.callers[m.rnd.IntN(len(m.callers))]
	w := &world{t: m.t, objects: map[string]map[string]string{}}
	mixed := map[string]string{}
	for noun := range m.tenants[0].objects {
		mixed[noun] = m.near(c).objects[noun]
	}
	mixed["account"] = m.near(c).slug
	for _, tn := range m.tenants {
		w.objects[tn.slug] = mixed
	}
	body := ""
	if b := w.body(row, "northlight"); b != nil {
		text, ok := b.(string)
		if !ok {
			raw, _ := json.Marshal(b) // maps of texts always marshal
			text = string(raw)
		}
		body = text
	}
	path := w.path(row.path, "northlight")
	status, answer, headers := m.send(c, row.method, path, body)
	if status >= 500 {
		m.t.Errorf("%s: %s %s %s: %d %s", c.name, row.method, path, body, status, answer)
	}
	if status == http.StatusUnauthorized {
		_ = m.signIn(c) // the game ended the session, or the person
	}
	m.inspect(c, fmt.Sprintf("%s %s %s", row.method, path, body), headers+answer, body)
	return status
}

// sealed begins the secrets of the connected accounts of all: no answer has one, whoever asks.
const sealed = "SEALED"

// inspect looks for words that the caller may not read. What the caller sent may come back.
func (m *maze) inspect(c *caller, call, answer, sent string) {
	m.t.Helper()
	if strings.Contains(answer, sealed) {
		m.t.Errorf("%s reads a secret by %s:\n%.2000s", c.name, call, answer)
	}
	for _, tn := range m.tenants {
		words := append([]string{}, tn.inside...)
		if !c.knows(tn) {
			words = append(words, tn.secrets...)
		} else if c.insider {
			words = nil
		}
		for _, word := range words {
			if strings.Contains(answer, word) && !strings.Contains(sent, word) {
				m.t.Errorf("%s reads %q of %s by %s:\n%.2000s", c.name, word, tn.slug, call, answer)
			}
		}
	}
}
