package html

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/color"
	"math"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// A picture with transparent parts may vanish on the slide: black lines on a dark one, white letters on a
// light one. Such a picture is mounted on a card, which is seen on that background alone. Of a PNG or a GIF, a
// quarter of what it paints has to be near to the background. An SVG has to name no colour that is not.

// Bounds of the work.
const (
	maxJudged  = 4 << 20 // pixels of a picture; a larger one gets no card
	maxDrawing = 1 << 20 // bytes of an SVG
	maxMounts  = 1 << 12 // pictures that are remembered
	samples    = 1 << 14 // pixels that are looked at, about
)

// Cards in the colours of slidexec's own slides.
const lightCard, darkCard, greyCard, noCard = "#f3f1eb", "#1e2128", "#808080", "#0000"

// vanishing is the contrast below which a colour is not told from the background.
const vanishing = 1.7

// ground is a picture on the light and the dark background of a page.
type ground struct {
	picture     [sha256.Size]byte
	light, dark ansi.Color
}

// lost says on which of the two backgrounds a picture vanishes.
type lost struct{ light, dark bool }

// judged remembers pictures, so that each is decoded once and not for every edit.
var judged = struct {
	sync.Mutex
	seen map[ground]lost
}{seen: map[ground]lost{}}

// mount returns the class of the card that a picture needs, "" for none.
func (b *builder) mount(data []byte, is slides.Picture) class {
	if !mayBeClear(data, is) {
		return ""
	}
	g := ground{sha256.Sum256(data), b.page.light.Background, b.page.dark.Background}
	judged.Lock()
	l, ok := judged.seen[g]
	judged.Unlock()
	if !ok {
		l = g.judge(data, is, &b.page.light)
		judged.Lock()
		if len(judged.seen) >= maxMounts {
			clear(judged.seen)
		}
		judged.seen[g] = l
		judged.Unlock()
	}
	card := func(light, dark string) string { return "padding:.4em;background:" + lightDark(light, dark) }
	switch {
	case l.light && l.dark:
		return b.add("mg", card(greyCard, greyCard))
	case l.light:
		return b.add("md", card(darkCard, noCard))
	case l.dark:
		return b.add("ml", card(noCard, lightCard))
	}
	return ""
}

// mayBeClear reports whether a picture can have transparent parts, by its head.
func mayBeClear(data []byte, is slides.Picture) bool {
	switch is.Type {
	case "image/svg+xml":
		return len(data) <= maxDrawing
	case "image/png": // the kind of colours; one of other kinds may name a transparent colour before its pixels
		head, _, _ := bytes.Cut(data, []byte("IDAT"))
		return len(head) > 25 && is.Width*is.Height <= maxJudged && (head[25]&4 != 0 || bytes.Contains(head, []byte("tRNS")))
	case "image/gif":
		return is.Width*is.Height <= maxJudged
	}
	return false
}

func (g ground) judge(data []byte, is slides.Picture, pal *render.Palette) lost {
	if is.Type == "image/svg+xml" {
		return g.judgeDrawing(data, pal)
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return lost{}
	}
	b := m.Bounds()
	step := max(int(math.Sqrt(float64(b.Dx()*b.Dy())/samples)), 1)
	var all, painted, onLight, onDark int
	for y := b.Min.Y; y < b.Max.Y; y += step {
		for x := b.Min.X; x < b.Max.X; x += step {
			all++
			c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
			if c.A < 128 {
				continue
			}
			painted++
			l := g.near(ansi.RGB(c.R, c.G, c.B))
			if l.light {
				onLight++
			}
			if l.dark {
				onDark++
			}
		}
	}
	const some = 50 // one pixel of so many has to be transparent
	if painted == 0 || (all-painted)*some < all {
		return lost{}
	}
	return lost{onLight*4 >= painted, onDark*4 >= painted}
}

// near says on which background a colour vanishes.
func (g ground) near(c ansi.Color) lost {
	return lost{render.Contrast(c, g.light) < vanishing, render.Contrast(c, g.dark) < vanishing}
}

var (
	svgPaint = pattern.New(`(?i)(?:fill|stroke|stop-color)\s*[=:]\s*["']?\s*([^"';}>]+)`)
	svgWhole = pattern.New(`(?is)<rect\b[^>]*\bwidth\s*=\s*["']100%["']|<image\b|prefers-color-scheme|background(?:-color)?\s*:`)
)

// judgeDrawing looks at the colours that an SVG names. One that names none is black. One with a background, a
// photograph or colours of its own for light and dark stands for itself.
func (g ground) judgeDrawing(data []byte, pal *render.Palette) lost {
	if svgWhole().Match(data) {
		return lost{}
	}
	all, named := lost{true, true}, false
	take := func(c ansi.Color) {
		l := g.near(c)
		all = lost{all.light && l.light, all.dark && l.dark}
		named = true
	}
	black := ansi.RGB(0, 0, 0)
	for _, m := range svgPaint().FindAllSubmatch(data, -1) {
		switch word := strings.ToLower(strings.TrimSpace(string(m[1]))); word {
		case "none", "transparent":
		case "currentcolor", "black": // a picture inherits no colour
			take(black)
		case "white":
			take(ansi.RGB(255, 255, 255))
		default:
			if len(word) == 4 && word[0] == '#' {
				word = "#" + strings.Repeat(word[1:2], 2) + strings.Repeat(word[2:3], 2) + strings.Repeat(word[3:], 2)
			}
			c := render.ParseColor(word)
			if c.IsDefault() {
				return lost{} // a gradient, or a colour that only browsers know
			}
			take(pal.RGB(c))
		}
	}
	if !named {
		take(black)
	}
	return all
}
