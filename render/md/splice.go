package md

import (
	"bytes"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// splicer writes source files with outputs filled in, included files in place of their comments, and
// paths relative to the folder of the result.
type splicer struct {
	deck  *slides.Deck
	base  string                // from the folder of the result to that of the deck
	outs  map[slides.Pos][]*out // by program or placeholder, one for each inclusion of its file
	names map[*slides.File][]slides.Span
	marks map[*slides.File][]slides.Pos // of programs and placeholders
	parts map[*slides.File][]slides.Pos // of comments that include

	only map[*out]bool // the only outputs to fill in; nil: all
	none bool          // fill in nothing
	airy bool          // put blank lines around an included file

	seen map[slides.Pos]int // how often the program or placeholder there was written
	next int                // index of the next one in Deck.Includes
}

// edit replaces a stretch of one source file.
type edit struct {
	from, to int
	text     string
}

func newSplicer(v *render.View, base string) *splicer {
	s := &splicer{deck: v.Deck, base: base, outs: map[slides.Pos][]*out{}, names: map[*slides.File][]slides.Span{},
		parts: map[*slides.File][]slides.Pos{}, marks: map[*slides.File][]slides.Pos{}}
	s.list(v)
	for at := range s.outs {
		s.marks[at.File] = append(s.marks[at.File], at)
	}
	known := map[slides.Pos]bool{} // a file that is included twice has its blocks twice
	for _, at := range v.Deck.Paths {
		if !known[at.Pos] {
			known[at.Pos] = true
			s.names[at.File] = append(s.names[at.File], at)
		}
	}
	for _, inc := range v.Deck.Includes {
		if !known[inc.At.Pos] {
			known[inc.At.Pos] = true
			s.parts[inc.At.File] = append(s.parts[inc.At.File], inc.At.Pos)
		}
	}
	for _, list := range s.parts {
		slices.SortFunc(list, func(a, b slides.Pos) int { return a.Off - b.Off })
	}
	return s
}

// text returns the whole deck.
func (s *splicer) text() string {
	s.seen, s.next = map[slides.Pos]int{}, 0
	return s.file(s.deck.Files[0], s.base)
}

// fills reports whether to fill in an output.
func (s *splicer) fills(o *out) bool { return o != nil && !s.none && (s.only == nil || s.only[o]) }

// file returns the text of f. dir is the folder of f relative to that of the result.
func (s *splicer) file(f *slides.File, dir string) string {
	list := s.paths(f, dir)
	for _, at := range s.marks[f] {
		outs := s.outs[at]
		n := min(s.seen[at], len(outs)-1)
		s.seen[at]++
		if o := outs[n]; s.fills(o) {
			list = append(list, edit{o.in.Off, o.in.End, strings.ReplaceAll(o.written(), "\n", newline(f))})
		}
	}
	for _, at := range s.parts[f] {
		// Deck.Includes is in the order of this walk. If the parser could not include a file, because it
		// cannot be read or a budget ended, the comment stays; a diagnostic has said why.
		if s.next < len(s.deck.Includes) && s.deck.Includes[s.next].At.Pos == at {
			inc := s.deck.Includes[s.next]
			s.next++
			list = append(list, s.included(f, inc, dir))
		}
	}
	slices.SortStableFunc(list, func(a, b edit) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, e := range list {
		if e.from < at {
			continue
		}
		b.Write(f.Src[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(f.Src[at:])
	return b.String()
}

// included returns the text of an included file on lines of its own, in place of its comment.
func (s *splicer) included(f *slides.File, inc slides.Include, dir string) edit {
	text := strings.TrimPrefix(s.file(inc.File, joinDir(dir, relativeDir(f, inc.File))), "\ufeff")
	text = strings.TrimRight(text, "\r\n")
	nl := newline(f)
	if newline(inc.File) != nl {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", nl)
	}
	e := edit{from: inc.At.Off, to: inc.At.End}
	for e.from > 0 && isBlank(f.Src[e.from-1]) {
		e.from--
	}
	if e.from > 0 && f.Src[e.from-1] != '\n' {
		text = nl + text
	}
	for e.to < len(f.Src) && isBlank(f.Src[e.to]) {
		e.to++
	}
	if e.to < len(f.Src) && f.Src[e.to] != '\n' && f.Src[e.to] != '\r' {
		text += nl
	}
	if s.airy {
		text = nl + text + nl
	}
	e.text = text
	return e
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// newline returns the line ending that the file uses.
func newline(f *slides.File) string {
	if i := bytes.IndexByte(f.Src, '\n'); i > 0 && f.Src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
