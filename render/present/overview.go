package present

import (
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
)

// overview is a grid of small slides. One of them is chosen.
type overview struct {
	at         int // the chosen slide
	top        int // the first row of the grid that is shown
	cols, rows int // of the grid, as it was drawn last
	cell       [2]int
	pictures   []shown // in the grid
}

func newOverview(s *state) modal { return &overview{at: s.stage.Slide} }

func (m *overview) reload(s *state) { m.at = min(m.at, len(s.deck().Slides)-1) }

// The sizes of the small slides: about the shape of a window.
const (
	leastThumb = 24
	thumbShape = 3 // columns of a row
)

// measure divides the window into cells.
func (m *overview) measure(s *state) {
	m.cols = max(1, min(s.cols/leastThumb, 6))
	m.cell[0] = max(1, s.cols/m.cols)
	m.cell[1] = max(2, min(m.cell[0]/thumbShape, s.rows))
	m.rows = max(1, s.rows/m.cell[1])
	row := m.at / m.cols
	m.top = max(0, max(min(m.top, row), row-m.rows+1))
}

func (m *overview) draw(s *state, rows []ansi.Line) {
	m.measure(s)
	clear(rows)
	m.pictures = m.pictures[:0]
	for r := range m.rows {
		for c := range m.cols {
			slide := (m.top+r)*m.cols + c
			if slide >= len(s.deck().Slides) {
				return
			}
			top, left := r*m.cell[1], c*m.cell[0]
			thumb, pictures := m.thumb(s, slide)
			for i, l := range thumb[:max(0, min(len(thumb), len(rows)-top))] {
				rows[top+i] = term.Overlay(rows[top+i], left, l)
			}
			for _, p := range pictures {
				if p.row, p.col = p.row+top+1, p.col+left+1; p.row+p.height <= len(rows) {
					m.pictures = append(m.pictures, p)
				}
			}
		}
	}
}

// thumb draws a small slide: a frame with its number and title, and in it the beginning of the slide. The pictures have
// places in the frame.
func (m *overview) thumb(s *state, slide int) ([]ansi.Line, []shown) {
	edge := ansi.Style{FG: s.palette.Hairline}
	name := ansi.Style{FG: s.palette.Dim}
	if slide == m.at {
		edge, name = ansi.Style{FG: s.palette.Accent, Bold: true}, ansi.Style{FG: s.palette.Accent, Bold: true}
	}
	inner, height := max(1, m.cell[0]-2), max(0, m.cell[1]-2)
	title := fmt.Sprintf(" %d %s", slide+1, text.Line(s.deck().TitleOf(s.deck().Slides[slide])))
	top := short(word(title, name), max(1, inner-1))
	rows := []ansi.Line{join(word("╭", edge), top, word(" "+dashes(inner-1-top.Width())+"╮", edge))}
	sh := s.thumbnail(slide, inner, height)
	body := make([]ansi.Line, height)
	copy(body, sh.Rows)
	pictures := s.seen(sh, 0, height)
	for i := range pictures {
		pictures[i].frame, pictures[i].stays = 0, 0 // many things that move are none
	}
	lay(pictures, body)
	for _, l := range body {
		rows = append(rows, join(word("│", edge), crop(l, 0, inner), word("│", edge)))
	}
	return append(rows, join(word("╰"+dashes(inner)+"╯", edge))), pictures
}

func (m *overview) key(s *state, key string) bool {
	n := len(s.deck().Slides)
	by, ok := map[string]int{
		"<Left>": -1, "h": -1, "<Right>": 1, "l": 1, " ": 1, "<Up>": -m.cols, "k": -m.cols, "<Down>": m.cols, "j": m.cols,
		"<PageUp>": -m.cols * m.rows, "<PageDown>": m.cols * m.rows, "<Home>": -n, "<End>": n,
	}[key]
	if ok {
		if to := m.at + by; to >= 0 && to < n || by == 1 || by == -1 || max(by, -by) > m.cols {
			m.at = max(0, min(to, n-1))
		}
		return true
	}
	a, number, waiting := s.Keys.Press(key)
	switch {
	case waiting:
	case key == "<cr>":
		m.open(s)
	case a == "number":
		m.at = max(0, min(number-1, n-1))
		m.open(s)
	case a == "first":
		m.at = 0
	case a == "last":
		m.at = n - 1
	case a == "overview", a == "close", a == "exit":
		s.modal = nil
	default:
		return false
	}
	return true
}

func (m *overview) open(s *state) {
	s.modal = nil
	s.goTo(s.stage.Jump(s.deck(), m.at, 0))
}

func (m *overview) mouse(s *state, e slides.Mouse) bool {
	s.urgent = true
	switch {
	case e.Action == "wheel":
		m.at = max(0, min(m.at+e.Button*m.cols, len(s.deck().Slides)-1))
	case e.Action == "press" && e.Row >= 0 && m.cell[0] > 0 && e.Col/m.cell[0] < m.cols:
		if slide := (m.top+e.Row/m.cell[1])*m.cols + e.Col/m.cell[0]; slide < len(s.deck().Slides) {
			m.at = slide
			m.open(s)
		}
	}
	return true
}
