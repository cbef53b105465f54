package tty

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFilter(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"text", "a✓世\r\n\tb\b\a", "a✓世\r\n\tb\b\a"},
		{"colours", "\x1b[1;38;2;1;2;3mx\x1b[38:5:9m\x1b[0m", "\x1b[1;38;2;1;2;3mx\x1b[38:5:9m\x1b[0m"},
		{"cursor", "\x1b[2;3H\x1b[A\x1b7\x1b8\x1bM\x1b[s\x1b[u\x1b[5;10r\x1b[2J\x1b[K\x1b[3 q", "\x1b[2;3H\x1b[A\x1b7\x1b8\x1bM\x1b[s\x1b[u\x1b[5;10r\x1b[2J\x1b[K\x1b[3 q"},
		{"modes", "\x1b[?25l\x1b[?1h\x1b=\x1b[?2004h\x1b[?1000;1006h\x1b[4h\x1b[>4;2m\x1b[>1u\x1b[<u", "\x1b[?25l\x1b[?1h\x1b=\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[4h\x1b[>4;2m\x1b[>1u\x1b[<u"},
		{"charset", "\x1b(0\x0eq\x0f\x1b(B\x1b#8", "\x1b(0\x0eq\x0f\x1b(B\x1b#8"},
		{"other screen", "\x1b[?1049hx\x1b[?1049l", "\x1b[0m\x1b[2J\x1b[Hx\x1b[0m\x1b[2J\x1b[H"},
		{"clipboard", "a\x1b]52;c;aGk=\ab\x1b]52;c;?\x1b\\c", "abc"},
		{"titles", "a\x1b]0;t\ab\x1b]2;t\x1b\\c\x1b[21td\x1b[22;0t", "abcd"},
		{"hyperlink", "\x1b]8;;http://evil/\x1b\\text\x1b]8;;\x1b\\", "text"},
		{"colours of the terminal", "\x1b]11;#ff0000\a\x1b]4;1;red\a\x1b]104\ax", "x"},
		{"questions", "\x1b[c\x1b[>c\x1b[=c\x1b[5n\x1b[6n\x1b[?6n\x1b[?996n\x1b[>q\x1b[?2026$p\x1b[14t\x1b[x\x1b[?u\x1bZ\x05x", "x"},
		{"strings", "\x1bP$qm\x1b\\\x1bP+q544e\x1b\\\x1bPtmux;\x1b\x1b]52;c;x\a\x1b\\\x1b_Gt=f;L2V0Yy9wYXNzd2Q=\x1b\\\x1b^x\x1b\\\x1bXy\x1b\\z", "z"},
		{"printer and keys", "\x1b[5i\x1b[?5i\x1b[4i\x1b[2;1ix\x1b[1q", "x"},
		{"window", "\x1b[8;1;1t\x1b[?3h\x1b[?40h\x1b[?69h\x1b[2;5sx\x1b[?6h", "\x1b[2;5sx"},
		{"scrollback", "\x1b[3Jx\x1b[2;3J\x1b[03J\x1b[?3J\x1b[?2;003J\x1b[3:0J", "x"}, {"erase", "\x1b[2J\x1b[?1J\x1b[30J", "\x1b[2J\x1b[?1J\x1b[30J"},
		{"reset", "\x1bcx", "\x1b[!p\x1b[0m\x1b[H\x1b[2Jx"},
		{"other characters", "\x1b%@\x1b%G\x1b F\x1b G\x1b(Cx\x1bn\x1bo\x1bN", "x"},
		{"C1", "\u009b5n\u0090q\u009c\x9b5n\x90x\xff", "5nq5nx"},
		{"iTerm2", "\x1b]1337;File=inline=1:AAAA\ax\x1b]50;CopyToClipboard=\a", "x"},
		{"breaks off", "\x1b[12\x03\x1b]0;\x18x\x1b]0;a\x1b[1mb\x1b(\rc", "x\x1b[1mb\rc"},
		{"huge numbers", "\x1b[2147483647bx\x1b[99999999999A\x1b[99999Ay", "x\x1b[99999Ay"},
		{"unfinished", "x\x1b[1;", "x"}, {"unfinished string", "x\x1b]0;y", "x"},
		{"long", "\x1b[" + strings.Repeat("1;", 300) + "mx", strings.Repeat("1;", 300-127) + "mx"},
	} {
		for _, step := range []int{1, 2, 3, 1000} {
			f := filter{inside: true}
			var got strings.Builder
			for in := tt.in; in != ""; {
				n := min(step, len(in))
				got.Write(f.pass([]byte(in[:n])))
				in = in[n:]
			}
			if got.String() != tt.want {
				t.Errorf("%s, by %d: got %q, want %q", tt.name, step, got.String(), tt.want)
			}
		}
	}
	f := filter{}
	if got := string(f.pass([]byte("\x1b[?1049hx\x1b[?1049l"))); got != "\x1b[?1049hx\x1b[<99u\x1b[?1049l" {
		t.Errorf("outside of a talk: %q", got)
	}
}

// harmless is everything that the filter may let pass, by a grammar of its own.
var harmless = regexp.MustCompile(`^(?:[ -~\pL\pM\pN\pP\pS\pZ\pC]|[\x07-\x0f]|\x1b(?:[78DEM=>]|[()*+][B0A]|#8|\[(?:[0-9;:]*(?:[A-MPSTXZ@` + "`" + `abdefmrsu]|[hl])|` +
	`\?[0-9]+[hl]|\?[0-9;:]*[JK]|>4[0-9;:]*m|[<=>][0-9;:]*u|[0-9;:]* q|[0-9;:]*!p)))*$`)

// refused is what the filter must never let pass, although the grammar allows it.
var refused = regexp.MustCompile(`\x1b\[(?:\?0*(?:3|6|69|47|1047|1048|1049|2048)[hl]|0*20[hl]|\??(?:[0-9]*[;:])*0*3(?:[;:][0-9]*)*J)`)

func FuzzFilter(f *testing.F) {
	for _, s := range []string{"\x1b[?1049;25h\x1b]0;x\a\x1b[5n", "\x1bP1$r\x1b\\\u009b5n", "\x1b(0\x1b[38:5:1m\x1b[!p\xc2", "\x1b[3J\x1b[?3h\x1bc"} {
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, in string, step int) {
		one, two := filter{inside: true}, filter{inside: true}
		whole := string(one.pass([]byte(in)))
		var parts strings.Builder
		for p := in; p != ""; {
			n := min(1+(step&0xff), len(p))
			parts.Write(two.pass([]byte(p[:n])))
			p = p[n:]
		}
		if parts.String() != whole {
			t.Fatalf("%q: in pieces %q, whole %q", in, parts.String(), whole)
		}
		if !utf8.ValidString(whole) || !harmless.MatchString(whole) || strings.ContainsFunc(whole, func(r rune) bool { return r >= 0x7f && r < 0xa0 }) {
			t.Fatalf("%q lets pass %q", in, whole)
		}
		if found := refused.FindString(whole); found != "" {
			t.Fatalf("%q lets %q pass", in, found)
		}
	})
}
