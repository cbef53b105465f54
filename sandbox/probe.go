package sandbox

import "context"

// State says whether this machine has a layer.
type State string

// States of a layer.
const (
	Available State = "available"
	Reduced   State = "degraded" // not available, and not needed: other layers do the same, less well
	Missing   State = "missing"  // not available: programs do not run without Policy.Degraded
)

// A Layer is one thing that stands between a program and the machine.
type Layer struct {
	Name   string
	Stops  string // what a program could do without the layer
	State  State
	Reason string // why the layer is not available, with the system's own words
	Fix    string // a command or a setting that helps, where one is known
}

// A Report says what this machine can do, layer by layer, outermost first.
type Report struct {
	Layers   []Layer
	Degraded string // what confines programs under Policy.Degraded, as Result.Degraded; "": nothing
	Refused  string // if Degraded is "": why nothing can confine them
	Memory   string // what keeps the memory limit of all processes of a program together
}

// OK reports whether programs run with every layer that matters.
func (r Report) OK() bool {
	for _, l := range r.Layers {
		if l.State == Missing {
			return false
		}
	}
	return true
}

// Probe finds out by building the real sandbox, in which nothing is executed. It leaves out a layer
// that fails and tries again, until an attempt succeeds. Looking up settings instead is too often
// wrong: they say that something works when it does not, or the reverse.
func Probe(ctx context.Context) Report { return probe(ctx) }

// report makes a Report from the failures; blocked names the layer behind which nothing could be
// tried.
func report(failed map[string]*SetupError, blocked string) Report {
	var r Report
	behind := false
	for _, l := range layers {
		if l.in&whole == 0 {
			continue // it stands for other layers, see Report.Degraded
		}
		out := Layer{Name: l.name, Stops: l.stops, State: Available}
		if e := failed[l.name]; e != nil {
			out.State, out.Reason, out.Fix = Missing, reason(e), e.Fix
		} else if behind {
			out.State, out.Reason = Missing, "not tried: nothing can be built without the layer "+blocked
		}
		if out.State == Missing && l.optional {
			out.State = Reduced
		}
		behind = behind || l.name == blocked
		r.Layers = append(r.Layers, out)
	}
	return r
}

// reason returns the error without the names of package and layer.
func reason(e *SetupError) string {
	bare := *e
	bare.Layer = ""
	const prefix = "sandbox: "
	return bare.Error()[len(prefix):]
}
