// Package plot draws a talk as a PDF file without a browser, from the deck and its results, as packages html
// and term do. The slides have the sizes and colours of the pages of package html, and so look much like
// those that package paper prints with a browser.
//
// A slide is laid out as a list of items, letters and areas with their places: see sheet. Tests look at
// these lists. ink turns them into the content of PDF pages, tags builds the structure that screen readers
// use, and file writes it all. Fonts, their subsets and the objects of PDF files come from a library.
//
// Decks and outputs are hostile: text, listings, tables and pictures are looked at only as far as a page could
// show them, and a slide is laid out a bounded number of times.
//
// Text of letters that join, such as Arabic or Devanagari, is drawn letter by letter. A browser does better.
package plot

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/slides"
)

// Layout says what is on the pages. The zero Layout is one page for each slide, with all of its steps shown.
type Layout struct {
	Slide   int  // draw this slide alone, counted from 1; 0: all slides
	Step    int  // with Slide: show it up to this step, counted from 1; 0: all steps
	Steps   bool // a page for each step
	Notes   bool // pages with a slide and its notes beneath
	PerPage int  // handouts: slides on a page, 2, 4 or 6; 0: no handouts
}

// PDF is the backend that draws a PDF file: tagged, with an outline, with links, with text that can be
// selected, and with its fonts. Equal talks give equal bytes on one machine.
type PDF struct {
	Layout
	Date time.Time                        // of the file
	Now  time.Time                        // for the durations of runs under way; zero: the time of drawing
	Draw picture.Vector                   // draws SVG; nil: a box says that nothing does
	Say  func(format string, args ...any) // is told of characters that no font has; nil: nobody is
}

var _ render.Backend = PDF{}

// talk is what is drawn.
type talk struct {
	view      *render.View
	pal       render.Palette
	paper     ansi.Color // the background
	faint     ansi.Color // code that does not stand out
	only      int        // the slide that is drawn alone, counted from 1; 0: all are drawn
	title     string
	authors   string
	now       time.Time
	highlight *code.Highlighter
	copies    render.Copies
	slugs     map[string]int
	fonts     *fonts
	rasters   *rasters
	outputs   map[outputKey][]ansi.Line
	wide      map[int][]demand // what the listings of a slide need
	root      *node
	spare     []item // of slides that were measured
}

func (b PDF) talk(v *render.View) *talk {
	t := &talk{
		view: v, pal: v.Paper(), paper: ansi.RGB(255, 255, 255), title: render.Title(v.Deck), now: b.Now, highlight: v.Highlight,
		copies: render.CopiesOf(v.Deck), fonts: newFonts(), rasters: &rasters{draw: b.Draw, known: map[any]*shot{}},
		outputs: map[outputKey][]ansi.Line{}, wide: map[int][]demand{}, root: &node{tag: "Document", in: true},
	}
	t.authors = render.Authors(v.Deck)
	t.faint, t.only = t.pal.CodeColors().Comment, b.Slide
	if t.now.IsZero() {
		t.now = time.Now()
	}
	if t.highlight == nil {
		t.highlight = &code.Highlighter{}
	}
	return t
}

// target returns the slide that a link within the deck leads to: by its title, or as the pages number it. A
// slide that is not in the file is none.
func (t *talk) target(dest string) (int, bool) {
	if t.slugs == nil {
		t.slugs = t.view.Deck.Slugs()
	}
	n, ok := t.slugs[dest[1:]]
	if !ok {
		var rest string
		if k, _ := fmt.Sscanf(dest, "#s%d%s", &n, &rest); k != 1 {
			return 0, false
		}
	}
	return n - 1, t.holds(n)
}

// holds reports whether a slide, counted from 1, is in the file.
func (t *talk) holds(n int) bool {
	return n >= 1 && n <= len(t.view.Deck.Slides) && (t.only == 0 || t.only == n)
}

// leaf is a slide as it is on a page: with the steps up to one.
type leaf struct {
	slide int
	step  int // counted from 0; -1: all
	first bool
}

// leaves returns the slides for the pages.
func (l Layout) leaves(d *slides.Deck) []leaf {
	var out []leaf
	for i, s := range d.Slides {
		switch {
		case l.Slide > 0 && i != l.Slide-1:
		case l.Steps:
			for n := range max(s.Steps, 1) {
				out = append(out, leaf{i, n, n == 0})
			}
		case l.Step > 0:
			out = append(out, leaf{i, l.Step - 1, true})
		default:
			out = append(out, leaf{i, -1, true})
		}
	}
	return out
}

// items returns what a leaf shows.
func (t *talk) items(l leaf, z size) []item {
	items := t.draw(l.slide, z, l.step)
	if l.step < 0 {
		return items
	}
	return slices.DeleteFunc(items, func(it item) bool { return it.step > l.step })
}

// Render draws the file.
func (b PDF) Render(w io.Writer, v *render.View) error {
	t := b.talk(v)
	p := &press{talk: t, layout: b.Layout, date: b.Date, places: map[int]place{}}
	p.paste(b.leaves(v.Deck))
	if b.Say != nil {
		t.complain(b.Say)
	}
	return p.write(w)
}

// complain says which characters do not show as they should, and what would help.
func (t *talk) complain(say func(format string, args ...any)) {
	if joined := slices.Sorted(maps.Keys(t.fonts.joined)); len(joined) > 0 {
		say("note: letters that join stand alone (%s): to print them as they are written, install Chromium", strings.Join(joined, ", "))
	}
	if len(t.fonts.missing) == 0 {
		return
	}
	var names, chars, advice []string
	for r := range t.fonts.missing {
		chars = append(chars, string(r))
		sc := scriptOf(r)
		if !slices.Contains(names, sc.name) {
			names = append(names, sc.name)
			advice = append(advice, sc.advice)
		}
	}
	slices.Sort(chars)
	slices.Sort(names)
	slices.Sort(advice)
	more := ""
	if len(chars) > 12 {
		more = fmt.Sprintf(" and %d more", len(chars)-12)
		chars = chars[:12]
	}
	say("note: no font of this machine has %s%s (%s), so boxes stand for them: install %s",
		strings.Join(chars, " "), more, strings.Join(names, ", "), strings.Join(slices.Compact(advice), ", "))
}
