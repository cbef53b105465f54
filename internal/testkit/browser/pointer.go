//go:build browser

package browser

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
)

// Hands of a visitor other than the keyboard's. What they do goes through the browser's own handling of
// input, so gestures that the browser keeps for itself never come to the page.

// A Point is a place in the window, in pixels of the page.
type Point struct{ X, Y float64 }

// Phone makes the tab that of a phone of w by h pixels: it has a touch screen and nothing else.
func (tb *Tab) Phone(w, h int64) {
	tb.t.Helper()
	Call(tb, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: w, Height: h, DeviceScaleFactor: 2, Mobile: true})
	Call(tb, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: 5})
	tb.Settled()
}

// Finger puts a finger down at the first point, moves it to the others and lifts it there.
func (tb *Tab) Finger(at Point, then ...Point) {
	tb.t.Helper()
	path := []Point{at}
	for _, to := range then {
		path = append(path, line(at, to)...)
		at = to
	}
	tb.touch(path)
}

// Pinch moves two fingers, which touch the screen a distance beside a point, until they are another distance from it.
func (tb *Tab) Pinch(at Point, from, to float64) {
	tb.t.Helper()
	var one, two []Point
	for _, d := range line(Point{from, 0}, Point{to, 0}) {
		one, two = append(one, Point{at.X - d.X, at.Y}), append(two, Point{at.X + d.X, at.Y})
	}
	tb.touch(one, two)
}

// line returns points on the way to a point: a finger does not jump.
func line(from, to Point) (out []Point) {
	const parts = 6
	for i := 1.0; i <= parts; i++ {
		out = append(out, Point{from.X + (to.X-from.X)*i/parts, from.Y + (to.Y-from.Y)*i/parts})
	}
	return out
}

// touch moves fingers over their paths, which have the same length.
func (tb *Tab) touch(fingers ...[]Point) {
	tb.t.Helper()
	what := input.DispatchTouchEventTypeTouchStart
	for i := range fingers[0] {
		var points []*input.TouchPoint
		for f, path := range fingers {
			id := float64(f)
			points = append(points, &input.TouchPoint{X: path[i].X, Y: path[i].Y, ID: &id})
		}
		Call(tb, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: what, TouchPoints: points})
		what = input.DispatchTouchEventTypeTouchMove
	}
	Call(tb, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd})
	tb.Settled()
}

// Mouse moves the mouse to a point.
func (tb *Tab) Mouse(at Point) {
	tb.t.Helper()
	Call(tb, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: at.X, Y: at.Y})
	tb.Settled()
}

// Click presses the button of the mouse at a point.
func (tb *Tab) Click(at Point) {
	tb.t.Helper()
	tb.press(at, at, input.DispatchMouseEventPointerTypeMouse)
}

// Pen puts a pen down at a point and lifts it at another.
func (tb *Tab) Pen(from, to Point) {
	tb.t.Helper()
	tb.press(from, to, input.DispatchMouseEventPointerTypePen)
}

func (tb *Tab) press(from, to Point, with input.DispatchMouseEventPointerType) {
	tb.t.Helper()
	for _, e := range []struct {
		what    input.DispatchMouseEventType
		at      Point
		buttons int64
	}{{input.DispatchMouseEventTypeMousePressed, from, 1}, {input.DispatchMouseEventTypeMouseMoved, to, 1}, {input.DispatchMouseEventTypeMouseReleased, to, 0}} {
		Call(tb, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: e.what, X: e.at.X, Y: e.at.Y,
			Button: input.MouseButtonLeft, Buttons: e.buttons, ClickCount: 1, PointerType: with})
	}
	tb.Settled()
}

// Wheel turns the wheel of the mouse over a point. The page is told that it was turned at a moment, so
// tests need not wait between turns.
func (tb *Tab) Wheel(over Point, dx, dy float64, at time.Time) {
	tb.t.Helper()
	// The library leaves out a delta of 0, which the browser wants to have.
	type turn struct {
		Type      string  `json:"type"`
		X         float64 `json:"x"`
		Y         float64 `json:"y"`
		DeltaX    float64 `json:"deltaX"`
		DeltaY    float64 `json:"deltaY"`
		Timestamp float64 `json:"timestamp"` // in seconds
	}
	command := cdp.Command[turn, cdp.Empty]{Method: input.CommandDispatchMouseEvent}
	Call(tb, command, turn{"mouseWheel", over.X, over.Y, dx, dy, float64(at.UnixMicro()) / 1e6})
}
