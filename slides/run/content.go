package run

import (
	"fmt"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/text"
)

// Programs can read the content of a folder: the bytes, mode and name of every file, the target of
// a link, the presence of a folder. The time and the owner of a file do not count: unpacking an
// archive again runs nothing again. Reading everything each time would take too long, so contents
// are remembered by the files' stat data, see store.Sums.

// Bounds of the search of a folder, and of the bytes read at one time. Files that were read need
// not be read again, so a larger folder is known after a few runs.
const (
	mostFiles = 20_000
	mostBytes = 1 << 30
	mostDepth = 100
)

// content describes the content of a folder.
type content struct {
	sum     string   // changes with anything that every program can read
	asides  []aside  // files that count only for programs that name them, in order
	folders []string // folders that were searched, the outer ones first
	err     error    // why the folder could not be searched
}

// errTooMuch names the bounds that a folder exceeds.
var errTooMuch = fmt.Errorf("%w: more than %d files, or %s of new ones", errTooLarge, mostFiles, text.Size(mostBytes))

// content searches the folder.
func (f folder) content() *content {
	if f.dir == "" {
		return &content{sum: "none"}
	}
	return census(f.dir, f.sums, &f)
}

// contentOf searches a file or folder at any place, without leaving anything out.
func (f folder) contentOf(path string) (string, error) {
	c := census(filepath.Clean(path), f.sums, nil)
	return c.sum, c.err
}
