package fetch

import (
	"net"
	"sync"
)

// begin counts a request; it returns false if the gate has closed.
func (g *Gate) begin() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conns == nil {
		return false
	}
	g.requests.Add(1)
	return true
}

// watch registers a connection, which is cut off with all others. It returns false if the gate has
// closed.
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

// counted is a connection that spends a gate's quota.
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

// limited bounds the number of connections, so that a program cannot use up all descriptors.
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

// seat is a connection that frees its place for another when it closes.
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
