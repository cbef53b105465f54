//go:build !unix

package toolchain

import (
	"fmt"
	"os"
)

// statOf returns the data that tells two states of a file apart.
func statOf(path string) (string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(st.Size(), " ", st.ModTime().UnixNano()), nil
}

func openFile(path string) (*os.File, error) { return os.Open(path) }
