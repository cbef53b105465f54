package sandbox

import (
	"errors"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// A degraded run does without layers that the machine does not have. A single layer is left out. If
// all others need the missing one, the sandbox is built in another form.

// foundations are the layers without which there is no sandbox of namespaces.
var foundations = []string{"user", "mount", "root", "pid"}

// inability are the errors that say that the machine can never do something, rather than that the
// request was wrong or too large this time.
var inability = []error{unix.EPERM, unix.EACCES, unix.ENOSYS, unix.EINVAL, unix.ENODEV, unix.EOPNOTSUPP}

// fallBack chooses the next form for c after e, if another form exists.
func (c *Cmd) fallBack(e *SetupError) bool {
	unable := slices.ContainsFunc(inability, func(err error) bool { return errors.Is(e.Err, err) }) ||
		e.Layer == "user" && errors.Is(e.Err, unix.ENOSPC) // the limit on the number of namespaces
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

// dispensable reports whether a run may go without a layer that the machine lacks: if another layer
// stops the same, or if the policy allows it.
func (c *Cmd) dispensable(name string, degraded bool) bool {
	if c.form == confined && (name == "landlock-scope" || name == "init") {
		return false // without it the program could remove its guard
	}
	known := slices.ContainsFunc(layers, func(l layer) bool { return l.name == name })
	if !known || slices.Contains(foundations, name) || name == "landlock-files" {
		return false
	}
	return degraded || optional(name)
}

// missing lists the layers of a whole sandbox that are not in layersInForce.
func (c *Cmd) missing(layersInForce []string) (names []string) {
	if c.form == unconfined {
		return nil // a program without a sandbox lacks no layers
	}
	for _, l := range layers {
		if l.in&whole != 0 && !l.optional && !slices.Contains(layersInForce, l.name) && !slices.Contains(c.without, l.name) {
			names = append(names, l.name)
		}
	}
	return names
}

// explainLonely notes in a result that the program asked for namespaces and was refused.
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
