package permit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/slidexec/slidexec/internal/files"
)

// A deck that slidexec wrote, with its outputs filled in, may lie in another folder than the deck
// that it was made from, and it still names that deck's pictures and programs. It may use exactly
// those, as the first deck could, because the user had it written there. No other deck gets files
// outside of its folder without a flag.

// Export lists the files that a deck written by slidexec shares with the deck it was made from.
type Export struct {
	From  string    `json:"from"`  // folder of the deck it was made from: absolute, every link followed
	Files []string  `json:"files"` // likewise
	Since time.Time `json:"since"`
}

// RememberExport stores that the user had an export written to file, which is an absolute path
// without links.
func (s Store) RememberExport(file string, e Export) error {
	if was, ok := s.Export(file); ok && was.From == e.From && slices.Equal(was.Files, e.Files) || !ok && len(e.Files) == 0 {
		return nil
	}
	e.Since = e.Since.UTC().Truncate(time.Second)
	return s.change(func(doc *document) {
		if len(e.Files) == 0 {
			delete(doc.Exports, file)
			return
		}
		if doc.Exports == nil {
			doc.Exports = map[string]Export{}
		}
		doc.Exports[file] = e
	})
}

// Export returns the Export remembered for a file.
func (s Store) Export(file string) (Export, bool) {
	doc, err := s.read()
	e, ok := doc.Exports[file]
	return e, ok && err == nil
}

// grants returns the files in the words of a Grant.
func (e Export) grants() []string {
	out := make([]string, len(e.Files))
	for i, name := range e.Files {
		out[i] = fmt.Sprintf("%s=%s, as an export of a deck in %s", Read, name, e.From)
	}
	return out
}

// lender opens the files of an Export.
type lender struct {
	root *files.Root
	has  map[string]bool
}

// Lend lets the deck use the files of an Export. It calls find at most once, when the deck names a
// file outside of its folder.
func (f *Files) Lend(find func() (Export, bool)) {
	f.lender = sync.OnceValue(func() *lender {
		e, ok := find()
		if !ok {
			return nil
		}
		folder, err := NewFolder(e.From, f.at.home)
		if err != nil {
			return nil
		}
		root, err := files.OpenRoot(e.From, files.Policy{Named: e.From, Secret: folder.secret})
		if err != nil || root.Dir() != e.From { // another folder is there by now
			return nil
		}
		l := &lender{root, map[string]bool{}}
		for _, name := range e.Files {
			l.has[name] = true
		}
		return l
	})
}

// lent opens a file if the deck's Export has it.
func (f *Files) lent(abs string) (*os.File, bool) {
	if f.lender == nil {
		return nil, false
	}
	l := f.lender()
	if l == nil {
		return nil, false
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil || !l.has[filepath.Join(dir, filepath.Base(abs))] {
		return nil, false
	}
	file, err := l.root.Open(filepath.Join(dir, filepath.Base(abs)))
	return file, err == nil
}
