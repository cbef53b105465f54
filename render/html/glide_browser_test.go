//go:build browser

package html

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	model "github.com/slidexec/slidexec/slides"
)

// gliding returns the lines that are on their way, with the place where they come from.
const gliding = `document.getAnimations().filter(a => a.effect.target?.matches?.(".l")).map(a => a.effect.target.textContent.trim() + ": " + (a.effect.getKeyframes()[0].transform || "fades in").replace(/[\d.]+px/g, (n) => parseFloat(n) ? "n" : "0")).join(", ")`

// settle waits until nothing moves any more and the page has measured the slide.
func settle(tb *tab) {
	tb.Until(`document.getAnimations().length === 0`)
	tb.Do(browser.JS(`window.rested = 0; requestIdleCallback(() => requestIdleCallback(() => { window.rested = 1; }))`))
	tb.Until(`window.rested === 1`)
}

func sorted(list string) string {
	all := strings.Split(list, ", ")
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// TestGlide: lines that two neighbouring slides have in common move from where they were, new ones fade
// in, and nothing moves where there is nothing to see or nobody wants to.
func TestGlide(t *testing.T) {
	d := &model.Deck{}
	for _, code := range []string{"one\ntwo\nthree\n", "zero\none\ntwo\nthree\n", "two\nfour\n", "another\nprogram\naltogether\n", "another\nprogram\naltogether\n"} {
		d.Slides = append(d.Slides, titled("Code", listing(snippet("", "bash", code))))
	}
	tb := open(t, browser.Start(t), view(d, nil), 1280, 720)
	for i, want := range []string{
		"zero: fades in, one: translate(0, -n) scale(1), two: translate(0, -n) scale(1), three: translate(0, -n) scale(1)",
		"two: translate(0, n) scale(1), four: fades in",
		"", // another program
		"", // everything stays where it was
	} {
		settle(tb)
		tb.Do(chromedp.KeyEvent("n"))
		if got := browser.Eval[string](tb, gliding); sorted(got) != sorted(want) {
			t.Errorf("to slide %d: %s\nwant %s", i+2, got, want)
		}
	}
	settle(tb)
	tb.Do(chromedp.KeyEvent("1G"))
	if got := browser.Eval[string](tb, gliding); got != "" {
		t.Errorf("a jump moves %s", got)
	}
	tb.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent("p"), chromedp.KeyEvent("n"))
	tb.Shows(1, 0)
	settle(tb)
	browser.Call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	tb.Do(chromedp.KeyEvent("p"))
	if got := browser.Eval[string](tb, gliding); got != "" {
		t.Errorf("a reader who wants no motion sees %s", got)
	}
	tb.Done()
}

// TestGlideWithin: another version of a block that a step shows comes out of the block before it.
func TestGlideWithin(t *testing.T) {
	first, second := listing(snippet("", "bash", "one\ntwo\n")), listing(snippet("", "bash", "zero\none\ntwo\n"))
	second.Step = 1
	d := &model.Deck{Slides: []*model.Slide{titled("Versions", columns([]int{1, 1}, []model.Block{first}, []model.Block{second}))}}
	d.Slides[0].Steps = 2
	tb := open(t, browser.Start(t), view(d, nil), 1280, 720)
	settle(tb)
	tb.Do(chromedp.KeyEvent(" "))
	if got := browser.Eval[string](tb, gliding); sorted(got) != sorted("one: translate(-n, -n) scale(1), two: translate(-n, -n) scale(1), zero: fades in") {
		t.Errorf("on their way: %s", got)
	}
	tb.Do(chromedp.KeyEvent("p"))
	if got := browser.Eval[string](tb, gliding); got != "" {
		t.Errorf("after the next key: %s", got)
	}
	tb.Done()
}

// flying returns the copies of words above the slide, each with its way or what it does.
const flying = `[...document.querySelectorAll("body>pre[aria-hidden=true]>span")].map(e => { const [a] = e.getAnimations(); if (!a) return e.textContent + " stays";
	const f = a.effect.getKeyframes(); return e.textContent + " " + (f[0].transform?.replace(/[\d.]+px/g, (n) => parseFloat(n) > 1 ? "n" : "0") || (+f[0].opacity ? "fades out" : "fades in")); }).join(", ")`

// TestGlideWords: in a line that has changed, the words that it kept move; new ones fade in, old ones fade out, and so
// do the words of lines that are gone. The copies end where the words are, and the slide itself stays as it was.
func TestGlideWords(t *testing.T) {
	d := &model.Deck{}
	for _, code := range []string{
		"func main() {\n\tprint(a)\n}\n", "import b\nfunc main(c) {\n\tprint(a)\n}\n", "func main(c) {\n\tprint(a)\n}\n", "func main(c) {\n\tprint(a)\n}\n",
	} {
		s := snippet("", "go", code)
		s.Show.LineNumbers = true
		d.Slides = append(d.Slides, titled("Code", listing(s)))
	}
	tb := open(t, browser.Start(t), view(d, nil), 1280, 720)
	content := `document.querySelector(".slide.on code").outerHTML`
	for i, want := range []string{
		"func translate(0, -n) scale(1), main translate(0, -n) scale(1), ( translate(0, -n) scale(1), c fades in, ) translate(-n, -n) scale(1), { translate(-n, -n) scale(1)",
		"import fades out, b fades out",
		"", // nothing has changed, wherever it has come from
	} {
		settle(tb)
		tb.Do(chromedp.KeyEvent("n"))
		if got := browser.Eval[string](tb, flying); got != want {
			t.Errorf("to slide %d: %s\nwant %s", i+2, got, want)
		}
		if i == 0 {
			tb.Do(browser.JS(`for (const a of document.getAnimations()) { a.pause(); a.currentTime = 419.9; }`))
			before := browser.Eval[[]string](tb, `[...document.querySelectorAll("body>pre>span")].map(e => e.textContent + " " + Math.round(e.getBoundingClientRect().x) + "," + Math.round(e.getBoundingClientRect().y))`)
			after := browser.Eval[[]string](tb, `(() => { const l = document.querySelectorAll(".slide.on .l")[1], w = document.createTreeWalker(l, 4), r = document.createRange(), out = [];
				for (let n; n = w.nextNode();) for (const m of n.data.matchAll(/\w+|[^\s\w]/g)) { r.setStart(n, m.index); r.setEnd(n, m.index + m[0].length); const b = r.getBoundingClientRect(); out.push(m[0] + " " + Math.round(b.x) + "," + Math.round(b.y)); }
				return out; })()`)
			if !slices.Equal(before, after) {
				t.Errorf("the copies end at %v\nthe words are at %v", before, after)
			}
			tb.Do(browser.JS(`for (const a of document.getAnimations()) a.currentTime = 180`))
			hidden := browser.Eval[float64](tb, `(() => { const l = document.querySelectorAll(".slide.on .l")[1], r = document.createRange(); r.selectNodeContents(l); const b = l.getBoundingClientRect();
				return b.right - parseFloat(getComputedStyle(l).clipPath.split(" ")[1]) - r.getBoundingClientRect().left; })()`)
			if math.Abs(hidden) > 1 {
				t.Errorf("beside the copies, the line is to be seen up to %v px after its beginning", hidden)
			}
			tb.Shoot("words")
			tb.Do(browser.JS(`for (const a of document.getAnimations()) a.play()`))
		}
		slide := browser.Eval[string](tb, content)
		settle(tb)
		if browser.Eval[string](tb, content) != slide || browser.Eval[bool](tb, `!!document.querySelector("body>pre")`) {
			t.Errorf("slide %d is not as it was, or copies stay above it", i+2)
		}
		if clip := browser.Eval[string](tb, `getComputedStyle(document.querySelectorAll(".slide.on .l")[1]).clipPath`); clip != "none" {
			t.Errorf("on slide %d, code stays hidden: %s", i+2, clip)
		}
	}
	settle(tb)
	tb.Do(chromedp.KeyEvent("p"), chromedp.KeyEvent("x"))
	if got := browser.Eval[string](tb, flying+`+`+gliding); got != "" {
		t.Errorf("after the next key: %s", got)
	}
	tb.Done()
}

// TestGlideBounds: what a box does not show is not put above the slide, and of long code only so much is.
func TestGlideBounds(t *testing.T) {
	long := strings.Repeat("some(words, in, a, line)\n", 150)
	wide := strings.Repeat("w ", 200) + "\n"
	d := &model.Deck{Slides: []*model.Slide{
		titled("Code", listing(snippet("", "bash", "first\n"+wide+long))), titled("Code", listing(snippet("", "bash", "other\n"+long))),
	}}
	tb := open(t, browser.Start(t), view(d, nil), 1280, 720)
	settle(tb)
	tb.Do(chromedp.KeyEvent("n"))
	if got := browser.Eval[string](tb, flying); got != "first fades out" {
		t.Errorf("above the slide: %s", got)
	}
	settle(tb)
	tb.Do(chromedp.KeyEvent("p"))
	if got := browser.Eval[int](tb, `document.querySelectorAll("body>pre>span").length`); got > 400 {
		t.Errorf("%d words above the slide", got)
	}
	tb.Done()
}
