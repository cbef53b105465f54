package code

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// samples is code in the languages that talks are full of.
var samples = map[string]string{
	"rust":   "// === USER NAMESPACE ===\nlet uid_map = format!(\"0 {} 1\", nix::unistd::getuid());\n\nunshare(CloneFlags::CLONE_NEWUSER).context(\"Failed\\n\")?;\nfn f<'a>(x: &'a str) -> Result<u8> { Ok(0x1f) }",
	"go":     "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfor i := range 3 { // three times\n\t\tfmt.Println(\"hello\", i, nil)\n\t}\n}",
	"python": "@cache\ndef fib(n: int) -> int:\n    \"\"\"Slow.\n    Very.\"\"\"\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\nprint(f\"{fib(10)=}\")",
	"bash":   "for f in *.txt; do\n  echo \"$f: $(wc -l <\"$f\")\"  # lines\ndone\ncat <<EOF\nhello\nEOF",
	"c":      "#include <stdio.h>\n\nint main(void) {\n\tprintf(\"%d\\n\", 42);\n\treturn 0;\n}",
	"cpp":    "template <class T> T twice(T x) { return x + x; }\nauto s = R\"(raw\n\"string)\";",
	"js":     "const add = (a, b) => a + b;\nconsole.log(`sum: ${add(1, 2)}`); /* done\n*/",
	"yaml":   "title: talk\nlist:\n  - a: 1\n  - b: true",
	"json":   "{\"a\": [1, 2, null]}",
	"html":   "<p class=\"x\">a &amp; b</p><script>let x = 1</script>",
	"diff":   "@@ -1 +1 @@\n-old\n+new",
}

func TestHighlightKeepsText(t *testing.T) {
	hard := []string{"", "\n", "\n\n\n", "\"", "'''", "/*", "\t \t", "é 日本 👩\u200d🚀", "a\rb", "\xff\xfe", "\x00\x1b[m", "\u2028", "#!/bin/sh\n\\", "  \n  x"}
	langs := []string{"", "nosuch", "rust-script", "../x", "*", "Makefile", "php", "erb", "markdown", "console", "tex"}
	for lang, code := range samples {
		langs, hard = append(langs, lang), append(hard, code)
	}
	var h Highlighter
	for _, lang := range langs {
		for _, code := range hard {
			lines := strings.Split(code, "\n")
			checkTokens(t, lang, lines, h.Highlight(lang, lines))
		}
	}
}

func checkTokens(t *testing.T, lang string, lines []string, got [][]Token) {
	t.Helper()
	if len(got) != len(lines) {
		t.Errorf("%s: %d lines of %d", lang, len(got), len(lines))
		return
	}
	for i, tokens := range got {
		var b strings.Builder
		for _, tok := range tokens {
			if tok.Text == "" {
				t.Errorf("%s: an empty token in %q", lang, lines[i])
			}
			b.WriteString(tok.Text)
		}
		if b.String() != lines[i] {
			t.Errorf("%s: line %d is %q, want %q", lang, i+1, b.String(), lines[i])
		}
	}
}

func TestHighlightClasses(t *testing.T) {
	tests := []struct{ lang, code, want string }{
		{"rust", `let x = "a\n"; // c`, `keyword:let|x|=|string:"a|escape:\n|string:"|;|comment:// c`},
		{"rust-script", `fn main() {}`, `keyword:fn|function:main|() {}`},
		{"py", "@cache\ndef f(): return 1", `attribute:@cache|keyword:def|function:f|():|keyword:return|number:1`},
		{"golang", "func f() error { return nil }", `keyword:func|function:f|()|type:error|{|keyword:return|constant:nil|}`},
		{"text", "if x: y", "if x: y"},
		{"diff", "-a\n+b", "deleted:-a|inserted:+b"},

		// quotes that are none, and # within words
		{"bash", "echo This isn\\'t one\necho more", `echo This isn\'t one|echo more`},
		{"bash", `echo 'a'\''b'; $'c\'d' e`, `echo|string:'a'|\'|string:'b'|;|string:$'c|escape:\'|string:d'|e`},
		{"zsh", "curl x/#y # c", "curl x|/|#y|comment:# c"},
		{"fish", `echo 'it\'s' isn\'t # c`, `echo|string:'it|escape:\'|string:s'|isn\'t|comment:# c`},
		{"yaml", "a: it's fine\nb: 'it''s'\n- don't # c", "attribute:a|: it's fine|attribute:b|:|string:'it''s'|-|don't|comment:# c"},
		{"yaml", "u: http://x/#y\nt: !tag 'y'\nl: ['a', \"b\"]", `attribute:u|: http://x/#y|attribute:t|:|!|tag|string:'y'|attribute:l|: [|string:'a'|,|string:"b"|]`},
		{"makefile", "U = http://x/#y\n\t@echo it's # c\n.PHONY: all", "attribute:U|=|http:|//|x/#y|@echo it's|comment:# c|attribute:.PHONY|: all"},
		{"dockerfile", "RUN add it's && \\\n  user add\nADD 'x' y", "keyword:RUN|add it's|&&|\\|user add|keyword:ADD|string:'x'|y"},
		{"perl", "$x = q{it's}; s/it's/x/g; (y => 1)", "constant:$x|=|string:q{it's}|;|string:s/it's/x/g|; (y|=>|number:1|)"},
		{"perl", "qw{a\nb} s{a}{b} q(x", "string:qw{a|string:b} s{a}{b} q(x"},
		{"julia", "a' * b + c'x'; d = 'x'", "a'|*|b|+|c'x'; d|=|string:'x'"},
		{"dotenv", "A=it's\nB='x y' # c", "attribute:A|=|it's|attribute:B|=|string:'x y'|comment:# c"},
		{"sql", "select 'it''s' as x -- it's", "keyword:select|string:'it''s'|keyword:as|x|comment:-- it's"},
		{"scss", "b: url(http://x); // c", "attribute:b|:|function:url|(http:|//|x);|comment:// c"},

		{"php", `'it\'s' . "a $b {$c} \$d"`, `string:'it|escape:\'|string:s'|.|string:"a|constant:$b|string:{|constant:$c|string:}|escape:\$|string:d"`},
		{"jsx", "<p>It's</p>; x = 'y'; return'z'", "<|p|>|It's|</|p|>|; x|=|string:'y'|;|keyword:return|string:'z'"},

		// comments in comments, and those of several lines
		{"ocaml", "(* a (* b *) c *) d", "comment:(* a (* b *) c *)|d"},
		{"c", "/* a /* b */ d", "comment:/* a /* b */|d"},
		{"perl", "=pod\n\nx 1\n\n=cut\n$y", "comment:=pod|comment:x 1|comment:=cut|constant:$y"},
		{"ruby", "=begin\nx\n=end\ny", "comment:=begin|comment:x|comment:=end|y"},

		// code in strings, values without quotes, characters and numbers
		{"python", `f"{x!r:>8} {{1}} {d['k']}"`, `string:f"|escape:{|x|escape:!r:>8} {{|string:1|escape:}} {|d[|string:'k'|]|escape:}|string:"`},
		{"dart", `'$x ${y + 1} \$z'`, `string:'|constant:$x|escape:${|y|+|number:1|escape:} \$|string:z'`},
		{"yaml", "a: 1.2.3\nb: [no, no way, -2.5]\nc: |\n  x: 1\n\n  y\nd: 3", "attribute:a|: 1.2.3|attribute:b|: [|constant:no|, no way,|number:-2.5|]|attribute:c|:|||string:x: 1|string:y|attribute:d|:|number:3"},
		{"erlang", "$x, $\\n, 16#ff", "string:$x|,|string:$\\n|,|number:16#ff"},
		{"racket", `#\space (f #\x)`, `string:#\space|(f|string:#\x|)`},
		{"verilog", "8'hFF + 'b0", "number:8'hFF|+|number:'b0"},
		{"ruby", "%w[a b] x % 2 { k: 1 }", "string:%w[a b]|x|%|number:2|{|constant:k|:|number:1|}"},
		{"elixir", `~s(a) do: ~r/x/i`, `string:~s(a)|constant:do|:|string:~r/x/i`},
		{"css", "a#fade { b: #fade -1px }", "a#fade { b:|number:#fade -1px|}"},

		// languages with a scanner or a rule of their own
		{"latex", "\\begin{a} 1\\% $x$ % c\ncost $5", "keyword:\\begin|{|type:a|} 1|escape:\\%|string:$x$|comment:% c|cost $5"},
		{"html", "<script>let x = '<b>'</script><p>", "tag:<script>|keyword:let|x|=|string:'<b>'|tag:</script><p>"},
		{"svelte", "{#if a > 1}<b c={d}>x</b>{/if}", "{|keyword:#if|a|>|number:1|}|tag:<b|attribute:c|=|{|d|}|tag:>|x|tag:</b>|{|keyword:/if|}"},
		{"vue", "<p d=e>{{ f }} 'g", "tag:<p|attribute:d|=|string:e|tag:>|{{|f|}}|'g"},
		{"markdown", "# a\n- b `c`\n```js\nlet d\n```\ne", "title:# a|keyword:-|b|string:`c`|attribute:```js|keyword:let|d|attribute:```|e"},
		{"vue", "<style>a { b: 1px }</style>", "tag:<style>|a { b:|number:1px|}|tag:</style>"},
		{"asp", "<% Dim x ' it's\n%><p>", "attribute:<%|keyword:Dim|x|comment:' it's|attribute:%>|tag:<p>"},
		{"bat", "REM it's\nset X=%PATH%", "comment:REM it's|keyword:set|X|=|constant:%PATH%"},
		{"ada", "x := Y'Length; -- it's", "x :|=|Y|attribute:'Length|;|comment:-- it's"},
		{"awk", "/it's/ { print $1 } # c", "string:/it's/|{|keyword:print|constant:$1|}|comment:# c"},
		{"tcl", "puts {it's} ;# c", "keyword:puts|{it's} ;|comment:# c"},
		{"typst", "#let x = 1 // c\nhttps://a", "keyword:#let|x|=|number:1|comment:// c|https://a"},
		{"typst", "for 2 in it\n= A #b\n#f(x: 1)[if #y 3] <l> @l", "for 2 in it|title:= A #b|function:#f|(x:|number:1|)[if|function:#y|3]|attribute:<l> @l"},
		{"typst", "#if a { \"b\" } else [c for\n#d.e(2)] `f`", "keyword:#if|a {|string:\"b\"|}|keyword:else|[c for|function:#d|.|function:e|(|number:2|)]|string:`f`"},
		{"verilog", "always @(posedge c) q <= 1; // c", "keyword:always|@(|keyword:posedge|c) q|<=|number:1|;|comment:// c"},
		{"crontab", "*/5 * * * mon it's", "*/|number:5|* * *|constant:mon|it's"},
		{"mermaid", "graph TD %% it's", "keyword:graph|constant:TD|comment:%% it's"},
		{"d2", "a: it's # c", "attribute:a|: it's|comment:# c"},
	}
	for _, tt := range tests {
		var got []string
		for _, line := range (*Highlighter)(nil).Highlight(tt.lang, strings.Split(tt.code, "\n")) {
			for _, tok := range line {
				text := strings.TrimSpace(tok.Text)
				if tok.Class != Unmarked && tok.Class != Operator {
					text = string(tok.Class) + ":" + text
				}
				got = append(got, text)
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", tt.lang, tt.code, diff)
		}
	}
}

func TestHighlightBounds(t *testing.T) {
	for name, lines := range map[string][]string{
		"long line": {strings.Repeat("a(", maxCodeLine)},
		"long code": strings.Split(strings.Repeat("x = 1\n", maxCode/4), "\n"),
		"brackets":  strings.Split(strings.Repeat(strings.Repeat("[(", 1000)+"\n", 3), "\n"),
		"quotes":    {strings.Repeat(`"\`, 2000)},
		"unclosed":  strings.Split(strings.Repeat("q{ <script><% $a 'b !c\n", maxCode/32), "\n"),
	} {
		for _, lang := range []string{"python", "js", "cpp", "perl", "html", "latex", "yaml", "docker"} {
			checkTokens(t, name+" "+lang, lines, new(Highlighter).Highlight(lang, lines))
		}
	}
}

// TestColours: each language of the table is coloured or said to be plain, and no way of colouring is
// without a language.
func TestColours(t *testing.T) {
	used := map[string]bool{"vb": true, "scss": true, "typescript": true} // within pages
	for _, l := range lang.All() {
		used[l.Colour] = true
		if syntaxes[l.Colour] == nil != (l.Colour == lang.Plain) {
			t.Errorf("%s is coloured as %q, which there is not", l.Name, l.Colour)
		}
		for _, name := range append([]string{l.Name}, l.Aliases...) {
			if findSyntax(name) != syntaxes[l.Colour] {
				t.Errorf("%q is not coloured as %q", name, l.Colour)
			}
		}
	}
	for name := range syntaxes {
		if !used[name] {
			t.Errorf("no language is coloured as %q", name)
		}
	}
}

func TestHighlightConcurrently(t *testing.T) {
	var h Highlighter
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for lang, code := range samples {
				lines := strings.Split(code, "\n")
				checkTokens(t, lang, lines, h.Highlight(lang, lines))
			}
		})
	}
	wg.Wait()
}

func TestHighlighterForgets(t *testing.T) {
	var h Highlighter
	keep := []string{"keep = 1"}
	big := strings.Repeat("x = 1\n", 40_000)
	for i := range 3 * maxCached / len(big) {
		h.remember(codeKey{nil, fmt.Sprint(i, big)}, nil)
		h.Highlight("python", keep)
	}
	if n := len(h.now) + len(h.old); n > 2*maxCached/len(big)+8 {
		t.Errorf("%d entries are remembered", n)
	}
	if _, ok := h.recall(codeKey{syntaxes["python"], "keep = 1\n"}); !ok {
		t.Error("what is asked for all the time was forgotten")
	}
}

// FuzzHighlight: whatever the code is, its tokens are the code, in each language.
func FuzzHighlight(f *testing.F) {
	ways := slices.Sorted(maps.Keys(syntaxes))
	for i, way := range ways {
		f.Add(byte(i), samples[way])
		f.Add(byte(i), corpus(way))
	}
	for unit := range strings.FieldsSeq(hostile) {
		f.Add(byte(len(unit)), strings.Repeat(unit, 40))
	}
	f.Fuzz(func(t *testing.T, way byte, code string) {
		name := ways[int(way)%len(ways)]
		lines := strings.Split(code, "\n")
		checkTokens(t, name, lines, tokenise(syntaxes[name], code+"\n", len(lines)))
	})
}

// hostile are beginnings of something whose end is missing.
const hostile = "q{ <script> <% $' ' \" \"\\ ` ${ $( #{ {{ {% %w[ %( ~w( / /* /*/* (* {- #= #| /+ <<A | [| @\" \"\"\" ''' ||| =begin" +
	" ``` <a <a= <a{ {# $ $$ \\begin{ %~ %% R\" r#\" f\"{ f\"{a: 1-1 1e+ 0x #ff <![CDATA[ <!-- & s/ m{ tr( 'a \\x{ [[ --[[ $\"( #\\ 16# f'{f\"{" +
	" \"${\"${ /[ #[ <<<<"

// BenchmarkHostile gives the time per byte of hostile code at two lengths. It must not grow with the length.
func BenchmarkHostile(b *testing.B) {
	for _, way := range slices.Sorted(maps.Keys(syntaxes)) {
		for unit := range strings.FieldsSeq(hostile) {
			line := strings.Repeat(unit, maxCodeLine/len(unit)) + "\n"
			for _, size := range []int{maxCode / 8, maxCode / 2} {
				code := strings.Repeat(line, size/len(line))
				b.Run(fmt.Sprintf("%s/%s/%d", way, strings.ReplaceAll(unit, "/", "÷"), size), func(b *testing.B) {
					b.SetBytes(int64(len(code)))
					for b.Loop() {
						tokenise(syntaxes[way], code, 0)
					}
				})
			}
		}
	}
}

// codeDeck returns a deck of n different code blocks.
func codeDeck(n int) *slides.Deck {
	d := &slides.Deck{}
	langs := []string{"rust", "go", "python", "bash", "c", "js"}
	for i := range n {
		lang := langs[i%len(langs)]
		s := &slides.Snippet{Lang: lang, Code: samples[lang]}
		s.Show.Lines = append(strings.Split(samples[lang], "\n"), fmt.Sprint(i))
		d.Snippets = append(d.Snippets, s)
	}
	return d
}

func BenchmarkPrepare(b *testing.B) {
	d := codeDeck(1000)
	new(Highlighter).Prepare(d) // compiles the lexers
	for b.Loop() {
		new(Highlighter).Prepare(d)
	}
}
