package sandbox

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What dominates a start to the end of /bin/true, from stage timers, perf and strace -c on a
// virtual machine with two cores where a plain os/exec takes 0.9 ms, and what was done about it:
//
//   - 0.7 ms are the program itself: exec, dynamic linker, page faults, exit. All variants pay it.
//   - cold, 4.7 ms: the start of a Go runtime (1.5 ms; 3 ms in a binary with cgo, whose dynamic
//     linker asks the processor for its name, which a virtual machine has to trap), fork from a
//     large process, a network namespace (0.4 ms), two more forks, and the end of init, which takes
//     mounts and namespaces with it (0.4 ms). So the stage runs before all other packages, shares
//     its memory with init and the program, and mounts are some 0.3 ms of it all.
//   - warm, 1.1 ms: of all this only a write, a read, chdir and exec are left, and the wake-ups of
//     init and of the caller when the program is over. Init kills and buries what was left before
//     it says so, and its own end is not waited for. Before the program itself waited, forking init
//     and the program and mounting /proc made it 2.2 ms.
//   - throughput: a Go process for each sandbox was half of the processor time. The pool's keeper
//     forks instead; what is left is the kernel's: namespaces and their end, forks, the program.

// bwrapArgs gives bubblewrap the same namespaces and mounts as ours, as far as it has them.
func bwrapArgs(program ...string) []string {
	args := []string{"--unshare-all", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--die-with-parent",
		"--new-session", "--clearenv", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"}
	for _, m := range System() {
		switch m.Kind {
		case Symlink:
			args = append(args, "--symlink", m.Src, m.Dst)
		case ReadOnly:
			args = append(args, "--ro-bind-try", m.Src, m.Dst)
		}
	}
	return append(append(args, "--remount-ro", "/"), program...)
}

// A variant is one way to run a program that does nothing.
type variant struct {
	name string
	run  func() error
}

// variants are: alone, in this sandbox, in one of a pool's, and in bubblewrap's, if it is there.
func variants(b *testing.B, pool *Pool, policy *Policy) []variant {
	b.Helper()
	sandboxed := func(p *Pool) error {
		r, err := (&Cmd{Path: "/bin/true", Policy: policy, Pool: p}).Run(b.Context())
		if err == nil && r.Status != OK {
			err = fmt.Errorf("%s: %s", r.Status, r.Reason)
		}
		return err
	}
	list := []variant{
		{"plain", func() error { return exec.Command("/bin/true").Run() }},
		{"sandbox", func() error { return sandboxed(nil) }},
		{"warm", func() error { return sandboxed(pool) }},
	}
	if _, err := exec.LookPath("bwrap"); err != nil {
		b.Logf("without bubblewrap: %v", err)
		return list
	}
	// Its init loses its parent; it is not for us to bury, see TestMain, and heaps of dead processes
	// would slow down all others.
	adopt := func(on uintptr) {
		if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, on, 0, 0, 0); err != nil {
			b.Fatal(err)
		}
	}
	adopt(0)
	b.Cleanup(func() { adopt(1) })
	return append(list, variant{"bwrap", func() error { return exec.Command("bwrap", bwrapArgs("/bin/true")...).Run() }})
}

// BenchmarkStart measures a program that does nothing from start to end. The variants take turns,
// so that a change of the machine's mood meets all. What the pool does before it is asked is not
// measured.
func BenchmarkStart(b *testing.B) {
	needSandbox(b)
	policy, pool := &Policy{Mounts: System()}, NewPool(1)
	defer pool.Close()
	list := variants(b, pool, policy)
	times := make([][]time.Duration, len(list))
	for b.Loop() {
		for i, v := range list {
			if v.name == "warm" {
				fill(pool, *policy)
			}
			start := time.Now()
			if err := v.run(); err != nil {
				b.Fatalf("%s: %v", v.name, err)
			}
			times[i] = append(times[i], time.Since(start))
			if v.name == "warm" {
				settle(pool)
			}
		}
	}
	median, p99 := make([]float64, len(list)), make([]float64, len(list))
	for i, v := range list {
		median[i], p99[i] = quantile(times[i], 50), quantile(times[i], 99)
		b.ReportMetric(median[i], v.name+"-ms")
		b.ReportMetric(p99[i], v.name+"-p99-ms")
	}
	b.ReportMetric(median[1]/median[0], "×plain")
	b.ReportMetric(median[2]/median[0], "warm×plain")
	if len(list) > 3 {
		b.ReportMetric(median[1]/median[3], "×bwrap")
		b.ReportMetric(median[2]/median[3], "warm×bwrap")
		b.ReportMetric(p99[1]/p99[3], "p99×bwrap")
	}
	b.ReportMetric(0, "ns/op")
}

// quantile sorts times and returns one of them in milliseconds.
func quantile(times []time.Duration, percent int) float64 {
	slices.Sort(times)
	return float64(times[(len(times)-1)*percent/100].Microseconds()) / 1000
}

// BenchmarkThroughput measures how many programs a second are run, several at a time, with all that
// a pool does for them. The variants take turns in rounds.
func BenchmarkThroughput(b *testing.B) {
	needSandbox(b)
	const round = 40
	for _, workers := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(workers), func(b *testing.B) {
			policy, pool := &Policy{Mounts: System()}, NewPool(workers)
			defer pool.Close()
			list := variants(b, pool, policy)
			took := make([]time.Duration, len(list))
			n := 0
			for b.Loop() {
				n += round
				for i, v := range list {
					pool.Warm(*policy) // a sandbox or two in advance do not count for much
					settle(pool)
					took[i] += parallel(b, workers, round, v.run)
				}
			}
			rate := func(i int) float64 { return float64(n) / took[i].Seconds() }
			for i, v := range list {
				b.ReportMetric(rate(i), v.name+"/s")
			}
			if len(list) > 3 {
				b.ReportMetric(rate(1)/rate(3), "×bwrap")
				b.ReportMetric(rate(2)/rate(3), "warm×bwrap")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func parallel(b *testing.B, workers, n int, run func() error) time.Duration {
	var wg sync.WaitGroup
	todo := make(chan struct{}, n)
	for range n {
		todo <- struct{}{}
	}
	close(todo)
	start := time.Now()
	for range workers {
		wg.Go(func() {
			for range todo {
				if err := run(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

// BenchmarkKill1000 measures from the moment a sandbox with 1,000 processes is stopped until all
// are reaped.
func BenchmarkKill1000(b *testing.B) {
	needSandbox(b)
	policy := &Policy{Mounts: System(), Limits: Limits{Processes: 1100, Wall: time.Minute, CPU: time.Minute, Memory: -1}}
	var times []time.Duration
	for b.Loop() {
		ctx, stop := context.WithCancel(b.Context())
		var stopped time.Time
		up := writerFunc(func([]byte) {
			stopped = time.Now()
			stop()
		})
		const script = "i=0; while [ $i -lt 1000 ]; do sleep 60 & i=$((i+1)); done; echo up; wait"
		r, err := (&Cmd{Path: "sh", Args: []string{"sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin"}, Policy: policy, Stdout: up}).Run(ctx)
		if err != nil || r.Status != Canceled {
			b.Fatalf("%s %s: %v", r.Status, r.Reason, err)
		}
		times = append(times, time.Since(stopped))
	}
	b.ReportMetric(quantile(times, 50), "kill-ms")
	b.ReportMetric(quantile(times, 100), "kill-max-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTimeoutOvershoot measures how much longer than its time limit a program that computes
// and forks takes, seen by who runs it.
func BenchmarkTimeoutOvershoot(b *testing.B) {
	needSandbox(b)
	const wall = 200 * time.Millisecond
	policy, pool := &Policy{Mounts: System(), Limits: Limits{Wall: wall}}, NewPool(1)
	defer pool.Close()
	var times []time.Duration
	for b.Loop() {
		fill(pool, *policy)
		start := time.Now()
		script := "trap '' TERM; for i in 1 2 3 4; do while :; do :; done & done; wait"
		r, err := (&Cmd{Path: "sh", Args: []string{"sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin"}, Policy: policy, Pool: pool}).Run(b.Context())
		if err != nil || r.Status != TimedOut {
			b.Fatalf("%s %s: %v", r.Status, r.Reason, err)
		}
		times = append(times, time.Since(start)-wall)
	}
	b.ReportMetric(quantile(times, 50), "overshoot-ms")
	b.ReportMetric(quantile(times, 100), "overshoot-max-ms")
	b.ReportMetric(0, "ns/op")
}

// streams are the ways to connect a program.
var streams = []struct {
	name string
	set  func(*Cmd)
}{
	{"pipes", func(*Cmd) {}},
	{"lines", func(c *Cmd) { c.LineByLine = [2]int{80, 24} }},
	{"terminal", func(c *Cmd) { c.Terminal = &Terminal{} }},
}

// BenchmarkStreams measures what terminals cost a program that does nothing, and the speed at which
// output passes, in turns. Pools have one sandbox of each kind.
func BenchmarkStreams(b *testing.B) {
	needSandbox(b)
	const size = 16 << 20
	policy, pool := &Policy{Mounts: System(), Limits: Limits{Output: -1}}, NewPool(1)
	defer pool.Close()
	var cold, warm, flood [3][]time.Duration
	run := func(i int, warm bool, argv ...string) time.Duration {
		c := &Cmd{Path: argv[0], Args: argv, Policy: policy, Stdout: writerFunc(func([]byte) {})}
		streams[i].set(c)
		if warm {
			c.Pool = pool
			pool.WarmFor(c)
			settle(pool)
		}
		start := time.Now()
		r, err := c.Run(b.Context())
		took := time.Since(start)
		if err != nil || r.Status != OK {
			b.Fatalf("%s: %s %s, %v", streams[i].name, r.Status, r.Reason, err)
		}
		if warm {
			settle(pool)
		}
		return took
	}
	for b.Loop() {
		for i := range streams {
			cold[i] = append(cold[i], run(i, false, "/bin/true"))
			warm[i] = append(warm[i], run(i, true, "/bin/true"))
			if 20*len(flood[i]) < len(cold[i]) {
				flood[i] = append(flood[i], run(i, false, "head", "-c", fmt.Sprint(size), "/dev/zero"))
			}
		}
	}
	for i, s := range streams {
		b.ReportMetric(quantile(cold[i], 50), s.name+"-ms")
		b.ReportMetric(quantile(warm[i], 50), s.name+"-warm-ms")
		b.ReportMetric(size/1e3/quantile(flood[i], 50), s.name+"-MB/s")
	}
	b.ReportMetric(0, "ns/op")
}
