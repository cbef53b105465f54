package sandbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/group"
	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// typed runs a shell script at a terminal and types keys.
func typed(t testing.TB, text, keys string, change func(*Cmd)) (Result, string) {
	t.Helper()
	return script(t, text, func(c *Cmd) {
		c.Terminal, c.Stdin = &Terminal{Cols: 100, Rows: 30}, strings.NewReader(keys)
		if change != nil {
			change(c)
		}
	})
}

// everywhere runs a test in every form, and in sandboxes that waited.
func everywhere(t *testing.T, run func(t *testing.T, set func(*Cmd))) {
	t.Helper()
	needSandbox(t)
	t.Run("whole", func(t *testing.T) { run(t, func(*Cmd) {}) })
	t.Run("outer", func(t *testing.T) { run(t, func(c *Cmd) { c.outer = true }) })
	t.Run("plain", func(t *testing.T) {
		needRoot(t)
		run(t, func(c *Cmd) { c.form = plain })
	})
	t.Run("confined", func(t *testing.T) {
		needLandlock(t)
		run(t, func(c *Cmd) { c.form = confined })
	})
	t.Run("unconfined", func(t *testing.T) { run(t, func(c *Cmd) { c.Unconfined = true }) })
	t.Run("bare", func(t *testing.T) { run(t, func(c *Cmd) { c.Unconfined, c.bare = true, true }) })
	t.Run("keeper", func(t *testing.T) {
		p := NewPool(0)
		defer p.Close()
		p.keep()
		run(t, func(c *Cmd) { c.Pool = p })
	})
	t.Run("pool", func(t *testing.T) {
		p := NewPool(1)
		defer p.Close()
		run(t, func(c *Cmd) {
			c.Pool = p
			p.WarmFor(c)
			p.work.Wait()
			if len(p.ready) == 0 {
				t.Error("nothing waits")
			}
		})
	})
}

// A typist waits for texts on the screen, one after the other, and then types.
type typist struct {
	t      testing.TB
	screen bytes.Buffer
	script []string // a text to wait for, keys to type, and so on
	keys   chan string
}

func newTypist(t testing.TB, script ...string) *typist {
	y := &typist{t: t, script: script, keys: make(chan string, len(script))}
	y.look()
	return y
}

func (y *typist) look() {
	for len(y.script) > 0 && strings.Contains(y.screen.String(), y.script[0]) {
		y.keys <- y.script[1]
		y.script = y.script[2:]
	}
	if len(y.script) == 0 && y.keys != nil {
		close(y.keys)
		y.keys = nil
	}
}

func (y *typist) Write(b []byte) (int, error) {
	y.screen.Write(b)
	y.look()
	return len(b), nil
}

// keyboard is what y types.
func (y *typist) keyboard() io.Reader {
	keys := y.keys
	typed := ""
	return readerFunc(func(b []byte) (int, error) {
		if typed == "" {
			typed = <-keys
		}
		if typed == "" {
			return 0, io.EOF
		}
		n := copy(b, typed)
		typed = typed[n:]
		return n, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestTyping(t *testing.T) {
	tests := []struct {
		name, script string
		keys         []string
		exit         int
		want         string
	}{
		{"size and streams", "stty size; test -t 0 && test -t 1 && test -t 2 && echo all; echo one >&2; echo two >/dev/tty", nil, 0,
			"30 100\r\nall\r\none\r\ntwo\r\n"},
		{"a line, then the end", "stty -echo; echo ready; cat; echo end", []string{"ready", "a line\n\x04"}, 0, "ready\r\na line\r\nend\r\n"},
		{"echo", "echo up; read x; echo got $x", []string{"up\r\n", "ab\x7fc\n"}, 0, "up\r\nab\b \bc\r\ngot ac\r\n"},
		{"UTF-8", "echo up; read x; echo got $x", []string{"up\r\n", "é\x7fc\n"}, 0, "up\r\né\b \bc\r\ngot c\r\n"},
		{"interrupt", "trap 'echo caught; exit 3' INT; echo up; read x; read y", []string{"up", "\x03"}, 3, "up\r\n^Ccaught\r\n"},
		{"nothing more is typed", "echo up; read x; sleep .1; echo $x", []string{"up", "all\n"}, 0, "up\r\nall\r\nall\r\n"},
		{"job control", "set -m; sh -c 'echo up; read x; echo $x'; jobs", []string{"up", "a\n"}, 0,
			"up\r\na\r\na\r\n"},
	}
	everywhere(t, func(t *testing.T, set func(*Cmd)) {
		for _, tt := range tests {
			y := newTypist(t, tt.keys...)
			r, _ := typed(t, tt.script, "", func(c *Cmd) {
				c.Stdin, c.Stdout = y.keyboard(), y
				set(c)
			})
			if out := y.screen.String(); out != tt.want || r.Exit != tt.exit || r.Signal != "" {
				t.Errorf("%s: got %q, %s %d %s, want %q", tt.name, out, r.Status, r.Exit, r.Signal, tt.want)
			}
		}
	})
}

// The program learns each new size by a signal.
func TestResize(t *testing.T) {
	everywhere(t, func(t *testing.T, set func(*Cmd)) {
		var out bytes.Buffer
		sizes := make(chan [2]int, 1)
		r, _ := typed(t, "trap 'stty size; exit 3' WINCH; stty size; while :; do sleep .02; done", "", func(c *Cmd) {
			c.Terminal.Resize = sizes
			c.Stdout = writerFunc(func(b []byte) {
				if out.Len() == 0 {
					sizes <- [2]int{132, 43}
				}
				out.Write(b)
			})
			set(c)
		})
		if got, want := out.String(), "30 100\r\n43 132\r\n"; got != want || r.Exit != 3 {
			t.Errorf("got %q, %s %s, want %q", got, r.Status, r.Reason, want)
		}
	})
}

func needRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("root makes this form")
	}
}

// buryOrphans waits for all processes that became ours since before, see TestMain, as init would.
// It does not come back while one of them lives.
func buryOrphans(before []int) {
	for slices.ContainsFunc(group.Descendants(os.Getpid()), func(pid int) bool { return !slices.Contains(before, pid) }) {
		if _, err := unix.Wait4(-1, nil, 0, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// However a run ends, it leaves no terminal open, and no process that has one: TestMain looks for those.
func TestTerminalsComeBack(t *testing.T) {
	before, processes := openTerminals(), group.Descendants(os.Getpid())
	defer func() { buryOrphans(processes) }()
	tests := []struct {
		name, script string
		limits       Limits
		status       Status
	}{
		{"end", "echo a", Limits{}, OK},
		{"descendant that keeps it", "trap '' HUP; sleep 60 & echo a", Limits{}, OK},
		{"time", "trap '' HUP; sleep 60", Limits{Wall: 100 * time.Millisecond}, TimedOut},
		{"output", "yes", Limits{Output: 1000}, OutputLimit},
		{"closed", "exec <&- >&- 2>&-; sleep .05; echo a >/dev/tty", Limits{}, OK},
		{"stopped", "kill -STOP $$", Limits{Wall: 100 * time.Millisecond}, TimedOut},
		{"never read", "sleep .1", Limits{}, OK},
	}
	everywhere(t, func(t *testing.T, set func(*Cmd)) {
		for _, tt := range tests {
			for _, lines := range []bool{false, true} {
				if tt.name == "closed" && (lines || strings.HasSuffix(t.Name(), "bare")) {
					continue // a terminal that nobody has open is at its end there
				}
				r, out := typed(t, tt.script, "", func(c *Cmd) {
					c.Policy.Limits = tt.limits
					c.Stdin = strings.NewReader(strings.Repeat("x\n", 100_000))
					if lines {
						c.Terminal, c.LineByLine, c.Stdin = nil, [2]int{80, 24}, nil
					}
					set(c)
				})
				if r.Status != tt.status || tt.status == OK && !strings.Contains(out, "a") && tt.name != "never read" {
					t.Errorf("%s: %s %s %q", tt.name, r.Status, r.Reason, out[max(0, len(out)-100):])
				}
			}
		}
	})
	if n := openTerminals(); n != before {
		t.Errorf("%d ends of terminals are open, before it were %d", n, before)
	}
	if _, err := (&Cmd{Path: "nope", Terminal: &Terminal{}, Policy: &Policy{Mounts: System()}}).Run(t.Context()); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want %v", err, ErrNotFound)
	}
	if _, err := (&Cmd{Path: "true", Terminal: &Terminal{}, LineByLine: [2]int{1, 1}}).Run(t.Context()); err == nil {
		t.Error("a program has a terminal and two more")
	}
}

// A program that somebody uses by hand may print and run without end.
func TestTerminalWithoutLimits(t *testing.T) {
	needSandbox(t)
	const size = 8 << 20
	n := 0
	r, _ := typed(t, fmt.Sprintf("stty raw; head -c %d /dev/zero", size), "", func(c *Cmd) {
		c.Policy.Limits = Limits{Output: -1, Wall: -1, CPU: -1}
		c.Stdout = writerFunc(func(b []byte) { n += len(b) })
	})
	if r.Status != OK || n != size {
		t.Errorf("got %d bytes, %s %s, want %d", n, r.Status, r.Reason, size)
	}
}

// If the caller is killed, the program and what it has started are gone, whatever they do about SIGHUP.
func TestTerminalCallerKilled(t *testing.T) {
	const caller = "SLIDEXEC_TEST_CALLER"
	if form := os.Getenv(caller); form != "" {
		_, _ = typed(t, "trap '' HUP; sleep 60 & echo up; sleep 60", "", func(c *Cmd) {
			c.Stdout = os.Stdout
			c.Policy.Limits.Wall = -1
			c.Unconfined, c.outer = form == "unconfined", form == "outer"
			if form == "confined" {
				c.form = confined
			}
		})
		return
	}
	needSandbox(t)
	for _, form := range []string{"whole", "outer", "confined", "unconfined"} {
		t.Run(form, func(t *testing.T) {
			if form == "confined" {
				needLandlock(t)
			}
			before := group.Descendants(os.Getpid())
			c := exec.Command("/proc/self/exe", "-test.run=^TestTerminalCallerKilled$")
			c.Env = append(os.Environ(), caller+"="+form)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil || line != "up\r\n" {
				t.Errorf("got %q, %v", line, err)
			}
			_ = c.Process.Kill()
			_ = c.Wait()
			buryOrphans(before)
		})
	}
}

// TestEndsClosedOnce: what is closed in the background after a run is not closed by the run as well. Its
// numbers may be another run's then.
func TestEndsClosedOnce(t *testing.T) {
	var ends [4]int
	for i := range 2 {
		if err := unix.Pipe2(ends[2*i:2*i+2], unix.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
	}
	init := exec.Command("/bin/sleep", "1000")
	if err := init.Start(); err != nil {
		t.Fatal(err)
	}
	var work func()
	s := &sandboxed{pid: init.Process.Pid, stdout: ends[0], stderr: ends[1], held: [2]int{ends[2], ends[3]},
		listener: -1, socket: -1, given: -1, master: -1, ended: &stage.Message{}, aside: func(w func()) { work = w }}
	v := &supervisor{sandboxed: s}
	if err := v.clear(); err != nil {
		t.Fatal(err)
	}
	s.release()
	open := func(fd int) bool {
		_, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		return err == nil
	}
	for _, fd := range ends {
		if !open(fd) {
			t.Errorf("the run has closed %d, which is closed again later", fd)
		}
	}
	work()
	for _, fd := range ends {
		if open(fd) {
			t.Errorf("nobody has closed %d", fd)
		}
	}
}
