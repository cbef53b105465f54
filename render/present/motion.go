package present

import (
	"time"

	"github.com/slidexec/slidexec/render/ansi"
)

// Motion says how one slide becomes the next one. The zero Motion shows it at once.
type Motion struct {
	Style    string        // "fade", "slide_horizontal" or "collapse_horizontal"; "": none
	Duration time.Duration // of the whole
	Frames   int           // pictures on the way
}

// motion is a slide that is on its way.
type motion struct {
	Motion
	was     []ansi.Line // what was shown
	began   time.Time
	forward bool
}

// blends are the styles of motions: each returns a row on the way, from 0 to 1.
var blends = map[string]func(m *motion, was, now ansi.Line, row, width int, part float64) ansi.Line{
	"fade":                fade,
	"slide_horizontal":    slide,
	"collapse_horizontal": collapse,
}

// begins starts a motion from what was shown.
func (s *state) begins(was []ansi.Line, forward bool) {
	if blends[s.Motion.Style] == nil || s.Motion.Duration <= 0 {
		return
	}
	s.motion = &motion{Motion: s.Motion, was: was, began: s.now, forward: forward}
}

// next returns when the next picture is due.
func (m *motion) next(now time.Time) time.Time {
	return m.began.Add(now.Sub(m.began).Truncate(m.step()) + m.step())
}

// step is the time from one picture to the next.
func (m *motion) step() time.Duration {
	return max(m.Duration/time.Duration(max(m.Frames, 1)), 16*time.Millisecond)
}

// between returns the rows on the way to now. At the end the motion is over.
func (m *motion) between(now []ansi.Line, s *state) []ansi.Line {
	part := float64(s.now.Sub(m.began).Truncate(m.step())) / float64(m.Duration)
	if s.now.Sub(m.began) >= m.Duration || len(m.was) != len(now) {
		s.motion = nil
		return now
	}
	out := make([]ansi.Line, len(now))
	for i := range now {
		out[i] = blends[m.Style](m, m.was[i], now[i], i, s.cols, max(part, 0))
	}
	return out
}

// fade shows more and more cells of the new slide, scattered over the screen.
func fade(_ *motion, was, now ansi.Line, row, width int, part float64) ansi.Line {
	var out ansi.Line
	const piece = 2 // cells, so that wide characters stay whole where they can
	for at := 0; at < width; at += piece {
		from := was
		if scatter(row, at/piece) < part {
			from = now
		}
		out = append(out, crop(from, at, min(at+piece, width))...)
	}
	return out
}

// scatter returns a number from 0 to 1 for a place, the same each time.
func scatter(row, col int) float64 {
	h := uint32(row)*2654435761 ^ uint32(col)*2246822519
	h = (h ^ h>>15) * 2246822519
	h ^= h >> 13
	return float64(h%1000) / 1000
}

// slide moves the new slide in from the side.
func slide(m *motion, was, now ansi.Line, _, width int, part float64) ansi.Line {
	at := int(part * float64(width))
	if m.forward {
		return append(crop(was, at, width), crop(now, 0, at)...)
	}
	return append(crop(now, width-at, width), crop(was, 0, width-at)...)
}

// collapse lets the new slide grow from both sides over the old one.
func collapse(_ *motion, was, now ansi.Line, _, width int, part float64) ansi.Line {
	at := int(part * float64(width) / 2)
	out := append(crop(now, 0, at), crop(was, at, width-at)...)
	return append(out, crop(now, width-at, width)...)
}
