//go:build browser

package html

import (
	"fmt"
	"image/color"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

// TestMounted: pictures with nothing behind them are seen on light and on dark slides.
func TestMounted(t *testing.T) {
	clear, d := color.NRGBA{}, &slides.Deck{}
	for i, data := range [][]byte{
		cross(color.Black, clear), cross(color.White, clear), svg(`<path d="M0 0L40 40M40 0L0 40" stroke="#000" stroke-width="4"/>`), cross(color.NRGBA{200, 40, 40, 255}, clear),
	} {
		name := fmt.Sprint("picture", i)
		d.Slides = append(d.Slides, titled("A picture", &slides.Image{Width: 40, File: &slides.File{Name: name, Path: name, Src: data}}))
	}
	tb := open(t, browser.Start(t), view(d, nil), 1280, 720)
	defer tb.Done()
	for _, scheme := range []string{"light", "dark"} {
		tb.Scheme(scheme)
		for i := range d.Slides {
			tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 0)`, i)))
			tb.Settled()
			if *browser.Shots != "" {
				tb.Shoot(fmt.Sprintf("mount-%d-%s.png", i, scheme))
			}
			img := decodePNG(tb, browser.Run(tb, chromedp.CaptureScreenshot()))
			at := browser.Eval[[]float64](tb, `(r => [r.left + r.width / 2, r.top + r.height / 2, r.width])(document.querySelector(".on img").getBoundingClientRect())`)
			x, y := int(at[0]), int(at[1])
			ink, beside := lightness(img.At(x, y)), lightness(img.At(x, y-int(at[2]/4)))
			if diff := ink - beside; diff < 50 && diff > -50 {
				t.Errorf("%s, picture %d: %v on %v", scheme, i, img.At(x, y), img.At(x, y-int(at[2]/4)))
			}
		}
	}
}
