package sandbox

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// A program's terminal is made in the sandbox, in a devpts of its own, which nothing of the machine
// is in. The stage opens it before init exists and passes our end of it out. Where there is no
// mount namespace, or no right to mount a devpts, it is one of the machine's, and we open it.

const (
	devpts    = "/dev/pts"
	terminals = "32" // in a sandbox's devpts; each takes memory of the kernel
)

// terminal plans the sandbox's own terminals, as a part of /dev.
func (p *planner) terminal() {
	t := p.cmd.Terminal
	if t == nil {
		return
	}
	p.bind("/dev/tty", "/dev/tty", unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NOEXEC)
	if p.cmd.outer {
		return
	}
	size := t.size()
	p.setup(stage.Step{Op: stage.Mount, Src: "devpts", Dst: devpts, Flags: unix.MS_NOSUID | unix.MS_NOEXEC,
		Data: []byte("newinstance,ptmxmode=0666,mode=0600,max=" + terminals)})
	p.setup(stage.Step{Op: stage.Link, Src: "pts/ptmx", Dst: "/dev/ptmx"})
	p.setup(stage.Step{Op: stage.Terminal, Dst: devpts, Arg: uint64(size[0]), Arg2: uint64(size[1]), Data: cooked()})
}

// session lets the program leave the caller's session. If it has a terminal, that one controls the
// new session.
func (p *planner) session() {
	p.program(stage.Step{Op: stage.Setsid})
	if p.cmd.Terminal != nil {
		p.program(stage.Step{Op: stage.Control})
	}
}

// terminalPermits lets a confined program open its own terminals again, by the names that it has
// for them.
func (p *planner) terminalPermits() (list []permit) {
	if p.cmd.Terminal != nil {
		list = append(list, permit{path: "/dev/tty", rights: deviceRights})
	}
	for _, path := range p.cmd.ends {
		list = append(list, permit{path: path, rights: deviceRights})
	}
	return list
}

// ordered reports whether the filter asks before the program writes to stderr. A terminal is one
// stream, which has an order of its own. A confined program's filter asks about other calls, too.
func (c *Cmd) ordered(f form) bool {
	return !c.Unordered && (c.Terminal == nil || f == confined)
}

// makesTerminal reports whether the sandbox makes the program's terminal itself.
func (c *Cmd) makesTerminal(without []string) bool {
	inSpace := cmp.Or(c.form, whole)&spaces != 0 && !slices.Contains(without, "dev")
	return c.Terminal != nil && !c.outer && inSpace
}

// connect makes the program's terminals that the sandbox does not make, and puts them in the place
// of pipes.
func (l *launch) connect(c *Cmd, id identity, without []string) error {
	switch {
	case c.Terminal != nil && !c.makesTerminal(without):
		t, err := openTerminal(unix.O_RDWR, 0o600, id, cooked(), c.Terminal.size())
		if err != nil {
			return &SetupError{Layer: "dev", Op: "open a terminal", Path: "/dev/ptmx", Err: err}
		}
		l.master, l.held[0] = t.ours, t.theirs
		for _, fd := range []*int{&l.in.theirs, &l.out.theirs, &l.err.theirs} {
			shut(fd)
			if *fd, err = unix.FcntlInt(uintptr(t.theirs), unix.F_DUPFD_CLOEXEC, 0); err != nil {
				return fmt.Errorf("sandbox: copy a descriptor: %w", err)
			}
		}
	case c.LineByLine != [2]int{}:
		l.lines(fit(c.LineByLine), id)
	}
	for _, fd := range l.held {
		if fd >= 0 {
			c.ends = append(c.ends, "/proc/self/fd/"+strconv.Itoa(fd))
		}
	}
	return nil
}

// lines replaces two pipes by terminals, or does nothing. A terminal that is open for writing only
// never becomes a controlling one, whatever opens it (tty_ioctl(4)), and nothing can be read there.
func (l *launch) lines(size [2]int, id identity) {
	var made [2]channel
	for i := range made {
		t, err := openTerminal(unix.O_WRONLY, 0o200, id, raw(), size)
		if err == nil {
			l.held[i], err = unix.FcntlInt(uintptr(t.theirs), unix.F_DUPFD_CLOEXEC, 0)
		}
		made[i] = t
		if err == nil {
			continue
		}
		for _, t := range made[:i+1] {
			shut(&t.ours)
			shut(&t.theirs)
		}
		shut(&l.held[0])
		shut(&l.held[1])
		return
	}
	for i, c := range []*channel{&l.out, &l.err} {
		shut(&c.ours)
		shut(&c.theirs)
		*c = made[i]
	}
}

// openTerminal opens one of the machine's terminals: our end, which does not block, and the
// program's with the given flags, whose file belongs to the program's user.
func openTerminal(flags int, mode uint32, id identity, settings []byte, size [2]int) (t channel, err error) {
	t = channel{-1, -1}
	if t.ours, err = unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0); err != nil {
		return channel{-1, -1}, err
	}
	if err = unix.IoctlSetPointerInt(t.ours, unix.TIOCSPTLCK, 0); err == nil {
		t.theirs, err = peer(t.ours, flags)
	}
	if err == nil && id.root {
		err = unix.Fchown(t.theirs, id.uid, id.gid)
	}
	if err == nil {
		err = unix.Fchmod(t.theirs, mode)
	}
	if err == nil {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(t.ours), unix.TCSETS, uintptr(unsafe.Pointer(&settings[0])))
		if errno != 0 {
			err = errno
		}
	}
	if err == nil {
		err = setSize(t.ours, size)
	}
	if err != nil {
		shut(&t.ours)
		shut(&t.theirs)
	}
	return t, err
}

// openBare opens a terminal for a program that is an ordinary child.
func openBare(size [2]int, lines bool) (bareTerminal, error) {
	flags, mode, settings := unix.O_RDWR, uint32(0o600), cooked()
	if lines {
		flags, mode, settings = unix.O_WRONLY, 0o200, raw()
	}
	t, err := openTerminal(flags, mode, identity{}, settings, size)
	if err != nil {
		return bareTerminal{}, err
	}
	ours := os.NewFile(uintptr(t.ours), "terminal")
	return bareTerminal{ours, os.NewFile(uintptr(t.theirs), "terminal"), func() { _ = ours.Close() }}, nil
}

// peer opens the other end of a terminal, by no path.
func peer(ours, flags int) (int, error) {
	fd, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(ours), unix.TIOCGPTPEER, uintptr(flags|unix.O_NOCTTY|unix.O_CLOEXEC))
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// cooked are the settings of a terminal that somebody types at.
func cooked() []byte {
	return termios(unix.ICRNL|unix.IXON|unix.IUTF8, unix.OPOST|unix.ONLCR,
		unix.ISIG|unix.ICANON|unix.ECHO|unix.ECHOE|unix.ECHOK|unix.ECHOCTL|unix.ECHOKE|unix.IEXTEN,
		map[int]byte{
			unix.VINTR: 3, unix.VQUIT: 28, unix.VERASE: 127, unix.VKILL: 21, unix.VEOF: 4, unix.VMIN: 1,
			unix.VSTART: 17, unix.VSTOP: 19, unix.VSUSP: 26, unix.VREPRINT: 18, unix.VDISCARD: 15, unix.VWERASE: 23,
			unix.VLNEXT: 22,
		})
}

// raw are the settings of a terminal that passes on what is written to it and that nobody types
// at. A read there ends at once.
func raw() []byte { return termios(0, 0, 0, nil) }

// termios returns the kernel's struct termios, which is shorter than the C library's.
func termios(input, output, local uint32, keys map[int]byte) []byte {
	b := make([]byte, 0, 36)
	for _, flags := range []uint32{input, output, unix.B38400 | unix.CS8 | unix.CREAD, local} {
		b = binary.NativeEndian.AppendUint32(b, flags)
	}
	b = b[:cap(b)] // the discipline, 0, and the keys
	for key, c := range keys {
		b[17+key] = c
	}
	return b
}

// takeTerminal takes our end of the terminal that the sandbox has made, and opens the other end.
func (s *sandboxed) takeTerminal(rights []byte) error {
	if err := take(rights, &s.master); err != nil {
		return err
	}
	held, err := peer(s.master, unix.O_RDWR)
	if err != nil {
		return err
	}
	shut(&s.held[0])
	s.held[0] = held
	return unix.SetNonblock(s.master, true)
}

// adopt puts the terminal in the place of stdout, as soon as it is there.
func (v *supervisor) adopt() {
	if v.master >= 0 {
		v.stdout, v.master = v.master, -1
	}
}

// keyboard types what the caller sends, and changes the size when the caller does. Like feed, it
// leaves work behind that ends by itself.
func (v *supervisor) keyboard(in io.Reader) {
	fd, err := unix.FcntlInt(uintptr(v.stdout), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil { // no descriptors are left: nobody types
		return
	}
	terminal := os.NewFile(uintptr(fd), "terminal")
	v.input = terminal
	if in != nil {
		go func() { _, _ = io.Copy(terminal, in) }() // the end of what is typed ends nothing
	}
	if t := v.cmd.Terminal; t.Resize != nil {
		go t.follow(v.gone, func(size [2]int) { resize(terminal, size) })
	}
}

// resize sets the sizes of a waiting program's terminals, if they are others than expected.
func (w *parked) resize(c *Cmd) error {
	size := c.size()
	if size == w.size {
		return nil
	}
	var err error
	switch {
	case c.Terminal != nil:
		err = setSize(w.master, size)
	case w.held[0] >= 0:
		err = errors.Join(setSize(w.stdout, size), setSize(w.stderr, size))
	}
	if err != nil {
		return fmt.Errorf("sandbox: set the size of a terminal: %w", err)
	}
	return nil
}
