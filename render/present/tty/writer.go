package tty

import (
	"os"
	"sync"
	"time"
)

// writer hands bytes to a terminal from a goroutine of its own, so that a terminal that stopped blocks
// nobody else.
type writer struct {
	out     *os.File
	failed  func(error)
	drained func() // the terminal has taken everything, and somebody asked before

	mu      sync.Mutex
	changed sync.Cond
	queue   []byte
	writing bool
	asked   bool // somebody waits for drained
	cut     bool // what is being written is given up
	ended   bool
}

func newWriter(out *os.File, failed func(error), drained func()) *writer {
	w := &writer{out: out, failed: failed, drained: drained}
	w.changed.L = &w.mu
	go w.run()
	return w
}

func (w *writer) write(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		w.queue = append(w.queue, s...)
		w.changed.Broadcast()
	}
}

// room waits until no more than bound bytes wait for the terminal. It reports whether there is still a
// terminal.
func (w *writer) room(bound int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.queue) > bound && !w.ended {
		w.changed.Wait()
	}
	return !w.ended
}

func (w *writer) isBusy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	busy := w.writing || len(w.queue) > 0
	w.asked = w.asked || busy
	return busy
}

// run is the goroutine that writes, until the end.
func (w *writer) run() {
	w.mu.Lock()
	defer w.mu.Unlock()
	var spare []byte
	for !w.ended {
		if len(w.queue) == 0 {
			if w.asked {
				w.asked = false
				w.drained()
			}
			w.changed.Wait()
			continue
		}
		p := w.queue
		w.queue, w.writing = spare[:0], true
		w.mu.Unlock()
		err := w.writeAll(p)
		w.mu.Lock()
		w.writing, w.cut = false, false
		w.changed.Broadcast()
		if err != nil {
			w.ended = true
			w.failed(ErrHungUp)
		}
		if spare = p; cap(spare) > 1<<20 { // of a picture
			spare = nil
		}
	}
}

// writeAll writes p in pieces, so that it can be given up: the kernel ends no write before it is done.
func (w *writer) writeAll(p []byte) error {
	const piece = 1024
	for len(p) > 0 {
		n, err := writeSome(w.out, p[:min(len(p), piece)])
		if err != nil {
			return err
		}
		p = p[n:]
		w.mu.Lock()
		cut := w.cut
		w.mu.Unlock()
		if cut {
			return nil
		}
	}
	return nil
}

// last writes s instead of everything that still waits, and reports whether the terminal took it in
// time. What a stopped terminal has not shown yet is dropped, for then it takes s when it goes on.
func (w *writer) last(s string, within time.Duration) bool {
	w.mu.Lock()
	w.queue = append(w.queue[:0], s...)
	w.changed.Broadcast()
	w.mu.Unlock()
	if w.wait(within) {
		return true
	}
	w.mu.Lock()
	w.queue = append(append(w.queue[:0], "\x1b\\"...), s...) // what is cut might be a string
	w.cut = true
	w.mu.Unlock()
	dropOutput(w.out)
	w.wait(within / 3)
	return false
}

// wait waits until everything is written, and reports whether that came in time.
func (w *writer) wait(within time.Duration) bool {
	late := false
	timer := time.AfterFunc(within, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		late = true
		w.changed.Broadcast()
	})
	defer timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for (w.writing || len(w.queue) > 0) && !late && !w.ended {
		w.changed.Wait()
	}
	return !late && !w.ended
}

// end lets the goroutine end, as soon as the terminal lets it.
func (w *writer) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.changed.Broadcast()
}
