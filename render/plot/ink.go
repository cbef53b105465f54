package plot

import (
	"bytes"
	"strconv"

	"github.com/slidexec/slidexec/render/ansi"
)

// ink writes the content of a page: the operators of a PDF page, for items on it.
type ink struct {
	bytes.Buffer
	height  float64 // of the page, in pixels: a PDF page has its origin at the bottom
	page    int
	owners  []*node // of the marks
	faces   map[*face]bool
	rasters map[*raster]bool

	open   *node // of the mark that is open
	state  int   // 0: no mark is open, 1: one of decoration, 2: one of open
	inText bool
	color  ansi.Color
	face   *face
	size   float64
	track  float64
}

// points is the length of a pixel in the unit of pages.
const points = 0.75

func newInk(page int, height float64) *ink {
	k := &ink{page: page, height: height, faces: map[*face]bool{}, rasters: map[*raster]bool{}}
	k.op("cm", points, 0, 0, points, 0, 0)
	return k
}

// op writes an operator with its numbers.
func (k *ink) op(name string, numbers ...float64) {
	for _, n := range numbers {
		k.number(n)
	}
	k.WriteString(name)
	k.WriteByte('\n')
}

// number writes a number with at most three decimals.
func (k *ink) number(n float64) {
	b := strconv.AppendFloat(k.AvailableBuffer(), n, 'f', 3, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	if string(b) == "-0" {
		b = b[1:]
	}
	k.Write(append(b, ' '))
}

// mark begins the part of the content that belongs to a node, nil for decoration.
func (k *ink) mark(n *node) {
	if n == nil && k.state == 1 || n != nil && k.state == 2 && k.open == n {
		return
	}
	k.unmark()
	if n == nil {
		k.WriteString("/Artifact BMC\n")
		k.state = 1
		return
	}
	n.enter()
	n.kids = append(n.kids, mark{k.page, len(k.owners)})
	k.WriteString("/" + n.tag + "<</MCID " + strconv.Itoa(len(k.owners)) + ">>BDC\n")
	k.owners = append(k.owners, n)
	k.open, k.state = n, 2
}

func (k *ink) unmark() {
	k.noText()
	if k.state > 0 {
		k.WriteString("EMC\n")
	}
	k.state, k.open = 0, nil
}

func (k *ink) noText() {
	if k.inText {
		k.WriteString("ET\n")
	}
	k.inText = false
}

func (k *ink) paint(c ansi.Color, name string) {
	r, g, b, _ := c.RGB()
	k.op(name, float64(r)/255, float64(g)/255, float64(b)/255)
}

// put draws items with the slide's corner at x and y, in pixels of the page, and scaled. Links are for the
// caller.
func (k *ink) put(items []item, x, y, scale float64) {
	k.unmark()
	k.WriteString("q\n")
	k.op("cm", scale, 0, 0, scale, x, k.height-y-scale*height)
	k.color, k.face, k.track = 0, nil, 0
	for i := range items {
		it := &items[i]
		if it.kind == link {
			continue
		}
		k.mark(it.node)
		switch it.kind {
		case letters:
			k.letters(it)
		case area:
			k.noText()
			k.area(it)
		case pixels:
			k.noText()
			k.rasters[it.picture] = true
			left, bottom := (x+it.x*scale)*points, (k.height-y-(it.y+it.h)*scale)*points
			if it.node != nil {
				it.node.attr = newDict("O", "Layout", "Placement", "Block",
					"BBox", list(rounded(left), rounded(bottom), rounded(left+it.w*scale*points), rounded(bottom+it.h*scale*points)))
			}
			k.WriteString("q\n")
			k.op("cm", it.w, 0, 0, it.h, it.x, height-it.y-it.h)
			k.WriteString("/" + it.picture.name + " Do Q\n")
		}
	}
	k.unmark()
	k.WriteString("Q\n")
}

// clip limits what is drawn to a slide, until restore.
func (k *ink) clip(x, y, w, h float64) {
	k.unmark()
	k.WriteString("q\n")
	k.op("re W n", x, k.height-y-h, w, h)
}

func (k *ink) restore() { k.unmark(); k.WriteString("Q\n") }

func (k *ink) letters(it *item) {
	if !k.inText {
		k.WriteString("BT\n")
		k.inText = true
	}
	if it.color != k.color {
		k.paint(it.color, "rg")
		k.color = it.color
	}
	if it.face != k.face || it.size != k.size {
		k.faces[it.face] = true
		k.WriteString("/" + it.face.name + " ")
		k.op("Tf", it.size)
		k.face, k.size = it.face, it.size
	}
	if it.track != k.track {
		k.op("Tc", it.track)
		k.track = it.track
	}
	lean := 0.0
	if it.slant {
		lean = 0.2
	}
	k.op("Tm", 1, 0, lean, 1, it.x, height-it.y)
	k.WriteByte('<')
	it.face.encode(&k.Buffer, it.text)
	k.WriteString(">Tj\n")
}

// area draws a rectangle. Its frame is within it, one pixel wide.
func (k *ink) area(it *item) {
	if !it.fill.IsDefault() {
		k.paint(it.fill, "rg")
		k.color = it.fill
		k.outline(it.x, it.y, it.w, it.h, it.round)
		k.op("f")
	}
	if !it.line.IsDefault() {
		k.paint(it.line, "RG")
		k.outline(it.x+.5, it.y+.5, it.w-1, it.h-1, it.round)
		k.op("S")
	}
}

// outline makes the path of a rectangle with round corners.
func (k *ink) outline(x, y, w, h, r float64) {
	y = height - y - h
	if r = min(r, w/2, h/2); r <= 0 {
		k.op("re", x, y, w, h)
		return
	}
	const round = 0.5523 // of a quarter of a circle as a curve
	c := r * (1 - round)
	k.op("m", x+r, y)
	k.op("l", x+w-r, y)
	k.op("c", x+w-c, y, x+w, y+c, x+w, y+r)
	k.op("l", x+w, y+h-r)
	k.op("c", x+w, y+h-c, x+w-c, y+h, x+w-r, y+h)
	k.op("l", x+r, y+h)
	k.op("c", x+c, y+h, x, y+h-c, x, y+h-r)
	k.op("l", x, y+r)
	k.op("c", x, y+c, x+c, y, x+r, y)
	k.op("h")
}
