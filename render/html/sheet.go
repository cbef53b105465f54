package html

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The page's security policy admits one style element, by its hash, and no style attributes, so that no
// text of a deck or an output can style the page. Values that are known only while drawing (column
// ratios, the width of code, colours) become classes, which a Sheet collects. Names and rules consist of
// numbers and checked colours only.

// class is a CSS class of the style sheet or of a Sheet.
type class string

// Sheet collects the rules of classes made while drawing. The same class always has the same rule, so
// sheets of several slides merge in any order.
type Sheet map[class]string

// add adds a rule with the given declarations and returns its class.
func (b *builder) add(name, declarations string) class {
	if b.css == nil {
		b.css = Sheet{}
	}
	b.css[class(name)] = declarations
	return class(name)
}

// chapters are the style sheets of elements that few decks have, each by the class that stands for it in a
// Sheet. Only pages that have such an element have its chapter.
var chapters = map[class]string{
	"tw": tablesText, "alert": alertsText, "eq": formulasText, "tty": terminalsText,
	"intro": openingText, "n": listingsText, "pic": picturesText, "z": sizesText, "ls": listsText, "fn": quotesText,
}

// allChapters returns the chapters in their order in a page.
func allChapters() (out []string) {
	for _, name := range slices.Sorted(maps.Keys(chapters)) {
		out = append(out, chapters[name])
	}
	return out
}

// inChapter says which chapter has the rules of a class; builder.class adds it.
var inChapter = map[class]string{"tw": "tw", "alert": "alert", "bug": "alert", "eq": "eq", "ink": "eq", "tty": "tty", "caret": "tty",
	"intro": "intro", "n": "n", "tb": "n", "bare": "n", "pic": "pic", "fn": "fn",
	"ls": "ls", "d1": "ls", "d2": "ls", "d3": "ls", "pa": "ls", "nl": "ls"}

// Merge adds the rules of t.
func (s Sheet) Merge(t Sheet) { maps.Copy(s, t) }

// String returns the rules as CSS, sorted, so that equal decks make equal pages.
func (s Sheet) String() string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if text, ok := chapters[name]; ok {
			out.WriteString(text) // a line
			continue
		}
		fmt.Fprintf(&out, ".%s{%s}\n", name, s[name])
	}
	return out.String()
}

// columns returns the class of a grid with the given ratios, and the columns.
func (b *builder) columns(ratios []int) (grid class, cols []column) {
	name, tracks, sum := "r", "", 0
	for i, r := range ratios {
		r = min(max(r, 1), 255)
		if i > 0 {
			name, tracks = name+"-", tracks+" "
		}
		name += strconv.Itoa(r)
		tracks += fmt.Sprintf("minmax(0,%dfr)", r)
		sum += r
	}
	for _, r := range ratios {
		r = min(max(r, 1), 255)
		cols = append(cols, column{r, sum, len(ratios)})
	}
	return b.add(name, "grid-template-columns:"+tracks), cols
}

// column is a place for blocks: its ratio, the sum of all ratios and the number of columns. The zero value
// is the whole slide.
type column struct{ ratio, sum, n int }

// class returns the class that tells the page's script about a column.
func (b *builder) column(c column) class {
	return b.add(fmt.Sprintf("c%d-%d-%d", c.ratio, c.sum, c.n), fmt.Sprintf("--f:%s;--n:%d", c.share(), c.n))
}

// share returns the part of the slide's width that a column has.
func (c column) share() string { return fmt.Sprintf("%.4f", float64(c.ratio)/float64(c.sum)) }

// Sizes in hundredths of the size of a slide's text, as the style sheet has them, of a slide as wide as
// the usual screens.
const (
	slideWidth = 3810 // without its padding
	columnGap  = 160  // if the theme does not say
	boxPadding = 180  // with borders
	cellWidth  = 0.602
	codeSize   = 71.4 // if all lines fit
	maxCols    = 400  // of a terminal
)

// demand is text in a column: the cells of its widest line.
type demand struct {
	cells int
	col   column
}

// size returns the largest size at which no line of the text wraps.
func (d demand) size(gap float64) float64 {
	width := float64(slideWidth)
	if d.col.n > 0 {
		width = (width - float64(d.col.n-1)*gap) * float64(d.col.ratio) / float64(d.col.sum)
	}
	return (width - boxPadding) / (float64(max(d.cells, 1)) * cellWidth)
}

// cells returns the class of text whose widest line has n cells.
func (b *builder) cells(n int) class {
	n = min(max(n, 1), maxCols)
	return b.add(fmt.Sprintf("w%d", n), fmt.Sprintf("--w:%d", n))
}

// demand notes that text in the current column has lines of n cells. On the page of a server, outputs come
// and go: there, the page's script looks at them.
func (b *builder) demand(n int, output bool) {
	d := demand{min(max(n, 1), maxCols), b.col}
	if output && b.page.live || b.least.cells > 0 && d.size(b.page.gap) >= b.least.size(b.page.gap) {
		return
	}
	b.least = d
}

// oneSize returns the class of a slide's body that gives all code and outputs the same size; "" if all
// lines fit.
func (b *builder) oneSize() class {
	d := b.least
	if d.cells == 0 || d.size(b.page.gap) >= codeSize*1.3 { // the largest slide's text has 1.33 times the usual size, and is narrow then
		return ""
	}
	if d.col.n == 0 {
		return b.add(fmt.Sprintf("k%d", d.cells), fmt.Sprintf("--kw:%d", d.cells))
	}
	return b.add(fmt.Sprintf("k%d-%d-%d-%d", d.cells, d.col.ratio, d.col.sum, d.col.n),
		fmt.Sprintf("--kw:%d;--kf:%s;--kn:%d", d.cells, d.col.share(), d.col.n))
}

// rows returns the class of a terminal with n rows.
func (b *builder) rows(n int) class {
	n = min(max(n, 1), maxCols)
	return b.add(fmt.Sprintf("r%d", n), fmt.Sprintf("--rows:%d", n))
}

// gutter returns the class of a listing whose line numbers have n digits.
func (b *builder) gutter(n int) class {
	return b.add(fmt.Sprintf("g%d", n), fmt.Sprintf("--g:%dch", n))
}

const maxGap = 60 // lines; more is off every screen

// gap returns the class of vertical space.
func (b *builder) gap(lines int) class {
	lines = min(max(lines, 0), maxGap)
	return b.add(fmt.Sprintf("v%d", lines), fmt.Sprintf("--v:%d", lines))
}

// percent returns the class of a picture's width.
func (b *builder) percent(n int) class {
	n = min(max(n, 1), 100)
	return b.add(fmt.Sprintf("p%d", n), fmt.Sprintf("width:%d%%", n))
}

// natural returns the class of a picture that is px wide. Its share of the slide is the same as in a
// window of 1280 pixels.
func (b *builder) natural(px int) class {
	px = min(max(px, 1), 10000)
	return b.add(fmt.Sprintf("i%d", px), fmt.Sprintf("--i:%d", px))
}

// sizes are the font sizes 1 to 7 of the deck, as factors of the body's size. A terminal multiplies
// whole cells. A page starts with smaller text and uses smaller factors. If a sized block holds another
// one, their sizes do not multiply.
var sizes = [...]string{"", "1", "1.35", "1.7", "2.05", "2.4", "2.8", "3.2"}

// size returns the class of a font size, "" for the usual one.
func (b *builder) size(n int) class {
	if n < 2 {
		return ""
	}
	n = min(n, len(sizes)-1)
	b.add("z", "")
	return "z " + b.add(fmt.Sprintf("z%d", n), "--z:"+sizes[n])
}
