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
	"github.com/slidexec/slidexec/slides"
)

// What a server says, as it is seen in a real browser. The talk is made up by the tests.

func TestLive(t *testing.T) {
	ctx := browser.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"edit": testLiveEdit, "place": testLivePlace, "follow": testLiveFollow, "stream": testLiveStream, "controls": testLiveControls,
		"broken": testLiveBroken, "restart": testLiveRestart, "stranger": testLiveStranger, "day": testLiveDay, "mute": testLiveMute, "sleep": testLiveSleep, "terminal": testLiveTerminal, "late": testLiveLate, "killed": testLiveKilled, "drift": testLiveDrift, "alone": testLiveAlone, "windows": testLiveWindows, "together": testLiveTogether, "flood": testLiveFlood, "frames": testLiveFrames, "looks": testLiveLooks,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

type tab = browser.Tab

// enter opens the address of a server in a tab of its own.
func enter(t *testing.T, ctx context.Context, s *served) *tab {
	t.Helper()
	return s.window(t, ctx, "/", 1280, 720)
}

// window opens a page of the server in a tab of its own.
func (s *served) window(t *testing.T, ctx context.Context, path string, w, h int64, opts ...chromedp.ContextOption) *tab {
	t.Helper()
	tb := browser.Open(t, ctx, s.url, w, h, opts...)
	tb.Visit(path + "?token=" + ticket)
	return tb
}

// deckOf returns a deck of slides with titles; a title like "B!" has a program with the id b, one
// like "C+" has two steps.
func deckOf(titles ...string) *slides.Deck {
	d := &slides.Deck{}
	for _, title := range titles {
		name := strings.TrimRight(title, "!+")
		s := titled(name, para("about "+name))
		switch title[len(title)-1] {
		case '!':
			s.Blocks = append(s.Blocks, listing(snippet(strings.ToLower(name), "sh", "id\n")))
		case '+':
			later := para("later")
			later.Step, s.Steps = 1, 2
			s.Blocks = append(s.Blocks, later)
		}
		d.Slides = append(d.Slides, s)
	}
	return view(d, nil).Deck
}

func (s *served) edit(titles ...string) { s.events <- slides.Loaded{Deck: deckOf(titles...)} }

func (s *served) ran(id string, r slides.Result) {
	s.events <- slides.Ran{Key: slides.Key("key-" + id), Result: r}
}

// printing returns a run under way.
func printing(out string) slides.Result {
	return slides.Result{State: slides.Running, Started: time.Now(), Log: []slides.Chunk{{Data: []byte(out)}}}
}

const titles = `[...document.querySelectorAll(".slide .t")].map(e => e.textContent).join(" ")`

func testLiveEdit(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B", "C")
	tb := enter(t, ctx, s)
	if got := browser.Eval[string](tb, `location.pathname + location.search`); got != "/" {
		t.Errorf("the token stays in the address: %s", got)
	}
	tb.Do(browser.JS(`window.mark = document.querySelectorAll(".slide")[2]; mark.mark = 1`))
	for _, next := range []string{"A X C", "A X Y C", "A C", "Z A X C", "C Z", "C"} {
		s.edit(strings.Fields(next)...)
		tb.Until(titles + ` === "` + next + `"`)
		n := len(strings.Fields(next))
		tb.Until(fmt.Sprintf(`[...document.querySelectorAll(".slide")].every((e, i) => e.id === "s" + (i + 1) && e.getAttribute("aria-label").startsWith(i + 1 + " of %d") &&
			e.lastElementChild.lastElementChild.textContent === (i + 1) + " / %d")`, n, n))
		if n := browser.Eval[int](tb, `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility()).length`); n != 1 {
			t.Errorf("after %s: %d slides show", next, n)
		}
	}
	if !browser.Eval[bool](tb, `mark.mark === 1`) {
		t.Error("a slide that did not change was replaced")
	}
	tb.Done()
}

func testLivePlace(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B", "C+", "D")
	tb := enter(t, ctx, s)
	tb.Do(browser.JS(`deck.go(2, 1)`))
	for _, tt := range []struct {
		edit, title string
		slide, step int
	}{
		{"A B X C+ D", "C", 4, 1}, // one before it
		{"A B C+ D", "C", 3, 1},
		{"A B E+ D", "E", 3, 1},      // the slide itself
		{"D E+ A B", "E", 2, 1},      // moved
		{"X Y Z E+ A B", "E", 4, 1},  // many
		{"X Y Z D A B", "D", 4, 0},   // with fewer steps
		{"X Y Z", "Z", 3, 0},         // gone, and all behind it
		{"1 2 3 X Y Z", "Z", 6, 0},   // back
		{"1 2 3 X Y W V", "W", 6, 0}, // replaced by two
	} {
		s.edit(strings.Fields(tt.edit)...)
		tb.Until(fmt.Sprintf(`document.querySelectorAll(".slide").length === %d && document.querySelector(".on .t").textContent === %q`, len(strings.Fields(tt.edit)), tt.title))
		tb.Until(fmt.Sprintf(`document.querySelector(".on").id === "s%d"`, tt.slide))
		tb.At(tt.edit, tt.slide, tt.step)
	}
	tb.Done()
}

func testLiveFollow(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B", "C")
	tb := enter(t, ctx, s)
	s.edit("A", "B", "C2")
	tb.Until(titles + ` === "A B C2"`)
	tb.At("an edit elsewhere", 1, 0)
	tb.Do(chromedp.KeyEvent("F"))
	s.edit("A", "B2", "C2")
	tb.Until(`document.querySelector(".on .t").textContent === "B2"`)
	s.edit("A3", "B3", "C2")
	tb.Until(titles + ` === "A3 B3 C2"`)
	tb.At("an edit here and elsewhere", 2, 0)
	tb.Done()
}

func testLiveStream(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A!", "B")
	tb := enter(t, ctx, s)
	const box, button = `document.querySelector("[data-key=key-a]")`, `document.querySelector(".ctl")`
	if !browser.Eval[bool](tb, box+`.hidden && `+button+`.textContent.endsWith(" run")`) {
		t.Error("before it ran there is an output or no button")
	}
	s.ran("a", printing("one\n"))
	tb.Until(box + `.querySelector("samp").textContent === "one"`)
	tb.Until(button + `.textContent === "■ stop" && ` + box + `.classList.contains("busy") && !` + box + `.hidden`)
	tb.Until(`/^● running 0\.[2-9] s$/.test(` + box + `.querySelector(".st").textContent)`) // it goes on counting
	out := "\x1b[31mone\x1b[0m\n"
	for i := range 400 {
		out += fmt.Sprintf("line %d\n", i)
		if i%40 == 0 {
			s.ran("a", printing(out))
		}
	}
	tb.Do(browser.JS(box + `.querySelector(".in").mark = 1`))
	s.ran("a", printing(out))
	tb.Until(box + `.querySelector("samp").textContent.trimEnd() === "one" + Array.from({length: 400}, (_, i) => "\nline " + i).join("")`)
	tb.Until(`(e => e.scrollHeight > e.clientHeight && e.scrollHeight - e.scrollTop - e.clientHeight < 4)(` + box + `.querySelector(".in"))`) // follows the end
	if got := browser.Eval[string](tb, `getComputedStyle(`+box+`.querySelector("samp .l span")).color`); got != "rgb(179, 38, 30)" {
		t.Errorf("red is %s", got)
	}
	tb.Do(browser.JS(`{ const e = ` + box + `.querySelector(".in"); e.dispatchEvent(new WheelEvent("wheel", {bubbles: true})); e.scrollTop = 40; }`)) // by a hand
	s.ran("a", printing(out+"and more\n"))
	tb.Until(box + `.querySelector("samp").textContent.includes("and more")`)
	tb.Settled()
	if got := browser.Eval[int](tb, box+`.querySelector(".in").scrollTop`); got != 40 {
		t.Errorf("an output that was scrolled to 40 is at %d", got)
	}
	failed := printed(out+"error: it ends\n", 1300*time.Millisecond)
	failed.Status, failed.Exit = slides.Exited, 3
	s.ran("a", failed)
	tb.Until(box + `.querySelector(".st").textContent === "✗ exit 3 · 1.3 s" && ` + box + `.classList.contains("bad") && ` + button + `.textContent === "↻ run again"`)
	tb.Until(`document.querySelector("#live").textContent === "output · a: ✗ exit 3 · 1.3 s"`)
	if !browser.Eval[bool](tb, box+`.querySelector(".in").mark === 1`) {
		t.Error("the box was replaced while it grew")
	}
	s.ran("a", slides.Result{})
	tb.Until(box + `.hidden && ` + button + `.textContent.endsWith(" run")`)
	tb.Done()
}

func testLiveControls(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A!", "B!", "C")
	tb := enter(t, ctx, s)
	for _, tt := range []struct {
		what string
		do   chromedp.Action[chromedp.Void]
		want string
	}{
		{"click", chromedp.Click(chromedp.CSS("#s1 .ctl")), "run key-a"},
		{"e", chromedp.KeyEvent("e"), "run key-a"},
		{"Ctrl E", chromedp.KeyEvent("e", chromedp.KeyModifiers(chromedp.ModifierCtrl)), "run key-a"},
		{"the button by keyboard", browser.JS(`document.querySelector("#s1 .ctl").focus()`), ""},
		{"Enter", chromedp.KeyEvent(kb.Enter), "run key-a"},
		{"next slide", chromedp.KeyEvent("n"), ""},
		{"e there", chromedp.KeyEvent("e"), "run key-b"},
		{"x", chromedp.KeyEvent("x"), "stop key-b"},
	} {
		tb.Do(tt.do)
		if tt.want == "" {
			continue
		}
		if got := <-s.asked; got != tt.want {
			t.Errorf("%s asked for %q, want %q", tt.what, got, tt.want)
		}
	}
	s.ran("b", printing("x\n"))
	tb.Until(`document.querySelector("#s2 .ctl").textContent === "■ stop"`)
	tb.Do(chromedp.Click(chromedp.CSS("#s2 .out .ctl")))
	if got := <-s.asked; got != "stop key-b" {
		t.Errorf("the button of a running program asked for %q", got)
	}
	tb.Do(chromedp.KeyEvent("R"))
	if got := <-s.asked; got != "run key-b" {
		t.Errorf("R asked for %q", got)
	}
	tb.Done()
}

func testLiveBroken(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A", "B")
	tb := enter(t, ctx, s)
	s.events <- slides.Broken{Diags: slides.Diags{{Pos: slides.Pos{File: deckFile, Off: 32}, Len: 5, Msg: "undefined <b>id</b>", Hint: "try another"}}}
	tb.Until(`document.querySelector("#broken .m").textContent === "talk.md:3:23: undefined <b>id</b>"`)
	if got := browser.Eval[string](tb, titles); got != "A B" {
		t.Errorf("the last good deck is %s", got)
	}
	again := enter(t, ctx, s)
	again.Until(`document.querySelector("#broken .m")`)
	s.edit("A", "B", "C")
	for _, tb := range []*tab{tb, again} {
		tb.Until(`!document.querySelector("#broken") && ` + titles + ` === "A B C"`)
		tb.Done()
	}
}

// testLiveFlood has a program print faster than a browser draws.
func testLiveFlood(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A!", "B")
	tb := enter(t, ctx, s)
	line := strings.Repeat("x", 99) + "\n"
	var log []slides.Chunk
	for range 100 { // 1 MB, as much as a program may print
		log = append(log, slides.Chunk{Data: []byte(strings.Repeat(line, 100))})
		s.ran("a", slides.Result{State: slides.Running, Started: time.Now(), Log: slices.Clone(log)})
	}
	s.ran("a", slides.Result{State: slides.Done, Status: slides.OutputLimit, Log: log, Truncated: true, Omitted: 99e6})
	tb.Until(`document.querySelector("[data-key=key-a] .cut")?.textContent === "… 94.4 MiB more not shown"`)
	if n := browser.Eval[int](tb, `document.querySelectorAll("[data-key=key-a] .l").length`); n < 10_000 {
		t.Errorf("%d lines", n)
	}
	tb.Do(chromedp.KeyEvent("n"))
	tb.At("a key after a flood", 2, 0)
	tb.Done()
}

// testLiveFrames has many messages come between two frames: the slide is laid out once for all of them, its
// output is followed, and keys work meanwhile.
func testLiveFrames(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A!", "B")
	tb := enter(t, ctx, s)
	s.ran("a", printing("x\n"))
	tb.Until(`document.querySelector("[data-key=key-a] samp")`)
	tb.Settled()
	tb.Do(browser.JS(`window.fits = 0; const real = deck.grew; deck.grew = () => { fits++; real(); };
		window.frame = requestAnimationFrame; window.waiting = []; window.requestAnimationFrame = (f) => waiting.push(f)`))
	const lines = 2000
	for n := 200; n <= lines; n += 200 {
		s.ran("a", printing(strings.Repeat("line\n", n)))
		tb.Until(fmt.Sprintf(`document.querySelectorAll("[data-key=key-a] .l").length >= %d`, n))
	}
	if n := browser.Eval[int](tb, `waiting.length`); n != 1 {
		t.Errorf("10 messages before a frame have %d frames asked for", n)
	}
	tb.Do(browser.JS(`window.requestAnimationFrame = frame; waiting.forEach((f) => f())`))
	if n := browser.Eval[int](tb, `fits`); n != 1 {
		t.Errorf("10 messages are fitted %d times", n)
	}
	tb.Until(`(e => e.scrollHeight > e.clientHeight && e.scrollHeight - e.scrollTop - e.clientHeight < 4)(document.querySelector("[data-key=key-a]>.in"))`)
	tb.Do(browser.JS(`document.querySelector("[data-key=key-a]>.in").scrollTop = 40`))
	tb.Settled()
	s.ran("a", printing(strings.Repeat("line\n", lines+100)))
	tb.Until(`document.querySelectorAll("[data-key=key-a] .l").length >= 2100`)
	tb.Settled()
	if top := browser.Eval[float64](tb, `document.querySelector("[data-key=key-a]>.in").scrollTop`); top != 40 {
		t.Errorf("an output that was scrolled to 40 is at %v", top)
	}
	if got := browser.Eval[string](tb, `document.querySelector("[data-key=key-a]").dataset.cut`); !strings.HasSuffix(got, "more lines") {
		t.Errorf("an output that goes on below says %q", got)
	}
	tb.Do(chromedp.KeyEvent("n"))
	tb.At("a key while a program prints", 2, 0)
	tb.Done()
}

// testLiveLooks has a program fill a slide, at once and with lines that get longer: keys wait while the page
// looks how tall the slide is, so it looks a few times only, and what was found stays with the box.
func testLiveLooks(t *testing.T, ctx context.Context) {
	s := serve(t)
	s.edit("A!", "B")
	tb := enter(t, ctx, s)
	tb.Do(browser.JS(`window.looks = 0; { const body = document.querySelector(".on .body"), real = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "offsetHeight").get;
		Object.defineProperty(body, "offsetHeight", {get() { looks++; return real.call(this); }}); }`))
	for i, lines := range []int{10_000, 10_010, 10_020} {
		s.ran("a", printing(strings.Repeat("line\n", lines)+strings.Repeat("x", 40*i)+"\n"))
		tb.Until(fmt.Sprintf(`document.querySelectorAll("[data-key=key-a] .l").length >= %d`, lines))
		tb.Settled()
		if n := browser.Eval[int](tb, `looks`); n < 1 && i == 0 || n > 6 {
			t.Errorf("output %d: the page looked %d times how tall the slide is", i, n)
		}
		if over := browser.Eval[float64](tb, `(s => s.scrollHeight - s.clientHeight)(document.querySelector(".on"))`); over > 0 {
			t.Errorf("output %d: the slide is %v pixels too tall", i, over)
		}
		if free := browser.Eval[float64](tb, `(s => s.querySelector("footer").getBoundingClientRect().top - s.querySelector(".out").getBoundingClientRect().bottom)(document.querySelector(".on"))`); free > 60 {
			t.Errorf("output %d: %v pixels below it are empty", i, free)
		}
		tb.Do(browser.JS(`looks = 0`))
	}
	tb.Done()
}

// testLiveTerminal types into the terminal of a program.
func testLiveTerminal(t *testing.T, ctx context.Context) {
	s := serve(t)
	term := snippet("term", "bash", "cat\n")
	term.Exec.Mode, term.Exec.Pty = slides.ModePty, true
	v := three("Two")
	v.Deck.Slides[1].Blocks = append(v.Deck.Slides[1].Blocks, listing(term), &slides.Output{ID: "term", Snippet: term})
	v.Deck.Snippets = append(v.Deck.Snippets, term)
	s.load(v)
	shows := func(state slides.State, lines ...string) {
		s.events <- slides.Ran{Key: term.Key, Result: slides.Result{State: state, Status: slides.OK, Started: clock,
			Screen: &slides.Screen{Cols: 40, Rows: 5, Lines: lines, Row: len(lines) - 1, Col: 2, Cursor: true, Mouse: true}}}
	}
	tb := enter(t, ctx, s)
	told := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if got := <-s.asked; got != "type key-term "+w {
				t.Errorf("the page sent %s, want %s", got, w)
			}
		}
	}
	tb.Do(chromedp.KeyEvent("j"), chromedp.KeyEvent("i"))
	tb.Until(`document.querySelector("#said")?.textContent.includes("no program with a terminal")`)
	shows(slides.Running, "first", "$ ")
	tb.Until(`document.querySelector(".on .tty[data-cols]")?.textContent.startsWith("first")`)
	tb.Do(chromedp.KeyEvent("i"))
	tb.Until(`document.querySelector("#keyboard")`)
	tb.Do(chromedp.KeyEvent("j"), chromedp.KeyEvent(" "), chromedp.KeyEvent("\r"), chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("\t"),
		chromedp.KeyEvent("c", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent("x", chromedp.KeyModifiers(chromedp.ModifierAlt)))
	told(`{"key":"j"}`, `{"key":" "}`, `{"key":"\u003ccr\u003e"}`, `{"key":"\u003cUp\u003e"}`, `{"key":"\u003cEsc\u003e"}`, `{"key":"\u003cTab\u003e"}`,
		`{"key":"\u003cc-c\u003e"}`, `{"key":"\u003ca-x\u003e"}`)
	tb.At("keys for the program", 2, 0)
	shows(slides.Running, "first", "$ j", "$ ") // the box keeps the keyboard while it is drawn again
	tb.Until(`document.querySelector(".on .tty").textContent.includes("$ j")`)
	tb.Do(chromedp.KeyEvent("k"), browser.JS(`{ const d = new DataTransfer(); d.setData("text", "two\nlines");
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true})); }`))
	told(`{"key":"k"}`, `{"text":"two\nlines"}`)
	tb.Do(browser.JS(`{ const rows = document.querySelectorAll(".on .tty .l"), r = rows[1].getBoundingClientRect(), wide = r.width / 40;
		const at = {clientX: r.left + 2.5 * wide, clientY: r.top + r.height / 2, bubbles: true, cancelable: true, button: 0};
		rows[1].dispatchEvent(new PointerEvent("pointerdown", at)); rows[1].dispatchEvent(new PointerEvent("pointerup", at)); }`))
	told(`{"mouse":{"col":2,"row":1,"action":"press","button":1}}`, `{"mouse":{"col":2,"row":1,"action":"release","button":1}}`)
	tb.Do(chromedp.KeyEvent("]", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	tb.Until(`!document.querySelector("#keyboard")`)
	tb.Do(chromedp.KeyEvent("j"))
	tb.At("j, after leaving", 3, 0)
	tb.Do(chromedp.KeyEvent("k"), chromedp.KeyEvent("i"))
	tb.Until(`document.querySelector("#keyboard")`)
	shows(slides.Done, "first", "bye")
	tb.Until(`!document.querySelector("#keyboard") && !document.querySelector(".on .tty[data-cols]")`)
	tb.Do(chromedp.KeyEvent("j"))
	tb.At("j, after the program's end", 3, 0)
	if len(s.asked) > 0 {
		t.Errorf("the page also sent %s", <-s.asked)
	}
	tb.Done()
}
