package run

import (
	"context"

	"github.com/slidexec/slidexec/sandbox"
)

// sandboxed is the Executor that everything runs with unless the user says otherwise.
type sandboxed struct{}

func (sandboxed) Run(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) { return c.Run(ctx) }
