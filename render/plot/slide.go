package plot

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// Measures of a slide, in pixels of the style sheet of pages: a slide on paper is what a window of this
// size shows.
const (
	width  = 1280
	height = 720

	sides  = 64            // space beside the content
	top    = 37            // above it
	foot   = 49            // the footer
	unit   = 30.24         // the usual size of text
	tiny   = 13            // of the footer
	small  = 12            // the least size of captions
	coding = 0.714         // code, in parts of the size of text
	least  = 0.524         // the least size of code, likewise
	cellW  = 1229.0 / 2048 // the width of a character of code, in parts of its size: that of Go Mono
)

// sheet is a slide that is being laid out. What is drawn comes from top to bottom; x, y and w are the place
// for the next block.
type sheet struct {
	*talk
	slide *slides.Slide
	fit   float64 // size of the text, in parts of the usual one
	boxes limits

	em      float64 // size of the text here
	code    float64 // size of code and outputs
	x, y, w float64
	left    float64 // space beside the content
	inset   float64 // padding of the box here
	node    *node   // parent of what comes
	rank    int     // of the last heading
	align   slides.Align
	step    int
	show    int // the step whose highlight groups are lit; -1: all lines of all groups

	items  []item
	bottom float64 // of the room for content
	end    float64 // nothing begins below
	middle bool    // centre what a Middle asks to be centred
	lost   int     // lines without a place
	short  bool    // a text was not looked at to its end
	needs  []demand
}

// limits are the most room that boxes get, in pixels; 0: as much as they need.
type limits struct {
	room float64 // for the content of an output or a picture
	list float64 // for a listing
}

// demand is the widest line of a listing or output, in cells, and the width of its box.
type demand struct {
	cells int
	width float64
}

func (s *sheet) add(it item) { s.items = append(s.items, it) }

// full reports whether there is no place below.
func (s *sheet) full() bool { return s.y >= s.end }

// laid lays a slide out. To measure, it lays out what is higher than the page, too, within reason.
func (t *talk) laid(i int, fit float64, l limits, code float64) *sheet {
	sl := t.view.Deck.Slides[i]
	s := &sheet{talk: t, slide: sl, fit: fit, boxes: l, em: unit * fit, y: top, show: -1, code: code}
	s.left = sides
	if t.look() != nil {
		s.left = max(sides, min(s.side(t.look().Position("default"), width), .4*width))
	}
	s.x, s.w = s.left, width-2*s.left
	s.bottom = height - t.footing()
	if !t.footed(sl) {
		s.bottom = height - top
	}
	s.end = top + 4*height
	s.rank = s.titleRank() - 1
	return s
}

// content lays out what is on the slide.
func (s *sheet) content() {
	s.node = &node{tag: "Sect", up: s.root}
	if s.slide.Intro {
		s.intro()
	}
	if render.Statement(s.slide.Blocks) && !s.slide.Intro {
		s.statement()
		return
	}
	s.blocks(s.slide.Blocks)
}

// grown and shrunk are the sizes of a slide's text beside the usual one. Sizes come in steps, so that two
// slides that follow each other do not differ without need.
var (
	grown  = []float64{1.333, 1.21, 1.1}
	shrunk = []float64{.9, .81}
)

// Limits on how far things shrink, in parts of their usual size or, for boxes, in sizes of text.
const (
	smallest = 0.25
	lowest   = 6
	highest  = 40
)

// size is how a slide is laid out so that it fits the page.
type size struct {
	fit  float64
	code float64
	limits
}

// sized finds the size of a slide: larger text where there is room, smaller text where there is not, then
// less of outputs and pictures, then of listings, then ever smaller text.
func (t *talk) sized(i int) size {
	sl := t.view.Deck.Slides[i]
	var z size
	measure := func(fit float64, l limits) (fills float64) {
		s := t.laid(i, fit, l, 0)
		s.code, s.items = t.codeSize(i, fit), t.spare[:0]
		s.content()
		t.spare = s.items
		z = size{fit, s.code, l}
		return (s.y - top) / (s.bottom - top)
	}
	full := measure(1, limits{})
	switch {
	case full <= 1:
		if !sl.Intro && !render.Statement(sl.Blocks) {
			for _, f := range grown {
				if full*f < .78 && measure(f, limits{}) <= .75 {
					return z
				}
			}
		}
		measure(1, limits{})
		return z
	}
	for _, f := range shrunk {
		if measure(f, limits{}) <= 1 {
			return z
		}
	}
	em := func(n, fit float64) float64 { return n * unit * fit }
	search := func(lo, hi float64, set func(v float64) float64) bool { // the largest that fits
		if set(lo) > 1 {
			return false
		}
		for range 7 {
			mid := (lo + hi) / 2
			if set(mid) <= 1 {
				lo = mid
			} else {
				hi = mid
			}
		}
		set(lo)
		return true
	}
	soft, boxes := t.has(sl)
	if soft {
		for _, f := range []float64{1, .9, .81} {
			if search(lowest, highest, func(v float64) float64 { return measure(f, limits{room: em(v, f)}) }) {
				return z
			}
		}
	}
	if boxes {
		f, room := .81, 0.0
		if soft {
			room = em(lowest, f)
		}
		if search(lowest, highest, func(v float64) float64 { return measure(f, limits{room, em(v, f)}) }) {
			return z
		}
	}
	l := z.limits
	if !search(smallest, .81, func(f float64) float64 { return measure(f, l) }) {
		measure(smallest, l)
	}
	return z
}

// has reports whether a slide has outputs or pictures, and whether it has listings.
func (t *talk) has(sl *slides.Slide) (soft, listings bool) {
	slides.Walk(sl.Blocks, func(b slides.Block) {
		switch b := b.(type) {
		case *slides.Output, *slides.Image:
			soft = true
		case *slides.Code:
			if b.Snippet != nil {
				soft = soft || b.Snippet.Exec.Mode != slides.NotExecutable
				listings = true
			}
		}
	})
	return soft, listings
}

// codeSize returns the size of code and outputs of a slide, the same for all: the largest at which no line
// wraps, within limits.
func (t *talk) codeSize(i int, fit float64) float64 {
	if t.wide[i] == nil {
		s := t.laid(i, 1, limits{}, unit*coding)
		s.content()
		t.wide[i] = append([]demand{{1, width}}, s.needs...)
	}
	z := unit * fit * coding
	for _, d := range t.wide[i] {
		room := d.width - boxInset*2*unit*fit - 6
		z = min(z, room/(float64(d.cells)*cellW))
	}
	return max(z, least*unit*min(1, fit*1.235))
}

// draw returns the items of a slide. show is the step whose highlight groups are lit, -1 for none.
func (t *talk) draw(i int, z size, show int) []item {
	s := t.laid(i, z.fit, z.limits, z.code)
	s.middle, s.show = true, show
	s.end = s.bottom
	s.backdrop()
	s.content()
	if s.y > s.bottom+1 || s.lost > 0 || s.short {
		s.cutOff()
	}
	s.footer(i)
	return s.items
}

// cutOff leaves out what is below the page's room, and says so.
func (s *sheet) cutOff() {
	kept := s.items[:0]
	for _, it := range s.items {
		if it.y > s.bottom || it.kind == pixels && it.y+it.h > s.bottom+foot {
			continue
		}
		if it.kind == area {
			it.h = min(it.h, s.bottom-it.y)
		}
		kept = append(kept, it)
	}
	s.items = kept
	note := "… more does not fit on this page"
	if s.lost > 0 {
		note = "… " + counted(s.lost, "more line")
	}
	w := s.fonts.width(note, 0, tiny)
	s.add(item{kind: area, x: width - sides - w - 8, y: s.bottom - 16, w: w + 8, h: 17, fill: s.paper})
	s.text(note, width-sides-w, s.bottom-4, tiny, 0, s.pal.Dim, s.node.child("P"))
}

// text draws one line of slidexec's own words.
func (s *sheet) text(words string, x, y, size float64, c cut, color ansi.Color, n *node) {
	spans := []span{{words, style{cut: c, size: size, color: color, node: n}}}
	s.line(spans, row{letters: s.flat(spans)}, x, y, s.step)
}

func (s *sheet) footer(i int) {
	if !s.footed(s.slide) {
		return
	}
	s.step = 0
	switch total := len(s.view.Deck.Slides); s.look().Value("footer.style") {
	case "template":
		s.templated(s.look().Footer, strconv.Itoa(i+1), strconv.Itoa(total))
		return
	case "progress_bar":
		s.progress(i)
		return
	}
	y := height - tiny*1.35 - .3*tiny
	number := fmt.Sprintf("%d / %d", i+1, len(s.view.Deck.Slides))
	w := s.fonts.width(number, 0, tiny)
	room := width - 2*s.left - w - 2*tiny
	s.text(s.fitted(s.title, room, 0, tiny), s.left, y, tiny, 0, s.pal.Dim, nil)
	s.text(number, width-s.left-w, y, tiny, 0, s.pal.Dim, nil)
}

// fitted returns words, or their beginning and an ellipsis if they are wider than room.
func (s *sheet) fitted(words string, room float64, c cut, size float64) string {
	if len(words) < 4096 && s.fonts.width(words, c, size) <= room {
		return words
	}
	room -= s.fonts.width("…", c, size)
	for i, r := range words {
		if room -= s.fonts.glyph(r, c).width * size; room < 0 {
			return words[:i] + "…"
		}
	}
	return words
}

// heading draws a title or heading. Its rank is 1 to 6.
func (s *sheet) heading(path string, rank int, text []slides.Inline, scale, lineHeight, track float64, base *slides.Base) {
	t := s.look()
	if prefix := t.Value(path + ".prefix"); prefix != "" {
		text = append([]slides.Inline{&slides.Text{Text: prefix + " "}}, text...)
	}
	z := s.em * scale
	s.rank = min(rank, s.rank+1) // screen readers want no gaps
	n := s.node.child("H" + strconv.Itoa(s.rank))
	st := style{cut: bold, size: z, color: s.pal.Text, node: n, track: track}
	s.themed(path, &st)
	s.y += float64(t.Number(path+".padding_top", 0)) * 1.4 * unit * s.fit
	s.flow(s.spans(text, st), para{lineHeight: lineHeight, size: z, align: base.Align, balance: true, step: s.step})
	if t.Is(path+".separator", false) && !render.Statement(s.slide.Blocks) {
		s.add(item{kind: area, x: s.x, y: s.y + .2*z, w: s.w, h: 1, fill: s.pal.Hairline, step: s.step})
		s.y += .2*z + 1
	}
	s.y += float64(t.Number(path+".padding_bottom", 0)) * 1.4 * unit * s.fit
}

// titleRank returns the rank of a title: the first slide's is that of the talk.
func (s *sheet) titleRank() int {
	if s.slide == s.view.Deck.Slides[0] {
		return 1
	}
	return 2
}

// intro draws the slide made from the front matter.
func (s *sheet) intro() {
	m := &s.view.Deck.Meta
	first := len(s.items)
	lines := func(ls []slides.Line) []slides.Inline {
		var out []slides.Inline
		for i, l := range ls {
			if i > 0 {
				out = append(out, &slides.Break{})
			}
			out = append(out, l...)
		}
		return out
	}
	if len(m.Title) > 0 {
		scale, at := 2.2, s.introPlace("intro_slide.title")
		if n := s.look().Number("intro_slide.title.font_size", 0); n > 0 {
			scale = 1.6 * sizes[min(n, len(sizes)-1)]
		}
		s.placed(at, func() {
			s.heading("intro_slide.title", s.titleRank(), lines(m.Title), scale, 1.08, -.026, &slides.Base{Align: at.Align})
		})
	}
	say := func(what string, in []slides.Inline, scale, before, lineHeight float64, st style) {
		if s.y > top {
			s.y += before * s.em * scale
		}
		at := s.introPlace("intro_slide." + what)
		st.size, st.node = s.em*scale, s.node.child("P")
		s.themed("intro_slide."+what, &st)
		s.placed(at, func() {
			s.flow(s.spans(in, st), para{lineHeight: lineHeight, size: st.size, align: at.Align, balance: true})
		})
	}
	if len(m.SubTitle) > 0 {
		say("subtitle", lines(m.SubTitle), 1.1, .7, 1.3, style{color: s.pal.Dim})
	}
	before := 1.8
	who := func() {
		if s.authors != "" {
			say("author", []slides.Inline{&slides.Text{Text: s.authors}}, .8, before, 1.4, style{cut: bold, color: s.pal.Text})
			before = .1
		}
	}
	low := s.look().Value("intro_slide.author.positioning") == "page_bottom" && len(s.slide.Blocks) == 0
	if !low {
		who()
	}
	s.when(say, before)
	if low {
		s.atBottom(first, who)
	} else if len(s.slide.Blocks) == 0 {
		s.centre(first)
	}
}

// when draws where and when the talk is: on a line, or on one for each if the theme says something of one.
func (s *sheet) when(say func(what string, in []slides.Inline, scale, before, lineHeight float64, st style), before float64) {
	m := &s.view.Deck.Meta
	var words []string
	alone, coloured := false, false
	for _, p := range []struct{ what, text string }{{"event", m.Event}, {"location", m.Location}, {"date", m.Date}} {
		path := "intro_slide." + p.what
		alone = alone || s.introPlace(path) != slides.Position{}
		if p.text == "" {
			continue
		}
		coloured = coloured || s.look().Either(path+".colors") != slides.Colors{}
		words = append(words, p.text)
	}
	if !alone && !coloured && len(words) > 0 {
		say("", []slides.Inline{&slides.Text{Text: strings.Join(words, " · ")}}, .8, before, 1.4, style{color: s.pal.Dim})
		return
	}
	for _, p := range []struct{ what, text string }{{"event", m.Event}, {"location", m.Location}, {"date", m.Date}} {
		if p.text != "" {
			say(p.what, []slides.Inline{&slides.Text{Text: p.text}}, .8, before, 1.4, style{color: s.pal.Dim})
			before = 0
		}
	}
}

// atBottom draws something at the end of the slide, and centres what stands above it.
func (s *sheet) atBottom(first int, draw func()) {
	last, from := len(s.items), s.y
	draw()
	free := s.bottom - s.y
	if !s.middle || free <= 0 {
		return
	}
	for i := range s.items[last:] {
		s.items[last+i].y += free
	}
	above := free + (s.y - from)
	for i := range s.items[first:last] {
		s.items[first+i].y += max(above/2-(s.y-from), 0)
	}
	s.y = s.bottom
}

// statement draws a slide with nothing but a title.
func (s *sheet) statement() {
	for _, b := range s.slide.Blocks {
		t, ok := b.(*slides.Title)
		if !ok {
			continue
		}
		base := t.Base
		if base.Align == slides.AlignDefault {
			base.Align = slides.AlignCenter
		}
		first := len(s.items)
		s.step = t.Step
		s.placed(s.look().Position("slide_title"), func() {
			s.heading("slide_title", s.titleRank(), t.Text, 2.4, 1.08, -.026, &base)
		})
		s.centre(first)
	}
}

// centre moves the items from one on to the middle of the room that is left.
func (s *sheet) centre(first int) {
	if !s.middle || s.y >= s.bottom {
		return
	}
	by := (s.bottom - s.y) / 2
	for i := range s.items[first:] {
		s.items[first+i].y += by
	}
	s.y = s.bottom
}

// counted returns a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
