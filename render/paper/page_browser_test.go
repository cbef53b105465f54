//go:build browser

package paper

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/poppler"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// onPage opens the page of a talk, as a reader does, runs a script in it and prints it with the browser's
// own command.
func onPage(t testing.TB, p *Press, v *render.View, script string) []byte {
	t.Helper()
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "talk.html")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := (&html.Backend{}).Render(f, v); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	p.browser.until(time.Now().Add(patience))
	tab, err := p.browser.open((&url.URL{Scheme: "file", Path: name}).String(), false, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.run("document.fonts.ready.then(() => { "+script+" })", nil); err != nil {
		t.Fatal(err)
	}
	var got struct{ Data []byte }
	if err := tab.call("Page.printToPDF", obj{"printBackground": true, "preferCSSPageSize": true}, &got); err != nil {
		t.Fatal(err)
	}
	tab.close()
	return got.Data
}

// visit goes through all slides and steps, and scrolls whatever scrolls.
const visit = `const settled = () => new Promise((f) => requestAnimationFrame(() => requestAnimationFrame(f)));
return (async () => {
  for (let i = 0; i < deck.slides().length; i++) for (let n = 0; n < deck.steps(deck.slides()[i]); n++) {
    deck.go(i, n);
    await settled();
    for (const e of [deck.slides()[i], ...deck.slides()[i].querySelectorAll(".in,.tw")]) { e.scrollTop = 1e6; e.scrollLeft = 1e6; }
    await settled();
  }
  dispatchEvent(new Event("resize"));
})();`

// wide returns a table of many columns, each with a word that does not break.
func wide(columns int) *render.View {
	row := func(n int) (r slides.Row) {
		for c := range columns {
			r.Cells = append(r.Cells, rendertest.In(fmt.Sprintf("row%dcolumn%dend", n, c)))
		}
		return r
	}
	return &render.View{Deck: &slides.Deck{Slides: []*slides.Slide{
		rendertest.Slide("Wide", &slides.Table{Head: row(0), Rows: []slides.Row{row(1), row(2)}}), rendertest.Slide("Next"),
	}}}
}

// printing returns a deck with a program and what it printed.
func printing(text string) *render.View {
	sn := rendertest.Snippet("sh", "seq 9", slides.ModeExec, "")
	deck := &slides.Deck{Slides: []*slides.Slide{rendertest.Slide("Before"), rendertest.Slide("Output", rendertest.Code(sn)), rendertest.Slide("After")}}
	sn.Key = slides.MakeKey(sn, 0)
	deck.Snippets = []*slides.Snippet{sn}
	return &render.View{Deck: deck, Results: slides.Results{sn.Key: rendertest.Printed(text, time.Second)}}
}

// numbered returns so many lines with their numbers.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d of the output\n", i+1)
	}
	return b.String()
}

// TestViewed: a page that somebody went through prints like one that was just opened: nothing is hidden,
// and what is missing of a box is counted.
func TestViewed(t *testing.T) {
	p := press(t)
	for name, v := range map[string]*render.View{"code": long(), "output": printing(numbered(500)), "steps": rendertest.Talk(), "blocks": rendertest.Blocks(), "table": wide(14)} {
		fresh := poppler.Run(t, onPage(t, p, v, ""), "pdftotext")
		if viewed := poppler.Run(t, onPage(t, p, v, visit), "pdftotext"); viewed != fresh {
			t.Errorf("%s: a viewed page prints %s; want %s", name, viewed, fresh)
		}
		if (name == "code" || name == "output") && !strings.Contains(fresh, "more lines") {
			t.Errorf("%s: nothing is counted: %s", name, fresh)
		}
	}
}

// TestWide: a wide table is whole on paper.
func TestWide(t *testing.T) {
	p := press(t)
	for _, columns := range []int{8, 14, 40} {
		v := wide(columns)
		for name, pdf := range map[string][]byte{"paper": printed(t, PDF{Press: p}, v), "page": onPage(t, p, v, ""), "viewed": onPage(t, p, v, visit)} {
			box := poppler.Run(t, pdf, "pdftotext", "-bbox", "-f", "1", "-l", "1")
			text, right := "", 0.
			for _, m := range word.FindAllStringSubmatch(box, -1) {
				x, err := strconv.ParseFloat(m[1], 64)
				if err != nil {
					t.Fatal(err)
				}
				text, right = text+m[2], max(right, x)
			}
			if n := strings.Count(text, "end"); right > 960 || columns < 40 && n != 3*columns {
				t.Errorf("%d columns, %s: %d of %d words, to %g", columns, name, n, 3*columns, right)
			}
			if pagesOf(t, pdf) != 2 {
				t.Errorf("%d columns, %s: %d pages", columns, name, pagesOf(t, pdf))
			}
		}
	}
}

var word = regexp.MustCompile(`xMax="([0-9.]+)" yMax="[0-9.]+">([^<]*)</word>`)

// TestGrown: slides have the same sizes by the browser's own command as in our files, also in large decks.
func TestGrown(t *testing.T) {
	p := press(t)
	want := height(t, printed(t, PDF{p, Layout{Slide: 2}}, many(3)))
	for _, n := range []int{3, 310} {
		for name, script := range map[string]string{"fresh": "", "viewed": "deck.go(0, 0); deck.go(1, 0)"} {
			if got := height(t, onPage(t, p, many(n), script)); got < want-1 || got > want+1 {
				t.Errorf("%d slides, %s: words are %g tall, not %g", n, name, got, want)
			}
		}
	}
}

var tall = regexp.MustCompile(`yMin="([0-9.]+)" xMax="[0-9.]+" yMax="([0-9.]+)">Some</word>`)

// height returns that of a word on the first page.
func height(t *testing.T, pdf []byte) float64 {
	t.Helper()
	box := poppler.Run(t, pdf, "pdftotext", "-bbox", "-f", "1", "-l", "1")
	m := tall.FindStringSubmatch(box)
	if m == nil {
		t.Fatalf("no word: %s", box)
	}
	from, err := strconv.ParseFloat(m[1], 64)
	to, err2 := strconv.ParseFloat(m[2], 64)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	return to - from
}

// TestNoNetwork: a page that asks for the network in every way that it knows reaches nobody, not even this
// machine, and has a profile that is gone afterwards.
func TestNoNetwork(t *testing.T) {
	p := press(t)
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	heard := make(chan string, 100)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			heard <- c.RemoteAddr().String()
			c.Close()
		}
	}()
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	var page strings.Builder
	page.WriteString("<!doctype html><body>")
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
		for _, what := range []string{`<img src="http://HOST/a.png">`, `<link rel=stylesheet href="http://HOST/a.css">`, `<script src="http://HOST/a.js"></script>`,
			`<iframe src="http://HOST/"></iframe>`, `<style>@import "http://HOST/b.css";body{background:url(http://HOST/b.png)}</style>`,
			`<link rel=preconnect href="http://HOST/">`, `<script>fetch("http://HOST/",{mode:"no-cors"}).catch(()=>{});new WebSocket("ws://HOST/")</script>`} {
			page.WriteString(strings.ReplaceAll(what, "HOST", host+":"+port))
		}
	}
	name := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(name, []byte(page.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	p.browser.until(time.Now().Add(patience))
	tab, err := p.browser.open((&url.URL{Scheme: "file", Path: name}).String(), false, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))", nil); err != nil {
		t.Fatal(err)
	}
	var got struct{ Data []byte }
	if err := tab.call("Page.printToPDF", nil, &got); err != nil {
		t.Fatal(err)
	}
	dir := p.browser.dir
	p.Close()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the profile in %s is still there: %v", dir, err)
	}
	// One connection of ours comes after all others.
	last, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	if who := <-heard; who != last.LocalAddr().String() {
		t.Error("the page reached a listener on this machine")
	}
}

// A megabyte of output, in lines and in one.
func BenchmarkOutput(b *testing.B) {
	for name, text := range map[string]string{"lines": numbered(45000), "one": strings.Repeat("x", 1<<20), "colours": strings.Repeat("\x1b[31mred\x1b[32mgreen\x1b[0m\n", 40000)} {
		v := printing(text)
		b.Run(name+"/page", func(b *testing.B) {
			p := press(b)
			for b.Loop() {
				onPage(b, p, v, "")
			}
		})
		b.Run(name+"/viewed", func(b *testing.B) {
			p := press(b)
			for b.Loop() {
				onPage(b, p, v, visit)
			}
		})
		b.Run(name+"/pdf", func(b *testing.B) {
			p := press(b)
			for b.Loop() {
				if err := (PDF{Press: p}).Render(io.Discard, v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
