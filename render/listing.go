package render

import (
	"path"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// Caption returns the line above the code: the language, the file, and the attribute that makes the
// code executable. It omits the attribute if a control says the same, or if news is false. A result
// does not change the caption in open windows, so a served page sets news always.
func Caption(s *slides.Snippet, news, control bool) string {
	parts := make([]string, 0, 3)
	if s.Word != "" {
		parts = append(parts, s.Word)
	}
	if s.External != nil {
		parts = append(parts, path.Base(strings.ReplaceAll(s.External.Name, `\`, "/")))
	}
	if attr := runs[s.Exec.Mode]; attr != "" && news && !control {
		parts = append(parts, attr)
	}
	return strings.Join(parts, " · ")
}

// runs maps modes to the attributes that captions show.
var runs = map[slides.Mode]string{
	slides.ModeExec: "+exec", slides.ModePty: "+pty", slides.ModeTerminal: "+acquire_terminal",
}

// Lit reports whether a line, counted from 1, is in one of the ranges.
func Lit(rs []slides.Range, line int) bool {
	for _, r := range rs {
		if r.From <= line && line <= r.To {
			return true
		}
	}
	return false
}

// Indentation returns the spaces and tabs before every line that has more than those.
func Indentation(lines []string) string {
	indent, first := "", true
	for _, l := range lines {
		rest := strings.TrimLeft(l, " \t")
		if rest == "" {
			continue
		}
		own := l[:len(l)-len(rest)]
		if first {
			indent, first = own, false
		}
		n := 0
		for n < len(indent) && n < len(own) && indent[n] == own[n] {
			n++
		}
		indent = indent[:n]
	}
	return indent
}

// Untab returns a line with spaces up to the tab stops instead of tabs.
func Untab(line string) string {
	if strings.IndexByte(line, '\t') < 0 {
		return line
	}
	var b strings.Builder
	at := 0
	for i, part := range strings.Split(line, "\t") {
		if i > 0 {
			n := ansi.TabWidth - at%ansi.TabWidth
			b.WriteString(strings.Repeat(" ", n))
			at += n
		}
		b.WriteString(part)
		at += text.Width(part)
	}
	return b.String()
}

// Outdent returns lines without the first n characters, an indentation. The lines themselves stay: others use them.
func Outdent(lines [][]code.Token, n int) [][]code.Token {
	if n == 0 {
		return lines
	}
	out := make([][]code.Token, len(lines))
	for i, tokens := range lines {
		for left := n; len(tokens) > 0; tokens = tokens[1:] {
			if t := tokens[0]; len(t.Text) > left {
				out[i] = append([]code.Token{{Class: t.Class, Text: t.Text[left:]}}, tokens[1:]...)
				break
			}
			left -= len(tokens[0].Text)
		}
	}
	return out
}

// Widths of text on a slide, in cells.
const (
	maxCells = 112 // in the whole slide at the least size
	usual    = 80  // in the whole slide at the usual size
)

// Fitting returns the width of the widest line that need not wrap, of n lines. Lines that wrap
// at every size, such as data in one line, have no say in the size.
func Fitting(n int, width func(int) int) int {
	wide, all := 0, 0
	for i := range n {
		w := width(i)
		all = max(all, w)
		if w <= maxCells {
			wide = max(wide, w)
		}
	}
	if all > maxCells && wide < usual {
		return min(all, usual)
	}
	return wide
}
