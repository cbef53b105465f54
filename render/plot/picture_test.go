package plot

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/poppler"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// painted returns a picture whose pixels have many or few colours.
func painted(w, h int, few bool, alpha uint8) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{uint8(x * 255 / w), uint8(y * 255 / h), uint8(x * y), alpha}
			if few {
				c = color.NRGBA{uint8(x / 20 * 40), 0, 90, alpha}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func encoded(t *testing.T, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPictures: every kind of picture is on its page, in its size, and once in the file.
func TestPictures(t *testing.T) {
	files := map[string][]byte{
		"few.png":   encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, painted(100, 50, true, 255)) }),
		"many.png":  encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, painted(100, 50, false, 255)) }),
		"clear.png": encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, painted(60, 60, true, 90)) }),
		"photo.jpg": encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, painted(3000, 200, false, 255), nil) }),
		"a.gif":     encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, painted(40, 40, true, 255), nil) }),
		"logo.svg":  []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40"/></svg>`),
	}
	var blocks []slides.Block
	for _, name := range []string{"few.png", "many.png", "clear.png", "photo.jpg", "a.gif", "logo.svg", "few.png"} {
		blocks = append(blocks, &slides.Image{File: slides.NewFile(name, "", files[name]), Alt: "alt of " + name})
	}
	blocks[0].(*slides.Image).Width, blocks[1].(*slides.Image).Dest = 50, "https://example.org/picture"
	v := &render.View{Deck: &slides.Deck{Slides: []*slides.Slide{{Blocks: blocks, Steps: 1}}}}
	vector := func(svg []byte, wide, high int) ([]byte, error) {
		if !bytes.Contains(svg, []byte("<rect")) || wide != 2560 || high != 1440 {
			t.Errorf("asked for %d×%d of %s", wide, high, svg)
		}
		return files["many.png"], nil
	}
	tk := PDF{Now: rendertest.Now, Draw: vector}.talk(v)
	tk.fonts.system.paths = []string{}
	items := tk.draw(0, size{fit: 1, code: 20}, -1)
	var got strings.Builder
	dump(&got, items)
	want := `Figure   352.0    37.0 picture 576.0×288.0 of 100×50
Figure   590.0   347.7 picture 100.0×50.0 of 100×50
-        590.0   347.7 link 100.0×50.0 to "https://example.org/picture"
`
	if !strings.HasPrefix(strings.ReplaceAll(got.String(), "Link ", "-    "), want) {
		t.Errorf("drawn:\n%s", got.String())
	}
	if n := strings.Count(got.String(), "of 80×40"); n != 1 {
		t.Errorf("the SVG has another size than it says:\n%s", got.String())
	}

	var b bytes.Buffer
	if err := (PDF{Now: rendertest.Now, Draw: vector}).Render(&b, v); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b.Bytes(), []byte("/Subtype /Image")); n != 7 { // the SVG is one, the mask is one, the repeated one is none
		t.Errorf("%d pictures in the file, want 7", n)
	}
	if !bytes.Contains(b.Bytes(), files["photo.jpg"]) {
		t.Error("the JPEG is not in the file as it is")
	}
	shown := poppler.Run(t, b.Bytes(), "pdfimages", "-list")
	for _, want := range []string{"index", "rgb", "smask", "jpeg"} {
		if !strings.Contains(shown, want) {
			t.Errorf("no picture is %s in\n%s", want, shown)
		}
	}
	if alt := items[0].node.alt; alt != "alt of few.png" {
		t.Errorf("the text of the picture is %q", alt)
	}
	if got := poppler.Run(t, b.Bytes(), "pdfinfo", "-struct"); !strings.Contains(got, "/BBox") {
		t.Errorf("no place of a picture in the structure:\n%s", got)
	}
}

// TestNoPictures: a picture that cannot be shown is a box with the reason and its text.
func TestNoPictures(t *testing.T) {
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	for _, tt := range []struct {
		name string
		data []byte
		draw func(svg []byte, wide, high int) ([]byte, error)
		want string
	}{
		{"a.svg", svg, nil, "picture a.svg: nothing here draws SVG"},
		{"b.svg", svg, func([]byte, int, int) ([]byte, error) { return nil, errors.New("no tool") }, "picture b.svg: no tool"},
		{"c.svg", svg, func([]byte, int, int) ([]byte, error) { return []byte("x"), nil }, "picture c.svg: what was drawn is not a picture"},
		{"d.png", []byte("no picture"), nil, "picture d.png: not a picture"},
		{"e.avif", []byte("\x00\x00\x00\x08ftypavif"), nil, "picture e.avif: "},
	} {
		v := &render.View{Deck: &slides.Deck{Slides: []*slides.Slide{
			{Steps: 1, Blocks: []slides.Block{&slides.Image{File: slides.NewFile(tt.name, "", tt.data), Alt: "what it shows"}}}}}}
		tk := PDF{Now: rendertest.Now, Draw: tt.draw}.talk(v)
		var got strings.Builder
		for _, it := range tk.draw(0, tk.sized(0), -1) {
			got.WriteString(it.text + "\n")
		}
		if !strings.HasPrefix(strings.TrimLeft(got.String(), "\n"), tt.want) || !strings.Contains(got.String(), "what it shows") {
			t.Errorf("%s: %s", tt.name, got.String())
		}
	}
}

// TestDrawings: a drawing lies on white paper in place of its source; what is no picture leaves the source.
func TestDrawings(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 20, 10))
	clear.SetNRGBA(3, 3, color.NRGBA{A: 255})
	var data bytes.Buffer
	if err := png.Encode(&data, clear); err != nil {
		t.Fatal(err)
	}
	vector := func([]byte, int, int) ([]byte, error) { return data.Bytes(), nil }
	for _, tt := range []struct{ printed, want string }{
		{`<svg xmlns="http://www.w3.org/2000/svg" width="100"></svg>`, "picture 160.0×80.0 of 160×80"},
		{"<math><mi>x</mi></math>", `"the source"`},
		{"nothing", `"the source"`},
	} {
		s := rendertest.Snippet("dot", "the source", slides.ModeRender, "")
		s.Place = slides.Instead
		v := &render.View{Deck: &slides.Deck{Slides: []*slides.Slide{{Blocks: []slides.Block{rendertest.Code(s)}, Steps: 1}}, Snippets: []*slides.Snippet{s}},
			Results: slides.Results{s.Key: rendertest.Printed(tt.printed, time.Millisecond)}}
		tk := PDF{Now: rendertest.Now, Draw: vector}.talk(v)
		tk.fonts.system.paths = []string{}
		var got strings.Builder
		dump(&got, tk.draw(0, size{fit: 1, code: 20}, -1))
		if !strings.Contains(got.String(), tt.want) || strings.Contains(tt.want, "picture") == strings.Contains(got.String(), "the source\"") {
			t.Errorf("%s is drawn as\n%s", tt.printed, got.String())
		}
		var b bytes.Buffer
		if err := (PDF{Now: rendertest.Now, Draw: vector}).Render(&b, v); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b.Bytes(), []byte("/SMask")) {
			t.Error("the slide shines through a drawing")
		}
	}
}
