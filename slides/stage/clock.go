package stage

import "time"

// Clock measures the time of a talk, with pauses. The zero value stands at 0.
type Clock struct {
	Planned time.Duration // length of the talk, 0: unknown
	began   time.Time     // zero: the clock stands
	spent   time.Duration // time before that
}

// Running reports whether the clock runs.
func (c Clock) Running() bool { return !c.began.IsZero() }

// Elapsed returns the time that the talk has taken.
func (c Clock) Elapsed(now time.Time) time.Duration {
	if c.Running() {
		return c.spent + now.Sub(c.began)
	}
	return c.spent
}

// Run starts or pauses the clock. If the clock does that already, nothing changes.
func (c Clock) Run(on bool, now time.Time) Clock {
	if on == c.Running() {
		return c
	}
	return c.Set(c.Elapsed(now), on, now)
}

// Set sets the clock to a time, and starts or pauses it.
func (c Clock) Set(elapsed time.Duration, on bool, now time.Time) Clock {
	c = Clock{Planned: c.Planned, spent: elapsed}
	if on {
		c.began = now
	}
	return c
}

// Pace compares the used share of the planned time with the share of the slides. It returns by how
// much the talk is behind, negative: ahead. While a slide is shown within its share, it returns 0;
// also if no length is planned or the clock was not started.
func (c Clock) Pace(now time.Time, slide, count int) time.Duration {
	t := c.Elapsed(now)
	if c.Planned == 0 || t == 0 || count == 0 {
		return 0
	}
	from := c.Planned * time.Duration(slide) / time.Duration(count)
	to := c.Planned * time.Duration(slide+1) / time.Duration(count)
	return t - max(from, min(t, to))
}
