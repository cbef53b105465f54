//go:build !unix

package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

var (
	errBusy        = errors.New("in use")
	errUnsupported = errors.New("slidexec cannot keep results on this system")
)

func openPlain(string) (*os.File, error) { return nil, errUnsupported }

func ours(fs.FileInfo) bool { return false }

func tryLock(*os.File, bool) error { return errUnsupported }

// Lock is not possible here.
func Lock(context.Context, string) (func(), error) { return nil, errUnsupported }

func lockFile(context.Context, string, bool) (func(), error) { return nil, errUnsupported }

func still(*os.File, string) bool { return false }

func isReadOnlyFS(error) bool { return false }

func identify(fs.FileInfo) (dev, ino uint64, ok bool) { return 0, 0, false }

// StatFile is not possible here.
func StatFile(*os.File) (Stat, error) { return Stat{}, errUnsupported }

// StatPath is not possible here.
func StatPath(string) (Stat, error) { return Stat{}, errUnsupported }
