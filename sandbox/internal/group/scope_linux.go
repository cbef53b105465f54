package group

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// In version 2 a group can be made where controllers are handed down, and they can be handed down
// only where there are no processes (cgroups(7)). An ordinary user has such a place if the system
// delegated one. Systemd does so for each service that asks. The user's own systemd makes a scope
// for any process of the user that asks, and moves the process there. Both change this process's
// group, so they happen only if there is no other way, and a process that is a service stays one.

// own is the group that this process makes for itself below the one delegated to it.
const own = "slidexec-own"

// handDown makes room for groups below this process's group, if that is delegated: the process
// moves one level down and hands on the controllers.
func handDown(h hierarchies) error { return handDownIn(h.v2, "memory", "pids") }

func handDownIn(dir string, controllers ...string) error {
	text, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return err
	}
	have := strings.Fields(string(text))
	for _, name := range controllers {
		if !slices.Contains(have, name) {
			return fmt.Errorf("%s does not have %s", dir, name)
		}
	}
	control := filepath.Join(dir, "cgroup.subtree_control")
	if err := errors.Join(unix.Access(dir, unix.W_OK), unix.Access(control, unix.W_OK)); err != nil {
		return err
	}
	leaf := filepath.Join(dir, own)
	if err := os.Mkdir(leaf, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if err := os.WriteFile(filepath.Join(leaf, "cgroup.procs"), []byte("0"), 0o644); err != nil {
		return errors.Join(err, os.Remove(leaf))
	}
	if err := os.WriteFile(control, []byte("+"+strings.Join(controllers, " +")), 0o644); err != nil {
		// Other processes are in it. Then everything stays as it was.
		return errors.Join(err, os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte("0"), 0o644), os.Remove(leaf))
	}
	return nil
}

// scopeOnce asks for a scope once: the move affects the whole process, and a second request would
// be refused like the first.
var scopeOnce = sync.OnceValue(func() error {
	h, err := ownHierarchies()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), scopePatience)
	defer cancel()
	if err := enterScope(ctx, h.v2); err != nil {
		return err
	}
	if h, err = ownHierarchies(); err != nil {
		return err
	}
	return handDown(h)
})

// scopePatience is how long the first program may wait for systemd's answer.
const scopePatience = 2 * time.Second

func scope(hierarchies) error { return scopeOnce() }

// enterScope has the user's systemd move this process from the group at dir into a scope of its
// own, and waits until the process is there.
func enterScope(ctx context.Context, dir string) error {
	if !strings.HasSuffix(dir, ".scope") {
		return fmt.Errorf("%s is no scope: whoever started this process would lose sight of it", dir)
	}
	if !hasUserBus() {
		return errors.New("there is no bus of the user's")
	}
	pid := strconv.Itoa(os.Getpid())
	cmd := exec.CommandContext(ctx, "busctl", "--user", "--quiet", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
		"org.freedesktop.systemd1.Manager", "StartTransientUnit", "ssa(sv)a(sa(sv))", "slidexec-"+pid+".scope", "fail",
		"3", "PIDs", "au", "1", pid, "Delegate", "b", "true", "CollectMode", "s", "inactive-or-failed", "0")
	cmd.WaitDelay = 100 * time.Millisecond
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ask systemd for a scope: %w: %s", err, strings.TrimSpace(string(out)))
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		h, err := ownHierarchies()
		if err != nil || h.v2 != dir {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the scope: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// hasUserBus looks for the bus where busctl does.
func hasUserBus() bool {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	_, err := os.Stat(filepath.Join(dir, "bus"))
	return dir != "" && err == nil
}
