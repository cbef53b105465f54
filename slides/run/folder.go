package run

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run/store"
)

// A program starts in /work, the deck's folder copied on write: it reads the files beside the deck,
// and its changes vanish. Three things are not shown:
//
//   - a folder that is a home, contains one, or is everybody's (/tmp): /work is then empty, and the
//     result says why
//   - files that by their name hold secrets: they read as empty
//   - our own cache, if it lies there
//
// A result depends on those files; content.go says how.

const workDir = "/work"

// folder is the deck's folder as programs see it.
type folder struct {
	dir    string // "" if it is not shown
	why    string // the reason for that
	hint   string
	file   *os.File // dir itself, see opened
	ignore []string // absolute paths of files written there, our own cache among them

	text    []string  // absolute paths of the deck's text
	texts   textNames // their names
	written outputs
	sums    *store.Sums
}

// errTooLarge ends a walk over too many entries.
var errTooLarge = errors.New("too many files")

// openFolder decides whether a deck's folder is shown. home is the user's.
func openFolder(dir, home string, ignore []string) folder {
	if dir == "" {
		return folder{}
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return folder{why: "slidexec cannot open the deck's folder: " + err.Error()}
	}
	homes := permit.Homes(abs, home)
	holdsHome := slices.ContainsFunc(homes, func(home string) bool { return below(abs, home) })
	parent := filepath.Dir(abs)
	switch st, err := os.Stat(abs); {
	case err != nil || !st.IsDir():
		return folder{why: "slidexec cannot open the deck's folder"}
	case slices.Contains(homes, abs), abs == "/root", parent == "/home", parent == "/Users":
		return folder{why: "the deck lies in a home directory, and programs see no home directory", hint: moveIt}
	case abs == "/", holdsHome, slices.Contains(systemFolders, abs):
		return folder{why: "the deck's folder is " + abs + ", and programs do not see that folder", hint: moveIt}
	case st.Mode()&os.ModeSticky != 0:
		return folder{why: "the deck lies in " + abs + ", and programs do not see a folder that everybody shares", hint: moveIt}
	}
	return folder{dir: abs, ignore: bothNames(ignore)}
}

// bothNames returns paths as they are, and with every link followed.
func bothNames(paths []string) []string {
	var out []string
	for _, p := range paths {
		p, err := filepath.Abs(p)
		if err != nil {
			continue
		}
		out = append(out, p)
		if real, err := filepath.EvalSymlinks(p); err == nil && real != p {
			out = append(out, real)
		} else if dir, err := filepath.EvalSymlinks(filepath.Dir(p)); err == nil && dir != filepath.Dir(p) {
			out = append(out, filepath.Join(dir, filepath.Base(p))) // the file may be made later
		}
	}
	return out
}

// withText returns the folder of a deck whose text is in the files at paths.
func (f folder) withText(paths []string) folder {
	f.text, f.texts = bothNames(paths), textNames{}
	for _, p := range f.text {
		f.texts[filepath.Base(p)] = true
	}
	return f
}

const moveIt = "move the deck to a folder of its own"

// systemFolders are no folders for decks.
var systemFolders = []string{
	"/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/mnt", "/opt", "/proc", "/run", "/sbin", "/srv", "/sys",
	"/usr", "/usr/local", "/var", "/Users",
}

// view describes /work as programs see it.
type view struct {
	mounts    []sandbox.Mount // the folder or an empty one, then mounts that hide secrets in it
	ours      []string        // places in it that are never shown
	asides    []aside         // see aside.go
	unknown   bool            // the folder's contents could not be found out
	why, hint string          // why it is empty, if it is
}

// view shows the folder at /work.
func (f folder) view() view {
	empty := []sandbox.Mount{{Kind: sandbox.Tmpfs, Dst: workDir}}
	if f.dir == "" {
		return view{mounts: empty, why: f.why, hint: f.hint}
	}
	found, err := f.look()
	switch {
	case errors.Is(err, errTooLarge):
		return view{mounts: empty, unknown: true, why: "programs do not see the deck's folder: it has too many files to search for secrets", hint: moveIt}
	case err != nil:
		return view{mounts: empty, unknown: true, why: "programs do not see the deck's folder: " + err.Error()}
	}
	return found
}

// The deck's folder and the granted places are opened once, and the opened files are mounted. If a
// program makes a path lead elsewhere, that does not help it; the user is told.

// opened returns the folder with a descriptor of the directory that is at its path now.
func (f folder) opened() folder {
	if f.dir == "" {
		return f
	}
	file, err := permit.OpenPlace(f.dir)
	if err != nil {
		return folder{why: "slidexec cannot open the deck's folder: " + err.Error()}
	}
	f.file = file
	return f
}

// replaced returns the result of a program if a place in its policy is not at its path any more.
func (j *job) replaced(p *sandbox.Policy) *slides.Result {
	for _, m := range p.Mounts {
		if m.From != nil && errors.Is(m.Found(), sandbox.ErrReplaced) {
			return j.notShown(m.Src)
		}
	}
	return nil
}

// notShown says that the place that was at a path is not there now.
func (j *job) notShown(path string) *slides.Result {
	why, hint := text.Name(path)+" was moved or replaced after you granted it", "if programs may use the new one, start slidexec again"
	if path == j.r.folder.dir {
		why, hint = "the deck's folder was moved or replaced: it is not at "+text.Name(path)+" any more", "start slidexec again to run the deck that is there now"
	}
	res := notRun(slides.SetupFailed, why, hint)
	return &res
}
