package sandbox

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// atLeastLinux compares the kernel's version. It is asked only where trying would harm: a setting
// that older kernels have for the whole machine.
func atLeastLinux(major, minor int) bool {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return false
	}
	var a, b int
	if n, _ := fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &a, &b); n != 2 {
		return false
	}
	return a > major || a == major && b >= minor
}
