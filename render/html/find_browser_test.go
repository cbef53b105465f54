//go:build browser

package html

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

const (
	found  = `[...document.querySelectorAll("#index[open] li")].map(e => e.textContent).join("|")`
	marked = `[...(CSS.highlights.get("found") || [])].map(String).join()`
)

// TestFind: words are found in titles, text, code and outputs, and a jump shows them, marked, at their step.
func TestFind(t *testing.T) {
	s := snippet("out", "go", "fmt.Println(1)\n")
	late := para("a Needle that comes late")
	late.Step = 1
	v := view(&slides.Deck{Slides: []*slides.Slide{
		titled("First"), titled("Second", para("it ends"), para("here"), late), titled("Third", listing(s)), titled("needle"),
	}}, slides.Results{s.Key: printed("haystack <b>\n", 1)})
	v.Deck.Slides[1].Steps = 2
	tb := open(t, browser.Start(t), v, 1280, 720)
	press := func(keys string) { tb.Do(chromedp.KeyEvent(keys)) }
	press("/")
	press("needle")
	tb.Until(found + ` === "4needle|2Second\nSecond\nit ends\nhere\na Needle that comes late"`)
	if got := browser.Eval[string](tb, `document.querySelector("#index mark").textContent + ", " + document.querySelector("#index [role=status]").textContent`); got != "Needle, 2 found" {
		t.Errorf("marked in the list, and said: %s", got)
	}
	tb.Axe("words found", browser.Axe(t))
	press(kb.ArrowDown + kb.ArrowDown + kb.Enter)
	tb.At("choosing what was found", 2, 1)
	if got := browser.Eval[string](tb, marked); got != "Needle" {
		t.Errorf("marked on the slide: %q", got)
	}
	again := func() { tb.Do(browser.JS(`deck.move.index()`), chromedp.KeyEvent(kb.Enter)) } // a key that this library presses also writes a slash
	again()
	tb.At("the next one", 4, 0)
	again()
	tb.At("the first one again", 2, 1)
	press("n")
	if got := browser.Eval[string](tb, marked); got != "" {
		t.Errorf("still marked on the next slide: %q", got)
	}
	for words, want := range map[string]string{"fmt.println(": "fmt.Println(", "HAYSTACK <b>": "haystack,<b>"} {
		press("/")
		press(words + kb.Enter)
		tb.At("code and outputs", 3, 0)
		if got := browser.Eval[string](tb, marked); got != want {
			t.Errorf("%q marks %q, want %q", words, got, want)
		}
		press("p")
	}
	for words, want := range map[string]string{"endshere": "", "copy": "", "4": "4needle", "in the deck": ""} {
		press("/")
		press(words)
		if got := browser.Eval[string](tb, found); got != want {
			t.Errorf("%q finds %q, want %q", words, got, want)
		}
		press(kb.Escape)
	}
	tb.Done()
}

// BenchmarkFind is the time from a key that is typed into the index of a deck until what it finds is
// laid out, with the first key after the page was loaded.
func BenchmarkFind(b *testing.B) {
	ctx := browser.Start(b)
	var ms []float64
	for b.Loop() {
		tb := open(b, ctx, many(1000), 1280, 720)
		tb.Do(browser.JS(`deck.move.index()`))
		ms = append(ms, browser.Eval[[]float64](tb, `(async () => { const out = [], i = document.querySelector("#index input");
			for (const n of "program".split("").keys()) {
				await new Promise(f => setTimeout(f, 150)); // nobody types faster
				const t = performance.now();
				i.value = "program".slice(0, n + 1);
				i.oninput();
				document.querySelector("#index ol").scrollHeight;
				out.push(performance.now() - t);
			} return out; })()`)...)
	}
	slices.Sort(ms)
	b.ReportMetric(ms[len(ms)/2], "p50-ms")
	b.ReportMetric(ms[len(ms)-1], "max-ms")
	b.ReportMetric(0, "ns/op")
}
