package datasource_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/rest"
	"octavo/internal/credential"
	"octavo/internal/testserver"
)

// pairOf is a client certificate that an authority signs.
func pairOf(t *testing.T, ca *testserver.CA, name string, until time.Time) *credential.CertificatePair {
	t.Helper()
	cert, key, err := ca.Sign(name, until)
	if err != nil {
		t.Fatal(err)
	}
	return &credential.CertificatePair{Chain: string(cert), Key: string(key)}
}

// TestAClientCertificateOpensTheDoor reads from a server that talks to nobody without a certificate of its authority, and answers
// to the token of whom it names only.
func TestAClientCertificateOpensTheDoor(t *testing.T) {
	ca, err := testserver.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := testserver.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		who := r.TLS.PeerCertificates[0].Subject.CommonName
		if r.URL.Path == "/token" && r.Header.Get("Authorization") != "Bearer MARK"+who {
			http.Error(rw, fmt.Sprint("no: ", r.Header), http.StatusUnauthorized)
			return
		}
		onePage(rw, r)
	}))
	year := time.Now().AddDate(1, 0, 0)
	own := pairOf(t, ca, "127.0.0.1", year)
	cert, err := tls.X509KeyPair([]byte(own.Chain), []byte(own.Key))
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(ca.PEM)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: trusted}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	w := newWeb(t, strings.TrimPrefix(server.URL, "https://"))
	ask := rest.Spec{URL: server.URL + "/door", TLS: &rest.TLS{CA: string(ca.PEM)}}
	token := ask
	token.URL = server.URL + "/token"
	alone := func(pair *credential.CertificatePair) credential.Draft {
		return credential.Draft{Kind: credential.ClientCertificate, Hosts: []string{server.URL}, Certificate: pair}
	}
	with := func(pair *credential.CertificatePair, secret string) credential.Draft {
		return credential.Draft{Kind: credential.Bearer, Hosts: []string{server.URL}, Secret: secret, Certificate: pair}
	}
	ada, bert := w.connect(alone(pairOf(t, ca, "ada", year))), w.connect(with(pairOf(t, ca, "bert", year), "MARKbert"))
	w.tries("its certificate", ask, ada, "")
	w.tries("no token", token, ada, "service_unauthorized")
	for range 2 { // a connection of one is none of the other
		w.tries("certificate and token", token, bert, "")
		w.tries("the token of another", token, w.connect(with(pairOf(t, ca, "ada", year), "MARKbert")), "service_unauthorized")
	}
	for name, draft := range map[string]credential.Draft{
		"no certificate": with(nil, "MARKada"), "of another authority": alone(pairOf(t, stranger, "ada", year)), "one that has ended": alone(pairOf(t, ca, "ada", time.Now().Add(-time.Hour))),
	} {
		if code := w.tried(ask, w.connect(draft)); code != "tls" && code != "connect" { // the alert is lost where the server closes right behind it
			t.Errorf("%s: %q", name, code)
		}
	}
	w.readsTwoPages(token, bert)
}
