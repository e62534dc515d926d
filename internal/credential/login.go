package credential

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"strings"
	"time"

	"octavo/internal/fetch"
)

// named are the kinds that have a user name and a password.
var named = []Kind{Basic, Digest, WSSE, TwoStep, NTLM, Database}

// wsse is a UsernameToken as the header X-WSSE carries it: the password is hashed with a random text and the time.
func (s *Secret) wsse(now time.Time) string {
	nonce := rand.Text()
	created := now.UTC().Format("2006-01-02T15:04:05Z")
	sum := sha1.Sum([]byte(nonce + created + s.value))
	return fmt.Sprintf(`UsernameToken Username="%s", PasswordDigest="%s", Nonce="%s", Created="%s"`,
		s.facts.UserName, base64.StdEncoding.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString([]byte(nonce)), created)
}

// Answer puts the answer to a challenge into a request that was refused, where the credential answers challenges (Digest,
// RFC 7616). It says whether the request is worth sending again. Codes bad_url, host_not_allowed.
func (s *Secret) Answer(refused http.Header, r *fetch.Request) (bool, error) {
	if s.kind != Digest {
		return false, nil
	}
	if err := s.allows(r.URL); err != nil {
		return false, err
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return false, fetch.BadURL()
	}
	for _, line := range refused.Values("WWW-Authenticate") {
		c, ok := readChallenge(line)
		if !ok {
			continue
		}
		method := r.Method
		if method == "" {
			method = http.MethodGet
		}
		header := r.Header.Clone()
		if header == nil {
			header = http.Header{}
		}
		header.Set("Authorization", c.answer(s.facts.UserName, s.value, method, u.RequestURI(), rand.Text()))
		r.Header = header
		return true, nil
	}
	return false, nil
}

// challenge is what a service asks of Digest.
type challenge struct {
	realm, nonce, opaque, algorithm string
	hash                            func() hash.Hash
	session, qop                    bool
}

// readChallenge reads a challenge that can be answered.
func readChallenge(line string) (c challenge, ok bool) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return c, false
	}
	fields := parameters(rest)
	c.realm, c.nonce, c.opaque, c.algorithm = fields["realm"], fields["nonce"], fields["opaque"], fields["algorithm"]
	name := strings.ToUpper(c.algorithm)
	name, c.session = strings.CutSuffix(name, "-SESS")
	switch name {
	case "", "MD5":
		c.hash = md5.New
	case "SHA-256":
		c.hash = sha256.New
	default:
		return c, false
	}
	for one := range strings.SplitSeq(fields["qop"], ",") {
		c.qop = c.qop || strings.TrimSpace(one) == "auth"
	}
	return c, c.nonce != "" && (c.qop || fields["qop"] == "")
}

// parameters reads name=value, name="value" with commas between.
func parameters(text string) map[string]string {
	out := map[string]string{}
	for text != "" {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			return out
		}
		name = strings.ToLower(strings.Trim(name, " ,\t"))
		rest = strings.TrimLeft(rest, " \t")
		var value strings.Builder
		i := 0
		if strings.HasPrefix(rest, `"`) {
			for i = 1; i < len(rest) && rest[i] != '"'; i++ {
				if rest[i] == '\\' && i+1 < len(rest) {
					i++
				}
				value.WriteByte(rest[i])
			}
			i = min(i+1, len(rest))
		} else {
			for ; i < len(rest) && rest[i] != ','; i++ {
				value.WriteByte(rest[i])
			}
		}
		out[name] = strings.TrimSpace(value.String())
		text = rest[i:]
	}
	return out
}

// answer is the header Authorization for a challenge.
func (c challenge) answer(user, password, method, uri, cnonce string) string {
	sum := func(text string) string {
		h := c.hash()
		_, _ = h.Write([]byte(text)) // a hash never fails
		return hex.EncodeToString(h.Sum(nil))
	}
	const count = "00000001" // a nonce of ours is used once
	a1 := sum(user + ":" + c.realm + ":" + password)
	if c.session {
		a1 = sum(a1 + ":" + c.nonce + ":" + cnonce)
	}
	middle := c.nonce
	if c.qop {
		middle += ":" + count + ":" + cnonce + ":auth"
	}
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	out := fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s"`,
		quote(user), quote(c.realm), quote(c.nonce), uri, sum(a1+":"+middle+":"+sum(method+":"+uri)))
	if c.algorithm != "" {
		out += ", algorithm=" + c.algorithm
	}
	if c.opaque != "" {
		out += fmt.Sprintf(`, opaque="%s"`, quote(c.opaque))
	}
	if c.qop {
		out += fmt.Sprintf(`, qop=auth, nc=%s, cnonce="%s"`, count, cnonce)
	} else if c.session {
		out += fmt.Sprintf(`, cnonce="%s"`, cnonce)
	}
	return out
}
