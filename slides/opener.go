package slides

import "io/fs"

// Opener opens the files that a deck names, and no others: whatever it says, a deck reaches only
// what its reader may see. Paths are those of Files. It may be used by several goroutines at once.
type Opener interface {
	// Read returns the bytes of a file, at most most.
	Read(path string, most int64) ([]byte, error)
	// Stat says what Read would read.
	Stat(path string) (fs.FileInfo, error)
}

// Read returns what is in the file, at most most bytes: as the deck has it, or else as it is now.
func (f *File) Read(most int64) ([]byte, error) {
	switch {
	case f.Src != nil:
		return f.Src, nil
	case f.Opener == nil || f.Path == "":
		return nil, fs.ErrNotExist
	}
	return f.Opener.Read(f.Path, most)
}

// Stat says what Read would read of a file that the deck does not have.
func (f *File) Stat() (fs.FileInfo, error) {
	if f.Opener == nil || f.Path == "" {
		return nil, fs.ErrNotExist
	}
	return f.Opener.Stat(f.Path)
}
