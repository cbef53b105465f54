package toolchain

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/sandbox"
)

// The place of an installation in the sandbox. There are three cases, tried in this order:
//
//   - Whole: trees that hold nothing but installed software and whose programs find each other by
//     absolute path (/nix/store, Homebrew). Shown in full, in place.
//   - An installation of its own: the program lies in DIR/bin and DIR is no home and none of the
//     directories in a home that mix programs with settings and credentials. Shown in place, or
//     below /opt when it is private and its programs can be moved.
//   - A single file, for everything else: ~/bin/tool, ~/.local/bin/tool, ~/.deno/bin/deno.
//
// A Python virtual environment is an installation plus the one that it was made from. Its links are
// absolute, so both stay in place.

// systemDirs are shown in every sandbox.
var systemDirs = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/alternatives"}

// wholeTrees hold nothing private, and their programs name each other by absolute path.
var wholeTrees = []string{"/nix/store", "/gnu/store", "/home/linuxbrew/.linuxbrew", "/opt/homebrew"}

// mixedDirs, below a home, hold programs beside settings, credentials or other tools' data.
var mixedDirs = []string{".", ".local", ".cargo", "go", ".deno", ".bun", ".npm", ".npm-global", ".config", ".volta", ".nix-profile"}

// movable maps commands to the name of their installation below /opt. These commands find their
// parts relative to their own program file, so their installation may be shown anywhere.
var movable = map[string]string{
	"rustc": "rust", "cargo": "rust", "rustdoc": "rust",
	"python": "python", "python3": "python",
	"node": "node",
	"go":   "go", "gofmt": "go",
	"java": "java", "javac": "java",
	"deno": "deno", "bun": "bun", "uv": "uv",
}

// Commands returns the names of the commands that may have an installation of their own, sorted.
func Commands() []string { return slices.Sorted(maps.Keys(movable)) }

// place decides where to show the program at path, which is outside the system's directories.
func (f *Finder) place(t *Tool, path string) {
	if venv := venvOf(path); venv != "" {
		f.placeVenv(t, path, venv)
		return
	}
	if slices.ContainsFunc(systemDirs, func(d string) bool { return inside(t.Host, d) }) {
		t.Path = t.Host
		return
	}
	if tree := wholeTree(t.Host); tree != "" {
		t.Path, t.Prefix = t.Host, tree
		t.Mounts = []sandbox.Mount{{Kind: sandbox.ReadOnly, Src: tree, Dst: tree}}
		return
	}
	prefix, rel := f.installation(t.Host)
	at := prefix
	if name, ok := movable[t.Name]; ok && f.private(prefix) {
		at = "/opt/" + name
		if prefix == t.Host { // a single file
			at, rel = "/opt/"+name+"/bin/"+t.Name, ""
		}
	}
	t.Path = filepath.Join(at, rel)
	t.Mounts = []sandbox.Mount{{Kind: sandbox.ReadOnly, Src: prefix, Dst: at}}
	if prefix != t.Host {
		t.Prefix = at
		t.Env = loaderEnv(prefix, at)
	}
}

// installation splits the real path of a program into its installation and the rest. If a program
// has no directory of its own, the installation is the file.
func (f *Finder) installation(real string) (prefix, rel string) {
	dir := filepath.Dir(real)
	for filepath.Base(dir) != "bin" && filepath.Base(dir) != "sbin" {
		if dir == "/" {
			return real, ""
		}
		dir = filepath.Dir(dir)
	}
	prefix = filepath.Dir(dir)
	if prefix == "/" || f.mixed(prefix) {
		return real, ""
	}
	return prefix, strings.TrimPrefix(real, prefix+"/")
}

// mixed reports whether a directory is, or contains, somebody's home, or is one of the
// directories in a home that must never be shown whole.
func (f *Finder) mixed(dir string) bool {
	for _, home := range f.homes(dir) {
		if inside(home, dir) {
			return true
		}
		for _, name := range mixedDirs {
			if dir == filepath.Join(home, name) {
				return true
			}
		}
	}
	return dir == "/home" || dir == "/opt" || dir == "/var" || dir == "/srv" || dir == "/mnt"
}

// private reports whether a directory lies in somebody's home.
func (f *Finder) private(dir string) bool {
	return slices.ContainsFunc(f.homes(dir), func(home string) bool { return inside(dir, home) })
}

// homes returns the homes that dir could be in: the user's own, root's, and the one that its path
// names.
func (f *Finder) homes(dir string) []string {
	homes := []string{"/root"}
	if f.Home != "" && f.Home != "/" {
		homes = append(homes, f.Home)
		if real, err := filepath.EvalSymlinks(f.Home); err == nil && real != f.Home && real != "/" {
			homes = append(homes, real)
		}
	}
	for _, base := range []string{"/home/", "/Users/", "/var/home/"} {
		if rest, ok := strings.CutPrefix(dir, base); ok {
			name, _, _ := strings.Cut(rest, "/")
			homes = append(homes, base+name)
		}
	}
	return homes
}

// loaderEnv returns variables that lead to a moved installation's shared libraries: a Python built
// with --enable-shared has the directory of its installation in its program file.
func loaderEnv(prefix, at string) []string {
	if prefix == at {
		return nil
	}
	libs, err := filepath.Glob(filepath.Join(globEscape(prefix), "lib", "libpython3*.so*"))
	if err != nil || len(libs) == 0 {
		return nil
	}
	return []string{"LD_LIBRARY_PATH=" + at + "/lib"}
}

// globEscape quotes characters that filepath.Glob would read as a pattern.
func globEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(s)
}

// wholeTree returns the tree of wholeTrees that a program is in, or "".
func wholeTree(real string) string {
	for _, tree := range wholeTrees {
		if inside(real, tree) {
			return tree
		}
	}
	return ""
}

// onlySystem reports whether path and all its links stay in the system's own directories, so that
// the path works in the sandbox unchanged.
func onlySystem(path string) bool {
	for range 40 { // the kernel follows no more links
		path = filepath.Clean(path)
		if !slices.ContainsFunc(systemDirs, func(d string) bool { return inside(path, d) }) {
			return false
		}
		target, err := os.Readlink(path)
		if err != nil {
			return true
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return false
}

// venvOf returns the Python virtual environment of the program at path, or "".
func venvOf(path string) string {
	dir := filepath.Dir(path)
	if filepath.Base(dir) != "bin" {
		return ""
	}
	venv := filepath.Dir(dir)
	if _, err := os.Stat(filepath.Join(venv, "pyvenv.cfg")); err != nil {
		return ""
	}
	return venv
}

// placeVenv shows a virtual environment and the installation behind it at their own paths.
func (f *Finder) placeVenv(t *Tool, path, venv string) {
	t.Path, t.Prefix = path, venv
	t.Mounts = []sandbox.Mount{{Kind: sandbox.ReadOnly, Src: venv, Dst: venv}}
	if slices.ContainsFunc(systemDirs, func(d string) bool { return inside(t.Host, d) }) {
		return
	}
	if prefix, _ := f.installation(t.Host); !inside(prefix, venv) {
		t.Mounts = append(t.Mounts, sandbox.Mount{Kind: sandbox.ReadOnly, Src: prefix, Dst: prefix})
	}
}
