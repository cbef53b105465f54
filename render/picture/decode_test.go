package picture

import (
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"math/rand/v2"
	"testing"
)

// TestPlain: copies and backgrounds are what the general function makes, for each kind of picture, also
// for a part of one.
func TestPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	size := image.Rect(3, 5, 23, 17)
	noise := image.NewNRGBA(size)
	for i := range noise.Pix {
		noise.Pix[i] = uint8(r.Uint32())
	}
	for i := 3; i < len(noise.Pix); i += 4 { // many are opaque, or nothing
		noise.Pix[i] = []uint8{0, 255, 255, noise.Pix[i]}[r.IntN(4)]
	}
	kinds := map[string]draw.Image{
		"NRGBA": image.NewNRGBA(size), "RGBA": image.NewRGBA(size), "Gray": image.NewGray(size), "NRGBA64": image.NewNRGBA64(size),
		"Paletted": image.NewPaletted(size, append(color.Palette{color.Transparent}, palette.WebSafe...)), "CMYK": image.NewCMYK(size),
	}
	pictures := map[string]image.Image{"YCbCr": image.NewYCbCr(size, image.YCbCrSubsampleRatio420)}
	for name, m := range kinds {
		draw.Draw(m, size, noise, size.Min, draw.Src)
		pictures[name] = m
		pictures["part of "+name] = m.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(image.Rect(5, 6, 14, 12))
	}
	ground := color.NRGBA{20, 30, 200, 255}
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) <= 1 } // one rounds, the other cuts
	for name, m := range pictures {
		b := m.Bounds()
		want := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
		draw.Draw(want, want.Rect, m, b.Min, draw.Src)
		lain := image.NewNRGBA(want.Rect)
		draw.Draw(lain, lain.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
		draw.Draw(lain, lain.Rect, want, image.Point{}, draw.Over)
		got := plain(m)
		on := over(got, ground)
		for i := range want.Pix {
			clear := got.Pix[i|3] == 0 && want.Pix[i|3] == 0 // its colour does not matter
			if !clear && !near(got.Pix[i], want.Pix[i]) || !near(on.Pix[i], lain.Pix[i]) {
				t.Errorf("%s: byte %d is %d and on the ground %d, want %d and %d", name, i, got.Pix[i], on.Pix[i], want.Pix[i], lain.Pix[i])
				break
			}
		}
	}
}

// BenchmarkDecode measures what a picture costs before it can be drawn.
func BenchmarkDecode(b *testing.B) {
	m := image.NewNRGBA(image.Rect(0, 0, 640, 400))
	for i := range m.Pix {
		m.Pix[i] = uint8(i*i/977) | 255*uint8(i%4/3)
	}
	data := file(b, m)
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDraw measures what a picture costs for its place in a window, after it was decoded.
func BenchmarkDraw(b *testing.B) {
	m := image.NewNRGBA(image.Rect(0, 0, 640, 400))
	for i := range m.Pix {
		m.Pix[i] = uint8(i*i/977) | 255*uint8(i%4/3)
	}
	for name, p := range map[string]Protocol{"kitty": Kitty, "blocks": Blocks, "iterm2": ITerm, "sixel": Sixel} {
		b.Run(name, func(b *testing.B) {
			s := NewStore()
			s.Style(Style{Protocol: p, Colours: 1 << 24})
			im := &Image{Width: 640, Height: 400, Frames: []Frame{{NRGBA: m}}}
			for b.Loop() {
				s.style.draw(im, Place{Cols: 100, Rows: 31, To: 31})
			}
		})
	}
}
