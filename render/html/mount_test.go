package html

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// cross returns a PNG of 40 by 40 pixels: a cross in one colour, on another one or on nothing.
func cross(ink, paper color.Color) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	for y := range 40 {
		for x := range 40 {
			m.Set(x, y, paper)
			if x == y || x == 39-y {
				m.Set(x, y, ink)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func svg(content string) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 40 40">` + content + `</svg>`)
}

// TestMount: a picture that would vanish on the light or on the dark slide has a card there, and no other has one.
func TestMount(t *testing.T) {
	clear, red := color.NRGBA{}, color.NRGBA{200, 40, 40, 255}
	for _, tt := range []struct {
		name string
		data []byte
		want class
	}{
		{"black lines", cross(color.Black, clear), "ml"},
		{"white lines", cross(color.White, clear), "md"},
		{"red lines", cross(red, clear), ""},
		{"black lines on white", cross(color.Black, color.White), ""},
		{"nothing", cross(clear, clear), ""},
		{"half a picture", cross(color.Black, clear)[:80], ""},
		{"a drawing that names no colour", svg(`<path d="M0 0L40 40"/>`), "ml"},
		{"a drawing in the current colour", svg(`<path stroke="currentColor" fill="none" d="M0 0L40 40"/>`), "ml"},
		{"a white drawing", svg(`<path style="fill: #fff" d="M0 0L40 40"/>`), "md"},
		{"a coloured drawing", svg(`<path fill="#c82828" d="M0 0L40 40"/><path d="M0 0"/>`), ""},
		{"a drawing with a background", svg(`<rect width="100%" height="100%" fill="#ffffff"/><path d="M0 0L40 40"/>`), ""},
		{"a drawing for both", svg(`<style>@media (prefers-color-scheme:dark){path{fill:#fff}}</style><path d="M0 0L40 40"/>`), ""},
		{"a gradient", svg(`<path fill="url(#a)" d="M0 0L40 40"/>`), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			is, _ := slides.ParsePicture(tt.data)
			if is.Type == "" {
				is = slides.Picture{Type: "image/png", Width: 40, Height: 40}
			}
			b := builder{page: (&Backend{Now: clock}).Page(&render.View{Deck: &slides.Deck{}})}
			for range 2 { // the second time it is remembered
				if got := b.mount(tt.data, is); got != tt.want {
					t.Errorf("the card is %q, want %q", got, tt.want)
				}
			}
		})
	}
	d := &slides.Deck{Slides: []*slides.Slide{titled("Pictures", &slides.Image{File: &slides.File{Name: "a.png", Path: "a.png", Src: cross(color.Black, clear)}})}}
	if page := draw(t, &Backend{Now: clock}, view(d, nil)); !strings.Contains(page, ` ml"`) || !strings.Contains(page, ".ml{padding:.4em;background:light-dark(#0000,#f3f1eb)}") {
		t.Error("a page shows the picture without its card")
	}
}
