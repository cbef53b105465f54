package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// keeperOf returns the pool's keeper, once there is one.
func keeperOf(t testing.TB, p *Pool) *keeper {
	t.Helper()
	k := p.keep()
	if k == nil {
		t.Fatal("there is no keeper")
	}
	return k
}

// A keeper has one thread and four descriptors: no runtime lives in it whose own could be closed,
// and what goes wrong in one is not written into the socket.
func TestKeeperIsBare(t *testing.T) {
	needSandbox(t)
	pool := newTestPool(t, 1)
	k := keeperOf(t, pool)
	for range 3 {
		if r, _ := script(t, "exit 3", func(c *Cmd) { c.Pool = pool }); r.Exit != 3 {
			t.Fatalf("got %s %d", r.Status, r.Exit)
		}
	}
	proc := fmt.Sprintf("/proc/%d/", k.pid)
	tasks, err := os.ReadDir(proc + "task")
	if err != nil || len(tasks) != 1 {
		t.Errorf("threads: %v, %v", tasks, err)
	}
	fds, err := os.ReadDir(proc + "fd")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, fd := range fds {
		to, err := os.Readlink(proc + "fd/" + fd.Name())
		if err != nil {
			t.Fatal(err)
		}
		to, _, _ = strings.Cut(to, ":")
		got = append(got, fd.Name()+" "+to)
	}
	if want := []string{"0 /dev/null", "1 /dev/null", "2 /dev/null", "3 socket"}; !slices.Equal(got, want) {
		t.Errorf("descriptors %q, want %q", got, want)
	}
}

// A keeper that somebody stopped holds nobody up for good: it is killed, buried and replaced.
func TestKeeperStopped(t *testing.T) {
	needSandbox(t)
	before := state(t)
	pool := NewPool(1)
	k := keeperOf(t, pool)
	k.patience = 2 * piece
	if err := unix.Kill(k.pid, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if r, out := script(t, "echo there", func(c *Cmd) { c.Pool = pool }); r.Status != OK || out != "there\n" {
		t.Errorf("got %s %q", r.Status, out)
	}
	if err := unix.Kill(k.pid, 0); !errors.Is(err, unix.ESRCH) {
		t.Errorf("the stopped keeper is there: %v", err)
	}
	if other := keeperOf(t, pool); other.pid == k.pid || other.lost.Load() {
		t.Error("it was not replaced")
	}
	pool.Close()
	leaves(t, before)
}

// A keeper that dies of a request costs that program no more than another start: it runs once, whether
// its sandbox was there already or not.
func TestKeeperDies(t *testing.T) {
	needSandbox(t)
	dir := publicDir(t)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	policy := &Policy{Mounts: append(System(), Mount{Kind: Out, Src: dir, Dst: "/out"})}
	for name, when := range map[string]uint32{"before the fork": stage.BeforeFork, "after the fork": stage.AfterFork} {
		t.Run(name, func(t *testing.T) {
			before := state(t)
			pool := NewPool(1)
			k := keeperOf(t, pool)
			k.die = when
			if err := once(t, pool, policy, dir, strings.ReplaceAll(name, " ", "-")); err != nil {
				t.Error(err)
			}
			if !k.lost.Load() {
				t.Error("the keeper is not lost")
			}
			if other := keeperOf(t, pool); other == k {
				t.Error("it was not replaced")
			}
			pool.Close()
			leaves(t, before)
		})
	}
}

// Keepers die at random moments while many programs are started by them. Every program runs once,
// and nothing is left.
func TestKeeperKilled(t *testing.T) {
	needSandbox(t)
	dir := publicDir(t)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	before := state(t)
	pool := NewPool(1)
	pool.Prepare()
	policy := &Policy{Mounts: append(System(), Mount{Kind: Out, Src: dir, Dst: "/out"})}
	done := make(chan struct{})
	killed := make(map[int]bool)
	var killer sync.WaitGroup
	killer.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			k := pool.keep()
			pool.mu.Lock()
			pool.stillborn = 0 // it is not the keepers that are no good
			pool.mu.Unlock()
			if k == nil {
				continue
			}
			for range rand.N(40) {
				_ = unix.Kill(k.pid, 0) // some moments
			}
			k.mu.RLock() // its number is its own as long as it is not buried
			if !k.lost.Load() && k.made.Load() {
				_ = unix.Kill(k.pid, unix.SIGKILL)
				killed[k.pid] = true
			}
			k.mu.RUnlock()
		}
	})
	const workers, each = 16, 12
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			for n := range each {
				errs[i] = errors.Join(errs[i], once(t, pool, policy, dir, fmt.Sprint(i, "-", n)))
			}
		})
	}
	wg.Wait()
	close(done)
	killer.Wait()
	t.Logf("%d keepers killed", len(killed))
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	pool.Close()
	leaves(t, before)
}

// once runs a program that leaves a line in a file of its own, and says whether there is one.
func once(t *testing.T, pool *Pool, policy *Policy, dir, name string) error {
	var out bytes.Buffer
	r, err := (&Cmd{Path: "sh", Args: []string{"sh", "-c", `echo ran >>"/out/$0"; echo "$0"`, name}, Env: []string{"PATH=/usr/bin:/bin"},
		Stdout: &out, Policy: policy, Pool: pool}).Run(t.Context())
	if err != nil || r.Status != OK || out.String() != name+"\n" {
		return fmt.Errorf("%s: %s %s %q %w", name, r.Status, r.Reason, out.String(), err)
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err == nil && string(text) != "ran\n" {
		err = fmt.Errorf("%s: it left %q, want one line", name, text)
	}
	return err
}
