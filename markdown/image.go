package markdown

import (
	"fmt"
	"io/fs"
	"net/url"
	"strings"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// image adds a picture: ![image:width:50%](path).
func (w walker) image(n *ast.Image) {
	at := w.imageSpan(n)
	dest, title := w.linked(at.Pos, n.Reference, n.Destination, n.Title)
	if i := strings.Index(dest, "://"); i > 0 && isWord(dest[:i]) || strings.HasPrefix(dest, "data:") {
		w.failAt(at, "pictures from the network are not supported", "save it beside the deck and name the file")
		return
	}
	img := &slides.Image{Base: slides.Base{At: at}, Title: title}
	if l := linkAround(n); l != nil {
		img.Dest, _ = w.linked(at.Pos, l.Reference, l.Destination, nil)
		var reported slides.Span
		if onlyPictures(l) && l.FirstChild() == ast.Node(n) { // else the text of the link has reported it
			reported = w.destIn(max(l.Pos(), 0), inBlock(n), l.Destination)
		}
		img.Linked = w.leads(img.Dest, reported)
	}
	w.imageAttrs(img, plainText(w.inlines().children(n)), at)
	// Paths with spaces are written %20 or in <>.
	name := dest
	if plain, err := url.PathUnescape(dest); err == nil && plain != dest && !w.there(dest) {
		name = plain
	}
	if name == "" || strings.IndexByte(name, 0) >= 0 {
		w.failAt(at, "picture without a file name", "as in ![](picture.png)")
		return
	}
	w.namesDest(max(n.Pos(), 0), inBlock(n), n.Destination)
	img.File = w.open(name, name)
	info, err := w.look(img.File)
	if err != nil {
		w.refused(img.File, err)
		why, hint := reason(err)
		w.failAt(w.destSpan(at, dest), fmt.Sprintf("picture %q: %s", name, why), hint)
		return
	}
	if !w.spent.picture(img.File, info.Size()) {
		w.broke(w.destSpan(at, dest), budget.Gallery)
		return
	}
	w.place(img)
}

// linkAround returns the link that a picture is in, or nil.
func linkAround(n ast.Node) *ast.Link {
	for p := n.Parent(); p != nil && p.Type() == ast.TypeInline; p = p.Parent() {
		if l, ok := p.(*ast.Link); ok {
			return l
		}
	}
	return nil
}

// onlyPictures reports whether a link has no text.
func onlyPictures(l *ast.Link) bool {
	for c := l.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() != ast.KindImage {
			return false
		}
	}
	return true
}

// found is the result of looking for a file.
type found struct {
	info fs.FileInfo
	err  error
}

// look returns the information about a picture's file. It looks once per file: a deck may show the
// same picture on every slide.
func (w walker) look(f *slides.File) (fs.FileInfo, error) {
	l, known := w.looked[f]
	if !known {
		l.info, l.err = f.Stat()
		w.looked[f] = l
	}
	return l.info, l.err
}

// there reports whether a file of that name exists.
func (b *builder) there(name string) bool {
	_, err := b.cfg.Files.Stat(b.path(name))
	return err == nil
}

// imageSpan returns the source of a picture; goldmark only knows where it begins.
func (w walker) imageSpan(n *ast.Image) slides.Span {
	from := max(n.Pos(), 0)
	block := inBlock(n)
	end := len(w.src.text)
	if k := block.Lines().Len(); k > 0 {
		end = block.Lines().At(k - 1).Stop
	}
	text := w.src.text[from:max(from, end)]
	at := behindBracket(text, 1, '[', ']')
	if at < len(text) && text[at] == '(' {
		at = behindBracket(text, at, '(', ')')
	} else if at < len(text) && text[at] == '[' {
		at = behindBracket(text, at, '[', ']')
	}
	return w.span(from, from+at)
}

// behindBracket returns the offset after the bracket that closes the one at text[from], or from if no
// bracket does. Escaped brackets, and brackets in a title or in <>, do not count.
func behindBracket(text []byte, from int, open, shut byte) int {
	depth, quote := 0, byte(0)
	for i := from; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case open == '(' && c == '"':
			quote = '"'
		case open == '(' && c == '<':
			quote = '>'
		case c == open:
			depth++
		case c == shut:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return max(from, min(2, len(text)))
}

// destSpan narrows a picture's span to its destination.
func (w walker) destSpan(at slides.Span, dest string) slides.Span {
	if i := strings.LastIndex(at.Text(), dest); i >= 0 && dest != "" {
		return w.span(at.Off+i, at.Off+i+len(dest))
	}
	return at
}

// imageAttrs reads the attributes in the alternative text. Words without the prefix are text.
func (w walker) imageAttrs(img *slides.Image, alt string, at slides.Span) {
	prefix := w.opts.ImageAttributesPrefix
	var text []string
	for part := range strings.SplitSeq(alt, ",") {
		attr, is := strings.CutPrefix(strings.TrimSpace(part), prefix)
		if !is || attr == "" && prefix == "" {
			text = append(text, part)
			continue
		}
		if err := imageAttr(img, attr); err != nil {
			w.failAt(at, "picture attribute: "+err.Error(), fmt.Sprintf("as in ![%swidth:50%%](picture.png)", prefix))
		}
	}
	img.Alt = strings.TrimSpace(strings.Join(text, ","))
}

func imageAttr(img *slides.Image, attr string) error {
	name, value, ok := strings.Cut(attr, ":")
	if !ok {
		return fmt.Errorf("want NAME:VALUE, got %q", attr)
	}
	if name != "width" && name != "w" {
		return fmt.Errorf("unknown attribute %q", name)
	}
	n, err := percent(value)
	if err == nil {
		img.Width = n
	}
	return err
}
