package run

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// childrenOf lists the processes below one.
func childrenOf(t *testing.T, pid int) []int {
	t.Helper()
	var out []int
	for todo := []int{pid}; len(todo) > 0; {
		tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", todo[0]))
		for _, task := range tasks {
			text, readErr := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", todo[0], task.Name()))
			if readErr != nil {
				continue // it has ended
			}
			for field := range strings.FieldsSeq(string(text)) {
				n, err := strconv.Atoi(field)
				if err != nil {
					t.Fatal(err)
				}
				todo, out = append(todo, n), append(out, n)
			}
		}
		if err != nil && len(out) == 0 {
			t.Fatal(err)
		}
		todo = todo[1:]
	}
	return out
}

// watchProcesses returns a function that waits until all of them have ended.
func watchProcesses(t *testing.T, pids []int) func() {
	t.Helper()
	var fds []int
	for _, pid := range pids {
		if fd, err := unix.PidfdOpen(pid, 0); err == nil { // else it has ended
			fds = append(fds, fd)
		}
	}
	return func() {
		for _, fd := range fds {
			const patience = 20_000 // milliseconds
			n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, patience)
			if err != nil || n == 0 {
				t.Errorf("a process lives on: %v", err)
			}
			_ = unix.Close(fd)
		}
	}
}
