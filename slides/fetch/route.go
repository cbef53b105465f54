package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
)

// A route is the judged way to a place: to one of its addresses, or through the user's proxy.
type route struct {
	place Place
	addrs []netip.Addr
	via   *url.URL
}

// judge finds the way to an address, if the program may go there.
func (g *Gate) judge(ctx context.Context, scheme, address string) (route, error) {
	rt, err := g.find(ctx, scheme, address)
	if r, ok := errors.AsType[*Refusal](err); ok {
		g.remember(r)
	}
	return rt, err
}

func (g *Gate) find(ctx context.Context, scheme, address string) (route, error) {
	asked, err := ParsePlace(address)
	if err != nil {
		return route{}, &Refusal{Place: Place{Host: address, Port: 443}, Why: "is not the address of a host"}
	}
	place, ok := within(g.Places, asked)
	if !ok && g.More != nil && ctx.Value(asking{}) == nil {
		g.more.Do(func() { g.further = g.More(ctx, g.client()) })
		place, ok = within(g.further, asked)
	}
	if !ok {
		return route{}, &Refusal{Place: asked, Why: asked.Private()}
	}
	rt := route{place: place}
	if g.Proxy != nil {
		rt.via = g.Proxy(&url.URL{Scheme: scheme, Host: rt.place.address()})
	}
	rt.addrs, err = g.lookup(ctx, asked.Host)
	if err != nil && rt.via == nil { // with a proxy, only the proxy may know the name
		return route{}, err
	}
	for _, addr := range rt.addrs {
		if why := g.private(addr); why != "" && !rt.place.Own {
			if addr.String() != asked.Host {
				why = fmt.Sprintf("leads to %s, which %s", addr, why)
			}
			return route{}, &Refusal{Place: asked, Why: why}
		}
	}
	return rt, nil
}

// within finds a place in a list; the user's own places come first.
func within(list []Place, asked Place) (Place, bool) {
	for _, own := range []bool{true, false} {
		for _, p := range list {
			if p.Host == asked.Host && p.Port == asked.Port && p.Own == own {
				return p, true
			}
		}
	}
	return Place{}, false
}

// asking marks the requests of More, which must not wait for More's own places.
type asking struct{}

// client returns a client that reaches Places.
func (g *Gate) client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: g.TLS,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			rt, err := g.find(context.WithValue(ctx, asking{}, true), "https", address)
			if err != nil {
				return nil, err
			}
			return g.tunnel(ctx, rt)
		},
	}}
}

// tunnel connects to the place at the end of a route.
func (g *Gate) tunnel(ctx context.Context, rt route) (net.Conn, error) {
	conn, err := g.connect(ctx, rt)
	if err != nil || rt.via == nil {
		return conn, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	return g.through(ctx, conn, rt)
}

// connect connects to the first machine of a route: an address or the proxy.
func (g *Gate) connect(ctx context.Context, rt route) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	var conn net.Conn
	var err error
	if rt.via != nil {
		conn, err = g.dialProxy(ctx, rt.via)
	} else {
		conn, err = g.dialAny(ctx, rt.place, rt.addrs)
	}
	if err != nil {
		return nil, err
	}
	if !g.watch(conn) {
		return nil, errors.Join(net.ErrClosed, conn.Close())
	}
	return &counted{Conn: conn, gate: g}, nil
}

// private is as the function private, and also refuses the addresses of this machine.
func (g *Gate) private(addr netip.Addr) string {
	if why := private(addr); why != "" {
		return why
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return "" // we know no addresses of this machine
	}
	for _, a := range own {
		if n, ok := a.(*net.IPNet); ok && n.IP.Equal(addr.AsSlice()) {
			return "is this machine"
		}
	}
	return ""
}

func (g *Gate) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	if g.Lookup != nil {
		return g.Lookup(ctx, host)
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(addrs) == 0 {
		err = fmt.Errorf("%s has no address", host)
	}
	return addrs, err
}

// dialAny connects to the first address that answers. The name is not looked up again.
func (g *Gate) dialAny(ctx context.Context, place Place, addrs []netip.Addr) (net.Conn, error) {
	var errs []error
	for _, addr := range addrs {
		conn, err := g.dial(ctx, netip.AddrPortFrom(addr.Unmap(), place.Port))
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

func (g *Gate) dial(ctx context.Context, address netip.AddrPort) (net.Conn, error) {
	if g.Dial != nil {
		return g.Dial(ctx, address)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", address.String())
}

// remember keeps a refusal for Refused.
func (g *Gate) remember(r *Refusal) {
	g.mu.Lock()
	defer g.mu.Unlock()
	const most = 16
	if len(g.refusals) < most && !slices.ContainsFunc(g.refusals, func(o *Refusal) bool { return o.Place == r.Place }) {
		g.refusals = append(g.refusals, r)
	}
}
