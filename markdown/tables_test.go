package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

func TestCommandTable(t *testing.T) {
	files := map[string]string{"part.md": "a part\n"}
	for _, c := range commandTable() {
		t.Run(c.name, func(t *testing.T) {
			if c.doc == "" || c.example == "" || (c.param == "") != (c.arg == argNone) {
				t.Errorf("incomplete: %+v", c)
			}
			before := ""
			if c.name == "column" {
				before = "<!-- column_layout: [1, 1] -->\n"
			}
			src := before + "<!-- " + c.example + " -->\n\n<!-- reset_layout -->\n```bash +exec +id:hello\n```\n<!-- snippet_output: hello -->\n<!-- end_slide -->\nend\n"
			if d := parse(t, src, files); len(d.Diags) > 0 {
				t.Errorf("example %q: %v", c.example, d.Diags)
			}
			wrong := c.name[:len(c.name)-1]
			d := parse(t, "<!-- "+wrong+" -->\n", nil)
			_, known := newBuilder(Config{}).commands[wrong] // new_line is new_lines less a letter
			if !known && (len(d.Diags) != 1 || !strings.Contains(d.Diags[0].Hint, "did you mean")) {
				t.Errorf("%q: no suggestion in %v", wrong, d.Diags)
			}
			if c.arg == argNone || c.arg == argMost {
				return
			}
			if d := parse(t, "<!-- "+c.name+" -->\n", nil); !d.Diags.Failed() {
				t.Errorf("%s without an argument is accepted", c.name)
			}
		})
	}
}

func TestAttributeTable(t *testing.T) {
	files := map[string]string{"demo.env": "A=b\n"}
	for _, a := range attributeTable() {
		t.Run(a.name, func(t *testing.T) {
			if a.doc == "" || a.example == "" || (a.param == "") != (a.arg == attrFlag) {
				t.Errorf("incomplete: %+v", a)
			}
			after := ""
			if a.name == "id" {
				after = "<!-- snippet_output: hello -->\n"
			}
			if d := parse(t, "```"+a.example+"\n```\n"+after, files); len(d.Diags) > 0 {
				t.Errorf("example %q: %v", a.example, d.Diags)
			}
			if a.name == groupsName {
				return
			}
			wrong := "+" + a.name[:len(a.name)-1]
			d := parse(t, "```bash "+wrong+"\n```\n", nil)
			if len(d.Diags) != 1 || !strings.Contains(d.Diags[0].Hint, "did you mean") && len(wrong) > 3 {
				t.Errorf("%q: no suggestion in %v", wrong, d.Diags)
			}
		})
	}
}

func TestOptionTable(t *testing.T) {
	for _, o := range optionTable() {
		t.Run(o.name, func(t *testing.T) {
			if o.doc == "" || o.param == "" {
				t.Errorf("incomplete: %+v", o)
			}
			d := parse(t, "---\noptions:\n  "+o.name+": "+o.example+"\n---\n", nil)
			if len(d.Diags) > 0 {
				t.Errorf("example: %v", d.Diags)
			}
			plain := slides.Options{ImageAttributesPrefix: "image:", ListItemNewlines: 1}
			if got := fmt.Sprintf("%+v", d.Meta.Options); got == fmt.Sprintf("%+v", plain) {
				t.Errorf("example changes nothing")
			}
			if d := parse(t, "---\noptions:\n  "+o.name+"x: 1\n---\n", nil); !strings.Contains(d.Diags[0].Hint, o.name) {
				t.Errorf("no suggestion in %v", d.Diags)
			}
		})
	}
}

func TestMetaTable(t *testing.T) {
	for _, k := range metaTable() {
		t.Run(k.name, func(t *testing.T) {
			d := parse(t, "---\n"+k.example+"\n---\n", nil)
			if len(d.Diags) > 0 || k.doc == "" {
				t.Errorf("example: %v", d.Diags)
			}
			if intro := d.Slides[0].Intro; intro != k.intro {
				t.Errorf("intro slide %t, want %t", intro, k.intro)
			}
		})
	}
}

// TestReference compares the reference in docs with what the tables say.
func TestReference(t *testing.T) {
	golden.Check(t, *update, "../docs/dialect.md", reference())
}

func reference() string {
	var b strings.Builder
	b.WriteString(referenceIntro)
	section := func(title, intro string, docs []Doc) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| name | takes | what it does | example |\n|---|---|---|---|\n", title, intro)
		for _, d := range docs {
			cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", cell(d.Name), cell(d.Argument), cell(d.Doc), code(cell(d.Example)))
		}
	}
	section("Comment commands", commandsIntro, Commands())
	section("Code blocks", attributesIntro, Attributes())
	b.WriteString(expectations)
	b.WriteString(outputs)
	section("Front matter", metaIntro, Meta())
	section("Options", "The keys below `options:` in the front matter. They are always strict: an unknown one is an error.\n\n"+
		"Options may also stand below `options:` in your configuration of presenterm, in `presenterm.yaml` beside the deck and in\n"+
		"`slidexec.yaml` ([keys.md](keys.md#other-keys) says where they are). Each file decides over those before, and the front matter over\n"+
		"all. Options in the front matter travel with the deck; those of your own configuration hold on your machine alone, for every\n"+
		"deck that says nothing else. `slidexec inspect` lists the options that are set, and where.", Options())
	b.WriteString(textIntro)
	b.WriteString(mistakes)
	return b.String()
}

// code wraps text that may hold backticks.
func code(s string) string {
	if strings.Contains(s, "`") {
		return "```` " + s + " ````"
	}
	return "`" + s + "`"
}

const referenceIntro = `# The deck dialect

A deck is a Markdown file. It is CommonMark with tables, strikethrough, footnotes and alerts. Comments
cut it into slides and steps, and words behind a code block's language say how its program runs.
The tables on this page are generated from those of the parser.

A slide's title is text underlined with ` + "`===` or `---`" + `, and is shown where it stands. A slide ends at
` + "`<!-- end_slide -->`" + `. A deck without any slide end is one slide.

## Not built yet

slidexec reads everything on this page. These parts of presenterm's dialect do less than their names promise:

| in a deck | today |
|---|---|
| ` + "`font_size`" + ` | works in the browser, and in ` + "`present`" + ` where the terminal can enlarge text (kitty 0.40 and newer) |
| the configuration file of presenterm | ` + "`present`" + ` reads keys, transitions and some defaults, and every command reads ` + "`options`" + `; ` + "`defaults: incremental_lists`" + ` is not read |
`

const expectations = "\n" +
	"`+expect` announces how the program ends. Any other ending is marked ✗ on the slide, counts as a failure in `check`,\n" +
	"and makes `render`, `run` and `check` end with exit status 1.\n" +
	"\n" +
	"| `+expect:` | the program |\n" +
	"|---|---|\n" +
	"| `success` | ends with exit status 0; programs without `+expect` are expected to |\n" +
	"| `failure` | runs and fails: it ends with another exit status than 0, or by a signal; exit status 127 does not count, because it means that a command is missing |\n" +
	"| `build` | does not compile |\n" +
	"| `exit=N` | ends with exit status N, from 0 to 255 |\n" +
	"| `signal=NAME` | is ended by that signal, as in `signal=SIGSEGV` or `signal=segv`; a shell whose command is ended by a signal ends with an exit status instead, here `exit=139` |\n" +
	"| `timeout` | runs until a time limit ends it |\n" +
	"\n" +
	"Limits other than time, anything that the sandbox refuses, and missing tools are always failures. A block with\n" +
	"`+image` also fails where its program prints no picture, or a damaged one.\n" +
	"\n" +
	"Messages of compilers and interpreters name lines of the program. Slides count the lines of the block as the audience\n" +
	"sees them, and call a line that is not shown a hidden line. `run`, `check` and JSON name the lines of the deck.\n"

const commandsIntro = "A comment on lines of its own is a command: a word, or a word and its argument as YAML (`word: argument`).\n" +
	"White space around it is free, and so are line breaks where YAML allows them. An argument that contains a colon and a\n" +
	"space, or ` #`, needs quotes. Comments that begin with `//`, fold markers and `vim:` lines are ignored."

const attributesIntro = "The language comes first, then attributes in any order, separated by spaces. Code runs in the sandbox. Lines that\n" +
	"begin with the hidden-line prefix of their language (`/// ` in most, `# ` in Rust) are part of the program and not\n" +
	"shown.\n\n" +
	"`+exec:EXECUTOR` runs the code in another way than is usual for its language: `rust +exec:rust-script` with crates,\n" +
	"`js +exec:deno` with Deno. [languages.md](languages.md) lists the languages with their aliases, hidden-line prefixes\n" +
	"and executors."

const outputs = "\nA block of the language `file` shows another file. Its lines are YAML: `path`, `language`\n" +
	"and, if wanted, `start_line` and `end_line`, counted from 1 and both included.\n\n" +
	"Paths in includes, `file` blocks, `+env` and pictures begin in the folder of the file that has them. They must stay in\n" +
	"the deck's folder: slidexec follows no links out of it, and opens no files whose names stand for secrets, such as\n" +
	"`.env`. `--allow read=PATH` opens more ([permissions](permissions.md#what-slidexec-opens-for-a-deck)).\n\n" +
	"A block of the language `output` right behind a program or a `snippet_output` comment is the output that an\n" +
	"earlier export filled in. It is not shown, and the next export replaces it. Where the program stands in a list item, a\n" +
	"quote or a footnote, the block stands in the same one. A block without a closing fence is an error, and nothing is\n" +
	"filled in.\n" +
	"\n" +
	"`render -t md` fills in each output below its placeholder, or below its program if that has no id. Outputs in list\n" +
	"items and quotes are indented like their placeholder. The fence is longer than any in the output. Text behind a\n" +
	"placeholder moves to the next line. Included files take the place of their comments. With `-o` in\n" +
	"another folder, paths of pictures, links, `file` blocks and `+env` are rewritten for that folder; programs still find\n" +
	"files beside the deck that they run in. The result is parsed before it is written: unless it has the same slides,\n" +
	"commands, snippets and programs as the deck, nothing is written and an error names the place.\n"

const metaIntro = "YAML between two lines of `---` at the very beginning of the deck. A title, an author or one\n" +
	"of their kind makes an intro slide."

const textIntro = "\n## Text\n\n" +
	"| what | how |\n|---|---|\n" +
	"| strikethrough | `~~text~~` or `~text~` |\n" +
	"| superscript | `^text^` or `<sup>text</sup>` |\n" +
	"| other tags | `<b>`, `<strong>`, `<i>`, `<em>`, `<s>`, `<del>`, `<code>`, `<sub>`, `<u>`, `<kbd>`, `<mark>` and `<br>`; any other tag is shown as text, with a warning |\n" +
	"| colours | `<span style=\"color: red; background-color: #202020\">`, a palette colour as `palette:NAME`, " +
	"a palette class as `<span class=\"NAME\">` |\n" +
	"| line break | `\\` or two spaces at the end of a line |\n" +
	"| wikilink | `[[title\\|url]]` |\n" +
	"| footnote | `text[^1]` and, where the note is to stand, `[^1]: note`; with `common_markdown: true` it stands below each slide that refers to it |\n" +
	"| task, emoji, bare link | `- [x] done`, `:tada:` and `https://example.org` with `common_markdown: true`; as they are written without |\n" +
	"| quote | lines that begin with `>`, or lines between two lines of `>>>` |\n" +
	"| alert | `> [!note]`, with a title behind it if wanted; also `tip`, `important`, `warning` and `caution` |\n" +
	"| picture | `![](file.png)`, `![image:width:50%](file.png)` |\n"

const mistakes = "\n## Mistakes\n\n" +
	"Every deck is shown, whatever mistakes it has. slidexec reports an error with its place, shows it on its slide, and\n" +
	"shows the rest as if the mistake were not there. A warning says that something may not be shown as its author meant:\n" +
	"a program with an `+id` that no `snippet_output` names, for example, runs, and no slide shows its output.\n" +
	"\n## Differences to presenterm\n\n" +
	"A deck of presenterm shows the same slides in the same steps, except for these:\n\n" +
	"* A deck with mistakes is shown, and each mistake stands at its place; presenterm refuses the deck.\n" +
	"* Key presses that would show nothing, as where a pause meets an incremental list, are left out.\n" +
	"* A `snippet_output` after a pause has a step of its own.\n" +
	"* `[[title|url]]` shows the title.\n" +
	"* Programs run in a sandbox (docs/permissions.md).\n" +
	"* Built-in themes have colours of their own under the names of presenterm's, and themes can have more keys (docs/themes.md).\n"

func TestNearest(t *testing.T) {
	tests := []struct{ word, want string }{
		{"paus", "pause"}, {"Pause", "pause"}, {"endslide", "end_slide"}, {"colum", "column"},
		{"speakernote", "speaker_note"},
		{"puase", "pause"}, {"hello", ""}, {"", ""}, {"TODO", ""}, {strings.Repeat("x", 100), ""},
	}
	names := newBuilder(Config{}).commandNames()
	for _, tt := range tests {
		if got := text.Nearest(tt.word, names); got != tt.want {
			t.Errorf("nearest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
	if !slices.IsSorted(names) {
		t.Error("names are not sorted")
	}
}

// Doc describes an entry of one of the dialect's tables, for the reference and for completions.
type Doc struct {
	Name     string
	Argument string // what it takes, "" for nothing
	Doc      string
	Example  string
}

// Commands describes the comment commands, in the order of the table.
func Commands() []Doc {
	var out []Doc
	for _, c := range commandTable() {
		name := c.name
		if c.alias != "" {
			name += ", " + c.alias
		}
		out = append(out, Doc{name, c.param, c.doc, "<!-- " + c.example + " -->"})
	}
	return out
}

// Attributes describes the attributes of code blocks.
func Attributes() []Doc {
	var out []Doc
	for _, a := range attributeTable() {
		param := a.param
		if a.arg == attrOpt {
			param += " (optional)"
		}
		out = append(out, Doc{attrName(a.name), param, a.doc, "```" + a.example})
	}
	return out
}

// Options describes the options of the front matter.
func Options() []Doc {
	var out []Doc
	for _, o := range optionTable() {
		out = append(out, Doc{o.name, o.param, o.doc, o.name + ": " + o.example})
	}
	return out
}

// Meta describes the keys of the front matter.
func Meta() []Doc {
	var out []Doc
	for _, k := range metaTable() {
		out = append(out, Doc{k.name, k.param, k.doc, k.example})
	}
	return out
}
