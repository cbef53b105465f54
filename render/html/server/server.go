// Package server shows a talk in browsers while it is written and given: pages that follow each edit and
// each run, and the speaker's view. It draws with package html. It decides which requests to answer
// (guard.go, door.go), and sends changes of the deck (state.go) and output of programs (output.go) to
// windows. Package stage knows where the talk stands.
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
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// The protocol between a server and its pages:
//
//	GET  /         the page. The first visit has ?token=…, which becomes a cookie (roles.go).
//	               The head of the page holds its state, RUN.NUMBER: the server's run, and the
//	               number of the last message that the page includes.
//	GET  /speaker  the speaker's view of the same (speaker.go)
//	GET  /events   server-sent events from ?since=STATE on, or from Last-Event-ID.
//	GET  /missed   the same events so far as a JSON list, for windows that share a stream.
//	POST /run      {"keys": [KEY…]}, {"all": true}, or {"again": true} for the programs run before.
//	POST /stop     {"keys": [KEY…]} or {"all": true}
//	POST /type     {"key": KEY, "inputs": [slides.Input…]}: done at a program's terminal, in this order
//	POST /stage    any of the fields of stage; "deck" is the version in which "slide" counts, "by" is a
//	               name of the window's own choice, "ago" is the time in ms since the window moved
//	POST /ink      a stage.Ink: "slide" counts in the version "deck"
//	GET  /notes    {SLIDE: [{step, text}…]} of the slides with notes, counted from 0
//	GET  /source   {code, edit} of the program ?key=KEY (editor.go)
//	POST /edit     {key or edit, code, run, save, undo}: changes a program; the answer is {edit}
//	GET  /links    [{role, does, url, size, path}…]: addresses to give away, with QR codes (links.go)
//
// These are the requests of the role that presents. Other roles have some of them, beneath /remote/ and
// /follow/, where their pages are.
//
// Events with an id change the page, and a window must apply them in order. After a gap, or if the run
// changes, the window has to ask for the missed events.
//
//	slides  {version, splices: [{at, remove, html: […]}], css, count, changed, title, lang}: at counts the
//	        slides before the message
//	output  {key, state, on: [slide…], boxes: [{slide, nth, keep, html}], css}: boxes have the
//	        attribute data-key; the first keep pieces of the output stay
//	broken  {html, css}: why the deck on disk cannot be shown
//	mended  {}: the deck can be shown again
//
// The others report a current state:
//
//	hello   {state, build, stale, stage, broken, edits, ink}: the first event. Stale: the log has lost missed events,
//	        so the window has to load the page again. Build names the scripts and style sheets.
//	stage   {slide, step, deck, black, pointer: [x, y] or null, spot, zoom: [x, y, factor] or null,
//	        scroll: [[box, line]…], tone, size: [w, h] or null, planned, elapsed, running, by}: the common
//	        state of synchronized windows; see stage.Message. A window that reads slowly gets the latest.
//	ink     {rev, base, deck, all, inks: [stage.Ink…]}: what was drawn after the state base of the drawings;
//	        a window that has an earlier state has missed some. See stage.Drawn
//	edits   {KEY: number…}: programs with edits that are not saved
//	beat    1: still there
//
// A browser has six connections to a server for all its windows. So the windows of one browser share one
// stream: one window reads it and passes it on (live.js).

// Control runs and stops programs, and passes input to those that have a terminal. Without keys, Run and
// Stop apply to all programs.
type Control interface {
	Run(keys ...slides.Key)
	Stop(keys ...slides.Key)
	Type(key slides.Key, in slides.Input)
}

// Server shows a talk in browsers while it is written and given.
type Server struct {
	Backend *html.Backend // draws the slides
	Token   string        // visitors have to show it; at least 24 characters, with fewer nobody gets in
	Control Control
	Editor  Editor   // nil: programs cannot be changed
	Hosts   []string // names of this machine for visitors, besides localhost and addresses
	Name    string   // the deck's name, shown until a deck is loaded
	Base    string   // the address of this server for visitors, such as http://192.168.1.5:8000

	// Public is the address that visitors use if something between them and this server passes their
	// requests on, such as a tunnel: scheme and host. nil: there is none.
	Public *url.URL

	// Hall is the stage that the windows share with other front ends of the talk, in this process; nil:
	// there are no others.
	Hall *stage.Hall

	passes sync.Map // tokens for one visit each, from Pass
	rates  map[*role]*rate

	once  sync.Once
	boot  string // names this run
	build string // names the scripts and style sheets
	asks  chan func(*state)
	over  chan struct{}
	state *state
}

//go:generate go run ../../../internal/minify

var (
	//go:embed min/live.js
	liveSource string
	//go:embed min/live.css
	liveStyle string
	//go:embed min/invite.js
	inviteSource string
	//go:embed min/keyboard.js
	keyboardSource string
	//go:embed min/edit.js
	editSource string
)

func (s *Server) init() {
	s.once.Do(func() {
		s.boot = rand.Text()[:12]
		sum := sha256.Sum256([]byte(html.Sources() + fmt.Sprint(stage.Bindings(stage.Window), stage.Bindings(stage.Desk), stage.Bindings(stage.Seats)) + liveSource + liveStyle + inviteSource + keyboardSource + editSource + html.DeskSources()))
		s.build = hex.EncodeToString(sum[:])
		s.asks, s.over = make(chan func(*state)), make(chan struct{})
		if s.Backend == nil {
			s.Backend = &html.Backend{}
		}
		if s.Hall == nil {
			s.Hall = &stage.Hall{}
		}
		s.rates = map[*role]*rate{}
		for _, ro := range roles {
			s.rates[ro] = &rate{}
		}
		s.state = &state{
			srv: s, seat: s.Hall.Join(), seed: maphash.MakeSeed(), paces: map[slides.Key]*pace{}, sent: map[slides.Key][][]uint64{}, ready: make(chan struct{}),
			hub: hub{boot: s.boot, windows: map[*window]bool{}, crowd: newCrowd()},
		}
	})
}

// Handler returns a handler for the requests of browsers. Requests wait until Follow has got the first
// event.
func (s *Server) Handler() http.Handler {
	s.init()
	mux := http.NewServeMux()
	answers := map[string]http.HandlerFunc{
		"GET speaker": s.speaker, "GET events": s.events, "GET missed": s.missed, "GET notes": s.notes, "GET links": s.links,
		"GET source": s.source, "POST edit": s.edit,
		"POST run": s.run, "POST stop": s.stop, "POST type": s.typeKeys, "POST stage": s.setStage, "POST ink": s.draw,
	}
	for _, ro := range roles {
		mux.HandleFunc("GET "+ro.path+"{$}", func(w http.ResponseWriter, r *http.Request) { s.page(w, r, ro.draw) })
		for _, request := range ro.requests {
			method, name, _ := strings.Cut(request, " ")
			mux.HandleFunc(method+" "+ro.path+name, answers[request])
		}
	}
	return s.guard(contained(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, at := mux.Handler(r); at == "" && opens(r) {
			turnAway(w, r, http.StatusNotFound, "there is nothing at this address: open the one that slidexec printed")
			return
		}
		mux.ServeHTTP(w, r)
	})))
}

// contained answers a request with a message if our code panics.
func contained(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		func() {
			defer slides.Contain("answering a request", &err)
			next.ServeHTTP(w, r)
		}()
		if err != nil {
			turnAway(w, r, http.StatusInternalServerError, err.Error())
		}
	})
}

// Limits of a connection. door.go has the limit on connections.
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
		ErrorLog: log.New(io.Discard, "", 0), // mistakes of visitors must not disturb the speaker
	}
	stop := context.AfterFunc(ctx, func() { _ = h.Close() }) // Serve returns the same error
	defer stop()
	d := &door{Listener: l}
	d.attach(h)
	err := h.Serve(d)
	if ctx.Err() != nil || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// started waits until the server has something to show.
func (s *Server) started(w http.ResponseWriter, r *http.Request) bool {
	select {
	case <-s.state.ready:
		return true
	case <-s.over:
		turnAway(w, r, http.StatusServiceUnavailable, errOver.Error())
	case <-r.Context().Done():
	}
	return false
}

// owner lets the owner of the state call f. If that is not possible, it answers the request with an error.
func (s *Server) owner(w http.ResponseWriter, r *http.Request, f func(*state)) bool {
	err := s.ask(r.Context(), f)
	if err != nil {
		turnAway(w, r, http.StatusServiceUnavailable, err.Error())
	}
	return err == nil
}

// page answers with a page after change has changed its frame. The page's security policy lets it talk
// to this server alone.
func (s *Server) page(w http.ResponseWriter, r *http.Request, change func(*html.Frame)) {
	if !s.started(w, r) {
		return
	}
	var f *html.Frame
	var parts [][]byte
	if !s.owner(w, r, func(st *state) { f, parts = st.snapshot() }) {
		return
	}
	f.Role = roleOf(r).name
	change(f)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", f.Policy()+"; frame-ancestors 'none'")
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Now().Add(slowest)) // a connection without deadlines is a test's
	_ = f.Write(w, parts)                            // on an error, the reader has closed the connection
}

// hello is the first event of a stream.
type hello struct {
	State  string             `json:"state"`
	Build  string             `json:"build"`
	Stale  bool               `json:"stale"`
	Stage  *stage.Message     `json:"stage"`
	Broken *brokenMessage     `json:"broken"`
	Edits  map[slides.Key]int `json:"edits"`
	Ink    *stage.Drawn       `json:"ink"`
}

// since returns the hello and the messages after the state of a window, for a place at the door.
func (st *state) since(from string, as class) []*message {
	st.flush(time.Now(), true)
	st.tellInk() // whatever comes after this is drawn on what the hello has
	missed, ok := st.hub.missed(from)
	h := hello{State: st.hub.state(), Build: st.srv.build, Stale: !ok, Stage: st.staged(), Broken: st.bad, Edits: st.edited, Ink: st.drawn(st.seat.Drawings())}
	if as == inCrowd {
		h.Broken, h.Edits, missed = nil, nil, public(missed)
	}
	return append([]*message{newMessage(0, "hello", h)}, missed...)
}

func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if !s.started(w, r) {
		return
	}
	from := r.URL.Query().Get("since")
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		from = id
	}
	win := newWindow()
	var first []*message
	as := s.classOf(r)
	if !s.owner(w, r, func(st *state) {
		if st.hub.seat(win, as) {
			first = st.since(from, as)
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
	s.state.hub.crowd.drop(win)
	_ = s.ask(context.Background(), func(st *state) { st.hub.drop(win) }) // if the server has ended, the list has, too
}

// missed answers with the events since a state.
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
		for _, m := range st.since(r.URL.Query().Get("since"), s.classOf(r)) {
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
	_ = json.NewEncoder(w).Encode(events) // on an error, the reader has closed the connection
}
