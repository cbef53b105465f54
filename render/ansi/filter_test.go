package ansi

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"

	"github.com/slidexec/slidexec/slides"
)

func TestFilter(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"text", "a\tb\r\nc", "a\tb\r\nc"},
		{"colour", "\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"},
		{"colon colour", "\x1b[38:2::1:2:3mx", "\x1b[38:2::1:2:3mx"},
		{"private m", "\x1b[>4;2mx", "x"},
		{"cursor", "a\x1b[2J\x1b[Hb\x1b[?25lc", "abc"},
		{"title", "\x1b]0;owned\x07ok", "ok"},
		{"title ended by ST", "\x1b]0;owned\x1b\\ok", "ok"},
		{"clipboard", "\x1b]52;c;ZXZpbA==\x07ok", "ok"},
		{"device control", "\x1bP$q\"p\x1b\\ok", "ok"},
		{"unterminated payload ends with its line", "\x1b]0;owned\nnext", "\nnext"},
		{"charset", "\x1b(0x\x1b)Bx", "xx"},
		{"controls", "a\x00\x05\x07\x08\x0eb\x7f", "a␅b"},
		{"BEL is no end of a device control", "a\x1bPabc\x07def\x1b\\ghi", "aghi"},
		{"title over a line", "a\x1b]0;t\nnext\x07bc", "abc"},
		{"title over a line, without an end", "a\x1b]0;t\nnext\x1b[1mbc", "a\nnext\x1b[1mbc"},
		{"intermediates", "\x1b (x\x1b#8y", "y"},
		{"sequence cut by text", "\x1b[3éx", "éx"},
		{"cut character at the end", "a\xe2\x82", "a\ufffd\ufffd"},
		{"open payload is bounded", "\x1bP" + strings.Repeat("x", maxPayload) + "\nb", "xx\nb"},
		{"open sequence is bounded", "\x1b[" + strings.Repeat("1", maxPayload) + "mb", "11mb"},
		{"C1 introducer", "a\u009b31mb", "a\ufffd31mb"},
		{"raw C1 byte", "a\x9b31mb", "a\ufffd31mb"},
		{"bidi override", "a\u202eb", "a\ufffdb"},
		{"UTF-8", "héllo ✅", "héllo ✅"},
		{"cut character", "h\xc3llo", "h\ufffdllo"},
		{"overlong sequence", "\x1b[" + strings.Repeat("1;", 400) + "mx", "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for size := range 3 { // whole, byte by byte, in pairs
				var got bytes.Buffer
				w := NewFilter(&got)
				for chunk := range pieces([]byte(tt.in), size) {
					if n, err := w.Write(chunk); n != len(chunk) || err != nil {
						t.Fatalf("Write = %d, %v", n, err)
					}
				}
				if err := w.End(); err != nil {
					t.Fatal(err)
				}
				if got.String() != tt.want {
					t.Errorf("pieces of %d: got %q, want %q", size, got.String(), tt.want)
				}
			}
		})
	}
}

// pieces cuts b into pieces of n bytes, 0 for all at once.
func pieces(b []byte, n int) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		if n == 0 {
			yield(b)
			return
		}
		for len(b) > 0 {
			m := min(n, len(b))
			if !yield(b[:m]) {
				return
			}
			b = b[m:]
		}
	}
}

// TestFilterEnd: what one program left open does not swallow the output of the next.
func TestFilterEnd(t *testing.T) {
	var got bytes.Buffer
	f := NewFilter(&got)
	for _, program := range []string{"a\x1b]0;t\nb\n", "c\x1b[3", "1mdé\xc3", "\xa9f"} {
		_, _ = f.Write([]byte(program))
		_ = f.End()
	}
	if want := "a\nb\nc1mdé\ufffd\ufffdf"; got.String() != want {
		t.Errorf("got %q, want %q", got.String(), want)
	}
}

var sgr = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// found is a sink that remembers what the scanner takes for text.
type found struct {
	text     strings.Builder
	straight bool // nothing moved but to the next line, and every character has cells of its own
}

func (f *found) plain(p []byte) { f.text.Write(p) }
func (f *found) char(r rune) {
	f.text.WriteRune(r)
	f.straight = f.straight && displaywidth.Rune(r) > 0
}
func (f *found) move(c byte) {
	if c == '\n' {
		f.text.WriteByte('\n')
	} else {
		f.straight = false
	}
}
func (f *found) control(_ []byte, final byte) { f.straight = f.straight && final == 'm' }
func (f *found) command([]byte)               {}

// FuzzSinks: both ways to show output take the same bytes for text, and nothing but SGR acts on a terminal.
func FuzzSinks(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[31mred", "\x1b]0;t\x07", "\x1bPq\x1b\\", "\xc3\x28", "\x1b[\x1b[m", "\x1b\x1b[1m",
		"a\x1bPabc\x07def\x1b\\ghi", "a\x1b]0;t\nnext\x07bc", "\x1b]8;;https://x.org\x1b\\l\r\n"} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, in []byte, cut uint8) {
		text := found{straight: true}
		scan := scanner{to: &text}
		scan.write(in)
		scan.end()

		var passed, cutUp bytes.Buffer
		whole, pieces := NewFilter(&passed), NewFilter(&cutUp)
		n := min(int(cut), len(in))
		_, _ = whole.Write(in)
		_ = whole.End()
		_, _ = pieces.Write(in[:n])
		for _, c := range in[n:] {
			_, _ = pieces.Write([]byte{c})
		}
		_ = pieces.End()
		if passed.String() != cutUp.String() {
			t.Errorf("in one piece %q, in pieces %q", passed.String(), cutUp.String())
		}

		rest := sgr.ReplaceAllString(passed.String(), "")
		if got := strings.NewReplacer("\t", "", "\r", "").Replace(rest); got != text.text.String() {
			t.Errorf("the filter passes %q, the text is %q", got, text.text.String())
		}
		for _, r := range rest {
			if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0 {
				t.Errorf("control %U got through in %q", r, rest)
			}
		}
		if !text.straight || len(in) > maxColumns {
			return
		}
		var shown strings.Builder
		for _, l := range Output([]slides.Chunk{{Data: in}}) {
			shown.WriteString(l.Text() + "\n")
		}
		trim := func(s string) string { // blanks without a style at the end of a line are not shown
			var b strings.Builder
			for l := range strings.Lines(s + "\n") {
				b.WriteString(strings.TrimRight(l, " \n") + "\n")
			}
			return strings.TrimRight(b.String(), "\n")
		}
		if got, want := trim(shown.String()), trim(text.text.String()); got != want {
			t.Errorf("the slide shows %q, the text is %q", got, want)
		}
	})
}
