//go:build browser

package server

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// The speaker's desk and windows of the audience, on one server and on devices of their own.

// lecture returns a deck with what a speaker needs: steps, notes and programs.
func lecture() *render.View {
	first, last := snippet("first", "bash", "date\n"), snippet("last", "bash", "sleep 9\n")
	unnamed := snippet("", "bash", "uname -a\n")
	unnamed.Key = "key-unnamed"
	point := para("The point")
	point.Step = 1
	talk := titled("With steps", listing(first), placed(first), listing(last), placed(last), para("Some text below"), point)
	talk.Steps = 2
	talk.Notes = []slides.Note{{Step: 0, Text: "say hello <b>"}, {Step: 1, Text: "make the point"}}
	d := &slides.Deck{Slides: []*slides.Slide{titled("Opening", para("Hello.")), talk, titled("A joke", listing(unnamed)), titled("The end", para("Bye."))}}
	return view(d, slides.Results{first.Key: printed("today\n", time.Second)})
}

// device opens a page of the server on a device of its own, whose windows share nothing with others.
func device(t *testing.T, ctx context.Context, s *served, path string, w, h int64) *tab {
	t.Helper()
	return s.window(t, ctx, path, w, h, chromedp.WithNewBrowserContext())
}

func TestSpeaker(t *testing.T) {
	ctx := browser.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"sync": testSync, "notes": testSpeakerNotes, "clock": testClock, "black": testBlack, "pointer": testPointer,
		"jump": testJump, "programs": testPrograms, "edit": testDeskEdit, "axe": testServedAxe, "window": testDeskWindow,
		"steady": testSteady, "shots": testDeskShots,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

func testSync(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1280, 720)
	for _, tb := range []*tab{desk, hall} {
		if none := browser.Eval[[]string](tb, `[...deck.keys.values()].filter(a => typeof deck.move[a] !== "function")`); len(none) > 0 {
			t.Errorf("keys do %v, which the page cannot", none)
		}
	}
	desk.Do(chromedp.KeyEvent(kb.ArrowRight))
	hall.Shows(1, 0)
	desk.Do(chromedp.Click(chromedp.CSS(`[data-move="next"]`)))
	hall.Shows(1, 1)
	hall.Do(chromedp.KeyEvent(kb.ArrowRight))
	desk.Shows(2, 0)
	if got := desk.Text("#where") + "|" + desk.Text("#then"); got != "3 / 4 A joke|next: The end" {
		t.Errorf("the desk says %q", got)
	}
	desk.Reload()
	desk.Shows(2, 0)
	hall.Reload()
	hall.Shows(2, 0)
	hall.Do(chromedp.KeyEvent(kb.ArrowLeft))
	desk.Shows(1, 1)
	if got := desk.Text("#hint"); got != "step 2 of 2 · next: A joke" {
		t.Errorf("the desk announces %q", got)
	}
	shown := browser.Eval[[]string](desk, `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility()).map(s => s.id)`)
	if strings.Join(shown, " ") != "s2 s3" {
		t.Errorf("the desk shows %v, want this slide and the next", shown)
	}
	desk.Do(chromedp.KeyEvent(kb.ArrowLeft))
	hall.Shows(1, 0)
	if got := desk.Text("#hint"); got != "step 1 of 2 · next: The point" {
		t.Errorf("the desk announces %q", got)
	}
	desk.Done()
	hall.Done()
}

func testSpeakerNotes(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1280, 720)
	const notes = `[...document.querySelectorAll("#memos p")].map(p => p.className + ": " + p.textContent).join(", ")`
	desk.Until(notes + ` === "no: no notes on this slide"`)
	desk.Do(chromedp.KeyEvent("n"))
	desk.Until(notes + ` === "due: say hello <b>, later: make the point"`)
	desk.Do(chromedp.KeyEvent(kb.ArrowRight))
	desk.Until(notes + ` === "past: say hello <b>, due: make the point"`)
	hall.Shows(1, 1)
	if browser.Eval[bool](hall, `document.documentElement.outerHTML.includes("make the point")`) {
		t.Error("a page of the audience holds the notes")
	}
	was := browser.Eval[string](desk, `getComputedStyle(document.querySelector("#memos")).fontSize`)
	desk.Do(chromedp.Click(chromedp.CSS(`[data-size="1"]`)))
	desk.Reload()
	if now := browser.Eval[string](desk, `getComputedStyle(document.querySelector("#memos")).fontSize`); now <= was {
		t.Errorf("notes are %s large, were %s, after they were made larger and the page read again", now, was)
	}
}

func testClock(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk := device(t, ctx, s, "/speaker", 1280, 800)
	if got := desk.Text("#spent") + " " + desk.Text("#timer"); got != "0:00 start" {
		t.Errorf("before the talk the clock shows %q", got)
	}
	desk.Do(chromedp.KeyEvent("t"))
	desk.Until(`document.querySelector("#spent").textContent === "0:01"`)
	desk.Reload()
	desk.Until(`document.querySelector("#timer").textContent === "pause"`)
	if got := desk.Text("#spent"); got == "0:00" {
		t.Errorf("after reading the page again the clock shows %s", got)
	}
	desk.Do(chromedp.Click(chromedp.CSS("#timer")))
	desk.Until(`document.querySelector("#timer").textContent === "resume"`)
	stood := desk.Text("#spent")
	other := device(t, ctx, s, "/speaker", 800, 1200)
	other.Until(fmt.Sprintf(`document.querySelector("#spent").textContent === %q`, stood))
	other.Do(browser.JS(`{ const i = document.querySelector("#planned"); i.value = 25; i.dispatchEvent(new Event("change")); }`))
	desk.Until(`document.querySelector("#planned").value === "25"`)
	desk.Do(chromedp.KeyEvent("G"))
	desk.Until(`document.querySelector("#pace").textContent === "19 min ahead"`) // three quarters of 25 minutes
	desk.Do(chromedp.KeyEvent("gg"), browser.JS(`{ const i = document.querySelector("#planned"); i.value = 0; i.dispatchEvent(new Event("change")); }`))
	desk.Until(`document.querySelector("#pace").textContent === ""`)
	desk.Do(chromedp.Click(chromedp.CSS("#reset")))
	desk.Until(`document.querySelector("#spent").textContent === "0:00" && document.querySelector("#timer").textContent === "start"`)
}

func testBlack(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1280, 720)
	const dark, pressed = `document.documentElement.classList.contains("black")`, `document.querySelector("#black").getAttribute("aria-pressed")`
	desk.Do(chromedp.KeyEvent("b"))
	hall.Until(dark)
	desk.Until(pressed + ` === "true"`)
	if browser.Eval[bool](desk, dark) {
		t.Error("the desk is black itself")
	}
	hall.Reload()
	hall.Until(dark)
	hall.Do(chromedp.KeyEvent("b"))
	desk.Until(pressed + ` === "false"`)
	desk.Do(chromedp.Click(chromedp.CSS("#black")))
	hall.Until(dark)
	desk.Do(chromedp.Click(chromedp.CSS("#black")))
	hall.Until("!" + dark)
}

func testPointer(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1000, 750)
	desk.Until(`Math.abs(parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--ratio")) - 4 / 3) < .01`)
	p := browser.Eval[[]float64](desk, `(() => { const r = document.querySelector("#cur").getBoundingClientRect(); return [r.left + r.width / 4, r.top + r.height / 2] })()`)
	desk.Do(chromedp.MouseEvent("mouseMoved", p[0], p[1]))
	hall.Until(`!!document.querySelector("#dot")`)
	at := browser.Eval[[]float64](hall, `(() => { const r = document.querySelector("#dot").getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] })()`)
	if at[0] < 245 || at[0] > 255 || at[1] < 370 || at[1] > 380 {
		t.Errorf("the dot is at %v in a window of 1000×750, want 250, 375", at)
	}
	desk.Do(chromedp.MouseEvent("mouseMoved", p[0], 790))
	hall.Until(`!document.querySelector("#dot")`)
}

func testJump(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1280, 720)
	desk.Do(chromedp.KeyEvent("4G"))
	hall.Shows(3, 0)
	desk.Do(chromedp.Click(chromedp.CSS(`[data-move="index"]`)), chromedp.KeyEvent("joke"), chromedp.KeyEvent(kb.Enter))
	hall.Shows(2, 0)
	desk.Do(chromedp.KeyEvent("/"), chromedp.KeyEvent("2"), chromedp.KeyEvent(kb.Enter))
	hall.Shows(1, 0)
}

func testPrograms(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk := device(t, ctx, s, "/speaker", 1280, 800)
	desk.Do(chromedp.KeyEvent("n"))
	const rows = `[...document.querySelectorAll("#runs li")].map(l => [...l.children].map(e => e.textContent.replace(/^\W+/, "")).join("/")).join(", ")`
	desk.Until(rows + ` === "first/1 s/run again, last/not run/run"`)
	desk.Do(chromedp.Click(chromedp.CSS(`#runs li:last-child button`)))
	if got := <-s.asked; got != "run key-last" {
		t.Errorf("the button asked for %q", got)
	}
	s.events <- slides.Ran{Key: "key-last", Result: slides.Result{State: slides.Running, Started: time.Now()}}
	desk.Until(`/last\W+running.*stop/.test(document.querySelector("#runs").textContent)`)
	desk.Do(chromedp.Click(chromedp.CSS(`#runs li:last-child button`)))
	if got := <-s.asked; got != "stop key-last" {
		t.Errorf("the button asked for %q", got)
	}
	desk.Do(chromedp.KeyEvent("e"))
	if got := <-s.asked; got != "run key-first key-last" {
		t.Errorf("the key asked for %q", got)
	}
	desk.Do(chromedp.KeyEvent("n"))
	desk.Until(rows + ` === "uname -a/not run/run"`)
}

// testDeskEdit makes sure that an edit reaches the desk: its slides, its notes and its counts.
func testDeskEdit(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk := device(t, ctx, s, "/speaker", 1280, 800)
	desk.Do(chromedp.KeyEvent("n"))
	desk.Until(`document.querySelector("#memos .due")?.textContent === "say hello <b>"`)
	v := lecture()
	v.Deck.Slides[1].Notes[0].Text = "say goodbye"
	v.Deck.Slides[2] = titled("Another joke", para("Ho."))
	s.load(v)
	desk.Until(`document.querySelector("#memos .due").textContent === "say goodbye"`)
	desk.Until(`document.querySelector("#then").textContent === "next: Another joke"`)
	desk.Until(`document.querySelector(".nx")?.checkVisibility() && document.querySelector(".nx").textContent.includes("Ho.")`)
	desk.Shows(1, 0)
}

// testDeskWindow opens the desk from the audience's window, by its key.
func testDeskWindow(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall := device(t, ctx, s, "/", 1280, 720)
	hall.Do(browser.JS(`window.open = (...a) => { window.opened = a.join(" "); return null; }`), chromedp.KeyEvent("s"))
	if got := browser.Eval[string](hall, `window.opened || ""`); !strings.HasPrefix(got, "speaker slidexec-speaker") {
		t.Errorf("s opened %q", got)
	}
	hall.Do(chromedp.KeyEvent("n"), chromedp.KeyEvent("S"))
	hall.Shows(1, 1)
}

// testSteady makes sure that an output that arrives moves nothing above itself, and that its own
// place and caption stay.
func testSteady(t *testing.T, ctx context.Context) {
	v := lecture()
	v.Deck.Slides[1].Blocks = v.Deck.Slides[1].Blocks[:5] // with room for the output: else all becomes smaller
	s, _ := with(t, v)
	last := v.Deck.Snippets[slices.IndexFunc(v.Deck.Snippets, func(s *slides.Snippet) bool { return s.Key == "key-last" })]
	hall := device(t, ctx, s, "/", 1280, 720)
	hall.Do(chromedp.KeyEvent("n"))
	hall.Shows(1, 0)
	const tops = `[...document.querySelectorAll(".on .t, .on .box, .on [data-key=key-last] > figcaption")].map(e => Math.round(e.getBoundingClientRect().top)).join()`
	before := browser.Eval[string](hall, tops)
	for _, r := range []slides.Result{
		{State: slides.Queued}, {State: slides.Running, Started: time.Now()},
		{State: slides.Running, Started: time.Now(), Log: []slides.Chunk{{Data: []byte("one\ntwo\n")}}},
		printed("one\ntwo\nthree\n", time.Second),
	} {
		s.events <- slides.Ran{Key: "key-last", Result: r}
		status, _ := render.Status(last, r, time.Now())
		hall.Until(fmt.Sprintf(`document.querySelector(".on [data-key=key-last] .st").textContent.startsWith(%q)`, strings.Fields(status)[0]))
		if after := browser.Eval[string](hall, tops); after != before {
			t.Errorf("%s: boxes are at %s, were at %s", status, after, before)
		}
	}
}

func testServedAxe(t *testing.T, ctx context.Context) {
	source := browser.Axe(t)
	s, _ := with(t, lecture())
	for _, path := range []string{"/", "/speaker"} {
		for _, scheme := range []string{"light", "dark"} {
			tb := device(t, ctx, s, path, 1280, 800)
			tb.Scheme(scheme)
			for i := range 3 {
				tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, %d)`, min(i, 1), i)))
				tb.Axe(fmt.Sprintf("%s, %s, slide %d", path, scheme, i), source)
			}
			tb.Do(chromedp.KeyEvent("?"))
			tb.Axe(fmt.Sprintf("%s, %s, help", path, scheme), source)
			tb.Do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("/"))
			tb.Axe(fmt.Sprintf("%s, %s, index", path, scheme), source)
		}
	}
}

func testDeskShots(t *testing.T, ctx context.Context) {
	if *browser.Shots == "" {
		t.Skip("no -shots")
	}
	s, _ := with(t, lecture())
	for _, size := range [][2]int64{{1280, 800}, {1920, 1080}, {820, 1180}, {1180, 820}, {390, 844}} {
		for _, scheme := range []string{"light", "dark"} {
			tb := device(t, ctx, s, "/speaker", size[0], size[1])
			tb.Scheme(scheme)
			tb.Do(browser.JS(`live.stage({running: true, planned: 1500000}); deck.go(1, 1)`))
			tb.Settled()
			tb.Until(`!!document.querySelector("#memos .due")`)
			tb.Shoot(fmt.Sprintf("desk-%d-%s.png", size[0], scheme))
		}
	}
}
