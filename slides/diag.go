package slides

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says how bad a Diag is.
type Severity int

// Severities. Only an Error makes check and exports fail.
const (
	Error Severity = iota
	Warning
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diag is something that the author of a deck should know: where, what, and what to try.
type Diag struct {
	Pos      Pos
	Len      int // bytes the caret underlines, at least 1 is shown
	Severity Severity
	Msg      string // lower case, no full stop
	Hint     string // "" or what to try
}

// Error returns "deck.md:12:3: message", with "warning: " before the message of a warning.
func (d Diag) Error() string {
	msg := d.Msg
	if d.Severity == Warning {
		msg = "warning: " + msg
	}
	if !d.Pos.IsValid() {
		return msg
	}
	return d.Pos.String() + ": " + msg
}

// Excerpt returns the source line with a gutter and a caret line under the place, or "".
//
//	41 | <!-- snippet_output: hullo -->
//	   |                      ^^^^^
func (d Diag) Excerpt() string {
	if !d.Pos.IsValid() || d.Pos.File.Src == nil {
		return ""
	}
	line, n := d.Pos.File.Line(d.Pos.Line()), d.Pos.Line()
	col := min(d.Pos.Col()-1, len(line))
	under := runes(line[col:], d.Len)
	pad := strings.Map(func(r rune) rune { // a tab stays one, so that the caret lands under its word
		if r == '\t' {
			return r
		}
		return ' '
	}, line[:col])
	gutter := fmt.Sprintf("%5d", n)
	return fmt.Sprintf("%s | %s\n%s | %s%s", gutter, printable(line),
		strings.Repeat(" ", len(gutter)), pad, strings.Repeat("^", max(under, 1)))
}

// printable shows control characters of a source line as their picture, so that a deck cannot
// drive the author's terminal through an error message.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < 0x20:
			return 0x2400 + r
		case r == 0x7f:
			return 0x2421
		case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return 0xfffd
		}
		return r
	}, s)
}

// Diags is everything wrong with a deck. As an error it reads as one line a diagnostic.
type Diags []Diag

func (ds Diags) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Failed reports whether one of them is an Error.
func (ds Diags) Failed() bool {
	return slices.ContainsFunc(ds, func(d Diag) bool { return d.Severity == Error })
}

// Sort orders by file in the order of first appearance, then by place; equal places keep their order.
func (ds Diags) Sort() {
	rank := map[*File]int{}
	for _, d := range ds {
		if _, ok := rank[d.Pos.File]; !ok {
			rank[d.Pos.File] = len(rank)
		}
	}
	slices.SortStableFunc(ds, func(a, b Diag) int {
		return cmp.Or(cmp.Compare(rank[a.Pos.File], rank[b.Pos.File]), cmp.Compare(a.Pos.Off, b.Pos.Off))
	})
}
