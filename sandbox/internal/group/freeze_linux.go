package group

import "golang.org/x/sys/unix"

// Reading the exact numbers of a large program takes longer than filling the rest of its memory. So
// when its memory may be over the limit, the watch stops its processes while it reads. They go on
// if the guess was wrong; it rarely is.

// frozen are the stopped processes. Keys are directories of /proc, values are descriptors of them,
// to which signals can be sent as to any descriptor of a process (pidfd_send_signal(2)).
type frozen map[string]int

// freeze stops all processes but init. It also stops those that are forked meanwhile, unless the
// program forks faster than freeze stops.
func (w *Watch) freeze(pids []string) frozen {
	f := make(frozen)
	const passes = 4
	for range passes {
		before := len(f)
		for _, pid := range pids {
			if _, ok := f[pid]; ok {
				continue
			}
			fd, err := unix.Openat(int(w.proc.Fd()), pid, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
			if err != nil {
				continue // gone
			}
			if w.halted(pid) || unix.PidfdSendSignal(fd, unix.SIGSTOP, nil, 0) != nil {
				unix.Close(fd)
				fd = -1 // somebody else stopped it and will let it go on
			}
			f[pid] = fd
		}
		if len(f) == before {
			break
		}
		pids = w.pids()
	}
	return f
}

// halted reports whether a process is stopped already, or traced.
func (w *Watch) halted(pid string) bool {
	state := w.state(pid)
	return state == 'T' || state == 't'
}

// thaw closes the processes' descriptors, and lets them go on if goOn is true.
func (f frozen) thaw(goOn bool) {
	for _, fd := range f {
		if fd < 0 {
			continue
		}
		if goOn {
			_ = unix.PidfdSendSignal(fd, unix.SIGCONT, nil, 0) // or the process is gone
		}
		unix.Close(fd)
	}
}
