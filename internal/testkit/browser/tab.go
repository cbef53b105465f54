//go:build browser

// Package browser lets tests check pages in Chromium and with axe-core. Only builds with the tag
// browser have it.
package browser

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

// Shots is the folder for pictures, "" for no pictures.
var Shots = flag.String("shots", "", "write pictures of the sample decks into this `directory`")

// Start starts Chromium, or skips the test if there is none.
func Start(t testing.TB) context.Context {
	t.Helper()
	return start(t, t.TempDir())
}

// StartZoomed starts a browser whose pages are zoomed by a factor, by the user's settings.
func StartZoomed(t testing.TB, by float64) context.Context {
	t.Helper()
	profile := t.TempDir()
	settings := fmt.Sprintf(`{"partition":{"default_zoom_level":{"x":%v}}}`, math.Log(by)/math.Log(1.2))
	if err := os.MkdirAll(filepath.Join(profile, "Default"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "Default", "Preferences"), []byte(settings), 0o666); err != nil {
		t.Fatal(err)
	}
	return start(t, profile)
}

func start(t testing.TB, profile string) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		need.Here(t, "chromium", "it is not installed")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(profile))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// Tab is a page in the browser, with its errors and its requests.
type Tab struct {
	t    testing.TB
	Ctx  context.Context // of the tab, with a time limit
	home string          // the server that the page may request from, "" for a file

	mu       sync.Mutex
	trouble  []string
	requests []string // to other servers
	asked    bool     // the page has requested something from home
}

// Open opens an empty tab with a page of w by h pixels. The page may send requests to the server at
// home, such as "http://127.0.0.1:80", or to none if home is "".
func Open(t testing.TB, ctx context.Context, home string, w, h int64, opts ...chromedp.ContextOption) *Tab {
	t.Helper()
	tb := &Tab{t: t, home: home}
	ctx, cancel := chromedp.NewContext(ctx, append(opts, chromedp.WithListener(tb.listen))...)
	t.Cleanup(cancel)
	tb.Ctx = ctx
	tb.Do(chromedp.EmulateViewport(w, h)) // the first run owns the tab, so only later ones have a limit
	tb.Ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	Call(tb, network.Enable, network.EnableParams{})
	Call(tb, log.Enable, cdp.Empty{})
	return tb
}

func (tb *Tab) listen(ev any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(ev.Request.URL)
		switch {
		case tb.home != "" && strings.HasPrefix(ev.Request.URL, tb.home+"/"):
			tb.asked = true
		case err != nil || u.Scheme != "file" && u.Scheme != "data" && u.Scheme != "about":
			tb.requests = append(tb.requests, ev.Request.URL)
		}
	case *log.EventEntryAdded:
		tb.trouble = append(tb.trouble, ev.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		tb.trouble = append(tb.trouble, string(ev.Type))
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			text = e.Description
		}
		tb.trouble = append(tb.trouble, fmt.Sprint(text, ev.ExceptionDetails.LineNumber))
	}
}

// Do runs actions in the browser.
func (tb *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	if err := chromedp.Do(tb.Ctx, steps...); err != nil {
		tb.t.Fatal(err)
	}
}

// Run runs an action and returns its value.
func Run[T any](tb *Tab, a chromedp.Action[T]) T {
	tb.t.Helper()
	v, err := chromedp.Run(tb.Ctx, a)
	if err != nil {
		tb.t.Fatal(err)
	}
	return v
}

// Call calls a command of the browser.
func Call[P, R any](tb *Tab, c cdp.Command[P, R], params P) {
	tb.t.Helper()
	if _, err := chromedp.Call(tb.Ctx, c, params); err != nil {
		tb.t.Fatal(err)
	}
}

// JS returns an action that runs a script and drops its value.
func JS(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script)
}

// Eval returns the value of an expression in the page. If the value is a promise, Eval waits for it.
func Eval[T any](tb *Tab, expr string) T {
	tb.t.Helper()
	return Run(tb, chromedp.Evaluate[T](expr, chromedp.EvalAwaitPromise))
}

// Show loads a file at a place like "#/3.1".
func (tb *Tab) Show(file, place string) {
	tb.t.Helper()
	tb.Do(chromedp.Navigate("file://" + file + place))
	// Navigate may return while the page still loads; Eval ends the test when time runs out.
	for Eval[string](tb, `decodeURIComponent(location.pathname) + " " + document.readyState`) != file+" complete" {
	}
}

// Visit loads a page of the server.
func (tb *Tab) Visit(path string) {
	tb.t.Helper()
	tb.Do(chromedp.Navigate(tb.home + path))
	tb.Until(`document.readyState === "complete" && document.documentElement.classList.contains("up")`)
}

// Reload loads the page again.
func (tb *Tab) Reload() {
	tb.t.Helper()
	tb.Do(JS(`window.before = true`), chromedp.Reload())
	tb.Until(`!window.before && document.documentElement.classList.contains("up")`)
}

// Until waits until an expression in the page is true.
func (tb *Tab) Until(expr string) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.Ctx, time.Minute)
	defer cancel()
	const poll = `new Promise(f => { const look = () => { let is; try { is = %s } catch {} is ? f(true) : setTimeout(look, 10); }; look(); })`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(poll, expr), chromedp.EvalAwaitPromise)); err != nil {
		tb.t.Fatalf("never: %s\n%v\n%s", expr, err, Eval[string](tb, `(document.querySelector(".on")?.outerHTML || document.body.innerText).slice(0, 2000)`))
	}
}

// Text returns the text of an element.
func (tb *Tab) Text(selector string) string {
	tb.t.Helper()
	return Eval[string](tb, fmt.Sprintf(`document.querySelector(%q).textContent`, selector))
}

// Scheme sets the reader's preference, light or dark.
func (tb *Tab) Scheme(s string) {
	tb.t.Helper()
	Call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s}},
	})
}

// Settled waits for two frames. After that, the page has finished its deferred work.
func (tb *Tab) Settled() {
	tb.t.Helper()
	tb.Do(chromedp.Evaluate[chromedp.Void](
		`new Promise(f => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => setTimeout(f)))))`, chromedp.EvalAwaitPromise))
}

// At checks the slide (counted from 1) and the step in the document and in the address.
func (tb *Tab) At(what string, slide, step int) {
	tb.t.Helper()
	tb.Settled()
	want := fmt.Sprintf("#/%d", slide)
	if step > 0 {
		want += fmt.Sprintf(".%d", step)
	}
	got := Eval[string](tb, `location.hash`)
	shown := Eval[string](tb, `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility()).map(s => s.id).join()`)
	if got != want || shown != fmt.Sprintf("s%d", slide) {
		tb.t.Errorf("after %s: at %s showing %s, want %s", what, got, shown, want)
	}
}

// Shows waits for a slide and step, counted from 0.
func (tb *Tab) Shows(slide, step int) {
	tb.t.Helper()
	tb.Until(fmt.Sprintf(`String(deck.at()) === "%d,%d" && !deck.slides()[%d].hidden`, slide, step, slide))
}

// Done checks that the page had no errors and sent requests to its server alone.
func (tb *Tab) Done() {
	tb.t.Helper()
	tb.Alone()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, s := range tb.trouble {
		tb.t.Errorf("console: %s", s)
	}
}

// Alone checks that the page sent requests to its server alone.
func (tb *Tab) Alone() {
	tb.t.Helper()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, s := range tb.requests {
		tb.t.Errorf("request to %s", s)
	}
	if tb.home != "" && !tb.asked {
		tb.t.Error("no request was seen at all")
	}
}

// Shoot writes a picture of the page into the folder Shots.
func (tb *Tab) Shoot(name string) {
	tb.t.Helper()
	tb.Save(name, Run(tb, chromedp.CaptureScreenshot()))
}

// Save writes a file into the folder Shots, if there is one.
func (tb *Tab) Save(name string, data []byte) {
	tb.t.Helper()
	if *Shots == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*Shots, name), data, 0o666); err != nil {
		tb.t.Fatal(err)
	}
}

// Axe returns the source of axe-core, which SLIDEXEC_AXE names, or skips the test.
func Axe(t testing.TB) string {
	t.Helper()
	path := os.Getenv("SLIDEXEC_AXE")
	if path == "" {
		need.Here(t, "axe", "SLIDEXEC_AXE does not name axe.min.js of axe-core")
	}
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// finding is a rule that elements of the page break.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML   string
		Target []json.RawMessage
	}
}

// Axe reports the findings of axe-core in the current page.
func (tb *Tab) Axe(what, source string) {
	tb.t.Helper()
	if Eval[bool](tb, `typeof axe === "undefined"`) {
		tb.Do(JS(source + ";0"))
	}
	const script = `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`
	var findings []finding
	if err := json.Unmarshal([]byte(Eval[string](tb, script)), &findings); err != nil {
		tb.t.Fatal(err)
	}
	for _, f := range findings {
		for _, n := range f.Nodes {
			tb.t.Errorf("%s: %s, %s: %s\n%s\n%.200s", what, f.Impact, f.ID, f.Help, n.Target, n.HTML)
		}
	}
}
