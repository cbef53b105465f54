package run

import (
	"encoding/hex"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/slides/run/store"
)

// Everything that a program can read decides its result, so the content of the deck's folder is
// part of the key. Four kinds of files change during the writing of a talk without affecting any
// program: the text of the deck, the files that it was rendered to, the history of a version
// control system, and editors' leftovers. These stand aside: results do not depend on them unless
// the program names them, because the program sees the first three empty. A program that names such
// a file, or lists whatever is there, sees them and depends on them.
//
// If a program finds a file only through another one, such as a helper that reads the deck, it
// finds the deck empty. Showing it always would run every program again after every word.

// aside is an entry of the folder that stands aside.
type aside struct {
	kind asideKind
	path string // absolute path
	dir  bool
}

type asideKind string

const (
	asideText    asideKind = "text"    // of the deck
	asideOutput  asideKind = "output"  // written by slidexec
	asideHistory asideKind = "history" // of version control
	asideDrop    asideKind = "drop"    // an editor's; programs see it
)

// histories are the folders of version control, with the commands that read them.
var histories = map[string]func() *regexp.Regexp{
	".git": pattern.New(`(?i)\bgit`), ".jj": pattern.New(`(?i)\bjj\b`),
	".hg": pattern.New(`(?i)\bhg\b`), ".svn": pattern.New(`(?i)\bsvn`),
}

// walks and lists match words of programs that list whatever is there: in all folders, in one.
var (
	walks = pattern.New(`(?i)\b(find|fd|du|tree|tar|zip|rsync|rg|ag|ack)\b|\b(ls|cp|grep|chmod|scp) +-\w*r|walk|glob|rglob`)
	lists = pattern.New(`(?i)\b(ls|ll|dir|stat|exa|eza|lsd)\b|readdir|read_dir|listdir|iterdir|scandir|opendir|Dir\.|File\.stat`)
	stars = pattern.New(`[*?\[]`) // of shells
)

// outputs are the files in the folder that slidexec wrote, by their path in it, with their content.
type outputs map[string]string

// asideOf reports whether an entry of the folder stands aside.
func (f folder) asideOf(path, name string, dir bool) (aside, bool) {
	a := aside{path: path, dir: dir}
	switch {
	case histories[name] != nil:
		a.kind = asideHistory
	case dir:
		return a, false
	case f.texts[name] && slices.Contains(f.text, path):
		a.kind = asideText
	case slices.Contains(f.ignore, path), f.wrote(path):
		a.kind = asideOutput
	case dropping(name, f.texts):
		a.kind = asideDrop
	default:
		return a, false
	}
	return a, true
}

// wrote reports whether slidexec wrote a file and nobody changed it.
func (f folder) wrote(path string) bool {
	if len(f.written) == 0 {
		return false
	}
	want, ok := f.written[strings.TrimPrefix(path, f.dir+"/")]
	if !ok {
		return false
	}
	sum, err := f.sums.OfPlain(path)
	return err == nil && hex.EncodeToString(sum[:]) == want
}

// remember notes the files that were written into the folder.
func (f folder) remember(d *store.Domain) error {
	changed := false
	for _, path := range f.ignore {
		rel, in := strings.CutPrefix(path, f.dir+"/")
		if f.dir == "" || !in {
			continue
		}
		sum, err := f.sums.OfPlain(path)
		if text := hex.EncodeToString(sum[:]); err == nil && f.written[rel] != text {
			f.written[rel], changed = text, true
		} // otherwise it is a directory, or was not written
	}
	if !changed {
		return nil
	}
	return d.PutNote("outputs", f.written)
}

// leftovers match names that editors give to files for themselves.
var leftovers = pattern.New(`^(.*~|\.#.*|#.*#|4913|\.DS_Store|\._.*|\..*\.sw[a-z]|.*\.kate-swp|.*___jb_(tmp|old)___|\.goutputstream-\w+|\.~lock\..*#|\.nfs[0-9a-f]+)$`)

// backups are endings that editors and merges give to an earlier state of a file.
var backups = []string{".bak", ".orig", ".rej", ".tmp", ".swp", ".swo", ".save", ".part"}

// dropping reports whether a name belongs to an editor's file, or to a file that is being written.
// A backup's name counts only for the deck's own text: data.csv.bak may be anything.
func dropping(name string, texts textNames) bool {
	odd := strings.IndexByte(".#4", name[0]) >= 0 || name[len(name)-1] == '~' || strings.HasSuffix(name, "_") || strings.HasSuffix(name, ".kate-swp")
	if odd && leftovers().MatchString(name) { // most names need no closer look
		return true
	}
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	if slices.Contains(backups, filepath.Ext(name)) && texts[strings.TrimPrefix(stem, ".")] {
		return true
	}
	if !odd {
		return false
	}
	written := onItsWay().FindStringSubmatch(name)
	return written != nil && texts.export(written[1])
}

// onItsWay matches temporary names of files that get their own name later.
var onItsWay = pattern.New(`^\.(.+?)[-.~]?[0-9]+(?:\.tmp)?$`)

// textNames are the names of the files with the deck's text.
type textNames map[string]bool

// exports are endings of files that a deck is rendered to.
var exports = []string{".html", ".htm", ".pdf", ".txt", ".ansi", ".json", ".png", ".md"}

// export reports whether a name belongs to a file that the deck is rendered to.
func (t textNames) export(name string) bool {
	ext := filepath.Ext(name)
	if !slices.Contains(exports, ext) {
		return false
	}
	stem := strings.TrimSuffix(name, ext)
	for text := range t {
		if strings.TrimSuffix(text, filepath.Ext(text)) == stem {
			return true
		}
	}
	return false
}

// names reports whether a program names an entry, or lists whatever is there.
func (j *job) names(a aside) bool {
	said := j.said()
	name := filepath.Base(a.path)
	switch {
	case a.kind == asideHistory:
		return histories[name]().MatchString(said) || j.looks(walks, said)
	case strings.Contains(said, name):
		return true
	case a.kind == asideDrop:
		return false
	}
	if ext := filepath.Ext(name); ext != "" && strings.Contains(said, ext) {
		return true
	}
	return j.looks(walks, said) || j.looks(lists, said) || slices.Contains(shells, j.plan.lang.Name) && stars().MatchString(j.s.Code)
}

// looks reports whether a program contains such words. Each expression is searched once, not for
// each entry and each caller: in a long program a search takes a while.
func (j *job) looks(words func() *regexp.Regexp, said string) bool {
	w := words()
	if l, ok := j.looked[w]; ok && l.said == said {
		return l.has
	}
	if j.looked == nil {
		j.looked = map[*regexp.Regexp]looked{}
	}
	l := looked{said, w.MatchString(said)}
	j.looked[w] = l
	return l.has
}

// looked is the result of a search in the text of said.
type looked struct {
	said string
	has  bool
}

// said returns the texts that can give a program the name of a file: its code and its environment.
func (j *job) said() string {
	return strings.Join(slices.Concat([]string{j.s.Code}, j.s.Env, grantedEnv(j.with.Allow)), "\n")
}
