package html

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// TestDress: fonts, pictures and the deck's own style sheet stand in the page, and its policy lets it load
// fonts from nowhere else.
func TestDress(t *testing.T) {
	d := themed(map[string]string{"logo.position": "bottom_left", "logo.height": "9"})
	d.Meta.Look.Files = map[string]*slides.File{
		"fonts.code": {Name: "mine.woff2", Path: "mine.woff2", Src: []byte("wOF2 letters")},
		"fonts.text": {Name: "no.woff2", Path: "no.woff2", Src: []byte("no font")},
		"logo.image": {Name: "dot.png", Path: "dot.png", Src: []byte(dot)},
	}
	d.Meta.Look.CSS = "@scope (.slide){p{color:red;}}\n"
	page := draw(t, &Backend{Now: clock}, view(d, nil))
	if err := checkPage(page); err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		`@font-face{font-family:"deck code";font-display:block;src:url(data:font/woff2;base64,`, `.body{--mono:"deck code",var(--cells)}`,
		".slide{background:url(data:image/png;base64,", ") left 2.5% bottom 3.5%/auto 9% no-repeat}", d.Meta.Look.CSS, "font-src data:",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "deck text") {
		t.Error("a file that is no font is one")
	}
	if plain := draw(t, &Backend{Now: clock}, view(themed(nil), nil)); strings.Contains(plain, "font-src") {
		t.Error("a page without fonts may load some")
	}
}

// TestPairOfColours: colours for light and for dark screens stand in one rule.
func TestPairOfColours(t *testing.T) {
	d := themed(nil)
	d.Meta.Look.Light = &slides.Theme{Values: map[string]string{"scheme": "light", "default.colors.background": "#fafafa", "slide_title.colors.foreground": "#112233"}}
	d.Meta.Look.Dark = &slides.Theme{Values: map[string]string{"scheme": "dark", "default.colors.background": "#050505", "bold.colors.foreground": "#ffeedd"}}
	page := draw(t, &Backend{Now: clock}, view(d, nil))
	for _, want := range []string{"--bg:light-dark(#fafafa,#050505);", ".t{color:light-dark(#112233,var(--text))}", "strong{color:light-dark(var(--text),#ffeedd)}"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, ` data-scheme="dark"`) {
		t.Error("a page with both has one scheme")
	}
}
