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

// Place is what a path in a Grant leads to.
type Place struct {
	Path string // absolute, every link followed
	Name string // absolute, as named: where programs find it if it is not in the deck's folder
	Rel  string // where it is in the deck's folder, "." for the folder itself, "" outside
	Dir  bool
	// File is the place itself, opened when it was found: what is granted is this, and not what
	// comes to be at the path. It is closed when nothing refers to it any more.
	File *os.File
}

// Identity tells the place from whatever else may come to be at its path, "" if that is not known.
func (p Place) Identity() string { return identityOf(p.File) }

// Folder is where the paths of a deck begin.
type Folder struct {
	dir   string   // absolute, every link followed
	home  string   // the user's, likewise; "" if unknown
	homes []string // all that count as one, see Homes
	err   error    // there is no such folder; it comes to light when a path is looked for
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

// Folder returns where the paths of the deck begin: in its folder, or without one where the user is.
// It is found once, and then handed to all who look for paths.
func (d Deck) Folder(home string) Folder {
	if d.Dir != "" {
		return found(d.Dir, home)
	}
	f, _ := NewFolder(".", home) // its error comes to light with the first path
	return f
}

// found is NewFolder for a path that follows every link.
func found(dir, home string) Folder {
	f := Folder{dir: dir, homes: Homes(dir, home)}
	if own := resolved([]string{home}); len(own) > 0 {
		f.home = own[0]
	}
	return f
}

// Resolve looks for the path of a user's Grant; others are returned as they are. The error is an *Error.
func (f Folder) Resolve(g Grant) (Grant, error) {
	if g.Kind != Write && g.Kind != Read {
		return g, nil
	}
	var err error
	g.Place, err = f.find(g.Arg)
	return g, err
}

// Ask looks for the path of a Grant that a deck asks for, and refuses what no deck has any business
// with: a question that is answered with yes by mistake should cost little. The error is an *Error.
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

// info describes what was opened.
func (p Place) info() (fs.FileInfo, error) {
	if p.File == nil {
		return os.Stat(p.Path)
	}
	return p.File.Stat()
}

// usable refuses what the sandbox has of its own.
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

// wide are folders that hold too much to be asked for as a whole.
var wide = []string{"/", "/home", "/media", "/mnt", "/opt", "/srv", "/tmp", "/Users", "/usr", "/usr/local", "/var", "/var/lib", "/var/tmp"}

// atHome reports whether p is in the user's home, which may itself lie in a system folder, as those
// of services do.
func (f Folder) atHome(p string) bool {
	return slices.ContainsFunc(f.homes, func(home string) bool { return within(home, p) })
}

// holdsHome reports whether a path is a home, or holds one.
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
		return "" // the deck's own
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

// isWide reports whether the folder is one that holds more than a deck.
func (f Folder) isWide() bool {
	parent := filepath.Dir(f.dir)
	return f.holdsHome(f.dir) || parent == "/home" || parent == "/Users" || f.dir == "/root" ||
		slices.Contains(wide, f.dir) || slices.Contains(closed, f.dir)
}

// hidden reports whether a path has a component that begins with a dot.
func hidden(path string) bool { return strings.Contains(path, "/.") }
