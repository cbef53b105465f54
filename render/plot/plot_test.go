package plot

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/internal/testkit/poppler"
	"github.com/slidexec/slidexec/internal/testkit/verapdf"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

var update = flag.Bool("update", false, "write the golden files anew")

// backend draws as if the machine had no fonts, so that what tests see does not depend on it.
func testTalk(v *render.View) *talk {
	t := PDF{Now: rendertest.Now}.talk(v)
	t.fonts.system.paths = []string{}
	return t
}

// TestItems: what is on each slide, and where.
func TestItems(t *testing.T) {
	for _, c := range rendertest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			var b bytes.Buffer
			tk := testTalk(c.View)
			for i := range c.View.Deck.Slides {
				z := tk.sized(i)
				fmt.Fprintf(&b, "slide %d: %.3g of the usual size, code %.1f, boxes %.0f and %.0f\n", i+1, z.fit, z.code, z.room, z.list)
				dump(&b, tk.draw(i, z, -1))
			}
			golden.Check(t, *update, filepath.Join("testdata", c.Name+".golden"), b.String())
		})
	}
}

func drawn(t testing.TB, v *render.View, l Layout) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (PDF{Layout: l, Now: rendertest.Now, Date: time.Unix(0, 0)}).Render(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSameBytes: a talk that is drawn again gives the same bytes.
func TestSameBytes(t *testing.T) {
	for i, c := range rendertest.Cases() {
		again := rendertest.Cases()[i]
		for _, l := range []Layout{{}, {Steps: true}, {Notes: true}, {PerPage: 4}} {
			if !bytes.Equal(drawn(t, c.View, l), drawn(t, again.View, l)) {
				t.Errorf("%s, %+v: another file the second time", c.Name, l)
			}
		}
	}
}

// noted returns a talk with links, steps and notes.
func noted() *render.View {
	list := &slides.List{Items: []*slides.Item{{Text: rendertest.In("one")}, {Step: 1, Text: rendertest.In("two")}}}
	first := rendertest.Slide("Noted", rendertest.Para(rendertest.T("See "), &slides.Link{Dest: "#the-code", Text: rendertest.In("the code")},
		rendertest.T(" and "), &slides.Link{Dest: "https://example.org/x(y)", Text: rendertest.In("elsewhere")}), list)
	first.Steps = 2
	first.Notes = []slides.Note{{Text: "Speak slowly <b>here</b>."}, {Step: 1, Text: "And louder."}}
	code := rendertest.Code(rendertest.Snippet("go", "a := 1\nb := 2", slides.NotExecutable, ""))
	code.Frames = []slides.Frame{{Lines: []slides.Range{{From: 1, To: 1}}}, {Step: 1, Lines: []slides.Range{{From: 2, To: 2}}}}
	second := rendertest.Slide("The code", code)
	second.Steps = 2
	return &render.View{Deck: &slides.Deck{Meta: slides.Meta{Title: []slides.Line{rendertest.In("A (talk)")}, Author: "Ada", Lang: "de_AT"},
		Slides: []*slides.Slide{first, second}}}
}

// TestPages: each layout has its pages, in its size, with its text in the order of reading.
func TestPages(t *testing.T) {
	for _, tt := range []struct {
		Layout
		pages int
		size  string
		has   string // the text of the first page, without space
		lacks string
	}{
		{Layout{}, 2, "960 x 540 pts", "NotedSeethecodeandelsewhere•one•twoA(talk)1/2", "Speak"},
		{Layout{Steps: true}, 4, "960 x 540 pts", "NotedSeethecodeandelsewhere•oneA(talk)1/2", "two"},
		{Layout{Slide: 1, Step: 1}, 1, "960 x 540 pts", "•oneA(talk)1/2", "two"},
		{Layout{Slide: 2}, 1, "960 x 540 pts", "Thecodegoa:=1b:=2", "Noted"},
		{Layout{Notes: true}, 2, "594.96 x 841.92 pts (A4)", "Speakslowly<b>here</b>.Andlouder.", ""},
		{Layout{Notes: true, Steps: true}, 4, "594.96 x 841.92 pts (A4)", "Speakslowly<b>here</b>.", "louder"},
		{Layout{PerPage: 2}, 1, "594.96 x 841.92 pts (A4)", "2/2", ""},
		{Layout{PerPage: 4}, 1, "841.92 x 594.96 pts (A4)", "2/2", ""},
		{Layout{PerPage: 2, Steps: true}, 2, "594.96 x 841.92 pts (A4)", "two", "2/2"},
		{Layout{PerPage: 6, Steps: true}, 1, "594.96 x 841.92 pts (A4)", "2/2", ""},
	} {
		pdf := drawn(t, noted(), tt.Layout)
		info := poppler.Run(t, pdf, "pdfinfo")
		for _, want := range []string{"Title:           A (talk)\n", "Author:          Ada\n", "Tagged:          yes\n",
			fmt.Sprintf("Pages:           %d\n", tt.pages), "Page size:       " + tt.size + "\n"} {
			if !strings.Contains(info, want) {
				t.Errorf("%+v: no %q in\n%s", tt.Layout, want, info)
			}
		}
		text := strings.Join(strings.Fields(poppler.Run(t, pdf, "pdftotext", "-l", "1")), "")
		if !strings.Contains(text, tt.has) || tt.lacks != "" && strings.Contains(text, tt.lacks) {
			t.Errorf("%+v: the first page says %q; want %q, and not %q", tt.Layout, text, tt.has, tt.lacks)
		}
	}
}

// TestStructure: screen readers get headings, lists, tables, code line by line and links.
func TestStructure(t *testing.T) {
	got := poppler.Run(t, drawn(t, noted(), Layout{}), "pdfinfo", "-struct-text")
	want := `Document
  Sect
    H1 (block)
      "Noted"
    P (block)
      "See "
      Link (inline)
        "the code"
        Object N 0
      " and "
      Link (inline)
        "elsewhere"
        Object N 0
    L (block)
      LI (block)
        Lbl (block)
          "•"
        LBody (block)
          "one"
      LI (block)
        Lbl (block)
          "•"
        LBody (block)
          "two"
  Sect
    H2 (block)
      "The code"
    Div
      Caption
        "go"
      P (block)
        Code (inline)
          "a := 1"
        Code (inline)
          "b := 2"
`
	if got = regexp.MustCompile(`Object \d+`).ReplaceAllString(got, "Object N"); got != want {
		t.Errorf("the structure is\n%s", got)
	}
	blocks := poppler.Run(t, drawn(t, rendertest.Blocks(), Layout{}), "pdfinfo", "-struct-text")
	for _, want := range []string{"\n    Table", "TH:", "/Scope /Column", "\"count\"", "TD\n", "\"1234\"", "Lbl", "LBody", "BlockQuote", "H3 (block)", "\"func main() {\"", "Caption"} {
		if !strings.Contains(blocks, want) {
			t.Errorf("no %s in the structure", want)
		}
	}
}

// TestLinks: links lead to addresses and to slides, and the outline has the titles.
func TestLinks(t *testing.T) {
	pdf := drawn(t, noted(), Layout{})
	if urls := poppler.Run(t, pdf, "pdfinfo", "-url"); !strings.Contains(urls, "https://example.org/x(y)") {
		t.Errorf("the addresses are\n%s", urls)
	}
	xml := poppler.Run(t, pdf, "pdftohtml", "-xml", "-i", "-stdout")
	for _, want := range []string{`.html#2">the code</a>`, `<item page="1">Noted</item>`, `<item page="2">The code</item>`} {
		if !strings.Contains(xml, want) {
			t.Errorf("no %s in\n%s", want, xml)
		}
	}
	for dest, want := range map[string]int{"#the-code": 1, "#s1": 0, "#s3": -1, "#s0": -1, "#nowhere": -1, "#": -1, "#s1x": -1} {
		if got, ok := testTalk(noted()).target(dest); ok != (want >= 0) || ok && got != want {
			t.Errorf("%s leads to slide %d, %v; want %d", dest, got, ok, want)
		}
	}
	one := drawn(t, noted(), Layout{Slide: 1}) // without the other slide, its link is text
	if xml := poppler.Run(t, one, "pdftohtml", "-xml", "-i", "-stdout"); strings.Contains(xml, "#2") || strings.Contains(xml, ">the code</a>") {
		t.Errorf("a link leads out of the file:\n%s", xml)
	}
}

// TestContents: entries of a list of slides lead to their slides, but to none that is not in the file.
func TestContents(t *testing.T) {
	v := noted()
	v.Deck.Slides[0].Blocks = append(v.Deck.Slides[0].Blocks,
		&slides.Contents{Entries: []slides.Entry{{Slide: 2, Title: "listed"}, {Slide: 3, Title: "gone"}}})
	xml := poppler.Run(t, drawn(t, v, Layout{}), "pdftohtml", "-xml", "-i", "-stdout")
	if !strings.Contains(xml, `.html#2">listed</a>`) || !strings.Contains(xml, "gone") || strings.Contains(xml, ">gone</a>") {
		t.Errorf("the links are\n%s", xml)
	}
}

// TestLongNotes: notes go on on further pages, and none is lost.
func TestLongNotes(t *testing.T) {
	v := noted()
	v.Deck.Slides = v.Deck.Slides[:1]
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "line %d of the notes\n", i)
	}
	v.Deck.Slides[0].Notes = []slides.Note{{Text: b.String()}}
	pdf := drawn(t, v, Layout{Notes: true})
	if info := poppler.Run(t, pdf, "pdfinfo"); !strings.Contains(info, "Pages:           5\n") {
		t.Errorf("not 5 pages:\n%s", info)
	}
	text := poppler.Run(t, pdf, "pdftotext")
	for i := range 200 {
		if want := fmt.Sprintf("line %d of", i); strings.Count(text, want) != 1 {
			t.Errorf("%q is there %d times", want, strings.Count(text, want))
		}
	}
}

// TestSigns: what slidexec itself prints shows on a machine without fonts.
func TestSigns(t *testing.T) {
	tk := testTalk(rendertest.Talk())
	for _, r := range "✓✗↻↺■●⚠▶–·…•◦▪✅❌→─│┌┐└┘├┤┬┴┼╭╮╯╰█▀▄░▒▓⠋⠙" {
		for c := range cuts {
			if g := tk.fonts.glyph(r, c); g.face == nil || g.width == 0 {
				t.Errorf("no glyph for %c", r)
			}
		}
	}
	if len(tk.fonts.missing) > 0 {
		t.Errorf("missing: %q", slices.Collect(maps.Keys(tk.fonts.missing)))
	}
	for r := range signs {
		if f, _ := tk.fonts.face(0); f.glyph(r).face != nil {
			t.Errorf("%c is in the font already", r)
		}
	}
}

// TestMissing: characters that no font has stay for those who copy them, and one line says what to install.
func TestMissing(t *testing.T) {
	v := rendertest.Talk()
	v.Deck.Slides[1].Blocks = []slides.Block{rendertest.Para(rendertest.T("日本 und \u0645\u0646"))}
	tk := testTalk(v)
	p := &press{talk: tk, places: map[int]place{}}
	p.paste(Layout{}.leaves(v.Deck))
	var said []string
	tk.complain(func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
	want := []string{
		"note: letters that join stand alone (Arabic): to print them as they are written, install Chromium",
		"note: no font of this machine has م ن 日 本 (Arabic, Chinese), so boxes stand for them: install Noto Sans Arabic, Noto Sans CJK",
	}
	if !slices.Equal(said, want) {
		t.Errorf("said %q", said)
	}
	var b bytes.Buffer
	if err := p.write(&b); err != nil {
		t.Fatal(err)
	}
	if text := poppler.Run(t, b.Bytes(), "pdftotext"); !strings.Contains(text, "日本 und") {
		t.Errorf("the text is %q", text)
	}
}

// TestUniversal: people who do not see a talk can have it read to them, as PDF/UA-1 asks.
func TestUniversal(t *testing.T) {
	files := map[string][]byte{}
	for _, c := range rendertest.Cases() {
		for name, l := range map[string]Layout{"slides": {}, "steps": {Steps: true}, "notes": {Notes: true}, "handout": {PerPage: 4}} {
			files[c.Name+"-"+name] = drawn(t, c.View, l)
		}
	}
	verapdf.Check(t, files)
}
