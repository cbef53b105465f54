package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// Inline HTML is <span> with colours or a palette class, and <sup>. Tags pair up within one inline
// container, as in the reference. Any other tag has no effect, but its text is shown.

// openTag is a tag that waits for its end, with the content since its start.
type openTag struct {
	name string // "" for the outermost
	node slides.Inline
	in   []slides.Inline
	text *slides.Text // the last of in; buf collects its text, which goldmark gives in many pieces
	buf  []byte
}

func (t *openTag) add(n slides.Inline) {
	more, ok := n.(*slides.Text)
	switch {
	case !ok:
		t.flush()
		t.in = append(t.in, n)
	case t.text == nil:
		t.text = more
		t.in = append(t.in, n)
	default:
		if len(t.buf) == 0 {
			t.buf = append(t.buf, t.text.Text...)
		}
		text := more.Text
		if bytes.HasSuffix(t.buf, []byte{' '}) { // an invisible node separates the two spaces
			text = strings.TrimPrefix(text, " ")
		}
		t.buf = append(t.buf, text...)
	}
}

func (t *openTag) flush() []slides.Inline {
	if len(t.buf) > 0 {
		t.text.Text = string(t.buf)
	}
	t.text, t.buf = nil, nil
	return t.in
}

type tagStack []openTag

func (t tagStack) add(in ...slides.Inline) {
	for _, n := range in {
		t[len(t)-1].add(n)
	}
}

// pop ends the innermost tag.
func (t *tagStack) pop() {
	top := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	in := top.flush()
	switch n := top.node.(type) {
	case *slides.Styled:
		n.Text = in
		t.add(n)
	case *slides.Sup:
		n.Text = in
		t.add(n)
	default:
		t.add(in...)
	}
}

// close ends all tags still open and returns everything.
func (t *tagStack) close() []slides.Inline {
	for len(*t) > 1 {
		t.pop()
	}
	return (*t)[0].flush()
}

var (
	tagName  = pattern.New(`^</?([A-Za-z][A-Za-z0-9-]*)`)
	tagAttrs = pattern.New(`([a-zA-Z_:][a-zA-Z0-9:._-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>]+)))?`)
)

// html handles one tag or comment.
func (c *inliner) html(n *ast.RawHTML, tags *tagStack) {
	raw := string(n.Segments.Value(c.src.text))
	at := slides.Span{Pos: c.at(max(n.Pos(), 0))}
	at.End = at.Off + len(strings.SplitN(raw, "\n", 2)[0])
	m := tagName().FindStringSubmatch(raw)
	switch {
	case strings.HasPrefix(raw, "<!--"):
		c.warn(at, "a comment inside a paragraph is not a command, and is not shown",
			"put it on a line of its own")
	case m == nil:
		c.warn(at, "HTML is not supported and not shown", "")
	case m[1] == "br":
		c.warn(at, "slidexec takes <br> for a line break", `end the line with \ or two spaces instead`)
		tags.add(&slides.Break{At: at.Pos})
	case m[1] != "span" && m[1] != "sup":
		c.warn(at, fmt.Sprintf("slidexec leaves out the tag %s", firstWord(raw)),
			"a deck can have <span> and <sup>, in lower case; write \\< for the character")
	case raw[1] == '/':
		c.closeTag(m[1], at, tags)
	case m[1] == "sup":
		*tags = append(*tags, openTag{name: "sup", node: &slides.Sup{At: at.Pos}})
	default:
		*tags = append(*tags, openTag{name: "span", node: c.styled(raw, at)})
	}
}

func firstWord(tag string) string {
	return strings.TrimSuffix(strings.Fields(tag)[0], ">") + ">"
}

func (c *inliner) closeTag(name string, at slides.Span, tags *tagStack) {
	switch top := (*tags)[len(*tags)-1]; top.name {
	case name:
		tags.pop()
	case "":
		c.warn(at, "closing tag without an open one",
			"open and close a tag inside the same **bold**, *italic* or link text")
	default:
		c.warn(at, "closing tag does not match the last open one, <"+top.name+">", "")
		tags.pop()
	}
}

// styled reads the attributes of a <span>.
func (c *inliner) styled(raw string, at slides.Span) *slides.Styled {
	s := &slides.Styled{At: at.Pos}
	inner := strings.TrimSuffix(strings.TrimSuffix(raw[len("<span"):], ">"), "/")
	for _, m := range tagAttrs().FindAllStringSubmatch(inner, -1) {
		value := unescape(m[2] + m[3] + m[4])
		switch m[1] {
		case "class":
			s.Class = c.src.clean(value)
		case "style":
			c.style(s, value, at)
		default:
			c.warn(at, fmt.Sprintf("slidexec leaves out the attribute %q of <span>", m[1]), "a span has style or class")
		}
	}
	return s
}

func (c *inliner) style(s *slides.Styled, css string, at slides.Span) {
	for decl := range strings.SplitSeq(css, ";") {
		key, value, _ := strings.Cut(decl, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		var to *string
		switch key {
		case "":
			continue
		case "color":
			to = &s.FG
		case "background-color":
			to = &s.BG
		default:
			c.warn(at, fmt.Sprintf("slidexec leaves out the style %q", c.src.clean(key)),
				"a span takes color and background-color")
			continue
		}
		if !isColor(value) {
			c.warn(at, fmt.Sprintf("%q is not a colour", c.src.clean(value)),
				join(text.Suggest(value, "colours: ", slices.Sorted(slices.Values(colorNames()))), "or #rrggbb, or palette:NAME"))
			continue
		}
		*to = value
	}
}

var hexColor = pattern.New(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)

func isColor(s string) bool {
	for _, prefix := range []string{"palette:", "p:"} {
		if name, ok := strings.CutPrefix(s, prefix); ok {
			return isWord(name)
		}
	}
	for _, n := range colorNames() {
		if s == n {
			return true
		}
	}
	return hexColor().MatchString(s)
}

func colorNames() []string {
	return []string{"black", "white", "grey", "dark_grey", "red", "dark_red", "green", "dark_green",
		"blue", "dark_blue", "yellow", "dark_yellow", "magenta", "dark_magenta", "cyan", "dark_cyan"}
}
