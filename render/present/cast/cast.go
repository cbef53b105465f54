// Package cast records what a terminal was shown, as asciicast v3
// (https://docs.asciinema.org/manual/asciicast/v3/): a line with a header, then a line for each event. A
// line is written in one go, so a recorder that is killed leaves a file that plays up to there.
package cast

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// Header describes a recording.
type Header struct {
	Cols, Rows int
	Term       string // the value of TERM, or ""
	Title      string // of the talk, or ""
	Theme      *Theme // nil: players take their own
	Start      time.Time
}

// Theme are the colours of the terminal, written #rrggbb.
type Theme struct {
	Foreground string `json:"fg"`
	Background string `json:"bg"`
	Palette    string `json:"palette"` // 8 or 16 colours with colons between
}

// Recorder writes a recording. Its methods may be called from any goroutine. An error while it writes
// ends the recording and nothing else; Close returns it.
type Recorder struct {
	mu     sync.Mutex
	w      io.WriteCloser
	err    error
	closed bool
	start  time.Time
	last   time.Duration // of the event before, since the start, in whole microseconds
	size   [2]int
	rest   []byte           // the beginning of a character
	now    func() time.Time // a clock that only goes forward
}

// ErrExists says that a file is there already. Create replaces it if it may.
var ErrExists = errors.New("it exists already")

// Create starts a recording in a new file; if replace is true, instead of one that exists. A file of the
// deck is never replaced: deck has their names.
func Create(path string, h Header, deck []string, replace bool) (*Recorder, error) {
	if old, err := os.Stat(path); err == nil {
		for _, name := range deck {
			if part, err := os.Stat(name); err == nil && os.SameFile(old, part) {
				return nil, fmt.Errorf("record to %s: this file is part of the deck", path)
			}
		}
		if !old.Mode().IsRegular() {
			return nil, fmt.Errorf("record to %s: this is no regular file", path)
		}
	}
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if replace {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(path, how, 0o666)
	if errors.Is(err, fs.ErrExist) {
		err = ErrExists
	}
	if err != nil {
		return nil, fmt.Errorf("record to %s: %w", path, reason(err))
	}
	return New(f, h, time.Now)
}

// reason is an error without the path, which is said already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// New starts a recording that w gets, by the clock now.
func New(w io.WriteCloser, h Header, now func() time.Time) (*Recorder, error) {
	type term struct {
		Cols  int    `json:"cols"`
		Rows  int    `json:"rows"`
		Type  string `json:"type,omitempty"`
		Theme *Theme `json:"theme,omitempty"`
	}
	r := &Recorder{w: w, start: now(), size: [2]int{h.Cols, h.Rows}, now: now}
	r.line(struct {
		Version   int    `json:"version"`
		Term      term   `json:"term"`
		Timestamp int64  `json:"timestamp,omitempty"`
		Title     string `json:"title,omitempty"`
	}{3, term{h.Cols, h.Rows, h.Term, h.Theme}, unixOf(h.Start), h.Title})
	return r, errors.Join(r.err, r.closeIfFailed())
}

func unixOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func (r *Recorder) closeIfFailed() error {
	if r.err == nil {
		return nil
	}
	r.closed = true
	return r.w.Close()
}

// Write records what is shown. It never fails, because what is shown matters more than the recording.
func (r *Recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := append(r.rest, p...)
	whole := len(text)
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ { // a character that is not whole waits for the rest
		if c := text[len(text)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(text[len(text)-i:]) {
				whole -= i
			}
			break
		}
	}
	r.rest = bytes.Clone(text[whole:])
	if whole > 0 {
		r.event("o", string(text[:whole]))
	}
	return len(p), nil
}

// Resize records a size. The same size again is no event.
func (r *Recorder) Resize(cols, rows int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if size := [2]int{cols, rows}; size != r.size {
		r.size = size
		r.event("r", fmt.Sprintf("%dx%d", cols, rows))
	}
}

// Close ends the recording, with the exit status of the talk. It returns the first error of the
// recording. A second Close does nothing.
func (r *Recorder) Close(status int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return r.err
	}
	r.closed = true
	if len(r.rest) > 0 {
		r.event("o", string(r.rest))
	}
	r.event("x", strconv.Itoa(status))
	if err := r.w.Close(); r.err == nil {
		r.err = err
	}
	return r.err
}

// event writes an event with the time since the one before. The times are rounded as seen from the
// start, so that they do not drift.
func (r *Recorder) event(code, data string) {
	at := r.now().Sub(r.start).Round(time.Microsecond)
	since := math.Round(float64(max(0, at-r.last))/1e3) / 1e6
	r.last = max(r.last, at)
	r.line([]any{since, code, data})
}

// line writes a line of JSON. What is not UTF-8 becomes U+FFFD.
func (r *Recorder) line(v any) {
	if r.err != nil {
		return
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if r.err = enc.Encode(v); r.err == nil {
		_, r.err = r.w.Write(b.Bytes())
	}
	if r.err != nil {
		r.err = fmt.Errorf("the recording ends early: %w", r.err)
	}
}
