package md

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// splicer writes source files with edits applied and includes put in place.
type splicer struct {
	edits    map[*slides.File][]edit
	includes map[*slides.File][]slides.Include
	texts    map[*slides.File]string // that are done
	again    budget.Meter            // for text of includes that is written again
	seen     map[*slides.File]bool
}

// newSplicer returns a splicer of a deck's includes. A file that is included at several places has
// its own includes as often in the deck, and is written with them once.
func newSplicer(edits map[*slides.File][]edit, includes []slides.Include) *splicer {
	s := &splicer{edits: edits, includes: map[*slides.File][]slides.Include{}, texts: map[*slides.File]string{},
		again: budget.Of(budget.Again), seen: map[*slides.File]bool{}}
	known := map[slides.Pos]bool{}
	for _, inc := range includes {
		if !known[inc.At.Pos] {
			known[inc.At.Pos] = true
			s.includes[inc.At.File] = append(s.includes[inc.At.File], inc)
		}
	}
	return s
}

// file returns the text of f; chain holds the files it is included from, to end a cycle that the
// parser has already reported.
func (s *splicer) file(f *slides.File, chain []*slides.File) string {
	if slices.Contains(chain, f) {
		return ""
	}
	if text, ok := s.texts[f]; ok {
		return text
	}
	list := slices.Clone(s.edits[f])
	for _, inc := range s.includes[f] {
		if inc.File == nil || inc.File.Src == nil {
			continue // unreadable: the comment stays, the diagnostic has said why
		}
		text := strings.TrimRight(s.file(inc.File, append(chain, f)), "\r\n")
		text = rebase(text, relativeDir(f, inc.File))
		if s.seen[inc.File] && !s.again.Spend(len(text)) {
			continue // the comment stays
		}
		s.seen[inc.File] = true
		list = append(list, edit{inc.At.Off, inc.At.End, text})
	}
	slices.SortFunc(list, func(a, b edit) int { return a.from - b.from })
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
	s.texts[f] = b.String()
	return s.texts[f]
}

// relativeDir returns the folder of an included file as seen from the folder of its parent, ""
// where it is the same.
func relativeDir(parent, included *slides.File) string {
	rel, err := filepath.Rel(filepath.Dir(parent.Name), filepath.Dir(included.Name))
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// Paths that a deck's source can hold: pictures, the path of a `file` block, +env.
var pathRefs = []*regexp.Regexp{
	regexp.MustCompile(`(!\[[^\]\n]*\]\()([^)\s]+)(\))`),
	regexp.MustCompile(`(?m)(^path:[ \t]*)([^\s#]+)()`),
	regexp.MustCompile(`(\+env:)(\S+)()`),
}

// rebase makes relative paths of an included text relative to the including file's folder.
func rebase(text, dir string) string {
	if dir == "" {
		return text
	}
	for _, re := range pathRefs {
		text = re.ReplaceAllStringFunc(text, func(m string) string {
			p := re.FindStringSubmatch(m)
			if strings.HasPrefix(p[2], "/") || strings.Contains(p[2], "://") {
				return m
			}
			return p[1] + path.Join(dir, p[2]) + p[3]
		})
	}
	return text
}
