//go:build browser

package html

import (
	"bytes"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

// TestSharedPicturesAreSeen looks at the pixels: a picture in the style sheet is shown in its size, with its
// alternative text, with and without scripts.
func TestSharedPicturesAreSeen(t *testing.T) {
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="#ff00ff"/></svg>`
	logo := &slides.File{Name: "logo.svg", Path: "logo.svg", Src: []byte(svg)}
	file := filepath.Join(t.TempDir(), "deck.html")
	if err := os.WriteFile(file, []byte(draw(t, &Backend{}, view(pictured(logo, logo), nil))), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx := browser.Start(t)
	for _, scripts := range []bool{true, false} {
		tb := browser.Open(t, ctx, "", 1280, 720)
		browser.Call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
		tb.Show(file, "#/2")
		where := browser.Eval[[]float64](tb, `(e => { e.scrollIntoView(); const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2, r.width, r.height] })(document.querySelectorAll("img")[1])`)
		if where[2] < 600 || where[2]/where[3] < 1.77 || where[2]/where[3] > 1.79 {
			t.Errorf("scripts %v: the picture is %v by %v pixels", scripts, where[2], where[3])
		}
		shot, err := png.Decode(bytes.NewReader(browser.Run(tb, chromedp.CaptureScreenshot())))
		if err != nil {
			t.Fatal(err)
		}
		if got := color.RGBAModel.Convert(shot.At(int(where[0]), int(where[1]))); got != (color.RGBA{255, 0, 255, 255}) {
			t.Errorf("scripts %v: the middle of the picture has the colour %v", scripts, got)
		}
		found := 0
		tree, err := chromedp.Call(tb.Ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range tree.Nodes {
			if n.Role != nil && string(n.Role.Value) == `"image"` && string(n.Name.Value) == `"the logo"` {
				found++
			}
		}
		if want := map[bool]int{true: 1, false: 2}[scripts]; found != want {
			t.Errorf("scripts %v: screen readers find %d pictures, want %d", scripts, found, want)
		}
		tb.Alone()
		tb.Done()
	}
}
