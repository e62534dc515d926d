package credential_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/credential"
	"octavo/internal/db/dbtest"
	"octavo/internal/fetch"
)

// macOf is HMAC with SHA-256 as RFC 2104 writes it down.
func macOf(key, text string) string {
	inner, outer := bytes.Repeat([]byte{0x36}, sha256.BlockSize), bytes.Repeat([]byte{0x5c}, sha256.BlockSize)
	for i, c := range []byte(key) {
		inner[i] ^= c
		outer[i] ^= c
	}
	sum := sha256.Sum256(append(inner, text...))
	sum = sha256.Sum256(append(outer, sum[:]...))
	return hex.EncodeToString(sum[:])
}

// hmacDraft signs with a secret; the signature is hexadecimal, in the header X-Signature.
func hmacDraft(change func(*credential.Draft)) func(*credential.Draft) {
	return func(d *credential.Draft) {
		d.Kind, d.Name, d.Secret = credential.HMAC, "X-Signature", "Jefe"
		d.Signature = credential.Signature{Text: "{request.body}"}
		if change != nil {
			change(d)
		}
	}
}

// TestHMAC has the values of RFC 2202 and RFC 4231 of the key "Jefe", and what is signed otherwise.
func TestHMAC(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	w := newWorld(t, dbtest.Clock(now))
	const body = "what do ya want for nothing?"
	hash := map[string]string{
		"sha1":   "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
		"sha256": "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		"sha512": "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
	}
	raw, err := hex.DecodeString(hash["sha512"])
	if err != nil {
		t.Fatal(err)
	}
	as := func(algorithm, encoding string) func(*credential.Draft) {
		return hmacDraft(func(d *credential.Draft) { d.Signature.Algorithm, d.Signature.Encoding = algorithm, encoding })
	}
	signed := func(change func(*credential.Draft), r fetch.Request) fetch.Request {
		t.Helper()
		made := w.make(w.maya, change)
		opened, err := w.Open(w.ctx, w.Agency.ID, made.ID, r.URL)
		if err != nil {
			t.Fatal(err)
		}
		if err := opened.Apply(&r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	ask := fetch.Request{Method: "POST", URL: "https://api.shop.test", Body: []byte(body)}
	for name, c := range map[string]struct {
		change func(*credential.Draft)
		want   string
	}{
		"sha1": {as("sha1", ""), hash["sha1"]}, "as nothing is said": {as("", ""), hash["sha256"]}, "sha256": {as("sha256", "hex"), hash["sha256"]}, "sha512": {as("sha512", "hex"), hash["sha512"]},
		"base64": {as("sha512", "base64"), base64.StdEncoding.EncodeToString(raw)}, "base64url": {as("sha512", "base64url"), base64.RawURLEncoding.EncodeToString(raw)},
		"prefix": {hmacDraft(func(d *credential.Draft) { d.Prefix = "HMAC me: " }), "HMAC me: " + hash["sha256"]},
	} {
		r := signed(c.change, ask)
		if r.Header.Get("X-Signature") != c.want || len(r.Header) != 1 || strings.Join(r.SecretHeaders, ",") != "X-Signature" {
			t.Errorf("%s: %v %v, want %s", name, r.Header, r.SecretHeaders, c.want)
		}
	}

	// All parts, in lines; a part that is put in is no part itself. What was given as the date gives way to what is signed.
	ask = fetch.Request{URL: "https://api.shop.test/a%20b?x=1&sig+nature=v1%3Dold&y={request.body}#top", Header: http.Header{"Date": {"never"}}}
	whole := hmacDraft(func(d *credential.Draft) {
		d.Signature.Text, d.In, d.Name, d.Prefix = "{request.method}\r\n{request.path}\n{request.query}\n{request.date}\n{request.body}{other}\n", credential.Query, "sig nature", "v1="
	})
	const text = "GET\n/a%20b\nx=1&y={request.body}\nSun, 01 Mar 2026 09:00:00 GMT\n{other}\n"
	r := signed(whole, ask)
	if want := "https://api.shop.test/a%20b?x=1&y={request.body}&sig+nature=v1%3D" + macOf("Jefe", text); r.URL != want || r.Header.Get("Date") != "Sun, 01 Mar 2026 09:00:00 GMT" || len(r.SecretHeaders) != 0 {
		t.Errorf("signed %s %v, want %s", r.URL, r.Header, want)
	}
	now.Advance(time.Minute) // the next page
	if next := signed(whole, ask); next.URL == r.URL || next.Header.Get("Date") != "Sun, 01 Mar 2026 09:01:00 GMT" {
		t.Errorf("a minute later: %s %v", next.URL, next.Header)
	}
}

func TestWhatSignsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for reason, change := range map[string]func(*credential.Draft){
		"signature_algorithm": func(d *credential.Draft) { d.Signature.Algorithm = "md5" },
		"signature_encoding":  func(d *credential.Draft) { d.Signature.Encoding = "base32" },
		"signature_long":      func(d *credential.Draft) { d.Signature.Text += strings.Repeat("x", 8<<10) },
		"signature_part":      func(d *credential.Draft) { d.Signature.Text += "{request.host}" },
		"signature_nothing":   func(d *credential.Draft) { d.Signature.Text = "{secret.x}" },
		"signature_in":        func(d *credential.Draft) { d.In = credential.Cookie },
		"signature_prefix":    func(d *credential.Draft) { d.Prefix = "a\r\nHost: evil.test" },
		"name":                func(d *credential.Draft) { d.Name = "date" },
		"secret_missing":      func(d *credential.Draft) { d.Secret = "" },
	} {
		_, err := w.Create(w.ctx, w.maya, draft(hmacDraft(change)))
		wantReason(t, err, reason)
	}
	c := w.make(w.maya, hmacDraft(nil))
	for name, p := range map[string]credential.Patch{
		"another text": {Signature: &credential.Signature{Text: "{request.path}"}}, "another header": {Name: ptr("X-Echo")}, "behind another word": {Prefix: ptr("x ")},
	} {
		_, err := w.Update(w.ctx, w.maya, c.ID, 1, p)
		if wantReason(t, err, "secret_again"); err == nil {
			t.Error(name)
		}
	}
	c, err := w.Update(w.ctx, w.maya, c.ID, 1, credential.Patch{Signature: &credential.Signature{Text: "{request.path}"}, Prefix: ptr("x "), Secret: ptr("new")})
	if err != nil || c.Signature.Text != "{request.path}" || c.Signature.Algorithm != "sha256" || c.Prefix != "x " {
		t.Errorf("changed %+v, %v", c, err)
	}
}
