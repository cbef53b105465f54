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

// A stamp changes when what a tool does may have changed. The program's file is known by what stat
// says of it: nobody but root sets the time of change, so a file that was overwritten in place has
// another one, whatever else was put back. A script is as good as its interpreter, so that is part of
// its stamp; of a virtual environment the modules are, since people edit them in place.

const (
	mostScripts = 4      // interpreters that are scripts themselves
	mostModules = 20_000 // files of a virtual environment that are looked at
)

// stamp identifies a program file without running it. A new version is a new file, so its version
// line would say nothing more and cost a process each.
func (f *Finder) stamp(path string) (string, error) {
	var b strings.Builder
	for range mostScripts {
		st, err := statOf(path)
		if err != nil {
			if b.Len() > 0 {
				break // the interpreter is not there: running it says so
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

// interpreter returns the program that runs a script, "" of what is no script.
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

// moduleStamp changes when a module of a virtual environment does. What Python compiled itself does
// not count.
func moduleStamp(venv string) string {
	h := sha256.New()
	n := 0
	_ = filepath.WalkDir(filepath.Join(venv, "lib"), func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // gone, or not for us
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

// packageDirs are where what is installed for a language lies, below the directory above its
// program's: installing a package there changes what programs do.
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
