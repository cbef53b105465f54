//go:build browser

package html

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"

	"github.com/slidexec/slidexec/internal/testkit/browser"
)

func decodePNG(tb *tab, data []byte) image.Image {
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		panic(err)
	}
	return img
}

// lightness returns 0 for black to 255 for white.
func lightness(c color.Color) float64 { return float64(color.GrayModel.Convert(c).(color.Gray).Y) }

// TestEnlarged: in a browser that zooms, all text grows by as much, though the slide gets fewer pixels; it can be
// reached, and shrinks again.
func TestEnlarged(t *testing.T) {
	tb := open(t, browser.Start(t), hall(), 1280, 720)
	defer tb.Done()
	zoom := func(by float64) { // as browsers do: the page gets narrower, its pixels larger
		browser.Call(tb, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(1280 / by), Height: int64(720 / by), DeviceScaleFactor: by,
		})
		tb.Until(fmt.Sprintf(`innerWidth === %d && devicePixelRatio === %v`, int64(1280/by), by))
		tb.Settled()
	}
	// in hardware pixels
	const sizes = `[...document.querySelectorAll(".on :is(.t,.sub,.who,p,li,td,pre,figcaption>span,footer>span)")].filter(e => e.checkVisibility()).map(e => parseFloat(getComputedStyle(e).fontSize) * devicePixelRatio)`
	for _, by := range []float64{1.5, 2, 3} {
		for i := range 7 {
			zoom(1)
			tb.Do(browser.JS(fmt.Sprintf(`deck.go(%d, 0)`, i)))
			before := browser.Eval[[]float64](tb, sizes)
			zoom(by)
			after := browser.Eval[[]float64](tb, sizes)
			if *browser.Shots != "" {
				tb.Shoot(fmt.Sprintf("zoom-%d-%.1f.png", i+1, by))
			}
			for j := range before {
				if k := after[j] / before[j]; k < min(by, 2)*.98 { // more than twice leaves some a row of few letters
					t.Errorf("slide %d at %v: text of %.1f pixels becomes %.1f", i+1, by, before[j], after[j])
				}
			}
			if w := browser.Eval[float64](tb, `Math.max(...[...document.querySelectorAll(".on :is(p,li,.box,.t)")].map(e => e.getBoundingClientRect().right)) - innerWidth`); w > 0 {
				t.Errorf("slide %d at %v: %v pixels are beyond the window", i+1, by, w)
			}
			tb.Do(browser.JS(`document.querySelector(".on").scrollTop = 1e6`))
			if low := browser.Eval[float64](tb, `document.querySelector(".on .body").lastElementChild.getBoundingClientRect().bottom - innerHeight`); low > .5 {
				t.Errorf("slide %d at %v: the end is %v pixels below the window", i+1, by, low)
			}
			zoom(1)
			if again := browser.Eval[[]float64](tb, sizes); fmt.Sprint(again) != fmt.Sprint(before) {
				t.Errorf("slide %d: back at its size, text has %v, was %v", i+1, again, before)
			}
		}
	}
	zoom(1)
	browser.Call(tb, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 1280, Height: 720, DeviceScaleFactor: 2})
	tb.Settled()
	if z := browser.Eval[float64](tb, `deck.zoom`); z != 1 {
		t.Errorf("on a finer screen the page takes itself to be enlarged by %v", z)
	}
	zoom(1)
	browser.Call(tb, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 640, Height: 360, DeviceScaleFactor: 1})
	tb.Settled()
	if z := browser.Eval[float64](tb, `deck.zoom`); z != 1 {
		t.Errorf("in a smaller window the page takes itself to be enlarged by %v", z)
	}
}

// TestOpenedEnlarged: a page that opens in a browser that zooms all pages has large text at once.
func TestOpenedEnlarged(t *testing.T) {
	tb := browser.Open(t, browser.StartZoomed(t, 2), "", 1280, 720)
	defer tb.Done()
	browser.Call(tb, emulation.ClearDeviceMetricsOverride, cdp.Empty{}) // the window is the browser's own
	show(t, tb, hall(), "#/2")
	tb.Until(`devicePixelRatio === 2 && deck.zoom === 2`)
	tb.Until(`Math.abs(parseFloat(getComputedStyle(document.querySelector(".on li")).fontSize) / (2 * Math.min(.023625 * innerWidth, .042 * innerHeight)) - 1) < .4`)
}
