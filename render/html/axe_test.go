//go:build browser

package html

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slidexec/slidexec/render"
)

// axeSource returns the source of axe-core, which SLIDEXEC_AXE names, or skips the test.
func axeSource(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SLIDEXEC_AXE")
	if path == "" {
		if strings.Contains(os.Getenv("SLIDEXEC_NEED"), "axe") {
			t.Fatal("axe-core is needed: SLIDEXEC_AXE does not name its axe.min.js")
		}
		t.Skip("axe-core is not there: SLIDEXEC_AXE names its axe.min.js")
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

// axe reports what axe-core finds in the page as it is now, if it is serious or critical.
func (tb *tab) axe(what, source string) {
	tb.t.Helper()
	if eval[bool](tb, `typeof axe === "undefined"`) {
		tb.do(js(source + ";0"))
	}
	const script = `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`
	var findings []finding
	if err := json.Unmarshal([]byte(run(tb, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))), &findings); err != nil {
		tb.t.Fatal(err)
	}
	for _, f := range findings {
		if f.Impact != "serious" && f.Impact != "critical" {
			tb.t.Logf("%s: %s, %s: %s", what, f.Impact, f.ID, f.Help)
			continue
		}
		for _, n := range f.Nodes {
			tb.t.Errorf("%s: %s, %s: %s\n%s\n%.200s", what, f.Impact, f.ID, f.Help, n.Target, n.HTML)
		}
	}
}

// testAxe looks at every slide with all its steps, and at what opens over them.
func testAxe(t *testing.T, ctx context.Context) {
	source := axeSource(t)
	for name, v := range map[string]*render.View{"talk": talk(), "everything": everything()} {
		for _, scheme := range []string{"light", "dark"} {
			tb := open(t, ctx, v, 1280, 720)
			tb.scheme(scheme)
			for i := range v.Deck.Slides {
				if name == "talk" && i > 1 && i != 13 && i != 14 { // the others are alike
					continue
				}
				tb.do(js(fmt.Sprintf(`deck.go(%d, 9)`, i)))
				tb.axe(fmt.Sprintf("%s, slide %d, %s", name, i+1, scheme), source)
			}
			tb.do(chromedp.KeyEvent("o"))
			tb.axe("overview, "+scheme, source)
			tb.do(chromedp.KeyEvent("o"), chromedp.KeyEvent("?"))
			tb.axe("help, "+scheme, source)
			tb.do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("p", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
			tb.axe("index, "+scheme, source)
		}
	}
}
