package slides

import (
	"strconv"
	"strings"
)

// Theme is how a deck wants to look: a built-in theme or a file, what that extends, and the deck's own
// overrides over them. All values are checked: a backend need not expect mistakes.
type Theme struct {
	Name    string            // of the built-in theme on which it is built; "": of none
	Values  map[string]string // by path, such as "default.colors.background"; colours as in ThemeColor
	Classes map[string]Colors // the palette's classes, for <span class=NAME>
	Palette map[string]string // the palette's colours by name
	Footer  *Footer           // nil: the theme says nothing of it
}

// Colors are the colours of a piece of text: #rrggbb or the name of one of 16 colours, "" for the
// theme's own.
type Colors struct{ FG, BG string }

// Footer is a footer made from a template.
type Footer struct {
	Left, Center, Right FooterPart
	Colors              Colors
}

// FooterPart is text or a picture. The text holds CurrentSlide and TotalSlides where the slide's number
// and the number of slides are to stand.
type FooterPart struct {
	Text  Line
	Image *File
}

// Marks in the text of a footer, for Numbered.
const (
	CurrentSlide = "\x01"
	TotalSlides  = "\x02"
)

// Numbered returns the text of a footer with a slide's number and the number of slides, as text.
func (p FooterPart) Numbered(number, total string) Line {
	r := strings.NewReplacer(CurrentSlide, number, TotalSlides, total)
	list := append([]Inline(nil), p.Text...)
	(&Parts{move: &Move{}}).Inlines("text", &list)
	(&Parts{Inline: func(n Inline) {
		switch n := n.(type) {
		case *Text:
			n.Text = r.Replace(n.Text)
		case *CodeSpan:
			n.Text = r.Replace(n.Text)
		}
	}}).Inlines("text", &list)
	return list
}

// Value returns the value at a path, "" if the theme says nothing there. It works on a nil Theme.
func (t *Theme) Value(path string) string {
	if t == nil {
		return ""
	}
	return t.Values[path]
}

// Is reports whether the theme says yes or no at a path. Without a word, it is or.
func (t *Theme) Is(path string, or bool) bool {
	switch t.Value(path) {
	case "true":
		return true
	case "false":
		return false
	}
	return or
}

// Number returns the number at a path, or without one.
func (t *Theme) Number(path string, or int) int {
	if n, err := strconv.Atoi(t.Value(path)); err == nil {
		return n
	}
	return or
}

// Alignment returns the alignment at a path, AlignDefault without one.
func (t *Theme) Alignment(path string) Align {
	return map[string]Align{"left": AlignLeft, "center": AlignCenter, "right": AlignRight}[t.Value(path)]
}

// Pair returns the colours at path.foreground and path.background.
func (t *Theme) Pair(path string) Colors {
	return Colors{t.Value(path + ".foreground"), t.Value(path + ".background")}
}
