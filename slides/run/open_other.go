//go:build !unix

package run

import (
	"context"
	"os"

	"github.com/slidexec/slidexec/sandbox"
)

func openPlain(string) (*os.File, error) { return nil, sandbox.ErrUnsupported }

func lock(context.Context, string) (func(), error) { return nil, sandbox.ErrUnsupported }
