package fetch

import (
	"net/http"
	"net/url"
	"slices"
)

// redirects are the statuses that send a client elsewhere.
var redirects = []int{
	http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
}

// secretHeaders stay with the origin that they were meant for, whatever the request says.
var secretHeaders = []string{"Authorization", "Cookie"}

// next is the request that a redirect asks for. Code redirect_blocked.
func (h hop) next(status int, location string, r Request) (hop, error) {
	if h.redirects >= r.MaxRedirects {
		return h, redirectBlocked("count")
	}
	to, err := h.url.Parse(location)
	switch {
	case err != nil:
		return h, redirectBlocked("address")
	case to.Scheme != "http" && to.Scheme != "https":
		return h, redirectBlocked("scheme")
	case h.url.Scheme == "https" && to.Scheme == "http":
		return h, redirectBlocked("downgrade")
	}
	if to, err = checkURL(to.String()); err != nil {
		return h, redirectBlocked("address")
	}
	after := hop{method: h.method, url: to, header: h.header.Clone(), body: h.body, redirects: h.redirects + 1}
	if keeps := status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect; !keeps && h.method != http.MethodGet {
		after.method, after.body = http.MethodGet, nil
		after.header.Del("Content-Type")
	}
	if sameOrigin(h.url, to) {
		return after, nil
	}
	if len(after.body) > 0 {
		return h, redirectBlocked("body") // it was written for somebody else, and may hold a secret
	}
	for _, name := range slices.Concat(secretHeaders, r.SecretHeaders) {
		after.header.Del(name)
	}
	return after, nil
}

// sameOrigin says whether what is meant for one address may go to another: the same
// scheme, host and port, or the same host by TLS instead of without.
func sameOrigin(a, b *url.URL) bool {
	if plainHost(a.Hostname()) != plainHost(b.Hostname()) {
		return false
	}
	upgrade := a.Scheme == "http" && b.Scheme == "https" && port(a) == "80" && port(b) == "443"
	return a.Scheme == b.Scheme && port(a) == port(b) || upgrade
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
