package credential

import (
	"crypto/x509"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"octavo/internal/connector/sql"
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
}

const (
	maxDatabase = 200      // characters
	maxCA       = 64 << 10 // bytes
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
	return s, nil
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
	return at + " (" + s.TLS + ")"
}

// DatabaseAddress is what Open takes for a database of a kind, in place of a web address.
func DatabaseAddress(engine string) string { return "database:" + engine }

// Login is what a database is asked with.
type Login struct {
	Server
	User, Password string
}

// Login gives what is needed to ask a database.
func (s *Secret) Login() Login {
	return Login{Server: s.facts.Server, User: s.facts.UserName, Password: s.value}
}
