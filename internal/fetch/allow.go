package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// ParseAllow reads the operator's list of places that may be read although they are not
// public: entries with commas or spaces between them.
//
//	10.1.0.0/16       all addresses of a network, on the usual ports
//	10.1.2.3          one address, on the usual ports
//	db.lan            a name, wherever in a private network it leads, on the usual ports
//	db.lan:843        the same on this port, whichever it is; also 10.1.2.3:843 and [fd00::1]:843
//
// The usual ports are 80, 443 and those above 1024, and 22 for SSH servers that databases are reached through.
func ParseAllow(text string) (allow []netip.Prefix, hosts []string, err error) {
	for entry := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }) {
		prefix, host, err := parseAllowed(entry)
		switch {
		case err != nil:
			return nil, nil, err
		case host != "":
			hosts = append(hosts, host)
		default:
			allow = append(allow, prefix)
		}
	}
	return allow, hosts, nil
}

func parseAllowed(entry string) (netip.Prefix, string, error) {
	bad := fmt.Errorf("%q is no address, network, name or name:port, such as 10.1.0.0/16, 10.1.2.3 or db.lan:8080", entry)
	if strings.Contains(entry, "/") {
		p, err := netip.ParsePrefix(entry)
		if err != nil {
			return p, "", bad
		}
		if p.Masked() != p {
			return p, "", fmt.Errorf("%q is no network: %s is meant", entry, p.Masked())
		}
		return p, "", nil
	}
	if a, err := netip.ParseAddr(unbracketed(entry)); err == nil {
		if a.Zone() != "" {
			return netip.Prefix{}, "", bad
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), "", nil
	}
	name, port := entry, ""
	if strings.Contains(entry, ":") {
		var err error
		if name, port, err = net.SplitHostPort(entry); err != nil {
			return netip.Prefix{}, "", bad
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return netip.Prefix{}, "", bad
		}
	}
	if !isName(name) && !isAddr(name) {
		return netip.Prefix{}, "", bad
	}
	if name = plainHost(name); port != "" {
		name = net.JoinHostPort(name, port)
	}
	return netip.Prefix{}, name, nil
}

// unbracketed is an address without the brackets that IPv6 has in front of a port.
func unbracketed(text string) string {
	if inner, ok := strings.CutPrefix(text, "["); ok {
		if inner, ok := strings.CutSuffix(inner, "]"); ok {
			return inner
		}
	}
	return text
}

// plainHost is a host in the one form in which hosts are compared.
func plainHost(host string) string {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().String()
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

func isAddr(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Zone() == ""
}

// isName says whether text is a host's name and can be nothing else: labels of letters,
// digits, hyphens and underscores, of which the last is no number. Some resolvers take
// 2130706433, 0x7f.1 and 0177.0.0.1 for addresses.
func isName(text string) bool {
	text = strings.TrimSuffix(text, ".")
	if text == "" || len(text) > 253 {
		return false
	}
	last := ""
	for label := range strings.SplitSeq(text, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, notInName) {
			return false
		}
		last = strings.ToLower(label)
	}
	digits := strings.Trim(last, "0123456789") == ""
	_, hex := strings.CutPrefix(last, "0x")
	return !digits && !hex
}

func notInName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
}
