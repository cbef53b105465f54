package term

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// alone returns a view of one slide, and the results of its programs.
func alone(steps int, results map[*slides.Snippet]slides.Result, blocks ...slides.Block) *render.View {
	v := &render.View{Deck: &slides.Deck{Slides: []*slides.Slide{{Blocks: blocks, Steps: steps}}}, Results: slides.Results{}}
	for i, s := range slices.SortedFunc(maps.Keys(results), func(a, b *slides.Snippet) int { return strings.Compare(a.ID, b.ID) }) {
		s.Key = slides.Key(fmt.Sprint("key", i))
		v.Results[s.Key] = results[s]
	}
	return v
}

// plainRow returns the text of a row as people see it.
func plainRow(l ansi.Line) string { return strings.TrimRight(l.Text(), " ") }

// shows reports whether a part of a sheet has a text in it.
func shows(s *Sheet, r Rect, want string) bool {
	for _, row := range s.Rows[r.Row : r.Row+r.Height] {
		if strings.Contains(Clip(row, r.Col, r.Width).Text(), want) {
			return true
		}
	}
	return false
}

func program(id string, mode slides.Mode, place slides.Place) *slides.Snippet {
	s := rendertest.Snippet("bash", "echo "+id, mode, id)
	s.Place = place
	return s
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i+1)
	}
	return b.String()
}

// TestBoxes: boxes are where their text is, below other blocks and in columns.
func TestBoxes(t *testing.T) {
	a, b := program("a", slides.ModeExec, slides.Below), program("b", slides.ModeExec, slides.Placed)
	v := alone(1, map[*slides.Snippet]slides.Result{
		a: rendertest.Printed("from a\n", time.Second), b: rendertest.Printed("from b\n", time.Second),
	}, rendertest.Para(rendertest.T("above")), rendertest.Code(a),
		&slides.Columns{Ratios: []int{1, 1}, Cols: [][]slides.Block{
			{rendertest.Code(b)}, {rendertest.Para(rendertest.T("beside")), rendertest.Output(b)}}})
	for _, width := range []int{80, 20} { // columns side by side, and one below another
		s := backend(80).Sheet(v, Page{Width: width, Height: 24, Live: true})
		var got []string
		for _, box := range s.Boxes {
			text := "from " + box.Snippet.ID
			if box.Source {
				text = "echo " + box.Snippet.ID
			}
			if !shows(s, box.Rect, text) {
				t.Errorf("width %d: the box at %v lacks %q", width, box.Rect, text)
			}
			if box.Row > 0 && shows(s, Rect{0, 0, box.Row, s.Width}, text) {
				t.Errorf("width %d: %q is above its box too", width, text)
			}
			got = append(got, text)
		}
		if want := "echo a, from a, echo b, from b"; strings.Join(got, ", ") != want {
			t.Errorf("width %d: boxes are %q, want %s", width, got, want)
		}
	}
	s := backend(80).Sheet(v, Page{Width: 80, Live: true})
	if len(s.Columns) != 2 || s.Columns[0].Col != 2 || s.Columns[1].Col != s.Boxes[3].Col {
		t.Errorf("columns at %v, a box in the second at %v", s.Columns, s.Boxes[3].Rect)
	}
}

// TestPages: a long output shows a part that fits into its box, with what is above and below.
func TestPages(t *testing.T) {
	p := program("a", slides.ModeExec, slides.Below)
	done := rendertest.Printed(numbered(300), time.Second)
	running := done
	running.State, running.Started = slides.Running, rendertest.Now
	for _, tt := range []struct {
		name   string
		result slides.Result
		offset map[slides.Key]int
		page   Span
		note   string
	}{
		{"beginning", done, nil, Span{0, 24}, "lines 1-24 of 300 · ↓ 276 · PgDn"},
		{"second page", done, map[slides.Key]int{"key0": 24}, Span{24, 48}, "lines 25-48 of 300 · ↑ 24 · ↓ 252 · PgDn"},
		{"end", done, map[slides.Key]int{"key0": -1}, Span{276, 300}, "lines 277-300 of 300 · ↑ 276 · PgDn"},
		{"too far", done, map[slides.Key]int{"key0": 299}, Span{276, 300}, "lines 277-300 of 300 · ↑ 276 · PgDn"},
		{"running", running, nil, Span{276, 300}, "lines 277-300 of 300 · ↑ 276 · PgDn"},
		{"running, turned back", running, map[slides.Key]int{"key0": 0}, Span{0, 24}, "lines 1-24 of 300 · ↓ 276 · PgDn"},
	} {
		v := alone(1, map[*slides.Snippet]slides.Result{p: tt.result}, rendertest.Code(p))
		s := backend(80).Sheet(v, Page{Width: 80, Height: 40, Live: true, Offset: tt.offset, Pages: "PgDn"})
		box := s.Boxes[1]
		if box.Page != tt.page || !box.Paged || box.Lines != 300 {
			t.Errorf("%s: shows %v of %d", tt.name, box.Page, box.Lines)
		}
		if last := plainRow(s.Rows[box.Row+box.Height-1]); !strings.HasSuffix(last, " "+tt.note) {
			t.Errorf("%s: the last row is %q", tt.name, last)
		}
		for n := range 300 {
			if want := n >= tt.page.From && n < tt.page.To; shows(s, box.Rect, fmt.Sprintf("line %d ", n+1)) != want {
				t.Errorf("%s: line %d shows: %v", tt.name, n+1, !want)
			}
		}
	}
	v := alone(1, map[*slides.Snippet]slides.Result{p: done}, rendertest.Code(p))
	box := backend(80).Sheet(v, Page{Width: 80, Height: 40, Live: true}).Boxes[1]
	if box.Turn(1) != 24 || box.Turn(99) != 276 || box.Turn(-1) != 0 {
		t.Errorf("turns to %d, %d, %d", box.Turn(1), box.Turn(99), box.Turn(-1))
	}
}

// TestPagesOfWrappedLines: all lines of an output can be reached, however long they are, and a box
// keeps to its share of the window.
func TestPagesOfWrappedLines(t *testing.T) {
	p := program("a", slides.ModeExec, slides.Below)
	var text strings.Builder
	var words []string
	for i := range 60 {
		for range i * 7 % 90 {
			words = append(words, fmt.Sprintf("w%d", len(words)))
			text.WriteString(words[len(words)-1] + " ")
		}
		text.WriteByte('\n')
	}
	v := alone(1, map[*slides.Snippet]slides.Result{p: rendertest.Printed(text.String(), 1)}, rendertest.Code(p))
	for _, height := range []int{3, 10, 24, 60} {
		seen, at, all := 0, 0, 1
		has := map[string]bool{}
		b := backend(30)
		b.Cache = &Cache{}
		for seen < all {
			s := b.Sheet(v, Page{Width: 30, Height: height, Live: true, Offset: map[slides.Key]int{"key0": at}})
			box := s.Boxes[1]
			if most := max(height*6/10, leastPage) + 3; box.Height > most {
				t.Fatalf("height %d: a box of %d rows at line %d", height, box.Height, at)
			}
			if box.Page.From > seen {
				t.Fatalf("height %d: lines %d to %d are on no page", height, seen, box.Page.From)
			}
			if box.Page.To <= seen {
				t.Fatalf("height %d: no page shows line %d of %d", height, seen, box.Lines)
			}
			seen, at, all = box.Page.To, box.Page.To, box.Lines
			for _, r := range s.Rows[box.Row : box.Row+box.Height] {
				for _, w := range strings.Fields(plainRow(r)) {
					has[w] = true
				}
			}
		}
		for _, w := range words {
			if !has[w] {
				t.Fatalf("height %d: %s is on no page", height, w)
			}
		}
	}
}

// TestTick: the time of a running program goes on without another layout.
func TestTick(t *testing.T) {
	p, quiet := program("a", slides.ModeExec, slides.Placed), program("b", slides.ModeExec, slides.Nowhere)
	r := slides.Result{State: slides.Running, Started: rendertest.Now.Add(-time.Second), Layers: []string{"x"}}
	v := alone(1, map[*slides.Snippet]slides.Result{p: r, quiet: r}, rendertest.Code(quiet),
		&slides.Columns{Ratios: []int{1, 1}, Cols: [][]slides.Block{{rendertest.Para(rendertest.T("left"))}, {rendertest.Output(p)}}},
		&slides.Gap{Lines: 9}, rendertest.Para(rendertest.T("below")))
	s := backend(80).Sheet(v, Page{Width: 80, Live: true})
	later := rendertest.Now.Add(41 * time.Second)
	if !s.Tick(later) {
		t.Fatal("the sheet does not hold")
	}
	b := backend(80)
	b.Now = later
	want := b.Sheet(v, Page{Width: 80, Live: true})
	for i := range want.Rows {
		if got, want := s.Rows[i].Text(), want.Rows[i].Text(); strings.TrimRight(got, " ") != strings.TrimRight(want, " ") {
			t.Errorf("row %d is %q, want %q", i, got, want)
		}
	}
	if text := want.Lines(); !strings.Contains(text[1].Text(), "42 s") {
		t.Errorf("the caption is %q", text[1].Text())
	}
	if narrow := backend(80).Sheet(v, Page{Width: 24, Live: true}); narrow.Tick(rendertest.Now.Add(99 * time.Hour)) {
		t.Error("a caption that needs more rows was squeezed in")
	}
}

func screenOf(p slides.Screen) slides.Result {
	return slides.Result{State: slides.Running, Screen: &p, Layers: []string{"x"}}
}

// TestGrid: the screen of a program stands in its box, and cells translate both ways.
func TestGrid(t *testing.T) {
	p := program("top", slides.ModePty, slides.Below)
	p.Exec.Pty = true
	r := screenOf(slides.Screen{Cols: 40, Rows: 6, Lines: []string{"\x1b[31mred\x1b[0m", "", "日本"}, Back: []string{"older", "old"},
		Col: 3, Row: 2, Cursor: true})
	v := alone(1, map[*slides.Snippet]slides.Result{p: r}, rendertest.Para(rendertest.T("text")), rendertest.Code(p))
	s := backend(80).Sheet(v, Page{Width: 80, Height: 40, Live: true, Focus: "key0", Leave: "<c-]>"})
	g := s.Boxes[1].Grid
	if got := Clip(s.Rows[g.Row], g.Col, 3); got.Text() != "red" || got[0].Style.FG != ansi.Indexed(1) {
		t.Errorf("the grid at %v begins with %v", g.Rect, got)
	}
	wide := *r.Screen
	wide.Lines = []string{strings.Repeat("wide ", 40)}
	r.Screen = &wide
	v.Results["key0"] = r
	if b := backend(80).Sheet(v, Page{Width: 80, Height: 40, Live: true}).Boxes[1]; b.Height != 1+b.Grid.Height {
		t.Errorf("a row wider than the box makes it %d rows high around %d", b.Height, b.Grid.Height)
	}
	v.Results["key0"] = screenOf(slides.Screen{Cols: 40, Rows: 6, Lines: []string{"red", "", "日本"}, Back: []string{"older", "old"},
		Col: 3, Row: 2, Cursor: true})
	row, col, ok := g.Cursor()
	if row != g.Row+2 || col != g.Col+3 || !ok {
		t.Errorf("the cursor is at %d, %d, %v", row, col, ok)
	}
	if row, col, ok := g.Cell(row, col); row != 2 || col != 3 || !ok {
		t.Errorf("its cell is %d, %d, %v", row, col, ok)
	}
	if _, _, ok := g.Cell(g.Row-1, g.Col); ok {
		t.Error("the caption is a cell of the terminal")
	}
	if caption := s.Rows[g.Row-1].Text(); !strings.Contains(caption, "⌨ keyboard, <c-]> leaves") || !strings.Contains(caption, "● running") {
		t.Errorf("the caption is %q", caption)
	}
	s = backend(80).Sheet(v, Page{Width: 80, Height: 40, Live: true, Offset: map[slides.Key]int{"key0": 1}})
	g = s.Boxes[1].Grid
	if got := Clip(s.Rows[g.Row], g.Col, 3).Text(); got != "old" || g.Back != 1 {
		t.Errorf("scrolled back by %d, the grid begins with %q", g.Back, got)
	}
	if row, _, ok := g.Cursor(); row != g.Row+3 || !ok {
		t.Errorf("scrolled back, the cursor is in row %d of the grid", row-g.Row)
	}
}

// TestGridSize: the fence decides, else the room in the window.
func TestGridSize(t *testing.T) {
	for _, tt := range []struct {
		cols, rows, width, height int
		want                      [2]int
	}{
		{0, 0, 80, 40, [2]int{72, 33}},
		{0, 0, 80, 0, [2]int{72, slides.DefaultRows}},
		{0, 0, 12, 4, [2]int{leastGridCols, leastGridRows}},
		{100, 30, 80, 24, [2]int{100, 30}},
	} {
		p := program("a", slides.ModePty, slides.Below)
		p.Exec.Pty, p.Exec.Standby, p.Exec.PtyCols, p.Exec.PtyRows = true, true, tt.cols, tt.rows
		v := alone(1, map[*slides.Snippet]slides.Result{p: {}}, rendertest.Code(p))
		s := backend(80).Sheet(v, Page{Width: tt.width, Height: tt.height, Live: true})
		g := s.Boxes[1].Grid
		if got := [2]int{g.Cols, g.Rows}; got != tt.want {
			t.Errorf("%+v: the terminal has %v", tt, got)
		}
		if tt.height == 40 && s.content() > s.Room(tt.height) {
			t.Errorf("a slide of %d rows in a window of %d", s.content(), tt.height)
		}
	}
}

// TestPictures: pictures have their natural size or a share of the width, centred, and fit into the
// window.
func TestPictures(t *testing.T) {
	f := slides.NewFile("p.png", "", nil)
	for _, tt := range []struct {
		pixels     [2]int
		percent    int
		width, hgt int
		want       [2]int // columns, rows
	}{
		{[2]int{80, 64}, 0, 80, 24, [2]int{10, 4}},
		{[2]int{8000, 800}, 0, 80, 24, [2]int{76, 4}},
		{[2]int{80, 64}, 50, 80, 60, [2]int{38, 16}},
		{[2]int{100, 6400}, 0, 80, 24, [2]int{1, 21}},
		{[2]int{1, 1}, 0, 80, 24, [2]int{1, 1}},
		{[2]int{640, 480}, 100, 80, 24, [2]int{56, 21}},
	} {
		v := alone(1, nil, &slides.Image{File: f, Width: tt.percent})
		s := backend(80).Sheet(v, Page{Width: tt.width, Height: tt.hgt, Live: true, Picture: func(p *Picture) bool {
			p.Pixels = tt.pixels
			return true
		}})
		p := s.Pictures[0]
		if got := [2]int{p.Width, p.Height}; got != tt.want {
			t.Errorf("%v at %d %% takes %v, want %v", tt.pixels, tt.percent, got, tt.want)
		}
		if off := 2*p.Col + p.Width - tt.width; off < -1 || off > 1 {
			t.Errorf("%v stands at column %d, %d wide", tt.pixels, p.Col, p.Width)
		}
		for i := range p.Height {
			if text := plainRow(s.Rows[p.Row+i]); text != "" {
				t.Errorf("row %d of a picture has %q", i, text)
			}
		}
	}
	v := alone(1, nil, &slides.Image{File: f, Alt: "a chart"})
	s := backend(80).Sheet(v, Page{Width: 80, Picture: func(*Picture) bool { return false }})
	if len(s.Pictures) != 0 || !shows(s, Rect{0, 0, len(s.Rows), 80}, "a chart") {
		t.Error("a picture that cannot be drawn has no description")
	}
	v = alone(1, nil, &slides.Image{File: f, Dest: "https://example.org"})
	s = backend(80).Sheet(v, Page{Width: 80, Picture: func(*Picture) bool { return true }})
	if !shows(s, Rect{0, 0, len(s.Rows), 80}, "https://example.org") {
		t.Error("the link around a picture is not shown")
	}
}

// TestSpans: each step knows the rows that it reveals or highlights, and a window can show them.
func TestSpans(t *testing.T) {
	at := func(step int, text string) *slides.Paragraph {
		p := rendertest.Para(rendertest.T(text))
		p.Step = step
		return p
	}
	long := rendertest.Snippet("text", strings.Repeat("x\n", 60), slides.NotExecutable, "")
	lit := rendertest.Code(long)
	lit.Frames = []slides.Frame{{Step: 2, Lines: []slides.Range{{From: 40, To: 41}}}}
	v := alone(5, nil, at(0, "first"), lit, at(1, "second"),
		&slides.List{Items: []*slides.Item{{Text: rendertest.In("one")}, {Text: rendertest.In("three"), Step: 3}}},
		&slides.Columns{Ratios: []int{1, 1}, Cols: [][]slides.Block{{at(0, "left")}, {at(0, "right"), at(4, "late")}}})
	texts := []string{"", "second", "", "three", "late"}
	s := backend(80).Sheet(v, Page{Width: 80, Height: 24, Step: 4, Live: true})
	if len(s.Steps) != 5 {
		t.Fatalf("%d steps", len(s.Steps))
	}
	for i, want := range texts {
		span := s.Steps[i]
		if want != "" && (span.To-span.From != 1 || !strings.Contains(s.Rows[span.From].Text(), want)) {
			t.Errorf("step %d at %v: %q", i, span, s.Rows[span.From].Text())
		}
		top := s.Reveal(i, 0, 24)
		if span.To-span.From < 23 && (span.From < top || span.To > top+23) {
			t.Errorf("step %d at %v is outside of the window at %d", i, span, top)
		}
	}
	first := 3 + 1 // the blank row, the paragraph, a blank row, the caption
	if got, want := s.Steps[2], (Span{first + 39, first + 41}); got != want {
		t.Errorf("the highlighted lines are at %v, want %v", got, want)
	}
	if top := s.Reveal(0, 40, 24); top != 0 {
		t.Errorf("the beginning is at %d", top)
	}
	if top := s.Clamp(10_000, 24); top != s.content()-23 {
		t.Errorf("the last window begins at %d of %d", top, s.content())
	}
}

// TestBigText: a font size leaves rows for large text if the terminal can, and changes nothing else.
func TestBigText(t *testing.T) {
	title := &slides.Title{Text: rendertest.In("Large")}
	title.Size, title.Align = 3, slides.AlignCenter
	gap := &slides.Gap{Lines: 2}
	gap.Size = 3
	v := alone(1, nil, title, gap, rendertest.Para(rendertest.T("after")))
	s := backend(80).Sheet(v, Page{Width: 80, Scale: true})
	big := s.Texts[0]
	if want := (Rect{1, 2 + 30, 3, 15}); len(s.Texts) != 1 || big.Rect != want || big.Line.Text() != "Large" || big.Scale != 3 {
		t.Errorf("the text is %+v, want it at %v", big, want)
	}
	if text := plainRow(s.Rows[1+3+6+1]); text != "  after" {
		t.Errorf("below it is %q", text)
	}
	s = backend(80).Sheet(v, Page{Width: 80})
	if len(s.Texts) != 0 || !strings.Contains(s.Rows[1].Text(), "Large") || plainRow(s.Rows[1+1+2+1]) != "  after" {
		t.Errorf("without large text: %v", s.Rows)
	}
	var out bytes.Buffer
	backend(80).Painter(nil).Big(&out, &BigText{Line: ansi.Plain("Large"), Scale: 3})
	if !strings.Contains(out.String(), "\x1b]66;s=3;Large\x1b\\") {
		t.Errorf("painted as %q", out.String())
	}
}

// TestMiddle: jump_to_middle counts from the top of the window, in columns as well.
func TestMiddle(t *testing.T) {
	v := alone(1, nil, rendertest.Para(rendertest.T("above")),
		&slides.Columns{Ratios: []int{1, 1}, Cols: [][]slides.Block{{&slides.Middle{}, rendertest.Para(rendertest.T("middle"))}, {rendertest.Para(rendertest.T("top"))}}})
	s := backend(80).Sheet(v, Page{Width: 80, Height: 30})
	if text := plainRow(s.Rows[15]); text != "  middle" {
		t.Errorf("the middle of the window is %q", text)
	}
}

// TestDepths: each depth has the codes that its terminals know, and readable text.
func TestDepths(t *testing.T) {
	row := ansi.Line{
		{Text: "a", Style: style{Bold: true}}, {Text: "b", Style: style{FG: ansi.Indexed(1)}},
		{Text: "c", Style: style{FG: ansi.RGB(250, 40, 40), BG: ansi.RGB(0, 0, 90)}}, {Text: "d", Style: style{FG: ansi.Indexed(12)}},
	}
	for _, tt := range []struct {
		depth Depth
		want  string
	}{
		{Plain, "abcd"},
		{Mono, "\x1b[0;1ma\x1b[0mbcd \x1b[0m"},
		{Color16, "\x1b[0;1ma\x1b[0;31mb\x1b[0;91;44mc\x1b[0;94md\x1b[0m \x1b[0m"},
		{Color256, "\x1b[0;1;38;5;255;48;5;234ma\x1b[0;38;5;210;48;5;234mb\x1b[0;38;5;196;48;5;17mc\x1b[0;38;5;153;48;5;234md\x1b[0;38;5;255;48;5;234m \x1b[0m"},
		{TrueColor, "\x1b[0;1;38;2;233;234;237;48;2;21;23;28ma\x1b[0;38;2;255;154;144;48;2;21;23;28mb" +
			"\x1b[0;38;2;250;40;40;48;2;0;0;90mc\x1b[0;38;2;168;211;255;48;2;21;23;28md\x1b[0;38;2;233;234;237;48;2;21;23;28m \x1b[0m"},
	} {
		var out bytes.Buffer
		Backend{Depth: tt.depth}.Painter(nil).Row(&out, row, 5)
		if out.String() != tt.want {
			t.Errorf("depth %d: %q\nwant %q", tt.depth, out.String(), tt.want)
		}
	}
	for _, light := range []bool{false, true} {
		pal := (*render.Theme)(nil).Palette(light)
		p := Backend{Depth: Color16, Light: light}.Painter(nil)
		for name, c := range map[string]ansi.Color{"text": pal.Text, "background": pal.Background, "panel": pal.Panel, "dim": pal.Dim} {
			if got := p.own(c); !got.IsDefault() {
				t.Errorf("light %v: %s is %v, not the terminal's own", light, name, got)
			}
		}
		if p.own(pal.OK) == p.own(pal.Error) {
			t.Errorf("light %v: success and error have one colour", light)
		}
	}
}

func TestClip(t *testing.T) {
	l := ansi.Line{{Text: "ab"}, {Text: "日本", Style: style{Bold: true}}, {Text: "c"}}
	for _, tt := range []struct {
		from, width int
		want        string
	}{{0, 99, "ab日本c"}, {0, 0, ""}, {1, 3, "b日"}, {3, 3, " 本"}, {0, 3, "ab "}, {5, 2, " c"}, {7, 5, ""}} {
		if got := Clip(l, tt.from, tt.width).Text(); got != tt.want {
			t.Errorf("from %d, %d cells: %q, want %q", tt.from, tt.width, got, tt.want)
		}
	}
	for at, want := range map[int]string{0: "xy日本c", 3: "ab xy c", 6: "ab日本xy", 9: "ab日本c  xy"} {
		if got := Overlay(l, at, ansi.Plain("xy")).Text(); got != want {
			t.Errorf("over column %d: %q, want %q", at, got, want)
		}
	}
}

// TestCache: a cache changes no sheet, whatever happens to deck and results between.
func TestCache(t *testing.T) {
	p := program("a", slides.ModeExec, slides.Below)
	v := alone(1, map[*slides.Snippet]slides.Result{p: {}}, rendertest.Code(p))
	kept := backend(80)
	kept.Cache = &Cache{}
	log := []slides.Chunk{}
	for i := range 5 {
		log = append(log, slides.Chunk{Data: fmt.Appendf(nil, "part %d\n", i)})
		v.Results[p.Key] = slides.Result{State: slides.Running, Log: log}
		if i == 3 {
			deck := *v.Deck
			v.Deck = &deck
		}
		if i == 4 {
			v.Results[p.Key] = rendertest.Printed("another\n", 1)
		}
		for range 2 {
			got, want := kept.Sheet(v, Page{Width: 80, Live: true}), backend(80).Sheet(v, Page{Width: 80, Live: true})
			for n := range want.Rows {
				if got.Rows[n].Text() != want.Rows[n].Text() {
					t.Errorf("change %d, row %d: %q, want %q", i, n, got.Rows[n].Text(), want.Rows[n].Text())
				}
			}
		}
	}
}

// checkSheet reports rows that are too wide, and places that are not on the sheet or hold anything
// that is not theirs.
func checkSheet(t testing.TB, s *Sheet, p Page) {
	t.Helper()
	for _, r := range s.Lines() {
		checkWidth(t, r, p.Width)
	}
	within := func(what string, r Rect) {
		if r.Row < 0 || r.Col < 0 || r.Height < 0 || r.Width < 0 || r.Row+r.Height > len(s.Rows) || r.Col+r.Width > p.Width {
			t.Errorf("%s at %+v of %d rows, %d columns: %+v", what, r, len(s.Rows), p.Width, p)
		}
	}
	empty := func(what string, r Rect) {
		within(what, r)
		for i := range r.Height {
			if text := plainRow(Clip(s.Rows[r.Row+i], r.Col, r.Width)); text != "" && !t.Failed() {
				t.Errorf("row %d of %s has %q", i, what, text)
			}
		}
	}
	for _, b := range s.Boxes {
		within("box", b.Rect)
		if b.Grid != nil {
			within("grid", b.Grid.Rect)
		}
		if b.Page.From < 0 || b.Page.To > b.Lines || b.Page.From > b.Page.To {
			t.Errorf("a box shows %v of %d lines", b.Page, b.Lines)
		}
	}
	for _, x := range s.Pictures {
		empty("picture", x.Rect)
	}
	for _, x := range s.Texts {
		empty("big text", x.Rect)
	}
	for _, x := range s.Columns {
		within("column", x)
	}
	for i, span := range s.Steps {
		if span.From < 0 || span.From > span.To || span.To > len(s.Rows) {
			t.Errorf("step %d at %v of %d rows", i, span, len(s.Rows))
		}
		if top := s.Reveal(i, 7, p.Height); top < 0 || top > len(s.Rows) {
			t.Errorf("step %d shows from row %d of %d", i, top, len(s.Rows))
		}
	}
}

// living returns the cases with screens in place of some outputs, and pictures and large text.
func living(text string) []*render.View {
	var out []*render.View
	for _, c := range rendertest.Cases() {
		v := *c.View
		for i, s := range v.Deck.Slides {
			slides.Walk(s.Blocks, func(b slides.Block) { b.Common().Size = i % 8 })
			pty := program("pty", slides.ModePty, slides.Below)
			pty.Exec.Pty, pty.Exec.Standby, pty.Exec.PtyCols, pty.Key = true, i%2 == 0, i%3*50, "pty"
			s.Blocks = append(s.Blocks, rendertest.Code(pty), &slides.Columns{Ratios: []int{1, 2}, Cols: [][]slides.Block{
				{&slides.Image{File: slides.NewFile("p.png", "", nil), Width: i * 30 % 101}}, {rendertest.Output(pty)}}})
		}
		v.Results = maps.Clone(v.Results)
		if v.Results == nil {
			v.Results = slides.Results{}
		}
		v.Results["pty"] = screenOf(slides.Screen{Cols: 132, Rows: 40, Lines: strings.Split(text, "\n"), Back: []string{text}, Col: 131, Row: 39, Cursor: true})
		out = append(out, &v)
	}
	return out
}

// FuzzWindow lays out every case live in windows from 1×1 on.
func FuzzWindow(f *testing.F) {
	f.Add(uint8(79), uint8(23), 1, 0, "text", 640, 480, true)
	f.Add(uint8(0), uint8(0), 0, -1, "日本 👩\u200d🚀\x1b[31m\n\tx", 1, 1_000_000, true)
	f.Add(uint8(19), uint8(4), 2, 99, "a\nb", 1_000_000, 1, false)
	f.Fuzz(func(t *testing.T, width, height uint8, step, offset int, text string, px, py int, scale bool) {
		p := Page{Width: 1 + int(width)%200, Height: 1 + int(height)%60, Step: step % 9, Live: true, Scale: scale,
			Offset: map[slides.Key]int{"": offset, "pty": offset}, Focus: "pty", Leave: text, Pages: text,
			Picture: func(x *Picture) bool {
				x.Pixels = [2]int{px, py}
				return true
			}}
		for _, v := range living(text) {
			for i := range v.Deck.Slides {
				p.Slide = i
				s := backend(80).Sheet(v, p)
				checkSheet(t, s, p)
				s.Tick(rendertest.Now.Add(time.Hour))
				checkSheet(t, s, p)
			}
		}
	})
}

// TestEveryWindow lays out every case in windows of all widths up to 200 and all heights up to 60.
func TestEveryWindow(t *testing.T) {
	views := living("wide 日本\n\x1b[1mbold")
	look := backend(80)
	for width := 1; width <= 200; width++ {
		p := Page{Width: width, Height: 1 + width*7%60, Live: true, Clip: width%5 == 0, Scale: width%2 == 0, Step: 9,
			Picture: func(x *Picture) bool {
				x.Pixels = [2]int{width * 31 % 2000, width * 57 % 1500}
				return width%3 > 0
			}}
		v := views[width%len(views)]
		for i := range v.Deck.Slides {
			p.Slide = i
			checkSheet(t, look.Sheet(v, p), p)
		}
	}
}

// large returns views that take long, each with one slide.
func large() map[string]*render.View {
	source := rendertest.Snippet("go", strings.Repeat("func f(a int) string { return fmt.Sprint(a, \"text\") } // a comment\n", 500), slides.NotExecutable, "")
	table := &slides.Table{Head: slides.Row{Cells: [][]slides.Inline{rendertest.In("one"), rendertest.In("two"), rendertest.In("three"), rendertest.In("four")}}}
	for i := range 60 {
		var cells [][]slides.Inline
		for j := range 4 {
			cells = append(cells, rendertest.In(strings.Repeat("word ", 1+(i+j)%9)))
		}
		table.Rows = append(table.Rows, slides.Row{Cells: cells})
	}
	flood := program("flood", slides.ModeExec, slides.Below)
	return map[string]*render.View{
		"code":   alone(1, nil, rendertest.Code(source)),
		"table":  alone(1, nil, table),
		"output": alone(1, map[*slides.Snippet]slides.Result{flood: rendertest.Printed(numbered(10_000), 1)}, rendertest.Code(flood)),
	}
}

func BenchmarkSheet(b *testing.B) {
	views := large()
	talk := rendertest.Talk()
	talk.Deck.Slides = talk.Deck.Slides[1:]
	views["ordinary"] = talk
	deck := &slides.Deck{}
	for range 10_000 {
		deck.Slides = append(deck.Slides, talk.Deck.Slides[0])
	}
	views["of 10000"] = &render.View{Deck: deck, Results: talk.Results}
	for _, name := range slices.Sorted(maps.Keys(views)) {
		b.Run(name, func(b *testing.B) {
			v := views[name]
			v.Highlight = &code.Highlighter{}
			look := backend(120)
			look.Cache = &Cache{}
			for b.Loop() {
				look.Sheet(v, Page{Step: 9, Width: 120, Height: 40, Live: true})
			}
		})
	}
}

func BenchmarkPaint(b *testing.B) {
	v := rendertest.Talk()
	s := backend(120).Sheet(v, Page{Slide: 1, Step: 9, Width: 120, Height: 40})
	p := backend(120).Painter(nil)
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		for _, r := range s.Rows {
			p.Row(&out, r, 120)
		}
	}
}
