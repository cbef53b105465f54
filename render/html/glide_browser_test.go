//go:build browser

package html

import (
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

// settle waits until the page has measured the slide.
func settle(tb *tab) {
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
