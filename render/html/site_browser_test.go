//go:build browser

package html

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
)

// writeSite writes the folder of a view and returns it.
func writeSite(t *testing.T, b *Backend, v *render.View) string {
	t.Helper()
	made, err := b.Site(v)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "a site")
	if err := (files.Target{Name: dir}).WriteFolder(made.Files); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestSiteInBrowser: a folder does what a single file does: from a disk, from a web server below any path, and from one that
// forbids scripts and styles within pages.
func TestSiteInBrowser(t *testing.T) {
	v := everything()
	for _, s := range v.Deck.Slides {
		s.Notes = nil
	}
	dir := writeSite(t, &Backend{Now: clock, Notes: true}, v)
	host := func(policy string) string {
		serve := http.StripPrefix("/talks/one/", http.FileServer(http.Dir(dir)))
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if policy != "" {
				w.Header().Set("Content-Security-Policy", policy)
			}
			if r.URL.Path == "/favicon.ico" {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			serve.ServeHTTP(w, r)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	ctx := browser.Start(t)
	for _, at := range []struct{ name, home, url string }{
		{"disk", "", "file://" + filepath.Join(dir, files.Page)},
		{"server", host(""), "/talks/one/"},
		{"strict server", host("default-src 'self'; img-src 'self' data:"), "/talks/one/index.html"},
	} {
		t.Run(at.name, func(t *testing.T) {
			tb := browser.Open(t, ctx, at.home, 1280, 720)
			tb.Do(chromedp.Navigate(at.home + at.url + "#/3"))
			tb.Until(`document.readyState === "complete" && document.documentElement.classList.contains("up")`)
			tb.At("a deep link", 3, 0)
			tb.Do(chromedp.KeyEvent(kb.Home))
			tb.At("a key", 1, 0)
			tb.Do(chromedp.KeyEvent("G"))
			last := browser.Eval[int](tb, `deck.slides().length`)
			tb.At("another key", last, 0)
			broken := browser.Eval[int](tb, `[...document.images].filter(e => !(e.src ? e.naturalWidth : getComputedStyle(e).content.startsWith("url("))).length`)
			if all := browser.Eval[int](tb, `document.images.length`); broken > 0 || all < 3 {
				t.Errorf("%d of %d pictures are not shown", broken, all)
			}
			if got := browser.Eval[string](tb, `getComputedStyle(document.querySelector("#bar")).position`); got != "fixed" {
				t.Errorf("the style sheet does not apply: the bar is %s", got)
			}
			tb.Done()
		})
	}
}
