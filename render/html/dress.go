package html

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// The files of a theme stand in its style sheet: fonts, a background and a logo, and the deck's own rules.
// The page's policy allows no others.

// maxFont bounds a font in a page, in bytes, as the reading of decks does.
const maxFont = 4 << 20

// fontTypes maps the beginnings of fonts to their formats.
var fontTypes = map[string]string{"wOF2": "woff2", "wOFF": "woff", "OTTO": "opentype", "\x00\x01\x00\x00": "truetype", "true": "truetype"}

// fontParts are what has a font of its own: the theme's path, and the rules for it. The words of slidexec
// beside outputs keep a font that the deck cannot choose: with its own letters, a font says what it wants.
var fontParts = []struct {
	path, name string
	rules      func(family string) string
}{
	{"fonts.text", "deck text", func(f string) string { return ".body,.slide>footer{font-family:" + f + ",var(--sans)}\n" }},
	{"fonts.title", "deck title", func(f string) string {
		return ":is(.t,.h1,.h2,.h3,.h4,.h5,.h6){font-family:" + f + ",var(--sans)}\n"
	}},
	{"fonts.code", "deck code", func(f string) string { return ".body{--mono:" + f + ",var(--cells)}\n" }},
}

// files adds the rules with files of the theme. What cannot be read any more is left out.
func (r *rules) files(p *Page, t *slides.Theme) {
	for _, part := range fontParts {
		f := t.Files[part.path]
		if f == nil {
			continue
		}
		data, err := f.Read(maxFont)
		if err != nil || len(data) < 4 || fontTypes[string(data[:4])] == "" {
			continue
		}
		format := fontTypes[string(data[:4])]
		fmt.Fprintf(r, "@font-face{font-family:%q;font-display:block;src:url(data:font/%s;base64,%s) format(%q)}\n", part.name,
			format, base64.StdEncoding.EncodeToString(data), format)
		r.WriteString(part.rules(fmt.Sprintf("%q", part.name)))
	}
	r.backdrop(p, t)
	r.WriteString(t.CSS)
}

// backdrop adds the pictures behind slides.
func (r *rules) backdrop(p *Page, t *slides.Theme) {
	var layers []string
	for _, part := range []struct{ path, place string }{
		{"logo.image", corner(t.Value("logo.position")) + fmt.Sprintf("/auto %d%% no-repeat", t.Number("logo.height", 7))},
		{"background.image", "center/cover no-repeat"},
	} {
		f := t.Files[part.path]
		if f == nil {
			continue
		}
		if data, is, err := p.picture(f); err == nil {
			layers = append(layers, "url(data:"+is.Type+";base64,"+base64.StdEncoding.EncodeToString(data)+") "+part.place)
		}
	}
	if len(layers) > 0 {
		r.add(".slide", "background:"+strings.Join(layers, ","))
	}
}

// corner returns where a logo stands.
func corner(position string) string {
	across, down := "right", "top"
	if strings.HasSuffix(position, "_left") {
		across = "left"
	}
	if strings.HasPrefix(position, "bottom_") {
		down = "bottom"
	}
	return across + " 2.5% " + down + " 3.5%"
}
