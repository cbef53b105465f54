package paper

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/png"
	"io"
	"time"

	"github.com/soniakeys/quant/median"

	"github.com/slidexec/slidexec/render"
)

// Still is a slide at a step, both counted from 1. Step 0 is the last one.
type Still struct{ Slide, Step int }

// Pictures takes pictures of slides, as PNG files of 1920 by 1080 pixels, and gives them to take, in order,
// until take returns an error.
func (p *Press) Pictures(v *render.View, dark bool, stills []Still, take func(Still, []byte) error) error {
	var taken error // of take, which is no error of printing
	err := p.page(v, false, dark, 1.5, func(t *tab) error {
		for _, s := range stills {
			data, err := t.shoot(v, s)
			if err != nil {
				return err
			}
			if taken = take(s, data); taken != nil {
				return nil
			}
		}
		return nil
	})
	return cmp.Or(err, taken)
}

// shoot takes a picture of a slide as the audience sees it.
func (t *tab) shoot(v *render.View, s Still) ([]byte, error) {
	t.b.until(time.Now().Add(patience))
	step := s.Step
	if step == 0 {
		step = max(v.Deck.Slides[s.Slide-1].Steps, 1)
	}
	if err := t.run(fmt.Sprintf("paper.still(%d, %d)", s.Slide-1, step-1), nil); err != nil {
		return nil, err
	}
	var got struct{ Data []byte }
	err := t.call("Page.captureScreenshot", obj{"format": "png", "optimizeForSpeed": false}, &got)
	return got.Data, err
}

// PNG is the backend that draws one slide as a picture.
type PNG struct {
	*Press
	Still      // Slide 0: the first slide
	Dark  bool // on a dark background
}

var _ render.Backend = PNG{}

// Render writes the picture.
func (b PNG) Render(w io.Writer, v *render.View) error {
	s := b.Still
	s.Slide = max(s.Slide, 1)
	if s.Slide > len(v.Deck.Slides) {
		return errors.New("the deck has no slides")
	}
	return b.Pictures(v, b.Dark, []Still{s}, func(_ Still, data []byte) error {
		_, err := w.Write(data)
		return err
	})
}

// GIF is the backend that draws the steps of one slide as a moving picture of 1280 by 720 pixels, which
// begins again after the last step.
type GIF struct {
	*Press
	Slide int // counted from 1; 0: the first slide
	Dark  bool
}

var _ render.Backend = GIF{}

// How long a moving picture shows a step and the last one, in hundredths of a second.
const (
	stepTime = 120
	lastTime = 300
)

// Render writes the moving picture. A frame holds only what differs from the one before it.
func (b GIF) Render(w io.Writer, v *render.View) error {
	n := max(b.Slide, 1)
	if n > len(v.Deck.Slides) {
		return errors.New("the deck has no slides")
	}
	out := gif.GIF{Config: image.Config{Width: Width, Height: Height}}
	var before *image.RGBA
	err := b.page(v, false, b.Dark, 1, func(t *tab) error {
		for step := range max(v.Deck.Slides[n-1].Steps, 1) {
			data, err := t.shoot(v, Still{n, step + 1})
			if err != nil {
				return err
			}
			src, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				return fmt.Errorf("its picture cannot be read: %w", err)
			}
			now := image.NewRGBA(src.Bounds())
			draw.Draw(now, now.Rect, src, image.Point{}, draw.Src)
			out.Image = append(out.Image, paletted(now, changed(before, now)))
			out.Delay = append(out.Delay, stepTime)
			before = now
		}
		return nil
	})
	if err != nil {
		return err
	}
	out.Delay[len(out.Delay)-1] = lastTime
	return gif.EncodeAll(w, &out)
}

// changed returns the smallest rectangle with all pixels that differ, and at least one pixel; without a
// picture before it, the whole picture.
func changed(before, now *image.RGBA) image.Rectangle {
	if before == nil || before.Rect != now.Rect {
		return now.Rect
	}
	r := image.Rectangle{}
	for y := now.Rect.Min.Y; y < now.Rect.Max.Y; y++ {
		at := now.PixOffset(now.Rect.Min.X, y)
		a, b := before.Pix[at:at+4*now.Rect.Dx()], now.Pix[at:at+4*now.Rect.Dx()]
		if bytes.Equal(a, b) {
			continue
		}
		from, to := 0, len(a)-1
		for a[from] == b[from] {
			from++
		}
		for a[to] == b[to] {
			to--
		}
		r = r.Union(image.Rect(now.Rect.Min.X+from/4, y, now.Rect.Min.X+to/4+1, y+1))
	}
	if r.Empty() {
		return image.Rectangle{now.Rect.Min, now.Rect.Min.Add(image.Pt(1, 1))}
	}
	return r
}

// paletted reduces a part of a picture to the 256 colours of a GIF. Slides are flat: without dithering,
// areas of one colour stay so.
func paletted(src *image.RGBA, part image.Rectangle) *image.Paletted {
	sub := src.SubImage(part)
	colours := colours(src, part)
	if colours == nil {
		colours = median.Quantizer(256).Quantize(make(color.Palette, 0, 256), sub)
	}
	out := image.NewPaletted(part, colours)
	seen := map[color.RGBA]uint8{}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			c := src.RGBAAt(x, y)
			i, ok := seen[c]
			if !ok {
				i = uint8(colours.Index(c))
				seen[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	return out
}

// colours returns the colours of a part of a picture in the order of their appearance, or nil if there are more than 256.
func colours(src *image.RGBA, part image.Rectangle) color.Palette {
	var list color.Palette
	seen := map[color.RGBA]bool{}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			c := src.RGBAAt(x, y)
			if seen[c] {
				continue
			}
			if len(list) == 256 {
				return nil
			}
			seen[c] = true
			list = append(list, c)
		}
	}
	return list
}
