package sandbox

import (
	"context"
	"errors"
	"slices"
)

// dry marks the Cmd of a probe: its plan ends where the program would be executed.
const dry = "\x00dry"

func probe(ctx context.Context) Report {
	r := probeLayers(ctx)
	if r.OK() {
		return r
	}
	c := &Cmd{Path: dry, Policy: &Policy{Mounts: System(), Degraded: true}, Unordered: true}
	result, err := c.run(ctx)
	r.Degraded, r.Memory = result.Degraded(), result.memory
	if err != nil {
		r.Refused = err.Error()
	}
	return r
}

func probeLayers(ctx context.Context) Report {
	failed := make(map[string]*SetupError)
	var without []string
	for {
		c := &Cmd{Path: dry, Policy: &Policy{Mounts: System(), Nested: 1}, Unordered: true}
		result, err := c.runWithout(ctx, without, DefaultLimits())
		for _, e := range result.lacking {
			failed[e.Layer] = e
		}
		if err == nil {
			r := report(failed, "")
			r.Memory = result.memory
			return r
		}
		var setup *SetupError
		if !errors.As(err, &setup) {
			setup = &SetupError{Layer: "user", Op: "build a sandbox", Err: err}
		}
		failed[setup.Layer] = setup
		if !c.dispensable(setup.Layer, true) || slices.Contains(without, setup.Layer) {
			return report(failed, setup.Layer)
		}
		without = append(without, setup.Layer)
	}
}
