package sql

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"

	"octavo/internal/secret"
)

// Login says where a database is and who asks. Printing it shows nothing.
type Login struct {
	Key      string // equal keys are equal logins
	Host     string
	Port     int
	Database string
	User     string
	Password string
	TLS      string // TLSOff, TLSRequire, TLSCA, TLSFull
	CA       string // PEM of who signs the certificate; "" = whom the system trusts
	Tunnel   Tunnel // zero = straight
}

// What is asked of the connection, as PostgreSQL calls it.
const (
	TLSOff     = "disable"
	TLSRequire = "require"     // encrypted, whoever answers
	TLSCA      = "verify-ca"   // and its certificate is signed by the CA
	TLSFull    = "verify-full" // and is for this host
)

// TLSModes lists what can be asked of the connection.
var TLSModes = []string{TLSOff, TLSRequire, TLSCA, TLSFull}

// Format shows a mask whatever is asked for.
func (l Login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, secret.Dots) }

// base is the web address of a database that is asked over HTTP.
func (l Login) base() string {
	scheme := "https://"
	if l.TLS == TLSOff {
		scheme = "http://"
	}
	return scheme + net.JoinHostPort(l.Host, strconv.Itoa(l.Port))
}

// tls is how the connection is made safe; nil = it is not.
func (l Login) tls() (*tls.Config, error) {
	if l.TLS == TLSOff {
		return nil, nil
	}
	cfg := &tls.Config{ServerName: l.Host, MinVersion: tls.VersionTLS12}
	if l.CA != "" {
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM([]byte(l.CA)) {
			return nil, errors.New("sql: a stored certificate cannot be read")
		}
	}
	// What the server shows is looked at here, so that drivers that lose the words of an error lose no more than that.
	cfg.InsecureSkipVerify = true
	switch l.TLS {
	case TLSCA:
		cfg.VerifyConnection = func(state tls.ConnectionState) error { return signed(state, cfg.RootCAs, "") }
	case TLSFull:
		cfg.VerifyConnection = func(state tls.ConnectionState) error { return signed(state, cfg.RootCAs, l.Host) }
	}
	return cfg, nil
}

// signed checks who signed the certificate of a server, and whether it is for host; "" = for any.
func signed(state tls.ConnectionState, roots *x509.CertPool, host string) error {
	opts := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool(), DNSName: host}
	for _, c := range state.PeerCertificates[1:] {
		opts.Intermediates.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(opts)
	return err
}
