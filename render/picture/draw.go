package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"time"

	"github.com/mattn/go-sixel"

	"github.com/slidexec/slidexec/render/ansi"
)

// Place is how much room a picture has, in cells, and which of its rows are to be seen.
type Place struct {
	Cols, Rows int
	From, To   int // rows, for protocols that are not InCells
}

// Drawn is a picture as one terminal shows it in one place.
type Drawn struct {
	Key    uint64 // differs for all that is drawn differently
	Images []Sent // kitty: what the terminal has to have before the cells show it, one for each frame
	Over   []byte // iTerm2, sixel: draws the picture with the cursor in its first cell

	rows   [][]ansi.Line // half blocks: of each frame
	text   []string      // kitty: of the cells
	delays []time.Duration
	whole  time.Duration
}

// Sent is a picture that a terminal gets and keeps.
type Sent struct {
	ID   uint32
	Data []byte
}

// At returns the frame to show when so much time has gone since the first, and how long it stays; 0 for
// a picture that does not move.
func (d *Drawn) At(gone time.Duration) (frame int, stays time.Duration) {
	if d.whole <= 0 {
		return 0, 0
	}
	gone %= d.whole
	for i, delay := range d.delays {
		if gone < delay {
			return i, delay - gone
		}
		gone -= delay
	}
	return 0, d.delays[0]
}

// Rows returns the cells that show a frame; nil for a picture that lies over the cells.
func (d *Drawn) Rows(frame int) []ansi.Line {
	if d.text == nil {
		if d.rows == nil {
			return nil
		}
		return d.rows[frame]
	}
	out := make([]ansi.Line, len(d.text))
	for i, s := range d.text {
		out[i] = ansi.Line{{Text: s, Style: ansi.Style{FG: number(d.Images[frame].ID)}}}
	}
	return out
}

// size returns about how many bytes d takes.
func (d *Drawn) size() int {
	n := len(d.Over) + 256
	for _, s := range d.Images {
		n += len(s.Data)
	}
	for _, s := range d.text {
		n += len(s)
	}
	for _, f := range d.rows {
		for _, l := range f {
			n += 64 * len(l)
		}
	}
	return n
}

// draw draws a picture for a terminal.
func (s *style) draw(m *Image, p Place) *Drawn {
	d := &Drawn{}
	frames := m.Frames
	few := s.Protocol == Kitty && s.Colours < 1<<24 // numbers for pictures
	if s.Still || few || !s.Protocol.InCells() {
		frames = frames[:1]
	}
	if len(frames) > 1 {
		for _, f := range frames {
			d.delays, d.whole = append(d.delays, f.Delay), d.whole+f.Delay
		}
	}
	switch s.Protocol {
	case Kitty:
		p.Cols, p.Rows = min(p.Cols, maxCells), min(p.Rows, maxCells)
		d.text = cells(p.Cols, p.Rows)
		for _, f := range frames {
			id := s.id()
			d.Images = append(d.Images, Sent{id, transmit(id, s.shrunk(f, p), p.Cols, p.Rows, s.wrap)})
		}
	case Blocks:
		for _, f := range frames {
			d.rows = append(d.rows, blocks(scale(f, p.Cols, 2*p.Rows), s.Ground))
		}
	case ITerm:
		d.Over = []byte(s.wrap(inline(s.visible(s.shrunk(frames[0], p), p), p.Cols, p.To-p.From)))
	case Sixel:
		whole := scale(frames[0], p.Cols*s.Cell[0], p.Rows*s.Cell[1])
		d.Over = []byte(s.wrap(sixels(over(s.visible(whole, p), opaque(s.Ground)))))
	}
	return d
}

// shrunk returns a frame with no more pixels than its place shows.
func (s *style) shrunk(f Frame, p Place) *image.NRGBA {
	w, h := fit(f.Rect.Dx(), f.Rect.Dy(), p.Cols*s.Cell[0], p.Rows*s.Cell[1])
	if w == f.Rect.Dx() {
		return f.NRGBA
	}
	return scale(f, w, h)
}

// visible returns the rows of a picture that are to be seen.
func (s *style) visible(m *image.NRGBA, p Place) *image.NRGBA {
	h := m.Rect.Dy()
	from, to := h*p.From/p.Rows, h*p.To/p.Rows
	return crop(m, min(from, h-1), max(to, from+1))
}

// blocks returns a picture as cells with two pixels each: the upper one is the colour of the character.
func blocks(m *image.NRGBA, ground ansi.Color) []ansi.Line {
	out := make([]ansi.Line, m.Rect.Dy()/2)
	full := over(m, opaque(ground))
	for r := range out {
		var line ansi.Line
		for c := range m.Rect.Dx() {
			run := ansi.Run{Text: "▀"}
			up, down := full.NRGBAAt(c, 2*r), full.NRGBAAt(c, 2*r+1)
			run.Style = ansi.Style{FG: ansi.RGB(up.R, up.G, up.B), BG: ansi.RGB(down.R, down.G, down.B)}
			if m.NRGBAAt(c, 2*r).A == 0 && m.NRGBAAt(c, 2*r+1).A == 0 {
				run = ansi.Run{Text: " "}
			}
			if n := len(line); n > 0 && line[n-1].Style == run.Style {
				line[n-1].Text += run.Text
				continue
			}
			line = append(line, run)
		}
		out[r] = line
	}
	return out
}

func opaque(c ansi.Color) color.NRGBA {
	r, g, b, _ := c.RGB()
	return color.NRGBA{r, g, b, 255}
}

// inline returns the sequence of iTerm2 for a picture in some cells.
func inline(m image.Image, cols, rows int) string {
	var file bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&file, m) // a buffer takes everything
	return fmt.Sprintf("\x1b]1337;File=inline=1;doNotMoveCursor=1;size=%d;width=%d;height=%d;preserveAspectRatio=0:%s\a",
		file.Len(), cols, rows, base64.StdEncoding.EncodeToString(file.Bytes()))
}

// sixels returns a picture as sixels. They are six pixels high: the rest is cut, so that nothing lies
// on the cells below.
func sixels(m *image.NRGBA) string {
	if h := m.Rect.Dy(); h > 6 {
		m = crop(m, 0, h/6*6)
	}
	flat := image.NewNRGBA(image.Rect(0, 0, m.Rect.Dx(), m.Rect.Dy())) // the encoder begins at 0,0
	for y := range m.Rect.Dy() {
		copy(flat.Pix[y*flat.Stride:(y+1)*flat.Stride], m.Pix[y*m.Stride:])
	}
	var out bytes.Buffer
	_ = sixel.NewEncoder(&out).Encode(flat) // a buffer takes everything
	return out.String()
}
