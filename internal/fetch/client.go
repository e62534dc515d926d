package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options of a Client. The zero value reads public addresses only.
type Options struct {
	Allow    []netip.Prefix // networks that may be read although they are not public, see ParseAllow
	Hosts    []string       // names, and name:port or address:port, that may lead into private networks
	Resolver Resolver       // nil = the system's
	Roots    *x509.CertPool // who may sign certificates; nil = whom the system trusts
	MaxIdle  int            // connections kept for the next request, default 100
	PerHost  int            // connections to one host and port at a time, default 4
}

// Client sends requests to the world outside. Safe for concurrent use; Close ends it.
type Client struct {
	guard     *guard // of New; what dial ends at
	dial      dialer
	roots     *x509.CertPool
	transport *http.Transport
}

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Limits of every request.
const (
	DefaultTimeout   = 30 * time.Second
	DefaultMaxBytes  = 100 << 20
	DefaultRedirects = 5

	DefaultPerHost = 4

	maxIdle        = 100
	idleTime       = time.Minute
	handshakeTime  = 10 * time.Second
	maxHeaderBytes = 64 << 10 // of an answer
)

// New makes a client.
func New(o Options) *Client {
	g := &guard{allow: o.Allow, resolver: o.Resolver}
	for _, h := range o.Hosts {
		g.hosts = append(g.hosts, strings.ToLower(h))
	}
	if g.resolver == nil {
		g.resolver = net.DefaultResolver
	}
	if o.MaxIdle <= 0 {
		o.MaxIdle = maxIdle
	}
	if o.PerHost <= 0 {
		o.PerHost = DefaultPerHost
	}
	c := clientOver(g, g.dial, &tls.Config{RootCAs: o.Roots}, o.PerHost, o.MaxIdle)
	c.roots = o.Roots
	return c
}

func clientOver(g *guard, dial dialer, safe *tls.Config, perHost, maxIdle int) *Client {
	return &Client{guard: g, dial: dial, transport: &http.Transport{
		Proxy:                  nil, // one of the environment would connect where we do not look
		DialContext:            dial,
		DialTLSContext:         dialTLS(dial, func(string, string) (*tls.Config, error) { return safe.Clone(), nil }),
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // unpacked here, with a limit
		MaxConnsPerHost:        perHost,
		MaxIdleConnsPerHost:    perHost,
		MaxIdleConns:           maxIdle,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}}
}

// Refuse says where this server listens: what is there is not read, whatever networks are allowed, unless
// Options.Hosts has exactly that host and port.
func (c *Client) Refuse(at netip.AddrPort) { c.guard.refuse(at) }

// RefuseName says under which name, or address, and port people reach this server: the same holds for it.
func (c *Client) RefuseName(host string, port uint16) { c.guard.refuseName(host, port) }

// Only makes a client that connects to one host and port and nowhere else, by the same rules, with connections of its own.
// safe is how TLS is spoken there; nil = without certificates of its own. It is closed by itself.
func (c *Client) Only(host string, port int, safe *tls.Config) *Client {
	only := net.JoinHostPort(plainHost(host), strconv.Itoa(port))
	if safe == nil {
		safe = &tls.Config{}
	}
	return clientOver(c.guard, func(ctx context.Context, network, address string) (net.Conn, error) {
		if to, at, err := net.SplitHostPort(address); err != nil || net.JoinHostPort(plainHost(to), at) != only {
			return nil, NotAllowed(address)
		}
		return c.dial(ctx, network, address)
	}, safe, DefaultPerHost, DefaultPerHost)
}

// Close ends connections that nobody uses.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Over makes a client that connects by dial in place of the guard, through a server that the guard has looked at.
func Over(dial func(ctx context.Context, network, address string) (net.Conn, error)) *Client {
	return clientOver(&guard{}, dial, &tls.Config{}, DefaultPerHost, DefaultPerHost)
}

// Dial connects to host:port for a protocol that is not HTTP, by the same rules; network is tcp, or SSH. It has the
// form that drivers of databases ask for. Codes bad_url, dns, connect, private_address, host_not_allowed.
func (c *Client) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return c.dial(ctx, network, address)
}

// dialTLS connects and shakes hands, so that what goes wrong then has its own code. known says how a host and port are known, in a
// configuration of its own.
func dialTLS(dial dialer, known func(host, port string) (*tls.Config, error)) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		raw, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		host, at, err := net.SplitHostPort(address)
		if err != nil {
			return nil, errors.Join(BadURL(), raw.Close())
		}
		cfg, err := known(host, at)
		if err != nil {
			return nil, errors.Join(err, raw.Close())
		}
		if cfg.ServerName == "" {
			cfg.ServerName = host
		}
		cfg.MinVersion = tls.VersionTLS12
		if cfg.NextProtos == nil {
			cfg.NextProtos = []string{"h2", "http/1.1"}
		}
		ctx, cancel := context.WithTimeout(ctx, handshakeTime)
		defer cancel()
		conn := tls.Client(raw, cfg)
		if err := conn.HandshakeContext(ctx); err != nil {
			_ = raw.Close() // the handshake's error says more
			return nil, translateTLS(err)
		}
		return conn, nil
	}
}

// Request is what is sent. It is not changed, and may be sent again.
type Request struct {
	Method        string // GET, POST, PUT, PATCH or DELETE; "" = GET
	URL           string // http or https
	Header        http.Header
	Body          []byte
	Timeout       time.Duration // until the last byte of the answer; default 30 s
	MaxBytes      int64         // of the answer, unpacked; default 100 MiB
	MaxRedirects  int           // 0 = 5; below 0 = none: a redirect is then the answer
	SecretHeaders []string      // names that are left out when a redirect leaves the origin; Authorization and Cookie always are
	TLS           *TLS          // of the host of URL; nil = as everybody is known

	Certificate *tls.Certificate // presented to the host and port of URL, and to nobody to whom they send on; nil = none
}

// Response is an answer, whatever its status.
type Response struct {
	Status    int
	Header    http.Header   // as it came; without Content-Encoding and Content-Length where Body is unpacked
	Body      io.ReadCloser // must be closed. Reading gives too_large beyond MaxBytes, packed_too_much, timeout, connect
	URL       string        // the address that answered; it may hold secrets, as the one asked for may
	Redirects int           // how many were followed
}

// Do sends a request and follows redirects. Codes bad_url, bad_header, private_address,
// host_not_allowed, redirect_blocked (Forbidden), dns, connect, tls, timeout
// (Unavailable), too_large; a cancelled ctx gives context.Canceled.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	u, err := checkURL(r.URL)
	if err != nil {
		return nil, err
	}
	if err := CheckHeader(r.Header); err != nil {
		return nil, err
	}
	r.setDefaults()
	limited, cancel := context.WithTimeout(ctx, r.Timeout)
	word := func(err error) error { return wordIn(ctx, limited, r.Timeout, err) }
	transport, err := c.transportFor(u, r.TLS, r.Certificate)
	if err != nil {
		cancel()
		return nil, err
	}
	raw, at, err := follow(limited, transport, hop{method: r.Method, url: u, header: sent(r.Header), body: r.Body}, r)
	if err != nil {
		cancel()
		return nil, word(err)
	}
	if raw.ContentLength > r.MaxBytes {
		_ = raw.Body.Close() // nothing of it is wanted
		cancel()
		return nil, tooLarge(r.MaxBytes, raw.ContentLength)
	}
	body, err := open(raw, r, word, cancel)
	if err != nil {
		return nil, err
	}
	return &Response{Status: raw.StatusCode, Header: raw.Header, Body: body, URL: at.url.String(), Redirects: at.redirects}, nil
}

func (r *Request) setDefaults() {
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	if r.Timeout <= 0 {
		r.Timeout = DefaultTimeout
	}
	if r.MaxBytes <= 0 {
		r.MaxBytes = DefaultMaxBytes
	}
	if r.MaxRedirects == 0 {
		r.MaxRedirects = DefaultRedirects
	}
}

// wordIn words an error that came up while limited ran under the caller's ctx.
func wordIn(ctx, limited context.Context, after time.Duration, err error) error {
	err = translate(err)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return context.Canceled
	case errors.Is(err, errSlow), errors.Is(err, context.Canceled) && limited.Err() != nil:
		return timedOut(after)
	}
	return err
}

// hop is one request of a chain of redirects.
type hop struct {
	method    string
	url       *url.URL
	header    http.Header
	body      []byte
	redirects int
}

// follow sends requests until an answer is no redirect.
func follow(ctx context.Context, transport *http.Transport, at hop, r Request) (*http.Response, hop, error) {
	for {
		req := (&http.Request{Method: at.method, URL: at.url, Host: at.url.Host, Header: at.header.Clone()}).WithContext(ctx)
		if len(at.body) > 0 {
			req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(at.body)), int64(len(at.body))
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(at.body)), nil }
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			return nil, at, err
		}
		location := resp.Header.Get("Location")
		if r.MaxRedirects < 0 || location == "" || !slices.Contains(redirects, resp.StatusCode) {
			return resp, at, nil
		}
		_ = resp.Body.Close() // only where it leads matters
		if at, err = at.next(resp.StatusCode, location, r); err != nil {
			return nil, at, err
		}
	}
}
