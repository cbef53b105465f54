// Package picture shows pictures in terminals: in the protocols of kitty, iTerm2 and sixel, or else as
// half blocks, which every terminal with colours has.
//
// Choose says which protocol a terminal gets. A Store decodes, scales and encodes pictures in a
// goroutine of its own, because that takes longer than a key may wait, and keeps what it made, within
// a bound. Pictures of kitty and half blocks are rows of cells, and are moved, cut and covered like text.
// Those of iTerm2 and sixel lie over the cells: they are drawn when the rows below are, and whatever is
// written to these cells removes them.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	_ "image/jpeg" // formats of decks
	_ "image/png"
	"time"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // a format of decks

	"github.com/slidexec/slidexec/slides"
)

// Limits on what a picture may cost: decks and programs are not trusted.
const (
	MaxPixels = 25 << 20 // of a picture, and of all frames of an animation
	MaxFrames = 1000     // of an animation
	maxMaster = 48 << 20 // bytes of the frames of one picture that are kept
)

// The largest picture that is kept, in pixels. Larger ones are scaled down when they are decoded.
const maxWide, maxHigh = 2560, 1600

// Image is a decoded picture.
type Image struct {
	Width, Height int // as the file says
	Frames        []Frame
}

// Frame is one picture of an animation, complete. Frames may be smaller than the file says, in the same
// proportions.
type Frame struct {
	*image.NRGBA
	Delay time.Duration // until the next frame; 0: there is only this one
}

// A Vector draws an SVG as a PNG of at most some pixels. The error says why it cannot.
type Vector func(svg []byte, wide, high int) (png []byte, err error)

// The size in which an SVG is drawn: most windows have no more pixels, and it is scaled down from here.
const vectorWide, vectorHigh = 1600, 1200

const svgType = "image/svg+xml"

// isVector reports whether data is an SVG.
func isVector(data []byte) bool {
	p, err := slides.ParsePicture(data)
	return err == nil && p.Type == svgType
}

// decodeVector decodes an SVG. Its size is as it says, or else as large as it is drawn.
func decodeVector(data []byte, draw Vector) (*Image, error) {
	drawn, err := draw(data, vectorWide, vectorHigh)
	if err != nil {
		return nil, err
	}
	out, err := Decode(drawn)
	if err != nil {
		return nil, fmt.Errorf("what was drawn is %w", err)
	}
	if p, err := slides.ParsePicture(data); err == nil && p.Width > 0 && p.Width < MaxPixels {
		out.Width, out.Height = p.Width, max(out.Height*p.Width/max(out.Width, 1), 1)
	}
	return out, nil
}

// OnPaper puts white behind a picture.
func OnPaper(m *image.NRGBA) {
	for i := 0; i+3 < len(m.Pix); i += 4 {
		p := m.Pix[i : i+4 : i+4]
		a := uint(p[3])
		for c := range 3 {
			p[c] = byte((uint(p[c])*a + 255*(255-a)) / 255)
		}
		p[3] = 255
	}
}

// Size returns the size of a picture without decoding it. The error says why it cannot be shown.
func Size(data []byte) (width, height int, err error) {
	p, err := slides.ParsePicture(data)
	switch {
	case err != nil:
		return 0, 0, err
	case p.Type == svgType:
		return 0, 0, errors.New("terminals show no SVG; save it as PNG as well")
	case p.Width <= 0 || p.Height <= 0:
		return 0, 0, errors.New("not a picture that terminals show (PNG, JPEG, GIF, WebP)")
	case p.Width > MaxPixels/p.Height:
		return 0, 0, fmt.Errorf("%d×%d pixels are too many for a terminal; scale it down", p.Width, p.Height)
	}
	return p.Width, p.Height, nil
}

// Decode decodes a picture with all its frames. It takes bounded time and memory for any data. Of an
// animation that is too large it returns the first frame.
func Decode(data []byte) (*Image, error) {
	w, h, err := Size(data)
	if err != nil {
		return nil, err
	}
	out := &Image{Width: w, Height: h}
	if n := gifFrames(data, w*h); n > 1 {
		g, err := gif.DecodeAll(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("not readable: %w", err)
		}
		out.Frames = animate(g, w, h)
		return out, nil
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("not readable: %w", err)
	}
	w, h = fit(w, h, maxWide, maxHigh)
	out.Frames = []Frame{{NRGBA: scale(m, w, h)}}
	return out, nil
}

// gifFrames returns how many frames a GIF has, or 1 if they are too many: area is the pixels of one
// complete frame. It reads the blocks of the file, and nothing in them.
func gifFrames(data []byte, area int) int {
	if len(data) < 13 || string(data[:3]) != "GIF" {
		return 1
	}
	table := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	at, n := 13+table(data[10]), 0
	for at < len(data) {
		switch data[at] {
		case 0x21: // an extension: its label, then blocks
			at += 2
		case 0x2c: // a frame: its place and size, a table of colours, the size of a code, then blocks
			if at+10 > len(data) {
				return n
			}
			if n++; n > MaxFrames || n*area > MaxPixels {
				return 1
			}
			at += 10 + table(data[at+9]) + 1
		default:
			return n
		}
		for at < len(data) && data[at] != 0 {
			at += 1 + int(data[at])
		}
		at++
	}
	return n
}

// least is the shortest delay of a frame: browsers take shorter ones for a mistake.
const least, mistaken = 20 * time.Millisecond, 100 * time.Millisecond

// master returns the size in which the frames of an animation are kept.
func master(w, h, frames int) (int, int) {
	w, h = fit(w, h, maxWide, maxHigh)
	for w*h*4*frames > maxMaster && w > 1 && h > 1 {
		w, h = max(w*3/4, 1), max(h*3/4, 1)
	}
	return w, h
}

// animate draws the frames of a GIF one over another, as their disposal says.
func animate(g *gif.GIF, w, h int) []Frame {
	smallW, smallH := master(w, h, len(g.Image))
	screen := image.NewNRGBA(image.Rect(0, 0, w, h))
	var before *image.NRGBA
	frames := make([]Frame, 0, len(g.Image))
	for i, m := range g.Image {
		disposal := byte(0)
		if i < len(g.Disposal) {
			disposal = g.Disposal[i]
		}
		if disposal == gif.DisposalPrevious {
			if before == nil {
				before = image.NewNRGBA(screen.Rect)
			}
			copy(before.Pix, screen.Pix)
		}
		draw.Draw(screen, m.Bounds(), m, m.Bounds().Min, draw.Over)
		delay := mistaken
		if i < len(g.Delay) {
			if d := time.Duration(g.Delay[i]) * 10 * time.Millisecond; d >= least {
				delay = d
			}
		}
		frames = append(frames, Frame{scale(screen, smallW, smallH), delay})
		switch disposal {
		case gif.DisposalBackground:
			draw.Draw(screen, m.Bounds(), image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			copy(screen.Pix, before.Pix)
		}
	}
	return frames
}

// fit returns the size of a picture that is shrunk to fit into another size.
func fit(w, h, intoW, intoH int) (int, int) {
	if w > intoW {
		w, h = intoW, max(h*intoW/w, 1)
	}
	if h > intoH {
		w, h = max(w*intoH/h, 1), intoH
	}
	return w, h
}

// scale returns a copy of a picture in another size. A picture that shrinks much is halved first with a
// quick filter, which loses nothing that could be seen.
func scale(m image.Image, w, h int) *image.NRGBA {
	b := m.Bounds()
	if b.Dx() == w && b.Dy() == h {
		return plain(m)
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	if b.Dx() > 4*w && b.Dy() > 4*h {
		half := image.NewNRGBA(image.Rect(0, 0, 2*w, 2*h))
		draw.ApproxBiLinear.Scale(half, half.Rect, m, b, draw.Src, nil)
		m, b = half, half.Rect
	}
	draw.CatmullRom.Scale(out, out.Rect, m, b, draw.Src, nil)
	return out
}

// plain returns a copy of a picture. The general function of package draw asks an interface for each
// pixel, which takes longer than decoding a PNG; drawing onto image.RGBA it does without.
func plain(m image.Image) *image.NRGBA {
	b := m.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	row := func(y int) []byte { return out.Pix[y*out.Stride:][:4*b.Dx()] }
	if n, ok := m.(*image.NRGBA); ok {
		for y := range b.Dy() {
			copy(row(y), n.Pix[n.PixOffset(b.Min.X, b.Min.Y+y):])
		}
		return out
	}
	flat, ok := m.(*image.RGBA)
	if !ok {
		switch m.(type) {
		case *image.Paletted, *image.YCbCr, *image.Gray:
		default:
			draw.Draw(out, out.Rect, m, b.Min, draw.Src) // 16 bits a colour, and other rare kinds
			return out
		}
		flat = image.NewRGBA(out.Rect)
		draw.Draw(flat, flat.Rect, m, b.Min, draw.Src)
		b = flat.Rect
	}
	for y := range b.Dy() {
		from, to := flat.Pix[flat.PixOffset(b.Min.X, b.Min.Y+y):][:4*b.Dx()], row(y)
		for i := 0; i < len(to); i += 4 {
			if alpha := from[i+3]; alpha == 255 || alpha == 0 {
				copy(to[i:i+4], from[i:i+4])
			} else {
				n := color.NRGBAModel.Convert(color.RGBA{from[i], from[i+1], from[i+2], alpha}).(color.NRGBA)
				to[i], to[i+1], to[i+2], to[i+3] = n.R, n.G, n.B, n.A
			}
		}
	}
	return out
}

// over returns a picture without transparency, over a background.
func over(m *image.NRGBA, ground color.NRGBA) *image.NRGBA {
	out := plain(m)
	for i := 0; i < len(out.Pix); i += 4 {
		p := out.Pix[i : i+4]
		if alpha := uint32(p[3]); alpha < 255 {
			for k, g := range []uint8{ground.R, ground.G, ground.B} {
				p[k] = uint8((uint32(p[k])*alpha + uint32(g)*(255-alpha) + 127) / 255)
			}
			p[3] = 255
		}
	}
	return out
}

// crop returns the rows of a picture from one up to another.
func crop(m *image.NRGBA, from, to int) *image.NRGBA {
	return m.SubImage(image.Rect(0, from, m.Rect.Dx(), to).Add(m.Rect.Min)).(*image.NRGBA)
}
