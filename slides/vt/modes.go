package vt

import "fmt"

// modes are what a program sets with SM and DECSET.
type modes struct {
	insert, newLine              bool
	appCursor, origin, wrap      bool
	cursor, keypad, focus, paste bool
	sgrMouse                     bool
	mouse                        int // 0, 9, 1000, 1002 or 1003
}

// mode is a switch: a field, or what it does.
type mode struct {
	field func(*modes) *bool
	set   func(s *Screen, on bool)
	is    func(*Screen) bool
}

var ansiModes = map[int]mode{
	4:  {field: func(m *modes) *bool { return &m.insert }},
	20: {field: func(m *modes) *bool { return &m.newLine }},
}

// privateModes has no left and right margins (69, DECLRMM): the answer to DECRQM is that nobody knows them, and the
// device attributes do not name them, so tmux and vim draw what stands side by side without them.
var privateModes = map[int]mode{
	1:    {field: func(m *modes) *bool { return &m.appCursor }},
	6:    {field: func(m *modes) *bool { return &m.origin }, set: func(s *Screen, _ bool) { s.goTo(0, 0) }},
	7:    {field: func(m *modes) *bool { return &m.wrap }},
	9:    mouseMode(9),
	25:   {field: func(m *modes) *bool { return &m.cursor }},
	47:   {set: (*Screen).alternate, is: (*Screen).isAlternate},
	66:   {field: func(m *modes) *bool { return &m.keypad }},
	1000: mouseMode(1000),
	1002: mouseMode(1002),
	1003: mouseMode(1003),
	1004: {field: func(m *modes) *bool { return &m.focus }},
	1006: {field: func(m *modes) *bool { return &m.sgrMouse }},
	1047: {set: (*Screen).alternate, is: (*Screen).isAlternate},
	1048: {set: func(s *Screen, on bool) { s.keep(on) }},
	1049: {is: (*Screen).isAlternate, set: func(s *Screen, on bool) {
		if on {
			s.keep(true)
			s.alternate(true)
		} else {
			s.alternate(false)
			s.keep(false)
		}
	}},
	2004: {field: func(m *modes) *bool { return &m.paste }},
	2026: {set: (*Screen).hold, is: func(s *Screen) bool { return !s.held.IsZero() }},
}

func mouseMode(n int) mode {
	return mode{is: func(s *Screen) bool { return s.modes.mouse == n }, set: func(s *Screen, on bool) {
		if on {
			s.modes.mouse = n
		} else {
			s.modes.mouse = 0
		}
	}}
}

func (s *Screen) isAlternate() bool { return s.page == &s.alt }

func (s *Screen) keep(on bool) {
	if on {
		s.save()
	} else {
		s.restore()
	}
}

func (s *Screen) setModes(table map[int]mode, on bool) {
	for i := range min(s.parser.n, maxParams) {
		m := table[s.param(i, 0)]
		if m.field != nil {
			*m.field(&s.modes) = on
		}
		if m.set != nil {
			m.set(s, on)
		}
	}
}

// reportMode answers DECRQM: 0 unknown, 1 set, 2 not set.
func (s *Screen) reportMode(prefix string, table map[int]mode) {
	n := s.param(0, 0)
	m, ok := table[n]
	v := 2
	switch {
	case !ok || m.field == nil && m.is == nil:
		v = 0
	case m.field != nil && *m.field(&s.modes), m.is != nil && m.is(s):
		v = 1
	}
	s.reply(fmt.Sprintf("\x1b[%s%d;%d$y", prefix, n, v))
}
