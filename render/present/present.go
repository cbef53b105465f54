// Package present shows a talk in a terminal and is steered by its keys and mouse.
//
// A Player is a function of what comes in: events of the terminal, events of the talk, moves of other
// front ends, and the time. One goroutine owns all of its state. It takes everything that has come,
// then draws at most one frame: so a flood of output is one frame, and a key never waits for more than
// the frame that is being drawn. A frame is the rows that differ from those on the screen, in one
// write, between the marks of a synchronised update.
//
// The first frame needs nothing but the deck: no program has run then, and the terminal has not said
// anything about itself. There is no ticker. While nothing moves on the slide, nothing wakes up.
package present

import (
	"context"
	"io"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// Terminal is what a talk is shown on, as *tty.Terminal is.
type Terminal interface {
	io.Writer // takes a frame, and does not wait until it is shown

	Size() (cols, rows int)
	Events() <-chan []input.Event // closed at the end
	Busy() bool                   // it has not taken all frames; input.Drained follows
	Undo(sequence string)         // is written before the terminal is given back, however that happens
	Suspend()                     // stops the process until it is continued; input.Resumed follows
	Err() error                   // why Events ended
}

// Programs runs the programs of a talk, as *live.Talk does.
type Programs interface {
	Run(keys ...slides.Key)
	Stop(keys ...slides.Key) // no keys: all
	Type(key slides.Key, in slides.Input)
	Reload() // reads the deck again
}

// Player is a talk in a terminal. Terminal, Programs, Events, Seat and Keys are needed.
type Player struct {
	Terminal Terminal
	Programs Programs
	Events   <-chan slides.Event // of the talk: Loaded first
	Seat     *stage.Seat         // the place among the front ends of the talk
	Keys     *stage.Keymap

	Look   term.Backend  // colours; sizes and the slide are the player's
	Theme  *render.Theme // nil: the default theme
	Bare   bool          // the terminal knows nothing but movements of the cursor
	Auto   bool          // the theme decides between light and dark, or else the terminal's answer
	Length time.Duration // the planned length of the talk, 0: the one that the deck says
	Slide  int           // the first slide to show, counted from 0
	Follow bool          // go to the slide that an edit changed
	Motion Motion        // between slides

	Columns, Rows Extent // of the window
	Cell          int    // the width of a cell in pixels, half its height, if the terminal does not say it; 0: 8

	Pictures *picture.Terminal   // what the environment says about pictures in the terminal; nil: none are shown
	Vector   picture.Vector      // draws SVG; nil: nothing does
	Wrap     func(string) string // puts a sequence into the form that tmux passes on; nil: nothing does
	Still    bool                // animations show their first frame

	// Hand runs a program that gets the terminal for itself, and returns when the run is over. It calls
	// begins before the program gets the terminal, and ends when it has given the terminal back. Nil:
	// no program can have the terminal.
	Hand func(key slides.Key, begins, ends func())

	Address string // where the audience's browsers show the same talk, without any control of it; "": nowhere
	Near    bool   // only this machine reaches the address

	Loaded func(*slides.Deck) // is told which deck is shown; may be nil

	Now func() time.Time // nil: time.Now
}

// quiet is the least time between frames that nobody has asked for with a key.
const quiet = 33 * time.Millisecond

// Play shows the talk until its user, ctx, the talk or the terminal ends it. The error is the
// terminal's.
func (p *Player) Play(ctx context.Context) error {
	s := newState(p)
	p.Seat.Blind()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	keys, events := p.Terminal.Events(), p.Events
	ended := make(chan struct{})
	defer func() {
		close(ended)         // from now on nobody follows the terminal, and no program waits for that
		if s.lentTo != nil { // a program that has the terminal, or is about to get it, has to give it back
			p.Programs.Stop()
		}
		if out := s.canvas.clear(); len(out) > 0 {
			_, _ = p.Terminal.Write(out) // or the terminal is gone
		}
	}()
	s.handing = func(to handing) {
		select {
		case s.handed <- to:
		case <-ended:
		}
	}
	for !s.over && ctx.Err() == nil {
		hears := keys
		if s.deck() == nil { // nothing to act on
			hears = nil
		}
		select { // the deck comes first, and keys come before everything else
		case batch, ok := <-hears:
			s.hear(batch, ok)
		default:
			select {
			case batch, ok := <-hears:
				s.hear(batch, ok)
			case e, ok := <-events:
				s.over = !ok || s.over
				s.take(e)
			case <-p.Seat.News():
				s.sync()
			case <-s.pictures.news():
				s.arrived()
			case to := <-s.handed:
				s.handOver(to)
			case <-timer.C:
			case <-ctx.Done():
			}
		}
		s.drain(events)
		if !s.over {
			s.draw()
			s.prepare()
			timer.Reset(s.sleep())
		}
	}
	return p.Terminal.Err()
}

// Preview draws the first slide of a deck while the talk is being opened. It needs the Terminal, the Keys and the Look.
// The deck may be the beginning of the talk's, so the row with the number of slides stays empty.
func (p *Player) Preview(d *slides.Deck) {
	s := newState(p)
	s.pictures = pictures{} // they come with the talk
	s.board.Apply(slides.Loaded{Deck: d})
	s.themed()
	rows := s.picture()
	if s.rows > s.room() {
		rows[s.rows-1] = nil
	}
	_, _ = s.Terminal.Write(s.canvas.diff(s.window.spread(frame{rows: rows}), s.window.cols)) // Play meets the same error
}

// hear takes what came from the terminal.
func (s *state) hear(batch []input.Event, ok bool) {
	s.now = s.Now()
	if !ok {
		s.over = true
		return
	}
	for _, e := range batch {
		s.input(e)
	}
}

// drain takes events of the talk that are waiting, so that many are one frame. It leaves some for the
// next time, because keys may be waiting, too.
func (s *state) drain(events <-chan slides.Event) {
	for range 64 {
		select {
		case e, ok := <-events:
			if !ok {
				s.over = true
				return
			}
			s.take(e)
		default:
			return
		}
	}
}

// draw writes a frame, if something has changed, the terminal takes it, and the last one is not too
// fresh.
func (s *state) draw() {
	s.now = s.Now()
	if s.board.Deck == nil || s.away != home || s.Terminal.Busy() {
		return
	}
	if !s.due.IsZero() && !s.now.Before(s.due) {
		s.dirty = true
	}
	if !s.urgent && (!s.dirty || s.now.Sub(s.drawn) < quiet) {
		return
	}
	frame := s.compose()
	s.drawn, s.dirty, s.urgent = s.now, false, false
	s.due = s.wake()
	if out := s.canvas.diff(frame, s.window.cols); len(out) > 0 {
		_, _ = s.Terminal.Write(out) // the terminal's events end as well
	}
}

// asleep is the sleep of a player that waits for nothing. A timer has to have some time.
const asleep = 1 << 62

// sleep returns how long nothing has to be drawn, if nothing comes.
func (s *state) sleep() time.Duration {
	until := s.due
	if s.dirty {
		until = s.drawn.Add(quiet)
	}
	if until.IsZero() || s.away != home || s.Terminal.Busy() {
		return asleep
	}
	return max(until.Sub(s.now), time.Millisecond)
}
