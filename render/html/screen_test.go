package html

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// terminal returns a talk of one slide, whose program has this screen.
func terminal(state slides.State, sc *slides.Screen) *render.View {
	s := &slides.Snippet{ID: "t", Lang: "bash", Key: "t", Place: slides.Below, Exec: slides.Exec{Mode: slides.ModePty, Pty: true}}
	d := &slides.Deck{Slides: []*slides.Slide{{Steps: 1, Blocks: []slides.Block{&slides.Code{Snippet: s}, &slides.Output{ID: "t", Snippet: s}}}}, Snippets: []*slides.Snippet{s}}
	return &render.View{Deck: d, Results: slides.Results{"t": {State: state, Status: slides.OK, Screen: sc, Log: []slides.Chunk{{Data: sc.Text()}}}}}
}

func TestScreen(t *testing.T) {
	sc := &slides.Screen{Cols: 12, Rows: 4, Lines: []string{"\x1b[31mred\x1b[m 日本", "", "$ "}, Back: []string{"<gone>"}, Row: 2, Col: 2, Cursor: true, Mouse: true}
	count := func(html, part string, want int) {
		t.Helper()
		if got := strings.Count(html, part); got != want {
			t.Errorf("%q occurs %d times, want %d:\n%s", part, got, want, html)
		}
	}
	b := Backend{Now: clock}
	box := func(p *Page, v *render.View) string { return string(p.Boxes(0, v.Deck.Snippets[0])[0].HTML) }

	v := terminal(slides.Done, sc)
	file := box(b.Page(v), v)
	count(file, `class="l"`, 3) // without the row below
	count(file, "gone", 0)
	count(file, "data-cols", 0)

	v = terminal(slides.Running, sc)
	live := box(b.Live(v), v)
	count(live, `class="l"`, 5)
	count(live, "&lt;gone&gt;", 1)
	count(live, `data-cols="12"`, 1)
	count(live, `data-rows="4"`, 1)
	count(live, `data-mouse=""`, 1)

	full := *sc
	full.Alternate = true
	v = terminal(slides.Running, &full)
	count(box(b.Live(v), v), "gone", 0)
}

func TestCursor(t *testing.T) {
	red := ansi.Style{FG: ansi.Indexed(1)}
	for _, tt := range []struct {
		row  ansi.Line
		col  int
		want string // the text with the cell in brackets
	}{
		{nil, 0, "[ ]"},
		{nil, 3, "   [ ]"},
		{ansi.Plain("abc"), 0, "[a]bc"},
		{ansi.Plain("abc"), 2, "ab[c]"},
		{ansi.Plain("abc"), 3, "abc[ ]"},
		{ansi.Plain("abc"), 5, "abc  [ ]"},
		{ansi.Line{{Text: "a", Style: red}, {Text: "bc"}}, 1, "a[b]c"},
		{ansi.Plain("日本"), 2, "日[本]"},
		{ansi.Plain("日本"), 1, "[日]本"}, // its right half
		{ansi.Plain("e\u0301x"), 1, "e\u0301[x]"},
	} {
		var got strings.Builder
		before := tt.row
		for _, r := range withCursor(tt.row, tt.col) {
			if r.Style.Reverse {
				r.Text = "[" + r.Text + "]"
			}
			got.WriteString(r.Text)
		}
		if got.String() != tt.want {
			t.Errorf("the cursor at %d of %q gives %q, want %q", tt.col, before.Text(), &got, tt.want)
		}
	}
	if text.Width("日") != 2 {
		t.Error("the test is blind")
	}
}
