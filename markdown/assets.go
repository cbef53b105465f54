package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/theme"
)

// The files that a theme names besides itself: fonts, pictures and the deck's own style sheet. They are files
// of the deck, within its folder, so that a talk that is shown follows their edits.

// maxFont bounds a font, in bytes: a page has a copy of it.
const maxFont = 4 << 20

// fonts are the beginnings of files with fonts.
var fontMarks = []string{"wOF2", "wOFF", "\x00\x01\x00\x00", "OTTO", "true"}

// assets opens the files that the theme names.
func (b *builder) assets(read theme.Result) {
	t := read.Theme
	t.Files = map[string]*slides.File{}
	for _, path := range []string{"background.image", "logo.image"} {
		if name := t.Value(path); name != "" {
			if f := b.footerImage(name, read.At[path]); f != nil {
				t.Files[path] = f
			}
		}
	}
	for _, path := range []string{"fonts.text", "fonts.title", "fonts.code"} {
		if name := t.Value(path); name != "" {
			if f := b.font(name, read.At[path]); f != nil {
				t.Files[path] = f
			}
		}
	}
	if name := t.Value("css"); name != "" {
		t.CSS = b.css(name, read.At["css"])
	}
}

// font opens a font of the theme.
func (b *builder) font(name string, at slides.Span) *slides.File {
	fail := func(why string) *slides.File {
		b.failAt(at, fmt.Sprintf("font %q: %s", name, why), "want a woff2, woff, ttf or otf file, relative to the deck")
		return nil
	}
	f := b.open(name, name)
	info, err := f.Stat()
	if err != nil {
		b.refused(f, err)
		why, _ := reason(err)
		return fail(why)
	}
	if info.Size() > maxFont {
		return fail(fmt.Sprintf("it has more than %d MiB", maxFont>>20))
	}
	data, err := f.Read(maxFont)
	if err != nil {
		why, _ := reason(err)
		return fail(why)
	}
	if !slices.ContainsFunc(fontMarks, func(m string) bool { return strings.HasPrefix(string(data[:min(4, len(data))]), m) }) {
		return fail("it is no font")
	}
	return f
}

// css reads the deck's own style sheet, "" if it has a mistake.
func (b *builder) css(name string, at slides.Span) string {
	f, err := b.read(name)
	if err != nil {
		why, _ := reason(err)
		b.failAt(at, fmt.Sprintf("style sheet %q: %s", name, why), "the path is relative to the deck")
		return ""
	}
	css, diags := theme.ReadCSS(f)
	for _, d := range diags {
		b.fail(d)
	}
	return css
}
