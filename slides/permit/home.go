package permit

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/files"
)

// A whole home is never a deck's folder, nor a deck's to ask for. Whose home counts is not left to
// $HOME alone, which may be unset, "/" or somebody else's: a service has none, sudo keeps the caller's or
// not, and root may look at a deck in the home of another. So the homes that the list of users has
// count too: those of the user who runs slidexec, of the user who called sudo, and of the owner of the folder.

// passwd is the list of users. Users of a network's directory are not in it; theirs is $HOME.
const passwd = "/etc/passwd"

// maxPasswd is more than any list of users.
const maxPasswd = 8 << 20 // bytes

// Home returns the user's home directory, "" if it is not known: $HOME, or what the list of users says
// where that cannot be one.
func Home() string {
	if home := os.Getenv("HOME"); isHome(home) {
		return home
	}
	for _, home := range homesIn(passwd, []string{strconv.Itoa(os.Geteuid())}, nil) {
		return home
	}
	return ""
}

// Homes returns the directories that count as homes for a folder, with every link followed. home is
// the user's, "" if it is not known.
func Homes(dir, home string) []string {
	ids, names := []string{strconv.Itoa(os.Geteuid())}, []string{}
	if owner, ok := ownerOf(dir); ok {
		ids = append(ids, strconv.Itoa(owner))
	}
	for _, variable := range []string{"SUDO_USER", "DOAS_USER"} {
		if name := os.Getenv(variable); name != "" {
			names = append(names, name)
		}
	}
	return resolved(append([]string{home}, homesIn(passwd, ids, names)...))
}

// resolved returns those of the paths that can be homes, with every link followed.
func resolved(paths []string) []string {
	var out []string
	for _, p := range paths {
		if !isHome(p) {
			continue
		}
		p = filepath.Clean(p)
		if real, err := filepath.EvalSymlinks(p); err == nil {
			p = real
		}
		if isHome(p) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// isHome reports whether a path can be a home: accounts of the system have "/", which is everything.
func isHome(path string) bool { return filepath.IsAbs(path) && filepath.Clean(path) != "/" }

// homesIn returns the homes that a list of users has for users of these numbers or names.
func homesIn(list string, ids, names []string) []string {
	src, err := files.ReadPlain(list, maxPasswd)
	if err != nil {
		return nil // there are machines without one
	}
	var out []string
	for line := range strings.Lines(string(src)) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), ":") // name, password, number, group, description, home, shell
		if len(f) >= 6 && (slices.Contains(ids, f[2]) || slices.Contains(names, f[0])) && isHome(f[5]) {
			out = append(out, f[5])
		}
	}
	return out
}
