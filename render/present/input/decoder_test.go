package input

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// all decodes a whole stream, after which nothing follows.
func all(s string) []Event {
	var d Decoder
	return append(d.Decode([]byte(s)), d.Flush()...)
}

func TestDecode(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []Event
	}{
		{"j", []Event{Key("j")}},
		{"aß✓ ", []Event{Key("a"), Key("ß"), Key("✓"), Key(" ")}},
		{"<G", []Event{Key("<"), Key("G")}},
		{"\x10\x03\x1a\x1d\x00\x1c\x1f\x08\n", keys("<c-p> <c-c> <c-z> <c-]> <c-space> <c-\\> <c-_> <c-h> <c-j>")},
		{"\t\r\x7f\x1b", keys("<Tab> <cr> <Backspace> <Esc>")},
		{"\x1bx\x1bX\x1b \x1b\x7f\x1b\r\x1bé", keys("<a-x> <a-X> <a-space> <a-Backspace> <a-cr> <a-é>")},
		{"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F\x1b[Z", keys("<Up> <Down> <Right> <Left> <Home> <End> <s-Tab>")},
		{"\x1bOA\x1bOH\x1bOP\x1bOS\x1bOM\x1bOp", keys("<Up> <Home> <F1> <F4> <cr> 0")},
		{"\x1b[1;5A\x1b[1;2C\x1b[1;3D\x1b[1;6F\x1b[1;9A", keys("<c-Up> <s-Right> <a-Left> <c-s-End>")},
		{"\x1b[5~\x1b[6~\x1b[15~\x1b[24~\x1b[3;5~\x1b[1~\x1b[8~", keys("<PageUp> <PageDown> <F5> <F12> <c-Delete> <Home> <End>")},
		{"\x1b[[A\x1b[[E", keys("<F1> <F5>")},
		{"\x1b[a\x1bOa\x1b[3^\x1b[3@\x1b[3$\x1b[3$\r", keys("<s-Up> <c-Up> <c-Delete> <c-s-Delete> <s-Delete> <s-Delete> <cr>")},
		{"\x1b\x1b[A\x1b\x1bOC\x1b\x1b", keys("<a-Up> <a-Right> <Esc> <Esc>")},
		{"\x1b\x1b[1;5A\x1b\x1b[1;3A", keys("<c-a-Up> <a-Up>")},
		{"\x1b\x1bx", keys("<Esc> <a-x>")},
		{"\x1b\x1b[<0;1;1M", []Event{Key("<Esc>"), Mouse{Action: "press", Button: 1}}},
		// kitty's protocol, and xterm's modifyOtherKeys
		{"\x1b[27u\x1b[13;2u\x1b[32;2u\x1b[99;5u\x1b[97;3u\x1b[97;6u\x1b[9;5u", keys("<Esc> <s-cr> <s-space> <c-c> <a-a> <c-s-a> <c-Tab>")},
		{"\x1b[97:65;2u\x1b[97;2u\x1b[49:33;2u\x1b[97;;65u\x1b[233u", keys("A A ! A é")},
		{"\x1b[106;1:1u\x1b[106;1:2u\x1b[106;1:3u\x1b[1;1:3A\x1b[3;1:3~\x1b[106;9u", keys("j j")},
		{"\x1b[57414u\x1b[57417;5u\x1b[57400u\x1b[57364u\x1b[57441u\x1b[57428u\x1b[57358u", keys("<cr> <c-Left> 1 <F1>")},
		{"\x1b[106;65u\x1b[106;129u\x1b[99;133u", keys("j j <c-c>")}, // CapsLock and NumLock are on
		{"\x1b[27;5;105~\x1b[27;2;13~\x1b[27;6;73~", keys("<c-i> <s-cr> <c-s-i>")},
		// the mouse
		{"\x1b[<0;5;3M\x1b[<0;5;3m", []Event{Mouse{4, 2, "press", 1}, Mouse{4, 2, "release", 1}}},
		{"\x1b[<2;1;1M\x1b[<35;9;9M\x1b[<32;9;9M", []Event{Mouse{0, 0, "press", 3}, Mouse{8, 8, "move", 0}, Mouse{8, 8, "move", 1}}},
		{"\x1b[<64;2;2M\x1b[<65;2;2M\x1b[<66;2;2M\x1b[<128;2;2M", []Event{Mouse{1, 1, "wheel", -1}, Mouse{1, 1, "wheel", 1}}},
		{"\x1b[M !!\x1b[M#!!j", []Event{Mouse{0, 0, "press", 1}, Mouse{0, 0, "release", 0}, Key("j")}},
		{"\x1b[I\x1b[O", []Event{Focus(true), Focus(false)}},
		// answers
		{"\x1b]11;rgb:ffff/8080/0000\x1b\\", []Event{Background{255, 128, 0}}},
		{"\x1b]11;rgb:f/0/8\a\x1b]11;#102030\a\x1b]11;rgba:00/00/10/ff\a", []Event{Background{255, 0, 136}, Background{16, 32, 48}, Background{0, 0, 16}}},
		{"\x1b]11;rgb:zz/0/0\a\x1b]10;rgb:0/0/0\a\x1b]52;c;aGk=\aj", []Event{Key("j")}},
		{"\x1b[?62;4;22c\x1b[>1;10;0c", []Event{Attributes{62, 4, 22}}},
		{"\x1b[6;20;10t\x1b[4;600;800t\x1b[8;24;80t\x1b[48;24;80;600;800t", []Event{CellPixels{10, 20}, WindowPixels{800, 600}, Size{80, 24}, Size{80, 24}}},
		{"\x1b[?2026;2$y\x1b[?997;1n\x1b[?997;2n\x1b[?1u", []Event{Mode{2026, 2}, Scheme{true}, Scheme{false}, Keyboard(1)}},
		{"\x1b_Gi=31;OK\x1b\\\x1b_Gi=31,p=2;ENOENT:no\x1b\\", []Event{Graphics{31, true, "OK"}, Graphics{31, false, "ENOENT:no"}}},
		{"\x1bP>|xterm(370)\x1b\\\x1bP1$r0m\x1b\\", []Event{Version("xterm(370)")}},
		{"\x1b]", keys("<a-]>")}, {"\x1b[", keys("<a-[>")}, {"\x1bO", keys("<a-O>")}, {"\x1bP", keys("<a-P>")}, {"\x1b_x", keys("<a-_> x")}, {"\x1b]q", keys("<a-]> q")},
		// pastes
		{"\x1b[200~hello\rworld\r\n\t✓\x1b[201~j", []Event{Paste("hello\nworld\n\t✓"), Key("j")}},
		{"\x1b[200~\x1b[31mred\x00\x7f\xff\xc2\x85\x1b[201~", []Event{Paste("[31mred�")}},
		{"\x1b[200~\x1b[201~\x1b[200~x", []Event{Paste("x")}},
		// what breaks off
		{"\x1b[1;\x03", keys("<c-c>")}, {"\x1b]11;rgb:\x03j", keys("<c-c> j")}, {"\x1b[12", nil}, {"\x1b]11;rgb", nil},
		{"\xff\xc3j\xe2\x9cq", keys("j q")}, {"\xe2\x9c", nil}, {"\x1b[<0;1m\x1b[u\x1b[99999999999u", []Event{Mouse{0, 0, "release", 1}}},
		{"\x1b]0;" + strings.Repeat("x", 3*maxString) + "\x1b\\j", keys("j")},
	} {
		if got := all(tt.in); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%.80q: got %q, want %q", tt.in, got, tt.want)
		}
		if got := splits(tt.in, 1); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%.80q, byte by byte: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func keys(names string) (out []Event) {
	for name := range strings.SplitSeq(names, " ") {
		out = append(out, Key(name))
	}
	return out
}

// splits decodes a stream in pieces; the seed says where it is split.
func splits(s string, seed int) (out []Event) {
	var d Decoder
	for len(s) > 0 {
		n := min(len(s), seed%7+1)
		seed = seed/7*5 + seed%7*3
		out = append(out, d.Decode([]byte(s[:n]))...)
		s = s[n:]
	}
	return append(out, d.Flush()...)
}

// TestWait: a timer is needed between ESC and what follows it, and never at rest.
func TestWait(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"": 0, "j": 0, "\x1b[A": 0, "\x1b": keyWait, "\x1b[1;": keyWait, "\x1b]": keyWait, "\x1b]11;": answerWait, "\x1b_Gi": answerWait,
		"\x1bP>|": answerWait, "\x1b[200~x": pasteWait, "\x1b[200~x\x1b[201~": 0, "\xe2": keyWait,
	} {
		var d Decoder
		d.Decode([]byte(in))
		if got := d.Wait(); got != want {
			t.Errorf("%q: waits %v, want %v", in, got, want)
		}
		d.Flush()
		if got := d.Wait(); got != 0 {
			t.Errorf("%q: waits %v after Flush", in, got)
		}
	}
}

// TestHugePaste: a paste of any size comes in pieces, whole, and memory is given back.
func TestHugePaste(t *testing.T) {
	text := strings.Repeat("a✓b\r", 700_000)
	for _, step := range []int{4096, 1 << 16, 5 << 20} {
		var d Decoder
		var got strings.Builder
		in := "\x1b[200~" + text + "\x1b[201~"
		pieces := 0
		for len(in) > 0 {
			n := min(step, len(in))
			for _, e := range d.Decode([]byte(in[:n])) {
				got.WriteString(string(e.(Paste)))
				pieces++
			}
			in = in[n:]
		}
		if want := strings.ReplaceAll(text, "\r", "\n"); got.String() != want {
			t.Errorf("in steps of %d: %d bytes, want %d", step, got.Len(), len(want))
		}
		if pieces != len(text)/maxPaste+1 {
			t.Errorf("in steps of %d: %d pieces", step, pieces)
		}
		if cap(d.buf)+cap(d.text) > 2*maxPaste {
			t.Errorf("in steps of %d: %d bytes are kept", step, cap(d.buf)+cap(d.text))
		}
	}
}

func TestDark(t *testing.T) {
	for c, want := range map[Background]bool{{0, 0, 0}: true, {255, 255, 255}: false, {21, 23, 28}: true, {253, 246, 227}: false, {0, 0, 255}: true, {255, 255, 0}: false} {
		if got := c.Dark(); got != want {
			t.Errorf("%v: dark %v", c, got)
		}
	}
}

// FuzzDecode: any split gives the same events, every key is one that stage could name, and no text has
// controls.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"\x1b[200~a\r\nb\x1b[201~", "\x1b\x1b[A\x1b]11;rgb:1/2/3\a", "\x1b[27;5;105~\x1b[106;1:3u✓\xff", "\x1b[M !!", "\x1bP>|x\x1b\\\x1b_Gi=1;OK\x1b\\", "\x1b[3$\x03"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, in string, seed int) {
		want := all(in)
		for _, seed := range []int{max(seed, -seed) & 0xffffff, 0} {
			if got := splits(in, seed); !reflect.DeepEqual(got, want) {
				t.Fatalf("%q: got %q, want %q", in, got, want)
			}
		}
		for _, e := range want {
			if e == nil {
				t.Fatalf("%q: a nil event", in)
			}
			s := fmt.Sprint(e)
			if p, ok := e.(Paste); ok {
				s = strings.NewReplacer("\n", "", "\t", "").Replace(string(p))
			}
			if _, ok := e.(Version); !ok && strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
				t.Fatalf("%q: %q has a control", in, s)
			}
		}
	})
}
