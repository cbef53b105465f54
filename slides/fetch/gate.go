// Package fetch lets one sandboxed program download from a few places. A Gate is an HTTP proxy at
// the program's only way out (sandbox.Door), in the caller's process. It looks names up itself and
// judges the address that it connects to. So no name, redirect or changed answer of a name server
// leads the program to a machine that it must not reach.
//
// The environment asks the program's tool to use the proxy. A tool that ignores it reaches nothing.
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
	// Quota bounds the bytes in both directions together; 0: no bound. When it is used up, the gate
	// cuts all connections.
	Quota int64
	// Proxy returns the user's own proxy for an address, nil if there is none. With a proxy, the
	// proxy looks names up; if the gate can look a name up too, it judges the address all the same.
	Proxy func(*url.URL) *url.URL

	// More returns further places. The gate calls it once, at the first request for something that
	// is not among Places, with a client that reaches those; nil: there are none.
	More func(context.Context, *http.Client) []Place

	// TLS holds the certificates that this process trusts when it asks for More or talks to a
	// proxy; nil: the machine's certificates.
	TLS *tls.Config

	// Lookup and Dial are for tests; nil: the machine's.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial   func(ctx context.Context, address netip.AddrPort) (net.Conn, error)

	more     sync.Once
	further  []Place // from More
	mu       sync.Mutex
	refusals []*Refusal
	used     int64
	conns    map[net.Conn]bool // all open connections, both ends; nil when it serves no more
	requests sync.WaitGroup    // under way; added to only while conns is not nil
}

// Refusal is a download that the gate refused.
type Refusal struct {
	Place Place
	Why   string // continues the sentence: "127.0.0.1:80 …"; "" if nobody has allowed the place
}

func (r *Refusal) Error() string {
	if r.Why == "" {
		return fmt.Sprintf("programs may not fetch from %s", r.Place)
	}
	return fmt.Sprintf("%s %s", r.Place, r.Why)
}

// ErrQuota is the error of a gate whose quota is used up.
var ErrQuota = errors.New("the programs of this deck have used up their quota of downloads")

// Refused returns the refusals in order, each place once.
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

// Bounds of a tool's connections, of its requests, and of waiting for them.
const (
	maxConns   = 64
	headerTime = 30 * time.Second
	headerSize = 64 << 10
	dialTime   = 30 * time.Second
)

// Serve answers until l is closed or ctx ends, and then cuts off all connections.
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
	_ = server.Serve(&limited{Listener: l, free: make(chan struct{}, maxConns), done: ctx.Done()}) // the listener is closed
	unhook()
	stop()
	_ = server.Close()
	g.cut()
	g.requests.Wait()
}

// plain passes on unencrypted requests. Each gets a connection of its own, over the route that was
// judged.
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
		return // the client has gone
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

// pipe copies until one side has nothing more to send, and passes that on.
func pipe(to net.Conn, from io.Reader) {
	_, err := io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok && err == nil {
		_ = half.CloseWrite()
		return
	}
	_ = to.Close()
}

// refuse answers a request that must not pass. Tools show the status, and slidexec shows the
// refusal that the gate remembers.
func refuse(w http.ResponseWriter, err error) {
	status := http.StatusBadGateway
	if _, ok := errors.AsType[*Refusal](err); ok {
		status = http.StatusForbidden
	}
	http.Error(w, err.Error(), status)
}
