//go:build !unix

package files

import (
	"context"
	"os"
)

// ReadNamed returns the bytes of a regular file that the user names, at most most. The error is an
// *Error.
func ReadNamed(_ context.Context, path string, most int64) ([]byte, error) {
	return ReadPlain(path, most)
}

// ReadStream returns what comes from an open file until it ends, at most most bytes. The error is
// an *Error. It is not called off by the end of its context here.
func ReadStream(_ context.Context, f *os.File, most int64) ([]byte, error) {
	return readBounded(f, f.Name(), 0, most)
}
