package markdown

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// Inline HTML is <span> with colours or a palette class, and <sup>. Tags pair up within one inline
// container, as in the reference; whatever else there is loses its effect but not its text.

// openTag is a tag that waits for its end, and what came since.
type openTag struct {
	name string // "" for the outermost
	node slides.Inline
	text []slides.Inline
}

type tagStack []openTag

func (t tagStack) add(in ...slides.Inline) {
	top := &t[len(t)-1]
	for _, n := range in {
		if !mergeText(top.text, n) {
			top.text = append(top.text, n)
		}
	}
}

// mergeText adds text to the text at the end of in, if both are.
func mergeText(in []slides.Inline, n slides.Inline) bool {
	more, ok := n.(*slides.Text)
	if !ok || len(in) == 0 {
		return false
	}
	last, ok := in[len(in)-1].(*slides.Text)
	if !ok {
		return false
	}
	text := more.Text
	if strings.HasSuffix(last.Text, " ") { // something between them is not shown
		text = strings.TrimPrefix(text, " ")
	}
	last.Text += text
	return true
}

// pop ends the innermost tag.
func (t *tagStack) pop() {
	top := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	switch n := top.node.(type) {
	case *slides.Styled:
		n.Text = top.text
		t.add(n)
	case *slides.Sup:
		n.Text = top.text
		t.add(n)
	default:
		t.add(top.text...)
	}
}

// close ends all tags still open and returns everything.
func (t *tagStack) close() []slides.Inline {
	for len(*t) > 1 {
		t.pop()
	}
	return (*t)[0].text
}

var (
	tagName  = regexp.MustCompile(`^</?([A-Za-z][A-Za-z0-9-]*)`)
	tagAttrs = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9:._-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>]+)))?`)
)

// html takes one tag or comment.
func (c *inliner) html(n *ast.RawHTML, tags *tagStack) {
	raw := string(n.Segments.Value(c.src.text))
	at := slides.Span{Pos: c.at(max(n.Pos(), 0))}
	at.End = at.Off + len(strings.SplitN(raw, "\n", 2)[0])
	m := tagName.FindStringSubmatch(raw)
	switch {
	case strings.HasPrefix(raw, "<!--"):
		c.warn(at, "a comment inside a paragraph is no command and is not shown",
			"put it on a line of its own")
	case m == nil:
		c.warn(at, "HTML is not supported and not shown", "")
	case m[1] == "br":
		c.warn(at, "<br> is taken for a line break", `end the line with \ or two spaces instead`)
		tags.add(&slides.Break{At: at.Pos})
	case m[1] != "span" && m[1] != "sup":
		c.warn(at, fmt.Sprintf("tag %s is left out", firstWord(raw)),
			"HTML in a deck is <span> and <sup>, in lower case; write \\< for the character")
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
	for _, m := range tagAttrs.FindAllStringSubmatch(inner, -1) {
		value := unescape(m[2] + m[3] + m[4])
		switch m[1] {
		case "class":
			s.Class = c.src.clean(value)
		case "style":
			c.style(s, value, at)
		default:
			c.warn(at, fmt.Sprintf("attribute %q of <span> is left out", m[1]), "a span has style or class")
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
			c.warn(at, fmt.Sprintf("style %q is left out", c.src.clean(key)),
				"a span takes color and background-color")
			continue
		}
		if !isColor(value) {
			c.warn(at, fmt.Sprintf("%q is not a colour", c.src.clean(value)),
				join(suggest(value, "colours: ", colorNames()), "or #rrggbb, or palette:NAME"))
			continue
		}
		*to = value
	}
}

var hexColor = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)

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
	return hexColor.MatchString(s)
}

func colorNames() []string {
	return []string{"black", "white", "grey", "dark_grey", "red", "dark_red", "green", "dark_green",
		"blue", "dark_blue", "yellow", "dark_yellow", "magenta", "dark_magenta", "cyan", "dark_cyan"}
}
