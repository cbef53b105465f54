package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/group"
)

// script runs a shell script in a sandbox with the system's programs.
func script(t testing.TB, text string, change func(*Cmd)) (Result, string) {
	t.Helper()
	var out bytes.Buffer
	c := &Cmd{Path: "sh", Args: []string{"sh", "-c", text}, Env: []string{"PATH=/usr/bin:/bin"},
		Stdout: &out, Stderr: &out, Policy: &Policy{Mounts: System()}}
	if change != nil {
		change(c)
	}
	r, err := c.Run(t.Context())
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r, out.String()
}

func TestResult(t *testing.T) {
	needSandbox(t)
	tests := []struct {
		name, script string
		limits       Limits
		status       Status
		exit         int
		signal       string
		reason       string
	}{
		{name: "ok", script: "exit 0", status: OK},
		{name: "exit", script: "exit 3", status: Exited, exit: 3},
		{name: "exit as if by signal", script: "exit 137", status: Exited, exit: 137},
		{name: "signal", script: "kill -SEGV $$", status: Signaled, signal: "SIGSEGV"},
		{name: "own kill", script: "kill -KILL $$", status: Signaled, signal: "SIGKILL"},
		{name: "time", script: "sleep 60", limits: Limits{Wall: 100 * time.Millisecond}, status: TimedOut,
			reason: "stopped after 100ms (time limit)"},
		{name: "processor", script: "while :; do :; done", limits: Limits{CPU: time.Second, Wall: time.Minute}, status: CPULimit,
			reason: "stopped after 1s of processor time (CPU limit)"},
		{name: "output", script: "head -c 3000 /dev/zero; exec sleep 60", limits: Limits{Output: 2048}, status: OutputLimit,
			reason: "stopped after 2 KiB of output (output limit)"},
		{name: "output at the end", script: "head -c 3000 /dev/zero", limits: Limits{Output: 2048}, status: OutputLimit,
			reason: "stopped after 2 KiB of output (output limit)"},
		{name: "file", script: "exec head -c 3000 /dev/zero >/tmp/x", limits: Limits{FileSize: 2048}, status: Signaled, signal: "SIGXFSZ",
			reason: "the program wrote a file of more than 2 KiB (file size limit)"},
		{name: "processes", script: `n=0; while [ $n -lt 60 ]; do sleep 60 & n=$((n+1)); done; exit 5`,
			limits: Limits{Processes: 30}, status: ProcessLimit, reason: "the program could not start more than 30 processes (process limit)"},
		{name: "no limits", script: "exit 4", limits: Limits{-1, -1, -1, -1, -1, -1, -1, -1, -1}, status: Exited, exit: 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, _ := script(t, tt.script, func(c *Cmd) { c.Policy.Limits = tt.limits })
			if r.Status != tt.status || r.Exit != tt.exit || r.Signal != tt.signal || r.Reason != tt.reason {
				t.Errorf("got %s %d %s %q (%v), want %s %d %s %q", r.Status, r.Exit, r.Signal, r.Reason, r.CPU, tt.status, tt.exit, tt.signal, tt.reason)
			}
			if wall := tt.limits.Wall; tt.status == TimedOut && r.Elapsed < wall {
				t.Errorf("elapsed %v, limit %v", r.Elapsed, wall)
			}
		})
	}
}

func TestNotStarted(t *testing.T) {
	needSandbox(t)
	dir := publicDir(t)
	if err := os.WriteFile(filepath.Join(dir, "text"), []byte("#!/nope\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		cmd   Cmd
		is    error
		error string
	}{
		{"missing", Cmd{Path: "/bin/nope"}, ErrNotFound, "/bin/nope: program not found in the sandbox"},
		{"missing in PATH", Cmd{Path: "nope"}, ErrNotFound, "nope: program not found in the sandbox"},
		{"no PATH", Cmd{Path: "sh", Env: []string{"PATH=."}}, ErrNotFound, "sh: program not found in the sandbox"},
		{"not a program", Cmd{Path: "/work/text"}, unix.EACCES, "sandbox: execute /work/text: permission denied"},
		{"directory", Cmd{Path: "true", Dir: "/nope"}, unix.ENOENT, "sandbox: working directory /nope: no such file or directory"},
		{"nothing", Cmd{}, nil, "sandbox: no program given"},
		{"zero byte", Cmd{Path: "a\x00b"}, nil, `sandbox: zero byte in "a\x00b"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.cmd.Policy = &Policy{Mounts: append(System(), Mount{Kind: ReadOnly, Src: dir, Dst: "/work"})}
			_, err := tt.cmd.Run(t.Context())
			if err == nil || err.Error() != tt.error || tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %s", err, tt.error)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	needSandbox(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := &Cmd{Path: "sh", Args: []string{"sh", "-c", "trap '' TERM; echo up; sleep 60"}, Policy: &Policy{Mounts: System()},
		Stdout: writerFunc(func([]byte) { cancel() })}
	r, err := c.Run(ctx)
	if err != nil || r.Status != Canceled {
		t.Errorf("got %s, %v, want %s", r.Status, err, Canceled)
	}
	if r, err = c.Run(ctx); err != nil || r.Status != Canceled {
		t.Errorf("before the start: got %s, %v, want %s", r.Status, err, Canceled)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) { f(b); return len(b), nil }

// A merged log marks each piece with the stream it came from.
type merged struct{ strings.Builder }

func (m *merged) stream(mark string) io.Writer {
	return writerFunc(func(b []byte) {
		for line := range strings.Lines(string(b)) {
			m.WriteString(mark + line)
		}
	})
}

func TestOrder(t *testing.T) {
	needSandbox(t)
	tests := []struct{ name, path, program, want string }{
		{"shell", "/bin/bash", "echo a; echo b >&2; echo c; ls /nope >/dev/null; echo d >/dev/stderr; echo e; (echo f >&2; echo g); { echo h; } >&2; echo i",
			"1a\n2b\n1c\n2ls: cannot access '/nope': No such file or directory\n2d\n1e\n2f\n1g\n2h\n1i\n"},
		{"dash", "/bin/sh", "echo a; echo b >&2; cat /nope; echo c", "1a\n2b\n2cat: /nope: No such file or directory\n1c\n"},
		{"large", "/bin/bash", "for i in {1..300}; do printf '%01000d\\n' $i; printf '%01000d\\n' $i >&2; done", large(300)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 10 {
				var log merged
				c := &Cmd{Path: tt.path, Args: []string{tt.path, "-c", tt.program}, Env: []string{"PATH=/usr/bin:/bin"},
					Stdout: log.stream("1"), Stderr: log.stream("2"), Policy: &Policy{Mounts: System()}}
				if _, err := c.Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				// Some programs write a line of their messages in several pieces.
				if got := strings.NewReplacer(": 2", ": ", "'2:", "':", "e2:", "e:", "y2\n", "y\n").Replace(log.String()); got != tt.want {
					t.Fatalf("got\n%s\nwant\n%s", got, tt.want)
				}
			}
		})
	}
}

func large(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "1%01000d\n2%01000d\n", i+1, i+1)
	}
	return b.String()
}

// Nobody waits for the listener when there are very many writes, and none is lost.
func TestOrderManyWrites(t *testing.T) {
	needSandbox(t)
	r, out := script(t, "i=0; while [ $i -lt 3000 ]; do echo $i >&2; i=$((i+1)); done", nil)
	if r.Status != OK || strings.Count(out, "\n") != 3000 {
		t.Errorf("got %s and %d lines, want 3000", r.Status, strings.Count(out, "\n"))
	}
}

func TestStdin(t *testing.T) {
	needSandbox(t)
	big := strings.Repeat("0123456789", 100_000)
	r, out := script(t, "wc -c", func(c *Cmd) { c.Stdin = strings.NewReader(big) })
	if r.Status != OK || strings.TrimSpace(out) != strconv.Itoa(len(big)) {
		t.Errorf("got %s %q", r.Status, out)
	}
	if r, out = script(t, "cat; echo end", nil); out != "end\n" {
		t.Errorf("without input: got %s %q", r.Status, out)
	}
	if r, _ = script(t, "exec true", func(c *Cmd) { c.Stdin = strings.NewReader(big) }); r.Status != OK {
		t.Errorf("with input unread: got %s", r.Status)
	}
}

func TestWriterFails(t *testing.T) {
	needSandbox(t)
	r, w := io.Pipe()
	if err := r.CloseWithError(errors.New("gone")); err != nil {
		t.Fatal(err)
	}
	c := &Cmd{Path: "yes", Stdout: w, Policy: &Policy{Mounts: System()}}
	if _, err := c.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("got %v, want the writer's error", err)
	}
}

// What the caller holds open without the close-on-exec flag stays the caller's: a file, a directory
// that leads to the machine's root, a listening socket, a lock. Any other program gets them.
func TestDescriptorLeak(t *testing.T) {
	needSandbox(t)
	const high = 100
	secret, err := os.Create(filepath.Join(t.TempDir(), "secret"))
	if err != nil {
		t.Fatal(err)
	}
	defer secret.Close()
	if err := unix.Flock(int(secret.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	dir, err := os.Open("/etc")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	if err := unix.Listen(socket, 1); err != nil {
		t.Fatal(err)
	}
	for i, fd := range []int{int(secret.Fd()), int(dir.Fd()), socket} {
		if err := unix.Dup3(fd, high+i, 0); err != nil {
			t.Fatal(err)
		}
		defer unix.Close(high + i)
	}
	const look = "for fd in 100 101 102; do [ -e /proc/self/fd/$fd ] && echo $fd; [ -e /proc/1/fd/$fd ] && echo init $fd; done; [ -e /proc/self/fd/101/passwd ] && echo 101 leads out; :"
	if out, _ := exec.Command("sh", "-c", look).Output(); !strings.HasPrefix(string(out), "100\n") || !strings.Contains(string(out), "101\n102\n") {
		t.Errorf("without a sandbox: %q: the test does not test it", out)
	}
	for _, without := range [][]string{nil, {"descriptors"}} {
		if _, out := script(t, look, func(c *Cmd) { c.without, c.Stderr = without, io.Discard }); strings.ContainsAny(out, "012") {
			t.Errorf("without %v: %s", without, out)
		}
	}
}

// When the caller is killed, everything in the sandbox goes too, within a second.
func TestCallerKilled(t *testing.T) {
	needSandbox(t)
	if os.Getenv("SLIDEXEC_TEST_VICTIM") != "" {
		c := &Cmd{Path: "sh", Args: []string{"sh", "-c", "trap '' TERM HUP; setsid sleep 60 & (setsid sleep 60 &); echo up; wait"},
			Policy: &Policy{Mounts: System()}, Stdout: os.Stdout}
		_, err := c.Run(t.Context())
		t.Fatal("the victim survived:", err)
	}
	victim := exec.Command("/proc/self/exe", "-test.run=^TestCallerKilled$")
	victim.Env = append(os.Environ(), "SLIDEXEC_TEST_VICTIM=1")
	stdout, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(stdout, make([]byte, 3)); err != nil {
		t.Fatalf("the sandbox did not come up: %v", err)
	}
	pids := group.Descendants(victim.Process.Pid)[1:]
	if len(pids) < 4 {
		t.Errorf("the victim has %d processes, want init, the shell and what it started", len(pids))
	}
	var fds []unix.PollFd
	for _, pid := range pids {
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := victim.Wait(); err == nil {
		t.Error("the victim ended well")
	}
	deadline := time.Now().Add(time.Second)
	for i := range fds {
		if n, err := unix.Poll(fds[i:i+1], int(time.Until(deadline).Milliseconds())); n != 1 || err != nil {
			t.Errorf("process %d of %v survived its caller: %v", pids[i], pids, err)
		}
	}
	bury(t, "init")
}

func children(t *testing.T, pid int) (pids []int) {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue // a thread that is gone
		}
		for _, field := range strings.Fields(string(text)) {
			n, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, n)
		}
	}
	return pids
}

// Nothing is left behind: no descriptor, no process, no mount.
func TestLeak(t *testing.T) {
	needSandbox(t)
	dir := publicDir(t)
	policy := &Policy{Mounts: append(System(), Mount{Kind: CopyOn, Src: dir, Dst: "/work"})}
	run := func() error {
		r, err := (&Cmd{Path: "true", Policy: policy}).Run(context.WithoutCancel(t.Context()))
		if err == nil && r.Status != OK {
			err = fmt.Errorf("%s %s: %s", r.Status, r.Signal, r.Reason)
		}
		return err
	}
	if err := run(); err != nil { // what the runtime opens once is open now
		t.Fatal(err)
	}
	before := state(t)
	for range 40 {
		if err := run(); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() {
			for range 10 {
				errs[i] = errors.Join(errs[i], run())
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	leaves(t, before)
}

func state(t *testing.T) [3]int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	return [3]int{len(fds), len(children(t, os.Getpid())), bytes.Count(mounts, []byte("\n"))}
}

// leaves checks that this process has no more descriptors and children than before, and the same mounts. It may have
// fewer: those of an earlier test may have ended meanwhile.
func leaves(t *testing.T, before [3]int) {
	t.Helper()
	if after := state(t); after[0] > before[0] || after[1] > before[1] || after[2] != before[2] {
		t.Errorf("descriptors, children, mounts: %v before, %v after", before, after)
	}
}
