package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/markdown/foreign"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// Decks of other tools are Markdown as well, and slidexec shows them: as one long slide, because --- ends a slide only
// where an option says so. Their authors hear once what to set, and that the deck can be turned into one of ours.

// neighbour is what the parser knows about the tool that a deck was written for.
type neighbour struct {
	looked bool
	tool   foreign.Tool
	at     int          // a place in the file that shows it
	keys   []yaml.Field // of the front matter, that only this tool has
}

// madeFor returns the tool that the deck was written for.
func (b *builder) madeFor() foreign.Tool {
	if b.other.looked {
		return b.other.tool
	}
	src := b.top()
	tool, off := foreign.Detect(src.file.Src[src.front[0]:src.front[1]], src.file.Src[src.body:])
	b.other.looked, b.other.tool, b.other.at = true, tool, src.front[0]
	if off >= 0 {
		b.other.at = src.body + off
	}
	return tool
}

// alien takes a key of the front matter that slidexec does not read, and reports whether the deck's tool has it.
func (b *builder) alien(f yaml.Field) bool {
	if b.opts.LenientFrontMatter || !slices.ContainsFunc(foreign.Tools(), func(t foreign.Tool) bool { return t.Key(f.Key) }) ||
		f.Key == "theme" && (f.Value.Kind == yaml.Map || f.Value.Kind == yaml.Null) {
		return false
	}
	if tool := b.madeFor(); tool == foreign.None || !tool.Key(f.Key) {
		return false
	}
	b.other.keys = append(b.other.keys, f)
	return true
}

// aliens reports the keys that alien took, all at once.
func (b *builder) aliens() {
	if len(b.other.keys) == 0 {
		return
	}
	var names []string
	for _, f := range b.other.keys {
		names = append(names, f.Key)
	}
	const most = 8
	if n := len(names); n > most {
		names = append(names[:most-1:most-1], fmt.Sprintf("%d more", n-most+1))
	}
	tool := b.other.tool
	what := "keys that slidexec does not have: "
	if len(names) == 1 {
		what = "a key that slidexec does not have: "
	}
	src := b.top()
	rules := strings.Contains(string(src.text[src.body:]), "\n---")
	b.failAt(b.other.keys[0].At, fmt.Sprintf("this is the front matter of a %s deck, with %s%s", tool, what, strings.Join(names, ", ")),
		b.howToImport()+"; to show it as it is, set "+tool.Options(rules)+" in place of these keys")
}

// howToImport names the command that turns the deck into one of ours.
func (b *builder) howToImport() string {
	return fmt.Sprintf("`slidexec import %s -o NEW.md` turns the deck into one for slidexec", text.Name(b.top().file.Name))
}

// uncut warns if the deck has one slide only, and seems to be written for a tool where it has more.
func (b *builder) uncut() {
	if b.opts.EndSlideShorthand || len(b.other.keys) > 0 || b.top().unclosedFront() {
		return
	}
	var only *slides.Slide
	for _, s := range b.deck.Slides {
		if s.Intro {
			continue
		}
		if only != nil {
			return
		}
		only = s
	}
	if only == nil {
		return
	}
	file := b.deck.Files[0]
	var rules, heads, cuts []slides.Span
	begun, behind := false, false // there was something, and a rule right before
	for _, block := range only.Blocks {
		at := block.Common().At
		if at.File != file {
			continue
		}
		switch block.(type) {
		case *slides.Rule:
			if begun && strings.HasPrefix(at.Text(), "-") {
				rules = append(rules, at)
			}
			behind = begun
			continue
		case *slides.Heading, *slides.Title:
			if heads = append(heads, at); behind {
				cuts = append(cuts, at)
			}
		}
		begun, behind = true, false
	}
	switch {
	case len(rules) == 0 && (len(heads) < 2 || b.madeFor() != foreign.Patat || b.opts.ImplicitSlideEnds):
	case len(rules) == 0:
		b.warn(firstLine(heads[1]), "this looks like a patat deck, and is one slide here: headings do not end slides",
			"set "+foreign.Patat.Options(false)+" in the front matter; or "+b.howToImport())
	case b.madeFor() != foreign.None:
		tool := b.madeFor()
		b.warn(rules[0], fmt.Sprintf("this looks like a %s deck, and is one slide here: --- does not end slides", tool),
			"set "+tool.Options(true)+" in the front matter; or "+b.howToImport())
	case len(cuts) > 0 || len(rules) > 1:
		b.warn(rules[0], "the deck is one slide: --- does not end slides here",
			"set options: {end_slide_shorthand: true} in the front matter, or write <!-- end_slide --> where a slide ends")
	}
}
