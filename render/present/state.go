package present

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// state is everything that a Player knows. It belongs to the goroutine of Play.
type state struct {
	*Player

	now    time.Time // of what is being taken or drawn
	over   bool      // the talk ends
	dirty  bool      // the screen is to be drawn, when a little time has gone
	urgent bool      // the screen is to be drawn now
	drawn  time.Time // when it was drawn last
	due    time.Time // when it has to be drawn again if nothing comes; zero: never

	board slides.Board
	stage stage.Stage
	clock stage.Clock
	timed bool // clock and pace are shown
	grid  bool // the layout grid is shown

	window     window
	cols, rows int // of the talk's part of the window
	look       term.Backend
	bright     bool // the terminal says that it is light
	palette    render.Palette
	highlight  code.Highlighter
	growing    render.Growing
	canvas     canvas
	scale      bool // the terminal can enlarge text
	sheets     sheets
	scroll     int // the first visible row of the slide
	motion     *motion
	pictures   pictures
	visible    []shown // the pictures in the window, as it was composed last

	focus   slides.Key            // of the program in the focus, "": none
	watched slides.Key            // the program that was started last; "": the user has scrolled since
	typing  bool                  // keys go to that program
	deaf    time.Time             // keys until then were meant for a program, which does not have the keyboard any more
	offset  map[slides.Key]int    // of outputs and terminals that are scrolled
	told    map[slides.Key][2]int // the sizes that terminals of programs have
	modal   modal                 // nil: none

	away    handing // where the terminal is
	lentTo  *slides.Snippet
	handed  chan handing // where it is from now on
	handing func(to handing)
	trusted bool // the user has said that programs may have the terminal

	say   string    // a message in the last row
	until time.Time // when it goes
}

func newState(p *Player) *state {
	s := &state{Player: p, look: p.Look, offset: map[slides.Key]int{}, told: map[slides.Key][2]int{}, handed: make(chan handing)}
	if s.Now == nil {
		s.Now = time.Now
	}
	s.now = s.Now()
	s.canvas.bare = p.Bare
	s.pictures = newPictures(p)
	s.measure(p.Terminal.Size())
	s.bright = p.Look.Light
	s.shade(s.bright)
	return s
}

// shade changes to the colours of a light or a dark terminal.
func (s *state) shade(light bool) {
	s.look.Light = light
	colours := s.colours()
	s.palette, s.canvas.painter = colours.Palette(light), s.look.Painter(colours)
	s.sheets.forget()
	s.restyle()
	s.urgent = true
}

// colours returns the theme: the player's, or that of the deck.
func (s *state) colours() *render.Theme {
	if s.Theme != nil || s.deck() == nil {
		return s.Theme
	}
	return render.ThemeOf(s.deck().Meta.Look)
}

// deck returns the deck that is shown.
func (s *state) deck() *slides.Deck { return s.board.Deck }

// take takes an event of the talk.
func (s *state) take(e slides.Event) {
	s.now = s.Now()
	switch e := e.(type) {
	case slides.Loaded:
		s.load(e)
	case slides.Broken:
		s.board.Apply(e)
		s.modal, s.urgent = newFaults(s), true
	case slides.Ran:
		s.ran(e)
	}
}

// load shows another deck, or the first one. Slide and step stay, unless the user follows edits and the
// edit was elsewhere.
func (s *state) load(e slides.Loaded) {
	was := s.deck()
	s.board.Apply(e)
	s.themed()
	if was == nil && e.Deck.Meta.Look != nil || was != nil && !reflect.DeepEqual(was.Meta.Look, e.Deck.Meta.Look) {
		s.shade(s.look.Light)
	}
	s.urgent = true
	s.sheets.forget()
	if s.Loaded != nil {
		s.Loaded(e.Deck)
	}
	if was == nil {
		s.Seat.Load(e.Deck, e.Version, nil)
		s.begin()
		return
	}
	changes := stage.Changes(was, e.Deck)
	s.Seat.Load(e.Deck, e.Version, changes)
	planned := s.clock.Planned
	s.sync()
	s.timed = s.timed || planned == 0 && s.clock.Planned > 0
	if s.Follow && !s.touched(changes) {
		for _, c := range changes {
			if c.From < c.To {
				s.goTo(s.stage.Jump(s.deck(), c.From, 0).All(s.deck()))
				break
			}
		}
	}
	s.refocus()
	if s.modal != nil {
		s.modal.reload(s)
	}
}

// touched reports whether an edit changed the slide that is shown.
func (s *state) touched(changes []stage.Splice) bool {
	for _, c := range changes {
		if c.From <= s.stage.Slide && s.stage.Slide < c.To {
			return true
		}
	}
	return false
}

// begin goes to the first place.
func (s *state) begin() {
	s.sync()
	change := stage.Change{}
	if m := s.Seat.Message(s.now); m == nil || m.Slide < 0 {
		s.stage = s.stage.Jump(s.deck(), s.Slide, 0)
		change = s.stage.Place()
	}
	if s.Length > 0 {
		ms := s.Length.Milliseconds()
		change.Planned = &ms
	}
	s.change(change)
	s.timed = s.clock.Planned > 0
}

// ran takes the state of a program. A program that had no result may have had no place on its slides.
func (s *state) ran(e slides.Ran) {
	was := s.board.Results[e.Key].State
	if s.board.Apply(e) == nil {
		return
	}
	is := e.Result.State
	if was == slides.NotRun || is == slides.NotRun {
		s.sheets.forget()
	} else {
		s.sheets.drop(e.Key)
	}
	if is == slides.NotRun || is == slides.Queued {
		delete(s.told, e.Key)
	}
	if p := s.board.Program(e.Key); p != nil {
		s.heard(p, e.Result)
	}
	s.dirty = true
}

// sync follows what other front ends did.
func (s *state) sync() {
	if s.deck() == nil {
		return
	}
	m := s.Seat.Message(s.now)
	if m == nil {
		return
	}
	was := s.stage
	s.clock.Planned = time.Duration(m.Planned) * time.Millisecond
	s.clock = s.clock.Set(time.Duration(m.Elapsed)*time.Millisecond, m.Running, s.now)
	s.stage.Black, s.stage.Invite, s.stage.Pointer = m.Black, m.Invite, m.Pointer
	if m.Slide >= 0 {
		s.stage = s.stage.Jump(s.deck(), m.Slide, m.Step)
	} else {
		s.stage = s.stage.Jump(s.deck(), s.stage.Slide, s.stage.Step)
	}
	s.moved(was)
	s.urgent = true
}

// change tells the other front ends what this one did.
func (s *state) change(c stage.Change) {
	c.By = "terminal"
	if err := s.Seat.Change(c, s.now); err != nil {
		s.tell("the other windows of the talk do not follow: " + err.Error())
	}
	s.sync()
}

// goTo moves to another place.
func (s *state) goTo(to stage.Stage) {
	c := to.Place()
	off := false
	if s.stage.Black {
		c.Black = &off
	}
	if s.stage.Invite {
		c.Invite = &off
	}
	if s.clock.Planned > 0 && !s.clock.Running() && s.clock.Elapsed(s.now) == 0 && (to.Slide != s.stage.Slide || to.Step != s.stage.Step) {
		on := true // the talk begins with its first step
		c.Running = &on
	}
	was := s.picture()
	from := s.stage.Slide
	s.change(c)
	if s.stage.Slide != from {
		s.begins(was, s.stage.Slide > from)
	}
}

// moved prepares another slide or step than before.
func (s *state) moved(was stage.Stage) {
	if was.Slide != s.stage.Slide {
		if s.typing { // somebody else has moved
			s.takeBack("the talk went on")
		}
		s.scroll, s.typing, s.motion, s.focus, s.watched = 0, false, nil, "", ""
		clear(s.offset)
		s.pictures.began = s.now
		if s.pictures.store != nil {
			s.pictures.store.Skip()
		}
		s.sheets.dropSlide(s.stage.Slide)
	}
	if was.Slide != s.stage.Slide || was.Step != s.stage.Step {
		s.scroll = s.sheet().Reveal(s.stage.Step, s.scroll, s.rows)
	}
}

// tell shows a message in the last row for some seconds.
func (s *state) tell(message string) {
	s.say, s.until, s.urgent = message, s.now.Add(5*time.Second), true
}

// input takes one event of the terminal.
func (s *state) input(e input.Event) {
	if s.away != home && s.waits(e) {
		return
	}
	switch e := e.(type) {
	case input.Key:
		if !s.now.Before(s.deaf) {
			s.key(string(e))
		}
	case input.Paste:
		s.paste(string(e))
	case input.Mouse:
		s.mouse(s.inside(slides.Mouse(e)))
	case input.Size:
		s.resize(e.Cols, e.Rows)
	case input.Background:
		s.bright = !e.Dark()
		s.themed()
	case input.Scheme:
		s.bright = !e.Dark
		s.themed()
	case input.Resumed:
		s.canvas.forget()
		s.canvas.sent = nil // the screen that had them may be gone
		s.urgent = true
		s.resize(s.Terminal.Size())
	case input.Graphics, input.Attributes, input.Passthrough, input.CellPixels, input.WindowPixels:
		s.learn(e)
	case input.Version:
		s.learn(e)
		if bigTerminal(string(e)) && !s.scale {
			s.scale, s.urgent = true, true
			s.sheets.forget()
		}
	case input.Drained:
		s.dirty = true
	}
}

// bigTerminal reports whether a terminal of this name and version enlarges text (OSC 66).
func bigTerminal(version string) bool {
	var major, minor int
	n, _ := fmt.Sscanf(strings.ToLower(version), "kitty(%d.%d", &major, &minor)
	return n == 2 && (major > 0 || minor >= 40)
}

// resize draws for a window of another size.
func (s *state) resize(cols, rows int) {
	if cols == s.window.cols && rows == s.window.rows {
		return
	}
	s.measure(cols, rows)
	s.canvas.forget()
	s.sheets.forget()
	s.motion, s.urgent = nil, true
}
