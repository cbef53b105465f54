package run

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run/store"
)

// Other tools will read the files that a program may write. Some tools run such files unasked: git
// in a folder with a .git, a shell with an .envrc, an editor with its settings. While a program
// runs, existing files of this kind are mounted read-only. New ones are removed after it, however
// the program made them. A repository need not be called .git: git accepts any folder with the
// content of a repository.
//
// Nothing changes a place while we search it: the program and all that it started are dead, and
// programs that may write run one at a time.

// Bounds of the search of a place.
const (
	mostBefore = 100_000 // entries; in a larger place we could not tell new files from old ones
	mostAfter  = 400_000
	mostLevels = 200
	mostGuards = 300 // guarded files; each is a mount
)

// marks make a folder a repository for git: a HEAD, and both others or a way to them.
var marks = [][]string{{"HEAD", "objects", "refs"}, {"HEAD", "commondir"}}

// guard watches the places that a program may write to.
type guard []*guarded

// guarded is one of the places in its earlier state.
type guarded struct {
	place permit.Place
	known map[any]string // guarded files by identity: their paths, or the targets of links
	dirs  map[any]bool   // all folders
	whole bool           // dirs has all folders
	bare  bool           // the place itself is a repository, and was granted as one
}

// errManyGuards says that a place has more guarded files than can be mounted.
var errManyGuards = errors.New("holds too many files and folders that configure other tools")

// guardOf searches the places that a set lets programs write to.
func guardOf(set permit.Set) (guard, error) {
	var out guard
	for _, g := range set.Of(permit.Write) {
		if !g.Place.Dir {
			continue
		}
		p := &guarded{place: g.Place, known: map[any]string{}, dirs: map[any]bool{}}
		w := &walk{left: mostBefore, folder: p.remember, found: p.keep}
		if err := w.place(g.Place); err != nil {
			return nil, err
		}
		if p.whole = !w.short; len(p.known) > mostGuards {
			return nil, &fs.PathError{Op: "guard", Path: g.Place.Path, Err: errManyGuards}
		}
		out = append(out, p)
	}
	return out, nil
}

// unguarded is the result of a program whose places cannot be guarded.
func unguarded(err error) *slides.Result {
	why := err.Error()
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		why = text.Name(e.Path) + " cannot be granted: " + e.Err.Error()
		if e.Err == errManyGuards {
			why = text.Name(e.Path) + " " + e.Err.Error()
		}
	}
	res := notRun(slides.SetupFailed, why, "grant a folder of its own: write=data")
	return &res
}

// mounts returns read-only mounts of the guarded files.
func (g *guarded) mounts() []sandbox.Mount {
	var out []sandbox.Mount
	for _, name := range g.known {
		if rel, ok := strings.CutPrefix(name, "./"); ok {
			out = append(out, sandbox.Mount{Kind: sandbox.ReadOnly, Src: filepath.Join(g.place.Path, rel), Dst: filepath.Join(dst(g.place), rel), Optional: true})
		}
	}
	slices.SortFunc(out, func(a, b sandbox.Mount) int { return strings.Compare(a.Dst, b.Dst) })
	return out
}

// remember notes a folder.
func (g *guarded) remember(info fs.FileInfo) {
	if id := fileID(info); id != nil {
		g.dirs[id] = true
	}
}

// keep guards a file that other tools run; nobody can move it while it is mounted. A link cannot be
// mounted on, so it counts as unchanged as long as it has the same target.
func (g *guarded) keep(f find) (enter string) {
	if f.name == "." {
		g.bare = true
		return ""
	}
	name := "./" + f.name
	if f.info.Mode()&fs.ModeSymlink != 0 {
		name = "→" + f.link
	}
	if id := fileID(f.info); id != nil {
		g.known[id] = name
	}
	return ""
}

// after removes guarded files that are new in the places, and lists them.
func (g guard) after() (removed []string, problem string) {
	for _, p := range g {
		w := &walk{left: mostAfter}
		w.found = func(f find) (enter string) {
			if p.was(f) || !p.whole {
				return ""
			}
			moved, err := p.disarm(f)
			if err != nil {
				problem = "the program left " + text.Name(shownIn(p.place, f.name)) + ", which other tools run; slidexec cannot remove it"
				return ""
			}
			removed = append(removed, shownIn(p.place, f.what()))
			return moved
		}
		if err := w.place(p.place); err != nil || w.short || !p.whole {
			problem = text.Name(p.place.Path) + " holds too many files for slidexec to find those that other tools run"
		}
	}
	return removed, problem
}

// was reports whether a file was there before.
func (g *guarded) was(f find) bool {
	if f.name == "." {
		return g.bare
	}
	was, ok := g.known[fileID(f.info)]
	if target, link := strings.CutPrefix(was, "→"); link || f.info.Mode()&fs.ModeSymlink != 0 {
		return ok && link && target == f.link
	}
	return ok
}

// disarm removes a file that other tools would run. If a folder was there before under another
// name, it keeps its content under the name returned.
func (g *guarded) disarm(f find) (moved string, err error) {
	switch {
	case f.repository:
		return "", store.RemoveIn(f.in, "HEAD")
	case !f.info.IsDir() || !g.dirs[fileID(f.info)]:
		return "", store.RemoveIn(f.in, path.Base(f.name))
	}
	for n := 1; err == nil; n++ {
		moved = path.Base(f.name) + ".moved" + strconv.Itoa(n)
		_, err = f.in.Lstat(moved)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return moved, f.in.Rename(path.Base(f.name), moved)
}

// shownIn returns the name of a file in a place for display.
func shownIn(p permit.Place, name string) string {
	if p.Rel != "" {
		return path.Join(p.Rel, name)
	}
	return filepath.Join(p.Path, name)
}

// report adds to a result the files that were removed after it.
func (g guard) report(res *slides.Result) {
	removed, problem := g.after()
	why, hint := problem, "look at the files before you use other tools there"
	if len(removed) > 0 {
		slices.Sort(removed)
		const most = 5
		names := make([]string, 0, most)
		for _, name := range removed[:min(len(removed), most)] {
			names = append(names, text.Name(name))
		}
		list := strings.Join(names, ", ")
		if n := len(removed) - most; n > 0 {
			list += " and " + strconv.Itoa(n) + " more"
		}
		why, hint = "slidexec removed "+list+", which the program made: other tools run such files", "if programs are to change such a file, make it yourself and grant it by name, as write=.envrc"
		if problem != "" {
			why += "; " + problem
		}
	}
	switch {
	case why == "":
	case res.Remark.Says == "":
		res.Remark.Says, res.Remark.Try = why, hint
	default:
		res.Remark.Says += "; " + why
	}
}

// walk searches a place, which may be full of traps.
type walk struct {
	left   int               // entries
	short  bool              // there were more entries
	folder func(fs.FileInfo) // called for every folder; may be nil
	// found is called for files that other tools run; if it returns a folder's name, that folder is
	// searched.
	found func(find) (enter string)
}

// find is a file or folder that other tools run.
type find struct {
	in         *os.Root // the folder that holds it; for a repository, the repository
	name       string   // path in the place, with slashes
	info       fs.FileInfo
	link       string // its target, if it is a link
	repository bool   // it is a folder of another name with a repository in it
}

// what names the part that must be removed to make it harmless.
func (f find) what() string {
	if f.repository {
		return path.Join(f.name, "HEAD")
	}
	return f.name
}

// place searches a place.
func (w *walk) place(p permit.Place) error {
	at := p.Path
	if p.File != nil {
		at = "/proc/self/fd/" + strconv.Itoa(int(p.File.Fd()))
	}
	root, err := os.OpenRoot(at)
	if err != nil {
		return err
	}
	defer root.Close()
	w.dir(root, ".", 0)
	return nil
}

// dir searches a folder.
func (w *walk) dir(in *os.Root, name string, depth int) {
	self, err := in.Lstat(".")
	if err != nil {
		w.short = true
		return
	}
	if w.folder != nil {
		w.folder(self)
	}
	entries, all := w.list(in)
	if !all { // guarded files are looked for by name, however many others there are
		entries = append(entries, permit.Guards()...)
	}
	if isRepository(in) {
		w.found(find{in: in, name: name, info: self, repository: true})
	}
	var dirs []string
	slices.Sort(entries)
	for _, e := range slices.Compact(entries) {
		info, err := in.Lstat(e)
		switch {
		case err != nil:
		case permit.Guarded(e):
			f := find{in: in, name: path.Join(name, e), info: info}
			f.link, _ = in.Readlink(e) // "" if it is no link
			if moved := w.found(f); moved != "" {
				dirs = append(dirs, moved)
			}
		case info.IsDir():
			dirs = append(dirs, e)
		}
	}
	for _, e := range dirs {
		w.enter(in, e, path.Join(name, e), depth+1)
	}
}

// enter searches a folder in a folder. The content of a folder that may not be listed can still be
// used, so enter makes it readable while it searches.
func (w *walk) enter(in *os.Root, e, name string, depth int) {
	if depth > mostLevels || w.left <= 0 {
		w.short = true
		return
	}
	if info, err := in.Lstat(e); err == nil && info.Mode().Perm()&0o700 != 0o700 && os.Geteuid() != 0 {
		if in.Chmod(e, info.Mode().Perm()|0o700) != nil {
			return // not ours, so it is not the program's
		}
		defer func() { _ = in.Chmod(e, info.Mode().Perm()) }() // it may have been moved
	}
	sub, err := in.OpenRoot(e)
	if err != nil {
		w.short = true
		return
	}
	defer sub.Close()
	w.dir(sub, name, depth)
}

// list returns the names in a folder, up to the bound.
func (w *walk) list(in *os.Root) (names []string, all bool) {
	f, err := in.Open(".")
	if err != nil {
		w.short = true
		return nil, false
	}
	defer f.Close()
	for {
		some, err := f.Readdirnames(1000)
		names = append(names, some...)
		if w.left -= len(some); err != nil || len(some) == 0 {
			return names, errors.Is(err, io.EOF)
		}
		if w.left <= 0 {
			w.short = true
			return names, false
		}
	}
}

// isRepository reports whether git would take a folder for a repository.
func isRepository(in *os.Root) bool {
	has := func(name string) bool {
		_, err := in.Lstat(name)
		return err == nil
	}
	return slices.ContainsFunc(marks, func(all []string) bool {
		return !slices.ContainsFunc(all, func(name string) bool { return !has(name) })
	})
}
