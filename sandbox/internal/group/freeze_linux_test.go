package group

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// While exact numbers are read, nothing moves; then what moved before does again, and what somebody
// else had stopped does not.
func TestFreeze(t *testing.T) {
	proc, err := os.Open("/proc")
	if err != nil {
		t.Fatal(err)
	}
	defer proc.Close()
	w := &Watch{Config: Config{Init: os.Getpid(), Remote: true}, proc: proc}
	var pids [2]int
	for i := range pids {
		c := exec.Command("sleep", "1000")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			_ = c.Process.Kill() // it is there
			_ = c.Wait()         // killed
		}()
		pids[i] = c.Process.Pid
	}
	moving, halted := pids[0], pids[1]
	if err := unix.Kill(halted, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	changed := func(pid, options int) bool { // reports whether it stopped or went on since the last call
		t.Helper()
		var status unix.WaitStatus
		got, err := unix.Wait4(pid, &status, options, nil)
		return err == nil && got == pid && (status.Stopped() || status.Continued())
	}
	if !changed(halted, unix.WUNTRACED) {
		t.Fatal("it does not stop")
	}
	f := w.freeze([]string{strconv.Itoa(moving), strconv.Itoa(halted)})
	if f[strconv.Itoa(moving)] < 0 || !changed(moving, unix.WUNTRACED) {
		t.Error("it moves while numbers are read")
	}
	f.thaw(true)
	if !changed(moving, unix.WCONTINUED|unix.WNOHANG) {
		t.Error("it does not go on")
	}
	if changed(halted, unix.WCONTINUED|unix.WNOHANG) {
		t.Error("what somebody else had stopped goes on")
	}
}

// The exact numbers are read of processes that stand still.
func TestMeasureFreezes(t *testing.T) {
	c := exec.Command("sleep", "1000")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = c.Process.Kill() // it is there
		_ = c.Wait()         // killed
	}()
	pid := strconv.Itoa(c.Process.Pid)
	dir := t.TempDir() // a /proc with nobody else in it
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "proc"), 0o700), os.Symlink("/proc/"+pid, filepath.Join(dir, "proc", pid))); err != nil {
		t.Fatal(err)
	}
	var w *Watch
	stands := func(want bool) bool { // waits for as long as nobody could take it for slow
		for range 2000 {
			if w.halted(pid) == want {
				return true
			}
			time.Sleep(5 * time.Millisecond)
		}
		return false
	}
	asked := false
	w = NewWatch(Config{Limits: Limits{Memory: 1 << 40}, Segments: func() int64 {
		if asked = true; !stands(true) {
			t.Error("it moves while numbers are read")
		}
		return 0
	}})
	w.root = dir
	defer w.Close()
	if used := w.measure(w.pids(), 0); used <= 0 || !asked {
		t.Errorf("used %d, asked for segments: %v", used, asked)
	}
	if !stands(false) {
		t.Error("it does not go on")
	}
}
