package server

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
)

// A door limits connections. Anybody on the network can open connections and send nothing, so a plain
// limit would let strangers lock the speaker out. A connection is a stranger until a request on it has
// shown the token. There are few places for strangers. If all are taken, the door closes the least
// promising stranger to let the newest in. Connections that have shown the token are guests, and have
// places that no stranger can take. If all of those are taken, an idle guest is closed. Some places are
// reserved for browsers that have opened the speaker's view.
//
// The door trusts an address that has shown the token once a little: it closes new connections from
// there last, so that a flood from elsewhere does not hit them before they can show the token. Several
// people may share an address, so it gives no other right.

const (
	maxStrangers = 256  // connections that have not shown the token
	maxGuests    = 176  // connections that have shown it
	maxDesks     = 16   // more guests, from browsers with the speaker's view and from remotes
	maxCrowd     = 1024 // connections of followers, who take no place from the others
	maxFriends   = 256  // addresses that the door remembers
)

// door is a listener that knows which of its connections have shown the token.
type door struct {
	net.Listener

	mu        sync.Mutex
	strangers []*visit           // the oldest first
	guests    []*visit           // the oldest first
	crowd     []*visit           // the oldest first
	count     map[netip.Addr]int // of strangers
	friends   map[netip.Addr]bool
}

// visit is a connection.
type visit struct {
	net.Conn
	door *door
	from netip.Addr
	idle bool // between two requests; door.mu protects it
}

type visitKey struct{}

// A class decides which places are for a connection that has shown a token.
type class uint8

const (
	guest   class = iota
	onDesk        // a guest's, or one of those that are reserved for speakers
	inCrowd       // a follower's
)

// Accept waits for a connection. It never waits for another one to end.
func (d *door) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	v := &visit{Conn: c, door: d}
	if a, err := netip.ParseAddrPort(c.RemoteAddr().String()); err == nil { // else the connection is not from a network
		v.from = a.Addr().Unmap().WithZone("")
	}
	d.mu.Lock()
	var out *visit
	if len(d.strangers) >= maxStrangers {
		out = d.leastPromising()
		d.known(out)
	}
	if d.count == nil {
		d.count, d.friends = map[netip.Addr]int{}, map[netip.Addr]bool{}
	}
	d.strangers = append(d.strangers, v)
	d.count[v.from]++
	d.mu.Unlock()
	if out != nil {
		_ = out.Close() // a stranger has nothing to lose
	}
	return v, nil
}

// leastPromising returns the stranger to close. It prefers addresses that have never shown the token,
// then the address with the most strangers, then the oldest.
func (d *door) leastPromising() *visit {
	rank := func(v *visit) int {
		if d.friends[v.from] {
			return d.count[v.from] - maxStrangers - 1
		}
		return d.count[v.from]
	}
	worst := d.strangers[0]
	most := rank(worst)
	for _, v := range d.strangers[1:] {
		if n := rank(v); n > most {
			worst, most = v, n
		}
	}
	return worst
}

// known removes a connection from the strangers after it has shown the token or ended. The caller holds
// d.mu.
func (d *door) known(v *visit) {
	i := slices.Index(d.strangers, v)
	if i < 0 {
		return
	}
	d.strangers = slices.Delete(d.strangers, i, i+1)
	if d.count[v.from]--; d.count[v.from] == 0 {
		delete(d.count, v.from)
	}
}

// Close closes the connection and frees its place.
func (v *visit) Close() error {
	d := v.door
	d.mu.Lock()
	d.known(v)
	for _, list := range []*[]*visit{&d.guests, &d.crowd} {
		*list = slices.DeleteFunc(*list, func(o *visit) bool { return o == v })
	}
	d.mu.Unlock()
	return v.Conn.Close()
}

// admit gives the connection of a request that has shown a token its place. It reports false if busy
// connections have all places. A connection of the crowd gets a guest's place when it shows that it has
// a right to one, and keeps it.
func (d *door) admit(v *visit, as class) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if slices.Contains(d.guests, v) || as == inCrowd && slices.Contains(d.crowd, v) {
		return true
	}
	list, room := &d.guests, maxGuests
	switch as {
	case onDesk:
		room += maxDesks
	case inCrowd:
		list, room = &d.crowd, maxCrowd
	}
	if len(*list) >= room {
		i := slices.IndexFunc(*list, func(o *visit) bool { return o.idle })
		if i < 0 {
			return false
		}
		_ = (*list)[i].Conn.Close() // a browser opens another one when it needs it
		*list = slices.Delete(*list, i, i+1)
	}
	d.known(v)
	d.crowd = slices.DeleteFunc(d.crowd, func(o *visit) bool { return o == v })
	*list = append(*list, v)
	if as != inCrowd && len(d.friends) < maxFriends { // phones leave idle connections, which must not push out others'
		d.friends[v.from] = true
	}
	return true
}

// attach makes an http.Server tell the door about its connections.
func (d *door) attach(h *http.Server) {
	h.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, visitKey{}, c)
	}
	h.ConnState = func(c net.Conn, s http.ConnState) {
		if v, ok := c.(*visit); ok {
			d.mu.Lock()
			v.idle = s == http.StateIdle
			d.mu.Unlock()
		}
	}
}

// finds reports whether a place is free for a request that has shown the token. If not, it refuses the
// request. A request without a door, as in tests, always finds one.
func finds(w http.ResponseWriter, r *http.Request, as class) bool {
	v, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok || v.door.admit(v, as) {
		return true
	}
	w.Header().Set("Retry-After", "5")
	turnAway(w, r, http.StatusServiceUnavailable, "too many windows are open: close some of them")
	return false
}
