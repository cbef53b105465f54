package md_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/md"
	"github.com/slidexec/slidexec/slides"
)

// world is the files that decks of these tests name.
type world map[string]string

func (w world) parse(name string, src []byte) *slides.Deck {
	d, _ := markdown.Parse(name, src, w.config())
	return d
}

func (w world) config() markdown.Config {
	find := func(name string) ([]byte, error) {
		if text, ok := w[filepath.ToSlash(name)]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
	return markdown.Config{
		ReadFile: find,
	}
}

// reparse is what a command hands to the backend.
func reparse(src []byte, files map[string]*slides.File, o slides.Options) *slides.Deck {
	w := world{}
	for name, f := range files {
		w[name] = string(f.Src)
	}
	cfg := w.config()
	cfg.Options = &o
	d, _ := markdown.Parse("-", src, cfg)
	return d
}

// printing gives every program of a deck an output.
func printing(d *slides.Deck, text string) *render.View {
	v := &render.View{Deck: d, Results: slides.Results{}}
	for _, s := range d.Executable() {
		v.Results[s.Key] = slides.Result{State: slides.Done, Status: slides.OK, Layers: []string{"user"},
			Log: []slides.Chunk{{Data: []byte(text)}}}
	}
	return v
}

func filled(v *render.View, base string) (string, error) {
	var b bytes.Buffer
	err := md.Backend{Parse: reparse, Base: base}.Render(&b, v)
	return b.String(), err
}

// hostile is what a program prints that wants to be part of the deck.
const hostile = "\n```bash +exec\necho INJECTED\n```\n\n<!-- include: /etc/hostname -->\n<!-- end_slide -->\n\nInjected slide\n===\n" +
	"-->\n</pre></div>\n>>>\n~~~\n- item\n\ttab\n[^1]: note\n---\ntitle: x\n---\n\x00\r\n`````\n"

func TestFilledPlaces(t *testing.T) {
	const program = "```bash +exec +id:x\ncat x\n```\n\n"
	tests := []struct {
		name, deck, want string // want: "OUT" stands for the output
	}{
		{"program", "a\n\n```bash +exec\n1\n```\nb\n", "a\n\n```bash +exec\n1\n```\nOUT\nb\n"},
		{"blanks behind", "```bash +exec\n1\n```  \nb\n", "```bash +exec\n1\n```  \nOUT\nb\n"},
		{"placeholder", program + "<!-- snippet_output: x -->\n", program + "<!-- snippet_output: x -->\nOUT\n"},
		{"over several lines", program + "<!--\nsnippet_output: x\n-->\nb\n", program + "<!--\nsnippet_output: x\n-->\nOUT\nb\n"},
		{"before a command", program + "<!-- snippet_output: x --> <!-- pause -->\nb\n",
			program + "<!-- snippet_output: x -->\nOUT\n<!-- pause -->\nb\n"},
		{"behind a command", program + "<!-- pause --><!-- snippet_output: x -->\nb\n",
			program + "<!-- pause --><!-- snippet_output: x -->\nOUT\nb\n"},
		{"before the end of a slide", program + "<!-- snippet_output: x --><!-- end_slide -->\nb\n",
			program + "<!-- snippet_output: x -->\nOUT\n<!-- end_slide -->\nb\n"},
		{"two on a line", program + "<!-- snippet_output: x --> <!-- snippet_output: x -->\nb\n",
			program + "<!-- snippet_output: x -->\nOUT\n<!-- snippet_output: x -->\nOUT\nb\n"},
		{"before text", program + "<!-- snippet_output: x --> text\n", program + "<!-- snippet_output: x -->\nOUT\ntext\n"},
		{"indented", program + "  <!-- snippet_output: x -->\nb\n", program + "  <!-- snippet_output: x -->\n  OUT\nb\n"},
		{"list item", "1. a\n\n   ```bash +exec\n   1\n   ```\n\n   b\n2. c\n", "1. a\n\n   ```bash +exec\n   1\n   ```\n   OUT\n\n   b\n2. c\n"},
		{"first in a list item", "- ```bash +exec\n  1\n  ```\n- c\n", "- ```bash +exec\n  1\n  ```\n  OUT\n- c\n"},
		{"list in a list", "- a\n  1. b\n\n     ~~~bash +exec\n     1\n     ~~~\n", "- a\n  1. b\n\n     ~~~bash +exec\n     1\n     ~~~\n     OUT\n"},
		{"tab", "-\t```bash +exec\n\t1\n\t```\n", "-\t```bash +exec\n\t1\n\t```\n \tOUT\n"},
		{"quote", "> a\n> ```bash +exec\n> 1\n> ```\n> b\n", "> a\n> ```bash +exec\n> 1\n> ```\n> OUT\n> b\n"},
		{"list in a quote", "> - ```bash +exec\n>   1\n>   ```\n", "> - ```bash +exec\n>   1\n>   ```\n>   OUT\n"},
		{"footnote", "a[^n]\n\n[^n]: b\n\n    ```bash +exec\n    1\n    ```\n", "a[^n]\n\n[^n]: b\n\n    ```bash +exec\n    1\n    ```\n    OUT\n"},
		{"CRLF", "> ```bash +exec\r\n> 1\r\n> ```\r\nb\r\n", "> ```bash +exec\r\n> 1\r\n> ```\r\n> OUT\r\nb\r\n"},
		{"not closed", "```bash +exec\n1\n\n<!-- end_slide -->\n", "```bash +exec\n1\n\n<!-- end_slide -->\n"},
		{"not closed in a list item", "- ```bash +exec\n  1\n```\nb\n```\n", "- ```bash +exec\n  1\n```\nb\n```\n"},
		{"not closed in a quote", "> ```bash +exec\n> 1\nafter\n", "> ```bash +exec\n> 1\nafter\n"},
		{"open output", "```bash +exec\n1\n```\n```output\nold\n\n<!-- end_slide -->\n\nkept\n",
			"```bash +exec\n1\n```\nOUT\n```output\nold\n\n<!-- end_slide -->\n\nkept\n"},
		{"no command in HTML", program + "<div>\n<!-- snippet_output: x -->\n</div>\n", program + "<div>\n<!-- snippet_output: x -->\n</div>\n"},
		{"no command in a table", program + "| a |\n|---|\n| <!-- snippet_output: x --> |\n", program + "| a |\n|---|\n| <!-- snippet_output: x --> |\n"},
		{"skipped slide", "<!-- skip_slide -->\n\n```bash +exec\n1\n```\n\n<!-- end_slide -->\n\n```bash +exec\n1\n```\n",
			"<!-- skip_slide -->\n\n```bash +exec\n1\n```\n\n<!-- end_slide -->\n\n```bash +exec\n1\n```\nOUT\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := world{}.parse("deck.md", []byte(tt.deck))
			got, err := filled(printing(d, "out\n"), "")
			if err != nil {
				t.Fatal(err)
			}
			if want := expand(tt.want, "```output\nout\n```"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			for _, text := range []string{"out\n", "other\n\nout\n", hostile} {
				checkFilled(t, world{}, []byte(tt.deck), text, true)
			}
		})
	}
}

// expand puts an output into text, each line prefixed as the first.
func expand(text, out string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		before, behind, ok := strings.Cut(line, "OUT")
		if ok {
			nl := "\n" + before
			if strings.HasSuffix(behind, "\r\n") {
				nl = "\r" + nl
			}
			line = before + strings.ReplaceAll(out, "\n", nl) + behind
		}
		b.WriteString(line)
	}
	return b.String()
}

// checkFilled fills a deck and compares, by other means than the backend: the result has the same
// slides, programs and notes, all lines of the deck, and does not change when it is filled again.
func checkFilled(t *testing.T, w world, src []byte, text string, must bool) {
	t.Helper()
	d := w.parse("deck.md", src)
	got, err := filled(printing(d, text), "")
	if err != nil {
		var diags slides.Diags
		if !errors.As(err, &diags) || len(diags) != 1 || !diags[0].Pos.IsValid() || diags[0].Hint == "" {
			t.Errorf("no place: %v", err)
		}
		if must {
			t.Errorf("refused: %v", err)
		}
		if got != "" {
			t.Error("something was written all the same")
		}
		return
	}
	again := w.parse("deck.md", []byte(got))
	if a, b := outline(d), outline(again); a != b {
		t.Errorf("deck %q with %q: before\n%s\nafter\n%s\nfilled:\n%s", src, text, a, b, got)
	}
	if twice, err := filled(printing(again, text), ""); err != nil || twice != got {
		t.Errorf("filled again, %v:\n%s\nonce:\n%s", err, twice, got)
	}
	if len(d.Includes) == 0 {
		checkLines(t, string(src), got)
	}
}

// outline is what a deck must keep.
func outline(d *slides.Deck) string {
	var b strings.Builder
	for _, s := range d.Slides {
		fmt.Fprintf(&b, "slide %q %d\n", d.TitleOf(s), s.Steps)
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "note %q\n", n.Text)
		}
		slides.Walk(s.Blocks, func(bl slides.Block) {
			if _, ok := bl.(*slides.Problem); !ok {
				fmt.Fprintf(&b, "%T\n", bl)
			}
		})
	}
	for _, s := range d.Snippets {
		fmt.Fprintf(&b, "program %q %q %q %v\n", s.ID, s.Lang, s.Code, s.Exec)
	}
	return b.String()
}

// checkLines fails where the filled deck lacks a line of the deck; an older output may be gone, and a
// line may have become two.
func checkLines(t *testing.T, src, got string) {
	t.Helper()
	if strings.Contains(src, "output") && !strings.Contains(src, "snippet_output") {
		return // perhaps an older one
	}
	apart := strings.NewReplacer("-->", "--> ")
	rest := apart.Replace(got)
	for word := range strings.FieldsSeq(apart.Replace(src)) {
		i := strings.Index(rest, word)
		if i < 0 {
			t.Errorf("%q is lost:\n%s\nfilled:\n%s", word, src, got)
			return
		}
		rest = rest[i+len(word):]
	}
}

// TestRefused has outputs that no fence can hold.
func TestRefused(t *testing.T) {
	const deck = "a\n\n>>>\n```bash +exec\n1\n```\n>>>\n"
	d := world{}.parse("deck.md", []byte(deck))
	if got, err := filled(printing(d, "fine\n"), ""); err != nil || !strings.Contains(got, "```output\nfine\n```\n>>>\n") {
		t.Errorf("%v:\n%s", err, got)
	}
	got, err := filled(printing(d, ">>>\n\n<!-- end_slide -->\n"), "")
	if err == nil || got != "" {
		t.Fatalf("written:\n%s", got)
	}
	if want := "deck.md:4:1: the output cannot be filled in here: the file would be a different deck"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if hint := err.(slides.Diags)[0].Hint; !strings.HasPrefix(hint, "give the program an id") {
		t.Errorf("hint %q", hint)
	}
}

// TestRefusedAmongMany finds the one output of many that cannot be filled in without parsing the deck
// once for each.
func TestRefusedAmongMany(t *testing.T) {
	const n, bad = 200, 150
	one := "```bash +exec\n1\n```\n\n"
	v := printing(world{}.parse("deck.md", []byte(strings.Repeat(one, bad)+">>>\n"+one+">>>\n\n"+strings.Repeat(one, n-bad))), "fine\n")
	s := v.Deck.Executable()[bad]
	v.Results[s.Key] = slides.Result{State: slides.Done, Status: slides.OK, Log: []slides.Chunk{{Data: []byte(">>>\n\n<!-- end_slide -->\n")}}}
	tries := 0
	err := md.Backend{Parse: func(src []byte, files map[string]*slides.File, o slides.Options) *slides.Deck {
		tries++
		return reparse(src, files, o)
	}}.Render(io.Discard, v)
	want := s.At.Pos.String() + ": the output cannot be filled in here: the file would be a different deck"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if tries > 15 {
		t.Errorf("the deck was parsed %d times", tries)
	}
}

func TestIncluded(t *testing.T) {
	const themed = "---\nauthor: me\ntheme:\n  override:\n    logo: {image: l.png}\n    fonts: {text: f.ttf}\n    footer: {style: template, left: {image: l.png}}\n    palette: {classes: {hot: {foreground: red}}}\n---\n\n<span class=hot>a</span>\n"
	tests := []struct {
		name string
		w    world
		want string
	}{
		{"lines of their own", world{"deck.md": "a\n<!-- include: p.md -->\nb\n", "p.md": "# H\n"}, "a\n# H\nb\n"},
		{"paragraphs stay apart", world{"deck.md": "a\n<!-- include: p.md -->\nb\n", "p.md": "c\n"}, "a\n\nc\n\nb\n"},
		{"on a line with a command", world{"deck.md": "<!-- pause --><!-- include: p.md --><!-- pause -->\nb\n", "p.md": "# H\n"},
			"<!-- pause -->\n# H\n<!-- pause -->\nb\n"},
		{"twice, with programs", world{"deck.md": "<!-- include: p.md -->\n\n<!-- include: p.md -->\n", "p.md": "```bash +exec\n1\n```\n"},
			"```bash +exec\n1\n```\nOUT\n\n```bash +exec\n1\n```\nOUT\n"},
		{"line endings", world{"deck.md": "a\r\n\r\n<!-- include: p.md -->\r\n", "p.md": "# H\n\nc\n"}, "a\r\n\r\n# H\r\n\r\nc\r\n"},
		{"byte order mark", world{"deck.md": "a\n\n<!-- include: p.md -->\n", "p.md": "\ufeff# H\n"}, "a\n\n# H\n"},
		{"files of the theme", world{"deck.md": themed, "l.png": "", "f.ttf": "OTTO"}, themed},
		{"not there", world{"deck.md": "a\n\n<!-- include: p.md -->\n"}, "a\n\n<!-- include: p.md -->\n"},
		{"paths", world{"deck.md": "<!-- include: s/p.md -->\n", "s/a b.png": "", "s/x.sh": "1", "s/e.env": "A=1",
			"s/p.md": "![](a%20b.png) ![](<a b.png>) [l](other.md#x) [m](https://e.org/) [n](#x) [r] [[wiki]] [[w|wiki]]\n\n" +
				"```file +exec\npath: \"x.sh\"\nlanguage: bash\n```\n\n```bash +exec +env:e.env\necho '![](a%20b.png)'\n```\n\n[r]: ../up.md\n"},
			"![](s/a%20b.png) ![](<s/a b.png>) [l](s/other.md#x) [m](https://e.org/) [n](#x) [r] [[wiki]] [[w|s/wiki]]\n\n" +
				"```file +exec\npath: s/x.sh\nlanguage: bash\n```\nOUT\n\n```bash +exec +env:s/e.env\necho '![](a%20b.png)'\n```\nOUT\n\n[r]: up.md\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := tt.w.parse("deck.md", []byte(tt.w["deck.md"]))
			got, err := filled(printing(d, "out\n"), "")
			if err != nil {
				t.Fatal(err)
			}
			if want := expand(tt.want, "```output\nout\n```"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			checkFilled(t, tt.w, []byte(tt.w["deck.md"]), hostile, true)
		})
	}
	open := world{"deck.md": "<!-- include: p.md -->\n\n# kept\n", "p.md": "# H\n\n```\nopen\n"}
	_, err := filled(printing(open.parse("deck.md", []byte(open["deck.md"])), ""), "")
	if err == nil || !strings.Contains(err.Error(), "cannot be written as one Markdown file") {
		t.Errorf("an open block swallows what follows: %v", err)
	}
}

// TestRedefined has an included file that defines what the deck's own links refer to: in one file
// the first definition is that of both.
func TestRedefined(t *testing.T) {
	const part = "inner\n\n[r]: "
	for _, text := range []string{"[r]", "**[the *site*][r]**", "- [r]\n", "| [r] |\n|---|\n", "[^n]: [r]\n"} {
		for theirs, lead := range map[string]bool{"http://other.example": true, "https://own.example 'title'": true,
			"https://own.example": false} {
			w := world{"deck.md": "<!-- include: p.md -->\n\n" + text + "\n\n[r]: https://own.example\n", "p.md": part + theirs + "\n"}
			got, err := filled(printing(w.parse("deck.md", []byte(w["deck.md"])), ""), "")
			switch {
			case lead && (err == nil || got != "" || !strings.HasPrefix(err.Error(), "deck.md:3:")):
				t.Errorf("%q leads to %s: %v\n%s", text, theirs, err, got)
			case !lead && err != nil:
				t.Errorf("%q leads where it did: %v", text, err)
			}
		}
	}
}

// TestBase writes the result into another folder.
func TestBase(t *testing.T) {
	w := world{"talks/deck.md": "![](i.png)\n\n```file +exec\npath: sub/x.sh\nlanguage: bash\n```\n\n<!-- include: sub/p.md -->\n",
		"talks/i.png": "", "talks/sub/x.sh": "1", "talks/sub/p.md": "![](../i.png) [l](/abs) [m](q.md)\n"}
	for base, want := range map[string]string{
		"":           "![](i.png)\n\n```file +exec\npath: sub/x.sh\nlanguage: bash\n```\nOUT\n\n![](i.png) [l](/abs) [m](sub/q.md)\n",
		"..":         "![](../i.png)\n\n```file +exec\npath: ../sub/x.sh\nlanguage: bash\n```\nOUT\n\n![](../i.png) [l](/abs) [m](../sub/q.md)\n",
		"../my talk": "![](../my%20talk/i.png)\n\n```file +exec\npath: '../my talk/sub/x.sh'\nlanguage: bash\n```\nOUT\n\n![](../my%20talk/i.png) [l](/abs) [m](../my%20talk/sub/q.md)\n",
	} {
		d := w.parse("talks/deck.md", []byte(w["talks/deck.md"]))
		got, err := filled(printing(d, "out\n"), base)
		if err != nil {
			t.Errorf("%q: %v", base, err)
			continue
		}
		if want := expand(want, "```output\nout\n```"); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", base, got, want)
		}
	}
	env := world{"deck.md": "```bash +exec +env:e.env\n1\n```\n", "e.env": "A=1"}
	d := env.parse("deck.md", []byte(env["deck.md"]))
	if _, err := filled(printing(d, "out\n"), "../my talk"); err == nil || !strings.Contains(err.Error(), "deck.md:1:1") {
		t.Errorf("+env takes no path with a blank: %v", err)
	}
}

// FuzzFill fills any deck with any output.
func FuzzFill(f *testing.F) {
	for _, deck := range []string{
		"S\n===\n\n```bash +exec\n1\n```\nb\n", "- a\n\n  ```bash +exec\n  1\n  ```\n  ```output\n  old\n  ```\n- b\n",
		"> ```bash +exec +id:x\n> 1\n> ```\n\n<!-- snippet_output: x --> <!-- pause --> text\n",
		">>>\n```bash +exec\n1\n```\n>>>\n", "[^1]: ```bash +exec\n    1\n    ```\n", "<!-- include: p.md -->\ntext\n",
		"```bash +exec\r\n1\r\n```\r\n\r\n<!-- end_slide -->\r\n", "1. > - ~~~bash +exec\n   >   1\n   >   ~~~\n",
		"<!-- skip_slide -->\n<!-- include: p.md -->\n<!-- end_slide -->\n<!-- include: p.md --> <!-- include: p.md -->\n",
		"<details>\n\n```bash +exec\n1\n```\n</details>\n", "\t- ```bash +exec\n", "---\ntitle: x\n---\n<!-- include: q.md -->\n",
		"-\t```bash +exec\n\t1\n\t```\n* * *\n", "a\n```bash +exec\n1\n````\n```output\n```\n```output\n```\n",
	} {
		for _, out := range []string{"", "out", hostile, "    x\n\ty\n", "`````\n~~~\n", "\r\r\n\x00\xff", ">>>\n"} {
			f.Add(deck, out)
		}
	}
	w := world{"p.md": "```bash +exec\n2\n```\n", "q.md": "---\noptions:\n  end_slide_shorthand: true\n---\n# H\n", "a.png": ""}
	f.Fuzz(func(t *testing.T, deck, out string) { checkFilled(t, w, []byte(deck), out, false) })
}
