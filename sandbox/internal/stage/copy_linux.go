package stage

import (
	"syscall"
	"unsafe"
)

// copyTree copies the content of the directory from, which is not part of the sandbox, into the
// directory to. Owners become the program's user. It leaves out files that the program could not
// read, and devices, sockets and pipes.
func copyTree(from, to string) fault {
	dir, f := sys(syscall.SYS_OPENAT, cwd, str(from), syscall.O_DIRECTORY|syscall.O_NOFOLLOW|oCloexec, 0, 0)
	if f.errno == syscall.EACCES {
		return fault{}
	}
	if !f.ok() {
		return f
	}
	defer syscall.Close(int(dir))
	buf := make([]byte, 32<<10)
	for {
		n, f := sys(syscall.SYS_GETDENTS64, dir, uintptr(unsafe.Pointer(&buf[0])), uintptr(len(buf)), 0, 0)
		if !f.ok() || n == 0 {
			return f
		}
		for _, name := range names(buf[:n]) {
			if f := copyEntry(from+"/"+name, to+"/"+name); !f.ok() {
				return f
			}
		}
	}
}

// names reads the names of struct linux_dirent64: inode 8, offset 8, length 2, type 1, name.
func names(b []byte) (list []string) {
	for len(b) > 19 {
		size := int(b[16]) | int(b[17])<<8
		if size <= 19 || size > len(b) {
			return list
		}
		name := b[19:size]
		for i, c := range name {
			if c == 0 {
				name = name[:i]
				break
			}
		}
		if s := string(name); s != "." && s != ".." {
			list = append(list, s)
		}
		b = b[size:]
	}
	return list
}

func copyEntry(from, to string) fault {
	var st syscall.Stat_t
	if err := syscall.Lstat(from, &st); err != nil {
		return fault{} // gone meanwhile
	}
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFDIR:
		if f := mkdirs(to, uint64(st.Mode&0o777|0o700)); !f.ok() {
			return f
		}
		return copyTree(from, to)
	case syscall.S_IFREG:
		return copyFile(from, to, uint64(st.Mode&0o777|0o200))
	case syscall.S_IFLNK:
		target := make([]byte, 4096)
		n, f := sys(syscall.SYS_READLINKAT, cwd, str(from), uintptr(unsafe.Pointer(&target[0])), uintptr(len(target)), 0)
		if f.ok() {
			_, f = sys(syscall.SYS_SYMLINKAT, str(string(target[:n])), cwd, str(to), 0, 0)
		}
		return f
	}
	return fault{}
}

func copyFile(from, to string, mode uint64) fault {
	in, f := sys(syscall.SYS_OPENAT, cwd, str(from), syscall.O_RDONLY|syscall.O_NOFOLLOW|oCloexec, 0, 0)
	if f.errno == syscall.EACCES {
		return fault{}
	}
	if !f.ok() {
		return f
	}
	defer syscall.Close(int(in))
	const flags = syscall.O_CREAT | syscall.O_EXCL | syscall.O_WRONLY | oCloexec
	out, f := sys(syscall.SYS_OPENAT, cwd, str(to), flags, uintptr(mode), 0)
	if !f.ok() {
		return f
	}
	defer syscall.Close(int(out))
	for {
		n, f := sys(syscall.SYS_SENDFILE, out, in, 0, 1<<20, 0)
		if !f.ok() || n == 0 {
			return f
		}
	}
}

// mkdirs makes a directory and those above it. An existing one is left as it is.
func mkdirs(path string, mode uint64) fault {
	_, f := sys(syscall.SYS_MKDIRAT, cwd, str(path), uintptr(mode), 0, 0)
	switch f.errno {
	case syscall.EEXIST:
		return fault{}
	case syscall.ENOENT:
		if up := parent(path); up != path {
			if f := mkdirs(up, 0o755); !f.ok() {
				return f
			}
			_, f = sys(syscall.SYS_MKDIRAT, cwd, str(path), uintptr(mode), 0, 0)
		}
	}
	return f
}

func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return "/"
}

func moveMount(fd uintptr, dst string) fault {
	_, f := sys(sysMoveMount, fd, str(""), cwd, str(dst), moveEmptyPath|moveFollowTo)
	return f
}
