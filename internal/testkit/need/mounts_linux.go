package need

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Mounts runs the calling test again in a user and a mount namespace of its own, and reports whether
// it is that run. The first run has nothing more to do. It skips the test if this user may not make
// such namespaces here ("mounts").
func Mounts(t *testing.T) bool {
	t.Helper()
	const again = "SLIDEXEC_TEST_MOUNTS"
	if os.Getenv(again) == t.Name() {
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			t.Fatal(err)
		}
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), again+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	var status *exec.ExitError
	switch {
	case errors.As(err, &status):
		t.Errorf("in namespaces of its own: %s", out)
	case err != nil:
		Here(t, "mounts", fmt.Sprintf("this user cannot make mount namespaces: %v", err))
	case !strings.Contains(string(out), "--- PASS: "+t.Name()):
		t.Errorf("in namespaces of its own it did not run: %s", out)
	}
	return false
}
