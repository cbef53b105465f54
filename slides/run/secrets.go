package run

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/permit"
)

// How many entries of a folder are looked at. One with more of them is not shown, because there
// could be secrets in what was not looked at. Directories that others filled are looked at last, and
// as far as it goes: in them, a secret would be somebody else's or there by accident.
const (
	mostEntries = 50_000
	mostBulky   = 20_000
	mostSecrets = 2_000 // each is a mount
)

// bulky are directories of many files that others wrote.
var bulky = []string{"node_modules", "target", "site-packages", "__pycache__", "objects"}

// looker walks a folder for what is to be hidden and what is to be guarded.
type looker struct {
	folder
	view  view
	later []string // bulky directories
	in    bool     // one of them
	n     int
}

// look walks the folder.
func (f folder) look() (view, error) {
	l := looker{folder: f, view: view{mounts: []sandbox.Mount{{Kind: sandbox.CopyOn, Src: f.dir, From: f.file, Dst: workDir}}}}
	if err := filepath.WalkDir(f.dir, l.visit); err != nil {
		return view{}, err
	}
	l.in, l.n = true, 0
	for i := 0; i < len(l.later) && l.n < mostBulky; i++ {
		if err := filepath.WalkDir(l.later[i], l.visit); err != nil {
			return view{}, err
		}
	}
	if len(l.view.mounts) > mostSecrets {
		return view{}, errTooLarge
	}
	return l.view, nil
}

func (l *looker) visit(path string, e fs.DirEntry, err error) error {
	if err != nil {
		return skipUnreadable(e, err)
	}
	if l.n++; l.in && l.n > mostBulky {
		return fs.SkipAll
	} else if !l.in && l.n > mostEntries {
		return errTooLarge
	}
	if path == l.dir {
		return nil
	}
	if a, ok := l.asideOf(path, e.Name(), e.IsDir()); ok {
		l.view.asides = append(l.view.asides, a)
	}
	switch {
	case e.Type()&fs.ModeSymlink != 0:
		l.link(path)
	case e.IsDir():
		return l.directory(path)
	case e.Type().IsRegular() && permit.SecretFile(path):
		l.hide(sandbox.File, path)
	}
	return nil
}

func (l *looker) directory(path string) error {
	switch name := filepath.Base(path); {
	case slices.Contains(l.ignore, path):
		l.hide(sandbox.Tmpfs, path)
		l.view.ours = append(l.view.ours, l.at(path))
		return fs.SkipDir
	case permit.SecretDir(path):
		l.hide(sandbox.Tmpfs, path)
		return fs.SkipDir
	case name == "objects" && strings.HasSuffix(path, "/.git/objects"):
		return fs.SkipDir // compressed, and as good as public to who has the folder
	case !l.in && slices.Contains(bulky, name):
		l.later = append(l.later, path)
		return fs.SkipDir
	}
	return nil
}

// link hides what a link with a secret's name leads to, whatever that is called. Out of the folder
// it leads nowhere in the sandbox.
func (l *looker) link(path string) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil || !strings.HasPrefix(target, l.dir+"/") {
		return
	}
	info, err := os.Stat(target)
	switch {
	case err != nil:
	case info.IsDir() && permit.SecretDir(path):
		l.hide(sandbox.Tmpfs, target)
	case info.Mode().IsRegular() && permit.SecretFile(path):
		l.hide(sandbox.File, target)
	}
}

// hide puts something empty in a place.
func (l *looker) hide(kind sandbox.MountKind, path string) {
	m := sandbox.Mount{Kind: kind, Dst: l.at(path)}
	if kind == sandbox.Tmpfs {
		m.Size = 4096
	}
	l.view.mounts = append(l.view.mounts, m)
}

// at is where programs find a path of the folder.
func (f folder) at(path string) string { return workDir + strings.TrimPrefix(path, f.dir) }

// skipUnreadable lets a walk go on past what the user may not read: programs cannot either.
func skipUnreadable(e fs.DirEntry, err error) error {
	if e != nil && e.IsDir() {
		return fs.SkipDir
	}
	if e == nil {
		return err
	}
	return nil
}
