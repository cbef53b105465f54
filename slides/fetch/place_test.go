package fetch

import (
	"net/netip"
	"testing"
)

func TestPrivate(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.215.14": false, "1.1.1.1": false, "172.15.255.255": false, "172.32.0.0": false, "100.63.255.255": false,
		"2606:4700::1": false, "64:ff9b::101:101": false, "2002:101:101::1": false,
		"127.0.0.1": true, "127.255.255.254": true, "0.0.0.0": true, "0.1.2.3": true, "10.0.0.1": true, "172.16.0.1": true, "172.31.255.255": true,
		"192.168.1.1": true, "100.64.0.1": true, "100.100.100.200": true, "169.254.169.254": true, "224.0.0.1": true, "239.255.255.255": true,
		"240.0.0.1": true, "255.255.255.255": true, "192.0.0.1": true, "192.0.2.1": false, "198.18.0.1": false, "203.0.113.1": false,
		"::": true, "::1": true, "fe80::1": true, "fe80::1%eth0": true, "2606:4700::1%eth0": true, "fc00::1": true, "fd00:ec2::254": true, "fec0::1": true,
		"ff02::1": true, "::127.0.0.1": true, "::ffff:127.0.0.1": true, "::ffff:10.0.0.1": true, "::ffff:169.254.169.254": true,
		"64:ff9b::7f00:1": true, "64:ff9b::a9fe:a9fe": true, "64:ff9b:1::1": true, "2002:7f00:1::1": true, "2002:a00:1::1": true,
		"2001::1": true, "2001:db8::1": false, "100::1": true, "4000::1": true,
	} {
		if why := private(netip.MustParseAddr(address)); (why != "") != want {
			t.Errorf("private(%s) = %q, want one: %v", address, why, want)
		}
	}
}

func TestParsePlace(t *testing.T) {
	for text, want := range map[string]string{
		"example.org": "example.org", "Example.ORG.": "example.org", "example.org:443": "example.org", "example.org:8443": "example.org:8443",
		"127.0.0.1:80": "127.0.0.1:80", "[::1]:80": "[::1]:80", "::1": "::1", "a_b.example": "a_b.example", "localhost": "localhost",
		"": "", "https://example.org": "", "example.org/x": "", "user@example.org": "", "exa mple.org": "", "example..org": "", ".": "", "example.org:0": "",
		"example.org:65536": "", "example.org:": "", ":80": "", "bücher.example": "", "*": "", "a\nb": "", "a:b:c": "", "example.org:-1": "",
		"127.1": "", "2130706433": "", "0x7f000001": "", "0X7F.1": "", "0177.0.0.1": "", "127.0.0.0x1": "", "127.1.:80": "", "0x": "", "1.2.3.4.5": "",
		"1.example": "1.example", "0x7f.example": "0x7f.example", "127.0.0.1.": "127.0.0.1", "a1": "a1", "x0x1": "x0x1",
	} {
		p, err := ParsePlace(text)
		if got := p.String(); err == nil && got != want || err != nil && want != "" {
			t.Errorf("ParsePlace(%q) = %s, %v, want %q", text, got, err, want)
		}
	}
}

func TestPlaceOf(t *testing.T) {
	for text, want := range map[string]string{
		"https://example.org/x": "example.org", "http://example.org": "example.org:80", "sparse+https://example.org:8443/index/": "example.org:8443",
		"HTTPS://user:secret@Example.org/x": "example.org", "http://[::1]:3000/": "[::1]:3000",
		"ssh://git@example.org/x": "", "git@example.org:x": "", "file:///x": "", "/x": "", "../x": "", "": "", "git://example.org/x": "", "ext::sh": "",
	} {
		p, ok := PlaceOf(text)
		if ok != (want != "") || ok && p.String() != want {
			t.Errorf("PlaceOf(%q) = %s, %v, want %q", text, p, ok, want)
		}
	}
}

func TestProxies(t *testing.T) {
	p := FromEnvironment([]string{"https_proxy=", "HTTPS_PROXY=proxy.example:3128", "HTTP_PROXY=http://a.header", "no_proxy=.corp.example, 10.0.0.0/8,*.lan,plain.example:81"})
	for address, want := range map[string]string{
		"https://example.org": "http://proxy.example:3128", "https://git.corp.example": "", "https://corp.example": "",
		"https://10.1.2.3": "", "https://x.lan": "", "https://plain.example:81": "", "https://plain.example": "http://proxy.example:3128",
		"https://notcorp.example": "http://proxy.example:3128", "http://example.org": "",
	} {
		u, err := parseProxy(address)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if via := p.For(u); via != nil {
			got = via.String()
		}
		if got != want {
			t.Errorf("the proxy for %s is %q, want %q", address, got, want)
		}
	}
	if err := (Proxies{HTTPS: "socks5://localhost"}).Check(); err == nil {
		t.Error("a proxy of another kind is taken")
	}
}
