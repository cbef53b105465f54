// Package md renders a deck as Markdown again: the author's own bytes, with what the programs
// printed filled in behind each placeholder, as a fenced block of the language "output".
//
// The source is spliced, not printed anew: nothing that the author wrote changes by a byte, and
// filling in a deck that was filled in before replaces the old outputs (the parser knows an
// "output" block behind a placeholder or a program for one). Included files are put in place of
// their comments, so that the result stands alone for tools that know nothing of includes.
package md

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// Backend writes a view as Markdown. The zero value is ready to use.
type Backend struct{}

// edit replaces a stretch of one source file.
type edit struct {
	from, to int
	text     string
}

// Render writes the deck's source with the outputs of v filled in.
func (Backend) Render(w io.Writer, v *render.View) error {
	if len(v.Deck.Files) == 0 {
		return nil
	}
	edits := outputs(v)
	s := newSplicer(edits, v.Deck.Includes)
	_, err := io.WriteString(w, s.file(v.Deck.Files[0], nil))
	return err
}

// outputs lists the edits that fill in results, by file.
func outputs(v *render.View) map[*slides.File][]edit {
	edits := map[*slides.File][]edit{}
	copies := render.CopiesOf(v.Deck)
	add := func(at, filled slides.Span, r slides.Result) {
		text, ok := fill(r)
		switch {
		case !ok || at.File == nil: // not run: an older output stays, it is better than none
		case filled.File != nil:
			edits[at.File] = append(edits[at.File], edit{filled.Off, filled.End, text})
		default:
			end := lineEnd(at.File, at.End)
			edits[at.File] = append(edits[at.File], edit{end, end, "\n" + text})
		}
	}
	for _, slide := range v.Deck.Slides {
		slides.Walk(slide.Blocks, func(b slides.Block) {
			switch b := b.(type) {
			case *slides.Output:
				add(b.At, b.Filled, copies.Result(v, b))
			case *slides.Code:
				if b.Snippet.ID == "" && textual(b.Snippet.Exec.Mode) {
					add(b.At, b.Filled, v.Result(b.Snippet))
				}
			}
		})
	}
	for f, list := range edits {
		for i := range list {
			list[i].text = strings.ReplaceAll(list[i].text, "\n", newline(f))
		}
		slices.SortFunc(list, func(a, b edit) int { return a.from - b.from })
	}
	return edits
}

// textual reports whether a snippet of this mode leaves text to fill in.
func textual(m slides.Mode) bool {
	return m == slides.ModeExec || m == slides.ModeReplace || m == slides.ModePty
}

// fill returns the fenced block for a result, without a line ending behind it.
func fill(r slides.Result) (string, bool) {
	if r.State != slides.Done {
		return "", false
	}
	var b strings.Builder
	for _, line := range render.Output(r.Log) {
		b.WriteString(strings.TrimRight(line.Text(), " ") + "\n")
	}
	if cut := render.Cut(r); cut != "" {
		b.WriteString(cut + "\n")
	}
	if r.Unexpected {
		b.WriteString(verdict(r) + "\n")
	}
	if mark := render.Confinement(r); mark != "" {
		b.WriteString(mark + "\n")
	}
	text := b.String()
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	return fence + "output\n" + text + fence, true
}

// verdict says how a run failed, without its duration: the same deck gives the same Markdown.
func verdict(r slides.Result) string {
	switch {
	case r.Status == slides.OK:
		return "✗ succeeded, but a failure was expected"
	case r.Status == slides.Exited:
		return fmt.Sprintf("✗ exit %d", r.Exit)
	case r.Status == slides.Signaled:
		return "✗ " + r.Signal
	case r.Reason != "":
		return "✗ " + r.Reason
	}
	return "✗ " + string(r.Status)
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

// lineEnd returns the offset where the line of off ends, before its line ending.
func lineEnd(f *slides.File, off int) int {
	for off < len(f.Src) && f.Src[off] != '\n' {
		off++
	}
	if off > 0 && off < len(f.Src) && f.Src[off-1] == '\r' {
		off--
	}
	return off
}

// newline returns the line ending the file uses.
func newline(f *slides.File) string {
	if i := slices.Index(f.Src, '\n'); i > 0 && f.Src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
