//go:build browser

package html

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// hall returns the kinds of slides that a talk is made of: a first slide, points, a program with its
// output, a table, code beside its output, and a statement.
func hall() *render.View {
	d := &slides.Deck{Meta: slides.Meta{
		Title: []slides.Line{words("What your allocator does while you sleep")}, SubTitle: []slides.Line{words("Finding 40 % of a service's latency with three shell commands")},
		Author: "Ada Example", Event: "Systems Conf", Location: "Oslo", Date: "2026-11-26",
	}}
	results := slides.Results{}
	d.Slides = append(d.Slides, &slides.Slide{Intro: true, Steps: 1})
	d.Slides = append(d.Slides, titled("Why this talk", bullets("Our p99 went from 18 ms to 41 ms after a \"harmless\" upgrade", "No code path changed, the profiler showed nothing", "It was malloc"),
		&slides.Quote{Blocks: []slides.Block{para("\"The profiler was not lying. We asked it the wrong question.\"")}}, para("Let us look at what it does.")))
	count := snippet("count", "python", "import collections, time\nwords = \"malloc free malloc malloc free realloc\".split()\n\nc = collections.Counter(words)\nfor name, n in c.most_common():\n    print(f\"{name:10} {'█' * n} {n}\")\n")
	results[count.Key] = printed("malloc     ███ 3\nfree       ██ 2\nrealloc    █ 1\n", 21*time.Millisecond)
	d.Slides = append(d.Slides, titled("Count the calls", listing(count), para("Three times as many malloc as realloc.")))
	numbers := &slides.Table{Aligns: []slides.Align{slides.AlignDefault, slides.AlignRight, slides.AlignRight, slides.AlignRight, slides.AlignDefault}}
	row := func(cells string) (r slides.Row) {
		for _, c := range strings.Split(cells, "|") {
			r.Cells = append(r.Cells, words(c))
		}
		return r
	}
	numbers.Head = row("allocator|p50|p99|RSS|notes")
	for _, cells := range []string{"glibc 2.31|2.1 ms|18 ms|410 MB|the old one", "glibc 2.36|2.2 ms|41 ms|690 MB|per-thread arenas",
		"jemalloc 5.3|1.9 ms|12 ms|380 MB|background threads", "mimalloc 2.1|1.8 ms|11 ms|402 MB|free list sharding"} {
		numbers.Rows = append(numbers.Rows, row(cells))
	}
	d.Slides = append(d.Slides, titled("Numbers", numbers, para("See the write-up and MALLOC_ARENA_MAX.")))
	slide, r := isolationSlide()
	for k, v := range r {
		results[k] = v
	}
	d.Slides = append(d.Slides, slide, titled("Questions?"))
	lines := snippet("", "go", strings.Repeat("func f(n int) int { return n * f(n-1) } // and so on, and so on, in many words\n", 70))
	lines.Exec.Mode = slides.NotExecutable
	long := listing(lines)
	long.Frames = []slides.Frame{{Step: 0, Lines: []slides.Range{{From: 1, To: 5}}}, {Step: 1, Lines: []slides.Range{{From: 60, To: 65}}}}
	shown := titled("Long code", long)
	shown.Steps = 2
	d.Slides = append(d.Slides, shown)
	return view(d, results)
}

// sizesOf returns, in hundredths of the slide's height, the size of the text of a selector's elements.
const sizesOf = `((s) => [...document.querySelectorAll(".on " + s)].filter((e) => e.checkVisibility()).map((e) => Math.round(1e4 * parseFloat(getComputedStyle(e).fontSize) / innerHeight) / 100))`

// testLegible measures what the last row reads, on screens of several shapes.
func testLegible(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, hall(), 1280, 720)
	defer tb.Done()
	sizes := func(selector string) []float64 {
		t.Helper()
		return browser.Eval[[]float64](tb, sizesOf+`("`+selector+`")`)
	}
	all := func(what, selector string, low, high float64) {
		t.Helper()
		got := sizes(selector)
		if len(got) == 0 || slices.Min(got) < low-.01 || slices.Max(got) > high+.01 {
			t.Errorf("%s: %v, want %v to %v %% of the height", what, got, low, high)
		}
	}
	for _, size := range [][2]int64{{1280, 720}, {1920, 1080}, {3840, 2160}} {
		tb.Do(chromedp.EmulateViewport(size[0], size[1]))
		tb.Settled()
		for _, c := range []struct {
			slide          int
			what, selector string
			low, high      float64
		}{
			{0, "the first slide's title", ".intro>.t", 9, 11}, {0, "the first slide's small text", ".intro>.when", 3, 4.2},
			{1, "points of a sparse slide", "li", 5, 5.6}, {1, "a title", ".t", 6.7, 9.1},
			{2, "a program", "pre", 3, 4}, {2, "text below a program", "p", 4.2, 5.6}, {2, "captions", "figcaption>span", 1.66, 2.6},
			{3, "a table", "td", 4.2, 5.6}, {4, "code in columns", "pre", 2.2, 3}, {4, "text below columns", "li", 3.4, 4.2},
			{5, "a statement", ".t", 9, 11}, {6, "long code", "pre", 2.2, 3}, {6, "footer", "footer", 1.66, 2},
		} {
			tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 9)`, c.slide)))
			all(fmt.Sprintf("%v: %s", size, c.what), c.selector, c.low, c.high)
			if n := browser.Eval[int](tb, `(s => s.scrollHeight - s.clientHeight)(document.querySelector(".on"))`); n > 0 {
				t.Errorf("%v: slide %d is %d pixels too tall", size, c.slide+1, n)
			}
		}
		tb.Do(browser.JS(`deck.go(4, 9)`))
		if got := sizes("pre"); len(got) != 2 || got[0] != got[1] {
			t.Errorf("%v: code and output have the sizes %v", size, got)
		}
		if left := browser.Eval[float64](tb, `(() => { const l = document.querySelector(".on .box:not(.out) .l"), r = document.createRange(); r.selectNodeContents(l);
			return (r.getBoundingClientRect().left - l.getBoundingClientRect().left) / parseFloat(getComputedStyle(l).fontSize); })()`); left > .1 {
			t.Errorf("%v: code begins %v em after the edge of its box", size, left)
		}
	}
	tb.Do(chromedp.EmulateViewport(1280, 720), browser.JS(`deck.go(5, 0)`))
	tb.Settled()
	if off := browser.Eval[float64](tb, `(() => { const r = document.createRange(); r.selectNodeContents(document.querySelector(".on .t")); const b = r.getBoundingClientRect();
		return Math.max(Math.abs(b.left + b.right - innerWidth) / 2, Math.abs(b.top + b.bottom - innerHeight) / 2); })()`); off > 40 {
		t.Errorf("a statement is %v pixels off the middle", off)
	}
}

// testWrap makes sure that lines that wrap have a mark, and others have none: nothing that a screen reader
// would say or that takes long to draw.
func testWrap(t *testing.T, ctx context.Context) {
	sn := snippet("", "text", "short\n"+strings.Repeat("word ", 60)+"\nnext\n")
	v := view(&slides.Deck{Slides: []*slides.Slide{titled("Wrap", listing(sn))}}, nil)
	tb := open(t, ctx, v, 1280, 720)
	defer tb.Done()
	// a mark is there if the place where it is drawn, 1.6 em below the top, is in the line
	marks := browser.Eval[[]bool](tb, `[...document.querySelectorAll(".on .l")].map((l) => l.clientHeight > 1.6 * parseFloat(getComputedStyle(l).fontSize))`)
	if !slices.Equal(marks, []bool{false, true, false}) {
		t.Errorf("marks on lines: %v", marks)
	}
	for _, el := range []string{"::before", "::after"} {
		if got := browser.Eval[string](tb, `getComputedStyle(document.querySelectorAll(".on .l")[1], "`+el+`").content`); got != "none" {
			t.Errorf("%s of a line is %s", el, got)
		}
	}
}

// testReach makes sure that what a step is about is on screen, and that a box says how much of it is not.
func testReach(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, hall(), 1280, 720)
	defer tb.Done()
	const hidden = `(() => { const box = document.querySelector(".on .in").getBoundingClientRect(); return [...document.querySelectorAll(".on .l:not(.dim)")]
		.filter((l) => { const r = l.getBoundingClientRect(); return r.top < box.top || r.bottom > Math.min(box.bottom, innerHeight); }).length; })()`
	const cut = `document.querySelector(".on .box").dataset.cut || ""`
	for step, more := range []bool{true, false, true} { // at step 1, it is at its end
		tb.Do(browser.JS(fmt.Sprintf(`deck.go(6, %d)`, step%2)))
		tb.Settled()
		if n := browser.Eval[int](tb, hidden); n > 0 {
			t.Errorf("step %d: %d of the lines that it is about are off screen", step%2, n)
		}
		if got := browser.Eval[string](tb, cut); strings.HasPrefix(got, "… ") != more {
			t.Errorf("step %d: the box says %q", step%2, got)
		}
	}
	tb.Do(browser.JS(`document.querySelector(".on .in").scrollTop = 1e6`))
	tb.Settled()
	if got := browser.Eval[string](tb, cut); got != "" {
		t.Errorf("at its end, the box says %q", got)
	}
	tb.Do(browser.JS(`document.querySelector(".on .in").scrollTop = 0`))
	tb.Settled()
	shown := browser.Eval[int](tb, `(() => { const box = document.querySelector(".on .box"), end = box.getBoundingClientRect().top + parseFloat(box.style.getPropertyValue("--cut"));
		return [...box.querySelectorAll(".l")].filter((l) => l.getBoundingClientRect().bottom <= end + 2).length; })()`)
	if got, want := browser.Eval[string](tb, cut), fmt.Sprintf("… %d more lines", 70-shown); got != want {
		t.Errorf("with %d lines on screen, the box says %q", shown, got)
	}
}

// testClose closes dialogs with the pointer.
func testClose(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, hall(), 1280, 720)
	defer tb.Done()
	for _, key := range []string{"?", "/"} {
		tb.Do(chromedp.KeyEvent(key))
		tb.Until(`document.querySelector("dialog[open]")`)
		if key == "?" {
			tb.Click(middle(tb, "#help h2")) // not a command
		}
		if browser.Eval[int](tb, `document.querySelectorAll("dialog[open]").length`) != 1 && key == "?" {
			t.Errorf("a click in the dialog of %s closes it", key)
		}
		tb.Do(chromedp.MouseClickXY(8, 8))
		tb.Until(`!document.querySelector("dialog[open]")`)
	}
	for _, key := range []string{"p", "r"} { // Ctrl P prints, Ctrl R loads again
		if !browser.Eval[bool](tb, `dispatchEvent(new KeyboardEvent("keydown", {key: "`+key+`", ctrlKey: true, cancelable: true}))`) {
			t.Errorf("the page takes Ctrl %s from the browser", key)
		}
	}
}
