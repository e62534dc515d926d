package credential_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/credential"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fetch"
	"octavo/internal/id"
	"octavo/internal/secret"
)

func TestHowEachKindIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const at = "https://api.shop.test/v1?page=2#x"
	for name, c := range map[string]struct {
		change func(*credential.Draft)
		url    string
		header string
		hidden string
	}{
		"bearer": {nil, at, "Authorization: Bearer s e+c/ret", ""},
		"prefix": {func(d *credential.Draft) { d.Prefix = "Token" }, at, "Authorization: Token s e+c/ret", ""},
		"basic": {func(d *credential.Draft) { d.Kind, d.UserName = credential.Basic, "me" }, at,
			"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("me:s e+c/ret")), ""},
		"header": {func(d *credential.Draft) { d.Kind, d.Name = credential.APIKey, "X-Key" }, at, "X-Key: s e+c/ret", "X-Key"},
		"query": {func(d *credential.Draft) { d.Kind, d.Name, d.In = credential.APIKey, "api key", credential.Query },
			"https://api.shop.test/v1?page=2&api+key=s+e%2Bc%2Fret", "", ""},
		"cookie": {func(d *credential.Draft) {
			d.Kind, d.Name, d.In, d.Secret = credential.APIKey, "sid", credential.Cookie, "abc"
		}, at, "Cookie: a=1; sid=abc", ""},
	} {
		in := draft(c.change)
		if in.Secret == marker {
			in.Secret = "s e+c/ret"
		}
		made, err := w.Create(w.ctx, w.maya, in)
		if err != nil {
			t.Fatal(name, err)
		}
		opened, err := w.Open(w.ctx, w.Agency.ID, made.ID, at)
		if err != nil {
			t.Fatal(name, err)
		}
		before := http.Header{"Cookie": {"a=1"}}
		r := fetch.Request{URL: at, Header: before}
		if err := opened.Apply(&r); err != nil {
			t.Fatal(name, err)
		}
		line := ""
		for key := range r.Header {
			if key != "Cookie" || name == "cookie" {
				line += key + ": " + strings.Join(r.Header[key], ",")
			}
		}
		if r.URL != c.url || line != c.header || strings.Join(r.SecretHeaders, ",") != c.hidden || before.Get("Cookie") != "a=1" || len(before) != 1 {
			t.Errorf("%s: %s %q %v, header before %v", name, r.URL, line, r.SecretHeaders, before)
		}
	}
}

// TestDigest is the example of RFC 7616 §3.9.1, and what is no challenge for it.
func TestDigest(t *testing.T) {
	t.Parallel()
	const question = `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=%s, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	for algorithm, want := range map[string]string{
		"MD5": "8ca523f5e9506fed4657c9700eebdbec", "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		got, ok := credential.Answer(fmt.Sprintf(question, algorithm), "Mufasa", "Circle of Life", "GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
		if !ok || !strings.Contains(got, `response="`+want+`"`) || !strings.Contains(got, `opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`) || !strings.Contains(got, "qop=auth, nc=00000001") {
			t.Errorf("%s: %s", algorithm, got)
		}
	}
	for _, line := range []string{"", "Basic realm=x", "Digest", `Digest realm="x"`, `Digest nonce="x", algorithm=SHA-1`, `Digest nonce="x", qop="auth-int"`, `Digest nonce="x`, `Digest ="`} {
		if got, ok := credential.Answer(line, "a", "b", "GET", "/", "c"); ok && line != `Digest nonce="x` {
			t.Errorf("%s is answered with %s", line, got)
		}
	}
}

// TestACredentialGoesToItsHostsOnly tries addresses that only look like its host.
func TestACredentialGoesToItsHostsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.maya, func(d *credential.Draft) { d.Hosts = []string{"api.shop.test", "http://lan.test:8080"} })
	for _, good := range []string{"https://api.shop.test/x", "https://API.shop.test:443/", "https://api.shop.test./", "http://lan.test:8080/"} {
		if _, err := w.Open(w.ctx, w.Agency.ID, c.ID, good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
	if err != nil {
		t.Fatal(err)
	}
	for address, code := range map[string]string{
		"https://evil.test/": "host_not_allowed", "http://api.shop.test/": "host_not_allowed", "https://api.shop.test:8443/": "host_not_allowed",
		"https://api.shop.test.evil.test/": "host_not_allowed", "https://xapi.shop.test/": "host_not_allowed", "https://shop.test/": "host_not_allowed",
		"https://evil.test/?https://api.shop.test/": "host_not_allowed", "https://evil.test#@api.shop.test/": "host_not_allowed",
		"https://api.shop.test@evil.test/": "bad_url", "https://api.shop.test\\@evil.test/": "bad_url", "//api.shop.test/": "bad_url", "": "bad_url",
	} {
		_, err := w.Open(w.ctx, w.Agency.ID, c.ID, address)
		wantCode(t, err, code)
		r := fetch.Request{URL: address} // the next page of an answer, say
		wantCode(t, opened.Apply(&r), code)
		if r.Header != nil || r.URL != address {
			t.Errorf("%s: applied to %+v", address, r)
		}
	}
	for _, owner := range []id.Account{w.Solstice.ID, w.Fjord.ID, id.NewAccount(9, 1)} {
		_, err := w.Open(w.ctx, owner, c.ID, "https://api.shop.test/")
		wantCode(t, err, "credential_missing")
	}
}

// TestARenewedSecretHealsEveryCopy is R29: the copy in a client names the credential of the agency.
func TestR029ARenewedSecretHealsEveryCopy(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.Clock(now))
	c := w.make(w.maya, nil)
	const at = "https://api.shop.test/"
	opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, at)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Report(w.ctx, opened, ""); err != nil {
		t.Fatal(err)
	}
	if is, err := w.Get(w.ctx, w.maya, c.ID); err != nil || is.OKAt.IsZero() || is.State != credential.OK {
		t.Errorf("taken: %+v, %v", is, err)
	}
	if err := w.Report(w.ctx, opened, "401 at one address"); err != nil {
		t.Fatal(err)
	}
	if is, err := w.Get(w.ctx, w.maya, c.ID); err != nil || is.State != credential.OK {
		t.Errorf("refused at one address, taken at another: %+v, %v", is, err)
	}
	now.Advance(time.Hour + time.Second)
	if err := w.Report(w.ctx, opened, "401: the token "+marker+" is not known "+strings.Repeat("x", 900)); err != nil {
		t.Fatal(err)
	}
	is, err := w.Get(w.ctx, w.maya, c.ID)
	if err != nil || is.State != credential.NeedsRenewal || !strings.HasPrefix(is.Error, "401: the token ••••••") || len([]rune(is.Error)) != 500 {
		t.Errorf("refused: %+v, %v", is, err)
	}
	_, err = w.Open(w.ctx, w.Agency.ID, c.ID, at)
	wantCode(t, err, "needs_reauthorization")
	renewed, err := w.Update(w.ctx, w.maya, c.ID, is.Version, credential.Patch{Secret: ptr("fresh")})
	if err != nil || renewed.State != credential.OK || renewed.Error != "" {
		t.Fatalf("renewed: %+v, %v", renewed, err)
	}
	if err := w.Report(w.ctx, opened, "late news of the old one"); err != nil {
		t.Fatal(err)
	}
	again, err := w.Open(w.ctx, w.Agency.ID, c.ID, at)
	if err != nil {
		t.Fatal(err)
	}
	r := fetch.Request{URL: at}
	if err := again.Apply(&r); err != nil || r.Header.Get("Authorization") != "Bearer fresh" {
		t.Errorf("sent %v, %v", r.Header, err)
	}
}

func TestASourceIsGivenWhatTheActorMayUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, shared := w.make(w.maya, nil), w.make(w.maya, func(d *credential.Draft) { d.Shared = true })
	choose := func(who authz.Actor, cred id.Credential) error {
		return w.DB.Tx(w.ctx, db.Account(who.Account), func(tx *db.Tx) error {
			_, err := w.Choose(w.ctx, tx, who, cred)
			return err
		})
	}
	for _, c := range []struct {
		who  authz.Actor
		cred id.Credential
		code string
	}{
		{w.maya, own.ID, ""}, {w.editor, own.ID, "not_found"}, {w.editor, shared.ID, ""}, {w.viewer, shared.ID, "permission_denied"},
		{w.client, shared.ID, "not_found"}, {w.visitor, shared.ID, "not_found"},
	} {
		if err := choose(c.who, c.cred); c.code != "" {
			wantCode(t, err, c.code)
		} else if err != nil {
			t.Errorf("%s chooses %s: %v", c.who.Name, c.cred, err)
		}
	}
}

func TestOfADeletedClientNothingIsOpened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.client, nil)
	if _, err := w.Accounts.DeleteClient(w.ctx, w.maya, "solstice-coffee", "Solstice (gold)"); err != nil {
		t.Fatal(err)
	}
	_, err := w.Open(w.ctx, w.Solstice.ID, c.ID, "https://api.shop.test/")
	wantCode(t, err, "credential_missing")
}

// TestSecretsComeOutNowhere plants a marker and looks for it in all that is kept and told.
func TestSecretsComeOutNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var told bytes.Buffer
	note := func(values ...any) {
		for _, v := range values {
			text, err := json.Marshal(v)
			fmt.Fprintf(&told, "%v %+v %#v %s %s %v\n", v, v, v, v, text, err)
		}
	}
	const value = marker + " a/b+c=\"d\""
	c, err := w.Create(w.ctx, w.maya, draft(func(d *credential.Draft) {
		d.Kind, d.UserName, d.Secret, d.Shared = credential.Basic, "me", value, true
	}))
	note(c, err)
	for _, p := range []credential.Patch{{Secret: ptr(value + "2")}, {Secret: ptr(value + "\n")}, {Hosts: ptr([]string{"evil.test"})}, {Secret: ptr(value), Label: ptr("")}} {
		is, err := w.Get(w.ctx, w.maya, c.ID)
		note(is, err)
		got, err := w.Update(w.ctx, w.maya, c.ID, is.Version, p)
		note(got, err)
	}
	opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
	if err != nil {
		t.Fatal(err)
	}
	note(opened, *opened)
	slog.New(slog.NewJSONHandler(&told, nil)).Info("x", "secret", opened, "value", *opened)
	slog.New(slog.NewTextHandler(&told, nil)).Info("x", "secret", opened, "value", *opened)
	r := fetch.Request{URL: "https://api.shop.test/"}
	if err := opened.Apply(&r); err != nil {
		t.Fatal(err)
	}
	sent := r.Header.Get("Authorization")
	quoted, _ := json.Marshal(value + "2")
	for _, said := range []string{value + "2", sent, string(quoted), "?k=" + strings.ReplaceAll(value+"2", " ", "%20"), base64.StdEncoding.EncodeToString([]byte(value + "2"))} {
		if masked := opened.Mask("<" + said + ">"); masked == "<"+said+">" && !strings.Contains(said, "%20") {
			t.Errorf("%s is not masked", said)
		}
	}
	if err := w.Report(w.ctx, opened, "refused: "+sent+" "+value+"2"); err != nil {
		t.Fatal(err)
	}
	_, err = w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
	note(err)
	note(w.Delete(w.ctx, w.editor, c.ID, 1, ""))
	told.WriteString(dbtest.Dump(t, w.DB))
	for _, hidden := range []string{marker, base64.StdEncoding.EncodeToString([]byte(marker))[:12], strings.TrimPrefix(sent, "Basic ")[:20]} {
		if i := strings.Index(told.String(), hidden); i >= 0 {
			t.Errorf("%q is told: …%s…", hidden, told.String()[max(0, i-200):min(told.Len(), i+100)])
		}
	}
	if !strings.Contains(told.String(), "api.shop.test") || !strings.Contains(told.String(), "credential.changed") {
		t.Error("nothing was looked at")
	}
}

// TestAMovedSecretDoesNotOpen exchanges the sealed values of two rows.
func TestAMovedSecretDoesNotOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.make(w.client, nil), w.make(w.client, nil)
	err := w.DB.Tx(w.ctx, db.Account(w.Solstice.ID), func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx, `UPDATE credentials SET sealed = (SELECT o.sealed FROM credentials o WHERE o.account_id = :account AND o.id = :two)
			WHERE account_id = :account AND id = :one`, db.Args{"one": one.ID, "two": two.ID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Open(w.ctx, w.Solstice.ID, one.ID, "https://api.shop.test/"); !errors.Is(err, secret.ErrSealed) {
		t.Errorf("opened: %v", err)
	}
	if _, err := w.Open(w.ctx, w.Solstice.ID, two.ID, "https://api.shop.test/"); err != nil {
		t.Error(err)
	}
}
