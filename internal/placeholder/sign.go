package placeholder

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sign is a signed parameter: a digest of texts, with a key or without, or the moment at which one ends.
type sign struct {
	kind    string // hmac, digest, expiry
	hash    func() hash.Hash
	key     []term
	text    []term
	write   func([]byte) string
	seconds int // of expiry
}

// term is a part of what is signed.
type term struct {
	text    string
	name    string // of a variable, instead of text
	secret  bool   // it is that of a secret
	request string // part of the request, instead of text
}

// The hashes that services ask for. MD5 and SHA-1 sign for old services; nothing of ours rests on them.
var hashes = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

var writers = map[string]func([]byte) string{"hex": hex.EncodeToString, "base64": base64.StdEncoding.EncodeToString, "base64url": base64.RawURLEncoding.EncodeToString}

// requestParts are what is known of a request when it is signed.
var requestParts = []string{"method", "path", "query", "body", "date"}

// maxExpiry is how many seconds ahead a signature may end.
const maxExpiry = 366 * 24 * 3600

// sign reads what follows {sign.
func (p *parser) sign() (*sign, error) {
	s := &sign{kind: p.while(isLetter)}
	if !slices.Contains([]string{"hmac", "digest", "expiry"}, s.kind) {
		return nil, p.fail("there is no sign." + s.kind + "; known are hmac, digest, expiry")
	}
	if !p.take("(") {
		return nil, p.fail("a parenthesis is missing here")
	}
	err := p.signArguments(s)
	if err == nil && !p.take(")") {
		err = p.fail("a closing parenthesis is missing here")
	}
	return s, err
}

func (p *parser) signArguments(s *sign) (err error) {
	if s.kind == "expiry" {
		n, err := strconv.Atoi(p.while(isLetter))
		if err != nil || n < 0 || n > maxExpiry {
			return p.fail("a number of seconds is missing here, a year at most")
		}
		s.seconds = n
		return nil
	}
	if s.hash, err = choice(p, hashes, "md5, sha1, sha256 or sha512"); err != nil {
		return err
	}
	if s.kind == "hmac" {
		if s.key, err = p.terms(); err != nil {
			return err
		}
	}
	if s.text, err = p.terms(); err != nil {
		return err
	}
	if !p.comma() {
		return p.fail("a comma is missing here")
	}
	s.write, err = choice(p, writers, "hex, base64 or base64url")
	return err
}

// choice reads one of some words, with or without quotes.
func choice[T any](p *parser, from map[string]T, words string) (T, error) {
	at := p.at
	word := p.while(isLetter)
	if word == "" {
		var err error
		if word, err = p.quoted(); err != nil {
			word = ""
		}
	}
	out, ok := from[word]
	if !ok {
		p.at = at
		return out, p.fail(words + " is missing here")
	}
	return out, nil
}

func (p *parser) spaces() { p.while(func(c byte) bool { return c == ' ' }) }

func (p *parser) comma() bool {
	p.spaces()
	ok := p.take(",")
	p.spaces()
	return ok
}

// terms reads a comma and what is put together with + after it.
func (p *parser) terms() ([]term, error) {
	if !p.comma() {
		return nil, p.fail("a comma is missing here")
	}
	var out []term
	for {
		t, err := p.term()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		p.spaces()
		if !p.take("+") {
			return out, nil
		}
		p.spaces()
	}
}

func (p *parser) term() (t term, err error) {
	switch {
	case p.take("secret."):
		t.secret = true
		t.name, err = p.plainName()
	case p.take("props."):
		t.name, err = p.variable("")
	case p.take("request."):
		if t.request = p.while(isLetter); !slices.Contains(requestParts, t.request) {
			err = p.fail("of a request there are " + strings.Join(requestParts, ", "))
		}
	default:
		begin := p.at
		if t.text, err = p.quoted(); err == nil {
			t.text = lines(p.text[begin:p.at], t.text)
		}
	}
	return t, err
}

// lines puts line breaks and tabs where a quoted text writes \n and \t, for what is signed often has some.
func lines(quoted, plain string) string {
	if !strings.Contains(quoted, `\n`) && !strings.Contains(quoted, `\t`) {
		return plain
	}
	inner := quoted[1 : len(quoted)-1]
	var sb strings.Builder
	for i := 0; i < len(inner); i++ {
		c := inner[i]
		if c == '\\' && i+1 < len(inner) {
			i++
			if c = inner[i]; c == 'n' {
				c = '\n'
			} else if c == 't' {
				c = '\t'
			}
		}
		sb.WriteByte(c)
	}
	return sb.String()
}

// terms are all that a signature is made of.
func (s *sign) terms() []term { return slices.Concat(s.key, s.text) }

func (s *sign) eval(sc Scope) (string, error) {
	if s.kind == "expiry" {
		return strconv.FormatInt(sc.Now.Add(time.Duration(s.seconds)*time.Second).Unix(), 10), nil
	}
	text, err := joinTerms(s.text, sc)
	if err != nil {
		return "", err
	}
	h := s.hash()
	if s.kind == "hmac" {
		key, err := joinTerms(s.key, sc)
		if err != nil {
			return "", err
		}
		h = hmac.New(s.hash, []byte(key))
	}
	_, _ = h.Write([]byte(text)) // a hash never fails
	return s.write(h.Sum(nil)), nil
}

func joinTerms(list []term, s Scope) (string, error) {
	var sb strings.Builder
	for _, t := range list {
		text, ok := t.text, true
		switch {
		case t.request != "":
			text, ok = s.Request[t.request]
		case t.secret:
			text, ok = s.secret(t.name)
		case t.name != "":
			text, ok = s.Values[t.name]
		}
		if !ok {
			return "", Missing(t.label())
		}
		sb.WriteString(text)
	}
	return sb.String(), nil
}

func (t term) label() string {
	if t.request != "" {
		return "request." + t.request
	}
	return t.name
}
