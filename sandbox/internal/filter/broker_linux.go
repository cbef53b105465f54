package filter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// Landlock does not look at calls that change a file's mode or times by its name. A program that
// runs as its user must not make them, or it could make a key readable to everybody; but compilers
// make them for files of their own. So the filter holds the program at such a call, and the
// supervisor makes the change in its place if the program may write to the file. The supervisor
// reads the name once, and changes the file that it found under it and checked, whatever the
// program does meanwhile.

// An asker is a program that is held at a call.
type asker struct {
	n        *Notification
	listener Listener
	writable func(path string) bool
	proc     string // its directory in /proc
}

// brokered is the table of calls that the supervisor makes for the program.
var brokered = map[int32]func(*asker) error{
	unix.SYS_FCHMOD:   func(a *asker) error { return a.chmod(int32(a.n.args[0]), 0, 1, unix.AT_EMPTY_PATH) },
	unix.SYS_FCHMODAT: func(a *asker) error { return a.chmod(int32(a.n.args[0]), a.n.args[1], 2, 0) },
	unix.SYS_FCHMODAT2: func(a *asker) error {
		return a.chmod(int32(a.n.args[0]), a.n.args[1], 2, a.n.args[3])
	},
	unix.SYS_UTIMENSAT: func(a *asker) error {
		return a.touch(int32(a.n.args[0]), a.n.args[1], a.n.args[3], func() ([]unix.Timespec, error) { return a.times(a.n.args[2], 1) })
	},
}

// Broker makes the call at which a program is held, if the file's real path is writable. The caller
// answers with the errno, or 0; ok is false for a call that is not brokered.
func (l Listener) Broker(n *Notification, writable func(path string) bool) (errno unix.Errno, ok bool) {
	call := brokered[n.nr]
	if call == nil {
		call = archBrokered[n.nr]
	}
	if call == nil || writable == nil {
		return 0, false
	}
	err := call(&asker{n: n, listener: l, writable: writable, proc: "/proc/" + strconv.Itoa(int(n.pid))})
	return errnoOf(err), true
}

func errnoOf(err error) unix.Errno {
	if err == nil {
		return 0
	}
	if errno, ok := errors.AsType[unix.Errno](err); ok {
		return errno
	}
	return unix.EPERM
}

// chmod changes the mode of a file to the one in argument arg.
func (a *asker) chmod(dir int32, path uint64, arg int, flags uint64) error {
	mode := uint32(a.n.args[arg])
	if mode&(unix.S_ISUID|unix.S_ISGID) != 0 {
		return unix.EPERM
	}
	return a.with(dir, path, flags, func(fd int, name string) error {
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			return err
		}
		if st.Mode&unix.S_IFMT == unix.S_IFDIR {
			mode |= 0o700 // otherwise we could not measure its content
		}
		return unix.Chmod(name, mode&0o1777)
	})
}

// touch changes the times of a file.
func (a *asker) touch(dir int32, path, flags uint64, times func() ([]unix.Timespec, error)) error {
	return a.with(dir, path, flags, func(_ int, name string) error {
		ts, err := times()
		if err != nil {
			return err
		}
		return unix.UtimesNanoAt(unix.AT_FDCWD, name, ts, 0)
	})
}

// times reads two times from the program; unit is the length of their second word in nanoseconds. A
// zero addr means the current time.
func (a *asker) times(addr uint64, unit int64) ([]unix.Timespec, error) {
	if addr == 0 {
		now := unix.Timespec{Nsec: unix.UTIME_NOW}
		return []unix.Timespec{now, now}, nil
	}
	var b [32]byte
	if n, err := a.read(addr, b[:]); err != nil || n < len(b) {
		return nil, unix.EFAULT
	}
	var words [4]int64
	if err := binary.Read(bytes.NewReader(b[:]), binary.NativeEndian, &words); err != nil {
		return nil, err
	}
	return []unix.Timespec{{Sec: words[0], Nsec: words[1] * unit}, {Sec: words[2], Nsec: words[3] * unit}}, nil
}

func (a *asker) read(addr uint64, b []byte) (int, error) {
	fd, err := unix.Open(a.proc+"/mem", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, unix.EPERM
	}
	defer unix.Close(fd)
	if !a.listener.valid(a.n) { // another process may have the number by now
		return 0, unix.ESRCH
	}
	return unix.Pread(fd, b, int64(addr))
}

// with opens the file that the program means, and calls change with a name that leads to this file
// and no other.
func (a *asker) with(dir int32, path, flags uint64, change func(fd int, name string) error) error {
	fd, err := a.open(dir, path, flags)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	name := "/proc/self/fd/" + strconv.Itoa(fd)
	if real, err := os.Readlink(name); err != nil || !a.writable(real) {
		return unix.EPERM
	}
	return change(fd, name)
}

func (a *asker) open(dir int32, path, flags uint64) (int, error) {
	text := ""
	if path != 0 {
		var b [unix.PathMax]byte
		n, err := a.read(path, b[:])
		if err != nil {
			return -1, err
		}
		end := bytes.IndexByte(b[:n], 0)
		if end < 0 {
			return -1, unix.ENAMETOOLONG
		}
		text = string(b[:end])
	}
	base := a.proc + "/cwd"
	if dir != unix.AT_FDCWD {
		base = a.proc + "/fd/" + strconv.Itoa(int(dir))
	}
	if text == "" {
		if path != 0 && flags&unix.AT_EMPTY_PATH == 0 {
			return -1, unix.ENOENT
		}
		return unix.Open(base, unix.O_PATH|unix.O_CLOEXEC, 0)
	}
	if !filepath.IsAbs(text) {
		at, err := os.Readlink(base)
		if err != nil {
			return -1, unix.EBADF
		}
		text = at + "/" + text
	}
	real, err := resolve(text, flags&unix.AT_SYMLINK_NOFOLLOW == 0)
	if err != nil {
		return -1, err
	}
	return unix.Openat2(unix.AT_FDCWD, real, &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC | unix.O_NOFOLLOW, Resolve: unix.RESOLVE_NO_SYMLINKS})
}

// resolve follows the links on the way to a file, and with follow also the file if it is a link.
func resolve(path string, follow bool) (string, error) {
	var err error
	if follow {
		path, err = filepath.EvalSymlinks(path)
	} else {
		var dir string
		dir, err = filepath.EvalSymlinks(filepath.Dir(path))
		path = filepath.Join(dir, filepath.Base(path))
	}
	if errno, ok := errors.AsType[unix.Errno](err); ok {
		return "", errno
	}
	if err != nil {
		return "", unix.ENOENT
	}
	return path, nil
}
