package pdf

import (
	"bytes"
	"encoding/hex"
	"math"
	"strconv"
)

// font knows how far the letters of a font reach, for each code, in parts of its size.
type font struct {
	bytes int // of a code
	width map[int]float64
	other float64 // of codes without a width of their own
}

func (f *font) advance(code int) float64 {
	if w, ok := f.width[code]; ok {
		return w
	}
	return f.other
}

// fontOf reads the widths of a font, or returns nil if they cannot be known.
func (f *file) fontOf(d dict) *font {
	switch d["Subtype"] {
	case raw("/Type3"):
		m := f.list(d["FontMatrix"])
		if len(m) != 6 {
			return nil
		}
		k, ok := f.number(m[0])
		if !ok {
			return nil
		}
		return f.simple(d, k)
	case raw("/TrueType"), raw("/Type1"):
		return f.simple(d, .001)
	case raw("/Type0"):
		below := f.list(d["DescendantFonts"])
		if len(below) != 1 || d["Encoding"] != raw("/Identity-H") {
			return nil
		}
		return f.wide(f.dict(below[0]))
	}
	return nil
}

// simple reads the widths of a font with codes of one byte, in units of which one is k of its size.
func (f *file) simple(d dict, k float64) *font {
	first, ok := f.number(d["FirstChar"])
	list := f.list(d["Widths"])
	if !ok || list == nil {
		return nil
	}
	out := &font{bytes: 1, width: map[int]float64{}}
	for i, v := range list {
		w, ok := f.number(v)
		if !ok {
			return nil
		}
		out.width[int(first)+i] = w * k
	}
	return out
}

// wide reads the widths of a font with codes of two bytes: "from [w w w]" or "from to w".
func (f *file) wide(d dict) *font {
	out := &font{bytes: 2, width: map[int]float64{}, other: 1}
	if w, ok := f.number(d["DW"]); ok {
		out.other = w / 1000
	}
	for list := f.list(d["W"]); len(list) > 0; {
		from, ok := f.number(list[0])
		if !ok || len(list) < 2 {
			return nil
		}
		if row := f.list(list[1]); row != nil {
			for i, v := range row {
				w, ok := f.number(v)
				if !ok {
					return nil
				}
				out.width[int(from)+i] = w / 1000
			}
			list = list[2:]
			continue
		}
		if len(list) < 3 {
			return nil
		}
		to, ok := f.number(list[1])
		w, is := f.number(list[2])
		if !ok || !is || to > 0xffff {
			return nil
		}
		for c := int(from); c <= int(to); c++ {
			out.width[c] = w / 1000
		}
		list = list[3:]
	}
	return out
}

// line writes the text between BT and ET. Browsers place every letter on its own; here, a row of letters
// stands in one string, with numbers between letters that are not at the end of the ones before.
type line struct {
	*page
	font *font
	size float64

	x, y   float64 // where the browser puts the next letter, from the last Tm
	pen    float64 // where the letters written so far end
	at, on float64 // the beginning of the row, which a Td starts from
	row    bytes.Buffer
	codes  []byte
}

// words handles a text up to ET.
func (p *page) words() bool {
	p.out.WriteString("BT\n")
	l := line{page: p}
	for {
		p.args = p.args[:0]
		for {
			p.skip()
			if p.at >= len(p.data) {
				return false
			}
			c := p.data[p.at]
			if !(kinds[c] == mark || c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.') {
				break
			}
			v, err := p.operand()
			if err != nil {
				return false
			}
			p.args = append(p.args, v)
		}
		op := p.word()
		switch op {
		case "ET":
			l.end()
			p.out.WriteString("ET\n")
			return len(p.args) == 0
		case "Tf":
			if len(p.args) != 2 {
				return false
			}
			name, _ := p.args[0].(raw)
			size, err := strconv.ParseFloat(string(text(p.args[1])), 64)
			if len(name) < 2 || err != nil || size <= 0 {
				return false
			}
			l.end()
			if l.font = p.font(string(name[1:])); l.font == nil {
				return false
			}
			l.size = size
			p.plain(op)
		case "Tm":
			if _, ok := p.numbers(6); !ok {
				return false
			}
			l.end()
			l.x, l.y, l.pen, l.at, l.on = 0, 0, 0, 0, 0
			p.plain(op)
		case "Td":
			by, ok := p.numbers(2)
			if !ok {
				return false
			}
			l.x, l.y = l.x+by[0], l.y+by[1]
		case "Tj":
			if !l.letters() {
				return false
			}
		case "BDC", "BMC", "EMC", "rg", "RG", "g", "G", "k", "K", "gs", "cs", "CS", "sc", "SC", "scn", "SCN", "w", "Tr":
			l.end() // what follows has another meaning or colour, and its place
			p.plain(op)
		default: // others could change where letters are
			return false
		}
	}
}

func text(v any) raw { r, _ := v.(raw); return r }

// letters takes a string that starts at x and y.
func (l *line) letters() bool {
	if len(l.args) != 1 || l.font == nil {
		return false
	}
	s := string(text(l.args[0]))
	if len(s) < 2 || s[0] != '<' {
		return false
	}
	codes, err := hex.DecodeString(s[1 : len(s)-1])
	if err != nil || len(codes)%l.font.bytes != 0 {
		return false
	}
	if l.y != l.on || math.Abs(l.x-l.pen) > 10*l.size {
		l.end()
		l.put(decimal(l.x-l.at, 4))
		l.put(decimal(l.y-l.on, 4))
		l.put("Td")
		l.out.WriteByte('\n')
		l.at, l.on, l.pen = l.x, l.y, l.x
	}
	if by := math.Round((l.pen - l.x) / l.size * 1000); by != 0 {
		l.cut()
		l.row.WriteString(strconv.Itoa(int(by)))
		l.pen -= by * l.size / 1000
	}
	l.codes = append(l.codes, codes...)
	for i := 0; i < len(codes); i += l.font.bytes {
		code := int(codes[i])
		if l.font.bytes == 2 {
			code = code<<8 | int(codes[i+1])
		}
		l.pen += l.font.advance(code) * l.size
	}
	return true
}

// cut ends a string.
func (l *line) cut() {
	if len(l.codes) > 0 {
		l.row.WriteString("<" + hex.EncodeToString(l.codes) + ">")
		l.codes = l.codes[:0]
	}
}

// end writes the row of letters.
func (l *line) end() {
	l.cut()
	row := l.row.Bytes()
	switch {
	case len(row) == 0:
		return
	case bytes.IndexByte(row, '>') == len(row)-1 && row[0] == '<':
		l.out.Write(row)
		l.out.WriteString("Tj\n")
	default:
		l.out.WriteString("[")
		l.out.Write(row)
		l.out.WriteString("]TJ\n")
	}
	l.row.Reset()
}
