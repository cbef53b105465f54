//go:build browser

package server

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

// The roles of visitors, each on a device of its own.

func TestVisitors(t *testing.T) {
	ctx := browser.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"follower": testFollower, "tone": testToneOfAll, "remote": testRemote, "invitation": testInvitation, "link": testDeepLink, "alone": testAloneStays, "axe": testVisitorsAxe, "refused": testRefused, "phones": testPhones, "shots": testVisitorShots,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx) })
	}
}

// visitor opens the address that somebody with a role gets.
func visitor(t *testing.T, ctx context.Context, s *served, ro *role, w, h int64) *tab {
	t.Helper()
	tb := browser.Open(t, ctx, s.url, w, h, chromedp.WithNewBrowserContext())
	tb.Visit(ro.path + "?token=" + s.srv.token(ro))
	return tb
}

const pressAlone = `document.querySelector("#alone button").click()`

// testFollower: a follower goes with the talk, may look elsewhere, and moves and runs nothing.
func testFollower(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, phone := device(t, ctx, s, "/", 1280, 720), visitor(t, ctx, s, following, 390, 844)
	if got := browser.Eval[string](phone, `location.href`); strings.Contains(got, "token") {
		t.Errorf("the token stays in the address: %s", got)
	}
	hall.Do(chromedp.KeyEvent(kb.ArrowRight))
	phone.Shows(1, 0)
	if n := browser.Eval[int](phone, `[...document.querySelectorAll("[data-run]")].filter(e => e.checkVisibility()).length`); n > 0 {
		t.Errorf("a follower sees %d buttons that run programs", n)
	}
	phone.Do(browser.JS(`document.querySelector("[data-run]").click()`), chromedp.KeyEvent("e"), chromedp.KeyEvent("b"), chromedp.KeyEvent(kb.ArrowRight))
	phone.Shows(1, 1)
	phone.Until(`document.querySelector("#alone")?.textContent.startsWith("on its own")`)
	hall.Do(chromedp.KeyEvent("G"))
	hall.Shows(3, 0)
	hall.Do(chromedp.KeyEvent(kb.ArrowLeft))
	hall.Shows(2, 0)
	phone.Shows(1, 1)
	if black := browser.Eval[bool](hall, `document.documentElement.classList.contains("black")`); black || len(s.asked) > 0 {
		t.Errorf("a follower made the screen black: %t; ran programs: %d", black, len(s.asked))
	}
	phone.Do(browser.JS(pressAlone))
	phone.Shows(2, 0)
	phone.Until(`!document.querySelector("#alone")`)
	if none := browser.Eval[[]string](phone, `[...deck.keys.values()].filter(a => typeof deck.move[a] !== "function")`); len(none) > 0 {
		t.Errorf("keys do %v, which the page cannot", none)
	}
	hall.Do(chromedp.KeyEvent("b"))
	phone.Until(`document.documentElement.classList.contains("black")`)
	phone.Done()
	hall.Done()
}

// testRemote: a phone moves the talk, runs its programs and shows the notes.
func testRemote(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, phone := device(t, ctx, s, "/", 1280, 720), visitor(t, ctx, s, remote, 390, 844)
	phone.Do(chromedp.Click(chromedp.CSS(`[data-move="next"]`)))
	hall.Shows(1, 0)
	phone.Until(`document.querySelector("#memos .due")?.textContent === "say hello <b>"`)
	phone.Do(chromedp.Click(chromedp.CSS("#black")))
	hall.Until(`document.documentElement.classList.contains("black")`)
	phone.Do(chromedp.Click(chromedp.CSS("#timer")))
	phone.Until(`document.querySelector("#timer").textContent === "pause"`)
	phone.Do(chromedp.Click(chromedp.CSS(`#runs li:last-child button`)))
	if got := <-s.asked; got != "run key-last" {
		t.Errorf("the button asked for %q", got)
	}
	for _, which := range []string{`[data-move="next"]`, `[data-move="prev"]`, "#black", `#runs button`} {
		if r := browser.Eval[[]float64](phone, fmt.Sprintf(`(() => { const r = document.querySelector(%q).getBoundingClientRect(); return [r.width, r.height, r.top, r.bottom] })()`, which)); r[0] < 44 || r[1] < 44 {
			t.Errorf("%s is %.0f×%.0f, too small for a thumb", which, r[0], r[1])
		} else if which != "#runs button" && r[3] > 845 {
			t.Errorf("%s ends at %.0f, below the screen", which, r[3])
		}
	}
	phone.Done()
	hall.Done()
}

// testInvitation: one key shows the audience where to follow, and the speaker gets every address.
func testInvitation(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, desk := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1280, 800)
	const shown = `document.querySelector("#invite a")?.textContent || ""`
	hall.Do(chromedp.KeyEvent("a"))
	hall.Until(`!!document.querySelector("#invite path")`)
	if got, want := browser.Eval[string](hall, shown), "/follow/?token="+s.srv.token(following); !strings.HasSuffix(got, want) || strings.Contains(got, ticket) {
		t.Errorf("the audience is shown %s", got)
	}
	desk.Until(`document.querySelector("#invited").getAttribute("aria-pressed") === "true"`)
	hall.Do(chromedp.KeyEvent("a"))
	hall.Until(`!document.querySelector("#invite")`)
	desk.Do(chromedp.KeyEvent("a"))
	desk.Until(`document.querySelectorAll("#links figure").length === 2 && document.querySelector("#links").open`)
	if text := browser.Eval[string](desk, `document.querySelector("#links").textContent`); strings.Contains(text, ticket) || !strings.Contains(text, "/remote/") {
		t.Errorf("the speaker gets %s", text)
	}
	for _, closes := range []func(){
		func() { hall.Do(chromedp.KeyEvent(kb.Escape)) },
		func() { hall.Do(chromedp.Click(chromedp.CSS("#invite .x"))) },
		func() { hall.Do(chromedp.KeyEvent(kb.Enter)); hall.Shows(1, 0) }, // goes on with the talk
	} {
		hall.Do(chromedp.KeyEvent("a"))
		hall.Until(`!!document.querySelector("#invite path") && document.querySelector("#invite").open`)
		closes()
		hall.Until(`!document.querySelector("#invite") && !document.documentElement.classList.contains("ov")`)
		desk.Until(`document.querySelector("#invited").getAttribute("aria-pressed") === "false"`)
	}
	desk.Do(chromedp.Click(chromedp.CSS("#invited")))
	hall.Until(`!!document.querySelector("#invite path")`)
	hall.Reload()
	hall.Until(`!!document.querySelector("#invite path")`)
	desk.Do(chromedp.Click(chromedp.CSS("#gave")))
	desk.Until(`!document.querySelector("#links").open`)
	hall.Done()
	desk.Done()
}

// testDeepLink: who opens the address of a slide sees that slide, wherever the talk is.
func testDeepLink(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	first := browser.Open(t, ctx, s.url, 1280, 720, chromedp.WithNewBrowserContext())
	first.Visit("/?token=" + ticket + "#/4")
	first.Shows(3, 0)
	if browser.Eval[bool](first, `!!document.querySelector("#alone")`) {
		t.Error("a window is on its own where no other one is")
	}
	first.Do(chromedp.KeyEvent(kb.ArrowLeft))
	first.Shows(2, 0)
	late := browser.Open(t, ctx, s.url, 1280, 720, chromedp.WithNewBrowserContext())
	late.Visit("/follow/?token=" + s.srv.token(following) + "#/2.1")
	late.Until(`!!document.querySelector("#alone")`)
	late.Shows(1, 1)
	late.Do(chromedp.KeyEvent("u"))
	late.Shows(2, 0)
	late.Reload()
	late.Shows(2, 0)
	if browser.Eval[bool](late, `!!document.querySelector("#alone")`) {
		t.Error("a page that was read again takes its place for a wish")
	}
}

// testAloneStays: a window that is on its own stays so when it is read again.
func testAloneStays(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, other := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/", 1280, 720)
	other.Do(chromedp.KeyEvent("u"), chromedp.KeyEvent("n"))
	other.Shows(1, 0)
	hall.Do(chromedp.KeyEvent("G"))
	hall.Shows(3, 0)
	other.Reload()
	other.Until(`!!document.querySelector("#alone")`)
	other.Shows(1, 0)
	other.Do(chromedp.KeyEvent("u"))
	other.Shows(3, 0)
}

// testVisitorsAxe looks at every page with all that opens over it.
func testVisitorsAxe(t *testing.T, ctx context.Context) {
	source := browser.Axe(t)
	s, _ := with(t, lecture())
	for _, scheme := range []string{"light", "dark"} {
		pages := map[string]*tab{
			"hall": device(t, ctx, s, "/", 1280, 720), "desk": device(t, ctx, s, "/speaker", 1280, 800),
			"follower": visitor(t, ctx, s, following, 390, 844), "remote": visitor(t, ctx, s, remote, 390, 844),
		}
		for name, tb := range pages {
			tb.Scheme(scheme)
			look := func(what string) { t.Helper(); tb.Axe(name+", "+what+", "+scheme, source) }
			tb.Do(browser.JS(`deck.go(1, 1)`))
			look("a slide")
			for _, what := range []string{"help", "index"} {
				tb.Do(browser.JS(`deck.move.` + what + `()`))
				look(what)
				tb.Do(chromedp.KeyEvent(kb.Escape))
				tb.Until(`!document.querySelector("dialog[open]")`)
			}
			switch name {
			case "hall", "follower":
				tb.Do(browser.JS(`deck.go(2, 0); document.querySelector("#controls button").focus()`))
				look("the buttons")
				tb.Do(browser.JS(`deck.move.overview()`))
				look("overview")
				tb.Do(browser.JS(`deck.move.overview()`))
			}
			if name == "hall" {
				tb.Do(browser.JS(`deck.go(2, 0)`), chromedp.KeyEvent("E"))
				tb.Until(`document.querySelector("#edit textarea")`)
				look("the editor")
				tb.Do(chromedp.KeyEvent(kb.Escape))
				tb.Until(`!document.querySelector("#edit")`)
			}
			if name != "follower" {
				tb.Do(browser.JS(`void deck.move.invite()`)) // what its key does is tested elsewhere
				tb.Until(`document.querySelector("#invite path") || document.querySelector("#links[open] path")`)
				look("addresses")
				tb.Do(chromedp.KeyEvent(kb.Escape))
				tb.Until(`!document.querySelector("#invite") && !document.querySelector("dialog[open]")`)
				for _, other := range pages { // the key takes back an invitation that its window still knows of
					other.Until(`!live.now?.invite`)
				}
			}
		}
		pages["follower"].Until(`document.querySelector("#alone")`)
		s.events <- slides.Broken{Diags: slides.Diags{{Pos: slides.Pos{File: deckFile, Off: 2}, Len: 5, Msg: "undefined", Hint: "try another"}}}
		for _, name := range []string{"hall", "desk"} {
			pages[name].Until(`document.querySelector("#broken .m")`)
			pages[name].Axe(name+", a broken deck, "+scheme, source)
		}
		s.load(lecture())
		pages["hall"].Until(`!document.querySelector("#broken")`)
	}
}

// testRefused: who comes without a token, or with a name that the server does not know, reads why.
func testRefused(t *testing.T, ctx context.Context) {
	source := browser.Axe(t)
	s, _ := with(t, lecture())
	for _, scheme := range []string{"light", "dark"} {
		tb := browser.Open(t, ctx, s.url, 360, 640, chromedp.WithNewBrowserContext())
		tb.Phone(360, 640)
		tb.Scheme(scheme)
		tb.Do(chromedp.Navigate(s.url + "/?token=wrong"))
		tb.Until(`document.querySelector("main p")?.textContent.includes("Open the address that slidexec printed")`)
		tb.Axe("a refusal, "+scheme, source)
		if w := browser.Eval[int](tb, `document.documentElement.scrollWidth`); w > 360 {
			t.Errorf("the page is %d wide on a phone", w)
		}
		if *browser.Shots != "" {
			tb.Shoot("refused-" + scheme + ".png")
		}
	}
}

// meet returns what is wrong with where things are: buttons that a thumb would miss, that lie over each
// other or over a text, that are outside of the window; and a page that is wider than the window.
const meet = `(() => {
	const all = [...document.querySelectorAll("button,input,a,#where,#spent,#clock,#pace,#hint,#then,#memo,#cur")].filter(e => !e.closest("#deck,#memos,dialog:not([open]),#controls") && e.checkVisibility() && e.textContent + e.id);
	const out = [], name = (e) => e.id || e.dataset.move || e.textContent.trim(), box = new Map(all.map(e => [e, e.getBoundingClientRect()]));
	for (const [e, r] of box) {
		if (/BUTTON|INPUT/.test(e.tagName) && Math.round(Math.min(r.width, r.height) * 100) < 4400) out.push(name(e) + " is " + r.width + "×" + r.height);
		if (r.left < 0 || r.right > innerWidth + .5) out.push(name(e) + " is cut at a side");
		if (e.matches("#where,#spent,#cur,[data-move],#black,#timer") && (r.top < 0 || r.bottom > innerHeight + .5)) out.push(name(e) + " is below the screen");
		if (/BUTTON/.test(e.tagName) && e.scrollWidth > e.clientWidth + 1) out.push(name(e) + " is too narrow for its name");
		for (const [o, q] of box) if (o !== e && !o.contains(e) && !e.contains(o) && r.left < q.right - 1 && q.left < r.right - 1 && r.top < q.bottom - 1 && q.top < r.bottom - 1) out.push(name(e) + " is over " + name(o));
	}
	if (document.documentElement.scrollWidth > innerWidth) out.push("the page is " + document.documentElement.scrollWidth + " wide");
	return out;
})()`

// testPhones holds phones upright and sideways.
func testPhones(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	for name, size := range map[string][2]int64{"small": {360, 640}, "phone": {390, 844}, "wide": {844, 390}, "short": {640, 360}} {
		for page, tb := range map[string]*tab{
			"follow": visitor(t, ctx, s, following, size[0], size[1]), "remote": visitor(t, ctx, s, remote, size[0], size[1]),
			"desk": device(t, ctx, s, "/speaker", size[0], size[1]), "hall": device(t, ctx, s, "/", size[0], size[1]),
		} {
			tb.Phone(size[0], size[1])
			tb.Do(browser.JS(`deck.go(1, 1)`))
			if page == "desk" || page == "remote" {
				tb.Do(browser.JS(`live.stage({elapsed: 4e6, planned: 6e5})`)) // late by an hour
				tb.Until(`/behind/.test(document.querySelector("#pace").textContent)`)
			} else {
				tb.Finger(browser.Point{X: float64(size[0]) / 2, Y: float64(size[1]) / 2}) // shows the buttons
			}
			tb.Settled()
			if *browser.Shots != "" {
				tb.Shoot("touch-" + page + "-" + name + ".png")
			}
			for _, what := range browser.Eval[[]string](tb, meet) {
				t.Errorf("%s, %s: %s", page, name, what)
			}
			for what, open := range map[string]string{"help": `deck.move.help()`, "index": `document.querySelector("#help").close(); deck.move.index()`} {
				if what == "help" {
					tb.Do(browser.JS(`document.querySelector("#index").close()`))
				}
				tb.Do(browser.JS(open))
				if wide := browser.Eval[bool](tb, `(r => r.left < 0 || r.right > innerWidth || r.top < 0 || r.bottom > innerHeight)(document.querySelector("dialog[open]").getBoundingClientRect())`); wide {
					t.Errorf("%s, %s: %s is larger than the screen", page, name, what)
				}
				if *browser.Shots != "" && page == "follow" {
					tb.Shoot("touch-" + what + "-" + name + ".png")
				}
			}
		}
	}
}

func testVisitorShots(t *testing.T, ctx context.Context) {
	if *browser.Shots == "" {
		t.Skip("no -shots")
	}
	s, _ := with(t, lecture())
	for _, scheme := range []string{"light", "dark"} {
		for name, size := range map[string][2]int64{"phone": {390, 844}, "wide": {844, 390}} {
			for _, ro := range []*role{following, remote} {
				tb := visitor(t, ctx, s, ro, size[0], size[1])
				tb.Scheme(scheme)
				tb.Do(browser.JS(`deck.go(1, 1)`))
				tb.Settled()
				tb.Shoot(fmt.Sprintf("%s-%s-%s.png", ro.name, name, scheme))
			}
		}
		hall, desk := device(t, ctx, s, "/", 1280, 720), device(t, ctx, s, "/speaker", 1280, 800)
		for name, tb := range map[string]*tab{"hall": hall, "desk": desk} {
			tb.Scheme(scheme)
			tb.Do(chromedp.KeyEvent("a"))
			tb.Until(map[string]string{"hall": `!!document.querySelector("#invite path")`, "desk": `document.querySelector("#links").open`}[name])
			tb.Settled()
			tb.Shoot(fmt.Sprintf("links-%s-%s.png", name, scheme))
		}
		hall.Do(chromedp.KeyEvent("a"))
	}
}

// testToneOfAll: the speaker's key makes all windows light or dark, also one that comes later; a follower may
// choose for herself, and keeps it.
func testToneOfAll(t *testing.T, ctx context.Context) {
	s, _ := with(t, lecture())
	hall, phone := device(t, ctx, s, "/", 1280, 720), visitor(t, ctx, s, following, 390, 844)
	is := func(tb *tab, color string) {
		t.Helper()
		tb.Until(`getComputedStyle(document.documentElement).backgroundColor === "` + map[string]string{"light": "rgb(252, 251, 248)", "dark": "rgb(21, 23, 28)"}[color] + `"`)
	}
	is(phone, "light")
	hall.Do(chromedp.KeyEvent("D"))
	is(hall, "dark")
	is(phone, "dark")
	late := visitor(t, ctx, s, following, 390, 844)
	if first := browser.Eval[string](late, `document.documentElement.className`); !strings.Contains(first, "dark") {
		t.Errorf("a window that comes later begins with %q", first)
	}
	phone.Do(chromedp.KeyEvent("D"))
	is(phone, "light")
	phone.Reload()
	is(phone, "light")
	is(hall, "dark")
	is(late, "dark")
	phone.Do(chromedp.KeyEvent("D"))
	is(phone, "dark")
	for _, tb := range []*tab{hall, phone, late} {
		tb.Done()
	}
}
