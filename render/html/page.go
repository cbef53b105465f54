package html

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// Page draws the pieces of one view. It only reads the view, so several goroutines may use it.
type Page struct {
	view        *render.View
	title       string
	now         time.Time
	notes       bool
	rtl         bool // the language of the deck runs from right to left
	live        bool // for a server: with controls, and a place for every output
	light, dark render.Palette
	code        *code.Highlighter
	pictures    gallery
	placed      map[*slides.Snippet]bool // those whose output has a placeholder
	copies      render.Copies
	slugs       func() map[string]int // titles as link targets → slide numbers
}

// Fragment is a piece of a page: its HTML, and the rules that the classes in it need, as CSS.
type Fragment struct{ HTML, CSS string }

// Page prepares the pieces of a view to be drawn.
func (b *Backend) Page(v *render.View) *Page {
	p := &Page{
		view: v, title: deckTitle(v.Deck), now: b.Now, notes: b.Notes, code: v.Highlight,
		light: v.Theme.Palette(true), dark: v.Theme.Palette(false),
		placed: map[*slides.Snippet]bool{},
	}
	p.rtl = rightToLeft[strings.ToLower(strings.SplitN(p.lang(), "-", 2)[0])]
	if p.now.IsZero() {
		p.now = time.Now()
	}
	if p.code == nil {
		p.code = &code.Highlighter{}
	}
	for _, s := range v.Deck.Slides {
		slides.Walk(s.Blocks, func(bl slides.Block) {
			if o, ok := bl.(*slides.Output); ok && o.Snippet != nil {
				p.placed[o.Snippet] = true
			}
		})
	}
	p.copies = render.CopiesOf(v.Deck)
	p.slugs = sync.OnceValue(func() map[string]int { return slugs(v.Deck) })
	return p
}

// Slide draws slide i, counted from 0.
func (p *Page) Slide(i int) Fragment {
	b := builder{page: p}
	b.slide(i)
	return Fragment{string(b.buf), b.css.String()}
}

// Outputs draws the boxes that hold the output of s, as they stand on slide i, in their order: a
// newer result replaces the elements with its key by these.
func (p *Page) Outputs(i int, s *slides.Snippet) []Fragment {
	var out []Fragment
	for _, b := range p.outputs(i, s) {
		out = append(out, Fragment{string(b.buf), b.css.String()})
	}
	return out
}

func (p *Page) outputs(i int, s *slides.Snippet) []builder {
	var out []builder
	slides.Walk(p.view.Deck.Slides[i].Blocks, func(bl slides.Block) {
		b := builder{page: p}
		switch bl := bl.(type) {
		case *slides.Output:
			if bl.Snippet == s {
				b.output(bl)
			}
		case *slides.Code:
			if bl.Snippet == s {
				b.result(bl)
			}
		}
		if len(b.buf) > 0 {
			out = append(out, b)
		}
	})
	return out
}

func (p *Page) highlight(s *slides.Snippet) [][]code.Token {
	return p.code.Highlight(s.Lang, s.Show.Lines)
}

// inside is what is on a slide, whatever its number and the count of slides.
type inside struct {
	buf  []byte
	css  sheet
	hash string // changes exactly when buf does
}

// draw draws what is on slide i.
func (p *Page) draw(i int) *inside {
	b := builder{page: p}
	b.content(p.view.Deck.Slides[i], i == 0)
	return b.inside()
}

// inside returns what was drawn as what is on a slide.
func (b *builder) inside() *inside {
	sum := sha256.Sum256(b.buf)
	return &inside{buf: b.buf, css: b.css, hash: hex.EncodeToString(sum[:8])}
}

// slide writes a slide as one element.
func (b *builder) slide(i int) {
	in := b.page.draw(i)
	if b.css == nil {
		b.css = sheet{}
	}
	b.css.merge(in.css)
	b.section(i, in)
}

// section writes the element of slide i around what is on it.
func (b *builder) section(i int, in *inside) {
	s, n := b.page.view.Deck.Slides[i], len(b.page.view.Deck.Slides)
	label := fmt.Sprintf("%d of %d", i+1, n)
	if t := slideTitle(b.page.view.Deck, s); t != "" {
		label += ": " + t
	}
	b.raw(`<section class="slide"`)
	b.attr("id", fmt.Sprintf("s%d", i+1))
	if s.Steps > 1 {
		b.num("data-steps", s.Steps)
	}
	b.attr("data-hash", in.hash)
	b.raw(` aria-roledescription="slide"`)
	b.attr("aria-label", label)
	b.raw(` tabindex="-1">` + "\n")
	b.buf = append(b.buf, in.buf...)
	if !s.NoFooter && !s.Intro {
		b.raw("<footer><span>")
		b.text(b.page.title)
		b.raw("</span><span>")
		b.text(fmt.Sprintf("%d / %d", i+1, n))
		b.raw("</span></footer>\n")
	}
	b.raw("</section>\n")
}

// slideTitle returns the title of a slide as plain text.
func slideTitle(d *slides.Deck, s *slides.Slide) string {
	if s.Intro && len(s.Title) == 0 {
		return slides.PlainLines(d.Meta.Title)
	}
	return slides.PlainLines(s.Title)
}

// content writes what is on a slide.
func (b *builder) content(s *slides.Slide, first bool) {
	b.raw(`<div class="body">` + "\n")
	title := markup("h2")
	if first {
		title = "h1"
	}
	if s.Intro {
		b.intro(title)
	}
	if !s.Intro && len(s.Title) > 0 {
		b.pending = &pendingTitle{tag: title, lines: s.Title}
	}
	b.blocks(s.Blocks)
	b.flushTitle(nil)
	b.raw("</div>\n")
	if b.page.notes {
		b.speakerNotes(s)
	}
}

// pendingTitle is a slide's title until the blocks that stand before it in the source (space, a
// jump to the middle) are written.
type pendingTitle struct {
	tag   markup
	lines []slides.Line
}

// flushTitle writes the title if it stands before next, or if there is no next.
func (b *builder) flushTitle(next slides.Block) {
	t := b.pending
	if t == nil || next != nil && len(t.lines[0]) > 0 && next.Common().Pos().Before(t.lines[0][0].Pos()) {
		return
	}
	b.pending = nil
	b.heads(t.tag, t.lines)
}

// heads writes lines as a title.
func (b *builder) heads(tag markup, lines []slides.Line) {
	b.raw("<")
	b.raw(tag)
	b.raw(` class="t">`)
	for i, l := range lines {
		if i > 0 {
			b.raw("<br/>")
		}
		b.inlines(l)
	}
	b.raw("</")
	b.raw(tag)
	b.raw(">\n")
}

// intro writes the slide made from the front matter.
func (b *builder) intro(tag markup) {
	m := &b.page.view.Deck.Meta
	b.raw(`<div class="intro">` + "\n")
	if len(m.Title) > 0 {
		b.heads(tag, m.Title)
	}
	if len(m.SubTitle) > 0 {
		b.raw(`<p class="sub">`)
		b.lines(m.SubTitle)
		b.raw("</p>\n")
	}
	b.line("who", b.page.authors())
	when := slices.DeleteFunc([]string{m.Event, m.Location, m.Date}, func(s string) bool { return s == "" })
	b.line("when", strings.Join(when, " · "))
	b.raw("</div>\n")
}

func (b *builder) line(c class, text string) {
	if text == "" {
		return
	}
	b.raw("<p")
	b.class(c)
	b.raw(">")
	b.text(text)
	b.raw("</p>\n")
}

func (b *builder) speakerNotes(s *slides.Slide) {
	for _, n := range s.Notes {
		b.raw(`<div class="notes" hidden=""`)
		b.num("data-due", n.Step)
		b.raw(">")
		b.text(n.Text)
		b.raw("</div>\n")
	}
}

// target returns a link within the deck: "#the-title" leads to the slide with that title.
func (p *Page) target(dest string) string {
	if n, ok := p.slugs()[dest[1:]]; ok {
		return fmt.Sprintf("#s%d", n)
	}
	return dest
}

// slugs returns the slides' titles as they are linked to, the first of equal ones.
func slugs(d *slides.Deck) map[string]int {
	out := map[string]int{}
	for i, s := range d.Slides {
		slug := slug(slideTitle(d, s))
		if _, taken := out[slug]; !taken && slug != "" {
			out[slug] = i + 1
		}
	}
	return out
}

func slug(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, title)
}
