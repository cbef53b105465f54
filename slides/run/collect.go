package run

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// collector takes the output of a snippet's commands. The sandbox's goroutine writes, the
// snippet's own takes snapshots.
type collector struct {
	mu    sync.Mutex
	log   []slides.Chunk
	shown int                              // chunks of log that a snapshot has, which do not change any more
	held  bool                             // snapshots do not get longer
	doubt func(unseen []slides.Chunk) bool // ends held by returning false; nil: only let ends it
	build bool
	start time.Time
	wake  chan struct{} // has an element if there is something new
}

func newCollector() *collector {
	return &collector{wake: make(chan struct{}, 1), start: time.Now()}
}

// begin starts a phase.
func (c *collector) begin(build bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.build, c.start = build, time.Now()
}

// stream returns the writer for one of a command's streams.
func (c *collector) stream(stderr bool) streamWriter { return streamWriter{c, stderr} }

type streamWriter struct {
	c      *collector
	stderr bool
}

func (w streamWriter) Write(p []byte) (int, error) {
	w.c.mu.Lock()
	at := time.Duration(0)
	if !w.c.build {
		at = time.Since(w.c.start)
	}
	w.c.add(slides.Chunk{Stderr: w.stderr, Build: w.c.build, At: at, Data: bytes.Clone(p)})
	w.c.mu.Unlock()
	select {
	case w.c.wake <- struct{}{}:
	default: // a snapshot is due already
	}
	return len(p), nil
}

// add appends a chunk, or extends the last one if no snapshot has it yet; the caller holds c.mu.
func (c *collector) add(k slides.Chunk) {
	if n := len(c.log); n > c.shown && c.log[n-1].Stderr == k.Stderr && c.log[n-1].Build == k.Build && k.At-c.log[n-1].At < batch {
		c.log[n-1].Data = append(c.log[n-1].Data, k.Data...)
		return
	}
	c.log = append(c.log, k)
}

// snapshot returns the log so far, in a slice that never changes.
func (c *collector) snapshot() []slides.Chunk {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held && c.doubt != nil && !c.doubt(c.log[c.shown:]) {
		c.held = false
	}
	if !c.held {
		c.shown = len(c.log)
	}
	return c.log[:c.shown:c.shown]
}

// replay adds output of an earlier run.
func (c *collector) replay(log []slides.Chunk) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range log {
		k.Data = bytes.Clone(k.Data)
		c.add(k)
	}
}

// all returns the log with the part that is not shown yet; the caller must not change it.
func (c *collector) all() []slides.Chunk {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.log)
}

// hold keeps later output from being shown, until let shows or forgets it, or until doubt says of the
// output written meanwhile that it need not be held any more; nil: until let.
func (c *collector) hold(doubt func(unseen []slides.Chunk) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown, c.held, c.doubt = len(c.log), true, doubt
}

// let ends what hold began: it shows the output that nobody has seen yet, or forgets it. What was shown
// stays: an output never gets shorter.
func (c *collector) let(shown bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held = false; !shown {
		c.log = c.log[:c.shown:c.shown]
	}
}
