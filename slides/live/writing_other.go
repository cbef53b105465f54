//go:build !linux

package live

// beingWritten cannot be known here: a quiet time has to do.
func beingWritten(string) bool { return false }
