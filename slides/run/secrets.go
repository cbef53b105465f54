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

// Bounds of the search of a folder. A folder with more entries is not shown, because the rest could
// hold secrets. Directories that other people's tools filled are searched last, as far as the bound
// allows: a secret in them would be somebody else's or there by accident.
const (
	mostEntries = 50_000
	mostBulky   = 20_000
	mostSecrets = 2_000 // hidden files; each is a mount
)

// bulky are directories of many files that other people wrote.
var bulky = []string{"node_modules", "target", "site-packages", "__pycache__", "objects"}

// looker walks a folder to find the files to hide and to guard.
type looker struct {
	folder
	view  view
	later []string // bulky directories
	in    bool     // it is walking one of them
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
		return fs.SkipDir // compressed, and as public as the folder itself
	case !l.in && slices.Contains(bulky, name):
		l.later = append(l.later, path)
		return fs.SkipDir
	}
	return nil
}

// link hides the target of a link with a secret's name, whatever the target's name is. A link out
// of the folder leads nowhere in the sandbox.
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

// hide puts an empty mount at a path.
func (l *looker) hide(kind sandbox.MountKind, path string) {
	m := sandbox.Mount{Kind: kind, Dst: l.at(path)}
	if kind == sandbox.Tmpfs {
		m.Size = 4096
	}
	l.view.mounts = append(l.view.mounts, m)
}

// at returns the path at which programs find a path of the folder.
func (f folder) at(path string) string { return workDir + strings.TrimPrefix(path, f.dir) }

// skipUnreadable continues a walk after entries that the user may not read: programs cannot read
// them either.
func skipUnreadable(e fs.DirEntry, err error) error {
	if e != nil && e.IsDir() {
		return fs.SkipDir
	}
	if e == nil {
		return err
	}
	return nil
}
