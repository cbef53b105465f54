package server

import (
	"context"
	"slices"
	"sync"
	"time"
)

// The crowd are the windows that follow a talk without any control: the phones of an audience. They may
// be hundreds, and must not slow down the speaker's windows. So they do not get each message when it is
// sent, but what has come together in a while, encoded once for all; and they get it a few at a time, so
// that whoever serves the speaker's windows never waits for all of the others.

const (
	maxFollowers = 800                   // windows in the crowd
	lull         = 50 * time.Millisecond // in which messages come together
	few          = 16                    // windows that get something at once
	breath       = time.Millisecond      // between these
)

// crowd is for any goroutine.
type crowd struct {
	mu      sync.Mutex
	windows map[*window]bool
	waiting []*message
	came    chan struct{} // has an element if waiting is no longer empty
}

func newCrowd() *crowd {
	return &crowd{windows: map[*window]bool{}, came: make(chan struct{}, 1)}
}

// seat takes a window in, and reports whether there is room for it.
func (c *crowd) seat(w *window) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.windows) >= maxFollowers {
		return false
	}
	c.windows[w] = true
	return true
}

// drop removes a window, if it is one of the crowd's.
func (c *crowd) drop(w *window) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.windows[w] {
		delete(c.windows, w)
		close(w.out)
	}
}

// tell sends a message to the crowd soon.
func (c *crowd) tell(m *message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.windows) == 0 {
		return // who comes later gets what the log has
	}
	c.waiting = append(c.waiting, m)
	select {
	case c.came <- struct{}{}:
	default:
	}
}

// run passes messages on until ctx ends. boot names the server's run.
func (c *crowd) run(ctx context.Context, boot string) {
	pause := time.NewTimer(time.Hour)
	defer pause.Stop()
	wait := func(d time.Duration) bool {
		pause.Reset(d)
		select {
		case <-ctx.Done():
			return false
		case <-pause.C:
			return true
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.came:
		}
		if !wait(lull) {
			return
		}
		c.mu.Lock()
		events, states := together(c.waiting, boot)
		c.waiting = nil
		all := make([]*window, 0, len(c.windows))
		for w := range c.windows {
			all = append(all, w)
		}
		c.mu.Unlock()
		for i, w := range all {
			c.send(w, events, states)
			if (i+1)%few == 0 && !wait(breath) {
				return
			}
		}
	}
}

// send passes events and states on to a window, and drops one that is too slow for the events.
func (c *crowd) send(w *window, events []byte, states []*message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.windows[w] {
		return
	}
	for _, m := range states {
		w.put(m)
	}
	if events == nil {
		return
	}
	select {
	case w.out <- events:
	default:
		delete(c.windows, w)
		close(w.out)
	}
}

// together returns the events of messages in one piece, and the last state of each kind.
func together(all []*message, boot string) (events []byte, states []*message) {
	for _, m := range public(all) {
		if !m.state {
			events = append(events, m.event(boot)...)
			continue
		}
		states = append(slices.DeleteFunc(states, func(o *message) bool { return o.name == m.name }), m)
	}
	return events, states
}

// public returns messages as the audience may have them. The mistakes of a deck are for its author: a
// message about them keeps its number, so that nobody misses one, and says that there are none. What is
// not saved is for the speaker.
func public(all []*message) []*message {
	var out []*message
	for _, m := range all {
		switch m.name {
		case "broken":
			m = newMessage(m.number, "mended", struct{}{})
		case "edits":
			continue
		}
		out = append(out, m)
	}
	return out
}
