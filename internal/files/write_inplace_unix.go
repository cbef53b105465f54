//go:build unix

package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/text"
)

// maxBackup bounds the old content that overwrite keeps in memory to restore it after an error.
const maxBackup = 1 << 30 // bytes

// overwrite writes into the existing file. It first reserves room on the disk. If it cannot write the
// new content, it restores the old one.
func (p *place) overwrite(data []byte) error {
	f, err := p.open(unix.O_RDWR)
	if err != nil {
		return err
	}
	defer f.Close()
	before, err := io.ReadAll(io.LimitReader(f, maxBackup+1))
	if err != nil {
		return err
	}
	if len(before) > maxBackup {
		return &Refused{Why: fmt.Sprintf("can only be overwritten in place, and is larger than %s: remove the file first",
			text.Size(maxBackup))}
	}
	return overwrite(f, before, data)
}

// file has the methods that overwrite needs.
type file interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
}

// overwrite replaces before, the whole content of f, by data. It first writes the part beyond the old
// end: if the disk is full, that write fails while the old content is still whole.
func overwrite(f file, before, data []byte) error {
	was, is := len(before), len(data)
	steps := []func() error{
		func() error { return room(f, int64(was), int64(is)) },
		func() error { return writeAt(f, data[min(was, is):], int64(was)) },
		func() error { return writeAt(f, data[:min(was, is)], 0) },
		func() error { return f.Truncate(int64(is)) },
		f.Sync,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return putBack(f, before, err)
		}
	}
	return nil
}

// room reserves the disk space that the new content needs beyond the old content.
func room(f file, from, to int64) error {
	if disk, ok := f.(*os.File); ok && to > from {
		return reserve(disk, from, to)
	}
	return nil
}

func writeAt(f file, data []byte, at int64) error {
	if len(data) == 0 {
		return nil
	}
	_, err := f.WriteAt(data, at)
	return err
}

// putBack restores the old content after err.
func putBack(f file, before []byte, err error) error {
	back := errors.Join(writeAt(f, before, 0), f.Truncate(int64(len(before))), f.Sync())
	return &WriteError{Err: err, Torn: back != nil}
}

// open opens the file that the walk has found, never another file that has its name by now.
func (p *place) open(how int) (*os.File, error) {
	fd, err := unix.Openat(p.dir(), p.base, how|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ELOOP) {
		return nil, errChanged
	}
	if err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || identify(&st) != identify(&p.stat) {
		_ = unix.Close(fd)
		return nil, errors.Join(err, errChanged)
	}
	if err := unix.SetNonblock(fd, false); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), p.path()), nil
}

var errChanged = errors.New("another program replaced the file meanwhile")

// pour writes to a device or pipe, or to a descriptor of our own at its current offset.
func (p *place) pour(data []byte) error {
	var f *os.File
	var err error
	if p.own >= 0 {
		fd, dup := unix.Dup(p.own)
		if dup != nil {
			return dup
		}
		f = os.NewFile(uintptr(fd), "descriptor")
	} else if f, err = p.open(unix.O_WRONLY); errors.Is(err, unix.ENXIO) {
		return &Refused{Why: "is a pipe without a reader: start the reader first, or name another file"}
	} else if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// holds reports whether the file has the content data.
func (p *place) holds(data []byte) bool {
	if !p.there || p.stat.Size != int64(len(data)) {
		return false
	}
	f, err := p.open(unix.O_RDONLY)
	if err != nil {
		return false
	}
	defer f.Close()
	is, err := io.ReadAll(io.LimitReader(f, int64(len(data))+1))
	return err == nil && bytes.Equal(is, data)
}
