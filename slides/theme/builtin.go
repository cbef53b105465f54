package theme

import "github.com/slidexec/slidexec/slides"

// builtin is a built-in theme. The names are presenterm's, the colours our own in the same spirit.
// Other colours follow from these: see package render.
type builtin struct {
	name       string
	light      bool
	background string // "": the terminal's own, and in a browser that of the default theme
	text       string
	accent     string
	red        string
	orange     string
	yellow     string
	green      string
	cyan       string
	blue       string
	purple     string
}

var builtins = []builtin{
	{"light", true, "#fcfbf8", "#1d1f24", "#0b5cad", "#b3261e", "#9a4a00", "#8a5a00", "#1a7446", "#0d6b75", "#0b5cad", "#8a3ab8"},
	{"dark", false, "#15171c", "#e9eaed", "#82c0ff", "#ff9a90", "#f2b98a", "#f0c67c", "#7fd6a0", "#8fd6dd", "#82c0ff", "#d3a4ff"},
	{"terminal-light", true, "", "", "#0b5cad", "#b3261e", "#9a4a00", "#8a5a00", "#1a7446", "#0d6b75", "#0b5cad", "#8a3ab8"},
	{"terminal-dark", false, "", "", "#82c0ff", "#ff9a90", "#f2b98a", "#f0c67c", "#7fd6a0", "#8fd6dd", "#82c0ff", "#d3a4ff"},
	{"catppuccin-latte", true, "#f1f2f6", "#454763", "#7a3fd6", "#c2173b", "#b84a00", "#8c5d00", "#2f7d24", "#0c7480", "#1f58d6", "#7a3fd6"},
	{"catppuccin-frappe", false, "#2f3344", "#cbd3f2", "#c6a3e6", "#ea8a90", "#ee9f78", "#e4c890", "#a4cf88", "#82c6bf", "#8dabee", "#c6a3e6"},
	{"catppuccin-macchiato", false, "#232637", "#cdd5f4", "#c5a2f4", "#ec8a99", "#f3a880", "#eccf9e", "#a5d896", "#8cd3c8", "#8baff2", "#c5a2f4"},
	{"catppuccin-mocha", false, "#1d1d2c", "#d0d7f3", "#caa8f5", "#f18fab", "#f8b48a", "#f6e0b0", "#a8e2a3", "#95e0d4", "#8cb5f9", "#caa8f5"},
	{"gruvbox-dark", false, "#272625", "#ebdcb4", "#f8bb33", "#fa5a45", "#fb8420", "#f7ba32", "#b6b92a", "#8dbe7c", "#85a497", "#d1879a"},
	{"tokyonight-day", true, "#e3e4e9", "#2f4a8c", "#2661b4", "#b8224e", "#a14a12", "#7d5c1c", "#446f2a", "#09666e", "#2661b4", "#7a3fc0"},
	{"tokyonight-moon", false, "#212437", "#c7d1f3", "#84a8fd", "#fd7a81", "#fd9868", "#fcc67a", "#c1e68c", "#88e0fa", "#84a8fd", "#c29afd"},
	{"tokyonight-night", false, "#191a25", "#c1caf3", "#7ca4f5", "#f57a8f", "#fc9f68", "#e1b06a", "#9fcf6c", "#80d0fc", "#7ca4f5", "#bb9cf5"},
	{"tokyonight-storm", false, "#252939", "#c1caf3", "#7ca4f5", "#f57a8f", "#fc9f68", "#e1b06a", "#9fcf6c", "#80d0fc", "#7ca4f5", "#bb9cf5"},
}

// apply makes t the built-in theme. Values below scheme are for its backends; no file has them.
func (b builtin) apply(t *slides.Theme) {
	t.Name = b.name
	t.Values["scheme"] = "dark"
	black, white := b.background, b.text
	if b.light {
		t.Values["scheme"] = "light"
		black, white = b.text, b.background
	}
	for path, c := range map[string]string{
		"default.colors.background": b.background, "default.colors.foreground": b.text,
		"scheme.accent": b.accent, "scheme.red": b.red, "scheme.orange": b.orange, "scheme.yellow": b.yellow,
		"scheme.green": b.green, "scheme.cyan": b.cyan, "scheme.blue": b.blue, "scheme.purple": b.purple,
	} {
		if c != "" {
			t.Values[path] = c
		}
	}
	for name, c := range map[string]string{
		"red": b.red, "orange": b.orange, "yellow": b.yellow, "green": b.green, "light_green": b.green, "cyan": b.cyan, "aqua": b.cyan,
		"blue": b.blue, "light_blue": b.accent, "purple": b.purple, "black": black, "white": white,
		"gray": "#808690", "light_gray": "#a8adb5", "blue_gray": "#6f7f95",
	} {
		if c != "" {
			t.Palette[name] = c
		}
	}
}
