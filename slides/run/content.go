package run

import (
	"fmt"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/text"
)

// What programs can read of a folder is known by its content: of every file the bytes, the mode and
// the name, of a link its target, of a folder that it is there. When a file was written, and who
// owns it, does not count: unpacking an archive again runs nothing again. Reading everything each
// time would take too long, so contents are remembered by what stat says, see store.Sums.

// How much of a folder is looked at, and read in one go. What was read need not be read again, so a
// folder of more bytes is known after a few runs.
const (
	mostFiles = 20_000
	mostBytes = 1 << 30
	mostDepth = 100
)

// content is what a folder holds.
type content struct {
	sum     string   // changes with what every program can read
	asides  []aside  // what counts only for programs that name it, in order
	folders []string // that were looked through, the outer ones first
	err     error    // it could not be looked through
}

// errTooMuch says how much it would have to be.
var errTooMuch = fmt.Errorf("%w: more than %d files, or %s of new ones", errTooLarge, mostFiles, text.Size(mostBytes))

// content looks through the folder.
func (f folder) content() *content {
	if f.dir == "" {
		return &content{sum: "none"}
	}
	return census(f.dir, f.sums, &f)
}

// contentOf looks through a file or folder of any place, as it is.
func (f folder) contentOf(path string) (string, error) {
	c := census(filepath.Clean(path), f.sums, nil)
	return c.sum, c.err
}
