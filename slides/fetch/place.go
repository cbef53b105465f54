package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Place is a place from which something may be downloaded.
type Place struct {
	Host string // lower case, without a final dot; an IPv6 address without brackets
	Port uint16
	// Own is a place that the deck did not choose: the user's settings name it, or it is a default.
	// It may be on this machine or in its network, as a mirror is. Every other place must have a
	// public address, whatever its name leads to.
	Own bool
}

// maxHost is the longest name of a host (RFC 1035).
const maxHost = 253

// ParsePlace reads "host" or "host:port". Without a port it means the port of https. The error
// explains the mistake in words for users.
func ParsePlace(s string) (Place, error) {
	if strings.Contains(s, "://") || strings.ContainsAny(s, "/@?#") {
		return Place{}, errors.New("give a host, without a scheme, a user or a path")
	}
	host, port := s, ""
	if h, p, err := net.SplitHostPort(s); err == nil && p != "" {
		host, port = h, p
	} else if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		host = addr.String()
	} else if strings.Contains(s, ":") {
		return Place{}, errors.New("give a host and a port: example.org:8443")
	}
	place := Place{Host: clean(host), Port: 443}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return Place{}, fmt.Errorf("%q is not a port: give a number from 1 to 65535", port)
		}
		place.Port = uint16(n)
	}
	if _, err := netip.ParseAddr(place.Host); err == nil {
		return place, nil
	}
	if last := place.Host[strings.LastIndexByte(place.Host, '.')+1:]; isNumber(last) {
		return Place{}, errors.New("write an address as four decimal numbers, or as IPv6")
	}
	valid := place.Host != "" && len(place.Host) <= maxHost
	for label := range strings.SplitSeq(place.Host, ".") {
		valid = valid && label != "" && len(label) <= 63 && !strings.ContainsFunc(label, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
		})
	}
	if !valid {
		return Place{}, errors.New("not the name of a host: use letters, digits, - and dots, and write other characters as xn--…")
	}
	return place, nil
}

// isNumber reports whether some systems read the last part of a host as part of an IPv4 address in
// another form: 127.1, 2130706433, 0x7f000001. No top-level domain is a number.
func isNumber(label string) bool {
	hex, isHex := strings.CutPrefix(label, "0x")
	if isHex {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return label != "" && strings.Trim(label, "0123456789") == ""
}

// PlaceOf returns the place of a URL, if its scheme is http or https. It ignores Cargo's "sparse+"
// and "registry+" before the scheme.
func PlaceOf(address string) (Place, bool) {
	for _, prefix := range []string{"sparse+", "registry+"} {
		address = strings.TrimPrefix(address, prefix)
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return Place{}, false
	}
	port := u.Port()
	switch scheme := strings.ToLower(u.Scheme); {
	case scheme != "http" && scheme != "https":
		return Place{}, false
	case port == "" && scheme == "http":
		port = "80"
	case port == "":
		port = "443"
	}
	p, err := ParsePlace(net.JoinHostPort(u.Hostname(), port))
	return p, err == nil
}

// clean returns a host's name in the form that places use.
func clean(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// String returns the place in the form that ParsePlace reads, without a port that it would add.
func (p Place) String() string {
	if p.Port == 443 {
		return p.Host
	}
	return p.address()
}

func (p Place) address() string { return net.JoinHostPort(p.Host, strconv.Itoa(int(p.Port))) }

// Private says why only the user's own settings may choose the place, if its name is an address
// that is not public; otherwise "".
func (p Place) Private() string {
	if addr, err := netip.ParseAddr(p.Host); err == nil {
		return private(addr)
	}
	if p.Host == "localhost" || strings.HasSuffix(p.Host, ".localhost") {
		return "is this machine"
	}
	return ""
}

// special lists addresses that belong to nobody on the internet, and their purposes. The first
// prefix with an address counts (RFC 6890 and IANA's registries of special-purpose addresses).
// Addresses for examples and measurements are not in it: some networks use them in place of real
// ones.
var special = []struct{ prefix, is string }{
	{"127.0.0.0/8", "is this machine"},
	{"::1/128", "is this machine"},
	{"0.0.0.0/8", "is this machine"},
	{"::/128", "is this machine"},
	{"10.0.0.0/8", "is in a private network"},
	{"172.16.0.0/12", "is in a private network"},
	{"192.168.0.0/16", "is in a private network"},
	{"100.64.0.0/10", "is in a provider's own network"},
	{"fc00::/7", "is in a private network"},
	{"fec0::/10", "is in a private network"},
	{"169.254.0.0/16", "belongs to the local link, where clouds serve their metadata"},
	{"fe80::/10", "belongs to the local link"},
	{"224.0.0.0/4", "is a multicast address"},
	{"ff00::/8", "is a multicast address"},
	{"192.0.0.0/24", "is reserved for a special purpose"},
	{"192.88.99.0/24", "leads through a tunnel"},
	{"2001::/32", "leads through a tunnel"},
	{"2001::/23", "is reserved for a special purpose"},
	{"240.0.0.0/4", "is reserved for a special purpose"},
}

var (
	global = netip.MustParsePrefix("2000::/3")
	nat64  = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052; the last four bytes are an IPv4 address
	sixTo4 = netip.MustParsePrefix("2002::/16")    // RFC 3056; bytes 2 to 5 are an IPv4 address
)

// private says why an address is not public, or returns "". An IPv6 address that stands for an IPv4
// address is judged as that.
func private(addr netip.Addr) string {
	if addr.Zone() != "" {
		return "belongs to the local link"
	}
	addr = addr.Unmap()
	b := addr.As16()
	switch {
	case nat64.Contains(addr):
		return private(netip.AddrFrom4([4]byte(b[12:16])))
	case sixTo4.Contains(addr):
		return private(netip.AddrFrom4([4]byte(b[2:6])))
	}
	for _, s := range special {
		if netip.MustParsePrefix(s.prefix).Contains(addr) {
			return s.is
		}
	}
	if addr.Is6() && !global.Contains(addr) {
		return "is reserved for a special purpose"
	}
	return ""
}
