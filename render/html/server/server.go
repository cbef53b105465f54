// Package server shows a talk in browsers while it is written and given: pages that follow each edit
// and each run, and the speaker's view. It draws with package html and owns what windows are told:
// who may see and do something (guard.go, door.go), what changed (state.go) and what programs print
// (output.go). Package stage knows where the talk stands.
package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// What a server and its pages say to each other.
//
//	GET  /         the page. The first visit has ?token=…, which becomes a cookie (guard.go).
//	               Its state, in the head, names what it shows: RUN.NUMBER, of the server's run and
//	               of the last message that is part of it.
//	GET  /speaker  the speaker's view of the same (speaker.go)
//	GET  /events   server-sent events from ?since=STATE on, or from Last-Event-ID.
//	GET  /missed   the same events so far as a JSON list, for windows that share a stream.
//	POST /run      {"keys": [KEY…]}, {"all": true} or {"again": true}, what was run before.
//	POST /stop     {"keys": [KEY…]} or {"all": true}
//	POST /stage    any of the fields of stage but deck, which says what version slide counts in; "by" is
//	               a name of the window's own choice, "ago" says for how many ms it has been there
//	GET  /notes    {SLIDE: [{step, text}…]} of the slides with notes, counted from 0
//
// Events with an id change what a window shows and must be taken in order; a gap, or another run,
// means that it has to ask for what it missed.
//
//	slides  {version, splices: [{at, remove, html: […]}], css, count, changed, title, lang}: at counts the
//	        slides before the message
//	output  {key, state, on: [slide…], boxes: [{slide, nth, keep, html}], css}: boxes have the
//	        attribute data-key; the first keep pieces of the output stay
//	broken  {html, css}: the deck on disk cannot be shown, and why
//	mended  {}: it can be shown again
//
// The others say how things are:
//
//	hello   {state, build, stale, stage, broken}: first of all. Stale: what was missed is gone, the page
//	        has to be fetched anew. Build names the scripts and style sheets of the page.
//	stage   {slide, step, deck, black, pointer: [x, y] or null, size: [w, h] or null, planned, elapsed,
//	        running, by}: what the windows that go together show; see stage.Message
//	beat    1: still there
//
// A browser has six connections to a server for all its windows, so those of one browser share one
// stream: one window reads it and passes it on (live.js).

// Control runs and stops programs; without keys, all.
type Control interface {
	Run(keys ...slides.Key)
	Stop(keys ...slides.Key)
}

// Server shows a talk in browsers while it is written and given.
type Server struct {
	Backend *html.Backend // how slides are drawn
	Token   string        // what visitors have to show, at least 24 characters; with less, nobody gets in
	Control Control
	Hosts   []string // names that this machine has for visitors, beside localhost and its addresses
	Name    string   // of the deck, for as long as there is none

	passes sync.Map // tokens for one visit each

	once  sync.Once
	boot  string // names this run
	build string // names the scripts and style sheets
	asks  chan func(*state)
	over  chan struct{}
	state *state
}

var (
	//go:embed live.js
	liveSource string
	//go:embed live.css
	liveStyle string
)

func (s *Server) init() {
	s.once.Do(func() {
		s.boot = rand.Text()[:12]
		sum := sha256.Sum256([]byte(html.Sources() + fmt.Sprint(stage.Bindings(stage.Window), stage.Bindings(stage.Desk)) + liveSource + liveStyle + deskSource + deskStyle + deskScript))
		s.build = hex.EncodeToString(sum[:])
		s.asks, s.over = make(chan func(*state)), make(chan struct{})
		if s.Backend == nil {
			s.Backend = &html.Backend{}
		}
		s.state = &state{
			srv: s, seed: maphash.MakeSeed(), paces: map[slides.Key]*pace{}, sent: map[slides.Key][][]uint64{}, ready: make(chan struct{}),
			hub: hub{boot: s.boot, windows: map[*window]bool{}},
		}
	})
}

// Handler answers the requests of browsers. Nothing is shown before Follow has got the first event.
func (s *Server) Handler() http.Handler {
	s.init()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.index)
	mux.HandleFunc("GET /speaker", s.speaker)
	mux.HandleFunc("GET /events", s.events)
	mux.HandleFunc("GET /missed", s.missed)
	mux.HandleFunc("GET /notes", s.notes)
	mux.HandleFunc("POST /run", s.run)
	mux.HandleFunc("POST /stop", s.stop)
	mux.HandleFunc("POST /stage", s.setStage)
	return s.guard(contained(mux))
}

// contained answers a request in which a fault of ours comes to light with a word.
func contained(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		func() {
			defer slides.Contain("answering a request", &err)
			next.ServeHTTP(w, r)
		}()
		if err != nil {
			refuse(w, http.StatusInternalServerError, err.Error())
		}
	})
}

// Limits of a connection; door.go says how many there may be.
const (
	maxHeader  = 16 << 10 // bytes
	maxBody    = 64 << 10 // bytes
	headerTime = 10 * time.Second
	slowest    = 30 * time.Second
)

// Serve answers on l until ctx ends; then every connection is closed.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler: s.Handler(), MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTime, ReadTimeout: slowest, IdleTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0), // what visitors do wrong is no news to whoever gives the talk
	}
	stop := context.AfterFunc(ctx, func() { _ = h.Close() }) // what it says, Serve says too
	defer stop()
	d := &door{Listener: l}
	d.attach(h)
	err := h.Serve(d)
	if ctx.Err() != nil || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// started waits until there is something to show.
func (s *Server) started(w http.ResponseWriter, r *http.Request) bool {
	select {
	case <-s.state.ready:
		return true
	case <-s.over:
		refuse(w, http.StatusServiceUnavailable, errOver.Error())
	case <-r.Context().Done():
	}
	return false
}

// owner has f called by the owner of the state, and answers the request if that is not possible.
func (s *Server) owner(w http.ResponseWriter, r *http.Request, f func(*state)) bool {
	err := s.ask(r.Context(), f)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
	}
	return err == nil
}

func (s *Server) index(w http.ResponseWriter, r *http.Request) { s.page(w, r, func(*html.Frame) {}) }

// page answers with a page, whose frame may be changed before. Its security policy lets it talk to
// this server alone.
func (s *Server) page(w http.ResponseWriter, r *http.Request, change func(*html.Frame)) {
	if !s.started(w, r) {
		return
	}
	var f *html.Frame
	var parts [][]byte
	if !s.owner(w, r, func(st *state) { f, parts = st.snapshot() }) {
		return
	}
	change(f)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", f.Policy()+"; frame-ancestors 'none'")
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Now().Add(slowest)) // a connection without deadlines is a test's
	_ = f.Write(w, parts)                            // the reader is gone: nobody is left to be told
}

// hello is the first event of a stream.
type hello struct {
	State  string         `json:"state"`
	Build  string         `json:"build"`
	Stale  bool           `json:"stale"`
	Stage  *stage.Message `json:"stage"`
	Broken *brokenMessage `json:"broken"`
}

// since returns the hello and the messages for a window in a state.
func (st *state) since(from string) []*message {
	st.flush(time.Now(), true)
	missed, ok := st.hub.missed(from)
	h := hello{State: st.hub.state(), Build: st.srv.build, Stale: !ok, Stage: st.stage.Message(time.Now()), Broken: st.bad}
	return append([]*message{{0, "hello", marshal(h)}}, missed...)
}

func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if !s.started(w, r) {
		return
	}
	from := r.URL.Query().Get("since")
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		from = id
	}
	win := &window{out: make(chan *message, queue)}
	var first []*message
	if !s.owner(w, r, func(st *state) {
		room := maxWindow
		if s.desk(r) {
			room += maxDesks
		}
		if len(st.hub.windows) < room {
			first = st.since(from)
			st.hub.windows[win] = true
		}
	}) {
		return
	}
	if first == nil {
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusServiceUnavailable, "too many windows are open")
		return
	}
	s.stream(w, r, first, win)
	_ = s.ask(context.Background(), func(st *state) { st.hub.drop(win) }) // where the server has ended, so has the list
}

// missed answers with what happened since a state.
func (s *Server) missed(w http.ResponseWriter, r *http.Request) {
	if !s.started(w, r) {
		return
	}
	type event struct {
		ID   string          `json:"id"`
		Name string          `json:"name"`
		Data json.RawMessage `json:"data"`
	}
	events := []event{}
	if !s.owner(w, r, func(st *state) {
		for _, m := range st.since(r.URL.Query().Get("since")) {
			id := ""
			if m.number > 0 {
				id = (&hub{boot: s.boot, number: m.number}).state()
			}
			events = append(events, event{id, m.name, m.data})
		}
	}) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(events) // the reader is gone: nobody is left to be told
}
