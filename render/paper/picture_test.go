package paper

import (
	"image"
	"image/color"
	"testing"
)

// TestChanged: a frame holds what differs, never nothing.
func TestChanged(t *testing.T) {
	a := image.NewRGBA(image.Rect(0, 0, 20, 10))
	b := image.NewRGBA(a.Rect)
	if got := changed(nil, a); got != a.Rect {
		t.Errorf("the first frame: %v", got)
	}
	if got := changed(a, b); got != image.Rect(0, 0, 1, 1) {
		t.Errorf("equal pictures: %v", got)
	}
	b.SetRGBA(3, 2, color.RGBA{1, 0, 0, 255})
	b.SetRGBA(17, 8, color.RGBA{0, 0, 1, 255})
	if got := changed(a, b); got != image.Rect(3, 2, 18, 9) {
		t.Errorf("two pixels: %v", got)
	}
}

// TestPaletted: up to 256 colours stay as they are; more become the nearest of 256.
func TestPaletted(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			src.SetRGBA(x, y, color.RGBA{uint8(x * 4), uint8(y * 8), 7, 255})
		}
	}
	few := paletted(src, image.Rect(3, 3, 19, 19))
	for y := 3; y < 19; y++ {
		for x := 3; x < 19; x++ {
			if got, want := few.At(x, y), src.At(x, y); got != want {
				t.Fatalf("%d,%d is %v, want %v", x, y, got, want)
			}
		}
	}
	many := paletted(src, src.Rect)
	if n := len(many.Palette); n > 256 || n < 200 {
		t.Errorf("%d colours", n)
	}
	for _, p := range []image.Point{{0, 0}, {63, 31}, {30, 15}} {
		r, g, b, _ := many.At(p.X, p.Y).RGBA()
		w := src.RGBAAt(p.X, p.Y)
		for i, d := range []int{int(r>>8) - int(w.R), int(g>>8) - int(w.G), int(b>>8) - int(w.B)} {
			if d > 24 || d < -24 {
				t.Errorf("%v: channel %d is off by %d", p, i, d)
			}
		}
	}
}
