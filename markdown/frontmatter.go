package markdown

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	goldtext "github.com/yuin/goldmark/text"
)

// metaKey is a key of the front matter.
type metaKey struct {
	name  string
	apply func(*builder, yaml.Value) error
	intro bool // its presence makes an intro slide
	param string
	doc   string
	// example is the YAML of a whole front matter.
	example string
}

// metaTable lists the keys of the front matter.
func metaTable() []metaKey {
	return []metaKey{
		{name: "title", apply: inlineLines(func(m *slides.Meta) *[]slides.Line { return &m.Title }), intro: true,
			param: "text", doc: "the talk's title, inline Markdown, one line or several", example: "title: My **talk**"},
		{name: "sub_title", apply: inlineLines(func(m *slides.Meta) *[]slides.Line { return &m.SubTitle }), intro: true,
			param: "text", doc: "shown below the title", example: "sub_title: in an hour"},
		{name: "event", apply: plainMeta(func(m *slides.Meta) *string { return &m.Event }), intro: true,
			param: "text", doc: "where the talk is given", example: "event: Some Conf"},
		{name: "location", apply: plainMeta(func(m *slides.Meta) *string { return &m.Location }), intro: true,
			param: "text", doc: "city or room", example: "location: Oslo"},
		{name: "date", apply: plainMeta(func(m *slides.Meta) *string { return &m.Date }), intro: true,
			param: "text", doc: "day of the talk", example: "date: 2026-04-01"},
		{name: "author", apply: plainMeta(func(m *slides.Meta) *string { return &m.Author }), intro: true,
			param: "text", doc: "the speaker", example: "author: your name"},
		{name: "authors", apply: (*builder).authors, intro: true,
			param: "list of texts", doc: "several speakers, instead of author", example: "authors: [one, another]"},
		{name: "lang", apply: plainMeta(func(m *slides.Meta) *string { return &m.Lang }),
			param: "text", doc: "the language of the talk, such as en or de; the page tells browsers", example: "lang: en"},
		{name: "description", apply: plainMeta(func(m *slides.Meta) *string { return &m.Description }),
			param: "text", doc: "what the talk is about, for previews of links to the page; without it, its first text", example: "description: How containers work"},
		{name: "url", apply: (*builder).pageURL,
			param: "address", doc: "where the page will be found, for previews of links to it", example: "url: https://example.org/talk/"},
		{name: "duration", apply: (*builder).duration,
			param: "time up to 24h", doc: "the planned length of the talk, against which `present` and the speaker view show the pace", example: "duration: 30m"},
		{name: "theme", apply: (*builder).theme,
			param: "name, path or override", doc: "the look of the slides: one of the built-in themes, a file, and changes of it; see themes.md",
			example: "theme: {name: dark, override: {footer: {style: template, right: \"{current_slide}\"}}}"},
		{name: "options", apply: (*builder).options,
			param: "mapping", doc: "the options below", example: "options: {end_slide_shorthand: true}"},
	}
}

// frontMatter reads the front matter, if there is one, and makes the intro slide. It returns a
// diagnostic if the YAML as a whole is invalid.
func (b *builder) frontMatter() *slides.Diag {
	front := b.src.front
	if b.src.unclosedFront() {
		return &slides.Diag{Pos: b.pos(b.src.body), Len: 3, Msg: "front matter is not closed",
			Hint: "end it with a line of ---"}
	}
	if front[1] == 0 {
		return nil
	}
	v, err := yaml.Cut(b.src.file, front[0], front[1]).Parse()
	var bad *yaml.Error
	if errors.As(err, &bad) {
		return &slides.Diag{Pos: bad.At.Pos, Len: bad.At.End - bad.At.Off, Msg: "front matter: " + bad.Msg,
			Hint: "quote text that has a colon or #"}
	}
	if v.Kind == yaml.Null {
		return nil
	}
	if v.Kind != yaml.Map {
		return &slides.Diag{Pos: v.At.Pos, Len: v.At.End - v.At.Off, Msg: "front matter: want lines of KEY: VALUE",
			Hint: "such as title: My talk"}
	}
	// The options come first: they say how strictly to read the rest.
	if f := v.Field("options"); f != nil {
		b.metaField(*f, metaTable())
	}
	for _, f := range v.Fields {
		if f.Key != "options" {
			b.metaField(f, metaTable())
		}
	}
	b.aliens()
	if b.intro {
		b.deck.Slides = append(b.deck.Slides, &slides.Slide{Steps: 1, Intro: true})
	}
	return nil
}

// metaField applies one key.
func (b *builder) metaField(f yaml.Field, table []metaKey) {
	if b.alien(f) {
		return
	}
	var names []string
	for _, k := range table {
		names = append(names, k.name)
		if k.name != f.Key {
			continue
		}
		b.warnCuts(f)
		if f.Value.Kind == yaml.Null {
			return
		}
		if err := k.apply(b, f.Value); err != nil {
			at := f.Value.At
			var place *placedError
			if errors.As(err, &place) {
				at = place.at
			}
			b.failAt(at, f.Key+": "+err.Error(), "as in "+k.example)
			return
		}
		b.intro = b.intro || k.intro
		return
	}
	if !b.opts.LenientFrontMatter {
		b.failAt(f.At, fmt.Sprintf("unknown front matter key %q", f.Key), text.Suggest(f.Key, "keys: ", slices.Sorted(slices.Values(names))))
	}
}

// placedError is an error about a part of a value.
type placedError struct {
	at  slides.Span
	msg string
}

func (e *placedError) Error() string { return e.msg }

func plainMeta(to func(*slides.Meta) *string) func(*builder, yaml.Value) error {
	return func(b *builder, v yaml.Value) error {
		s, err := v.Scalar()
		*to(&b.deck.Meta) = b.src.clean(strings.TrimSpace(s))
		return err
	}
}

// pageURL reads the address of the page.
func (b *builder) pageURL(v yaml.Value) error {
	s, err := v.Scalar()
	if err != nil {
		return err
	}
	b.deck.Meta.URL, err = slides.PageURL(strings.TrimSpace(s))
	return err
}

// maxDuration is the longest talk that a clock shows.
const maxDuration = 24 * time.Hour

// duration reads the planned length of the talk.
func (b *builder) duration(v yaml.Value) error {
	d, err := time.ParseDuration(v.Text)
	if v.Kind != yaml.String || err != nil || d < time.Second || d > maxDuration {
		got := v.Describe()
		if v.Kind == yaml.Int {
			got = v.Text
		}
		return fmt.Errorf("want a time up to 24h such as 30m or 1h15m, got %s", got)
	}
	b.deck.Meta.Duration = d
	return nil
}

const maxTitle = 100 // lines

// inlineLines reads text whose lines are inline Markdown.
func inlineLines(to func(*slides.Meta) *[]slides.Line) func(*builder, yaml.Value) error {
	return func(b *builder, v yaml.Value) error {
		s, err := v.Scalar()
		if err != nil {
			return err
		}
		for line := range strings.Lines(s) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if len(*to(&b.deck.Meta)) == maxTitle {
				return fmt.Errorf("want at most %d lines", maxTitle)
			}
			in, ok := b.inlineText(line, v.At)
			if !ok {
				return errors.New("want text without headings, lists and the like")
			}
			*to(&b.deck.Meta) = append(*to(&b.deck.Meta), in)
		}
		return nil
	}
}

// inlineText parses one line of inline Markdown from the YAML value at at.
func (b *builder) inlineText(line string, at slides.Span) (slides.Line, bool) {
	src := &source{file: b.src.file, text: []byte(line), dirty: b.src.dirty}
	doc := b.parser().Parse(goldtext.NewReader(src.text), parser.WithContext(parser.NewContext()))
	p := doc.FirstChild()
	if p == nil || p.NextSibling() != nil || p.Kind() != ast.KindParagraph {
		return nil, false
	}
	// If the YAML value has the line as written in the file, places are exact; otherwise the value's.
	start, exact := at.Pos, 0
	if at.File == b.src.file { // and not of a theme's file
		if i := bytes.Index(b.src.file.Src[at.Off:b.src.front[1]], src.text); i >= 0 {
			start.Off, exact = at.Off+i, 1
		}
	}
	c := &inliner{builder: b, src: src, at: func(off int) slides.Pos { return slides.Pos{File: start.File, Off: start.Off + off*exact} }}
	in := c.children(p)
	return in, len(c.images) == 0
}

func (b *builder) authors(v yaml.Value) error {
	if v.Kind != yaml.List {
		return fmt.Errorf("want a list, got %s", v.Describe())
	}
	if b.deck.Meta.Author != "" {
		return errors.New("there is an author already; use one of both keys")
	}
	for _, it := range v.Items {
		s, err := it.Scalar()
		if err != nil {
			return &placedError{it.At, err.Error()}
		}
		b.deck.Meta.Authors = append(b.deck.Meta.Authors, b.src.clean(s))
	}
	return nil
}
