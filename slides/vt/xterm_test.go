package vt

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

var update = flag.Bool("update", false, "write what @xterm/headless shows of the streams in testdata")

// expected is a screen, as expect.js prints it.
type expected struct {
	Lines []string `json:"lines"`
	Col   int      `json:"col"`
	Row   int      `json:"row"`
}

// xterm runs expect.js. The test is skipped where Node.js or the package @xterm/headless is missing;
// NODE_PATH says where the package is.
func xterm(t testing.TB, out any, args ...string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		need.Here(t, "node", "there is no Node.js")
	}
	if exec.Command(node, "-e", "require('@xterm/headless')").Run() != nil {
		need.Here(t, "xterm", "Node.js finds no package @xterm/headless")
	}
	b, err := exec.Command(node, append([]string{"testdata/expect.js"}, args...)...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, out); err != nil {
		t.Fatal(err)
	}
}

// shown returns what our screen makes of a stream.
func shown(cols, rows int, stream []byte) expected {
	s := New(cols, rows)
	s.Write(stream)
	v := s.snapshot()
	return expected{v.Lines, v.Col, v.Row}
}

func differ(got, want expected) string {
	var b strings.Builder
	for y := range max(len(got.Lines), len(want.Lines)) {
		var g, w string
		if y < len(got.Lines) {
			g = got.Lines[y]
		}
		if y < len(want.Lines) {
			w = want.Lines[y]
		}
		if g != w {
			fmt.Fprintf(&b, "row %d: %q\n want  %q\n", y, g, w)
		}
	}
	if got.Col != want.Col || got.Row != want.Row {
		fmt.Fprintf(&b, "cursor %d,%d, want %d,%d\n", got.Col, got.Row, want.Col, want.Row)
	}
	return b.String()
}

// TestRecorded plays what htop, less, top and vim wrote to a terminal of 80×24, and compares each row
// with that of @xterm/headless.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/*.stream")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			golden := strings.TrimSuffix(f, ".stream") + ".json"
			if *update {
				var all []expected
				xterm(t, &all, "80x24", f)
				b, _ := json.MarshalIndent(all[0], "", " ")
				if err := os.WriteFile(golden, append(b, '\n'), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			var want expected
			stream, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			if d := differ(shown(80, 24, stream), want); d != "" {
				t.Error(d)
			}
		})
	}
}

// sane makes output as programs write it: text, moves within the screen, edits, colours. It leaves out
// what @xterm/headless does unlike xterm itself: ESC # 8 with the current style and margins, SD without
// the background, a restored cursor that does not bring its origin mode along, relative moves in origin
// mode, CBT at the end of a line, and half a wide character that stays at the end of a line without wrap.
func sane(r *rand.Rand, cols, rows int) []byte {
	var b []byte
	n := func(most int) int { return r.IntN(most) + 1 }
	words := []string{"hello", "x", "世界", "é", "e\u0301", "a long word that may reach the end", "│", "  "}
	origin, narrow := r.IntN(2) == 0, r.IntN(2) == 0
	for range n(60) {
		begin := len(b)
		switch r.IntN(12) {
		case 0, 1, 2:
			b = append(b, words[r.IntN(len(words))]...)
		case 3:
			b = fmt.Appendf(b, "\x1b[%d;%dH", n(rows+2), n(cols+2))
		case 4:
			b = fmt.Appendf(b, "\x1b[%d%c", n(4), "IdSLMPX@ABCDEFG`ae"[r.IntN(map[bool]int{true: 8, false: 18}[origin])])
		case 5:
			b = fmt.Appendf(b, "\x1b[%d%c", r.IntN(3), "JK"[r.IntN(2)])
		case 6:
			b = fmt.Appendf(b, "\x1b[%dm", []int{0, 1, 2, 3, 4, 7, 9, 21, 22, 23, 24, 27, 29, 31, 39, 42, 49, 93, 104}[r.IntN(19)])
		case 7:
			b = append(b, []string{"\x1b[38;5;123m", "\x1b[48;2;1;2;3m", "\x1b[4:3m", "\x1b[38:2::9:8:7m",
				"\x1b[48:5:200m", "\x1b[m",
				"\x1b[58:2::1:2:3m"}[r.IntN(7)]...)
		case 8:
			b = append(b, []string{"\r", "\n", "\r\n", "\b", "\t", "\x1bD", "\x1bE", "\x1bM", "\x1b7", "\x1b8", "\x1bH",
				"\x1b[g"}[r.IntN(12)]...)
		case 9:
			top := n(rows)
			b = fmt.Appendf(b, "\x1b[%d;%dr", top, top+r.IntN(rows))
		case 10:
			b = append(b, []string{"\x1b[4h", "\x1b[4l", "\x1b[?7l", "\x1b[?7h", "\x1b[?6h", "\x1b[?6l", "\x1b(0",
				"\x1b(B", "\x1b[20h",
				"\x1b[20l", "\x1b[!p"}[r.IntN(11)]...)
		case 11:
			b = append(b, []string{"\x1b[?1049h", "\x1b[?1049l", "\x1b[?47h", "\x1b[?47l", "\x1b[?1047h", "\x1b[?1047l",
				"x\x1b[3b",
				"\x1bc", "\x1b[3J", "\x1b]0;t\a", "\x1b[s", "\x1b[u"}[r.IntN(12)]...)
		}
		switch string(b[begin:]) {
		case "\x1b8", "\x1b[u", "\x1b[?1049l":
			if origin {
				b = b[:begin]
			}
		case "\x1b[?7l", "世界":
			if narrow == (b[begin] != 0x1B) {
				b = b[:begin]
			}
		case "\x1b[?6h":
			if !origin {
				b = b[:begin]
			}
		}
	}
	return b
}

// TestRandom compares random streams with @xterm/headless, where it is there.
func TestRandom(t *testing.T) {
	const cols, rows, count = 20, 7, 400
	r := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	args, streams := []string{fmt.Sprintf("%dx%d", cols, rows)}, [][]byte{}
	for i := range count {
		streams = append(streams, sane(r, cols, rows))
		args = append(args, filepath.Join(dir, fmt.Sprint(i)))
		if err := os.WriteFile(args[i+1], streams[i], 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var want []*expected
	xterm(t, &want, args...)
	bad, broken := 0, 0
	for i, in := range streams {
		if want[i] == nil { // @xterm/headless has no screen for it
			broken++
			continue
		}
		if d := differ(shown(cols, rows, in), *want[i]); d != "" {
			if bad++; bad <= 4 {
				t.Errorf("stream %d %q:\n%s", i, in, d)
			}
		}
	}
	if broken > count/20 {
		t.Errorf("@xterm/headless breaks on %d of %d streams", broken, count)
	}
	if bad > 0 {
		t.Errorf("%d of %d streams differ", bad, count)
	}
}
