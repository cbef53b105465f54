package ansi

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
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
		{"controls", "a\x00\x05\x07\x08\x0eb\x7f", "ab"},
		{"C1 introducer", "a\u009b31mb", "a\ufffd31mb"},
		{"raw C1 byte", "a\x9b31mb", "a\ufffd31mb"},
		{"bidi override", "a\u202eb", "a\ufffdb"},
		{"UTF-8", "héllo ✅", "héllo ✅"},
		{"cut character", "h\xc3llo", "h\ufffdllo"},
		{"overlong sequence", "\x1b[" + strings.Repeat("1;", 400) + "mx", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for size := range 3 { // whole, byte by byte, in pairs
				var got bytes.Buffer
				w := Filter(&got)
				for chunk := range pieces([]byte(tt.in), size) {
					if n, err := w.Write(chunk); n != len(chunk) || err != nil {
						t.Fatalf("Write = %d, %v", n, err)
					}
				}
				if tt.name == "overlong sequence" {
					if strings.Contains(got.String(), "\x1b") {
						t.Errorf("an escape got through: %q", got.String())
					}
					continue
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

var sgr = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

func FuzzFilter(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[31mred", "\x1b]0;t\x07", "\x1bPq\x1b\\", "\xc3\x28", "\x1b[\x1b[m", "\x1b\x1b[1m"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var whole, bytewise bytes.Buffer
		_, _ = Filter(&whole).Write(in)
		w := Filter(&bytewise)
		for _, c := range in {
			_, _ = w.Write([]byte{c})
		}
		if whole.String() != bytewise.String() {
			t.Errorf("in one piece %q, byte by byte %q", whole.String(), bytewise.String())
		}
		rest := sgr.ReplaceAllString(whole.String(), "")
		if !utf8.ValidString(rest) {
			t.Errorf("not UTF-8: %q", rest)
		}
		for _, r := range rest {
			if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0 {
				t.Errorf("control %U got through in %q", r, rest)
			}
		}
	})
}
