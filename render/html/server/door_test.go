package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// dial connects to a server from one of the addresses of the loopback network.
func (s *served) dial(from string) net.Conn {
	s.t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.t.Skipf("no connection from %s: %v", from, err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// ended waits until the server has closed a connection.
func (s *served) ended(c net.Conn) {
	s.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second)) // a test's connection takes deadlines
	buf := make([]byte, 4096)
	for {
		if _, err := c.Read(buf); err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() {
				s.t.Fatal("the connection is still open")
			}
			return
		}
	}
}

// TestStrangersLockNobodyOut holds many more connections without the token than there are places,
// in every way that keeps one busy, and lets the speaker in.
func TestStrangersLockNobodyOut(t *testing.T) {
	for _, tt := range []struct{ name, says string }{
		{"silent", ""},
		{"half a header", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"},
		{"refused", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"},
		{"slow body", "POST /run HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n"},
		{"wrong token", "GET /?token=000000000000000000000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"},
	} {
		for _, addresses := range []int{1, 50} {
			t.Run(fmt.Sprintf("%s, %d addresses", tt.name, addresses), func(t *testing.T) {
				s, _ := with(t, three("Two"))
				var first net.Conn
				for i := range maxStrangers + maxGuests + maxDesks + 50 {
					c := s.dial(fmt.Sprintf("127.0.0.%d", 2+i%addresses))
					_, _ = c.Write([]byte(tt.says)) // it may be closed already
					if first == nil {
						first = c
					}
				}
				if page := s.get("/?token=" + ticket); !strings.Contains(page, "Three") {
					t.Error("the speaker got another page")
				}
				s.ended(first)
			})
		}
	}
}

// TestRefusalsEnd makes sure that a connection ends with the first request that is refused.
func TestRefusalsEnd(t *testing.T) {
	s, _ := with(t, three("Two"))
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
		"POST /run HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\nContent-Length: 60000\r\n\r\n{",
	} {
		c := s.dial("127.0.0.1")
		if _, err := c.Write([]byte(request)); err != nil {
			t.Fatal(err)
		}
		s.ended(c)
	}
}

// TestGuestsStay makes sure that no number of strangers ends a connection that showed the token.
func TestGuestsStay(t *testing.T) {
	s, page := with(t, three("Two"))
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	var first net.Conn
	for range 3 * maxStrangers {
		if c := s.dial("127.0.0.1"); first == nil {
			first = c
		}
	}
	s.ended(first)
	s.load(three("Two, edited"))
	s.want(events, "slides")
}

// TestDoor plays visitors, and names those that are still in the house: the number of the
// connection, behind the last part of its address.
func TestDoor(t *testing.T) {
	d := &door{Listener: &pipes{}}
	enter := func(host int) *visit {
		d.Listener.(*pipes).from = fmt.Sprintf("10.0.%d.%d:1", host>>8, host&255)
		c, err := d.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return c.(*visit)
	}
	in := func(v *visit) bool { return slices.Contains(d.strangers, v) || slices.Contains(d.guests, v) }

	speaker := enter(1)
	for range 3 * maxStrangers { // one host floods
		enter(2)
	}
	if !in(speaker) || len(d.strangers) != maxStrangers {
		t.Errorf("the speaker is in: %v, with %d strangers", in(speaker), len(d.strangers))
	}
	if !d.admit(speaker, guest) || len(d.guests) != 1 || len(d.strangers) != maxStrangers-1 {
		t.Errorf("%d guests, %d strangers", len(d.guests), len(d.strangers))
	}
	again := enter(1) // from an address that has shown the token
	for host := range 3 * maxStrangers {
		enter(3 + host)
	}
	if !in(again) {
		t.Error("a flood from many addresses hit the speaker's first")
	}
	for i := range maxGuests - 1 {
		if !d.admit(enter(1), guest) {
			t.Fatalf("guest %d was not let in", i)
		}
	}
	if late := enter(1); d.admit(late, guest) {
		t.Error("there is no end to the places")
	} else if !d.admit(late, onDesk) {
		t.Error("no place is kept for the speaker")
	}
	speaker.idle = true
	if late := enter(1); !d.admit(late, guest) || in(speaker) {
		t.Error("an idle connection does not make room")
	}
	for _, v := range slices.Concat(d.guests, d.strangers) {
		_ = v.Close() // of a pipe: never fails
	}
	if len(d.guests)+len(d.strangers) > 0 {
		t.Error("what ends keeps its place")
	}
}

// pipes is a listener that somebody has connected to already.
type pipes struct{ from string }

func (p *pipes) Accept() (net.Conn, error) {
	a, _ := net.Pipe()
	return piped{a, p.from}, nil
}
func (p *pipes) Close() error   { return nil }
func (p *pipes) Addr() net.Addr { return nil }

type piped struct {
	net.Conn
	from string
}

func (p piped) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(p.from))
}

// TestSpeakerGetsWindow makes sure that a browser with the speaker's view gets a stream of events
// where there is none left for others.
func TestSpeakerGetsWindow(t *testing.T) {
	s, page := with(t, three("Two"))
	for range maxWindow {
		events, _ := s.listen(stateOf(page))
		s.want(events, "hello")
	}
	if r, err := s.client.Get(s.url + "/events"); err != nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("one window too many: %v %v", r, err)
	}
	s.get("/speaker")
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
}

// BenchmarkStrangers measures what a connection costs while others hold all places.
func BenchmarkStrangers(b *testing.B) {
	for _, n := range []int{1000, 2000} {
		b.Run(fmt.Sprintf("%d connections", n), func(b *testing.B) {
			for b.Loop() {
				d := &door{Listener: &pipes{from: "10.0.0.1:1"}}
				for i := range n {
					d.Listener.(*pipes).from = fmt.Sprintf("10.0.%d.%d:1", i>>8, i&255)
					if _, err := d.Accept(); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
