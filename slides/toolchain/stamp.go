package toolchain

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A stamp changes when a tool's behaviour may have changed. The program's file is identified by its
// stat data: only root sets the time of change, so a file that was overwritten in place has another
// one, even if its other times were restored. A script depends on its interpreter, so its stamp has
// the interpreter's. The stamp of a virtual environment has the modules, because people edit them
// in place.

const (
	mostScripts = 4      // interpreters that are scripts themselves
	mostModules = 20_000 // files of a virtual environment that are checked
)

// stamp identifies a program file without running it. A new version is a new file, so asking for
// the version would add nothing and cost a process each.
func (f *Finder) stamp(path string) (string, error) {
	var b strings.Builder
	for range mostScripts {
		st, err := statOf(path)
		if err != nil {
			if b.Len() > 0 {
				break // the interpreter is missing: running the script says so
			}
			return "", err
		}
		fmt.Fprintf(&b, "%s %s\n", path, st)
		if path = f.interpreter(path); path == "" {
			break
		}
	}
	return b.String(), nil
}

// interpreter returns the program that runs a script, "" if path is no script.
func (f *Finder) interpreter(path string) string {
	file, err := openFile(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	line, _ := bufio.NewReader(io.LimitReader(file, 256)).ReadBytes('\n')
	rest, ok := bytes.CutPrefix(line, []byte("#!"))
	words := strings.Fields(string(rest))
	if !ok || len(words) == 0 {
		return ""
	}
	if filepath.Base(words[0]) == "env" {
		for _, w := range words[1:] {
			if strings.HasPrefix(w, "-") || strings.Contains(w, "=") {
				continue
			}
			for _, dir := range filepath.SplitList(f.Path) {
				if path := filepath.Join(dir, w); filepath.IsAbs(dir) && executable(path) {
					return path
				}
			}
		}
	}
	return words[0]
}

// moduleStamp changes when a module of a virtual environment does. It ignores files that Python
// compiled.
func moduleStamp(venv string) string {
	h := sha256.New()
	n := 0
	_ = filepath.WalkDir(filepath.Join(venv, "lib"), func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // gone, or not readable
		case e.IsDir() && e.Name() == "__pycache__":
			return fs.SkipDir
		}
		if n++; n > mostModules {
			return fs.SkipAll
		}
		if st, err := statOf(path); err == nil && !e.IsDir() {
			fmt.Fprintf(h, "%q %s\n", path, st)
		} else if e.IsDir() {
			fmt.Fprintf(h, "%q\n", path)
		}
		return nil
	})
	return fmt.Sprintf(" %x", h.Sum(nil))
}

// packageDirs are the directories of a language's packages, below the directory above its
// program's. Installing a package there changes the behaviour of programs.
var packageDirs = map[string][]string{
	"python": {"lib/python3*/site-packages", "lib/python3*/dist-packages", "local/lib/python3*/dist-packages"},
	"ruby":   {"lib/ruby/gems/*/gems", "../var/lib/gems/*/gems"},
}

// packageStamp changes when a package is installed or removed.
func packageStamp(name string, paths ...string) string {
	var b strings.Builder
	for _, path := range paths {
		prefix := globEscape(filepath.Dir(filepath.Dir(path)))
		for _, pattern := range packageDirs[strings.TrimRight(name, "0123456789.")] {
			dirs, err := filepath.Glob(filepath.Join(prefix, pattern))
			if err != nil {
				panic("toolchain: bad pattern " + pattern)
			}
			for _, dir := range dirs {
				if st, err := os.Stat(dir); err == nil {
					fmt.Fprintf(&b, " %s %d", dir, st.ModTime().UnixNano())
				}
			}
		}
	}
	return b.String()
}
