package markdown

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/theme"
	"github.com/slidexec/slidexec/slides/yaml"
)

// theme reads a theme's name or path, and its overrides. It ignores other keys, as the reference does.
func (b *builder) theme(v yaml.Value) error {
	if v.Kind != yaml.Map {
		return fmt.Errorf("want a mapping with name, path or override, got %s", v.Describe())
	}
	t := &b.deck.Meta.Theme
	for key, to := range map[string]*string{"name": &t.Name, "path": &t.Path} {
		f := v.Field(key)
		if f == nil || f.Value.Kind == yaml.Null {
			continue
		}
		s, err := f.Value.Scalar()
		if err != nil {
			return &placedError{f.Value.At, key + ": " + err.Error()}
		}
		*to, b.look.At = s, f.Value.At
	}
	if f := v.Field("override"); f != nil && f.Value.Kind != yaml.Null {
		if f.Value.Kind != yaml.Map {
			return &placedError{f.Value.At, "override: want a mapping, got " + f.Value.Describe()}
		}
		if e := f.Value.Field("extends"); e != nil {
			return &placedError{e.At, "an override cannot have extends"}
		}
		b.look.Override = f.Value
	}
	if t.Name != "" && t.Path != "" {
		return &placedError{v.Field("path").At, "a theme has a name or a path, not both"}
	}
	b.look.Name, b.look.Path = t.Name, t.Path
	return nil
}

// dress reads the theme. It comes after the rest of the front matter, whose values a footer may show,
// and before the slides, whose spans may name colours and classes of the palette.
func (b *builder) dress() {
	ref := b.look
	switch {
	case b.opts.Worn != "":
		ref.Name, ref.Path, ref.At = b.opts.Worn, "", slides.Span{}
	case ref.Name == "" && ref.Path == "":
		ref.Name = b.opts.Theme
	}
	read := theme.Read(ref, theme.Source{Named: b.cfg.Themes, Code: b.cfg.Code, File: func(path string) (*slides.File, error) {
		f, err := b.read(path)
		if err != nil {
			why, _ := reason(err)
			return nil, errors.New(why)
		}
		return f, nil
	}})
	for _, d := range read.Diags {
		if d.Pos.File == nil { // the user's settings name it
			d.Pos, d.Len, d.Severity = b.pos(0), 0, slides.Warning
			b.diag(d)
			continue
		}
		b.fail(d)
	}
	if b.deck.Meta.Look = read.Theme; read.Theme != nil {
		b.footer(read)
		b.assets(read)
		for _, half := range []*slides.Theme{read.Light, read.Dark} {
			if half == nil {
				continue
			}
			half.Files, half.CSS = read.Files, read.CSS
			if read.Footer != nil {
				footer := *read.Footer
				footer.Colors, half.Footer = half.Pair("footer.colors"), &footer
			}
		}
	}
}

// footer makes the footer of the theme.
func (b *builder) footer(read theme.Result) {
	t := read.Theme
	if t.Value("footer.style") != "template" {
		return
	}
	t.Footer = &slides.Footer{Colors: t.Pair("footer.colors")}
	for side, to := range map[string]*slides.FooterPart{
		"left": &t.Footer.Left, "center": &t.Footer.Center, "right": &t.Footer.Right,
	} {
		path := "footer." + side
		if name := t.Value(path + ".image"); name != "" {
			to.Image = b.footerImage(name, read.At[path+".image"])
		} else if s := t.Value(path); s != "" {
			to.Text = b.footerText(side, s, read.At[path])
		}
	}
}

func (b *builder) footerImage(name string, at slides.Span) *slides.File {
	f := b.open(name, name)
	if info, err := f.Stat(); err != nil {
		b.refused(f, err)
		why, _ := reason(err)
		b.failAt(at, fmt.Sprintf("picture %q of the theme: %s", name, why), "the path is relative to the deck")
		return nil
	} else if !b.spent.picture(f, info.Size()) {
		return nil
	}
	return f
}

// footerText parses the template of a part of the footer. Values of the front matter are plain text.
func (b *builder) footerText(side, template string, at slides.Span) slides.Line {
	m := b.deck.Meta
	author := m.Author
	if author == "" {
		author = strings.Join(m.Authors, ", ")
	}
	values := map[string]string{"author": author, "title": slides.PlainLines(m.Title), "sub_title": slides.PlainLines(m.SubTitle),
		"event": m.Event, "location": m.Location, "date": m.Date}
	line, err := theme.Expand(b.src.clean(template), func(name string) (string, error) {
		switch v := values[name]; {
		case name == "current_slide":
			return slides.CurrentSlide, nil
		case name == "total_slides":
			return slides.TotalSlides, nil
		case v != "":
			return escape(v), nil
		}
		return "", fmt.Errorf("the front matter has no %s", name)
	})
	if err != nil {
		b.failAt(at, side+": "+err.Error(), "give it there, or take {…} out of the footer")
		return nil
	}
	dirty := b.src.dirty
	b.src.dirty = false // the text is clean, and has marks that are none of the deck's
	in, ok := b.inlineText(line, at)
	b.src.dirty = dirty
	if !ok {
		b.failAt(at, side+": want text without headings, lists, pictures and the like", "as in left: \"**{author}**\"")
		return nil
	}
	return in
}

// escape returns text as Markdown that shows it.
func escape(s string) string {
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>()#+-.!|~^&$:\"'", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// palette returns what a name of the palette stands for.
func (c *inliner) palette(name string, at slides.Span) string {
	if look := c.deck.Meta.Look; look != nil {
		return inPalette(c, look.Palette, "colour", name, at)
	}
	return inPalette[string](c, nil, "colour", name, at)
}

// class returns the colours of a class of the palette.
func (c *inliner) class(name string, at slides.Span) slides.Colors {
	if look := c.deck.Meta.Look; look != nil {
		return inPalette(c, look.Classes, "class", name, at)
	}
	return inPalette[slides.Colors](c, nil, "class", name, at)
}

// inPalette looks a name up. If the palette lacks it, the deck has a mistake.
func inPalette[T any](c *inliner, has map[string]T, what, name string, at slides.Span) T {
	v, ok := has[name]
	switch {
	case ok:
	case len(has) == 0:
		c.failAt(at, fmt.Sprintf("the palette has no %s %q", what, name), "the front matter can have one: theme: {override: {palette: …}}")
	default:
		c.failAt(at, fmt.Sprintf("the palette has no %s %q", what, name), text.Suggest(name, "there are: ", slices.Sorted(maps.Keys(has))))
	}
	return v
}

// sameLook reports whether two themes do the same to the blocks of a deck.
func sameLook(a, b *slides.Theme) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.CSS == b.CSS && maps.Equal(a.Palette, b.Palette) && maps.Equal(a.Classes, b.Classes) && maps.Equal(a.Values, b.Values)
}

// dressBlock gives a block what the theme says of its kind, where the deck itself says nothing: a place
// and a size, and line numbers and a box for code.
func (b *builder) dressBlock(blk slides.Block) {
	t := b.deck.Meta.Look
	if t == nil {
		return
	}
	if c, ok := blk.(*slides.Code); ok {
		show := &c.Snippet.Show
		show.LineNumbers = t.Is("code.line_numbers", false) || show.LineNumbers
		show.NoBackground = !t.Is("code.background", true) || show.NoBackground
	}
	path := slides.ThemePath(blk)
	if path == "" || path == "code" { // backends place boxes themselves
		return
	}
	base := blk.Common()
	if a := t.Alignment(path + ".alignment"); a != slides.AlignDefault && !b.slide.aligned {
		base.Align = a
	}
	if n := t.Number(path+".font_size", 0); base.Size == 0 && n > 1 {
		base.Size = n
	}
}
