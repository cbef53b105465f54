//go:build browser

package main

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
)

// How long an author waits: go test -tags browser -run '^$' -bench Live -benchtime 30x ./cmd/slidexec

// notice has the page note when a text is first in the document, in ms of Unix time.
const notice = `window.when = {}; window.calls = {};
	new MutationObserver(() => {
		const now = performance.timeOrigin + performance.now(), t = document.querySelector(".on p")?.textContent;
		if (t && !when[t]) { when[t] = now; calls[t]?.(now); }
	}).observe(document.querySelector("#deck"), {childList: true, subtree: true, characterData: true});
	window.seen = t => when[t] || new Promise(f => calls[t] = f);`

var sizes = []int{30, 1000, 10_000}

// BenchmarkLiveSave is the time from the save of an edited slide until it is in the document.
func BenchmarkLiveSave(b *testing.B) {
	ctx := browser.Start(b)
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			source := string(generated(n))
			edited := func(i int) []byte {
				return []byte(strings.Replace(source, fmt.Sprintf("Some *text* with `code` and a [link](https://example.org/%d).", n/2), fmt.Sprintf("edit %d", i), 1))
			}
			s := start(b, edited(0))
			w := s.open(ctx)
			w.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 0)`, n/2)))
			w.Do(browser.JS(notice))
			var ms []float64
			for b.Loop() {
				i := len(ms) + 1
				data := edited(i)
				began := time.Now()
				s.write(data)
				seen := browser.Eval[float64](w, fmt.Sprintf(`seen("edit %d")`, i))
				ms = append(ms, seen-float64(began.UnixMicro())/1000)
				browser.Eval[bool](w, `new Promise(f => requestIdleCallback(() => f(true)))`)
			}
			spread(b, "", ms)
		})
	}
}

// BenchmarkLiveNext is the time from a key until the next slide is painted.
func BenchmarkLiveNext(b *testing.B) {
	ctx := browser.Start(b)
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := start(b, generated(n))
			w := s.open(ctx)
			var ms []float64
			for b.Loop() {
				ms = append(ms, browser.Eval[float64](w, `new Promise(f => { const t = performance.now(); deck.move[deck.at()[0] + 1 < deck.slides().length ? "next" : "first"]();
					requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => f(performance.now() - t); c.port2.postMessage(0); }); })`))
			}
			spread(b, "", ms)
		})
	}
}

// BenchmarkLiveLoad is the time from opening the address until the page is complete.
func BenchmarkLiveLoad(b *testing.B) {
	ctx := browser.Start(b)
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := start(b, generated(n))
			var ms []float64
			for b.Loop() {
				w := s.open(ctx)
				ms = append(ms, browser.Eval[float64](w, `(t => t.loadEventEnd - t.startTime)(performance.getEntriesByType("navigation")[0])`))
				if err := chromedp.Cancel(w.Ctx); err != nil {
					b.Fatal(err)
				}
			}
			spread(b, "", ms)
		})
	}
}

// BenchmarkLiveFirstByte is the time from the command line to the first byte of the page, of a deck
// whose programs all ran before.
func BenchmarkLiveFirstByte(b *testing.B) {
	source := []byte(strings.ReplaceAll(string(generated(30)), "```go", "```bash +exec +expect:failure"))
	s := start(b, source, "--run")
	if out, err := exec.Command(s.bin, "render", s.deck, "-o", filepath.Join(b.TempDir(), "x.html")).CombinedOutput(); err != nil {
		b.Skipf("the deck does not run here: %v\n%s", err, out)
	}
	var ms []float64
	for b.Loop() {
		s.stop()
		began := time.Now()
		s.serve()
		r, err := http.Get(s.address)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(r.Body, make([]byte, 1)); err != nil {
			b.Fatal(err)
		}
		ms = append(ms, float64(time.Since(began).Microseconds())/1000)
		_ = r.Body.Close()
	}
	spread(b, "", ms)
}

// BenchmarkLiveTorn is 50 torn saves and 50 by renaming, each of which has to be seen as it is.
func BenchmarkLiveTorn(b *testing.B) {
	for b.Loop() {
		saves(b, 50)
	}
}

// spread reports the median and the 95th percentile of times in ms.
func spread(b *testing.B, name string, ms []float64) {
	b.Helper()
	slices.Sort(ms)
	at := func(p float64) float64 { return ms[int(math.Ceil(p*float64(len(ms))))-1] }
	b.ReportMetric(at(.5), name+"p50-ms")
	b.ReportMetric(at(.95), name+"p95-ms")
	b.ReportMetric(0, "ns/op")
}
