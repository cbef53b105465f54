// Package fetch lets one sandboxed program download from a few places. A Gate is an HTTP proxy that
// answers at the program's only way out (sandbox.Door), in the caller's process: it looks names up
// itself and judges the address that it connects to, so that no name, redirect or change of mind of
// a name server leads to a machine that the program was not to reach.
//
// The program's tool is asked to use the proxy by its environment. One that does not reaches nothing.
package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Gate says what a program may download. Its fields do not change while it serves.
type Gate struct {
	Places []Place
	// Quota bounds the bytes that come and go, both ways together; 0: there is no bound. What is behind
	// the gate when it is used up is cut off.
	Quota int64
	// Proxy returns the user's own proxy for an address, nil if there is none. That is asked for names;
	// those that can be looked up here are judged all the same.
	Proxy func(*url.URL) *url.URL

	// More returns further places. It is called once, when something is asked for that is not among Places,
	// with a client that reaches those; nil: there are none.
	More func(context.Context, *http.Client) []Place

	// TLS says whom this process trusts, when it asks for More itself or talks to a proxy; nil: the
	// machine's certificates.
	TLS *tls.Config

	// Lookup and Dial are for tests; nil: the machine's.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial   func(ctx context.Context, address netip.AddrPort) (net.Conn, error)

	more     sync.Once
	further  []Place // of More
	mu       sync.Mutex
	refusals []*Refusal
	used     int64
	conns    map[net.Conn]bool // all that are open, both ends; nil when it serves no more
	requests sync.WaitGroup    // under way; added to while conns is there
}

// Refusal is something that a program was not let download.
type Refusal struct {
	Place Place
	Why   string // the sentence goes on: "127.0.0.1:80 …"; "" when nobody has allowed the place
}

func (r *Refusal) Error() string {
	if r.Why == "" {
		return fmt.Sprintf("%s is not among the places to fetch from", r.Place)
	}
	return fmt.Sprintf("%s %s", r.Place, r.Why)
}

// ErrQuota is what ended a gate whose quota is used up.
var ErrQuota = errors.New("the quota of downloads is used up")

// Refused returns what was refused, in order, each place once.
func (g *Gate) Refused() []*Refusal {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.refusals)
}

// Exceeded reports whether the quota was used up.
func (g *Gate) Exceeded() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.Quota > 0 && g.used > g.Quota
}

// places that a tool asks at a time; and how long it may take to say what it wants.
const (
	maxConns   = 64
	headerTime = 30 * time.Second
	headerSize = 64 << 10
	dialTime   = 30 * time.Second
)

// Serve answers until l is closed or ctx ends, and then cuts off all that is under way.
func (g *Gate) Serve(ctx context.Context, l net.Listener) {
	ctx, stop := context.WithCancel(ctx)
	g.mu.Lock()
	g.conns = make(map[net.Conn]bool)
	g.mu.Unlock()
	server := &http.Server{
		Handler: &handler{g, g.plain()}, ReadHeaderTimeout: headerTime, MaxHeaderBytes: headerSize, ErrorLog: log.New(io.Discard, "", 0),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	unhook := context.AfterFunc(ctx, func() { _ = l.Close() })
	_ = server.Serve(&limited{Listener: l, free: make(chan struct{}, maxConns), done: ctx.Done()}) // the listener was closed, or it is no more
	unhook()
	stop()
	_ = server.Close()
	g.cut()
	g.requests.Wait()
}

// plain passes on requests that are not encrypted. Each has a connection of its own, made for the
// route that was judged.
func (g *Gate) plain() http.Handler {
	type key struct{}
	of := func(ctx context.Context) route {
		rt, _ := ctx.Value(key{}).(route)
		return rt
	}
	pass := &httputil.ReverseProxy{
		Transport: &http.Transport{
			DisableKeepAlives: true, TLSClientConfig: g.TLS,
			Proxy:       func(r *http.Request) (*url.URL, error) { return of(r.Context()).via, nil },
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return g.connect(ctx, of(ctx)) },
		},
		FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite:      func(r *httputil.ProxyRequest) { r.Out.Host = r.In.URL.Host },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) { refuse(w, err) },
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address := r.URL.Host
		if r.URL.Port() == "" {
			address = net.JoinHostPort(r.URL.Hostname(), "80")
		}
		rt, err := g.judge(r.Context(), "http", address)
		if err != nil {
			refuse(w, err)
			return
		}
		pass.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, rt)))
	})
}

// cut closes every connection.
func (g *Gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for conn := range g.conns {
		_ = conn.Close()
	}
	g.conns = nil
}

// A handler answers one program.
type handler struct {
	gate  *Gate
	plain http.Handler
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.gate.begin() {
		http.Error(w, ErrQuota.Error(), http.StatusServiceUnavailable)
		return
	}
	defer h.gate.requests.Done()
	switch {
	case r.Method == http.MethodConnect:
		h.connect(w, r)
	case r.URL.Scheme == "http" && r.URL.Host != "":
		h.plain.ServeHTTP(w, r)
	default:
		http.Error(w, "this is a proxy for downloads", http.StatusBadRequest)
	}
}

// connect makes a tunnel.
func (h *handler) connect(w http.ResponseWriter, r *http.Request) {
	rt, err := h.gate.judge(r.Context(), "https", r.Host)
	var conn net.Conn
	if err == nil {
		conn, err = h.gate.tunnel(r.Context(), rt)
	}
	if err != nil {
		refuse(w, err)
		return
	}
	defer conn.Close()
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return // it has gone
	}
	defer client.Close()
	if !h.gate.watch(client) {
		return
	}
	defer h.gate.forget(client)
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	var both sync.WaitGroup
	both.Go(func() {
		pipe(conn, io.MultiReader(io.LimitReader(buffered, int64(buffered.Reader.Buffered())), client))
	})
	pipe(client, conn)
	both.Wait()
}

// pipe copies until one side has no more to say, and passes that on.
func pipe(to net.Conn, from io.Reader) {
	_, err := io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok && err == nil {
		_ = half.CloseWrite()
		return
	}
	_ = to.Close()
}

// refuse answers a request that leads nowhere. Tools show the status, and their users what the gate
// remembers.
func refuse(w http.ResponseWriter, err error) {
	status := http.StatusBadGateway
	if _, ok := errors.AsType[*Refusal](err); ok {
		status = http.StatusForbidden
	}
	http.Error(w, err.Error(), status)
}

// A route is how to get to a place, once it was judged: to one of the addresses, or by way of the
// user's proxy.
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
	if err != nil && rt.via == nil { // else only the proxy knows the name
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

// within finds a place in a list, the user's own first.
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

// asking marks the requests of More, which does not find its own places in what it returns.
type asking struct{}

// client reaches what is among Places.
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

// tunnel connects to the end of a route.
func (g *Gate) tunnel(ctx context.Context, rt route) (net.Conn, error) {
	conn, err := g.connect(ctx, rt)
	if err != nil || rt.via == nil {
		return conn, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	return g.through(ctx, conn, rt)
}

// connect connects to the beginning of a route.
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

// private is as the function, and knows the addresses of this machine.
func (g *Gate) private(addr netip.Addr) string {
	if why := private(addr); why != "" {
		return why
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return "" // no address is known to be ours
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

// remember keeps a refusal for those who tell the user.
func (g *Gate) remember(r *Refusal) {
	g.mu.Lock()
	defer g.mu.Unlock()
	const most = 16
	if len(g.refusals) < most && !slices.ContainsFunc(g.refusals, func(o *Refusal) bool { return o.Place == r.Place }) {
		g.refusals = append(g.refusals, r)
	}
}

// begin counts a request, unless it comes too late.
func (g *Gate) begin() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conns == nil {
		return false
	}
	g.requests.Add(1)
	return true
}

// watch has a connection cut off with all others. It says no when that was done.
func (g *Gate) watch(conn net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conns == nil {
		return false
	}
	g.conns[conn] = true
	return true
}

func (g *Gate) forget(conn net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, conn)
}

// spend takes bytes from the quota.
func (g *Gate) spend(n int) error {
	g.mu.Lock()
	g.used += int64(n)
	over := g.Quota > 0 && g.used > g.Quota
	g.mu.Unlock()
	if over {
		g.cut()
		return ErrQuota
	}
	return nil
}

// counted is a connection whose bytes are those of a quota.
type counted struct {
	net.Conn
	gate *Gate
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if over := c.gate.spend(n); over != nil {
		return n, over
	}
	return n, err
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if over := c.gate.spend(n); over != nil {
		return n, over
	}
	return n, err
}

func (c *counted) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

func (c *counted) Close() error {
	c.gate.forget(c.Conn)
	return c.Conn.Close()
}

// limited keeps a program from taking all descriptors.
type limited struct {
	net.Listener
	free chan struct{}
	done <-chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.free <- struct{}{}:
	case <-l.done:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.free
		return nil, err
	}
	return &seat{Conn: conn, free: sync.OnceFunc(func() { <-l.free })}, nil
}

// seat is a connection that makes room for another when it ends.
type seat struct {
	net.Conn
	free func()
}

func (c *seat) Close() error {
	c.free()
	return c.Conn.Close()
}

func (c *seat) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
