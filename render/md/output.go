package md

import (
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// list records all outputs and their places. If a file is included twice, its programs have several
// outputs, in order.
func (s *splicer) list(v *render.View) {
	shown := map[*slides.Snippet]*slides.Code{}
	copies := render.CopiesOf(v.Deck)
	for _, slide := range v.Deck.Slides {
		slides.Walk(slide.Blocks, func(b slides.Block) {
			switch b := b.(type) {
			case *slides.Output:
				s.outs[b.At.Pos] = append(s.outs[b.At.Pos], output(v, b.Snippet, b.At, b.Filled, copies.Result(v, b)))
			case *slides.Code:
				shown[b.Snippet] = b
			}
		})
	}
	for _, sn := range v.Deck.Snippets {
		c := shown[sn]
		var o *out
		if c != nil && !c.Unclosed && (sn.Place == slides.Below || sn.Exec.Mode == slides.ModeReplace) {
			o = output(v, sn, c.At, c.Filled, v.Result(sn))
		}
		s.outs[sn.At.Pos] = append(s.outs[sn.At.Pos], o)
	}
}

// out is an output and its place: that of an older output, or lines of its own after its program or
// placeholder.
type out struct {
	of       slides.Span // the program or placeholder
	in       slides.Span // the replaced source
	text     []string    // lines, including the fences
	replaces bool        // in is an older output
	splits   bool        // in is within a line; the rest of that line moves to the next one
}

// output returns the output for a program or placeholder at "at". If the program has not run, it
// returns nil and an older output stays: that is better than none.
func output(v *render.View, s *slides.Snippet, at, filled slides.Span, r slides.Result) *out {
	if at.File == nil || r.State != slides.Done {
		return nil
	}
	o := &out{of: at, in: filled, text: fill(v, s, r), replaces: filled.File != nil}
	if o.replaces {
		return o
	}
	src, end := at.File.Src, at.End
	for end < len(src) && (src[end] == ' ' || src[end] == '\t') {
		end++
	}
	o.splits = end < len(src) && src[end] != '\n' && src[end] != '\r'
	o.in = slides.Span{Pos: slides.Pos{File: at.File, Off: end}, End: end}
	if o.splits {
		o.in.Off = at.End
	}
	return o
}

// written returns the text that replaces the span in.
func (o *out) written() string {
	if o.replaces {
		below := prefix(o.in.File.Src, o.in.Off)
		return strings.TrimPrefix(join(o.text, below), below)
	}
	below := prefix(o.of.File.Src, o.of.Off)
	text := "\n" + join(o.text, below)
	if o.splits {
		text += "\n" + below
	}
	return text
}

// join puts a prefix before each line. Before an empty line it omits trailing blanks of the prefix.
func join(lines []string, prefix string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		if line == "" {
			b.WriteString(strings.TrimRight(prefix, " \t"))
			continue
		}
		b.WriteString(prefix)
		b.WriteString(line)
	}
	return b.String()
}

// marks matches the beginning of a line in list items, quotes and footnotes.
var marks = pattern.New(`^(?:[ \t]*(?:>|(?:[-*+]|[0-9]{1,9}[.)])(?:[ \t]|$)|\[\^[^\[\] \t\r\n]+\]:))*[ \t]*`)

var footnoteMark = pattern.New(`\[\^.*$`)

// prefix returns the text before a line that belongs to the same list items and quotes as the construct
// at off.
func prefix(src []byte, off int) string {
	from := off
	for from > 0 && src[from-1] != '\n' {
		from--
	}
	before, note := marks().FindString(string(src[from:off])), ""
	if at := footnoteMark().FindStringIndex(before); at != nil {
		before, note = before[:at[0]], "    "
	}
	return strings.Map(func(r rune) rune {
		if r == '>' || r == '\t' {
			return r
		}
		return ' '
	}, before) + note
}

// fill returns the lines of the fenced block for a result.
func fill(v *render.View, s *slides.Snippet, r slides.Result) []string {
	var lines []string
	for _, line := range v.Output(s, r) {
		lines = append(lines, strings.TrimRight(line.Text(), " "))
	}
	if cut := render.Cut(r); cut != "" {
		lines = append(lines, cut)
	}
	if slides.Judge(s, r).Ruling == slides.Bad || r.Status == slides.Skipped {
		words := render.Verdict(s, r) // without the duration, so that the same deck gives the same Markdown
		if why, _ := v.Why(s, r); why != "" && (r.Status == slides.SetupFailed || r.Status == slides.Denied) {
			words += ": " + why
		}
		lines = append(lines, words)
	}
	if mark := render.Confinement(r); mark != "" {
		lines = append(lines, mark)
	}
	longest := 2
	for _, line := range lines {
		longest = max(longest, longestRun(line, '`'))
	}
	fence := strings.Repeat("`", longest+1)
	return append(append([]string{fence + "output"}, lines...), fence)
}

// longestRun returns the length of the longest run of c in s.
func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
