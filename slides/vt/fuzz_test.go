package vt

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// strip takes SGR out of a row, and fails for any other control.
func strip(t testing.TB, row string) string {
	t.Helper()
	var b strings.Builder
	for row != "" {
		if rest, ok := strings.CutPrefix(row, "\x1b["); ok {
			end := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune("0123456789;:", r) })
			if end < 0 || rest[end] != 'm' {
				t.Fatalf("%q begins with a sequence that is not SGR", row)
			}
			row = rest[end+1:]
			continue
		}
		r, n := []rune(row[:min(len(row), 4)])[0], 0
		n = len(string(r))
		if unicode.IsControl(r) {
			t.Fatalf("%q begins with a control", row)
		}
		b.WriteString(row[:n])
		row = row[n:]
	}
	return b.String()
}

// check checks what is true of every screen.
func check(t testing.TB, s *Screen) *slides.Screen {
	t.Helper()
	v := s.Snapshot()
	if v.Col < 0 || v.Col >= v.Cols || v.Row < 0 || v.Row >= v.Rows || len(v.Lines) > v.Rows || len(v.Back) > maxBack {
		t.Fatalf("cursor %d,%d, %d lines, %d earlier ones on %d×%d", v.Col, v.Row, len(v.Lines), len(v.Back), v.Cols, v.Rows)
	}
	for _, l := range v.Lines {
		if w := text.Width(strip(t, l)); w > v.Cols {
			t.Fatalf("%q takes %d of %d columns", l, w, v.Cols)
		}
	}
	for _, l := range v.Back {
		strip(t, l)
	}
	if len(s.replies) > maxReplies || cap(s.parser.str) > 2*maxString {
		t.Fatalf("%d bytes of replies, %d of a string", len(s.replies), cap(s.parser.str))
	}
	for _, p := range []*page{&s.main, &s.alt} {
		for y, r := range p.rows {
			if len(r.cells) != s.cols || len(r.clusters) > 2*s.cols+1 {
				t.Fatalf("row %d has %d cells, %d clusters", y, len(r.cells), len(r.clusters))
			}
			for x, c := range r.cells {
				if c.half == left && (x+1 >= s.cols || r.cells[x+1].half != right) ||
					c.half == right && (x == 0 || r.cells[x-1].half != left) {
					t.Fatalf("row %d has half a character at %d", y, x)
				}
				if x >= r.used && c != (cell{}) {
					t.Fatalf("row %d has %v at %d, beyond its end at %d", y, c, x, r.used)
				}
			}
		}
	}
	return v
}

func same(a, b *slides.Screen) bool {
	return slices.Equal(a.Lines, b.Lines) && slices.Equal(a.Back, b.Back) && a.Col == b.Col && a.Row == b.Row &&
		a.Cursor == b.Cursor && a.Alternate == b.Alternate && a.Mouse == b.Mouse
}

// FuzzScreen writes anything to a screen at once, and in two parts to another, with the same result.
// Then the sizes of both change.
func FuzzScreen(f *testing.F) {
	for _, s := range []string{
		"plain\r\ntext\t\x1b[1;31mred\x1b[0m\x1b[K", "\x1b[5;20r\x1b[S\x1b[2;4r\x1b[3T\x1bM\x1bD",
		"\x1b[2147483647I\x1b[2147483647X\x1b[2147483647b",
		"世界\x1b[2G界\x1b[1Gx\x1b[P\x1b[@\x1b[4hy", "e\u0301👨‍👩‍👧🇩🇪❤️각\u1100\u1161", "\xe4\xb8x\xff\xc2\x80\xf0\x9f",
		"\x1b]11;?\x07\x1bP$qm\x1b\\\x1b[c\x1b[6n",
		"\x1b[?1049h\x1b[2J\x1b[?6h\x1b[?7l\x1b[?2026hx\x1b[?1049l\x1b[?2026l", "\x1b(0lqk\x0ex\x0f\x1b#8\x1bc",
		"\x1b7\x1b[4:3;38:2::1:2:3;48;5;9mx\x1b8\x1b[J\x1b[1J\x1b[3J",
		"\x1b[48;5;1m\x1b[2J\x1b[L\x1b[M\x1b[9999b", "\xc2\x9b3mx\xc2\x9d0;t\xc2\x9c", "a\n\n\n\n\n\n\n\n\n\n\nb",
	} {
		f.Add([]byte(s), uint16(len(s)/2), byte(20), byte(6), byte(9))
	}
	f.Fuzz(func(t *testing.T, in []byte, cut uint16, cols, rows, then byte) {
		cut = min(cut, uint16(min(len(in), 1<<16-1)))
		s, parts := New(int(cols), int(rows)), New(int(cols), int(rows))
		s.Write(in)
		parts.Write(in[:cut])
		parts.Write(in[cut:])
		if a, b := s.Replies(), parts.Replies(); !bytes.Equal(a, b) {
			t.Fatalf("cut at %d: the replies are %q, in one piece %q", cut, b, a)
		}
		for _, end := range []string{"\x18\x1b[?2026l", "\x1b[31mz\u0301\n"} {
			for _, s := range []*Screen{s, parts} {
				s.Write([]byte(end))
				check(t, s)
				s.Resize(int(then), int(rows/2))
				check(t, s)
			}
			if a, b := s.Snapshot(), parts.Snapshot(); !same(a, b) {
				t.Fatalf("cut at %d: the screen is %+v, in one piece %+v", cut, *b, *a)
			}
		}
	})
}
