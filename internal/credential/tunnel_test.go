package credential_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"octavo/internal/credential"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/testserver"
)

// TestTunnel keeps the sign-in of a database that an SSH server leads to: the key of that server is never taken in silence.
func TestTunnel(t *testing.T) {
	w := newWorld(t)
	server, err := testserver.SSH("ssh-ed25519 AAAA")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	w.Reach(fetch.New(fetch.Options{Hosts: []string{fmt.Sprintf("127.0.0.1:%d", server.Port)}}))
	who := w.Actor(w.Agency, w.Agency.Admin)
	draft := credential.Draft{Kind: credential.Database, Label: "Shop", UserName: "anna", Secret: "MARKone", TunnelSecret: " MARKtwo", Server: credential.Server{
		Engine: "postgresql", Host: "db.internal", Database: "shop", Tunnel: credential.Tunnel{Host: "127.0.0.1", Port: server.Port, User: "octavo"}}}

	_, err = w.Create(w.ctx, who, draft)
	var told *errs.Error
	if !errors.As(err, &told) || told.Code != "tunnel_key_unknown" || told.Params["host_key"] != server.HostKey || !strings.HasPrefix(fmt.Sprint(told.Params["fingerprint"]), "SHA256:") {
		t.Fatalf("without a key: %v", err)
	}
	draft.Server.Tunnel.HostKey = server.HostKey
	for field, change := range map[string]func(d *credential.Draft){
		"tunnel_secret": func(d *credential.Draft) { d.TunnelSecret = "" },
		"tunnel_user":   func(d *credential.Draft) { d.Server.Tunnel.User = " " },
		"tunnel_host":   func(d *credential.Draft) { d.Server.Tunnel.HostKey = "ssh-ed25519 AAAA" },
	} {
		other := draft
		change(&other)
		if _, err := w.Create(w.ctx, who, other); !errs.Is(err, "bad_credential") || !errors.As(err, &told) || told.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, text := range map[string]string{"two lines": "a\nb", "no key": "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "a passphrase": lockedKey(t)} {
		other := draft
		other.TunnelSecret = text
		if _, err := w.Create(w.ctx, who, other); !errs.Is(err, "bad_credential") {
			t.Errorf("%s: %v", name, err)
		}
	}
	made, err := w.Create(w.ctx, who, draft)
	if err != nil || len(made.Hosts) != 2 || made.Hosts[1] != fmt.Sprintf("ssh://127.0.0.1:%d", server.Port) || made.Tunnel.User != "octavo" {
		t.Fatalf("made %+v, %v", made, err)
	}
	login := func() credential.Login {
		t.Helper()
		opened, err := w.Open(w.ctx, who.Account, made.ID, credential.DatabaseAddress("postgresql"))
		if err != nil {
			t.Fatal(err)
		}
		in := opened.Login()
		if got := opened.Mask(in.Password + " " + in.TunnelSecret); strings.Contains(got, "MARK") {
			t.Errorf("not hidden: %q", got)
		}
		return in
	}
	if got := login(); got.Password != "MARKone" || got.TunnelSecret != " MARKtwo" {
		t.Errorf("opened %q and %q", got.Password, got.TunnelSecret)
	}
	// One secret may change without the other.
	patch := func(p credential.Patch) error {
		after, err := w.Update(w.ctx, who, made.ID, made.Version, p)
		if err == nil {
			made = after
		}
		return err
	}
	three := " MARKthree "
	if err := patch(credential.Patch{TunnelSecret: &three}); err != nil || login().TunnelSecret != three || login().Password != "MARKone" {
		t.Errorf("a new secret of the tunnel: %v", err)
	}
	four := "MARKfour"
	if err := patch(credential.Patch{Secret: &four}); err != nil || login().TunnelSecret != three || login().Password != four {
		t.Errorf("a new password: %v", err)
	}
	// Another server, and another key of it, need both anew, and a key that is confirmed.
	to := made.Server
	to.Tunnel.User = "other"
	if err := patch(credential.Patch{Server: &to, Secret: &four}); !errs.Is(err, "bad_credential") {
		t.Errorf("another user without the secret of the tunnel: %v", err)
	}
	if err := patch(credential.Patch{Server: &to, TunnelSecret: &three}); !errs.Is(err, "bad_credential") {
		t.Errorf("another user without the password: %v", err)
	}
	to.Tunnel.HostKey = ""
	if err := patch(credential.Patch{Server: &to, Secret: &four, TunnelSecret: &three}); !errs.Is(err, "tunnel_key_unknown") {
		t.Errorf("without a key: %v", err)
	}
	// Nobody is asked for who may not make the change.
	to.Tunnel.Port = 1 // where nothing listens
	if _, err := w.Update(w.ctx, who, made.ID, made.Version-1, credential.Patch{Server: &to, Secret: &four, TunnelSecret: &three}); !errs.Is(err, "version_conflict") {
		t.Errorf("of an older version: %v", err)
	}
	to.Tunnel = credential.Tunnel{}
	if err := patch(credential.Patch{Server: &to, Secret: &four}); err != nil || login().TunnelSecret != "" || len(made.Hosts) != 1 {
		t.Errorf("without a tunnel: %+v, %v", made, err)
	}
	if dump := dbtest.Dump(t, w.DB); strings.Contains(dump, "MARK") || !strings.Contains(dump, "SHA256:") {
		t.Error("the database holds a secret, or the trail does not say which key was confirmed")
	}
}

func lockedKey(t *testing.T) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block))
}
