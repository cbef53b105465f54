package group

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// exact adds up the memory of processes, without the memory in file systems. Shared memory is
// counted at its owner: a memory file by its descriptors, a System V segment by init. A map with no
// owner, such as one shared with children, is counted in parts by the processes that have mapped
// it.
func (w *Watch) exact(pids []string) int64 {
	sum, seen := w.hoarded(pids)
	for _, pid := range pids {
		private, shared := w.proportional(pid)
		sum += private
		if shared > w.Limits.Memory/16 {
			sum += w.nameless(pid, seen)
		}
	}
	return sum
}

// hoarded adds up memory that a process may hold without mapping it.
func (w *Watch) hoarded(pids []string) (sum int64, seen map[uint64]bool) {
	seen = make(map[uint64]bool)
	if w.Segments != nil {
		sum = w.Segments() * w.page
	}
	for _, pid := range pids {
		sum += w.openFiles(pid, seen)
	}
	return sum, seen
}

// openFiles adds up the memory files that a process has open, but for those seen.
func (w *Watch) openFiles(pid string, seen map[uint64]bool) (sum int64) {
	fd, err := unix.Openat(int(w.proc.Fd()), pid+"/fd", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0 // gone
	}
	dir := os.NewFile(uintptr(fd), pid)
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return 0
	}
	for _, name := range names {
		var st unix.Stat_t
		if strings.HasPrefix(w.link(pid, "fd/"+name), memoryFile) && unix.Fstatat(fd, name, &st, 0) == nil && !seen[st.Ino] {
			seen[st.Ino] = true
			sum += st.Blocks * 512
		}
	}
	return sum
}

// memoryFile begins the names under which memfd_create(2) shows its files.
const memoryFile = "/memfd:"

// proportional returns a process's private memory, and its part of the memory that it shares.
func (w *Watch) proportional(pid string) (private, shared int64) {
	for line := range strings.Lines(w.read(pid, "smaps_rollup")) {
		name, rest, _ := strings.Cut(line, ":")
		f := strings.Fields(rest)
		switch {
		case len(f) == 0:
		case name == "Pss_Anon":
			private = number(f[0]) << 10
		case name == "Pss_Shmem":
			shared = number(f[0]) << 10
		}
	}
	return private, shared
}

// nameless adds up the mappings of a process that are neither in a file system nor a segment nor
// one of the files seen.
func (w *Watch) nameless(pid string, seen map[uint64]bool) (sum int64) {
	counts := false
	for line := range strings.Lines(w.read(pid, "smaps")) {
		f := strings.Fields(line)
		switch {
		case len(f) >= 5 && !strings.HasSuffix(f[0], ":"): // address, rights, offset, device, inode, name
			name := strings.Join(f[5:], " ")
			counts = name == "/dev/zero (deleted)" || strings.HasPrefix(name, memoryFile) && !seen[uint64(number(f[4]))]
		case counts && f[0] == "Pss:" && len(f) > 1:
			sum += number(f[1]) << 10
		}
	}
	return sum
}

// fileMemory returns the bytes in the memory file systems of the sandbox, and in those that
// programs in namespaces of their own have mounted.
func (w *Watch) fileMemory(pids []string) int64 {
	if w.proc == nil {
		return 0
	}
	seen := make(map[unix.Fsid]bool)
	sum := held(w.root, w.Mounts, seen)
	spaces := map[string]bool{w.own: true}
	for _, pid := range pids {
		space := w.link(pid, "ns/mnt")
		if space == "" || spaces[space] {
			continue
		}
		spaces[space] = true
		var mounts []string
		for line := range strings.Lines(w.read(pid, "mounts")) {
			switch f := strings.Fields(line); {
			case len(f) > 2 && f[2] == "tmpfs":
				mounts = append(mounts, f[1])
			case len(f) > 2 && f[2] == "ramfs":
				w.ramfs = true
			}
		}
		sum += held("/proc/self/fd/"+strconv.Itoa(int(w.proc.Fd()))+"/"+pid+"/root", mounts, seen)
	}
	return sum
}

// held adds up the blocks in use of the file systems mounted under root, each counted once. It
// follows the sandbox's links as the sandbox would: none of them leads to a file of ours.
func held(root string, mounts []string, seen map[unix.Fsid]bool) (sum int64) {
	dir, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0
	}
	defer unix.Close(dir)
	for _, path := range mounts {
		fd, err := unix.Openat2(dir, path, &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT})
		if err != nil {
			continue
		}
		var st unix.Statfs_t
		if unix.Fstatfs(fd, &st) == nil && !seen[st.Fsid] {
			seen[st.Fsid] = true
			sum += int64(st.Blocks-st.Bfree) * st.Bsize
		}
		unix.Close(fd)
	}
	return sum
}

// uncounted returns the memory that the machine has lost since the program began, if the program
// has mounted a file system that does not report its size. Other programs may have taken some of
// it, but no better number exists.
func (w *Watch) uncounted() int64 {
	if !w.ramfs {
		return 0
	}
	return w.reserve.first - w.available
}
