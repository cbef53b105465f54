package render

import (
	"testing"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/theme"
)

// TestThemesAreReadable: every text of every built-in theme, and of themes with odd backgrounds, is
// readable on the background of a slide and on the boxes of code.
func TestThemesAreReadable(t *testing.T) {
	looks := map[string]*slides.Theme{}
	for _, name := range theme.Names() {
		looks[name] = theme.Read(theme.Ref{Name: name}, theme.Source{}).Theme
		light := looks[name].Value("scheme") == "light"
		if got := Bright(looks[name], !light); got != light {
			t.Errorf("%s is light: %v", name, got)
		}
	}
	for _, bg := range []string{"#808080", "#ff0000", "#ffff00", "#000000", "#ffffff", "dark_blue", "yellow"} {
		looks["on "+bg] = &slides.Theme{Values: map[string]string{"default.colors.background": bg, "default.colors.foreground": bg}}
	}
	for name, look := range looks {
		for _, light := range []bool{true, false} {
			p := ThemeOf(look).Palette(light)
			text := append([]ansi.Color{p.Text, p.Dim, p.Accent, p.OK, p.Error, p.Note, p.Keyword, p.String, p.Function, p.Number, p.Type}, p.ANSI[:]...)
			for i, c := range text {
				for _, bg := range []ansi.Color{p.Background, p.Panel} {
					if got := Contrast(c, bg); got < least {
						t.Errorf("%s: colour %d, %s on %s: %.2f", name, i, c.Hex(), bg.Hex(), got)
					}
				}
			}
		}
	}
}

// TestThemeOf: a theme with a background has one set of colours; one without has two.
func TestThemeOf(t *testing.T) {
	if ThemeOf(nil) != nil || ThemeOf(nil).Fixed() {
		t.Error("no theme is a theme")
	}
	v := &View{Deck: &slides.Deck{}}
	v.Deck.Meta.Look = &slides.Theme{Values: map[string]string{"default.colors.background": "#222244"}}
	if c := v.Colours(); !c.Fixed() || c.Palette(true) != c.Palette(false) || c.Palette(true).Background.Hex() != "#222244" {
		t.Errorf("%+v", c)
	}
	v.Deck.Meta.Look = &slides.Theme{Values: map[string]string{"footer.style": "empty"}}
	if c := v.Colours(); c.Fixed() || c.Palette(true) != defaultLightReadable() {
		t.Errorf("a theme without colours changes them")
	}
	own := &Theme{Name: "own"}
	if v.Theme = own; v.Colours() != own {
		t.Error("the view's own theme does not come first")
	}
}

func defaultLightReadable() Palette { return dressed(&slides.Theme{}, true) }
