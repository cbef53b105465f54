//go:build unix

package files

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/text"
)

// identity identifies a file or folder under any name: it is the same through hard links, mounts and
// names that differ in case only.
type identity struct{ dev, ino uint64 }

func identify(st *unix.Stat_t) identity { return identity{uint64(st.Dev), st.Ino} }

// folder is a folder on the way to a file. It is held open, so that nobody can replace it by another.
type folder struct {
	fd   int
	id   identity
	name string // "" for the root
}

// guard is a link that may only lead to places inside a folder.
type guard struct {
	link, target string
	inside       identity
}

// place is the place of a file that exists or will be written.
type place struct {
	way     []folder // from the root to the file's folder
	base    string
	there   bool
	stat    unix.Stat_t // of the file, if it exists
	own     int         // the descriptor of this process that the name stands for, or -1
	guards  []guard
	plain   bool // files without a name do not work here
	crowded bool // another program writes the same file
}

func (p *place) close() {
	for _, f := range p.way {
		_ = unix.Close(f.fd)
	}
	p.way = nil
}

// dir returns the file's folder.
func (p *place) dir() int { return p.way[len(p.way)-1].fd }

// path returns the real path of the file.
func (p *place) path() string { return p.below(p.base) }

// below returns the real path of a name in the last folder.
func (p *place) below(name string) string {
	path := ""
	for _, f := range p.way[1:] {
		path += "/" + f.name
	}
	return path + "/" + name
}

func (p *place) kind() uint32 { return uint32(p.stat.Mode) & unix.S_IFMT }

// stream reports whether the file can be written to but not replaced.
func (p *place) stream() bool { return p.own >= 0 || p.there && p.kind() != unix.S_IFREG }

// find walks to the file and returns an error if it may not be written.
func (t Target) find() (*place, error) {
	p, err := t.walk()
	if err == nil {
		err = errors.Join(t.guarded(p), t.kindly(p), t.whole(p))
	}
	if err == nil {
		return p, nil
	}
	p.close()
	return nil, t.failed(err)
}

// guarded refuses a link that leads out of its permitted folder or to a hidden file: a deck could bring
// along a link to the configuration of a tool, such as .git/config.
func (t Target) guarded(p *place) error {
	for _, g := range p.guards {
		in := -1
		for i, f := range p.way {
			if f.id == g.inside {
				in = i
			}
		}
		if in < 0 || p.own >= 0 {
			return t.leadsOut(p, g, "out of its folder")
		}
		for _, name := range append(namesOf(p.way[in+1:]), p.base) {
			if strings.HasPrefix(name, ".") {
				return t.leadsOut(p, g, "to a hidden file")
			}
		}
	}
	return nil
}

func namesOf(way []folder) []string {
	var names []string
	for _, f := range way {
		names = append(names, f.name)
	}
	return names
}

func (t Target) leadsOut(p *place, g guard, where string) error {
	real := text.Name(p.path())
	if p.own >= 0 {
		real = text.Name(g.target)
	}
	if g.link == t.Name {
		return t.refuse("is a link that leads %s, to %s: remove the link, or name %[2]s itself", where, real)
	}
	return t.refuse("would become another file: %s is a link that leads %s, to %s: "+
		"remove the link, or name %[3]s itself", text.Name(g.link), where, real)
}

// kindly refuses kinds of files that slidexec does not write to, such as folders.
func (t Target) kindly(p *place) error {
	if p.own >= 0 || !p.there {
		return nil
	}
	switch p.kind() {
	case unix.S_IFREG, unix.S_IFIFO:
		return nil
	case unix.S_IFCHR:
		if !t.brought(p) {
			return nil
		}
		return t.refuse("is a device in the deck's folder: name another file")
	case unix.S_IFBLK:
		return t.refuse("is a disk, whose content would be lost: name a file")
	case unix.S_IFSOCK:
		return t.refuse("is a socket of another program: name a file")
	}
	return t.refuse("is not a file that can be written: name another one")
}

// brought reports whether the file is in a folder that a stranger may have filled.
func (t Target) brought(p *place) bool {
	folders := t.broughtBy()
	for _, f := range p.way {
		if folders[f.id] {
			return true
		}
	}
	return false
}

// whole refuses the parts of the deck. It recognizes a missing part by its folder and name.
func (t Target) whole(p *place) error {
	if p.own >= 0 {
		if unix.Fstat(p.own, &p.stat) != nil {
			return nil
		}
	}
	for _, part := range t.Parts {
		if !p.isFile(part.Path) {
			continue
		}
		if filepath.Clean(part.Path) == filepath.Clean(t.Name) {
			return t.refuse("is %s, which the rendering would overwrite: name another file", part.Is)
		}
		return t.refuse("is the same file as %s, which is %s, which the rendering would overwrite: name another file",
			text.Name(part.Path), part.Is)
	}
	return nil
}

// isFile reports whether the file called path is at this place.
func (p *place) isFile(path string) bool {
	var st unix.Stat_t
	if unix.Stat(path, &st) == nil {
		return (p.there || p.own >= 0) && identify(&st) == identify(&p.stat)
	}
	return p.own < 0 && !p.there && strings.EqualFold(filepath.Base(path), p.base) &&
		unix.Stat(filepath.Dir(path), &st) == nil && identify(&st) == p.way[len(p.way)-1].id
}

func (t Target) broughtBy() map[identity]bool {
	ids := make(map[identity]bool, len(t.Brought))
	for _, dir := range t.Brought {
		var st unix.Stat_t
		if unix.Stat(dir, &st) == nil {
			ids[identify(&st)] = true
		}
	}
	return ids
}

// walker walks to a file, one component of its name after the other.
type walker struct {
	Target
	*place
	folders map[identity]bool // Target.Brought
	rest    []string          // components to go
	links   int               // followed so far
}

// walk walks to the file. The place is never nil. The caller closes it even after an error.
func (t Target) walk() (*place, error) {
	w, err := t.walker()
	if err == nil {
		err = w.walk()
	}
	if err == nil && w.base == "" && w.own < 0 {
		err = t.refuse("is a folder: name a file in it")
	}
	return w.place, err
}

// walker returns a walker at the beginning of the name.
func (t Target) walker() (*walker, error) {
	w := &walker{Target: t, place: &place{own: -1}, folders: t.broughtBy()}
	if t.Name == "" || strings.IndexByte(t.Name, 0) >= 0 {
		return w, t.refuse("is not a file name")
	}
	return w, w.begin()
}

// walk walks to the end of the name. A base of "" says that it is a folder.
func (w *walker) walk() error {
	w.rest = strings.Split(w.Name, "/")
	for len(w.rest) > 0 {
		name := w.rest[0]
		w.rest = w.rest[1:]
		if err := w.step(name); err != nil || w.base != "" {
			return err
		}
	}
	return nil
}

// begin starts the walk at the root or in the working directory.
func (w *walker) begin() error {
	if err := w.enter(unix.AT_FDCWD, "/", ""); err != nil || filepath.IsAbs(w.Name) {
		return err
	}
	cwd, err := unix.Getwd() // has no links, unlike that of os.Getwd
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.Trim(cwd, "/"), "/") {
		if name == "" {
			continue
		}
		if w.enter(w.dir(), name, name) != nil { // a folder above may not be opened: begin here
			w.close()
			w.way = []folder{{fd: nowhere}}
			return w.enter(unix.AT_FDCWD, ".", strings.Trim(cwd, "/"))
		}
	}
	return nil
}

// nowhere stands for a folder that cannot be opened.
const nowhere = -1

// enter goes down into a folder, which is not a link.
func (w *walker) enter(from int, name, called string) error {
	fd, err := unix.Openat(from, name, searchFlags|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		_ = unix.Close(fd)
		return err
	}
	w.way = append(w.way, folder{fd, identify(&st), called})
	return nil
}

// step takes one component of the name.
func (w *walker) step(name string) error {
	switch name {
	case "", ".":
		return nil
	case "..":
		if n := len(w.way); n > 1 {
			_ = unix.Close(w.dir())
			w.way = w.way[:n-1]
		}
		return nil
	}
	if w.dir() == nowhere {
		return unix.EACCES
	}
	last := w.last()
	var st unix.Stat_t
	err := unix.Fstatat(w.dir(), name, &st, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case errors.Is(err, fs.ErrNotExist) && last && len(w.rest) == 0:
		w.base = name
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return w.refuse("cannot be written: there is no folder %s", text.Name(w.below(name)))
	case err != nil:
		return err
	}
	switch kind := uint32(st.Mode) & unix.S_IFMT; {
	case kind == unix.S_IFLNK:
		return w.follow(name, last)
	case kind == unix.S_IFDIR:
		return w.enter(w.dir(), name, name)
	case len(w.rest) > 0:
		return w.refuse("cannot be written: %s is not a folder", text.Name(w.below(name)))
	}
	w.base, w.stat, w.there = name, st, true
	return nil
}

// last reports whether only "." and empty components follow the current one.
func (w *walker) last() bool {
	for _, name := range w.rest {
		if name != "" && name != "." {
			return false
		}
	}
	return true
}

// follow follows a link.
func (w *walker) follow(name string, last bool) error {
	if fd, ok := w.descriptor(name); ok && last {
		w.own, w.base = fd, name
		return nil
	}
	if w.links++; w.links > mostLinks {
		return unix.ELOOP
	}
	buf := make([]byte, 4096) // PATH_MAX
	n, err := unix.Readlinkat(w.dir(), name, buf)
	if err != nil {
		return err
	}
	target := string(buf[:n])
	w.guard(name, target, last)
	w.rest = append(strings.Split(target, "/"), w.rest...)
	if filepath.IsAbs(target) {
		for _, f := range w.way[1:] {
			_ = unix.Close(f.fd)
		}
		w.way = w.way[:1]
	}
	return nil
}

// guard records how far a link may lead: not out of its own folder, or, inside a folder of
// Target.Brought, not out of that folder. It ignores links in the middle of the name outside of such
// folders: they are the user's.
func (w *walker) guard(name, target string, last bool) {
	if w.path() == "/dev/" { // /dev/stdout and /dev/fd
		return
	}
	here := w.way[len(w.way)-1].id
	inside, brought := here, false
	for _, f := range w.way {
		if w.folders[f.id] {
			inside, brought = f.id, true
			break
		}
	}
	if !last && !brought {
		return
	}
	link := w.below(name)
	if w.links == 1 { // as the user typed it
		link = strings.TrimSuffix(w.Name, "/"+strings.Join(w.rest, "/"))
	}
	w.guards = append(w.guards, guard{link, target, inside})
}

// descriptor returns the number of our own descriptor that an entry of /proc/self/fd stands for.
func (w *walker) descriptor(name string) (int, bool) {
	fd, err := strconv.Atoi(name)
	if err != nil || fd < 0 {
		return -1, false
	}
	var st unix.Stat_t
	own := unix.Stat("/proc/self/fd", &st) == nil && identify(&st) == w.way[len(w.way)-1].id
	return fd, own
}
