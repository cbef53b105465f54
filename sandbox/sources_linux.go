package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// A source is a tree of the caller's to be mounted.
type source struct {
	Mount // the source and From of it
	attrs uint64
	own   bool // its owner's files become the program's own, whatever user the program runs as
	chown bool // if the mount cannot do that, the files may change their owner
}

// private reports whether only the owner may read the source. The program may read it: it was
// mounted for the program.
func (s source) private() bool {
	var st unix.Stat_t
	if s.stat(&st) != nil {
		return false
	}
	read := uint32(0o004)
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		read = 0o005
	}
	return st.Mode&read != read
}

// sources opens trees for a sandbox of root's. The program's user cannot reach below directories of
// mode 0700, such as root's home. But root can mount such a tree and hand the mount over, and only
// such a mount can show its files as another user's.
type sources struct {
	id     identity
	fds    []int
	alien  bool           // the last opened tree has files that its owner could not change
	owners map[[2]int]int // user namespaces by owner
}

// open returns the number that the mount's descriptor will have in the stage, or -1 if the stage
// must open the tree itself.
func (s *sources) open(src source) (int32, error) {
	s.alien = false
	if !s.id.root {
		s.alien = src.own && !s.id.owns(src.Mount)
		return -1, nil
	}
	at, path, flags := unix.AT_FDCWD, src.Src, uint(unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if src.From != nil {
		at, path, flags = int(src.From.Fd()), "", flags|unix.AT_EMPTY_PATH
	}
	fd, err := unix.OpenTree(at, path, flags)
	if errors.Is(err, unix.EPERM) { // root without CAP_SYS_ADMIN, in a container
		return -1, nil
	}
	if err != nil {
		return 0, src.setupError("open", err)
	}
	number := s.hand(fd)
	attr := unix.MountAttr{Attr_set: src.attrs, Propagation: unix.MS_PRIVATE}
	if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &attr); err != nil {
		return 0, src.setupError("set mount attributes", err)
	}
	if src.own || src.private() {
		if err := s.adopt(fd, src); err != nil {
			return 0, err
		}
	}
	return number, nil
}

// hand gives the stage a descriptor, and returns its number there.
func (s *sources) hand(fd int) int32 {
	s.fds = append(s.fds, fd)
	return int32(stage.SourceFD + len(s.fds) - 1)
}

// adopt makes the files of the tree's owner appear as the program's user's in this mount alone
// (mount_setattr(2), MOUNT_ATTR_IDMAP). Some file systems cannot do that, such as overlay. If the
// policy allows it, their files are given to the user; otherwise they stay as they are.
func (s *sources) adopt(fd int, src source) error {
	var st unix.Stat_t
	if err := src.stat(&st); err != nil {
		return src.setupError("stat", err)
	}
	ns, err := s.ownerNamespace(int(st.Uid), int(st.Gid))
	if err == nil {
		attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: uint64(ns)}
		err = unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &attr)
	}
	if err == nil || !src.chown {
		s.alien = err != nil
		return nil
	}
	if err := s.give(src.Mount); err != nil {
		return src.setupError("chown", err)
	}
	return nil
}

// give makes the program's user the owner of a tree. Another program may be changing the tree at
// this very moment, and we are root: no name in it may lead us out of it.
func (s *sources) give(m Mount) error {
	root, err := m.directory()
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(name, s.id.uid, s.id.gid)
	})
}

// ownerNamespace returns a user namespace that maps an owner on disk to the program's user. The
// kernel takes such maps only as a namespace, and a namespace only from a process. This process
// stops before its first instruction and is killed there.
func (s *sources) ownerNamespace(uid, gid int) (int, error) {
	if fd, ok := s.owners[[2]int{uid, gid}]; ok {
		return fd, nil
	}
	runtime.LockOSThread() // the tracer of a process is a thread, as is its parent
	defer runtime.UnlockOSThread()
	pid, err := s.mapOwner(uid, gid)
	if err != nil {
		return 0, fmt.Errorf("make a user namespace for a mount: %w", err)
	}
	fd, err := unix.Open("/proc/"+strconv.Itoa(pid)+"/ns/user", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	killErr := unix.Kill(pid, unix.SIGKILL)
	if _, waitErr := wait(pid, nil); err == nil {
		err = errors.Join(killErr, waitErr)
	}
	if err != nil {
		return 0, err
	}
	if s.owners == nil {
		s.owners = make(map[[2]int]int)
	}
	s.owners[[2]int{uid, gid}] = fd
	return fd, nil
}

// mapOwner starts that process. If its tracer is killed, it dies too; otherwise it would run on.
func (s *sources) mapOwner(uid, gid int) (pid int, err error) {
	return syscall.ForkExec("/proc/self/exe", []string{"slidexec"}, &syscall.ProcAttr{Sys: &syscall.SysProcAttr{
		Ptrace:      true,
		Pdeathsig:   unix.SIGKILL,
		Cloneflags:  unix.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: s.id.uid, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: s.id.gid, Size: 1}},
	}})
}

// close closes the opened descriptors; the stage has its own copies.
func (s *sources) close() {
	for _, fd := range s.fds {
		unix.Close(fd)
	}
	for _, fd := range s.owners {
		unix.Close(fd)
	}
	s.fds, s.owners = nil, nil
}

// wait waits for one child to end, past stops by a tracer.
func wait(pid int, usage *unix.Rusage) (unix.WaitStatus, error) {
	for {
		var status unix.WaitStatus
		_, err := unix.Wait4(pid, &status, 0, usage)
		if err == unix.EINTR || err == nil && status.Stopped() {
			continue
		}
		return status, err
	}
}

// A mount's source is a path, or a descriptor with its path at the time. A path is followed when
// the sandbox is built, and a program that ran before may have changed it. A descriptor is not
// followed, so we mount from it if we can. If the kernel takes a path only (a user namespace can
// copy only mounts that it sees itself), the stage compares the path's target with the descriptor
// before it uses it.

// stat describes the source.
func (m Mount) stat(st *unix.Stat_t) error {
	if m.From != nil {
		return unix.Fstat(int(m.From.Fd()), st)
	}
	return unix.Stat(m.Src, st)
}

// identity returns the identity for the stage to compare, nothing if From is not given.
func (m Mount) identity() ([]byte, error) {
	if m.From == nil {
		return nil, nil
	}
	var st unix.Stat_t
	if err := m.stat(&st); err != nil {
		return nil, err
	}
	return stage.Identity{Inode: st.Ino, Major: unix.Major(st.Dev), Minor: unix.Minor(st.Dev)}.Append(nil), nil
}

// directory opens the source as a root for walks.
func (m Mount) directory() (*os.Root, error) {
	if m.From == nil {
		return os.OpenRoot(m.Src)
	}
	return os.OpenRoot("/proc/self/fd/" + strconv.Itoa(int(m.From.Fd())))
}

// setupError returns the error for a source that cannot be used.
func (m Mount) setupError(op string, err error) *SetupError {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	return explain(&SetupError{Layer: "root", Op: op, Path: m.Src, Err: err})
}
