// Package toolchain finds the programs that run a language. PATH often names a version manager's
// shim that needs the whole home to work. So the package finds the real installation behind it, and
// lists the directories that a sandbox must show for that installation to run.
//
// It also knows the compilers that need more than one command: cargo, whose dependencies are
// fetched from the network before the build, and go, whose standard library is compiled once and
// kept.
//
// A Finder answers as the user's shell would: PATH, then the manager's own rules. Movable
// installations under somebody's home are shown at neutral places below /opt, so that a program
// learns nothing about that home; the others stay where they are.
package toolchain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/sandbox"
)

// Tool is a command found on this machine.
type Tool struct {
	Name   string          // the command that was looked up: "rustc"
	Host   string          // the real program on this machine, behind links and shims
	Path   string          // the same program in the sandbox
	Prefix string          // its installation in the sandbox, "" for a program of the system
	Mounts []sandbox.Mount // mounts beyond the system's own directories
	Env    []string        // variables that the program needs
	Stamp  string          // changes with the installation; part of cache keys
}

// Finder finds commands. The zero value finds nothing; NewFinder uses the process's own settings.
type Finder struct {
	Path   string              // directories, as in $PATH
	Home   string              // the user's home, "" if there is none
	Dir    string              // the deck's folder: version files there and above count as for a shell
	Getenv func(string) string // nil: an empty environment

	mu    sync.Mutex
	asked map[string]string // answers of managers: asking again costs a process
}

// NewFinder returns a Finder that answers as the user's shell would in dir.
func NewFinder(dir string) *Finder {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	return &Finder{Path: os.Getenv("PATH"), Home: home, Dir: dir, Getenv: os.Getenv}
}

// NotFoundError says that a command is not installed, or that its shim leads nowhere.
type NotFoundError struct {
	Name string
	Shim string // the manager whose shim was found: "pyenv"
	Why  string // what the shim lacks
}

func (e *NotFoundError) Error() string {
	if e.Shim == "" {
		return fmt.Sprintf("no %s in PATH", e.Name)
	}
	return fmt.Sprintf("%s has no %s: %s", e.Shim, e.Name, e.Why)
}

// Find finds a command. If it does not exist, the error is a *NotFoundError.
func (f *Finder) Find(name string) (Tool, error) {
	found, err := f.look(name, "")
	if err != nil {
		return Tool{}, err
	}
	return f.tool(name, found)
}

// First returns the first of several commands that exists.
func (f *Finder) First(names ...string) (Tool, error) {
	var first *NotFoundError
	for _, name := range names {
		t, err := f.Find(name)
		if err == nil {
			return t, nil
		}
		e, ok := errors.AsType[*NotFoundError](err)
		if !ok {
			return Tool{}, err
		}
		// A broken shim explains more than the absence of the others.
		if first == nil || first.Shim == "" && e.Shim != "" {
			first = e
		}
	}
	return Tool{}, first
}

// look walks PATH, without the directory skip, and follows a shim to the program behind it.
func (f *Finder) look(name, skip string) (string, error) {
	for _, dir := range filepath.SplitList(f.Path) {
		// A relative entry would name a place in the directory that slidexec was started from.
		if !filepath.IsAbs(dir) || filepath.Clean(dir) == skip {
			continue
		}
		path := filepath.Join(dir, name)
		if !executable(path) {
			continue
		}
		for _, s := range shims() {
			if s.match(f, path) {
				return s.resolve(f, path)
			}
		}
		return path, nil
	}
	return "", &NotFoundError{Name: name}
}

// tool describes the program at path, which is not a shim.
func (f *Finder) tool(name, path string) (Tool, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return Tool{}, fmt.Errorf("resolve %s: %w", path, err)
	}
	t := Tool{Name: name, Host: real, Path: path}
	if t.Stamp, err = f.stamp(real); err != nil {
		return Tool{}, fmt.Errorf("look at %s: %w", real, err)
	}
	if !onlySystem(path) {
		f.place(&t, path)
	}
	t.Stamp += packageStamp(name, path, real)
	if venv := venvOf(path); venv != "" {
		t.Stamp += moduleStamp(venv)
	}
	return t, nil
}

func (f *Finder) getenv(name string) string {
	if f.Getenv == nil {
		return ""
	}
	return f.Getenv(name)
}

// under joins a path below an environment variable's directory, or below a default in the home.
func (f *Finder) under(env, inHome string) string {
	if dir := f.getenv(env); filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	if f.Home == "" {
		return ""
	}
	return filepath.Join(f.Home, inHome)
}

// executable reports whether path is a file that anybody may execute.
func executable(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular() && st.Mode().Perm()&0o111 != 0
}

// isDir reports whether path is a directory.
func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

// inside reports whether path is dir or below it. Both are clean and absolute.
func inside(path, dir string) bool {
	return path == dir || dir == "/" || strings.HasPrefix(path, dir+"/")
}

// maxSettings is larger than any settings file; a larger file counts as unreadable.
const maxSettings = 1 << 20 // bytes

// readSmall reads a settings file of the user's or of an installation.
func readSmall(path string) ([]byte, error) {
	data, err := files.ReadPlain(path, maxSettings)
	return files.Text(data), err
}

// readNear reads a settings file in the deck's folder or in one above it. It follows no link out of
// there: the deck's author may have made the link, and messages quote the versions that a file asks
// for.
func readNear(dir, name string) ([]byte, error) {
	data, err := files.ReadBeneath(dir, name, maxSettings)
	return files.Text(data), err
}

// versionArgs are arguments that make commands print their version, if not --version. nil: there
// are none.
var versionArgs = map[string][]string{
	"go": {"version"}, "java": {"-version"}, "lua": {"-v"}, "lua5.3": {"-v"}, "lua5.4": {"-v"}, "luajit": {"-v"}, "sh": nil,
	"perl": {"-e", `printf "perl %vd\n", $^V`}, "kotlinc": {"-version"},
}

// Version asks the tool for its version: the first line that it prints, "" if it prints none. It
// runs the tool outside of any sandbox, because the tool is the user's own.
func (t Tool) Version(ctx context.Context) string {
	args, special := versionArgs[t.Name]
	if !special {
		args = []string{"--version"}
	}
	if args == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, t.Host, args...)
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "LANG=C.UTF-8"}
	cmd.Dir = "/"
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if cmd.Run() != nil {
		return ""
	}
	return firstLine(out.Bytes())
}
