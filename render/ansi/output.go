// Package ansi makes program output fit to show. Bytes become tokens in one place, scan.go; what
// tokens do is up to whoever shows them: [Output] gives styled lines of what a terminal would show,
// [Filter] passes output on to a terminal while it comes.
package ansi

import (
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// Program output is hostile. Output turns it into what a terminal would show, as text with styles:
// what is not text, a colour, a link or a movement within the last lines is dropped, payload and
// all. No byte of the result means anything to a terminal, so a backend may print it as it is (for
// HTML it is still text to escape).
//
// An escape parser of a library was tried and left: it takes the byte after a cut character for
// the rest of it, an ESC included, and lets a payload without an end swallow everything behind it.
// Here bytes become characters first, per stream, and a payload has an end within reach or ends
// with its line.

// Line is a line of styled text, without a line ending.
type Line []Run

// Run is a stretch of text in one style. Href is "" or the http or https address it links to.
type Run struct {
	Text  string
	Style Style
	Href  string
}

// Style is how text looks. The zero Style is plain text in the colours of its surroundings.
type Style struct {
	FG, BG                                        Color
	Bold, Dim, Italic, Underline, Strike, Reverse bool
}

// Text returns the text alone.
func (l Line) Text() string {
	if len(l) == 1 {
		return l[0].Text
	}
	var b strings.Builder
	for _, r := range l {
		b.WriteString(r.Text)
	}
	return b.String()
}

// Width returns how many cells the line takes.
func (l Line) Width() int {
	n := 0
	for _, r := range l {
		n += text.Width(r.Text)
	}
	return n
}

// Plain returns a line of one run without style.
func Plain(text string) Line {
	if text == "" {
		return nil
	}
	return Line{{Text: text}}
}

// Output returns the lines that a terminal would show of a program's output: stdout and stderr in
// order of arrival on one screen, each with a decoder and colours of its own. A line feed at the
// end does not make another line. Output that exceeds the limits ends with a line that says so.
func Output(log []slides.Chunk) []Line {
	s := &screen{}
	var streams [2]stream
	for i := range streams {
		streams[i].screen, streams[i].to = s, &streams[i]
	}
	for _, c := range log {
		streams[index(c.Stderr)].write(c.Data)
	}
	for i := range streams {
		streams[i].end()
	}
	return s.lines()
}

func index(stderr bool) int {
	if stderr {
		return 1
	}
	return 0
}
