package credential

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"octavo/internal/fetch"
)

// facts checks and completes what a draft says. Code bad_credential.
func (in Draft) facts() (Facts, error) {
	var f Facts
	if !slices.Contains(Kinds, in.Kind) {
		return f, bad("kind", "kind", "it is an API key, a name and password, a token, something that signs, a certificate, or a database.")
	}
	var err error
	if in.Kind == Database {
		f.UserName = in.UserName
		return f.at(in.Server)
	}
	if f.Hosts, err = checkHosts(in.Hosts); err != nil {
		return f, err
	}
	switch in.Kind {
	case APIKey:
		f.Name, f.In = strings.TrimSpace(in.Name), in.In
		if f.In == "" {
			f.In = Header
		}
	case Basic, Digest, WSSE:
		f.UserName = in.UserName
	case NTLM:
		f.Domain, f.UserName = domainOf(in.Domain, in.UserName)
	case TwoStep:
		f.UserName = in.UserName
		return f.signingIn(in.SignIn, in.Name, in.In, in.Prefix)
	case Bearer:
		if f.Prefix = strings.TrimSpace(in.Prefix); f.Prefix == "" {
			f.Prefix = "Bearer"
		}
	case AWS:
		f.AWS = in.AWS.trimmed()
	case HMAC:
		f.Signature, f.Name, f.In, f.Prefix = in.Signature.completed(), strings.TrimSpace(in.Name), in.In, in.Prefix
		if f.In == "" {
			f.In = Header
		}
	}
	return f, f.check(in.Kind)
}

// at gives facts of a database another place. Code bad_credential.
func (f Facts) at(s Server) (Facts, error) {
	var err error
	if f.Server, err = s.checked(); err != nil {
		return f, err
	}
	origin, err := f.origin()
	if err != nil {
		return f, err
	}
	f.Hosts = []string{origin}
	if f.Tunnel.Host != "" {
		f.Hosts = append(f.Hosts, "ssh://"+f.Tunnel.address())
	}
	return f, f.check(Database)
}

// check refuses facts that cannot stand in a request. Code bad_credential.
func (f Facts) check(kind Kind) error {
	switch kind {
	case APIKey:
		if !slices.Contains([]Place{Header, Query, Cookie}, f.In) {
			return bad("in", "in", "a key stands in a header, in the address or in a cookie.")
		}
		if utf8.RuneCountInString(f.Name) > maxName || !f.nameFits() {
			return bad("name", "name", "this is no name for it there.")
		}
	case Basic, Digest, WSSE, TwoStep, NTLM, Database:
		without := map[Kind]string{Basic: ":", Digest: ":", WSSE: "\"\\", NTLM: `\`}[kind] // they would end the name
		if strings.TrimSpace(f.UserName) == "" || utf8.RuneCountInString(f.UserName) > maxName || !isLine(f.UserName) || strings.ContainsAny(f.UserName, without) {
			if kind == WSSE {
				return bad("user_name", "wsse_name", "a user name has at most 200 characters, no quotation mark and no backslash.")
			}
			return bad("user_name", "user_name", "a user name has at most 200 characters and no colon.")
		}
		return f.checkNTLM()
	case Bearer:
		if len(f.Prefix) > maxName || fetch.CheckHeader(http.Header{"Authorization": {f.Prefix}}) != nil || strings.ContainsFunc(f.Prefix, unicode.IsSpace) {
			return bad("prefix", "prefix", "one word stands before a token.")
		}
	case AWS:
		return f.AWS.check()
	case HMAC:
		return f.checkSigned()
	}
	return nil
}

// nameFits says whether the name of a key can stand in its place.
func (f Facts) nameFits() bool {
	switch f.In {
	case Header:
		return fetch.CheckHeader(http.Header{f.Name: {""}}) == nil && http.CanonicalHeaderKey(f.Name) != "Cookie"
	case Cookie:
		return (&http.Cookie{Name: f.Name, Value: "x"}).Valid() == nil
	}
	return strings.TrimSpace(f.Name) != "" && isLine(f.Name)
}

// checkHosts turns what people type into origins, in the order given, each once. Code bad_credential.
func checkHosts(typed []string) ([]string, error) {
	var out []string
	for _, text := range typed {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		if !strings.Contains(text, "://") {
			text = "https://" + text
		}
		origin, err := fetch.Origin(text)
		if err != nil {
			return nil, bad("hosts", "host", "a host is written like api.example.com, or https://api.example.com:8443.")
		}
		if u, err := url.Parse(text); err != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
			return nil, bad("hosts", "host", "a host is written without what follows it in an address.")
		}
		if !slices.Contains(out, origin) {
			out = append(out, origin)
		}
	}
	if len(out) == 0 || len(out) > MaxHosts {
		return nil, bad("hosts", "hosts", "say for which hosts it is, 20 at most.")
	}
	return out, nil
}

// checkSecret refuses a secret that cannot stand where it has to. Blanks around keys and
// tokens come from copying and go; a password may have them. Code bad_credential.
func (f Facts) checkSecret(kind Kind, text string) (string, error) {
	if kind == ClientCertificate {
		return "", nil // it has its key, see CertificatePair
	}
	if !slices.Contains(named, kind) {
		text = strings.TrimSpace(text)
	}
	if text == "" {
		return "", bad("secret", "secret_missing", "give the key, password or token.")
	}
	if len(text) > maxSecret {
		return "", bad("secret", "secret_long", "a secret has at most 8 KB.")
	}
	fits := utf8.ValidString(text)
	switch {
	case kind == APIKey && f.In == Cookie:
		fits = fits && (&http.Cookie{Name: f.Name, Value: text}).Valid() == nil && !strings.ContainsFunc(text, unicode.IsSpace)
	case kind == APIKey && f.In == Query, slices.Contains(named, kind):
		fits = fits && !strings.ContainsFunc(text, unicode.IsControl)
	default:
		fits = fits && fetch.CheckHeader(http.Header{"X": {text}}) == nil && !strings.ContainsFunc(text, unicode.IsControl)
	}
	if !fits {
		return "", bad("secret", "secret", "it has characters that cannot be sent.")
	}
	return text, nil
}

// apply puts a patch into facts; again says whether the secret has to be given anew for
// them: it would be sent elsewhere, or so that somebody else reads it. Code bad_credential.
func (in Patch) apply(kind Kind, f Facts) (after Facts, again bool, err error) {
	after = f
	if in.UserName != nil && slices.Contains(named, kind) {
		after.UserName = *in.UserName
	}
	if kind == Database {
		if in.Server != nil {
			after, err = after.at(*in.Server)
		}
		if err == nil {
			err = after.check(kind)
		}
		return after, after.Server != f.Server || after.UserName != f.UserName, err
	}
	if in.Hosts != nil {
		if after.Hosts, err = checkHosts(*in.Hosts); err != nil {
			return f, false, err
		}
	}
	if kind == NTLM && (in.Domain != nil || in.UserName != nil) {
		after.Domain, after.UserName = domainOf(orElse(in.Domain, f.Domain), after.UserName)
	}
	if kind == TwoStep {
		return in.applySignIn(f, after)
	}
	if in.Prefix != nil && kind == Bearer {
		after.Prefix = strings.TrimSpace(*in.Prefix)
	}
	if in.Prefix != nil && kind == HMAC {
		after.Prefix = *in.Prefix
	}
	if in.Signature != nil && kind == HMAC {
		after.Signature = in.Signature.completed()
	}
	if in.AWS != nil && kind == AWS {
		after.AWS = in.AWS.trimmed()
	}
	if kind == APIKey || kind == HMAC {
		if in.Name != nil {
			after.Name = strings.TrimSpace(*in.Name)
		}
		if in.In != nil {
			after.In = *in.In
		}
	}
	again = !f.covers(after) || after.In != f.In || after.Name != f.Name || after.UserName != f.UserName || after.Domain != f.Domain || after.Prefix != f.Prefix ||
		after.AWS != f.AWS || after.Signature != f.Signature
	return after, again, after.check(kind)
}
