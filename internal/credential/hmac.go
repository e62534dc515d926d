package credential

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"octavo/internal/fetch"
)

// Signature says how a request is signed with a secret (HMAC). Where the signature stands is said by Facts: In a header or the
// query, under Name, behind Prefix.
type Signature struct {
	Algorithm string `json:"algorithm" maxLength:"20" doc:"sha1, sha256 or sha512; sha256 when empty."`
	Encoding  string `json:"encoding" maxLength:"20" doc:"hex, base64 or base64url; hex when empty."`
	Text      string `json:"text" maxLength:"20000" doc:"What is signed, with {request.method}, {request.path}, {request.query}, {request.body} and {request.date}; the last is sent as the header Date, too."`
}

const (
	maxSigned = 8 << 10 // bytes of Signature.Text

	dateHeader = "Date"
	datePart   = "{request.date}"
)

// The ways to sign. SHA-1 signs for old services; nothing of ours rests on it.
var (
	signHashes  = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}
	signWriters = map[string]func([]byte) string{"hex": hex.EncodeToString, "base64": base64.StdEncoding.EncodeToString, "base64url": base64.RawURLEncoding.EncodeToString}
)

// signParts are the parts of a request that a text that is signed may name; partForm is what looks like one.
var (
	signParts = []string{"{request.method}", "{request.path}", "{request.query}", "{request.body}", datePart}
	partForm  = regexp.MustCompile(`\{request\.[^{}]*\}`)
)

// completed is the signature with what goes without saying. Lines end as everywhere but in Windows.
func (g Signature) completed() Signature {
	if g.Algorithm == "" {
		g.Algorithm = "sha256"
	}
	if g.Encoding == "" {
		g.Encoding = "hex"
	}
	g.Text = strings.ReplaceAll(g.Text, "\r\n", "\n")
	return g
}

// told says how and what is signed, for the trail; "" for other kinds.
func (g Signature) told() string {
	if g == (Signature{}) {
		return ""
	}
	return g.Algorithm + ", " + g.Encoding + ": " + g.Text
}

// checkSigned refuses a signature that cannot be made, or cannot stand where it is to. Code bad_credential.
func (f Facts) checkSigned() error {
	g := f.Signature
	parts := partForm.FindAllString(g.Text, -1)
	unknown := slices.IndexFunc(parts, func(p string) bool { return !slices.Contains(signParts, p) })
	switch {
	case signHashes[g.Algorithm] == nil:
		return bad("signature.algorithm", "signature_algorithm", "a signature is made by sha1, sha256 or sha512.")
	case signWriters[g.Encoding] == nil:
		return bad("signature.encoding", "signature_encoding", "a signature is written as hex, base64 or base64url.")
	case len(g.Text) > maxSigned || !utf8.ValidString(g.Text) || strings.ContainsRune(g.Text, 0):
		return bad("signature.text", "signature_long", "what is signed is a text of 8 KB at most.")
	case unknown >= 0:
		return bad("signature.text", "signature_part", "of a request there are method, path, query, body and date.")
	case len(parts) == 0:
		return bad("signature.text", "signature_nothing", "a part of the request has to be signed, such as {request.path}.")
	case f.In != Header && f.In != Query:
		return bad("in", "signature_in", "a signature stands in a header or in the address.")
	case utf8.RuneCountInString(f.Name) > maxName || !f.nameFits() || f.In == Header && http.CanonicalHeaderKey(f.Name) == dateHeader:
		return bad("name", "name", "this is no name for it there.")
	case utf8.RuneCountInString(f.Prefix) > maxName || !isLine(f.Prefix):
		return bad("prefix", "signature_prefix", "one line of 200 characters at most stands before a signature.")
	}
	return nil
}

// sign signs a request as of now, and puts the signature where it belongs. The date that is signed is the one that is sent.
// Code bad_url.
func (s *Secret) sign(r *fetch.Request, header http.Header) error {
	u, err := url.Parse(r.URL)
	if err != nil {
		return fetch.BadURL()
	}
	if u.Fragment, u.RawFragment = "", ""; s.facts.In == Query {
		u.RawQuery = withoutParameter(u.RawQuery, s.facts.Name)
	}
	path, method := u.EscapedPath(), r.Method
	if path == "" {
		path = "/"
	}
	if method == "" {
		method = http.MethodGet
	}
	g, date := s.facts.Signature, s.clock.Now().UTC().Format(http.TimeFormat)
	text := strings.NewReplacer("{request.method}", method, "{request.path}", path, "{request.query}", u.RawQuery, "{request.body}", string(r.Body), datePart, date).Replace(g.Text)
	if strings.Contains(g.Text, datePart) {
		header.Set(dateHeader, date)
	}
	h := hmac.New(signHashes[g.Algorithm], []byte(s.value))
	_, _ = h.Write([]byte(text)) // a hash never fails
	value := s.facts.Prefix + signWriters[g.Encoding](h.Sum(nil))
	if s.facts.In == Query {
		r.URL = withParameter(u.String(), s.facts.Name, value)
		return nil
	}
	header.Set(s.facts.Name, value)
	r.SecretHeaders = append(slices.Clone(r.SecretHeaders), s.facts.Name)
	return nil
}

// withoutParameter takes a parameter out of a query: an address of a next page, which a service gave, may have the signature of
// the page before. What stays is as it was written.
func withoutParameter(query, name string) string {
	rows := slices.DeleteFunc(strings.Split(query, "&"), func(row string) bool {
		written, _, _ := strings.Cut(row, "=")
		is, err := url.QueryUnescape(written)
		return err == nil && is == name
	})
	return strings.Join(rows, "&")
}
