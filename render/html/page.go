package html

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// Page draws the pieces of one view. It only reads the view, so several goroutines may use a Page.
type Page struct {
	// Now is the time for the durations of runs under way; Backend.Page sets it to the backend's.
	Now time.Time

	view        *render.View
	title       string
	notes       bool
	rtl         bool // the language of the deck runs from right to left
	live        bool // the page of a server, with controls and a place for every output
	transition  Transition
	light, dark render.Palette
	gap         float64       // between columns, in hundredths of the size of text
	darkest     bool          // the dark colours hold on every screen: the deck's theme is dark
	worn        func() string // the style sheet of the theme
	code        *code.Highlighter
	pictures    gallery
	site        *site                     // of a page with files beside it
	link        func(*slides.File) string // Backend.Link
	copies      render.Copies
	slugs       func() map[string]int // titles as link targets → slide numbers
	repeated    func() map[any]bool   // pictures that the page shows more than once, see repeats
}

// Page prepares to draw the pieces of a view.
func (b *Backend) Page(v *render.View) *Page {
	p := &Page{
		Now: b.Now, view: v, title: render.Title(v.Deck), notes: b.Notes, transition: b.Transition, link: b.Link, code: v.Highlight,
		light: v.Paper(), dark: v.Colours().Palette(false), darkest: v.Dark(),
	}
	p.gap = columnGap
	if look := v.Deck.Meta.Look; look.Value("column_layout.margin.fixed")+look.Value("column_layout.margin.percent") != "" {
		l := look.Length("column_layout.margin")
		p.gap = float64(43*l.Fixed + slideWidth/100*l.Percent)
	}
	p.rtl = rightToLeft[strings.ToLower(strings.SplitN(p.lang(), "-", 2)[0])]
	if p.Now.IsZero() {
		p.Now = time.Now()
	}
	if p.code == nil {
		p.code = &code.Highlighter{}
	}
	p.copies = render.CopiesOf(v.Deck)
	p.slugs = sync.OnceValue(func() map[string]int { return v.Deck.Slugs() })
	p.repeated = sync.OnceValue(p.repeats)
	p.worn = sync.OnceValue(p.drawLook)
	return p
}

// Live prepares to draw the pieces of a view for the page of a server: programs have buttons, every
// possible output has a place, and speaker notes are left out.
func (b *Backend) Live(v *render.View) *Page {
	p := b.Page(v)
	p.live, p.notes, p.link = true, false, nil
	p.repeated = func() map[any]bool { return nil } // slides come and go one by one, each with its pictures
	return p
}

// Box is a drawn box with the output of a program.
type Box struct {
	HTML []byte
	CSS  Sheet
	// Pieces holds offsets in HTML: the start of each piece of a long output and the end of the last
	// one. It is empty for a short output. The box around the output stands before and after them.
	Pieces []int
}

// Boxes draws the boxes with the output of s on slide i, in order. With a newer result, they replace
// the elements with its key.
func (p *Page) Boxes(i int, s *slides.Snippet) []Box {
	var out []Box
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
			out = append(out, Box{b.buf, b.css, b.pieces})
		}
	})
	return out
}

// Problems draws diagnostics of a deck as a slide shows them.
func (p *Page) Problems(list ...slides.Diag) *Content {
	b := builder{page: p}
	for _, d := range list {
		b.problem(&slides.Problem{Diag: d})
	}
	return b.content()
}

// Broken draws the reason why the deck on disk cannot be shown. Pages show it above the last good deck.
func (p *Page) Broken(b *slides.Broken) *Content {
	shown, _ := b.Diags.Shown()
	return p.Problems(shown...)
}

func (p *Page) highlight(s *slides.Snippet) [][]code.Token {
	return p.code.Highlight(s.Lang, s.Show.Written())
}

// Content is the content of a slide. It does not depend on the slide's number or the count of slides.
type Content struct {
	HTML []byte
	CSS  Sheet
	hash string // of HTML without the parts that depend on results
}

// Content draws the content of slide i, counted from 0.
func (p *Page) Content(i int) *Content {
	b := builder{page: p}
	b.inside(p.view.Deck.Slides[i], i == 0)
	return b.content()
}

// content returns the drawn HTML as the content of a slide.
func (b *builder) content() *Content {
	sum, from := sha256.New(), 0
	for _, v := range b.varies {
		sum.Write(b.buf[from:v[0]])
		from = v[1]
	}
	sum.Write(b.buf[from:])
	return &Content{HTML: b.buf, CSS: b.css, hash: hex.EncodeToString(sum.Sum(nil)[:8])}
}

// Section returns the element of slide i around its content.
func (p *Page) Section(i int, c *Content) []byte {
	b := builder{page: p}
	b.section(i, c)
	return b.buf
}

func (b *builder) section(i int, c *Content) {
	s, n := b.page.view.Deck.Slides[i], len(b.page.view.Deck.Slides)
	label := fmt.Sprintf("%d of %d", i+1, n)
	if t := b.page.view.Deck.TitleOf(s); t != "" {
		label += ": " + t
	}
	b.raw(`<section class="slide"`)
	b.attr("id", fmt.Sprintf("s%d", i+1))
	if s.Steps > 1 {
		b.num("data-steps", s.Steps)
	}
	if b.page.live { // a file is not patched
		b.attr("data-hash", c.hash)
	}
	b.attr("aria-label", label)
	b.raw(">")
	b.insert(c)
	b.footer(s, i, n)
	b.raw("</section>")
}

// footer writes what stands at the bottom of a slide: the theme's, or the talk's title and the number.
func (b *builder) footer(s *slides.Slide, i, n int) {
	look := b.page.view.Deck.Meta.Look
	switch style := look.Value("footer.style"); {
	case s.NoFooter, s.Intro && !(style == "template" && look.Is("intro_slide.footer", false)), style == "empty", style == "progress_bar":
	case style == "template":
		b.raw(`<footer class="made">`)
		for _, part := range []slides.FooterPart{look.Footer.Left, look.Footer.Center, look.Footer.Right} {
			b.raw("<span>")
			if data, p, err := b.page.picture(part.Image); part.Image != nil && err == nil {
				b.img(picture{Picture: p, data: data, repeated: b.page.repeated()[sourceOf(part.Image)]})
			}
			from := len(b.buf)
			b.inlines(part.Numbered(markNumber, markTotal))
			b.numbers(from, i+1, n)
			b.raw("</span>")
		}
		b.raw("</footer>\n")
	default:
		b.raw("<footer><span>")
		b.text(b.page.title)
		b.raw("</span><span>")
		b.text(fmt.Sprintf("%d / %d", i+1, n))
		b.raw("</span></footer>")
	}
}

// inside writes the content of a slide.
func (b *builder) inside(s *slides.Slide, first bool) {
	b.raw(`<div class="body`)
	at := len(b.buf)
	if render.Statement(s.Blocks) && !s.Intro {
		b.raw(` say`)
		b.add("intro", "") // the chapter
	}
	b.raw(`">`)
	b.first = first
	if s.Intro {
		b.intro()
	}
	b.blocks(s.Blocks)
	b.raw("</div>")
	if size := b.oneSize(); size != "" { // it depends on outputs
		b.prepend(at, " "+string(size))
	}
	if b.page.notes {
		b.speakerNotes(s)
	}
}

// intro writes the slide made from the front matter.
func (b *builder) intro() {
	m := &b.page.view.Deck.Meta
	b.raw("<div")
	b.class("intro")
	b.raw(">\n")
	if len(m.Title) > 0 {
		tag := b.rank(0)
		b.raw("<")
		b.raw(tag)
		b.raw(` class="t">`)
		b.lines(m.Title)
		b.raw("</")
		b.raw(tag)
		b.raw(">\n")
	}
	if len(m.SubTitle) > 0 {
		b.raw(`<p class="sub">`)
		b.lines(m.SubTitle)
		b.raw("</p>\n")
	}
	b.line("who", b.page.authors())
	b.when(m)
	b.raw("</div>\n")
}

// when writes where and when the talk is: on a line, or on one for each if the theme says something of one.
func (b *builder) when(m *slides.Meta) {
	parts := []struct {
		class
		text string
	}{{"ev", m.Event}, {"lo", m.Location}, {"da", m.Date}}
	alone, words := apart(b.page.view.Deck.Meta.Look), []string{}
	for _, p := range parts {
		if alone {
			b.line("when "+p.class, p.text)
		} else if p.text != "" {
			words = append(words, p.text)
		}
	}
	b.line("when", strings.Join(words, " · "))
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

// target resolves a link within the deck: "#the-title" leads to the slide with that title.
func (p *Page) target(dest string) string {
	if n, ok := p.slugs()[dest[1:]]; ok {
		return fmt.Sprintf("#s%d", n)
	}
	return dest
}
