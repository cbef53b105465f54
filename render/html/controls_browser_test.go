//go:build browser

package html

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// The talk without a keyboard: by mouse, wheel, finger and pen.

func TestControls(t *testing.T) {
	ctx := browser.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"buttons": testButtons, "tab": testTabToButtons, "finger": testFinger, "boxes": testFingerOnBoxes, "pen": testPen, "zoom": testZoomed,
		"wheel": testWheel, "dialogs": testDialogsByHand, "targets": testTargets,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

// handy is a talk with what a hand can meet: a slide with steps, an output that scrolls, and a slide that is taller than the window.
func handy() *render.View {
	long := snippet("long", "bash", "seq 300\n")
	steps := titled("Steps", para("first"))
	later := para("later")
	later.Step, steps.Steps = 1, 2
	steps.Blocks = append(steps.Blocks, later)
	tall := titled("Tall")
	for range 60 {
		tall.Blocks = append(tall.Blocks, para("A paragraph of its own."))
	}
	d := &slides.Deck{Slides: []*slides.Slide{titled("One", para("plain")), steps, titled("Output", placed(long)), tall, titled("End", para("the end"))}}
	return view(d, slides.Results{long.Key: printed(strings.Repeat("a line\n", 300), time.Second)})
}

const seen = `(e => getComputedStyle(e).opacity === "1" && getComputedStyle(e).pointerEvents !== "none")(document.querySelector("#controls"))`

// middle returns the middle of an element.
func middle(tb *tab, selector string) browser.Point {
	r := browser.Eval[[]float64](tb, fmt.Sprintf(`(r => [r.left + r.width / 2, r.top + r.height / 2])(document.querySelector(%q).getBoundingClientRect())`, selector))
	return browser.Point{X: r[0], Y: r[1]}
}

func testButtons(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, handy(), 1280, 720)
	defer tb.Done()
	if browser.Eval[bool](tb, seen) {
		t.Error("the buttons show before anybody has moved")
	}
	if top := browser.Eval[bool](tb, `!!document.elementFromPoint(640, 690).closest("#controls")`); top {
		t.Error("buttons that do not show are in the way of a click")
	}
	tb.Mouse(browser.Point{X: 300, Y: 300})
	tb.Mouse(browser.Point{X: 320, Y: 310})
	tb.Until(seen)
	if names := browser.Eval[string](tb, `[...document.querySelectorAll("#controls button")].map(b => b.value).filter(v => v !== "tone").join()`); names != "prev,next,overview,index,black,full,help" {
		t.Errorf("the buttons are %s", names)
	}
	if browser.Eval[bool](tb, `[...document.querySelectorAll("#controls button")].some(b => !b.ariaLabel || !b.closest("nav").ariaLabel)`) {
		t.Error("a button has no name")
	}
	tb.Click(middle(tb, "#controls [value=next]"))
	tb.At("the button next", 2, 0)
	tb.Do(chromedp.KeyEvent(" "))
	tb.At("Space after a click at a button", 2, 1)
	tb.Click(middle(tb, "#controls [value=prev]"))
	tb.At("the button back", 2, 0)
	tb.Until(`!(` + seen + `) || document.querySelector("#controls").matches(":hover")`)
	tb.Mouse(browser.Point{X: 300, Y: 300})
	tb.Until(`!(` + seen + `)`)
	tb.Click(browser.Point{X: 1200, Y: 400})
	tb.At("a click with the mouse beside the text", 2, 0)
	tb.Click(middle(tb, "#controls [value=black]"))
	tb.Until(`document.documentElement.classList.contains("black") && document.querySelector("#controls [value=black]").ariaPressed === "true"`)
	tb.Click(browser.Point{X: 1200, Y: 400})
	tb.Until(`!document.documentElement.classList.contains("black")`)
	tb.At("a click on the black screen", 2, 0)
	tb.Click(middle(tb, "#controls [value=overview]"))
	tb.Until(`document.documentElement.classList.contains("ov")`)
	if !browser.Eval[bool](tb, seen) {
		t.Error("the overview has no button to leave it")
	}
	tb.Click(middle(tb, "#controls [value=overview]"))
	tb.Until(`!document.documentElement.classList.contains("ov")`)
	tb.At("opening and closing the overview", 2, 0)
	pdf := browser.Eval[string](tb, `[...document.styleSheets[0].cssRules].filter(r => r.media?.mediaText === "print").flatMap(r => [...r.cssRules]).some(r => r.selectorText?.includes("#controls") && r.style.display === "none") ? "" : "shown"`)
	if pdf != "" {
		t.Error("the buttons are printed")
	}
}

// testTabToButtons: the Tab key comes to the buttons, which show then, and keep the focus.
func testTabToButtons(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, handy(), 1280, 720)
	defer tb.Done()
	tb.Do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab))
	if got := browser.Eval[string](tb, `document.activeElement.value || document.activeElement.outerHTML.slice(0, 80)`); got != "next" {
		t.Fatalf("the Tab key leads to %s", got)
	}
	tb.Until(seen)
	tb.Do(chromedp.KeyEvent(kb.Enter))
	tb.At("Enter on next", 2, 0)
	if got := browser.Eval[string](tb, `document.activeElement.value + " " + document.querySelector("#live").textContent`); got != "next 2 of 5: Steps" {
		t.Errorf("after Enter on next: %q, want the focus there and the slide said", got)
	}
	tb.Do(chromedp.KeyEvent("o"), chromedp.KeyEvent(kb.Tab))
	if got := browser.Eval[bool](tb, `!!document.activeElement.closest("#controls")`); !got {
		t.Error("in the overview, the Tab key does not come to the buttons")
	}
	tb.Do(browser.JS(`document.querySelector("#controls [value=help]").focus()`), chromedp.KeyEvent(kb.Enter))
	tb.Until(`document.querySelector("#help").open`)
	for range 80 { // all the way round
		tb.Do(chromedp.KeyEvent(kb.Tab))
		if out := browser.Eval[string](tb, `(e => e === document.body || e.closest("#help") ? "" : e.outerHTML.slice(0, 80))(document.activeElement)`); out != "" {
			t.Fatalf("from the help, the Tab key leads to %s", out)
		}
	}
	tb.Do(chromedp.KeyEvent(kb.Escape))
	if got := browser.Eval[string](tb, `document.activeElement.value || ""`); got != "help" {
		t.Errorf("the focus does not return to the button: %s", got)
	}
}

func testFinger(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, handy(), 390, 844)
	defer tb.Done()
	tb.Phone(390, 844)
	left, right, mid := browser.Point{X: 40, Y: 500}, browser.Point{X: 350, Y: 500}, browser.Point{X: 195, Y: 500}
	tb.Finger(right)
	tb.At("a tap at the right", 2, 0)
	tb.Finger(right)
	tb.At("a tap at the right", 2, 1)
	tb.Finger(left)
	tb.At("a tap at the left", 2, 0)
	tb.Finger(mid)
	tb.At("a tap in the middle", 2, 0)
	tb.Until(seen)
	tb.Finger(mid)
	tb.Until(`!(` + seen + `)`)
	tb.Finger(right, left)
	tb.At("a swipe to the left", 2, 1)
	tb.Finger(browser.Point{X: 3, Y: 500}, right)
	tb.At("a swipe from the left edge", 2, 0)
	tb.Finger(browser.Point{X: 200, Y: 300}, browser.Point{X: 230, Y: 300})
	tb.At("a finger that moved a little", 2, 0)
	tb.Finger(browser.Point{X: 200, Y: 300}, browser.Point{X: 300, Y: 500})
	tb.At("a finger that moved downwards", 2, 0)
	if got := browser.Eval[string](tb, `[document.documentElement, document.body].map(e => getComputedStyle(e).overscrollBehaviorX).join()`); got != "none,none" {
		t.Errorf("overscroll-behavior is %s, so a swipe leaves the page", got)
	}
	tb.Do(browser.JS(`deck.move.black()`))
	tb.Finger(right)
	tb.Until(`!document.documentElement.classList.contains("black")`)
	tb.At("a tap on the black screen", 2, 0)
	tb.Do(browser.JS(`deck.go(4, 0)`))
	tb.Finger(right)
	tb.At("a tap at the end", 5, 0)
	tb.Do(browser.JS(`deck.move.overview()`))
	tb.Finger(browser.Point{X: 350, Y: middle(tb, "#s4").Y})
	tb.At("a tap in the overview", 4, 0)
}

// testFingerOnBoxes: a finger on something that does another thing does not move the talk.
func testFingerOnBoxes(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, handy(), 844, 390)
	defer tb.Done()
	tb.Phone(844, 390)
	const top = `document.querySelector(".on .out .in").scrollTop`
	tb.Do(browser.JS(`deck.go(2, 0); window.ended = 0; addEventListener("scrollend", () => ended++, true)`))
	in := middle(tb, ".on .out .in")
	tb.Finger(browser.Point{X: 780, Y: in.Y})
	tb.At("a tap on an output that scrolls", 3, 0)
	tb.Finger(in, browser.Point{X: in.X, Y: in.Y - 120})
	tb.Until(top + ` > 20 && ended > 0`) // else the next tap would but stop it
	tb.Finger(browser.Point{X: 300, Y: in.Y}, browser.Point{X: 80, Y: in.Y})
	tb.At("a swipe over an output that scrolls downwards", 4, 0)
	tb.Finger(browser.Point{X: 200, Y: 300}, browser.Point{X: 200, Y: 100})
	tb.Until(`document.querySelector(".on").scrollTop > 20 && ended > 1`)
	tb.At("a finger that scrolls a tall slide", 4, 0)
	tb.Finger(browser.Point{X: 800, Y: 300})
	tb.At("a tap at the right of a tall slide", 5, 0)
	tb.Do(browser.JS(`deck.go(0, 0); const a = document.createElement("button"); a.textContent = "x"; a.id = "mine"; a.onclick = () => { window.pressed = true; };
		a.style.cssText = "position:absolute;right:20px;top:200px"; document.querySelector(".on .body").append(a)`))
	tb.Finger(middle(tb, "#mine"))
	if !browser.Eval[bool](tb, `window.pressed === true`) {
		t.Error("a button on a slide is not pressed")
	}
	tb.At("a button on a slide", 1, 0)
	tb.Do(browser.JS(`deck.go(0, 0); document.querySelector("#mine").remove();
		getSelection().selectAllChildren(document.querySelector(".on p"))`))
	tb.Finger(browser.Point{X: 800, Y: 300})
	tb.At("a tap that takes a selection away", 1, 0)
	tb.Finger(browser.Point{X: 800, Y: 300})
	tb.At("a tap after it", 2, 0)
}

func testPen(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, handy(), 1280, 720)
	defer tb.Done()
	at := func(x float64) browser.Point { return browser.Point{X: x, Y: 600} }
	tb.Pen(at(1200), at(1200))
	tb.At("a tap of the pen at the right", 2, 0)
	tb.Pen(at(900), at(500))
	tb.At("a swipe of the pen", 2, 1)
	tb.Pen(at(900), browser.Point{X: 800, Y: 500})
	tb.At("a pen that moved upwards", 2, 1)
	tb.Pen(at(100), at(100))
	tb.At("a tap of the pen at the left", 2, 0)
}

// testZoomed: a page can be made larger with two fingers, and one finger then moves over it.
func testZoomed(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, handy(), 390, 844)
	defer tb.Done()
	tb.Phone(390, 844)
	tb.Pinch(browser.Point{X: 200, Y: 400}, 40, 150)
	tb.Until(`visualViewport.scale > 1.5`)
	tb.At("two fingers", 1, 0)
	before := browser.Eval[float64](tb, `visualViewport.offsetLeft`)
	tb.Finger(browser.Point{X: 150, Y: 500}, browser.Point{X: 30, Y: 500})
	tb.Until(fmt.Sprintf(`visualViewport.offsetLeft !== %v`, before))
	tb.At("a finger over an enlarged page", 1, 0)
}

func testWheel(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, handy(), 1280, 720)
	defer tb.Done()
	free, now := browser.Point{X: 1200, Y: 640}, time.Now()
	turn := func(what string, slide, step int, after time.Duration, over browser.Point, dx, dy float64) {
		t.Helper()
		now = now.Add(after)
		tb.Wheel(over, dx, dy, now)
		tb.At(what, slide, step)
	}
	const rest = time.Second
	turn("a notch", 2, 0, rest, free, 0, 120)
	turn("a second notch without a rest", 2, 0, 50*time.Millisecond, free, 0, 120)
	turn("a third one", 2, 0, 50*time.Millisecond, free, 0, 120)
	turn("a notch after a rest", 2, 1, rest, free, 0, 120)
	turn("a notch back", 2, 0, rest, free, 0, -120)
	turn("a touch of the pad", 2, 0, rest, free, 0, 8)
	now = now.Add(rest)
	for d := 60.0; d > 1; d *= .93 { // a swipe over a pad, with its inertia
		now = now.Add(16 * time.Millisecond)
		tb.Wheel(free, 0, d, now)
	}
	tb.At("a swipe over a pad", 2, 1)
	turn("sideways", 3, 0, rest, free, 100, 0)
	box := middle(tb, ".on .out .in")
	turn("over an output that scrolls", 3, 0, rest, box, 0, 120)
	tb.Until(`document.querySelector(".on .out .in").scrollTop > 0`)
	tb.Do(browser.JS(`document.querySelector(".on .out .in").scrollTop = 1e6`))
	turn("at the end of an output", 3, 0, rest, box, 0, 120)
	turn("beside the output", 4, 0, rest, browser.Point{X: 20, Y: 640}, 0, 120)
	turn("on a tall slide", 4, 0, rest, free, 0, 120)
	tb.Do(browser.JS(`document.querySelector(".on").scrollTop = 1e6`))
	turn("at its end, without a rest", 4, 0, 50*time.Millisecond, free, 0, 120)
	turn("at its end, after a rest", 5, 0, rest, free, 0, 120)
	tb.Do(chromedp.KeyEvent("?"))
	turn("over the help", 5, 0, rest, browser.Point{X: 640, Y: 360}, 0, -120)
	tb.Do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("o"))
	now = now.Add(rest)
	tb.Wheel(free, 0, -120, now)
	tb.Do(chromedp.KeyEvent("o"))
	tb.At("in the overview", 5, 0)
}

// testDialogsByHand: what opens can be closed without a keyboard, and help does what it says.
func testDialogsByHand(t *testing.T, ctx context.Context) {
	for _, phone := range []bool{false, true} {
		tb := open(t, ctx, handy(), 1280, 720)
		press := tb.Click
		if phone {
			tb.Phone(390, 844)
			press = func(p browser.Point) { tb.Finger(p) }
		}
		for _, name := range []string{"help", "index"} {
			for _, how := range []string{"#" + name + " .x", ""} {
				tb.Do(browser.JS(`deck.move.` + name + `()`))
				if how == "" {
					press(browser.Point{X: 5, Y: 5})
				} else {
					press(middle(tb, how))
				}
				if browser.Eval[bool](tb, `!!document.querySelector("dialog[open]")`) {
					t.Fatalf("phone %t: %s is not closed by %q", phone, name, how)
				}
				tb.At("closing "+name, 1, 0)
			}
		}
		tb.Do(browser.JS(`deck.move.help(); document.querySelector("#help [value=last]").scrollIntoView()`))
		press(middle(tb, "#help [value=last]"))
		tb.At("the last slide, from help", 5, 0)
		tb.Do(browser.JS(`deck.move.help(); document.querySelector("#help [value=number]").scrollIntoView()`))
		press(middle(tb, "#help [value=number]"))
		tb.Until(`document.querySelector("#index").open && !document.querySelector("#help").open`)
		press(middle(tb, "#index li:nth-child(2) button"))
		tb.At("a slide of the index", 2, 0)
		tb.Done()
	}
}

// small returns the buttons that a thumb would miss.
const small = `[...document.querySelectorAll("button,input,select,summary,[role=tab]")].filter(e => e.checkVisibility()).flatMap(e => {
	const r = e.getBoundingClientRect(); return r.width < 43.9 || r.height < 43.9 ? [e.outerHTML.slice(0, 90) + " " + Math.round(r.width) + "×" + Math.round(r.height)] : [] })`

func testTargets(t *testing.T, ctx context.Context) {
	tb := open(t, ctx, handy(), 360, 640)
	defer tb.Done()
	tb.Phone(360, 640)
	for _, do := range []string{"", "deck.move.help()", "document.querySelector('#help').close(); deck.move.index()", "document.querySelector('#index').close(); deck.move.overview()"} {
		tb.Do(browser.JS(do))
		for _, s := range browser.Eval[[]string](tb, small) {
			t.Errorf("after %q, too small for a thumb: %s", do, s)
		}
	}
}
