package ansi

import (
	"io"
	"unicode/utf8"
)

// Filter passes program output on to a terminal as it comes: text, tabs, line ends, carriage returns
// (for progress bars) and SGR (colours). It drops every other escape sequence or control with its
// payload, or replaces it by its picture if [Output] does so.
type Filter struct {
	w    io.Writer
	scan scanner
	out  []byte
}

// NewFilter returns a filter in front of w.
func NewFilter(w io.Writer) *Filter {
	f := &Filter{w: w}
	f.scan.to = f
	return f
}

// Write passes p on. It keeps an incomplete character, sequence or payload at the end of p for the next
// call. It reports len(p) unless the underlying writer failed.
func (f *Filter) Write(p []byte) (int, error) {
	f.scan.write(p)
	return len(p), f.flush()
}

// End passes on the text in the incomplete rest of the last Write. The next Write begins anew.
func (f *Filter) End() error {
	f.scan.end()
	return f.flush()
}

func (f *Filter) flush() error {
	_, err := f.w.Write(f.out)
	f.out = f.out[:0]
	return err
}

func (f *Filter) plain(p []byte) { f.out = append(f.out, p...) }

func (f *Filter) char(r rune) { f.out = utf8.AppendRune(f.out, r) }

func (f *Filter) move(c byte) {
	if c != '\b' {
		f.out = append(f.out, c)
	}
}

// control passes SGR on: its parameters are digits and separators, without private markers.
func (f *Filter) control(params []byte, final byte) {
	if _, ok := parseParams(params); ok && final == 'm' {
		f.out = append(append(append(f.out, "\x1b["...), params...), 'm')
	}
}

func (f *Filter) command([]byte) {}
