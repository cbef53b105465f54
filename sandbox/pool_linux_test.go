package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// settle waits until nothing is being built.
func settle(p *Pool) {
	for {
		p.mu.Lock()
		busy := p.making > 0
		p.mu.Unlock()
		if !busy {
			return
		}
		runtime.Gosched()
	}
}

// fill lets the pool build what it has room for, and waits.
func fill(p *Pool, policy Policy) {
	p.Warm(policy)
	settle(p)
}

// waits lists the sandboxes that wait.
func waits(p *Pool) []*parked {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*parked
	for _, w := range p.ready {
		list = append(list, w.parked)
	}
	return list
}

// used returns a check that one of the pool's sandboxes was taken meanwhile.
func used(t testing.TB, p *Pool) func() {
	t.Helper()
	before := waits(p)
	return func() {
		t.Helper()
		now := waits(p)
		if !slices.ContainsFunc(before, func(w *parked) bool { return !slices.Contains(now, w) }) {
			t.Errorf("no sandbox was taken: %d before, %d now", len(before), len(now))
		}
	}
}

func newTestPool(t testing.TB, n int) *Pool {
	p := NewPool(n)
	t.Cleanup(p.Close)
	return p
}

// Hostile programs meet the same end in a sandbox that was waiting for them.
func TestPoolHostile(t *testing.T) {
	needSandbox(t)
	m := newNeighbours(t)
	for i, file := range hostileFiles(t) {
		const part = 3 // one in so many
		h := readHostile(t, file)
		if i%part != 0 || h.arch != "" && h.arch != runtime.GOARCH || h.out+h.view+h.see != "" || len(h.without) > 0 {
			continue // for every run another directory, or not for this machine
		}
		t.Run(h.name, func(t *testing.T) {
			addKey(t)
			h.pool = newTestPool(t, 1)
			want := outcome{status: h.want, stdout: h.stdout}
			if got := h.run(t, m, programs.program(t, h), h.policy, nil); got != want {
				t.Errorf("got %s\n%swant %s\n%s%s", got.status, got.stdout, want.status, want.stdout, got.left)
			}
		})
	}
}

// What is different from run to run is not missed by a sandbox that was built before.
func TestPoolLate(t *testing.T) {
	needSandbox(t)
	dir := publicDir(t)
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "live"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	policy := func(text string) *Policy {
		return &Policy{Mounts: append(System(), Mount{Kind: CopyOn, Src: dir, Dst: "/work"},
			Mount{Kind: File, Dst: "/box/main.sh", Data: []byte(text)}, Mount{Kind: File, Dst: "/tmp/d/e", Data: []byte(text), Mode: 0o600})}
	}
	pool := newTestPool(t, 1)
	write("old\n")
	fill(pool, *policy("none"))
	write("new\n")
	for _, tt := range []struct {
		text      string
		unordered bool
	}{{"echo one", false}, {"echo two", true}, {"echo three; ls -la /box /tmp/d; df | sed 's/ .*//'; mount | sort; id; ls /.old; wc -c </proc/1/environ", false}} {
		script := func(c *Cmd) {
			c.Args, c.Policy, c.Unordered = []string{"sh", "-c", "cat /work/live /box/main.sh /tmp/d/e; . /box/main.sh"}, policy(tt.text), tt.unordered
		}
		_, want := scriptOf(t, script)
		fill(pool, *policy("other"))
		if tt.unordered { // which the pool learns about from a program that is
			scriptOf(t, func(c *Cmd) { script(c); c.Pool = pool })
			settle(pool)
		}
		check := used(t, pool)
		_, got := scriptOf(t, func(c *Cmd) { script(c); c.Pool = pool })
		check()
		mask := func(s string) string { // sizes of the times and blocks differ from run to run
			var b strings.Builder
			for line := range strings.Lines(s) {
				if f := strings.Fields(line); len(f) > 7 && strings.Contains(f[7], ":") {
					f[5], f[6], f[7] = "", "", ""
					line = strings.Join(f, " ") + "\n"
				}
				if strings.Contains(line, "uid=") && strings.Contains(line, "tmpfs") {
					line, _, _ = strings.Cut(line, "uid=")
				}
				b.WriteString(line)
			}
			return b.String()
		}
		if mask(got) != mask(want) || !strings.HasPrefix(got, "new\n") {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}

func scriptOf(t testing.TB, change func(*Cmd)) (Result, string) {
	t.Helper()
	return script(t, "", change)
}

// A source that was replaced is another one, so its sandbox is not taken.
func TestPoolReplacedSource(t *testing.T) {
	needSandbox(t)
	parent := publicDir(t)
	dir := filepath.Join(parent, "dir")
	policy := &Policy{Mounts: append(System(), Mount{Kind: ReadOnly, Src: dir, Dst: "/work"})}
	pool := newTestPool(t, 1)
	for _, text := range []string{"first", "second"} {
		if err := errors.Join(os.Mkdir(dir, 0o755), os.WriteFile(filepath.Join(dir, "f"), []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
		if _, got := script(t, "cat /work/f", func(c *Cmd) { c.Policy, c.Pool = policy, pool }); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
		fill(pool, *policy)
		if err := os.Rename(dir, dir+text); err != nil {
			t.Fatal(err)
		}
	}
}

// Where a sandbox in the pool is of no use, another one is built.
func TestPoolFallback(t *testing.T) {
	needSandbox(t)
	pool := newTestPool(t, 1)
	policy := &Policy{Mounts: System()}
	fill(pool, *policy)
	for _, w := range waits(pool) {
		if err := unix.Kill(w.pid, unix.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if n, err := unix.Poll([]unix.PollFd{{Fd: int32(w.pidfd), Events: unix.POLLIN}}, 5000); n != 1 || err != nil {
			t.Fatalf("it did not die: %v", err)
		}
	}
	check := used(t, pool)
	if r, _ := script(t, "exit 3", func(c *Cmd) { c.Policy, c.Pool = policy, pool }); r.Exit != 3 {
		t.Errorf("got %s %d", r.Status, r.Exit)
	}
	check()
	fill(pool, *policy)
	_, err := (&Cmd{Path: "nope", Policy: policy, Pool: pool}).Run(t.Context())
	if !errors.Is(err, ErrNotFound) || err.Error() != "nope: program not found in the sandbox" {
		t.Errorf("got %v, want %v", err, ErrNotFound)
	}
	hopeless := &Policy{Mounts: System(), Hostname: strings.Repeat("x", 65)} // the kernel takes 64 bytes
	for range poolTries + 1 {
		fill(pool, *hopeless)
		var setup *SetupError
		if _, err := (&Cmd{Path: "true", Policy: hopeless, Pool: pool}).Run(t.Context()); !errors.As(err, &setup) || setup.Layer != "uts" {
			t.Errorf("got %v, want an error of the layer uts", err)
		}
	}
}

// Where nothing waits, what makes sandboxes makes one at once; where that has died, Run does.
func TestPoolKeeper(t *testing.T) {
	needSandbox(t)
	pool := newTestPool(t, 1)
	fill(pool, Policy{Mounts: System()})
	other := &Policy{Mounts: append(System(), Mount{Kind: File, Dst: "/usr/lib/os-release", Data: []byte("over a file")},
		Mount{Kind: CopyOn, Src: publicDir(t), Dst: "/work"}), Nested: 2, Limits: Limits{Files: 64}}
	const text = "cat /usr/lib/os-release; mount | sed 's/[a-z]*=[^,)]*//g' | sort; id; echo x >/work/x && stat -c '%n %A %U' /* /work/*; umask; ulimit -a; grep -E 'Cap|Groups|NoNew|Seccomp' /proc/self/status; unshare -Ur true && echo nested"
	_, want := script(t, text, func(c *Cmd) { c.Policy = other })
	if _, got := script(t, text, func(c *Cmd) { c.Policy, c.Pool = other, pool }); got != want || !strings.Contains(got, "nested") {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	pool.mu.Lock()
	keeper := pool.keeper
	pool.mu.Unlock()
	if n := keeper.failures.Load(); n != 0 {
		t.Errorf("%d failures of what makes sandboxes", n)
	}
	if err := unix.Kill(keeper.pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if r, _ := script(t, "exit 3", func(c *Cmd) { c.Policy, c.Pool = other, pool }); r.Exit != 3 {
		t.Errorf("got %s %d", r.Status, r.Exit)
	}
}

// One that nobody takes goes.
func TestPoolIdle(t *testing.T) {
	needSandbox(t)
	before := state(t)
	synctest.Test(t, func(t *testing.T) {
		pool := NewPool(2)
		pool.Warm(Policy{Mounts: System()})
		synctest.Wait()
		if n := len(waits(pool)); n != 2 {
			t.Errorf("%d sandboxes wait, want 2", n)
		}
		time.Sleep(poolIdle - time.Nanosecond)
		synctest.Wait()
		if n := len(waits(pool)); n != 2 {
			t.Errorf("%d sandboxes wait shortly before their time, want 2", n)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		leaves(t, before)
		pool.Close()
	})
}

// There are never more than the pool may have, and the oldest make room for those of another kind.
func TestPoolBounded(t *testing.T) {
	needSandbox(t)
	before := state(t)
	pool := NewPool(3)
	for i := range 4 {
		fill(pool, Policy{Mounts: System(), Hostname: fmt.Sprint("host", i)})
		if n, want := len(waits(pool)), min(3*(i+1), poolTotal); n != want {
			t.Errorf("%d sandboxes wait, want %d", n, want)
		}
	}
	check := used(t, pool)
	_, out := script(t, "hostname", func(c *Cmd) { c.Policy.Hostname, c.Pool = "host3", pool })
	check()
	if out != "host3\n" {
		t.Errorf("got %q", out)
	}
	pool.Close()
	leaves(t, before)
	if r, _ := script(t, "exit 4", func(c *Cmd) { c.Policy.Hostname, c.Pool = "host3", pool }); r.Exit != 4 {
		t.Errorf("with a closed pool: %s %d", r.Status, r.Exit)
	}
}

// Many runs, one after the other and at once, leave nothing behind.
func TestPoolLeak(t *testing.T) {
	needSandbox(t)
	policy := Policy{Mounts: System()}
	ctx := context.WithoutCancel(t.Context())
	before := state(t)
	pool := NewPool(4)
	pool.Warm(policy)
	run := func(i int) error {
		own, out := policy, new(bytes.Buffer)
		own.Mounts = append(slices.Clone(policy.Mounts), Mount{Kind: File, Dst: "/box/f", Data: fmt.Append(nil, i)})
		r, err := (&Cmd{Path: "cat", Args: []string{"cat", "/box/f"}, Stdout: out, Policy: &own, Pool: pool}).Run(ctx)
		if err == nil && (r.Status != OK || out.String() != fmt.Sprint(i)) {
			err = fmt.Errorf("run %d: %s %s: %s", i, r.Status, r.Reason, out)
		}
		return err
	}
	for i := range 200 {
		if err := run(i); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() {
			for n := range 10 {
				errs[i] = errors.Join(errs[i], run(100*i+n))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	pool.Close()
	leaves(t, before)
}

// When the caller is killed, those that wait go too.
func TestPoolCallerKilled(t *testing.T) {
	needSandbox(t)
	if os.Getenv("SLIDEXEC_TEST_VICTIM") != "" {
		fill(NewPool(3), Policy{Mounts: System()})
		fmt.Println("up")
		select {}
	}
	victim := exec.Command("/proc/self/exe", "-test.run=^TestPoolCallerKilled$")
	victim.Env = append(os.Environ(), "SLIDEXEC_TEST_VICTIM=1")
	stdout, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(stdout, make([]byte, 3)); err != nil {
		t.Fatalf("the pool did not come up: %v", err)
	}
	stages := children(t, victim.Process.Pid)
	if len(stages) != 4 {
		t.Errorf("children of the victim: %v, want three sandboxes and what made them", stages)
	}
	var fds []int
	for _, pid := range stages {
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		fds = append(fds, fd)
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := victim.Wait(); err == nil {
		t.Error("the victim ended well")
	}
	for i, fd := range fds {
		if n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 1000); n != 1 || err != nil {
			t.Errorf("stage %d survived its caller: %v", stages[i], err)
		}
	}
	bury(t, "init")
	bury(t, "exe")
}
