//go:build browser

package html

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

// TestCopy: a button copies code as it was written and output as it was printed, by mouse and by keyboard, in a
// page from a file; it shows while it is of use, and says what it did.
func TestCopy(t *testing.T) {
	s := snippet("", "makefile", "")
	s.Exec.Mode = slides.NotExecutable
	s.Show.Tabbed, s.Show.LineNumbers = []string{"\tcc -o x\tx.c", "", "\t\t# <done>"}, true
	s.Show.Lines = []string{"    cc -o x    x.c", "", "        # <done>"}
	out := snippet("out", "bash", "true\n")
	v := view(&slides.Deck{Slides: []*slides.Slide{titled("Copy", listing(s), placed(out)), titled("No code")}},
		slides.Results{out.Key: printed("a\tb\n\x1b[31mred\x1b[0m\n", 1)})
	tb := open(t, browser.Start(t), v, 1280, 720)
	tb.Do(browser.JS(`addEventListener("copy", (e) => { window.copied = e.target.value; }); Object.defineProperty(navigator, "clipboard", {value: {writeText: () => Promise.reject()}})`))
	tb.Until(`document.querySelectorAll(".on .cp").length === 2`)
	const shown = `getComputedStyle(document.querySelector(".on .cp")).opacity`
	if browser.Eval[string](tb, shown) != "0" {
		t.Error("the button shows before anybody needs it")
	}
	if got := browser.Eval[string](tb, `[...document.querySelectorAll(".on .cp")].map(e => e.ariaLabel).join()`); got != "Copy code · makefile,Copy output · out" {
		t.Errorf("the buttons are %s", got)
	}
	at := browser.Eval[browser.Point](tb, `(r => ({X: r.left + r.width / 2, Y: r.top + r.height / 2}))(document.querySelector(".on .cp").getBoundingClientRect())`)
	tb.Mouse(at)
	tb.Until(shown + ` === "1"`)
	tb.Click(at)
	tb.Until(`window.copied !== undefined && document.querySelector("#live").textContent === "copied"`)
	if got, want := browser.Eval[string](tb, `copied`), "\tcc -o x\tx.c\n\n\t\t# <done>\n"; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	tb.At("a click on the button", 1, 0)
	tb.Do(browser.JS(`document.querySelector(".on .out>.cp").focus()`), chromedp.KeyEvent(kb.Enter))
	tb.Until(`copied === "a\tb\nred\n"`)
	if !browser.Eval[bool](tb, `document.activeElement.matches(".cp")`) {
		t.Error("the focus is lost")
	}
	tb.Do(chromedp.KeyEvent("n"))
	tb.At("a key after the copy", 2, 0)
	tb.Done()
	tb.Axe("copy buttons", browser.Axe(t))
}
