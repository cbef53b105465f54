package live

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// mounts tells when something is mounted or unmounted. A path may lead elsewhere then, and inotify
// does not say so. But the kernel tells those who wait for exceptional conditions of the list of
// mounts, see proc_pid_mountinfo(5). Go's poller waits for data only, and the list always has some.
// So an epoll(7) instance waits for the list, and Go's poller for the instance.
type mounts struct{ list, poll *os.File }

// openMounts starts waiting for changes.
func openMounts() (*mounts, error) {
	list, err := unix.Open("/proc/self/mountinfo", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: "/proc/self/mountinfo", Err: err}
	}
	m := &mounts{list: os.NewFile(uintptr(list), "mountinfo")}
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		m.close()
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	err = errors.Join(unix.SetNonblock(poll, true), // or else Go's poller would not take it
		unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, list, &unix.EpollEvent{Events: unix.EPOLLPRI}))
	m.poll = os.NewFile(uintptr(poll), "mounts")
	if err = errors.Join(err, m.poll.SetReadDeadline(time.Time{})); err != nil { // Go's poller did not take it
		m.close()
		return nil, err
	}
	return m, nil
}

// read calls changed after every change from the time that it has called ready, until changed returns
// false or mounts is closed. The poller has taken note of the change when it wakes us, so we do not
// ask what there is: there was one.
func (m *mounts) read(ready func(), changed func() bool) {
	raw, err := m.poll.SyscallConn()
	if err == nil {
		woken := false
		_ = raw.Read(func(fd uintptr) (enough bool) {
			_, _ = unix.EpollWait(int(fd), make([]unix.EpollEvent, 1), 0) // or else it stays ready
			if woken {
				return !changed()
			}
			ready()
			woken = true
			return false
		})
	}
}

func (m *mounts) close() {
	if m.poll != nil {
		_ = m.poll.Close()
	}
	_ = m.list.Close()
}
