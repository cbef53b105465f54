package html

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// A builder writes everything on the page. Text from a deck or a program has one way in: text, code and
// attr, which escape it. Markup has another, raw. Only constants of this package have raw's argument
// type without a conversion, and a test looks for conversions. The page's frame is an html/template.
// The blocks are not: a deck is a tree of any nesting, so templates would need one include for every
// node, and be slow on every save.

// markup is HTML written in this package.
type markup string

// builder collects the HTML of one slide or block, and the rules for the classes in it.
type builder struct {
	page *Page
	buf  []byte
	css  Sheet
	step int // the step of the enclosing element: only later elements need an attribute

	first  bool     // the slide is the first one
	above  []int    // levels of the title and the headings that the next block is under, see rank
	varies [][2]int // parts of buf that every result replaces
	pieces []int    // offsets in buf: the start of each piece of the last long output, and the end of the last piece

	turned bool // the direction of the enclosing element is not the page's

	col   column // where the builder is
	least demand // of the text that needs the smallest letters
}

// raw writes markup.
func (b *builder) raw(m markup) { b.buf = append(b.buf, m...) }

// vary records that everything in buf from an offset on depends on a result.
func (b *builder) vary(from int) {
	within := func(v [2]int) bool { return v[0] >= from }
	b.varies = append(slices.DeleteFunc(b.varies, within), [2]int{from, len(b.buf)})
}

// prepend inserts a class at an offset that is before all parts that depend on results. It depends on them,
// too.
func (b *builder) prepend(at int, s string) {
	b.buf = slices.Insert(b.buf, at, []byte(s)...)
	for i := range b.varies {
		b.varies[i][0] += len(s)
		b.varies[i][1] += len(s)
	}
	b.varies = slices.Insert(b.varies, 0, [2]int{at, at + len(s)})
}

// insert writes the content of a slide from another builder.
func (b *builder) insert(c *Content) { b.buf = append(b.buf, c.HTML...) }

// text writes s as text.
func (b *builder) text(s string) { b.buf = appendEscaped(b.buf, s, false) }

// code writes s as text of a program. U+FFFD replaces characters that reorder or hide others: the
// audience must read a listing as the compiler does.
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

// class writes a class attribute with the classes that are not empty. If there are none, it writes
// nothing.
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
		if name := inChapter[c]; name != "" {
			b.add(name, "")
		}
	}
	if open {
		b.raw(`"`)
	}
}

// due writes the step at which an element appears if it is later than the enclosing element's. It
// returns a function that restores the enclosing element's step.
func (b *builder) due(step int) (restore func()) {
	old := b.step
	if step > old {
		b.num("data-step", step)
		b.step = step
	}
	return func() { b.step = old }
}

// block writes the start tag of an element, with its classes, the classes of the block's alignment and
// size, and its step. The caller closes the element and then calls restore.
func (b *builder) block(tag markup, c *slides.Base, cs ...class) (restore func()) {
	return b.directed(tag, c, nil, cs...)
}

// directed does the work of block for an element whose sides depend on the direction of its first text.
func (b *builder) directed(tag markup, c *slides.Base, first []slides.Inline, cs ...class) (restore func()) {
	b.raw("<")
	b.raw(tag)
	b.class(append(cs, alignClass[c.Align], b.size(c.Size))...)
	was := b.turned
	b.direction(first)
	due := b.due(c.Step)
	b.raw(">")
	return func() {
		due()
		b.turned = was
	}
}

// direction writes the direction of an element if its text begins with letters of the direction that is
// not the enclosing element's: its marks, borders and columns change sides. The style sheet lets each line
// of text find its own direction.
func (b *builder) direction(first []slides.Inline) {
	for _, r := range slides.Plain(first) {
		rtl := unicode.In(r, rightToLeftScripts...)
		if !rtl && !unicode.IsLetter(r) {
			continue
		}
		if rtl != (b.page.rtl != b.turned) {
			b.turned = !b.turned
			b.attr("dir", map[bool]string{true: "rtl", false: "ltr"}[rtl])
		}
		return
	}
}

var rightToLeftScripts = []*unicode.RangeTable{
	unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam,
}

// opening returns the first text of blocks.
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

// appendEscaped appends s as text for an element or a quoted attribute. U+FFFD replaces characters that
// no document may contain (control characters, broken UTF-8).
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

// Clean returns s without characters that no document may contain. Templates and JSON need it, because
// their escaping lets those through.
func Clean(s string) string {
	return html.UnescapeString(string(appendEscaped(nil, s, false)))
}

// forbidden reports whether no document may contain a rune beyond ASCII that is n bytes long.
func forbidden(r rune, n int) bool {
	return r == utf8.RuneError && n == 1 || r < 0xa0 || r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

// escapes maps ASCII characters to their escapes; "" means that a character needs none.
var escapes = func() (t [utf8.RuneSelf]string) {
	for c := range 0x20 {
		t[c] = "\uFFFD"
	}
	t[0x7f] = "\uFFFD"
	t['\t'], t['\n'] = "", ""
	t['&'], t['<'], t['>'], t['"'], t['\''] = "&amp;", "&lt;", "&gt;", "&#34;", "&#39;"
	return t
}()

// Marks in the text of a footer, until numbers replaces them.
const markNumber, markTotal = "\ue0f1", "\ue0f2"

// numbers puts elements in place of the marks behind an offset: a live page corrects what is in them.
func (b *builder) numbers(from, number, total int) {
	r := strings.NewReplacer(markNumber, fmt.Sprintf(`<i class="no">%d</i>`, number), markTotal, fmt.Sprintf(`<i class="of">%d</i>`, total))
	b.buf = append(b.buf[:from], r.Replace(string(b.buf[from:]))...)
}
