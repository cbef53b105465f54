package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/theme"
	"github.com/yuin/goldmark/ast"
)

// Inline HTML is <span> with colours or a palette class, <br>, and the tags of the table below. Tags
// pair up within one inline container, as in the reference. Any other tag is shown as it is written:
// what looks like one is often a type such as Vec<u8>.

// inlineTags make the inline for a tag. Its content is filled in when the tag ends.
var inlineTags = map[string]func(slides.Pos) slides.Inline{
	"sup":    func(at slides.Pos) slides.Inline { return &slides.Sup{At: at} },
	"b":      func(at slides.Pos) slides.Inline { return &slides.Strong{At: at} },
	"strong": func(at slides.Pos) slides.Inline { return &slides.Strong{At: at} },
	"i":      func(at slides.Pos) slides.Inline { return &slides.Emph{At: at} },
	"em":     func(at slides.Pos) slides.Inline { return &slides.Emph{At: at} },
	"s":      func(at slides.Pos) slides.Inline { return &slides.Strike{At: at} },
	"del":    func(at slides.Pos) slides.Inline { return &slides.Strike{At: at} },
	"code":   func(at slides.Pos) slides.Inline { return &slides.CodeSpan{At: at} },
	"sub":    tagged("sub"),
	"u":      tagged("u"),
	"kbd":    tagged("kbd"),
	"mark":   tagged("mark"),
}

func tagged(tag string) func(slides.Pos) slides.Inline {
	return func(at slides.Pos) slides.Inline { return &slides.Tagged{At: at, Tag: tag} }
}

// openTag is a tag that waits for its end, with the content since its start.
type openTag struct {
	name string // "" for the outermost
	tag  string // as written, if it must have an end
	at   slides.Span
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
	case *slides.Sup:
		n.Text = in
	case *slides.Strong:
		n.Text = in
	case *slides.Emph:
		n.Text = in
	case *slides.Strike:
		n.Text = in
	case *slides.Tagged:
		n.Text = in
	case *slides.CodeSpan:
		n.Text = slides.Plain(in)
	}
	t.add(top.node)
}

// close ends all tags still open and returns everything. Without an end, <b> is more likely a type's
// parameter than a tag. The reference tolerates that of <span> and <sup>.
func (c *inliner) close(tags *tagStack) []slides.Inline {
	for len(*tags) > 1 {
		top := (*tags)[len(*tags)-1]
		if top.tag == "" {
			tags.pop()
			continue
		}
		c.warn(top.at, "slidexec shows this tag as text: nothing closes it", "write \\< if that is meant")
		*tags = (*tags)[:len(*tags)-1]
		tags.add(&slides.Text{At: top.at.Pos, Text: top.tag})
		tags.add(top.flush()...)
	}
	return (*tags)[0].flush()
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
	name := ""
	if m != nil {
		name = m[1]
	}
	open := inlineTags[name]
	switch {
	case strings.HasPrefix(raw, "<!--"):
		c.warn(at, "a comment inside a paragraph is not a command, and is not shown",
			"put it on a line of its own")
	case m == nil:
		c.warn(at, "HTML is not supported and not shown", "")
	case name == "br":
		tags.add(&slides.Break{At: at.Pos})
	case name != "span" && open == nil:
		c.warn(at, "slidexec shows this tag as text",
			"write \\< if that is meant; a deck can have "+tagNames()+", in lower case")
		for i, line := range strings.Split(strings.ReplaceAll(raw, "\r\n", "\n"), "\n") {
			if i > 0 {
				line = " " + strings.TrimLeft(line, " \t")
			}
			tags.add(&slides.Text{At: at.Pos, Text: c.src.clean(line)})
		}
	case raw[1] == '/':
		c.closeTag(name, at, tags)
	case open != nil:
		t := openTag{name: name, node: open(at.Pos), at: at}
		if name != "sup" {
			t.tag = c.src.clean(raw)
		}
		*tags = append(*tags, t)
	default:
		*tags = append(*tags, openTag{name: "span", node: c.styled(raw, at)})
	}
}

func tagNames() string {
	names := slices.Sorted(maps.Keys(inlineTags))
	return "<br>, <span>, <" + strings.Join(names, ">, <") + ">"
}

func (c *inliner) closeTag(name string, at slides.Span, tags *tagStack) {
	switch top := (*tags)[len(*tags)-1]; top.name {
	case name:
		tags.pop()
	case "":
		c.warn(at, "closing tag without an open one",
			"open and close a tag inside the same **bold**, *italic* or link text")
	default:
		if inlineTags[name] != nil && !slices.ContainsFunc(*tags, func(t openTag) bool { return t.name == name }) {
			c.warn(at, "slidexec shows this tag as text: nothing opens it", "write \\< if that is meant")
			tags.add(&slides.Text{At: at.Pos, Text: c.src.clean(at.Text())})
			return
		}
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
			cs := c.class(s.Class, at)
			s.FG, s.BG = cmp.Or(cs.FG, s.FG), cmp.Or(cs.BG, s.BG)
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
				join(text.Suggest(value, "colours: ", slices.Sorted(slices.Values(theme.ColorNames()))), "or #rrggbb, or palette:NAME"))
			continue
		}
		if name, ok := theme.PaletteName(value); ok {
			value = c.palette(name, at)
		}
		*to = value
	}
}

var hexColor = pattern.New(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)

func isColor(s string) bool {
	if name, ok := theme.PaletteName(s); ok {
		return isWord(name)
	}
	return slices.Contains(theme.ColorNames(), s) || hexColor().MatchString(s)
}
