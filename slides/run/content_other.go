//go:build !unix

package run

import (
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/run/store"
)

func census(string, *store.Sums, *folder) *content { return &content{err: sandbox.ErrUnsupported} }
