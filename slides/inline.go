package slides

import (
	"errors"
	"net/url"
	"strings"
)

// Inline is a piece of text within a line. The set is sealed.
type Inline interface {
	Pos() Pos
	parts(*Parts) Inline
}

// Inlines. At is the place in the source.
type (
	// Text is plain text: entities and escapes are resolved, soft line breaks are spaces.
	Text struct {
		At   Pos
		Text string
	}
	// CodeSpan is inline code.
	CodeSpan struct {
		At   Pos
		Text string
	}
	// Strong is bold text.
	Strong struct {
		At   Pos
		Text []Inline
	}
	// Emph is italic text.
	Emph struct {
		At   Pos
		Text []Inline
	}
	// Strike is struck text.
	Strike struct {
		At   Pos
		Text []Inline
	}
	// Sup is superscript text.
	Sup struct {
		At   Pos
		Text []Inline
	}
	// Tagged is text in an HTML tag that Markdown has no mark for: sub, u, kbd or mark.
	Tagged struct {
		At   Pos
		Tag  string
		Text []Inline
	}
	// Link is a link. Dest is as written; a backend decides which schemes it allows.
	Link struct {
		At          Pos
		Dest, Title string
		Text        []Inline // empty: the destination is shown
		Slide       int      // counted from 1, to which the link leads whatever Dest is; 0: Dest says where
		File        *File    // in the deck's folder, to which the link leads; nil: none
	}
	// Styled is a <span> with colours or a palette class, as written in the deck.
	Styled struct {
		At            Pos
		FG, BG, Class string // "" if not given
		Text          []Inline
	}
	// Math is a formula within a line, and the program that draws it.
	Math struct {
		At      Pos
		Text    string // as written, with its dollars
		Snippet *Snippet
	}
	// Break is a hard line break.
	Break struct{ At Pos }
)

// Pos returns where the inline begins.
func (t *Text) Pos() Pos     { return t.At }
func (t *CodeSpan) Pos() Pos { return t.At }
func (t *Strong) Pos() Pos   { return t.At }
func (t *Emph) Pos() Pos     { return t.At }
func (t *Strike) Pos() Pos   { return t.At }
func (t *Sup) Pos() Pos      { return t.At }
func (t *Tagged) Pos() Pos   { return t.At }
func (t *Link) Pos() Pos     { return t.At }
func (t *Styled) Pos() Pos   { return t.At }
func (t *Math) Pos() Pos     { return t.At }
func (t *Break) Pos() Pos    { return t.At }

// Plain returns the text without any markup; a line break is a space.
func Plain(in []Inline) string {
	var b strings.Builder
	p := Parts{Inline: func(n Inline) {
		switch n := n.(type) {
		case *Text:
			b.WriteString(n.Text)
		case *CodeSpan:
			b.WriteString(n.Text)
		case *Math:
			b.WriteString(n.Text)
		case *Link:
			if len(n.Text) == 0 {
				b.WriteString(n.Dest)
			}
		case *Break:
			b.WriteByte(' ')
		}
	}}
	p.Inlines("text", &in)
	return b.String()
}

// PlainLines joins lines with spaces, without markup.
func PlainLines(lines []Line) string {
	parts := make([]string, len(lines))
	for i, l := range lines {
		parts[i] = Plain(l)
	}
	return strings.Join(parts, " ")
}

// CutDest cuts the destination of a link after its path: "notes.html", "#part".
func CutDest(dest string) (path, rest string) {
	if i := strings.IndexAny(dest, "?#"); i >= 0 {
		return dest[:i], dest[i:]
	}
	return dest, ""
}

// PageURL returns the address of a page on the web, without its fragment. The error says what it must look like.
func PageURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "", errors.New("want an address such as https://example.org/talk/")
	}
	u.Fragment = ""
	return u.String(), nil
}
