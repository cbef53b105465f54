// Package ansi makes program output safe to show. One place, scan.go, turns bytes into tokens. From
// them, [Output] makes the styled lines that a terminal would show, and [Filter] makes output for a
// terminal while it comes.
package ansi

import (
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// Program output is hostile. Output turns it into text with styles, as a terminal would show it. It
// drops everything but text, colours, links and movements within the last lines, including payloads.
// No byte of the result acts on a terminal, so a backend may print the result as it is (an HTML backend
// still has to escape it).
//
// An escape parser of a library was tried and rejected: after a cut character it takes the next byte,
// even an ESC, for the rest of the character, and a payload without an end swallows all later output.
// Here, each stream decodes bytes to characters first, and a payload without an end nearby ends with
// its line.

// Line is a line of styled text, without a line ending.
type Line []Run

// Run is a stretch of text in one style. Href is "" or the http or https address it links to.
type Run struct {
	Text  string
	Style Style
	Href  string
	// Tabbed is Text with the tabs that the program printed, for a format that keeps them: Text has spaces
	// up to the tab stops, every TabWidth cells. "" if there are none.
	Tabbed string
}

// Style is the look of text. The zero Style is plain text in the colours of its surroundings.
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

// Width returns the number of cells that the line takes.
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

// Output returns the lines that a terminal would show for a program's output: stdout and stderr in
// order of arrival on one screen, each with a decoder and colours of its own. A line feed at the end
// does not start another line. If the output exceeds the limits, the last line says so.
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
