package html

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

var update = flag.Bool("update", false, "rewrite golden files")

func draw(t testing.TB, b *Backend, v *render.View) string {
	t.Helper()
	var buf bytes.Buffer
	if err := b.Render(&buf, v); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// TestGolden compares the slides and the made rules. The frame around them is the same for every
// deck and has tests of its own.
func TestGolden(t *testing.T) {
	for name, v := range map[string]*render.View{"talk": talk(), "everything": everything()} {
		t.Run(name, func(t *testing.T) {
			b := Backend{Now: clock}
			p := b.Page(v)
			parts, css := p.all()
			got := string(bytes.Join(parts, nil)) + css.String()
			golden.Check(t, *update, filepath.Join("testdata", name+".golden"), got)
		})
	}
}

func TestPageIsSafe(t *testing.T) {
	for name, v := range map[string]*render.View{"talk": talk(), "everything": everything(), "empty": {Deck: &slides.Deck{}}} {
		for _, notes := range []bool{false, true} {
			b := Backend{Now: clock, Notes: notes}
			if err := checkPage(draw(t, &b, v)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			live := b.Live(v)
			parts, css := live.all()
			var page bytes.Buffer
			if err := live.Frame(css).Write(&page, parts); err != nil {
				t.Fatal(err)
			}
			if err := checkPage(page.String()); err != nil {
				t.Errorf("%s, for a server: %v", name, err)
			}
			_, css = b.Page(v).all()
			if err := checkSheet(css.String()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestEveryClassIsStyled(t *testing.T) {
	got := draw(t, &Backend{Now: clock}, everything())
	style := between(got, "<style>", "</style>")
	for _, m := range classAttr.FindAllStringSubmatch(between(got, "<main", "</main>"), -1) {
		for _, c := range strings.Fields(m[1]) {
			if !strings.Contains(style, "."+c) {
				t.Errorf("class %q has no rule", c)
			}
		}
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

func TestDeterministic(t *testing.T) {
	v := many(200)
	b := Backend{Now: clock}
	if first, second := draw(t, &b, v), draw(t, &b, v); first != second {
		t.Error("two drawings of one view differ")
	}
}

// TestPolicy makes sure that the page allows what it holds, and nothing else.
func TestPolicy(t *testing.T) {
	got := draw(t, &Backend{Now: clock}, everything())
	policyAttr := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(between(got, `Content-Security-Policy" content="`, `"`))
	style, script := between(got, "<style>", "</style>"), between(got, "<script>", "</script>")
	look := between(got, `<style id="look">`, "</style>")
	want := "default-src 'none'; style-src " + source(style) + " " + source(look) + "; script-src " + source(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
	if policyAttr != want {
		t.Errorf("policy\n got %s\nwant %s", policyAttr, want)
	}
	if style == "" || look == "" || script != pageScript() {
		t.Error("style or script did not come through as they are")
	}
}

// TestKeys: the page is handed the keys that its help names.
func TestKeys(t *testing.T) {
	page := draw(t, &Backend{}, talk())
	var got [][]string // an action and its keys
	if err := json.Unmarshal([]byte(between(page, `id="keys">`, "</script>")), &got); err != nil {
		t.Fatal(err)
	}
	want := stage.Bindings(stage.File)
	if len(got) != len(want) {
		t.Fatalf("the page has %d bindings, want %d", len(got), len(want))
	}
	help := between(page, `id="help"`, "</dialog>")
	for i, b := range want {
		if got[i][0] != string(b.Action) || !slices.Equal(got[i][1:], b.Keys) {
			t.Errorf("binding %d of the page is %v, want %v", i, got[i], b)
		}
		if row := "<kbd>" + stage.Label(b.Keys[0]) + "</kbd>"; b.Help != "" && (!strings.Contains(help, row) || !strings.Contains(help, `<dd><button value="`+string(b.Action)+`">`+template.HTMLEscapeString(b.Help)+"</button></dd>")) {
			t.Errorf("help lacks %s: %s", b.Keys[0], b.Help)
		}
	}
}

func TestSizes(t *testing.T) {
	script := pageScript() + glideText
	if n := len(script); n > 24_000 {
		t.Errorf("script has %d bytes, at most 24 kB", n)
	}
	if n := len(draw(t, &Backend{}, many(30))); n > 88_000 {
		t.Errorf("a deck of 30 slides has %d bytes, at most 88 kB", n)
	}
}

// TestGlideScript makes sure that only pages on which code changes have the script for it.
func TestGlideScript(t *testing.T) {
	code := func(lines string) slides.Block { return listing(snippet("", "bash", lines)) }
	for name, tt := range map[string]struct {
		slides []*slides.Slide
		want   bool
	}{
		"no code":                 {[]*slides.Slide{titled("One", para("text"))}, false},
		"another program":         {[]*slides.Slide{titled("One", code("a\n\nb\n")), titled("Two", code("c\n\nd\n"))}, false},
		"lines of itself":         {[]*slides.Slide{titled("One", code("a\na\n"))}, false},
		"a line of the last one":  {[]*slides.Slide{titled("One", code("a\nb\n")), titled("Two", code("c\nb\n"))}, true},
		"a slide between":         {[]*slides.Slide{titled("One", code("a\n")), titled("Two"), titled("Three", code("a\n"))}, false},
		"two blocks of one slide": {[]*slides.Slide{titled("One", columns([]int{1, 1}, []slides.Block{code("a\n")}, []slides.Block{code("a\nb\n")}))}, true},
	} {
		v := view(&slides.Deck{Slides: tt.slides}, nil)
		if got := strings.Contains(draw(t, &Backend{}, v), glideText); got != tt.want {
			t.Errorf("%s: the page has the script: %v, want %v", name, got, tt.want)
		}
		if !strings.Contains((&Backend{}).Live(v).script(), glideText) {
			t.Errorf("%s: the page of a server, whose deck may change, lacks the script", name)
		}
	}
}

// TestTransitionParts makes sure that only a page with a transition has what it takes, and says which one.
func TestTransitionParts(t *testing.T) {
	v := view(&slides.Deck{Slides: []*slides.Slide{titled("One")}}, nil)
	still := draw(t, &Backend{}, v)
	for _, part := range []string{transitionScript, transitionText, "data-turn="} {
		if strings.Contains(still, part) {
			t.Errorf("a page without a transition has %.40q", part)
		}
	}
	page := draw(t, &Backend{Transition: Transition{Style: "fade", Duration: 1500 * time.Millisecond}}, v)
	for _, part := range []string{transitionScript, transitionText, ` data-turn="fade"`, ":root{--turn:1500ms}"} {
		if !strings.Contains(page, part) {
			t.Errorf("a page with a transition lacks %.40q", part)
		}
	}
}

func TestNotesArePrivate(t *testing.T) {
	v := talk()
	v.Deck.Slides[3].Notes = []slides.Note{{Text: "salary <b>", Step: 0}}
	if strings.Contains(draw(t, &Backend{}, v), "salary") {
		t.Error("notes in a file that did not ask for them")
	}
	if got := draw(t, &Backend{Notes: true}, v); !strings.Contains(got, "salary &lt;b&gt;") {
		t.Error("no notes in a file that asked for them")
	}
}

func TestHead(t *testing.T) {
	tests := []struct {
		name string
		deck slides.Deck
		want []string
	}{
		{"nothing", slides.Deck{}, []string{`<html lang="en">`, "<title>slides</title>"}},
		{"title", slides.Deck{Meta: slides.Meta{Title: []slides.Line{words("A <b>"), words("& B")}, Author: `"me"`, Lang: "pt_BR"}},
			[]string{`<html lang="pt-BR">`, "<title>A &lt;b&gt; &amp; B</title>", `<meta name="author" content="&#34;me&#34;"/>`}},
		{"right to left", slides.Deck{Meta: slides.Meta{Lang: "he"}}, []string{`<html lang="he" dir="rtl">`}},
		{"no language", slides.Deck{Meta: slides.Meta{Lang: `x" onload="`}}, []string{`<html lang="en">`}},
		{"first title", slides.Deck{Slides: []*slides.Slide{{}, titled("Second")}}, []string{"<title>Second</title>"}},
		{"file", slides.Deck{Files: []*slides.File{{Name: "talk.md"}}}, []string{"<title>talk.md</title>"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := draw(t, &Backend{}, &render.View{Deck: &tt.deck})
			for _, w := range tt.want {
				if !strings.Contains(got, w) {
					t.Errorf("no %s in the page", w)
				}
			}
		})
	}
}

// TestFragments makes sure that pieces are what the whole page holds, so that patching converges.
func TestFragments(t *testing.T) {
	v := everything()
	b := Backend{Now: clock}
	got := draw(t, &b, v)
	p := b.Page(v)
	for i := range v.Deck.Slides {
		c := p.Content(i)
		section := string(p.Section(i, c))
		if !strings.Contains(got, section) {
			t.Errorf("slide %d is not in the page", i+1)
		}
		for line := range strings.Lines(c.CSS.String()) {
			if !strings.Contains(got, line) {
				t.Errorf("slide %d: rule %q is not in the page", i+1, line)
			}
		}
		for _, s := range v.Deck.Snippets {
			for _, o := range p.Boxes(i, s) {
				if !strings.Contains(section, string(o.HTML)) {
					t.Errorf("slide %d: output of %s is not in the slide:\n%s", i+1, s.Key, o.HTML)
				}
			}
		}
	}
}

// TestHash: a slide's hash follows what the deck says of it. A window takes results into the slides
// that it has, and finds the one that it shows by its hash after an edit.
func TestHash(t *testing.T) {
	hash := func(v *render.View, i int) string {
		return (&Backend{Now: clock}).Live(v).Content(i).hash
	}
	v := talk()
	before := hash(v, 13)
	v.Deck.Slides = v.Deck.Slides[2:]
	if got := hash(v, 11); got != before {
		t.Error("the hash follows the number")
	}
	v.Results = nil
	if got := hash(v, 11); got != before {
		t.Error("the hash follows the result")
	}
	v.Deck.Slides[11].Blocks = v.Deck.Slides[11].Blocks[1:]
	if got := hash(v, 11); got == before {
		t.Error("the hash does not follow the blocks")
	}
}

// Windows get the box of a result and nothing around it: the rest of a slide is the same with all results.
func TestResultsStayInTheirBoxes(t *testing.T) {
	for _, mode := range []slides.Mode{slides.ModeExec, slides.ModePty, slides.ModeTerminal, slides.ModeReplace} {
		for _, place := range []slides.Place{slides.Below, slides.Nowhere} {
			s := &slides.Snippet{Word: "bash", Key: "k", ID: "i", Exec: slides.Exec{Mode: mode}, Place: place}
			deck := &slides.Deck{Slides: []*slides.Slide{{Blocks: []slides.Block{&slides.Code{Snippet: s}}}}, Snippets: []*slides.Snippet{s}}
			seen := map[string]bool{}
			for _, r := range []slides.Result{
				{}, {State: slides.Queued}, {State: slides.Running}, {State: slides.Done}, {State: slides.Done, Status: slides.Exited, Exit: 1},
			} {
				c := (&Backend{Now: clock}).Live(&render.View{Deck: deck, Results: slides.Results{"k": r}}).Content(0)
				seen[c.hash] = true
			}
			if len(seen) != 1 {
				t.Errorf("%s, %v: a slide is %d others with other results", mode, place, len(seen)-1)
			}
		}
	}
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestWriteError(t *testing.T) {
	whole := len(draw(t, &Backend{}, many(100)))
	for _, after := range []int{0, 20_000, whole - 5000, whole - 10} {
		if err := (&Backend{}).Render(&failing{after}, many(100)); err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("error after %d bytes: %v", after, err)
		}
	}
}

// many returns a deck of n slides with code of their own, outputs and text.
func many(n int) *render.View {
	d := &slides.Deck{}
	results := slides.Results{}
	for i := range n {
		s := snippet(fmt.Sprintf("s%d", i), "go", fmt.Sprintf("// Number %d is a program.\nfunc main() {\n\tfor i := range %d {\n"+
			"\t\tfmt.Println(\"line\", i, \"of\", %d)\n\t}\n\tif len(os.Args) > 1 {\n\t\tlog.Fatal(\"too many\")\n\t}\n}\n", i, i, i))
		results[s.Key] = printed("line 1\nline 2\n\x1b[32mline 3\x1b[0m\n", 12)
		d.Slides = append(d.Slides, titled(fmt.Sprintf("Slide %d", i+1), para("Some text that says what the program does."),
			columns([]int{3, 2}, []slides.Block{listing(s)}, []slides.Block{placed(s)}), bullets("one thing", "another thing", "a last thing")))
	}
	return view(d, results)
}

func BenchmarkRender(b *testing.B) {
	for _, n := range []int{30, 1_000, 10_000} {
		v := many(n)
		b.Run(fmt.Sprintf("slides=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var c counter
				if err := (&Backend{}).Render(&c, v); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(c))
			}
		})
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// A deck that became unreadable leaves the last good slides, with what is wrong over them.
func TestBroken(t *testing.T) {
	v := talk()
	good := draw(t, &Backend{Now: clock}, v)
	file := slides.NewFile("deck.md", "", []byte("x\x00y <script>\n"))
	v.Broken = &slides.Broken{Diags: slides.Diags{{Pos: slides.Pos{File: file, Off: 1}, Len: 1, Msg: "NUL byte in <text>"}}}
	got := draw(t, &Backend{Now: clock}, v)
	for _, want := range []string{`<div id="broken" role="alert">`, "NUL byte in &lt;text&gt;", "\n#broken{position:fixed"} {
		if !strings.Contains(got, want) || strings.Contains(good, want) {
			t.Errorf("no %q over the slides, or under them", want)
		}
	}
	slidesOf := func(page string) string {
		_, page, _ = strings.Cut(page, "<main")
		page, _, _ = strings.Cut(page, "</main>")
		return page
	}
	if slidesOf(got) != slidesOf(good) || slidesOf(good) == "" {
		t.Error("the slides are others")
	}
	if err := checkPage(got); err != nil {
		t.Error(err)
	}
}

// TestRanks: no heading is more than one rank below the one that it is under, whatever levels a deck uses.
func TestRanks(t *testing.T) {
	heading := func(level int) slides.Block { return &slides.Heading{Level: level, Text: words("x")} }
	title := &slides.Title{Text: words("x")}
	for _, tt := range []struct {
		blocks      []slides.Block
		first, want string
	}{
		{[]slides.Block{title, heading(1), heading(2), heading(1)}, "h1 h2 h3 h2", "h2 h3 h4 h3"},
		{[]slides.Block{title, heading(3), heading(6), heading(4), heading(1)}, "h1 h2 h3 h3 h2", "h2 h3 h4 h4 h3"},
		{[]slides.Block{heading(4), heading(2), title, heading(2)}, "h1 h1 h1 h2", "h2 h2 h2 h3"},
		{[]slides.Block{title, heading(1), heading(2), heading(3), heading(4), heading(5)}, "h1 h2 h3 h4 h5 h6", "h2 h3 h4 h5 h6 h6"},
	} {
		d := &slides.Deck{Slides: []*slides.Slide{{Steps: 1, Blocks: tt.blocks}, {Steps: 1, Blocks: tt.blocks}}}
		p := (&Backend{}).Page(view(d, nil))
		for i, want := range []string{tt.first, tt.want} {
			var got []string
			for _, m := range regexp.MustCompile(`<(h[1-6])`).FindAllSubmatch(p.Content(i).HTML, -1) {
				got = append(got, string(m[1]))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("slide %d: %s, want %s", i+1, got, want)
			}
		}
	}
}
