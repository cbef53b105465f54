//go:build unix

package files

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// replace creates the file, or replaces the old one by a new file.
func (p *place) replace(data []byte, perm fs.FileMode) error {
	var err error
	for range 8 { // another program may write the same file at the same time
		if err = p.replaceOnce(data, perm); !errors.Is(err, errTaken) {
			return err
		}
		p.crowded = true
	}
	return err
}

// errTaken says that another program used the same name. The caller tries again.
var errTaken = errors.New("another program writes the same file")

func (p *place) replaceOnce(data []byte, perm fs.FileMode) error {
	f, name, err := p.create(perm)
	if err != nil {
		return err
	}
	defer f.Close()
	if p.there {
		err = p.likeBefore(f)
	}
	if err == nil {
		_, err = f.Write(data)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil && name == "" {
		name, err = p.giveName(f)
	}
	if err == nil && name != p.base {
		err = p.rename(f, name)
	}
	if err != nil && name != "" && !errors.Is(err, errTaken) { // else another program has the name by now
		_ = unix.Unlinkat(p.dir(), name, 0) // a leftover; err is the one to report
	}
	return err
}

// create makes a new file in the folder. If the file system allows it, the file has no name.
func (p *place) create(perm fs.FileMode) (f *os.File, name string, err error) {
	mode := uint32(perm.Perm())
	switch {
	case p.there:
		mode = 0o600
	case perm == 0:
		mode = 0o666
	}
	if !p.plain {
		if f, err = openUnnamed(p.dir(), mode); err == nil {
			return f, "", nil
		}
	}
	name, err = p.free(func(name string) error {
		fd, err := unix.Openat(p.dir(), name, unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_WRONLY|unix.O_CLOEXEC, mode)
		if err == nil {
			f = os.NewFile(uintptr(fd), name)
			claim(f)
		}
		return err
	})
	return f, name, err
}

// claim locks a file, so that other processes see that it is in use. A file without a lock was left by
// a crash. Not all file systems have locks.
func claim(f *os.File) { _ = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// giveName names an unnamed file. If its final name is taken, it gets a temporary name beside it.
func (p *place) giveName(f *os.File) (string, error) {
	claim(f)
	if !p.there {
		err := giveName(f, p.dir(), p.base)
		if err == nil {
			return p.base, nil
		}
		if errors.Is(err, fs.ErrExist) { // another program made it meanwhile
			err = unix.Fstatat(p.dir(), p.base, &p.stat, unix.AT_SYMLINK_NOFOLLOW)
			if p.there = err == nil; p.there && p.kind() != unix.S_IFREG {
				return "", errChanged
			}
			return "", errTaken
		}
	}
	name, err := p.free(func(name string) error { return giveName(f, p.dir(), name) })
	if err != nil && !errors.Is(err, errTaken) { // for example without procfs
		p.plain = true
		return "", errTaken
	}
	return name, err
}

// free calls take with temporary names beside the file until one is free. The first name is always the
// same, so that free finds and removes a file that a crash left. If another program uses that name,
// free tries random names.
func (p *place) free(take func(name string) error) (string, error) {
	fixed := leftover(p.base)
	own := func() string { return fixed + "-" + rand.Text()[:8] + "~" }
	name := fixed + "~"
	if p.crowded {
		name = own()
	}
	for range 8 {
		err := take(name)
		if err == nil {
			return name, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		if !p.vacate(name) {
			name = own()
		}
	}
	return "", errTaken
}

// leftover returns the beginning of the temporary names beside a file.
func leftover(base string) string {
	sum := sha256.Sum256([]byte(base))
	return ".slidexec-" + hex.EncodeToString(sum[:8])
}

// vacate removes a file that a crash left and reports whether the name is free now.
func (p *place) vacate(name string) bool {
	fd, err := unix.Openat(p.dir(), name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	return unix.Fstat(fd, &st) == nil && uint32(st.Mode)&unix.S_IFMT == unix.S_IFREG &&
		unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) == nil && unix.Unlinkat(p.dir(), name, 0) == nil
}

// rename puts the file into its place.
func (p *place) rename(f *os.File, name string) error {
	var is, named unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &is); err != nil {
		return err
	}
	err := unix.Fstatat(p.dir(), name, &named, unix.AT_SYMLINK_NOFOLLOW)
	if err == nil && identify(&named) != identify(&is) {
		return errTaken
	}
	if err == nil {
		err = unix.Renameat(p.dir(), name, p.dir(), p.base)
	}
	if errors.Is(err, fs.ErrNotExist) { // another program took it for a leftover of a crash
		return errTaken
	}
	return err
}

// likeBefore gives the new file the owner and permissions of the old one, as far as this user can.
// Nobody gets more rights than before.
func (p *place) likeBefore(f *os.File) error {
	fd, mode := int(f.Fd()), uint32(p.stat.Mode)&0o777
	if unix.Fchown(fd, int(p.stat.Uid), int(p.stat.Gid)) != nil && unix.Fchown(fd, -1, int(p.stat.Gid)) != nil {
		mode &= 0o707 | mode<<3&0o070 // another group gets the rights of everybody
	}
	return unix.Fchmod(fd, mode)
}
