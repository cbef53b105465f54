package slides

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("lorem ipsum ", 20)
	tests := []struct {
		name, line, word string // the caret is under word
		want             string
	}{
		{"short", "<!-- snippet_output: hullo -->", "hullo", "" +
			"    1 | <!-- snippet_output: hullo -->\n" +
			"      |                      ^^^^^"},
		{"middle of a long line", long + "HERE " + long, "HERE", "" +
			"    1 | …em ipsum lorem ipsum lorem ipsum lorem ipsum HERE lorem ipsum lorem ip…\n" +
			"      |                                               ^^^^"},
		{"beginning of a long line", "HERE " + long, "HERE", "" +
			"    1 | HERE lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem …\n" +
			"      | ^^^^"},
		{"end of a long line", long + "HERE", "HERE", "" +
			"    1 | … ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum HERE\n" +
			"      |                                                                     ^^^^"},
		{"a long word", "say " + strings.Repeat("x", 500) + " end", strings.Repeat("x", 500), "" +
			"    1 | say xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\n" +
			"      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"},
		{"wide characters", "日本語 " + "世界" + " end", "世界", "" +
			"    1 | 日本語 世界 end\n" +
			"      |        ^^^^"},
		{"a long wide line", strings.Repeat("日本", 50) + "X" + strings.Repeat("語", 50), "X", "" +
			"    1 | …本日本日本日本日本日本日本日本日本日本日本日本X語語語語語語語語語語語…\n" +
			"      |                                                ^"},
		{"tabs", "a\tb\tword", "word", "" +
			"    1 | a    b    word\n" +
			"      |           ^^^^"},
		{"controls before the place", "a\x1b[2J\u202e\xff word", "word", "" +
			"    1 | a␛[2J<U+202E><FF> word\n" +
			"      |                   ^^^^"},
		{"controls at the place", "say \x1b]0;x\x07 end", "\x1b]0;x\x07", "" +
			"    1 | say ␛]0;x␇ end\n" +
			"      |     ^^^^^^"},
		{"a carriage return", "a\rb word", "word", "" +
			"    1 | a␍b word\n" +
			"      |     ^^^^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := NewFile("talk.md", "", []byte(tt.line+"\nnext\n"))
			d := Diag{Pos: Pos{File: f, Off: strings.Index(tt.line, tt.word)}, Len: len(tt.word)}
			if got := d.Excerpt(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestExcerptOfNoPlace(t *testing.T) {
	for name, pos := range map[string]Pos{"no place": {}, "a file without its text": {File: NewFile("x.png", "", nil)}} {
		if got := (Diag{Pos: pos, Len: 3}).Excerpt(); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Whatever a line is like, its excerpts are two lines that fit.
func FuzzExcerpt(f *testing.F) {
	f.Add("<!-- snippet_output: hullo -->", 21, 5, 80)
	f.Add(strings.Repeat("+exec ", 300), 900, 5, 80)
	f.Add(strings.Repeat("日本\t\x1b", 300), 1300, 50, 30)
	f.Add(strings.Repeat("e\u0301", 900), 1300, 2000, 1)
	f.Add("\xff\xfe\u202e👩\u200d👩", 1, 1, 24)
	f.Fuzz(func(t *testing.T, line string, off, n, width int) {
		file := NewFile("talk.md", "", []byte(line))
		if off < 0 || off > len(line) {
			return
		}
		got := Diag{Pos: Pos{File: file, Off: off}, Len: n}.Window(width % 200)
		source, caret, ok := strings.Cut(got, "\n")
		if !ok || text.Line(source) != source || text.Line(caret) != caret || !utf8.ValidString(got) {
			t.Fatalf("not two lines of text: %q", got)
		}
		most := max(width%200, minWindow+len("12345 | "))
		if a, b := text.Width(source), text.Width(caret); a > most || b > most+1 || len(got) > 64*most {
			t.Fatalf("%d and %d cells, %d bytes, for %d:\n%s", a, b, len(got), most, got)
		}
	})
}

func TestShort(t *testing.T) {
	d := Diag{Msg: "unknown \x1b[2J\n" + strings.Repeat("x", 5000), Hint: strings.Repeat("日", 5000)}.Short()
	if text.Width(d.Msg) != maxMsg || text.Width(d.Hint) > maxHint || !strings.HasPrefix(d.Msg, "unknown ␛[2J␊x") {
		t.Errorf("message %.40q, %d cells; hint %d cells", d.Msg, text.Width(d.Msg), text.Width(d.Hint))
	}
}

func TestPosIsOneLine(t *testing.T) {
	f := NewFile("inc\x1b]0;T\x07\n::error::x.md", "", []byte("a\nb"))
	if got, want := (Pos{File: f, Off: 2}).String(), "inc␛]0;T␇␊::error::x.md:2:1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	d := Diag{Pos: Pos{File: f}, Severity: Warning, Msg: "unknown \u009b2J"}
	if got, want := d.Error(), "inc␛]0;T␇␊::error::x.md:1:1: warning: unknown <U+009B>2J"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
