package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// Policy says what a program may see, use and do. The zero Policy is the strictest: an empty root,
// no network, no nested namespaces, the default limits. A Policy is a value: copy it to change it.
// Equal policies share parked sandboxes.
type Policy struct {
	Mounts   []Mount  // the program's file system, besides /proc, /dev and /tmp; in any order, but the later of two with one Dst counts
	Net      Net      // zero: own network namespace with loopback only
	Nested   int      // namespaces of each kind that the program may create; 0: none
	Limits   Limits   // zero fields take DefaultLimits
	Syscalls Syscalls // calls that the filter allows beyond the default
	Hostname string   // "" is "sandbox"
	Degraded bool     // run with the available layers; the Result names the missing ones
}

// MountKind says what a Mount puts at its place.
type MountKind string

// Mount kinds.
const (
	ReadOnly MountKind = "ro"      // Src, read-only with everything mounted below it
	Writable MountKind = "rw"      // Src, writable: changes are real
	CopyOn   MountKind = "cow"     // Src, writable, but changes go to memory and vanish
	Tmpfs    MountKind = "tmpfs"   // an empty memory file system of Size bytes and Inodes inodes
	Dir      MountKind = "dir"     // an empty directory, to mount something on
	File     MountKind = "file"    // a read-only file with the content Data
	Symlink  MountKind = "symlink" // a symbolic link to Src
	Out      MountKind = "out"     // Src, a directory of the caller's, writable for the program whatever uid it runs as
)

// Mount is one entry of the program's file system. Dst is an absolute, clean path in the sandbox.
type Mount struct {
	Kind MountKind
	Src  string // on the host; a link's target
	Dst  string
	// From is the source that somebody has checked, opened (O_PATH will do). Then Run mounts
	// nothing else, wherever Src leads by now. If Src does not lead to From any more, the error of
	// Run wraps ErrReplaced. Nil: Run mounts what Src leads to when it builds the sandbox.
	From     *os.File
	Data     []byte
	Mode     uint32 // of File, 0 is 0444
	Size     int64  // bytes, for Tmpfs and CopyOn; 0 is Limits.Tmp
	Inodes   int64
	Optional bool // leave it out when Src does not exist
}

// tree reports whether m shows a tree of the caller's.
func (m Mount) tree() bool {
	return m.Kind == ReadOnly || m.Kind == Writable || m.Kind == CopyOn || m.Kind == Out
}

// ErrReplaced is wrapped by the error of Run when the source of a Mount is not its From any more.
var ErrReplaced = errors.New("it is gone, or something else is in its place")

// Found returns nil if the source exists, and is From if that is given. Otherwise the error wraps
// fs.ErrNotExist or ErrReplaced.
func (m Mount) Found() error {
	now, err := os.Stat(m.Src)
	if m.From == nil {
		if path, ok := errors.AsType[*os.PathError](err); ok {
			return path.Err
		}
		return err
	}
	if then, fault := m.From.Stat(); fault != nil || err != nil || !os.SameFile(now, then) {
		return ErrReplaced
	}
	return nil
}

// arrange checks the mounts, lets the later of two at one place win, and sorts them so that each
// comes after the mount below it: by depth, memory file systems first.
func arrange(mounts []Mount) ([]Mount, error) {
	at := make(map[string]int, len(mounts))
	out := make([]Mount, 0, len(mounts))
	for _, m := range mounts {
		if err := m.check(); err != nil {
			return nil, err
		}
		if i, ok := at[m.Dst]; ok {
			out[i] = m
			continue
		}
		at[m.Dst] = len(out)
		out = append(out, m)
	}
	// Every program with a pool has its mounts arranged, so places are sorted and not the mounts, which
	// are large.
	type place struct{ depth, other, index int }
	places := make([]place, len(out))
	for i, m := range out {
		places[i] = place{depth: strings.Count(m.Dst, "/"), index: i}
		if m.Kind != Tmpfs { // it is mounted before others beside it
			places[i].other = 1
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.depth, b.depth), cmp.Compare(a.other, b.other), cmp.Compare(out[a.index].Dst, out[b.index].Dst))
	})
	sorted := make([]Mount, len(out))
	for i, p := range places {
		sorted[i] = out[p.index]
	}
	return sorted, nil
}

// reserved are places that the sandbox itself makes, with all their content.
var reserved = []string{"/proc", "/dev", stage.Old, stage.Parts, stage.Fresh}

func (m Mount) check() error {
	if !path.IsAbs(m.Dst) || path.Clean(m.Dst) != m.Dst || strings.ContainsRune(m.Dst, 0) {
		return fmt.Errorf("sandbox: mount at %q: not an absolute, clean path", m.Dst)
	}
	own := func(place string) bool { return m.Dst == place || strings.HasPrefix(m.Dst, place+"/") }
	if m.Dst == "/" || slices.ContainsFunc(reserved, own) {
		return fmt.Errorf("sandbox: mount at %s: the sandbox makes this itself", m.Dst)
	}
	switch {
	case m.tree() && !filepath.IsAbs(m.Src):
		return fmt.Errorf("sandbox: mount at %s: source %q is not an absolute path", m.Dst, m.Src)
	case !m.tree() && !slices.Contains([]MountKind{Tmpfs, Dir, File, Symlink}, m.Kind):
		return fmt.Errorf("sandbox: mount at %s: unknown kind %q", m.Dst, m.Kind)
	}
	if strings.ContainsRune(m.Src, 0) {
		return fmt.Errorf("sandbox: mount at %s: zero byte in the source", m.Dst)
	}
	return nil
}

// Net says which network the program sees.
type Net string

// Networks.
const (
	NetNone Net = ""     // a loopback interface of its own, and nothing else
	NetHost Net = "host" // the host's network
	// NetDoor is as NetNone, with one way out: Cmd.Serve answers at Door. It runs in the caller's
	// process, so it can pass on what it sees fit. A degraded run without network namespaces has no
	// door: Run refuses such a program.
	NetDoor Net = "door"
)

// Door is the address of a program's one way out, see NetDoor.
const Door = "127.0.0.1:3128"

// Syscalls opens the filter for programs that need more than the default.
type Syscalls struct {
	// Ptrace lets programs trace their own processes and read their memory: debuggers and strace.
	// They reach nothing outside the sandbox, nor the processes that guard it. It needs a whole
	// sandbox.
	Ptrace bool
}

// Limits bound the resources of a program. A zero field takes the value of DefaultLimits; a
// negative one means no limit, if the machine allows that.
type Limits struct {
	Wall      time.Duration // from exec to the end
	CPU       time.Duration // of each process
	Memory    int64         // bytes, all processes together; Result.Limits says how well
	Processes int
	Files     int   // open descriptors a process
	FileSize  int64 // bytes of one file written
	Tmp       int64 // bytes in /tmp, /dev/shm and copy-on-write views, each
	Inodes    int64 // files in each of them
	Output    int64 // bytes of stdout and stderr together
}

// DefaultLimits are enough for a demonstration and little for an accident.
func DefaultLimits() Limits {
	return Limits{
		Wall: 10 * time.Second, CPU: 10 * time.Second, Memory: 1 << 30, Processes: 256,
		Files: 256, FileSize: 128 << 20, Tmp: 64 << 20, Inodes: 10_000, Output: 1 << 20,
	}
}

// filled returns l with the defaults in its zero fields.
func (l Limits) filled() Limits {
	d := DefaultLimits()
	return Limits{
		Wall: cmp.Or(l.Wall, d.Wall), CPU: cmp.Or(l.CPU, d.CPU), Memory: cmp.Or(l.Memory, d.Memory),
		Processes: cmp.Or(l.Processes, d.Processes), Files: cmp.Or(l.Files, d.Files),
		FileSize: cmp.Or(l.FileSize, d.FileSize), Tmp: cmp.Or(l.Tmp, d.Tmp),
		Inodes: cmp.Or(l.Inodes, d.Inodes), Output: cmp.Or(l.Output, d.Output),
	}
}
