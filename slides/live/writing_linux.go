package live

import (
	"os"

	"golang.org/x/sys/unix"
)

// beingWritten reports whether some process has the file open for writing: then what it holds may
// be half of a save. The kernel grants a read lease only on a file that nobody has open for writing
// (fcntl(2), F_SETLEASE), which is asked for and given back at once. Where leases are not to be
// had (another owner's file, network file systems) the answer is no, and quiet has to do.
func beingWritten(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	_, err = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_RDLCK)
	if err == nil {
		_, _ = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_UNLCK) // closing gives it back as well
	}
	return err == unix.EAGAIN
}
