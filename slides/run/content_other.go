//go:build !unix

package run

import (
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/run/store"
	"io/fs"
)

func census(string, *store.Sums, *folder) *content { return &content{err: sandbox.ErrUnsupported} }

func fileID(fs.FileInfo) any { return nil }
