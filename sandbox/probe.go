package sandbox

import "context"

// State says whether a layer can be had on this machine.
type State string

// States of a layer.
const (
	Available State = "available"
	Reduced   State = "degraded" // not to be had, and not needed: other layers do the same, less well
	Missing   State = "missing"  // not to be had: programs do not run without Policy.Degraded
)

// A Layer is one thing that stands between a program and the machine.
type Layer struct {
	Name   string
	Stops  string // what a program could do without it
	State  State
	Reason string // why it is not available, with the system's own words
	Fix    string // a command or a setting that helps, where one is known
}

// A Report says what this machine can do, layer by layer, outermost first.
type Report struct {
	Layers   []Layer
	Degraded string // what confines programs under Policy.Degraded where a layer is missing, as Result.Degraded; "" is nothing
	Refused  string // then: why it cannot
	Memory   string // what keeps the limit of memory of all processes of a program together
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

// Probe finds out by building a sandbox, the real one, in which nothing is executed. A layer that
// fails is left out and the next attempt made, until one succeeds: settings that are looked up
// instead say too often that something works which does not, or the other way round.
func Probe(ctx context.Context) Report { return probe(ctx) }

// report makes a Report from what failed; blocked names the layer behind which nothing could be tried.
func report(failed map[string]*SetupError, blocked string) Report {
	var r Report
	behind := false
	for _, l := range layers {
		if l.in&whole == 0 {
			continue // it stands for others, see Report.Degraded
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

// reason is the error without the names of package and layer.
func reason(e *SetupError) string {
	bare := *e
	bare.Layer = ""
	const prefix = "sandbox: "
	return bare.Error()[len(prefix):]
}
