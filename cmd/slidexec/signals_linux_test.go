package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// started is a slidexec of its own process.
type started struct {
	t   *testing.T
	cmd *exec.Cmd
	err strings.Builder
}

// begin prepares slidexec in dir.
func begin(t *testing.T, dir string, args ...string) *started {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute) // it would hang otherwise if it failed
	t.Cleanup(stop)
	s := &started{t: t, cmd: exec.CommandContext(ctx, self, args...)}
	s.cmd.Args[0], s.cmd.Dir = "slidexec", dir
	s.cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir())
	return s
}

// ended waits for the end and returns it as a shell would show it.
func (s *started) ended() string {
	err := s.cmd.Wait()
	status := s.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return "killed by " + status.Signal().String()
	}
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		return err.Error()
	}
	return fmt.Sprint("status ", status.ExitStatus())
}

// terminal returns the two ends of a pseudo terminal.
func terminal(t *testing.T) (here, there *os.File) {
	t.Helper()
	here, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this machine has no pseudo terminals: ", err)
	}
	t.Cleanup(func() { _ = here.Close() })
	if err := unix.IoctlSetPointerInt(int(here.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(here.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	there, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = there.Close() })
	return here, there
}

// TestSignalWhileReading: the first signal ends a command that reads what nobody types.
func TestSignalWhileReading(t *testing.T) {
	for _, tt := range []struct {
		args   string
		signal syscall.Signal
		ends   string
		word   string
	}{
		{"exec sh", syscall.SIGINT, "status 130", "interrupted"},
		{"exec python -", syscall.SIGTERM, "status 143", "terminated"},
		{"render -", syscall.SIGINT, "status 130", "interrupted"},
		{"check -", syscall.SIGHUP, "status 129", "hung up"},
		{"inspect -", syscall.SIGINT, "status 130", "interrupted"},
		{"run - --json", syscall.SIGTERM, "status 143", "terminated"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			if tt.signal == syscall.SIGHUP && signal.Ignored(tt.signal) {
				t.Skipf("these tests were started with %v ignored, as nohup does, and so is every program that they start", tt.signal)
			}
			_, there := terminal(t)
			s := begin(t, t.TempDir(), strings.Fields(tt.args)...)
			s.cmd.Stdin = there
			said, err := s.cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := s.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			r := bufio.NewReader(said)
			first, _ := r.ReadString('\n')
			if !strings.Contains(first, "from the terminal") {
				t.Errorf("it reads from a terminal and says %q", first)
			}
			if err := s.cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			rest, _ := io.ReadAll(r)
			if got := s.ended(); got != tt.ends || string(rest) != "slidexec: "+tt.word+"\n" {
				t.Errorf("%s and %q, want %s and %q", got, rest, tt.ends, tt.word)
			}
		})
	}
}

// TestSignalWhileRunning: it ends one whose program runs; watching is not cut short by it, but ends so.
func TestSignalWhileRunning(t *testing.T) {
	dir := t.TempDir()
	deck := "```sh +exec\necho >begun; exec sleep 1000\n```\n"
	for name, text := range map[string]string{"deck.md": deck, "long.sh": "echo >begun; exec sleep 1000\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for args, ends := range map[string]string{
		"render deck.md": "status 130", "run deck.md": "status 130", "run deck.md --json": "status 130", "check deck.md": "status 130",
		"exec sh long.sh": "status 130", "render deck.md -o out.txt --watch": "status 0", "serve deck.md --run": "status 0",
	} {
		t.Run(args, func(t *testing.T) {
			_ = os.Remove(filepath.Join(dir, "begun")) // of the one before
			s := begin(t, dir, append(strings.Fields(args), "--no-sandbox", "--no-cache", "--timeout", "1000s")...)
			s.cmd.Stderr = &s.err
			if err := s.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for range time.Tick(10 * time.Millisecond) {
				if _, err := os.Stat(filepath.Join(dir, "begun")); err == nil {
					break
				}
			}
			if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			if got := s.ended(); got != ends {
				t.Errorf("%s, want %s\n%s", got, ends, s.err.String())
			}
			if n := strings.Count(s.err.String(), "interrupted"); ends == "status 130" && n != 1 || strings.Contains(s.err.String(), "context") {
				t.Errorf("it has not one word for that:\n%s", s.err.String())
			}
		})
	}
}

// TestSecondSignal: what does not end by itself, because nobody reads its output, a second one ends.
func TestSecondSignal(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "flood.sh"), []byte("yes | head -c 500000; exec sleep 1000\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := begin(t, dir, "exec", "sh", "flood.sh", "--no-sandbox", "--timeout", "1000s")
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil { // it has begun, and will fill the pipe
		t.Fatal(err)
	}
	exited := make(chan string)
	go func() { exited <- s.ended() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case got := <-exited:
			if got != "killed by interrupt" {
				t.Errorf("it ended with %s", got)
			}
			return
		case <-tick.C:
			_ = s.cmd.Process.Signal(syscall.SIGINT)
		}
	}
}
