package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// turn is what somebody does when the screen shows something.
type turn struct {
	shows string
	do    []slides.Input
}

func key(names ...string) (out []slides.Input) {
	for _, n := range names {
		out = append(out, slides.Input{Key: n})
	}
	return out
}

func typing(text string) (out []slides.Input) {
	for _, r := range text {
		out = append(out, slides.Input{Key: string(r)})
	}
	return out
}

// drive runs a program in a real terminal and takes the turns; each must come.
func drive(t *testing.T, r *Runner, s *slides.Snippet, turns ...turn) slides.Result {
	t.Helper()
	k := NewKeyboard([2]int{})
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	var last slides.Result
	err := r.RunTasks(ctx, []Task{{Snippet: s, Keyboard: k}}, func(ran slides.Ran) {
		if last = ran.Result; last.State == slides.Running && len(turns) > 0 && strings.Contains(plain(last), turns[0].shows) {
			for _, in := range turns[0].do {
				k.Type(in)
			}
			turns = turns[1:]
		}
	})
	if errors.Is(err, context.DeadlineExceeded) || len(turns) > 0 {
		t.Fatalf("the screen is\n%s\nleft to do: %+v", plain(last), turns)
	} else if err != nil {
		t.Fatal(err)
	}
	return last
}

// plain is the text of the screen without colours.
func plain(r slides.Result) string {
	if r.Screen == nil {
		return ""
	}
	return anywhere.ReplaceAllString(string(r.Screen.Text()), "")
}

func needs(t *testing.T, command string) {
	t.Helper()
	missing := ""
	if _, err := exec.LookPath(command); err != nil {
		missing = err.Error()
	}
	need.Here(t, command, missing)
}

func TestRealTerminal(t *testing.T) {
	r := real(t, Options{})
	for _, tt := range []struct {
		name, needs, lang, code string
		turns                   []turn
		want                    []string // of the last screen
	}{
		{"bash", "bash", "bash", "test -t 0 && test -t 1 && test -t 2 && echo \"at $(stty size) $TERM $COLORTERM [$COLUMNS]\"\nread -p 'name? ' x\necho \"hello $x\"\n",
			[]turn{{"name?", append(typing("Zoë"), key("<cr>")...)}},
			[]string{"at 24 80 xterm-256color truecolor []", "name? Zoë", "hello Zoë"}},
		{"keys", "bash", "bash", "stty -echo raw\necho -n 'ready'\nhead -c 9 | od -An -c\n",
			[]turn{{"ready", key("<Up>", "<c-a>", "x", "<Esc>", "<Right>")}},
			[]string{`033   [   A 001   x 033 033   [   C`}},
		{"interrupt", "bash", "bash", "trap 'echo caught; exit' INT\necho ready\nwhile :; do sleep 0.05; done\n",
			[]turn{{"ready", key("<c-c>")}}, []string{"^Ccaught"}},
		{"end of input", "bash", "bash", "echo ready\ncat\necho over\n", []turn{{"ready", key("a", "<cr>", "<c-d>")}}, []string{"ready", "a\na\nover"}},
		{"size", "bash", "bash", "trap 'stty size; exit' WINCH\necho ready\nwhile :; do sleep 0.05; done\n",
			[]turn{{"ready", []slides.Input{{Size: &[2]int{33, 11}}}}}, []string{"11 33"}},
		{"paste", "bash", "bash", "printf '\\033[?2004hready'\nstty -echo raw\nhead -c 14 | od -An -c\n",
			[]turn{{"ready", []slides.Input{{Text: "ab"}}}}, []string{`033   [   2   0   0   ~   a   b 033   [   2   0   1   ~`}},
		{"python", "python3", "python", "import os\nprint(os.get_terminal_size())\nprint('hello', input('name? '))\n",
			[]turn{{"name?", append(typing("you"), key("<cr>")...)}}, []string{"columns=80, lines=24", "hello you"}},
		{"less", "less", "bash", "seq 200 > /tmp/n\nless /tmp/n\necho over\n",
			[]turn{{"1\n2\n3\n", key("G")}, {"\n200\n", key("q")}}, []string{"over"}},
		{"vim", "vim", "bash", "cd /tmp\nvim -u NONE -N note\ncat note\n",
			[]turn{{"~\n~\n", append(typing("iwritten"), key("<Esc>", ":", "w", "q", "<cr>")...)}}, []string{"written"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			needs(t, tt.needs)
			s := drawn(tt.code)
			s.Lang = tt.lang
			res := drive(t, r, s, tt.turns...)
			if res.Status != slides.OK {
				t.Errorf("%+v", res)
			}
			for _, want := range tt.want {
				if !strings.Contains(plain(res), want) {
					t.Errorf("the screen lacks %q:\n%s", want, plain(res))
				}
			}
		})
	}
}

// TestRealOrder: what a program prints comes in the order and at the time at which it prints it, and
// told apart.
func TestRealOrder(t *testing.T) {
	r := real(t, Options{})
	for _, tt := range []struct{ lang, code string }{
		{"c", "#include <stdio.h>\n#include <unistd.h>\nint main(void) {\n\tfor (int i = 0; i < 3; i++) {\n\t\tprintf(\"out %d\\n\", i);\n" +
			"\t\tfprintf(stderr, \"err %d\\n\", i);\n\t\tusleep(100000);\n\t}\n}\n"},
		{"perl", "for $i (0..2) { print \"out $i\\n\"; print STDERR \"err $i\\n\"; select undef, undef, undef, 0.1 }\n"},
		{"bash", "python3 -c '\nimport sys, time\nfor i in range(3):\n    print(\"out\", i)\n    print(\"err\", i, file=sys.stderr)\n    time.sleep(0.1)\n'\n"},
	} {
		t.Run(tt.lang, func(t *testing.T) {
			res := do(t, r, snippet(tt.lang, tt.code))
			var log strings.Builder
			var first, last time.Duration
			for _, c := range res.Log {
				if c.Build {
					continue
				}
				if first == 0 {
					first = c.At
				}
				log.WriteString(fmt.Sprint(c.Stderr, " ", string(c.Data)))
				last = c.At
			}
			want := ""
			for i := range 3 {
				want += fmt.Sprintf("false out %d\ntrue err %d\n", i, i)
			}
			if got := log.String(); got != want || res.Screen != nil {
				t.Errorf("got %q, want %q", got, want)
			}
			if last-first < 150*time.Millisecond {
				t.Errorf("it came between %v and %v", first, last)
			}
		})
	}
}

// TestRealTime: the last screen of a program that draws for ever is its result.
func TestRealTime(t *testing.T) {
	r := real(t, Options{Limits: sandbox.Limits{Wall: time.Second}})
	s := drawn("while :; do printf '\\033[H\\033[2Jdrawn'; sleep 0.05; done\n")
	res := results(t, r, s)[0]
	if res.Status != slides.TimedOut || !strings.Contains(plain(res), "drawn") || slides.Judge(s, res).Ruling != slides.Good {
		t.Errorf("%+v, %+v", res, res.Screen)
	}
}

// TestRealFlood: a hundred megabytes end in time, take no memory, and do not delay the keys of another
// program.
func TestRealFlood(t *testing.T) {
	r := real(t, Options{})
	flood := drawn("head -c 100000000 /dev/zero | tr '\\0' 'x' | fold -w 79\necho; echo over\n")
	echo := drawn("stty -echo -icanon\nfor i in $(seq 20); do read -rn1 x; echo \"got $i\"; done\n")
	var now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&now)
	before, most := now.HeapAlloc, uint64(0)
	k := NewKeyboard([2]int{})
	last, turn := slides.Results{}, 0
	err := r.RunTasks(t.Context(), []Task{{Snippet: flood, Keyboard: NewKeyboard([2]int{})}, {Snippet: echo, Keyboard: k}}, func(ran slides.Ran) {
		last[ran.Key] = ran.Result
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
		if ran.Key == echo.Key && ran.Result.State == slides.Running && (turn == 0 || strings.Contains(plain(ran.Result), fmt.Sprintf("got %d\n", turn))) {
			turn++
			k.Type(slides.Input{Key: "x"})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := last[flood.Key]; got.Status != slides.OK || !strings.Contains(plain(got), "over") || got.Truncated {
		t.Errorf("%+v", got)
	}
	if got := last[echo.Key]; got.Status != slides.OK || !strings.Contains(plain(got), "got 20") {
		t.Errorf("%+v\n%s", got, plain(got))
	}
	if grown := int64(most) - int64(before); grown > 48<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

// TestRealStops: fifty terminals that are started and stopped leave nothing behind.
func TestRealStops(t *testing.T) {
	real(t, Options{}) // or the test is skipped
	round := func(n int) {
		r, err := New(Options{CacheDir: warm, Content: "stops"})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var tasks []Task
		for i := range n {
			tasks = append(tasks, Task{Snippet: drawn(fmt.Sprintf("echo ready %d\nsleep 60 & cat\n", i)), Keyboard: NewKeyboard([2]int{}), Stop: make(chan struct{})})
		}
		ready := map[slides.Key]bool{}
		last := slides.Results{}
		_ = r.RunTasks(ctx, tasks, func(ran slides.Ran) {
			last[ran.Key] = ran.Result
			if strings.Contains(plain(ran.Result), "ready") && !ready[ran.Key] {
				if ready[ran.Key] = true; len(ready) == min(n, mostScreens) {
					stop()
				}
			}
		})
		for _, res := range last {
			if res.Status != slides.Canceled {
				t.Errorf("%+v", res)
			}
		}
	}
	round(2)
	before := counts(t)
	round(50)
	after := counts(t)
	if after[0] <= before[0] && after[1] <= before[1] {
		return
	}
	t.Errorf("descriptors and goroutines: %v, and then %v", before, after)
}

// counts returns how many descriptors and goroutines there are.
func counts(t *testing.T) [2]int {
	t.Helper()
	runtime.GC()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return [2]int{len(fds), runtime.NumGoroutine()}
}
