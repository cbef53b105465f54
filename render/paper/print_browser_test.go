//go:build browser

package paper

import (
	"bytes"
	"compress/zlib"
	"image"
	"image/gif"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/internal/testkit/poppler"
	"github.com/slidexec/slidexec/internal/testkit/verapdf"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// press returns a press for a test, which must leave no files.
func press(t testing.TB) *Press {
	t.Helper()
	if _, err := Browser(); err != nil {
		need.Here(t, "chromium", err.Error())
	}
	tmp, err := os.MkdirTemp("/tmp", "press") // short enough for a browser
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	p := NewPress(t.Context(), t.Logf)
	t.Cleanup(func() {
		p.Close()
		defer os.RemoveAll(tmp)
		if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
			t.Errorf("left %v, %v", left, err)
		}
	})
	return p
}

func printed(t *testing.T, b render.Backend, v *render.View) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := b.Render(&buf, v); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

var pageCount = regexp.MustCompile(`(?m)^Pages: +(\d+)$`)

func pagesOf(t *testing.T, pdf []byte) int {
	t.Helper()
	m := pageCount.FindStringSubmatch(poppler.Run(t, pdf, "pdfinfo"))
	if m == nil {
		t.Fatal("pdfinfo counts no pages")
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// objects returns the objects of a PDF file as text, unpacked.
func objects(t *testing.T, pdf []byte) string {
	t.Helper()
	var out strings.Builder
	for _, part := range bytes.Split(pdf, []byte("/Type/ObjStm>>\nstream\n"))[1:] {
		z, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, z); err != nil {
			t.Fatal(err)
		}
	}
	if out.Len() == 0 {
		t.Fatal("the objects are not packed")
	}
	return out.String()
}

// long returns a deck that fits no page: a listing of many lines, and a slide with notes and links.
func long() *render.View {
	lines := strings.Repeat("fmt.Println(\"a line that goes on and on until it wraps at the edge of its box, and then still on\")\n", 90)
	code := rendertest.Snippet("go", strings.TrimSpace(lines), slides.NotExecutable, "")
	noted := rendertest.Slide("Noted", rendertest.Para(rendertest.T("See "), &slides.Link{Dest: "#lines", Text: rendertest.In("the lines")},
		rendertest.T(" and "), &slides.Link{Dest: "https://example.org/x", Text: rendertest.In("elsewhere")}))
	noted.Notes = []slides.Note{{Text: "Speak slowly <b>here</b>."}}
	return &render.View{Deck: &slides.Deck{Slides: []*slides.Slide{noted, rendertest.Slide("Lines", rendertest.Code(code))}}}
}

// TestPages: each layout has its pages, whatever is on the slides, and every page has its size.
func TestPages(t *testing.T) {
	p := press(t)
	for _, c := range append(rendertest.Cases(), rendertest.Case{Name: "long", View: long()}) {
		n, steps := len(c.View.Deck.Slides), 0
		for _, s := range c.View.Deck.Slides {
			steps += max(s.Steps, 1)
		}
		for _, tt := range []struct {
			layout Layout
			pages  int
			size   string
		}{
			{Layout{}, n, "960 x 540 pts"},
			{Layout{Steps: true}, steps, "960 x 540 pts"},
			{Layout{Slide: n, Step: min(n, 1)}, 1, "960 x 540 pts"},
			{Layout{Notes: true}, n, "594.96 x 841.92 pts (A4)"},
			{Layout{PerPage: 2}, (n + 1) / 2, "594.96 x 841.92 pts (A4)"},
			{Layout{PerPage: 4}, (n + 3) / 4, "841.92 x 594.96 pts (A4)"},
			{Layout{PerPage: 6, Steps: true}, (steps + 5) / 6, "594.96 x 841.92 pts (A4)"},
		} {
			pdf := printed(t, PDF{p, tt.layout}, c.View)
			if got := pagesOf(t, pdf); got != max(tt.pages, 1) { // no file is without a page
				t.Errorf("%s, %+v: %d pages, want %d", c.Name, tt.layout, got, tt.pages)
			}
			if info := poppler.Run(t, pdf, "pdfinfo"); !strings.Contains(info, tt.size) {
				t.Errorf("%s, %+v: no pages of %s: %s", c.Name, tt.layout, tt.size, info)
			}
		}
	}
}

// TestDescribed: the file is tagged, its fonts are in it, its description is fixed and of slidexec, and
// it has neither script nor form.
func TestDescribed(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	t.Setenv("TZ", "UTC")
	p := press(t)
	pdf := printed(t, PDF{Press: p}, rendertest.Talk())
	info := poppler.Run(t, pdf, "pdfinfo")
	for _, want := range []string{`Title: +Containers from scratch`, `Creator: +slidexec`, `Tagged: +yes`, `JavaScript: +no`, `Form: +none`,
		`CreationDate: +Tue Nov 14 22:13:20 2023`, `ModDate: +Tue Nov 14 22:13:20 2023`} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(info) {
			t.Errorf("no %q: %s", want, info)
		}
	}
	for _, l := range strings.Split(strings.TrimSpace(poppler.Run(t, pdf, "pdffonts")), "\n")[2:] {
		if f := strings.Fields(l); len(f) < 5 || f[len(f)-5] != "yes" {
			t.Errorf("a font is not in the file: %s", l)
		}
	}
	if all := objects(t, pdf); !strings.Contains(all, "/Outlines") || !strings.Contains(all, "/Lang(en)") || !strings.Contains(all, "/RoleMap<</Em/Span/Strong/Span>>") {
		t.Error("no outline, no language or no roles")
	}
	structure := poppler.Run(t, pdf, "pdfinfo", "-struct-text")
	for _, want := range []string{"H1 (block)", "H2 (block)", "LI (block)", "Div", "Code (inline)"} {
		if !strings.Contains(structure, want) {
			t.Errorf("the structure has no %s", want)
		}
	}
	text := poppler.Run(t, pdf, "pdftotext", "-layout")
	for _, want := range []string{"Containers from scratch", "isolation (kinda) achieved!", `hostname ["my-container"]`, "Isolated root filesystem"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text has no %q: %s", want, text)
		}
	}
	if strings.Count(text, "↳") > 8 {
		t.Error("lines that do not wrap have marks")
	}
}

// TestSameBytes: printing again, also with a new browser, gives the same file.
func TestSameBytes(t *testing.T) {
	p := press(t)
	first := printed(t, PDF{Press: p}, rendertest.Blocks())
	if !bytes.Equal(first, printed(t, PDF{Press: p}, rendertest.Blocks())) {
		t.Error("the same browser prints another file")
	}
	p.Close()
	if !bytes.Equal(first, printed(t, PDF{Press: p}, rendertest.Blocks())) {
		t.Error("another browser prints another file")
	}
	if strings.Contains(objects(t, first), "slidexec-print-") {
		t.Error("the file names the folder that it was printed in")
	}
}

// TestStepPages: a page has what its step shows, and a title is in the outline once.
func TestStepPages(t *testing.T) {
	p := press(t)
	pdf := printed(t, PDF{p, Layout{Steps: true}}, rendertest.Talk())
	for page, want := range map[string]bool{"2": false, "3": true} {
		if text := poppler.Run(t, pdf, "pdftotext", "-f", page, "-l", page); strings.Contains(text, "Rootless") != want {
			t.Errorf("page %s: %s", page, text)
		}
	}
	if n := strings.Count(objects(t, pdf), "/Title(isolation"); n != 1 {
		t.Errorf("the outline has the title %d times", n)
	}
	one := printed(t, PDF{p, Layout{Slide: 2, Step: 1}}, rendertest.Talk())
	if text := poppler.Run(t, one, "pdftotext", "-layout"); strings.Contains(text, "Rootless") || !strings.Contains(text, "kinda") || !strings.Contains(strings.ReplaceAll(text, " ", ""), "2/2") {
		t.Errorf("step 1 of slide 2: %s", text)
	}
}

// TestLong: notes are beneath their slide, links lead somewhere, and what is missing of a box is counted.
func TestLong(t *testing.T) {
	p := press(t)
	pdf := printed(t, PDF{p, Layout{Notes: true}}, long())
	if text := poppler.Run(t, pdf, "pdftotext", "-f", "1", "-l", "1"); !strings.Contains(text, "Speak slowly <b>here</b>.") {
		t.Errorf("no notes: %s", text)
	}
	pdf = printed(t, PDF{Press: p}, long())
	text := poppler.Run(t, pdf, "pdftotext", "-layout")
	if strings.Contains(text, "Speak") {
		t.Error("notes are on paper for the audience")
	}
	m := regexp.MustCompile(`… (\d+) more lines`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no count of missing lines: %s", text)
	}
	if missing, err := strconv.Atoi(m[1]); err != nil || strings.Count(text, "Println") != 90-missing {
		t.Errorf("%d of 90 lines are there, and %s are said to be missing", strings.Count(text, "Println"), m[1])
	}
	if all := objects(t, pdf); !strings.Contains(all, "/URI(https://example.org/x)") || !strings.Contains(all, "/Dest/s2") {
		t.Error("links are missing")
	}
}

// TestPictures: pictures have their sizes and follow the steps.
func TestPictures(t *testing.T) {
	p := press(t)
	var pixels []rgb
	for _, b := range []PNG{{Press: p, Still: Still{2, 1}}, {Press: p, Still: Still{2, 2}}, {Press: p, Still: Still{2, 0}}, {Press: p, Dark: true}} {
		img, err := png.Decode(bytes.NewReader(printed(t, b, rendertest.Talk())))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds() != image.Rect(0, 0, 1920, 1080) {
			t.Errorf("a picture of %v", img.Bounds())
		}
		r, g, bl, _ := img.At(2, 2).RGBA()
		pixels = append(pixels, rgb{r >> 8, g >> 8, bl >> 8})
	}
	if want := []rgb{{0xfc, 0xfb, 0xf8}, {0xfc, 0xfb, 0xf8}, {0xfc, 0xfb, 0xf8}, {0x15, 0x17, 0x1c}}; !equal(pixels, want) {
		t.Errorf("backgrounds %v, want %v", pixels, want)
	}
	moving, err := gif.DecodeAll(bytes.NewReader(printed(t, GIF{Press: p, Slide: 2, Dark: true}, rendertest.Talk())))
	if err != nil {
		t.Fatal(err)
	}
	if len(moving.Image) != 2 || moving.Config.Width != Width || moving.Config.Height != Height || moving.LoopCount != 0 {
		t.Errorf("%d frames of %dx%d", len(moving.Image), moving.Config.Width, moving.Config.Height)
	}
	if r := moving.Image[1].Rect; r.Dx() > 900 || r.Min.Y < 200 || r.Empty() {
		t.Errorf("the second frame is %v: it has more than the list", r)
	}
}

type rgb struct{ r, g, b uint32 }

func equal(a, b []rgb) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// TestLost: a browser that ends is an error, and the next print of a press starts a new browser.
func TestLost(t *testing.T) {
	p := press(t)
	first := printed(t, PDF{Press: p}, rendertest.Talk())
	kill(p.browser.cmd)
	if err := (PDF{Press: p}).Render(&bytes.Buffer{}, rendertest.Talk()); err == nil || !strings.Contains(err.Error(), "the browser ended") {
		t.Errorf("a killed browser: %v", err)
	}
	if !bytes.Equal(first, printed(t, PDF{Press: p}, rendertest.Talk())) {
		t.Error("a new browser prints another file")
	}
}

// TestLongTemp: a folder for temporary files with a long path does not keep a browser from starting.
func TestLongTemp(t *testing.T) {
	p := press(t)
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	printed(t, PDF{Press: p}, rendertest.Talk())
	if strings.HasPrefix(p.browser.dir, dir) {
		t.Errorf("the browser is in %s", p.browser.dir)
	}
}

func many(n int) *render.View {
	d := &slides.Deck{}
	for i := range n {
		code := rendertest.Snippet("go", "func main() {\n\tfmt.Println(\"hello\")\n}", slides.NotExecutable, "")
		d.Slides = append(d.Slides, rendertest.Slide("Slide "+strconv.Itoa(i+1), rendertest.Para(rendertest.T("Some words.")), rendertest.Code(code)))
	}
	return &render.View{Deck: d}
}

func benchmarkPDF(b *testing.B, n int, warm bool) {
	p, v := press(b), many(n)
	var buf bytes.Buffer
	for first := true; first || b.Loop(); first = false {
		if !first && !warm {
			p.Close()
		}
		buf.Reset()
		if err := (PDF{Press: p}).Render(&buf, v); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(buf.Len()), "B/file")
}

func BenchmarkPDF30(b *testing.B)     { benchmarkPDF(b, 30, false) }
func BenchmarkPDF30Warm(b *testing.B) { benchmarkPDF(b, 30, true) }
func BenchmarkPDF1000(b *testing.B)   { benchmarkPDF(b, 1000, false) }

// TestUniversal: people who do not see a talk can have it read to them, as PDF/UA-1 asks.
func TestUniversal(t *testing.T) {
	p := press(t)
	files := map[string][]byte{}
	for _, c := range rendertest.Cases() {
		for name, l := range map[string]Layout{"slides": {}, "steps": {Steps: true}, "notes": {Notes: true}, "handout": {PerPage: 4}} {
			files[c.Name+"-"+name] = printed(t, PDF{Press: p, Layout: l}, c.View)
		}
	}
	verapdf.Check(t, files)
}
