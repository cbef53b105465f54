package fetch

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Proxies are the user's own settings for reaching the network.
type Proxies struct {
	HTTP, HTTPS string // addresses of proxies, "" for none
	Except      string // hosts to reach without a proxy, in the form of NO_PROXY
}

// FromEnvironment reads the settings that curl knows, from a list of "NAME=value". A caller reads
// the settings of its own tool.
func FromEnvironment(environ []string) Proxies {
	get := func(names ...string) string {
		for _, name := range names {
			for _, kv := range slices.Backward(environ) {
				if n, v, _ := strings.Cut(kv, "="); n == name && v != "" {
					return v
				}
			}
		}
		return ""
	}
	return Proxies{
		HTTP:   get("http_proxy", "all_proxy", "ALL_PROXY"), // not HTTP_PROXY: web servers set it from a header
		HTTPS:  get("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
		Except: get("no_proxy", "NO_PROXY"),
	}
}

// Check refuses proxies that this package cannot use.
func (p Proxies) Check() error {
	for _, address := range []string{p.HTTP, p.HTTPS} {
		if u, err := parseProxy(address); address != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https") {
			return errors.New("slidexec cannot use the proxy of your settings: it uses http:// and https:// proxies")
		}
	}
	return nil
}

func parseProxy(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err == nil && u.Hostname() == "" {
		err = errors.New("no host")
	}
	return u, err
}

// For returns the proxy for an address, nil if there is none. It serves as a Gate's Proxy.
func (p Proxies) For(u *url.URL) *url.URL {
	address := p.HTTP
	if u.Scheme == "https" {
		address = p.HTTPS
	}
	if address == "" || p.excepts(clean(u.Hostname()), u.Port()) {
		return nil
	}
	via, err := parseProxy(address)
	if err != nil {
		return nil // Check reports it
	}
	return via
}

// excepts reports whether the list of exceptions has a host: as a name or below one, as an address,
// in a network, or by the entry for all.
func (p Proxies) excepts(host, port string) bool {
	addr, addrErr := netip.ParseAddr(host)
	for entry := range strings.FieldsFuncSeq(p.Except, func(r rune) bool { return r == ',' || r == ' ' }) {
		entry = strings.ToLower(entry)
		if h, only, err := net.SplitHostPort(entry); err == nil && only != "" {
			if only != port {
				continue
			}
			entry = h
		}
		name := strings.TrimPrefix(strings.TrimPrefix(entry, "*"), ".")
		network, netErr := netip.ParsePrefix(entry)
		switch {
		case entry == "*", clean(name) == host, name != "" && strings.HasSuffix(host, "."+clean(name)):
			return true
		case addrErr == nil && netErr == nil && network.Contains(addr.Unmap()):
			return true
		}
	}
	return false
}

// dialProxy connects to a proxy. The user chose it, so it may be anywhere.
func (g *Gate) dialProxy(ctx context.Context, via *url.URL) (net.Conn, error) {
	port := via.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[via.Scheme]
	}
	at, err := ParsePlace(net.JoinHostPort(via.Hostname(), port))
	if err != nil {
		return nil, errors.New("slidexec cannot read the address of your proxy")
	}
	addrs, err := g.lookup(ctx, at.Host)
	if err != nil {
		return nil, fmt.Errorf("look up your proxy: %w", err)
	}
	conn, err := g.dialAny(ctx, at, addrs)
	if err != nil {
		return nil, fmt.Errorf("connect to your proxy: %w", err)
	}
	return conn, nil
}

// through makes a connection to a proxy a tunnel.
func (g *Gate) through(ctx context.Context, conn net.Conn, rt route) (net.Conn, error) {
	unhook := context.AfterFunc(ctx, func() { _ = conn.Close() }) // the proxy may never answer
	defer unhook()
	if rt.via.Scheme == "https" {
		config := g.TLS.Clone()
		if config == nil {
			config = &tls.Config{}
		}
		config.ServerName = rt.via.Hostname()
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("connect to your proxy: %w", err), conn.Close())
		}
		conn = secure
	}
	tunnel, err := ask(conn, rt.via, rt.place)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return tunnel, nil
}

// ask asks a proxy for a tunnel.
func ask(conn net.Conn, via *url.URL, to Place) (net.Conn, error) {
	target := to.address()
	r := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: target, Header: http.Header{}}
	if via.User != nil {
		password, _ := via.User.Password()
		basic := &http.Request{Header: http.Header{}}
		basic.SetBasicAuth(via.User.Username(), password)
		r.Header.Set("Proxy-Authorization", basic.Header.Get("Authorization"))
	}
	if err := r.Write(conn); err != nil {
		return nil, fmt.Errorf("ask your proxy: %w", err)
	}
	in := bufio.NewReader(conn)
	answer, err := http.ReadResponse(in, r)
	if err != nil {
		return nil, fmt.Errorf("ask your proxy: %w", err)
	}
	_ = answer.Body.Close() // an answer to CONNECT has no body
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("your proxy answered with status %d", answer.StatusCode)
	}
	return &buffered{conn, in}, nil
}

// buffered is a connection with bytes that were already read from it.
type buffered struct {
	net.Conn
	in *bufio.Reader
}

func (c *buffered) Read(p []byte) (int, error) { return c.in.Read(p) }
