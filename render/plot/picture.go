package plot

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/slides"
)

// raster is a picture in the file. A picture that is shown again is in the file once.
type raster struct {
	name          string
	width, height int // as the picture says, in pixels
	put           func(*file) ref
}

// rasters has the pictures of a talk.
type rasters struct {
	draw  picture.Vector // nil: nothing draws SVG
	known map[any]*shot
	list  []*raster
}

// shot is a picture, or the reason why there is none.
type shot struct {
	*raster
	bytes int
	err   error
}

// of returns the picture under a key, which read reads if it is needed for the first time.
func (rs *rasters) of(key any, paper bool, read func() ([]byte, slides.Picture, error)) *shot {
	if s, ok := rs.known[key]; ok {
		return s
	}
	s := &shot{}
	data, p, err := read()
	s.bytes = len(data)
	if err == nil {
		s.raster, err = rs.decode(data, p, paper)
	}
	if s.err = err; err == nil {
		s.name = fmt.Sprintf("P%d", len(rs.list))
		rs.list = append(rs.list, s.raster)
	}
	rs.known[key] = s
	return s
}

// decode makes a picture ready for the file, on white paper if that is what it was drawn for. A JPEG goes
// into it as it is.
func (rs *rasters) decode(data []byte, p slides.Picture, paper bool) (*raster, error) {
	if p.Type == "image/jpeg" {
		if c, err := jpeg.DecodeConfig(bytes.NewReader(data)); err == nil && c.ColorModel != color.CMYKModel && c.Width*c.Height <= picture.MaxPixels {
			space := "DeviceRGB"
			if c.ColorModel == color.GrayModel {
				space = "DeviceGray"
			}
			return &raster{width: c.Width, height: c.Height, put: func(f *file) ref {
				return f.raw(data, "Type", "XObject", "Subtype", "Image", "Width", c.Width, "Height", c.Height,
					"ColorSpace", space, "BitsPerComponent", 8, "Filter", "DCTDecode")
			}}, nil
		}
	}
	if p.Type == "image/svg+xml" {
		return rs.vector(data, p, paper)
	}
	m, err := picture.Decode(data)
	if err != nil {
		return nil, err
	}
	return &raster{width: m.Width, height: m.Height, put: func(f *file) ref { return f.bitmap(m.Frames[0].NRGBA) }}, nil
}

// The size in which an SVG is drawn, in pixels: twice that of a slide.
const vectorWide, vectorHigh = 2 * width, 2 * height

func (rs *rasters) vector(data []byte, p slides.Picture, paper bool) (*raster, error) {
	if rs.draw == nil {
		return nil, errors.New("nothing here draws SVG")
	}
	drawn, err := rs.draw(data, vectorWide, vectorHigh)
	if err != nil {
		return nil, err
	}
	m, err := picture.Decode(drawn)
	if err != nil {
		return nil, fmt.Errorf("what was drawn is %w", err)
	}
	if paper {
		picture.OnPaper(m.Frames[0].NRGBA)
	}
	r := &raster{width: m.Width, height: m.Height, put: func(f *file) ref { return f.bitmap(m.Frames[0].NRGBA) }}
	if w := p.Width; w > 0 && w < picture.MaxPixels { // it was drawn larger than it is
		r.width, r.height = w, max(m.Height*w/max(m.Width, 1), 1)
	}
	return r, nil
}

// bitmap takes the pixels of a picture into the file: with a palette if there are few colours, and with a mask
// if something shines through.
func (f *file) bitmap(m *image.NRGBA) ref {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	rgb, mask := make([]byte, 0, w*h*3), make([]byte, 0, w*h)
	index, table := make([]byte, 0, w*h), []byte{}
	seen, few, clear := map[[3]byte]byte{}, true, false
	for y := range h {
		line := m.Pix[y*m.Stride:][:4*w]
		for x := 0; x < len(line); x += 4 {
			c := [3]byte{line[x], line[x+1], line[x+2]}
			rgb, mask = append(rgb, c[:]...), append(mask, line[x+3])
			clear = clear || line[x+3] < 255
			if !few {
				continue
			}
			i, ok := seen[c]
			if !ok {
				if few = len(seen) < 256; !few {
					continue
				}
				i = byte(len(seen))
				seen[c] = i
				table = append(table, c[:]...)
			}
			index = append(index, i)
		}
	}
	entries := []any{"Type", "XObject", "Subtype", "Image", "Width", w, "Height", h, "BitsPerComponent", 8}
	if clear {
		entries = append(entries, "SMask", f.stream(mask, append(entries, "ColorSpace", "DeviceGray")...))
	}
	if few {
		return f.stream(index, append(entries, "ColorSpace", list("Indexed", "DeviceRGB", len(seen)-1, hexString(table)))...)
	}
	return f.stream(rowsApart(rgb, 3*w), append(entries, "ColorSpace", "DeviceRGB",
		"DecodeParms", newDict("Predictor", 15, "Colors", 3, "BitsPerComponent", 8, "Columns", w))...)
}

// rowsApart writes rows as their differences from the rows above, which compress better.
func rowsApart(data []byte, stride int) []byte {
	out := make([]byte, 0, len(data)+len(data)/max(stride, 1))
	before := make([]byte, stride)
	for len(data) >= stride && stride > 0 {
		out = append(out, 2) // the filter "up"
		for i, b := range data[:stride] {
			out = append(out, b-before[i])
		}
		before, data = data[:stride], data[stride:]
	}
	return out
}

// image draws a picture of the deck, or says why it cannot.
func (s *sheet) image(im *slides.Image) {
	f := im.File
	if f == nil {
		s.instead("picture without a file", im.Alt)
		return
	}
	sh := s.rasters.of(f.Path+"\x00"+f.Name, false, f.Picture)
	if sh.err == nil && s.copies.Spent(im, sh.bytes, budget.Pictures) {
		s.instead(fmt.Sprintf("picture %s: %s; %s", f.Name, budget.Pictures.Message(), budget.Pictures.Try), "")
		return
	}
	if sh.err != nil {
		s.instead(fmt.Sprintf("picture %s: %v", f.Name, sh.err), im.Alt)
		return
	}
	s.figure(sh.raster, cmp.Or(im.Alt, im.Title, f.Name), im.Width, im.Align)
	if im.Dest == "" {
		return
	}
	if href, to, live := s.leads(im.Dest); live {
		shown := s.items[len(s.items)-1]
		n := s.node.child("Link")
		shown.node.up = n
		s.add(item{kind: link, x: shown.x, y: shown.y, w: shown.w, h: shown.h, href: href, to: to, node: n, step: s.step})
		return
	}
	z := .6 * s.em
	s.flow([]span{{"(" + im.Dest + ")", style{size: z, color: s.pal.Dim, node: s.node.child("P")}}}, para{lineHeight: 1.4, size: z, align: slides.AlignCenter, step: s.step})
}

// drawing draws the picture that a program made, or else the program's output.
func (s *sheet) drawing(c *slides.Code, r slides.Result) {
	sn := c.Snippet
	if r.State == slides.Done && !r.Failed() {
		sh := s.rasters.of(sn.Key, sn.Exec.Mode == slides.ModeRender, func() ([]byte, slides.Picture, error) { return render.PictureOf(sn, r) })
		if sh.err == nil {
			s.figure(sh.raster, render.Drawn(sn), sn.Show.Width, c.Align)
			return
		}
	}
	s.outputBox(box{base: &c.Base, snippet: sn, result: r})
}

// figure draws a picture: as wide as the deck says, else in its own size, and never larger than its place.
func (s *sheet) figure(r *raster, alt string, percent int, align slides.Align) {
	w := float64(max(r.width, 1))
	if percent > 0 {
		w = s.w * float64(min(percent, 100)) / 100
	}
	h := w * float64(max(r.height, 1)) / float64(max(r.width, 1))
	most := s.boxes.room
	if most == 0 {
		most = 1e6
	}
	if k := min(s.w/w, most/h, 1); k < 1 {
		w, h = w*k, h*k
	}
	x := s.x + (s.w-w)/2
	switch align {
	case slides.AlignLeft:
		x = s.x
	case slides.AlignRight:
		x = s.x + s.w - w
	}
	n := s.node.child("Figure")
	n.alt = alt
	s.add(item{kind: pixels, x: x, y: s.y, w: w, h: h, picture: r, node: n, step: s.step})
	s.y += h
}

// instead draws a box in the place of a picture: why it is not there, and what it shows.
func (s *sheet) instead(why, alt string) {
	s.trouble(func(say func(string, style)) {
		say(why, style{cut: bold, color: s.pal.Error})
		if alt != "" {
			say(alt, style{color: s.pal.Text})
		}
	})
}
