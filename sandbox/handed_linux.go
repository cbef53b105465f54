package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// Two things leave a sandbox by other ways than its pipes. The caller gets a socket that listens in
// the sandbox's network, answers there and decides what to pass on; the program has no other way
// out. The caller also gets a directory of the sandbox's memory file systems, and reads it when the
// program is dead. The file system bounds its content exactly, and the content reaches a disk only
// after the caller has looked at it.
//
// The stage makes both before the program exists, and closes its own copies. An unmounted file
// system lives for as long as the caller has the directory open.

// door plans the one way out of a network of its own.
func (p *planner) door() {
	if p.policy.Net != NetDoor {
		return
	}
	_, port, err := net.SplitHostPort(Door)
	n, portErr := strconv.ParseUint(port, 10, 16)
	if err = errors.Join(err, portErr); err != nil {
		panic("sandbox: " + err.Error())
	}
	p.setup(stage.Step{Op: stage.Serve, Flags: n})
}

// checkDoor refuses a sandbox without a network of its own, because the program would have more
// ways out than the door. Landlock rules cannot replace a network: they know ports, not hosts.
func (p *planner) checkDoor(without []string) error {
	own := slices.ContainsFunc(layers, func(l layer) bool { return l.name == "net" && l.in&p.form != 0 }) && !slices.Contains(without, "net")
	if p.policy.Net != NetDoor || own {
		return nil
	}
	return &SetupError{Layer: "net", Op: "leave the program one way to the network", Err: unix.EOPNOTSUPP,
		Fix: "use a machine with network namespaces"}
}

// checkHanded refuses a Cmd if the sandbox could not hand over what it asks for.
func (c *Cmd) checkHanded() error {
	var p Policy
	if c.Policy != nil {
		p = *c.Policy
	}
	switch {
	case c.Terminal != nil && c.LineByLine != [2]int{}:
		return errors.New("sandbox: a program has a Terminal or is LineByLine, not both")
	case (p.Net == NetDoor) != (c.Serve != nil):
		return errors.New("sandbox: Serve and the network NetDoor are for each other")
	case (c.Keep == "") != (c.Kept == nil):
		return errors.New("sandbox: Keep and Kept are for each other")
	case c.Keep != "" && !slices.ContainsFunc(p.Mounts, func(m Mount) bool { return m.Dst == c.Keep && (m.Kind == Tmpfs || m.Kind == CopyOn) }):
		return fmt.Errorf("sandbox: keep %s: no memory is mounted there", c.Keep)
	}
	return nil
}

// serve lets the caller answer the program, and returns a function that ends that.
func (s *sandboxed) serve(c *Cmd) (closed func()) {
	if c.Serve == nil || s.socket < 0 {
		return func() {}
	}
	f := os.NewFile(uintptr(s.socket), "door")
	s.socket = -1
	l, err := net.FileListener(f)
	_ = f.Close()   // the listener has a copy
	if err != nil { // no descriptors are left: the program finds nobody at its door
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Serve(l)
	}()
	return func() {
		_ = l.Close() // Serve may have closed it
		<-done
	}
}

// keep lets the caller read the files that the program left.
func (s *sandboxed) keep(c *Cmd, r Result) error {
	switch {
	case c.Keep == "":
		return nil
	case s.private != nil:
		dir, err := s.private.root.OpenRoot(c.Keep[1:])
		if err != nil {
			return fmt.Errorf("sandbox: open %s: %w", c.Keep, err)
		}
		return errors.Join(c.Kept(dir, r), dir.Close())
	case s.given < 0:
		return &SetupError{Layer: "root", Op: "give back", Path: c.Keep, Err: unix.EBADMSG}
	}
	dir, err := os.OpenRoot("/proc/self/fd/" + strconv.Itoa(s.given))
	if err != nil {
		return fmt.Errorf("sandbox: open %s: %w", c.Keep, err)
	}
	return errors.Join(c.Kept(dir, r), dir.Close())
}
