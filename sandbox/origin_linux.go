package sandbox

import (
	"errors"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// What a mount has for a source is given as a path, or as a descriptor with the path at which it
// was. A path is followed when the sandbox is built, by whoever builds it, and what follows it may
// have been changed by a program that ran before. A descriptor is followed nowhere: where we can,
// we mount from it; where the kernel takes a path only (a user namespace can copy no mounts but
// those that it sees itself), what the path led to is compared with it before it is used.

// stat describes the source.
func (m Mount) stat(st *unix.Stat_t) error {
	if m.From != nil {
		return unix.Fstat(int(m.From.Fd()), st)
	}
	return unix.Stat(m.Src, st)
}

// identity is what the stage compares, nothing if From is not given.
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

// setupError is what is said when the source cannot be used.
func (m Mount) setupError(op string, err error) *SetupError {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	return explain(&SetupError{Layer: "root", Op: op, Path: m.Src, Err: err})
}
