package render

import (
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
)

// glyph is a character of a line with its width.
type glyph struct {
	text  string
	width int
	run   int // index in the line
}

// feed makes the glyphs of a line in portions, from its beginning: a glyph takes thirty times the memory
// of its character, and a paragraph may be a megabyte.
type feed struct {
	line     ansi.Line
	run, off int     // the place of the next glyph
	g        []glyph // not taken yet
}

// fill makes at least n glyphs, or all that are left.
func (f *feed) fill(n int) {
	const batch = 256
	if len(f.g) >= n {
		return
	}
	for f.run < len(f.line) && len(f.g) < n+batch {
		run := f.line[f.run].Text
		for part, w := range text.Graphemes(run[f.off:]) {
			f.g = append(f.g, glyph{part, w, f.run})
			f.off += len(part)
			if len(f.g) >= n+batch {
				break
			}
		}
		if f.off >= len(run) {
			f.run, f.off = f.run+1, 0
		}
	}
}

// fit calls fits, a function that counts the glyphs of a row, with enough glyphs and returns its result.
func (f *feed) fit(width int, fits func([]glyph, int) int) (n int, last bool) {
	for more := width + 1; ; more *= 2 {
		f.fill(more)
		if n = fits(f.g, width); n < len(f.g) {
			return n, false
		}
		if f.run == len(f.line) {
			return n, true
		}
	}
}

// skip leaves out spaces.
func (f *feed) skip() {
	for f.fill(1); len(f.g) > 0 && f.g[0].text == " "; f.fill(1) {
		f.g = f.g[1:]
	}
}

// stretch joins glyphs of l to a line again.
func stretch(l ansi.Line, glyphs []glyph) ansi.Line {
	var out ansi.Line
	for i := 0; i < len(glyphs); {
		run := glyphs[i].run
		var b strings.Builder
		for ; i < len(glyphs) && glyphs[i].run == run; i++ {
			b.WriteString(glyphs[i].text)
		}
		out = append(out, ansi.Run{Text: b.String(), Style: l[run].Style, Href: l[run].Href})
	}
	return out
}

// Wrap breaks a line between words so that no part is wider than width. It breaks within a word if the
// word is wider. It removes spaces at a break, and keeps an empty line. If a single character is wider
// than width, an ellipsis replaces it.
func Wrap(line ansi.Line, width int) []ansi.Line {
	width = max(width, 1)
	if line.Width() <= width {
		return []ansi.Line{line}
	}
	var out []ansi.Line
	f := feed{line: line}
	for f.fill(1); len(f.g) > 0; f.fill(1) {
		n, last := f.fit(width, fit)
		g := f.g
		if last {
			return append(out, stretch(line, g))
		}
		end := n
		if g[n].text != " " { // the break is in a word: go back to its beginning
			if i := lastSpace(g[:n]); i > 0 {
				end = i
			}
		}
		next := end
		for end > 0 && g[end-1].text == " " {
			end--
		}
		out = append(out, stretch(line, g[:end]))
		f.g = f.g[next:]
		f.skip()
	}
	return out
}

// lastSpace returns the index after the last space that follows a word, 0 for none.
func lastSpace(g []glyph) int {
	for i := len(g) - 1; i > 0; i-- {
		if g[i].text != " " {
			continue
		}
		for _, before := range g[:i] {
			if before.text != " " {
				return i + 1
			}
		}
		return 0
	}
	return 0
}

// fit returns the number of glyphs that fit into width, at least one.
func fit(g []glyph, width int) int {
	if g[0].width > width {
		g[0].text, g[0].width = "…", 1
	}
	n, w := 0, 0
	for n < len(g) && w+g[n].width <= width {
		w += g[n].width
		n++
	}
	return max(n, 1)
}

// WrapCode breaks a line of code or output. It keeps every character. It breaks at the end of a word if
// one is near, and otherwise where the row is full. Parts after the first begin with mark if there is
// room for it.
func WrapCode(line ansi.Line, width int, mark ansi.Run) []ansi.Line {
	width = max(width, 1)
	line = trimRight(line)
	if line.Width() <= width {
		return []ansi.Line{line}
	}
	indent := text.Width(mark.Text)
	if indent*3 > width {
		mark, indent = ansi.Run{}, 0
	}
	f := feed{line: line}
	n, _ := f.fit(width, fitCode)
	out := []ansi.Line{stretch(line, f.g[:n])}
	f.g = f.g[n:]
	for f.fill(1); len(f.g) > 0; f.fill(1) {
		n, _ = f.fit(width-indent, fitCode)
		part := stretch(line, f.g[:n])
		f.g = f.g[n:]
		if indent > 0 {
			part = slices.Insert(part, 0, mark)
		}
		out = append(out, part)
	}
	return out
}

// fitCode returns the number of glyphs on a row of code. It goes back to the beginning of a word, but
// not far: a ragged edge costs rows.
func fitCode(g []glyph, width int) int {
	n := fit(g, width)
	if n == len(g) || !code.WordByte(g[n].text[0]) {
		return n
	}
	for i := n; i > n-n/3; i-- {
		if !code.WordByte(g[i-1].text[0]) {
			return i
		}
	}
	return n
}

// trimRight removes unstyled spaces at the end.
func trimRight(l ansi.Line) ansi.Line {
	for len(l) > 0 {
		last := l[len(l)-1]
		text := strings.TrimRight(last.Text, " ")
		if st := last.Style; text == last.Text || !st.BG.IsDefault() || st.Reverse || st.Underline || st.Strike {
			return l
		}
		if l = l[:len(l)-1]; text != "" {
			last.Text = text
			return append(l[:len(l):len(l)], last)
		}
	}
	return l
}
