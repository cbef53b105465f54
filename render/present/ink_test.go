package present

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/slides"
)

// ink is what a terminal does with pictures: those that lie over cells stay until the cells are written, and those of
// kitty are kept by number.
type ink struct {
	*screen
	t     *testing.T
	cells map[[2]int]bool // row and column of cells under a picture
	kept  map[string]int  // of kitty, by number: how often it was sent
}

var (
	moveTo  = regexp.MustCompile(`\x1b\[(\d+);(\d+)H`)
	inlined = regexp.MustCompile(`^\x1b\]1337;File=[^:]*;width=(\d+);height=(\d+);[^:]*:([^\a]*)\a`)
	kitty   = regexp.MustCompile(`\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\`)
	ids     = regexp.MustCompile(`,i=(\d+),`)
)

func (s *ink) Write(p []byte) (int, error) {
	frame := string(p)
	for _, command := range kitty.FindAllStringSubmatch(frame, -1) {
		switch id := ids.FindStringSubmatch(command[1]); {
		case strings.HasPrefix(command[1], "a=T,"):
			s.kept[id[1]]++
		case strings.HasPrefix(command[1], "a=d,d=I,"):
			delete(s.kept, id[1])
		}
	}
	at := moveTo.FindAllStringSubmatchIndex(frame, -1)
	for _, m := range at {
		row, _ := strconv.Atoi(frame[m[2]:m[3]])
		col, _ := strconv.Atoi(frame[m[4]:m[5]])
		rest := frame[m[1]:]
		if over := inlined.FindStringSubmatch(rest); over != nil {
			s.paint(row-1, col-1, over)
		} else if col == 1 && !strings.HasPrefix(rest, show) {
			for c := range s.cols {
				delete(s.cells, [2]int{row - 1, c})
			}
		}
	}
	return s.screen.Write(p)
}

// paint lays a picture over cells.
func (s *ink) paint(row, col int, over []string) {
	cols, _ := strconv.Atoi(over[1])
	rows, _ := strconv.Atoi(over[2])
	data, err := base64.StdEncoding.DecodeString(over[3])
	if err == nil {
		_, err = png.Decode(bytes.NewReader(data))
	}
	if err != nil || col+cols > s.cols || row+rows > s.rows {
		s.t.Errorf("a picture of %d×%d in row %d, column %d of %d×%d: %v", cols, rows, row, col, s.cols, s.rows, err)
	}
	for r := range rows {
		for c := range cols {
			s.cells[[2]int{row + r, col + c}] = true
		}
	}
}

// check compares what the terminal shows with what the slide has.
func (s *ink) check(state *state) {
	want := map[[2]int]bool{}
	if !state.stage.Black && state.motion == nil {
		_, over := state.modal.(*overview)
		for _, p := range state.overlaid() {
			width := 0
			for _, in := range inlined.FindAllStringSubmatch(string(p.picture.Over), -1) {
				width, _ = strconv.Atoi(in[1])
			}
			for r := range p.height {
				for c := range width {
					if over || state.modal == nil && !state.grid {
						want[[2]int{p.row + r + state.window.top, p.col + c + state.window.left}] = true
					}
				}
			}
		}
	}
	text := strings.Split(s.text(), "\n")
	for at := range s.cells {
		if !want[at] {
			s.t.Fatalf("a picture is left behind in row %d, column %d:\n%s", at[0], at[1], s.text())
		}
		if line := []rune(strings.TrimPrefix(text[at[0]], "|")); len(line) > at[1] && wideless(line) && line[at[1]] != ' ' {
			s.t.Fatalf("a picture lies over %q in row %d, column %d:\n%s", line[at[1]], at[0], at[1], s.text())
		}
	}
	if len(want) != len(s.cells) {
		s.t.Fatalf("pictures have %d cells, not %d:\n%s", len(s.cells), len(want), s.text())
	}
}

// wideless reports whether columns are characters.
func wideless(line []rune) bool {
	return !strings.ContainsFunc(string(line), func(r rune) bool { return r > 0x2fff })
}

const illustrated = "Columns\n===\n\n<!-- column_layout: [1, 1] -->\n\n<!-- column: 0 -->\n\n![image:width:50%](p.png)\n\n<!-- pause -->\n\n" +
	"![](m.gif)\n\n<!-- column: 1 -->\n\nwords\n\n![](p.png)\n\n<!-- reset_layout -->\n\nbelow\n\n<!-- end_slide -->\n\n" +
	"Tall\n===\n\n" + "line\n\n<!-- pause -->\n\n![](tall.png)\n\nmore\n\n![](p.png)\n\nlast\n\n<!-- end_slide -->\n\nWords\n===\n\nnone\n"

// TestRandomPictures: whatever comes, pictures are where their slide has them and nowhere else, no text is under them, and
// none is sent to the terminal again that it has.
func TestRandomPictures(t *testing.T) {
	kinds := []picture.Terminal{inKitty, inITerm}
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { randomPictures(t, rand.New(rand.NewPCG(seed, 2)), kinds[seed%2]) })
		})
	}
}

func randomPictures(t *testing.T, r *rand.Rand, kind picture.Terminal) {
	s := newSession(t, "x\n", 20+r.IntN(80), 6+r.IntN(30))
	out := &ink{screen: s.screen, t: t, cells: map[[2]int]bool{}, kept: map[string]int{}}
	s.state.Terminal = out
	s.state.Pictures = &kind
	s.state.pictures = newPictures(s.state.Player)
	s.state.restyle()
	d, _ := markdown.Parse("deck.md", []byte(illustrated), markdown.Config{Files: files{
		"p.png": chart(t, 80, 64), "m.gif": moving(t), "tall.png": chart(t, 40, 700)}})
	s.state.take(slides.Loaded{Deck: d, Version: 2})
	keys := []string{"n", "p", "l", "h", "<c-d>", "<c-u>", "o", "<esc>", "?", "b", "<Down>", "<cr>", "T", "g", "s", "<c-p>"}
	var done []string
	defer func() {
		if t.Failed() {
			t.Log(strings.Join(done, " "))
		}
	}()
	for range 120 {
		switch n := r.IntN(12); {
		case n < 8:
			k := keys[r.IntN(len(keys))]
			done = append(done, k)
			s.key(k)
		case n == 8:
			s.screen.cols, s.screen.rows = 8+r.IntN(90), 3+r.IntN(40)
			done = append(done, fmt.Sprint("resize ", s.screen.cols, s.screen.rows))
			clear(out.cells) // a terminal that changes its size keeps some, somewhere; everything is painted
			s.screen.vt.Resize(s.screen.cols, s.screen.rows)
			s.input(input.Size{Cols: s.screen.cols, Rows: s.screen.rows})
		case n == 9:
			done = append(done, "wait")
			s.now = s.now.Add(time.Duration(r.IntN(3000)) * time.Millisecond)
			s.draw()
		default: // until then, more may have been drawn than was shown
			done = append(done, "settle")
			s.settle()
			out.check(s.state)
		}
	}
	for id, n := range out.kept {
		if n != 1 {
			t.Errorf("picture %s was sent %d times", id, n)
		}
	}
}
