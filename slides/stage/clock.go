package stage

import "time"

// Clock measures the time of a talk, with pauses. The zero value stands at 0.
type Clock struct {
	Planned time.Duration // length of the talk, 0: not said
	began   time.Time     // zero: it stands
	spent   time.Duration // before that
}

// Running reports whether the clock goes on.
func (c Clock) Running() bool { return !c.began.IsZero() }

// Elapsed returns how much time of the talk is gone.
func (c Clock) Elapsed(now time.Time) time.Duration {
	if c.Running() {
		return c.spent + now.Sub(c.began)
	}
	return c.spent
}

// Run has the clock go on, or pause. One that does already is not touched.
func (c Clock) Run(on bool, now time.Time) Clock {
	if on == c.Running() {
		return c
	}
	return c.Set(c.Elapsed(now), on, now)
}

// Set puts the clock to a time, and has it go on from there or stand.
func (c Clock) Set(elapsed time.Duration, on bool, now time.Time) Clock {
	c = Clock{Planned: c.Planned, spent: elapsed}
	if on {
		c.began = now
	}
	return c
}

// Pace compares the share of the planned time that is gone with the share of the slides. It returns by
// how much the talk is behind, negative: ahead. While a slide is shown within its share, and where no
// length is planned or the clock was not started, that is 0.
func (c Clock) Pace(now time.Time, slide, count int) time.Duration {
	t := c.Elapsed(now)
	if c.Planned == 0 || t == 0 || count == 0 {
		return 0
	}
	from := c.Planned * time.Duration(slide) / time.Duration(count)
	to := c.Planned * time.Duration(slide+1) / time.Duration(count)
	return t - max(from, min(t, to))
}
