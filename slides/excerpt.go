package slides

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

// A line of a deck can be as long as the deck, and each of a thousand mistakes on it would repeat
// it. So an excerpt is a window around its place, and making one takes the same time for every
// line.

const (
	excerptWidth = 80   // cells of an excerpt with its gutter, if the caller does not say how many there are
	minWindow    = 16   // cells of source, even if they do not fit
	maxRaw       = 1024 // bytes of source that are read on each side of the place
	tab          = "    "
)

// Excerpt returns the source line with a gutter and a caret line under the place, or "".
//
//	41 | <!-- snippet_output: hullo -->
//	   |                      ^^^^^
func (d Diag) Excerpt() string { return d.Window(excerptWidth) }

// Window is an Excerpt of at most width cells. An ellipsis stands where the line goes on.
func (d Diag) Window(width int) string {
	if !d.Pos.IsValid() || d.Pos.File.Src == nil || d.Pos.File.Private {
		return ""
	}
	gutter := fmt.Sprintf("%5d", d.Pos.Line())
	w := d.window(max(width-len(gutter)-len(" | "), minWindow))
	return fmt.Sprintf("%s | %s%s%s\n%s | %s%s", gutter, w.before, w.under, w.after,
		strings.Repeat(" ", len(gutter)), strings.Repeat(" ", text.Width(w.before)),
		strings.Repeat("^", max(text.Width(w.under), 1)))
}

// window is a part of a line for showing: the underlined text, and the text around it.
type window struct{ before, under, after string }

func (d Diag) window(width int) window {
	line := d.Pos.File.line(d.Pos.Line())
	col := min(d.Pos.Col()-1, len(line))
	end := min(col+max(d.Len, 0), len(line))
	under, cut := first(line[col:end])
	w := window{under: shown(under)}
	if most := width / 2; cut || text.Width(w.under) > most {
		w.under = cutRight(w.under, most, true)
		end = len(line)
	}
	room := width - text.Width(w.under)
	after, cutAfter := first(line[end:])
	before, cutBefore := last(line[:col])
	w.before, w.after = shown(before), shown(after)
	// The text left of the place explains it better than the text right of it.
	wide := min(text.Width(w.after), room/3)
	w.before = cutLeft(w.before, room-wide, cutBefore)
	w.after = cutRight(w.after, room-text.Width(w.before), cutAfter)
	return w
}

// shown returns source for showing. A tab becomes spaces, so that the caret is under its word on
// every terminal.
func shown(src string) string {
	parts := strings.Split(src, "\t")
	for i, p := range parts {
		parts[i] = text.Line(p)
	}
	return strings.Join(parts, tab)
}

// first and last return as much of a line as can be shown, in whole characters, and whether the
// line has more.
func first(line []byte) (string, bool) {
	if len(line) <= maxRaw {
		return string(line), false
	}
	n := maxRaw
	for n > maxRaw-utf8.UTFMax && !utf8.RuneStart(line[n]) {
		n--
	}
	return string(line[:n]), true
}

func last(line []byte) (string, bool) {
	if len(line) <= maxRaw {
		return string(line), false
	}
	from := len(line) - maxRaw
	for from < len(line)-maxRaw+utf8.UTFMax && !utf8.RuneStart(line[from]) {
		from++
	}
	return string(line[from:]), true
}

// joiner joins characters to one. At a cut there is nothing to join.
const joiner = "\u200d"

// cutLeft and cutRight cut s to width, on the side away from the place. more says that text is
// missing there already.
func cutLeft(s string, width int, more bool) string {
	if !more && text.Width(s) <= width {
		return s
	}
	return "…" + strings.TrimLeft(text.Tail(s, width-1), joiner)
}

func cutRight(s string, width int, more bool) string {
	if !more && text.Width(s) <= width {
		return s
	}
	return strings.TrimRight(text.Head(s, width-1), joiner) + "…"
}
