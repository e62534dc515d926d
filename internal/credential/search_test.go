package credential_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"octavo/internal/credential"
)

// TestASearchForATokenEnds: an expression that would go on for hours is given up with the reading.
func TestASearchForATokenEnds(t *testing.T) {
	t.Parallel()
	body := []byte("<r>" + strings.Repeat("<a/>", 50_000) + "<token>x</token></r>")
	if got := credential.TextAt(t.Context(), "/r/token", body); got != "x" {
		t.Errorf("got %q", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if got := credential.TextAt(ctx, "//*[count(//*[count(//*)=0])=0]", body); got != "" {
		t.Errorf("got %q", got)
	}
}

// TestAKeyBehindItsCurve is what `openssl ecparam -genkey` writes.
func TestAKeyBehindItsCurve(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	curve := string(pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS", Bytes: []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7}}))
	text := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	if !credential.IsKey(curve+text) || credential.IsKey(curve) {
		t.Error("a key is not found behind the name of its curve, or found in it")
	}
}
