package group

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestFindHierarchies(t *testing.T) {
	tests := []struct {
		name, mountinfo, cgroup string
		want                    hierarchies
	}{
		{
			name:      "version 2",
			mountinfo: "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
			cgroup:    "0::/user.slice/user-1000.slice/app.scope\n",
			want:      hierarchies{v2: "/sys/fs/cgroup/user.slice/user-1000.slice/app.scope", root: "/sys/fs/cgroup"},
		},
		{
			name: "both",
			mountinfo: "1 0 0:1 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n2 0 0:2 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n" +
				"3 0 0:3 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
			cgroup: "4:memory:/a\n1:cpu,cpuacct:/\n0::/\n",
			want: hierarchies{v1: map[string]string{"memory": "/sys/fs/cgroup/memory/a", "cpu": "/sys/fs/cgroup/cpu", "cpuacct": "/sys/fs/cgroup/cpu"},
				v2: "/sys/fs/cgroup/unified", root: "/sys/fs/cgroup/unified"},
		},
		{
			name:      "part of one, as in a container",
			mountinfo: "1 0 0:1 /docker/x /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
			cgroup:    "4:memory:/docker/x/y\n",
			want:      hierarchies{v1: map[string]string{"memory": "/sys/fs/cgroup/memory/y"}},
		},
		{name: "none", mountinfo: "broken\n1 2 - \n", cgroup: "x\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := findHierarchies(tt.mountinfo, tt.cgroup)
			if got.v2 != tt.want.v2 || got.root != tt.want.root || !maps.Equal(got.v1, tt.want.v1) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// What somebody could not remove who was killed, the next one removes; what belongs to the living
// stays.
func TestPrune(t *testing.T) {
	child := exec.Command("true")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	dead := fmt.Sprintf("slidexec-%d-7", child.Process.Pid)
	alive := fmt.Sprintf("slidexec-%d-7", os.Getpid())
	for _, name := range []string{dead + "/box", alive, "slidexec-x", "other-1-1"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	prune(dir)
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(dir, "other-1-1"), filepath.Join(dir, alive), filepath.Join(dir, "slidexec-x")}
	if slices.Sort(want); !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
}

// A delegated tree of version 2, made of ordinary directories: the group goes where the controllers
// are handed down, and what was made is removed.
func TestGroupVersion2(t *testing.T) {
	root := t.TempDir()
	own := filepath.Join(root, "app.slice", "me.scope")
	if err := os.MkdirAll(own, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"app.slice/cgroup.subtree_control": "cpu memory pids\n", "app.slice/cgroup.procs": "",
		"app.slice/me.scope/cgroup.subtree_control": "\n", "app.slice/me.scope/cgroup.procs": "1\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	g := &Group{box: -1}
	if err := g.makeV2(hierarchies{v2: own, root: root}, "slidexec-1-2", Limits{Memory: 1 << 30, Processes: 256}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "app.slice", "slidexec-1-2")
	for name, want := range map[string]string{"memory.max": "1073741824", "memory.swap.max": "0", "memory.oom.group": "1", "pids.max": "257"} {
		file := filepath.Join(dir, name)
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %s", name, got, err, want)
		}
		if err := os.Remove(file); err != nil { // the kernel's go with the directory
			t.Error(err)
		}
	}
	if err := g.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the group is still there: %v", err)
	}
	g = &Group{box: -1}
	if err := g.makeV2(hierarchies{v2: root, root: root}, "x", Limits{Memory: 1 << 30, Processes: 256}); err == nil {
		t.Error("a group was made where no controller is handed down")
	}
}
