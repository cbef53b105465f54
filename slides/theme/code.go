package theme

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// CodePath is the beginning of the paths of a theme's colours of code, which code.theme_name chooses:
// background, foreground, comment, keyword, string, function, number and type. No file has these paths.
const CodePath = "scheme.code."

// codeParts are the ends of the paths below CodePath, in the order of the colours of a codeTheme.
var codeParts = [8]string{"background", "foreground", "comment", "keyword", "string", "function", "number", "type"}

// codeTheme has the colours of code of a name. The names are those that presenterm knows, of bat and
// others; the colours are our own in the same spirit.
type codeTheme struct {
	name   string
	colors [8]string
}

var codeThemes = []codeTheme{
	{"1337", [8]string{"#181a1c", "#f4f4f2", "#8f9499", "#f7807f", "#fbe5a8", "#93c4f5", "#fcb069", "#8be0c8"}},
	{"ansi", [8]string{"", "", "dark_grey", "magenta", "green", "blue", "yellow", "cyan"}},
	{"base16", [8]string{"", "", "dark_grey", "magenta", "green", "blue", "yellow", "cyan"}},
	{"base16-256", [8]string{"", "", "dark_grey", "magenta", "green", "blue", "yellow", "cyan"}},
	{"base16-eighties.dark", [8]string{"#2b2d2f", "#d5d2ca", "#a5a39a", "#d29cd0", "#9ccf9b", "#6fa3d6", "#fa955c", "#ffd06b"}},
	{"base16-mocha.dark", [8]string{"#3a322d", "#d4cac4", "#aa9c92", "#bfa8d2", "#c2bf72", "#90b8c8", "#dbac86", "#f6c795"}},
	{"base16-ocean.dark", [8]string{"#292f39", "#c3c8d1", "#929cab", "#ba95b3", "#a8c594", "#94a8bb", "#d68d78", "#eed093"}},
	{"base16-ocean.light", [8]string{"#eef0f4", "#414957", "#616a79", "#8b4f84", "#4a6b35", "#3f6585", "#a24f35", "#7d6014"}},
	{"Catppuccin Frappe", [8]string{"#2f3344", "#cbd3f2", "#9ba1bf", "#c6a3e6", "#a4cf88", "#8dabee", "#ee9f78", "#e4c890"}},
	{"Catppuccin Latte", [8]string{"#f1f2f6", "#454763", "#646780", "#7a3fd6", "#2f7d24", "#1f58d6", "#b84a00", "#8c5d00"}},
	{"Catppuccin Macchiato", [8]string{"#232637", "#cdd5f4", "#9399b5", "#c5a2f4", "#a5d896", "#8baff2", "#f3a880", "#eccf9e"}},
	{"Catppuccin Mocha", [8]string{"#1d1d2c", "#d0d7f3", "#9095b0", "#caa8f5", "#a8e2a3", "#8cb5f9", "#f8b48a", "#f6e0b0"}},
	{"Coldark-Cold", [8]string{"#e5ecf5", "#12192a", "#4d5a6f", "#a00055", "#0f6434", "#00538a", "#7c3f00", "#4a3ca8"}},
	{"Coldark-Dark", [8]string{"#12192a", "#e2ebf5", "#8b9bb0", "#e9a6a0", "#90d08f", "#6db5c2", "#e4c283", "#c699e0"}},
	{"DarkNeon", [8]string{"#0a0a0c", "#f0f0ee", "#8a8a88", "#ff6fae", "#a9f06a", "#6ce0ff", "#ffb45c", "#c9a2ff"}},
	{"Dracula", [8]string{"#292b37", "#f6f6f1", "#949dbf", "#fc83c4", "#eff491", "#5cf282", "#c199f5", "#8fe7fa"}},
	{"GitHub", [8]string{"#fafafa", "#2f3235", "#63676d", "#a41c36", "#0d3169", "#5f3ba0", "#0a5392", "#7c4a00"}},
	{"gruvbox-dark", [8]string{"#272625", "#ebdcb4", "#a09282", "#fa6a55", "#b6b92a", "#9cc488", "#d1879a", "#f7ba32"}},
	{"gruvbox-light", [8]string{"#faf0c9", "#3b3735", "#6d6358", "#9a0809", "#65620f", "#37684a", "#833f64", "#845109"}},
	{"InspiredGitHub", [8]string{"#fdfdfd", "#303438", "#62676e", "#a3195b", "#163b78", "#6a3da8", "#00598f", "#8a4b00"}},
	{"Monokai Extended", [8]string{"#242420", "#f7f7ef", "#948f78", "#f9669c", "#e4da7a", "#a8e03c", "#b18dfc", "#6edcef"}},
	{"Monokai Extended Bright", [8]string{"#282924", "#fcfcf8", "#9a9580", "#ff6b9f", "#eae080", "#aee63f", "#b794ff", "#73e2f5"}},
	{"Monokai Extended Light", [8]string{"#fafafa", "#46463f", "#6c6a5c", "#c4004d", "#7c6a00", "#4d7300", "#6d40c8", "#00708a"}},
	{"Monokai Extended Origin", [8]string{"#262722", "#f6f6ee", "#96917b", "#fa6499", "#e3d978", "#a5dd3a", "#b08bfb", "#6bdaee"}},
	{"Nord", [8]string{"#2d333f", "#d9dfe9", "#9ba6b9", "#85a6c8", "#a7c291", "#8cc4d2", "#bd97b5", "#93bfbe"}},
	{"OneHalfDark", [8]string{"#292c34", "#dbdfe5", "#979ea9", "#c97fde", "#9bc57c", "#66b2f0", "#e3be7d", "#5ab8c4"}},
	{"OneHalfLight", [8]string{"#fafafa", "#383a42", "#696b73", "#9a1f9c", "#357a33", "#0a6fb0", "#8f6000", "#0a7284"}},
	{"Solarized (dark)", [8]string{"#012a35", "#a3b1b2", "#839599", "#98a800", "#3fb2a8", "#4a9fe0", "#e8669f", "#c99b1c"}},
	{"Solarized (light)", [8]string{"#fcf5e2", "#4c5f67", "#626f75", "#5d6800", "#1a736b", "#1b69a6", "#b52a70", "#7d5d00"}},
	{"Sublime Snazzy", [8]string{"#292b36", "#f0f1ec", "#9da0ab", "#fc6fbf", "#f2f79f", "#5bf491", "#b3a0fc", "#9aebfd"}},
	{"tokyonight-storm", [8]string{"#252939", "#c1caf3", "#959cbf", "#bb9cf5", "#9fcf6c", "#7ca4f5", "#fc9f68", "#80d0fc"}},
	{"TwoDark", [8]string{"#292d34", "#adb4c0", "#959ca8", "#c77fdc", "#99c47a", "#63b0ed", "#d29b67", "#e4c07c"}},
	{"Visual Studio Dark+", [8]string{"#1f1f1f", "#d5d5d4", "#7fa069", "#c98cc4", "#cf947b", "#dedcab", "#b7cfaa", "#52c9b2"}},
	{"zenburn", [8]string{"#3d3d3d", "#dedecd", "#98b098", "#f0dfae", "#d0a4a3", "#efef90", "#8fd0d3", "#dcb8a8"}},
}

// CodeNames returns the names of the built-in colours of code.
func CodeNames() []string {
	var out []string
	for _, t := range codeThemes {
		out = append(out, t.name)
	}
	return out
}

// isTextMate reports whether the colours of code of a name are a file beside the deck.
func isTextMate(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".tmtheme") }

// codeColours sets the colours of the code theme that the theme names: a file beside the deck, one of
// the user's own, or a built-in one.
func (r *reader) codeColours() {
	const path = "code.theme_name"
	name, at := r.out.Values[path], r.at[path]
	if name == "" {
		return
	}
	f, err := r.codeFile(name)
	switch {
	case err != nil:
		hint := ""
		if isTextMate(name) {
			hint = "the path is relative to the deck"
		}
		r.fail(at, fmt.Sprintf("theme_name %q: %v", name, err), hint)
		return
	case f != nil:
		colors, bad := textMate(f.Src)
		if bad != nil {
			r.fail(slides.Span{Pos: slides.Pos{File: f, Off: bad.off}, End: bad.off + 1}, bad.msg, bad.hint)
			return
		}
		r.setCode(colors)
		return
	}
	for _, t := range codeThemes {
		if strings.EqualFold(t.name, name) {
			r.setCode(t.colors)
			return
		}
	}
	r.fail(at, fmt.Sprintf("there are no colours of code %q", name), text.Suggest(name, "names: ", CodeNames()))
}

func (r *reader) codeFile(name string) (*slides.File, error) {
	switch {
	case isTextMate(name):
		return r.file(name)
	case r.src.Code != nil:
		return r.src.Code(name)
	}
	return nil, nil
}

func (r *reader) setCode(colors [8]string) {
	for i, part := range codeParts {
		if colors[i] != "" {
			r.out.Values[CodePath+part] = colors[i]
		}
	}
}
