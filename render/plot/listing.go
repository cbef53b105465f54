package plot

import (
	"cmp"
	"strconv"
	"strings"

	words "github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// boxInset is the space between the frame of a box and its text, in sizes of text.
const boxInset = 0.6

// frame draws a box: a caption with something at its right, and content. It returns the box's content height
// to those who limit it.
type frame struct {
	label, status string
	captioned     bool
	edge          ansi.Color // of the left side; the default colour: a frame as on the other sides
	bare          bool       // no box
	code          bool       // it has the colours of code
	fill          ansi.Color // of the box; the default colour: that of all boxes
	behind        ansi.Color // the status, likewise: nothing
	node          *node
}

// framed draws a box around what draw draws.
func (s *sheet) framed(f frame, draw func()) {
	from, at := s.y, len(s.items)
	left := 1.0
	if !f.edge.IsDefault() {
		left = 4
	}
	if f.captioned {
		s.caption(f, left)
	}
	line := s.y
	inset := boxInset * s.em
	if f.bare {
		s.within(0, 0, f.node, draw)
	} else if draw != nil {
		s.y += .45 * s.em
		s.within(left+inset, 1+inset, f.node, draw)
		s.y += .45 * s.em
	}
	if f.bare {
		return
	}
	if f.captioned && draw != nil {
		s.behind(at, item{x: s.x, y: line - 1, w: s.w, h: 1, fill: s.pal.Hairline})
	}
	s.behind(at, item{x: s.x, y: from, w: s.w, h: s.y - from, fill: cmp.Or(f.fill, s.pal.Panel), line: s.pal.Hairline, round: .35 * s.em})
	if !f.edge.IsDefault() {
		s.add(item{kind: area, x: s.x, y: from, w: 4, h: s.y - from, fill: f.edge, round: 1.5, step: s.step})
	}
}

// caption draws the line above the content of a box.
func (s *sheet) caption(f frame, left float64) {
	z := max(.45*s.em, min(small, small*s.fit))
	h := max(1.3*z+.84*z, 1.1*s.em)
	y := s.y + baseline(h, z)
	n := f.node.child("Caption")
	inset := left + boxInset*s.em
	color, c, dim := f.edge, bold, s.pal.Dim
	if f.code {
		dim = s.pal.CodeColors().Comment
	}
	if color.IsDefault() || color == s.pal.Hairline {
		color, c = dim, 0
	}
	room := s.w - inset - boxInset*s.em
	status := s.fitted(f.status, room, c, z)
	w := s.fonts.width(status, c, z)
	if label := s.fitted(f.label, max(room-w-s.em, 0), 0, z); label != "…" {
		if status != "" {
			label += " " // for those who read the structure
		}
		s.text(label, s.x+inset, y, z, 0, dim, n)
	}
	if !f.behind.IsDefault() && status != "" {
		s.add(item{kind: area, x: s.x + s.w - boxInset*s.em - w - 2, y: y - z, w: w + 4, h: 1.35 * z, fill: f.behind, step: s.step})
	}
	s.text(status, s.x+s.w-boxInset*s.em-w, y, z, c, color, n)
	s.y += h
}

// listing draws a code block: the code and, if no placeholder takes it, the output below; or the result
// that replaces the code.
func (s *sheet) listing(c *slides.Code) {
	sn := c.Snippet
	if sn == nil {
		return
	}
	r := s.view.Result(sn)
	replaced := sn.Exec.Mode == slides.ModeReplace || sn.Exec.Mode == slides.ModeImage || render.Pictured(sn, r)
	if !replaced {
		s.source(c, r)
	}
	switch {
	case sn.Exec.Mode == slides.ModeReplace:
		silent := slides.Judge(sn, r).Ruling == slides.Good && r.Status == slides.OK && len(r.Log) == 0
		if !silent {
			s.outputBox(box{base: &c.Base, snippet: sn, result: r, plain: true})
		}
	case replaced:
		s.drawing(c, r)
	case (sn.Place == slides.Below || sn.Place == slides.Nowhere) && r.State != slides.NotRun, sn.Exec.Mode == slides.ModeRender && r.State == slides.Done && slides.Judge(sn, r).Ruling != slides.Good:
		s.y += .35 * s.em
		s.outputBox(box{base: &c.Base, snippet: sn, result: r})
	}
}

// source draws the code of a block.
func (s *sheet) source(c *slides.Code, r slides.Result) {
	sn := c.Snippet
	label := render.Caption(sn, r.State == slides.NotRun, false)
	colors := s.pal.CodeColors()
	bare := sn.Show.NoBackground && s.pal.BareCode()
	n := s.node.child("Div")
	padX, _ := s.padding("code")
	longest := render.Fitting(len(sn.Show.Lines), func(i int) int { return words.Width(sn.Show.Lines[i]) }) + 2*padX
	if sn.Show.LineNumbers {
		longest += len(strconv.Itoa(len(sn.Show.Lines))) + 2
	}
	x, all, first := s.x, s.w, len(s.needs)
	left, w := s.codeBox(longest, label)
	s.x, s.w = x+left, w
	defer func() {
		s.x, s.w = x, all
		for i := range s.needs[first:] { // the size of code decides about the width, and not the other way round
			s.needs[first+i].width += all - w
		}
	}()
	s.framed(frame{label: label, captioned: label != "" && (!bare || sn.Exec.Mode != slides.NotExecutable), fill: colors.Background, code: true, bare: bare, node: n}, func() {
		indent := len(render.Indentation(sn.Show.Lines))
		tokens := render.Outdent(s.highlight.Highlight(sn.Lang, sn.Show.Lines), indent)
		gutter := 0
		if sn.Show.LineNumbers {
			gutter = len(strconv.Itoa(len(tokens))) + 2
		}
		s.demand(render.Fitting(len(tokens), func(i int) int { return words.Width(sn.Show.Lines[i]) - indent + gutter + 2*padX }))
		lit := s.lit(c)
		lines := make([]ansi.Line, min(len(tokens), mostRows+1))
		for i := range lines {
			lines[i] = s.colored(tokens[i], len(lit) == 0 || render.Lit(lit, i+1))
		}
		s.padded("code", s.node, func() {
			s.rows(lines, s.node.child("P"), rowsLook{size: s.code, limit: s.boxes.list, gutter: gutter, total: len(tokens), wrap: true})
		})
	})
}

// lit returns the lines of a block that stand out at the step that is drawn; none: all are alike.
func (s *sheet) lit(c *slides.Code) []slides.Range {
	if len(c.Frames) == 1 && c.Frames[0].Step <= max(c.Step, s.step) {
		return c.Frames[0].Lines
	}
	var lit []slides.Range
	if s.show >= 0 {
		for _, f := range c.Frames {
			if f.Step <= s.show {
				lit = f.Lines
			}
		}
	}
	return lit
}

// colored returns a line of code with the theme's colours.
func (s *sheet) colored(tokens []code.Token, lit bool) ansi.Line {
	var l ansi.Line
	for _, t := range tokens {
		st := ansi.Style{FG: s.pal.Class(t.Class), Bold: t.Class == code.Title, Italic: t.Class == code.Comment}
		if !lit {
			st = ansi.Style{FG: s.faint}
		}
		l = append(l, ansi.Run{Text: t.Text, Style: st})
	}
	return l
}

// demand notes how wide the lines of the box here are.
func (s *sheet) demand(cells int) {
	s.needs = append(s.needs, demand{min(max(cells, 1), 400), s.w + s.inset + 2*boxInset*s.em + 5})
}

// box is an output box.
type box struct {
	base    *slides.Base
	snippet *slides.Snippet
	result  slides.Result
	plain   bool // replaces its code: no caption for a good run
}

// outputBox draws a box with the output and the status of a run. If the output has no place, the box has
// only the status.
func (s *sheet) outputBox(o box) {
	sn, r := o.snippet, o.result
	status, outcome := render.Status(sn, r, s.now)
	label, shown := "output", sn.Place != slides.Nowhere
	switch {
	case !shown:
		label = sn.ID
	case sn.ID != "":
		label += " · " + sn.ID
	}
	edge := s.pal.Hairline
	if outcome != render.None || s.pal.Outcome(outcome) != s.pal.Dim {
		edge = s.pal.Outcome(outcome)
	}
	ground, restore := s.inked(s.look().Pair("execution_output.colors"))
	defer restore()
	f := frame{label: label, status: cmp.Or(status, "not run"), captioned: !o.plain || outcome != render.Good, edge: edge, node: s.node.child("Div"),
		bare: o.plain && sn.Show.NoBackground && outcome == render.Good, fill: ground, behind: s.pal.Behind(outcome)}
	if !ground.IsDefault() {
		s.pal.Panel = ground
	}
	if !shown || r.State == slides.NotRun {
		s.framed(f, nil)
		return
	}
	s.framed(f, func() { s.padded("execution_output", s.node, func() { s.outputBody(sn, r) }) })
}

func (s *sheet) outputBody(sn *slides.Snippet, r slides.Result) {
	why, try := s.view.Why(sn, r)
	lines := s.output(sn, r)
	look := rowsLook{size: s.code, limit: s.boxes.room, total: len(lines), wrap: r.Screen == nil}
	cut := render.Cut(r)
	if r.Screen != nil {
		s.demand(r.Screen.Cols)
	} else {
		s.demand(max(render.Fitting(len(lines), func(i int) int { return lines[i].Width() }), words.Width(cut)))
	}
	n := s.node.child("P")
	if len(lines) > 0 {
		shown := make([]ansi.Line, min(len(lines), mostRows+1))
		pen := s.newPen()
		for i := range shown {
			shown[i] = pen.line(lines[i])
		}
		s.rows(shown, n, look)
	}
	z := max(.5*s.em, small*s.fit)
	say := func(words string) {
		if words != "" {
			s.flow([]span{{words, style{size: z, color: s.pal.Dim, node: s.node.child("P")}}}, para{lineHeight: 1.4, size: z, step: s.step})
		}
	}
	switch {
	case cut != "":
		s.rows([]ansi.Line{{{Text: cut, Style: ansi.Style{FG: s.pal.Dim}}}}, s.node.child("P"), rowsLook{size: s.code, wrap: true})
	case len(lines) == 0 && why == "" && try == "" && r.State == slides.Done:
		say("no output")
	}
	say(why)
	say(try)
}

// output returns the lines of an output, or of the screen of a program.
func (s *sheet) output(sn *slides.Snippet, r slides.Result) []ansi.Line {
	key := outputKey{sn.Key, r.Truncated, len(r.Log)}
	if lines, ok := s.outputs[key]; ok {
		return lines
	}
	var lines []ansi.Line
	if r.Screen != nil {
		lines, _ = render.Terminal(r.Screen, 0)
	} else {
		lines = s.view.Output(sn, r)
	}
	s.outputs[key] = lines
	return lines
}

// outputKey tells an output from the same output cut, which a repeated placeholder may show.
type outputKey struct {
	slides.Key
	cut    bool
	chunks int
}

// pen turns the colours of a program into ones that can be read on a panel.
type pen struct {
	s    *sheet
	memo map[ansi.Style]ansi.Style
}

func (s *sheet) newPen() *pen { return &pen{s, map[ansi.Style]ansi.Style{}} }

func (p *pen) line(l ansi.Line) ansi.Line {
	out := make(ansi.Line, len(l))
	for i, r := range l {
		out[i] = r
		st, ok := p.memo[r.Style]
		if !ok {
			st = p.mix(r.Style)
			p.memo[r.Style] = st
		}
		out[i].Style = st
	}
	return out
}

func (p *pen) mix(st ansi.Style) ansi.Style {
	pal := &p.s.pal
	fg, bg := pal.RGB(st.FG), pal.RGB(st.BG)
	plain := fg.IsDefault()
	if plain {
		fg = pal.Text
		if st.Dim {
			fg = pal.Dim
		}
	}
	on := bg
	if on.IsDefault() {
		on = pal.Panel
	}
	if st.Reverse {
		fg, on, bg = on, fg, fg
	}
	if !bg.IsDefault() && plain && !st.Reverse && render.Contrast(pal.Panel, on) >= legible {
		fg = pal.Panel
	}
	st.FG, st.BG, st.Reverse = render.Away(fg, on, legible), bg, false
	return st
}

// rowsLook says how lines of code or output are drawn.
type rowsLook struct {
	size   float64
	limit  float64 // the most height, 0: as much as needed
	gutter int     // cells for line numbers
	total  int     // lines that there are, 0: those that are given
	wrap   bool    // break lines that are too long; else they are cut
}

// rows draws lines of code or output, in cells. Those for which there is no room are counted.
func (s *sheet) rows(lines []ansi.Line, n *node, look rowsLook) {
	z := look.size
	w, h := z*cellW, z*1.4
	room := max(int((s.w+.5)/w)-look.gutter, 1)
	end := s.y + look.limit
	if look.limit == 0 {
		end = 1e9
	}
	total := max(look.total, len(lines))
	for i, l := range lines {
		rows := []ansi.Line{l}
		if look.wrap {
			rows = s.wrapped(l, room)
		}
		line := n.child("Code")
		for k, row := range rows {
			last := i == total-1 && k == len(rows)-1
			if i >= mostRows || s.full() || s.y+h > end+.5 && !(last && s.y+h <= end+h) || !last && s.y+2*h > end+.5 && look.limit > 0 {
				s.more(total-i, "line", z)
				return
			}
			y := s.y + baseline(h, z)
			if look.gutter > 0 && k == 0 {
				number := strconv.Itoa(i + 1)
				s.cells(ansi.Line{{Text: number, Style: ansi.Style{FG: s.pal.CodeColors().Comment}}}, s.x+w*float64(look.gutter-2-len(number)), y, z, nil)
			}
			x := s.x + w*float64(look.gutter)
			if k > 0 { // a mark says that the line goes on; no character does, because people copy code
				if len(row) > 0 && row[0].Text == wrapMark.Text {
					row = row[1:]
				}
				s.add(item{kind: area, x: x + .5*w, y: s.y + .1*h, w: 1, h: .4 * h, fill: s.pal.Dim, step: s.step})
				s.add(item{kind: area, x: x + .5*w, y: s.y + .5*h, w: .9 * w, h: 1, fill: s.pal.Dim, step: s.step})
				x += 2 * w
			}
			if !look.wrap {
				row = cutCells(row, room)
			}
			s.cells(row, x, y, z, line)
			s.y += h
		}
	}
	if total > len(lines) {
		s.more(total-len(lines), "line", z)
	}
}

// more says how much has no room: so many lines, rows or columns.
func (s *sheet) more(n int, noun string, z float64) {
	if s.full() {
		s.lost += n
		if s.middle {
			s.y = max(s.y, s.bottom+2)
		}
		return
	}
	h := z * 1.4
	s.text("… "+counted(n, "more "+noun), s.x, s.y+baseline(h, z), z*.9, 0, s.pal.Dim, s.node.child("P"))
	s.y += h
}

// wrapMark begins the rest of a line that wraps. It is drawn, not written.
var wrapMark = ansi.Run{Text: "  "}

// wrapped breaks a line into rows.
func (s *sheet) wrapped(l ansi.Line, room int) []ansi.Line {
	if l.Width() <= room {
		return []ansi.Line{l}
	}
	return render.WrapCode(head(l, most/2), room, wrapMark)
}

// head returns the beginning of a line: what a page could not show need not be wrapped.
func head(l ansi.Line, bytes int) ansi.Line {
	for i, r := range l {
		if len(r.Text) > bytes {
			out := append(ansi.Line(nil), l[:i+1]...)
			out[i].Text = strings.ToValidUTF8(r.Text[:bytes], "")
			return out
		}
		bytes -= len(r.Text)
	}
	return l
}

// cutCells returns a line without what is beyond a width.
func cutCells(l ansi.Line, room int) ansi.Line {
	var out ansi.Line
	for _, r := range l {
		w := words.Width(r.Text)
		if w > room {
			r.Text = words.Head(r.Text, room)
			return append(out, r)
		}
		room -= w
		out = append(out, r)
	}
	return out
}

// cells draws a row of characters, each in its cell.
func (s *sheet) cells(row ansi.Line, x, y, z float64, n *node) {
	w := z * cellW
	if len(row) == 0 && n != nil { // an empty line is a line, too, for those who select
		row = ansi.Plain(" ")
	}
	for _, r := range row {
		width := float64(words.Width(r.Text)) * w
		st := style{size: z, color: r.Style.FG, node: n, cut: mono}
		if st.color.IsDefault() {
			st.color = s.pal.Text
		}
		if r.Style.Bold {
			st.cut |= bold
		}
		if r.Style.Italic {
			st.cut |= italic
		}
		if !r.Style.BG.IsDefault() {
			s.add(item{kind: area, x: x, y: y - baseline(1.4*z, z), w: width, h: 1.4 * z, fill: r.Style.BG, step: s.step})
		}
		s.grid(r.Text, x, y, w, st)
		if r.Style.Underline {
			s.add(item{kind: area, x: x, y: y + .14*z, w: width, h: max(.06*z, .75), fill: st.color, step: s.step})
		}
		if r.Style.Strike {
			s.add(item{kind: area, x: x, y: y - .28*z, w: width, h: max(.06*z, .75), fill: st.color, step: s.step})
		}
		if r.Href != "" && render.External(r.Href) && n != nil {
			node := n.child("Link")
			s.add(item{kind: link, x: x, y: y - above*z, w: width, h: (above + below) * z, href: r.Href, node: node, step: s.step})
		}
		x += width
	}
}

// ascii reports whether every character of a text is of ASCII and prints.
func ascii(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return text != ""
}

// grid draws text whose characters stand in cells. Characters that are as wide as their cells are drawn
// together; the others are put into theirs, smaller if they have to be.
func (s *sheet) grid(text string, x, y, w float64, st style) {
	run := item{kind: letters, y: y, size: st.size, color: st.color, node: st.node, step: s.step}
	if ascii(text) { // nearly always
		g := s.fonts.glyph('m', st.cut)
		run.x, run.face, run.slant, run.text = x, g.face, g.slant, text
		s.add(run)
		return
	}
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			run.text = b.String()
			s.add(run)
			b.Reset()
		}
	}
	for part, cells := range words.Graphemes(text) {
		at := x
		for _, r := range part {
			if r = plain(r); r < 0 {
				continue
			}
			g := s.fonts.glyph(r, st.cut)
			if g.face == nil {
				continue
			}
			room := float64(cells) * w
			if at == x && near(g.width*st.size, room) {
				if b.Len() == 0 || run.face != g.face || run.slant != g.slant {
					flush()
					run.x, run.face, run.slant = x, g.face, g.slant
				}
				b.WriteRune(r)
			} else {
				flush()
				one := run
				one.x, one.face, one.slant, one.text = x, g.face, g.slant, string(r)
				if wide := g.width * st.size; wide > room && room > 0 && at == x {
					one.size *= room / wide
				} else if at == x {
					one.x += (room - wide) / 2
				}
				s.add(one)
			}
			at += .001 // the others of a character are marks on it
		}
		x += float64(cells) * w
	}
	flush()
}
