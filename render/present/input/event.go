// Package input turns the bytes that a terminal sends into events: keys, pasted text, the mouse, and
// the terminal's answers to questions.
//
// Keys are named as in package stage: "j", " ", "<Right>", "<c-p>", "<a-x>", "<s-Tab>". With several
// modifiers the order is Control, Alt, Shift: "<c-s-Left>". What a key types is its name, whatever the
// protocol of the keyboard, so that "A" has no Shift. Super, Hyper and Meta belong to the desktop, and
// keys with them are dropped, as are releases of keys.
//
// A Decoder takes bytes as they come, split anywhere, and gives the same events for every split. It
// waits for nothing itself: Wait says how long the beginning of a sequence may stay alone, and Flush
// decides what it was. So a timer runs only between an ESC and what follows it.
package input

import (
	"time"

	"github.com/slidexec/slidexec/slides"
)

// Event is something that came from a terminal: one of the types below.
type Event interface{ event() }

// Key is a key that was pressed, or that repeats.
type Key string

// Paste is text that was pasted: UTF-8 with "\n" as line breaks and no controls but tabs. A paste of
// more than a mebibyte comes in several pieces.
type Paste string

// Mouse is an event of the mouse. Wheels that turn sideways are left out.
type Mouse slides.Mouse

// Focus says whether the terminal's window has the keyboard.
type Focus bool

// Size is the size of a terminal in cells. The terminal's owner sends it after each change, too.
type Size struct{ Cols, Rows int }

// Background is the colour behind the text, 8 bits a part.
type Background struct{ R, G, B uint8 }

// Dark reports whether light text is readable on the colour.
func (b Background) Dark() bool {
	return 299*int(b.R)+587*int(b.G)+114*int(b.B) < 128*1000 // luma of Rec. 601
}

// Scheme says that the desktop's colours are dark or light, as an answer or after a change.
type Scheme struct{ Dark bool }

// Attributes are the primary device attributes. Every terminal has them, so their answer ends a
// series of questions.
type Attributes []int

// Sixel reports whether the terminal shows sixel pictures.
func (a Attributes) Sixel() bool {
	for _, n := range a {
		if n == 4 {
			return true
		}
	}
	return false
}

// CellPixels is the size of a cell in pixels.
type CellPixels struct{ Width, Height int }

// WindowPixels is the size of the terminal's text area in pixels.
type WindowPixels struct{ Width, Height int }

// Graphics is the answer to a command of kitty's graphics protocol.
type Graphics struct {
	ID      int
	OK      bool
	Message string // the error's name, and words
}

// Mode is the state of a private mode: 0 unknown, 1 set, 2 reset, 3 always set, 4 always reset.
type Mode struct{ Number, State int }

// Known reports whether the terminal has the mode and can set it.
func (m Mode) Known() bool { return m.State >= 1 && m.State <= 3 }

// Version is the name and version of the terminal, in words of its own.
type Version string

// Keyboard are the flags of kitty's keyboard protocol that are in force.
type Keyboard int

// Passthrough says that tmux hands sequences to its terminal if they are wrapped for that.
type Passthrough struct{}

// Resumed says that the screen was somebody else's meanwhile: everything has to be drawn again.
type Resumed struct{}

// Drained says that the terminal has taken everything that was written to it, after it was behind.
type Drained struct{}

func (Key) event()          {}
func (Paste) event()        {}
func (Mouse) event()        {}
func (Focus) event()        {}
func (Size) event()         {}
func (Background) event()   {}
func (Scheme) event()       {}
func (Attributes) event()   {}
func (CellPixels) event()   {}
func (WindowPixels) event() {}
func (Graphics) event()     {}
func (Mode) event()         {}
func (Version) event()      {}
func (Keyboard) event()     {}
func (Passthrough) event()  {}
func (Resumed) event()      {}
func (Drained) event()      {}

// How long the beginning of a sequence may stay alone. The bytes of a key travel together, but a
// network may part them; an answer can be longer than a packet.
const (
	keyWait    = 50 * time.Millisecond
	answerWait = time.Second
	pasteWait  = 5 * time.Second // the end of a paste got lost: else no key would work any more
)
