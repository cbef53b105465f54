//go:build browser

package html

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/render"
)

// testAxe looks at every slide with all its steps, and at what opens over them.
func testAxe(t *testing.T, ctx context.Context) {
	source := browser.Axe(t)
	for name, v := range map[string]*render.View{"talk": talk(), "everything": everything()} {
		for _, scheme := range []string{"light", "dark"} {
			tb := open(t, ctx, v, 1280, 720)
			tb.Scheme(scheme)
			for i := range v.Deck.Slides {
				if name == "talk" && i > 1 && i != 13 && i != 14 { // the others are alike
					continue
				}
				tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 9)`, i)))
				tb.Axe(fmt.Sprintf("%s, slide %d, %s", name, i+1, scheme), source)
			}
			tb.Do(chromedp.KeyEvent("o"))
			tb.Axe("overview, "+scheme, source)
			tb.Do(chromedp.KeyEvent("o"), chromedp.KeyEvent("?"))
			tb.Axe("help, "+scheme, source)
			tb.Do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("/"))
			tb.Axe("index, "+scheme, source)
		}
	}
}
