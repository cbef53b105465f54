package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The hub sends a message to every window, encoded once. It drops windows that fall behind. They connect
// again by themselves and get the missed messages from the log. If the log has lost some, they load the
// page again. So nobody can make the server keep more than the log and some pointers into it.

const (
	logBytes  = 16 << 20 // of messages that the hub can send again
	logLength = 1024     // messages
	queue     = 256      // most messages that a window may be behind
	maxWindow = 64       // connections for events at a time, without those of the crowd

	beat      = 15 * time.Second // between signs of life
	patience  = 10 * time.Second // for a window to read a message
	reconnect = 500              // milliseconds after which a browser tries again
)

// message is a message to windows. Those with a number change the page, and each window gets each of
// them once and in order. The others (number 0) report a current state, or a part of one.
type message struct {
	number uint64
	name   string
	data   []byte // JSON, one line
	state  bool   // says everything that earlier messages with this name have said
}

func newMessage(number uint64, name string, v any) *message {
	return &message{number, name, marshal(v), false}
}

// newState makes a message about a current state.
func newState(name string, v any) *message { return &message{0, name, marshal(v), true} }

// marshal encodes v as JSON. It panics on a bug of this package.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // JSON.parse reads the text, never an HTML parser
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("server: message %T: %v", v, err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// event returns the message as an event of the stream; boot names the server's run.
func (m *message) event(boot string) []byte {
	var b bytes.Buffer
	if m.number > 0 {
		fmt.Fprintf(&b, "id: %s.%d\n", boot, m.number)
	}
	fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", m.name, m.data)
	return b.Bytes()
}

// hub holds the windows and the log of messages. It belongs to the goroutine of Follow.
type hub struct {
	boot    string
	number  uint64 // of the last message
	log     []*message
	size    int // bytes in log
	windows map[*window]bool
	crowd   *crowd
}

// window is a connection for events. It gets events as the stream has them. Whoever drops the window
// closes out. Of states, a window that reads slowly gets only the latest: a pointer moves faster than some
// phones read.
type window struct {
	out chan []byte // nil: the states are due here

	mu  sync.Mutex
	now []*message // states that the window has not got, each once, the one that changed last at the end
	due bool       // out has a nil
}

func newWindow() *window { return &window{out: make(chan []byte, queue)} }

// put sends the window a state, in the place of one that still waits.
func (w *window) put(m *message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = append(slices.DeleteFunc(w.now, func(o *message) bool { return o.name == m.name }), m)
	if w.due {
		return
	}
	select {
	case w.out <- nil:
		w.due = true
	default: // the states are due when the window has read all
	}
}

// next returns what the window gets once it has taken events from out.
func (w *window) next(events []byte, boot string) []byte {
	if events == nil || len(w.out) == 0 {
		return slices.Concat(events, w.states(boot)) // other windows have the same events
	}
	return events
}

// states returns the states that the window has not got, as events.
func (w *window) states(boot string) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due = false
	var out []byte
	for _, m := range w.now {
		out = append(out, m.event(boot)...)
	}
	w.now = nil
	return out
}

// seat takes a window in, and reports whether there is room for it.
func (h *hub) seat(w *window, as class) bool {
	if as == inCrowd {
		return h.crowd.seat(w)
	}
	room := maxWindow
	if as == onDesk {
		room += maxDesks
	}
	if len(h.windows) >= room {
		return false
	}
	h.windows[w] = true
	return true
}

// tell sends a message that changes the page.
func (h *hub) tell(name string, v any) {
	h.number++
	m := newMessage(h.number, name, v)
	h.log, h.size = append(h.log, m), h.size+len(m.data)
	for len(h.log) > logLength || h.size > logBytes && len(h.log) > 1 {
		h.size -= len(h.log[0].data)
		h.log[0] = nil
		h.log = h.log[1:]
	}
	h.send(m)
}

// mention sends a message about a current state.
func (h *hub) mention(name string, v any) { h.send(newState(name, v)) }

// pass sends a part of a state, which the windows put together.
func (h *hub) pass(name string, v any) { h.send(newMessage(0, name, v)) }

func (h *hub) send(m *message) {
	var event []byte
	if !m.state {
		event = m.event(h.boot)
	}
	for w := range h.windows {
		if m.state {
			w.put(m)
			continue
		}
		select {
		case w.out <- event:
		default:
			h.drop(w)
		}
	}
	h.crowd.tell(m)
}

func (h *hub) drop(w *window) {
	if h.windows[w] {
		delete(h.windows, w)
		close(w.out)
	}
}

// missed returns the messages after the state that a window names. It reports false if the log has lost
// some, or if the state is of another run of the server.
func (h *hub) missed(state string) ([]*message, bool) {
	boot, number, _ := strings.Cut(state, ".")
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil || boot != h.boot || n > h.number || h.number-n > uint64(len(h.log)) {
		return nil, false
	}
	return h.log[len(h.log)-int(h.number-n):], true
}

// state returns the name of the state of a page drawn now.
func (h *hub) state() string { return fmt.Sprintf("%s.%d", h.boot, h.number) }

// stream writes messages to a window until the window closes, is too slow, or the server ends.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, first []*message, win *window) {
	rc := http.NewResponseController(w)
	write := func(data []byte) bool {
		if rc.SetWriteDeadline(time.Now().Add(patience)) != nil {
			return false
		}
		if _, err := w.Write(data); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	_ = rc.SetReadDeadline(time.Time{}) // else the deadline for requests would end the stream
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	if !write(fmt.Appendf(nil, "retry: %d\n\n", reconnect)) {
		return
	}
	for _, m := range first {
		if !write(m.event(s.boot)) {
			return
		}
	}
	life := time.NewTicker(beat)
	defer life.Stop()
	for {
		var data []byte
		select {
		case <-r.Context().Done():
			return
		case <-s.over:
			return
		case <-life.C:
			data = []byte("event: beat\ndata: 1\n\n")
		case events, ok := <-win.out:
			if !ok {
				return
			}
			if data = win.next(events, s.boot); data == nil {
				continue
			}
		}
		if !write(data) {
			return
		}
	}
}
