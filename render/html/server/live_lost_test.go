//go:build browser

package server

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
)

// Windows that lose their server, sleep, or are many.

// testLiveRestart ends the server and starts another on the same port, as when a laptop slept or
// slidexec was updated.
func testLiveRestart(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A!", "B", "C")
	tb := enter(t, ctx, s)
	tb.Do(browser.JS(`deck.go(1, 0); window.same = 1`))
	s.end()
	tb.Until(`document.querySelector("#net")`)
	l, err := net.Listen("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	s = serveOn(t, l)
	s.edit("Z", "A!", "B", "C")
	s.ran("a", printed("after\n", 0))
	tb.Until(titles + ` === "Z A B C"`)
	tb.Until(`document.querySelector(".on .t").textContent === "B" && !document.querySelector("#net")`)
	tb.Until(`document.querySelector("[data-key=key-a] samp").textContent.trim() === "after"`)
	s.edit("Z", "A!", "B2", "C")
	tb.Until(`document.querySelector(".on .t").textContent === "B2"`)
	if !browser.Eval[bool](tb, `window.same === 1`) {
		t.Error("the page was loaded again")
	}
}

// testLiveStranger has another server take the place of the page's own.
func testLiveStranger(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	tb := enter(t, ctx, s)
	s.end()
	l, err := net.Listen("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	s = serveOn(t, l, func(s *Server) { s.Token = strings.Repeat("another", 4) })
	s.edit("C", "D")
	tb.Until(`document.querySelector("#net")?.textContent.includes("open the address that it printed")`)
	if got := browser.Eval[string](tb, titles); got != "A B" {
		t.Errorf("the page shows %s", got)
	}
}

// testLiveSleep freezes a page, as browsers do with tabs that nobody looks at, until the server has
// dropped it and forgotten what it missed.
func testLiveSleep(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	tb := enter(t, ctx, s)
	tb.Do(browser.JS(`deck.go(1, 0)`))
	tb.Until(`live.now && live.now.slide === 1`) // the server knows where the window is
	sleep := func(state page.SetWebLifecycleStateState) {
		browser.Call(tb, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state})
	}
	sleep(page.SetWebLifecycleStateStateFrozen)
	// The browser goes on reading for its tab; the machine's sleep would end the connection.
	if err := s.srv.ask(ctx, func(st *state) {
		for w := range st.hub.windows {
			st.hub.drop(w)
		}
	}); err != nil {
		t.Fatal(err)
	}
	for i := range logLength + queue {
		s.edit(fmt.Sprintf("Z%d", i), "A", "B")
	}
	s.edit("Z", "A", "B")
	sleep(page.SetWebLifecycleStateStateActive)
	tb.Until(titles + ` === "Z A B"`)
	tb.Until(`document.querySelector(".on .t").textContent === "B"`)
	if !browser.Eval[bool](tb, `performance.getEntriesByType("resource").some(e => e.name === location.origin + "/")`) {
		t.Error("the page was not fetched anew, so it missed nothing: the test is blind")
	}
	tb.Done()
}

// testLiveWindows opens more windows than a browser has connections.
func testLiveWindows(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A!", "B")
	var tabs []*tab
	for range 12 {
		tabs = append(tabs, enter(t, ctx, s))
	}
	s.edit("A!", "B", "C")
	s.ran("a", printed("to all\n", 0))
	for i, tb := range tabs {
		tb.Until(titles + ` === "A B C" && document.querySelector("[data-key=key-a] samp").textContent.trim() === "to all"`)
		if i > 0 {
			tb.Done()
		}
	}
	first := tabs[0] // it reads the stream; another takes over
	if err := chromedp.Cancel(first.Ctx); err != nil {
		t.Fatal(err)
	}
	s.edit("A!", "B", "C", "D")
	for _, tb := range tabs[1:] {
		tb.Until(titles + ` === "A B C D"`)
	}
}

func testLiveTogether(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B+", "C")
	one, two := enter(t, ctx, s), enter(t, ctx, s)
	one.Do(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"))
	two.Until(`location.hash === "#/2.1" && document.querySelector(".on").id === "s2"`)
	two.Do(chromedp.KeyEvent("G"))
	one.Until(`document.querySelector(".on").id === "s3"`)
	one.Do(chromedp.KeyEvent("b"))
	two.Until(`document.documentElement.classList.contains("black")`)
	two.Do(chromedp.KeyEvent("b"))
	one.Until(`!document.documentElement.classList.contains("black")`)
	one.Do(browser.JS(`live.stage({pointer: [0.5, 0.25]})`))
	two.Until(`(r => Math.round(r.left + r.width / 2) === 640 && Math.round(r.top + r.height / 2) === 180)(document.querySelector("#dot").getBoundingClientRect())`)
	two.Do(chromedp.KeyEvent("u"), chromedp.KeyEvent("gg"))
	two.At("on its own", 1, 0)
	one.At("the other on its own", 3, 0)
	late := enter(t, ctx, s)
	late.Until(`document.querySelector(".on").id === "s3"`)
	for _, tb := range []*tab{one, two, late} {
		tb.Done()
	}
}
