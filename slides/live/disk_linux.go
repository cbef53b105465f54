package live

import (
	"io/fs"
	"os"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/files"
)

// written reports whether some process has the file open for writing: it may hold half of a save
// then. The kernel grants a read lease only on a file that nobody has open for writing (fcntl(2),
// F_SETLEASE), so written takes one and gives it back at once. If a lease is not possible (another
// owner's file, network file systems), the answer is unknown.
func written(path string) openFor {
	f, err := files.OpenPlain(path)
	if err != nil {
		return unknown
	}
	defer f.Close()
	return writtenFile(f)
}

func writtenFile(f *os.File) openFor {
	raw, err := f.SyscallConn()
	if err != nil {
		return unknown
	}
	answer := unknown
	err = raw.Control(func(fd uintptr) {
		_, err := unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_RDLCK)
		switch err {
		case nil:
			_, _ = unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_UNLCK) // closing the file would give it back as well
			answer = nobody
		case unix.EAGAIN:
			answer = writing
		}
	})
	if err != nil {
		return unknown
	}
	return answer
}

// remotes are the file systems on which other machines may change files without an event here
// (statfs(2)).
var remotes = []uint32{
	0x6969,     // NFS
	0xff534d42, // CIFS
	0xfe534d42, // SMB2
	0x517b,     // SMB
	0x65735546, // FUSE: sshfs, virtiofs and the like
	0x01021997, // 9p: virtual machines' shared folders
	0x786f4256, // vboxsf
	0xbacbacbc, // VMware's shared folders
	0x7c7c6673, // those of Parallels
	0x53464846, // WSL 1
	0x5346414f, // AFS
	0x6b414653, // AFS, the kernel's
	0x00c36400, // Ceph
	0x0bd00bd0, // Lustre
	0x47504653, // GPFS
	0x01161970, // GFS2
	0x7461636f, // OCFS2
	0x19830326, // BeeGFS
	0x20030528, // OrangeFS
	0x73757245, // Coda
	0x564c,     // NCP
}

// mute are those of this machine that change without events: what lies below them may be changed
// itself, or the kernel makes their files up.
var mute = []uint32{
	0x794c7630, // overlayfs
	0x61756673, // aufs
	0xf15f,     // eCryptfs
	0x9fa0,     // proc
	0x62656572, // sysfs
}

// kindOf returns the kind of the file system on which a folder is; 0 if unknown.
func kindOf(dir string) uint32 {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return 0
	}
	return uint32(st.Type)
}

// remoteFolder reports whether other machines may change files in a folder.
func remoteFolder(dir string) bool { return slices.Contains(remotes, kindOf(dir)) }

// identity returns numbers that tell a file from its replacement under the same name, and the time
// of its last change of any kind.
func identity(info fs.FileInfo) (inode uint64, ctime time.Time) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, time.Time{}
	}
	return st.Ino, time.Unix(int64(st.Ctim.Sec), int64(st.Ctim.Nsec))
}
