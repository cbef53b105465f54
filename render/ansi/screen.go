package ansi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/slidexec/slidexec/internal/text"
)

// Limits on the output of one program. They are far above the capacity of a slide, and only keep a
// flood from taking all memory.
const (
	maxLines   = 20_000
	maxColumns = 1 << 16 // in one line
	maxCells   = 4 << 20 // in all lines
	maxMove    = 512     // most columns that a cursor movement goes beyond the text
	maxMarks   = 24      // bytes of combining marks on one character
	reach      = 64      // most lines that a cursor movement goes up
	// TabWidth is the distance of tab stops, in cells.
	TabWidth = 4
)

// screen holds an output: the last lines as cells that the program may still overwrite, and the
// finished lines above them.
type screen struct {
	done    []Line
	rows    [][]cell // never empty once something was written
	y, x    int
	spent   int // cells
	dropped int // lines beyond the limits
	lost    int // characters beyond the limits
}

// cell is one character with its combining marks. The second cell of a wide character has no text.
type cell struct {
	text   string // "" also for a skipped cell
	wide   bool   // covers the next cell
	behind bool   // the previous cell covers it
	tab    bool   // a tab begins here, and ends at the next tab stop unless something stands before that
	style  Style
	href   string
}

// put writes one character at the cursor.
func (s *screen) put(r rune, st Style, href string) {
	w := displaywidth.Rune(r)
	row := s.row()
	if w == 0 || s.joined(*row) {
		s.mark(*row, r)
		return
	}
	if s.x+w > maxColumns || s.spent > maxCells {
		s.lost++
		return
	}
	for len(*row) < s.x+w {
		*row = append(*row, cell{})
		s.spent++
	}
	s.erase(*row, s.x, s.x+w)
	(*row)[s.x] = cell{text: runeText(r), wide: w == 2, style: st, href: href}
	if w == 2 {
		(*row)[s.x+1] = cell{behind: true}
	}
	s.x += w
}

// ascii holds the texts of ASCII cells, which make up nearly all output.
var ascii = func() (t [0x7f]string) {
	for i := range t {
		t[i] = string(rune(i))
	}
	return t
}()

func runeText(r rune) string {
	if r < 0x7f {
		return ascii[r]
	}
	return string(r)
}

// mark adds a combining mark to the character before the cursor. It drops a mark without such a
// character, or with more marks than any script needs.
func (s *screen) mark(row []cell, r rune) {
	i := s.x - 1
	if i >= 0 && i < len(row) && row[i].behind {
		i--
	}
	if i < 0 || i >= len(row) || row[i].text == "" || len(row[i].text) > maxMarks {
		return
	}
	row[i].text += string(r)
}

// joined reports whether the character before the cursor ends in a joiner, as within 👩‍🚀.
func (s *screen) joined(row []cell) bool {
	i := s.x - 1
	if i > 0 && i < len(row) && row[i].behind {
		i--
	}
	return i >= 0 && i < len(row) && strings.HasSuffix(row[i].text, "\u200d")
}

// row returns the row of the cursor.
func (s *screen) row() *[]cell {
	if len(s.rows) == 0 {
		s.rows = append(s.rows, nil)
	}
	return &s.rows[s.y]
}

// erase blanks the cells from a to b. If it cuts a wide character, it blanks the other half, too.
func (s *screen) erase(row []cell, a, b int) {
	a, b = max(a, 0), min(b, len(row))
	if a >= b {
		return
	}
	if row[a].behind {
		row[a-1] = cell{}
	}
	if row[b-1].wide && b < len(row) {
		row[b] = cell{}
	}
	clear(row[a:b])
}

// feed moves the cursor to the beginning of the next line.
func (s *screen) feed() {
	s.row()
	s.x = 0
	s.y++
	if s.y < len(s.rows) {
		return
	}
	if len(s.rows) == reach {
		first := s.rows[0]
		s.settle(first)
		copy(s.rows, s.rows[1:])
		s.rows[reach-1] = first[:0] // settle has copied its cells
		s.y--
		return
	}
	s.rows = append(s.rows, nil)
}

// move moves the cursor to a column of its row.
func (s *screen) move(x int) {
	s.x = min(max(x, 0), max(maxMove, len(*s.row())))
}

// vertical moves the cursor up (negative) or down within the screen.
func (s *screen) vertical(n int) {
	s.row()
	s.y = min(max(s.y+n, 0), len(s.rows)-1)
}

// tab moves the cursor to the next tab stop.
func (s *screen) tab() {
	row, from := s.row(), s.x
	s.x = min(s.x-s.x%TabWidth+TabWidth, maxColumns)
	if from < len(*row) || s.x == from || s.spent+s.x-len(*row) > maxCells {
		return // a movement over text
	}
	s.spent += s.x - len(*row)
	for len(*row) < s.x {
		*row = append(*row, cell{})
	}
	(*row)[from].tab = true
}

// eraseLine blanks a part of the row: 0 from the cursor on, 1 up to the cursor, 2 all.
func (s *screen) eraseLine(part int) {
	row := s.row()
	switch part {
	case 0:
		s.erase(*row, s.x, len(*row))
		*row = (*row)[:min(s.x, len(*row))]
	case 1:
		s.erase(*row, 0, s.x+1)
	case 2:
		*row = (*row)[:0]
	}
}

// eraseBelow blanks everything from the cursor on.
func (s *screen) eraseBelow() {
	s.eraseLine(0)
	s.rows = s.rows[:s.y+1]
}

// deleteChars removes n cells at the cursor. The cells after them move left.
func (s *screen) deleteChars(n int) {
	row := s.row()
	if s.x >= len(*row) {
		return
	}
	end := min(s.x+n, len(*row))
	s.erase(*row, s.x, end)
	*row = append((*row)[:s.x], (*row)[end:]...)
}

// settle turns a row that movements cannot reach any more into a line.
func (s *screen) settle(row []cell) {
	if len(s.done) >= maxLines || s.spent > maxCells {
		s.dropped++
		return
	}
	s.done = append(s.done, toLine(row))
}

// blank reports whether nothing stands in the cell, or a tab.
func (c cell) blank() bool { c.tab = false; return c == (cell{}) }

func blank(row []cell) bool {
	return !slices.ContainsFunc(row, func(c cell) bool { return !c.blank() })
}

// toLine joins the cells of a row to runs. Blank cells at its end are left out.
func toLine(row []cell) Line {
	end := len(row)
	for end > 0 && row[end-1].blank() {
		end--
	}
	var line Line
	var b, tabs strings.Builder
	for i := 0; i < end; {
		c, done := row[i], 0 // done: bytes of b that are in tabs
		b.Reset()
		tabs.Reset()
		for i < end && (row[i].behind || row[i].style == c.style && row[i].href == c.href) {
			if stop := i - i%TabWidth + TabWidth; row[i].tab && stop <= end && blank(row[i:stop]) && c.style == (Style{}) && c.href == "" {
				tabs.WriteString(b.String()[done:])
				tabs.WriteByte('\t')
				b.WriteString("    "[:stop-i])
				done, i = b.Len(), stop
				continue
			}
			switch {
			case row[i].text != "":
				b.WriteString(row[i].text)
			case !row[i].behind:
				b.WriteByte(' ')
			}
			i++
		}
		run := Run{Text: b.String(), Style: c.style, Href: c.href}
		if done > 0 {
			run.Tabbed = tabs.String() + run.Text[done:]
		}
		line = append(line, run)
	}
	return line
}

// lines returns all lines.
func (s *screen) lines() []Line {
	for i, row := range s.rows {
		if i == len(s.rows)-1 && len(row) == 0 { // an empty row after the last line feed
			break
		}
		s.settle(row)
	}
	s.rows = nil
	switch {
	case s.dropped > 0:
		s.done = append(s.done, note("… %s more lines not shown", s.dropped))
	case s.lost > 0:
		s.done = append(s.done, note("… %s more characters not shown", s.lost))
	}
	return s.done
}

func note(format string, n int) Line {
	return Line{{Text: fmt.Sprintf(format, text.Thousands(n)), Style: Style{Dim: true}}}
}
