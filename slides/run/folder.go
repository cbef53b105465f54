package run

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/sandbox"
)

// A program starts in /work, the deck's folder copied on write: it reads the files beside the deck,
// and what it changes vanishes. Three things are not shown:
//
//   - a folder that is a home, contains one, or is everybody's (/tmp): /work is then empty, and the
//     result says why
//   - files that by their name hold secrets: they read as empty
//   - our own cache, if it lies there
//
// A result depends on those files, so its key covers their names, sizes and times. Content would be
// more exact and too slow for a folder of any size; a touched file costs one run. What slidexec
// reads or writes there itself does not count: the decks, and the exports beside them.

const workDir = "/work"

// folder is the deck's folder as programs see it.
type folder struct {
	dir    string // "" when it is not shown
	why    string // then: why not
	hint   string
	ignore []string // absolute paths that are no input to programs
	file   *os.File // dir itself, see opened
}

// errTooLarge ends a walk over more entries than anybody wants to wait for.
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
		return folder{why: "the deck's folder cannot be opened: " + err.Error()}
	}
	if home != "" {
		if real, err := filepath.EvalSymlinks(home); err == nil {
			home = real
		}
	}
	parent := filepath.Dir(abs)
	switch st, err := os.Stat(abs); {
	case err != nil || !st.IsDir():
		return folder{why: "the deck's folder cannot be opened"}
	case abs == home, abs == "/root", parent == "/home", parent == "/Users":
		return folder{why: "the deck lies in a home directory, which is not shown to programs", hint: moveIt}
	case abs == "/", home != "" && strings.HasPrefix(home, abs+"/"), slices.Contains(systemFolders, abs):
		return folder{why: "the deck's folder is " + abs + ", which is not shown to programs", hint: moveIt}
	case st.Mode()&os.ModeSticky != 0:
		return folder{why: "the deck lies in " + abs + ", which everybody shares and programs do not see", hint: moveIt}
	}
	f := folder{dir: abs}
	for _, p := range ignore {
		if p, err := filepath.Abs(p); err == nil {
			f.ignore = append(f.ignore, p)
			if real, err := filepath.EvalSymlinks(p); err == nil {
				f.ignore = append(f.ignore, real)
			}
		}
	}
	return f
}

const moveIt = "move the deck to a folder of its own"

// systemFolders hold other things than decks.
var systemFolders = []string{
	"/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/mnt", "/opt", "/proc", "/run", "/sbin", "/srv", "/sys",
	"/usr", "/usr/local", "/var", "/Users",
}

// view is what programs see at /work.
type view struct {
	mounts    []sandbox.Mount // the folder or an empty one, then what hides secrets in it
	guards    []string        // folders in it that stay as they are, on the host
	ours      []string        // places in it that are never shown
	unknown   bool            // what is in the folder could not be found out
	why, hint string          // why it is empty, where it is
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
		return view{mounts: empty, unknown: true, why: "the deck's folder has too many files to look through for secrets and is not shown to programs", hint: moveIt}
	case err != nil:
		return view{mounts: empty, unknown: true, why: "the deck's folder is not shown to programs: " + err.Error()}
	}
	return found
}

// scene is the folder as one run of snippets finds it, looked at when first needed.
type scene struct {
	files func() string // its fingerprint
	view  func() view
}

func (r *Runner) scene() scene {
	return scene{sync.OnceValue(r.folder.fingerprint), sync.OnceValue(r.folder.view)}
}

// fingerprint identifies the files that programs can read, the upper levels first and no more
// than most of them: beyond that a change goes unnoticed.
func (f folder) fingerprint() string {
	if f.dir == "" {
		return "none"
	}
	const most = 2000
	h := sha256.New()
	n := 0
	for level := []string{f.dir}; len(level) > 0 && n < most; {
		var next []string
		for _, dir := range level {
			entries, err := os.ReadDir(dir)
			if err != nil {
				continue
			}
			decks := stems(entries)
			for _, e := range entries {
				path := filepath.Join(dir, e.Name())
				if f.ours(e, path, decks) {
					continue
				}
				if n++; n > most {
					break
				}
				if e.IsDir() { // its own name says nothing until there is a file in it
					next = append(next, path)
					continue
				}
				if info, err := e.Info(); err == nil {
					fmt.Fprintf(h, "%q %v %d %d\n", path[len(f.dir):], info.Mode(), info.Size(), info.ModTime().UnixNano())
				}
			}
		}
		level = next
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// stems returns the names of the Markdown files of a directory, without the ending.
func stems(entries []fs.DirEntry) map[string]bool {
	out := map[string]bool{}
	for _, e := range entries {
		if stem, ok := markdownStem(e.Name()); ok {
			out[stem] = true
		}
	}
	return out
}

func markdownStem(name string) (string, bool) {
	for _, ext := range []string{".md", ".markdown"} {
		if stem, ok := strings.CutSuffix(name, ext); ok {
			return stem, true
		}
	}
	return "", false
}

// exports are the endings of files that a deck is rendered to.
var exports = []string{".html", ".htm", ".pdf", ".txt", ".ansi", ".json", ".png"}

// ours reports whether an entry is a deck, an export of one, a temporary file of an editor or of
// ours, or something that no program of a deck is about.
func (f folder) ours(e fs.DirEntry, path string, decks map[string]bool) bool {
	name := e.Name()
	if slices.Contains(f.ignore, path) || name == "slidexec.yaml" {
		return true
	}
	if e.IsDir() {
		return name == ".git" || name == ".jj" || name == ".hg" || slices.Contains(bulky, name)
	}
	if written := strings.TrimRight(strings.TrimPrefix(name, "."), "0123456789"); written != name && export(written, decks) {
		return true // on its way to its name
	}
	return export(name, decks) || scratch(name)
}

// export reports whether a name is a deck's or that of a file that a deck was rendered to.
func export(name string, decks map[string]bool) bool {
	if _, ok := markdownStem(name); ok {
		return true
	}
	ext := filepath.Ext(name)
	return slices.Contains(exports, ext) && decks[strings.TrimSuffix(name, ext)]
}

// scratch reports whether a name is that of an editor's or a writer's temporary file.
func scratch(name string) bool {
	ext := filepath.Ext(name)
	return strings.HasSuffix(name, "~") || strings.HasPrefix(name, ".#") || strings.HasPrefix(name, "#") ||
		name == "4913" || name == ".DS_Store" || strings.HasPrefix(ext, ".sw") && strings.HasPrefix(name, ".") ||
		ext == ".tmp" || ext == ".part"
}
