package server

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// read decodes the body of a request. If it cannot, it answers the request with an error.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if r.Header.Get("Content-Type") != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "the body has to be application/json")
		return false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil || !ended(d) {
		refuse(w, http.StatusBadRequest, "the body does not have the fields of this request")
		return false
	}
	return true
}

// ended reports whether the input has ended.
func ended(d *json.Decoder) bool {
	_, err := d.Token()
	return errors.Is(err, io.EOF)
}

// controls reports whether the server can run programs. If not, it answers the request with an error.
func (s *Server) controls(w http.ResponseWriter) bool {
	if s.Control == nil {
		refuse(w, http.StatusNotImplemented, "this server cannot run programs")
	}
	return s.Control != nil
}

// choice holds a request's choice of programs.
type choice struct {
	Keys       []slides.Key
	All, Again bool
}

// pick returns the keys of the programs that a request chooses, in document order.
func (s *Server) pick(w http.ResponseWriter, r *http.Request) (keys []slides.Key, ok bool) {
	var c choice
	if !s.controls(w) || !read(w, r, &c) || !s.started(w, r) {
		return nil, false
	}
	ok = s.owner(w, r, func(st *state) {
		for _, sn := range st.view.Deck.Executable() {
			ran := st.view.Results[sn.Key].State != slides.NotRun
			if c.All || c.Again && ran || slices.Contains(c.Keys, sn.Key) {
				keys = append(keys, sn.Key)
			}
		}
	})
	if ok && len(keys) == 0 && len(c.Keys) > 0 {
		refuse(w, http.StatusConflict, "the deck does not have this program any more")
		return nil, false
	}
	return keys, ok
}

func (s *Server) run(w http.ResponseWriter, r *http.Request)  { s.control(w, r, true) }
func (s *Server) stop(w http.ResponseWriter, r *http.Request) { s.control(w, r, false) }

func (s *Server) control(w http.ResponseWriter, r *http.Request, run bool) {
	keys, ok := s.pick(w, r)
	if !ok {
		return
	}
	switch {
	case len(keys) == 0: // Control would take an empty list for all programs
	case run:
		s.Control.Run(keys...)
	default:
		s.Control.Stop(keys...)
	}
	w.WriteHeader(http.StatusNoContent)
}

// typing is what a visitor does at the terminal of a program, in order.
type typing struct {
	Key    slides.Key
	Inputs []slides.Input
}

// sound reports whether a page can have sent these inputs.
func (t *typing) sound() bool {
	const large = 1000 // cells
	for _, in := range t.Inputs {
		if m := in.Mouse; m != nil && (min(m.Col, m.Row) < 0 || max(m.Col, m.Row) >= large) {
			return false
		}
		if in.Size != nil { // every window draws the one size that the program has
			return false
		}
	}
	return len(t.Inputs) > 0
}

func (s *Server) typeKeys(w http.ResponseWriter, r *http.Request) {
	var t typing
	if !s.controls(w) || !read(w, r, &t) || !s.started(w, r) {
		return
	}
	if !t.sound() {
		refuse(w, http.StatusBadRequest, "no keyboard and no mouse sends that")
		return
	}
	var known bool
	if !s.owner(w, r, func(st *state) {
		sn := st.board.Program(t.Key)
		known = sn != nil && sn.Exec.OnScreen()
	}) {
		return
	}
	if !known {
		refuse(w, http.StatusConflict, "the deck does not have a program with this terminal")
		return
	}
	for _, in := range t.Inputs {
		s.Control.Type(t.Key, in)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) setStage(w http.ResponseWriter, r *http.Request) {
	var change json.RawMessage
	if !read(w, r, &change) || !s.slowly(w, r, 1) || !s.started(w, r) {
		return
	}
	var err error
	if !s.owner(w, r, func(st *state) {
		if err = st.move(change); err == nil {
			w.Header().Set(stageRev, strconv.FormatUint(st.staged().Rev, 10))
		}
	}) {
		return
	}
	s.staged(w, err)
}

// draw draws on a slide.
func (s *Server) draw(w http.ResponseWriter, r *http.Request) {
	var i stage.Ink
	if !read(w, r, &i) || !s.slowly(w, r, 1+len(i.Points)/30) || !s.started(w, r) {
		return
	}
	var err error
	if !s.owner(w, r, func(st *state) {
		if err = st.seat.Draw(i); err == nil {
			st.tellInk()
		}
	}) {
		return
	}
	s.staged(w, err)
}

// stageRev is the header that says by which state of the stage a request was carried out.
const stageRev = "Slidexec-Stage"

// staged answers a request to change the stage.
func (s *Server) staged(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, stage.ErrFull):
		refuse(w, http.StatusInsufficientStorage, err.Error())
		return
	case errors.Is(err, stage.ErrOutdated):
		refuse(w, http.StatusPreconditionFailed, err.Error())
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, "the body does not have the fields of this request")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// move changes the named parts of the stage and tells the windows.
func (st *state) move(change []byte) error {
	err := st.seat.Merge(change, time.Now())
	if err == nil {
		st.tellStage()
	}
	return err
}

// tellStage tells the windows where the talk is.
func (st *state) tellStage() { st.hub.mention("stage", st.staged()) }

// staged returns the stage for windows.
func (st *state) staged() *stage.Message {
	m := st.seat.Message(time.Now())
	if m != nil && m.Deck == st.seat.Version() {
		m.Deck = st.version // windows heard nothing of later versions, in which they would have nothing to change
	}
	return m
}

// tellInk tells the windows what was drawn since they were told.
func (st *state) tellInk() {
	if d := st.drawn(st.seat.Drawn(st.inked)); d != nil {
		st.inked = d.Rev
		st.hub.pass("ink", d)
	}
}

// drawn is what was drawn, for windows.
func (st *state) drawn(d *stage.Drawn) *stage.Drawn {
	if d != nil && d.Deck == st.seat.Version() {
		d.Deck = st.version
	}
	return d
}

// Windows send what a hand does: where it points, once a frame, and what it draws. No hands do more than
// this, in all windows of a role.
const (
	often = 1000 // requests a second
	burst = 2 * often
)

// rate counts requests in time. The zero value has seen none.
type rate struct {
	mu    sync.Mutex
	spent float64
	at    time.Time
}

// take counts a request that is worth n, unless there were too many.
func (r *rate) take(n int, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spent = max(0, r.spent-now.Sub(r.at).Seconds()*often)
	r.at = now
	if r.spent+float64(n) > burst {
		return false
	}
	r.spent += float64(n)
	return true
}

// slowly reports whether windows of a request's role do not ask too often. If they do, it answers the request
// with an error.
func (s *Server) slowly(w http.ResponseWriter, r *http.Request, n int) bool {
	if s.rates[roleOf(r)].take(n, time.Now()) {
		return true
	}
	w.Header().Set("Retry-After", "1")
	refuse(w, http.StatusTooManyRequests, "too many requests that move the stage")
	return false
}
