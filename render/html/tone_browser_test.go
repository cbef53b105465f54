//go:build browser

package html

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

const paperColor = `getComputedStyle(document.documentElement).backgroundColor`

// TestTone: a page is light or dark as the deck says, or else the system; the reader's key changes it, also the
// colours of code, and the choice is there when the page is read again. Paper is light.
func TestTone(t *testing.T) {
	const light, dark = "rgb(252, 251, 248)", "rgb(21, 23, 28)"
	tb := open(t, browser.Start(t), talk(), 1280, 720)
	is := func(what, want string) {
		t.Helper()
		if got := browser.Eval[string](tb, paperColor); got != want {
			t.Errorf("%s: the page is %s, want %s", what, got, want)
		}
	}
	tb.Scheme("dark")
	is("as the system is", dark)
	words := `[...document.querySelectorAll(".hk,.hs,.hf")].map(e => getComputedStyle(e).color).join()`
	was := browser.Eval[string](tb, words)
	tb.Do(chromedp.KeyEvent("D"))
	is("after the key", light)
	if browser.Eval[string](tb, words) == was {
		t.Error("the colours of code stay dark")
	}
	tb.Reload()
	is("read again", light)
	tb.Do(chromedp.KeyEvent("D"))
	is("after the key once more", dark)
	if kept := browser.Eval[int](tb, `localStorage.length`); kept != 0 {
		t.Errorf("%d values are kept though the reader is back at the system's colours", kept)
	}
	v := talk()
	v.Deck.Meta.Look = &slides.Theme{Values: map[string]string{"default.colors.background": "#15171c"}}
	show(t, tb, v, "")
	tb.Scheme("light")
	is("a deck with a dark theme", dark)
	tb.Do(chromedp.KeyEvent("D"))
	is("a reader's choice over the deck's", light)
	tb.Do(chromedp.KeyEvent("D"))
	browser.Call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	if got := browser.Eval[string](tb, paperColor+` + getComputedStyle(document.querySelector(".t")).color`); got != "rgb(255, 255, 255)rgb(29, 31, 36)" {
		t.Errorf("printed in %s, want dark on white", got)
	}
	tb.Done()
}
