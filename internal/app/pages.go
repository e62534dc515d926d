package app

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// nonceMark stands in a page where the nonce of an answer goes.
const nonceMark = "__OCTAVO_NONCE__"

// doorAddresses are those of the pages before signing in, which are a small build of their own (door.html).
var doorAddresses = regexp.MustCompile(`^(sign-in(/support/[^/]+)?|reset(/[^/]+)?|invite/[^/]+)$`)

// viewerAddresses are Home and the dashboards of an account: people who may only look have a small build of them
// (viewer.html), which knows the same addresses (web/src/app/viewer/addresses.ts).
var viewerAddresses = regexp.MustCompile(`^([a-z0-9-]+)(?:/dashboards/[0-9a-f]{32})?$`)

// immutablePrefix is where files are whose names change with their content.
const immutablePrefix = "assets/immutable/"

// pages serves the web application out of a built folder.
type pages struct {
	index  []byte
	door   []byte
	viewer []byte
	files  map[string]*page

	onlyLooks func(r *http.Request, account string) bool // whether who asks may only look in the account
}

// drawFolder holds what the server itself draws with; nobody downloads it.
const drawFolder = "draw"

// page is one file. It is compressed when it is first asked for: a start that
// compresses all of them takes three times as long.
type page struct {
	mediaType string
	plain     []byte
	gzipped   func() []byte // compress, once
}

// newPages reads the built web application. It is an error when it was not built. onlyLooks says whether who asks
// for a page of an account may only look there.
func newPages(build fs.FS, onlyLooks func(r *http.Request, account string) bool) (*pages, error) {
	p := &pages{files: map[string]*page{}, onlyLooks: onlyLooks}
	err := fs.WalkDir(build, ".", func(name string, entry fs.DirEntry, err error) error {
		if name == drawFolder {
			return fs.SkipDir
		}
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(build, name)
		if err != nil {
			return err
		}
		switch name {
		case "index.html":
			p.index = text
		case "door.html":
			p.door = text
		case "viewer.html":
			p.viewer = text
		default:
			p.files[name] = newPage(name, text)
		}
		return nil
	})
	if err == nil && (p.index == nil || p.door == nil || p.viewer == nil) {
		err = errors.New("app: the web application is not in this binary; run make web and build again")
	}
	return p, err
}

func newPage(name string, text []byte) *page {
	f := &page{mediaType: mime.TypeByExtension(path.Ext(name)), plain: text}
	if f.mediaType == "" {
		f.mediaType = "application/octet-stream"
	}
	f.gzipped = sync.OnceValue(f.compress)
	return f
}

// compress gives the content compressed, nil where that does not pay.
func (f *page) compress() []byte {
	if strings.HasPrefix(f.mediaType, "font/") || strings.HasPrefix(f.mediaType, "image/png") {
		return nil // compressed already
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil
	}
	_, err = w.Write(f.plain)
	if errors.Join(err, w.Close()) != nil || packed.Len() >= len(f.plain)*9/10 {
		return nil
	}
	return packed.Bytes()
}

// ServeHTTP sends a file of the build, door.html for the pages before signing in, viewer.html for dashboards of
// people who only look, or index.html for every other address of the application.
func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	f, ok := p.files[name]
	switch {
	case ok:
		f.serve(w, r, strings.HasPrefix(name, immutablePrefix))
	case strings.HasPrefix(name, "assets/"):
		http.NotFound(w, r) // a file of another release: never a page in its place
	case doorAddresses.MatchString(name):
		serveHTML(w, p.door)
	case p.isForViewers(r):
		serveHTML(w, p.viewer)
	default:
		serveHTML(w, p.index)
	}
}

// isForViewers says whether an address is of the page of viewers, and who asks is one.
func (p *pages) isForViewers(r *http.Request) bool {
	parts := viewerAddresses.FindStringSubmatch(strings.Trim(r.URL.EscapedPath(), "/")) // as the page itself reads it
	return parts != nil && p.onlyLooks(r, parts[1])
}

func (f *page) serve(w http.ResponseWriter, r *http.Request, immutable bool) {
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	if immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	text := f.plain
	if gzipped := f.gzipped(); gzipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			text = gzipped
		}
	}
	_, _ = w.Write(text) // the browser went away
}

// serveHTML writes a page with a fresh nonce and the policy that goes with it.
func serveHTML(w http.ResponseWriter, page []byte) {
	var b [18]byte
	if _, err := rand.Read(b[:]); err != nil {
		http.Error(w, "no randomness", http.StatusInternalServerError)
		return
	}
	nonce := base64.RawURLEncoding.EncodeToString(b[:])
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store") // going back, somebody else may be signed in, or have other rights
	h.Set("Content-Security-Policy", policy(nonce))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	_, _ = w.Write(bytes.ReplaceAll(page, []byte(nonceMark), []byte(nonce))) // the browser went away
}

// policy lets the page load from its own origin only, and run only the scripts and
// style sheets that carry the nonce or were loaded by them.
func policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self' 'nonce-" + nonce + "'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"img-src 'self' data: blob:",
		"font-src 'self'",
		"connect-src 'self'",
		"manifest-src 'self'",
		"worker-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}
