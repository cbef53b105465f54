package stage

import "syscall"

// park says that everything is ready but the program, and waits for the plan of that. Whatever
// happens to the caller closes its end of the control socket, and then there is nothing to do.
func park() *Plan {
	closeInherited()
	send(Message{Kind: Parked})
	var buf [MessageSize]byte
	rights := make([]byte, syscall.CmsgSpace(4))
	for {
		n, rn, _, _, err := syscall.Recvmsg(ControlFD, buf[:], rights, syscall.MSG_CMSG_CLOEXEC)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil || n == 0:
			exit(0)
		}
		return receive(rights[:rn])
	}
}

// receive reads the plan file that came with a message.
func receive(rights []byte) *Plan {
	messages, err := syscall.ParseSocketControlMessage(rights)
	if err != nil || len(messages) != 1 {
		fail(Failure{Phase: InPlan})
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		fail(Failure{Phase: InPlan})
	}
	b, ok := readPlan(fds[0])
	if len(b) < len(Magic) || string(b[:len(Magic)]) != Magic {
		fail(Failure{Phase: InPlan})
	}
	return decode(b, ok)
}

// closeInherited closes what the caller had open without the close-on-exec flag, so that nobody
// waits for the end of a pipe as long as a stage is parked. The runtime's own descriptors have the
// flag; init closes those.
func closeInherited() {
	const most, closeOnExecFlag = 1024, 1
	for fd := SourceFD; fd < most; fd++ {
		flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD, 0)
		if errno == 0 && flags&closeOnExecFlag == 0 {
			syscall.Close(fd)
		}
	}
}
