package credential

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"octavo/internal/connector/sql"
	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// Server says where a database is and how it is reached.
type Server struct {
	Engine   string `json:"engine,omitempty"` // as package sql names it
	Host     string `json:"host,omitempty"`   // a name or an address
	Port     int    `json:"port,omitempty"`   // 0 = the usual one of the engine
	Database string `json:"database,omitempty"`
	TLS      string `json:"tls,omitempty"` // one of sql.TLSModes; "" = verify-full
	CA       string `json:"ca,omitempty"`  // PEM of who signs the server's certificate; "" = whom the system trusts
	Tunnel   Tunnel `json:"tunnel,omitzero"`
}

// Tunnel is a server that a database is reached through, by SSH; the zero value is none.
type Tunnel struct {
	Host    string `json:"host" maxLength:"1000"`
	Port    int    `json:"port,omitempty" minimum:"0" maximum:"65535" doc:"22 when absent."`
	User    string `json:"user" maxLength:"1000"`
	HostKey string `json:"host_key,omitempty" maxLength:"10000" doc:"That the server has to have, as in a file of known hosts. Without it the call is refused with tunnel_key_unknown, which tells the key."`
}

const sshPort = 22

// checked completes what people typed. Code bad_credential.
func (t Tunnel) checked() (Tunnel, error) {
	if t.Host = strings.TrimSpace(t.Host); t.Host == "" {
		return Tunnel{}, nil
	}
	if t.Port == 0 {
		t.Port = sshPort
	}
	if _, err := fetch.Origin("http://" + t.address()); err != nil || t.Port < 1 || t.Port > 65535 || strings.ContainsAny(t.Host, "/?#@[]") {
		return t, bad("tunnel_host", "server", "a server is a name or an address, and a port.")
	}
	if t.User = strings.TrimSpace(t.User); t.User == "" || utf8.RuneCountInString(t.User) > maxName || !isLine(t.User) {
		return t, bad("tunnel_user", "tunnel_user", "give the user name on the SSH server.")
	}
	t.HostKey = strings.TrimSpace(t.HostKey)
	if _, known := sql.Fingerprint(t.HostKey); t.HostKey != "" && (!known || !isLine(t.HostKey)) {
		return t, bad("tunnel_host", "host_key", "this is no key of a server.")
	}
	return t, nil
}

func (t Tunnel) address() string { return net.JoinHostPort(t.Host, strconv.Itoa(t.Port)) }

// confirmed refuses a tunnel whose server's key nobody has confirmed, and tells the key. Codes tunnel_key_unknown, those of sql.HostKey.
func (s *Service) confirmed(ctx context.Context, t Tunnel) error {
	if t.Host == "" || t.HostKey != "" {
		return nil
	}
	key, err := sql.HostKey(ctx, s.client, t.Host, t.Port)
	var known *errs.Error
	if errors.As(err, &known) {
		return known.WithField("tunnel_host")
	}
	if err != nil {
		return err
	}
	shown, _ := sql.Fingerprint(key) // it was read as one
	return errs.Newf(errs.Conflict, "tunnel_key_unknown", "Confirm that the SSH server is the right one: its key is %s.", shown).
		WithField("tunnel_host").WithParams(map[string]any{"host": t.Host, "port": t.Port, "host_key": key, "fingerprint": shown})
}

// tunnelSecret takes blanks that come from copying away from around a key; a password may have them.
func tunnelSecret(text string) string {
	if key := strings.TrimSpace(text); key == "" || strings.HasPrefix(key, "-----BEGIN ") {
		return key
	}
	return text
}

// checkTunnelSecret refuses what nobody can sign in with. Code bad_credential.
func (t Tunnel) checkTunnelSecret(text string) error {
	switch {
	case t.Host == "" || sql.IsTunnelSecret(text) && len(text) <= maxTunnelSecret:
		return nil
	case text == "":
		return bad("tunnel_secret", "secret_missing", "give the password or the private key.")
	}
	return bad("tunnel_secret", "tunnel_secret", "it is a password of one line, or a private key in PEM without a passphrase.")
}

const (
	maxDatabase = 200      // characters
	maxCA       = 64 << 10 // bytes

	maxTunnelSecret = 16 << 10 // bytes
)

// checked completes what people typed. Code bad_credential.
func (s Server) checked() (Server, error) {
	s.Host, s.Database = strings.TrimSpace(s.Host), strings.TrimSpace(s.Database)
	if s.TLS == "" {
		s.TLS = sql.TLSFull
	}
	usual, known := sql.Port(s.Engine, s.TLS)
	if !known {
		return s, bad("engine", "engine", "this kind of database is not known.")
	}
	if s.Port == 0 {
		s.Port = usual
	}
	if _, err := s.origin(); err != nil || s.Port < 1 || s.Port > 65535 || strings.ContainsAny(s.Host, "/?#@[]") {
		return s, bad("host", "server", "a server is a name or an address, and a port.")
	}
	if s.Database == "" || utf8.RuneCountInString(s.Database) > maxDatabase || !isLine(s.Database) {
		return s, bad("database", "database", "give the name of the database.")
	}
	if !slices.Contains(sql.TLSModes, s.TLS) {
		return s, bad("tls", "tls", "the connection is disable, require, verify-ca or verify-full.")
	}
	if s.CA = strings.TrimSpace(s.CA); s.CA != "" && (len(s.CA) > maxCA || strings.Contains(s.CA, "PRIVATE KEY") || !x509.NewCertPool().AppendCertsFromPEM([]byte(s.CA))) {
		return s, bad("ca", "ca", "these are no certificates in PEM.")
	}
	var err error
	s.Tunnel, err = s.Tunnel.checked()
	return s, err
}

// origin names the database in the form of the hosts of other kinds.
func (s Server) origin() (string, error) {
	at, err := fetch.Origin("http://" + net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	return s.Engine + strings.TrimPrefix(at, "http") + "/" + url.PathEscape(s.Database), err
}

// placed says where a database is and how safe the way is, for the trail; "" for other kinds.
func (s Server) placed() string {
	at, err := s.origin()
	if err != nil || s.Engine == "" {
		return ""
	}
	if s.Tunnel.Host == "" {
		return at + " (" + s.TLS + ")"
	}
	key, _ := sql.Fingerprint(s.Tunnel.HostKey) // it was checked
	return at + " (" + s.TLS + ", " + s.Tunnel.User + "@" + s.Tunnel.address() + " " + key + ")"
}

// DatabaseAddress is what Open takes for a database of a kind, in place of a web address.
func DatabaseAddress(engine string) string { return "database:" + engine }

// Login is what a database is asked with.
type Login struct {
	Server
	User, Password string
	TunnelSecret   string
}

// Login gives what is needed to ask a database.
func (s *Secret) Login() Login {
	return Login{Server: s.facts.Server, User: s.facts.UserName, Password: s.value, TunnelSecret: s.tunnel}
}
