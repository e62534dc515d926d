package credential_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"octavo/internal/credential"
	"octavo/internal/db/dbtest"
	"octavo/internal/fetch"
	"octavo/internal/testserver"
)

// authority signs certificates of a test.
func authority(t *testing.T) (sign func(name string) *credential.CertificatePair, ca string) {
	t.Helper()
	own, err := testserver.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	return func(name string) *credential.CertificatePair {
		cert, key, err := own.Sign(name, dbtest.Start.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return &credential.CertificatePair{Chain: string(cert), Key: string(key)}
	}, string(own.PEM)
}

// presented opens a credential and gives whom the certificate names that it presents; "" = it presents none.
func (w *world) presented(c *credential.Credential) (name string, r fetch.Request) {
	w.t.Helper()
	opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
	if err != nil {
		w.t.Fatal(err)
	}
	r.URL = "https://api.shop.test/"
	if err := opened.Apply(&r); err != nil {
		w.t.Fatal(err)
	}
	if r.Certificate != nil {
		name = r.Certificate.Leaf.Subject.CommonName
	}
	return name, r
}

func TestAClientCertificateIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sign, ca := authority(t)
	ada := sign("ada")
	ada.Chain += "\n" + ca
	alone := w.make(w.maya, func(d *credential.Draft) { d.Kind, d.Secret, d.Certificate = credential.ClientCertificate, "", ada })
	block, _ := pem.Decode([]byte(ada.Chain))
	sum := sha256.Sum256(block.Bytes)
	if got := alone.Certificate; got.Subject != "CN=ada" || got.Issuer != "CN=Octavo test" || !got.NotAfter.Equal(dbtest.Start.Add(time.Hour).Truncate(time.Second)) || got.Fingerprint != hex.EncodeToString(sum[:]) {
		t.Errorf("made %+v", got)
	}
	if name, r := w.presented(alone); name != "ada" || len(r.Certificate.Certificate) != 2 || len(r.Header) != 0 {
		t.Errorf("presents %q, %v", name, r.Header)
	}
	// It may stand beside what another kind sends, and goes when it is taken away.
	both := w.make(w.maya, func(d *credential.Draft) { d.Certificate = sign("bert") })
	if name, r := w.presented(both); name != "bert" || r.Header.Get("Authorization") != "Bearer "+marker {
		t.Errorf("both: %q %v", name, r.Header)
	}
	opened, err := w.Open(w.ctx, w.Agency.ID, both.ID, "https://api.shop.test/")
	if err != nil {
		t.Fatal(err)
	}
	key := opened.Key()
	change := func(p credential.Patch) {
		t.Helper()
		if both, err = w.Update(w.ctx, w.maya, both.ID, both.Version, p); err != nil {
			t.Fatal(err)
		}
		if opened, err = w.Open(w.ctx, w.Agency.ID, both.ID, "https://api.shop.test/"); err != nil {
			t.Fatal(err)
		}
	}
	if change(credential.Patch{Label: ptr("Till")}); opened.Key() != key {
		t.Error("another name is another secret")
	}
	change(credential.Patch{Secret: ptr("new")})
	if name, r := w.presented(both); name != "bert" || r.Header.Get("Authorization") != "Bearer new" {
		t.Errorf("a new token: %q %v", name, r.Header)
	}
	key = opened.Key()
	change(credential.Patch{Certificate: sign("carl")})
	if name, r := w.presented(both); name != "carl" || r.Header.Get("Authorization") != "Bearer new" || opened.Key() == key {
		t.Errorf("a new certificate: %q %v", name, r.Header)
	}
	key = opened.Key()
	change(credential.Patch{Certificate: &credential.CertificatePair{}})
	if name, r := w.presented(both); name != "" || r.Header.Get("Authorization") != "Bearer new" || opened.Key() == key || both.Certificate != (credential.Certificate{}) {
		t.Errorf("without: %q %v %+v", name, r.Header, both.Certificate)
	}
	_, err = w.Update(w.ctx, w.maya, both.ID, both.Version, credential.Patch{Certificate: &credential.CertificatePair{}})
	wantReason(t, err, "certificate_missing")
	_, err = w.Update(w.ctx, w.maya, alone.ID, 1, credential.Patch{Certificate: &credential.CertificatePair{}})
	wantReason(t, err, "certificate_missing")
}

// TestACertificateIsPresentedNowhereElse is an administrator who may change a credential of somebody else and does not know its key.
func TestACertificateIsPresentedNowhereElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sign, _ := authority(t)
	alone := w.make(w.editor, func(d *credential.Draft) { d.Kind, d.Certificate = credential.ClientCertificate, sign("ada") })
	both := w.make(w.editor, func(d *credential.Draft) { d.Certificate = sign("ada") })
	_, err := w.Update(w.ctx, w.maya, alone.ID, 1, credential.Patch{Hosts: ptr([]string{"evil.test"}), Secret: ptr("x")})
	wantReason(t, err, "certificate_again")
	_, err = w.Update(w.ctx, w.maya, both.ID, 1, credential.Patch{Hosts: ptr([]string{"evil.test"}), Certificate: sign("evil")})
	wantReason(t, err, "secret_again")
	_, err = w.Update(w.ctx, w.maya, both.ID, 1, credential.Patch{Hosts: ptr([]string{"evil.test"}), Secret: ptr("x")})
	wantReason(t, err, "certificate_again")
	_, err = w.Update(w.ctx, w.maya, both.ID, 1, credential.Patch{Hosts: ptr([]string{"http://api.shop.test"}), Secret: ptr("x"), Certificate: sign("ada")})
	wantReason(t, err, "certificate_hosts")
}

func TestWhatIsNoClientCertificate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sign, _ := authority(t)
	for name, c := range map[string]struct {
		change func(p *credential.CertificatePair)
		reason string
	}{
		"nothing":           {func(p *credential.CertificatePair) { *p = credential.CertificatePair{} }, "certificate_missing"},
		"no certificate":    {func(p *credential.CertificatePair) { p.Chain = "" }, "certificate_missing"},
		"no key":            {func(p *credential.CertificatePair) { p.Key = " \n" }, "certificate_key_missing"},
		"key as chain":      {func(p *credential.CertificatePair) { p.Chain += p.Key }, "certificate_chain"},
		"more than chain":   {func(p *credential.CertificatePair) { p.Chain += "-----BEGIN X-----\n-----END X-----\n" }, "certificate_chain"},
		"no PEM":            {func(p *credential.CertificatePair) { p.Chain = "none" }, "certificate_chain"},
		"broken":            {func(p *credential.CertificatePair) { p.Chain = strings.Replace(p.Chain, "MII", "MIA", 1) }, "certificate_chain"},
		"too long":          {func(p *credential.CertificatePair) { p.Chain = strings.Repeat(p.Chain, 100) }, "certificate_chain"},
		"no key in PEM":     {func(p *credential.CertificatePair) { p.Key = marker }, "certificate_key"},
		"certificate twice": {func(p *credential.CertificatePair) { p.Key = p.Chain }, "certificate_key"},
		"passphrase": {func(p *credential.CertificatePair) {
			p.Key = strings.ReplaceAll(p.Key, "PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
		}, "certificate_encrypted"},
		"old passphrase": {func(p *credential.CertificatePair) {
			p.Key = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
		}, "certificate_encrypted"},
		"key of another": {func(p *credential.CertificatePair) { p.Key = sign("ada").Key }, "certificate_mismatch"},
	} {
		pair := sign("ada")
		c.change(pair)
		_, err := w.Create(w.ctx, w.maya, draft(func(d *credential.Draft) { d.Kind, d.Certificate = credential.ClientCertificate, pair }))
		wantReason(t, err, c.reason)
		if t.Failed() {
			t.Fatal(name)
		}
		if strings.Contains(fmt.Sprint(err), "MARK") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.Create(w.ctx, w.maya, draft(func(d *credential.Draft) { d.Kind = credential.ClientCertificate }))
	wantReason(t, err, "certificate_missing")
	_, err = w.Create(w.ctx, w.maya, draft(func(d *credential.Draft) { d.Hosts, d.Certificate = []string{"http://api.shop.test"}, sign("ada") }))
	wantReason(t, err, "certificate_hosts")
}

// TestAPrivateKeyComesOutNowhere looks for lines of the key in all that is kept and told.
func TestAPrivateKeyComesOutNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sign, _ := authority(t)
	pair, next := sign("ada"), sign("ada")
	c := w.make(w.maya, func(d *credential.Draft) { d.Certificate = pair })
	c, err := w.Update(w.ctx, w.maya, c.ID, 1, credential.Patch{Certificate: next})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	for _, v := range []any{c, opened, *opened} {
		text, err := json.Marshal(v)
		fmt.Fprintf(&told, "%v %+v %#v %s %v\n", v, v, v, text, err)
	}
	told.WriteString(dbtest.Dump(t, w.DB))
	for _, one := range []*credential.CertificatePair{pair, next} {
		if line := strings.Split(one.Key, "\n")[1]; len(line) < 30 || strings.Contains(told.String(), line) {
			t.Errorf("the key is told: %s", line)
		}
	}
	if !strings.Contains(told.String(), c.Certificate.Fingerprint) {
		t.Error("nothing was looked at")
	}
}
