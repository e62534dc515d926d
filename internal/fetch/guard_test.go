package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"octavo/internal/errs"
)

func TestAddressesThatAreNotPublic(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"1.1.1.1": true, "93.184.216.34": true, "2606:4700::1111": true, "64:ff9b::101:101": true, "172.15.255.255": true, "172.32.0.0": true, "100.63.255.255": true,
		"0.0.0.0": false, "0.1.2.3": false, "127.0.0.1": false, "127.255.255.254": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "100.100.100.200": false, "192.0.0.192": false, "198.18.0.1": false, "203.0.113.9": false,
		"224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false, "192.88.99.1": false,
		"::": false, "::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "::ffff:0:127.0.0.1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false, "2002:7f00:1::": false, "2002:a9fe:a9fe::1": false, "2001::1": false,
		"fe80::1": false, "fec0::1": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false, "2001:db8::1": false, "3fff::1": false, "100::1": false,
		"fe80::1%eth0": false, "2606:4700::1111%eth0": false,
	} {
		if got := isPublic(netip.MustParseAddr(text)); got != want {
			t.Errorf("isPublic(%s) = %v", text, got)
		}
	}
	if isPublic(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// names answers look-ups of names; each look-up takes the next of the answers, and the last one again.
type names struct {
	mu      sync.Mutex // guards answers
	answers map[string][]string
}

func (n *names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.answers[host]
	if len(list) == 0 {
		return nil, errors.New("no such host as " + host)
	}
	if len(list) > 1 {
		n.answers[host] = list[1:]
	}
	var out []netip.Addr
	for text := range strings.FieldsSeq(list[0]) {
		out = append(out, netip.MustParseAddr(text))
	}
	return out, nil
}

// watched is a guard that notes which addresses it would connect to, and connects to none.
func watched(g *guard) *[]string {
	var seen []string
	g.dialer.Control = func(_, address string, _ syscall.RawConn) error {
		seen = append(seen, address)
		return syscall.ECONNREFUSED
	}
	return &seen
}

func TestOnlyCheckedAddressesAreDialled(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, address string
		answers       []string
		dialled       string // of the first and the second try
		codes         string
	}{
		{"public", "a.test:443", []string{"93.184.216.34"}, "93.184.216.34:443 93.184.216.34:443", "connect connect"},
		{"private", "a.test:443", []string{"10.0.0.1"}, "", "private_address private_address"},
		{"rebinding", "a.test:80", []string{"93.184.216.34", "127.0.0.1"}, "93.184.216.34:80", "connect private_address"},
		{"public among private", "a.test:80", []string{"10.0.0.1 169.254.169.254 93.184.216.34 ::1"}, "93.184.216.34:80 93.184.216.34:80", "connect connect"},
		{"mapped", "a.test:80", []string{"::ffff:169.254.169.254"}, "", "private_address private_address"},
		{"IPv6 as it is written", "[2606:4700::1111]:443", nil, "[2606:4700::1111]:443 [2606:4700::1111]:443", "connect connect"},
		{"zone", "[fe80::1%lo]:80", nil, "", "private_address private_address"},
		{"a number for a resolver that reads it", "2130706433:80", []string{"93.184.216.34"}, "", "bad_url bad_url"},
		{"unknown", "nowhere.test:80", nil, "", "dns dns"},
		{"mail", "a.test:25", []string{"93.184.216.34"}, "", "host_not_allowed host_not_allowed"},
		{"high port", "a.test:8443", []string{"93.184.216.34"}, "93.184.216.34:8443 93.184.216.34:8443", "connect connect"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			host, _, _ := strings.Cut(tt.address, ":")
			g := &guard{resolver: &names{answers: map[string][]string{host: tt.answers}}}
			seen := watched(g)
			var codes []string
			for range 2 {
				_, err := g.dial(t.Context(), "tcp", tt.address)
				codes = append(codes, code(err))
			}
			if got := strings.Join(*seen, " "); got != tt.dialled {
				t.Errorf("dialled %q, want %q", got, tt.dialled)
			}
			if got := strings.Join(codes, " "); got != tt.codes {
				t.Errorf("codes %q, want %q", got, tt.codes)
			}
		})
	}
}

func TestWhatTheOperatorAllows(t *testing.T) {
	t.Parallel()
	allow, hosts, err := ParseAllow("10.1.0.0/16, 192.168.7.7 ::1/128\ndb.lan,Meta.lan ssh.lan:22 [fd00:0::5]:843 127.0.0.1:7070 known.test:443")
	if err != nil {
		t.Fatal(err)
	}
	g := &guard{allow: append(allow, prefixes("0.0.0.0/32", "127.0.0.0/8")...), hosts: hosts, own: []netip.AddrPort{netip.MustParseAddrPort("[::]:8080"), netip.MustParseAddrPort("127.0.0.1:7070"), netip.MustParseAddrPort("127.0.0.1:7071")},
		ownNames: []string{"boards.test:443", "db.lan:6000", "known.test:443"},
		resolver: &names{answers: map[string][]string{
			"db.lan": {"172.16.0.9"}, "meta.lan": {"169.254.169.254 fd00:ec2::254 100.100.100.200 224.0.0.1"}, "ssh.lan": {"10.2.0.1"}, "other.lan": {"10.1.2.3"},
			"self.lan": {"127.0.0.1"}, "away.lan": {"10.2.0.1"}, "boards.test": {"93.184.216.34"}, "known.test": {"93.184.216.34"},
		}}}
	seen := watched(g)
	for address, want := range map[string]string{
		"10.1.2.3:80": "connect", "10.2.0.1:80": "private_address", "192.168.7.7:8080": "connect", "192.168.7.8:80": "private_address", "[::1]:3000": "connect",
		"10.1.2.3:22": "host_not_allowed", "db.lan:5000": "connect", "DB.lan.:80": "connect", "db.lan:22": "host_not_allowed", "meta.lan:80": "private_address",
		"ssh.lan:22": "connect", "ssh.lan:80": "private_address", "[fd00::5]:843": "connect", "[fd00::5]:80": "private_address", "other.lan:80": "connect",
		"[::1]:8080": "private_address", "127.0.0.1:7070": "connect", "self.lan:7070": "private_address", "away.lan:80": "private_address",
		"127.0.0.1:7071": "private_address", "0.0.0.0:7071": "private_address", "127.0.0.1:8080": "private_address", "0.0.0.0:8080": "private_address", "127.9.9.9:8080": "private_address",
		"[::ffff:127.0.0.1]:7071": "private_address", "127.0.0.1:7072": "connect", "0.0.0.0:7072": "connect",
		"boards.test:443": "host_not_allowed", "BOARDS.test.:443": "host_not_allowed", "boards.test:8443": "connect", "db.lan:6000": "host_not_allowed", "known.test:443": "connect",
	} {
		*seen = nil
		_, err := g.dial(t.Context(), "tcp", address)
		if code(err) != want || (len(*seen) > 0) != (want == "connect") {
			t.Errorf("%s: %v, dialled %v; want %s", address, err, *seen, want)
		}
	}
	for _, text := range []string{"10.0.0.1/8", "a/b", "a b:0", "x:70000", "[::1", "fe80::1%eth0", "http://a", "*", "2130706433", "a..b", ":80", "a:b:c"} {
		if _, _, err := ParseAllow(text); err == nil {
			t.Errorf("ParseAllow(%q) is taken", text)
		}
	}
	if allow, hosts, err := ParseAllow(" ,\n"); err != nil || len(allow)+len(hosts) > 0 {
		t.Errorf("nothing: %v %v %v", allow, hosts, err)
	}
}

// TestNothingOfThisMachineIsRead asks a server of this machine by every address it has.
func TestNothingOfThisMachineIsRead(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{})
	defer c.Close()
	hosts := []string{"127.0.0.1", "localhost", "localhost.", "LOCALHOST", "0.0.0.0", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "127.1.2.3"}
	for _, a := range localAddrs() {
		if a.Is4() {
			hosts = append(hosts, a.String())
		}
	}
	for _, host := range hosts {
		_, err := c.Do(t.Context(), Request{URL: "http://" + host + ":" + u.Port() + "/"})
		if got := code(err); got != "private_address" && got != "dns" {
			t.Errorf("%s: %v", host, err)
		}
	}
	if asked > 0 {
		t.Errorf("the server was asked %d times", asked)
	}
}

func TestAddressesThatAreRefusedAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	c := New(Options{Resolver: &names{}})
	for _, text := range []string{
		"", "x", "/x", "//a.test/", "http://", "http:///x", "http:a.test", "https://:443/", "ftp://a.test/", "file:///etc/passwd", "gopher://a.test/", "javascript:alert(1)", "data:,x",
		"http://me:pw@a.test/", "http://me@a.test/", "http://a.test:0/", "http://a.test:99999/", "http://a.test:/", "http://a.test:80x/", "http://a..test/", "http://a.test\\@b.test/",
		"http://a.test/\r\nX: y", "http://a.test/ b", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://0x7f.1/", "http://127.0.0.1.1/",
		"http://[fe80::1%25eth0]/", "http://[::1%251]/", "http://[::1/", "http://１２７.0.0.1/", "http://ⓛocalhost/", "http://a_b c/",
	} {
		if _, err := c.Do(t.Context(), Request{URL: text}); code(err) != "bad_url" {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"https://API.example.com/v1?x=1": "https://api.example.com:443", "http://a.test": "http://a.test:80", "http://[0:0::1]:8080/x": "http://[::1]:8080", "https://a.test.:8443#x": "https://a.test:8443",
	} {
		if got, err := Origin(text); got != want || err != nil {
			t.Errorf("Origin(%q) = %q, %v", text, got, err)
		}
	}
}

// code is the code of an error, or the error itself where it has none.
func code(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestHeadersThatWouldSplitARequest(t *testing.T) {
	t.Parallel()
	c := New(Options{Resolver: &names{}})
	for name, values := range map[string][]string{
		"X-A": {"a\r\nHost: b"}, "X-B": {"a\nb"}, "X-C": {"fine", "a\x00"}, "Bad Name": {"x"}, "": {"x"}, "A:B": {"x"}, "X\r\nY": {"x"}, "Ünicode": {"x"},
		"Host": {"other.test"}, "content-length": {"5"}, "Transfer-Encoding": {"chunked"}, "connection": {"close"}, "Proxy-Authorization": {"x"}, "upgrade": {"h2c"}, "TE": {"trailers"},
	} {
		_, err := c.Do(t.Context(), Request{URL: "http://a.test/", Header: http.Header{name: values}})
		if code(err) != "bad_header" {
			t.Errorf("%q: %v", name, err)
		}
	}
	good := http.Header{"X-Key": {"tab\there", "Grüße"}, "Accept": {"*/*"}}
	if _, err := c.Do(t.Context(), Request{URL: "http://a.test/", Header: good}); code(err) != "dns" || !slices.Equal(good["Accept"], []string{"*/*"}) {
		t.Errorf("good header: %v", err)
	}
}
