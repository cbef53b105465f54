package render

import (
	"testing"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/theme"
	"github.com/slidexec/slidexec/slides/yaml"
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

// TestCodeIsReadable: code in the colours of every name is readable on its box, on light and on dark
// slides; and without a box where it says so.
func TestCodeIsReadable(t *testing.T) {
	for _, name := range theme.CodeNames() {
		for _, base := range []string{"", "light", "dark", "gruvbox-dark"} {
			look := codeLook(t, base, "code: {theme_name: \""+name+"\"}")
			for _, light := range []bool{true, false} {
				p := ThemeOf(look).Palette(light)
				c := p.CodeColors()
				if p.Code == (CodeColors{}) {
					t.Errorf("%s chooses no colours", name)
				}
				for i, fg := range []ansi.Color{c.Text, c.Comment, c.Keyword, c.String, c.Function, c.Number, c.Type, p.Class(code.Deleted)} {
					if got := Contrast(fg, c.Background); got < least {
						t.Errorf("%s: colour %d, %s on %s: %.2f", name, i, fg.Hex(), c.Background.Hex(), got)
					}
					if got := Contrast(fg, p.Background); p.BareCode() && i < 7 && got < least {
						t.Errorf("%s on %s without a box: colour %d, %s on %s: %.2f", name, base, i, fg.Hex(), p.Background.Hex(), got)
					}
				}
			}
		}
	}
	look := codeLook(t, "light", "code: {theme_name: Dracula, background: false}")
	if p := ThemeOf(look).Palette(true); p.CodeColors().Background != p.Background || !p.BareCode() {
		t.Errorf("code without a background has %s on %s", p.CodeColors().Background.Hex(), p.Background.Hex())
	}
}

// TestCodeThemesAsTheyAre: the built-in colours of code need not be moved.
func TestCodeThemesAsTheyAre(t *testing.T) {
	for _, name := range theme.CodeNames() {
		look := codeLook(t, "", "code: {theme_name: \""+name+"\"}")
		bg := ParseColor(look.Value("scheme.code.background"))
		if bg == 0 { // that of the slide
			continue
		}
		for _, part := range []string{"foreground", "comment", "keyword", "string", "function", "number", "type"} {
			if got := Contrast(ParseColor(look.Value("scheme.code."+part)), bg); got < least {
				t.Errorf("%s: %s has a contrast of %.2f", name, part, got)
			}
		}
	}
}

func codeLook(t *testing.T, base, override string) *slides.Theme {
	t.Helper()
	src := slides.NewFile("deck.md", "", []byte(override))
	v, err := yaml.Cut(src, 0, len(override)).Parse()
	if err != nil {
		t.Fatal(err)
	}
	r := theme.Read(theme.Ref{Name: base, Override: v}, theme.Source{})
	if len(r.Diags) > 0 {
		t.Fatal(r.Diags)
	}
	return r.Theme
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
