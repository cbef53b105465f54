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

// stdout is data. A file gets every byte. So does a pipe, unless it leads to the log of a test
// system: a log gets no commands. A terminal gets text and colours only.

// data returns the writer for the data that a command prints.
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

// passed is the writer for the output of programs. It remembers how that output ends, because our
// messages may follow on the same screen or in the same file.
type passed struct {
	ui     *ui
	w      io.Writer
	screen io.Writer    // w, unfiltered, if it is a terminal
	filter *ansi.Filter // of w, if it is a terminal
	shared bool         // our messages follow the output
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

// Write passes output on. It looks for the end of a line and of a style in the unfiltered bytes:
// an extra line feed or reset does no harm.
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

// end is called after the last output of a program. It resets a terminal's colours.
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

// shares reports whether our messages appear where the output to w does: in the same file or on the
// same terminal. If stderr is a terminal, a pipe probably leads there, too.
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

// isFile reports whether w is a regular file. Nobody reads a file while it is written.
func isFile(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// words is a writer for messages of the command line library. Such messages quote the command line.
type words struct{ w io.Writer }

func (w words) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.w, text.Block(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
