package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// Guest is a connection to the host of a talk. Receive is for one goroutine, Send for any.
type Guest struct {
	Welcome Welcome
	peer    *peer
	sending sync.Mutex
}

// ErrOther says that the talk runs in another version of slidexec.
var ErrOther = errors.New("the talk runs in another version of slidexec")

// Join connects to a talk: one that Find has found. If the talk has ended, the error is an ErrEnded.
func Join(f Found) (*Guest, error) {
	c, err := f.dial()
	if err != nil {
		return nil, err
	}
	g := &Guest{peer: newPeer(c, maxMessage)}
	var m Message
	_ = c.SetReadDeadline(time.Now().Add(patience)) // a connection without deadlines waits for longer
	err = g.peer.receive(&m)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET): // the host ended while we asked
		err = fmt.Errorf("%w (%w)", ErrEnded, err)
	case err != nil:
		err = fmt.Errorf("ask for the talk: %w", err)
	case m.Welcome == nil || m.Welcome.Protocol != Protocol:
		err = ErrOther
	default:
		g.Welcome = *m.Welcome
		err = c.SetReadDeadline(time.Time{})
	}
	if err != nil {
		_ = c.Close() // nothing was sent
		return nil, err
	}
	return g, nil
}

// Latest joins the talk of a deck that began last, or the one of a process. others are the processes with
// other talks of that deck. If there is none, the guest is nil.
func (t Talks) Latest(deck string, process int) (g *Guest, others []Found, err error) {
	for _, f := range t.Find(deck) {
		if g != nil || process != 0 && f.Process != process {
			others = append(others, f)
			continue
		}
		j, failed := Join(f)
		if errors.Is(failed, ErrEnded) {
			continue
		}
		if g = j; failed != nil {
			err = failed
		}
	}
	if g != nil {
		err = nil
	}
	return g, others, err
}

// between is the time between two looks for a talk that has not begun. It is short enough for somebody
// who starts the talk and looks at the notes.
const between = time.Second

// Wait is Latest, and waits for a talk until ctx ends. waiting is called once, before it waits.
func (t Talks) Wait(ctx context.Context, deck string, process int, waiting func(others []Found)) (*Guest, []Found, error) {
	for first := true; ; first = false {
		g, others, err := t.Latest(deck, process)
		if g != nil || err != nil {
			return g, others, err
		}
		if first {
			waiting(others)
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(between):
		}
	}
}

// Receive waits for the host's next message. An error says that the talk has ended.
func (g *Guest) Receive() (Message, error) {
	var m Message
	if err := g.peer.receive(&m); err != nil {
		return Message{}, fmt.Errorf("%w (%w)", ErrEnded, err)
	}
	return m, nil
}

// Move asks for a change of the stage. If its slide counts in a version, the change names it.
func (g *Guest) Move(c stage.Change) error { return g.send(Request{Stage: &c}) }

// Run asks for runs of programs.
func (g *Guest) Run(keys ...slides.Key) error { return g.send(Request{Run: keys}) }

// Stop asks for the ends of programs.
func (g *Guest) Stop(keys ...slides.Key) error { return g.send(Request{Stop: keys}) }

func (g *Guest) send(r Request) error {
	g.sending.Lock()
	defer g.sending.Unlock()
	return g.peer.send(r)
}

// Close leaves the talk, which goes on. It ends Receive.
func (g *Guest) Close() error { return g.peer.conn.Close() }

// Deck returns the files of a deck, by which it is parsed again.
func (l *Loaded) Deck() []*slides.File {
	out := make([]*slides.File, len(l.Files))
	for i, f := range l.Files {
		out[i] = slides.NewFile(f.Name, f.Path, f.Src)
	}
	return out
}
