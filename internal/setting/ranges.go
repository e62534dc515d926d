package setting

import (
	"net/netip"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/errs"
)

// IPRanges are the addresses that an account's own people sign in and call from (accounts.md D37): networks in the
// notation of CIDR or single addresses, between commas, spaces or line ends; empty admits every address. A client does
// not inherit them, because an agency's office is not where its clients' people are; and those of a client do not hold
// for its agency's visitors, whom a client cannot lock out (D48).
const IPRanges = "ip_ranges"

// mostRanges is how many networks an account lists (ours).
const mostRanges = 100

func checkRanges(text string) error {
	if list, bad := parseRanges(text); bad != "" {
		return errs.Newf(errs.Invalid, "bad_ip_range", "%s is no address and no network. Write such as 203.0.113.7 or 203.0.113.0/24.", bad).
			WithField(IPRanges).WithParams(map[string]any{"text": bad})
	} else if len(list) > mostRanges {
		return errs.Newf(errs.Invalid, "too_many_ip_ranges", "%d addresses and networks is the most.", mostRanges).
			WithField(IPRanges).WithParams(map[string]any{"limit": mostRanges})
	}
	return nil
}

// parseRanges reads a list of networks and addresses. bad is the first that is neither.
func parseRanges(text string) (list []netip.Prefix, bad string) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	for _, word := range words {
		p, err := netip.ParsePrefix(word)
		if a, errA := netip.ParseAddr(word); errA == nil && a.Zone() == "" {
			p, err = a.Unmap().Prefix(a.Unmap().BitLen())
		}
		if err != nil || p.Addr().Is4In6() {
			return nil, word
		}
		list = append(list, p.Masked())
	}
	return list, ""
}

// Admits says whether people of the account may come from an address.
func (s Security) Admits(address string) bool {
	if len(s.Ranges) == 0 {
		return true
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	for _, p := range s.Ranges {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// shutsOut refuses ranges without the address of the person who saves them. It does not hold for visitors, who come in
// by the ranges of their own account, nor for the operator. Code ip_ranges_shut_you_out.
func shutsOut(who authz.Actor, name string, value *string) error {
	if name != IPRanges || value == nil || who.Delegated || who.Support {
		return nil
	}
	list, _ := parseRanges(*value) // checked before
	if (Security{Ranges: list}).Admits(who.IP) {
		return nil
	}
	return errs.Newf(errs.Invalid, "ip_ranges_shut_you_out", "Your own address, %s, is not among these. Add it, or you could not come back.", who.IP).
		WithField(IPRanges).WithParams(map[string]any{"address": who.IP})
}
