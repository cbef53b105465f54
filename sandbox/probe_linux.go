package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/group"
)

// dry marks the Cmd of a probe: its plan ends where the program would be executed.
const dry = "\x00dry"

func probe(ctx context.Context) (r Report) {
	r = probeLayers(ctx)
	defer r.holdMemory()
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

// holdMemory makes the group that holds the memory of a program, and removes it again. A sandbox
// that cannot be built tells nothing about it. A group of version 1 is made only while the program
// runs, and may fail silently then: the watch takes over.
func (r *Report) holdMemory() {
	err := group.Try(DefaultLimits().together())
	if err == nil {
		return
	}
	var none *group.Group
	r.Memory = none.Describe()
	for i := range r.Layers {
		if l := &r.Layers[i]; l.Name == "memory" && l.State == Available {
			e := explain(&SetupError{Layer: l.Name, Op: "make a control group", Err: err})
			l.State, l.Reason, l.Fix = Reduced, reason(e), e.Fix
		}
	}
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

// atLeastLinux compares the kernel's version. It serves only if trying would harm, as with a
// setting that older kernels have for the whole machine.
func atLeastLinux(major, minor int) bool {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return false
	}
	var a, b int
	if n, _ := fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &a, &b); n != 2 {
		return false
	}
	return a > major || a == major && b >= minor
}
