package toolchain

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// shim is a version manager that puts stand-ins into PATH. resolve finds the program that path,
// one of them, stands for.
type shim struct {
	name    string
	match   func(f *Finder, path string) bool
	resolve func(f *Finder, path string) (string, error)
}

// shims lists the managers in the order they are tried; a path matches at most one. A function,
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

// versions is a manager of the pyenv family: ROOT/shims stand for ROOT/versions/V/bin.
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
		if words := versionWords(filepath.Join(dir, v.file)); len(words) > 0 {
			return words
		}
	}
	if words := versionWords(filepath.Join(root, "version")); len(words) > 0 {
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

// versionWords reads the names of versions from a file, one a line or word.
func versionWords(path string) []string {
	b, err := readSmall(path)
	if err != nil {
		return nil
	}
	var words []string
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		words = append(words, strings.Fields(line)...)
	}
	// A name is one directory below versions: a file in the deck's folder must not reach further.
	return slices.DeleteFunc(words, func(w string) bool {
		return strings.ContainsAny(w, "/\\") || strings.HasPrefix(w, ".")
	})
}

// pick returns the directory of a version, or of the highest one it is a prefix of: "3.11" means
// the newest 3.11 there is.
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

func isVolta(f *Finder, path string) bool {
	home := f.under("VOLTA_HOME", ".volta")
	return home != "" && filepath.Dir(path) == filepath.Join(home, "bin")
}

func volta(f *Finder, path string) (string, error) {
	home, tool := f.under("VOLTA_HOME", ".volta"), filepath.Base(path)
	var platform struct {
		Node struct{ Runtime string }
	}
	b, err := readSmall(filepath.Join(home, "tools", "user", "platform.json"))
	if err == nil && json.Unmarshal(b, &platform) == nil && !strings.Contains(platform.Node.Runtime, "/") {
		p := filepath.Join(home, "tools", "image", "node", platform.Node.Runtime, "bin", tool)
		if executable(p) {
			return p, nil
		}
	}
	return f.which("volta", tool, filepath.Dir(path))
}

func isAsdf(f *Finder, path string) bool {
	root := f.under("ASDF_DATA_DIR", ".asdf")
	return root != "" && filepath.Dir(path) == filepath.Join(root, "shims")
}

// asdf reads the plugins a shim stands for from the shim itself, and their versions from the
// .tool-versions files.
func asdf(f *Finder, path string) (string, error) {
	root, tool := f.under("ASDF_DATA_DIR", ".asdf"), filepath.Base(path)
	b, err := readSmall(path)
	if err != nil {
		return "", fmt.Errorf("read shim: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		if len(words) < 4 || words[0] != "#" || words[1] != "asdf-plugin:" {
			continue
		}
		plugin := words[2]
		for _, version := range f.toolVersion(plugin) {
			for _, bin := range []string{"bin", "go/bin", "packages/bin", "."} {
				p := filepath.Join(root, "installs", plugin, version, bin, tool)
				if executable(p) {
					return p, nil
				}
			}
		}
	}
	return f.which("asdf", tool, filepath.Dir(path))
}

// toolVersion returns the versions of an asdf plugin in force.
func (f *Finder) toolVersion(plugin string) []string {
	env := "ASDF_" + strings.ToUpper(strings.ReplaceAll(plugin, "-", "_")) + "_VERSION"
	if v := f.getenv(env); v != "" {
		return strings.Fields(v)
	}
	dirs := slices.Collect(f.upwards())
	if f.Home != "" {
		dirs = append(dirs, f.Home)
	}
	for _, dir := range dirs {
		b, err := readSmall(filepath.Join(dir, ".tool-versions"))
		if err != nil {
			continue
		}
		for sc := bufio.NewScanner(bytes.NewReader(b)); sc.Scan(); {
			line, _, _ := strings.Cut(sc.Text(), "#")
			words := strings.Fields(line)
			if len(words) > 1 && words[0] == plugin {
				return slices.DeleteFunc(words[1:], func(w string) bool { return strings.ContainsAny(w, "/\\") })
			}
		}
	}
	return nil
}

func isMise(f *Finder, path string) bool {
	for _, root := range []string{f.under("MISE_DATA_DIR", ".local/share/mise"), f.under("XDG_DATA_HOME", ".local/share") + "/mise"} {
		if filepath.Dir(path) == filepath.Join(root, "shims") {
			return true
		}
	}
	return false
}

func mise(f *Finder, path string) (string, error) {
	return f.which("mise", filepath.Base(path), filepath.Dir(path))
}

func isSnap(_ *Finder, path string) bool {
	real, err := filepath.EvalSymlinks(path)
	return err == nil && real == "/usr/bin/snap"
}

func snap(_ *Finder, path string) (string, error) {
	tool := filepath.Base(path)
	for _, p := range []string{"/snap/" + tool + "/current/bin/" + tool, "/snap/" + tool + "/current/" + tool} {
		if executable(p) {
			return p, nil
		}
	}
	return "", &NotFoundError{Name: tool, Shim: "snap", Why: "its program is not where snaps keep them"}
}

// which asks the manager itself. It runs in the user's home, never in the deck's folder, whose
// files must not choose what runs outside the sandbox.
func (f *Finder) which(manager, tool, shimDir string) (string, error) {
	notFound := &NotFoundError{Name: tool, Shim: manager, Why: "it names no installed version"}
	path, err := f.look(manager, shimDir)
	if err != nil {
		return "", notFound
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "which", tool)
	cmd.Dir = f.Home
	cmd.WaitDelay = time.Second // a manager's own children may hold the pipe
	out, err := cmd.Output()
	if err != nil {
		if e, ok := errors.AsType[*exec.ExitError](err); ok && len(e.Stderr) > 0 {
			notFound.Why = firstLine(e.Stderr)
		}
		return "", notFound
	}
	found := firstLine(out)
	if !filepath.IsAbs(found) || !executable(found) || filepath.Dir(found) == shimDir {
		return "", notFound
	}
	return found, nil
}

// firstLine returns the first line that is not blank.
func firstLine(b []byte) string {
	for line := range strings.Lines(string(b)) {
		if s := strings.TrimSpace(line); s != "" {
			return s
		}
	}
	return ""
}
