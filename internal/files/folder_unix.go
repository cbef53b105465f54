//go:build unix

package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/text"
)

// dir is the place of a folder that exists or will be made.
type dir struct {
	*place        // of the folder's entries, or of the folder itself if it will be made
	fresh  bool   // it will be made
	name   string // as the user gave it
}

// findFolder walks to a folder and returns an error if it may not be written.
func (t Target) findFolder() (*dir, error) {
	named := t
	if bare := strings.TrimRight(t.Name, "/"); bare != "" {
		named.Name = bare
	}
	w, err := named.walker()
	p := w.place
	if err == nil {
		err = w.walk()
	}
	switch {
	case err != nil:
	case p.own >= 0, p.there:
		err = t.refuse("is not a folder: name another one, or one that does not exist yet")
	default:
		err = t.guarded(p)
	}
	if err != nil {
		p.close()
		return nil, t.failed(err)
	}
	return &dir{place: p, fresh: p.base != "", name: t.Name}, nil
}

// check refuses a folder that holds what slidexec did not write.
func (d *dir) check() error {
	if d.fresh {
		return nil
	}
	_, err := d.recorded()
	return err
}

// write fills the folder.
func (d *dir) write(list []Entry, perm fs.FileMode) error {
	for _, e := range list {
		if !known(e.Name) {
			return fmt.Errorf("%s is no name for a file of a page", text.Name(e.Name))
		}
	}
	if d.fresh {
		return d.make(list, perm)
	}
	unlock := d.lock()
	defer unlock()
	old, err := d.recorded()
	if err != nil {
		return err
	}
	return d.fill(old, list, perm)
}

// make fills a new folder beside the place, and renames it.
func (d *dir) make(list []Entry, perm fs.FileMode) error {
	name, err := d.free(func(name string) error { return unix.Mkdirat(d.dir(), name, 0o777) })
	if err != nil {
		return err
	}
	in, err := d.into(name)
	if err == nil {
		defer in.close()
		unlock := in.lock()
		defer unlock()
		if err = in.fill(nil, list, perm); err == nil {
			// Fails if there is a file by now, or a folder with something in it.
			if err = unix.Renameat(d.dir(), name, d.dir(), d.base); errors.Is(err, unix.ENOTEMPTY) ||
				errors.Is(err, unix.EEXIST) || errors.Is(err, unix.ENOTDIR) {
				err = errChanged
			}
		}
	}
	if err != nil {
		d.discard(name)
	}
	return err
}

// free is place.free for folders: it removes a folder that a crash has left under the first name.
func (d *dir) free(take func(name string) error) (string, error) {
	name := leftover(d.base) + "~"
	err := take(name)
	if !errors.Is(err, fs.ErrExist) {
		return name, err
	}
	if in, err := d.into(name); err == nil {
		held := unix.Flock(in.dir(), unix.LOCK_EX|unix.LOCK_NB) != nil
		in.close()
		if !held {
			d.discard(name)
		}
	}
	if err = take(name); errors.Is(err, fs.ErrExist) { // another program fills it
		name = leftover(d.base) + "-" + rand.Text()[:8] + "~"
		err = take(name)
	}
	return name, err
}

// discard removes a folder that was not finished. Only what slidexec writes is in it.
func (d *dir) discard(name string) {
	in, err := d.into(name)
	if err != nil {
		return
	}
	defer in.close()
	if sub, err := in.into(assets); err == nil {
		for _, n := range sub.names() {
			_ = unix.Unlinkat(sub.dir(), n, 0)
		}
		sub.close()
		_ = unix.Unlinkat(in.dir(), assets, unix.AT_REMOVEDIR)
	}
	for _, n := range in.names() {
		_ = unix.Unlinkat(in.dir(), n, 0)
	}
	_ = unix.Unlinkat(d.dir(), name, unix.AT_REMOVEDIR)
}

// into opens a folder in this one, which is not a link.
func (d *dir) into(name string) (*dir, error) {
	fd, err := unix.Openat(d.dir(), name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return &dir{place: &place{way: []folder{{fd: fd, name: name}}, own: -1}, name: name}, nil
}

// lock waits until no other slidexec writes this folder. Not all file systems have locks.
func (d *dir) lock() (unlock func()) {
	in, err := d.into(".")
	if err != nil {
		return func() {}
	}
	_ = unix.Flock(in.dir(), unix.LOCK_EX)
	return in.close
}

// names lists the folder.
func (d *dir) names() []string {
	in, err := d.into(".")
	if err != nil {
		return nil
	}
	f := os.NewFile(uintptr(in.dir()), d.name)
	defer f.Close()
	names, _ := f.Readdirnames(-1)
	return names
}

// recorded returns the files that slidexec has written here. It refuses a folder that has others only, and
// one in which something stands in the way.
func (d *dir) recorded() ([]string, error) {
	p, err := d.at(record)
	if err == nil {
		_, err = d.at(Page)
	}
	if err == nil {
		var sub *dir
		if sub, err = d.into(assets); err == nil {
			sub.close()
		} else if errors.Is(err, fs.ErrNotExist) {
			err = nil
		} else if errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOTDIR) {
			err = &Refused{Why: "holds " + assets + ", which is not a folder: remove it, or name another folder"}
		}
	}
	if err != nil {
		return nil, err
	}
	if p.there {
		f, err := p.open(unix.O_RDONLY)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, maxRecord))
		if err != nil {
			return nil, err
		}
		if names, ok := parseRecord(data); ok {
			return names, nil
		}
	}
	in, err := d.into(".") // an unreadable folder is not an empty one
	if err != nil {
		return nil, err
	}
	in.close()
	if len(d.names()) > 0 {
		return nil, &Refused{Why: "has files that slidexec did not write: name a folder that is empty or does not exist yet"}
	}
	return nil, nil
}

// at returns the place of an entry of the folder. It replaces no folder and follows no link.
func (d *dir) at(name string) (*place, error) {
	p := &place{way: d.way, base: name, own: -1}
	err := unix.Fstatat(p.dir(), name, &p.stat, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, nil
	case err != nil:
		return nil, err
	case p.kind() != unix.S_IFREG:
		return nil, &Refused{Why: "holds " + text.Name(name) + ", which is not a file: remove it, or name another folder"}
	}
	p.there = true
	return p, nil
}

// fill writes the files of list, and removes those of the old ones that are not in it.
func (d *dir) fill(old []string, list []Entry, perm fs.FileMode) error {
	is := map[string]bool{}
	for _, e := range list {
		is[e.Name] = true
	}
	now := slices.Sorted(maps.Keys(is))
	stale := slices.DeleteFunc(slices.Clone(old), func(name string) bool { return is[name] })
	if err := d.put(Entry{record, recordOf(slices.Concat(now, stale))}, perm); err != nil {
		return err
	}
	var sub *dir
	for _, e := range list {
		base, ok := strings.CutPrefix(e.Name, assets+"/")
		if !ok {
			continue
		}
		if sub == nil {
			if err := unix.Mkdirat(d.dir(), assets, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
				return err
			}
			var err error
			if sub, err = d.into(assets); err != nil {
				return err
			}
			defer sub.close()
		}
		if err := sub.put(Entry{base, e.Data}, perm); err != nil {
			return err
		}
	}
	if sub != nil {
		_ = unix.Fsync(sub.dir()) // before the page that needs them
	}
	for _, e := range list {
		if e.Name == Page {
			if err := d.put(e, perm); err != nil {
				return err
			}
		}
	}
	return d.tidy(now, stale, perm)
}

// tidy removes files that the page does not need any longer.
func (d *dir) tidy(now, stale []string, perm fs.FileMode) error {
	if len(stale) == 0 {
		return nil
	}
	sub, err := d.into(assets)
	if err == nil {
		for _, name := range stale {
			if name != Page {
				_ = unix.Unlinkat(sub.dir(), path.Base(name), 0) // it may be gone
			}
		}
		empty := len(sub.names()) == 0
		sub.close()
		if empty {
			_ = unix.Unlinkat(d.dir(), assets, unix.AT_REMOVEDIR)
		}
	}
	return d.put(Entry{record, recordOf(now)}, perm)
}

// put writes a file of the folder, unless it is there with that content.
func (d *dir) put(e Entry, perm fs.FileMode) error {
	p, err := d.at(e.Name)
	if err != nil || p.holds(e.Data) {
		return err
	}
	if err = p.replace(e.Data, perm); p.there && lockedFolder(err) {
		err = p.overwrite(e.Data)
	}
	return err
}
