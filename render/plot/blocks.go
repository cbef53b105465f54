package plot

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// sizes are the font sizes 1 to 7 of the deck, as on pages.
var sizes = [...]float64{1, 1, 1.35, 1.7, 2.05, 2.4, 2.8, 3.2}

// blocks draws blocks one below the other. Those after a Middle are centred in what is left.
func (s *sheet) blocks(list []slides.Block) {
	var before slides.Block
	for i, b := range list {
		if _, ok := b.(*slides.Middle); ok {
			first := len(s.items)
			s.blocks(list[i+1:])
			s.centre(first)
			return
		}
		if s.full() && s.middle {
			s.y = max(s.y, s.bottom+2) // so that the page says that there is more
			return
		}
		if s.full() {
			return
		}
		em := s.em
		base := b.Common()
		step := s.step
		s.step = max(step, base.Step)
		if n := base.Size; n > 1 {
			s.em = unit * s.fit * sizes[min(n, len(sizes)-1)]
		}
		if before != nil {
			s.y += s.space(before, b)
		}
		s.block(b)
		s.em, s.step = em, step
		if !invisible(b) {
			before = b
		}
	}
}

// invisible reports whether a block is nothing on a page.
func invisible(b slides.Block) bool {
	o, ok := b.(*slides.Output)
	return ok && o.Snippet == nil
}

// space returns the space between two blocks.
func (s *sheet) space(before, b slides.Block) float64 {
	switch b := b.(type) {
	case *slides.Gap:
		return 0
	case *slides.Title:
		return .96 * s.em
	case *slides.Output:
		if _, ok := before.(*slides.Code); ok {
			return .35 * s.em
		}
		if b.Snippet == nil {
			return 0
		}
	case *slides.List:
		if b.Joined {
			return .26 * s.em
		}
		if _, ok := before.(*slides.Paragraph); ok {
			return .3 * s.em
		}
	case *slides.Footnote:
		if _, ok := before.(*slides.Footnote); ok {
			return .12 * s.em
		}
		return .45 * s.em
	}
	switch before.(type) {
	case *slides.Title:
		return .9 * s.em
	case *slides.Heading:
		return .45 * s.em
	case *slides.Gap:
		return 0
	}
	return .75 * s.em
}

// headings are the sizes and ranks of headings by level. A slide's title ranks above them.
var headings = [...]struct {
	scale float64
	rank  int
}{{1, 3}, {1.25, 3}, {1.1, 4}, {1, 5}, {1, 6}, {1, 6}, {1, 6}}

// plainBlock draws a block over the width that it has.
func (s *sheet) plainBlock(b slides.Block) {
	switch b := b.(type) {
	case *slides.Title:
		s.heading("slide_title", s.titleRank(), b.Text, 1.6, 1.15, -.018, &b.Base)
	case *slides.Heading:
		h := headings[min(max(b.Level, 1), 6)]
		s.heading(slides.ThemePath(b), h.rank, b.Text, h.scale, 1.15, -.014, &b.Base)
	case *slides.Paragraph:
		s.paragraph(b.Text, s.pal.Text, b.Align)
	case *slides.List:
		s.list(b)
	case *slides.Table:
		s.table(b)
	case *slides.Quote:
		s.quote(b)
	case *slides.Alert:
		s.alert(b)
	case *slides.Code:
		s.listing(b)
	case *slides.Output:
		if b.Snippet != nil {
			s.outputBox(box{base: &b.Base, snippet: b.Snippet, result: s.copies.Result(s.view, b)})
		}
	case *slides.Image:
		s.image(b)
	case *slides.Columns:
		s.columns(b)
	case *slides.Gap:
		s.y += float64(min(max(b.Lines, 0), 60)) * 1.4 * s.em
	case *slides.Rule:
		s.add(item{kind: area, x: s.x, y: s.y, w: s.w, h: 1, fill: s.pal.Hairline, step: s.step})
		s.y++
	case *slides.Footnote:
		s.footnote(b)
	case *slides.Contents:
		s.blocks(b.Blocks())
	case *slides.Problem:
		s.problem(b)
	default:
		panic(fmt.Sprintf("plot: unexpected block %T", b))
	}
}

func (s *sheet) paragraph(in []slides.Inline, color ansi.Color, align slides.Align) {
	s.prose(s.node.child("P"), in, color, align)
}

// prose draws running text as the content of a node.
func (s *sheet) prose(n *node, in []slides.Inline, color ansi.Color, align slides.Align) {
	if align == slides.AlignDefault {
		align = s.align
	}
	s.flow(s.spans(in, style{size: s.em, color: color, node: n}), para{lineHeight: 1.4, size: s.em, align: align, step: s.step})
}

func (s *sheet) footnote(f *slides.Footnote) {
	z := s.em * .6
	n := s.node.child("P")
	spans := []span{{f.Name + " ", style{size: z * .66, rise: z * .36, color: s.pal.Dim, node: n}}}
	spans = append(spans, s.spans(f.Text, style{size: z, color: s.pal.Dim, node: n})...)
	s.flow(spans, para{lineHeight: 1.4, size: z, align: f.Align, step: s.step})
}

// within draws something in a smaller place: so far from the left, and from the right.
func (s *sheet) within(left, right float64, parent *node, draw func()) {
	x, w, n := s.x, s.w, s.node
	left = min(left, max(s.w-right-s.em, 0)) // however deep, a place for a letter is left
	s.x, s.w, s.node = x+left, max(w-left-right, 1), parent
	draw()
	s.x, s.w, s.node = x, w, n
}

// behind adds an area that was begun before its content: its height is known only now.
func (s *sheet) behind(at int, it item) {
	it.kind, it.step = area, s.step
	s.items = append(s.items, item{})
	copy(s.items[at+1:], s.items[at:])
	s.items[at] = it
}

func (s *sheet) quote(q *slides.Quote) {
	from, at := s.y, len(s.items)
	s.y += .1 * s.em
	align := s.align
	s.align = q.Align
	ground, restore := s.inked(s.look().Either("block_quote.colors", "block_quote.colors.base"))
	s.within(1.06*s.em, .9*s.em, s.node.child("BlockQuote"), func() {
		for i, b := range q.Blocks {
			if i > 0 {
				s.y += .5 * s.em
			}
			if p, ok := b.(*slides.Paragraph); ok {
				s.paragraph(p.Text, s.pal.Dim, p.Align)
				continue
			}
			s.block(b)
		}
	})
	restore()
	s.align = align
	s.y += .1 * s.em
	bar := style{color: s.pal.Accent}
	s.coloured(slides.Colors{FG: s.look().Value("block_quote.colors.prefix")}, &bar)
	if !ground.IsDefault() {
		s.behind(at, item{x: s.x, y: from, w: s.w, h: s.y - from, fill: ground})
	}
	s.add(item{kind: area, x: s.x, y: from, w: .16 * s.em, h: s.y - from, fill: bar.color, step: s.step})
}

// alerts are the kinds of alerts: their titles, and what gives their colours.
func (s *sheet) alertLook(kind string) (title string, color ansi.Color) {
	switch strings.ToLower(kind) {
	case "tip":
		return "Tip", s.pal.OK
	case "important":
		return "Important", s.pal.Keyword
	case "warning":
		return "Warning", s.pal.Note
	case "caution":
		return "Caution", s.pal.Error
	}
	return "Note", s.pal.Accent
}

func (s *sheet) alert(a *slides.Alert) {
	title, icon, color := s.alertWords(strings.ToLower(a.Kind))
	ground, restore := s.inked(s.look().Pair("alert.base_colors"))
	panel := s.pal.Panel
	if !ground.IsDefault() {
		panel = ground
		color = render.Away(color, panel, legible)
	}
	from, at := s.y, len(s.items)
	s.y += .6 * s.em
	align := s.align
	s.align = a.Align
	s.within(.9*s.em+4, .9*s.em, s.node.child("BlockQuote"), func() {
		text := a.Title
		if len(text) == 0 {
			text = []slides.Inline{&slides.Text{Text: title}}
		}
		if icon != "" {
			text = append([]slides.Inline{&slides.Text{Text: icon}}, text...)
		}
		s.flow(s.spans(text, style{cut: bold, size: s.em, color: color, node: s.node.child("P")}), para{lineHeight: 1.4, size: s.em, align: a.Align, step: s.step})
		for _, b := range a.Blocks {
			s.y += .5 * s.em
			s.block(b)
		}
	})
	restore()
	s.align = align
	s.y += .7 * s.em
	s.behind(at, item{x: s.x, y: from, w: 4, h: s.y - from, fill: color, round: 2})
	s.behind(at, item{x: s.x, y: from, w: s.w, h: s.y - from, fill: panel, line: s.pal.Hairline, round: .35 * s.em})
}

// columns draws columns side by side, from the same height on.
func (s *sheet) columns(c *slides.Columns) {
	sum := 0
	for _, r := range c.Ratios {
		sum += min(max(r, 1), 255)
	}
	gap := s.gap()
	x, y, w := s.x, s.y, s.w
	room := w - float64(len(c.Cols)-1)*gap
	if room < w/4 { // so many columns that their gaps would take the slide
		gap = w / 4 / float64(len(c.Cols))
		room = w - float64(len(c.Cols)-1)*gap
	}
	lowest := y
	for i, col := range c.Cols {
		share := 1.0 / float64(len(c.Cols))
		if i < len(c.Ratios) && sum > 0 {
			share = float64(min(max(c.Ratios[i], 1), 255)) / float64(sum)
		}
		s.y, s.w = y, max(room*share, 1)
		s.blocks(col)
		s.x += s.w + gap
		lowest = max(lowest, s.y)
	}
	s.x, s.y, s.w = x, lowest, w
}

// problem draws an error of the deck at its place.
func (s *sheet) problem(p *slides.Problem) {
	s.trouble(func(say func(string, style)) {
		say(p.Diag.Error(), style{cut: bold, color: s.pal.Error})
		if excerpt := p.Diag.Excerpt(); excerpt != "" {
			source, caret, _ := strings.Cut(excerpt, "\n")
			z := s.em * .62
			s.y += .3 * s.em
			s.rows([]ansi.Line{ansi.Plain(source), {{Text: caret, Style: ansi.Style{FG: s.pal.Error, Bold: true}}}}, s.node.child("P"), rowsLook{size: z})
			s.y += .3 * s.em
		}
		if p.Diag.Hint != "" {
			say(p.Diag.Hint, style{color: s.pal.Text})
		}
	})
}

// trouble draws the box of something that is wrong, with what draw says.
func (s *sheet) trouble(draw func(say func(words string, st style))) {
	from, at := s.y, len(s.items)
	s.y += .6 * s.em
	s.within(.9*s.em+4, .9*s.em, s.node.child("Div"), func() {
		draw(func(words string, st style) {
			st.size, st.node = s.em*.62, s.node.child("P")
			s.flow([]span{{words, st}}, para{lineHeight: 1.4, size: st.size, step: s.step})
		})
	})
	s.y += .7 * s.em
	s.behind(at, item{x: s.x, y: from, w: 4, h: s.y - from, fill: s.pal.Error, round: 2})
	s.behind(at, item{x: s.x, y: from, w: s.w, h: s.y - from, line: s.pal.Error, round: .35 * s.em})
}
