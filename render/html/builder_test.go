package html

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

func TestEscape(t *testing.T) {
	tests := []struct{ name, in, text, code string }{
		{"plain", "a b", "a b", "a b"},
		{"markup", `<a href="x" id='y'>&amp;`, "&lt;a href=&#34;x&#34; id=&#39;y&#39;&gt;&amp;amp;", "&lt;a href=&#34;x&#34; id=&#39;y&#39;&gt;&amp;amp;"},
		{"space", "a\tb\nc", "a\tb\nc", "a\tb\nc"},
		{"control", "a\x00b\rc\x1b[0m\x7f", "a\uFFFDb\uFFFDc\uFFFD[0m\uFFFD", "a\uFFFDb\uFFFDc\uFFFD[0m\uFFFD"},
		{"C1", "a\u0085\u009b", "a\uFFFD\uFFFD", "a\uFFFD\uFFFD"},
		{"broken", "a\xffb\xe2\x82", "a\uFFFDb\uFFFD\uFFFD", "a\uFFFDb\uFFFD\uFFFD"},
		{"no characters", "\uFFFE\uFFFF\U0001FFFE\uFDD0", "\uFFFD\uFFFD\uFFFD\uFFFD", "\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"order", "a\u202Eb\u2066c", "a\u202Eb\u2066c", "a\uFFFDb\uFFFDc"},
		{"other scripts", "日本 🎉 é", "日本 🎉 é", "日本 🎉 é"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(appendEscaped(nil, tt.in, false)); got != tt.text {
				t.Errorf("text(%q) = %q, want %q", tt.in, got, tt.text)
			}
			if got := string(appendEscaped(nil, tt.in, true)); got != tt.code {
				t.Errorf("code(%q) = %q, want %q", tt.in, got, tt.code)
			}
		})
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("<a href=\"javascript:alert(1)\" 'x'>&\x00\x1b\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		for _, program := range []bool{false, true} {
			got := string(appendEscaped(nil, s, program))
			if strings.ContainsAny(got, "<>\"'") || !utf8.ValidString(got) {
				t.Errorf("escaped %q = %q", s, got)
			}
			if err := checkMarkup("<p class=\"" + got + "\"></p>"); err != nil && !strings.Contains(err.Error(), "class") {
				t.Errorf("%q as an attribute: %v", s, err)
			}
			if err := checkMarkup("<p>" + got + "</p>"); err != nil {
				t.Errorf("%q as text: %v", s, err)
			}
		}
	})
}

// TestMarkupIsConstant makes sure that nothing is converted to markup but constants, so that no
// text can be written without being escaped, and that buf is appended to in builder.go only, and
// where base64 is.
func TestMarkupIsConstant(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "markup" && !isLiteral(n.Args[0]) {
					t.Errorf("%s: conversion to markup", set.Position(n.Pos()))
				}
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					sel, ok := l.(*ast.SelectorExpr)
					if ok && sel.Sel.Name == "buf" && name != "builder.go" && !allowedWrite(n.Rhs[i]) {
						t.Errorf("%s: writes around the builder", set.Position(n.Pos()))
					}
				}
			}
			return true
		})
	}
}

func isLiteral(e ast.Expr) bool {
	_, ok := e.(*ast.BasicLit)
	return ok
}

// allowedWrite reports whether an expression is base64.
func allowedWrite(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	return ok && f.Sel.Name == "AppendEncode"
}

func TestExternal(t *testing.T) {
	tests := []struct {
		dest string
		want bool
	}{
		{"https://example.org/a?b=c#d", true},
		{"HTTP://example.org", true},
		{"mailto:a@example.org", true},
		{"", false},
		{"https://", false},
		{"javascript:alert(1)", false},
		{"JaVaScRiPt:alert(1)", false},
		{"java\nscript:alert(1)", false},
		{" https://example.org", false},
		{"\x01javascript:alert(1)", false},
		{"https://a\tb", false},
		{`https:\\example.org`, false},
		{"//example.org", false},
		{"data:text/html,<script>alert(1)</script>", false},
		{"file:///etc/passwd", false},
		{"vbscript:x", false},
		{"other.md", false},
	}
	for _, tt := range tests {
		if got := render.External(tt.dest); got != tt.want {
			t.Errorf("render.External(%q) = %v, want %v", tt.dest, got, tt.want)
		}
	}
}

func TestInlines(t *testing.T) {
	link := func(dest string, in ...slides.Inline) *slides.Link { return &slides.Link{Dest: dest, Text: in} }
	tests := []struct {
		name string
		in   slides.Inline
		want string
	}{
		{"link", link("https://a.b/?x=1&y=\"2\"", words("a")...), `<a href="https://a.b/?x=1&amp;y=&#34;2&#34;" rel="noopener noreferrer" target="_blank">a</a>`},
		{"bare link", link("https://a.b"), `<a href="https://a.b" rel="noopener noreferrer" target="_blank">https://a.b</a>`},
		{"link in a link", link("https://a.b", &slides.Strong{Text: []slides.Inline{link("https://c.d", words("x")...)}}),
			`<a href="https://a.b" rel="noopener noreferrer" target="_blank"><strong>x</strong></a>`},
		{"script", link("javascript:x", words("a")...), `a <span class="dest">(javascript:x)</span>`},
		{"file", link("b.md", words("b.md")...), "b.md"},
		{"slide by title", link("#the-second", words("a")...), `<a href="#s2">a</a>`},
		{"slide by number", link("#/3.1", words("a")...), `<a href="#/3.1">a</a>`},
		{"style", &slides.Styled{FG: "red;}*{display:none", BG: `x" onclick="y`, Text: words("a")}, "a"},
		{"hex", &slides.Styled{FG: "#123", Text: words("a")}, `<span class="q112233-0d">a</span>`},
		{"names", &slides.Styled{FG: "white", BG: "dark_red", Text: words("a")}, `<span class="qi15-i1d">a</span>`},
	}
	p := (&Backend{}).Page(view(&slides.Deck{Slides: []*slides.Slide{titled("The first"), titled("The *second*")}}, nil))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := builder{page: p}
			b.inline(tt.in)
			if got := string(b.buf); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if err := checkSheet(b.css.String()); err != nil {
				t.Error(err)
			}
		})
	}
}
