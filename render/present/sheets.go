package present

import (
	"slices"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// sheet is a slide that is laid out at one step.
type sheet struct {
	*term.Sheet
	boxes []*term.Box // of each program one: its output, or else its code
	ticks time.Time   // when the time that a program has taken shows another number; zero: no program runs
}

// place says which sheet is meant.
type place struct{ slide, step int }

// sheets keeps the sheets of the places that were shown last.
type sheets struct {
	kept  map[place]*sheet
	order []place

	thumbs map[int]*term.Sheet // small slides, of one size
	small  [2]int
}

const keptSheets = 8

func (c *sheets) forget() { *c = sheets{} }

// drop forgets the sheets that show a program.
func (c *sheets) drop(k slides.Key) {
	for at, s := range c.kept {
		if slices.ContainsFunc(s.Boxes, func(b *term.Box) bool { return b.Key() == k }) ||
			slices.ContainsFunc(s.Pictures, func(p *term.Picture) bool { return p.Snippet != nil && p.Snippet.Key == k }) {
			delete(c.kept, at)
		}
	}
}

// dropSlide forgets the sheets of a slide. Its programs may have no box.
func (c *sheets) dropSlide(slide int) {
	for at := range c.kept {
		if at.slide == slide {
			delete(c.kept, at)
		}
	}
	delete(c.thumbs, slide)
}

// sheet returns the sheet of the present place.
func (s *state) sheet() *sheet { return s.sheetAt(s.stage.Slide, s.stage.Step) }

func (s *state) sheetAt(slide, step int) *sheet {
	at := place{slide, step}
	if sh := s.sheets.kept[at]; sh != nil {
		if sh.ticks.IsZero() || s.now.Before(sh.ticks) {
			return sh
		}
		if sh.ticks = s.ticks(sh); sh.Tick(s.now) {
			return sh
		}
	}
	sh := &sheet{Sheet: s.lay(at, s.cols, s.rows, true)}
	for _, b := range sh.Boxes {
		i := slices.IndexFunc(sh.boxes, func(o *term.Box) bool { return o.Key() == b.Key() })
		if i < 0 {
			sh.boxes = append(sh.boxes, b)
		} else if sh.boxes[i].Source {
			sh.boxes[i] = b
		}
	}
	sh.ticks = s.ticks(sh)
	if s.sheets.kept == nil {
		s.sheets.kept = map[place]*sheet{}
	}
	if i := slices.Index(s.sheets.order, at); i >= 0 {
		s.sheets.order = slices.Delete(s.sheets.order, i, i+1)
	}
	if s.sheets.order = append(s.sheets.order, at); len(s.sheets.order) > keptSheets {
		delete(s.sheets.kept, s.sheets.order[0])
		s.sheets.order = s.sheets.order[1:]
	}
	s.sheets.kept[at] = sh
	s.fit(sh)
	return sh
}

// lay lays out a slide: for the window, or as a small picture.
func (s *state) lay(at place, cols, rows int, live bool) *term.Sheet {
	look := s.look
	look.Now = s.now
	page := term.Page{Slide: at.slide, Step: at.step, Width: cols, Height: rows, Live: live, Clip: !live, Offset: s.offset,
		Pages: s.Keys.Key("pageDown"), Leave: s.Keys.Key("leave")}
	page.Picture, page.Cell = s.pixels, s.cell()
	if live {
		page.Scale = s.scale
	} else { // pictures are as small as the slide
		page.Cell = s.smallCell(cols, rows)
	}
	if live && s.typing {
		page.Focus = s.focus
	}
	return look.Sheet(s.view(), page)
}

// smallCell returns the size of a cell in pixels for a slide that is laid out in fewer cells than the window has: in a
// larger cell, a picture takes less of them.
func (s *state) smallCell(cols, rows int) [2]int {
	cell := s.cell()
	if cell[0] <= 0 {
		cell = usualCell
	}
	by := max(float64(s.cols)/float64(max(cols, 1)), float64(s.rows)/float64(max(rows, 1)), 1)
	return [2]int{int(by * float64(cell[0])), int(by * float64(cell[1]))}
}

// view returns what is to be laid out.
func (s *state) view() *render.View {
	return &render.View{Deck: s.deck(), Results: s.board.Results, Broken: s.board.Broken, Theme: s.Theme,
		Highlight: &s.highlight, Growing: &s.growing}
}

// ticks returns when the time that one of the programs has taken shows another number: tenths of a
// second at first, then seconds.
func (s *state) ticks(sh *sheet) time.Time {
	var at time.Time
	for _, b := range sh.Boxes {
		if b.Result.State != slides.Running {
			continue
		}
		next := s.now.Add(time.Second)
		if from := b.Result.Started; !from.IsZero() {
			d, unit := s.now.Sub(from), 100*time.Millisecond
			if d >= 10*time.Second {
				unit = time.Second
			}
			next = from.Add(d.Truncate(unit) + unit)
		}
		if at.IsZero() || next.Before(at) {
			at = next
		}
	}
	return at
}

// fit tells programs with a terminal of their own how much room it has.
func (s *state) fit(sh *sheet) {
	for _, b := range sh.Boxes {
		if b.Grid == nil {
			continue
		}
		size := [2]int{b.Grid.Cols, b.Grid.Rows}
		if s.told[b.Key()] != size {
			s.told[b.Key()] = size
			s.Programs.Type(b.Key(), slides.Input{Size: &size})
		}
	}
}

// thumbnail returns a slide in a small size, wholly revealed.
func (s *state) thumbnail(slide, cols, rows int) *term.Sheet {
	if size := [2]int{cols, rows}; s.sheets.small != size || s.sheets.thumbs == nil {
		s.sheets.small, s.sheets.thumbs = size, map[int]*term.Sheet{}
	}
	out := s.sheets.thumbs[slide]
	if out == nil {
		out = s.lay(place{slide, stage.Stage{Slide: slide}.All(s.deck()).Step}, cols, rows, false)
		s.sheets.thumbs[slide] = out
	}
	return out
}
