package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"
)

// refused are the IPv4 networks that are not public (IANA's list of special addresses).
var refused = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)

// global is the part of IPv6 that is routed; refused6 are its networks that are not
// public: Teredo and others of 2001::/23, examples, and 6to4, which carries an IPv4 address.
var (
	global   = netip.MustParsePrefix("2000::/3")
	refused6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

// nat64 carries an IPv4 address in its last four bytes; networks without IPv4 reach the rest of the world by it.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// within are the private networks that a listed name may lead into. The metadata services
// of clouds, which are link-local or stand here, are not among them.
var (
	within   = prefixes("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
	metadata = prefixes("100.100.100.200/32", "fd00:ec2::254/128", "fd20:ce::254/128")
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

func in(list []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

// isPublic says whether an address is one of the open internet.
func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	switch {
	case !a.IsValid() || a.Zone() != "":
		return false
	case a.Is4():
		return !in(refused, a)
	case nat64.Contains(a):
		b := a.As16()
		return isPublic(netip.AddrFrom4([4]byte(b[12:])))
	}
	return global.Contains(a) && !in(refused6, a)
}

// Resolver tells the addresses of a name; network is always "ip". *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// guard makes the connections. It looks at the address of each one at the moment of
// dialling, and dials that address, so nothing can change in between.
type guard struct {
	allow    []netip.Prefix
	hosts    []string
	resolver Resolver
	dialer   net.Dialer

	mu       sync.Mutex       // guards what follows
	own      []netip.AddrPort // where this server listens
	ownNames []string         // host:port by which people reach it
}

func (g *guard) refuse(at netip.AddrPort) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.own = append(g.own, at)
}

func (g *guard) refuseName(host string, port uint16) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ownNames = append(g.ownNames, joined(plainHost(host), port))
}

// isOwnName says whether people reach this server by a host and port.
func (g *guard) isOwnName(host string, port uint16) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Contains(g.ownNames, joined(host, port))
}

func joined(host string, port uint16) string { return net.JoinHostPort(host, strconv.Itoa(int(port))) }

const (
	// dialTime is how long finding the addresses of a name and connecting to one may take.
	dialTime = 15 * time.Second
	// oneDial is how long one address is tried, where a name has several.
	oneDial = 5 * time.Second
	// lastLowPort is the highest port that only the system's own services listen on.
	lastLowPort = 1024
)

// SSH is a network like tcp, for who speaks that protocol: its own port is one of the usual ones then.
const (
	SSH     = "ssh"
	sshPort = 22
)

// dial connects to host:port. Codes dns, connect, private_address, host_not_allowed.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime) // the transport lets a dial outlive its request
	defer cancel()
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, BadURL()
	}
	port64, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, BadURL()
	}
	port := uint16(port64)
	host = plainHost(host)
	low := port <= lastLowPort && port != 80 && port != 443 && !(network == SSH && port == sshPort)
	if (low || g.isOwnName(host, port)) && !g.listed(host, port) {
		return nil, NotAllowed(net.JoinHostPort(host, portText))
	}
	addrs, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	own := localAddrs()
	addrs = slices.DeleteFunc(addrs, func(a netip.Addr) bool { return !g.permits(host, netip.AddrPortFrom(a, port), own) })
	if len(addrs) == 0 {
		return nil, privateAddress(host)
	}
	return g.connect(ctx, addrs, port)
}

// connect tries the addresses in turn.
func (g *guard) connect(ctx context.Context, addrs []netip.Addr, port uint16) (net.Conn, error) {
	var first error
	for _, a := range addrs {
		one, cancel := context.WithTimeout(ctx, oneDial)
		conn, err := g.dialer.DialContext(one, "tcp", netip.AddrPortFrom(a, port).String())
		cancel()
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	if first = translate(first); errors.Is(first, errSlow) {
		return nil, ConnectFailed("it does not answer")
	}
	return nil, first
}

// resolve gives the addresses of a name, or the one that is written out.
func (g *guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	if !isName(host) {
		return nil, BadURL()
	}
	addrs, err := g.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil || len(addrs) == 0 {
		return nil, unknownName(host, err)
	}
	out := make([]netip.Addr, len(addrs))
	for i, a := range addrs {
		out[i] = a.Unmap()
	}
	return out, nil
}

// permits says whether a connection to an address may be made on behalf of host. local
// are this machine's own addresses.
func (g *guard) permits(host string, at netip.AddrPort, local []netip.Addr) bool {
	a := at.Addr()
	named := g.listed(host, at.Port())
	if a.Zone() != "" || !named && g.isOwn(at, local) {
		return false
	}
	if in(g.allow, a) {
		return true
	}
	if named || slices.Contains(g.hosts, host) {
		return isPublic(a) || isAddr(host) || in(within, a) && !in(metadata, a)
	}
	return isPublic(a) && !slices.Contains(local, a)
}

// listed says whether the operator lists exactly this host and port.
func (g *guard) listed(host string, port uint16) bool {
	return slices.Contains(g.hosts, joined(host, port))
}

// isOwn says whether an address is one that this server listens on itself. 0.0.0.0 and :: lead to this machine.
func (g *guard) isOwn(at netip.AddrPort, local []netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	to := at.Addr()
	here := to.IsLoopback() || to.IsUnspecified() || slices.Contains(local, to)
	return slices.ContainsFunc(g.own, func(o netip.AddrPort) bool {
		listens := o.Addr().Unmap()
		return o.Port() == at.Port() && (listens == to || here && listens.IsUnspecified() || to.IsUnspecified() && listens.IsLoopback())
	})
}

// localAddrs are the addresses of this machine's network cards.
func localAddrs() []netip.Addr {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil // private ones are refused without the list
	}
	var out []netip.Addr
	for _, a := range list {
		if n, ok := a.(*net.IPNet); ok {
			if addr, ok := netip.AddrFromSlice(n.IP); ok {
				out = append(out, addr.Unmap())
			}
		}
	}
	return out
}
