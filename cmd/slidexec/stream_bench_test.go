//go:build browser

package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
)

// streams are programs that print 10,000 lines: as fast as they can, over some seconds, and in colours
// with lines that grow, so that the widest one changes all the time.
var streams = []struct{ name, code string }{
	{"burst", `for ((i = 0; i < 10000; i++)); do echo "line $i of what a program has to say"; done`},
	{"steady", `for ((i = 0; i < 10000; i++)); do echo "line $i of what a program has to say"; ((i % 40)) || sleep 0.01; done`},
	{"colours", `for ((i = 0; i < 10000; i++)); do printf '\033[3%dmline %d\033[0m %*s|\n' $((i % 7 + 1)) $i $((i / 100)) ''; ((i % 40)) || sleep 0.01; done`},
}

const streaming = "Program\n===\ntext\n\n~~~bash +exec\n%s\n~~~\n<!-- pause -->\nmore text\n\n<!-- end_slide -->\nNext\n===\ntext\n"

// noting has the page note how long each key takes, from the moment at which the browser got it until what
// the page does about it is painted.
const noting = `window.took = [];
	addEventListener("keydown", (e) => requestAnimationFrame(() => { const c = new MessageChannel();
		c.port1.onmessage = () => took.push(performance.now() - e.timeStamp); c.port2.postMessage(0); }), true)`

// BenchmarkLiveStream is the time from a key until what it does is painted, while a program on the slide
// prints 10,000 lines. The keys walk the steps of that slide, leave it and come back.
func BenchmarkLiveStream(b *testing.B) {
	ctx := browser.Start(b)
	for _, stream := range streams {
		b.Run(stream.name, func(b *testing.B) {
			s := start(b, fmt.Appendf(nil, streaming, stream.code))
			w := s.open(ctx)
			w.Do(browser.JS(noting))
			var ms []float64
			for b.Loop() {
				w.Do(browser.JS(`deck.go(0, 0); took = []`), chromedp.KeyEvent("e"))
				w.Until(`document.querySelector(".ctl").dataset.state === "running"`)
				for i := 0; !browser.Eval[bool](w, ended); i++ {
					w.Do(chromedp.KeyEvent([]string{kb.ArrowRight, kb.ArrowRight, kb.ArrowLeft, kb.ArrowLeft}[i%4]))
				}
				w.Until(`document.querySelectorAll(".l").length >= 10_000`)
				ms = append(ms, browser.Eval[[]float64](w, `took`)...)
			}
			spread(b, "", ms)
			b.ReportMetric(float64(len(ms))/float64(b.N), "keys/op")
			b.ReportMetric(ms[len(ms)*99/100], "p99-ms")
			b.ReportMetric(ms[len(ms)-1], "max-ms")
		})
	}
}

// ended waits a moment, as somebody who presses keys does, and says whether the program has ended.
const ended = `new Promise((f) => setTimeout(() => f(document.querySelector(".ctl").dataset.state === "done"), 20 + 60 * Math.random()))`
