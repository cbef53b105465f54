package present

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// modal is a window over the slide. It gets keys and the mouse first, and says whether it took them.
type modal interface {
	draw(s *state, rows []ansi.Line)
	key(s *state, key string) bool
	mouse(s *state, m slides.Mouse) bool
	reload(s *state) // there is another deck
}

// wheeled are the keys for a turn of the wheel.
var wheeled = map[int]string{-1: "<Up>", 1: "<Down>"}

// pages is a text that can be scrolled: help, or faults of the deck.
type pages struct {
	title, hint string
	body        func(s *state, width int) []ansi.Line
	top         int  // the first row that is shown
	faults      bool // the text is about a deck that cannot be shown
	most        int  // the last possible top, as it was drawn last
}

// turns says how far keys scroll pages; 1000 is a page.
var turns = map[string]int{
	"<Down>": 1, "j": 1, "<Up>": -1, "k": -1, "<PageDown>": 1000, " ": 1000, "<PageUp>": -1000, "<c-d>": 500, "<c-u>": -500,
	"<Home>": -1e6, "<End>": 1e6,
}

func (p *pages) draw(s *state, rows []ansi.Line) {
	body := p.body(s, max(1, min(s.cols-8, 100)))
	room := max(1, s.rows-2)
	p.most = max(0, len(body)-room)
	p.top = max(0, min(p.top, p.most))
	hint := p.hint
	if p.most > 0 {
		hint = fmt.Sprintf("rows %d to %d of %d · ", p.top+1, min(p.top+room, len(body)), len(body)) + hint
	}
	s.panel(rows, p.title, body[p.top:], hint)
}

func (p *pages) key(s *state, key string) bool {
	n, ok := turns[key]
	if ok && (!p.faults || p.most > 0) {
		if n%500 == 0 {
			n = n * max(1, s.rows-2) / 1000
		}
		p.top = max(0, min(p.top+n, p.most))
		return true
	}
	switch a, _, waiting := s.Keys.Press(key); {
	case waiting:
		s.Keys.Reset()
		return false
	case a == "close", a == "help" && !p.faults, key == "<Esc>", a == "exit" && key != "<c-c>" && !p.faults:
		s.modal = nil
		return true
	}
	if !p.faults && key != "<c-c>" {
		s.modal = nil
	}
	return false
}

func (p *pages) mouse(s *state, m slides.Mouse) bool {
	if m.Action == "wheel" {
		return p.key(s, wheeled[m.Button])
	}
	if m.Action == "press" {
		s.modal, s.urgent = nil, true
	}
	return true
}

func (p *pages) reload(s *state) {
	if p.faults {
		s.modal = nil
	}
}

// newHelp shows all keys, as they are configured.
func newHelp(s *state) modal {
	return &pages{title: "keys", hint: s.Keys.Key("close") + " closes this", body: (*state).help}
}

func (s *state) help(width int) []ansi.Line {
	var rows []ansi.Line
	wide := 0
	list := s.Keys.Help()
	names := make([]string, len(list))
	for i, b := range list {
		var keys []string
		for _, k := range b.Keys {
			keys = append(keys, stage.Label(k))
		}
		names[i] = strings.Join(keys, "  ")
		if b.Help != "" {
			wide = max(wide, text.Width(names[i]))
		}
	}
	wide = min(wide, width/2)
	for i, b := range list {
		if b.Help == "" {
			continue
		}
		keys := render.Wrap(word(names[i], ansi.Style{FG: s.palette.Accent}), max(wide, 1))
		for n, l := range keys {
			help := ansi.Line(nil)
			if n == 0 {
				help = word(b.Help, ansi.Style{FG: s.palette.Text})
			}
			rows = append(rows, join(crop(l, 0, wide), word("  ", ansi.Style{}), help))
		}
	}
	return rows
}

// newFaults shows why the deck on disk cannot be shown, over the last good one.
func newFaults(s *state) modal {
	p := &pages{title: "the deck on disk cannot be shown", body: (*state).faults, faults: true,
		hint: s.Keys.Key("close") + " closes this; the slides stay as they were"}
	if old, ok := s.modal.(*pages); ok && old.faults {
		p.top = old.top
	}
	return p
}

func (s *state) faults(width int) []ansi.Line {
	b := s.board.Broken
	if b == nil {
		return nil
	}
	var rows []ansi.Line
	dim := ansi.Style{FG: s.palette.Dim}
	for i, d := range b.Diags {
		if i > 0 {
			rows = append(rows, nil)
		}
		rows = append(rows, render.Wrap(word(d.Error(), ansi.Style{FG: s.palette.Error}), width)...)
		if excerpt := d.Window(width); excerpt != "" {
			for l := range strings.Lines(excerpt) {
				rows = append(rows, word(strings.TrimRight(l, "\n"), dim))
			}
		}
		if d.Hint != "" {
			rows = append(rows, render.Wrap(word("hint: "+text.Line(d.Hint), dim), width)...)
		}
	}
	return rows
}

// index is the list of slides with a filter.
type index struct {
	filter string
	found  []int // slides
	at     int   // the chosen one of found
	top    int   // the first one that is shown
	row    int   // on the screen
}

func newIndex(s *state) modal {
	m := &index{}
	m.find(s)
	m.choose(s.stage.Slide)
	return m
}

func (m *index) find(s *state) { m.found, m.at = stage.Find(s.deck(), m.filter), 0 }

func (m *index) choose(slide int) {
	for i, n := range m.found {
		if n == slide {
			m.at = i
		}
	}
}

func (m *index) reload(s *state) {
	slide := s.stage.Slide
	m.find(s)
	m.choose(slide)
}

// listed returns how many slides have room.
func (m *index) listed(s *state) int { return max(1, s.rows*8/10-3) }

func (m *index) draw(s *state, rows []ansi.Line) {
	n := m.listed(s)
	m.top = max(0, min(max(min(m.top, m.at), m.at-n+1), len(m.found)-1))
	digits := len(fmt.Sprint(len(s.deck().Slides)))
	width := max(1, min(s.cols-4, 72))
	body := []ansi.Line{crop(join(word("find: ", ansi.Style{FG: s.palette.Dim}), word(m.filter, ansi.Style{FG: s.palette.Text}),
		word("▏", ansi.Style{FG: s.palette.Accent})), 0, width)}
	for i := m.top; i < min(m.top+n, len(m.found)); i++ {
		slide := m.found[i]
		title := s.deck().TitleOf(s.deck().Slides[slide])
		st := ansi.Style{FG: s.palette.Text}
		if title == "" {
			title, st.FG = "(no title)", s.palette.Dim
		}
		mark := "  "
		if slide == s.stage.Slide {
			mark = "• "
		}
		st.Reverse = i == m.at
		l := word(fmt.Sprintf("%s%*d  %s", mark, digits, slide+1, text.Line(title)), st)
		body = append(body, ground(pad(short(l, width), width, st), s.palette.Panel))
	}
	if len(m.found) == 0 {
		body = append(body, word("no slide has these words in its title", ansi.Style{FG: s.palette.Dim}))
	}
	top, _ := s.panel(rows, fmt.Sprintf("slides · %d of %d", len(m.found), len(s.deck().Slides)), body, "Enter goes there")
	m.row = top + 1
}

// steps says how far keys go in the list.
var steps = map[string]int{"<Down>": 1, "<Up>": -1, "<c-n>": 1, "<Tab>": 1, "<s-Tab>": -1, "<PageDown>": 10, "<PageUp>": -10, "<Home>": -1e6, "<End>": 1e6}

func (m *index) key(s *state, key string) bool {
	if n, ok := steps[key]; ok {
		m.at = max(0, min(m.at+n, len(m.found)-1))
		return true
	}
	switch key {
	case "<cr>":
		m.open(s)
	case "<Esc>", "<c-c>", "<c-p>":
		s.modal = nil
	case "<Backspace>":
		if r := []rune(m.filter); len(r) > 0 {
			m.filter = string(r[:len(r)-1])
		}
		m.find(s)
	case "<c-u>":
		m.filter = ""
		m.find(s)
	default:
		if strings.HasPrefix(key, "<") && len(key) > 1 {
			return true // other keys do nothing here
		}
		if len(m.filter) < 200 {
			m.filter += key
		}
		m.find(s)
	}
	return true
}

// open goes to the chosen slide.
func (m *index) open(s *state) {
	if m.at < len(m.found) {
		s.modal = nil
		s.goTo(s.stage.Jump(s.deck(), m.found[m.at], 0))
	}
}

func (m *index) mouse(s *state, e slides.Mouse) bool {
	s.urgent = true
	switch {
	case e.Action == "wheel":
		m.key(s, wheeled[e.Button])
	case e.Action == "press" && e.Row >= m.row && e.Row < m.row+min(m.listed(s), len(m.found)-m.top):
		m.at = m.top + e.Row - m.row
		m.open(s)
	}
	return true
}

// question asks something that is answered with y or n.
type question struct {
	title string
	text  []string
	yes   func(s *state)
}

func (q *question) draw(s *state, rows []ansi.Line) {
	var body []ansi.Line
	for _, t := range q.text {
		body = append(body, render.Wrap(word(text.Line(t), ansi.Style{FG: s.palette.Text}), max(1, min(s.cols-6, 76)))...)
	}
	s.panel(rows, q.title, body, "y: yes · n: no")
}

func (q *question) key(s *state, key string) bool {
	switch key {
	case "y", "Y":
		s.modal = nil
		q.yes(s)
	case "n", "N", "<Esc>", "<c-c>", "q":
		s.modal = nil
	}
	return true
}

func (q *question) mouse(*state, slides.Mouse) bool { return true }

func (q *question) reload(s *state) { s.modal = nil }
