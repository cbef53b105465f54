package vt

import (
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
)

// color is 0 for the default, or a palette index or 24 bits with a mark.
type color uint32

const (
	indexed color = 1 << 24
	direct  color = 2 << 24
)

type attr uint16

const (
	bold attr = 1 << iota
	dim
	italic
	reverse
	strike
	underline // and two bits more: the kind of underline
	underBits = underline * 7
)

type style struct {
	fg, bg color
	attr   attr
}

// cell is one place of a row. The zero cell is empty.
type cell struct {
	r rune // 0 nothing, below 0: ^r is an index into the row's clusters
	style
	half half
}

type half uint8

const (
	whole half = iota
	left       // of a wide character
	right
)

// maxCluster is the most bytes of a character with its marks.
const maxCluster = 48

// row is a line of cells. Cells from used on are zero.
type row struct {
	cells    []cell
	used     int
	clusters []string // characters of several code points; some may be in no cell any more
	painted  bool
	text     string // the row as paint has returned it
}

func newRow(cols int) *row { return &row{cells: make([]cell, cols)} }

// touch tells that cells before end are going to change.
func (r *row) touch(end int) {
	r.used = max(r.used, end)
	r.painted = false
}

func (r *row) empty() bool { return r.used == 0 || r.paint() == "" }

// clear empties cells; they get a background.
func (r *row) clear(from, to int, bg color) {
	to = min(to, len(r.cells))
	if from >= to {
		return
	}
	r.split(from, style{bg: bg})
	r.split(to, style{bg: bg})
	r.painted = false
	if bg == 0 {
		clear(r.cells[from:max(from, min(to, r.used))])
		if to >= r.used {
			r.used = min(r.used, from)
		}
	} else {
		r.touch(to)
		fill(r.cells[from:to], cell{style: style{bg: bg}})
	}
	if r.used == 0 {
		r.clusters = r.clusters[:0]
	}
}

// fill makes all cells the same. Copying is several times faster than a loop that sets each.
func fill(cells []cell, c cell) {
	if len(cells) == 0 {
		return
	}
	cells[0] = c
	for n := 1; n < len(cells); n *= 2 {
		copy(cells[n:], cells[:n])
	}
}

// split makes sure that no wide character lies across the border before column x. Its halves become
// empty cells of a style.
func (r *row) split(x int, st style) {
	if x <= 0 || x >= r.used || r.cells[x].half != right {
		return
	}
	r.cells[x-1], r.cells[x] = cell{style: st}, cell{style: st}
	r.painted = false
}

// insert moves the cells from x on n to the right, remove moves them to the left.
func (r *row) insert(x, n int, bg color) {
	n = min(n, len(r.cells)-x)
	r.split(x, style{bg: bg})
	r.split(len(r.cells)-n, style{bg: bg})
	r.touch(min(len(r.cells), max(r.used, x)+n))
	copy(r.cells[x+n:], r.cells[x:])
	for i := x; i < x+n; i++ {
		r.cells[i] = cell{style: style{bg: bg}}
	}
}

func (r *row) remove(x, n int, bg color) {
	n = min(n, len(r.cells)-x)
	r.split(x, style{bg: bg})
	r.split(x+n, style{bg: bg})
	copy(r.cells[x:], r.cells[x+n:])
	r.painted = false
	end := len(r.cells) - n
	r.used = len(r.cells) // the copy brought no cells beyond, but clear has to see them
	for i := end; i < len(r.cells); i++ {
		r.cells[i] = cell{style: style{bg: bg}}
	}
}

func (r *row) resize(cols int) {
	r.split(cols, style{})
	cells := make([]cell, cols)
	copy(cells, r.cells)
	r.cells, r.used, r.painted = cells, min(r.used, cols), false
	r.compact()
}

// chars returns the characters of a cell.
func (r *row) chars(c cell) string {
	switch {
	case c.r == 0:
		return " "
	case c.r < 0:
		return r.clusters[^c.r]
	}
	return string(c.r)
}

// setCluster puts a character of several code points into a cell.
func (r *row) setCluster(x int, s string) {
	r.compact()
	r.clusters = append(r.clusters, s)
	r.cells[x].r = ^rune(len(r.clusters) - 1)
	r.painted = false
}

// compact drops the clusters that are in no cell when there are many.
func (r *row) compact() {
	if len(r.clusters) <= 2*len(r.cells) {
		return
	}
	old := r.clusters
	r.clusters = nil
	for i := range r.cells[:r.used] {
		if c := &r.cells[i]; c.r < 0 {
			r.clusters = append(r.clusters, old[^c.r])
			c.r = ^rune(len(r.clusters) - 1)
		}
	}
}

// shows reports whether an empty cell of this style looks different from nothing.
func (s style) shows() bool { return s.bg != 0 || s.attr&(reverse|strike|underBits) != 0 }

// paint returns the row as text with SGR, up to the last cell that shows.
func (r *row) paint() string {
	if !r.painted {
		r.text, r.painted = r.render(), true
	}
	return r.text
}

func (r *row) render() string {
	end := r.used
	for end > 0 {
		if c := r.cells[end-1]; c.r != 0 && c.r != ' ' || c.half != whole || c.shows() {
			break
		}
		end--
	}
	cells := r.cells[:end]
	if end == 0 {
		return ""
	}
	chars := r.agreed(cells)
	var b strings.Builder
	b.Grow(end + 16)
	var now style
	for i, c := range cells {
		if c.half == right {
			continue
		}
		if c.style != now {
			b.WriteString(c.sgr(now == style{}))
			now = c.style
		}
		switch {
		case chars != nil:
			b.WriteString(chars[i])
		case c.r == 0:
			b.WriteByte(' ')
		default:
			b.WriteRune(c.r)
		}
	}
	if now != (style{}) {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// agreed returns the characters of the cells so that internal/text gives the row the width that it has
// here, nil for single code points in ASCII. Characters that a program has put side by side may join
// when they are read as text; then they lose their marks, or else give way to U+FFFD.
func (r *row) agreed(cells []cell) []string {
	plain := true
	for _, c := range cells {
		plain = plain && c.r >= 0 && c.r < 0x80
	}
	if plain {
		return nil
	}
	chars := make([]string, len(cells))
	for try := range 3 {
		for i, c := range cells {
			switch s := r.chars(c); {
			case c.half == right:
			case try == 0 || s < "\x80":
				chars[i] = s
			case try == 1:
				for _, one := range s {
					chars[i] = string(one)
					break
				}
			default:
				chars[i] = "\uFFFD"
				if c.half == left {
					chars[i] += " "
				}
			}
		}
		if text.Width(strings.Join(chars, "")) == len(cells) {
			break
		}
	}
	return chars
}

// sgr returns the sequence that sets a style, from the default one or any other.
func (s style) sgr(fromDefault bool) string {
	b := make([]byte, 0, 32)
	b = append(b, "\x1b["...)
	if !fromDefault || s == (style{}) {
		b = append(b, "0;"...)
	}
	for i, n := range [...]byte{'1', '2', '3', '7', '9'} {
		if s.attr&(1<<i) != 0 {
			b = append(b, n, ';')
		}
	}
	if u := s.attr & underBits / underline; u == 1 {
		b = append(b, "4;"...)
	} else if u > 1 {
		b = append(strconv.AppendInt(append(b, "4:"...), int64(u), 10), ';')
	}
	b = s.fg.sgr(b, 30)
	b = s.bg.sgr(b, 40)
	b[len(b)-1] = 'm'
	return string(b)
}

func (c color) sgr(b []byte, base int64) []byte {
	n := int64(c & 0xFFFFFF)
	switch {
	case c == 0:
		return b
	case c&direct != 0:
		b = append(strconv.AppendInt(b, base+8, 10), ";2"...)
		for _, v := range [...]int64{n >> 16, n >> 8 & 255, n & 255} {
			b = strconv.AppendInt(append(b, ';'), v, 10)
		}
	case n < 8:
		b = strconv.AppendInt(b, base+n, 10)
	case n < 16:
		b = strconv.AppendInt(b, base+60+n-8, 10)
	default:
		b = strconv.AppendInt(b, base+8, 10)
		b = strconv.AppendInt(append(b, ";5;"...), n, 10)
	}
	return append(b, ';')
}

// ring holds the rows that left at the top.
type ring struct {
	rows  []*row
	first int      // the oldest
	text  []string // the rows as lines has returned them, nil after a change
}

// push takes a row and returns one to use in its place, which may be that of long ago.
func (g *ring) push(r *row, cols int) *row {
	g.text = nil
	if len(g.rows) < min(maxBack, maxCells/cols) {
		g.rows = append(g.rows, r)
		return newRow(cols)
	}
	old := g.rows[g.first]
	g.rows[g.first] = r
	if g.first++; g.first == len(g.rows) {
		g.first = 0
	}
	if len(old.cells) != cols {
		return newRow(cols)
	}
	old.clear(0, cols, 0)
	return old
}

// fit keeps to the bounds when rows become wider. Older rows keep their width.
func (g *ring) fit(cols int) {
	g.text = nil
	all := append(append([]*row(nil), g.rows[g.first:]...), g.rows[:g.first]...)
	g.rows, g.first = all[max(0, len(all)-min(maxBack, maxCells/cols)):], 0
}

func (g *ring) lines() []string {
	if g.text == nil && len(g.rows) > 0 {
		g.text = make([]string, 0, len(g.rows))
		for i := range g.rows {
			g.text = append(g.text, g.rows[(g.first+i)%len(g.rows)].paint())
		}
	}
	return g.text
}
