package html

import (
	"html"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// Everything that reaches the page goes through a builder. Text from a deck or a program has one
// way in, the escaping in text, code and attr; markup has another, raw, whose argument type only
// constants of this package become without a conversion (a test looks for conversions). The
// page's frame is an html/template; the blocks are not, because a deck is a tree that decides its
// own nesting, which as templates would be one include for every node and slow on every save.

// markup is HTML written in this package.
type markup string

// builder collects the HTML of one slide or block, and the rules for the classes in it.
type builder struct {
	page *Page
	buf  []byte
	css  Sheet
	step int // the step of the enclosing element: what is not later needs no attribute

	title  markup   // the element of titles on this slide
	varies [][2]int // parts of buf that windows get anew with every result
	pieces []int    // where in buf the pieces of the last long output begin, and where the last one ends
}

// raw writes markup.
func (b *builder) raw(m markup) { b.buf = append(b.buf, m...) }

// vary notes that everything in buf from there on is what a result decides.
func (b *builder) vary(from int) {
	within := func(v [2]int) bool { return v[0] >= from }
	b.varies = append(slices.DeleteFunc(b.varies, within), [2]int{from, len(b.buf)})
}

// insert writes what is on a slide, which another builder made.
func (b *builder) insert(c *Content) { b.buf = append(b.buf, c.HTML...) }

// text writes s as text.
func (b *builder) text(s string) { b.buf = appendEscaped(b.buf, s, false) }

// code writes s as text of a program, where characters that reorder or hide others are shown as
// U+FFFD: a listing has to read as the compiler reads it.
func (b *builder) code(s string) { b.buf = appendEscaped(b.buf, s, true) }

// attr writes an attribute.
func (b *builder) attr(name markup, value string) {
	b.buf = append(b.buf, ' ')
	b.buf = append(b.buf, name...)
	b.buf = append(b.buf, '=', '"')
	b.buf = appendEscaped(b.buf, value, false)
	b.buf = append(b.buf, '"')
}

// num writes an attribute with a number.
func (b *builder) num(name markup, n int) { b.attr(name, strconv.Itoa(n)) }

// class writes a class attribute with those classes that are not empty, if there are any.
func (b *builder) class(cs ...class) {
	open := false
	for _, c := range cs {
		switch {
		case c == "":
			continue
		case !open:
			b.raw(` class="`)
			open = true
		default:
			b.raw(" ")
		}
		b.buf = append(b.buf, c...)
	}
	if open {
		b.raw(`"`)
	}
}

// due writes the step at which an element appears, where that is later than its surroundings,
// and returns what restores the surroundings' step.
func (b *builder) due(step int) (restore func()) {
	old := b.step
	if step > old {
		b.num("data-step", step)
		b.step = step
	}
	return func() { b.step = old }
}

// block begins an element: its tag without the closing bracket, its classes with those of the
// block's alignment and size, and its step. The caller closes it and then calls restore.
func (b *builder) block(tag markup, c *slides.Base, cs ...class) (restore func()) {
	return b.directed(tag, c, nil, cs...)
}

// directed is block for one whose sides depend on the direction of its first text.
func (b *builder) directed(tag markup, c *slides.Base, first []slides.Inline, cs ...class) (restore func()) {
	b.raw("<")
	b.raw(tag)
	b.class(append(cs, alignClass[c.Align], b.size(c.Size))...)
	b.direction(first)
	restore = b.due(c.Step)
	b.raw(">")
	return restore
}

// direction writes in which direction an element runs, where its text begins with letters of the
// other direction than the page's: its marks, borders and columns change sides. Lines of text
// find their own direction by the style sheet.
func (b *builder) direction(first []slides.Inline) {
	for _, r := range slides.Plain(first) {
		switch {
		case unicode.In(r, rightToLeftScripts...):
			if !b.page.rtl {
				b.raw(` dir="rtl"`)
			}
			return
		case unicode.IsLetter(r):
			if b.page.rtl {
				b.raw(` dir="ltr"`)
			}
			return
		}
	}
}

var rightToLeftScripts = []*unicode.RangeTable{
	unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam,
}

// opening returns the text that blocks begin with.
func opening(list []slides.Block) []slides.Inline {
	for _, bl := range list {
		switch bl := bl.(type) {
		case *slides.Paragraph:
			return bl.Text
		case *slides.List:
			if len(bl.Items) > 0 {
				return bl.Items[0].Text
			}
		}
	}
	return nil
}

var alignClass = map[slides.Align]class{
	slides.AlignLeft:   "al",
	slides.AlignCenter: "ac",
	slides.AlignRight:  "ar",
}

// appendEscaped appends s so that it is text and nothing else, in an element as in a quoted
// attribute. What no document may contain (control characters, broken UTF-8) becomes U+FFFD.
func appendEscaped(dst []byte, s string, program bool) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if esc := escapes[c]; esc != "" {
				dst = append(append(dst, s[from:i]...), esc...)
				from = i + 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if forbidden(r, n) || program && text.Reorders(r) {
			dst = append(append(dst, s[from:i]...), "\uFFFD"...)
			from = i + n
		}
		i += n
	}
	return append(dst, s[from:]...)
}

// Clean returns s without what no document may contain, for templates and JSON, which escape but let
// that through.
func Clean(s string) string {
	return html.UnescapeString(string(appendEscaped(nil, s, false)))
}

// forbidden reports whether a rune beyond ASCII, n bytes long, may not stand in a document.
func forbidden(r rune, n int) bool {
	return r == utf8.RuneError && n == 1 || r < 0xa0 || r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

// escapes maps ASCII characters that cannot stand for themselves; "" means that they can.
var escapes = func() (t [utf8.RuneSelf]string) {
	for c := range 0x20 {
		t[c] = "\uFFFD"
	}
	t[0x7f] = "\uFFFD"
	t['\t'], t['\n'] = "", ""
	t['&'], t['<'], t['>'], t['"'], t['\''] = "&amp;", "&lt;", "&gt;", "&#34;", "&#39;"
	return t
}()
