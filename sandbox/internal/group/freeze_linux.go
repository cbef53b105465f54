package group

import "golang.org/x/sys/unix"

// Reading the exact numbers of a large program takes longer than filling what is left. So when its
// memory may be more than it may have, its processes are stopped for as long as that takes. They go
// on if it was a wrong guess; it rarely is.

// frozen are the processes that were stopped, as directories of /proc, which signals can be sent to
// as to any descriptor of a process (pidfd_send_signal(2)).
type frozen map[string]int

// freeze stops all processes but init, those too that are forked meanwhile, unless they are forked
// faster than stopped.
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
				fd = -1 // stopped by somebody else, who will let it go on
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

// thaw lets them go on, if goOn says so.
func (f frozen) thaw(goOn bool) {
	for _, fd := range f {
		if fd < 0 {
			continue
		}
		if goOn {
			_ = unix.PidfdSendSignal(fd, unix.SIGCONT, nil, 0) // or it is gone
		}
		unix.Close(fd)
	}
}
