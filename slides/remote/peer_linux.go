package remote

import (
	"errors"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

var errStranger = errors.New("another user is at the other end")

// sameUser makes sure that the other end of a connection is a process of this user.
func sameUser(c net.Conn) error {
	raw, err := c.(*net.UnixConn).SyscallConn()
	if err != nil {
		return err
	}
	var cred *unix.Ucred
	if e := raw.Control(func(fd uintptr) { cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); e != nil {
		return e
	}
	if err == nil && int(cred.Uid) != os.Getuid() {
		err = errStranger
	}
	return err
}
