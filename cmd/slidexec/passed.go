package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
)

// stdout is data: what it is asked for goes there as it is, unless somebody is at the other end.
// A terminal gets no more than text and colours, and the log of a test system no commands. A file
// gets every byte, and so does a pipe elsewhere.

// data returns the writer for what a command was asked for.
func (a *app) data() io.Writer {
	if isFile(a.out) {
		return a.out
	}
	return a.ui.log.Inert(a.out)
}

// print writes lines for people to stdout.
func (a *app) print(lines ...string) error {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(text.Line(l) + "\n")
	}
	_, err := io.WriteString(a.data(), b.String())
	return err
}

// passed is where the output of programs goes. It remembers for our own words, on the same screen
// or in the same file, how that output ends.
type passed struct {
	ui     *ui
	w      io.Writer
	screen io.Writer    // w, unfiltered, where it is a terminal
	filter *ansi.Filter // w, where it is a terminal
	shared bool         // our words follow it
	styled bool
}

// passOn returns the writer for program output to w.
func (a *app) passOn(w io.Writer) *passed {
	p := &passed{ui: a.ui, w: w, shared: a.ui.shares(w)}
	f, _ := w.(*os.File)
	pasts := []*text.Past{&a.ui.merged}
	if w == a.ui.w {
		pasts = append(pasts, &a.ui.past)
	}
	switch {
	case f != nil && isTerminal(f):
		p.filter, p.screen = ansi.NewFilter(a.ui.log.Inert(w, pasts...)), w
		p.w = p.filter
	case !isFile(w):
		p.w = a.ui.log.Inert(w, pasts...)
	}
	return p
}

// Write passes output on. The end of a line and of a style is looked for in what came, filtered or
// not: one line feed or reset too many does no harm.
func (p *passed) Write(b []byte) (int, error) {
	p.ui.mu.Lock()
	defer p.ui.mu.Unlock()
	p.ui.wipe()
	n, err := p.w.Write(b)
	if len(b) == 0 {
		return n, err
	}
	styled := bytes.ContainsAny(b, "\x1b\u009b") || bytes.IndexByte(b, 0x9b) >= 0
	p.styled = p.styled || styled
	if p.shared {
		p.ui.open = b[len(b)-1] != '\n'
		p.ui.styled = p.ui.styled || styled
	}
	return n, err
}

// end comes behind the last output of a program. It leaves a terminal in its own colours.
func (p *passed) end() {
	p.ui.mu.Lock()
	defer p.ui.mu.Unlock()
	if p.filter != nil {
		_ = p.filter.End() // the output itself went there, or failed
	}
	if p.screen != nil && p.styled {
		_, _ = io.WriteString(p.screen, resetStyle) // the output itself went there, or failed
	}
	p.styled = false
}

// shares reports whether our words come behind what is written to w: on the same terminal, into
// which a pipe most likely leads, too, or in the same file.
func (u *ui) shares(w io.Writer) bool {
	ours, _ := u.w.(*os.File)
	theirs, _ := w.(*os.File)
	if ours == nil || theirs == nil {
		return w == u.w
	}
	a, errA := ours.Stat()
	b, errB := theirs.Stat()
	if errA != nil || errB != nil {
		return false
	}
	return os.SameFile(a, b) || u.tty && (isTerminal(theirs) || b.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0)
}

// isFile reports whether w is a file, which nobody reads while it is written.
func isFile(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// words is a writer for messages of the library that reads the command line, which quotes from it.
type words struct{ w io.Writer }

func (w words) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.w, text.Block(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
