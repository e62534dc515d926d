package sql

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// Tunnel is a server that a database is reached through, by SSH. The guard looks at its address; what it leads to is its
// own network's business.
type Tunnel struct {
	Host    string // "" = there is none
	Port    int
	User    string
	Secret  string // a password, or a private key in PEM
	HostKey string // that the server has to have, as in a file of known hosts: ssh-ed25519 AAAA…
}

func (t Tunnel) address() string {
	if t.Host == "" {
		return ""
	}
	return net.JoinHostPort(t.Host, strconv.Itoa(t.Port))
}

// tunnelTime is how long it may take until a tunnel is open.
const tunnelTime = 15 * time.Second

// tunnel is an open one, or one that will be.
type tunnel struct {
	Tunnel
	way *fetch.Client

	mu     sync.Mutex // guards what follows
	client *ssh.Client
}

// tunnelled is a door behind a tunnel.
type tunnelled struct {
	door
	through *tunnel
}

// Close closes both.
func (d *tunnelled) Close() error { return errors.Join(d.door.Close(), d.through.close()) }

func (t *tunnel) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.client == nil {
		return nil
	}
	err := t.client.Close()
	t.client = nil
	if errors.Is(err, net.ErrClosed) {
		return nil // by the other side
	}
	return err
}

// dial connects to an address behind the tunnel, which is opened when it is not, or has ended while nobody used it. Codes
// tunnel_unauthorized, tunnel_key_changed, connect and those of fetch.Client.Dial.
func (t *tunnel) dial(ctx context.Context, _, address string) (net.Conn, error) {
	conn, gone, err := t.reach(ctx, address)
	if gone != nil && ctx.Err() == nil { // what ended was not the caller alone: others may read through the tunnel
		t.forget(gone)
		conn, _, err = t.reach(ctx, address)
	}
	return conn, err
}

// reach connects once, within tunnelTime. gone is what has perhaps ended, where the tunnel was open before.
func (t *tunnel) reach(ctx context.Context, address string) (conn net.Conn, gone *ssh.Client, err error) {
	ctx, cancel := context.WithTimeout(ctx, tunnelTime)
	defer cancel()
	client, old, err := t.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	if conn, err = client.DialContext(ctx, "tcp", address); err == nil {
		return &channel{Conn: conn}, nil, nil
	}
	var refused *ssh.OpenChannelError
	if old && !errors.As(err, &refused) {
		gone = client
	}
	if ctx.Err() != nil {
		return nil, gone, ctx.Err()
	}
	return nil, gone, fetch.ConnectFailed("the SSH server does not reach the database")
}

// open gives the connection to the SSH server; old = it was there before.
func (t *tunnel) open(ctx context.Context) (client *ssh.Client, old bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.client != nil {
		return t.client, true, nil
	}
	auth, err := tunnelAuth(t.Secret)
	if err != nil {
		return nil, false, err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(t.HostKey))
	if err != nil {
		return nil, false, errors.New("sql: a stored key of a host cannot be read")
	}
	changed := false
	cfg := &ssh.ClientConfig{User: t.User, Auth: auth, ClientVersion: "SSH-2.0-Octavo", HostKeyAlgorithms: algorithmsOf(key),
		HostKeyCallback: func(_ string, _ net.Addr, shown ssh.PublicKey) error {
			changed = string(shown.Marshal()) != string(key.Marshal())
			if changed {
				return errOtherKey
			}
			return nil
		}}
	t.client, err = shake(ctx, t.way, t.address(), cfg)
	switch {
	case err == nil:
		return t.client, false, nil
	case changed, strings.Contains(err.Error(), "no common algorithm for host key"):
		return nil, false, errs.New(errs.Conflict, "tunnel_key_changed", "The SSH server shows another key than the one that was confirmed. Ask who runs it before you confirm the new one.")
	case strings.Contains(err.Error(), "unable to authenticate"):
		return nil, false, errs.New(errs.Conflict, "tunnel_unauthorized", "The SSH server does not take this user name and password or key.")
	}
	return nil, false, err
}

func (t *tunnel) forget(client *ssh.Client) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.client == client {
		_ = client.Close() // it is gone
		t.client = nil
	}
}

var errOtherKey = errors.New("sql: another key of a host")

// shake connects and signs in.
func shake(ctx context.Context, way *fetch.Client, address string, cfg *ssh.ClientConfig) (*ssh.Client, error) {
	conn, err := way.Dial(ctx, fetch.SSH, address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // the handshake knows no context
	c, channels, requests, err := ssh.NewClientConn(conn, address, cfg)
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close() // the error says more
		return nil, err
	}
	return ssh.NewClient(c, channels, requests), nil
}

// algorithmsOf are the signatures by a kind of key, so that a server with several keys shows the one that is known.
func algorithmsOf(key ssh.PublicKey) []string {
	if key.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{key.Type()}
}

// tunnelAuth signs in with a private key, or with a password in both ways that servers ask for one.
func tunnelAuth(secret string) ([]ssh.AuthMethod, error) {
	if strings.HasPrefix(secret, "-----BEGIN ") {
		key, err := ssh.ParsePrivateKey([]byte(secret))
		if err != nil {
			return nil, errors.New("sql: a stored key cannot be read")
		}
		return []ssh.AuthMethod{ssh.PublicKeys(key)}, nil
	}
	return []ssh.AuthMethod{ssh.Password(secret), ssh.KeyboardInteractive(func(_, _ string, questions []string, echos []bool) ([]string, error) {
		answers := make([]string, len(questions))
		for i := range questions {
			if !echos[i] {
				answers[i] = secret
			}
		}
		return answers, nil
	})}, nil
}

// IsTunnelSecret says whether a text is a password of one line or a private key without a passphrase.
func IsTunnelSecret(secret string) bool {
	if strings.HasPrefix(secret, "-----BEGIN ") {
		_, err := ssh.ParsePrivateKey([]byte(secret))
		return err == nil
	}
	return secret != "" && !strings.ContainsFunc(secret, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Fingerprint is what people compare of a key of a host, such as SHA256:…; false when it is no key.
func Fingerprint(hostKey string) (string, bool) {
	key, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(hostKey))
	if err != nil || len(rest) > 0 {
		return "", false
	}
	return ssh.FingerprintSHA256(key), true
}

// HostKey asks an SSH server for its key, without signing in. Codes timeout, connect and those of fetch.Client.Dial.
func HostKey(ctx context.Context, client *fetch.Client, host string, port int) (string, error) {
	limited, cancel := context.WithTimeout(ctx, tunnelTime)
	defer cancel()
	shown := ""
	_, err := shake(limited, client.Only(host, port, nil), Tunnel{Host: host, Port: port}.address(), &ssh.ClientConfig{
		ClientVersion:     "SSH-2.0-Octavo",
		HostKeyAlgorithms: []string{ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256},
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			shown = strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
			return errOtherKey
		}})
	switch {
	case shown != "":
		return shown, nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	return "", fetch.Explain(err, tunnelTime)
}

// channel is a connection through a tunnel, which has no time limits of its own: it is closed when one is passed.
type channel struct {
	net.Conn

	mu     sync.Mutex // guards what follows
	forget func()     // takes the time limit away; nil = there is none
	passed bool
}

// SetDeadline closes the connection at that time; zero = never.
func (c *channel) SetDeadline(at time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forget != nil {
		c.forget()
		c.forget = nil
	}
	if at.IsZero() {
		return nil
	}
	ctx, cancel := context.WithDeadline(context.Background(), at)
	context.AfterFunc(ctx, func() {
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return
		}
		c.mu.Lock()
		c.passed = true
		c.mu.Unlock()
		_ = c.Conn.Close()
	})
	c.forget = cancel
	return nil
}

// SetReadDeadline is SetDeadline: who waits longer than that for one direction has no use for the other.
func (c *channel) SetReadDeadline(at time.Time) error { return c.SetDeadline(at) }

// SetWriteDeadline is SetDeadline.
func (c *channel) SetWriteDeadline(at time.Time) error { return c.SetDeadline(at) }

// Read reads on.
func (c *channel) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, c.late(err)
}

// Write writes.
func (c *channel) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.late(err)
}

func (c *channel) late(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil && c.passed {
		return os.ErrDeadlineExceeded
	}
	return err
}

// Close closes the connection.
func (c *channel) Close() error {
	return errors.Join(c.SetDeadline(time.Time{}), c.Conn.Close())
}
