//go:build unix

package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// openPlain opens a file that another user may have put there: no link, no pipe, no device.
func openPlain(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		_ = f.Close()
		return nil, errors.Join(err, &fs.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")})
	}
	return f, nil
}

// ours reports whether a file belongs to the user, or to root, which needs no permission anyway.
func ours(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == os.Geteuid() || st.Uid == 0)
}

// errBusy says that another process holds a lock.
var errBusy = errors.New("in use")

// tryLock takes the lock of an open file, alone or shared. If another process has it, the error is
// errBusy. Closing the file, or the end of the process, releases it.
func tryLock(f *os.File, alone bool) error {
	how := unix.LOCK_SH
	if alone {
		how = unix.LOCK_EX
	}
	for {
		err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
		switch {
		case err == unix.EWOULDBLOCK:
			return errBusy
		case err != unix.EINTR && err != nil:
			return &fs.PathError{Op: "lock", Path: f.Name(), Err: err}
		case err == nil:
			return nil
		}
	}
}

// again is the time between two attempts to take a lock.
const again = 20 * time.Millisecond

// Lock takes the lock file at path, makes it if needed, and returns a function that releases it. It
// tries again and again, because ctx could not end a wait in the kernel.
func Lock(ctx context.Context, path string) (func(), error) { return lockFile(ctx, path, true) }

func lockFile(ctx context.Context, path string, alone bool) (func(), error) {
	for {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o600)
		if err != nil {
			return nil, err
		}
		err = tryLock(f, alone)
		if err == nil && still(f, path) {
			return func() { _ = f.Close() }, nil
		}
		_ = f.Close()
		if err == nil {
			continue // another process removed it while we waited
		}
		if err != errBusy {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(again):
		}
	}
}

// still reports whether path names the open file.
func still(f *os.File, path string) bool {
	open, err := f.Stat()
	named, err2 := os.Lstat(path)
	return err == nil && err2 == nil && os.SameFile(open, named)
}

func isReadOnlyFS(err error) bool { return errors.Is(err, unix.EROFS) }

// identify returns the numbers by which the kernel knows a file.
func identify(info fs.FileInfo) (dev, ino uint64, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return uint64(st.Dev), st.Ino, true //nolint:unconvert // Dev is an int32 elsewhere
}

// StatOf returns the Stat of stat data.
func StatOf(st *unix.Stat_t) Stat {
	return Stat{
		Dev: uint64(st.Dev), Ino: st.Ino, Size: st.Size, //nolint:unconvert // Dev is an int32 elsewhere
		Mtime: unix.TimespecToNsec(st.Mtim), Ctime: unix.TimespecToNsec(st.Ctim),
	}
}

// StatFile returns the Stat of an open file.
func StatFile(f *os.File) (Stat, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return Stat{}, &fs.PathError{Op: "stat", Path: f.Name(), Err: err}
	}
	return StatOf(&st), nil
}

// StatPath returns the Stat of the file at a path.
func StatPath(path string) (Stat, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return Stat{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return StatOf(&st), nil
}
