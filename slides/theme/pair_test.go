package theme

import (
	"strings"
	"testing"
)

// TestPair: a theme has colours for light and for dark screens, by name or one by one.
func TestPair(t *testing.T) {
	r := read(t, "", "light: catppuccin-latte\ndark: {extends: gruvbox-dark, palette: {colors: {hot: f00}}, slide_title: {colors: {foreground: palette:hot}}}\n"+
		"slide_title: {bold: false}\nbold: {colors: {foreground: green}}\n", nil)
	if len(r.Diags) > 0 || r.Light == nil || r.Dark == nil {
		t.Fatalf("%v %v", r.Diags, r.Theme)
	}
	for path, want := range map[string][2]string{
		"default.colors.background":     {"#f1f2f6", "#272625"},
		"slide_title.colors.foreground": {"", "#ff0000"},
		"slide_title.bold":              {"false", "false"},
		"bold.colors.foreground":        {"green", "green"},
		"scheme":                        {"light", "dark"},
	} {
		if got := [2]string{r.For(true).Value(path), r.For(false).Value(path)}; got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if r.Value("scheme") != "" || r.Palette["hot"] != "#ff0000" {
		t.Errorf("of both: %v, %v", r.Value("scheme"), r.Palette)
	}
	half := read(t, "dark", "light: {default: {colors: {background: fafafa, foreground: black}}}", nil)
	if got := half.Light.Value("default.colors.background") + half.Dark.Value("default.colors.background"); got != "#fafafa#15171c" {
		t.Errorf("backgrounds %s", got)
	}
	if half.Light.Value("scheme.accent") != "" || half.Dark.Value("scheme.accent") == "" {
		t.Error("a light screen has the accent for a dark one, or a dark screen has none")
	}
	for src, want := range map[string]string{
		"dark: drak":                        `there is no theme "drak"`,
		"dark: [a]":                         "dark: want the name of a theme, or colours",
		"dark: {code: {alignment: center}}": "code.alignment cannot differ between light and dark",
		"dark: {dark: gruvbox-dark}":        "dark within light or dark",
		"light: {default: {colors: {foreground: palette:nothing}}}": `the palette has no colour "nothing"`,
	} {
		if r := read(t, "", src, nil); len(r.Diags) == 0 || !strings.HasPrefix(r.Diags[0].Msg, want) {
			t.Errorf("%s: %v, want %s", src, r.Diags, want)
		}
	}
}
