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
// part of the key. Four kinds of files change while a talk is written without any program caring:
// the text of the deck, the files that it was rendered to, the history of a version control system,
// and what editors leave. These stand aside: a program that does not name them has results that do
// not depend on them, because the first three are empty for it. A program that names them, or
// looks at whatever is there, sees them and depends on them.
//
// A file that a program finds only through another one, as a helper that reads the deck, therefore
// finds the deck empty. To show it always would run every program again after every word.

// aside is an entry of the folder that stands aside.
type aside struct {
	kind asideKind
	path string // absolute
	dir  bool
}

type asideKind string

const (
	asideText    asideKind = "text"    // of the deck
	asideOutput  asideKind = "output"  // of ours
	asideHistory asideKind = "history" // of version control
	asideDrop    asideKind = "drop"    // an editor's; programs see it
)

// histories are the folders of version control, with the commands that read them.
var histories = map[string]func() *regexp.Regexp{
	".git": pattern.New(`(?i)\bgit`), ".jj": pattern.New(`(?i)\bjj\b`),
	".hg": pattern.New(`(?i)\bhg\b`), ".svn": pattern.New(`(?i)\bsvn`),
}

// walks and lists are words of programs that look at whatever is there: in all folders, in one.
var (
	walks = pattern.New(`(?i)\b(find|fd|du|tree|tar|zip|rsync|rg|ag|ack)\b|\b(ls|cp|grep|chmod|scp) +-\w*r|walk|glob|rglob`)
	lists = pattern.New(`(?i)\b(ls|ll|dir|stat|exa|eza|lsd)\b|readdir|read_dir|listdir|iterdir|scandir|opendir|Dir\.|File\.stat`)
	stars = pattern.New(`[*?\[]`) // of shells
)

// outputs are the files in the folder that we wrote, by their path in it, with their content.
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

// wrote reports whether a file is one of ours and as we left it.
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

// remember notes what was written into the folder.
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
		} // else it is a directory, or nothing was written
	}
	if !changed {
		return nil
	}
	return d.PutNote("outputs", f.written)
}

// leftovers are names that editors give to files which nobody else is meant to read.
var leftovers = pattern.New(`^(.*~|\.#.*|#.*#|4913|\.DS_Store|\._.*|\..*\.sw[a-z]|.*\.kate-swp|.*___jb_(tmp|old)___|\.goutputstream-\w+|\.~lock\..*#|\.nfs[0-9a-f]+)$`)

// backups are the endings that editors and merges give to an earlier state of a file.
var backups = []string{".bak", ".orig", ".rej", ".tmp", ".swp", ".swo", ".save", ".part"}

// dropping reports whether a name is that of an editor's file, or of one that is being written.
// That of a backup is one only for the deck's own text: data.csv.bak may be anything.
func dropping(name string, texts textNames) bool {
	odd := strings.IndexByte(".#4", name[0]) >= 0 || name[len(name)-1] == '~' || strings.HasSuffix(name, "_") || strings.HasSuffix(name, ".kate-swp")
	if odd && leftovers().MatchString(name) { // most names are not worth a closer look
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

// onItsWay are names of files that are written aside before they get their own.
var onItsWay = pattern.New(`^\.(.+?)[-.~]?[0-9]+(?:\.tmp)?$`)

// textNames are the names of the files that the deck's text is in.
type textNames map[string]bool

// exports are the endings of files that a deck is rendered to.
var exports = []string{".html", ".htm", ".pdf", ".txt", ".ansi", ".json", ".png", ".md"}

// export reports whether a name is that of a file that a deck is rendered to.
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

// names reports whether a program names an entry, or looks at whatever is there.
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

// looks reports whether a program says such words. They are looked for once, not for each entry and
// each place where that counts: in a long program they take a while to be found.
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

// looked is whether something that is said has certain words.
type looked struct {
	said string
	has  bool
}

// said is where a program can have the name of a file from: its code and its environment.
func (j *job) said() string {
	return strings.Join(slices.Concat([]string{j.s.Code}, j.s.Env, grantedEnv(j.with.Allow)), "\n")
}
