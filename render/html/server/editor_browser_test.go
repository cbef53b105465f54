//go:build browser

package server

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

// Programs that are changed on the stage.

func TestEditing(t *testing.T) {
	ctx := browser.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){"edit": testEditProgram, "moved": testEditMoved, "refused": testEditWrong} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

const typedCode = `document.querySelector("#edit textarea").value`

// testEditProgram: a key opens the program where it stands; it runs with what was typed, and is marked
// in every window until it is saved.
func testEditProgram(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, desk := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1280, 800)
	hall.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent("E"))
	hall.Until(`document.activeElement?.matches("#edit textarea")`)
	if got := browser.Eval[string](hall, typedCode); got != "the lines of key-first\n" {
		t.Errorf("the editor has %q", got)
	}
	hall.Until(`(() => { const at = (s) => document.querySelector(s).getBoundingClientRect(), size = (s) => getComputedStyle(document.querySelector(s)).fontSize, a = at("#edit"), b = at(".on .box");
		return a.left === b.left && a.top === b.top && a.bottom <= innerHeight && size("#edit textarea") === size(".on .box pre") })()`) // it is where the program is
	hall.Axe("the editor", browser.Axe(t))
	if *browser.Shots != "" {
		hall.Shoot("edit.png")
	}
	hall.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent(kb.Tab)) // keys of the talk are text here
	hall.Do(browser.JS(`document.querySelector("#edit textarea").value = "uname\n"`), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if got := <-s.asked; got != `edit key-first 0 "uname\n" true` {
		t.Errorf("it asks %q", got)
	}
	hall.Shows(1, 0)
	for _, tb := range []*tab{hall, desk} {
		tb.Until(`!!document.querySelector("[data-run=key-first].unsaved")`)
	}
	s.events <- slides.Ran{Key: "key-last", Result: printed("more\n", 1)}
	hall.Until(`document.querySelector(".on").textContent.includes("more")`)
	if !browser.Eval[bool](hall, `document.activeElement?.matches("#edit textarea")`) {
		t.Error("an output takes the editor away")
	}
	hall.Do(browser.JS(`document.querySelector("#edit textarea").value = "hostname\n"`), browser.JS(`[...document.querySelectorAll("#edit button")].find(b => b.textContent.startsWith("save")).click()`))
	for _, want := range []string{`edit key-first 7 "hostname\n" false`, "save 7"} {
		if got := <-s.asked; got != want {
			t.Errorf("it asks %q, want %q", got, want)
		}
	}
	hall.Until(`!document.querySelector("#edit") && !document.querySelector(".unsaved")`)
	hall.Done()
	desk.Done()
}

// testEditMoved: what was typed is kept when the talk goes on, and a program has its file's lines back
// at a click.
func testEditMoved(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall := device(t, ctx, s, "/", 1280, 720)
	hall.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent("E"))
	hall.Until(`!!document.querySelector("#edit")`)
	hall.Do(browser.JS(`document.querySelector("#edit textarea").value = "kept"; deck.go(2, 0)`))
	if got := <-s.asked; got != `edit key-first 0 "kept" false` {
		t.Errorf("it asks %q", got)
	}
	hall.Until(`!document.querySelector("#edit")`)
	hall.Do(browser.JS(`deck.go(1, 0)`), chromedp.KeyEvent("E"))
	hall.Until(`!!document.querySelector("#edit")`)
	hall.Do(browser.JS(`[...document.querySelectorAll("#edit button")].find(b => b.textContent.startsWith("back")).click()`))
	if got := <-s.asked; got != "undo 7" {
		t.Errorf("it asks %q", got)
	}
	hall.Until(`!document.querySelector("#edit")`)
	hall.Done()
}

// testEditWrong: a mistake is said beside what was typed, which stays.
func testEditWrong(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall := device(t, ctx, s, "/", 1280, 720)
	hall.Do(chromedp.KeyEvent("E"))
	hall.Until(`document.querySelector("#said")?.textContent === "no program stands on this slide"`)
	hall.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent("E"))
	hall.Until(`!!document.querySelector("#edit")`)
	hall.Do(browser.JS(`document.querySelector("#edit textarea").value = "wrong"`), chromedp.KeyEvent(kb.Escape))
	if got := <-s.asked; !strings.Contains(got, "wrong") {
		t.Errorf("it asks %q", got)
	}
	hall.Until(`document.querySelector("#edit .why").textContent === "this would end its block\n"`)
	if got := browser.Eval[string](hall, typedCode); got != "wrong" {
		t.Errorf("the editor has %q", got)
	}
}
