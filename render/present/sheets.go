package present

import (
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
)

// sheet is a laid-out slide at one step.
type sheet struct {
	rows    []ansi.Line // without the footer
	footer  ansi.Line
	boxes   []box
	changes time.Time // when it looks different without any event, since a time on it goes on; zero: never
}

// box is a place of a slide that can have the focus: a program.
type box struct {
	program *slides.Snippet
	row     int // the first row
	rows    int
}

// place says which sheet is meant.
type place struct{ slide, step int }

// sheets keeps the sheets of the places that were shown last.
type sheets struct {
	kept  map[place]*sheet
	order []place

	thumbs map[int][]ansi.Line // small slides, of one size
	small  [2]int
}

const keptSheets = 8

func (c *sheets) forget() { *c = sheets{} }

// drop forgets the sheets on which a program stands.
func (c *sheets) drop(k slides.Key) {
	for at, s := range c.kept {
		for _, b := range s.boxes {
			if b.program.Key == k {
				delete(c.kept, at)
				delete(c.thumbs, at.slide)
				break
			}
		}
	}
}

// sheet returns the sheet of a place.
func (s *state) sheet(slide, step int) *sheet {
	at := place{slide, step}
	if sh := s.sheets.kept[at]; sh != nil && (sh.changes.IsZero() || s.now.Before(sh.changes)) {
		return sh
	}
	sh := s.lay(at, s.cols, s.rows)
	if s.sheets.kept == nil {
		s.sheets.kept = map[place]*sheet{}
	}
	if s.sheets.kept[at] == nil {
		s.sheets.order = append(s.sheets.order, at)
		if len(s.sheets.order) > keptSheets {
			delete(s.sheets.kept, s.sheets.order[0])
			s.sheets.order = s.sheets.order[1:]
		}
	}
	s.sheets.kept[at] = sh
	return sh
}

// thumbnail returns the first rows of a slide in a small size, wholly revealed.
func (s *state) thumbnail(slide, cols, rows int) []ansi.Line {
	if size := [2]int{cols, rows}; s.sheets.small != size || s.sheets.thumbs == nil {
		s.sheets.small, s.sheets.thumbs = size, map[int][]ansi.Line{}
	}
	out, ok := s.sheets.thumbs[slide]
	if !ok {
		out = s.lay(place{slide, s.deck().Slides[slide].Steps}, cols, rows).rows
		s.sheets.thumbs[slide] = out
	}
	return out
}

// view returns what is to be laid out.
func (s *state) view() *render.View {
	return &render.View{Deck: s.deck(), Results: s.board.Results, Broken: s.board.Broken, Theme: s.Theme,
		Highlight: &s.highlight, Growing: &s.growing}
}

// lay lays out a slide.
func (s *state) lay(at place, cols, rows int) *sheet {
	look := s.look
	look.Now = s.now
	all := look.Layout(s.view(), term.Page{Slide: at.slide, Step: at.step, Width: cols, Height: rows})
	sh := &sheet{rows: all[:len(all)-1], footer: all[len(all)-1]}
	for _, p := range s.programs(at.slide) {
		sh.boxes = append(sh.boxes, box{program: p})
		if r := s.board.Results[p.Key]; r.State == slides.Running {
			if next := ticks(r.Started, s.now); sh.changes.IsZero() || next.Before(sh.changes) {
				sh.changes = next
			}
		}
	}
	return sh
}

// programs returns the programs of a slide in document order: those that stand there, and those whose
// output has a place there.
func (s *state) programs(slide int) []*slides.Snippet {
	var out []*slides.Snippet
	seen := map[slides.Key]bool{}
	add := func(p *slides.Snippet) {
		if p != nil && p.Exec.Mode != slides.NotExecutable && p.Exec.Mode != slides.ModeValidate && !seen[p.Key] {
			seen[p.Key] = true
			out = append(out, p)
		}
	}
	slides.Walk(s.deck().Slides[slide].Blocks, func(b slides.Block) {
		switch b := b.(type) {
		case *slides.Code:
			add(b.Snippet)
		case *slides.Output:
			add(b.Snippet)
		}
	})
	return out
}

// ticks returns when the elapsed time of a program shows the next number: tenths of a second at
// first, then seconds.
func ticks(started, now time.Time) time.Time {
	d, unit := now.Sub(started), 100*time.Millisecond
	if started.IsZero() {
		return now.Add(time.Second)
	}
	if d >= 10*time.Second {
		unit = time.Second
	}
	return started.Add(d.Truncate(unit) + unit)
}
