package server

import (
	"context"
	"errors"
	"hash/maphash"
	"maps"
	"runtime"
	"sync"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// state holds everything that the server shows. It belongs to the goroutine of Follow. Requests send
// that goroutine functions that read or change the state.
type state struct {
	srv    *Server
	hub    hub
	seed   maphash.Seed
	board  slides.Board
	view   *render.View // of the board; nil: no deck yet
	page   *html.Page
	cells  []*cell
	look   string               // the style sheet of the theme that windows have
	holds  map[slides.Key][]int // slides whose drawing depends on the result of a key, in order
	paces  map[slides.Key]*pace
	sent   map[slides.Key][][]uint64 // fingerprints of the pieces of the boxes that windows have
	edited map[slides.Key]int        // programs with edits that are not saved
	bad    *brokenMessage            // the mistakes of the deck on disk; nil: none
	seat   *stage.Seat               // where the talk stands
	ready  chan struct{}             // closed once there is something to show

	version int    // of the deck that windows know
	inked   uint64 // state of the drawings that windows know
	high    code.Highlighter
}

// cell is the last drawing of a slide.
type cell struct {
	print uint64
	keys  []slides.Key
	drawn *html.Content // nil: not drawn yet
}

var errOver = errors.New("the server has ended")

// Follow handles the events of a talk and tells the windows, until the events or ctx end. Call it once.
func (s *Server) Follow(ctx context.Context, events <-chan slides.Event) error {
	s.init()
	defer close(s.over)
	st := s.state
	defer st.seat.Leave()
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	work.Go(func() { st.hub.crowd.run(ctx, s.boot) })
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(st.next(time.Now()))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case ev, ok := <-events:
			if !ok {
				return nil
			}
			st.contain(func() { st.take(ev) })
		case f := <-s.asks:
			f(st)
		case <-st.seat.News():
			st.tellStage()
			st.tellInk()
		case <-timer.C:
		}
		st.contain(func() { st.flush(time.Now(), false) })
	}
}

// contain calls do. If our code panics, the slides stay unchanged, and windows show the error above them.
func (st *state) contain(do func()) {
	board, view, page, cells, holds := st.board, st.view, st.page, st.cells, st.holds
	var err error
	func() {
		defer slides.Contain("showing the deck", &err)
		do()
	}()
	if err == nil {
		return
	}
	st.board, st.view, st.page, st.cells, st.holds = board, view, page, cells, holds
	st.broken(slides.Broken{Diags: slides.Diags{{Msg: err.Error(), Hint: slides.FaultHint}}})
}

// ask lets the owner of the state call f, and waits for f. If f panics, the error is a *slides.Fault.
func (s *Server) ask(ctx context.Context, f func(*state)) error {
	s.init()
	done := make(chan error, 1)
	call := func(st *state) (err error) {
		defer slides.Contain("answering a request", &err)
		f(st)
		return nil
	}
	select {
	case s.asks <- func(st *state) { done <- call(st) }:
		return <-done
	case <-s.over:
		return errOver
	case <-ctx.Done():
		return ctx.Err()
	}
}

// now returns the time for pages.
func (s *Server) now() time.Time {
	if !s.Backend.Now.IsZero() {
		return s.Backend.Now
	}
	return time.Now()
}

func (st *state) take(ev slides.Event) {
	switch ev := ev.(type) {
	case slides.Loaded:
		st.load(ev)
	case slides.Ran:
		st.ran(ev)
	case slides.Broken:
		st.broken(ev)
	}
}

// load takes a new version of the deck and sends the differences to the windows.
func (st *state) load(ev slides.Loaded) {
	d, old := ev.Deck, st.cells
	head, theme, first := html.Head{}, (*render.Theme)(nil), st.page == nil
	if !first {
		st.flush(time.Now(), true) // new output is still of the old deck
		head, theme = st.page.Head(), st.view.Theme
	}
	st.board.Apply(ev)
	v := &render.View{Deck: d, Results: st.board.Results, Theme: theme, Highlight: &st.high, Growing: &render.Growing{}}
	st.view, st.page = v, st.srv.Backend.Live(v)
	st.index()
	if first {
		st.look = st.page.Head().Look
		st.seat.Load(d, ev.Version, nil)
		st.version = st.seat.Version()
		close(st.ready)
	} else {
		st.patch(old, stage.Diff(prints(old), prints(st.cells)), head, ev.Version)
	}
	st.tellEdits()
	if st.bad != nil {
		st.bad = nil
		st.hub.tell("mended", struct{}{})
	}
}

// index makes the cells of a new deck. It reuses the cells of slides that did not change.
func (st *state) index() {
	n := len(st.view.Deck.Slides)
	kept := make(map[uint64]*cell, len(st.cells))
	for _, c := range st.cells {
		kept[c.print] = c
	}
	cells := make([]*cell, n)
	parallel(n, func(from, to int) {
		p := st.page.Printer(st.seed)
		for i := from; i < to; i++ {
			print, keys := p.Print(i)
			c := kept[print]
			if c == nil {
				c = &cell{print: print, keys: keys}
			}
			cells[i] = c
		}
	})
	st.cells = cells
	st.holds = make(map[slides.Key][]int, len(st.holds))
	for i, c := range cells {
		for _, k := range c.keys {
			st.holds[k] = append(st.holds[k], i)
		}
	}
	maps.DeleteFunc(st.sent, func(k slides.Key, _ [][]uint64) bool { return st.board.Program(k) == nil })
	maps.DeleteFunc(st.paces, func(k slides.Key, _ *pace) bool { return st.board.Program(k) == nil })
}

// parallel calls f for pieces of 0 to n on all cores. If f panics, so does parallel.
func parallel(n int, f func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), n/64+1)
	faults := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			defer slides.Contain("showing the deck", &faults[w])
			f(n*w/workers, n*(w+1)/workers)
		})
	}
	wg.Wait()
	if f := slides.AsFault(errors.Join(faults...)); f != nil {
		panic(f)
	}
}

func prints(cells []*cell) []uint64 {
	out := make([]uint64, len(cells))
	for i, c := range cells {
		out[i] = c.print
	}
	return out
}

// slidesMessage replaces slides. Splices are in order; their places count the old slides. Changed counts
// the new ones: it is the first slide of an edit, which an author's window may show.
type slidesMessage struct {
	Version int             `json:"version"`
	Splices []spliceMessage `json:"splices"`
	CSS     string          `json:"css"`
	Count   int             `json:"count"`
	Changed int             `json:"changed"` // -1: no slide
	html.Head
}

type spliceMessage struct {
	At     int      `json:"at"`
	Remove int      `json:"remove"`
	HTML   []string `json:"html"`
}

// patch sends the differences between two versions of the deck to windows.
func (st *state) patch(old []*cell, changes []stage.Splice, head html.Head, version int) {
	for _, c := range changes {
		for i := c.At; i < c.At+c.Removed; i++ {
			for _, k := range old[i].keys {
				delete(st.sent, k) // its boxes are new or removed
			}
		}
	}
	if changes == nil {
		changes = []stage.Splice{} // nil would ask the Hall to look for some
	}
	followed := st.seat.Load(st.view.Deck, version, changes)
	if len(changes) > 0 || head != st.page.Head() {
		st.version = st.seat.Version()
		st.tellSlides(changes, true)
	}
	if !followed && st.staged() != nil { // windows move by their changes: they may be at another slide
		st.tellStage()
	}
	st.tellInk()
}

// tellSlides draws the slides of changes and sends them. With edit, windows may go to the first one.
func (st *state) tellSlides(changes []stage.Splice, edit bool) {
	st.page.Now = st.srv.now()
	m := slidesMessage{Version: st.version, Splices: []spliceMessage{}, Count: len(st.cells), Changed: -1, Head: st.page.Head()}
	if m.Look == st.look { // it is long, and few edits change it
		m.Look = ""
	} else {
		st.look = m.Look
	}
	css := html.Sheet{}
	for _, c := range changes {
		sm := spliceMessage{At: c.At, Remove: c.Removed, HTML: []string{}}
		st.draw(c.From, c.To)
		for i := c.From; i < c.To; i++ {
			sm.HTML = append(sm.HTML, string(st.page.Section(i, st.cells[i].drawn)))
			css.Merge(st.cells[i].drawn.CSS)
			for _, k := range st.cells[i].keys {
				delete(st.sent, k) // windows get these boxes as a whole, with their slide
			}
		}
		if edit && m.Changed < 0 && c.To > c.From {
			m.Changed = c.From
		}
		m.Splices = append(m.Splices, sm)
	}
	m.CSS = css.String()
	st.hub.tell("slides", m)
}

// draw draws the slides of a range that have no drawing.
func (st *state) draw(from, to int) {
	var todo []int
	seen := map[*cell]bool{} // equal slides share a cell
	for i := from; i < to; i++ {
		if c := st.cells[i]; c.drawn == nil && !seen[c] {
			seen[c] = true
			todo = append(todo, i)
		}
	}
	parallel(len(todo), func(from, to int) {
		for _, i := range todo[from:to] {
			st.cells[i].drawn = st.contained(i)
		}
	})
}

// contained draws slide i. If our code panics, only that slide is lost.
func (st *state) contained(i int) (c *html.Content) {
	var err error
	func() {
		defer slides.Contain("drawing this slide", &err)
		c = st.page.Content(i)
	}()
	if err == nil {
		return c
	}
	return st.page.Problems(slides.Diag{Pos: st.view.Deck.Slides[i].At.Pos, Msg: err.Error(), Hint: slides.FaultHint})
}

// snapshot returns the current page: its frame, and the slides in parts.
func (st *state) snapshot() (*html.Frame, [][]byte) {
	st.flush(time.Now(), true) // the next message must fit the content of the page
	st.page.Now = st.srv.now()
	st.draw(0, len(st.cells))
	drawn := make([]*html.Content, len(st.cells))
	for i, c := range st.cells {
		drawn[i] = c.drawn
	}
	parts, css := st.page.Parts(drawn)
	f := st.page.Frame(css)
	f.State, f.Version, f.Served = st.hub.state(), st.version, true
	if m := st.seat.Message(time.Now()); m != nil {
		f.Tone = m.Tone
	}
	f.Style += html.BrokenStyle() + liveStyle
	f.Scripts = append(f.Scripts, liveSource, inviteSource, keyboardSource)
	f.Share()
	f.Keys = stage.Bindings(stage.Window)
	return f, parts
}
