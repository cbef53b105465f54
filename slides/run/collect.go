package run

import (
	"bytes"
	"sync"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// chunk is a piece of output as the program wrote it. Results are kept in this form: the places in
// a result shown depend on where the snippet stands in its deck, which changes with every edit.
type chunk struct {
	Stderr bool
	Build  bool // of a build, not of the program
	At     time.Duration
	Data   []byte
}

// collector takes the output of a snippet's commands. The sandbox's goroutine writes, the
// snippet's own takes snapshots.
type collector struct {
	mu     sync.Mutex
	raw    []chunk
	log    []slides.Chunk // raw with places of the deck
	shown  int            // chunks of log that a snapshot has: they do not change any more
	build  bool
	start  time.Time
	places [2]*relocator // of stdout, of stderr
	stdout bool          // whether places in a program's stdout are rewritten, see Language.Stdout
	wake   chan struct{} // has an element when there is something new
}

// newCollector returns a collector that rewrites places in the file of the program. skip is how
// many lines of ours it begins with.
func newCollector(lang Language, s *slides.Snippet, skip int) *collector {
	file := lang.File
	return &collector{
		stdout: lang.Stdout,
		places: [2]*relocator{newRelocator(file, s.Lines, skip), newRelocator(file, s.Lines, skip)},
		wake:   make(chan struct{}, 1), start: time.Now(),
	}
}

// begin starts a phase.
func (c *collector) begin(build bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flush()
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
	w.c.add(chunk{Stderr: w.stderr, Build: w.c.build, At: at, Data: bytes.Clone(p)})
	w.c.mu.Unlock()
	select {
	case w.c.wake <- struct{}{}:
	default: // a snapshot is due already
	}
	return len(p), nil
}

// add appends a chunk; c.mu is held, or nobody else knows c.
func (c *collector) add(k chunk) {
	if n := len(c.raw); n > 0 && c.raw[n-1].Stderr == k.Stderr && c.raw[n-1].Build == k.Build && k.At-c.raw[n-1].At < batch {
		c.raw[n-1].Data = append(c.raw[n-1].Data, k.Data...)
	} else {
		c.raw = append(c.raw, k)
	}
	c.show(k.Stderr, k.At, c.relocate(k))
}

// relocate rewrites the places in what compilers and interpreters say. A program's own standard
// output is its own.
func (c *collector) relocate(k chunk) []byte {
	switch {
	case k.Stderr:
		return c.places[1].write(k.Data)
	case k.Build, c.stdout:
		return c.places[0].write(k.Data)
	}
	return k.Data
}

// show appends to the log, to its last chunk where no snapshot has that yet.
func (c *collector) show(stderr bool, at time.Duration, data []byte) {
	if len(data) == 0 {
		return
	}
	if n := len(c.log); n > c.shown && c.log[n-1].Stderr == stderr {
		c.log[n-1].Data = append(c.log[n-1].Data, data...)
		return
	}
	c.log = append(c.log, slides.Chunk{Stderr: stderr, At: at, Data: bytes.Clone(data)})
}

// flush shows what was held back.
func (c *collector) flush() {
	at := time.Duration(0)
	if !c.build {
		at = time.Since(c.start)
	}
	c.show(false, at, c.places[0].flush())
	c.show(true, at, c.places[1].flush())
}

// snapshot returns the log so far. What it returns never changes.
func (c *collector) snapshot() []slides.Chunk {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown = len(c.log)
	return c.log[:c.shown:c.shown]
}

// finish ends the output and returns all of it, as shown and as it came.
func (c *collector) finish() ([]slides.Chunk, []chunk) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flush()
	c.shown = len(c.log)
	return c.log[:c.shown:c.shown], c.raw
}

// replay adds output of an earlier run.
func (c *collector) replay(raw []chunk) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range raw {
		if len(c.raw) > 0 && c.raw[len(c.raw)-1].Build != k.Build {
			c.flush()
		}
		c.add(chunk{k.Stderr, k.Build, k.At, bytes.Clone(k.Data)})
	}
}

// drop forgets everything written so far; nothing of it was shown.
func (c *collector) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw, c.log, c.shown = nil, nil, 0
}
