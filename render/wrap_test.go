package render

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slidexec/slidexec/render/ansi"
)

func texts(lines []ansi.Line) string {
	var out []string
	for _, l := range lines {
		out = append(out, l.Text())
	}
	return strings.Join(out, "|")
}

func TestWrap(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"", 5, ""},
		{"one two three", 80, "one two three"},
		{"one two three", 7, "one two|three"},
		{"one two three", 6, "one|two|three"},
		{"one  two", 4, "one|two"},
		{"  indented text", 10, "  indented|text"},
		{"unbreakable", 4, "unbr|eaka|ble"},
		{"a unbreakable", 4, "a|unbr|eaka|ble"},
		{"日本語です", 5, "日本|語で|す"},
		{"日本", 1, "…|…"},
		{"👩\u200d🚀👩\u200d🚀", 2, "👩\u200d🚀|👩\u200d🚀"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301"},
		{"abc", 0, "a|b|c"},
	}
	for _, tt := range tests {
		if got := texts(Wrap(ansi.Plain(tt.in), tt.width)); got != tt.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestWrapCode(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"", 5, ""},
		{"let x = 1;", 10, "let x = 1;"},
		{"trailing   ", 8, "trailing"},
		{"0123456789abcdef", 8, "01234567|> 89abcd|> ef"},
		{"call(first, second)", 14, "call(first, |> second)"},
		{"a    b", 3, "a  |  b"},
		{"abcdef", 1, "a|b|c|d|e|f"},
		{"日本語", 3, "日|本|語"},
	}
	for _, tt := range tests {
		if got := texts(WrapCode(ansi.Plain(tt.in), tt.width, ansi.Run{Text: "> "})); got != tt.want {
			t.Errorf("WrapCode(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestWrapKeepsStyles(t *testing.T) {
	red, plain := ansi.Style{FG: ansi.Indexed(1)}, ansi.Style{}
	line := ansi.Line{{Text: "one tw", Style: red, Href: "http://x"}, {Text: "o three", Style: plain}}
	want := []ansi.Line{
		{{Text: "one", Style: red, Href: "http://x"}},
		{{Text: "tw", Style: red, Href: "http://x"}, {Text: "o"}},
		{{Text: "three"}},
	}
	if diff := cmp.Diff(want, Wrap(line, 5)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestWrapIsFrugal makes sure that a long line is not taken apart as a whole.
func TestWrapIsFrugal(t *testing.T) {
	f := feed{line: ansi.Plain(strings.Repeat("some words ", 10_000))}
	for f.fill(1); len(f.g) > 0; f.fill(1) {
		n, _ := f.fit(80, fit)
		if len(f.g) > 1000 {
			t.Fatalf("%d characters are taken apart for a row of 80", len(f.g))
		}
		f.g = f.g[n:]
	}
}
