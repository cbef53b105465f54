//go:build !linux

package sandbox

import "context"

func (c *Cmd) run(ctx context.Context) (Result, error) {
	if c.form != unconfined {
		return Result{}, ErrUnsupported
	}
	return c.runBare(ctx)
}

// systemTexts is empty: see System.
var systemTexts map[string]string

func probe(context.Context) Report {
	return report(map[string]*SetupError{"user": {Layer: "user", Op: "build a sandbox", Err: ErrUnsupported}}, "user")
}

// System returns nothing: there is no sandbox to mount it in.
func System() []Mount { return nil }

// Network returns nothing: there is no sandbox to mount it in.
func Network() []Mount { return nil }

// Certificates returns nothing: there is no sandbox to mount it in.
func Certificates() []Mount { return nil }

// keeper makes no sandboxes.
type keeper struct{}

// pool is empty: there is nothing to build.
type pool struct{ size int }

func (p *pool) prepare() {}

func (p *pool) warm(*Cmd) {}

func (p *pool) close() { p.size = 0 }
