package theme

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// read reads an override over a theme of a name. files are theme files, and user's are those whose names
// begin with ~.
func read(t *testing.T, name, override string, files map[string]string) Result {
	t.Helper()
	src := slides.NewFile("deck.md", "", []byte(override))
	v, err := yaml.Cut(src, 0, len(override)).Parse()
	if err != nil {
		t.Fatal(err)
	}
	ref := Ref{Override: v, At: slides.Span{Pos: slides.Pos{File: src}, End: 1}}
	if path, ok := strings.CutPrefix(name, "path:"); ok {
		ref.Path = path
	} else {
		ref.Name = name
	}
	return Read(ref, Source{
		File: func(path string) (*slides.File, error) {
			if text, ok := files[path]; ok {
				return slides.NewFile(path, path, []byte(text)), nil
			}
			return nil, fmt.Errorf("no such file")
		},
		Named: func(name string) *slides.File {
			if text, ok := files["~"+name]; ok {
				return slides.NewFile(name+".yaml", "", []byte(text))
			}
			return nil
		},
	})
}

func TestValues(t *testing.T) {
	files := map[string]string{
		"mine.yaml": "extends: base\ncode: {line_numbers: true}\ndefault: {colors: {foreground: palette:ink}}\n",
		"~base":     "extends: gruvbox-dark\npalette: {colors: {ink: abc}}\ncode: {line_numbers: false, alignment: center}\n",
		"foot.yaml": "footer: {left: a, style: template}\n",
		"~dark":     "default: {colors: {background: 112233}}\n",
	}
	for _, tt := range []struct {
		name, override string
		want           map[string]string
	}{
		{"", "default: {title: of a real deck}\nmodals: {style: x}", nil},
		{"dark", "", map[string]string{"default.colors.background": "#112233"}}, // the user's own comes first
		{"gruvbox-dark", "", map[string]string{"scheme": "dark"}},
		{"path:mine.yaml", "", map[string]string{"code.line_numbers": "true", "code.alignment": "center", "default.colors.foreground": "#aabbcc", "scheme": "dark"}},
		{"path:mine.yaml", "code: {line_numbers: false}", map[string]string{"code.line_numbers": "false", "code.alignment": "center"}},
		{"", "footer: {style: progress_bar, character: x}\n", map[string]string{"footer.style": "progress_bar", "footer.character": "x"}},
		{"path:foot.yaml", "footer: {right: b, style: template}", map[string]string{"footer.right": "b", "footer.left": "", "footer.style": "template"}},
		{"path:foot.yaml", "footer: {right: b}", map[string]string{"footer.right": "b", "footer.left": "a"}},
		{"", "default: {colors: {foreground: 040312, background: dark_red}, margin: {percent: 8}}", map[string]string{
			"default.colors.foreground": "#040312", "default.colors.background": "dark_red", "default.margin.percent": "8"}},
		{"", "headings: {h1: {prefix: '██', bold: false}}\nslide_title: {font_size: 2}", map[string]string{
			"headings.h1.prefix": "██", "headings.h1.bold": "false", "slide_title.font_size": "2"}},
		{"gruvbox-dark", "block_quote: {colors: {prefix: 'p:red'}}", map[string]string{"block_quote.colors.prefix": "#fa5a45"}},
	} {
		r := read(t, tt.name, tt.override, files)
		if len(r.Diags) > 0 {
			t.Errorf("%s %s: %v", tt.name, tt.override, r.Diags)
		}
		for path, want := range tt.want {
			if got := r.Value(path); got != want {
				t.Errorf("%s, %s: %s is %q, want %q", tt.name, tt.override, path, got, want)
			}
		}
		if tt.want == nil && r.Theme != nil {
			t.Errorf("%s makes a theme: %v", tt.override, r.Values)
		}
	}
	r := read(t, "", "palette: {colors: {hot: f00}, classes: {big: {foreground: palette:hot, background: black}, odd.name: {foreground: red}}}", nil)
	if want := map[string]slides.Colors{"big": {FG: "#ff0000", BG: "black"}, "odd.name": {FG: "red"}}; len(r.Diags) > 0 || !maps.Equal(r.Classes, want) {
		t.Errorf("classes %v, %v", r.Classes, r.Diags)
	}
}

func TestMistakes(t *testing.T) {
	files := map[string]string{
		"~one": "extends: two\n", "~two": "extends: one\n", "list.yaml": "- a\n", "bad.yaml": "a: [\n", "latin.yaml": "a: \xff\n",
		"colour.yaml": "default:\n  colors:\n    foreground: nope\n",
	}
	for _, tt := range []struct{ name, override, want, hint string }{
		{"drak", "", `deck.md:1:1: there is no theme "drak"`, `did you mean "dark"?`},
		{"one", "", `two.yaml:1:10: theme "one" extends itself, directly or by others`, ""},
		{"path:gone.yaml", "", `deck.md:1:1: theme "gone.yaml": no such file`, "the path is relative to the deck"},
		{"path:list.yaml", "", "list.yaml:1:1: a theme wants lines of KEY: VALUE", ""},
		{"path:bad.yaml", "", "bad.yaml:1:4: theme: ", ""},
		{"path:latin.yaml", "", "latin.yaml:1:4: the theme is not UTF-8 from here on", ""},
		{"path:colour.yaml", "", `colour.yaml:3:17: foreground: "nope" is not a colour`, ""},
		{"", "wobble: 1", `deck.md:1:1: unknown theme key "wobble"`, ""},
		{"", "fotoer: {style: empty}", `deck.md:1:1: unknown theme key "fotoer"`, `did you mean "footer"?`},
		{"", `default: {colors: {foreground: "#fed"}}`, "deck.md:1:32: foreground: colours in themes have no #; write fed", ""},
		{"", "default: {colors: {foreground: gren}}", `deck.md:1:32: foreground: "gren" is not a colour`, `did you mean "green"?`},
		{"", "default: {colors: {foreground: 12345}}", `deck.md:1:32: foreground: "12345" is not a colour`, ""},
		{"dark", "default: {colors: {foreground: palette:pruple}}", `deck.md:1:32: the palette has no colour "pruple"`, `did you mean "purple"?`},
		{"", "palette: {colors: {a: palette:b, b: red}}", "deck.md:1:23: a: a colour of the palette cannot be another colour of it", ""},
		{"", "palette: {classes: {a: {foreground: palette:b}}}", `deck.md:1:37: the palette has no colour "b"`, ""},
		{"", "code: {background: maybe}", "deck.md:1:20: background: want true or false, got \"maybe\"", ""},
		{"", "footer: {style: fancy}", `deck.md:1:17: style: want template or progress_bar or empty, got "fancy"`, ""},
		{"", "footer: {left: '{whether}'}", `deck.md:1:16: left: unsupported variable "whether"`, ""},
		{"", "footer: {left: '{author'}", "deck.md:1:16: left: nothing closes {; write {{ for the character", ""},
		{"", "footer: {left: 'author}'}", "deck.md:1:16: left: found } without {; write }} for the character", ""},
		{"", "footer: {left: '{a {author}}'}", "deck.md:1:16: left: found { inside of {…}; write {{ for the character", ""},
		{"", `slide_title: {prefix: "a\u001b[31m"}`, "deck.md:1:23: prefix: want text without control characters", ""},
		{"", "slide_title: {font_size: 9}", "deck.md:1:26: font_size: want a number from 1 to 7, got 9", ""},
	} {
		r := read(t, tt.name, tt.override, files)
		if len(r.Diags) != 1 {
			t.Errorf("%s %s: %v", tt.name, tt.override, r.Diags)
			continue
		}
		d := r.Diags[0]
		if got := fmt.Sprintf("%s: %s", d.Pos, d.Msg); !strings.HasPrefix(got, tt.want) || !strings.HasPrefix(d.Hint, tt.hint) {
			t.Errorf("%s %s:\n got %s (%s)\nwant %s (%s)", tt.name, tt.override, got, d.Hint, tt.want, tt.hint)
		}
	}
}

func TestExpand(t *testing.T) {
	got, err := Expand("{{{author}}} {current_slide}/{total_slides} }}", func(name string) (string, error) { return "<" + name + ">", nil })
	if want := "{<author>} <current_slide>/<total_slides> }"; got != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// TestKeys: every row of the table can be set, and says what it is for.
func TestKeys(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Keys() {
		if seen[k.Path] || k.Doc == "" {
			t.Errorf("%s stands twice, or says nothing", k.Path)
		}
		seen[k.Path] = true
		set := false
		for _, v := range []string{"1", "true", "red", "left", "template", "below_title", "top_left", "ansi"} {
			yml, path := "", strings.Split(strings.ReplaceAll(k.Path, "*", "x"), ".")
			for i, name := range path {
				yml += strings.Repeat("  ", i) + name + ":"
				if i+1 < len(path) {
					yml += "\n"
				}
			}
			r := read(t, "", yml+" "+v+"\n", nil)
			set = set || len(r.Diags) == 0 && r.Theme != nil
		}
		if !set {
			t.Errorf("nothing sets %s", k.Path)
		}
	}
}
