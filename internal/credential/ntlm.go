package credential

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/Azure/go-ntlmssp"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// Connection is a way to a service that lets in connections, not requests (NTLM), for one reading. One goroutine uses it;
// Close ends it. No other reading ever has it: who is let in by it is who signed in on it.
type Connection struct {
	secret *Secret
	client *fetch.Client
}

// Connection begins a reading of address; nil where the credential lets in requests. tls is how the host of address is known.
// Codes bad_url, host_not_allowed, tls.
func (s *Secret) Connection(client *fetch.Client, address string, tls *fetch.TLS) (*Connection, error) {
	if s == nil || s.kind != NTLM {
		return nil, nil
	}
	if err := s.allows(address); err != nil {
		return nil, err
	}
	u, err := url.Parse(originOf(address))
	if err != nil {
		return nil, fetch.BadURL()
	}
	port, err := strconv.Atoi(u.Port()) // an origin has one
	if err != nil {
		return nil, fetch.BadURL()
	}
	shown, err := s.presents()
	if err != nil {
		return nil, err
	}
	own, err := client.Kept(u.Hostname(), port, tls, shown)
	return &Connection{secret: s, client: own}, err
}

// Close ends the connection.
func (c *Connection) Close() { c.client.Close() }

// Do sends a request, and signs in on the connection where the service asks for that. Codes of fetch.Client.Do, and
// service_ntlm_unknown.
func (c *Connection) Do(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	if err := c.secret.allows(r.URL); err != nil {
		return nil, err
	}
	r.TLS, r.Certificate = nil, nil // the client knows the host, and what to show it
	resp, err := c.client.Do(ctx, r)
	scheme, _, asks := asksNTLM(resp)
	if err != nil || !asks {
		return resp, err
	}
	if resp.Redirects > 0 {
		if r.Method != "" && r.Method != http.MethodGet { // it was sent on as another request
			return resp, nil
		}
		r.URL = resp.URL // at the same host: the client knows no other
	}
	if err := done(resp); err != nil {
		return nil, err
	}
	hello, err := ntlmssp.NewNegotiateMessage("", "")
	if err != nil {
		return nil, unknownNTLM()
	}
	first := says(r, scheme, hello)
	first.Body, first.MaxRedirects = nil, -1 // what is sent is for who is let in
	if resp, err = c.client.Do(ctx, first); err != nil {
		return nil, err
	}
	if fetch.Busy(resp) != nil { // who reads it says so
		return resp, nil
	}
	_, question, asks := asksNTLM(resp)
	if err := done(resp); err != nil {
		return nil, err
	}
	if !asks || len(question) == 0 {
		return nil, unknownNTLM()
	}
	answer, err := ntlmssp.NewAuthenticateMessage(question, c.secret.facts.Domain+`\`+c.secret.facts.UserName, c.secret.value, nil)
	if err != nil { // what it says may quote what the service sent
		return nil, unknownNTLM()
	}
	return c.client.Do(ctx, says(r, scheme, answer))
}

// says is a request with a message of NTLM.
func says(r fetch.Request, scheme string, message []byte) fetch.Request {
	header := r.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Authorization", scheme+" "+base64.StdEncoding.EncodeToString(message))
	r.Header = header
	return r
}

// asksNTLM says whether an answer wants a sign-in by NTLM, and with which question; the first time there is none.
func asksNTLM(resp *fetch.Response) (scheme string, question []byte, asks bool) {
	if resp == nil || resp.Status != http.StatusUnauthorized {
		return "", nil, false
	}
	for _, known := range []string{"NTLM", "Negotiate"} {
		for _, line := range resp.Header.Values("WWW-Authenticate") {
			name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			if !strings.EqualFold(name, known) {
				continue
			}
			question, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
			return known, question, err == nil
		}
	}
	return "", nil, false
}

// maxRefusal is how much of a refusal is read so that its connection can be used again, in bytes.
const maxRefusal = 1 << 20

// done reads an answer to its end, which keeps the connection.
func done(resp *fetch.Response) error {
	_, err := io.Copy(io.Discard, io.LimitReader(resp.Body, maxRefusal))
	return errors.Join(err, resp.Body.Close())
}

func unknownNTLM() error {
	return errs.New(errs.Conflict, "service_ntlm_unknown", "The service asks for a kind of NTLM that is not spoken here. Let it take NTLMv2 without key exchange, or another way of signing in.")
}

// domainOf splits DOMAIN\user, which people write in one.
func domainOf(domain, user string) (string, string) {
	if before, after, both := strings.Cut(user, `\`); both && strings.TrimSpace(domain) == "" {
		return strings.TrimSpace(before), after
	}
	return strings.TrimSpace(domain), user
}

// checkNTLM refuses names that would be read as others. Code bad_credential.
func (f Facts) checkNTLM() error {
	if len(f.Domain) > maxName || !isLine(f.Domain) || strings.ContainsAny(f.Domain, `\@/`) {
		return bad("domain", "domain", "a domain is one name, without a backslash.")
	}
	return nil
}
