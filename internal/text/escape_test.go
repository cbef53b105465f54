package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "talk.md", "talk.md"},
		{"spaces stay", " a  b ", " a  b "},
		{"escape sequence", "a\x1b]0;T\x07\x1b[2Jb", "a␛]0;T␇␛[2Jb"},
		{"line ends", "a\r\nb\n::error::c", "a␍␊b␊::error::c"},
		{"tab and NUL", "a\tb\x00c", "a␉b␀c"},
		{"delete and backspace", "a\x7fb\bc", "a␡b␈c"},
		{"C1 as characters", "a\u009b2J\u0085b", "a<U+009B>2J<U+0085>b"},
		{"C1 as bytes", "a\x9b2J\x85b", "a<9B>2J<85>b"},
		{"broken UTF-8", "\xff\xc3(\xed\xa0\x80\xf4\x90\x80\x80", "<FF><C3>(<ED><A0><80><F4><90><80><80>"},
		{"replacement character", "a\ufffdb", "a\ufffdb"},
		{"bidirectional controls", "a\u202eb\u2066c\u200ed\u200f\u061c", "a<U+202E>b<U+2066>c<U+200E>d<U+200F><U+061C>"},
		{"separators", "a\u2028b\u2029c", "a<U+2028>b<U+2029>c"},
		{"zero width", "a\u200bb\u2060c\ufeffd\u00ade", "a<U+200B>b<U+2060>c<U+FEFF>d<U+00AD>e"},
		{"joiners within Latin", "a\u200db\u200cc", "a<U+200D>b<U+200C>c"},
		{"joiners at the edges", "\u200d世\u200c", "<U+200D>世<U+200C>"},
		{"tags", "a\U000e0041\U000e007fb", "a<U+E0041><U+E007F>b"},
		{"selectors as a hiding place", "a\ufe00\ufe01\U000e0100b", "a<U+FE00><U+FE01><U+E0100>b"},
		{"a second selector", "❤\ufe0f\ufe0f!", "❤\ufe0f<U+FE0F>!"},
		{"fillers", "a\u3164\u115f\u1160\uffa0b", "a<U+3164><U+115F><U+1160><U+FFA0>b"},
		{"noncharacters", "a\ufdd0\ufffe", "a<U+FDD0><U+FFFE>"},
		{"stacks of marks", "e" + strings.Repeat("\u0301", 10), "e" + strings.Repeat("\u0301", 8) + "<U+0301><U+0301>"},

		{"accents, CJK, Hebrew", "é e\u0301 世界 שלום", "é e\u0301 世界 שלום"},
		{"family and flag", "👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 🇨🇭", "👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 🇨🇭"},
		{"Persian and Hindi joiners", "می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"},
		{"a variant ideograph", "葛\U000e0100", "葛\U000e0100"},
		{"no-break space", "a\u00a0b", "a\u00a0b"},
		{"icons of private use", "\ue0a0 main", "\ue0a0 main"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Line(tt.in); got != tt.want {
				t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestName(t *testing.T) {
	tests := []struct{ in, want string }{
		{"talk.md", "talk.md"},
		{"später/世界.md", "später/世界.md"},
		{"", `""`},
		{"my talk.md", `"my talk.md"`},
		{"a,b", `"a,b"`},
		{`say "x"`, `"say \"x\""`},
		{`a\b`, `"a\\b"`},
		{"a\x1b[2Jb\nc", `"a\x1b[2Jb\nc"`},
		{"a\u202eb\xff", `"a\u202eb\xff"`},
		{"a\ufe01", `"a<U+FE01>"`},
	}
	for _, tt := range tests {
		if got := Name(tt.in); got != tt.want {
			t.Errorf("Name(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestCell(t *testing.T) {
	for r, want := range map[rune]rune{
		'a': 'a', '世': '世', 0: '␀', 0x1b: '␛', '\n': '␊', 0x7f: '␡', 0x9b: utf8.RuneError, 0x202e: utf8.RuneError, 0x200d: 0x200d,
	} {
		if got := Cell(r); got != want {
			t.Errorf("Cell(%U) = %U, want %U", r, got, want)
		}
	}
}

func TestCells(t *testing.T) {
	for in, want := range map[string]string{
		"plain é ✅": "plain é ✅", "a\tb": "a    b", "\x1b[31m\x07": "␛[31m␇", "a\u202eb\x7f": "a\ufffdb␡", "\xff\u009b": "\ufffd\ufffd",
		"a\u2028b": "a\ufffdb", "می\u200cخ": "می\u200cخ",
	} {
		if got := Cells(in); got != want {
			t.Errorf("Cells(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBlock(t *testing.T) {
	for in, want := range map[string]string{
		"usage:\n\tx\ty\n": "usage:\n\tx\ty\n", "a\x1b[2J\n\u202eb\r\n": "a␛[2J\n<U+202E>b␍\n", "": "", "\n\n": "\n\n",
	} {
		if got := Block(in); got != want {
			t.Errorf("Block(%q) = %q, want %q", in, got, want)
		}
	}
}

// harmful finds a character that must not reach a terminal. It is written apart from the escaper
// on purpose: by number, not by the functions under test.
func harmful(s string) (rune, bool) {
	if !utf8.ValidString(s) {
		return utf8.RuneError, true
	}
	for _, r := range s {
		switch {
		case r < 0x20, r >= 0x7f && r <= 0x9f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069,
			r == 0x200e, r == 0x200f, r == 0x061c, r == 0x2028, r == 0x2029, r == 0xfeff, r == 0x200b,
			r >= 0xe0000 && r <= 0xe007f:
			return r, true
		}
	}
	return 0, false
}

func TestEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		got := Line("a" + string(r) + "b")
		if bad, is := harmful(got); is {
			t.Fatalf("Line lets %U through for %U", bad, r)
		}
		if unicode.IsGraphic(r) && !unicode.Is(unicode.M, r) && !hidden(r) && got != "a"+string(r)+"b" {
			t.Fatalf("Line(%q) = %q: the character can be seen", r, got)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{
		"talk.md", "\x1b]0;x\x07", "\u009b2J", "\x9b2J", "a\u202eb", "\xe2\x80", "👩\u200d👧", "❤\ufe0f\ufe0f", "می\u200cخ",
		"葛\U000e0100\U000e0101", "e\u0301\u0301", "\r\n::error::x", "\u200d\u200d", "1\ufe0f\u20e3\ufe0f",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line, name := Line(s), Name(s)
		for _, got := range []string{line, name} {
			if r, is := harmful(got); is {
				t.Fatalf("%q lets %U through of %q", got, r, s)
			}
			if again := Line(got); again != got {
				t.Fatalf("Line(%q) = %q: shown twice, it changes", got, again)
			}
		}
	})
}

func BenchmarkLine(b *testing.B) {
	for name, s := range map[string]string{"ascii": strings.Repeat("slides/intro.md ", 8), "cjk": strings.Repeat("日本語.md ", 16)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				Line(s)
			}
		})
	}
}

func TestInvalid(t *testing.T) {
	for in, want := range map[string]int{
		"": -1, "größe \ufffd": -1, "\xff": 0, "a\xc3": 1, "ü\x80b\xff": 2, "ab\xed\xa0\x80": 2,
	} {
		if got := Invalid([]byte(in)); got != want {
			t.Errorf("Invalid(%q) = %d, want %d", in, got, want)
		}
	}
}
