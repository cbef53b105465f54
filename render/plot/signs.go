package plot

import (
	"fmt"
	"strings"

	words "github.com/slidexec/slidexec/internal/text"
)

// sign is a character that is drawn here, in thousandths of its size: its width, and operators that draw it.
type sign struct {
	width    int
	draw     string
	coloured bool // draw sets colours
}

// The place of a line of code: characters of lines and blocks fill it, so that they meet their neighbours.
const (
	cell    = 600  // the width of a character of code
	ceiling = 1070 // the top of a line
	ground  = -330 // its bottom
	middle  = (ceiling + ground) / 2
	overlap = 12 // of lines with those of the neighbours, so that no gap shows
)

// program returns the content of a sign's glyph.
func (s sign) program() string {
	if s.coloured {
		return fmt.Sprintf("%d 0 d0\n%s", s.width, s.draw)
	}
	return fmt.Sprintf("%d 0 %d %d %d %d d1\n%s", s.width, -overlap, ground-overlap, s.width+overlap, ceiling+overlap, s.draw)
}

const round = "1 J 1 j "

// circle draws a filled circle, or a ring.
func circle(x, y, r float64, op string) string {
	c := r * 0.5523
	return fmt.Sprintf("%g %g m %g %g %g %g %g %g c %g %g %g %g %g %g c %g %g %g %g %g %g c %g %g %g %g %g %g c h %s\n",
		x+r, y, x+r, y+c, x+c, y+r, x, y+r, x-c, y+r, x-r, y+c, x-r, y, x-r, y-c, x-c, y-r, x, y-r, x+c, y-r, x+r, y-c, x+r, y, op)
}

// turn draws three quarters of a circle with an arrow at the end, clockwise or, mirrored, the other way.
func turn(mirror bool) string {
	s := "80 w 1 J 492 494 m 440 585 350 610 280 600 c 150 580 70 470 75 345 c 80 215 185 115 310 115 c 410 115 490 170 525 260 c S\n" +
		"540 655 m 545 430 l 325 475 l h f\n"
	if mirror {
		return "-1 0 0 1 600 0 cm " + s
	}
	return s
}

const (
	tick  = "60 330 m 230 130 l 540 620 l S\n"
	cross = "100 150 m 500 600 l S 500 150 m 100 600 l S\n"
)

// signs are drawn here: slidexec prints them, or people like them in talks, and the fonts lack them.
var signs = map[rune]sign{
	'✓':      {600, round + "85 w " + tick, false},
	'✔':      {600, round + "130 w " + tick, false},
	'✗':      {600, round + "85 w " + cross, false},
	'✘':      {600, round + "130 w " + cross, false},
	'✕':      {600, round + "75 w " + cross, false},
	'✖':      {600, round + "130 w " + cross, false},
	'✅':      {1200, ".16 .62 .36 rg 130 -90 940 940 re f 1 G " + round + "110 w 330 370 m 530 160 l 870 620 l S\n", true},
	'❌':      {1200, ".84 .20 .17 RG " + round + "190 w 280 40 m 920 680 l S 920 40 m 280 680 l S\n", true},
	'❎':      {1200, ".16 .62 .36 rg 130 -90 940 940 re f 1 G " + round + "110 w 360 140 m 840 620 l S 840 140 m 360 620 l S\n", true},
	'⚠':      {600, round + "55 w 300 700 m 565 110 l 35 110 l h S 60 w 300 520 m 300 330 l S " + circle(300, 215, 40, "f"), false},
	'▶':      {600, "70 100 m 70 660 l 560 380 l h f\n", false},
	'◀':      {600, "530 100 m 530 660 l 40 380 l h f\n", false},
	'▷':      {600, "50 w 90 140 m 90 620 l 510 380 l h S\n", false},
	'↻':      {600, turn(false), false},
	'⟳':      {600, turn(false), false},
	'↺':      {600, turn(true), false},
	'⟲':      {600, turn(true), false},
	'☐':      {600, "50 w 55 100 490 490 re S\n", false},
	'☑':      {600, "50 w 55 100 490 490 re S " + round + "70 w 160 340 m 260 220 l 440 470 l S\n", false},
	'☒':      {600, "50 w 55 100 490 490 re S " + round + "60 w 170 215 m 430 475 l S 430 215 m 170 475 l S\n", false},
	'★':      {700, "350 730 m 437 480 l 700 474 l 491 314 l 566 62 l 350 212 l 134 62 l 209 314 l 0 474 l 263 480 l h f\n", false},
	'☆':      {700, "40 w 350 690 m 427 464 l 660 458 l 475 314 l 541 92 l 350 225 l 159 92 l 225 314 l 40 458 l 273 464 l h S\n", false},
	'⇒':      {900, "60 w 80 430 m 640 430 l S 80 250 m 640 250 l S 75 w 540 590 m 830 340 l 540 90 l S\n", false},
	'⇐':      {900, "60 w 820 430 m 260 430 l S 820 250 m 260 250 l S 75 w 360 590 m 70 340 l 360 90 l S\n", false},
	'⟶':      {1200, "65 w 60 340 m 1110 340 l S 880 560 m 1130 340 l 880 120 l S\n", false},
	'\u200b': {0, "", false},
}

// signOf returns the sign for a character, if it is drawn here.
func signOf(r rune) (sign, bool) {
	if s, ok := signs[r]; ok {
		return s, true
	}
	switch {
	case r >= 0x2500 && r <= 0x257f:
		return sign{cell, lines(r), false}, true
	case r >= 0x2580 && r <= 0x259f:
		return sign{cell, blocks(r), false}, true
	case r >= 0x2800 && r <= 0x28ff:
		return sign{cell, dots(r), false}, true
	}
	return sign{}, false
}

// blank returns the box that stands for a character that no font has. Marks on other letters are left out.
func blank(r rune) sign {
	wide := cell * words.Width(string(r))
	if wide == 0 {
		return sign{}
	}
	return sign{wide, fmt.Sprintf("40 w 70 -60 %d 760 re S\n", wide-140), false}
}

// arms say, for the characters U+2500 to U+257F, how thick the lines are that go from the middle to the
// left, the top, the right and the bottom: 0 none, 1 light, 2 heavy, 3 double. Those that are no such
// lines are drawn otherwise.
const arms = "1010 2020 0101 0202 .... .... .... .... .... .... .... .... 0011 0021 0012 0022 " +
	"1001 2001 1002 2002 0110 0120 0210 0220 1100 2100 1200 2200 0111 0121 0211 0112 " +
	"0212 0221 0122 0222 1101 2101 1201 1102 1202 2201 2102 2202 1011 2011 1021 2021 " +
	"1012 2012 1022 2022 1110 2110 1120 2120 1210 2210 1220 2220 1111 2111 1121 2121 " +
	"1211 1112 1212 2211 1221 2112 1122 2221 2122 2212 1222 2222 .... .... .... .... " +
	"3030 0303 0031 0013 0033 3001 1003 3003 0130 0310 0330 3100 1300 3300 0131 0313 " +
	"0333 3101 1303 3303 3031 1013 3033 3130 1310 3330 3131 1313 3333 .... .... .... " +
	".... .... .... .... 1000 0100 0010 0001 2000 0200 0020 0002 1020 0102 2010 0201 "

// Thickness of lines, and the distance of double ones from the middle.
const (
	light = 70
	heavy = 150
	apart = 90
)

func rect(x, y, w, h float64) string { return fmt.Sprintf("%g %g %g %g re f\n", x, y, w, h) }

// lines draws a character of U+2500 to U+257F.
func lines(r rune) string {
	a := arms[(r-0x2500)*5:][:4]
	if a == "...." {
		return curves(r)
	}
	var b strings.Builder
	for dir := range 4 {
		to := a[dir]
		if to == '0' {
			continue
		}
		before, after, opposite := a[(dir+3)%4], a[(dir+1)%4], a[(dir+2)%4]
		if to != '3' {
			thick, from := float64(light), 0.0
			if to == '2' {
				thick = heavy
			}
			switch doubles := (before == '3') != (after == '3'); {
			case opposite != '0':
			case before == '3' && after == '3':
				from = apart
			case doubles:
				from = -apart
			default:
				from = -max(thickness(before), thickness(after)) / 2
			}
			b.WriteString(arm(dir, from, 0, thick))
			continue
		}
		for _, side := range []struct {
			this, other byte
			off         float64
		}{{before, after, -apart}, {after, before, apart}} {
			from := 0.0
			switch {
			case side.this == '3':
				from = apart - light/2
			case side.other == '3':
				from = -apart - light/2
			}
			b.WriteString(arm(dir, from, side.off, light))
		}
	}
	return b.String()
}

func thickness(arm byte) float64 { return []float64{0, light, heavy, light}[arm-'0'] }

// arm draws a line from the middle in a direction: left, up, right or down. It begins so far from the
// middle, and is so far beside it, towards the direction that comes next.
func arm(dir int, from, beside, thick float64) string {
	const x, y = cell / 2, middle
	switch dir {
	case 0:
		return rect(-overlap, y+beside-thick/2, x-from+overlap, thick)
	case 1:
		return rect(x+beside-thick/2, y+from, thick, ceiling-y-from+overlap)
	case 2:
		return rect(x+from, y-beside-thick/2, cell-x-from+overlap, thick)
	}
	return rect(x-beside-thick/2, ground-overlap, thick, y-from-ground+overlap)
}

// curves draws dashes, round corners and diagonals.
func curves(r rune) string {
	const x, y, bend = cell / 2, middle, 260
	corner := func(h, v float64) string { // h: to the left (-1) or right, v: up (1) or down
		ex, ey := x+h*x, float64(ceiling)
		if v < 0 {
			ey = ground
		}
		return fmt.Sprintf("%d w %g %g m %g %g l %g %d %g %d %g %d c %g %d l S\n", light, float64(x), ey, float64(x), y+v*bend,
			float64(x), y, float64(x), y, x+h*bend, y, ex, y)
	}
	switch r {
	case '╭':
		return corner(1, -1)
	case '╮':
		return corner(-1, -1)
	case '╯':
		return corner(-1, 1)
	case '╰':
		return corner(1, 1)
	case '╱', '╲', '╳':
		s := fmt.Sprintf("%d w ", light)
		if r != '╲' {
			s += fmt.Sprintf("0 %d m %d %d l S\n", ground, cell, ceiling)
		}
		if r != '╱' {
			s += fmt.Sprintf("0 %d m %d %d l S\n", ceiling, cell, ground)
		}
		return s
	}
	d := map[rune]struct {
		n     int
		thick float64
		up    bool
	}{'┄': {3, light, false}, '┅': {3, heavy, false}, '┆': {3, light, true}, '┇': {3, heavy, true},
		'┈': {4, light, false}, '┉': {4, heavy, false}, '┊': {4, light, true}, '┋': {4, heavy, true},
		'╌': {2, light, false}, '╍': {2, heavy, false}, '╎': {2, light, true}, '╏': {2, heavy, true}}[r]
	var b strings.Builder
	for i := range d.n {
		if d.up {
			part := float64(ceiling-ground) / float64(d.n)
			b.WriteString(rect(x-d.thick/2, ground+(float64(i)+.2)*part, d.thick, part*.6))
		} else {
			part := cell / float64(d.n)
			b.WriteString(rect((float64(i)+.2)*part, y-d.thick/2, part*.6, d.thick))
		}
	}
	return b.String()
}

// blocks draws a character of U+2580 to U+259F.
func blocks(r rune) string {
	const high = ceiling - ground
	part := func(x0, y0, x1, y1 float64) string { // in parts of the place
		return rect(x0*cell, ground+y0*high, (x1-x0)*cell, (y1-y0)*high)
	}
	switch n := float64(r - 0x2580); {
	case r == 0x2580:
		return part(0, .5, 1, 1)
	case r <= 0x2588:
		return part(0, 0, 1, n/8)
	case r <= 0x258f:
		return part(0, 0, (16-n)/8, 1)
	case r == 0x2590:
		return part(.5, 0, 1, 1)
	case r <= 0x2593:
		return shade(int(r - 0x2590))
	case r == 0x2594:
		return part(0, .875, 1, 1)
	case r == 0x2595:
		return part(.875, 0, 1, 1)
	}
	quarters := [...]string{"3", "4", "1", "134", "14", "123", "124", "2", "23", "234"}[r-0x2596]
	var b strings.Builder
	for _, q := range quarters { // 1 2 above, 3 4 below
		x, y := float64((q-'1')%2)/2, .5-float64((q-'1')/2)/2
		b.WriteString(part(x, y, x+.5, y+.5))
	}
	return b.String()
}

// shade draws a grid that covers so many quarters of the place.
func shade(quarters int) string {
	var b strings.Builder
	const wide, high = cell / 6.0, (ceiling - ground) / 14.0
	for row := range 14 {
		for col := range 6 {
			on := (row+col)%2 == 0
			switch quarters {
			case 1:
				on = on && row%2 == 0
			case 3:
				on = on || row%2 == 0
			}
			if on {
				b.WriteString(rect(float64(col)*wide, ground+float64(row)*high, wide, high))
			}
		}
	}
	return b.String()
}

// dots draws a character of Braille, which programs use for curves and wheels.
func dots(r rune) string {
	var b strings.Builder
	for bit, at := range [8][2]float64{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}} {
		if r>>bit&1 == 1 {
			b.WriteString(circle(160+at[0]*280, 790-at[1]*280, 75, "f"))
		}
	}
	return b.String()
}
