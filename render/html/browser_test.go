//go:build browser

package html

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/render"
)

// These tests drive a real browser: go test -tags browser. One browser serves them all, each test
// has a tab of its own.

func TestBrowser(t *testing.T) {
	ctx := browser(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"keys": testKeys, "links": testLinks, "layout": testLayout, "fit": testFit, "dialogs": testDialogs, "overview": testOverview,
		"print": testPrint, "no script": testNoScript, "contrast": testContrast, "many": testMany, "policy": testPolicyHolds,
		"shots": testShots, "axe": testAxe, "inert": testInert, "motion": testMotion, "room": testRoom,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

func testKeys(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.done()
	for _, k := range []struct {
		keys        string
		slide, step int
	}{
		{"", 1, 0}, {kb.ArrowRight, 2, 0}, {" ", 3, 0}, {kb.PageDown, 4, 0}, {kb.ArrowDown, 5, 0}, {"j", 6, 0}, {"l", 7, 0},
		{"n", 8, 0}, {kb.ArrowLeft, 7, 0}, {kb.PageUp, 6, 0}, {kb.ArrowUp, 5, 0}, {"k", 4, 0}, {"h", 3, 0}, {"p", 2, 0},
		{"gg", 1, 0}, {kb.ArrowLeft, 1, 0}, {"G", 35, 0}, {kb.ArrowRight, 35, 0}, {"14G", 14, 0}, {kb.ArrowRight, 14, 1},
		{kb.ArrowRight, 15, 0}, {kb.ArrowLeft, 14, 1}, {kb.ArrowLeft, 14, 0}, {"s", 14, 1}, {kb.ArrowLeft, 14, 0}, {"S", 14, 1}, {"p", 13, 0}, {"99G", 35, 0},
		{kb.Home, 1, 0}, {kb.End, 35, 0}, {"2" + kb.Enter, 2, 0}, {"x3", 2, 0}, {"xG", 35, 0}, {"g", 35, 0}, {"xg", 35, 0}, {"g", 1, 0},
	} {
		if k.keys != "" {
			tb.do(chromedp.KeyEvent(k.keys))
		}
		tb.at(fmt.Sprintf("%q", k.keys), k.slide, k.step)
	}
	const swipe = `((from, to) => { const at = document.querySelector(".on"), touch = x => new Touch({identifier: 1, target: at, clientX: x, clientY: 300});
		at.dispatchEvent(new TouchEvent("touchstart", {bubbles: true, touches: [touch(from)], changedTouches: [touch(from)]}));
		at.dispatchEvent(new TouchEvent("touchend", {bubbles: true, changedTouches: [touch(to)]})); })`
	tb.do(js(swipe + `(300, 100)`))
	tb.at("a swipe to the left", 2, 0)
	tb.do(js(swipe + `(100, 300)`))
	tb.at("a swipe to the right", 1, 0)
	tb.do(js(swipe + `(100, 120)`))
	tb.at("a tap", 1, 0)
	if got := eval[string](tb, `document.activeElement.id`); got != "s1" {
		t.Errorf("focus is on %q, want the slide", got)
	}
}

func testLinks(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.done()
	tb.show(talk(), "#/14.1")
	tb.at("opening a deep link", 14, 1)
	if got := eval[int](tb, `document.querySelectorAll("#s14 .off").length`); got != 0 {
		t.Errorf("%d hidden elements at the last step", got)
	}
	tb.do(js(`location.hash = "#/14"`))
	tb.at("changing the address", 14, 0)
	if got := eval[int](tb, `document.querySelectorAll("#s14 .off").length`); got != 2 {
		t.Errorf("%d hidden elements at the first step, want 2", got)
	}
	tb.show(everything(), "#/1")
	tb.do(chromedp.Click(chromedp.CSS(`#s1 a[href="#s3"]`)))
	tb.at("following a link to a slide", 3, 0)
	tb.show(talk(), "#/99")
	tb.at("opening a slide that is not there", 35, 0)
	tb.show(talk(), "#/nonsense")
	tb.at("opening nonsense", 1, 0)
}

const rects = `[...document.querySelectorAll("#s14 .col")].flatMap(e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.width] })`

func testLayout(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.done()
	tb.show(talk(), "#/14")
	r := eval[[]float64](tb, rects)
	if len(r) != 6 || r[1] != r[4] || r[0]+r[2] >= r[3] || r[5]/r[2] < 1.49 || r[5]/r[2] > 1.51 {
		t.Errorf("columns %v are not side by side at 2:3", r)
	}
	const lines = `[...document.querySelectorAll("#s14 .l")].every(l => l.getClientRects().length === 1 && l.offsetHeight < 1.7 * parseFloat(getComputedStyle(l).fontSize))`
	if !eval[bool](tb, lines) {
		t.Error("code wraps though it can be made to fit")
	}
	sizes := eval[[]float64](tb, `["#s14", "#s14 .out pre", "#s14 .box:not(.out) pre"].map(s => parseFloat(getComputedStyle(document.querySelector(s)).fontSize))`)
	if sizes[1]/sizes[0] < 0.775 || sizes[2]/sizes[0] < 0.5 || sizes[2] >= sizes[1] {
		t.Errorf("font sizes of body, output, code: %v", sizes)
	}
	tb.do(chromedp.EmulateViewport(390, 844))
	tb.settled()
	if r := eval[[]float64](tb, rects); r[0] != r[3] || r[1] == r[4] {
		t.Errorf("columns %v are not stacked on a phone", r)
	}
	if w := eval[int](tb, `document.documentElement.scrollWidth`); w > 390 {
		t.Errorf("the page is %d wide on a phone", w)
	}
}

func testFit(t *testing.T, ctx context.Context) {
	v := everything()
	tall := titled("Tall")
	for range 16 {
		tall.Blocks = append(tall.Blocks, para("A paragraph of its own."))
	}
	taller := titled("Taller", tall.Blocks...)
	taller.Blocks = append(taller.Blocks, append(tall.Blocks, tall.Blocks...)...)
	v.Deck.Slides = append(v.Deck.Slides, tall, taller)
	tb := open(t, ctx, v, 1280, 720)
	defer tb.done()
	const over = `(s => s.scrollHeight - s.clientHeight)(document.querySelector(".on"))`
	const factor = `parseFloat(document.querySelector(".on").style.getPropertyValue("--fit") || 1)`
	tb.do(js(`deck.go(4, 0)`))
	if n := eval[int](tb, over); n > 1 {
		t.Errorf("a long output makes its slide %d pixels too tall", n)
	}
	if f := eval[float64](tb, factor); f != 1 {
		t.Errorf("a long output shrinks its slide to %v", f)
	}
	if !eval[bool](tb, `(e => e.scrollHeight > e.clientHeight && e.tabIndex === 0)(document.querySelector(".on .out .in"))`) {
		t.Error("a long output does not scroll in its box")
	}
	tb.do(js(`document.querySelector(".on .out .in").focus()`), chromedp.KeyEvent(kb.ArrowDown))
	tb.at("arrow down in a focused output", 5, 0)
	tb.do(chromedp.KeyEvent(kb.ArrowRight))
	tb.at("arrow right in a focused output", 6, 0)
	tb.do(js(`deck.go(10, 0)`))
	if n, f := eval[int](tb, over), eval[float64](tb, factor); n > 1 || f < 0.6 || f >= 1 {
		t.Errorf("a tall slide is %d pixels too tall at %v", n, f)
	}
	tb.do(js(`deck.go(11, 0)`))
	if n, f := eval[int](tb, over), eval[float64](tb, factor); n < 10 || f != 0.6 {
		t.Errorf("a very tall slide is %d pixels too tall at %v, want it to scroll at 0.6", n, f)
	}
	tb.do(chromedp.KeyEvent(kb.ArrowDown))
	tb.at("arrow down on a slide that scrolls", 12, 0)
	if eval[float64](tb, `document.querySelector(".on").scrollTop`) == 0 {
		t.Error("arrow down does not scroll")
	}
	tb.do(chromedp.EmulateViewport(1920, 1080))
	tb.settled()
	tb.do(js(`deck.go(10, 0)`))
	if n := eval[int](tb, over); n > 1 {
		t.Errorf("after a resize: %d pixels too tall", n)
	}
}

func testDialogs(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.done()
	tb.do(chromedp.KeyEvent("?"))
	if !eval[bool](tb, `document.querySelector("#help").open`) {
		t.Error("? opens no help")
	}
	tb.do(chromedp.KeyEvent(kb.Escape))
	tb.do(chromedp.KeyEvent("p", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if n := eval[int](tb, `document.querySelectorAll("#index[open] li").length`); n != 35 {
		t.Errorf("the index lists %d slides", n)
	}
	tb.do(chromedp.KeyEvent("kinda"))
	if n := eval[int](tb, `document.querySelectorAll("#index[open] li").length`); n != 1 {
		t.Errorf("the index lists %d slides with the word", n)
	}
	tb.do(chromedp.KeyEvent(kb.Enter))
	tb.at("choosing from the index", 14, 0)
	tb.do(chromedp.KeyEvent("b"))
	if !eval[bool](tb, `document.documentElement.classList.contains("black")`) {
		t.Error("b does not black out")
	}
	tb.do(chromedp.KeyEvent(kb.ArrowRight))
	tb.at("the first key on a black screen", 14, 0)
}

func testOverview(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.done()
	tb.do(chromedp.KeyEvent("o"))
	tb.settled()
	if n := eval[int](tb, `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility()).length`); n != 35 {
		t.Errorf("the overview shows %d slides", n)
	}
	wide := eval[int](tb, `getComputedStyle(deckMain = document.querySelector("main")).gridTemplateColumns.split(" ").length`)
	tb.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.Enter))
	tb.at("choosing in the overview", 2+wide, 0)
	tb.do(chromedp.KeyEvent(kb.Escape), chromedp.Click(chromedp.CSS("#s3")))
	tb.at("clicking in the overview", 3, 0)
}

func testPrint(t *testing.T, ctx context.Context) {
	for name, v := range map[string]*render.View{"talk": talk(), "everything": everything()} {
		tb := open(t, ctx, v, 1280, 720)
		pdf := run(tb, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		if got, want := strings.Count(string(pdf), "/Type /Page\n"), len(v.Deck.Slides); got != want {
			t.Errorf("%s: %d pages, want %d", name, got, want)
		}
		if *shots != "" {
			write(t, name+".pdf", pdf)
		}
		tb.at("printing", 1, 0)
		tb.done()
	}
}

func testNoScript(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tb.show(talk(), "")
	shown := `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility({visibilityProperty: true})).length`
	if n := eval[int](tb, shown); n != 35 {
		t.Errorf("%d slides show without a script", n)
	}
	hidden := `[...document.querySelectorAll(".slide [data-step]")].filter(s => !s.checkVisibility({visibilityProperty: true})).length`
	if n := eval[int](tb, hidden); n != 0 {
		t.Errorf("%d steps are hidden without a script", n)
	}
}

// contrastScript returns every text of the shown slide whose contrast is below 4.5 (3 where it is large).
const contrastScript = `(() => {
  const cx = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = c => { cx.clearRect(0, 0, 1, 1); cx.fillStyle = c; cx.fillRect(0, 0, 1, 1); return [...cx.getImageData(0, 0, 1, 1).data]; };
  const lum = c => { const f = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; return .2126 * f(c[0]) + .7152 * f(c[1]) + .0722 * f(c[2]); };
  const bg = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c; } };
  const bad = [], walk = document.createTreeWalker(document.querySelector(".on"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const t = walk.currentNode.data.trim(), e = walk.currentNode.parentElement, st = getComputedStyle(e);
    if (!/[\p{L}\p{N}]/u.test(t) || st.visibility === "hidden") continue;
    const a = lum(rgb(st.color)), b = lum(bg(e)), k = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const px = parseFloat(st.fontSize), least = px >= 24 || px >= 18.66 && st.fontWeight >= 700 ? 3 : 4.5;
    if (k < least - .01) bad.push(k.toFixed(2) + " " + t.slice(0, 30));
  }
  return bad;
})()`

func testContrast(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, everything(), 1280, 720)
	defer tb.done()
	for _, scheme := range []string{"light", "dark"} {
		tb.scheme(scheme)
		for i := range everything().Deck.Slides {
			tb.do(js(fmt.Sprintf(`deck.go(%d, 9)`, i)))
			for _, s := range eval[[]string](tb, contrastScript) {
				t.Errorf("%s, slide %d: contrast %s", scheme, i+1, s)
			}
		}
	}
}

// testMany makes sure that the time a step takes does not follow the size of the deck.
func testMany(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, many(10_000), 1280, 720)
	defer tb.done()
	tb.at("loading", 1, 0)
	load := eval[float64](tb, `performance.timing.loadEventEnd - performance.timing.navigationStart`)
	const steps = `(async () => { const out = []; for (let i = 0; i < 12; i++) { const t = performance.now(); deck.move.next();
		await new Promise(f => requestAnimationFrame(() => setTimeout(f))); out.push(performance.now() - t); }
		return out.sort((a, b) => a - b)[6]; })()`
	step := run(tb, chromedp.Evaluate[float64](steps, chromedp.EvalAwaitPromise))
	t.Logf("10,000 slides: loaded in %.0f ms, next slide in %.1f ms", load, step)
	if load > 20_000 || step > 500 { // generous: what is tested is that neither explodes
		t.Errorf("10,000 slides: loaded in %.0f ms, next slide in %.1f ms", load, step)
	}
}

// testPolicyHolds makes sure that the policy is in force, should markup get past the escaping.
func testPolicyHolds(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	tb.do(js(`document.querySelector(".body").insertAdjacentHTML("beforeend",
		'<img src="x" onerror="window.pwned=1"><p id="styled" style="color:red">x</p><img src="https://example.org/x.png">')`))
	tb.settled()
	if eval[bool](tb, `window.pwned === 1`) {
		t.Error("an event handler ran")
	}
	if got := eval[string](tb, `getComputedStyle(document.querySelector("#styled")).color`); got == "rgb(255, 0, 0)" {
		t.Error("a style attribute took effect")
	}
	if n := eval[int](tb, `performance.getEntriesByType("resource").filter(e => e.transferSize > 0).length`); n != 0 {
		t.Errorf("%d things were loaded", n)
	}
}

// testShots takes pictures for looking at, in the sizes and schemes that matter.
func testShots(t *testing.T, ctx context.Context) {
	if *shots == "" {
		t.Skip("no -shots")
	}
	for name, v := range map[string]*render.View{"talk": talk(), "all": everything()} {
		tb := open(t, ctx, v, 1280, 720)
		for _, size := range [][2]int64{{1280, 720}, {1920, 1080}, {390, 844}} {
			for _, scheme := range []string{"light", "dark"} {
				tb.do(chromedp.EmulateViewport(size[0], size[1]))
				tb.scheme(scheme)
				for i := range v.Deck.Slides {
					if name == "talk" && i != 0 && i != 13 && i != 14 {
						continue
					}
					tb.do(js(fmt.Sprintf(`deck.go(%d, 9)`, i)))
					tb.settled()
					tb.save(fmt.Sprintf("%s-%02d-%d-%s.png", name, i+1, size[0], scheme))
				}
			}
		}
		tb.do(chromedp.EmulateViewport(1280, 720), chromedp.KeyEvent("o"))
		tb.settled()
		tb.save(name + "-overview.png")
		tb.do(chromedp.KeyEvent("o"), chromedp.KeyEvent("?"))
		tb.save(name + "-help.png")
		tb.do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("p", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		tb.save(name + "-index.png")
	}
}
