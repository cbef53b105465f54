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
	s = s.again()
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
	tb.Do(chromedp.KeyEvent("j"))
	tb.Until(`live.now && live.now.slide === 1`)
	s.end()
	s = s.again(func(s *Server) { s.Token = strings.Repeat("another", 4) })
	s.edit("C", "D")
	tb.Until(`document.querySelector("#net")?.textContent.includes("open the address that it printed")`)
	if got := browser.Eval[string](tb, titles); got != "A B" {
		t.Errorf("the page shows %s", got)
	}
	tb.Do(chromedp.KeyEvent("k"))
	refused(tb)
	tb.At("a key, with a strange server", 1, 0)
}

// testLiveDay has a clock that was left running for longer than a server takes: what is said with it is
// still taken.
func testLiveDay(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	tb := enter(t, ctx, s)
	tb.Do(browser.JS(`live.stage({elapsed: 9e7, running: false, planned: 6e4})`))
	tb.Until(`live.now.elapsed === 864e5 && live.now.planned === 6e4`)
}

// testLiveMute has a window whose messages do not arrive, while it still hears the server, as when a
// network has just gone: keys work, a sign says so, and the place is told later.
func testLiveMute(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B", "C")
	tb := enter(t, ctx, s)
	other := s.window(t, ctx, "/", 1280, 720, chromedp.WithNewBrowserContext())
	tb.Do(chromedp.KeyEvent("j"))
	other.Shows(1, 0)
	tb.Do(browser.JS(`window.real = window.fetch; window.fetch = (to, how) => to === "stage" ? Promise.reject(new TypeError("no network")) : real(to, how)`),
		chromedp.KeyEvent("j"))
	tb.At("a key that is not told", 3, 0)
	tb.Until(`document.querySelector("#net")?.textContent === "not connected"`)
	tb.Do(chromedp.KeyEvent("k"), chromedp.KeyEvent("k"))
	tb.At("more of them", 1, 0)
	tb.Do(browser.JS(`window.fetch = real`))
	other.Shows(0, 0)
	tb.Until(`!document.querySelector("#net")`)
}

// again starts a server in the place of one that has ended.
func (s *served) again(options ...func(*Server)) *served {
	s.t.Helper()
	l, err := net.Listen("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	return serveOn(s.t, l, options...)
}

// refused waits until a request that was made after all others has failed, and the page knows it.
func refused(tb *tab) {
	browser.Eval[bool](tb, `fetch("stage", {method: "POST"}).then((r) => r.status !== 403 && Promise.reject(), () => true)`)
	tb.Settled()
}

// testLiveKilled ends the server in the middle of the talk: keys go on, and when it is back, it is told
// where the talk is.
func testLiveKilled(t *testing.T, ctx context.Context) {
	deck := []string{"A", "B+", "C", "D!"}
	s := serve(t)
	s.edit(deck...)
	tb := enter(t, ctx, s)
	tb.Do(chromedp.KeyEvent("j"))
	tb.Until(`live.now && live.now.slide === 1`)
	s.end()
	for _, k := range []struct {
		keys        string
		slide, step int
	}{{"j", 2, 1}, {"k", 2, 0}, {"G", 4, 0}, {"gg", 1, 0}, {"3G", 3, 0}, {"e", 3, 0}} { // before and after the page has noticed
		tb.Do(chromedp.KeyEvent(k.keys))
		refused(tb)
		tb.At(k.keys+", without a server", k.slide, k.step)
	}
	tb.Until(`document.querySelector("#net")`)
	tb.Do(chromedp.KeyEvent("l"))
	refused(tb)
	tb.At("l, without a server", 4, 0)
	const dark = `document.documentElement.classList.contains("black")`
	tb.Do(chromedp.KeyEvent("b"))
	refused(tb)
	if !browser.Eval[bool](tb, dark) {
		t.Error("the screen is not black")
	}
	if n := browser.Eval[int](tb, `document.querySelectorAll(".pill").length`); n != 1 {
		t.Errorf("%d signs say that the server is away, want one", n)
	}
	tb.Do(chromedp.KeyEvent("b"))
	s = s.again()
	s.edit(deck...)
	tb.Until(`!document.querySelector("#net")`)
	late := s.window(t, ctx, "/", 1280, 720, chromedp.WithNewBrowserContext())
	late.Shows(3, 0)
	tb.At("the server was back", 4, 0)
	late.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent("p"))
	tb.Shows(2, 0)
}

// testLiveDrift lets two devices go on alone: the one that moved last is right.
func testLiveDrift(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B", "C", "D")
	one := s.window(t, ctx, "/", 1280, 720, chromedp.WithNewBrowserContext())
	two := s.window(t, ctx, "/", 1280, 720, chromedp.WithNewBrowserContext())
	s.end()
	one.Until(`document.querySelector("#net")`)
	two.Until(`document.querySelector("#net")`)
	two.Do(chromedp.KeyEvent("G"))
	two.At("G, alone", 4, 0)
	one.Do(chromedp.KeyEvent("j"))
	one.At("j, alone", 2, 0)
	s = s.again()
	s.edit("Z", "A", "B", "C", "D")
	one.Until(`!document.querySelector("#net")`)
	two.Until(`!document.querySelector("#net")`)
	one.Shows(2, 0)
	two.Shows(2, 0)
}

// testLiveAlone has the windows of one browser go on together without a server, and the clock too.
func testLiveAlone(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B+", "C")
	hall, desk := enter(t, ctx, s), s.window(t, ctx, "/speaker", 1280, 800)
	desk.Do(chromedp.KeyEvent("t"))
	desk.Until(`live.now && live.now.running && document.querySelector("#spent").textContent === "0:01"`)
	s.end()
	desk.Until(`document.querySelector("#net")`)
	hall.Until(`document.querySelector("#net")`)
	desk.Do(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"))
	hall.Shows(1, 1)
	hall.Do(chromedp.KeyEvent("j"))
	desk.Shows(2, 0)
	desk.Do(chromedp.KeyEvent("b"))
	hall.Until(`document.documentElement.classList.contains("black")`)
	s = s.again()
	s.edit("A", "B+", "C")
	hall.Until(`!document.querySelector("#net") && document.documentElement.classList.contains("black")`)
	other := s.window(t, ctx, "/speaker", 1280, 800, chromedp.WithNewBrowserContext())
	other.Shows(2, 0)
	other.Until(`live.now.black && live.now.running && live.spent() > 1000`)
	desk.Shows(2, 0)
	hall.Shows(2, 0)
}

// testLiveSleep freezes a page, as browsers do with tabs that nobody looks at, until the server has
// dropped it and forgotten what it missed.
func testLiveSleep(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	tb := enter(t, ctx, s)
	tb.Do(browser.JS(`deck.go(1, 0)`))
	late := s.window(t, ctx, "/", 1280, 720, chromedp.WithNewBrowserContext())
	late.Shows(1, 0) // the server knows where the window is
	late.Done()
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

// testLiveLate holds a window's message back until the server has forgotten the deck that it is about.
func testLiveLate(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	tb := enter(t, ctx, s)
	tb.Do(browser.JS(`{ const real = window.fetch; window.fetch = (to, how) => to !== "stage" || window.free
		? real(to, how)
		: new Promise((done) => { window.let = () => { window.free = true; done(real(to, {...how, signal: null})); }; }); }
		deck.go(1, 0)`))
	tb.Until(`window.let`)
	for i := range 200 {
		s.edit(fmt.Sprintf("Z%d", i), "A", "B")
	}
	tb.Until(titles + ` === "Z199 A B"`)
	tb.Do(browser.JS(`{ const real = window.fetch; window.fetch = async (to, how) => {
		const r = await real(to, how); if (to === "stage") window.said = r.status; return r; }; } window.let()`))
	tb.Until(`window.said === 204`)
	tb.At("the message came", 3, 0)
	tb.Shows(2, 0)
	late := s.window(t, ctx, "/", 1280, 720, chromedp.WithNewBrowserContext())
	late.Shows(2, 0)
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
