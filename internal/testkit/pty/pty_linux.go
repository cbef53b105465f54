// Package pty gives tests a pseudo terminal: what a program finds at one end, and what a terminal would
// do at the other.
package pty

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Open returns both ends of a new pseudo terminal: the leader, and the terminal that programs see. The
// leader is closed with the test.
func Open(t testing.TB) (leader, terminal *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	leader = os.NewFile(uintptr(fd), "ptmx")
	t.Cleanup(func() { _ = leader.Close() })
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	t.Cleanup(func() { _ = terminal.Close() }) // it may be closed already
	return leader, terminal
}

// Terminal is the outer end of a pseudo terminal, read all the time.
type Terminal struct {
	t      testing.TB
	leader *os.File
	inner  *os.File

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when something came
	shown   bytes.Buffer
	ended   bool // nobody has the other end open any more
}

// New returns a terminal of a size, whose other end is Inner.
func New(t testing.TB, cols, rows int) *Terminal {
	t.Helper()
	leader, inner := Open(t)
	p := &Terminal{t: t, leader: leader, inner: inner, changed: make(chan struct{})}
	p.Resize(cols, rows)
	go p.read()
	return p
}

// Inner is the end that programs see.
func (p *Terminal) Inner() *os.File { return p.inner }

// Resize changes the size, of which the programs are told.
func (p *Terminal) Resize(cols, rows int) {
	p.t.Helper()
	p.control(func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(rows), Col: uint16(cols)})
	})
}

// control calls f with the leader, which stays as it is: Fd would make it blocking, so that Hangup had to
// wait for the reader.
func (p *Terminal) control(f func(fd int) error) {
	p.t.Helper()
	c, err := p.leader.SyscallConn()
	if err != nil {
		p.t.Fatal(err)
	}
	if outer := c.Control(func(fd uintptr) { err = f(int(fd)) }); outer != nil || err != nil {
		p.t.Fatal(outer, err)
	}
}

// Modes describes the modes of the terminal, as stty -a would.
func (p *Terminal) Modes() string {
	p.t.Helper()
	var modes *unix.Termios
	p.control(func(fd int) (err error) {
		modes, err = unix.IoctlGetTermios(fd, unix.TCGETS)
		return err
	})
	return fmt.Sprintf("%+v", *modes)
}

// Type sends what somebody types, or what a terminal answers.
func (p *Terminal) Type(s string) {
	p.t.Helper()
	if _, err := p.leader.WriteString(s); err != nil {
		p.t.Fatalf("typing %q: %v", s, err)
	}
}

// Hangup closes the terminal, as when a window is closed or a connection drops.
func (p *Terminal) Hangup() {
	_ = p.inner.Close()
	_ = p.leader.Close()
}

func (p *Terminal) read() {
	for b := make([]byte, 4096); ; {
		n, err := p.leader.Read(b)
		p.mu.Lock()
		p.shown.Write(b[:n])
		p.ended = p.ended || err != nil // EIO: nobody has the terminal open any more
		close(p.changed)
		p.changed = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Shown returns everything that was written to the terminal.
func (p *Terminal) Shown() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown.String()
}

// patience is how long a test waits for what has to come. It is long for a machine that does much else.
const patience = 30 * time.Second

// Until waits until the terminal's output satisfies a condition, and returns it. what names it for the
// failure.
func (p *Terminal) Until(what string, ok func(shown string) bool) string {
	p.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		p.mu.Lock()
		shown, changed := p.shown.String(), p.changed
		p.mu.Unlock()
		if ok(shown) {
			return shown
		}
		select {
		case <-changed:
		case <-late.C:
			p.t.Fatalf("the terminal does not show %s; it shows %q", what, shown)
		}
	}
}

// Wait waits until the terminal has shown a text.
func (p *Terminal) Wait(text string) string {
	p.t.Helper()
	return p.Until(fmt.Sprintf("%q", text), func(shown string) bool { return strings.Contains(shown, text) })
}

// Start starts a command whose terminal this is, in a session of its own.
func (p *Terminal) Start(cmd *exec.Cmd) {
	p.t.Helper()
	cmd.Stdin, cmd.Stdout = p.inner, p.inner
	if cmd.Stderr == nil {
		cmd.Stderr = p.inner
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has usually ended
}
