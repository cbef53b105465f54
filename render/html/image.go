package html

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the headers of these formats say how large a picture is
	_ "image/jpeg"
	_ "image/png"
	"strconv"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/slides"
)

// magics tell formats of pictures by how their files begin; a dot stands for any byte. The type
// that a browser is told is one of these, never one that a deck or program names.
var magics = []struct{ begins, mime string }{
	{"\x89PNG\r\n\x1a\n", "image/png"},
	{"\xff\xd8\xff", "image/jpeg"},
	{"GIF87a", "image/gif"},
	{"GIF89a", "image/gif"},
	{"RIFF....WEBP", "image/webp"},
	{"....ftypavif", "image/avif"},
}

// pictureType returns the media type of a picture, "" for anything else.
func pictureType(data []byte) string {
	for _, m := range magics {
		if begins(data, m.begins) {
			return m.mime
		}
	}
	return ""
}

func begins(data []byte, with string) bool {
	if len(data) < len(with) {
		return false
	}
	for i := range len(with) {
		if with[i] != '.' && data[i] != with[i] {
			return false
		}
	}
	return true
}

// fileType is pictureType for the pictures of a deck, which may also be SVG: as a picture it runs
// no script and loads nothing.
func fileType(data []byte) string {
	if mime := pictureType(data); mime != "" {
		return mime
	}
	if svgTag().Match(data[:min(len(data), 4096)]) {
		return "image/svg+xml"
	}
	return ""
}

var (
	svgTag   = pattern.New(`(?s)^\x{FEFF}?\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]`)
	svgWidth = pattern.New(`(?s)<svg[^>]*?\s(?:width\s*=\s*["']([0-9.]+)(?:px)?["']|viewBox\s*=\s*["']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]+))`)
)

// pixels returns the width and height of a picture, zeros where they are not known.
func pixels(data []byte, mime string) (w, h int) {
	if mime == "image/svg+xml" {
		m := svgWidth().FindSubmatch(data[:min(len(data), 4096)])
		if m == nil {
			return 0, 0
		}
		f, _ := strconv.ParseFloat(string(m[1])+string(m[2]), 64)
		return int(f), 0
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return 0, 0
	}
	return c.Width, c.Height
}

// image writes a picture of the deck, or why there is none.
func (b *builder) image(im *slides.Image) {
	data, mime, err := b.page.picture(im.File)
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
	b.img(picture{data: data, mime: mime, alt: im.Alt, title: im.Title, width: im.Width})
	b.raw("</figure>\n")
	restore()
}

// picture returns the bytes of a picture of the deck and its media type. Every file is read once
// a page; what it says is written for the author of the deck.
func (p *Page) picture(f *slides.File) ([]byte, string, error) {
	if f == nil {
		return nil, "", errors.New("picture without a file")
	}
	data := f.Src
	if data == nil {
		var err error
		if data, err = p.pictures.read(f); err != nil {
			return nil, "", fmt.Errorf("picture %s: %w", f.Name, err)
		}
	}
	if len(data) > maxPicture {
		return nil, "", fmt.Errorf("picture %s: %w", f.Name, errTooLarge)
	}
	mime := fileType(data)
	if mime == "" {
		return nil, "", fmt.Errorf("picture %s: not one that browsers show (PNG, JPEG, GIF, WebP, AVIF, SVG)", f.Name)
	}
	return data, mime, nil
}

// picture is a picture to be written into the page.
type picture struct {
	data             []byte
	mime, alt, title string
	width            int // percent, 0: natural
}

func (b *builder) img(p picture) {
	b.raw("<img")
	w, h := pixels(p.data, p.mime)
	switch {
	case p.width > 0:
		b.class(b.percent(p.width))
	case w > 0:
		b.class("nat", b.natural(w))
	}
	if w > 0 && h > 0 {
		b.num("width", w)
		b.num("height", h)
	}
	b.attr("alt", p.alt)
	if p.title != "" {
		b.attr("title", p.title)
	}
	b.raw(` src="data:`)
	b.text(p.mime)
	b.raw(`;base64,`)
	b.buf = base64.StdEncoding.AppendEncode(b.buf, p.data)
	b.raw(`"/>`)
}

// drawing writes the picture that a program made in place of its code, or what it said instead.
func (b *builder) drawing(c *slides.Code, r slides.Result) {
	s := c.Snippet
	var data []byte
	if r.State == slides.Done && !r.Failed() {
		data = r.Stream(false)
		if pictureType(data) == "" {
			data = r.Bytes()
		}
	}
	mime := pictureType(data)
	if mime == "" || len(data) > maxPicture {
		if r.State == slides.Done && !r.Failed() && r.Reason == "" {
			r.Reason = "the program printed no picture (PNG, JPEG, GIF or WebP)"
		}
		b.outputBox(box{base: &c.Base, snippet: s, result: r})
		return
	}
	restore := b.block("figure", &c.Base, "pic")
	b.img(picture{data: data, mime: mime, alt: "picture drawn by the " + s.Lang + " program " + s.Name(), width: s.Show.Width})
	b.raw("</figure>\n")
	restore()
}
