package permit

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/files"
)

// A whole home is never a deck's folder, and a deck may not ask for one. $HOME alone does not
// decide which folders are homes: it may be unset, "/" or somebody else's. A service has none, sudo
// may or may not keep the caller's, and root may look at a deck in another user's home. So the
// homes in the list of users count too: those of the user running slidexec, of the caller of sudo,
// and of the owner of the folder.

// passwd is the list of users. It lacks users of a network's directory; their home is $HOME.
const passwd = "/etc/passwd"

// maxPasswd is larger than any list of users.
const maxPasswd = 8 << 20 // bytes

// Home returns the user's home directory, "" if unknown: $HOME, or if that cannot be one, the home
// in the list of users.
func Home() string {
	if home := os.Getenv("HOME"); isHome(home) {
		return home
	}
	for _, home := range homesIn(passwd, []string{strconv.Itoa(os.Geteuid())}, nil) {
		return home
	}
	return ""
}

// Homes returns the directories that count as homes for a folder, without links in their paths.
// home is the user's, "" if unknown.
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

// resolved returns the paths that can be homes, with every link followed.
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

// isHome reports whether a path can be a home. Accounts of the system have "/", which would be
// everything.
func isHome(path string) bool { return filepath.IsAbs(path) && filepath.Clean(path) != "/" }

// homesIn returns the homes in a list of users, of users with these numbers or names.
func homesIn(list string, ids, names []string) []string {
	src, err := files.ReadPlain(list, maxPasswd)
	if err != nil {
		return nil // some machines have no such list
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
