package vt

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// TestSequences writes to a screen of 8×4.
func TestSequences(t *testing.T) {
	abcd := "a\r\nb\r\nc\r\nd"
	for _, tt := range []struct{ name, in, want string }{ // rows|…@col,row
		{"text", "hi", "hi@2,0"},
		{"wrap", "12345678", "12345678@7,0"},
		{"wrap waits for a character", "12345678\r9", "92345678@1,0"},
		{"wrap", "123456789", "12345678|9@1,1"},
		{"no wrap", "\x1b[?7l1234567890", "12345670@7,0"},
		{"wide", "世界", "世界@4,0"},
		{"wide in the last column", "1234567世", "1234567|世@2,1"},
		{"over the left half", "世界\x1b[1Gx", "x 界@1,0"},
		{"over the right half", "世界\x1b[2Gx", " x界@2,0"},
		{"marks", "e\u0301x", "e\u0301x@2,0"},
		{"mark in the first column", "\u0301x", "x@1,0"},
		{"emoji in parts", "👩\u200d👧x", "👩\u200d👧x@3,0"},
		{"flag", "🇩🇪x", "🇩🇪x@3,0"},
		{"neighbours that would join", "\U0001F469\u200d\x1b[3G\x1b[C👧", "👩\u200d 👧@5,0"},
		{"broken UTF-8", "\xe4\xb8x\xffy", "\uFFFDx\uFFFDy@4,0"},
		{"a sequence ends a character", "\xe4\xb8\x1b[Cx", "\uFFFD x@3,0"},
		{"C1 CSI", "ab\u009b1Dx", "ax@2,0"},
		{"C1 NEL", "a\u0085b", "a|b@1,1"},
		{"bidi and no-width characters", "a\u202e\u200bb", "ab@2,0"},
		{"BS, TAB, CR", "ab\bx\r\tz", "ax     z@7,0"},
		{"ESC D", "a\x1bDb", "a| b@2,1"},
		{"ESC E", "a\x1bEb", "a|b@1,1"},
		{"ESC M", abcd + "\x1b[H\x1bMx", "x|a|b|c@1,0"},
		{"ESC #8", "\x1b#8", "EEEEEEEE|EEEEEEEE|EEEEEEEE|EEEEEEEE@0,0"},
		{"ESC c", "abc\x1bcx", "x@1,0"},
		{"LF scrolls", abcd + "\ne", "b|c|d| e@2,3"},
		{"margins", abcd + "\x1b[2;3r\x1b[3;1H\nx", "a|c|x|d@1,2"},
		{"margins beyond the screen", "\x1b[5;20r\x1b[Sx", "x@1,0"},
		{"SU", abcd + "\x1b[2S", "c|d@1,3"},
		{"SD", abcd + "\x1b[2T", "||a|b@1,3"},
		{"SD with a background", "\x1b[44m\x1b[T\x1b[m\x1b[2;1H\x1b[J", "\x1b[44m        \x1b[0m@0,1"},
		{"IL", abcd + "\x1b[2;1H\x1b[L", "a||b|c@0,1"},
		{"DL", abcd + "\x1b[2;1H\x1b[M", "a|c|d@0,1"},
		{"ICH", "abc\x1b[2G\x1b[2@", "a  bc@1,0"},
		{"DCH", "abcd\x1b[2G\x1b[2P", "ad@1,0"},
		{"ECH", "abcd\x1b[2G\x1b[2X", "a  d@1,0"},
		{"IRM", "abc\x1b[4h\x1b[Hxy\x1b[4lz", "xyzbc@3,0"},
		{"EL", "abcd\x1b[2G\x1b[K", "a@1,0"},
		{"EL 1", "abcd\x1b[2G\x1b[1K", "  cd@1,0"},
		{"ED", abcd + "\x1b[2;1H\x1b[J", "a@0,1"},
		{"ED 1", abcd + "\x1b[2;1H\x1b[1J", "||c|d@0,1"},
		{"ED 2", abcd + "\x1b[2J", "@1,3"},
		{"ED 3 leaves the screen", abcd + "\x1b[3J", "a|b|c|d@1,3"},
		{"REP", "x\x1b[3b", "xxxx@4,0"},
		{"CUP, CHA, VPA", "\x1b[2;3Ha\x1b[1Gb\x1b[3dc", "|b a| c@2,2"},
		{"origin mode", "\x1b[2;3r\x1b[?6hx\x1b[9;1Hy", "|x|y@1,2"},
		{"tabs", "\x1b[3g\x1b[4G\x1bH\r\tx\x1b[Zy", "   y@4,0"},
		{"DECSC", "ab\x1b[31m\x1b7\x1b[m\r\nc\x1b8d", "ab\x1b[31md\x1b[0m|c@3,0"},
		{"G0", "\x1b(0lqk\x1b(Bq", "┌─┐q@4,0"},
		{"G1", "\x1b)0q\x0eq\x0fq", "q─q@3,0"},
		{"47", "ab\x1b[?47hX\x1b[?47l", "ab@3,0"},
		{"1049", "ab\x1b[?1049h\x1b[HX\x1b[?1049l", "ab@2,0"},
		{"1047 is empty", "ab\x1b[?1047h", "@2,0"},
		{"DECSTR", "\x1b[?6;4h\x1b[2;3r\x1b[31m\x1b[!px", "|x@1,1"},
		{"SGR", "\x1b[1;31ma\x1b[22mb\x1b[39mc", "\x1b[1;31ma\x1b[0;31mb\x1b[0mc@3,0"},
		{"SGR with colons", "\x1b[4:3;38:2::1:2:3;48:5:9ma\x1b[4:0m", "\x1b[4:3;38;2;1;2;3;101ma\x1b[0m@1,0"},
		{"SGR, colour of an underline", "\x1b[58;2;1;4;9ma\x1b[58:5:1mb", "ab@2,0"},
		{"conceal", "\x1b[8mhidden", "hidden@6,0"},
		{"background to the end", "\x1b[41m\x1b[K", "\x1b[41m        \x1b[0m@0,0"},
		{"strings", "a\x1b]0;title\ab\x1bPq#0\x1b\\c\x1b_Gx\x1b\\d\x1bXy\x1b\\e\x1b^z\u009cf", "abcdef@6,0"},
		{"CAN", "a\x1b[3\x18b\x1b]0;x\x1ac", "abc@3,0"},
		{"controls in a sequence", "ab\x1b[\b1Cx", "abx@3,0"},
		{"huge parameters", "\x1b[2147483647Ix\x1b[2147483647X\x1b[2147483647A\x1b[99999999999999Dy", "y@1,0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := New(8, 4)
			s.Write([]byte(tt.in))
			v := check(t, s)
			if got := fmt.Sprintf("%s@%d,%d", strings.Join(v.Lines, "|"), v.Col, v.Row); got != tt.want {
				t.Errorf("%q gives %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestReplies(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[c": "\x1b[?62;22c", "\x1b[>c": "\x1b[>0;0;0c", "\x1b[5n": "\x1b[0n", "ab\x1b[6n": "\x1b[1;3R",
		"\x1b[?6n": "\x1b[?1;1R", "\x1b[?7$p": "\x1b[?7;1$y", "\x1b[?2026$p": "\x1b[?2026;2$y",
		"\x1b[?99$p": "\x1b[?99;0$y", "\x1b[?69h\x1b[?69$p": "\x1b[?69;0$y",
		"\x1b[4$p": "\x1b[4;2$y", "\x1b[>q": "\x1bP>|slidexec\x1b\\", "\x1b]11;?\a": "\x1b]11;rgb:0000/0000/0000\x1b\\",
		"\x1b]4;196;?\x1b\\": "\x1b]4;196;rgb:ffff/0000/0000\x1b\\", "\x1bP$qm\x1b\\": "\x1bP0$r\x1b\\",
		"\x1b[18t":           "\x1b[8;4;8t",
		"\x1b]0;t\a\x1b[21t": "", "\x1b]52;c;?\a": "", "\x1b]4;999;?\a": "",
	} {
		s := New(8, 4)
		s.Write([]byte(in))
		if got := string(s.Replies()); got != want {
			t.Errorf("%q is answered by %q, want %q", in, got, want)
		}
		if got := s.Replies(); got != nil {
			t.Errorf("%q is answered twice", in)
		}
	}
	s := New(8, 4)
	s.Write([]byte(strings.Repeat("\x1b[c", 1<<16)))
	if n := len(s.Replies()); n == 0 || n > maxReplies {
		t.Errorf("%d bytes of answers", n)
	}
}

func TestEncode(t *testing.T) {
	key := func(k string) slides.Input { return slides.Input{Key: k} }
	mouse := func(action string, button int) slides.Input {
		return slides.Input{Mouse: &slides.Mouse{Col: 1, Row: 2, Action: action, Button: button}}
	}
	for _, tt := range []struct {
		modes string
		in    slides.Input
		want  string
	}{
		{"", key("a"), "a"}, {"", key("ß"), "ß"}, {"", key(" "), " "}, {"", key("<"), "<"}, {"", key("<cr>"), "\r"},
		{"", key("<Tab>"), "\t"}, {"", key("<s-Tab>"), "\x1b[Z"}, {"", key("<Backspace>"), "\x7f"},
		{"", key("<Esc>"), "\x1b"},
		{"", key("<c-c>"), "\x03"}, {"", key("<c-space>"), "\x00"}, {"", key("<c-]>"), "\x1d"},
		{"", key("<c-/>"), "\x1f"},
		{"", key("<a-x>"), "\x1bx"}, {"", key("<a-X>"), "\x1bX"}, {"", key("<a-c-x>"), "\x1b\x18"},
		{"", key("<s-space>"), " "},
		{"", key("<Up>"), "\x1b[A"}, {"?1", key("<Up>"), "\x1bOA"}, {"?1", key("<c-Left>"), "\x1b[1;5D"},
		{"", key("<s-End>"), "\x1b[1;2F"},
		{"", key("<F1>"), "\x1bOP"}, {"", key("<F5>"), "\x1b[15~"}, {"", key("<s-F5>"), "\x1b[15;2~"},
		{"", key("<PageUp>"), "\x1b[5~"},
		{"", key("<Delete>"), "\x1b[3~"}, {"", key("<page_down>"), "\x1b[6~"}, {"", key("<nokey>"), ""},
		{"", key("<c->>"), ">"},
		{"", slides.Input{Text: "a\nb\r\nc"}, "a\rb\rc"},
		{"?2004", slides.Input{Text: "a\x1b[20\x1b[201~1~b"}, "\x1b[200~ab\x1b[201~"},
		{"?2004", slides.Input{Text: "\u009b201~b"}, "\x1b[200~b\x1b[201~"},
		{"", mouse("press", 1), ""}, {"?9", mouse("press", 1), "\x1b[M \"#"}, {"?9", mouse("release", 1), ""},
		{"?1000", mouse("release", 1), "\x1b[M#\"#"}, {"?1000;1006", mouse("press", 3), "\x1b[<2;2;3M"},
		{"?1000;1006", mouse("release", 3), "\x1b[<2;2;3m"}, {"?1000;1006", mouse("move", 1), ""},
		{"?1002;1006", mouse("move", 1), "\x1b[<32;2;3M"}, {"?1002;1006", mouse("move", 0), ""},
		{"?1003;1006", mouse("move", 0), "\x1b[<35;2;3M"}, {"?1000;1006", mouse("wheel", -1), "\x1b[<64;2;3M"},
		{"?1000", mouse("wheel", 1), "\x1b[Ma\"#"},
		{"?1000", slides.Input{Mouse: &slides.Mouse{Col: 99, Action: "press", Button: 1}}, ""},
	} {
		s := New(8, 4)
		if tt.modes != "" {
			s.Write([]byte("\x1b[" + tt.modes + "h"))
		}
		if got := string(s.Encode(tt.in)); got != tt.want {
			t.Errorf("modes %q: %+v gives %q, want %q", tt.modes, tt.in, got, tt.want)
		}
	}
	s := New(8, 4)
	if s.Encode(slides.Input{Size: &[2]int{9, 5}}) != nil || s.Snapshot().Cols != 9 || s.Snapshot().Rows != 5 {
		t.Error("an input with a size does not change it")
	}
	if s.Focus(true) != nil {
		t.Error("the focus is told without being asked for")
	}
	s.Write([]byte("\x1b[?1004h"))
	if got := string(s.Focus(true)) + string(s.Focus(false)); got != "\x1b[I\x1b[O" {
		t.Errorf("focus: %q", got)
	}
}

// TestSynchronized: an update is hidden until its end, but not for ever.
func TestSynchronized(t *testing.T) {
	first := func(s *Screen) string { return strings.Join(s.Snapshot().Lines, "|") }
	synctest.Test(t, func(t *testing.T) {
		s := New(8, 4)
		s.Write([]byte("old\x1b[?2026h\rnew"))
		if got := first(s); got != "old" || !s.Changed() {
			t.Errorf("within the update: %q, changed %v", got, s.Changed())
		}
		s.Write([]byte("er\x1b[?2026l"))
		if got := first(s); got != "newer" || s.Changed() {
			t.Errorf("after the update: %q, changed %v", got, s.Changed())
		}
		s.Write([]byte("\x1b[?2026h\rx"))
		time.Sleep(maxHold / 2)
		s.Write([]byte("\x1b[?2026h"))
		time.Sleep(maxHold / 2)
		if got := first(s); got != "xewer" {
			t.Errorf("an update that does not end hides %q", got)
		}
		s.Write([]byte("\x1b[?2026h\r"))
		s.Write([]byte(strings.Repeat("y\r", holdSize/2)))
		if got := first(s); got != "yewer" {
			t.Errorf("an update that prints for ever hides %q", got)
		}
	})
}

func TestBack(t *testing.T) {
	s := New(8, 2)
	for i := range maxBack + 5 {
		fmt.Fprintf(s, "%d\r\n", i)
	}
	v := s.Snapshot()
	if len(v.Back) != maxBack || v.Back[0] != "4" || v.Back[maxBack-1] != "1003" || v.Lines[0] != "1004" {
		t.Errorf("%d rows, from %q to %q, then %q", len(v.Back), v.Back[0], v.Back[len(v.Back)-1], v.Lines)
	}
	s.Write([]byte("\x1b[?1049hx\r\n\n\n"))
	if w := s.Snapshot(); len(w.Back) != maxBack || w.Back[0] != "4" || !w.Alternate {
		t.Error("rows of the alternate screen are kept")
	}
	s.Write([]byte("\x1b[?1049l\x1b[3J"))
	if w := s.Snapshot(); len(w.Back) != 0 || w.Lines[0] != "1004" {
		t.Errorf("after CSI 3J: %q, then %q", w.Back, w.Lines)
	}
	if v.Back[0] != "4" {
		t.Error("a snapshot has changed")
	}
	wide := New(maxCols, 2)
	wide.Write([]byte(strings.Repeat("x\n", 2*maxBack)))
	if n := len(wide.Snapshot().Back); n > maxCells/maxCols {
		t.Errorf("%d wide rows are kept", n)
	}
}

func TestResize(t *testing.T) {
	s := New(8, 4)
	s.Write([]byte("1\r\n2\r\n3\r\n12345世"))
	s.Resize(6, 2)
	if got := strings.Join(s.Snapshot().Back, "|") + "/" + strings.Join(check(t, s).Lines, "|"); got != "1|2/3|12345" {
		t.Errorf("smaller: %q", got)
	}
	s.Resize(-1, 1<<30)
	if v := check(t, s); v.Cols != 1 || v.Rows != maxRows {
		t.Errorf("the size is %d×%d", v.Cols, v.Rows)
	}
	old := s.Snapshot()
	if s.Resize(1, maxRows); s.Changed() || s.Snapshot() != old {
		t.Error("the same size is a change")
	}
}

// TestTurns: whatever a program writes, others get the screen after little of it, and it is all taken.
func TestTurns(t *testing.T) {
	for _, in := range []string{"\x1b#8", "\x1b[41m\x1b[2J", "\x1b[41m\x1b[J", "\x1b[99999S", "\x1b[99999T", "\x1b[99999L", "x\x1b[99999b", "\x1b[41m\x1bc",
		"\x1b[?1049h\x1b[?1049l", "\x1b#8\x1b[?2026h\x1b[?2026l", "\x1bM\x1b[H", "\x1b[999H\n"} {
		s, p := New(500, 200), bytes.Repeat([]byte(in), 600)
		if n := s.take(p); n > len(p)*9/10 {
			t.Errorf("%q: %d of %d bytes at once", in, n, len(p))
		}
		if n, err := s.Write(append(p, "\x1bc\x1b[6nLAST"...)); err != nil || n != len(p)+10 || string(s.Text()) != "LAST\n" || string(s.Replies()) != "\x1b[1;1R" {
			t.Errorf("%q: takes %d of %d, shows %q", in, n, len(p), s.Text())
		}
	}
}

// TestOneLeft: screens that take output leave a processor for keys, and a screen that waits for its turn can be shown.
func TestOneLeft(t *testing.T) {
	for range cap(turns) {
		turns <- struct{}{}
	}
	s, done := New(8, 2), make(chan struct{})
	go func() {
		defer close(done)
		_, _ = s.Write([]byte("x"))
	}()
	for range 1000 {
		runtime.Gosched()
		if len(s.Snapshot().Lines) > 0 {
			t.Error("it takes output while all turns are given")
			break
		}
	}
	for range cap(turns) {
		<-turns
	}
	<-done
	if got := string(s.Text()); got != "x\n" || cap(turns) >= max(2, runtime.GOMAXPROCS(0)) {
		t.Errorf("it shows %q; %d turns", got, cap(turns))
	}
}
