package sandbox

import (
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox/internal/group"
	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// A watch says which limits a sandbox breaks, and how each was kept, from the numbers of a
// group.Watch.
type watch struct {
	*sandboxed
	*group.Watch
	limits  Limits
	refused bool // the group refused a fork, as far as known
}

func newWatch(s *sandboxed, limits Limits) *watch {
	c := group.Config{Init: s.pid, Remote: !slices.Contains(s.layers, "proc"), Limits: limits.together(), Group: s.group}
	for _, s := range s.plan.Setup {
		if s.Op == stage.Mount && s.Src == "tmpfs" || s.Op == stage.Overlay {
			c.Mounts = append(c.Mounts, s.Dst)
		}
	}
	if s.form != confined { // a confined program can make none, and all of the machine's would count
		c.Segments = func() int64 {
			_, _ = unix.Write(s.control, []byte{'?'}) // init answers with the segments before the next look
			return s.segments
		}
	}
	return &watch{sandboxed: s, Watch: group.NewWatch(c), limits: limits}
}

// together are the limits that hold for all processes together.
func (l Limits) together() group.Limits {
	return group.Limits{Memory: l.Memory, Processes: l.Processes}
}

// check takes a look when it is time for one, and says whether a limit is broken.
func (w *watch) check() (Status, string) {
	found, looked := w.Check()
	switch found {
	case group.TooMany:
		return ProcessLimit, fmt.Sprintf("stopped when it had more than %d processes (process limit)", w.limits.Processes)
	case group.TooLarge:
		return MemoryLimit, memoryReason(w.limits)
	case group.Exhausted:
		return MemoryLimit, "stopped when the machine had hardly any memory left (memory limit)"
	}
	if looked && w.private != nil && w.Looks()%8 == 1 {
		if reason := w.full(); reason != "" {
			return Signaled, reason
		}
	}
	return "", ""
}

// crowded reports whether the program had reached the process limit; left is how many processes it
// left behind.
func (w *watch) crowded(left int) bool {
	most := max(left, w.Tasks())
	return w.limits.Processes > 0 && (w.refused || most >= w.limits.Processes-w.limits.Processes/16-1)
}

// keepers lists, for a limit, the layers that each keep it exactly. The watch keeps the other
// limits.
var keepers = map[string][]string{
	"wall": nil, "output": nil, "memory": nil, "cpu": {"rlimits"}, "files": {"rlimits"}, "filesize": {"rlimits"},
	"tmp": {"root"}, "inodes": {"root"}, "processes": {"pid-max", "rlimits"}, "namespaces": {"namespace-caps"},
}

// kept says how each limit was kept.
func (w *watch) kept() map[string]string {
	const enforced, bestEffort, unavailable = "enforced", "best effort", "unavailable"
	kept := make(map[string]string, len(keepers))
	for limit, names := range keepers {
		kept[limit] = unavailable
		if names == nil || slices.ContainsFunc(names, func(name string) bool { return slices.Contains(w.layers, name) }) {
			kept[limit] = enforced
		}
	}
	switch {
	case w.form == unconfined:
		kept["memory"] = unavailable
	case !w.group.Active():
		kept["memory"] = bestEffort
	}
	if w.private != nil { // nothing counts for it alone
		kept["tmp"], kept["inodes"], kept["processes"] = bestEffort, bestEffort, bestEffort
	}
	if w.single && slices.Contains(w.layers, "seccomp") { // the filter refuses all of them
		kept["namespaces"] = enforced
	}
	return kept
}

// full returns the limit that the files in a private directory exceed; that directory is on a disk
// of the caller's.
func (w *watch) full() string {
	bytes, files := w.private.used()
	switch {
	case w.limits.Tmp > 0 && bytes-w.private.bytes > w.limits.Tmp:
		return fmt.Sprintf("stopped when it had written more than %s to files (limit of temporary files)", text.Size(w.limits.Tmp))
	case w.limits.Inodes > 0 && files-w.private.files > w.limits.Inodes:
		return fmt.Sprintf("stopped when it had made more than %d files (limit of temporary files)", w.limits.Inodes)
	}
	return ""
}
