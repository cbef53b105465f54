//go:build browser

package html

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

// TestPair: a file with notes opens a desk of its own, which moves with the slides and shows the notes;
// either may be read again, and the desk says when the slides are closed.
func TestPair(t *testing.T) {
	v := talk()
	for i, s := range v.Deck.Slides {
		s.Notes = []slides.Note{{Text: "say <b>" + string(rune('a'+i))}}
	}
	file := filepath.Join(t.TempDir(), "talk.html")
	if err := os.WriteFile(file, []byte(draw(t, &Backend{Now: clock, Notes: true}, v)), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx := browser.Start(t)
	hall := browser.Open(t, ctx, "", 1280, 720)
	hall.Show(file, "")
	if none := browser.Eval[[]string](hall, `[...deck.keys.values()].filter(a => typeof deck.move[a] !== "function")`); len(none) > 0 {
		t.Errorf("keys do %v, which the page cannot", none)
	}
	hall.Do(chromedp.KeyEvent("n"))
	opened := chromedp.WaitNewTarget(hall.Ctx, func(i *target.Info) bool { return i.Type == "page" })
	hall.Do(chromedp.KeyEvent("s"))
	desk := browser.Open(t, ctx, "", 1280, 800, chromedp.WithTargetID(<-opened))
	desk.Until(`document.querySelector("#memos .due")?.textContent === "say <b>b"`)
	desk.Do(chromedp.KeyEvent("n"))
	hall.Until(`deck.at()[0] === 2`)
	hall.Do(chromedp.KeyEvent(kb.End))
	desk.Until(`deck.at()[0] === deck.slides().length - 1`)
	desk.Do(chromedp.KeyEvent("gg"), chromedp.KeyEvent("b"), chromedp.KeyEvent("t"))
	hall.Until(`deck.at()[0] === 0 && document.documentElement.classList.contains("black")`)
	desk.Until(`document.querySelector("#timer").textContent === "pause"`)
	if browser.Eval[bool](desk, `document.documentElement.classList.contains("black")`) {
		t.Error("the desk is black itself")
	}
	hall.Do(chromedp.KeyEvent("b"))
	desk.Until(`document.querySelector("#black").getAttribute("aria-pressed") === "false"`)
	desk.Do(chromedp.KeyEvent("2G"))
	hall.Until(`deck.at()[0] === 1`)
	hall.Reload()
	desk.Do(chromedp.KeyEvent("n"))
	hall.Until(`deck.at()[0] === 2`)
	hall.Do(chromedp.Navigate("about:blank"))
	desk.Until(`document.documentElement.classList.contains("lost")`)
	desk.Done()
	desk.Axe("the desk of a file", browser.Axe(t))
}

// TestPairTrustsNobody: windows that are not the other one cannot move the talk, and no message makes
// markup.
func TestPairTrustsNobody(t *testing.T) {
	v := talk()
	file := filepath.Join(t.TempDir(), "talk.html")
	if err := os.WriteFile(file, []byte(draw(t, &Backend{Now: clock, Notes: true}, v)), 0o666); err != nil {
		t.Fatal(err)
	}
	tb := browser.Open(t, browser.Start(t), "", 1280, 720)
	tb.Show(file, "")
	tb.Do(browser.JS(`window.postMessage({slidexec: 1, stage: {slide: 2, step: 0}}, "*")`), browser.JS(`new Promise(f => setTimeout(f, 100))`))
	tb.Until(`deck.at()[0] === 0`)
	tb.Done()
}
