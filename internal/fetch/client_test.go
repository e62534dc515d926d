package fetch

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"octavo/internal/errs"
)

// loopback lets the client reach the servers of these tests.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func newClient(t *testing.T, o Options) *Client {
	t.Helper()
	if o.Allow == nil {
		o.Allow = loopback
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// get asks and reads the whole body.
func get(t *testing.T, c *Client, r Request) (*Response, string, error) {
	t.Helper()
	resp, err := c.Do(t.Context(), r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp, string(text), err
}

func TestARequestAndItsAnswer(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", fmt.Sprint(r.Method, " ", r.URL.RawQuery, " ", r.Header.Get("X-Key"), " ", r.UserAgent(), " ", string(body), " ", r.Host == r.URL.Host || r.Host != ""))
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("short and stout"))
	})
	c := newClient(t, Options{})
	r := Request{Method: http.MethodPost, URL: s.URL + "/x?q=1", Header: http.Header{"x-key": {"k"}}, Body: []byte("hello")}
	for range 2 { // a request may be sent again
		resp, text, err := get(t, c, r)
		if err != nil || resp.Status != http.StatusTeapot || text != "short and stout" || resp.URL != s.URL+"/x?q=1" || resp.Redirects != 0 {
			t.Fatalf("%+v %q %v", resp, text, err)
		}
		if got := resp.Header.Get("X-Seen"); got != "POST q=1 k Octavo hello true" {
			t.Errorf("the server saw %q", got)
		}
	}
}

func TestAnEnvironmentsProxyIsNotAsked(t *testing.T) {
	proxied := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxied.URL)
	}
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	if _, _, err := get(t, newClient(t, Options{}), Request{URL: s.URL}); err != nil {
		t.Error(err)
	}
	_, err := newClient(t, Options{Resolver: &names{}}).Do(t.Context(), Request{URL: "http://outside.test/"})
	if code(err) != "dns" {
		t.Error(err)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	var got http.Request
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = *r })
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusFound
		if r.URL.Query().Has("keep") {
			status = http.StatusTemporaryRedirect
		}
		switch to := r.URL.Query().Get("to"); {
		case r.URL.Path == "/end":
			got = *r
		case to == "other":
			http.Redirect(w, r, other.URL+"/away", status)
		case to == "loop":
			http.Redirect(w, r, r.URL.String(), status)
		default:
			w.Header().Set("Location", to)
			w.WriteHeader(status)
		}
	})
	c := newClient(t, Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	ask := func(query string, change func(*Request)) (*Response, error) {
		r := Request{Method: http.MethodPost, URL: s.URL + "/?" + query, Body: []byte("b"), SecretHeaders: []string{"x-key"},
			Header: http.Header{"Authorization": {"A"}, "Cookie": {"c=1"}, "X-Key": {"k"}, "X-Plain": {"p"}, "Content-Type": {"text/plain"}}}
		if change != nil {
			change(&r)
		}
		resp, _, err := get(t, c, r)
		return resp, err
	}

	resp, err := ask("to=/end", nil)
	if err != nil || resp.Redirects != 1 || resp.URL != s.URL+"/end" || got.Method != http.MethodGet || got.Header.Get("X-Key") != "k" || got.Header.Get("Content-Type") != "" {
		t.Errorf("within: %+v %v, seen %s %v", resp, err, got.Method, got.Header)
	}
	if _, err = ask("to=/end&keep", nil); err != nil || got.Method != http.MethodPost || got.ContentLength != 1 || got.Header.Get("Referer") != "" {
		t.Errorf("kept: %v, seen %s %v", err, got.Method, got.Header)
	}
	if _, err = ask("to=other", nil); err != nil || got.URL.Path != "/away" || got.Header.Get("X-Plain") != "p" ||
		got.Header.Get("Authorization")+got.Header.Get("Cookie")+got.Header.Get("X-Key")+got.Header.Get("Referer") != "" {
		t.Errorf("away: %v, seen %v", err, got.Header)
	}
	got = http.Request{}
	for query, reason := range map[string]string{
		"to=other&keep": "body", "to=loop": "count", "to=file:///etc/passwd": "scheme", "to=ftp://127.0.0.1/": "scheme", "to=javascript:1": "scheme",
		"to=http://me:pw@127.0.0.1/": "address", "to=http://2130706433/": "address", "to=//0x7f.1/": "address", "to=http://[::1%2525lo]/": "address", "to=%25zz": "address",
	} {
		_, err := ask(query, nil)
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != "redirect_blocked" || e.Params["reason"] != reason {
			t.Errorf("%s: %v", query, err)
		}
	}
	for query, want := range map[string]string{
		"to=http://169.254.169.254/latest/": "private_address", "to=http://127.0.0.2:8080/": "private_address", "to=http://localhost:22/": "host_not_allowed", "to=//10.0.0.1/": "private_address",
	} {
		if _, err := ask(query, nil); code(err) != want {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
	}
	if got.Method != "" {
		t.Errorf("asked all the same: %s", got.URL)
	}
	if resp, err = ask("to=other", func(r *Request) { r.MaxRedirects = -1 }); err != nil || resp.Status != http.StatusFound || resp.Redirects != 0 {
		t.Errorf("not followed: %+v %v", resp, err)
	}
	if resp, err = ask("to=", nil); err != nil || resp.Status != http.StatusFound {
		t.Errorf("without address: %+v %v", resp, err)
	}
}

func TestSafeConnections(t *testing.T) {
	t.Parallel()
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, plain.URL, http.StatusFound)
			return
		}
		if r.URL.Path == "/away" {
			http.Redirect(w, r, r.URL.RawQuery, http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, r.Proto)
	}))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := newClient(t, Options{Roots: roots, Resolver: &names{answers: map[string][]string{"wrong.test": {"127.0.0.1"}}}})
	if _, text, err := get(t, c, Request{URL: s.URL}); text != "HTTP/2.0" || err != nil {
		t.Errorf("spoke %q, %v", text, err)
	}
	if _, _, err := get(t, c, Request{URL: s.URL + "/down"}); code(err) != "redirect_blocked" {
		t.Errorf("downgrade: %v", err)
	}
	for address, reason := range map[string]string{
		strings.Replace(s.URL, "127.0.0.1", "wrong.test", 1): "the certificate is for another name",
		strings.Replace(plain.URL, "http://", "https://", 1): "the server does not speak TLS",
	} {
		_, _, err := get(t, c, Request{URL: address})
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != "tls" || e.Params["reason"] != reason {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, _, err := get(t, newClient(t, Options{}), Request{URL: s.URL}); code(err) != "tls" || !strings.Contains(err.Error(), "signed by nobody") {
		t.Errorf("unknown authority: %v", err)
	}
	// A request that knows its host by a CA and a name of its own; nobody else trusts that CA because of it.
	pemOf := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	alone := newClient(t, Options{})
	for range 2 {
		if _, text, err := get(t, alone, Request{URL: s.URL, TLS: &TLS{CA: pemOf, ServerName: "example.com"}}); !strings.HasPrefix(text, "HTTP/") || err != nil {
			t.Errorf("by its CA: %q, %v", text, err)
		}
		if _, _, err := get(t, alone, Request{URL: s.URL}); code(err) != "tls" {
			t.Errorf("without the CA: %v", err)
		}
	}
	if _, _, err := get(t, alone, Request{URL: s.URL, TLS: &TLS{CA: pemOf, ServerName: "other.test"}}); code(err) != "tls" {
		t.Errorf("by another name: %v", err)
	}
	if _, _, err := get(t, alone, Request{URL: s.URL, TLS: &TLS{CA: "none"}}); code(err) != "tls" {
		t.Errorf("by no CA: %v", err)
	}
	away := newClient(t, Options{Resolver: &names{answers: map[string][]string{"away.test": {"127.0.0.1"}}}})
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	if _, _, err := get(t, away, Request{URL: s.URL + "/away?https://away.test" + port, TLS: &TLS{CA: pemOf}}); code(err) != "tls" {
		t.Errorf("sent on to another host: %v", err)
	}
	if _, _, err := get(t, c, Request{URL: strings.Replace(s.URL, "https://", "http://", 1)}); err != nil && code(err) != "connect" {
		t.Errorf("http to a port of TLS: %v", err)
	}
}

func TestAnAnswerWithoutEnd(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for block := make([]byte, 1<<14); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		case "/announced":
			w.Header().Set("Content-Length", "5000000000")
			_, _ = w.Write([]byte("x"))
		case "/slow":
			for range 1000 {
				_, _ = w.Write([]byte("x"))
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		case "/silent":
			<-r.Context().Done()
		case "/headers":
			for i := range 3000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("y", 100))
			}
		case "/cut":
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("part"))
		case "/exact":
			_, _ = w.Write(make([]byte, 1<<20))
		}
	})
	c := newClient(t, Options{})
	for path, want := range map[string]string{
		"/endless": "too_large", "/announced": "too_large", "/slow": "timeout", "/silent": "timeout", "/headers": "connect", "/cut": "connect", "/exact": "",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			limit := time.Minute
			if want == "timeout" {
				limit = 2 * time.Second
			}
			_, text, err := get(t, c, Request{URL: s.URL + path, Timeout: limit, MaxBytes: 1 << 20})
			if code(err) != want || len(text) > 1<<20 {
				t.Errorf("%d bytes, %v; want %s", len(text), err, want)
			}
			var e *errs.Error
			if want == "too_large" && errors.As(err, &e) && (e.Params["limit"] != "bytes" || e.Params["allowed"] != int64(1<<20)) {
				t.Errorf("params %v", e.Params)
			}
		})
	}
}

func TestPackedAnswers(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		switch r.URL.Path {
		case "/text":
			w.Header().Set("Content-Encoding", "GZIP")
			_, _ = zip.Write([]byte("plain words"))
		case "/bomb":
			for block := make([]byte, 1<<20); ; {
				if _, err := zip.Write(block); err != nil {
					return
				}
			}
		case "/broken":
			_, _ = w.Write([]byte("this is not gzip at all"))
			return
		case "/twice":
			w.Header().Set("Content-Encoding", "gzip, gzip")
		case "/brotli":
			w.Header().Set("Content-Encoding", "br")
		case "/empty":
			w.WriteHeader(http.StatusNoContent)
			return
		}
		_ = zip.Close()
	})
	c := newClient(t, Options{})
	for path, want := range map[string]string{"/text": "", "/bomb": "packed_too_much", "/broken": "connect", "/twice": "connect", "/brotli": "connect", "/empty": ""} {
		resp, text, err := get(t, c, Request{URL: s.URL + path})
		if code(err) != want || len(text) > 2<<20 {
			t.Errorf("%s: %d bytes, %v; want %s", path, len(text), err, want)
		}
		if path == "/text" && (text != "plain words" || resp.Header.Get("Content-Encoding")+resp.Header.Get("Content-Length") != "") {
			t.Errorf("unpacked %q, %v", text, resp.Header)
		}
	}
	_, text, err := get(t, c, Request{URL: s.URL + "/text", Header: http.Header{"Accept-Encoding": {"gzip"}}})
	if err != nil || !strings.HasPrefix(text, "\x1f\x8b") {
		t.Errorf("as it was asked for: %q, %v", text, err)
	}
}

func TestAtMostFourConnectionsToAHost(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int64
	full, fill := make(chan struct{}), sync.Once{} // as many came as may be there
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		for held := most.Load(); n > held && !most.CompareAndSwap(held, n); held = most.Load() {
		}
		if n >= DefaultPerHost {
			fill.Do(func() { close(full) })
		}
		select {
		case <-full:
		case <-r.Context().Done():
		case <-time.After(20 * time.Second):
		}
		time.Sleep(50 * time.Millisecond) // in which one too many would come
		now.Add(-1)
	})
	c := newClient(t, Options{})
	done := make(chan error)
	for range 12 {
		go func() {
			resp, err := c.Do(t.Context(), Request{URL: s.URL})
			if err == nil {
				err = resp.Body.Close()
			}
			done <- err
		}()
	}
	for range 12 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != DefaultPerHost {
		t.Errorf("%d at a time, want %d", most.Load(), DefaultPerHost)
	}
}

func TestACancelledRequest(t *testing.T) {
	t.Parallel()
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := newClient(t, Options{}).Do(ctx, Request{URL: s.URL}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	late, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := newClient(t, Options{}).Do(late, Request{URL: s.URL}); code(err) != "timeout" {
		t.Error(err)
	}
}

// TestErrorsHoldNoSecrets plants a marker in all that a request has and all that a hostile server says.
func TestErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	const marker = "s3cretMARK"
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		auth := r.Header.Get("Authorization")
		switch r.URL.Path {
		case "/junk":
			_, _ = buf.WriteString("HTTP/9 " + auth + "\r\n\r\n")
		case "/header":
			_, _ = buf.WriteString("HTTP/1.1 200 OK\r\n" + auth + "\r\n\r\n")
		case "/length":
			_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Length: " + auth + "\r\n\r\n")
		case "/chunk":
			_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + auth + "\r\n")
		case "/coding":
			_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + auth + "\r\n\r\n")
		case "/packing":
			_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: " + auth + "\r\n\r\nabc")
		case "/away":
			_, _ = buf.WriteString("HTTP/1.1 302 Found\r\nLocation: file:///" + auth + "\r\n\r\n")
		case "/loop":
			_, _ = buf.WriteString("HTTP/1.1 302 Found\r\nLocation: /loop?" + auth + "\r\nContent-Length: 0\r\n\r\n")
		case "/private":
			_, _ = buf.WriteString("HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/" + auth + "\r\n\r\n")
		}
		_ = buf.Flush()
	})
	c := newClient(t, Options{Resolver: &names{}})
	r := Request{Header: http.Header{"Authorization": {marker}}, Body: []byte(marker), Method: http.MethodPost}
	addresses := []string{"http://me:" + marker + "@a.test/", "ftp://a.test/" + marker, "http://a.test/%zz" + marker, "http://a.test/" + marker + "?k=" + marker, "http://127.0.0.1:1/" + marker, "http://10.0.0.1/" + marker, "https://127.0.0.1:" + portOf(s) + "/" + marker}
	for _, path := range []string{"/junk", "/header", "/length", "/chunk", "/coding", "/packing", "/away", "/loop", "/private", "/nothing"} {
		addresses = append(addresses, s.URL+path+"?k="+marker)
	}
	for _, address := range addresses {
		r.URL = address
		_, _, err := get(t, c, r)
		var e *errs.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v has no code", address, err)
			continue
		}
		if text := fmt.Sprintf("%v %+v %#v %v", err, e, e.Params, errors.Unwrap(e)); strings.Contains(text, marker) {
			t.Errorf("%s: %s", address, text)
		}
	}
	r.URL, r.Header = "http://a.test/", http.Header{"X-A": {marker + "\n"}}
	if _, err := c.Do(t.Context(), r); strings.Contains(fmt.Sprintf("%v %+v", err, err), marker) {
		t.Error(err)
	}
}

func portOf(s *httptest.Server) string { return s.URL[strings.LastIndex(s.URL, ":")+1:] }
