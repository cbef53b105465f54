package present

import (
	"slices"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
)

// pictures is what a player knows about pictures in its terminal.
type pictures struct {
	store   *picture.Store
	kind    picture.Terminal
	cell    [2]int // in pixels; zero: unknown
	began   time.Time
	claimed bool  // the end removes all pictures that the terminal keeps
	unsized bool  // a sheet waits for the size of a picture
	ahead   place // whose neighbours were prepared last
	tries   int   // how often
}

// shown is a picture in the window: some of its rows, from a row and column of the screen.
type shown struct {
	*picture.Drawn
	frame            int
	row, col, height int
	first            int           // the row of the picture that is in that row
	stays            time.Duration // until the next frame; 0: for ever
}

// newPictures returns nothing if the terminal shows no pictures.
func newPictures(p *Player) pictures {
	if p.Pictures == nil {
		return pictures{}
	}
	store := picture.NewStore()
	store.Vector = p.Vector
	return pictures{store: store, kind: *p.Pictures, ahead: place{slide: -1}}
}

// news returns a channel that says when something is drawn.
func (p *pictures) news() <-chan struct{} {
	if p.store == nil {
		return nil
	}
	return p.store.News
}

// restyle draws pictures as the terminal can, as far as that is known.
func (s *state) restyle() {
	p := &s.pictures
	if p.store == nil {
		return
	}
	st := picture.Style{Protocol: picture.Choose(p.kind), Colours: p.kind.Colours, Cell: s.cell(), Ground: s.palette.Background, Still: s.Still}
	if p.wraps() {
		st.Wrap = s.Wrap
	}
	s.canvas.wrap = st.Wrap
	p.store.Style(st)
	p.ahead = place{slide: -1}
	s.sheets.forget()
	s.urgent = true
}

// wraps reports whether pictures have to pass through tmux. Sixels that it shows itself do not.
func (p *pictures) wraps() bool {
	return p.kind.Multiplexer == "tmux" && (picture.Choose(p.kind) != picture.Sixel || !p.kind.Sixel)
}

// claim sees to it, before the terminal gets the first picture that it keeps, that none is left behind, however the
// talk ends. It returns what removes the pictures of a killed process that had our numbers.
func (s *state) claim(images []shown) string {
	p := &s.pictures
	if p.claimed || !slices.ContainsFunc(images, func(i shown) bool { return len(i.Images) > 0 }) {
		return ""
	}
	p.claimed = true
	first, last, alone := p.store.Numbers()
	all := picture.RemoveAll(first, last, s.canvas.wrap)
	s.Terminal.Undo(all)
	if !alone {
		return ""
	}
	return all
}

// learn takes an answer of the terminal that may change how pictures are shown.
func (s *state) learn(e input.Event) {
	p := &s.pictures
	kind, cell := p.kind, p.cell
	switch e := e.(type) {
	case input.Graphics:
		kind.Kitty = kind.Kitty || e.OK
	case input.Attributes:
		kind.Sixel = e.Sixel()
	case input.Passthrough:
		kind.Passes = true
	case input.Version:
		if kind.Multiplexer == "" {
			kind.Program = string(e)
		}
	case input.CellPixels:
		cell = [2]int{e.Width, e.Height}
	case input.WindowPixels:
		if cell == [2]int{} && s.window.cols > 0 && s.window.rows > 0 {
			cell = [2]int{e.Width / s.window.cols, e.Height / s.window.rows}
		}
	}
	if cell[0] < 1 || cell[1] < 1 || cell[0] > maxCell || cell[1] > maxCell {
		cell = p.cell
	}
	was, wrapped, size := picture.Choose(p.kind), p.wraps(), p.cell
	p.kind, p.cell = kind, cell
	if picture.Choose(kind) != was || p.wraps() != wrapped || cell != size {
		s.restyle()
	}
}

// cell returns the size of a cell in pixels, as the terminal or the user has said it; zero: nobody has.
func (s *state) cell() [2]int {
	if s.pictures.cell != [2]int{} {
		return s.pictures.cell
	}
	return [2]int{s.Cell, 2 * s.Cell}
}

// usualCell is the size of a cell that nobody has said.
var usualCell = [2]int{8, 16}

// maxCell is the limit on the width and height of a cell in pixels: what terminals answer is not trusted.
const maxCell = 100

// pixels answers the layout: whether a picture can be drawn, and its size.
func (s *state) pixels(p *term.Picture) bool {
	store := s.pictures.store
	if store == nil || picture.Choose(s.pictures.kind) == picture.None {
		return false
	}
	size, known, err := store.Size(source(p))
	if err != nil {
		p.Why = text.Line(err.Error())
	}
	p.Pixels = size
	s.pictures.unsized = s.pictures.unsized || !known
	return known && err == nil
}

func source(p *term.Picture) picture.Source {
	return picture.Source{File: p.File, Data: p.Data, Paper: p.Snippet != nil && p.Snippet.Exec.Mode == slides.ModeRender}
}

// seen returns the pictures of a sheet that are in a window of some rows which begins at a row of it.
func (s *state) seen(sh *term.Sheet, scroll, height int) []shown {
	var out []shown
	for _, p := range sh.Pictures {
		row := p.Row - scroll
		from, to := max(-row, 0), min(p.Height, height-row)
		if from >= to {
			continue
		}
		d := s.pictures.store.Drawn(source(p), picture.Place{Cols: p.Width, Rows: p.Height, From: from, To: to})
		if d == nil {
			continue
		}
		x := shown{Drawn: d, row: row + from, col: p.Col, height: to - from, first: from}
		x.frame, x.stays = d.At(s.now.Sub(s.pictures.began))
		out = append(out, x)
	}
	return out
}

// lay puts pictures into a window that are rows of cells.
func lay(pictures []shown, rows []ansi.Line) {
	for _, p := range pictures {
		all := p.Rows(p.frame)
		for i := range all[:min(p.height, len(all))] {
			rows[p.row+i] = term.Overlay(rows[p.row+i], p.col, all[p.first+i])
		}
	}
}

// arrived shows what is drawn now.
func (s *state) arrived() {
	if s.pictures.unsized {
		s.pictures.unsized = false
		s.sheets.forget()
	}
	s.urgent = true
}

// prepare has the pictures drawn that the next keys may show. It returns at once.
func (s *state) prepare() {
	const most = 3 // sizes come first, then drawings
	p, here := &s.pictures, place{s.stage.Slide, s.stage.Step}
	if p.store == nil || s.deck() == nil || s.away != home {
		return
	}
	if p.ahead != here {
		p.ahead, p.tries = here, 0
	}
	if p.tries == most {
		return
	}
	p.tries++
	was := p.unsized
	p.unsized = false
	for _, slide := range []int{here.slide + 1, here.slide - 1} {
		if slide < 0 || slide >= len(s.deck().Slides) || !hasPictures(s.deck().Slides[slide]) {
			continue
		}
		step := 0
		if slide < here.slide {
			step = s.deck().Slides[slide].Steps - 1
		}
		sh := s.lay(place{slide, max(step, 0)}, s.cols, s.rows, true)
		s.seen(sh, sh.Reveal(step, 0, s.rows), sh.Room(s.rows))
	}
	if !p.unsized {
		p.tries = most
	}
	p.unsized = p.unsized || was
}

// hasPictures reports whether a slide has a picture, or a program that may draw one.
func hasPictures(s *slides.Slide) bool {
	found := false
	slides.Walk(s.Blocks, func(b slides.Block) {
		switch b := b.(type) {
		case *slides.Image:
			found = true
		case *slides.Code:
			found = found || b.Snippet != nil && b.Snippet.Exec.Draws()
		case *slides.Output:
			found = found || b.Snippet != nil && b.Snippet.Exec.Draws()
		}
	})
	return found
}
