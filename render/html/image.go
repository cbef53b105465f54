package html

import (
	"encoding/base64"
	"errors"
	"fmt"
	"sync"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// image writes a picture of the deck, or the reason why it cannot.
func (b *builder) image(im *slides.Image) {
	data, p, err := b.page.picture(im.File)
	if err == nil && b.page.copies.Spent(im, len(data), budget.Pictures) {
		err = fmt.Errorf("picture %s: %s; %s", im.File.Name, budget.Pictures.Message(), budget.Pictures.Try)
	}
	if err != nil {
		restore := b.block("div", &im.Base, "bug")
		b.raw(`<p class="m">`)
		b.text(err.Error())
		b.raw("</p></div>\n")
		restore()
		return
	}
	restore := b.block("figure", &im.Base, "pic")
	linked := b.anchor(im.Dest, "", im.Linked)
	b.img(picture{Picture: p, data: data, alt: im.Alt, title: im.Title, percent: im.Width, card: b.mount(data, p), repeated: b.page.repeated()[sourceOf(im.File)]})
	if linked {
		b.raw("</a>")
	} else if im.Dest != "" {
		b.dest(im.Dest)
	}
	b.raw("</figure>\n")
	restore()
}

// picture returns the bytes of a picture of the deck and its format. It reads every file once per page.
// The error is a message for the author of the deck.
func (p *Page) picture(f *slides.File) ([]byte, slides.Picture, error) {
	none := slides.Picture{}
	if f == nil {
		return nil, none, errors.New("picture without a file")
	}
	data, is, err := p.pictures.read(f)
	if err != nil {
		return nil, none, fmt.Errorf("picture %s: %w", f.Name, err)
	}
	return data, is, nil
}

// gallery holds the pictures of a page. It reads each once, for all goroutines that draw the page.
type gallery struct {
	mu    sync.Mutex
	once  map[string]func() ([]byte, shot)
	rules map[class]string // the pictures that the style sheet holds, see builder.shared
}

// shot is the format of a picture, or an error.
type shot struct {
	slides.Picture
	err error
}

// read returns a picture of the deck. Errors hold the reason alone; the caller names the file.
func (p *gallery) read(f *slides.File) ([]byte, slides.Picture, error) {
	if f.Src != nil {
		return f.Picture()
	}
	p.mu.Lock()
	read, ok := p.once[f.Path]
	if !ok {
		read = sync.OnceValues(func() ([]byte, shot) {
			data, is, err := f.Picture()
			return data, shot{is, err}
		})
		if p.once == nil {
			p.once = map[string]func() ([]byte, shot){}
		}
		p.once[f.Path] = read
	}
	p.mu.Unlock()
	data, s := read()
	return data, s.Picture, s.err
}

// picture is a picture for the page.
type picture struct {
	slides.Picture
	data       []byte
	alt, title string
	percent    int  // of the slide's width; 0: natural size
	repeated   bool // the page shows it at another place, too
	card       class
}

func (b *builder) img(p picture) {
	var shared class
	beside := b.page.site != nil && extensions[p.Type] != ""
	if p.repeated && !beside {
		shared = b.shared(p)
	}
	b.raw("<img")
	switch {
	case p.percent > 0:
		b.class(b.percent(p.percent), shared, p.card)
	case p.Width > 0:
		b.class("nat", b.natural(p.Width), shared, p.card)
	default:
		b.class(shared, p.card)
	}
	if p.Width > 0 && p.Height > 0 {
		b.num("width", p.Width)
		b.num("height", p.Height)
	}
	b.attr("alt", p.alt)
	if p.title != "" {
		b.attr("title", p.title)
	}
	switch {
	case shared != "":
	case beside:
		b.attr("src", b.page.site.add("", extensions[p.Type], p.data))
	default:
		b.raw(` src="data:`)
		b.text(p.Type)
		b.raw(`;base64,`)
		b.buf = base64.StdEncoding.AppendEncode(b.buf, p.data)
		b.raw(`"`)
	}
	b.raw("/>")
}

// drawing writes the picture that a program made, in place of its code, or else the program's output.
func (b *builder) drawing(c *slides.Code, r slides.Result) {
	s := c.Snippet
	if tokens, ok := mathTokens(r.Formula()); ok && s.Exec.Mode == slides.ModeRender {
		restore := b.block("figure", &c.Base, "pic", "eq")
		b.formula(tokens)
		b.raw("</figure>\n")
		restore()
		return
	}
	data, p, err := render.PictureOf(s, r)
	if err != nil || r.State != slides.Done || r.Failed() {
		b.outputBox(box{base: &c.Base, snippet: s, result: r})
		return
	}
	var paper, card class
	if s.Exec.Mode == slides.ModeRender {
		paper = "ink"
	} else {
		card = b.mount(data, p)
	}
	restore := b.block("figure", &c.Base, "pic", paper)
	b.img(picture{Picture: p, data: data, alt: render.Drawn(s), percent: s.Show.Width, card: card,
		repeated: b.page.repeated()[s.Key]})
	b.raw("</figure>\n")
	restore()
}
