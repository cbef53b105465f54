package remote

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// Talk is what guests take part in, such as a *live.Talk. Events begins anew for each guest, with the
// present deck. Without keys, Run and Stop would apply to all programs; a Host gives keys.
type Talk interface {
	Events(ctx context.Context) <-chan slides.Event
	Run(keys ...slides.Key)
	Stop(keys ...slides.Key)
}

// Host lets guests take part in a talk. All fields but Talks are needed.
type Host struct {
	Deck  string      // the path that identifies the deck
	Name  string      // the deck's name for people
	Hall  *stage.Hall // guests get seats in it
	Talk  Talk
	Talks Talks
}

// maxOutput is how much of a program's output guests get, in bytes.
const maxOutput = 64 << 10

// Serve lets guests in until ctx ends, and waits until they are gone. The error says why nobody can come.
func (h *Host) Serve(ctx context.Context) error {
	l, path, err := h.Talks.listen(h.Deck)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	stop := context.AfterFunc(ctx, func() { _ = l.Close() }) // which ends Accept
	defer stop()
	hello := Welcome{Protocol: Protocol, Deck: h.Name, Process: os.Getpid(), Since: time.Now()}
	var guests sync.WaitGroup
	defer guests.Wait()
	places := make(chan struct{}, budget.Guests.Limit)
	for {
		c, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case places <- struct{}{}:
			guests.Go(func() {
				defer func() { <-places }()
				h.entertain(ctx, c, hello)
			})
		default:
			_ = c.Close() // nobody looks at so many
		}
	}
}

// entertain serves one guest until it leaves or ctx ends.
func (h *Host) entertain(ctx context.Context, c net.Conn, hello Welcome) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	var listening sync.WaitGroup
	defer listening.Wait()
	defer stop()
	defer c.Close()
	defer cancel()
	if sameUser(c) != nil {
		return
	}
	p := newPeer(c, maxRequest)
	seat := h.Hall.Join()
	defer seat.Leave()
	seat.Blind()
	if p.send(Message{Welcome: &hello}) != nil {
		return
	}
	listening.Go(func() {
		defer cancel()
		h.obey(p, seat)
	})
	_ = h.tell(ctx, p, seat) // on an error, the guest has gone
}

// tell sends the guest everything that happens.
func (h *Host) tell(ctx context.Context, p *peer, seat *stage.Seat) error {
	events := h.Talk.Events(ctx)
	version := 0 // of the deck that the guest has
	tellStage := func() error {
		m := seat.Message(time.Now())
		if m == nil || m.Deck > version { // of a deck whose event is on its way
			return nil
		}
		return p.send(Message{Stage: m})
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-seat.News():
			err = tellStage()
		case e, ok := <-events:
			if !ok {
				return errors.New("the talk has ended")
			}
			switch e := e.(type) {
			case slides.Loaded:
				seat.Load(e.Deck, e.Version, nil)
				version = seat.Version()
				if err = p.send(Message{Loaded: &Loaded{version, filesOf(e.Deck), e.Deck.Meta.Options}}); err == nil {
					err = tellStage()
				}
			case slides.Ran:
				e.Result = e.Result.Cut(maxOutput, budget.Output)
				err = p.send(Message{Ran: &e})
			case slides.Broken:
				err = p.send(Message{Broken: reasons(e.Diags)})
			}
		}
		if err != nil {
			return err
		}
	}
}

func filesOf(d *slides.Deck) []File {
	out := make([]File, len(d.Files))
	for i, f := range d.Files {
		out[i] = File{f.Name, f.Path, f.Src}
	}
	return out
}

// reasons are diagnostics as text.
func reasons(diags slides.Diags) []string {
	shown, _ := diags.Shown()
	out := []string{}
	for _, d := range shown {
		out = append(out, d.Error())
	}
	return out
}

// obey carries out the guest's requests until it leaves.
func (h *Host) obey(p *peer, seat *stage.Seat) {
	for {
		var r Request
		if p.receive(&r) != nil {
			return
		}
		if r.Stage != nil {
			_ = seat.Change(*r.Stage, time.Now()) // a guest that is far behind gets the deck, and sees where it is
		}
		if len(r.Run) > 0 {
			h.Talk.Run(r.Run...)
		}
		if len(r.Stop) > 0 {
			h.Talk.Stop(r.Stop...)
		}
	}
}
