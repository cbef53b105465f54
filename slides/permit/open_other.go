//go:build !linux

package permit

import "os"

// OpenPlace opens nothing: only the sandbox, which is for Linux, needs more than a path.
func OpenPlace(string) (*os.File, error) { return nil, nil }

func identityOf(*os.File) string { return "" }
