package term

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// picture lays out a picture that a program draws, or a frame for it.
func (l *layouter) picture(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	if _, outcome := render.Status(s, r, l.now); outcome != render.Good {
		return l.result(s, r, width)
	}
	data, _, _ := r.Picture()
	p := &Picture{Snippet: s, Data: data}
	if rows := l.drawn(p, width); rows != nil {
		return rows
	}
	return l.frame("picture drawn by the "+s.Lang+" program", cmp.Or(p.Why, pictureSize(data)), 0, width)
}

// drawing lays out the picture of a block with +render. It returns nil if there is none, or none that
// can be shown here: then the code says more than a frame.
func (l *layouter) drawing(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	if slides.Judge(s, r).Ruling != slides.Good {
		return nil
	}
	data, _, err := r.Picture()
	if err != nil { // MathML
		return nil
	}
	return l.drawn(&Picture{Snippet: s, Data: data, Percent: s.Show.Width}, width)
}

// drawn leaves room for a picture: its natural size or the asked width, centred and shrunk to fit into
// the width and what the window has below. It returns nil if the picture cannot be drawn.
func (l *layouter) drawn(p *Picture, width int) []ansi.Line {
	if l.page.Picture == nil || !l.page.Picture(p) || p.Pixels[0] <= 0 || p.Pixels[1] <= 0 {
		return nil
	}
	cell := l.page.Cell
	w := float64(p.Pixels[0])
	if p.Percent > 0 {
		w = float64(width*cell[0]*min(p.Percent, 100)) / 100
	}
	w = min(w, float64(width*cell[0]))
	ratio := float64(p.Pixels[1]) / float64(p.Pixels[0])
	if l.page.Height > 0 {
		w = min(w, float64(l.below(0)*cell[1])/ratio)
	}
	p.Width = min(max(int(math.Ceil(w/float64(cell[0])-0.01)), 1), width)
	p.Height = min(max(int(math.Ceil(w*ratio/float64(cell[1])-0.01)), 1), maxPicture)
	p.Col = (width - p.Width) / 2
	l.out.Pictures, l.placed = append(l.out.Pictures, p), append(l.placed, &p.Rect)
	return make([]ansi.Line, p.Height)
}

// maxPicture is the limit on the rows of a picture where no window limits it.
const maxPicture = 200

// below returns how many rows the window has for a block that begins here, less some rows around it.
// Where little is left, the block gets half of the window, and the slide scrolls.
func (l *layouter) below(around int) int {
	all := l.out.Room(l.page.Height)
	return max(all-l.top-around-1, all/2-around, 1)
}

// image lays out a picture, or a frame that describes it.
func (l *layouter) image(b *slides.Image, width int) []ansi.Line {
	rows := l.unlinked(b, width)
	if b.Dest == "" {
		return rows
	}
	link := l.text([]slides.Inline{&slides.Link{Dest: b.Dest}}, style{}, width)
	return append(rows, aligned(link, width, slides.AlignCenter)...)
}

// unlinked lays out a picture without its link.
func (l *layouter) unlinked(b *slides.Image, width int) []ansi.Line {
	name, size := "", ""
	if b.File != nil {
		p := &Picture{File: b.File, Percent: b.Width}
		if rows := l.drawn(p, width); rows != nil {
			return rows
		}
		name, size = path.Base(b.File.Name), cmp.Or(p.Why, pictureSize(b.File.Src))
	}
	title := cmp.Or(b.Alt, b.Title, name)
	if title == name {
		name = ""
	}
	if name != "" && size != "" {
		name += " · "
	}
	return aligned(l.frame(title, name+size, b.Width, width), width, slides.AlignCenter)
}

// pictureSize returns the size of a picture, such as "640×480", or "" if data is not a picture.
func pictureSize(data []byte) string {
	p, err := slides.ParsePicture(data)
	if err != nil || p.Height == 0 {
		return ""
	}
	return fmt.Sprintf("%d×%d", p.Width, p.Height)
}

// frame draws a frame with a title and a note. percent is its width; 0 means as wide as needed.
func (l *layouter) frame(title, note string, percent, width int) []ansi.Line {
	if width < 8 {
		return render.Wrap(run("["+strings.TrimSpace(title+" "+note)+"]", style{FG: l.pal.Dim}), width)
	}
	inner := min(max(text.Width(title), text.Width(note), 24), width-4)
	if percent > 0 {
		inner = min(max(width*percent/100-4, 4), width-4)
	}
	edge := style{FG: l.pal.Hairline}
	body := render.Wrap(run(title, style{}), inner)
	if note != "" {
		body = append(body, render.Wrap(run(note, style{FG: l.pal.Dim}), inner)...)
	}
	if !l.page.Clip { // an overview has no rows for that
		body = append(append([]ansi.Line{nil}, body...), nil)
	}
	rows := []ansi.Line{run("╭"+repeat("─", inner+2)+"╮", edge)}
	for _, line := range body {
		line = pad(align(line, inner, slides.AlignCenter), inner, style{})
		rows = append(rows, join(run("│ ", edge), line, run(" │", edge)))
	}
	return append(rows, run("╰"+repeat("─", inner+2)+"╯", edge))
}
