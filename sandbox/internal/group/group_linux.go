package group

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A Group is a control group that holds one sandbox. Nothing else counts all memory of a program:
// nested namespaces, files in memory, memory that nobody has mapped. Not everybody can make a
// Group; see the layer "memory".
//
// In version 2 the stage is born in its group. In version 1 a process can only be moved, and the
// kernel waits for that until every processor has taken notice, which is longer than all the rest
// of a start. So in version 1 only programs that run for some time or take much memory get a group;
// the watch alone counts the memory that they took before.
type Group struct {
	dirs   []string // to be removed, in this order
	memory string   // the file that counts kills for lack of memory
	pids   string   // the file that counts refused forks, if there is one
	box    int      // the directory that the stage is born in, or -1
	late   string   // version 1: the directory that move makes
	moving sync.WaitGroup
	holds  atomic.Bool // the sandbox's processes are in the group
	source string      // what it is, for people
}

// hierarchies are the mounted control groups, with this process's place in them.
type hierarchies struct {
	v1   map[string]string // directory by controller
	v2   string
	root string // where v2 is mounted
}

// findHierarchies reads two files that every process has in /proc (cgroups(7)).
func findHierarchies(mountinfo, cgroup string) hierarchies {
	own := make(map[string]string) // path by controller; "" is v2
	for line := range strings.Lines(cgroup) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(f) != 3 {
			continue
		}
		for name := range strings.SplitSeq(f[1], ",") {
			own[name] = f[2]
		}
	}
	h := hierarchies{v1: make(map[string]string)}
	for line := range strings.Lines(mountinfo) {
		before, after, ok := strings.Cut(line, " - ")
		f, g := strings.Fields(before), strings.Fields(after)
		if !ok || len(f) < 5 || len(g) < 3 {
			continue
		}
		root, point := f[3], f[4]
		switch g[0] {
		case "cgroup2":
			h.v2, h.root = below(point, root, own[""]), point
		case "cgroup":
			for name := range strings.SplitSeq(g[2], ",") {
				if path, ok := own[name]; ok {
					h.v1[name] = below(point, root, path)
				}
			}
		}
	}
	return h
}

// below returns the place where a mount at point, which shows the tree under root, has path.
func below(point, root, path string) string {
	if rest, ok := strings.CutPrefix(path, strings.TrimSuffix(root, "/")); ok {
		path = rest
	}
	return filepath.Join(point, path)
}

// Prefix begins the names of our groups; the number of the process that made the group follows.
const Prefix = "slidexec-"

// prune removes groups in dir whose makers were killed before they could remove them.
func prune(dir string) {
	for _, path := range Orphans(dir, Prefix) {
		// A group that cannot be removed is still in use, or the next maker tries again.
		_ = os.Remove(filepath.Join(path, "box"))
		_ = os.Remove(path)
	}
}

// Limits hold for all processes together; a negative one means no limit.
type Limits struct {
	Memory    int64 // bytes
	Processes int
}

// New makes a group with the limits, in whichever hierarchy allows it. unique is a number that no other
// group of this process has.
func New(limits Limits, unique uint64) (*Group, error) {
	name := groupName(unique)
	g := &Group{box: -1, source: "a control group of version 2"}
	h, err := ownHierarchies()
	if err != nil {
		return nil, err
	}
	if dir := h.v1["memory"]; dir != "" {
		if err := unix.Access(dir, unix.W_OK); err != nil {
			return nil, fmt.Errorf("write to %s: %w", dir, err)
		}
		prune(dir)
		g.late, g.source = filepath.Join(dir, name), "a control group of version 1"
		return g, nil
	}
	err = g.makeV2(h, name, limits)
	for _, provide := range []func(hierarchies) error{handDown, scope} {
		if err == nil || provide(h) != nil {
			continue
		}
		if h, err = ownHierarchies(); err == nil {
			err = g.makeV2(h, name, limits)
		}
	}
	if err != nil {
		return nil, errors.Join(err, g.Remove())
	}
	g.holds.Store(true)
	return g, nil
}

// Try makes a group as New does, late or not, and removes it.
func Try(limits Limits) error {
	g, err := New(limits, probes.Add(1)|1<<63) // no sandbox has such a number
	if err != nil {
		return err
	}
	if g.late != "" {
		err = g.make(g.late, lateSettings(limits))
		g.late = ""
	}
	return errors.Join(err, g.Remove())
}

// probes counts the groups that Try has made.
var probes atomic.Uint64

// groupName is the name of a group of this process.
func groupName(unique uint64) string {
	return fmt.Sprintf("%s%d-%d", Prefix, os.Getpid(), unique)
}

func ownHierarchies() (hierarchies, error) {
	mountinfo, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return hierarchies{}, err
	}
	cgroup, err := os.ReadFile("/proc/self/cgroup")
	return findHierarchies(string(mountinfo), string(cgroup)), err
}

// move makes the late group and moves the sandbox of the given pid 1 into it. It repeats until it
// finds no new process: one that it has not moved yet may have forked meanwhile.
func (g *Group) move(pid int, limits Limits) {
	dir := g.late
	g.late = ""
	g.moving.Go(func() {
		if g.make(dir, lateSettings(limits)) != nil {
			return // the watch alone keeps the limit
		}
		g.memory = filepath.Join(dir, "memory.oom_control")
		moved := make(map[int]bool)
		for found := true; found; {
			found = false
			for _, pid := range Descendants(pid) {
				if moved[pid] {
					continue
				}
				// A process that is gone needs no moving.
				_ = os.WriteFile(filepath.Join(dir, "cgroup.procs"), strconv.AppendInt(nil, int64(pid), 10), 0)
				moved[pid], found = true, true
			}
		}
		g.holds.Store(true)
	})
}

// lateSettings are those of a group of version 1.
func lateSettings(limits Limits) map[string]int64 {
	return map[string]int64{"memory.limit_in_bytes": limits.Memory, "?memory.memsw.limit_in_bytes": limits.Memory}
}

// makeV2 makes the group beside our own or above it, wherever the controllers are handed down. This
// process itself moves one level deeper: a delegated group belongs to the program's own user, who
// could change the limits if a namespace showed them.
func (g *Group) makeV2(h hierarchies, name string, limits Limits) error {
	if h.v2 == "" {
		return errors.New("no control groups are mounted")
	}
	for at := h.v2; ; at = filepath.Dir(at) {
		control, err := os.ReadFile(filepath.Join(at, "cgroup.subtree_control"))
		enabled := strings.Fields(string(control))
		if err == nil && slices.Contains(enabled, "memory") && slices.Contains(enabled, "pids") && unix.Access(filepath.Join(at, "cgroup.procs"), unix.W_OK) == nil {
			return g.makeBelow(filepath.Join(at, name), limits)
		}
		if at == h.root || at == "/" {
			return fmt.Errorf("no group above %s can be written and hands memory and pids down", h.v2)
		}
	}
}

func (g *Group) makeBelow(dir string, limits Limits) error {
	prune(filepath.Dir(dir))
	err := g.make(dir, map[string]int64{"memory.max": limits.Memory, "?memory.swap.max": 0, "?memory.oom.group": 1, "pids.max": tasks(limits)})
	if err != nil {
		return err
	}
	if strings.Contains(dir, "/slidexec-"+strconv.Itoa(os.Getpid())+".scope/") {
		g.source += ", in a scope of systemd"
	}
	g.memory, g.pids = filepath.Join(dir, "memory.events"), filepath.Join(dir, "pids.events")
	box := filepath.Join(dir, "box")
	if err := g.make(box, nil); err != nil {
		return err
	}
	g.box, err = unix.Open(box, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	return err
}

// tasks is the limit of processes, including init and the threads of the stage while it runs.
func tasks(l Limits) int64 {
	if l.Processes < 0 {
		return -1
	}
	const stage = 16
	return max(int64(l.Processes)+1, stage)
}

// make makes a directory with the given settings. A negative value means no limit. If a name begins
// with a question mark, the file may be missing.
func (g *Group) make(dir string, settings map[string]int64) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	g.dirs = append([]string{dir}, g.dirs...)
	for name, value := range settings {
		name, optional := strings.CutPrefix(name, "?")
		if value < 0 {
			continue
		}
		err := os.WriteFile(filepath.Join(dir, name), strconv.AppendInt(nil, value, 10), 0o644)
		if err != nil && !optional {
			return err
		}
	}
	return nil
}

// Box returns a descriptor of the directory in which a process is to be born (CLONE_INTO_CGROUP),
// or -1 if there is none.
func (g *Group) Box() int {
	if g == nil {
		return -1
	}
	return g.box
}

// A Maker makes groups as New does. Once it has found where groups of version 1 go, or that none
// can be made, it remembers that: finding out takes a tenth of the time that a sandbox takes.
type Maker struct {
	mu   sync.Mutex
	late *Group // the first group of version 1
	none error  // why no group can be made
}

// New makes a group.
func (m *Maker) New(limits Limits, unique uint64) (*Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.none != nil {
		return nil, m.none
	}
	if m.late != nil {
		return &Group{box: -1, source: m.late.source, late: filepath.Join(filepath.Dir(m.late.late), groupName(unique))}, nil
	}
	g, err := New(limits, unique)
	if err == nil && g.late != "" {
		m.late = &Group{source: g.source, late: g.late} // g's own field changes when its sandbox is moved
	}
	m.none = err
	return g, err
}

// Active reports whether the group keeps the memory limit.
func (g *Group) Active() bool { return g != nil && g.holds.Load() }

// Describe names what keeps the memory limit.
func (g *Group) Describe() string {
	if g == nil {
		return fmt.Sprintf("RLIMIT_DATA for each process, and a look at all of them every %v", interval)
	}
	return g.source
}

// Killed reports whether the kernel has ended something in the group for lack of memory.
func (g *Group) Killed() bool { return g.Active() && count(g.memory, "oom_kill") > 0 }

// Refused reports whether the kernel refused a fork in the group.
func (g *Group) Refused() bool { return g.Active() && g.pids != "" && count(g.pids, "max") > 0 }

// count reads one number of a file with a name and a number on each line.
func count(path, name string) int64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0 // an old kernel does not count
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 2 && f[0] == name {
			return number(f[1])
		}
	}
	return 0
}

// Remove removes the group when no process is in it any more.
func (g *Group) Remove() (err error) {
	if g == nil {
		return nil
	}
	g.moving.Wait()
	if g.box >= 0 {
		unix.Close(g.box)
		g.box = -1
	}
	for _, dir := range g.dirs {
		err = cmp.Or(err, os.Remove(dir))
	}
	g.dirs = nil
	return err
}

// Orphans lists entries of dir whose names are prefix and the number of a process that does not
// exist any more.
func Orphans(dir, prefix string) (paths []string) {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1) // use the names read before an error
	for _, name := range names {
		rest, ok := strings.CutPrefix(name, prefix)
		pid, _, _ := strings.Cut(rest, "-")
		if n := int(number(pid)); ok && n > 0 && errors.Is(unix.Kill(n, 0), unix.ESRCH) {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	return paths
}
