package md

import (
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// A judge compares the result with the deck as lists of claims: one for each thing on a slide, in the
// order of the deck, with everything that matters about it. Claims leave out details that merging
// included text may change without changing the talk, such as where one list ends and the next begins.
// They also leave out problems: the result may word them differently, or may not have them any more.

// claim is one fact about a deck.
type claim struct {
	what string
	at   slides.Pos
}

// judge compares results of a splicer with its deck.
type judge struct {
	*splicer
	parse func(src []byte, files map[string]*slides.File, o slides.Options) *slides.Deck
}

// same reports whether a text is exactly the deck with the outputs of the splicer.
func (j judge) same(text string) bool { return j.differs(text) == nil }

// differs returns the first claim of the deck that a text does not meet, or nil.
func (j judge) differs(text string) *claim {
	is := lister{path: filepath.ToSlash, filled: func(b slides.Block) bool { return span(b).File != nil }}
	got := is.deck(j.parse([]byte(text), j.files(), j.splicer.deck.Meta.Options))
	was := lister{path: j.fromResult, filled: j.willBeFilled}
	want := was.deck(j.splicer.deck)
	for i, c := range want {
		if i >= len(got) || got[i].what != c.what {
			return &c
		}
	}
	if len(got) > len(want) {
		return &want[len(want)-1]
	}
	return nil
}

// blame says which output, or else which place of the deck, prevents the result.
func (j judge) blame() slides.Diag {
	j.none, j.airy = true, true
	if c := j.differs(j.text()); c != nil {
		return slides.Diag{Pos: c.at, Len: 1,
			Msg:  "the deck cannot be written as one Markdown file: from here on, the file would be a different deck",
			Hint: "check that each included file is complete: no open block, and nothing that depends on the file it stands in"}
	}
	j.none = false
	if o := j.culprit(); o != nil {
		d := slides.Diag{Pos: o.of.Pos, Len: len(strings.SplitN(o.of.Text(), "\n", 2)[0]),
			Msg:  "the output cannot be filled in here: the file would be a different deck",
			Hint: "put the comment on a line of its own, outside of lists, quotes and footnotes"}
		if !strings.HasPrefix(o.of.Text(), "<!--") {
			d.Hint = "give the program an id with +id:NAME, and put <!-- snippet_output: NAME --> " +
				"on a line of its own, outside of lists, quotes and footnotes"
		}
		return d
	}
	c := j.differs(j.text())
	return slides.Diag{Pos: c.at, Len: 1, Msg: "the outputs cannot be filled in: from here on, the file would be a different deck",
		Hint: "put placeholders on lines of their own, outside of lists, quotes and footnotes"}
}

// culprit returns an output that changes the deck although all outputs before it do not, or nil. Each
// try parses the whole text, so there must be few tries even with thousands of outputs.
func (j judge) culprit() *out {
	list := j.all()
	n := sort.Search(len(list), func(i int) bool {
		j.only = map[*out]bool{}
		for _, o := range list[:i+1] {
			j.only[o] = true
		}
		return !j.same(j.text())
	})
	j.only = nil
	if n == len(list) {
		return nil
	}
	return list[n]
}

// all returns the outputs in the order of the deck's files and places.
func (j judge) all() []*out {
	var list []*out
	for _, f := range j.deck.Files {
		n := len(list)
		for at, outs := range j.outs {
			for _, o := range outs {
				if at.File == f && o != nil {
					list = append(list, o)
				}
			}
		}
		slices.SortFunc(list[n:], func(a, b *out) int { return a.of.Off - b.of.Off })
	}
	return list
}

// mostAsset bounds a font of a theme, in bytes, as the reading of decks does.
const mostAsset = 4 << 20

// files returns the files that the deck names and that were read, by their path relative to the result.
// It leaves out included files: the result holds their text, and an include comment that is left must
// stay a comment.
func (j judge) files() map[string]*slides.File {
	files := map[string]*slides.File{}
	included := map[*slides.File]bool{}
	for _, inc := range j.deck.Includes {
		included[inc.File] = true
	}
	for _, s := range j.deck.Snippets {
		delete(included, s.External)
	}
	for _, f := range j.deck.Files[1:] {
		if f.Src != nil && !included[f] {
			files[j.fromResult(f.Path)] = f
		}
	}
	for _, f := range j.deck.Meta.Look.AllFiles() { // fonts are looked into
		data, _ := f.Read(mostAsset)
		files[j.fromResult(f.Path)] = slides.NewFile(f.Name, f.Path, data)
	}
	for _, s := range j.deck.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			if img, ok := b.(*slides.Image); ok && img.File != nil {
				files[j.fromResult(img.File.Path)] = img.File
			}
		})
	}
	return files
}

// fromResult returns the path of a file of the deck relative to the folder of the result.
func (j judge) fromResult(name string) string {
	rel, err := filepath.Rel(filepath.Dir(pathOf(j.deck.Files[0])), name)
	if err != nil {
		return name
	}
	if filepath.IsAbs(name) && !filepath.IsAbs(pathOf(j.deck.Files[0])) {
		return name
	}
	return path.Join(j.base, filepath.ToSlash(rel))
}

// willBeFilled reports whether an output follows a block of the deck in the result.
func (j judge) willBeFilled(b slides.Block) bool {
	if span(b).File != nil {
		return true
	}
	return slices.ContainsFunc(j.outs[b.Common().At.Pos], j.fills)
}

// span returns the place of an older output of a block.
func span(b slides.Block) slides.Span {
	switch b := b.(type) {
	case *slides.Code:
		return b.Filled
	case *slides.Output:
		return b.Filled
	}
	return slides.Span{}
}

// lister makes claims of a deck.
type lister struct {
	path   func(name string) string // path of a file relative to the result
	filled func(slides.Block) bool
	list   []claim

	now  []byte // the current claim
	at   slides.Pos
	kind string
}

func (l *lister) add(at slides.Pos, format string, args ...any) {
	l.list = append(l.list, claim{fmt.Sprintf(format, args...), at})
}

func (l *lister) deck(d *slides.Deck) []claim {
	m := d.Meta
	at := slides.Pos{File: d.Files[0]}
	l.add(at, "deck %q %q %q %v %v", texts(m.Title), texts(m.SubTitle), []string{m.Event, m.Location, m.Date, m.Lang, m.Author},
		m.Authors, m.Options)
	p := l.parts()
	for _, s := range d.Slides {
		p.Slide(s)
	}
	l.flush()
	for _, s := range d.Snippets {
		l.add(s.At.Pos, "snippet %q %q %q %+v %q", s.ID, s.Lang, s.Code, s.Exec, s.Env)
	}
	return l.list
}

// parts makes a claim of each thing on a slide, of its parts, and of each text. A list has no claim but
// those of its items.
func (l *lister) parts() *slides.Parts {
	var block slides.Block
	return &slides.Parts{
		Block: func(b slides.Block) { block = b },
		Kind: func(name string) {
			l.flush()
			if l.kind = name; name != "list" {
				l.now = append(l.now, name...)
			}
		},
		Span: func(name string, at *slides.Span) {
			if name == "filled" {
				l.now = fmt.Appendf(l.now, " filled=%t", l.filled(block))
			} else {
				l.at = at.Pos
			}
		},
		Value: func(name string, v any) {
			if l.kind != "list" && name != "number" && name != "unclosed" {
				l.now = fmt.Appendf(l.now, " %s=%q", name, fmt.Sprint(reflect.ValueOf(v).Elem()))
			}
		},
		Own:  func(_ string, s **slides.Snippet) { l.now = fmt.Appendf(l.now, " %v", (*s).Show) },
		Ref:  func(_ string, s **slides.Snippet) { l.now = fmt.Appendf(l.now, " found=%t", *s != nil) },
		File: func(_ string, f **slides.File) { l.now = fmt.Appendf(l.now, " %q", l.path((*f).Path)) },
		Text: func(_ string, in []slides.Inline) { l.text(in) },
	}
}

// flush ends the current claim.
func (l *lister) flush() {
	if len(l.now) > 0 {
		l.list = append(l.list, claim{string(l.now), l.at})
	}
	l.now = l.now[:0]
}

// text adds words without their spacing, and destinations of links, because a definition from an
// included file applies to the whole result. Of a path, it adds only the last part: the splicer makes
// paths relative to the result.
func (l *lister) text(in []slides.Inline) {
	l.flush()
	l.add(l.at, "%s", strings.Join(strings.Fields(slides.Plain(in)), " "))
	p := slides.Parts{Inline: func(n slides.Inline) {
		if link, ok := n.(*slides.Link); ok {
			dest := link.Dest
			if scheme, _, _ := strings.Cut(dest, "/"); !strings.Contains(scheme, ":") {
				dest = path.Base(dest)
			}
			l.add(link.At, "link %q %q", dest, link.Title)
		}
	}}
	p.Inlines("text", &in)
}

func texts(lines []slides.Line) string { return slides.PlainLines(lines) }
