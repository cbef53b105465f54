//go:build browser

package html

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// What a page does for those who read it in other ways than most.

func testInert(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, everything(), 1280, 720)
	defer tb.Done()
	const focus = `(() => { const s = document.activeElement.closest(".slide"); return s ? s.id : "" })()`
	for range 12 { // the first slide has three links, others have more and boxes that scroll
		tb.Do(chromedp.KeyEvent(kb.Tab))
		if s := browser.Eval[string](tb, focus); s != "" && s != "s1" {
			t.Fatalf("the Tab key leads to slide %s, which is hidden", s)
		}
	}
	const reached = `(() => { let n = 0; for (const e of document.querySelectorAll(".slide a, .slide [tabindex='0']")) {
		e.focus(); if (document.activeElement === e && !e.closest(".on")) n++; } return n })()`
	if n := browser.Eval[int](tb, reached); n > 0 {
		t.Errorf("%d elements of hidden slides take the focus", n)
	}
	tb.Do(chromedp.KeyEvent("o"))
	if n := browser.Eval[int](tb, `document.querySelectorAll(".slide > .body:not([inert])").length`); n > 0 {
		t.Errorf("%d slides can be entered in the overview", n)
	}
	tb.Do(chromedp.KeyEvent("o"))
	if n := browser.Eval[int](tb, `document.querySelectorAll("[inert]").length`); n > 0 {
		t.Errorf("%d slides stay inert after the overview", n)
	}
}

func testMotion(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	const moving = `(() => { deck.move.next(); return [...document.querySelectorAll("*")].flatMap(e => {
		const s = getComputedStyle(e); return [s.transitionDuration, s.animationName === "none" ? "0s" : s.animationDuration].filter(d => parseFloat(d) > %v); }).length })()`
	if n := browser.Eval[int](tb, fmt.Sprintf(moving, 0)); n == 0 {
		t.Error("nothing moves at all: this test sees nothing")
	}
	if n := browser.Eval[int](tb, fmt.Sprintf(moving, 0.15)); n > 0 {
		t.Errorf("%d elements move for more than 150 ms", n)
	}
	browser.Call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if n := browser.Eval[int](tb, fmt.Sprintf(moving, 0)); n > 0 {
		t.Errorf("%d elements move for a reader who wants none to", n)
	}
}

// crowded returns a slide whose one column has a long output and the other a lot of code.
func crowded() *render.View {
	long, tall := snippet("long", "bash", "seq 300\n"), snippet("tall", "bash", strings.Repeat("echo a line\n", 18))
	d := &slides.Deck{Slides: []*slides.Slide{
		titled("Crowded", columns([]int{1, 1}, []slides.Block{placed(long)}, []slides.Block{listing(tall)})),
		titled("Sixty lines", listing(snippet("sixty", "bash", strings.Repeat("echo a line\n", 60)))),
	}}
	return view(d, slides.Results{long.Key: printed(strings.Repeat("a line\n", 300), time.Second)})
}

func testRoom(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, crowded(), 1280, 720)
	defer tb.Done()
	const heights = `[".out", ".col + .col .box"].map(s => document.querySelector(".on " + s).offsetHeight)`
	if h := browser.Eval[[]float64](tb, heights); h[0] < h[1] {
		t.Errorf("the output is %v high beside %v of code, though it could have as much", h[0], h[1])
	}
	tb.Do(browser.JS(`document.querySelector(".on .out .in").scrollTop = 50`), chromedp.EmulateViewport(1280, 700))
	tb.Settled()
	if top := browser.Eval[float64](tb, `document.querySelector(".on .out .in").scrollTop`); top != 50 {
		t.Errorf("an output scrolled to 50 is at %v after the window changed", top)
	}
	pdf := browser.Run(tb, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if n := strings.Count(string(pdf), "/Type /Page\n"); n != 2 {
		t.Errorf("two crowded slides take %d pages", n)
	}
}
