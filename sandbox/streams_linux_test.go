package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

// A file that is a program's input or output can be opened again by who has it, for writing and
// from its beginning. A sandbox's program does not have it.
func TestStreamsAreNotFiles(t *testing.T) {
	needSandbox(t)
	const attack = "cat >/dev/null; echo hostile 1<>/proc/self/fd/0; echo hostile 1<>/proc/self/fd/1; exit 0"
	files := func() (in, out *os.File) {
		dir := publicDir(t)
		for i, f := range []**os.File{&in, &out} {
			path := filepath.Join(dir, fmt.Sprint(i))
			if err := os.WriteFile(path, []byte("precious"), 0o666); err != nil {
				t.Fatal(err)
			}
			var err error
			if *f, err = os.OpenFile(path, []int{os.O_RDONLY, os.O_WRONLY | os.O_APPEND}[i], 0); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = (*f).Close() })
		}
		return in, out
	}
	content := func(f *os.File) string {
		b, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	in, out := files()
	bare := exec.Command("sh", "-c", attack)
	bare.Stdin, bare.Stdout = in, out
	if err := bare.Run(); err != nil {
		t.Fatal(err)
	}
	if content(in) == "precious" || strings.HasPrefix(content(out), "precious") {
		t.Errorf("without a sandbox: %q, %q: the test does not test it", content(in), content(out))
	}
	in, out = files()
	if r, _ := script(t, attack, func(c *Cmd) { c.Stdin, c.Stdout = in, out }); r.Status != OK {
		t.Errorf("got %s", r.Status)
	}
	if content(in) != "precious" || content(out) != "precioushostile\n" { // what is said is added
		t.Errorf("in a sandbox: %q, %q", content(in), content(out))
	}
}

// However much a program says, we keep none of it.
func TestFloodLeavesMemoryFlat(t *testing.T) {
	needSandbox(t)
	const output, most = 128 << 20, 8 << 20
	resident := func() int64 {
		text, err := os.ReadFile("/proc/self/statm")
		if err != nil {
			t.Fatal(err)
		}
		pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return pages * int64(os.Getpagesize())
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	residentBefore, got := resident(), int64(0)
	r, err := (&Cmd{Path: "yes", Args: []string{"yes", strings.Repeat("no end ", 1000)}, Policy: &Policy{Mounts: System(), Limits: Limits{Output: output}},
		Stdout: writerFunc(func(b []byte) { got += int64(len(b)) })}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if r.Status != OutputLimit || got != output || r.Limits["output"] != "enforced" || !strings.Contains(r.Reason, "128 MiB of output") {
		t.Errorf("got %s %q after %d bytes, limits %v", r.Status, r.Reason, got, r.Limits)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > most {
		t.Errorf("%d bytes were allocated for %d bytes of output", n, got)
	}
	if n := resident() - residentBefore; n > most {
		t.Errorf("the process has grown by %d bytes", n)
	}
}

// A caller in a terminal keeps it to itself: the program can neither read nor draw there, and has
// the same streams as elsewhere.
func TestTerminal(t *testing.T) {
	needSandbox(t)
	const look = `for fd in 0 1 2; do [ -t $fd ] && echo $1 $fd is a terminal; done; { true </dev/tty; } 2>/dev/null && echo $1 it can be opened; echo $1 done`
	if os.Getenv("SLIDEXEC_TEST_TERMINAL") != "" {
		bare := exec.Command("sh", "-c", look, "sh", "bare")
		bare.Stdin, bare.Stdout, bare.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := bare.Run(); err != nil {
			t.Fatal(err)
		}
		if _, err := (&Cmd{Path: "sh", Args: []string{"sh", "-c", look, "sh", "boxed"}, Policy: &Policy{Mounts: System()},
			Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		return
	}
	master, slave := terminal(t)
	helper := exec.Command("/proc/self/exe", "-test.run=^TestTerminal$")
	helper.Env = append(os.Environ(), "SLIDEXEC_TEST_TERMINAL=1")
	helper.Stdin, helper.Stdout, helper.Stderr = slave, slave, slave
	helper.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := helper.Start(); err != nil {
		t.Fatal(err)
	}
	_ = slave.Close()
	var out bytes.Buffer
	_, _ = io.Copy(&out, master) // it ends with an error when nobody has the other end any more
	if err := helper.Wait(); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "bare") || strings.HasPrefix(line, "boxed") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	const want = "bare 0 is a terminal\nbare 1 is a terminal\nbare 2 is a terminal\nbare it can be opened\nbare done\nboxed done"
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s\nof\n%s", got, want, &out)
	}
}

// terminal makes a pseudo terminal.
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	missing := ""
	if err != nil {
		missing = err.Error()
	}
	need.Here(t, "terminal", missing)
	master = os.NewFile(uintptr(fd), "master")
	t.Cleanup(func() { _ = master.Close() })
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// TestOutputComesBack: a signal at any moment does not keep a program from making its output what it
// was before, as shells do behind a command with a redirection.
func TestOutputComesBack(t *testing.T) {
	needSandbox(t)
	needProgram(t, "python3")
	const program = `
import os, signal
lost = 0
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
saved = os.dup(1)
for _ in range(20000):
    try:
        os.dup2(saved, 1)
    except InterruptedError:
        lost += 1
signal.setitimer(signal.ITIMER_REAL, 0)
print("lost", lost)
`
	r, out := script(t, "exec python3 -", func(c *Cmd) { c.Stdin = strings.NewReader(program) })
	if r.Status != OK || out != "lost 0\n" {
		t.Errorf("%s %s: %q", r.Status, r.Reason, out)
	}
}
