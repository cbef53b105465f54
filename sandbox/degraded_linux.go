package sandbox

import (
	"errors"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// A degraded run does without what the machine does not have. A single layer is left out; when it
// is one that all others stand on, the sandbox is built in another form.

// foundations are the layers without which there is no sandbox of namespaces.
var foundations = []string{"user", "mount", "root", "pid"}

// inability are the errors that say that something cannot be had at all, rather than that it is
// wrong or too small this time.
var inability = []error{unix.EPERM, unix.EACCES, unix.ENOSYS, unix.EINVAL, unix.ENODEV, unix.EOPNOTSUPP}

// fallBack chooses the next form for c after e, if there is one.
func (c *Cmd) fallBack(e *SetupError) bool {
	unable := slices.ContainsFunc(inability, func(err error) bool { return errors.Is(e.Err, err) }) ||
		e.Layer == "user" && errors.Is(e.Err, unix.ENOSPC) // that is the number of namespaces
	switch {
	case !slices.Contains(foundations, e.Layer) || !unable || c.form == confined:
		return false
	case c.form == 0 && e.Layer == "user" && os.Geteuid() == 0:
		c.form = plain
	default:
		c.form = confined
	}
	return true
}

// dispensable says whether a run may go without a layer that cannot be had: when another stops
// the same, or when the policy says so.
func (c *Cmd) dispensable(name string, degraded bool) bool {
	if c.form == confined && (name == "landlock-scope" || name == "init") {
		return false // or the program could do away with its guard
	}
	known := slices.ContainsFunc(layers, func(l layer) bool { return l.name == name })
	if !known || slices.Contains(foundations, name) || name == "landlock-files" {
		return false
	}
	return degraded || optional(name)
}

// missing are the layers that a whole sandbox has, and one with the layers given has not.
func (c *Cmd) missing(layersInForce []string) (names []string) {
	if c.form == unconfined {
		return nil // it is not a sandbox that lacks them
	}
	for _, l := range layers {
		if l.in&whole != 0 && !l.optional && !slices.Contains(layersInForce, l.name) && !slices.Contains(c.without, l.name) {
			names = append(names, l.name)
		}
	}
	return names
}

// explainLonely says in a result that the program wanted namespaces, if it got none.
func (v *supervisor) explainLonely(r *Result) {
	const reason = "the program may not make namespaces: this machine cannot limit them (degraded run)"
	switch {
	case !v.lonely:
	case r.Status == Exited || r.Status == Signaled:
		r.stopped(Denied, reason)
	case r.Status == OK:
		r.Reason = reason
	}
}
