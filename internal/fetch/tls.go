package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
)

// TLS says how the host of a request is known.
type TLS struct {
	CA         string // PEM of who may sign its certificate, beside whom the system trusts
	ServerName string // that its certificate is for; "" = the host
}

// Valid says whether certificates and name can be used.
func (t TLS) Valid() bool {
	return (t.CA == "" || x509.NewCertPool().AppendCertsFromPEM([]byte(t.CA))) && (t.ServerName == "" || isName(t.ServerName))
}

// transportFor is what sends a request to an address. One that knows its host in a way of its own, or presents a certificate,
// shares no connection with others, or they would trust whom only it trusts, or be taken for who has the certificate; hosts that
// it is sent on to are known as everybody is, and are shown nothing.
func (c *Client) transportFor(to *url.URL, t *TLS, shown *tls.Certificate) (*http.Transport, error) {
	if t == nil {
		t = &TLS{}
	}
	if *t == (TLS{}) && shown == nil {
		return c.transport, nil
	}
	roots := c.roots
	if t.CA != "" {
		var err error
		if roots, err = c.trusting(t.CA); err != nil {
			return nil, err
		}
	}
	own, ownPort := plainHost(to.Hostname()), port(to)
	out := c.transport.Clone()
	out.DisableKeepAlives = true
	out.DialTLSContext = dialTLS(c.dial, func(host, at string) (*tls.Config, error) {
		if plainHost(host) != own {
			return &tls.Config{RootCAs: c.roots}, nil
		}
		cfg := &tls.Config{RootCAs: roots, ServerName: t.ServerName}
		if shown != nil && at == ownPort && to.Scheme == "https" {
			cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return shown, nil }
		}
		return cfg, nil
	})
	return out, nil
}

// trusting is whom the client trusts, and who signs with a CA.
func (c *Client) trusting(ca string) (*x509.CertPool, error) {
	roots := x509.NewCertPool()
	if c.roots != nil {
		roots = c.roots.Clone()
	} else if system, err := x509.SystemCertPool(); err == nil {
		roots = system
	}
	if !roots.AppendCertsFromPEM([]byte(ca)) {
		return nil, tlsFailed("the certificate that the request brings cannot be read")
	}
	return roots, nil
}
