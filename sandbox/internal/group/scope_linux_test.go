package group

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// delegated makes a tree of ordinary directories that looks as a delegated group does.
func delegated(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "app.scope")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestHandDown(t *testing.T) {
	dir := delegated(t, map[string]string{"cgroup.controllers": "cpu memory pids\n", "cgroup.subtree_control": "\n", "cgroup.procs": ""})
	if err := handDownIn(dir, "memory", "pids"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{own + "/cgroup.procs": "0", "cgroup.subtree_control": "+memory +pids"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
	// Now it is a group in which one can be made.
	if err := os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("memory pids\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	g := &Group{box: -1}
	if err := g.makeV2(hierarchies{v2: filepath.Join(dir, own), root: filepath.Dir(dir)}, "slidexec-1-2", Limits{Memory: 1 << 30, Processes: 256}); err != nil {
		t.Error(err)
	}
	unix.Close(g.box)
	if _, err := os.Stat(filepath.Join(dir, "slidexec-1-2", "memory.max")); err != nil {
		t.Error(err)
	}
}

func TestHandDownRefused(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"a controller is missing", map[string]string{"cgroup.controllers": "cpu memory\n"}, "does not have pids"},
		{"not a group", nil, "no such file or directory"},
		{"nobody hands down", map[string]string{"cgroup.controllers": "memory pids\n"}, "no such file or directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := delegated(t, tt.files)
			if err := handDownIn(dir, "memory", "pids"); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if _, err := os.Stat(filepath.Join(dir, own)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("it left a group: %v", err)
			}
		})
	}
}

// inGroup moves this process into a new group of version 2, a real one, for the time of the test.
func inGroup(t *testing.T, name string) (dir string) {
	t.Helper()
	h, err := ownHierarchies()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(h.root, name)
	if h.v2 == "" || os.Mkdir(dir, 0o755) != nil {
		t.Skip("no control groups of version 2 that can be written")
	}
	t.Cleanup(func() {
		if err := errors.Join(os.WriteFile(filepath.Join(h.v2, "cgroup.procs"), []byte("0"), 0o644), os.Remove(dir)); err != nil {
			t.Error(err)
		}
	})
	if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte("0"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A process moves down and, as it turns out to be of no use, up again.
func TestHandDownMovesBack(t *testing.T) {
	dir := inGroup(t, "slidexec-test-"+strconv.Itoa(os.Getpid()))
	if err := handDownIn(dir); !errors.Is(err, unix.EINVAL) {
		t.Errorf("handing nothing down: %v", err)
	}
	if now, err := ownHierarchies(); err != nil || now.v2 != dir {
		t.Errorf("the process is in %s, want %s (%v)", now.v2, dir, err)
	}
}

// What the user's systemd would do is done by the busctl of the test: it moves this process, a
// moment after it has answered.
func TestEnterScopeMoves(t *testing.T) {
	dir := inGroup(t, "slidexec-test-"+strconv.Itoa(os.Getpid())+".scope")
	to := filepath.Join(filepath.Dir(dir), "slidexec-"+strconv.Itoa(os.Getpid())+".scope")
	if err := os.Mkdir(to, 0o755); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte("0"), 0o644), os.Remove(to)); err != nil {
			t.Error(err)
		}
	}()
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	fakeBusctl(t, "(sleep 0.05; echo "+strconv.Itoa(os.Getpid())+" >"+to+"/cgroup.procs) >/dev/null 2>&1 &")
	if err := enterScope(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for { // it has become our child, and is in the group that is to be removed
		if _, err := unix.Wait4(-1, nil, 0, nil); errors.Is(err, unix.ECHILD) {
			break
		}
	}
	if now, err := ownHierarchies(); err != nil || now.v2 != to {
		t.Errorf("the process is in %s, want %s (%v)", now.v2, to, err)
	}
	if err := handDown(hierarchies{v2: to}); err == nil || !strings.Contains(err.Error(), "does not have memory") {
		t.Errorf("in a group without controllers: %v", err)
	}
}

// A busctl of ours stands for systemd: it writes down what it is asked and does as it is told.
func fakeBusctl(t *testing.T, does string) (asked string) {
	t.Helper()
	dir := t.TempDir()
	asked = filepath.Join(dir, "asked")
	text := "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + asked + "\n" + does + "\n"
	if err := os.WriteFile(filepath.Join(dir, "busctl"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	return asked
}

func TestEnterScope(t *testing.T) {
	h, err := ownHierarchies()
	if err != nil {
		t.Fatal(err)
	}
	asked := fakeBusctl(t, "")
	if err := enterScope(t.Context(), filepath.Join(h.root, "other.scope")); err != nil { // from there, this process has moved
		t.Fatal(err)
	}
	pid := strconv.Itoa(os.Getpid())
	want := "--user --quiet call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StartTransientUnit " +
		"ssa(sv)a(sa(sv)) slidexec-" + pid + ".scope fail 3 PIDs au 1 " + pid + " Delegate b true CollectMode s inactive-or-failed 0"
	text, err := os.ReadFile(asked)
	if got := strings.Join(strings.Split(strings.TrimSpace(string(text)), "\n"), " "); err != nil || got != want {
		t.Errorf("asked\n%s\n%v, want\n%s", got, err, want)
	}
	if _, err := exec.LookPath("/usr/bin/busctl"); err == nil { // the real one understands it, up to the bus
		cmd := exec.Command("/usr/bin/busctl", strings.Split(want, " ")...)
		cmd.Env = []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere"}
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "bus") && !strings.Contains(string(out), "connect") {
			t.Errorf("busctl: %v\n%s", err, out)
		}
	}
}

func TestEnterScopeRefused(t *testing.T) {
	h, err := ownHierarchies()
	if err != nil || h.v2 == "" {
		t.Skip("no control groups of version 2")
	}
	tests := []struct {
		name, dir, does, want string
		bus                   bool
	}{
		{name: "a service", dir: "/sys/fs/cgroup/x.service", bus: true, want: "lose sight of it"},
		{name: "no bus", dir: "/sys/fs/cgroup/x.scope", want: "no bus"},
		{name: "refused", dir: "/sys/fs/cgroup/x.scope", bus: true, does: "echo denied >&2; exit 1", want: "ask systemd for a scope: exit status 1: denied"},
		{name: "no answer", dir: "/sys/fs/cgroup/x.scope", bus: true, does: "exec sleep 60", want: "signal: killed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fakeBusctl(t, tt.does)
			if !tt.bus {
				t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
				t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
			}
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			if err := enterScope(ctx, tt.dir); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
