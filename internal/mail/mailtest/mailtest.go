// Package mailtest runs a mail server that speaks SMTP strictly, keeps what it is
// given, and refuses or hangs up where a test says so.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"octavo/internal/clock"
)

// Mail is one mail that the server took.
type Mail struct {
	From, To string // of the envelope
	Secure   bool   // it came over TLS
	User     string // who signed in, "" = nobody
	*netmail.Message
	Text string // the message as it came, headers included
}

// Step is a place in the conversation.
type Step string

// The steps that a test can put an answer to.
const (
	AtConnect Step = "connect"
	AtMail    Step = "mail"
	AtRcpt    Step = "rcpt"
	AtText    Step = "text" // the text has begun
	AtEnd     Step = "end"  // the server has the whole text and has not answered
)

// Server is a running mail server.
type Server struct {
	Addr string
	Pool *x509.CertPool // who signed its certificate

	mu     sync.Mutex // guards what follows
	mails  []Mail
	answer map[Step][]func(*smtp.Conn) error
	before func()
}

// User and Password let somebody in who signs in.
const (
	User     = "octavo"
	Password = "let me send"
)

// New starts a server on this machine; it ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{Pool: x509.NewCertPool(), answer: map[Step][]func(*smtp.Conn) error{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = l.Addr().String()
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain, server.AllowInsecureAuth, server.ErrorLog = "mail.test", true, quiet{}
	server.ReadTimeout, server.WriteTimeout = 10*time.Second, 10*time.Second
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate(t, s.Pool)}}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close(); <-ended })
	return s
}

// quiet drops what the library would log of connections that end.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// Refuse makes the next conversation that gets to a step be answered with a code.
func (s *Server) Refuse(at Step, code int, words string) {
	s.on(at, func(*smtp.Conn) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: words}
	})
}

// Drop makes the next conversation that gets to a step lose its connection there.
func (s *Server) Drop(at Step) {
	s.on(at, func(c *smtp.Conn) error {
		_ = c.Conn().Close()
		return errors.New("hung up")
	})
}

// Before calls fn whenever the text of a mail begins to come in.
func (s *Server) Before(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = fn
}

func (s *Server) on(at Step, fn func(*smtp.Conn) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer[at] = append(s.answer[at], fn)
}

func (s *Server) at(step Step, c *smtp.Conn) error {
	s.mu.Lock()
	var fn func(*smtp.Conn) error
	if list := s.answer[step]; len(list) > 0 {
		fn, s.answer[step] = list[0], list[1:]
	}
	s.mu.Unlock()
	if fn == nil {
		return nil
	}
	return fn(c)
}

// Mails are the mails that the server took, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Wait gives the mails as soon as there are n.
func (s *Server) Wait(t testing.TB, n int) []Mail {
	t.Helper()
	for end := clock.System().Now().Add(20 * time.Second); clock.System().Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if mails := s.Mails(); len(mails) >= n {
			return mails
		}
	}
	t.Fatalf("%d mails came, want %d", len(s.Mails()), n)
	return nil
}

// session is one conversation.
type session struct {
	s    *Server
	c    *smtp.Conn
	mail Mail
	user string
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{s: s, c: c}, s.at(AtConnect, c)
}

func (x *session) Reset()        { x.mail = Mail{} }
func (x *session) Logout() error { return nil }

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	x.mail = Mail{From: from, User: x.user}
	return x.s.at(AtMail, x.c)
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.mail.To = to
	return x.s.at(AtRcpt, x.c)
}

func (x *session) Data(r io.Reader) error {
	x.s.mu.Lock()
	before := x.s.before
	x.s.mu.Unlock()
	if before != nil {
		before()
	}
	if err := x.s.at(AtText, x.c); err != nil {
		return err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := x.s.at(AtEnd, x.c); err != nil {
		return err
	}
	x.mail.Text = string(text)
	if x.mail.Message, err = netmail.ReadMessage(strings.NewReader(x.mail.Text)); err != nil {
		return &smtp.SMTPError{Code: 554, Message: err.Error()}
	}
	_, x.mail.Secure = x.c.TLSConnectionState()
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.mails = append(x.s.mails, x.mail)
	return nil
}

// AuthMechanisms and Auth let one user in.
func (x *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth is described at AuthMechanisms.
func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		x.user = user
		return nil
	}), nil
}

// certificate makes one for this machine and puts it into a pool.
func certificate(t testing.TB, pool *x509.CertPool) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"},
		NotBefore: clock.System().Now().Add(-time.Hour), NotAfter: clock.System().Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
