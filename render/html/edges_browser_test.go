//go:build browser

package html

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

// TestEdges is about what stands at the edges: of the window, of tables, of lists and of thumbnails.
func TestEdges(t *testing.T) {
	ctx := browser.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"scroll bar": testNoNeedlessBar, "table": testTableGoesOn, "bullets": testBullets, "overview": testThumbnails, "forced colours": testForcedColours,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

// testNoNeedlessBar: a slide that fits its window leaves no pixel to scroll, whatever their sizes, and neither
// does the page. Chromium has no scroll bars here, so the heights are compared.
func testNoNeedlessBar(t *testing.T, ctx context.Context) {
	d := &slides.Deck{}
	for n := 1; n < 40; n += 2 {
		text := titled(fmt.Sprintf("%d paragraphs", n))
		for range n {
			text.Blocks = append(text.Blocks, para("A paragraph of its own."))
		}
		code := listing(snippet(fmt.Sprint("s", n), "bash", strings.Repeat("echo hello\n", n)))
		d.Slides = append(d.Slides, text, titled("A program", code))
	}
	tb := open(t, ctx, view(d, nil), 1280, 720)
	defer tb.Done()
	const spare = `deck.slides().map((s, i) => { deck.go(i, 0); const n = s.scrollHeight - s.clientHeight;
		return n && (n < 5 || s.style.getPropertyValue("--fit") != .6) ? i + 1 + ": " + n : ""; }).filter(Boolean).join()`
	for _, size := range [][2]int64{{1280, 720}, {1366, 768}, {1440, 900}, {1024, 768}, {800, 600}, {1283, 727}} {
		tb.Do(chromedp.EmulateViewport(size[0], size[1]))
		tb.Settled()
		if got := browser.Eval[string](tb, spare); got != "" {
			t.Errorf("%v: slides with pixels to scroll: %s", size, got)
		}
		if high := browser.Eval[int64](tb, `document.documentElement.scrollHeight`); high != size[1] {
			t.Errorf("%v: the page is %d pixels high", size, high)
		}
	}
}

// wideTable has more columns than a slide is wide.
func wideTable() *slides.Table {
	wide := &slides.Table{}
	row := func(format string) (r slides.Row) {
		for i := range 14 {
			r.Cells = append(r.Cells, words(fmt.Sprintf(format, i)))
		}
		return r
	}
	wide.Head = row("Number %d")
	for range 3 {
		wide.Rows = append(wide.Rows, row("value%dvalue"))
	}
	return wide
}

// shade returns by how much a table's left or right edge differs from the page, of 255, where no text and no line is.
func shade(tb *tab, right bool) float64 {
	shot := browser.Run(tb, chromedp.CaptureScreenshot())
	img := decodePNG(tb, shot)
	r := browser.Eval[[]float64](tb, `(e => { const r = e.getBoundingClientRect(), td = e.querySelector("tbody td").getBoundingClientRect(); return [r.left, r.right, td.bottom - 4]; })(document.querySelector(".on .tw"))`)
	x := int(r[0]) + 1
	if right {
		x = int(r[1]) - 2
	}
	y := int(r[2])
	at, page := lightness(img.At(x, y)), lightness(img.At(20, y))
	return math.Abs(page - at)
}

// testTableGoesOn: where a table has more than is to be seen, its edge is shaded, and only there.
func testTableGoesOn(t *testing.T, ctx context.Context) {
	v := hall()
	v.Deck.Slides = append(v.Deck.Slides, titled("Wide", wideTable()))
	tb := open(t, ctx, v, 1280, 720)
	defer tb.Done()
	look := func(what string, left, right bool) {
		t.Helper()
		tb.Settled()
		for i, want := range []bool{left, right} {
			if by := shade(tb, i == 1); (by > 25) != want {
				t.Errorf("%s: edge %d differs from the page by %.0f, shaded: want %t", what, i, by, want)
			}
		}
	}
	last := len(v.Deck.Slides) - 1
	for _, scheme := range []string{"light", "dark"} {
		tb.Scheme(scheme)
		tb.Do(browser.JS(`deck.go(3, 0)`))
		look(scheme+", a table that fits", false, false)
		tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 0); document.querySelector(".on .tw").scrollLeft = 0`, last)))
		look(scheme+", at its beginning", false, true)
		if *browser.Shots != "" {
			tb.Shoot("table-" + scheme + ".png")
		}
		tb.Do(browser.JS(`document.querySelector(".on .tw").scrollLeft = 300`))
		look(scheme+", in its middle", true, true)
		tb.Do(browser.JS(`document.querySelector(".on .tw").scrollLeft = 1e5`))
		look(scheme+", at its end", true, false)
	}
	if n := browser.Eval[int](tb, `document.querySelector(".on .tw").tabIndex`); n != 0 {
		t.Error("keys cannot scroll the table")
	}
}

// testBullets: each item has its mark beside its own beginning, also one that runs the other way than its list.
func testBullets(t *testing.T, ctx context.Context) {
	mixed := []string{"English first", "שלום עולם", "third", "مرحبا بالعالم", "12 ", "123 שלום"}
	ordered := bullets(mixed...)
	ordered.Ordered, ordered.Start = true, 1
	for i, it := range ordered.Items {
		it.Number = i + 1
	}
	other := bullets("שלום עולם", "English", "עוד")
	nested := bullets("English", "in it")
	nested.Items[0].Blocks = []slides.Block{bullets("inner English", "שלום")}
	other.Items[2].Blocks = []slides.Block{nested}
	v := view(&slides.Deck{Slides: []*slides.Slide{titled("Mixed", bullets(mixed...), other), titled("Numbers", ordered)}}, nil)
	v.Deck.Slides[0].Blocks = append(v.Deck.Slides[0].Blocks, para("Text in English."))
	tb := open(t, ctx, v, 1280, 720)
	defer tb.Done()
	const apart = `[...document.querySelectorAll(".on li")].flatMap(li => {
		const n = document.createTreeWalker(li, NodeFilter.SHOW_TEXT).nextNode(), r = document.createRange(), box = li.getBoundingClientRect(), rtl = getComputedStyle(li).direction === "rtl";
		r.selectNodeContents(n); const text = r.getBoundingClientRect(), gap = rtl ? box.right - text.right : text.left - box.left;
		const room = rtl ? li.parentElement.closest("main").getBoundingClientRect().right - box.right : box.left;
		return Math.abs(gap) > 2 || room < 70 ? [n.data + ": " + Math.round(gap) + " from its mark, " + Math.round(room) + " from the edge"] : []; })`
	for i := range v.Deck.Slides {
		tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 0)`, i)))
		tb.Settled()
		for _, s := range browser.Eval[[]string](tb, apart) {
			t.Errorf("slide %d: %s", i+1, s)
		}
		if *browser.Shots != "" {
			tb.Shoot(fmt.Sprintf("bullets-%d.png", i+1))
		}
	}
}

// testThumbnails: a slide in the overview is the slide in small, with its edges, and its number is in it.
func testThumbnails(t *testing.T, ctx context.Context) {
	v := hall()
	v.Deck.Slides = append(v.Deck.Slides, titled("Notes", &slides.Alert{Kind: "note", Blocks: []slides.Block{para("text")}}))
	tb := open(t, ctx, v, 1280, 720)
	defer tb.Done()
	const edges = `(e => [".out", ".alert"].map(s => parseFloat(getComputedStyle(document.querySelector(s)).borderLeftWidth)).join())()`
	for i := range v.Deck.Slides {
		tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 9)`, i)))
	}
	whole := browser.Eval[string](tb, edges)
	tb.Do(chromedp.KeyEvent("o"))
	tb.Settled()
	if *browser.Shots != "" {
		tb.Shoot("thumbnails.png")
	}
	if small := browser.Eval[string](tb, edges); whole != "4,4" || small != "1,1" {
		t.Errorf("edges are %s pixels wide, and %s in the overview, want 4 and 1", whole, small)
	}
	const out = `[...document.querySelectorAll(".slide")].filter(s => { const r = s.getBoundingClientRect(), f = s.querySelector("footer>:last-child")?.getBoundingClientRect();
		return f && (f.bottom > r.bottom || f.right > r.right || f.top < r.top); }).map(s => s.id).join()`
	if got := browser.Eval[string](tb, out); got != "" {
		t.Errorf("the numbers of %s are outside of their slides", got)
	}
}

// testForcedColours: where the system chooses all colours, the lines that a step is about and the progress of the
// talk are still to be told from the rest.
func testForcedColours(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, hall(), 1280, 720)
	defer tb.Done()
	browser.Call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}},
	})
	tb.Do(browser.JS(`deck.go(6, 0)`))
	tb.Settled()
	if !browser.Eval[bool](tb, `matchMedia("(forced-colors:active)").matches`) {
		t.Fatal("the browser does not force colours")
	}
	if *browser.Shots != "" {
		tb.Shoot("forced.png")
	}
	const color = `(e => getComputedStyle(e).color)(document.querySelector(%q))`
	lit, dim := browser.Eval[string](tb, fmt.Sprintf(color, ".on .l:not(.dim) span")), browser.Eval[string](tb, fmt.Sprintf(color, ".on .l.dim span"))
	if lit == dim {
		t.Errorf("lines in focus and others are %s", lit)
	}
	img := decodePNG(tb, browser.Run(tb, chromedp.CaptureScreenshot()))
	done, rest := img.At(100, 718), img.At(1270, 718)
	if d := lightness(done) - lightness(rest); d < 40 && d > -40 {
		t.Errorf("the progress is %v on %v", done, rest)
	}
}
