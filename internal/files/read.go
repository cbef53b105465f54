package files

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// ReadPlain returns the bytes of a file that the user names or that slidexec owns: a regular file
// of at most most bytes, wherever it is. The error is an *Error.
func ReadPlain(path string, most int64) ([]byte, error) {
	f, err := OpenPlain(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadOpen(f, most)
}

// ReadOpen returns the bytes of a file that this package has opened, at most most. The error is an
// *Error.
func ReadOpen(f *os.File, most int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, wrap(f.Name(), err)
	}
	if info.Size() > most { // reading a sparse file to the limit would take long
		return nil, &Error{Path: f.Name(), Err: ErrTooLarge, Most: most}
	}
	return readBounded(f, f.Name(), info.Size(), most)
}

// readBounded reads to the end, or one byte more than most. The guess size saves memory.
func readBounded(r io.Reader, name string, size, most int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(size, most)) + bytes.MinRead) // the read that finds the end needs room
	_, err := b.ReadFrom(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, wrap(name, err)
	case int64(b.Len()) > most:
		return nil, &Error{Path: name, Err: ErrTooLarge, Most: most}
	}
	return b.Bytes(), nil
}

// Text returns the text of a file without the byte order mark that some editors write first.
func Text(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) }

// ReadBeneath is Root.Read for one file: it reads name beneath the folder dir, and follows no link out
// of dir.
func ReadBeneath(dir, name string, most int64) ([]byte, error) {
	path := filepath.Join(dir, name)
	if _, err := os.Lstat(path); err != nil { // most of the files asked for do not exist
		return nil, wrap(path, err)
	}
	root, err := OpenRoot(dir, Policy{})
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Read(name, most)
}
