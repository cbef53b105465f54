package vt

// index moves the cursor down; at the end of the scrolling rows they scroll. A row that leaves at the
// top of the main page is kept.
func (s *Screen) index() {
	s.x = min(s.x, s.cols-1)
	switch p := s.page; {
	case s.y == p.bottom:
		s.scrollUp(p.top, 1, true)
	case s.y < s.rows-1:
		s.y++
	}
}

func (s *Screen) reverseIndex() {
	s.x = min(s.x, s.cols-1)
	switch p := s.page; {
	case s.y == p.top:
		s.scrollDown(p.top, 1)
	case s.y > 0:
		s.y--
	}
}

// scrollUp moves the rows from top to the bottom of the scrolling rows up.
func (s *Screen) scrollUp(top, n int, keep bool) {
	p := s.page
	keep = keep && top == 0 && p == &s.main
	rows := p.rows[top : p.bottom+1]
	s.spent += min(n, len(rows)) * (s.cols + len(rows))
	for range min(n, len(rows)) {
		r := rows[0]
		copy(rows, rows[1:])
		if keep {
			r = s.back.push(r, s.cols)
		} else {
			r.clear(0, s.cols, 0)
		}
		if s.style.bg != 0 {
			r.clear(0, s.cols, s.style.bg)
		}
		rows[len(rows)-1] = r
	}
}

func (s *Screen) scrollDown(top, n int) {
	p := s.page
	rows := p.rows[top : p.bottom+1]
	s.spent += min(n, len(rows)) * (s.cols + len(rows))
	for range min(n, len(rows)) {
		r := rows[len(rows)-1]
		copy(rows[1:], rows)
		r.clear(0, s.cols, s.style.bg)
		rows[0] = r
	}
}

// inside reports whether the cursor is in the scrolling rows.
func (s *Screen) inside() bool { return s.y >= s.page.top && s.y <= s.page.bottom }

func (s *Screen) insertLines() {
	if s.inside() {
		s.scrollDown(s.y, s.count())
		s.x = 0
	}
}

func (s *Screen) deleteLines() {
	if s.inside() {
		s.scrollUp(s.y, s.count(), false)
		s.x = 0
	}
}

// eraseDisplay is ED: 0 after the cursor, 1 up to it, 2 everything, 3 only what left at the top.
func (s *Screen) eraseDisplay() {
	how := s.param(0, 0)
	switch from, to := 0, s.rows; how {
	case 3:
		s.back = ring{}
	case 0, 1, 2:
		if how == 0 {
			from = s.y + 1
			s.eraseLine()
		} else if how == 1 {
			to = s.y
			s.eraseLine()
		}
		s.spent += max(0, to-from) * s.cols
		for _, r := range s.page.rows[from:max(from, to)] {
			r.clear(0, s.cols, s.style.bg)
		}
	}
}

func (s *Screen) eraseLine() {
	r := s.page.rows[s.y]
	switch s.param(0, 0) {
	case 0:
		r.clear(s.x, s.cols, s.style.bg)
	case 1:
		r.clear(0, s.x+1, s.style.bg)
	case 2:
		r.clear(0, s.cols, s.style.bg)
	}
}

func (s *Screen) eraseChars() {
	s.x = min(s.x, s.cols-1)
	s.page.rows[s.y].clear(s.x, s.x+s.count(), s.style.bg)
}

func (s *Screen) insertChars() {
	s.x = min(s.x, s.cols-1)
	s.page.rows[s.y].insert(s.x, s.count(), s.style.bg)
}

func (s *Screen) deleteChars() {
	s.x = min(s.x, s.cols-1)
	s.page.rows[s.y].remove(s.x, s.count(), s.style.bg)
}

// repeat is REP. Nobody repeats a character beyond the line, so that two lines are the bound.
func (s *Screen) repeat() {
	if r := s.last; r != 0 {
		w := int(s.look(r).width)
		s.spent += min(s.count(), 2*s.cols)
		for range min(s.count(), 2*s.cols) {
			s.put(r, w)
		}
		s.last = 0
	}
}

// align fills the screen with E, to align the picture of a tube.
func (s *Screen) align() {
	s.page.top, s.page.bottom = 0, s.rows-1
	s.spent += s.cols * s.rows
	for _, r := range s.page.rows {
		r.touch(s.cols)
		fill(r.cells, cell{r: 'E'})
	}
	s.goTo(0, 0)
}

// goTo moves the cursor to a place, which in origin mode counts from the scrolling rows.
func (s *Screen) goTo(x, y int) {
	low, high := 0, s.rows-1
	if s.modes.origin {
		low, high = s.page.top, s.page.bottom
		y += low
	}
	s.x, s.y = min(max(x, 0), s.cols-1), min(max(y, low), high)
}

// move moves the cursor by columns or rows. Rows stop at the margins.
func (s *Screen) move(dx, dy int) {
	low, high := 0, s.rows-1
	if s.y >= s.page.top {
		low = s.page.top
	}
	if s.y <= s.page.bottom {
		high = s.page.bottom
	}
	s.x = min(max(min(s.x, s.cols-1)+dx, 0), s.cols-1)
	s.y = min(max(s.y+dy, low), high)
}

// toTab moves the cursor over n tab stops, to the left if n is below 0.
func (s *Screen) toTab(n int) {
	step, end := 1, s.cols-1
	if n < 0 {
		n, step, end = -n, -1, 0
	}
	if s.x >= s.cols {
		if step > 0 {
			return
		}
		s.x = s.cols - 1
	}
	for range min(n, s.cols) {
		for s.x != end {
			if s.x += step; s.tabs[s.x] {
				break
			}
		}
	}
}

func (s *Screen) save() {
	s.page.saved = cursor{s.x, s.y, s.style, s.sets, s.modes.origin}
}

func (s *Screen) restore() {
	c := s.page.saved
	s.x, s.y, s.style, s.sets, s.modes.origin = min(c.x, s.cols), min(c.y, s.rows-1), c.style, c.sets, c.origin
}

// alternate changes between the main page and the other, which is empty each time.
func (s *Screen) alternate(on bool) {
	switch {
	case on == (s.page == &s.alt):
	case on:
		s.spent += s.cols * s.rows
		s.alt.empty(s.cols, s.rows, s.style.bg)
		s.page = &s.alt
	default:
		s.page = &s.main
	}
}
