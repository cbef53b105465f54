package run

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/slidexec/slidexec/slides/run/store"
)

// The system's programs and libraries are too many to be read. Installing, removing or updating
// one changes the directory that it is in or the list of its package manager, so those identify
// them. Headers that were installed by hand are looked at one by one, as long as they are few.

// systemPlaces change when what is installed does.
var systemPlaces = []string{
	"/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/alternatives",
	"/var/lib/dpkg/status", "/var/lib/rpm/rpmdb.sqlite", "/var/lib/rpm/Packages", "/lib/apk/db/installed", "/var/lib/pacman/local",
}

// systemStamp identifies this program and the programs of the system.
func systemStamp() string {
	var b strings.Builder
	if info, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintln(&b, info.Main.Version)
	}
	for _, place := range systemPlaces {
		if st, err := store.StatPath(place); err == nil {
			fmt.Fprintf(&b, "%s %v\n", place, st)
		}
	}
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		b.Write(release)
	}
	return b.String()
}

// mostHeaders is how many entries of the directories for headers are looked at.
const mostHeaders = 2_000

// headerStamp identifies what compilers read of the system.
func headerStamp() string {
	var b strings.Builder
	n := 0
	_ = filepath.WalkDir("/usr/local/include", func(path string, _ fs.DirEntry, err error) error {
		if n++; n > mostHeaders {
			return fs.SkipAll
		}
		if err != nil {
			return nil // gone, or not for us
		}
		if st, err := store.StatPath(path); err == nil {
			fmt.Fprintf(&b, "%q %v\n", path, st)
		}
		return nil
	})
	return keyOf(b.String())
}
