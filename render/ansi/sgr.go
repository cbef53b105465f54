package ansi

// apply returns the style after an SGR sequence with these parameters. Unknown ones change nothing.
func (s Style) apply(params []byte) Style {
	groups, ok := parseParams(params)
	if !ok {
		return s
	}
	for i := 0; i < len(groups); i++ {
		g := groups[i]
		switch code := g[0]; {
		case code == 38 || code == 48 || code == 58:
			var c Color
			var found bool
			if len(g) > 1 {
				c, found = colonColor(g[1:])
			} else {
				var used int
				c, used, found = semicolonColor(groups[i+1:])
				i += used
			}
			if found {
				s.color(code, c)
			}
		case code == 4 && len(g) > 1:
			s.Underline = g[1] != 0
		default:
			s.attribute(code)
		}
	}
	return s
}

// parseParams splits "1;38:2::1:2:3" into [[1] [38 2 -1 1 2 3]]; an empty parameter is 0 on its own,
// -1 within a group. It reports false for anything but digits and separators.
func parseParams(params []byte) ([][]int, bool) {
	groups := [][]int{{0}}
	n, digits := 0, false
	set := func() {
		g := groups[len(groups)-1]
		switch {
		case digits:
			g[len(g)-1] = n
		case len(g) > 1:
			g[len(g)-1] = -1
		}
		n, digits = 0, false
	}
	for _, c := range params {
		switch {
		case c >= '0' && c <= '9':
			n, digits = min(n*10+int(c-'0'), 1<<16), true
		case c == ';':
			set()
			groups = append(groups, []int{0})
		case c == ':':
			set()
			groups[len(groups)-1] = append(groups[len(groups)-1], 0)
		default:
			return nil, false
		}
	}
	set()
	return groups, true
}

// colonColor reads the parameters of one group after its 38 or 48: 5:N, 2:R:G:B or 2:SPACE:R:G:B.
func colonColor(g []int) (Color, bool) {
	switch {
	case len(g) >= 2 && g[0] == 5:
		return indexColor(g[1])
	case len(g) >= 5 && g[0] == 2:
		return rgbColor(g[2], g[3], g[4])
	case len(g) == 4 && g[0] == 2:
		return rgbColor(g[1], g[2], g[3])
	}
	return 0, false
}

// semicolonColor reads the groups after a 38 or 48, and returns how many belong to the colour.
func semicolonColor(g [][]int) (Color, int, bool) {
	switch {
	case len(g) >= 2 && g[0][0] == 5:
		c, ok := indexColor(g[1][0])
		return c, 2, ok
	case len(g) >= 4 && g[0][0] == 2:
		c, ok := rgbColor(g[1][0], g[2][0], g[3][0])
		return c, 4, ok
	}
	return 0, len(g), false // incomplete: the other groups have no clear meaning
}

func indexColor(n int) (Color, bool) {
	if n < 0 || n > 255 {
		return 0, false
	}
	return Indexed(uint8(n)), true
}

func rgbColor(r, g, b int) (Color, bool) {
	if min(r, g, b) < 0 || max(r, g, b) > 255 {
		return 0, false
	}
	return RGB(uint8(r), uint8(g), uint8(b)), true
}

// color sets the foreground (38) or background (48). It ignores the colour of an underline.
func (s *Style) color(code int, c Color) {
	switch code {
	case 38:
		s.FG = c
	case 48:
		s.BG = c
	}
}

// attribute applies a single parameter. It ignores blinking, which does not suit a slide, and
// concealing: a program must not hide its output from the audience.
func (s *Style) attribute(code int) {
	switch {
	case code >= 30 && code <= 37:
		s.FG = Indexed(uint8(code - 30))
	case code >= 40 && code <= 47:
		s.BG = Indexed(uint8(code - 40))
	case code >= 90 && code <= 97:
		s.FG = Indexed(uint8(code - 90 + 8))
	case code >= 100 && code <= 107:
		s.BG = Indexed(uint8(code - 100 + 8))
	}
	switch code {
	case 0:
		*s = Style{}
	case 1:
		s.Bold = true
	case 2:
		s.Dim = true
	case 3:
		s.Italic = true
	case 4, 21:
		s.Underline = true
	case 7:
		s.Reverse = true
	case 9:
		s.Strike = true
	case 22:
		s.Bold, s.Dim = false, false
	case 23:
		s.Italic = false
	case 24:
		s.Underline = false
	case 27:
		s.Reverse = false
	case 29:
		s.Strike = false
	case 39:
		s.FG = 0
	case 49:
		s.BG = 0
	}
}
