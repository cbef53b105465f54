package html

import (
	"cmp"
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
)

// A Card is what messengers and social networks show of a page to which somebody links. They read it from the head
// of the page, run no script and need absolute addresses.
type Card struct {
	Description string
	URL         string // of the page, "" if it is unknown
	Image       string // address of a picture, relative if URL is unknown; "": none
}

// mostDescribed is as much of a description as is shown elsewhere, in characters.
const mostDescribed = 200

// card returns the card of an exported page.
func (b *Backend) card(p *Page) *Card {
	m := &p.view.Deck.Meta
	c := &Card{URL: cmp.Or(b.URL, m.URL), Description: Clean(p.description())}
	if p.site != nil {
		if c.Image = p.preview(b.Preview); c.URL != "" {
			c.Image = resolve(c.URL, c.Image)
		}
	}
	return c
}

// resolve returns the absolute address of a file beside a page. An address without an ending is that of a folder.
func resolve(page, file string) string {
	u, err := url.Parse(page)
	if err != nil || file == "" {
		return file
	}
	if !strings.HasSuffix(u.Path, "/") && path.Ext(u.Path) == "" {
		u.Path += "/"
	}
	return u.ResolveReference(&url.URL{Path: file}).String()
}

// description returns what the talk is about: as its author says, or its first text.
func (p *Page) description() string {
	d := p.view.Deck
	said := cmp.Or(d.Meta.Description, slides.PlainLines(d.Meta.SubTitle))
	for _, s := range d.Slides {
		slides.Walk(s.Blocks, func(bl slides.Block) {
			if said != "" {
				return
			}
			switch bl := bl.(type) {
			case *slides.Paragraph:
				said = slides.Plain(bl.Text)
			case *slides.List:
				var items []string
				for _, it := range bl.Items {
					items = append(items, slides.Plain(it.Text))
				}
				said = strings.Join(items, ", ")
			}
			said = strings.TrimSpace(said)
		})
	}
	return shorten(strings.Join(strings.Fields(said), " "), mostDescribed)
}

// shorten cuts a text after a word if it has more than most characters.
func shorten(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	cut := most - 1
	for cut > most/2 && !unicode.IsSpace(runes[cut]) {
		cut--
	}
	return strings.TrimRightFunc(string(runes[:cut]), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) + "…"
}

// leastPreview is the least width and height of a picture that stands for a talk, in pixels.
const leastPreview = 200

// Preview is a picture that stands for a talk.
type Preview struct {
	Name string // of the file in the folder: it tells what the picture shows
	Data []byte // PNG
}

// NewPreview returns a preview without its picture, from the page that it shows.
func NewPreview(page []byte) *Preview {
	return &Preview{Name: files.Asset("preview", hashOf(page), "png")}
}

// preview returns the address of the picture that stands for the talk: that of its first slide, or else
// the first photograph or drawing of the deck. Other sites do not show SVG.
func (p *Page) preview(first *Preview) string {
	if first != nil {
		p.site.files[first.Name] = first.Data
		return first.Name
	}
	out := ""
	for _, s := range p.view.Deck.Slides {
		slides.Walk(s.Blocks, func(bl slides.Block) {
			im, ok := bl.(*slides.Image)
			if !ok || out != "" {
				return
			}
			data, is, err := p.picture(im.File)
			if err == nil && is.Type != "image/svg+xml" && min(is.Width, is.Height) >= leastPreview {
				out = p.site.add("", extensions[is.Type], data)
			}
		})
	}
	return out
}
