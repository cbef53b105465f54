package sandbox

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// root plans the new root with the policy's mounts.
func (p *planner) root() {
	// First in the list, so that a mount of the policy at the same place replaces it.
	mounts, err := arrange(slices.Concat([]Mount{{Kind: Tmpfs, Dst: "/tmp"}}, p.policy.Mounts))
	if err != nil {
		p.err = err
		return
	}
	size, late := int64(1<<20), int64(0)
	for _, m := range mounts {
		size += 4096
		if m.lateIn(mounts) {
			late += int64(len(m.Data)) + 4096
			size -= 4096
			continue
		}
		size += int64(len(m.Data))
	}
	size += max(late, lateRoom) // parked sandboxes have the same size as others
	p.setup(stage.Step{Op: stage.Root, Dst: base(), Data: fmt.Appendf(nil, "mode=0755,size=%d", size)})
	// The kernel's memory killer takes the sandbox first. The step is soft, because only root can
	// undo some exemptions of a caller.
	p.setup(stage.Step{Op: stage.WriteFile, Soft: true, Dst: stage.Old + "/self/oom_score_adj", Data: []byte("1000")})
	for _, m := range mounts {
		if p.err = p.place(m); p.err != nil {
			return
		}
	}
	if p.cmd.Keep != "" {
		p.setup(stage.Step{Op: stage.Give, Dst: p.cmd.Keep})
	}
}

// place plans one mount.
func (p *planner) place(m Mount) error {
	switch m.Kind {
	case Tmpfs:
		p.tmpfs(m.Dst, m.Size, m.Inodes)
		return nil
	case Dir:
		p.setup(stage.Step{Op: stage.Dir, Dst: m.Dst, Flags: 0o755})
		return nil
	case File:
		mode := cmp.Or(m.Mode, 0o444)
		p.setup(stage.Step{Op: stage.FileAt, Dst: m.Dst, Data: p.renumber(m), Flags: uint64(mode)})
		return nil
	case Symlink:
		p.setup(stage.Step{Op: stage.Link, Src: m.Src, Dst: m.Dst})
		return nil
	}
	if err := m.Found(); err != nil {
		if m.Optional && !errors.Is(err, ErrReplaced) {
			return nil
		}
		return &SetupError{Layer: "root", Op: "mount", Path: m.Src, Err: err}
	}
	defer runtime.KeepAlive(m.From)
	switch m.Kind {
	case CopyOn:
		p.overlay(m)
	case Writable, Out:
		p.share(m)
	default:
		p.attach(stage.Step{Op: stage.Bind, Dst: m.Dst}, source{Mount: m, attrs: readOnly})
	}
	return p.err
}

// renumber returns the content of a file, with the program's actual user number if that is not the
// usual one.
func (p *planner) renumber(m Mount) []byte {
	if p.form == whole || string(m.Data) != systemTexts[m.Dst] {
		return m.Data
	}
	return bytes.ReplaceAll(m.Data, fmt.Append(nil, ":", uid, ":"), fmt.Append(nil, ":", p.id.uid, ":"))
}

// bind plans a mount of the tree src at dst with the given attributes on all of it.
func (p *planner) bind(src, dst string, attrs uint64) {
	p.attach(stage.Step{Op: stage.Bind, Dst: dst}, source{Mount: Mount{Src: src}, attrs: attrs})
}

// share plans a mount that is writable, for the program's user.
func (p *planner) share(m Mount) {
	src := source{Mount: m, attrs: unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV, own: true, chown: m.Kind == Out}
	p.attach(stage.Step{Op: stage.Bind, Dst: m.Dst}, src)
}

func (p *planner) overlay(m Mount) {
	step := stage.Step{Op: stage.Overlay, Dst: m.Dst, Data: p.tmpfsOptions("0755", m.Size, m.Inodes)}
	p.attach(step, source{Mount: m, attrs: readOnly, own: true})
}

// attach plans step with the mount of src. The caller opens the mount if it can do that better than
// the stage; otherwise the stage opens it while it still sees the caller's root.
func (p *planner) attach(step stage.Step, src source) {
	fd, err := p.sources.open(src)
	if err != nil {
		p.err = err
		return
	}
	step.FD = fd
	var st unix.Stat_t
	if err := src.stat(&st); err != nil {
		p.err = src.setupError("stat", err)
		return
	}
	switch {
	case step.Op == stage.Overlay:
		step.Arg2 = uint64(st.Mode)
	case st.Mode&unix.S_IFMT != unix.S_IFDIR:
		step.Arg2 = stage.File
	}
	if step.Op == stage.Overlay && p.sources.alien {
		step.Flags = stage.Copy
	}
	if fd < 0 {
		p.slots++
		step.Arg = p.slots
		open := stage.Step{Op: stage.Open, Layer: p.layer, Src: src.Src, Flags: src.attrs, Arg: p.slots}
		if open.Data, err = src.identity(); err != nil {
			p.err = src.setupError("stat", err)
			return
		}
		at := slices.IndexFunc(p.plan.Setup, func(s stage.Step) bool { return s.Op == stage.Root })
		p.plan.Setup = slices.Insert(p.plan.Setup, max(at, 0), open)
	}
	p.setup(step)
}

// tmpfs plans a memory file system that everybody may write to, as /tmp is.
func (p *planner) tmpfs(dst string, size, inodes int64) {
	p.setup(stage.Step{Op: stage.Mount, Src: "tmpfs", Dst: dst, Flags: quiet, Data: p.tmpfsOptions("1777", size, inodes)})
}

func (p *planner) tmpfsOptions(mode string, size, inodes int64) []byte {
	b := []byte("mode=" + mode)
	if size = cmp.Or(size, p.limits.Tmp); size > 0 {
		b = fmt.Appendf(b, ",size=%d", size)
	}
	if inodes = cmp.Or(inodes, p.limits.Inodes); inodes > 0 {
		b = fmt.Appendf(b, ",nr_inodes=%d", inodes)
	}
	return b
}
