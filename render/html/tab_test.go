//go:build browser

package html

import (
	"context"
	"flag"
	"fmt"
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

	"github.com/slidexec/slidexec/render"
)

var shots = flag.String("shots", "", "write pictures of the sample decks into this `directory`")

// browser starts Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if strings.Contains(os.Getenv("SLIDEXEC_NEED"), "chromium") {
			t.Fatal("chromium is needed and not installed")
		}
		t.Skip("chromium is not installed")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// tab is a page in the browser and everything it complained about or asked for.
type tab struct {
	t   *testing.T
	ctx context.Context

	home string // the server that the page may ask, "" for a file

	mu       sync.Mutex
	trouble  []string
	requests []string
}

// open shows a deck in a tab of its own.
func open(t *testing.T, ctx context.Context, v *render.View, w, h int64) *tab {
	t.Helper()
	tb := &tab{t: t}
	ctx, cancel := chromedp.NewContext(ctx, chromedp.WithListener(tb.listen))
	t.Cleanup(cancel)
	tb.ctx = ctx
	tb.do(chromedp.EmulateViewport(w, h)) // the first run owns the tab, so only later ones have a limit
	tb.ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	call(tb, network.Enable, network.EnableParams{})
	call(tb, log.Enable, cdp.Empty{})
	tb.show(v, "")
	return tb
}

func (tb *tab) listen(ev any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(ev.Request.URL); err != nil || u.Scheme != "file" && u.Scheme != "data" && u.Scheme != "about" && (tb.home == "" || !strings.HasPrefix(ev.Request.URL, tb.home+"/")) {
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

type step = chromedp.Action[chromedp.Void]

func (tb *tab) do(steps ...step) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, steps...); err != nil {
		tb.t.Fatal(err)
	}
}

func run[T any](tb *tab, a chromedp.Action[T]) T {
	tb.t.Helper()
	v, err := chromedp.Run(tb.ctx, a)
	if err != nil {
		tb.t.Fatal(err)
	}
	return v
}

func call[P, R any](tb *tab, c cdp.Command[P, R], params P) {
	tb.t.Helper()
	if _, err := chromedp.Call(tb.ctx, c, params); err != nil {
		tb.t.Fatal(err)
	}
}

// js runs a script for what it does.
func js(script string) step { return chromedp.Evaluate[chromedp.Void](script) }

// eval returns the value of an expression in the page.
func eval[T any](tb *tab, expr string) T {
	tb.t.Helper()
	return run(tb, chromedp.Evaluate[T](expr))
}

// show loads a deck at a place like "#/3.1".
func (tb *tab) show(v *render.View, place string) {
	tb.t.Helper()
	file := filepath.Join(tb.t.TempDir(), "deck.html")
	f, err := os.Create(file)
	if err != nil {
		tb.t.Fatal(err)
	}
	if err := (&Backend{Now: clock}).Render(f, v); err != nil {
		tb.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.t.Fatal(err)
	}
	tb.do(chromedp.Navigate("file://" + file + place))
	// Navigate may return while the page is still read; eval ends the test when time runs out.
	for eval[string](tb, `decodeURIComponent(location.pathname) + " " + document.readyState`) != file+" complete" {
	}
}

// scheme sets what the reader prefers, light or dark.
func (tb *tab) scheme(s string) {
	tb.t.Helper()
	call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s}},
	})
}

// settled waits for two frames, after which the page has done what it puts off.
func (tb *tab) settled() {
	tb.t.Helper()
	tb.do(chromedp.Evaluate[chromedp.Void](
		`new Promise(f => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => setTimeout(f)))))`, chromedp.EvalAwaitPromise))
}

// at checks the slide (counted from 1) and step that are shown, in the document and the address.
func (tb *tab) at(what string, slide, step int) {
	tb.t.Helper()
	tb.settled()
	want := fmt.Sprintf("#/%d", slide)
	if step > 0 {
		want += fmt.Sprintf(".%d", step)
	}
	got := eval[string](tb, `location.hash`)
	shown := eval[string](tb, `[...document.querySelectorAll(".slide")].filter(s => s.checkVisibility()).map(s => s.id).join()`)
	if got != want || shown != fmt.Sprintf("s%d", slide) {
		tb.t.Errorf("after %s: at %s showing %s, want %s", what, got, shown, want)
	}
}

// done checks that the page complained about nothing and asked for nothing.
func (tb *tab) done() {
	tb.t.Helper()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, s := range tb.trouble {
		tb.t.Errorf("console: %s", s)
	}
	for _, s := range tb.requests {
		tb.t.Errorf("request to %s", s)
	}
}

// save takes a picture of what is shown.
func (tb *tab) save(name string) {
	tb.t.Helper()
	write(tb.t, name, run(tb, chromedp.CaptureScreenshot()))
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(*shots, name), data, 0o666); err != nil {
		t.Fatal(err)
	}
}
