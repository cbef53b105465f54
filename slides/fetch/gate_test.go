package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// behind serves a gate and returns a client whose one way out it is.
func behind(t *testing.T, g *Gate) *http.Client {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		g.Serve(ctx, l)
	}()
	proxy := &url.URL{Scheme: "http", Host: l.Addr().String()}
	tr := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	t.Cleanup(func() {
		cancel()
		<-over
		tr.CloseIdleConnections()
	})
	return &http.Client{Transport: tr}
}

// somewhere is an address on the internet, as far as a gate is told.
var somewhere = netip.MustParseAddr("93.184.215.14")

// world is what a gate is shown of the network: names, and a server that is at every address.
type world struct {
	names  map[string][]netip.Addr
	server string
	dialed []netip.AddrPort
}

func (w *world) show(g *Gate) {
	g.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
		if a, ok := w.names[host]; ok {
			return a, nil
		}
		return nil, errors.New("no such host")
	}
	g.Dial = func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
		w.dialed = append(w.dialed, to)
		return net.Dial("tcp", w.server)
	}
}

func get(c *http.Client, address string) (int, string, error) {
	res, err := c.Get(address)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

// secret answers every request, and counts them.
func secret(t *testing.T, secure bool) (*httptest.Server, *atomic.Int64) {
	var asked atomic.Int64
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "served as "+r.Host)
	})
	s := httptest.NewUnstartedServer(h)
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s, &asked
}

// What may not fetch from the places is not asked, whatever the name leads to; nor is a place whose name
// leads to this machine or its network, unless it is the user's own.
func TestGate(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s, asked := secret(t, secure)
		scheme, port := "http", uint16(80)
		if secure {
			scheme, port = "https", 443
		}
		at := netip.MustParseAddrPort(s.Listener.Addr().String())
		w := &world{server: s.Listener.Addr().String(), names: map[string][]netip.Addr{
			"allowed.example": {somewhere}, "other.example": {somewhere}, "mine.example": {netip.MustParseAddr("10.1.2.3")},
			"inside.example": {netip.MustParseAddr("127.0.0.1")}, "both.example": {somewhere, netip.MustParseAddr("169.254.169.254")},
			"mapped.example": {netip.MustParseAddr("::ffff:192.168.0.1")},
		}}
		tests := []struct {
			host string
			ok   bool
			why  string
		}{
			{"allowed.example", true, ""},
			{"ALLOWED.example.", true, ""},
			{"mine.example", true, ""},
			{"other.example", false, "may not fetch from"},
			{"allowed.example:8080", false, "may not fetch from"},
			{"inside.example", false, "leads to 127.0.0.1, which is this machine"},
			{"both.example", false, "leads to 169.254.169.254"},
			{"mapped.example", false, "leads to ::ffff:192.168.0.1, which is in a private network"},
			{"127.0.0.1", false, "is this machine"},
			{"10.1.2.3", false, "is in a private network"},
			{"[::1]", false, "is this machine"},
			{"localhost", false, "is this machine"},
			{at.String(), false, "is this machine"},
		}
		for _, tt := range tests {
			g := &Gate{}
			for _, name := range []string{"allowed.example", "inside.example", "both.example", "mapped.example", "127.0.0.1", "localhost"} {
				g.Places = append(g.Places, Place{Host: name, Port: port})
			}
			if tt.why == "is this machine" { // the names of addresses are allowed by mistake
				g.Places = append(g.Places, Place{Host: "::1", Port: port}, Place{Host: "127.0.0.1", Port: at.Port()})
				w.names["localhost"] = []netip.Addr{netip.MustParseAddr("::1")}
			}
			g.Places = append(g.Places, Place{Host: "mine.example", Port: port, Own: true})
			w.dialed = nil
			w.show(g)
			before := asked.Load()
			status, body, err := get(behind(t, g), scheme+"://"+tt.host+"/x")
			refused := g.Refused()
			switch {
			case tt.ok:
				if err != nil || status != http.StatusOK || !strings.HasPrefix(body, "served as ") || len(refused) > 0 || len(w.dialed) != 1 {
					t.Errorf("%s %s: %d %q, %v, refused %v, dialed %v", scheme, tt.host, status, body, err, refused, w.dialed)
				}
			case asked.Load() != before || len(w.dialed) > 0:
				t.Errorf("%s %s was asked", scheme, tt.host)
			case len(refused) != 1 || !strings.Contains(refused[0].Error(), tt.why):
				t.Errorf("%s %s: refused %v, want %q", scheme, tt.host, refused, tt.why)
			}
		}
	}
}

// A name is looked up once for a connection: an answer that changes afterwards is not used.
func TestGateLooksUpOnce(t *testing.T) {
	s, _ := secret(t, true)
	g := &Gate{Places: []Place{{Host: "rebinds.example", Port: 443}}}
	w := &world{server: s.Listener.Addr().String()}
	w.show(g)
	asked := 0
	g.Lookup = func(context.Context, string) ([]netip.Addr, error) {
		if asked++; asked > 1 {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		}
		return []netip.Addr{somewhere}, nil
	}
	c := behind(t, g)
	if status, _, err := get(c, "https://rebinds.example"); status != http.StatusOK || len(w.dialed) != 1 || w.dialed[0].Addr() != somewhere {
		t.Errorf("%d, %v, dialed %v", status, err, w.dialed)
	}
	c.CloseIdleConnections()
	if status, _, _ := get(c, "https://rebinds.example"); status == http.StatusOK || len(w.dialed) != 1 {
		t.Errorf("the second time: %d, dialed %v", status, w.dialed)
	}
}

// A redirect is a request like another.
func TestGateRedirect(t *testing.T) {
	s, asked := secret(t, false)
	g := &Gate{Places: []Place{{Host: "allowed.example", Port: 80}}}
	w := &world{server: s.Listener.Addr().String(), names: map[string][]netip.Addr{"allowed.example": {somewhere}}}
	w.show(g)
	status, _, err := get(behind(t, g), "http://allowed.example/?to="+url.QueryEscape(s.URL+"/secret"))
	if status != http.StatusForbidden || asked.Load() != 1 || len(g.Refused()) != 1 {
		t.Errorf("%d, %v, asked %d times, refused %v", status, err, asked.Load(), g.Refused())
	}
}

// The machine's own address in a network is the machine, too.
func TestGateKnowsThisMachine(t *testing.T) {
	own, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	g := &Gate{}
	for _, a := range own {
		if addr, ok := netip.AddrFromSlice(a.(*net.IPNet).IP); ok && g.private(addr) == "" {
			t.Errorf("%s is not known to be private", addr)
		}
	}
	if why := g.private(somewhere); why != "" {
		t.Errorf("%s %s", somewhere, why)
	}
}

// A download without end ends with the quota, and so does all else.
func TestGateQuota(t *testing.T) {
	const quota = 1 << 20
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for block := make([]byte, 64<<10); r.Context().Err() == nil; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}))
	defer s.Close()
	g := &Gate{Places: []Place{{Host: "allowed.example", Port: 80}}, Quota: quota}
	w := &world{server: s.Listener.Addr().String(), names: map[string][]netip.Addr{"allowed.example": {somewhere}}}
	w.show(g)
	c := behind(t, g)
	if _, body, err := get(c, "http://allowed.example"); err == nil || len(body) > 2*quota || !g.Exceeded() {
		t.Errorf("read %d bytes, %v, exceeded %v", len(body), err, g.Exceeded())
	}
	if status, _, err := get(c, "http://allowed.example"); err == nil && status == http.StatusOK {
		t.Errorf("%d behind the quota", status)
	}
}

// The end of the program's time ends a connection that nothing comes over.
func TestGateEnds(t *testing.T) {
	reached := make(chan struct{}, 1)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		reached <- struct{}{}
		<-r.Context().Done()
	}))
	defer s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &Gate{Places: []Place{{Host: "allowed.example", Port: 80}}}
	w := &world{server: s.Listener.Addr().String(), names: map[string][]netip.Addr{"allowed.example": {somewhere}}}
	w.show(g)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := make(chan struct{})
	go func() {
		defer close(over)
		g.Serve(ctx, l)
	}()
	for _, request := range []string{"GET http://allowed.example/ HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT allowed.example:80 HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		<-reached
	}
	cancel()
	<-over
}

// The user's own proxy may be anywhere. It is asked for a tunnel, and names that it alone knows are its
// own business; those that are known here are judged first.
func TestGateGoesThroughAProxy(t *testing.T) {
	s, asked := secret(t, true)
	inner := &Gate{Places: []Place{{Host: "allowed.example", Port: 443}, {Host: "inside.example", Port: 443}}}
	w := &world{server: s.Listener.Addr().String(), names: map[string][]netip.Addr{"allowed.example": {somewhere}, "inside.example": {somewhere}}}
	w.show(inner)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := make(chan struct{})
	defer func() {
		cancel()
		<-over
	}()
	go func() {
		defer close(over)
		inner.Serve(ctx, l)
	}()
	proxies := Proxies{HTTPS: "http://speaker:word@" + l.Addr().String()}
	g := &Gate{Places: inner.Places, Proxy: proxies.For}
	g.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
		switch host {
		case "127.0.0.1":
			return []netip.Addr{netip.MustParseAddr(host)}, nil
		case "inside.example":
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		}
		return nil, errors.New("no such host")
	}
	c := behind(t, g)
	if status, body, err := get(c, "https://allowed.example"); status != http.StatusOK || body != "served as allowed.example" {
		t.Errorf("%d %q, %v", status, body, err)
	}
	if _, _, err := get(c, "https://inside.example"); err == nil || len(g.Refused()) != 1 || asked.Load() != 1 {
		t.Errorf("%v, refused %v, asked %d times", err, g.Refused(), asked.Load())
	}
}

// Requests that are none of a proxy's are answered and lead nowhere.
func TestGateStrangeRequests(t *testing.T) {
	g := &Gate{Places: []Place{{Host: "allowed.example", Port: 80}}}
	(&world{}).show(g)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		g.Serve(ctx, l)
	}()
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: allowed.example\r\n\r\n", "CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT :0 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET ftp://allowed.example/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET file:///etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\r\n\r\n", "CONNECT a:b:c HTTP/1.1\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, request)
		_ = conn.(*net.TCPConn).CloseWrite()
		answer, _ := io.ReadAll(conn)
		if !strings.HasPrefix(string(answer), "HTTP/1.1 4") && !strings.HasPrefix(string(answer), "HTTP/1.1 502") {
			t.Errorf("%q is answered %q", request, answer)
		}
		_ = conn.Close()
	}
	cancel()
	<-over
}
