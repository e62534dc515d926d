package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// smtpTimeout is how long one step of the conversation with the mail server may take.
const smtpTimeout = 30 * time.Second

// server is where mails are handed in.
type server struct {
	host    string
	options []gomail.Option
}

// parseServer reads smtp://user:password@host:port (STARTTLS where the server has it, port 587) or smtps://…
// (TLS from the first byte, port 465). A password goes over TLS only, except to this machine itself.
func parseServer(address string) (*server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, errors.New("mail: the mail server is smtp://user:password@host:port, or smtps:// for TLS from the start") // the address holds a password
	}
	s := &server{host: u.Hostname(), options: []gomail.Option{gomail.WithTimeout(smtpTimeout), gomail.WithoutNoop()}}
	port := 587
	policy := gomail.TLSOpportunistic
	if u.Scheme == "smtps" {
		port = 465
		s.options = append(s.options, gomail.WithSSL())
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, fmt.Errorf("mail: port %s of the mail server is none", u.Port())
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		kind := gomail.SMTPAuthPlainNoEnc
		if !isLocal(s.host) {
			policy, kind = gomail.TLSMandatory, gomail.SMTPAuthAutoDiscover
		}
		s.options = append(s.options, gomail.WithUsername(u.User.Username()), gomail.WithPassword(password), gomail.WithSMTPAuth(kind))
	}
	s.options = append(s.options, gomail.WithPort(port), gomail.WithTLSPolicy(policy))
	return s, nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// trust makes the server's certificate be checked against other authorities; for tests.
func (s *server) trust(c *tls.Config) {
	s.options = append(s.options, gomail.WithTLSConfig(c))
}

// dial opens a conversation that has got as far as signing in.
func (s *server) dial(ctx context.Context) (*smtp.Client, error) {
	c, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return nil, err
	}
	conversation, err := c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, err
	}
	return conversation, conversation.UpdateDeadline(smtpTimeout)
}

// outcome is what became of handing in a mail.
type outcome struct {
	state  State  // waiting (try again), sent, failed or unclear
	answer string // the words of the server, or what went wrong
}

// refused turns an error before the whole text was over into an outcome: an answer that begins with 5
// is final, everything else may pass.
func refused(err error) outcome {
	code, words := reply(err)
	switch {
	case code >= 500:
		return outcome{Failed, words}
	case code > 0:
		return outcome{Waiting, words}
	}
	return outcome{Waiting, err.Error()}
}

// reply is the answer of the server inside of an error; 0 when there is none.
func reply(err error) (code int, words string) {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return answer.Code, fmt.Sprintf("%d %s", answer.Code, oneLine(answer.Msg))
	}
	return 0, ""
}

// deliver hands in one mail. begin is called when the server is ready for the text
// and nothing of it has been sent: an error from it ends the conversation.
func (s *server) deliver(ctx context.Context, from, to string, text []byte, begin func() error) (outcome, error) {
	c, err := s.dial(ctx)
	if c != nil {
		defer c.Close()
	}
	if err != nil {
		return refused(err), nil
	}
	if err := c.Mail("<" + from + ">"); err != nil {
		return refused(err), nil
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return refused(err), nil
	}
	if err := begin(); err != nil {
		return outcome{}, err
	}
	w, err := c.Data()
	if err != nil {
		return refused(err), nil
	}
	if _, err := w.Write(text); err != nil {
		return refused(err), nil // without its end a text is not accepted
	}
	if err := w.Close(); err != nil {
		if code, _ := reply(err); code == 0 {
			return outcome{Unclear, "The connection ended after the text was sent: " + err.Error()}, nil
		}
		return refused(err), nil
	}
	_ = c.Quit() // it is sent; how the conversation ends makes no difference
	return outcome{Sent, ""}, nil
}

// parseFrom reads the address that mails come from.
func parseFrom(from string) (string, error) {
	a, err := netmail.ParseAddress(from)
	if err != nil {
		return "", fmt.Errorf("mail: %q is no address for mails to come from", from)
	}
	return a.Address, nil
}
