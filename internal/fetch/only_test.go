package fetch

import (
	"context"
	"net"
	"strings"
	"testing"
)

// TestOnly looks at a client that may go to one place: not to another one, whoever sends it there.
func TestOnly(t *testing.T) {
	t.Parallel()
	g := &guard{resolver: &names{answers: map[string][]string{"db.test": {"93.184.216.34"}, "other.test": {"93.184.216.35"}}}}
	seen := watched(g)
	only := (&Client{dial: g.dial}).Only("DB.test", 5432, nil)
	for address, want := range map[string]string{"db.test:5432": "connect", "db.test:5433": "host_not_allowed", "other.test:5432": "host_not_allowed", "93.184.216.34:5432": "host_not_allowed", "db.test": "host_not_allowed"} {
		if _, err := only.Dial(t.Context(), "tcp", address); code(err) != want {
			t.Errorf("%s: %v, want %s", address, err, want)
		}
	}
	if got := strings.Join(*seen, " "); got != "93.184.216.34:5432" {
		t.Errorf("dialled %s", got)
	}
	if _, err := only.Do(t.Context(), Request{URL: "http://other.test:5432/"}); code(err) != "host_not_allowed" {
		t.Errorf("by HTTP: %v", err)
	}
	through := Over(func(context.Context, string, string) (net.Conn, error) { return nil, ConnectFailed("through") }).Only("10.0.0.1", 80, nil)
	for address, want := range map[string]string{"10.0.0.1:80": "connect", "10.0.0.2:80": "host_not_allowed"} {
		if _, err := through.Dial(t.Context(), "tcp", address); code(err) != want {
			t.Errorf("through another server, %s: %v, want %s", address, err, want)
		}
	}
}

// TestThePortOfSSH is open to who speaks SSH, and to public addresses alone.
func TestThePortOfSSH(t *testing.T) {
	t.Parallel()
	g := &guard{resolver: &names{answers: map[string][]string{"bastion.test": {"93.184.216.34"}, "inside.test": {"10.0.0.1"}}}}
	seen := watched(g)
	for _, c := range []struct{ network, address, want string }{
		{SSH, "bastion.test:22", "connect"}, {"tcp", "bastion.test:22", "host_not_allowed"}, {SSH, "inside.test:22", "private_address"}, {SSH, "bastion.test:23", "host_not_allowed"},
	} {
		if _, err := g.dial(t.Context(), c.network, c.address); code(err) != c.want {
			t.Errorf("%s %s: %v, want %s", c.network, c.address, err, c.want)
		}
	}
	if got := strings.Join(*seen, " "); got != "93.184.216.34:22" {
		t.Errorf("dialled %s", got)
	}
}

// TestKept looks at a client of one connection: its place is the only one, and the guard looks at it.
func TestKept(t *testing.T) {
	t.Parallel()
	g := &guard{resolver: &names{answers: map[string][]string{"web.test": {"93.184.216.34"}, "inside.test": {"10.0.0.1"}}}}
	seen := watched(g)
	c := &Client{guard: g, dial: g.dial}
	for at, want := range map[string]string{"http://web.test:80/": "connect", "http://web.test:81/": "host_not_allowed", "http://inside.test:80/": "host_not_allowed"} {
		kept, err := c.Kept("web.test", 80, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := kept.Do(t.Context(), Request{URL: at}); code(err) != want {
			t.Errorf("%s: %v, want %s", at, err, want)
		}
	}
	inside, err := c.Kept("inside.test", 80, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inside.Do(t.Context(), Request{URL: "http://inside.test/"}); code(err) != "private_address" {
		t.Errorf("inside: %v", err)
	}
	if got := strings.Join(*seen, " "); got != "93.184.216.34:80" {
		t.Errorf("dialled %s", got)
	}
	if _, err := c.Kept("web.test", 443, &TLS{CA: "none"}, nil); code(err) != "tls" {
		t.Errorf("no certificate: %v", err)
	}
}
