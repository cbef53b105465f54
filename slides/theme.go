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
	Files   map[string]*File  // pictures and fonts by the path that names them, such as "logo.image"
	CSS     string            // the deck's own style sheet, confined to slides

	Light, Dark *Theme // a theme with colours for both: all of it in the colours for light and for dark screens
}

// For returns the theme in the colours for light or for dark screens. It works on a nil Theme.
func (t *Theme) For(light bool) *Theme {
	switch {
	case t == nil || t.Light == nil:
		return t
	case light:
		return t.Light
	}
	return t.Dark
}

// AllFiles returns the pictures and fonts of the theme and its footer. It works on a nil Theme.
func (t *Theme) AllFiles() (out []*File) {
	for _, t := range []*Theme{t.For(true), t.For(false)} {
		if t == nil {
			continue
		}
		for _, f := range t.Files {
			out = append(out, f)
		}
		if foot := t.Footer; foot != nil {
			for _, p := range []FooterPart{foot.Left, foot.Center, foot.Right} {
				if p.Image != nil {
					out = append(out, p.Image)
				}
			}
		}
	}
	return out
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

// Length is a part of a width: columns, and percent of it.
type Length struct{ Fixed, Percent int }

// Length returns the length at path.fixed and path.percent.
func (t *Theme) Length(path string) Length {
	return Length{t.Number(path+".fixed", 0), t.Number(path+".percent", 0)}
}

// Of returns the columns of a length in a width.
func (l Length) Of(width int) int { return l.Fixed + width*l.Percent/100 }

// Position is where an element stands in the width that it has.
type Position struct {
	Align  Align
	Margin Length // at each side
	Size   int    // the least columns of a centred element, before its margins
}

// Position returns where an element stands. One of which the theme says nothing stands as everything does.
func (t *Theme) Position(path string) Position {
	p := Position{Align: t.Alignment(path + ".alignment"), Size: t.Number(path+".minimum_size", 0)}
	margin := path + ".margin"
	if p.Align == AlignDefault {
		p.Align = t.Alignment("default.alignment")
	}
	if p.Align == AlignCenter {
		margin = path + ".minimum_margin"
	}
	p.Margin = t.Length(margin)
	return p
}

// Side returns the columns that are free at each side of an element in a width.
func (p Position) Side(width int) int {
	side := p.Margin.Of(width)
	if p.Align == AlignCenter {
		side = min(side, (width-p.Size)/2)
	}
	return max(min(side, (width-leastRoom)/2), 0)
}

// leastRoom is the columns that an element keeps, whatever its margins are.
const leastRoom = 10

// Either returns the colours at the first of some paths that has them, each on its own.
func (t *Theme) Either(paths ...string) Colors {
	var c Colors
	for _, path := range paths {
		p := t.Pair(path)
		if c.FG == "" {
			c.FG = p.FG
		}
		if c.BG == "" {
			c.BG = p.BG
		}
	}
	return c
}

// ThemePath returns the path of what a theme says of a block, "" if it says nothing of its kind.
func ThemePath(b Block) string {
	switch b := b.(type) {
	case *Title:
		return "slide_title"
	case *Heading:
		return "headings.h" + strconv.Itoa(min(max(b.Level, 1), 6))
	case *Table:
		return "table"
	case *Quote:
		return "block_quote"
	case *Alert:
		return "alert"
	case *Code, *Output:
		return "code"
	}
	return ""
}
