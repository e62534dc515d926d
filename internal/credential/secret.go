package credential

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"octavo/internal/clock"
	"octavo/internal/fetch"
	"octavo/internal/id"
	"octavo/internal/secret"
)

// Secret is an opened credential. It lives for one request, or for the pages of one
// answer; it is not stored, and printing it shows nothing.
type Secret struct {
	owner      id.Account
	id         id.Credential
	kind       Kind
	label      string
	facts      Facts
	generation int64
	value      string
	tunnel     string // of the server that a database is reached through
	awsToken   string // that a key of AWS belongs to
	chain, key string // of the certificate that is presented; "" = none is
	clock      clock.Clock
	tickets    *tickets
	session    *Session // of a reading that signs in; nil = none does
}

// Format shows a mask whatever is asked for.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, secret.Dots) }

// Key tells secrets apart without telling them: equal requests with one of equal key bring
// the same. "" for nil.
func (s *Secret) Key() string {
	if s == nil {
		return ""
	}
	return ticketsOf(s.owner, s.id) + strconv.FormatInt(s.generation, 10)
}

// Apply puts the credential into a request that has none yet, each page of an answer is one of its own.
// It changes r alone, not the header that r came with. Codes bad_url, host_not_allowed.
func (s *Secret) Apply(r *fetch.Request) error {
	if err := s.allows(r.URL); err != nil {
		return err
	}
	header := r.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	var err error
	if r.Certificate, err = s.presents(); err != nil {
		return err
	}
	switch {
	case s.kind == TwoStep, s.kind == NTLM: // see Session and Connection
	case s.kind == Digest: // see Answer
	case s.kind == ClientCertificate: // the connection says it
	case s.kind == WSSE:
		header.Set("Authorization", `WSSE profile="UsernameToken"`)
		header.Set("X-WSSE", s.wsse(s.clock.Now()))
		r.SecretHeaders = append(slices.Clone(r.SecretHeaders), "X-WSSE")
	case s.kind == AWS:
		if err := s.signAWS(r, header); err != nil {
			return err
		}
	case s.kind == HMAC:
		if err := s.sign(r, header); err != nil {
			return err
		}
	case s.kind == Basic:
		header.Set("Authorization", "Basic "+s.pair())
	case s.kind == Bearer:
		header.Set("Authorization", s.facts.Prefix+" "+s.value)
	case s.facts.In == Query:
		r.URL = withParameter(r.URL, s.facts.Name, s.value)
	case s.facts.In == Cookie:
		header.Set("Cookie", strings.TrimPrefix(header.Get("Cookie")+"; "+s.facts.Name+"="+s.value, "; "))
	default:
		header.Set(s.facts.Name, s.value)
		r.SecretHeaders = append(slices.Clone(r.SecretHeaders), s.facts.Name)
	}
	r.Header = header
	return nil
}

// pair is a name and a password as HTTP sends them.
func (s *Secret) pair() string {
	return base64.StdEncoding.EncodeToString([]byte(s.facts.UserName + ":" + s.value))
}

// withParameter adds a parameter to an address that was checked; what is there stays as it is written.
func withParameter(address, name, value string) string {
	address, _, _ = strings.Cut(address, "#")
	joint := "?"
	if strings.Contains(address, "?") {
		joint = "&"
	}
	return address + joint + url.QueryEscape(name) + "=" + url.QueryEscape(value)
}

// Mask replaces the secret in a text that is kept or shown. Nil hides nothing.
func (s *Secret) Mask(text string) string {
	switch {
	case s == nil:
		return text
	case s.kind == Basic:
		return secret.Mask(text, s.value, s.pair())
	}
	return secret.Mask(s.session.mask(text), s.value, s.tunnel, s.awsToken)
}
