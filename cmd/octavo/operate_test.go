package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
)

const password = "correct horse battery"

// create makes an administrator and gives what was printed.
func (p *place) create(agency, email string, more ...string) created {
	p.t.Helper()
	r := p.run(password+"\n", append([]string{"user", "create", "--agency", agency, "--email", email, "--password-stdin"}, more...)...)
	var out created
	dec := json.NewDecoder(strings.NewReader(r.out))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&out); r.code != 0 || err != nil || dec.More() {
		p.t.Fatalf("user create: exit code %d, %v\n%s%s", r.code, err, r.out, r.err)
	}
	return out
}

func TestUserCreate(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	first := p.create("North Light", "maya@north.test", "--api-key")
	if first.Account != "north-light" || !id.IsHex(first.User) || first.Email != "maya@north.test" || !strings.HasPrefix(first.APIKey, "octavo_") {
		t.Errorf("first: %+v", first)
	}
	for email, agency := range map[string]string{"tom@north.test": "North Light", "lea@north.test": "north-light", "bo@north.test": "NORTH LIGHT"} {
		next := p.create(agency, email, "--name", "Somebody")
		if next.Account != first.Account || next.User == first.User || next.APIKey != "" {
			t.Errorf("another administrator of %s: %+v", agency, next)
		}
	}
	if other := p.create("Southlight", "lee@south.test"); other.Account != "southlight" {
		t.Errorf("another agency: %+v", other)
	}
	for _, c := range []struct{ name, agency, email, password, says string }{
		{"short password", "Fresh", "lee@b.test", "short", "at least 10 characters"},
		{"no password", "Fresh", "lee@b.test", "\n", "no password"},
		{"long password", "Fresh", "lee@b.test", strings.Repeat("x", 129), "at most 128 characters"},
		{"password with the address", "Fresh", "leeward@b.test", "my leeward@b.test password", "password_has_email"},
		{"no address", "Fresh", "nobody", password, "not an e-mail address"},
		{"address in use in a new agency", "Fresh", "MAYA@north.test", password, "email_in_use"},
		{"address in use", "North Light", "MAYA@north.test", password, "email_in_use"},
		{"no name of the agency", " ", "lee@b.test", password, "name_required"},
	} {
		r := p.run(c.password, "user", "create", "--agency", c.agency, "--email", c.email, "--password-stdin")
		if r.want(t, 1, "", c.says); t.Failed() {
			t.Fatal(c.name)
		}
	}
	if got := p.slugs(); got != "north-light southlight" {
		t.Errorf("agencies: %s; a refusal must not leave one", got)
	}
	p.run("", "check").want(t, 0, "Every reference holds.", "")
}

// slugs are the addresses of all accounts.
func (p *place) slugs() string {
	p.t.Helper()
	var out []string
	err := dbtest.OpenURL(p.t, p.url).Read(p.t.Context(), db.System(), func(tx *db.Tx) error {
		return tx.Query(p.t.Context(), `SELECT slug FROM accounts ORDER BY slug`, nil, func(scan func(...any) error) error {
			var slug string
			err := scan(&slug)
			out = append(out, slug)
			return err
		})
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for range 2 {
		p.run("", "migrate").want(t, 0, "The tables are up to date.\n", "")
	}
	before := dbtest.Dump(t, dbtest.OpenURL(t, p.url))
	p.run("", "migrate").want(t, 0, "The tables are up to date.\n", "")
	if after := dbtest.Dump(t, dbtest.OpenURL(t, p.url)); after != before {
		t.Errorf("migrating again changed the database:\n%s\n%s", before, after)
	}
	info, err := os.Stat(p.data)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data folder: %v, %v", info.Mode(), err)
	}
}

// The default place of everything is the data folder, whatever its name.
func TestDataFolders(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	for _, name := range []string{"data", "100% of a ?#ü"} {
		parent := t.TempDir()
		data := filepath.Join(parent, name)
		octavo(t, "", nil, "migrate", "--data", data).want(t, 0, "up to date", "")
		octavo(t, "", []string{"OCTAVO_DATA=" + data}, "demo").want(t, 0, "maya@northlight.example", "")
		octavo(t, "", nil, "check", "--data", data).want(t, 0, "Every reference holds.", "")
		entries, err := os.ReadDir(parent)
		if err != nil || len(entries) != 1 || entries[0].Name() != name {
			t.Errorf("beside %q there is %v, %v", name, entries, err)
		}
		files := 0
		err = filepath.WalkDir(filepath.Join(data, "blobs"), func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files++
			}
			return err
		})
		if _, there := os.Stat(filepath.Join(data, "octavo.db")); err != nil || there != nil || files == 0 {
			t.Errorf("%q holds %d files, %v, %v", name, files, there, err)
		}
	}
}

func TestDemoTwiceAndCheck(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	r := p.run("", "demo")
	r.want(t, 0, "maya@northlight.example", "")
	if n := strings.Count(r.out, "\n"); n != 5 {
		t.Errorf("%d people are told:\n%s", n, r.out)
	}
	slugs := p.slugs()
	p.run("", "demo").want(t, 0, "The demo is there already.\n", "")
	if again := p.slugs(); again != slugs || strings.Count(slugs, " ") != 3 {
		t.Errorf("accounts after the first demo %q, after the second %q", slugs, again)
	}
	p.run("", "check").want(t, 0, "Every reference holds.\n", "")
	p.run(password, "user", "create", "--agency", "Fjord", "--email", "x@fjord.test", "--password-stdin").
		want(t, 1, "", "Fjord is a client")

	client := p.damage()
	r = p.run("", "check")
	r.want(t, 1, "dashboards_counted", "")
	if strings.Contains(r.out, "Every reference holds") {
		t.Errorf("check says both:\n%s", r.out)
	}
	blob := p.anyBlob()
	if err := os.Remove(blob); err != nil {
		t.Fatal(err)
	}
	r = p.run("", "check")
	r.want(t, 1, "payload_stored", "")
	if !strings.Contains(r.out, "dashboards_counted") || !strings.Contains(r.out, client) || !strings.Contains(r.out, filepath.Base(blob)) {
		t.Errorf("check does not name what is wrong:\n%s", r.out)
	}
}

// damage makes the count of dashboards of a client wrong and gives its address.
func (p *place) damage() string {
	p.t.Helper()
	const client = "fjord"
	d := dbtest.OpenURL(p.t, p.url)
	var account id.Account
	err := d.Read(p.t.Context(), db.System(), func(tx *db.Tx) error {
		_, err := tx.One(p.t.Context(), `SELECT id FROM accounts WHERE slug = :slug`, db.Args{"slug": client}, &account)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	err = d.Tx(p.t.Context(), db.Account(account), func(tx *db.Tx) error {
		n, err := tx.Exec(p.t.Context(), `UPDATE accounts SET dash_used = dash_used + 1 WHERE id = :account`, nil)
		if n != 1 {
			p.t.Fatalf("no client %s", client)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return client
}

// anyBlob is one stored file of a payload.
func (p *place) anyBlob() string {
	p.t.Helper()
	var found string
	err := filepath.WalkDir(filepath.Join(p.data, "blobs", "families"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		p.t.Fatalf("no stored file: %v", err)
	}
	return found
}

func TestIDBothWays(t *testing.T) {
	t.Parallel()
	p, other := newTables(t), newTables(t)
	p.create("Northlight", "maya@north.test") // accounts 4294967297 and, of another family, 8589934593
	p.create("Southlight", "lee@south.test")
	other.create("Northlight", "maya@north.test")
	seen := map[string]string{}
	for _, asset := range []string{"4294967297/1", "4294967297/2", "8589934593/1", "8589934593/9223372036854775807"} {
		r := p.run("", "id", asset)
		r.want(t, 0, "\n", "")
		public := strings.TrimSpace(r.out)
		if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(public) || seen[public] != "" {
			t.Errorf("%s is %q, also %q", asset, public, seen[public])
		}
		seen[public] = asset
		p.run("", "id", public).want(t, 0, asset+"\n", "")
	}
	const refusal = "this is not an id of this installation"
	for public := range seen {
		other.run("", "id", public).want(t, 1, "", refusal)
		p.run("", "id", strings.ToUpper(public)).want(t, 1, "", refusal)
		break
	}
	for _, wrong := range []string{"", "x", strings.Repeat("0", 32), strings.Repeat("f", 32)} {
		p.run("", "id", wrong).want(t, 1, "", refusal)
	}
	for _, wrong := range []string{"x/1", "0/1", "1/0", "1/2/3", "/"} {
		p.run("", "id", wrong).want(t, 1, "", wrong+" is no ACCOUNT/NUMBER")
	}
}

// The operator enters an account by a link, while one of its administrators lets them.
func TestUserSupport(t *testing.T) {
	t.Parallel()
	r := newProductRig(t)
	args := []string{"user", "support", "--account", "northlight", "--name", "Ana of Example Hosting", "--public-url", "https://octavo.example/"}
	r.place.run("", args...).want(t, 1, "", "Settings, Security")
	tag := r.do(&call{method: "GET", path: "/northlight/settings", status: 200}).header.Get("ETag")
	r.do(&call{method: "PATCH", path: "/northlight/settings", status: 200, header: map[string]string{"If-Match": tag},
		body: map[string]any{"values": map[string]any{"support_until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}}})
	printed := r.place.run("", args...)
	printed.want(t, 0, `"link":"https://octavo.example/sign-in/support/`, "")
	_, token, _ := strings.Cut(printed.out, "/sign-in/support/")
	token, _, _ = strings.Cut(token, `"`)
	r.do(&call{method: "POST", path: "/sign-in/support", body: map[string]any{"token": token}, status: 200})
	if me := string(r.do(&call{method: "GET", path: "/me", status: 200}).body); !strings.Contains(me, "Ana of Example Hosting") {
		t.Errorf("who entered: %s", me)
	}
	r.refused(&call{method: "POST", path: "/sign-in/support", body: map[string]any{"token": token}}, 404, "link_expired")
}
