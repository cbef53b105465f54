package tty

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/pty"
	"github.com/slidexec/slidexec/render/present/input"
)

// ends are the ways in which the program of the tests ends, once it is told the key of the way.
var ends = map[input.Key]func(t *Terminal){
	"q": func(*Terminal) {},
	"p": func(*Terminal) { panic("in the goroutine that draws") },
	"g": func(*Terminal) { go func() { panic("in another goroutine") }(); select {} },
	"n": func(*Terminal) { go func() { m := map[string]*int{}; *m["x"] = 1 }(); select {} },
	"f": func(*Terminal) { // a fatal error, which nothing recovers
		m := map[int]int{}
		for range 4 {
			go func() {
				for {
					m[1]++
				}
			}()
		}
		select {}
	},
	"x": func(*Terminal) { os.Exit(3) },
	"k": func(*Terminal) { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) },
	"l": func(t *Terminal) { // in the middle of what a program does with the terminal
		if l, _, err := t.Lend(func(int, int) Screen { return &answering{} }); err == nil {
			_, _ = io.WriteString(l.Out, "LENT\x1b(0\x1b[?1h\x1b[>4;2m\x1b[>31u\x1b[?66h\x1b[5 q")
		}
		t.writer.wait(10 * time.Second)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	},
	"z": func(t *Terminal) {
		t.Suspend()
		_, _ = t.Write([]byte("AGAIN"))
		for events := range t.Events() {
			for _, e := range events {
				if e == input.Key("q") {
					return
				}
			}
		}
	},
	"b": func(t *Terminal) { // more than a terminal takes that does not read
		for range 100 {
			_, _ = t.Write(bytes.Repeat([]byte("\x1b_Gm=1;AAAA"), 10_000))
		}
		if t.Busy() {
			_, _ = os.Stderr.WriteString("busy\n")
		}
	},
	"c": func(t *Terminal) { <-t.done }, // until the terminal is gone
}

// TestMain is also the program that shows a talk: it ends as the first key says, and at the first signal.
func TestMain(m *testing.M) {
	if os.Getenv("SLIDEXEC_TEST_TTY") == "" {
		os.Exit(m.Run())
	}
	os.Exit(program())
}

func program() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	t, err := Open(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer t.Close()
	_, _ = t.Write([]byte("FRAME"))
	if g := t.guard; g != nil {
		<-g.started
	}
	if os.Getenv("SLIDEXEC_TEST_TTY") == "undo" {
		t.Undo(forget)
	}
	_, _ = t.Write([]byte("READY"))
	for {
		select {
		case <-ctx.Done():
			stop() // the second one ends it at once
			if os.Getenv("SLIDEXEC_TEST_TTY") == "slow" {
				_, _ = t.Write([]byte("ENDING"))
				select {}
			}
			return 1
		case events, ok := <-t.Events():
			if !ok {
				return 4
			}
			for _, e := range events {
				if k, ok := e.(input.Key); ok && ends[k] != nil {
					ends[k](t)
					return 0
				}
			}
		}
	}
}

// A show is that program on a terminal.
type show struct {
	*pty.Terminal
	cmd    *exec.Cmd
	before string // the modes
}

func start(t *testing.T, env ...string) *show {
	t.Helper()
	s := &show{Terminal: pty.New(t, 80, 24), cmd: exec.Command(os.Args[0])}
	s.before = s.Modes()
	s.cmd.Env = append(os.Environ(), "SLIDEXEC_TEST_TTY=on", "TERM=xterm-256color", "TMUX=", "STY=", "GOTRACEBACK=single")
	s.cmd.Env = append(s.cmd.Env, env...)
	return s
}

// begin starts it and waits until it shows something.
func (s *show) begin() *show {
	s.Start(s.cmd)
	s.Wait("READY")
	return s
}

// restored checks that the terminal is as it was, and returns what was shown since the end of the talk.
func (s *show) restored(t *testing.T) string {
	t.Helper()
	_ = s.cmd.Wait()
	leave := Kind{}.leave()
	shown := s.Wait(leave)
	late := time.After(10 * time.Second)
	for s.Modes() != s.before { // the guard sets them behind the screen
		select {
		case <-late:
			t.Fatalf("modes are %s\nwere %s", s.Modes(), s.before)
		case <-time.After(2 * time.Millisecond):
		}
	}
	_, after, _ := strings.Cut(shown, leave)
	return after
}

// TestWayBack: however the program ends, the terminal is as before.
func TestWayBack(t *testing.T) {
	for _, tt := range []struct {
		name, key, said string
		status          int
	}{
		{"normal", "q", "", 0},
		{"panic", "p", "panic: in the goroutine that draws", 2},
		{"panic elsewhere", "g", "panic: in another goroutine", 2},
		{"nil pointer elsewhere", "n", "nil pointer dereference", 2},
		{"fatal error", "f", "maps.fatal(", 2},
		{"exit", "x", "", 3},
		{"killed", "k", "", -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t).begin()
			s.Type(tt.key)
			s.restored(t)
			if got := s.cmd.ProcessState.ExitCode(); got != tt.status {
				t.Errorf("%v, want %d", s.cmd.ProcessState, tt.status)
			}
			s.Until("the words after the end", func(shown string) bool {
				_, after, _ := strings.Cut(shown, Kind{}.leave())
				return strings.Contains(after, tt.said)
			})
		})
	}
}

// TestKilledWhileLent: what a program has done to the terminal goes with us, whenever that is.
func TestKilledWhileLent(t *testing.T) {
	t.Parallel()
	s := start(t).begin()
	s.Type("l")
	s.Wait("LENT")
	_ = s.cmd.Wait()
	s.Wait("\x1b[5 q\x1b\\" + resetProgram + Kind{}.leave())
}

// forget is something that a talk leaves in the terminal, with all that a format of printf could mistake.
const forget = "\x1bPtmux;\x1b\x1b_Ga=d,d=R,x=1,y=100%d\\n\x1b\x1b\\\x1b\\"

// TestUndo: however the program ends, the terminal forgets what it was to forget, and only then is the screen given
// back.
func TestUndo(t *testing.T) {
	for name, key := range map[string]string{"normal": "q", "panic": "p", "panic elsewhere": "g", "fatal error": "f", "killed": "k"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "SLIDEXEC_TEST_TTY=undo").begin()
			s.Type(key)
			s.restored(t)
			_, after, _ := strings.Cut(s.Shown(), "READY")
			before, _, _ := strings.Cut(after, Kind{}.leave())
			if strings.Count(after, forget) != 1 || !strings.HasSuffix(strings.TrimSuffix(before, "\x1b\\"+resetProgram), forget) {
				t.Errorf("the end says %q", after)
			}
		})
	}
}

// TestSignals: the first signal ends the program in its own way, and the second at once; both leave the
// terminal as it was.
func TestSignals(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			s := start(t).begin()
			_ = s.cmd.Process.Signal(sig)
			s.restored(t)
			if got := s.cmd.ProcessState.ExitCode(); got != 1 {
				t.Errorf("%v", s.cmd.ProcessState)
			}
			s = start(t, "SLIDEXEC_TEST_TTY=slow").begin()
			_ = s.cmd.Process.Signal(sig)
			s.Wait("ENDING")
			_ = s.cmd.Process.Signal(sig)
			s.restored(t)
			if got := s.cmd.ProcessState.Sys().(syscall.WaitStatus); got.Signal() != sig {
				t.Errorf("%v", s.cmd.ProcessState)
			}
		})
	}
}

// TestSuspend: while the program is stopped, the terminal is as before; then it shows the talk again.
func TestSuspend(t *testing.T) {
	for _, by := range []string{"key", "SIGTSTP", "SIGSTOP"} {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			// The program is in a job of a shell, else the kernel does not stop it.
			self := s.cmd.Path
			s.cmd = exec.Command("/bin/sh", "-c", "set -m; \"$0\"; echo STOPPED $?; stty -a; fg >/dev/null; echo STATUS $?; stty -a", self)
			s.cmd.Env = append(os.Environ(), "SLIDEXEC_TEST_TTY=on", "TERM=xterm-256color", "TMUX=", "STY=", "HOLD="+by)
			s.begin()
			switch by {
			case "key":
				s.Type("z")
			default:
				pid := child(t, s.cmd.Process.Pid)
				_ = syscall.Kill(pid, map[string]syscall.Signal{"SIGTSTP": syscall.SIGTSTP, "SIGSTOP": syscall.SIGSTOP}[by])
			}
			if by == "key" {
				s.Wait("AGAIN")
			} else {
				s.Until("the screen taken twice", func(shown string) bool { return strings.Count(shown, "\x1b[?1049h") == 2 })
			}
			s.Type("q")
			shown := s.Wait("STATUS 0")
			_ = s.cmd.Wait()
			if by != "SIGSTOP" && !strings.Contains(shown, "STOPPED 148") || by == "SIGSTOP" && !strings.Contains(shown, "STOPPED 147") {
				t.Errorf("it was not stopped: %q", shown)
			}
			if by != "SIGSTOP" && strings.Count(shown, Kind{}.leave()) != 2 {
				t.Errorf("given back %d times: %q", strings.Count(shown, Kind{}.leave()), shown)
			}
			first, _, _ := strings.Cut(shown[strings.Index(shown, "speed"):], "\x1b[?1049h")
			if by != "SIGSTOP" && (!strings.Contains(first, " icanon") || !strings.Contains(first, " echo ")) {
				t.Errorf("modes while it was stopped: %q", first)
			}
			if s.Modes() != s.before {
				t.Errorf("modes are %s\nwere %s", s.Modes(), s.before)
			}
		})
	}
}

// child returns the only child of a process.
func child(t *testing.T, pid int) (n int) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		t.Skip("this kernel does not list children: ", err)
	}
	if _, err := fmt.Sscan(string(text), &n); err != nil {
		t.Fatalf("children of %d: %q", pid, text)
	}
	return n
}

// TestSuspendWithoutShell: if nobody could continue it, it goes on.
func TestSuspendWithoutShell(t *testing.T) {
	t.Parallel()
	s := start(t).begin()
	s.Type("z")
	s.Wait("AGAIN")
	s.Type("q")
	s.restored(t)
}

// TestHangup: without a terminal, the program ends at once.
func TestHangup(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.cmd.Env = append(s.cmd.Env, "GODEBUG=")
	s.Start(s.cmd)
	s.Wait("READY")
	s.Type("c")
	s.Hangup()
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
	if used := s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime(); used > 2*time.Second {
		t.Errorf("it used %v", used)
	}
}

// TestStopped: a terminal that takes nothing delays neither keys nor the end.
func TestStopped(t *testing.T) {
	t.Parallel()
	leader, inner := pty.Open(t)
	before, err := getModes(inner)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t)
	var said bytes.Buffer
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = inner, inner, &said
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	if _, err := leader.WriteString("b"); err != nil { // nobody reads what it shows
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil || said.String() != "busy\n" {
			t.Errorf("%v, said %q", err, &said)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
	if after, err := getModes(inner); err != nil || after != before {
		t.Errorf("modes are %v, %v\nwere %v", after, err, before)
	}
	_ = inner.Close()
	got, _ := io.ReadAll(leader) // EIO: nobody has the other end open any more
	if !strings.HasSuffix(string(got), "\x1b\\"+Kind{}.leave()) {
		t.Errorf("the terminal gets %d bytes, in the end %q", len(got), got[max(0, len(got)-200):])
	}
}

// TestLateAnswers: answers that come after the end are not typed at the prompt.
func TestLateAnswers(t *testing.T) {
	t.Parallel()
	s := start(t).begin()
	s.Type("\x1b[?62;4c") // the answer to the first questions
	s.Type("q")
	s.Wait(Kind{}.leave() + attributes)
	s.Type("\x1b[<35;1;1M\x1b]11;rgb:0/0/0\x1b\\\x1b[?62;4c") // a move of the mouse and answers that were on their way
	s.restored(t)
	m, err := getModes(s.Inner())
	if err != nil {
		t.Fatal(err)
	}
	if err := setModes(s.Inner(), m.raw()); err != nil { // so that reading does not wait for a line
		t.Fatal(err)
	}
	b := make([]byte, 100)
	if n, _ := syscall.Read(fd(s.Inner()), b); n > 0 {
		t.Errorf("the shell would read %q", b[:n])
	}
}
