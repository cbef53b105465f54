package pdf

import "math"

// point is a place on a page, or a direction.
type point struct{ x, y float64 }

func (a point) plus(b point) point    { return point{a.x + b.x, a.y + b.y} }
func (a point) minus(b point) point   { return point{a.x - b.x, a.y - b.y} }
func (a point) times(k float64) point { return point{a.x * k, a.y * k} }
func (a point) dot(b point) float64   { return a.x*b.x + a.y*b.y }
func (a point) apart(b point) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }
func (a point) unit() (point, bool)   { n := math.Hypot(a.x, a.y); return a.times(1 / n), n > 1e-9 }

// curve is a cubic curve from its first to its last point.
type curve [4]point

// at returns a point of the curve, for t from 0 to 1.
func (c curve) at(t float64) point {
	s := 1 - t
	return c[0].times(s * s * s).plus(c[1].times(3 * s * s * t)).plus(c[2].times(3 * s * t * t)).plus(c[3].times(t * t * t))
}

// slope returns the derivative at t.
func (c curve) slope(t float64) point {
	s := 1 - t
	return c[1].minus(c[0]).times(3 * s * s).plus(c[2].minus(c[1]).times(6 * s * t)).plus(c[3].minus(c[2]).times(3 * t * t))
}

// bend returns the second derivative at t.
func (c curve) bend(t float64) point {
	return c[2].minus(c[1].times(2)).plus(c[0]).times(6 * (1 - t)).plus(c[3].minus(c[2].times(2)).plus(c[1]).times(6 * t))
}

// fewer returns curves that stay within off of a row of curves. A browser draws a round corner as a dozen
// curves, where one is enough.
func fewer(row []curve, off float64) []curve {
	if len(row) < 2 {
		return row
	}
	if c, ok := fitted(row, off); ok {
		return []curve{c}
	}
	half := len(row) / 2
	return append(fewer(row[:half:half], off), fewer(row[half:], off)...)
}

// fitted finds one curve for a row, with the directions of its ends: the lengths of its arms are those with
// the least squares of distances, for points of the row by their share of its length, which is then made exact.
func fitted(row []curve, off float64) (curve, bool) {
	first, last := row[0], row[len(row)-1]
	from, ok := first[1].minus(first[0]).unit()
	to, is := last[2].minus(last[3]).unit()
	if !ok || !is {
		return curve{}, false
	}
	points, share := []point{first[0]}, []float64{0}
	for i, c := range row {
		if i > 0 && !smooth(row[i-1], c) {
			return curve{}, false
		}
		for t := 1; t <= 4; t++ {
			p := c.at(float64(t) / 4)
			share = append(share, share[len(share)-1]+p.apart(points[len(points)-1]))
			points = append(points, p)
		}
	}
	length := share[len(share)-1]
	if length <= 0 {
		return curve{}, false
	}
	for i := range share {
		share[i] /= length
	}
	for range 4 {
		c, ok := arms(points, share, from, to)
		if !ok {
			return c, false
		}
		worst := 0.
		for i, p := range points {
			d := c.at(share[i]).minus(p)
			worst = max(worst, math.Hypot(d.x, d.y))
			s := c.slope(share[i]) // one step of Newton's method towards the nearest point
			if below := s.dot(s) + d.dot(c.bend(share[i])); math.Abs(below) > 1e-12 {
				share[i] = min(max(share[i]-d.dot(s)/below, 0), 1)
			}
		}
		if worst <= off {
			return c, true
		}
	}
	return curve{}, false
}

// smooth reports whether a curve goes on in the direction of another.
func smooth(a, b curve) bool {
	u, ok := a[3].minus(a[2]).unit()
	v, is := b[1].minus(b[0]).unit()
	return ok && is && u.dot(v) > .999
}

// arms returns the curve with ends of the given directions that is nearest to points at their shares.
func arms(points []point, share []float64, from, to point) (curve, bool) {
	p, q := points[0], points[len(points)-1]
	var aa, ab, bb, ax, bx float64
	for i, t := range share {
		s := 1 - t
		u, v := from.times(3*s*s*t), to.times(3*s*t*t)
		rest := points[i].minus(p.times(s*s*s + 3*s*s*t)).minus(q.times(t*t*t + 3*s*t*t))
		aa, ab, bb = aa+u.dot(u), ab+u.dot(v), bb+v.dot(v)
		ax, bx = ax+u.dot(rest), bx+v.dot(rest)
	}
	det := aa*bb - ab*ab
	if math.Abs(det) < 1e-12 {
		return curve{}, false
	}
	a, b := (ax*bb-bx*ab)/det, (bx*aa-ax*ab)/det
	return curve{p, p.plus(from.times(a)), q.plus(to.times(b)), q}, a > 0 && b > 0
}
