package toolchain

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// shim is a version manager that puts stand-ins into PATH. resolve finds the real program of the
// stand-in at path.
type shim struct {
	name    string
	match   func(f *Finder, path string) bool
	resolve func(f *Finder, path string) (string, error)
}

// shims lists the managers in the order of trying; at most one matches a path. It is a function,
// because a manager's own rules look commands up again.
func shims() []shim {
	list := []shim{
		{"rustup", isRustup, rustup},
		{"volta", isVolta, volta},
		{"asdf", isAsdf, asdf},
		{"mise", isMise, mise},
		{"snap", isSnap, snap},
	}
	for _, v := range pyenvFamily {
		list = append(list, shim{v.name, v.match, v.resolve})
	}
	return list
}

// versions is a manager of the pyenv family: stand-ins in ROOT/shims run programs in
// ROOT/versions/V/bin.
type versions struct {
	name, env string
	file      string // names the version in a directory and those below it
}

var pyenvFamily = []versions{
	{"pyenv", "PYENV", ".python-version"},
	{"rbenv", "RBENV", ".ruby-version"},
	{"nodenv", "NODENV", ".node-version"},
	{"goenv", "GOENV", ".go-version"},
	{"jenv", "JENV", ".java-version"},
	{"plenv", "PLENV", ".perl-version"},
}

func (v versions) root(f *Finder) string { return f.under(v.env+"_ROOT", "."+v.name) }

func (v versions) match(f *Finder, path string) bool {
	root := v.root(f)
	return root != "" && filepath.Dir(path) == filepath.Join(root, "shims")
}

func (v versions) resolve(f *Finder, path string) (string, error) {
	root, tool := v.root(f), filepath.Base(path)
	wanted := v.wanted(f, root)
	for _, version := range wanted {
		if version == "system" {
			if p, err := f.look(tool, filepath.Dir(path)); err == nil {
				return p, nil
			}
			continue
		}
		if dir := pick(filepath.Join(root, "versions"), version); dir != "" {
			if p := filepath.Join(dir, "bin", tool); executable(p) {
				return p, nil
			}
		}
	}
	return "", &NotFoundError{Name: tool, Shim: v.name, Why: "not in version " + strings.Join(wanted, ", ")}
}

// wanted lists the versions in force: the variable, the file nearest to the deck, the global file.
func (v versions) wanted(f *Finder, root string) []string {
	if s := f.getenv(v.env + "_VERSION"); s != "" {
		return strings.Split(s, ":")
	}
	for dir := range f.upwards() {
		if words := versionWords(readNear(dir, v.file)); len(words) > 0 {
			return words
		}
	}
	if words := versionWords(readSmall(filepath.Join(root, "version"))); len(words) > 0 {
		return words
	}
	return []string{"system"}
}

// upwards yields the deck's folder and everything above it.
func (f *Finder) upwards() func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if !filepath.IsAbs(f.Dir) {
			return
		}
		for dir := filepath.Clean(f.Dir); ; dir = filepath.Dir(dir) {
			if !yield(dir) || dir == "/" {
				return
			}
		}
	}
}

// versionWords returns the names of versions in a file's content, one on each line or word.
func versionWords(b []byte, err error) []string {
	if err != nil {
		return nil
	}
	var words []string
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		words = append(words, strings.Fields(line)...)
	}
	return plainNames(words)
}

// plainNames drops words that are not the name of one directory: a file in the deck's folder must
// not reach further.
func plainNames(words []string) []string {
	return slices.DeleteFunc(words, func(w string) bool {
		return w == "" || strings.ContainsAny(w, "/\\") || strings.HasPrefix(w, ".")
	})
}

// pick returns the directory of a version, or of the highest version that begins with it: "3.11"
// means the newest 3.11 installed.
func pick(versions, want string) string {
	if dir := filepath.Join(versions, want); isDir(dir) {
		return dir
	}
	entries, err := os.ReadDir(versions)
	if err != nil {
		return ""
	}
	best := ""
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), want+".") && (best == "" || compareVersions(e.Name(), best) > 0) {
			best = e.Name()
		}
	}
	if best == "" {
		return ""
	}
	return filepath.Join(versions, best)
}

// compareVersions orders dotted versions by their numbers.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, errX := strconv.Atoi(as[i])
		y, errY := strconv.Atoi(bs[i])
		c := cmp.Compare(as[i], bs[i])
		if errX == nil && errY == nil {
			c = cmp.Compare(x, y)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}
