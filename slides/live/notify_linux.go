package live

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// notifier tells of changes by inotify(7). It knows two kinds: what happens in a folder (watch), and
// what may make a path lead elsewhere (ways, in ways_linux.go and
// mounts_linux.go).
type notifier struct {
	file    *os.File // the inotify instance
	fd      int      // its descriptor; file.Fd() would make it a blocking one
	mounts  *mounts  // nil: nobody tells of mounts
	reading sync.WaitGroup

	mu    sync.Mutex // the readers of events look at the marks, too
	marks map[int]*mark
}

// mark is a folder, file or link that the kernel watches for us, under a number of its own. Several
// paths may lead to it.
type mark struct {
	path  string // one of them
	flags uint32 // with which path leads to it
	mask  uint32 // what the kernel tells about

	folders map[string]bool // names of the folder in which every change counts
	itself  uint32          // mask for its own fate; 0: it is on no way
	steps   map[string]bool // names in it on which a way depends
}

// Masks of events. Those of a folder's own fate come with changes of permissions in it.
const (
	fate     = unix.IN_ATTRIB | unix.IN_DELETE_SELF | unix.IN_MOVE_SELF
	entries  = fate | unix.IN_CREATE | unix.IN_DELETE | unix.IN_MOVED_FROM | unix.IN_MOVED_TO
	contents = fate | unix.IN_MODIFY
)

// newNotifier starts a notifier. It calls send, from goroutines of its own, with the names of
// changed files, and with "" if any way may have changed or names were lost, until send returns
// false or the notifier is closed.
func newNotifier(send func(name string) bool) (*notifier, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	n := &notifier{file: os.NewFile(uintptr(fd), "inotify"), fd: fd, marks: map[int]*mark{}}
	n.reading.Go(func() { n.read(send) })
	if n.mounts, err = openMounts(); err == nil {
		waits := make(chan struct{})
		ready := sync.OnceFunc(func() { close(waits) })
		n.reading.Go(func() {
			defer ready()
			n.mounts.read(ready, func() bool { return send("") })
		})
		<-waits
	}
	return n, nil
}

func (n *notifier) Close() error {
	err := n.file.Close()
	if n.mounts != nil {
		n.mounts.close()
	}
	n.reading.Wait()
	return err
}

// watch tells of every change in a folder from now on.
func (n *notifier) watch(dir string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	m, err := n.add(dir, entries|contents, unix.IN_ONLYDIR)
	for wd, old := range n.marks {
		if old != m && old.folders[dir] { // the name leads elsewhere now
			delete(old.folders, dir)
			n.trim(wd)
		}
	}
	if err != nil {
		return err
	}
	m.folders[dir] = true
	return nil
}

// unwatch ends that.
func (n *notifier) unwatch(dir string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for wd, m := range n.marks {
		if m.folders[dir] {
			delete(m.folders, dir)
			n.trim(wd)
		}
	}
}

// add has the kernel tell more about what a path leads to.
func (n *notifier) add(path string, mask, flags uint32) (*mark, error) {
	wd, err := unix.InotifyAddWatch(n.fd, path, mask|flags|unix.IN_MASK_ADD)
	if err != nil {
		return nil, err
	}
	m := n.marks[wd]
	if m == nil {
		m = &mark{folders: map[string]bool{}}
		n.marks[wd] = m
	}
	m.path, m.flags, m.mask = path, flags, m.mask|mask
	return m, nil
}

// trim has the kernel tell only what is needed: each event wakes us.
func (n *notifier) trim(wd int) {
	m := n.marks[wd]
	need := m.itself
	if len(m.steps) > 0 {
		need |= entries
	}
	if len(m.folders) > 0 {
		need |= entries | contents
	}
	switch need {
	case m.mask:
	case 0:
		delete(n.marks, wd)
		_, _ = unix.InotifyRmWatch(n.fd, uint32(wd)) // it is gone already if what it watched is gone
	default:
		m.mask = need
		// If the path leads elsewhere by now, an event says so, and we come here again.
		if other, err := unix.InotifyAddWatch(n.fd, m.path, need|m.flags); err == nil && n.marks[other] == nil {
			_, _ = unix.InotifyRmWatch(n.fd, uint32(other))
		}
	}
}

// read passes on what the kernel tells, until the instance is closed.
func (n *notifier) read(send func(string) bool) {
	for buf := make([]byte, 16<<10); ; {
		got, err := n.file.Read(buf)
		if err != nil {
			return
		}
		for _, name := range n.names(buf[:got]) {
			if !send(name) {
				return
			}
		}
	}
}

// names returns what to tell about a series of events as the kernel writes them, see inotify(7).
func (n *notifier) names(events []byte) (names []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ways := false
	for len(events) >= unix.SizeofInotifyEvent {
		wd := int(int32(binary.NativeEndian.Uint32(events)))
		mask := binary.NativeEndian.Uint32(events[4:])
		end := unix.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(events[12:]))
		name := strings.TrimRight(string(events[unix.SizeofInotifyEvent:end]), "\x00")
		events = events[end:]
		m := n.marks[wd]
		switch {
		case mask&unix.IN_IGNORED != 0: // the mark is no more; if we did not remove it, the kernel did
			ways = ways || m != nil
			delete(n.marks, wd)
		case m == nil, name == "": // when we removed the mark, we did not know of this yet; or names were lost
			ways = true
		default:
			ways = ways || m.steps[name]
			for dir := range m.folders {
				names = append(names, filepath.Join(dir, name))
			}
		}
	}
	if ways { // first: who has heard of a file may already read it, and where it is now
		names = slices.Insert(names, 0, "")
	}
	return names
}
