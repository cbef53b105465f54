package markdown

import (
	"html"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// inliner turns goldmark's inline nodes into the model's.
type inliner struct {
	*builder
	src       *source
	at        func(off int) slides.Pos
	footnotes map[string]bool
	breaks    bool         // soft line breaks are kept, as in quotes
	literal   bool         // pictures are shown as their source, as in quotes
	images    []*ast.Image // found inside other text; the caller places them
}

func (w walker) inlines() *inliner {
	return &inliner{builder: w.builder, src: w.src, at: w.pos, footnotes: w.footnotes}
}

// placeImages shows the pictures that c found inside other inline content.
func (w walker) placeImages(c *inliner) {
	for _, img := range c.images {
		if l := img.Parent(); l.Kind() != ast.KindLink || l.ChildCount() > 1 || l.Parent().ChildCount() > 1 {
			w.warn(w.span(img.Pos(), img.Pos()+1), "a picture inside other text is shown below it",
				"put it on a line of its own")
		}
		w.image(img)
	}
	c.images = nil
}

// children converts the content of a node.
func (c *inliner) children(n ast.Node) []slides.Inline { return c.run(n.FirstChild(), nil) }

// run converts siblings up to and without stop. HTML tags pair up among them.
func (c *inliner) run(n, stop ast.Node) []slides.Inline {
	tags := tagStack{{}}
	for ; n != nil && n != stop; n = n.NextSibling() {
		if raw, ok := n.(*ast.RawHTML); ok {
			c.html(raw, &tags)
			continue
		}
		tags.add(c.inline(n)...)
	}
	return c.close(&tags)
}

func (c *inliner) inline(n ast.Node) []slides.Inline {
	at := c.at(max(n.Pos(), 0))
	switch n := n.(type) {
	case *ast.Text:
		return c.text(n)
	case *ast.CodeSpan:
		return []slides.Inline{&slides.CodeSpan{At: at, Text: c.code(n)}}
	case *ast.Emphasis:
		if n.Level == 2 {
			return []slides.Inline{&slides.Strong{At: at, Text: c.children(n)}}
		}
		return []slides.Inline{&slides.Emph{At: at, Text: c.children(n)}}
	case *east.Strikethrough:
		return []slides.Inline{&slides.Strike{At: at, Text: c.children(n)}}
	case *superscript:
		return []slides.Inline{&slides.Sup{At: at, Text: c.children(n)}}
	case *ast.Link:
		return c.link(n, at)
	case *ast.AutoLink:
		l := &slides.Link{At: at, Dest: c.autoDest(n)}
		l.File = c.leads(l.Dest, slides.Span{Pos: at, End: at.Off + len(n.Label(c.src.text))})
		return []slides.Inline{l}
	case *mathSpan:
		return []slides.Inline{c.mathSpan(n)}
	case *wikilink:
		return []slides.Inline{c.wikilink(n, at)}
	case *footnoteRef:
		if c.footnotes[n.name] {
			c.refer(n.name)
			return []slides.Inline{&slides.Sup{At: at, Text: []slides.Inline{
				&slides.Text{At: c.at(n.Pos() + 2), Text: c.src.clean(n.name)}}}}
		}
		return []slides.Inline{&slides.Text{At: at, Text: c.src.clean("[^" + n.name + "]")}}
	case *ast.Image:
		if c.literal {
			dest, _ := c.linked(at, n.Reference, n.Destination, nil)
			text := "![" + plainText(c.children(n)) + "](" + dest + ")"
			return []slides.Inline{&slides.Text{At: at, Text: text}}
		}
		c.images = append(c.images, n)
		return nil
	}
	if in, ok := c.common(n, at); ok {
		return in
	}
	return c.children(n)
}

func (c *inliner) link(n *ast.Link, at slides.Pos) []slides.Inline {
	c.namesDest(max(n.Pos(), 0), inBlock(n), n.Destination)
	l := &slides.Link{At: at, Text: c.children(n)}
	l.Dest, l.Title = c.linked(at, n.Reference, n.Destination, n.Title)
	if len(l.Text) == 0 && n.HasChildren() { // its picture is shown elsewhere
		return nil
	}
	l.File = c.leads(l.Dest, c.destIn(max(n.Pos(), 0), inBlock(n), n.Destination))
	return []slides.Inline{l}
}

func plainText(in []slides.Inline) string { return slides.Plain(in) }

// text converts a run of text and the line break after it.
func (c *inliner) text(n *ast.Text) []slides.Inline {
	at, end := c.at(n.Segment.Start), c.at(n.Segment.Stop)
	s := c.src.clean(unescape(string(n.Value(c.src.text))))
	broken := n.HardLineBreak() || n.SoftLineBreak() && c.breaks
	if n.SoftLineBreak() && !c.breaks {
		s += " "
	}
	var out []slides.Inline
	if s != "" {
		out = append(out, &slides.Text{At: at, Text: s})
	}
	if broken {
		out = append(out, &slides.Break{At: end})
	}
	return out
}

// code returns the text of a code span, with spaces for line endings.
func (c *inliner) code(n ast.Node) string {
	var b strings.Builder
	for t := n.FirstChild(); t != nil; t = t.NextSibling() {
		switch t := t.(type) {
		case *ast.Text:
			b.Write(t.Value(c.src.text))
		case *ast.String:
			b.Write(t.Value)
		}
	}
	text := strings.ReplaceAll(b.String(), "\r\n", " ")
	return c.src.clean(strings.ReplaceAll(text, "\n", " "))
}

func (c *inliner) autoDest(n *ast.AutoLink) string {
	dest := string(n.URL(c.src.text))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(dest), "mailto:") {
		dest = "mailto:" + dest
	}
	return c.src.clean(dest)
}

func (c *inliner) wikilink(n *wikilink, at slides.Pos) *slides.Link {
	l := &slides.Link{At: at, Dest: c.src.clean(unescape(string(n.dest.Value(c.src.text))))}
	if !n.title.IsEmpty() {
		title := c.src.clean(unescape(string(n.title.Value(c.src.text))))
		l.Text = []slides.Inline{&slides.Text{At: c.at(n.title.Start), Text: title}}
		c.namesFile(c.span(n.dest.Start, n.dest.Stop)) // without a title, the link shows its address
	}
	l.File = c.leads(l.Dest, c.span(n.dest.Start, n.dest.Stop))
	return l
}

// trim removes white space at both ends of a line of inline content.
func trim(in []slides.Inline) []slides.Inline {
	for len(in) > 0 {
		if t, ok := in[0].(*slides.Text); ok {
			kept := strings.TrimLeft(t.Text, " \t")
			t.At.Off += len(t.Text) - len(kept)
			t.Text = kept
			if kept != "" {
				break
			}
		} else if _, ok := in[0].(*slides.Break); !ok {
			break
		}
		in = in[1:]
	}
	for len(in) > 0 {
		last := in[len(in)-1]
		if t, ok := last.(*slides.Text); ok {
			if t.Text = strings.TrimRight(t.Text, " \t"); t.Text != "" {
				break
			}
		} else if _, ok := last.(*slides.Break); !ok {
			break
		}
		in = in[:len(in)-1]
	}
	return in
}

// unescape resolves backslash escapes and entities, as CommonMark has them.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, '&') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		text, n := unescapeAt(s, i)
		b.WriteString(text)
		i += n
	}
	return b.String()
}

// unescapeAt returns the unescaped text at s[i:] and the number of bytes that it takes in s.
func unescapeAt(s string, i int) (string, int) {
	switch s[i] {
	case '\\':
		if i+1 < len(s) && util.IsPunct(s[i+1]) {
			return s[i+1 : i+2], 2
		}
	case '&':
		const longest = 34 // entity name of HTML, with & and ;
		end := strings.IndexByte(s[i:min(len(s), i+longest)], ';')
		if end < 2 || strings.ContainsAny(s[i+1:i+end], " &") {
			break
		}
		if r := html.UnescapeString(s[i : i+end+1]); !strings.HasSuffix(r, ";") || r == ";" || s[i:i+end+1] == "&semi;" {
			return strings.ReplaceAll(r, "\x00", "\ufffd"), end + 1
		}
	}
	return s[i : i+1], 1
}
