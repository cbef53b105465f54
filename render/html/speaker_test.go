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

func (tb *tab) reload() {
	tb.t.Helper()
	tb.do(js(`window.before = true`), chromedp.Reload())
	tb.until(`!window.before && document.documentElement.classList.contains("up")`)
}

// shows waits for a slide and step, counted from 0.
func (tb *tab) shows(slide, step int) {
	tb.t.Helper()
	tb.until(fmt.Sprintf(`String(deck.at()) === "%d,%d" && !deck.slides()[%d].hidden`, slide, step, slide))
}

func (tb *tab) text(selector string) string {
	tb.t.Helper()
	return eval[string](tb, fmt.Sprintf(`document.querySelector(%q).textContent`, selector))
}

func TestSpeaker(t *testing.T) {
	ctx := browser(t)
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
	desk.do(chromedp.KeyEvent(kb.ArrowRight))
	hall.shows(1, 0)
	desk.do(chromedp.Click(chromedp.CSS(`[data-move="next"]`)))
	hall.shows(1, 1)
	hall.do(chromedp.KeyEvent(kb.ArrowRight))
	desk.shows(2, 0)
	if got := desk.text("#where") + "|" + desk.text("#then"); got != "3 / 4 A joke|next: The end" {
		t.Errorf("the desk says %q", got)
	}
	desk.reload()
	desk.shows(2, 0)
	hall.reload()
	hall.shows(2, 0)
	hall.do(chromedp.KeyEvent(kb.ArrowLeft))
	desk.shows(1, 1)
	if got := desk.text("#hint"); got != "step 2 of 2 · next: A joke" {
		t.Errorf("the desk announces %q", got)
	}
	shown := eval[[]string](desk, `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility()).map(s => s.id)`)
	if strings.Join(shown, " ") != "s2 s3" {
		t.Errorf("the desk shows %v, want this slide and the next", shown)
	}
	desk.do(chromedp.KeyEvent(kb.ArrowLeft))
	hall.shows(1, 0)
	if got := desk.text("#hint"); got != "step 1 of 2 · next: The point" {
		t.Errorf("the desk announces %q", got)
	}
	desk.done()
	hall.done()
}

func testSpeakerNotes(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1280, 720)
	const notes = `[...document.querySelectorAll("#memos p")].map(p => p.className + ": " + p.textContent).join(", ")`
	desk.until(notes + ` === "no: no notes on this slide"`)
	desk.do(chromedp.KeyEvent("n"))
	desk.until(notes + ` === "due: say hello <b>, later: make the point"`)
	desk.do(chromedp.KeyEvent(kb.ArrowRight))
	desk.until(notes + ` === "past: say hello <b>, due: make the point"`)
	hall.shows(1, 1)
	if eval[bool](hall, `document.documentElement.outerHTML.includes("make the point")`) {
		t.Error("a page of the audience holds the notes")
	}
	was := eval[string](desk, `getComputedStyle(document.querySelector("#memos")).fontSize`)
	desk.do(chromedp.Click(chromedp.CSS(`[data-size="1"]`)))
	desk.reload()
	if now := eval[string](desk, `getComputedStyle(document.querySelector("#memos")).fontSize`); now <= was {
		t.Errorf("notes are %s large, were %s, after they were made larger and the page read again", now, was)
	}
}

func testClock(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk := device(t, ctx, s, "/speaker", 1280, 800)
	if got := desk.text("#spent") + " " + desk.text("#timer"); got != "0:00 start" {
		t.Errorf("before the talk the clock shows %q", got)
	}
	desk.do(chromedp.KeyEvent("t"))
	desk.until(`document.querySelector("#spent").textContent === "0:01"`)
	desk.reload()
	desk.until(`document.querySelector("#timer").textContent === "pause"`)
	if got := desk.text("#spent"); got == "0:00" {
		t.Errorf("after reading the page again the clock shows %s", got)
	}
	desk.do(chromedp.Click(chromedp.CSS("#timer")))
	desk.until(`document.querySelector("#timer").textContent === "resume"`)
	stood := desk.text("#spent")
	other := device(t, ctx, s, "/speaker", 800, 1200)
	other.until(fmt.Sprintf(`document.querySelector("#spent").textContent === %q`, stood))
	other.do(js(`{ const i = document.querySelector("#planned"); i.value = 25; i.dispatchEvent(new Event("change")); }`))
	desk.until(`document.querySelector("#planned").value === "25"`)
	desk.do(chromedp.KeyEvent("G"))
	desk.until(`document.querySelector("#pace").textContent === "19 min ahead"`) // three quarters of 25 minutes
	desk.do(chromedp.KeyEvent("gg"), js(`{ const i = document.querySelector("#planned"); i.value = 0; i.dispatchEvent(new Event("change")); }`))
	desk.until(`document.querySelector("#pace").textContent === ""`)
	desk.do(chromedp.Click(chromedp.CSS("#reset")))
	desk.until(`document.querySelector("#spent").textContent === "0:00" && document.querySelector("#timer").textContent === "start"`)
}

func testBlack(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1280, 720)
	const dark, pressed = `document.documentElement.classList.contains("black")`, `document.querySelector("#black").getAttribute("aria-pressed")`
	desk.do(chromedp.KeyEvent("b"))
	hall.until(dark)
	desk.until(pressed + ` === "true"`)
	if eval[bool](desk, dark) {
		t.Error("the desk is black itself")
	}
	hall.reload()
	hall.until(dark)
	hall.do(chromedp.KeyEvent("b"))
	desk.until(pressed + ` === "false"`)
	desk.do(chromedp.Click(chromedp.CSS("#black")))
	hall.until(dark)
	desk.do(chromedp.Click(chromedp.CSS("#black")))
	hall.until("!" + dark)
}

func testPointer(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1000, 750)
	desk.until(`Math.abs(parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--ratio")) - 4 / 3) < .01`)
	p := eval[[]float64](desk, `(() => { const r = document.querySelector("#cur").getBoundingClientRect(); return [r.left + r.width / 4, r.top + r.height / 2] })()`)
	desk.do(chromedp.MouseEvent("mouseMoved", p[0], p[1]))
	hall.until(`!!document.querySelector("#dot")`)
	at := eval[[]float64](hall, `(() => { const r = document.querySelector("#dot").getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] })()`)
	if at[0] < 245 || at[0] > 255 || at[1] < 370 || at[1] > 380 {
		t.Errorf("the dot is at %v in a window of 1000×750, want 250, 375", at)
	}
	desk.do(chromedp.MouseEvent("mouseMoved", p[0], 790))
	hall.until(`!document.querySelector("#dot")`)
}

func testJump(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk, hall := device(t, ctx, s, "/speaker", 1280, 800), device(t, ctx, s, "/", 1280, 720)
	desk.do(chromedp.KeyEvent("4G"))
	hall.shows(3, 0)
	desk.do(chromedp.Click(chromedp.CSS(`[data-move="index"]`)), chromedp.KeyEvent("joke"), chromedp.KeyEvent(kb.Enter))
	hall.shows(2, 0)
	desk.do(chromedp.KeyEvent("p", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent("2"), chromedp.KeyEvent(kb.Enter))
	hall.shows(1, 0)
}

func testPrograms(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk := device(t, ctx, s, "/speaker", 1280, 800)
	desk.do(chromedp.KeyEvent("n"))
	const rows = `[...document.querySelectorAll("#runs li")].map(l => [...l.children].map(e => e.textContent.replace(/^\W+/, "")).join("/")).join(", ")`
	desk.until(rows + ` === "first/1 s/run again, last/not run/run"`)
	desk.do(chromedp.Click(chromedp.CSS(`#runs li:last-child button`)))
	if got := <-s.asked; got != "run key-last" {
		t.Errorf("the button asked for %q", got)
	}
	s.events <- slides.Ran{Key: "key-last", Result: slides.Result{State: slides.Running, Started: time.Now()}}
	desk.until(`/last\W+running.*stop/.test(document.querySelector("#runs").textContent)`)
	desk.do(chromedp.Click(chromedp.CSS(`#runs li:last-child button`)))
	if got := <-s.asked; got != "stop key-last" {
		t.Errorf("the button asked for %q", got)
	}
	desk.do(chromedp.KeyEvent("e"))
	if got := <-s.asked; got != "run key-first key-last" {
		t.Errorf("the key asked for %q", got)
	}
	desk.do(chromedp.KeyEvent("n"))
	desk.until(rows + ` === "uname -a/not run/run"`)
}

// testDeskEdit makes sure that an edit reaches the desk: its slides, its notes and its counts.
func testDeskEdit(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	desk := device(t, ctx, s, "/speaker", 1280, 800)
	desk.do(chromedp.KeyEvent("n"))
	desk.until(`document.querySelector("#memos .due")?.textContent === "say hello <b>"`)
	v := lecture()
	v.Deck.Slides[1].Notes[0].Text = "say goodbye"
	v.Deck.Slides[2] = titled("Another joke", para("Ho."))
	s.load(v)
	desk.until(`document.querySelector("#memos .due").textContent === "say goodbye"`)
	desk.until(`document.querySelector("#then").textContent === "next: Another joke"`)
	desk.until(`document.querySelector(".nx")?.checkVisibility() && document.querySelector(".nx").textContent.includes("Ho.")`)
	desk.shows(1, 0)
}

// testDeskWindow opens the desk from the audience's window, by its key.
func testDeskWindow(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall := device(t, ctx, s, "/", 1280, 720)
	hall.do(js(`window.open = (...a) => { window.opened = a.join(" "); return null; }`), chromedp.KeyEvent("s"))
	if got := eval[string](hall, `window.opened || ""`); !strings.HasPrefix(got, "speaker slidexec-speaker") {
		t.Errorf("s opened %q", got)
	}
	hall.do(chromedp.KeyEvent("n"), chromedp.KeyEvent("S"))
	hall.shows(1, 1)
}

// testSteady makes sure that an output that arrives moves nothing above itself, and that its own
// place and caption stay.
func testSteady(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall := device(t, ctx, s, "/", 1280, 720)
	hall.do(chromedp.KeyEvent("n"))
	hall.shows(1, 0)
	const tops = `[...document.querySelectorAll(".on .t, .on .box, .on [data-key=key-last] > figcaption")].map(e => Math.round(e.getBoundingClientRect().top)).join()`
	before := eval[string](hall, tops)
	for _, r := range []slides.Result{
		{State: slides.Queued}, {State: slides.Running, Started: time.Now()},
		{State: slides.Running, Started: time.Now(), Log: []slides.Chunk{{Data: []byte("one\ntwo\n")}}},
		printed("one\ntwo\nthree\n", time.Second),
	} {
		s.events <- slides.Ran{Key: "key-last", Result: r}
		status, _ := render.Status(r, time.Now())
		hall.until(fmt.Sprintf(`document.querySelector(".on [data-key=key-last] .st").textContent.startsWith(%q)`, strings.Fields(status)[0]))
		if after := eval[string](hall, tops); after != before {
			t.Errorf("%s: boxes are at %s, were at %s", status, after, before)
		}
	}
}

func testServedAxe(t *testing.T, ctx context.Context) {
	source := axeSource(t)
	s, _ := with(t, lecture())
	for _, path := range []string{"/", "/speaker"} {
		for _, scheme := range []string{"light", "dark"} {
			tb := device(t, ctx, s, path, 1280, 800)
			tb.scheme(scheme)
			for i := range 3 {
				tb.do(js(fmt.Sprintf(`deck.go(%d, %d)`, min(i, 1), i)))
				tb.axe(fmt.Sprintf("%s, %s, slide %d", path, scheme, i), source)
			}
			tb.do(chromedp.KeyEvent("?"))
			tb.axe(fmt.Sprintf("%s, %s, help", path, scheme), source)
			tb.do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("p", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
			tb.axe(fmt.Sprintf("%s, %s, index", path, scheme), source)
		}
	}
}

func testDeskShots(t *testing.T, ctx context.Context) {
	if *shots == "" {
		t.Skip("no -shots")
	}
	s, _ := with(t, lecture())
	for _, size := range [][2]int64{{1280, 800}, {1920, 1080}, {820, 1180}, {1180, 820}, {390, 844}} {
		for _, scheme := range []string{"light", "dark"} {
			tb := device(t, ctx, s, "/speaker", size[0], size[1])
			tb.scheme(scheme)
			tb.do(js(`live.stage({timer: "start", planned: 1500000}); deck.go(1, 1)`))
			tb.settled()
			tb.until(`!!document.querySelector("#memos .due")`)
			tb.save(fmt.Sprintf("desk-%d-%s.png", size[0], scheme))
		}
	}
}
