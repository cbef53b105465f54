package permit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
)

// Place is the target of a path in a Grant.
type Place struct {
	Path string // absolute, every link followed
	Name string // absolute, as named: programs find it there if it is not in the deck's folder
	Rel  string // its path in the deck's folder, "." for the folder itself, "" outside
	Dir  bool
	// File is the place itself, opened when it was found: the grant is for this file, whatever
	// comes to the path later. It is closed when nothing refers to it any more.
	File *os.File
}

// Identity tells the place from anything that may replace it at its path; "" if unknown.
func (p Place) Identity() string { return identityOf(p.File) }

// Folder is the start of a deck's paths.
type Folder struct {
	dir   string   // absolute, every link followed
	home  string   // the user's, likewise; "" if unknown
	homes []string // all directories that count as a home, see Homes
	err   error    // there is no such folder; the first look for a path returns it
}

// NewFolder returns the folder dir of a user whose home is home.
func NewFolder(dir, home string) (Folder, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return Folder{err: err}, err
	}
	return found(abs, home), nil
}

// Folder returns the start of the deck's paths: its folder, or without one the user's current
// folder. Call it once and hand the result to all code that looks for paths.
func (d Deck) Folder(home string) Folder {
	if d.Dir != "" {
		return found(d.Dir, home)
	}
	f, _ := NewFolder(".", home) // the first look for a path returns its error
	return f
}

// found is NewFolder for a path without links.
func found(dir, home string) Folder {
	f := Folder{dir: dir, homes: Homes(dir, home)}
	if own := resolved([]string{home}); len(own) > 0 {
		f.home = own[0]
	}
	return f
}

// Resolve finds the path of a user's Grant; it returns other Grants unchanged. The error is an
// *Error.
func (f Folder) Resolve(g Grant) (Grant, error) {
	if g.Kind != Write && g.Kind != Read {
		return g, nil
	}
	var err error
	g.Place, err = f.find(g.Arg)
	return g, err
}

// Ask finds the path of a Grant that a deck asks for. It refuses places that no deck should ask
// for: a mistaken yes should do little damage. The error is an *Error.
func (f Folder) Ask(g Grant) (Grant, error) {
	if g.Kind != Write && g.Kind != Read {
		return g, nil
	}
	if len(g.Arg) > maxAsked {
		return g, bad("", "the path has %d bytes, which is too long for a question", len(g.Arg))
	}
	if !filepath.IsAbs(g.Arg) && !strings.HasPrefix(g.Arg, "~") && !filepath.IsLocal(g.Arg) {
		return g, bad("request the path itself, so that the question shows the full path",
			"%s leads out of the deck's folder", text.Name(g.Arg))
	}
	var err error
	if g.Place, err = f.find(g.Arg); err != nil {
		return g, err
	}
	if len(g.Place.Path) > maxAsked && g.Place.Rel == "" {
		return g, bad("", "%s leads to a path of %d bytes, which is too long for a question", text.Name(g.Arg), len(g.Place.Path))
	}
	if why := f.refused(g); why != "" {
		return g, bad("a deck cannot request this; you can grant it with --allow", "%s %s", text.Name(g.Arg), why)
	}
	return g, nil
}

// find follows a path to its place.
func (f Folder) find(name string) (Place, error) {
	if f.err != nil {
		return Place{}, fmt.Errorf("find the folder that %s begins in: %w", text.Name(name), f.err)
	}
	path := name
	switch {
	case name == "~" || strings.HasPrefix(name, "~/"):
		if f.home == "" {
			return Place{}, bad("", "%s: your home directory is not known", text.Name(name))
		}
		path = filepath.Join(f.home, name[1:])
	case !filepath.IsAbs(name):
		path = filepath.Join(f.dir, name)
	}
	p := Place{Name: filepath.Clean(path)}
	var err error
	if p.Path, err = filepath.EvalSymlinks(p.Name); err != nil {
		return p, unreachable(name, err)
	}
	if p.File, err = OpenPlace(p.Path); err != nil {
		return p, unreachable(name, err)
	}
	info, err := p.info()
	switch {
	case err != nil:
		return p, unreachable(name, err)
	case !info.IsDir() && !info.Mode().IsRegular():
		return p, bad("", "%s is neither a file nor a folder", text.Name(name))
	}
	p.Dir = info.IsDir()
	if within(f.dir, p.Path) {
		p.Rel = strings.TrimPrefix(strings.TrimPrefix(p.Path, f.dir), "/")
		if p.Rel == "" {
			p.Rel = "."
		}
	} else if within(f.dir, p.Name) {
		return p, bad("name that path itself", "%s is a link that leads out of the deck's folder, to %s", text.Name(name), text.Name(p.Path))
	}
	return p, p.usable(name)
}

// info describes the opened file.
func (p Place) info() (fs.FileInfo, error) {
	if p.File == nil {
		return os.Stat(p.Path)
	}
	return p.File.Stat()
}

// usable refuses places that the sandbox makes itself.
func (p Place) usable(name string) error {
	for _, path := range []string{p.Path, p.Name} {
		if path == "/" {
			return bad("name the folders that programs need", "%s is the whole file system", text.Name(name))
		}
		for _, own := range []string{"/proc", "/sys", "/dev", "/box"} {
			if within(own, path) {
				return bad("", "%s: programs have their own %s", text.Name(name), own)
			}
		}
	}
	return nil
}

func unreachable(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{Msg: "there is no " + text.Name(name), Hint: "make the file or folder first", Missing: true}
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return bad("", "cannot open %s: %v", text.Name(name), err)
}

// within reports whether path is dir or below it. Both are clean.
func within(dir, path string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

// closed are folders that no deck may ask for, nor for anything in them.
var closed = []string{"/boot", "/etc", "/root", "/run", "/var/run", "/lost+found"}

// system are folders in which no deck may ask to change anything.
var system = []string{"/bin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/opt", "/sbin", "/snap", "/srv", "/usr", "/var"}

// wide are folders that hold too much for a deck to ask for as a whole.
var wide = []string{"/", "/home", "/media", "/mnt", "/opt", "/srv", "/tmp", "/Users", "/usr", "/usr/local", "/var", "/var/lib", "/var/tmp"}

// atHome reports whether p is in the user's home. The home itself may lie in a system folder, as
// those of services do.
func (f Folder) atHome(p string) bool {
	return slices.ContainsFunc(f.homes, func(home string) bool { return within(home, p) })
}

// holdsHome reports whether a path is a home, or contains one.
func (f Folder) holdsHome(p string) bool {
	return slices.ContainsFunc(f.homes, func(home string) bool { return within(p, home) })
}

// refused says why a deck may not ask for a place, or returns "".
func (f Folder) refused(g Grant) string {
	p := g.Place.Path
	parent := filepath.Dir(p)
	switch {
	case slices.Contains(f.homes, p) || parent == "/home" || parent == "/Users":
		return "is a home directory"
	case f.holdsHome(p), slices.Contains(wide, p):
		return "holds much more than a deck needs"
	case g.Kind == Write && Guarded(p):
		return "can make other tools run programs"
	case g.Place.Rel != "" && !f.isWide():
		return "" // it is the deck's own folder
	case slices.ContainsFunc(closed, func(dir string) bool { return within(dir, p) && !f.atHome(p) }),
		g.Kind == Write && !f.atHome(p) && slices.ContainsFunc(system, func(dir string) bool { return within(dir, p) }):
		return "belongs to the system"
	case hidden(p), f.atHome(p) && hidden(g.Place.Name):
		return "holds settings and credentials"
	case SecretFile(p) || SecretDir(p):
		return "has a name that says it holds secrets"
	}
	return ""
}

// isWide reports whether the folder holds more than a deck.
func (f Folder) isWide() bool {
	parent := filepath.Dir(f.dir)
	return f.holdsHome(f.dir) || parent == "/home" || parent == "/Users" || f.dir == "/root" ||
		slices.Contains(wide, f.dir) || slices.Contains(closed, f.dir)
}

// hidden reports whether a path has a component that begins with a dot.
func hidden(path string) bool { return strings.Contains(path, "/.") }
