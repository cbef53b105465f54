//go:build browser

package html

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
)

// These tests drive a real browser: go test -tags browser. One browser serves them all, each test
// has a tab of its own.

func TestBrowser(t *testing.T) {
	ctx := browser.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"keys": testKeys, "links": testLinks, "layout": testLayout, "fit": testFit, "dialogs": testDialogs, "overview": testOverview,
		"print": testPrint, "no script": testNoScript, "contrast": testContrast, "many": testMany, "policy": testPolicyHolds,
		"shots": testShots, "axe": testAxe, "inert": testInert, "motion": testMotion, "room": testRoom,
		"legible": testLegible, "wrap": testWrap, "reach": testReach, "close": testClose,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

type tab = browser.Tab

// open shows a deck in a tab of its own.
func open(t testing.TB, ctx context.Context, v *render.View, w, h int64) *tab {
	t.Helper()
	tb := browser.Open(t, ctx, "", w, h)
	show(t, tb, v, "")
	return tb
}

// show loads a deck at a place like "#/3.1".
func show(t testing.TB, tb *tab, v *render.View, place string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "deck.html")
	if err := os.WriteFile(file, []byte(draw(t, &Backend{Now: clock}, v)), 0o666); err != nil {
		t.Fatal(err)
	}
	tb.Show(file, place)
}

func testKeys(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.Done()
	if none := browser.Eval[[]string](tb, `[...deck.keys.values()].filter(a => typeof deck.move[a] !== "function")`); len(none) > 0 {
		t.Errorf("keys do %v, which the page cannot", none)
	}
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
			tb.Do(chromedp.KeyEvent(k.keys))
		}
		tb.At(fmt.Sprintf("%q", k.keys), k.slide, k.step)
	}
	tb.Do(chromedp.KeyEvent("gg"))
	if got := browser.Eval[string](tb, `document.activeElement.id`); got != "s1" {
		t.Errorf("focus is on %q, want the slide", got)
	}
}

func testLinks(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.Done()
	show(t, tb, talk(), "#/14.1")
	tb.At("opening a deep link", 14, 1)
	if got := browser.Eval[int](tb, `document.querySelectorAll("#s14 .off").length`); got != 0 {
		t.Errorf("%d hidden elements at the last step", got)
	}
	tb.Do(browser.JS(`location.hash = "#/14"`))
	tb.At("changing the address", 14, 0)
	if got := browser.Eval[int](tb, `document.querySelectorAll("#s14 .off").length`); got != 2 {
		t.Errorf("%d hidden elements at the first step, want 2", got)
	}
	show(t, tb, everything(), "#/1")
	tb.Do(chromedp.Click(chromedp.CSS(`#s1 a[href="#s3"]`)))
	tb.At("following a link to a slide", 3, 0)
	show(t, tb, talk(), "#/99")
	tb.At("opening a slide that is not there", 35, 0)
	show(t, tb, talk(), "#/nonsense")
	tb.At("opening nonsense", 1, 0)
}

const rects = `[...document.querySelectorAll("#s14 .col")].flatMap(e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.width] })`

func testLayout(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.Done()
	show(t, tb, talk(), "#/14")
	r := browser.Eval[[]float64](tb, rects)
	if len(r) != 6 || r[1] != r[4] || r[0]+r[2] >= r[3] || r[5]/r[2] < 1.49 || r[5]/r[2] > 1.51 {
		t.Errorf("columns %v are not side by side at 2:3", r)
	}
	const lines = `[...document.querySelectorAll("#s14 .out .l")].every(l => l.getClientRects().length === 1 && l.offsetHeight < 1.7 * parseFloat(getComputedStyle(l).fontSize))`
	if !browser.Eval[bool](tb, lines) {
		t.Error("an output wraps though it fits")
	}
	sizes := browser.Eval[[]float64](tb, `["#s14", "#s14 .out pre", "#s14 .box:not(.out) pre"].map(s => parseFloat(getComputedStyle(document.querySelector(s)).fontSize))`)
	if sizes[1] != sizes[2] || sizes[2]/720 < 0.02199 || sizes[0] <= sizes[1] {
		t.Errorf("font sizes of body, output, code: %v", sizes)
	}
	tb.Do(chromedp.EmulateViewport(390, 844))
	tb.Settled()
	if r := browser.Eval[[]float64](tb, rects); r[0] != r[3] || r[1] == r[4] {
		t.Errorf("columns %v are not stacked on a phone", r)
	}
	if w := browser.Eval[int](tb, `document.documentElement.scrollWidth`); w > 390 {
		t.Errorf("the page is %d wide on a phone", w)
	}
}

func testFit(t *testing.T, ctx context.Context) {
	v := everything()
	tall := titled("Tall")
	for range 14 {
		tall.Blocks = append(tall.Blocks, para("A paragraph of its own."))
	}
	taller := titled("Taller", tall.Blocks...)
	taller.Blocks = append(taller.Blocks, append(tall.Blocks, tall.Blocks...)...)
	v.Deck.Slides = append(v.Deck.Slides, tall, taller)
	tb := open(t, ctx, v, 1280, 720)
	defer tb.Done()
	const over = `(s => s.scrollHeight - s.clientHeight)(document.querySelector(".on"))`
	const factor = `parseFloat(document.querySelector(".on").style.getPropertyValue("--fit") || 1)`
	tb.Do(browser.JS(`deck.go(4, 0)`))
	if n := browser.Eval[int](tb, over); n > 1 {
		t.Errorf("a long output makes its slide %d pixels too tall", n)
	}
	if f := browser.Eval[float64](tb, factor); f != 1 {
		t.Errorf("a long output shrinks its slide to %v", f)
	}
	if !browser.Eval[bool](tb, `(e => e.scrollHeight > e.clientHeight && e.tabIndex === 0)(document.querySelector(".on .out .in"))`) {
		t.Error("a long output does not scroll in its box")
	}
	tb.Do(browser.JS(`document.querySelector(".on .out .in").focus()`), chromedp.KeyEvent(kb.ArrowDown))
	tb.At("arrow down in a focused output", 5, 0)
	tb.Do(chromedp.KeyEvent(kb.ArrowRight))
	tb.At("arrow right in a focused output", 6, 0)
	tb.Do(browser.JS(`deck.go(10, 0)`))
	if n, f := browser.Eval[int](tb, over), browser.Eval[float64](tb, factor); n > 1 || f < 0.6 || f >= 1 {
		t.Errorf("a tall slide is %d pixels too tall at %v", n, f)
	}
	tb.Do(browser.JS(`deck.go(11, 0)`))
	if n, f := browser.Eval[int](tb, over), browser.Eval[float64](tb, factor); n < 10 || f != 0.6 {
		t.Errorf("a very tall slide is %d pixels too tall at %v, want it to scroll at 0.6", n, f)
	}
	tb.Do(chromedp.KeyEvent(kb.ArrowDown))
	tb.At("arrow down on a slide that scrolls", 12, 0)
	if browser.Eval[float64](tb, `document.querySelector(".on").scrollTop`) == 0 {
		t.Error("arrow down does not scroll")
	}
	tb.Do(chromedp.EmulateViewport(1920, 1080))
	tb.Settled()
	tb.Do(browser.JS(`deck.go(10, 0)`))
	if n := browser.Eval[int](tb, over); n > 1 {
		t.Errorf("after a resize: %d pixels too tall", n)
	}
}

func testDialogs(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.Done()
	tb.Do(chromedp.KeyEvent("?"))
	if !browser.Eval[bool](tb, `document.querySelector("#help").open`) {
		t.Error("? opens no help")
	}
	tb.Do(chromedp.KeyEvent(kb.Escape))
	tb.Do(chromedp.KeyEvent("/"))
	if n := browser.Eval[int](tb, `document.querySelectorAll("#index[open] li").length`); n != 35 {
		t.Errorf("the index lists %d slides", n)
	}
	tb.Do(chromedp.KeyEvent("kinda"))
	if n := browser.Eval[int](tb, `document.querySelectorAll("#index[open] li").length`); n != 1 {
		t.Errorf("the index lists %d slides with the word", n)
	}
	tb.Do(chromedp.KeyEvent(kb.Enter))
	tb.At("choosing from the index", 14, 0)
	tb.Do(chromedp.KeyEvent("b"))
	if !browser.Eval[bool](tb, `document.documentElement.classList.contains("black")`) {
		t.Error("b does not black out")
	}
	tb.Do(chromedp.KeyEvent(kb.ArrowRight))
	tb.At("the first key on a black screen", 14, 0)
}

func testOverview(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	defer tb.Done()
	tb.Do(chromedp.KeyEvent("o"))
	tb.Settled()
	if n := browser.Eval[int](tb, `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility()).length`); n != 35 {
		t.Errorf("the overview shows %d slides", n)
	}
	wide := browser.Eval[int](tb, `getComputedStyle(deckMain = document.querySelector("main")).gridTemplateColumns.split(" ").length`)
	tb.Do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.Enter))
	tb.At("choosing in the overview", 2+wide, 0)
	tb.Do(chromedp.KeyEvent(kb.Escape), chromedp.Click(chromedp.CSS("#s3")))
	tb.At("clicking in the overview", 3, 0)
}

func testPrint(t *testing.T, ctx context.Context) {
	for name, v := range map[string]*render.View{"talk": talk(), "everything": everything()} {
		tb := open(t, ctx, v, 1280, 720)
		pdf := browser.Run(tb, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		if got, want := strings.Count(string(pdf), "/Type /Page\n"), len(v.Deck.Slides); got != want {
			t.Errorf("%s: %d pages, want %d", name, got, want)
		}
		if *browser.Shots != "" {
			tb.Save(name+".pdf", pdf)
		}
		tb.At("printing", 1, 0)
		tb.Done()
	}
}

func testNoScript(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	browser.Call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	show(t, tb, talk(), "")
	shown := `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility({visibilityProperty: true})).length`
	if n := browser.Eval[int](tb, shown); n != 35 {
		t.Errorf("%d slides show without a script", n)
	}
	hidden := `[...document.querySelectorAll(".slide [data-step]")].filter(s => !s.checkVisibility({visibilityProperty: true})).length`
	if n := browser.Eval[int](tb, hidden); n != 0 {
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
	defer tb.Done()
	for _, scheme := range []string{"light", "dark"} {
		tb.Scheme(scheme)
		for i := range everything().Deck.Slides {
			tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 9)`, i)))
			for _, s := range browser.Eval[[]string](tb, contrastScript) {
				t.Errorf("%s, slide %d: contrast %s", scheme, i+1, s)
			}
		}
	}
}

// testMany makes sure that the time a step takes does not follow the size of the deck.
func testMany(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, many(10_000), 1280, 720)
	defer tb.Done()
	tb.At("loading", 1, 0)
	load := browser.Eval[float64](tb, `performance.timing.loadEventEnd - performance.timing.navigationStart`)
	const steps = `(async () => { const out = []; for (let i = 0; i < 12; i++) { const t = performance.now(); deck.move.next();
		await new Promise(f => requestAnimationFrame(() => setTimeout(f))); out.push(performance.now() - t); }
		return out.sort((a, b) => a - b)[6]; })()`
	step := browser.Run(tb, chromedp.Evaluate[float64](steps, chromedp.EvalAwaitPromise))
	t.Logf("10,000 slides: loaded in %.0f ms, next slide in %.1f ms", load, step)
	if load > 20_000 || step > 500 { // generous: what is tested is that neither explodes
		t.Errorf("10,000 slides: loaded in %.0f ms, next slide in %.1f ms", load, step)
	}
}

// testPolicyHolds makes sure that the policy is in force, should markup get past the escaping.
func testPolicyHolds(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, talk(), 1280, 720)
	tb.Do(browser.JS(`document.querySelector(".body").insertAdjacentHTML("beforeend",
		'<img src="x" onerror="window.pwned=1"><p id="styled" style="color:red">x</p><img src="https://example.org/x.png">')`))
	tb.Settled()
	if browser.Eval[bool](tb, `window.pwned === 1`) {
		t.Error("an event handler ran")
	}
	if got := browser.Eval[string](tb, `getComputedStyle(document.querySelector("#styled")).color`); got == "rgb(255, 0, 0)" {
		t.Error("a style attribute took effect")
	}
	if n := browser.Eval[int](tb, `performance.getEntriesByType("resource").filter(e => e.transferSize > 0).length`); n != 0 {
		t.Errorf("%d things were loaded", n)
	}
}

// testShots takes pictures for looking at, in the sizes and schemes that matter.
func testShots(t *testing.T, ctx context.Context) {
	if *browser.Shots == "" {
		t.Skip("no -shots")
	}
	for name, v := range map[string]*render.View{"talk": talk(), "all": everything(), "hall": hall()} {
		tb := open(t, ctx, v, 1280, 720)
		for _, size := range [][2]int64{{1280, 720}, {1920, 1080}, {390, 844}} {
			for _, scheme := range []string{"light", "dark"} {
				tb.Do(chromedp.EmulateViewport(size[0], size[1]))
				tb.Scheme(scheme)
				for i := range v.Deck.Slides {
					if name == "talk" && i != 0 && i != 13 && i != 14 {
						continue
					}
					tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 9)`, i)))
					tb.Settled()
					tb.Shoot(fmt.Sprintf("%s-%02d-%d-%s.png", name, i+1, size[0], scheme))
				}
			}
		}
		tb.Do(chromedp.EmulateViewport(1280, 720), chromedp.KeyEvent("o"))
		tb.Settled()
		tb.Shoot(name + "-overview.png")
		tb.Do(chromedp.KeyEvent("o"), chromedp.KeyEvent("?"))
		tb.Shoot(name + "-help.png")
		tb.Do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("/"))
		tb.Shoot(name + "-index.png")
	}
}
