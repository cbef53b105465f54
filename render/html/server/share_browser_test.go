//go:build browser

package server

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
)

// What a speaker shows on the slides, seen in windows of other sizes.

func TestShare(t *testing.T) {
	ctx := browser.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"scroll": testShareScroll, "stream": testShareStream, "point": testSharePoint, "zoom": testShareZoom, "draw": testShareDraw, "edited": testShareEdited, "pen": testSharePen, "late": testShareLate, "back": testShareBack, "busy": testShareBusy, "turn": testShareTurn,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

// scrolling returns a talk with a slide on which a long program and its long output scroll, and a short one.
func scrolling() *render.View {
	long := snippet("long", "bash", strings.Repeat("echo a line\n", 80))
	v := view(&slides.Deck{Slides: []*slides.Slide{titled("Short", para("text")), titled("Long", listing(long), placed(long)), titled("Last", para("text"))}}, nil)
	v.Results = slides.Results{long.Key: printed(counted(200), 0)}
	return v
}

// counted returns numbered lines.
func counted(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

// topLine is the text of the line at the top of box n of the slide, and by how many pixels it is above it; a
// part that is hidden is not seen.
const topLine = `((n) => { const e = document.querySelectorAll(".on .box>.in")[n], r = e.getBoundingClientRect(), top = r.top + (parseFloat((e.style.clipPath || "").slice(6)) || 0);
	const l = [...e.querySelectorAll(".l")].find((l) => l.getBoundingClientRect().bottom > top + 1.5), off = top - l.getBoundingClientRect().top;
	return l.textContent.trim() + (off > 1.5 && off % parseFloat(getComputedStyle(l).lineHeight) > 1.5 ? " cut by " + off : ""); })`

func box(n int) string { return fmt.Sprintf(`document.querySelectorAll(".on .box>.in")[%d]`, n) }

func scrollBox(n int, to string) chromedp.Action[chromedp.Void] {
	return browser.JS(`document.body.dispatchEvent(new WheelEvent("wheel", {bubbles: true})); ` + box(n) + `.scrollTop = ` + to) // by a hand
}

const atEnd = `((e) => e.scrollTop > 0 && e.scrollHeight - e.scrollTop - e.clientHeight < 4)`

// testShareScroll: windows of other sizes show the lines that the speaker scrolls to; a follower who scrolls
// alone is left alone until the talk moves on.
func testShareScroll(t *testing.T, ctx context.Context) {
	s, _ := with(t, scrolling())
	hall, desk, phone := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1400, 900), visitor(t, ctx, s, following, 700, 800)
	narrow := visitor(t, ctx, s, following, 400, 800)
	hall.Do(chromedp.KeyEvent("n"))
	for _, tb := range []*tab{hall, desk, phone} {
		tb.Shows(1, 0)
		tb.Settled()
	}
	hall.Do(scrollBox(1, "1000"))
	line := func(tb *tab, n int) string {
		t.Helper()
		tb.Settled()
		return browser.Eval[string](tb, fmt.Sprintf("%s(%d)", topLine, n))
	}
	want := line(hall, 1)
	for name, tb := range map[string]*tab{"the desk": desk, "a follower": phone} {
		tb.Until(fmt.Sprintf("%s(1) === %q", topLine, want))
		if got := line(tb, 1); got != want || strings.Contains(got, "cut") || got == "line 0" {
			t.Errorf("%s has %q at the top, the hall %q", name, got, want)
		}
	}
	narrow.Until(fmt.Sprintf(`((l) => l.top > 0 && l.top < 200)([...document.querySelectorAll(".on .out .l")].find(l => l.textContent.trim() === %q).getBoundingClientRect())`, want))
	hall.Do(chromedp.EmulateViewport(900, 500))
	if got := line(hall, 1); got != want {
		t.Errorf("in a smaller window %q is at the top, not %q", got, want)
	}
	late := visitor(t, ctx, s, following, 1000, 700)
	late.Until(fmt.Sprintf("%s(1) === %q", topLine, want))
	desk.Do(scrollBox(1, "1e6"))
	for _, tb := range []*tab{hall, phone, late} {
		tb.Until(atEnd + "(" + box(1) + ")")
	}
	if got := line(hall, 1); strings.Contains(got, "cut") {
		t.Errorf("at the end the first line is %s", got)
	}
	phone.Do(scrollBox(0, "300"))
	phone.Settled()
	own := line(phone, 0)
	hall.Do(scrollBox(0, "60"))
	late.Until(fmt.Sprintf("%s.scrollTop > 0", box(0)))
	phone.Settled()
	if got := line(phone, 0); got != own {
		t.Errorf("a follower who scrolled to %q is taken to %q", own, got)
	}
	if n := browser.Eval[float64](hall, box(0)+".scrollTop"); n != 60 {
		t.Errorf("a follower scrolled the hall to %v", n)
	}
	hall.Do(chromedp.KeyEvent("n"))
	phone.Shows(2, 0)
	hall.Do(chromedp.KeyEvent("p"), scrollBox(0, "90"))
	want = line(hall, 0)
	phone.Until(fmt.Sprintf("%s(0) === %q", topLine, want))
	for _, tb := range []*tab{hall, desk, phone, narrow, late} {
		tb.Done()
	}
}

// testShareStream: output is followed in every window; who drives the talk stops that by scrolling up, for all,
// and has it go on at the end.
func testShareStream(t *testing.T, ctx context.Context) {
	v := scrolling()
	v.Results = slides.Results{}
	s, _ := with(t, v)
	hall, phone, narrow := device(t, ctx, s, "/", 1280, 720), visitor(t, ctx, s, following, 800, 900), visitor(t, ctx, s, following, 400, 800)
	hall.Do(chromedp.KeyEvent("n"))
	phone.Shows(1, 0)
	n := 0
	prints := func(more int) {
		n += more
		s.ran("long", printing(counted(n)))
		for _, tb := range []*tab{hall, phone} {
			tb.Until(fmt.Sprintf(`document.querySelector(".on .out").textContent.includes("line %d")`, n-1))
			tb.Settled()
		}
	}
	follows := func(what string, want bool) {
		t.Helper()
		for name, tb := range map[string]*tab{"the hall": hall, "a follower": phone} {
			if got := browser.Eval[bool](tb, atEnd+"("+box(1)+")"); got != want {
				t.Errorf("%s: %s follows: %t, want %t", what, name, got, want)
			}
			if line := browser.Eval[string](tb, topLine+"(1)"); strings.Contains(line, "cut") {
				t.Errorf("%s: %s has %s", what, name, line)
			}
			if !browser.Eval[bool](tb, `(r => r.bottom > 40 && r.top < innerHeight - 40)(document.querySelector(".on .out").getBoundingClientRect())`) {
				t.Errorf("%s: %s does not show the output", what, name)
			}
		}
	}
	for range 5 {
		prints(60)
		follows("while it prints", true)
	}
	narrow.Until(fmt.Sprintf(`((l) => l.top > 0 && l.bottom < innerHeight)([...document.querySelectorAll(".on .out .l")].find(l => l.textContent.trim() === "line %d").getBoundingClientRect())`, n-1))
	hall.Do(scrollBox(1, box(1)+".scrollTop - 200"))
	hall.Settled()
	phone.Until("!" + atEnd + "(" + box(1) + ")")
	prints(60)
	follows("scrolled up", false)
	hall.Do(scrollBox(1, "1e6"))
	phone.Until(atEnd + "(" + box(1) + ")")
	prints(60)
	follows("at the end again", true)
	for _, tb := range []*tab{hall, phone, narrow} {
		tb.Done()
	}
}

// dotAt is the place of the pointer, in parts of the slide.
const dotAt = `(() => { const d = document.querySelector("#dot").getBoundingClientRect(), s = document.querySelector(".slide.on").getBoundingClientRect();
	return [(d.left + d.width / 2 - s.left) / s.width, (d.top + d.height / 2 - s.top) / s.height].map(v => v.toFixed(2)).join() })()`

func mouse(tb *tab, kind input.DispatchMouseEventType, x, y float64) {
	p := input.DispatchMouseEventParams{Type: kind, X: x, Y: y}
	if kind != input.DispatchMouseEventTypeMouseMoved {
		p.Button, p.ClickCount = input.MouseButtonLeft, 1
	}
	browser.Call(tb, input.DispatchMouseEvent, p)
}

// testSharePoint: a pointer and a spotlight, by a key that is pressed or held.
func testSharePoint(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, desk, phone := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1400, 900), visitor(t, ctx, s, following, 844, 390)
	hall.Do(chromedp.KeyEvent("r"))
	mouse(hall, input.DispatchMouseEventTypeMouseMoved, 320, 540)
	for _, tb := range []*tab{hall, desk, phone} {
		tb.Until(dotAt + ` === "0.25,0.75"`)
	}
	hall.Do(chromedp.KeyEvent("w"))
	for _, tb := range []*tab{hall, desk, phone} {
		tb.Until(`!!document.querySelector("#spot") && !document.querySelector("#dot")`)
	}
	hall.Do(chromedp.KeyEvent("w"))
	for _, tb := range []*tab{hall, desk, phone} {
		tb.Until(`!document.querySelector("#spot") && !document.querySelector("#dot")`)
	}
	hall.Do(browser.JS(`dispatchEvent(new KeyboardEvent("keydown", {key: "r", bubbles: true}))`))
	phone.Until(`!!document.querySelector("#dot")`)
	hall.Do(browser.JS(`dispatchEvent(new KeyboardEvent("keydown", {key: "r", repeat: true}))`), browser.JS(`{ const was = performance.now(); performance.now = () => was + 1000; }`))
	hall.Settled()
	if !browser.Eval[bool](hall, `!!document.querySelector("#dot")`) {
		t.Error("a key that is held presses itself again")
	}
	hall.Do(browser.JS(`dispatchEvent(new KeyboardEvent("keyup", {key: "r"}))`))
	phone.Until(`!document.querySelector("#dot")`)
	phone.Do(chromedp.KeyEvent("r"), chromedp.KeyEvent("w"), chromedp.KeyEvent("z"), chromedp.KeyEvent("d"))
	phone.Settled()
	if n := browser.Eval[int](phone, `document.querySelectorAll("#dot,#spot,#pens").length`); n > 0 || browser.Eval[bool](phone, `document.documentElement.classList.contains("zoomed")`) {
		t.Error("a follower points")
	}
	desk.Do(chromedp.KeyEvent("w"))
	hall.Until(`!!document.querySelector("#spot")`)
	desk.Do(chromedp.KeyEvent("w"))
	hall.Until(`!document.querySelector("#spot")`)
	for _, tb := range []*tab{hall, desk, phone} {
		tb.Done()
	}
}

// testShareZoom: a part of the slide fills every window; keys and the wheel change it; it ends with the slide.
func testShareZoom(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, desk, phone := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1400, 900), visitor(t, ctx, s, following, 1000, 750)
	browser.Call(phone, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
	mouse(hall, input.DispatchMouseEventTypeMouseMoved, 0, 0)
	hall.Do(chromedp.KeyEvent("z"))
	const zoomed = `(([x, y, k]) => { const r = document.querySelector(".slide.on").getBoundingClientRect(); return [-r.left / r.width, -r.top / r.height, r.width / innerWidth].every((v, i) => Math.abs(v - [x, y, k][i]) < .01) })`
	for _, tb := range []*tab{hall, phone} {
		tb.Until(zoomed + `([0, 0, 2])`)
	}
	desk.Until(`(([p, s]) => Math.abs(p.width * 2 - s.width) < 2 && Math.abs(p.left - s.left) < 2)(["#part", ".slide.on"].map(q => document.querySelector(q).getBoundingClientRect()))`)
	hall.Do(browser.JS(`for (let i = 0; i < 9; i++) document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", shiftKey: true, bubbles: true}))`))
	for _, tb := range []*tab{hall, phone} {
		tb.Until(zoomed + `([.5, 0, 2])`)
	}
	if d := browser.Eval[string](phone, `getComputedStyle(document.querySelector(".slide.on")).transitionDuration`); d != "0s" {
		t.Errorf("a reader who wants no motion sees %s of it", d)
	}
	late := visitor(t, ctx, s, following, 640, 480)
	late.Until(zoomed + `([.5, 0, 2])`)
	hall.Do(chromedp.KeyEvent(kb.PageDown))
	for _, tb := range []*tab{hall, phone, late} {
		tb.Shows(1, 0)
		tb.Until(zoomed + `([0, 0, 1])`)
	}
	hall.Do(chromedp.KeyEvent("z"), chromedp.KeyEvent("z"))
	phone.Until(zoomed + `([0, 0, 1])`)
	for _, tb := range []*tab{hall, desk, phone, late} {
		tb.Done()
	}
}

// stroke draws a line with the mouse, in parts of the window.
func stroke(tb *tab, w, h float64, points ...[2]float64) {
	for i, p := range points {
		x, y := p[0]*w, p[1]*h
		if i == 0 {
			mouse(tb, input.DispatchMouseEventTypeMousePressed, x, y)
		}
		browser.Call(tb, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1})
		if i == len(points)-1 {
			mouse(tb, input.DispatchMouseEventTypeMouseReleased, x, y)
		}
	}
}

// drawnOn describes the strokes of the slide on stage: color, and the box around it in parts of the slide.
const drawnOn = `[...document.querySelectorAll(".on>.ink>g")].map(g => { const b = g.getBBox(), r = document.querySelector(".slide.on").getBoundingClientRect(), s = document.querySelector(".on>.ink").getBoundingClientRect();
	if (Math.abs(s.width - r.width) > 1 || Math.abs(s.height - r.height) > 1) return "a page of " + s.width + " by " + s.height;
	return g.getAttribute("class") + " " + [b.x, b.y, b.width, b.height].map(v => (v / 1e4).toFixed(1)).join() }).join("; ")`

// testShareDraw: strokes show in windows of other sizes and on the desk, belong to their slide, and are erased
// everywhere.
func testShareDraw(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, desk, phone := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1400, 900), visitor(t, ctx, s, following, 600, 800)
	all := []*tab{hall, desk, phone}
	shows := func(want string) {
		t.Helper()
		for _, tb := range all {
			tb.Until(drawnOn + fmt.Sprintf(" === %q", want))
		}
	}
	hall.Do(chromedp.KeyEvent("d"))
	stroke(hall, 1280, 720, [2]float64{.1, .2}, [2]float64{.3, .2}, [2]float64{.3, .6})
	hall.Do(chromedp.KeyEvent("3"))
	stroke(hall, 1280, 720, [2]float64{.5, .5}, [2]float64{.9, .5})
	const both = "c0 0.1,0.2,0.2,0.4; c2 0.5,0.5,0.4,0.0"
	shows(both)
	hall.Do(chromedp.KeyEvent("n"))
	for _, tb := range all {
		tb.Shows(1, 0)
		tb.Until(drawnOn + ` === ""`)
	}
	hall.Do(chromedp.KeyEvent("p"))
	shows(both)
	late := visitor(t, ctx, s, following, 900, 700)
	all = append(all, late)
	shows(both)
	hall.Reload()
	shows(both)
	hall.Do(chromedp.KeyEvent("d"), chromedp.KeyEvent("0"))
	stroke(hall, 1280, 720, [2]float64{.7, .45}, [2]float64{.7, .55})
	shows("c0 0.1,0.2,0.2,0.4")
	desk.Do(chromedp.KeyEvent("d"))
	if bad := browser.Eval[[]string](desk, `[...document.querySelectorAll("#pens button")].filter(b => { const r = b.getBoundingClientRect(); return r.width < 44 || r.height < 44 || !b.ariaLabel }).map(b => b.outerHTML)`); len(bad) > 0 {
		t.Errorf("tools are too small for a finger, or nameless: %v", bad)
	}
	desk.Axe("drawing", browser.Axe(t))
	at := browser.Eval[[]float64](desk, `(r => [r.left, r.top, r.width, r.height])(document.querySelector("#cur").getBoundingClientRect())`)
	place := func(x, y float64) [2]float64 { return [2]float64{at[0] + x*at[2], at[1] + y*at[3]} }
	stroke(desk, 1, 1, place(.2, .8), place(.4, .9))
	shows("c0 0.1,0.2,0.2,0.4; c0 0.2,0.8,0.2,0.1")
	desk.Do(chromedp.KeyEvent(kb.Delete))
	shows("")
	desk.Do(chromedp.KeyEvent(kb.Escape))
	desk.Until(`!document.querySelector("#pens")`)
	for _, tb := range all {
		tb.Done()
	}
}

// testShareEdited: drawings follow their slides through edits.
func testShareEdited(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B", "C")
	hall, phone := enter(t, ctx, s), visitor(t, ctx, s, following, 600, 800)
	hall.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent("d"))
	stroke(hall, 1280, 720, [2]float64{.1, .2}, [2]float64{.3, .2})
	for _, next := range []string{"X A B C", "A B2 C"} {
		s.edit(strings.Fields(next)...)
		for _, tb := range []*tab{hall, phone} {
			tb.Until(titles + fmt.Sprintf(" === %q", next))
			tb.Until(`document.querySelector(".on .t").textContent[0] === "B" && ` + drawnOn + ` === "c0 0.1,0.2,0.2,0.0"`)
		}
	}
	s.edit("A", "C")
	for _, tb := range []*tab{hall, phone} {
		tb.Until(titles + ` === "A C" && !document.querySelector(".ink")`)
		tb.Done()
	}
}

// testSharePen: a stroke goes on through an edit of another slide.
func testSharePen(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	hall, phone := enter(t, ctx, s), visitor(t, ctx, s, following, 600, 800)
	hall.Do(chromedp.KeyEvent("d"))
	mouse(hall, input.DispatchMouseEventTypeMousePressed, .1*1280, .2*720)
	move := func(x, y float64) {
		browser.Call(hall, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x * 1280, Y: y * 720, Button: input.MouseButtonLeft, Buttons: 1})
	}
	move(.1, .2)
	s.edit("A", "B2")
	hall.Until(titles + ` === "A B2"`)
	move(.3, .2)
	mouse(hall, input.DispatchMouseEventTypeMouseReleased, .3*1280, .2*720)
	for _, tb := range []*tab{hall, phone} {
		tb.Until(drawnOn + ` === "c0 0.1,0.2,0.2,0.0"`)
		tb.Done()
	}
}

// testShareLate: a window that hears anew what is drawn keeps what the server has not taken yet.
func testShareLate(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	hall, phone := enter(t, ctx, s), visitor(t, ctx, s, following, 600, 800)
	hall.Do(browser.JS(`{ const real = fetch; window.held = []; window.fetch = (to, how) => to === "ink" && held ? new Promise((r) => held.push(() => r(real(to, how)))) : real(to, how); }`),
		chromedp.KeyEvent("d"))
	stroke(hall, 1280, 720, [2]float64{.1, .2}, [2]float64{.3, .2})
	hall.Until(drawnOn + ` === "c0 0.1,0.2,0.2,0.0" && held.length === 1`)
	hall.Do(browser.JS(`window.hellos = 0; { const take = deck.ink.take; deck.ink.take = (m) => { take(m); hellos += !!m.all; }; }`))
	if err := s.srv.ask(ctx, func(st *state) {
		for w := range st.hub.windows {
			st.hub.drop(w)
		}
	}); err != nil {
		t.Fatal(err)
	}
	hall.Until(`hellos > 0`)
	if got := browser.Eval[string](hall, drawnOn); got != "c0 0.1,0.2,0.2,0.0" {
		t.Errorf("the window that drew has %q", got)
	}
	hall.Do(browser.JS(`held.forEach((f) => f()); held = null`))
	for _, tb := range []*tab{hall, phone} {
		tb.Until(drawnOn + ` === "c0 0.1,0.2,0.2,0.0"`)
		tb.Done()
	}
}

// testShareBack: a server that was started again gets the drawings back, and so does everybody.
func testShareBack(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	hall := enter(t, ctx, s)
	hall.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent("d"))
	stroke(hall, 1280, 720, [2]float64{.1, .2}, [2]float64{.3, .2})
	hall.Until(drawnOn + ` === "c0 0.1,0.2,0.2,0.0"`)
	s.end()
	again := s.again()
	again.edit("A", "B")
	phone := visitor(t, ctx, again, following, 600, 800)
	phone.Shows(1, 0)
	phone.Until(drawnOn + ` === "c0 0.1,0.2,0.2,0.0"`)
	hall.Until(drawnOn + ` === "c0 0.1,0.2,0.2,0.0"`)
	hall.Alone()
}

// testShareBusy: while one window points without a rest, another one moves the talk in both.
func testShareBusy(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, desk := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1400, 900)
	desk.Do(browser.JS(`{ let n = 0; window.busy = setInterval(() => live.tell({pointer: [.5, ++n % 100 / 100]}), 5); }`))
	hall.Until(`!!document.querySelector("#dot")`)
	for i := 1; i < 4; i++ {
		hall.Do(chromedp.KeyEvent("n"))
		desk.Shows(i, 0)
		hall.Shows(i, 0)
	}
	hall.Done()
	desk.Done()
}

// testShareTurn: windows that show the talk see its transition wherever the talk is moved, the speaker's desk
// sees none, and the talk does not go back because a window follows late.
func testShareTurn(t *testing.T, ctx context.Context) {
	s := serve(t, func(srv *Server) {
		srv.Backend = &html.Backend{Now: clock, Transition: html.Transition{Style: "slide", Duration: time.Minute}}
	})
	s.events <- slides.Loaded{Deck: deckOf("One", "Two", "Three", "Four")}
	hall, desk, phone := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1400, 900), visitor(t, ctx, s, following, 700, 800)
	const turns = `document.getAnimations().some(a => a.effect.pseudoElement === "::view-transition-new(root)")`
	for i, by := range []*tab{hall, desk, hall} {
		by.Do(chromedp.KeyEvent("n"))
		for _, tb := range []*tab{hall, desk, phone} {
			tb.Shows(i+1, 0)
		}
	}
	phone.Do(browser.JS(`document.startViewTransition = ((f) => function (g) { window.turned = (window.turned || 0) + 1; return f.call(document, g); })(document.startViewTransition)`))
	desk.Do(browser.JS(`document.startViewTransition = () => { window.turned = 1; }`), chromedp.KeyEvent("p"))
	for _, tb := range []*tab{hall, desk, phone} {
		tb.Shows(2, 0)
	}
	if !browser.Eval[bool](phone, `window.turned === 1`) || browser.Eval[bool](desk, `!!window.turned || `+turns) {
		t.Error("the window that follows shows no transition, or the desk does")
	}
	for _, tb := range []*tab{hall, desk, phone} {
		tb.Done()
	}
}
