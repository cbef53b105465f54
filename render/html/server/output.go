package server

import (
	"hash/maphash"
	"time"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// A program may print faster than anybody reads. What it printed is sent at most 30 times a second,
// and no more than a third of the time is spent on drawing it. A long output is drawn in pieces of
// lines; a window that has the earlier ones gets those from the first that is different on.

const (
	atMost   = 33 * time.Millisecond // between two messages about one program
	breather = 3                     // times what drawing took, at the least
)

// pace says when windows may next be told of an output.
type pace struct {
	next time.Time
	owed bool // there is something to tell
}

// outputMessage replaces what shows of one program.
type outputMessage struct {
	Key   slides.Key   `json:"key"`
	State slides.State `json:"state"`
	On    []int        `json:"on"` // slides with its boxes or controls
	Boxes []boxMessage `json:"boxes"`
	CSS   string       `json:"css"`
}

// boxMessage is a box as it is now: the nth with the program's key on a slide. It lacks the first
// Keep pieces, which are as they were.
type boxMessage struct {
	Slide int    `json:"slide"`
	Nth   int    `json:"nth"`
	Keep  int    `json:"keep"`
	HTML  string `json:"html"`
}

// brokenMessage is shown over the last good deck.
type brokenMessage struct {
	HTML string `json:"html"`
	CSS  string `json:"css"`
}

// ran notes a result; windows are told when it is time.
func (st *state) ran(ev slides.Ran) {
	if st.board.Apply(ev) == nil { // its snippet was edited away meanwhile
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

// next returns how long nothing has to be told.
func (st *state) next(now time.Time) time.Duration {
	d := time.Hour
	for _, p := range st.paces {
		if p.owed {
			d = min(d, p.next.Sub(now))
		}
	}
	return d
}

// flush tells of the outputs whose time has come, or of all.
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

// tellOutput sends what a program printed so far.
func (st *state) tellOutput(s *slides.Snippet) {
	on := st.holds[s.Key]
	if s.Exec.Mode == slides.ModeImage || s.Exec.Mode == slides.ModeRender {
		var changes []stage.Splice // boxes and pictures take each other's place
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

// broken tells what is wrong with the deck on disk. Where there was no good one yet, the page is
// empty but for that.
func (st *state) broken(ev slides.Broken) {
	if st.page == nil {
		st.load(&slides.Deck{Files: []*slides.File{{Name: st.srv.Name}}})
	}
	c := st.page.Broken(&ev)
	st.bad = &brokenMessage{string(c.HTML), c.CSS.String()}
	st.hub.tell("broken", st.bad)
}
