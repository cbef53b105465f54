package markdown

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

const program = "```bash +exec +id:a\necho 1\n```\n<!-- snippet_output: a -->\n"

// TestLanguages: without a table of the caller's own, the languages are those of package lang, and what
// the author wrote is kept.
func TestLanguages(t *testing.T) {
	deck, err := Parse("deck.md", []byte(program+"```RS\n# hidden\n```\n\n```tsx\n/// import x\n<A/>\n```\n\n```cobol\nx\n```\n"), Config{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(deck.Executable()); n != 1 {
		t.Errorf("%d executable snippets", n)
	}
	if deck.Find("a") == nil || deck.Slides[0].Blocks[1].(*slides.Output).Snippet == nil {
		t.Error("the id does not resolve")
	}
	for i, want := range []string{"bash bash 1", "rust RS 0", "tsx tsx 1", "cobol cobol 1"} {
		s := deck.Snippets[i]
		if got := fmt.Sprint(s.Lang, " ", s.Word, " ", len(s.Show.Lines)); got != want {
			t.Errorf("language, word and visible lines are %q, want %q", got, want)
		}
	}
}

func TestStrict(t *testing.T) {
	src := []byte("<!-- what a nice day -->\n<!--\nspeaker_note: |\nlost\n-->\n")
	deck, err := Parse("deck.md", src, Config{})
	if err != nil || len(deck.Diags) != 2 {
		t.Errorf("lenient: %v, %v", err, deck.Diags)
	}
	deck, err = Parse("deck.md", src, Config{Strict: true})
	if err == nil || len(deck.Diags) != 2 || len(deck.Slides[0].Blocks) != 2 {
		t.Errorf("strict: %v", deck.Diags)
	}
}

func TestFileNames(t *testing.T) {
	const src = "<!-- include: part/x.md -->\n![](pic.png)\n![](pic.png)\n"
	tests := []struct{ name, deck, dir, include, picture string }{
		{"beside", "deck.md", "", "part/x.md", "pic.png"},
		{"below", "talks/deck.md", "", "talks/part/x.md", "talks/pic.png"},
		{"stdin", "-", "", "part/x.md", "pic.png"},
		{"stdin elsewhere", "-", "/talks", "/talks/part/x.md", "/talks/pic.png"},
		{"absolute", "/talks/deck.md", "", "/talks/part/x.md", "/talks/pic.png"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var read []string
			cfg := Config{Dir: tt.dir, ReadFile: func(name string) ([]byte, error) {
				read = append(read, filepath.ToSlash(name))
				return []byte("text\n"), nil
			}}
			deck, err := Parse(tt.deck, []byte(src), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if len(deck.Files) != 3 || deck.Files[1].Path != tt.include || deck.Files[2].Path != tt.picture {
				t.Errorf("files %+v", deck.Files)
			}
			if deck.Files[2].Name != "pic.png" || deck.Files[0].Name != tt.deck {
				t.Errorf("names %q and %q", deck.Files[0].Name, deck.Files[2].Name)
			}
			if (tt.deck == "-") != (deck.Files[0].Path == "") {
				t.Errorf("path of the deck %q", deck.Files[0].Path)
			}
			if got := strings.Join(read, " "); got != tt.include+" "+tt.picture { // each once
				t.Errorf("read %s", got)
			}
		})
	}
}

// locked opens no file.
type locked struct{}

func (locked) Read(string, int64) ([]byte, error) { return nil, fs.ErrPermission }
func (locked) Stat(string) (fs.FileInfo, error)   { return nil, fs.ErrPermission }

func TestStat(t *testing.T) {
	deck, err := Parse("deck.md", []byte("![](a.png)\n"), Config{
		Files:    locked{},
		ReadFile: func(string) ([]byte, error) { t.Error("a picture was read"); return nil, nil },
	})
	if err == nil || !strings.Contains(err.Error(), "deck.md:1:5: picture \"a.png\": no permission to read it") {
		t.Errorf("error %v", err)
	}
	if len(deck.Files) != 2 {
		t.Errorf("files %v, want the missing one too", deck.Files)
	}
}

func TestUnreadable(t *testing.T) {
	for _, name := range []string{"/dev/zero", "/", "\x00", "testdata"} {
		deck, err := Parse("deck.md", []byte("<!-- include: \""+name+"\" -->\nrest\n"), Config{})
		if err == nil {
			t.Errorf("include of %q is no error", name)
		}
		blocks := deck.Slides[0].Blocks
		if _, ok := blocks[len(blocks)-1].(*slides.Paragraph); !ok {
			t.Errorf("%q: the rest is lost", name)
		}
	}
}

func TestKeys(t *testing.T) {
	deck := parse(t, "```bash +exec\na\n```\n```bash +exec\na\n```\n```sh +exec\na\n```\n", nil)
	a, b, c := deck.Snippets[0], deck.Snippets[1], deck.Snippets[2]
	if a.Key != slides.MakeKey(a, 0) || b.Key != slides.MakeKey(b, 1) || c.Key != slides.MakeKey(c, 0) {
		t.Errorf("keys %q %q %q", a.Key, b.Key, c.Key)
	}
}

func TestSnippetSlides(t *testing.T) {
	deck := parse(t, "---\ntitle: x\n---\n```sh\na\n```\n<!-- end_slide -->\n<!-- skip_slide -->\n```sh\nb\n```\n"+
		"<!-- end_slide -->\n```sh\nc\n```\n", nil)
	for i, want := range []int{1, -1, 2} {
		if got := deck.Snippets[i].Slide; got != want {
			t.Errorf("snippet %d is on slide %d, want %d", i, got, want)
		}
	}
}

// Of the mistakes of a kind in a file, the first are told and the others counted, an error is never
// pushed out by warnings, and a slide shows as many as the list has.
func TestManyDiagnostics(t *testing.T) {
	var b strings.Builder
	for range 3 * slides.MaxDiags {
		b.WriteString("<!-- paus -->\n\n<span foo=1>x</span>\n\n")
	}
	deck := parse(t, b.String(), nil)
	count := map[slides.Severity]int{}
	for _, d := range deck.Diags {
		count[d.Severity]++
	}
	if count[slides.Error] != slides.MaxDiags+1 || count[slides.Warning] != slides.MaxDiags+1 {
		t.Errorf("%d errors and %d warnings, want %d of each", count[slides.Error], count[slides.Warning], slides.MaxDiags+1)
	}
	problems := 0
	slides.Walk(deck.Slides[0].Blocks, func(b slides.Block) {
		if p, ok := b.(*slides.Problem); ok {
			if problems++; problems == slides.MaxDiags+1 && p.Diag.Msg != "40 more errors follow in this file" {
				t.Errorf("last problem %q", p.Diag.Msg)
			}
		}
	})
	if problems != slides.MaxDiags+1 {
		t.Errorf("%d problems on the slide, want %d", problems, slides.MaxDiags+1)
	}
}

// One line with thousands of mistakes on it, and one mistake of thousands of bytes.
func TestHugeMistakes(t *testing.T) {
	for name, src := range map[string]string{
		"attributes": "```bash " + strings.Repeat("+exec ", 5000) + "\nx\n```\n",
		"one word":   "```bash +" + strings.Repeat("x", 30_000) + "\nx\n```\n",
		"an id":      "<!-- snippet_output: " + strings.Repeat("x", 30_000) + " -->\n",
		"controls":   "```bash +" + strings.Repeat("\x1b]0;\a", 5000) + "\nx\n```\n",
	} {
		deck := parse(t, src, nil)
		size := 0
		for _, d := range deck.Diags {
			size += len(d.Error()) + len(d.Excerpt()) + len(d.Hint)
		}
		if len(deck.Diags) == 0 || size > 32_000 {
			t.Errorf("%s: %d diagnostics of %d bytes", name, len(deck.Diags), size)
		}
	}
}

func TestPanicsOfYAML(t *testing.T) {
	for _, body := range []string{"a: &x *x", "? a", "!!binary |\n  x", "%YAML 2", "a: b\n---\nc: d", "<<: *a",
		"- - [}", "a: 'b", "{a", "a: @b", "\t: x", "a:\n  - b\n c"} {
		parse(t, "<!-- "+body+" -->\ntext\n", nil)
		parse(t, "---\n"+body+"\n---\ntext\n", nil)
	}
}

// TestReadOptions: options of a configuration hold where a front matter sets none, and a Parser follows them.
func TestReadOptions(t *testing.T) {
	read := func(o slides.Options, text string) slides.Options {
		t.Helper()
		file := slides.NewFile("config.yaml", "config.yaml", []byte(text))
		v, err := yaml.Cut(file, 0, len(text)).Parse()
		if err != nil {
			t.Fatal(err)
		}
		if _, bad := ReadOptions(v, &o); len(bad) > 0 {
			t.Error(bad)
		}
		return o
	}
	o := read(read(DefaultOptions(), "auto_render_languages: [mermaid]\ncommand_prefix: 'a:'\n"), "auto_render_languages: [d2]\nlist_item_newlines: 3\n")
	want := slides.Options{ImageAttributesPrefix: "image:", CommandPrefix: "a:", ListItemNewlines: 3, AutoRenderLanguages: []string{"d2"}}
	if !reflect.DeepEqual(o, want) {
		t.Errorf("read %+v, want %+v", o, want)
	}
	const src = "---\noptions: {auto_render_languages: [latex], list_item_newlines: 2}\n---\n\none\n\n---\n\ntwo\n"
	var p Parser
	for _, shorthand := range []bool{false, true, true, false} {
		o.EndSlideShorthand = shorthand
		p.Config.Options = &o
		got, err := p.Parse("deck.md", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		want := o
		want.AutoRenderLanguages, want.ListItemNewlines = []string{"latex"}, 2
		if n := len(got.Slides); n != 1+map[bool]int{true: 1}[shorthand] || !reflect.DeepEqual(got.Meta.Options, want) {
			t.Errorf("%v: %d slides, options %+v", shorthand, n, got.Meta.Options)
		}
		again, _ := Parse("deck.md", []byte(src), Config{Options: &got.Meta.Options})
		if !reflect.DeepEqual(again.Meta.Options, got.Meta.Options) {
			t.Errorf("parsed with its own options, the deck has %+v, not %+v", again.Meta.Options, got.Meta.Options)
		}
	}
}

// TestDuration: the planned length of a talk, and what is said about others, with the place of the value.
func TestDuration(t *testing.T) {
	for value, want := range map[string]string{
		"30m": "30m0s", "1h15m": "1h15m0s", "90s": "1m30s", "24h": "24h0m0s", `"30m"`: "30m0s", "~": "0s", "": "0s",
		"30": "got 30", "half an hour": `got "half an hour"`, "-5m": `got "-5m"`, "0s": `got "0s"`, "25h": `got "25h"`, "[30m]": "got a list", "true": "got true or false", "1.5": `got "1.5"`,
	} {
		deck, _ := Parse("deck.md", []byte("---\ntitle: T\nduration: "+value+"\n---\n\none\n"), Config{})
		got := deck.Meta.Duration.String()
		if len(deck.Diags) > 0 {
			d := deck.Diags[0]
			_, got, _ = strings.Cut(d.Msg, "such as 30m or 1h15m, ")
			if at := d.Pos.String(); at != "deck.md:3:11" || deck.Meta.Duration != 0 || d.Hint != "as in duration: 30m" {
				t.Errorf("%s: %v at %s, hint %q, duration %v", value, d, at, d.Hint, deck.Meta.Duration)
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

// TestTabbed: the visible lines are also there with their tabs.
func TestTabbed(t *testing.T) {
	deck, err := Parse("deck.md", []byte("```makefile\nall:\n\tcc\n```\n\n```go\nx\n```\n"), Config{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{`["all:" "\tcc"] ["all:" "    cc"]`, `["x"] ["x"]`} {
		s := deck.Snippets[i].Show
		if got := fmt.Sprintf("%q %q", s.Written(), s.Lines); got != want {
			t.Errorf("lines are %s, want %s", got, want)
		}
	}
}

// TestCodeColours: colours of code in a file beside the deck are a file of the deck, which is watched; the
// user's own are asked for by name.
func TestCodeColours(t *testing.T) {
	const file = "<plist><dict><key>settings</key><array><dict><key>settings</key><dict><key>background</key>" +
		"<string>#123456</string></dict></dict></array></dict></plist>"
	cfg := Config{
		ReadFile: func(name string) ([]byte, error) {
			if name != "mine.tmTheme" {
				return nil, fs.ErrNotExist
			}
			return []byte(file), nil
		},
		Code: func(name string) (*slides.File, error) {
			if name != "mine" {
				return nil, nil
			}
			return slides.NewFile("own.tmTheme", "", []byte(strings.Replace(file, "123456", "654321", 1))), nil
		},
	}
	for name, want := range map[string]string{"mine.tmTheme": "#123456", "mine": "#654321", "Nord": "#2d333f", "gone.tmTheme": "", "None": ""} {
		deck, err := Parse("deck.md", []byte("---\ntheme: {override: {code: {theme_name: "+name+"}}}\n---\n"), cfg)
		if got := deck.Meta.Look.Value("scheme.code.background"); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: background %q, %v", name, got, err)
		}
		if watched := len(deck.Files) == 2; watched != strings.HasSuffix(name, ".tmTheme") {
			t.Errorf("%s: files %v", name, deck.Files)
		}
	}
}
