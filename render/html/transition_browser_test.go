//go:build browser

package html

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	model "github.com/slidexec/slidexec/slides"
)

// turning returns a page of four slides, the second with two steps, that shows a transition which takes long.
func turning(t *testing.T, tb *tab, style, lang string) {
	t.Helper()
	d := &model.Deck{Meta: model.Meta{Lang: lang}}
	for i := range 4 {
		d.Slides = append(d.Slides, titled(fmt.Sprintf("Slide %d", i+1), para("one")))
	}
	second := para("two")
	second.Step = 1
	d.Slides[1].Blocks = append(d.Slides[1].Blocks, second)
	d.Slides[1].Steps = 2
	file := filepath.Join(t.TempDir(), "deck.html")
	page := draw(t, &Backend{Now: clock, Transition: Transition{Style: style, Duration: 9 * time.Second}}, view(d, nil))
	if err := os.WriteFile(file, []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
	tb.Show(file, "")
}

// turns are the pictures of slides that are on their way, with what is done with them.
const turns = `document.getAnimations().filter(a => a.effect.pseudoElement?.includes("(root)")).map(a => a.effect.pseudoElement.replace(/::view-transition-|\(root\)/g, "") + " " +
	a.animationName.replace("-ua-view-transition-", "")).filter(s => !s.includes("blend")).sort().join(", ")`

// halfway stops what moves in the middle of it.
func halfway(tb *tab) {
	tb.Do(browser.JS(`for (const a of document.getAnimations()) { a.pause(); a.currentTime = a.effect.getComputedTiming().duration / 2; }`))
}

// TestTransition: a neighbour comes in by the transition that the page has, on the side of where the talk goes.
func TestTransition(t *testing.T) {
	tb := browser.Open(t, browser.Start(t), "", 1280, 720)
	for _, tt := range []struct{ style, lang, want string }{
		{"fade", "en", "new fade-in, old fade-out"}, {"slide", "en", "new turn-in, old turn-out"}, {"slide", "he", "new turn-in, old turn-out"}, {"collapse", "en", "old turn-away"},
	} {
		turning(t, tb, tt.style, tt.lang)
		tb.Do(chromedp.KeyEvent("n"))
		tb.Until(turns + ` === "` + tt.want + `"`)
		tb.Shows(1, 0)
		halfway(tb)
		tb.Shoot("turn-" + tt.style + "-" + tt.lang)
		if got := browser.Eval[string](tb, `getComputedStyle(document.documentElement, "::view-transition-new(root)").animationDuration.split(",")[0]`); tt.style != "collapse" && got != "9s" {
			t.Errorf("%s takes %s", tt.style, got)
		}
		way := func() string {
			return browser.Eval[string](tb, `getComputedStyle(document.documentElement).getPropertyValue("--way")`)
		}
		ahead, back := "100%", "-100%"
		if tt.lang == "he" {
			ahead, back = back, ahead
		}
		if got := way(); got != ahead {
			t.Errorf("%s in %s: the next slide comes from %s", tt.style, tt.lang, got)
		}
		tb.Do(chromedp.KeyEvent("p"))
		tb.Shows(0, 0)
		tb.Until(turns + ` === "` + tt.want + `"`)
		if got := way(); got != back {
			t.Errorf("%s in %s: the slide before comes from %s", tt.style, tt.lang, got)
		}
	}
	tb.Done()
}

// TestTransitionWaits: no key waits for a transition, and each finds the talk where the keys before it left it.
// What nobody wants to see moving does not move.
func TestTransitionWaits(t *testing.T) {
	tb := browser.Open(t, browser.Start(t), "", 1280, 720)
	turning(t, tb, "slide", "en")
	press := func(keys string) string {
		return `for (const key of ` + keys + `) document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));`
	}
	tb.Do(browser.JS(press(`["n", "n", "n", "p", "x"]`))) // in one frame: no picture was taken yet
	tb.At("four keys at once", 3, 0)
	tb.Do(browser.JS(press(`["n", "x"]`)), chromedp.KeyEvent("x"))
	if got := browser.Eval[string](tb, turns); got != "" {
		t.Errorf("after the next key, %s goes on", got)
	}
	for _, k := range []struct {
		keys        string
		slide, step int
	}{{"2G", 2, 0}, {"l", 2, 1}, {"h", 2, 0}, {"gg", 1, 0}, {"p", 1, 0}, {"G", 4, 0}, {"n", 4, 0}} {
		tb.Do(chromedp.KeyEvent(k.keys))
		tb.At(k.keys, k.slide, k.step)
		if got := browser.Eval[string](tb, turns); got != "" {
			t.Errorf("%s: %s, though it is no way to a neighbour", k.keys, got)
		}
	}
	for what, script := range map[string]string{
		"a speaker's view":           `document.documentElement.classList.add("sp")`,
		"a browser that has nothing": `document.startViewTransition = undefined`,
		"a reader without motion":    ``,
	} {
		turning(t, tb, "slide", "en")
		motion := "no-preference"
		if script == "" {
			motion = "reduce"
		}
		browser.Call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: motion}}})
		tb.Do(browser.JS(script+";0"), chromedp.KeyEvent("n"))
		if at := browser.Eval[int](tb, `deck.at()[0]`); at != 1 || browser.Eval[string](tb, turns) != "" {
			t.Errorf("%s: slide %d, %s", what, at+1, browser.Eval[string](tb, turns))
		}
	}
	tb.Done()
}
