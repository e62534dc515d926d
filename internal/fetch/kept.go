package fetch

import (
	"crypto/tls"
)

// Kept makes a client that asks one host and port and nobody else, by the same rules, one request after the other over one
// connection of HTTP/1.1 that is kept between them: for services that let in a connection and not a request. t is how the host
// is known, and shown the certificate that is presented to it (nil = none), whatever the requests say. It shares no connection
// with anybody; Close ends its own. Code tls.
func (c *Client) Kept(host string, port int, t *TLS, shown *tls.Certificate) (*Client, error) {
	safe := &tls.Config{RootCAs: c.roots, NextProtos: []string{"http/1.1"}}
	if shown != nil {
		safe.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return shown, nil }
	}
	if t != nil {
		safe.ServerName = t.ServerName
		if t.CA != "" {
			var err error
			if safe.RootCAs, err = c.trusting(t.CA); err != nil {
				return nil, err
			}
		}
	}
	out := c.Only(host, port, safe)
	out.transport.ForceAttemptHTTP2 = false
	out.transport.MaxConnsPerHost, out.transport.MaxIdleConnsPerHost = 1, 1
	return out, nil
}
