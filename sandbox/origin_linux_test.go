package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// openPlace opens what a mount is to be made of.
func openPlace(t *testing.T, path string) *os.File {
	t.Helper()
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), path)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// forms are the ways to build a sandbox, and who can.
var forms = []struct {
	name   string
	change func(t *testing.T, c *Cmd)
}{
	{"whole", func(t *testing.T, c *Cmd) { needSandbox(t) }},
	{"pool", func(t *testing.T, c *Cmd) {
		needSandbox(t)
		c.Pool = NewPool(1)
		t.Cleanup(c.Pool.Close)
		fill(c.Pool, *c.Policy)
	}},
	{"confined", func(t *testing.T, c *Cmd) {
		needLandlock(t)
		c.form = confined
	}},
	{"plain", func(t *testing.T, c *Cmd) {
		if os.Geteuid() != 0 {
			t.Skip("only root has namespaces without a user namespace")
		}
		needSandbox(t)
		c.form, c.without = plain, []string{"user", "namespace-caps"}
	}},
}

// swaps are what a program can make of a place that it was granted to write beside.
var swaps = []struct {
	name string
	do   func(dir string) error
}{
	{"a link", func(dir string) error {
		return errors.Join(os.Rename(dir+"/out/data", dir+"/out/old"), os.Symlink("../home", dir+"/out/data"))
	}},
	{"its parent", func(dir string) error {
		return errors.Join(os.Rename(dir+"/out", dir+"/old"), os.Symlink("other", dir+"/out"))
	}},
	{"another folder", func(dir string) error {
		return errors.Join(os.Rename(dir+"/out/data", dir+"/out/old"), os.Rename(dir+"/home", dir+"/out/data"))
	}},
	{"gone", func(dir string) error { return os.Rename(dir+"/out/data", dir+"/out/old") }},
}

// What takes the place of a source after it was opened is not mounted, in no form and for no kind. Where
// the source is a path only, it is: so it is the descriptor that keeps it out.
func TestReplacedSource(t *testing.T) {
	for _, form := range forms {
		for _, swap := range swaps {
			for _, kind := range []MountKind{ReadOnly, Writable, CopyOn} {
				t.Run(form.name+"/"+swap.name+"/"+string(kind), func(t *testing.T) { testReplaced(t, form.change, swap.do, kind) })
			}
		}
	}
}

func testReplaced(t *testing.T, form func(*testing.T, *Cmd), swap func(dir string) error, kind MountKind) {
	for _, opened := range []bool{false, true} {
		dir := publicDir(t)
		for name, text := range map[string]string{"out/data/x": "granted\n", "home/x": "not granted\n", "other/data/x": "not granted\n"} {
			path := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		m := Mount{Kind: kind, Src: dir + "/out/data", Dst: "/data"}
		if opened {
			m.From = openPlace(t, m.Src)
		}
		var out bytes.Buffer
		c := &Cmd{Path: "sh", Args: []string{"sh", "-c", "cat $0; echo reached 2>&- >>$0", "/data/x"}, Env: []string{"PATH=/usr/bin:/bin"},
			Stdout: &out, Stderr: &out, Policy: &Policy{Mounts: append(System(), m)}}
		form(t, c)
		if err := swap(dir); err != nil {
			t.Fatal(err)
		}
		_, err := c.Run(t.Context())
		got := out.String()
		for _, name := range []string{"home/x", "other/data/x", "out/data/x"} {
			if text, err := os.ReadFile(filepath.Join(dir, name)); err == nil && strings.Contains(string(text), "reached") {
				got += name + " was changed\n"
			}
		}
		switch {
		case opened && strings.Contains(got, "not granted"), opened && strings.Contains(got, "changed"):
			t.Errorf("it got through: %v %q", err, got)
		case opened && got == "" && !errors.Is(err, ErrReplaced):
			t.Errorf("%v, want one that says that it was replaced", err)
		case !opened && err == nil && c.Pool == nil && !strings.Contains(got, "not granted"):
			t.Errorf("by its path, another place shows %q: nothing is tried here", got)
		}
	}
}

// Where the path is taken away between the look at it and the mount, the stage notices.
func TestStageComparesSource(t *testing.T) {
	needSandbox(t)
	dir := publicDir(t)
	for _, name := range []string{"a", "b"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	b := openPlace(t, dir+"/b")
	c := &Cmd{Path: "true", Policy: &Policy{Mounts: append(System(), Mount{Kind: ReadOnly, Src: dir + "/a", Dst: "/data", From: openPlace(t, dir+"/a")})}}
	var l launch
	p, err := c.prepare(&l, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.closeOurs()
	defer l.closeTheirs()
	defer p.sources.close()
	defer func() {
		if err := p.remove(); err != nil {
			t.Error(err)
		}
	}()
	other, err := Mount{From: b}.identity()
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.plan.Setup {
		if s := &p.plan.Setup[i]; len(s.Data) == len(other) && s.Src == dir+"/a" {
			s.Data = other
			_, err := p.make(t.Context(), &l)
			if !errors.Is(err, ErrReplaced) {
				t.Errorf("another folder was mounted: %v", err)
			}
			return
		}
	}
	if os.Geteuid() != 0 {
		t.Error("the stage compares nothing")
	}
}

// A source that nobody touched is mounted as one of a path is, files and folders.
func TestOpenedSource(t *testing.T) {
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			dir := publicDir(t)
			if err := errors.Join(os.Mkdir(dir+"/d", 0o755), os.WriteFile(dir+"/d/x", []byte("x\n"), 0o644), os.WriteFile(dir+"/f", []byte("f\n"), 0o644),
				os.Mkdir(dir+"/w", 0o755), os.Chmod(dir+"/w", 0o777)); err != nil {
				t.Fatal(err)
			}
			var mounts []Mount
			for dst, m := range map[string]Mount{"/ro": {Kind: ReadOnly, Src: dir + "/d"}, "/cow": {Kind: CopyOn, Src: dir + "/d"},
				"/file": {Kind: ReadOnly, Src: dir + "/f"}, "/rw": {Kind: Writable, Src: dir + "/w"}} {
				m.Dst, m.From = dst, openPlace(t, m.Src)
				mounts = append(mounts, m)
			}
			var out bytes.Buffer
			c := &Cmd{Path: "sh", Args: []string{"sh", "-c", `cat "$0"/x "$1"; echo y >>"$2"/x; cat "$2"/x; echo new >"$3"/new`, "/ro", "/file", "/cow", "/rw"},
				Env: []string{"PATH=/usr/bin:/bin"}, Stdout: &out, Stderr: &out, Policy: &Policy{Mounts: append(System(), mounts...)}}
			form.change(t, c)
			_, err := c.Run(t.Context())
			if err != nil || out.String() != "x\nf\nx\ny\n" {
				t.Errorf("%v, got %q", err, out.String())
			}
			if text, err := os.ReadFile(dir + "/w/new"); err != nil || string(text) != "new\n" {
				t.Errorf("in the tree to write to: %q, %v", text, err)
			}
		})
	}
}

// The process that stands for a map of owners is stopped for good; it goes when its tracer is killed.
func TestMapOwnerOfTheKilled(t *testing.T) {
	needSandbox(t)
	if os.Getenv("SLIDEXEC_TEST_VICTIM") != "" {
		runtime.LockOSThread() // as its caller does
		pid, err := (&sources{id: identity{uid: os.Geteuid(), gid: os.Getegid()}}).mapOwner(0, 0)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(pid)
		select {}
	}
	victim := exec.Command("/proc/self/exe", "-test.run=^TestMapOwnerOfTheKilled$")
	victim.Env = append(os.Environ(), "SLIDEXEC_TEST_VICTIM=1")
	stdout, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscan(stdout, &pid); err != nil {
		t.Fatal("the process did not come up: ", err)
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := victim.Wait(); err == nil {
		t.Error("the victim ended well")
	}
	// It is our child now, as all orphans are.
	if status, err := wait(pid, nil); err != nil || !status.Signaled() || status.Signal() != unix.SIGKILL {
		t.Errorf("it was not killed with its tracer: status %#x, %v", status, err)
	}
}
