package sql

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"

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

// Dialer connects to host:port; that of package fetch looks at where it leads.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

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
	switch l.TLS {
	case TLSRequire:
		cfg.InsecureSkipVerify = true
	case TLSCA:
		cfg.InsecureSkipVerify = true // the name is not looked at; the chain is, below
		cfg.VerifyConnection = func(state tls.ConnectionState) error {
			opts := x509.VerifyOptions{Roots: cfg.RootCAs, Intermediates: x509.NewCertPool()}
			for _, c := range state.PeerCertificates[1:] {
				opts.Intermediates.AddCert(c)
			}
			_, err := state.PeerCertificates[0].Verify(opts)
			return err
		}
	}
	return cfg, nil
}
