package fetch

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Origin is scheme://host:port of an address in the one form in which origins are
// compared, such as https://api.example.com:443. Code bad_url.
func Origin(address string) (string, error) {
	u, err := checkURL(address)
	if err != nil {
		return "", err
	}
	host := plainHost(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return u.Scheme + "://" + host + ":" + port(u), nil
}

// checkURL reads an address that may be asked. Where its name leads is looked at when
// the connection is made. Code bad_url.
func checkURL(address string) (*url.URL, error) {
	if strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return nil, BadURL()
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" || u.User != nil {
		return nil, BadURL()
	}
	host := u.Hostname()
	if a, err := netip.ParseAddr(host); err == nil && a.Zone() != "" || err != nil && !isName(host) {
		return nil, BadURL()
	}
	if text := u.Port(); text != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(text, 10, 16); err != nil || n == 0 {
			return nil, BadURL()
		}
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// kept are headers that the connection sets itself; set twice, they split one request into two.
var kept = []string{"Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// CheckHeader refuses headers that would become something else on the wire. Code bad_header.
func CheckHeader(h http.Header) error {
	for name, values := range h {
		own := http.CanonicalHeaderKey(name)
		if !isToken(name) || slices.Contains(kept, own) || strings.HasPrefix(own, "Proxy-") || slices.ContainsFunc(values, notInHeader) {
			return badHeader(name)
		}
	}
	return nil
}

func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// notInHeader says whether a value has a line break or another control character.
func notInHeader(value string) bool {
	return strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// userAgent is what we call ourselves where the request does not say.
const userAgent = "Octavo"

// sent is the header of the first request.
func sent(h http.Header) http.Header {
	out := make(http.Header, len(h)+2)
	for name, values := range h {
		out[http.CanonicalHeaderKey(name)] = append(out[http.CanonicalHeaderKey(name)], values...)
	}
	if out.Get("Accept-Encoding") == "" {
		out.Set("Accept-Encoding", "gzip")
	}
	if out.Get("User-Agent") == "" {
		out.Set("User-Agent", userAgent)
	}
	return out
}
