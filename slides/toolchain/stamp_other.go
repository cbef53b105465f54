//go:build !unix

package toolchain

import (
	"fmt"
	"os"
)

// statOf says what tells one state of a file from another.
func statOf(path string) (string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(st.Size(), " ", st.ModTime().UnixNano()), nil
}

func openFile(path string) (*os.File, error) { return os.Open(path) }
