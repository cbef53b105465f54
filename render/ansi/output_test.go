package ansi

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// show writes lines with their styles in brackets: "[bold red]text[]".
func show(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		for _, r := range l {
			if s := showStyle(r); s != "" {
				fmt.Fprintf(&b, "[%s]%s[]", s, r.Text)
				continue
			}
			b.WriteString(r.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func showStyle(r Run) string {
	var words []string
	add := func(on bool, word string) {
		if on {
			words = append(words, word)
		}
	}
	color := func(c Color, what string) {
		if n, ok := c.Index(); ok {
			words = append(words, fmt.Sprint(what, n))
		}
		add(c.Hex() != "", what+c.Hex())
	}
	s := r.Style
	add(s.Bold, "bold")
	add(s.Dim, "dim")
	add(s.Italic, "italic")
	add(s.Underline, "underline")
	add(s.Strike, "strike")
	add(s.Reverse, "reverse")
	color(s.FG, "fg")
	color(s.BG, "bg")
	add(r.Href != "", r.Href)
	return strings.Join(words, " ")
}

var outputTests = []struct{ name, in, want string }{
	{"nothing", "", ""},
	{"line", "a\n", "a\n"},
	{"no line feed at the end", "a\nb", "a\nb\n"},
	{"empty lines stay", "\n\na\n\n", "\n\na\n\n"},
	{"CRLF", "a\r\nb\r\n", "a\nb\n"},
	{"colour over lines", "\x1b[31ma\nb\x1b[mc", "[fg1]a[]\n[fg1]b[]c\n"},
	{"attributes", "\x1b[1;2;3;4;7;9mx\x1b[22;23;24;27;29my", "[bold dim italic underline strike reverse]x[]y\n"},
	{"bright", "\x1b[91;102mx", "[fg9 bg10]x[]\n"},
	{"256", "\x1b[38;5;208;48;5;17mx", "[fg208 bg17]x[]\n"},
	{"true colour", "\x1b[38;2;1;2;3mx", "[fg#010203]x[]\n"},
	{"true colour with colons", "\x1b[38:2::1:2:3mx\x1b[48:2:4:5:6my", "[fg#010203]x[][fg#010203 bg#040506]y[]\n"},
	{"256 with colons", "\x1b[38:5:9;1mx", "[bold fg9]x[]\n"},
	{"curly underline", "\x1b[4:3mx\x1b[4:0my", "[underline]x[]y\n"},
	{"underline colour is skipped", "\x1b[58;5;1;1mx\x1b[58:2::1:2:3my", "[bold]xy[]\n"},
	{"colour cut short", "\x1b[1;38;5mx", "[bold]x[]\n"},
	{"colour out of range", "\x1b[38;5;999mx\x1b[38;2;256;0;0my", "xy\n"},
	{"empty parameters", "\x1b[1m\x1b[;mx", "x\n"},
	{"private m", "\x1b[>4;2m\x1b[?4mx", "x\n"},
	{"progress bar", "10%\r50%\r100%\n", "100%\n"},
	{"shorter overwrite keeps the rest", "abcdef\rxy\n", "xycdef\n"},
	{"erase line", "abcdef\r\x1b[Kxy", "xy\n"},
	{"erase to cursor", "abcdef\x1b[3G\x1b[1K", "   def\n"},
	{"erase all", "abc\x1b[2K", ""},
	{"backspace", "ab\b\bx\n", "xb\n"},
	{"backspace at the edge", "\b\bx", "x\n"},
	{"spinner", "|\b/\b-\bdone", "done\n"},
	{"column", "abc\x1b[2Gx\x1b[10Gy", "axc      y\n"},
	{"column far away", "\x1b[99999999Gx", strings.Repeat(" ", maxMove) + "x\n"},
	{"lines redrawn", "a 1\nb 1\n\x1b[2A\x1b[2Ka 2\n\x1b[2Kb 2\nend", "a 2\nb 2\nend\n"},
	{"up is bounded", "a\n\x1b[999Ax", "x\n"},
	{"erase below", "a\nb\nc\x1b[2A\r\x1b[Jx", "x\n"},
	{"delete", "abcd\r\x1b[2Px", "xd\n"},
	{"tabs", "\ta\tb\n12345\tc", "    a   b\n12345   c\n"},
	{"wide overwritten in its middle", "日本\r\x1b[2Gx", " x本\n"},
	{"clear screen is dropped", "a\x1b[2J\x1b[Hb", "ab\n"},
	{"title", "\x1b]0;owned\x07ok", "ok\n"},
	{"title over a line", "\x1b]0;ow\nned\x07ok", "ok\n"},
	{"unterminated payload", "\x1b]0;owned\nnext", "\nnext\n"},
	{"payload cut by a colour", "\x1b]0;owned\n\x1b[1mnext\x07", "\n[bold]next[]\n"},
	{"clipboard", "\x1b]52;c;ZXZpbA==\x1b\\ok", "ok\n"},
	{"device control", "\x1bP$q\"p\x1b\\a\x1b_Gx\x1b\\b\x1b^x\x1b\\c\x1bXx\x1b\\d", "abcd\n"},
	{"BEL is no end of a device control", "\x1bPq\x07x\x1b\\ok", "ok\n"},
	{"link", "\x1b]8;;https://x.org/a?b\x1b\\here\x1b]8;;\x1b\\!", "[https://x.org/a?b]here[]!\n"},
	{"link with parameters", "\x1b]8;id=1;http://x.org\x07here", "[http://x.org]here[]\n"},
	{"link of another scheme", "\x1b]8;;javascript:alert(1)\x07a\x1b]8;;file:///etc\x07b", "ab\n"},
	{"link with a quote", "\x1b]8;;https://x.org/\"><b>\x07a", "a\n"},
	{"link without a host", "\x1b]8;;https:x\x07a", "a\n"},
	{"charset", "\x1b(0lqk\x1b)B\x1b%Gx", "lqkx\n"},
	{"reset", "\x1bca\x1b7b\x1b8", "ab\n"},
	{"two escapes", "\x1b\x1b[1mx", "[bold]x[]\n"},
	{"escape at the end", "x\x1b", "x\n"},
	{"sequence at the end", "x\x1b[31", "x\n"},
	{"sequence cut by a line", "\x1b[3\nx", "\nx\n"},
	{"sequence cut by text", "\x1b[3éx", "éx\n"},
	{"controls", "a\x00\x07\x01b\x7f", "a␁b\n"},
	{"C1 character", "a\u009b31mb", "a\ufffd31mb\n"},
	{"C1 byte", "a\x9b31mb", "a\ufffd31mb\n"},
	{"bidi", "a\u202eb\u2066c", "a\ufffdb\ufffdc\n"},
	{"marks", "e\u0301a\u0301", "e\u0301a\u0301\n"},
	{"mark without a base", "\u0301a", "a\n"},
	{"emoji", "👩\u200d🚀 ❤\ufe0f\n", "👩\u200d🚀 ❤\ufe0f\n"},
	{"cut character", "h\xc3llo\xf0\x9f", "h\ufffdllo\ufffd\ufffd\n"},
	{"cut character before an escape", "\xe2\x82\x1b[1mx", "\ufffd\ufffd[bold]x[]\n"},
	{"trailing colour paints nothing", "a\x1b[41m\n", "a\n"},
	{"painted spaces stay", "\x1b[41m  \x1b[m", "[bg1]  []\n"},
}

func TestOutput(t *testing.T) {
	for _, tt := range outputTests {
		t.Run(tt.name, func(t *testing.T) {
			for size := range 3 {
				var log []slides.Chunk
				for p := range pieces([]byte(tt.in), size) {
					log = append(log, slides.Chunk{Data: p})
				}
				if diff := cmp.Diff(tt.want, show(Output(log))); diff != "" {
					t.Errorf("pieces of %d (-want +got):\n%s", size, diff)
				}
			}
		})
	}
}

func TestOutputStreams(t *testing.T) {
	log := []slides.Chunk{
		{Data: []byte("\x1b[32mout\xe2")},
		{Data: []byte(" err \x1b[3"), Stderr: true},
		{Data: []byte("\x9c\x93\n")},
		{Data: []byte("1mred"), Stderr: true},
	}
	want := "[fg2]out[] err [fg2]✓[]\n[fg1]red[]\n"
	if got := show(Output(log)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOutputBounds(t *testing.T) {
	tests := []struct{ name, in, end string }{
		{"lines", strings.Repeat("y\n", maxLines+1234), "… 1,234 more lines not shown"},
		{"columns", strings.Repeat("x", maxColumns+10), "… 10 more characters not shown"},
		{"amplified columns", strings.Repeat("\x1b[999Gx\n", maxLines), "more lines not shown"},
		{"marks", "a" + strings.Repeat("\u0301", 100_000), "\u0301"},
		{"payloads without an end", strings.Repeat("\x1b]x\n", 100_000), "not shown"},
		{"open payload", "\x1b]" + strings.Repeat("x\n", maxPayload), "not shown"},
		{"open sequence", "\x1b[" + strings.Repeat("1;", 1<<20), ""},
		{"ups", strings.Repeat("\x1b[64A\x1b[64Bx", 100_000), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := Output([]slides.Chunk{{Data: []byte(tt.in)}})
			if len(lines) > maxLines+1 {
				t.Errorf("%d lines", len(lines))
			}
			size, last := 0, ""
			for _, l := range lines {
				last = l.Text()
				size += len(last)
			}
			if size > 4*maxCells || !strings.HasSuffix(last, tt.end) {
				t.Errorf("%d bytes, the last line is %.80q", size, last)
			}
		})
	}
}

func FuzzANSI(f *testing.F) {
	for _, s := range []string{
		"plain\n", "\x1b[31mred", "\x1b]0;t\x07", "\x1b]8;;https://x.org\x1b\\l", "\x1bPq\x1b\\", "\xc3\x28", "a\tb\r\b\x1b[K",
		"日本\r\x1b[2Gx\x1b[1P", "\x1b[2A\x1b[J\x1b[5X", "\x1b[\x1b[m", "👩\u200d🚀\r\x1b[2Gx",
	} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, in []byte, cut uint8) {
		n := min(int(cut), len(in))
		whole := Output([]slides.Chunk{{Data: in}})
		if diff := cmp.Diff(whole, Output([]slides.Chunk{{Data: in[:n]}, {Data: in[n:]}})); diff != "" {
			t.Errorf("cut at %d it is another output:\n%s", n, diff)
		}
		for _, l := range whole {
			for _, r := range l {
				checkRun(t, r)
			}
			if l.Width() < 0 {
				t.Errorf("width %d", l.Width())
			}
		}
	})
}

func checkRun(t *testing.T, r Run) {
	if r.Text == "" || !utf8.ValidString(r.Text) {
		t.Errorf("text %q", r.Text)
	}
	if r.Href != "" && !strings.HasPrefix(strings.ToLower(r.Href), "http") { // schemes have no case
		t.Errorf("link to %q", r.Href)
	}
	for _, c := range r.Text {
		if c < 0x20 || c >= 0x7f && c < 0xa0 || text.Reorders(c) {
			t.Errorf("control %U in %q", c, r.Text)
		}
	}
}

// TestTabbed: a run has the tabs that were printed, unless something else stands where they led.
func TestTabbed(t *testing.T) {
	for in, want := range map[string]string{
		"\tcc\tx":         "\tcc\tx",
		"a\t\tb":          "a\t\tb",
		"no tab":          "",
		"abcd\rx\ty":      "", // over text
		"a\tb\r\x1b[2CXY": "", // into the tab
		"trailing\t":      "",
		"日\tx":            "日\tx",
	} {
		lines := Output([]slides.Chunk{{Data: []byte(in)}})
		if got := lines[0][0].Tabbed; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
