// Package vt is the terminal of a program that has a pseudo terminal (+pty): Write takes the program's
// output, Snapshot gives the screen that it makes, Encode turns keys, pasted text and the mouse into
// the bytes that the program expects, and Replies holds what a terminal answers to questions.
//
// Programs are hostile. No output makes a Screen panic, wait or grow: every parameter is cut to the
// size of the screen, every list has a bound, and a snapshot holds no control characters but SGR.
//
// The parser is our own. x/ansi's gives one call for each character, and the screens built on it were
// slower than the terminals they stand for; here a run of plain text goes into the cells of a row in
// one loop, and a line feed at the bottom turns pointers round. Cells have no pointers, so that the
// garbage collector does not look at them.
//
// A character is what internal/text calls one, so that the layouts of slides and this screen agree on
// the width of every row. Lines are not wrapped anew when the size changes.
package vt

import (
	"runtime"
	"sync"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// The bounds of a screen.
const (
	maxCols  = 1000
	maxRows  = 500
	maxBack  = 1000                   // rows that left at the top
	maxCells = 128 << 10              // of these rows together, 16 bytes each
	maxHold  = 200 * time.Millisecond // a synchronized update hides the screen for no longer
	holdSize = 1 << 20                // bytes; nor for more output
)

// Screen is a terminal. Its methods may be called from several goroutines.
type Screen struct {
	mu         sync.Mutex
	cols, rows int
	main, alt  page
	page       *page // the one that is shown
	back       ring
	x, y       int // the cursor; x == cols after a character in the last column: the next one wraps
	style      style
	sets       charsets
	modes      modes
	tabs       []bool
	last       rune // the last character, for REP; 0 after anything else
	parser     parser
	widths     [1024]seen
	replies    []byte

	changed bool
	shown   *slides.Screen
	spent   int       // cells that were changed since the screen was last free for others
	held    time.Time // begin of a synchronized update, zero outside of one
	output  int       // bytes of output within the synchronized update
}

// page is one of the two screens of a terminal.
type page struct {
	rows        []*row
	top, bottom int // the rows that scroll, both included
	saved       cursor
}

// cursor is what DECSC saves.
type cursor struct {
	x, y   int
	style  style
	sets   charsets
	origin bool
}

// New returns an empty screen. A size outside of 1×1 to 1000×500 is cut to that.
func New(cols, rows int) *Screen {
	s := &Screen{cols: min(max(cols, 1), maxCols), rows: min(max(rows, 1), maxRows)}
	s.reset()
	return s
}

// reset makes the terminal new, and keeps its size and what the program was answered.
func (s *Screen) reset() {
	s.spent += s.cols * s.rows
	s.main.empty(s.cols, s.rows, 0)
	s.page, s.back = &s.main, ring{}
	s.x, s.y, s.last, s.style, s.sets = 0, 0, 0, style{}, charsets{}
	s.modes = modes{wrap: true, cursor: true}
	s.held = time.Time{}
	s.tabs = nil
	s.growTabs()
	s.changed = true
}

// empty makes the page new. It uses the rows that are there: a program can ask for this again and again.
func (p *page) empty(cols, rows int, bg color) {
	for len(p.rows) < rows {
		p.rows = append(p.rows, newRow(cols))
	}
	for _, r := range p.rows {
		r.clear(0, cols, 0)
		if bg != 0 {
			r.clear(0, cols, bg)
		}
	}
	p.top, p.bottom, p.saved = 0, rows-1, cursor{}
}

func (s *Screen) growTabs() {
	for len(s.tabs) < s.cols {
		s.tabs = append(s.tabs, len(s.tabs)%8 == 0)
	}
}

// maxSpent is how many cells may change before others can have the screen: a few milliseconds' worth. Three
// bytes fill a screen, so the bytes of a Write are no measure.
const maxSpent = 256 << 10

// turns are the screens that take output at a time: one less than there are processors. Go's scheduler
// would else leave a key, which wakes a goroutine from a system call, behind the output of all programs.
var turns = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))

// Write takes output of the program. It waits only while other screens take theirs, and never fails. A
// Snapshot meanwhile may show a part of it.
func (s *Screen) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		turns <- struct{}{}
		n := s.take(rest)
		<-turns
		rest = rest[n:]
	}
	return len(p), nil
}

// take takes the beginning of p, and returns how much of it.
func (s *Screen) take(p []byte) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed, s.spent = true, 0
	n := s.parse(p)
	if !s.held.IsZero() {
		s.output += n
	}
	return n
}

// Resize changes the size. Rows that no longer fit leave at the top, ends of rows are cut off.
func (s *Screen) Resize(cols, rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cols, rows = min(max(cols, 1), maxCols), min(max(rows, 1), maxRows)
	if cols == s.cols && rows == s.rows {
		return
	}
	for _, p := range []*page{&s.main, &s.alt} {
		if p.rows == nil {
			continue
		}
		y := &s.y
		if p != s.page {
			y = &p.saved.y
		}
		s.fit(p, rows, y)
		for _, r := range p.rows {
			r.resize(cols)
		}
		for len(p.rows) < rows {
			p.rows = append(p.rows, newRow(cols))
		}
		p.top, p.bottom = 0, rows-1
		p.saved.x, p.saved.y = min(p.saved.x, cols-1), min(max(p.saved.y, 0), rows-1)
	}
	s.cols, s.rows = cols, rows
	s.growTabs()
	s.back.fit(cols)
	s.x, s.y = min(s.x, cols-1), min(max(s.y, 0), rows-1)
	s.held, s.changed = time.Time{}, true
}

// fit takes rows away, at first empty ones below the cursor, then those at the top.
func (s *Screen) fit(p *page, rows int, y *int) {
	for len(p.rows) > rows && len(p.rows)-1 > *y && p.rows[len(p.rows)-1].empty() {
		p.rows = p.rows[:len(p.rows)-1]
	}
	for len(p.rows) > rows {
		if p == &s.main {
			s.back.push(p.rows[0], s.cols)
		}
		p.rows = p.rows[1:]
		*y = max(*y-1, 0)
	}
}

// Changed reports whether Snapshot may return another screen than the last time. During a synchronized
// update it is true although the update is still hidden: ask again.
func (s *Screen) Changed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Snapshot returns the screen as it is now, which nobody may change. Within a synchronized update it is
// the screen before, for a fifth of a second and a megabyte of output at most.
func (s *Screen) Snapshot() *slides.Screen {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.held.IsZero() && s.shown != nil {
		if s.output < holdSize && time.Since(s.held) < maxHold {
			return s.shown
		}
		s.held = time.Time{}
	}
	return s.snapshot()
}

func (s *Screen) snapshot() *slides.Screen {
	if !s.changed && s.shown != nil {
		return s.shown
	}
	v := &slides.Screen{Cols: s.cols, Rows: s.rows, Col: min(s.x, s.cols-1), Row: s.y, Cursor: s.modes.cursor,
		Alternate: s.page == &s.alt, Mouse: s.modes.mouse != 0, Back: s.back.lines()}
	for _, r := range s.page.rows {
		v.Lines = append(v.Lines, r.paint())
	}
	end := len(v.Lines)
	for end > 0 && v.Lines[end-1] == "" {
		end--
	}
	v.Lines = v.Lines[:end]
	s.shown, s.changed = v, false
	return v
}

// hold begins and ends a synchronized update. A program cannot prolong one by beginning it again.
func (s *Screen) hold(on bool) {
	switch {
	case !on:
		s.held = time.Time{}
	case s.held.IsZero():
		s.spent += s.cols * s.rows * 4 // a cell is drawn more slowly than changed
		s.snapshot()
		s.held, s.output, s.changed = time.Now(), 0, true
	}
}

// Replies returns what the terminal answers the program since the last call, as bytes for its input.
func (s *Screen) Replies() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.replies
	s.replies = nil
	return r
}

// Text returns the rows of the screen as the output of a program: lines with SGR, without the empty ones
// at the end.
func (s *Screen) Text() []byte { return s.Snapshot().Text() }
