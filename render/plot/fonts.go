package plot

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/carlos7ags/folio/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
)

// The letters come from the Go fonts, which are in the program: they have Latin, Greek and Cyrillic, and
// a talk looks the same wherever it is drawn. The signs that slidexec itself prints, and the lines and
// blocks of terminals, are drawn here; see signs.go. Other characters come from a font of this machine.
// What even that lacks shows as a box, which is still the character for those who select, search or copy.

// cut is a way of writing: bold, italic, mono and their sums.
type cut uint8

const (
	bold cut = 1 << iota
	italic
	mono
	cuts
)

// glyph is a character of a face. The zero glyph is none.
type glyph struct {
	face  *face
	code  uint16
	slant bool    // the face is upright where an italic one was asked for
	width float64 // in parts of the size
}

// face is a font in the file.
type face struct {
	name  string // in the file
	font  font.Face
	known map[rune]glyph
	used  map[uint16]rune // code → character
	signs []sign          // by code, of a face that is drawn here
}

// fonts finds faces for characters.
type fonts struct {
	faces   []*face
	cuts    [cuts]*face
	own     [cuts][128]glyph
	others  map[other]glyph
	signs   *face // the last one that was begun
	system  *system
	missing map[rune]bool
	joined  map[string]bool // scripts of the talk whose letters should join
}

type other struct {
	r rune
	c cut
}

// cutOf says which font is which way of writing. The others lean one of these.
var cutOf = map[cut][]byte{0: goregular.TTF, bold: gobold.TTF, italic: goitalic.TTF, mono: gomono.TTF, mono | bold: gomonobold.TTF}

func newFonts() *fonts {
	return &fonts{others: map[other]glyph{}, system: &system{}, missing: map[rune]bool{}, joined: map[string]bool{}}
}

// face returns the face for a way of writing, and whether it must lean.
func (fs *fonts) face(c cut) (f *face, slant bool) {
	data := cutOf[c]
	if data == nil {
		f, _ := fs.face(c &^ italic)
		return f, true
	}
	if fs.cuts[c] == nil {
		parsed, err := font.ParseTTF(data)
		if err != nil {
			panic(fmt.Sprintf("plot: a font of the program: %v", err))
		}
		fs.cuts[c] = fs.add(parsed)
	}
	return fs.cuts[c], false
}

func (fs *fonts) add(parsed font.Face) *face {
	f := &face{name: fmt.Sprintf("F%d", len(fs.faces)), font: parsed, used: map[uint16]rune{}}
	fs.faces = append(fs.faces, f)
	return f
}

// glyph returns the glyph for a character. There is one for each.
func (fs *fonts) glyph(r rune, c cut) glyph {
	if r < 128 {
		if g := fs.own[c][r]; g.face != nil {
			return g
		}
		g := fs.find(r, c)
		fs.own[c][r] = g
		return g
	}
	key := other{r, c}
	if g, ok := fs.others[key]; ok {
		return g
	}
	g := fs.find(r, c)
	fs.others[key] = g
	return g
}

func (fs *fonts) find(r rune, c cut) glyph {
	if r == 0xa0 || r == 0x202f || r == 0x2007 {
		r = ' '
	}
	joined := r >= 0x2500 && r <= 0x259f // the own lines and blocks meet those above and below
	if !joined {
		f, slant := fs.face(c)
		if g := f.glyph(r); g.face != nil {
			g.slant = slant
			return g
		}
	}
	if s, ok := signOf(r); ok {
		return fs.sign(r, s)
	}
	if sc := scriptOf(r); sc.joins {
		fs.joined[sc.name] = true
	}
	if f := fs.system.find(fs, r, c); f != nil {
		return f.glyph(r)
	}
	fs.missing[r] = true
	return fs.sign(r, blank(r))
}

// glyph returns a character of a font, or none.
func (f *face) glyph(r rune) glyph {
	id := f.font.GlyphIndex(r)
	if id == 0 {
		return glyph{}
	}
	return glyph{face: f, code: id, width: float64(f.font.GlyphAdvance(id)) / float64(f.font.UnitsPerEm())}
}

// sign returns a glyph that is drawn here. A face holds 255 of them.
func (fs *fonts) sign(r rune, s sign) glyph {
	if fs.signs == nil || len(fs.signs.signs) == 255 {
		fs.signs = &face{name: fmt.Sprintf("F%d", len(fs.faces)), known: map[rune]glyph{}, used: map[uint16]rune{}}
		fs.faces = append(fs.faces, fs.signs)
	}
	f := fs.signs
	g, ok := f.known[r]
	if !ok {
		g = glyph{face: f, code: uint16(len(f.signs)), width: float64(s.width) / 1000}
		f.signs = append(f.signs, s)
		f.known[r] = g
	}
	return g
}

// encode writes text as the face's codes, and notes which are used.
func (f *face) encode(w *bytes.Buffer, s string) {
	for _, r := range s {
		var code uint16
		if f.font == nil {
			code = f.known[r].code
		} else {
			if r == 0xa0 || r == 0x202f || r == 0x2007 {
				r = ' '
			}
			code = f.font.GlyphIndex(r)
		}
		if _, ok := f.used[code]; !ok {
			f.used[code] = r
		}
		b := [2]byte{byte(code >> 8), byte(code)}
		if f.font == nil {
			w.Write(hex.AppendEncode(w.AvailableBuffer(), b[1:]))
		} else {
			w.Write(hex.AppendEncode(w.AvailableBuffer(), b[:]))
		}
	}
}

// resources writes the faces that were used, and returns the dictionary for pages.
func (fs *fonts) resources(f *file) dict {
	d := newDict()
	for _, fc := range fs.faces {
		if len(fc.used) == 0 {
			continue
		}
		if fc.font == nil {
			d.Set(fc.name, f.add(fc.drawn(f)))
			continue
		}
		e := font.NewEmbeddedFont(fc.font)
		for _, id := range slices.Sorted(maps.Keys(fc.used)) {
			e.EncodeGIDs([]uint16{id}, string(fc.used[id]))
		}
		d.Set(fc.name, f.add(e.BuildObjects(f.add)))
	}
	return d
}

// drawn returns a face whose glyphs are drawn here, as a font of the file.
func (f *face) drawn(to *file) dict {
	procs, widths, differences := newDict(), []any{}, []any{0}
	var cmap bytes.Buffer
	cmap.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def /CMapName /Signs def /CMapType 2 def\n" +
		"1 begincodespacerange <00> <FF> endcodespacerange\n")
	codes := slices.Sorted(maps.Keys(f.used))
	for i, code := range codes {
		if i%100 == 0 {
			fmt.Fprintf(&cmap, "%d beginbfchar\n", min(100, len(codes)-i))
		}
		fmt.Fprintf(&cmap, "<%02X> <%s>\n", code, utf16Hex(f.used[code]))
		if i%100 == 99 || i == len(codes)-1 {
			cmap.WriteString("endbfchar\n")
		}
	}
	cmap.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	for code, s := range f.signs {
		widths = append(widths, s.width)
		name := fmt.Sprintf("g%d", code)
		differences = append(differences, name)
		if _, ok := f.used[uint16(code)]; ok {
			procs.Set(name, to.raw([]byte(s.program())))
		}
	}
	// programs that extract text take the size of letters from the width of an m
	widths, differences = append(widths, cell), append(differences, "m")
	procs.Set("m", to.raw([]byte(sign{width: cell}.program())))
	return newDict("Type", "Font", "Subtype", "Type3", "FontBBox", list(0, -400, 1200, 1100), "FontMatrix", list(.001, 0, 0, .001, 0, 0),
		"CharProcs", procs, "Encoding", newDict("Type", "Encoding", "Differences", list(differences...)),
		"FirstChar", 0, "LastChar", len(f.signs), "Widths", list(widths...), "ToUnicode", to.stream(cmap.Bytes()), "Resources", newDict())
}

func utf16Hex(r rune) string {
	if r <= 0xffff {
		return fmt.Sprintf("%04X", r)
	}
	r -= 0x10000
	return fmt.Sprintf("%04X%04X", 0xd800+r>>10, 0xdc00+r&0x3ff)
}

// width returns the width of text in one way of writing.
func (fs *fonts) width(s string, c cut, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += fs.glyph(r, c).width
	}
	return w * size
}

// Lines of text, in parts of the size: the part of a letter above and below the base line.
const (
	above = 0.945
	below = 0.211
)

// baseline returns how far below the top of a line of some height the base line is.
func baseline(lineHeight, size float64) float64 {
	return (lineHeight-(above+below)*size)/2 + above*size
}

func near(a, b float64) bool { return math.Abs(a-b) < .02 }
