package term

import (
	"bytes"
	"flag"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func backend(width int) Backend { return Backend{Width: width, Depth: TrueColor, Now: rendertest.Now} }

// TestGolden compares what the views look like with testdata: each row, and below it a letter for
// the style of each cell that has one.
func TestGolden(t *testing.T) {
	for _, c := range rendertest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			var got strings.Builder
			letters := &legend{}
			for i := range c.View.Deck.Slides {
				rows := backend(80).Sheet(c.View, Page{Slide: i, Step: 99, Width: 80}).Lines()
				for _, r := range rows {
					checkWidth(t, r, 80)
					got.WriteString(strings.TrimRight(r.Text(), " ") + "\n")
					if s := letters.line(r); s != "" {
						got.WriteString("  ~" + s + "\n")
					}
				}
			}
			got.WriteString(letters.String())
			golden.Check(t, *update, filepath.Join("testdata", c.Name+".golden"), got.String())
		})
	}
}

func TestGoldenText(t *testing.T) {
	for _, c := range rendertest.Cases() {
		for _, width := range []int{80, 34} {
			t.Run(fmt.Sprint(c.Name, width), func(t *testing.T) {
				var out bytes.Buffer
				if err := (Backend{Width: width, Now: rendertest.Now}).Render(&out, c.View); err != nil {
					t.Fatal(err)
				}
				golden.Check(t, *update, filepath.Join("testdata", fmt.Sprintf("%s.%d.txt", c.Name, width)), out.String())
			})
		}
	}
}

// legend gives each style a letter.
type legend struct {
	styles []string
}

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func (l *legend) line(r ansi.Line) string {
	var b strings.Builder
	for _, run := range r {
		b.WriteString(strings.Repeat(l.letter(run), text.Width(run.Text)))
	}
	return strings.TrimRight(b.String(), " ")
}

func (l *legend) letter(r ansi.Run) string {
	if r.Style == (ansi.Style{}) && r.Href == "" {
		return " "
	}
	name := fmt.Sprintf("%+v %s", r.Style, r.Href)
	for i, s := range l.styles {
		if s == name {
			return alphabet[i : i+1]
		}
	}
	l.styles = append(l.styles, name)
	i := len(l.styles) - 1
	return alphabet[i : i+1]
}

var (
	off   = regexp.MustCompile(`\b[A-Z][a-z]+:false ?|\b[FB]G:0 ?`)
	color = regexp.MustCompile(`\b([FB]G):(\d+)`)
)

func (l *legend) String() string {
	var b strings.Builder
	for i, s := range l.styles {
		s = color.ReplaceAllStringFunc(off.ReplaceAllString(s, ""), func(m string) string {
			var n uint32
			_, _ = fmt.Sscan(m[3:], &n)
			c := ansi.Color(n)
			if i, ok := c.Index(); ok {
				return fmt.Sprint(m[:3], i)
			}
			return m[:3] + c.Hex()
		})
		fmt.Fprintf(&b, "%c = %s\n", alphabet[i], strings.ReplaceAll(strings.TrimSpace(s), " }", "}"))
	}
	return b.String()
}

func checkWidth(t testing.TB, r ansi.Line, width int) {
	t.Helper()
	if w := r.Width(); w > width {
		t.Errorf("a row of %d cells on a page of %d: %q", w, width, r.Text())
	}
}

var sgrOrLink = regexp.MustCompile(`\x1b\[[0-9;]*m|\x1b\]8;;(https?://[!-~]*)?\x1b\\`)

// checkBytes reports anything in a rendering that a terminal would act on beyond colours and links.
func checkBytes(t testing.TB, out string) {
	t.Helper()
	for _, r := range sgrOrLink.ReplaceAllString(out, "") {
		if r < 0x20 && r != '\n' || r >= 0x7f && r < 0xa0 || text.Reorders(r) {
			t.Errorf("%U got through in %q", r, out)
			return
		}
	}
}

func TestHostileBytes(t *testing.T) {
	for _, b := range []Backend{backend(80), {Width: 80}, {Width: 60, Depth: Color256}, {Width: 60, Depth: Color16}, {Width: 60, Depth: Mono}, {Width: 7, Depth: TrueColor, Light: true}} {
		var out bytes.Buffer
		if err := b.Render(&out, rendertest.Hostile()); err != nil {
			t.Fatal(err)
		}
		checkBytes(t, out.String())
		if b.Depth == Plain && strings.Contains(out.String(), "\x1b") {
			t.Errorf("plain text has escapes: %q", out.String())
		}
	}
}

func TestSteps(t *testing.T) {
	v := rendertest.Talk()
	for step, want := range []bool{false, true} {
		var out bytes.Buffer
		if err := (Backend{Slide: 2, Step: step + 1}).Render(&out, v); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.String(), "Rootless"); got != want {
			t.Errorf("step %d shows the list: %v", step, got)
		}
	}
}

// TestTitleInFlow: a title stands where its block does, from its step on.
func TestTitleInFlow(t *testing.T) {
	v := rendertest.Blocks()
	v.Deck.Slides = v.Deck.Slides[len(v.Deck.Slides)-1:]
	for step, want := range []string{"first\n\nlast", "first\n\n" + strings.Repeat(" ", 35) + "A late\n" + strings.Repeat(" ", 35) + "title\n\nlast"} {
		var got []string
		for _, r := range (Backend{}).Sheet(v, Page{Step: step, Width: 80}).Lines() {
			got = append(got, strings.TrimRight(strings.TrimPrefix(r.Text(), "  "), " "))
		}
		if text := strings.Join(got[1:len(got)-2], "\n"); text != want {
			t.Errorf("step %d:\n%s\nwant\n%s", step, text, want)
		}
	}
}

func TestHeight(t *testing.T) {
	v := rendertest.Talk()
	for _, height := range []int{1, 24, 100} {
		rows := backend(80).Sheet(v, Page{Slide: 1, Step: 9, Width: 80, Height: height}).Lines()
		if len(rows) < height {
			t.Errorf("%d rows on a page of %d", len(rows), height)
		}
		if text := rows[len(rows)-1].Text(); !strings.Contains(text, "2/2") {
			t.Errorf("the last row is %q", text)
		}
	}
}

func FuzzLayout(f *testing.F) {
	f.Add(80, 24, 0, "text", "rust")
	f.Add(1, 1, 1, "日本 👩\u200d🚀", "go")
	f.Add(13, 0, 2, "a\tb\x1b[31m\nc", "")
	f.Fuzz(func(t *testing.T, width, height, step int, text, lang string) {
		width, height, step = 1+abs(width)%200, abs(height)%100, abs(step)%9
		s := rendertest.Snippet(lang, text, slides.ModeExec, "")
		extra := rendertest.Slide(text, rendertest.Para(rendertest.T(text)), rendertest.Code(s),
			&slides.List{Depth: step, Items: []*slides.Item{{Text: rendertest.In(text)}}},
			&slides.Columns{Ratios: []int{1, height + 1}, Cols: [][]slides.Block{{rendertest.Output(s)}, {rendertest.Para(rendertest.T(text))}}},
			&slides.Table{Head: slides.Row{Cells: [][]slides.Inline{rendertest.In(text), rendertest.In(lang)}}})
		v := &render.View{Deck: &slides.Deck{Slides: []*slides.Slide{extra}}, Results: slides.Results{"": rendertest.Printed(text, 1)}}
		checkPages(t, v, Backend{Width: width, Height: height, Depth: TrueColor}, step)
	})
}

// checkPages renders a view and lays out its slides at a step.
func checkPages(t *testing.T, v *render.View, b Backend, step int) {
	t.Helper()
	var out bytes.Buffer
	if err := b.Render(&out, v); err != nil {
		t.Fatal(err)
	}
	checkBytes(t, out.String())
	for i := range v.Deck.Slides {
		for _, r := range b.Sheet(v, Page{Slide: i, Step: step, Width: b.Width, Height: b.Height}).Lines() {
			checkWidth(t, r, b.Width)
		}
	}
}

func TestAnySize(t *testing.T) {
	for _, c := range rendertest.Cases() {
		for _, width := range []int{1, 2, 3, 4, 5, 7, 8, 9, 12, 19, 20, 23, 40, 59, 61, 300} {
			checkPages(t, c.View, Backend{Width: width, Height: width % 7, Depth: TrueColor, Now: rendertest.Now}, width%3)
		}
	}
}

func abs(n int) int { return max(n, -n, 0) }

func BenchmarkLayout(b *testing.B) {
	v := rendertest.Talk()
	v.Highlight = &code.Highlighter{}
	for b.Loop() {
		backend(80).Sheet(v, Page{Slide: 1, Step: 1, Width: 80, Height: 24})
	}
}
