package yaml

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// dump shows a value as "kind text @place", with what is in it.
func dump(v Value) string {
	s := fmt.Sprintf("%s %q @%d:%d", v.Kind, v.Text, v.At.Line(), v.At.Col())
	switch v.Kind {
	case List, Map:
		s = fmt.Sprintf("%s @%d:%d", v.Kind, v.At.Line(), v.At.Col())
	}
	for _, it := range v.Items {
		s += " [" + dump(it) + "]"
	}
	for _, f := range v.Fields {
		s += fmt.Sprintf(" {%s@%d:%d: %s}", f.Key, f.At.Line(), f.At.Col(), dump(f.Value))
	}
	return s
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"", `nothing "" @2:1`},
		{"12", `a number "12" @2:1`},
		{"a: é: b", "2:"},
		{"é: {b: yes, c: true}", `a mapping @2:1 {é@2:1: a mapping @2:6 {b@2:6: text "yes" @2:9} {c@2:14: true or false "true" @2:17}}`},
		{"a:\r\n  - 1\r\n  - x", `a mapping @2:1 {a@2:1: a list @3:3 [a number "1" @3:5] [text "x" @4:5]}`},
		{"a: 1\nb: 2\na: 3", "4:1: "},
		{"a: &x 1\nb: *x", "3:4: aliases and the like are not supported"},
		{"<<: {a: 1}", "2:1: merge keys are not supported"},
		{"1\n---\n2", "more than one YAML document"},
		{strings.Repeat("[", 100), "2:1: too long or too deeply nested"},
		{strings.Repeat("x", maxYAML+1), "2:1: too long or too deeply nested"},
		{nested(maxNesting + 1), "2:1: too long or too deeply nested"},
		{strings.Repeat(" - 1\n", maxLines+1), "2:1: too long or too deeply nested"},
	} {
		file := slides.NewFile("f", "", []byte("# first line\n"+tt.src))
		v, err := Cut(file, len("# first line\n"), len(file.Src)).Parse()
		got := dump(v)
		if bad, ok := errors.AsType[*Error](err); ok {
			got = fmt.Sprintf("%d:%d: %s", bad.At.Line(), bad.At.Col(), bad.Msg)
		}
		if err == nil && got != tt.want || err != nil && !strings.Contains(got, tt.want) {
			t.Errorf("%.40q: %s, want %s", tt.src, got, tt.want)
		}
	}
}

// nested are mappings in mappings.
func nested(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "k:\n")
	}
	return b.String()
}

// TestNesting makes sure that levels are counted, not lines or blanks.
func TestNesting(t *testing.T) {
	for src, want := range map[string]int{
		"": 0, "a: 1\n": 1, nested(5): 5, nested(5) + nested(7): 7, strings.Repeat("a:\n  b:\n", 50): 2,
		"a: |\n  x\n\n  y\n \nb:\n  c: 1\n": 2, "[[[1]]]": 3, "- - - - 1\n": 4,
	} {
		if got := nesting(src); got != want {
			t.Errorf("%q: %d levels, want %d", src, got, want)
		}
	}
}

// BenchmarkEntries parses mappings and nested ones.
func BenchmarkEntries(b *testing.B) {
	for _, n := range []int{2000, 4000, 8000} {
		var keys strings.Builder
		for i := range n {
			fmt.Fprintf(&keys, "k%d:\n", i)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Cut(slides.NewFile("f", "", []byte(keys.String())), 0, keys.Len()).Parse(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestScalars(t *testing.T) {
	for _, tt := range []struct {
		src string
		n   int
		ok  bool
	}{{"7", 7, true}, {"0x10", 16, true}, {"1_0", 10, true}, {"11", 0, false}, {"-1", 0, false}, {"x", 0, false}, {"1.5", 0, false}, {"[1]", 0, false}} {
		v, err := Cut(slides.NewFile("f", "", []byte(tt.src)), 0, len(tt.src)).Parse()
		if err != nil {
			t.Fatal(err)
		}
		if tt.src == "0x10" {
			if n, err := v.Int(0, 16); n != tt.n || err != nil {
				t.Errorf("Int(%s) = %d, %v", tt.src, n, err)
			}
			continue
		}
		if n, err := v.Int(0, 10); n != tt.n || (err == nil) != tt.ok {
			t.Errorf("Int(%s) = %d, %v", tt.src, n, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a: [1, {b: c}]\n")
	f.Add("a: |\n  x\n")
	f.Add("a:\r b\rc: [\r\n1,\r2]")
	// What stands before and behind the YAML in its file is not the YAML's.
	const before, behind = "\u00e9\r\n---\n", "---\nmore\n"
	f.Fuzz(func(t *testing.T, src string) {
		from, to := len(before), len(before)+len(src)
		v, err := Cut(slides.NewFile("f", "", []byte(before+src+behind)), from, to).Parse()
		if bad, ok := errors.AsType[*Error](err); ok {
			v.At = bad.At
		}
		checkPlaces(t, v, from, to)
	})
}

// checkPlaces reports values and keys whose places are not within from and to.
func checkPlaces(t *testing.T, v Value, from, to int) {
	t.Helper()
	check := func(at slides.Span) {
		if at.Off < from || at.End < at.Off || at.End > to {
			t.Errorf("place %d to %d, want it within %d and %d", at.Off, at.End, from, to)
		}
	}
	if v.At.File != nil {
		check(v.At)
	}
	for _, it := range v.Items {
		checkPlaces(t, it, from, to)
	}
	for _, f := range v.Fields {
		check(f.At)
		checkPlaces(t, f.Value, from, to)
	}
}

// TestBreaks: a lone CR ends a line, as YAML has it, and places are right behind it.
func TestBreaks(t *testing.T) {
	src := "a: 1\rb: two\r\nc:\r  three\n"
	v, err := Cut(slides.NewFile("f", "", []byte(src)), 0, len(src)).Parse()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ key, text string }{{"a", "1"}, {"b", "two"}, {"c", "three"}} {
		f := v.Field(want.key)
		if f == nil || f.Value.Text != want.text || f.At.Text() != want.key || f.Value.At.Text() != want.text {
			t.Errorf("%s: %+v", want.key, f)
		}
	}
}
