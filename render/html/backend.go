// Package html draws a talk as one self-contained HTML file: a slide at a time with steps, an
// overview, an index, deep links and a print style sheet where there is a script engine, all
// slides one after the other where there is none.
//
// The page asks for nothing outside of itself, and its content security policy forbids it to.
// Text from the deck and from programs cannot become markup, style, script or an address other
// than http, https and mailto; see builder and sheet. Speaker notes stay out unless asked for.
//
// A Page draws single slides and single output boxes as well, byte for byte as they are in the
// whole file, so that a page on screen can be patched piece by piece.
package html

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// Backend draws a view as an HTML file. The zero value is ready to use.
type Backend struct {
	// Notes puts the speaker notes into the file, hidden. Whoever gets the file can read them.
	Notes bool
	// Now is when the picture is taken, for runs under way; zero: the time of drawing.
	Now time.Time
}

var _ render.Backend = (*Backend)(nil)

var (
	//go:embed deck.tmpl
	frameSource string
	//go:embed deck.css
	styleSource string
	//go:embed deck.js
	scriptSource string

	frame = template.Must(template.New("deck").Parse(frameSource + deskSource))
)

// Render writes the whole file.
func (b *Backend) Render(w io.Writer, v *render.View) error {
	p := b.Page(v)
	parts, css := p.all()
	h := p.head(css)
	h.Policy, h.Scripts = policy(string(h.Style), scriptSource), []template.JS{template.JS(scriptSource)}
	return writePage(w, h, parts)
}

// head is what stands before the slides.
type head struct {
	Lang, Policy, Author, Title string
	RTL                         bool
	State                       string // of the server when it drew the page, "" in a file
	Version                     int    // of the deck since the server began, 0 in a file
	Style                       template.CSS
	Scripts                     []template.JS
	Help                        []helpRow
	Desk                        bool // the speaker's
}

// head returns the head of a page whose slides need css.
func (p *Page) head(css sheet, more ...string) *head {
	return &head{
		Lang: p.lang(), RTL: p.rtl, Author: clean(p.authors()), Title: clean(p.title), Help: slices.Concat(help, fileHelp),
		// This package's own files, and classes made of numbers and checked colours.
		Style: template.CSS(p.tokens() + styleSource + strings.Join(more, "") + css.String()),
	}
}

func writePage(w io.Writer, h *head, parts [][]byte) error {
	if err := frame.ExecuteTemplate(w, "head", h); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write slides: %w", err)
		}
	}
	if err := frame.ExecuteTemplate(w, "foot", h); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// helpRow says what keys do.
type helpRow struct {
	Keys []string
	Does string
}

// fileHelp is what a page that no server stands behind says beside help.
var fileHelp = []helpRow{{[]string{"s", "S"}, "all steps of the slide"}}

// help is what every page says about its keys.
var help = []helpRow{
	{[]string{"→", "Space", "j", "l"}, "next step"},
	{[]string{"←", "h", "k"}, "previous step"},
	{[]string{"n", "p"}, "next, previous slide"},
	{[]string{"gg", "G"}, "first, last slide"},
	{[]string{"12 G"}, "slide 12"},
	{[]string{"o", "Esc"}, "overview"},
	{[]string{"Ctrl P"}, "find a slide"},
	{[]string{"T"}, "layout grid"},
	{[]string{"f"}, "full screen"},
	{[]string{"b"}, "black screen"},
	{[]string{"?"}, "this help"},
}

// Slides are drawn in parts, and in a large deck each part is an element that is hidden as a
// whole: whenever one of many siblings comes or goes, browsers look at all of them.
const (
	together = 64 // slides in a part
	large    = 4 * together
)

// all draws every slide, on all cores. The parts are in order.
func (p *Page) all() ([][]byte, sheet) {
	n := len(p.view.Deck.Slides)
	parts := make([][]byte, (n+together-1)/together)
	sheets := make([]sheet, len(parts))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(parts)) {
		wg.Go(func() {
			for i := range next {
				b := builder{page: p, css: sheet{}}
				b.part(i*together, min(n, (i+1)*together))
				parts[i], sheets[i] = b.buf, b.css
			}
		})
	}
	for i := range parts {
		next <- i
	}
	close(next)
	wg.Wait()
	css := sheet{}
	for _, s := range sheets {
		css.merge(s)
	}
	return parts, css
}

// part writes the slides from one up to another.
func (b *builder) part(from, to int) {
	b.set(func() {
		for i := from; i < to; i++ {
			b.slide(i)
		}
	})
}

// set writes an element around a part, in large decks.
func (b *builder) set(slides func()) {
	if len(b.page.view.Deck.Slides) <= large {
		slides()
		return
	}
	b.raw(`<div class="set">` + "\n")
	slides()
	b.raw("</div>\n")
}

// tokens returns the theme's colours as custom properties, for light and dark screens. Paper is
// white.
func (p *Page) tokens() string {
	var b strings.Builder
	b.WriteString(":root{" + properties(&p.light) + "}\n")
	b.WriteString("@media screen and (prefers-color-scheme:dark){:root{" + properties(&p.dark) + "}}\n")
	b.WriteString("@media print{:root{--bg:#ffffff;color-scheme:light}}\n")
	return b.String()
}

func properties(pal *render.Palette) string {
	var b strings.Builder
	for _, t := range []struct {
		name  string
		color render.Color
	}{
		{"bg", pal.Background}, {"panel", pal.Panel}, {"line", pal.Hairline}, {"text", pal.Text}, {"dim", pal.Dim},
		{"accent", pal.Accent}, {"ok", pal.OK}, {"err", pal.Error}, {"note", pal.Note}, {"key", pal.Keyword},
		{"str", pal.String}, {"fn", pal.Function}, {"num", pal.Number}, {"type", pal.Type},
	} {
		fmt.Fprintf(&b, "--%s:%s;", t.name, pal.RGB(t.color).Hex())
	}
	for i, c := range pal.ANSI {
		fmt.Fprintf(&b, "--a%d:%s;", i, pal.RGB(c).Hex())
	}
	return b.String()
}

var langTag = pattern.New(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// lang returns the language of the deck, English where it does not say one.
func (p *Page) lang() string {
	if l := strings.ReplaceAll(p.view.Deck.Meta.Lang, "_", "-"); langTag().MatchString(l) {
		return l
	}
	return "en"
}

// rightToLeft are languages whose slides run from right to left.
var rightToLeft = map[string]bool{"ar": true, "fa": true, "he": true, "ur": true, "yi": true, "ps": true, "sd": true, "ug": true, "dv": true}

func (p *Page) authors() string {
	m := &p.view.Deck.Meta
	return cmp.Or(m.Author, strings.Join(m.Authors, ", "))
}

// deckTitle returns what a browser shows as the title of the page.
func deckTitle(d *slides.Deck) string {
	if t := slides.PlainLines(d.Meta.Title); t != "" {
		return t
	}
	for _, s := range d.Slides {
		if t := slides.PlainLines(s.Title); t != "" {
			return t
		}
	}
	if len(d.Files) > 0 && d.Files[0].Name != "" {
		return d.Files[0].Name
	}
	return "slides"
}
