package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"octavo/internal/testserver"
)

// doorServer answers with whom it was shown a certificate of, and sends on to what the query says.
func doorServer(t *testing.T, ca *testserver.CA, wants tls.ClientAuthType, http2 bool) *httptest.Server {
	t.Helper()
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(ca.PEM)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, r.URL.RawQuery, http.StatusFound)
			return
		}
		who := "nobody"
		if shown := r.TLS.PeerCertificates; len(shown) > 0 {
			who = shown[0].Subject.CommonName
		}
		_, _ = fmt.Fprint(w, who, " ", r.Proto)
	}))
	cert, err := tls.X509KeyPair(signed(t, ca, "127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: wants, ClientCAs: trusted}
	s.EnableHTTP2 = http2
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func signed(t *testing.T, ca *testserver.CA, name string) (cert, key []byte) {
	t.Helper()
	cert, key, err := ca.Sign(name, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func newCA(t *testing.T) *testserver.CA {
	t.Helper()
	ca, err := testserver.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// TestAClientCertificate presents certificates of several people to servers that demand one, and to those that they send on to.
func TestAClientCertificate(t *testing.T) {
	t.Parallel()
	ca, other := newCA(t), newCA(t)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.PEM)
	c := newClient(t, Options{Roots: roots, Resolver: &names{answers: map[string][]string{"ada.test": {"127.0.0.1"}}}})
	of := func(ca *testserver.CA, name string) *tls.Certificate {
		pair, err := tls.X509KeyPair(signed(t, ca, name))
		if err != nil {
			t.Fatal(err)
		}
		return &pair
	}
	ada, bert, stranger := of(ca, "ada"), of(ca, "bert"), of(other, "ada")
	for proto, s := range map[string]*httptest.Server{"HTTP/1.1": doorServer(t, ca, tls.RequireAndVerifyClientCert, false), "HTTP/2.0": doorServer(t, ca, tls.RequireAndVerifyClientCert, true)} {
		for range 2 {
			for name, shown := range map[string]*tls.Certificate{"ada": ada, "bert": bert} {
				if _, text, err := get(t, c, Request{URL: s.URL, Certificate: shown}); err != nil || text != name+" "+proto {
					t.Errorf("as %s by %s: %q, %v", name, proto, text, err)
				}
			}
			for name, shown := range map[string]*tls.Certificate{"nobody": nil, "somebody of another authority": stranger} {
				// The alert is lost now and then where the server closes right behind it.
				if _, text, err := get(t, c, Request{URL: s.URL, Certificate: shown}); code(err) != "tls" && code(err) != "connect" {
					t.Errorf("as %s by %s: %q, %v", name, proto, text, err)
				}
			}
		}
		asks := doorServer(t, ca, tls.RequestClientCert, false)
		if _, text, err := get(t, c, Request{URL: asks.URL, Certificate: ada}); err != nil || text != "ada HTTP/1.1" {
			t.Errorf("who only asks: %q, %v", text, err)
		}
		if _, text, err := get(t, c, Request{URL: s.URL + "/away?" + asks.URL, Certificate: ada}); err != nil || text != "nobody HTTP/1.1" {
			t.Errorf("another port of the host is shown %q, %v", text, err)
		}
		if _, text, err := get(t, c, Request{URL: s.URL + "/away?" + s.URL + "/back", Certificate: ada}); err != nil || text != "ada "+proto {
			t.Errorf("the same host is shown %q, %v", text, err)
		}
		elsewhere := strings.Replace(asks.URL, "127.0.0.1", "ada.test", 1)
		if _, text, err := get(t, c, Request{URL: s.URL + "/away?" + elsewhere, Certificate: ada}); code(err) != "tls" { // its certificate is for 127.0.0.1
			t.Errorf("another host: %q, %v", text, err)
		}
	}
}

// TestAServerThatRefusesACertificateIsTold is about a server that does so in the handshake, and about the alert of one that
// does so behind it.
func TestAServerThatRefusesACertificateIsTold(t *testing.T) {
	t.Parallel()
	ca := newCA(t)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.PEM)
	s := doorServer(t, ca, tls.RequireAndVerifyClientCert, false)
	s.TLS.MaxVersion = tls.VersionTLS12
	_, _, early := get(t, newClient(t, Options{Roots: roots}), Request{URL: s.URL})
	late := translate(&net.OpError{Op: "remote error", Err: errors.New("bad certificate")})
	for when, err := range map[string]error{"early": early, "late": late} {
		if code(err) != "tls" || !strings.Contains(err.Error(), "client certificate") {
			t.Errorf("%s: %v", when, err)
		}
	}
}
