// Package notes is the speaker's view of a talk in a terminal: the notes of the slide, what comes next,
// the time, and the programs of the slide. It belongs to another process than the talk's, and moves the
// talk through package remote. The talk may begin later than the view and end earlier.
//
// One goroutine owns the view: it takes keys, messages of the talk and the time, and draws what changed.
// view.go is the view's state and its keys, draw.go turns it into rows.
package notes

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/remote"
	"github.com/slidexec/slidexec/slides/stage"
)

// Screen is the terminal, such as a *tty.Terminal.
type Screen interface {
	Write(p []byte) (int, error) // does not wait
	Busy() bool
	Size() (cols, rows int)
	Events() <-chan []input.Event
	Suspend()
}

// Talk is a running talk, such as a *remote.Guest.
type Talk interface {
	Receive() (remote.Message, error)
	Move(c stage.Change) error
	Run(keys ...slides.Key) error
	Stop(keys ...slides.Key) error
	Close() error
}

// Options say what is shown where. All fields but Now are needed.
type Options struct {
	Screen Screen
	// Find waits for a talk. The error ends the view.
	Find  func(ctx context.Context) (Talk, error)
	Parse func([]*slides.File, slides.Options) *slides.Deck // parses a deck without other files
	Keys  *stage.Keymap                                     // for stage.Notes
	Look  term.Backend                                      // its colours
	Name  string                                            // of the deck
	Now   func() time.Time                                  // nil: time.Now
}

// Run shows the view until the user closes it or ctx ends. An error is one of Find, or says why the talk
// cannot be shown.
func Run(ctx context.Context, o Options) error {
	if o.Now == nil {
		o.Now = time.Now
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &runner{Options: o, view: newView(o), told: make(chan told), asks: make(chan func(Talk) error, 64)}
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	work.Go(func() { r.follow(ctx) })
	return r.own(ctx)
}

// runner connects the view with the terminal and the talk.
type runner struct {
	Options
	view *view
	told chan told
	asks chan func(Talk) error

	last []string // the rows on the screen; nil: not known
}

// told is news of the talk: it began, said something, or ended.
type told struct {
	began bool
	m     remote.Message
	ended bool
	err   error // there will be no talk
}

// follow finds talks, one after the other, and tells what they say.
func (r *runner) follow(ctx context.Context) {
	tell := func(t told) {
		select {
		case r.told <- t:
		case <-ctx.Done():
		}
	}
	for ctx.Err() == nil {
		t, err := r.Find(ctx)
		if err != nil {
			tell(told{err: err})
			return
		}
		tell(told{began: true})
		talking, stop := context.WithCancel(ctx)
		var asking sync.WaitGroup
		asking.Go(func() {
			defer t.Close() // which ends Receive
			for {
				select {
				case ask := <-r.asks:
					if ask(t) != nil {
						return
					}
				case <-talking.Done():
					return
				}
			}
		})
		for {
			m, err := t.Receive()
			if err != nil {
				break
			}
			tell(told{m: m})
		}
		stop()
		asking.Wait()
		tell(told{ended: true})
	}
}

// ask asks the talk for something, without waiting for it. Of many requests that wait, some are lost.
func (r *runner) ask(f func(Talk) error) {
	select {
	case r.asks <- f:
	default:
	}
}

// own is the goroutine of the view.
func (r *runner) own(ctx context.Context) error {
	r.view.cols, r.view.rows = r.Screen.Size()
	r.draw()
	clock := time.NewTimer(time.Hour)
	defer clock.Stop()
	for {
		clock.Reset(r.view.due(r.Now()))
		select {
		case <-ctx.Done():
			return nil
		case events, ok := <-r.Screen.Events():
			if !ok {
				return nil // the terminal is gone, or its owner closes it
			}
			for _, e := range events {
				if r.event(e) {
					return nil
				}
			}
		case t := <-r.told:
			if t.err != nil {
				return t.err
			}
			r.view.tell(t, r.Now())
		case <-clock.C:
		}
		r.draw()
	}
}

// event takes an event of the terminal. It reports whether the user closes the view.
func (r *runner) event(e input.Event) (done bool) {
	switch e := e.(type) {
	case input.Size:
		r.view.cols, r.view.rows, r.last = e.Cols, e.Rows, nil
	case input.Resumed:
		r.view.cols, r.view.rows = r.Screen.Size()
		r.last = nil
	case input.Drained:
		r.last = nil // what of it was shown is not known
	case input.Background:
		r.view.look.Light, r.last = !e.Dark(), nil
	case input.Scheme:
		r.view.look.Light, r.last = !e.Dark, nil
	case input.Mouse:
		if e.Action == "wheel" {
			r.view.scroll(3 * e.Button)
		}
	case input.Key:
		switch a := r.view.key(string(e), r.Now(), r.ask); a {
		case "exit":
			return true
		case "suspend":
			r.Screen.Suspend()
		}
	}
	return false
}

// draw brings the screen up to date, unless the terminal is behind.
func (r *runner) draw() {
	if r.Screen.Busy() {
		return // Drained follows
	}
	rows := r.view.paint(r.Now())
	var b bytes.Buffer
	for i, row := range rows {
		if i < len(r.last) && r.last[i] == row {
			continue
		}
		fmt.Fprintf(&b, "\x1b[%d;1H%s\x1b[0m\x1b[K", i+1, row)
	}
	if r.last == nil {
		b.WriteString("\x1b[J")
	}
	if b.Len() > 0 {
		_, _ = fmt.Fprintf(r.Screen, "\x1b[?2026h%s\x1b[?2026l", &b) // an error ends the events
	}
	r.last = rows
}
