package plot

import (
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// What a theme says of single elements, as packages term and html have it too. Colours of a dark theme are
// not for paper, which is white; places and sizes are.

// column is the width of a column of a terminal on a slide, which has about 88 of them.
const column = .43 * unit

// look returns the theme, nil if the deck has none: in its colours for light screens, if it has some for both.
func (t *talk) look() *slides.Theme { return t.view.Deck.Meta.Look.For(true) }

// coloured gives text colours of the theme, readable ones.
func (s *sheet) coloured(c slides.Colors, st *style) {
	if c != (slides.Colors{}) && !s.view.Dark() {
		s.tint(st, &slides.Styled{FG: c.FG, BG: c.BG})
		st.filled = st.filled || c.BG != ""
	}
}

// themed gives text what the theme says of an element.
func (s *sheet) themed(path string, st *style) {
	t := s.look()
	if t == nil {
		return
	}
	s.coloured(t.Pair(path+".colors"), st)
	set := func(c cut, on bool) {
		if st.cut &^= c; on {
			st.cut |= c
		}
	}
	set(bold, t.Is(path+".bold", st.cut&bold != 0))
	set(italic, t.Is(path+".italics", t.Is(path+".italic", st.cut&italic != 0)))
	st.under = t.Is(path+".underlined", st.under)
}

// side returns the space at each side of an element in a width.
func (s *sheet) side(at slides.Position, w float64) float64 {
	m := float64(at.Margin.Fixed)*column + w*float64(at.Margin.Percent)/100
	if at.Align == slides.AlignCenter {
		m = min(m, (w-float64(at.Size)*column)/2)
	}
	return max(min(m, (w-4*s.em)/2), 0)
}

// placed draws something between its margins.
func (s *sheet) placed(at slides.Position, draw func()) {
	if side := s.side(at, s.w); side > 0 {
		s.within(side, side, s.node, draw)
		return
	}
	draw()
}

// block draws a block where the theme wants it.
func (s *sheet) block(b slides.Block) {
	path := slides.ThemePath(b)
	if s.look() == nil || path == "" {
		s.plainBlock(b)
		return
	}
	s.placed(s.look().Position(path), func() { s.plainBlock(b) })
}

// inked gives all text colours of a block of the theme, until restore.
func (s *sheet) inked(c slides.Colors) (ground ansi.Color, restore func()) {
	was := s.pal
	st := style{color: s.pal.Text}
	s.coloured(c, &st)
	if c.FG != "" && !s.view.Dark() {
		s.pal.Text, s.pal.Dim = st.color, st.color
	}
	return st.ground, func() { s.pal = was }
}

// box returns the width of a block of code and the space before it. One that the theme puts in the middle
// or to the right is as wide as its longest line or its caption.
func (s *sheet) codeBox(cells int, label string) (left, w float64) {
	at := s.look().Position("code")
	if at.Align != slides.AlignCenter && at.Align != slides.AlignRight {
		return 0, s.w
	}
	need := max(float64(cells)*s.code*cellW, s.fonts.width(label, 0, small))
	w = min(max(need+2*boxInset*s.em+5, float64(at.Size)*column), s.w)
	if at.Align == slides.AlignCenter {
		return (s.w - w) / 2, w
	}
	return s.w - w, w
}

// padded draws text of a box in its padding.
func (s *sheet) padded(path string, n *node, draw func()) {
	x, y := s.padding(path)
	down := float64(y) * 1.4 * s.code
	across := min(float64(x)*s.code*cellW, s.w/3)
	was := s.inset
	s.y, s.inset = s.y+down, 2*across
	s.within(across, across, n, draw)
	s.y, s.inset = s.y+down, was
}

// padding returns the cells at the sides of the text of a box, and the rows above and below it.
func (t *talk) padding(path string) (x, y int) {
	return t.look().Number(path+".padding.horizontal", 0), t.look().Number(path+".padding.vertical", 0)
}

// gap returns the space between columns.
func (s *sheet) gap() float64 {
	t := s.look()
	if t.Value("column_layout.margin.fixed") == "" && t.Value("column_layout.margin.percent") == "" {
		return 1.6 * s.em
	}
	l := t.Length("column_layout.margin")
	return float64(l.Fixed)*column + s.w*float64(l.Percent)/100
}

// introPlace returns where a line of the intro slide stands: at the left, if the theme does not say.
func (s *sheet) introPlace(path string) slides.Position {
	at := s.look().Position(path)
	if s.look().Alignment(path+".alignment") == slides.AlignDefault {
		at.Align, at.Margin = slides.AlignDefault, s.look().Length(path+".margin")
	}
	return at
}

// footing returns the height of the footer.
func (t *talk) footing() float64 {
	if n := t.look().Number("footer.height", 0); n > 0 && t.look().Value("footer.style") == "template" {
		return (2.55 + 1.4*float64(min(n, 20))) * tiny
	}
	return foot
}

// footed reports whether a slide has a footer.
func (t *talk) footed(sl *slides.Slide) bool {
	switch t.look().Value("footer.style") {
	case "empty":
		return false
	case "template":
		return !sl.NoFooter && (!sl.Intro || t.look().Is("intro_slide.footer", false))
	}
	return !sl.NoFooter && !sl.Intro
}

// progress draws the footer that is a bar.
func (s *sheet) progress(i int) {
	st := style{color: s.pal.Accent}
	s.coloured(s.look().Pair("footer.colors"), &st)
	if !st.ground.IsDefault() {
		s.add(item{kind: area, y: height - 4, w: width, h: 4, fill: st.ground})
	}
	s.add(item{kind: area, y: height - 4, w: width * float64(i+1) / float64(len(s.view.Deck.Slides)), h: 4, fill: st.color})
}

// templated draws the footer of a template: its parts at the left, in the middle and at the right.
func (s *sheet) templated(f *slides.Footer, number, total string) {
	st := style{color: s.pal.Dim, size: tiny}
	s.coloured(f.Colors, &st)
	h, w := s.footing(), width-2*s.left
	if !st.ground.IsDefault() {
		s.add(item{kind: area, x: s.left, y: height - h, w: w, h: h, fill: st.ground})
		st.ground, st.filled = 0, false
	}
	middle := height - 1.35*tiny - (h-2.55*tiny)/2
	for _, part := range []struct {
		slides.FooterPart
		share float64 // of what is free, to its left
	}{{f.Left, 0}, {f.Center, .5}, {f.Right, 1}} {
		if part.Image != nil {
			s.footerPicture(part.Image, part.share, middle, max(2.4*tiny, h-2.55*tiny))
			continue
		}
		spans := s.spans(part.Numbered(number, total), st)
		if rows := broken(s.flat(spans), w); len(rows) > 0 {
			s.line(spans, rows[0], s.left+part.share*(w-rows[0].width), middle+.3*tiny, 0)
		}
	}
}

func (s *sheet) footerPicture(f *slides.File, share, middle, high float64) {
	sh := s.rasters.of(f.Path+"\x00"+f.Name, false, f.Picture)
	if sh.err != nil {
		return
	}
	room := width - 2*s.left
	w := high * float64(max(sh.width, 1)) / float64(max(sh.height, 1))
	if most := room / 3; w > most {
		w, high = most, high*most/w
	}
	s.add(item{kind: pixels, x: s.left + share*(room-w), y: middle - high/2, w: w, h: high, picture: sh.raster})
}

// alertWords returns the title of a kind of alert where the deck gives none, its icon and its colour.
func (s *sheet) alertWords(kind string) (title, icon string, color ansi.Color) {
	title, color = s.alertLook(kind)
	t, path := s.look(), "alert.styles."+kind
	if v := t.Value(path + ".title"); v != "" {
		title = v
	}
	if v := t.Value(path + ".icon"); v != "" {
		icon = v + " "
	}
	if c := s.pal.RGB(render.ParseColor(t.Value(path + ".color"))); !c.IsDefault() && !s.view.Dark() {
		color = render.Away(c, s.pal.Panel, legible)
	}
	return title, icon, color
}

// backdrop draws the theme's pictures behind a slide: one that covers it, and a logo in a corner.
func (s *sheet) backdrop() {
	t := s.view.Deck.Meta.Look
	if t == nil {
		return
	}
	put := func(path string, place func(w, h float64) item) {
		f := t.Files[path]
		if f == nil {
			return
		}
		if sh := s.rasters.of(f.Path+"\x00"+f.Name, false, f.Picture); sh.err == nil {
			it := place(float64(max(sh.width, 1)), float64(max(sh.height, 1)))
			it.kind, it.picture = pixels, sh.raster
			s.add(it)
		}
	}
	put("background.image", func(w, h float64) item {
		k := max(width/w, height/h)
		return item{x: (width - w*k) / 2, y: (height - h*k) / 2, w: w * k, h: h * k}
	})
	put("logo.image", func(w, h float64) item {
		high := height * float64(t.Number("logo.height", 7)) / 100
		wide := high * w / h
		x, y := .975*(width-wide), .035*(height-high)
		at := t.Value("logo.position")
		if strings.HasSuffix(at, "_left") {
			x = .025 * (width - wide)
		}
		if strings.HasPrefix(at, "bottom_") {
			y = .965 * (height - high)
		}
		return item{x: x, y: y, w: wide, h: high}
	})
}
