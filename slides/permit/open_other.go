//go:build !linux

package permit

import "os"

// OpenPlace opens nothing: only the sandbox needs more than a path, and it needs Linux.
func OpenPlace(string) (*os.File, error) { return nil, nil }

func identityOf(*os.File) string { return "" }
