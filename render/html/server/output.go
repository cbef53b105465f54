package server

import (
	"hash/maphash"
	"time"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// A program may print faster than anybody reads. The server sends its output at most 30 times a second,
// and after drawing it pauses for three times as long as the drawing took. It draws a long output in
// pieces of lines. Windows get only the pieces from the first changed one on.

const (
	atMost   = 33 * time.Millisecond // between two messages about one program
	breather = 3                     // minimum pause, as a multiple of the time for drawing
)

// pace says when the server may next send an output.
type pace struct {
	next time.Time
	owed bool // there is new output
}

// outputMessage replaces the boxes of one program.
type outputMessage struct {
	Key   slides.Key   `json:"key"`
	State slides.State `json:"state"`
	On    []int        `json:"on"` // slides with its boxes or controls
	Boxes []boxMessage `json:"boxes"`
	CSS   string       `json:"css"`
}

// boxMessage is the new state of a box: the nth with the program's key on a slide. It lacks the first
// Keep pieces, which have not changed.
type boxMessage struct {
	Slide int    `json:"slide"`
	Nth   int    `json:"nth"`
	Keep  int    `json:"keep"`
	HTML  string `json:"html"`
}

// brokenMessage is shown above the last good deck.
type brokenMessage struct {
	HTML string `json:"html"`
	CSS  string `json:"css"`
}

// ran records a result. flush sends it at the time of its pace.
func (st *state) ran(ev slides.Ran) {
	if st.board.Apply(ev) == nil { // an edit has removed its snippet meanwhile
		return
	}
	st.view.Results = st.board.Results
	for _, i := range st.holds[ev.Key] {
		st.cells[i].drawn = nil
	}
	p := st.paces[ev.Key]
	if p == nil {
		p = &pace{}
		st.paces[ev.Key] = p
	}
	p.owed = true
}

// next returns the time until the next output is due.
func (st *state) next(now time.Time) time.Duration {
	d := time.Hour
	for _, p := range st.paces {
		if p.owed {
			d = min(d, p.next.Sub(now))
		}
	}
	return d
}

// flush sends the outputs that are due, or all new outputs.
func (st *state) flush(now time.Time, all bool) {
	for key, p := range st.paces {
		if !p.owed || !all && now.Before(p.next) {
			continue
		}
		start := time.Now()
		st.tellOutput(st.board.Program(key))
		end := time.Now()
		p.owed, p.next = false, end.Add(max(atMost, breather*end.Sub(start)))
		if st.view.Results[key].State == slides.Done {
			delete(st.paces, key)
		}
	}
}

// tellOutput sends the output of a program so far.
func (st *state) tellOutput(s *slides.Snippet) {
	on := st.holds[s.Key]
	if s.Exec.Draws() {
		var changes []stage.Splice // a picture may replace a box, or a box a picture
		for _, i := range on {
			changes = append(changes, stage.Splice{At: i, Removed: 1, From: i, To: i + 1})
		}
		st.tellSlides(changes, false)
		return
	}
	st.page.Now = st.srv.now()
	m := outputMessage{Key: s.Key, State: st.view.Results[s.Key].State, On: on, Boxes: []boxMessage{}}
	css := html.Sheet{}
	var sent [][]uint64
	for _, i := range on {
		for nth, b := range st.page.Boxes(i, s) {
			pieces := st.pieces(&b)
			keep := 0
			if n := len(m.Boxes); n < len(st.sent[s.Key]) {
				keep = common(st.sent[s.Key][n], pieces)
			}
			data := string(b.HTML)
			if keep > 0 {
				data = string(b.HTML[:b.Pieces[0]]) + string(b.HTML[b.Pieces[keep]:])
			}
			m.Boxes = append(m.Boxes, boxMessage{i, nth, keep, data})
			sent = append(sent, pieces)
			css.Merge(b.CSS)
		}
	}
	m.CSS = css.String()
	st.sent[s.Key] = sent
	st.hub.tell("output", m)
}

// pieces returns the fingerprints of the pieces of a box.
func (st *state) pieces(b *html.Box) []uint64 {
	var out []uint64
	for n := range max(len(b.Pieces)-1, 0) {
		out = append(out, maphash.Bytes(st.seed, b.HTML[b.Pieces[n]:b.Pieces[n+1]]))
	}
	return out
}

func common(a, b []uint64) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// broken sends the reason why the deck on disk cannot be shown. If there was no good deck yet, the page
// is otherwise empty.
func (st *state) broken(ev slides.Broken) {
	if st.page == nil {
		st.load(slides.Loaded{Deck: &slides.Deck{Files: []*slides.File{{Name: st.srv.Name}}}})
	}
	c := st.page.Broken(&ev)
	st.bad = &brokenMessage{string(c.HTML), c.CSS.String()}
	st.hub.tell("broken", st.bad)
}
