package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/group"
)

// A crowd runs programs through one pool, 64 at a time.
type crowd struct {
	pool   *Pool
	policy Policy
	ctx    context.Context
	begun  int
	odd    atomic.Int64 // programs that did not end by themselves, and say so
}

// Many programs go through one pool while its keepers are killed and stopped, and inits and stages
// are killed, at random moments. Each is right or says what happened to it; no more are hurt
// than were killed; none hangs; and descriptors, goroutines, processes and memory are no more at the
// end as after a tenth. SLIDEXEC_PROGRAMS says how many, SLIDEXEC_SEED repeats the choices of another run.
func TestManyPrograms(t *testing.T) {
	needSandbox(t)
	const tenths = 10
	all := numberFrom(t, "SLIDEXEC_PROGRAMS", 200)
	c := &crowd{pool: NewPool(2), policy: Policy{Mounts: append(System(), Mount{Kind: CopyOn, Src: publicDir(t), Dst: "/work"})},
		ctx: context.WithoutCancel(t.Context())}
	before := state(t)
	t.Cleanup(c.pool.Close)
	c.pool.Warm(c.policy)
	v := newVandal(t, c.pool)
	var early footprint
	for tenth := range tenths {
		begin := time.Now()
		stop := v.begin()
		err := c.run(all / tenths)
		stop()
		if err != nil {
			t.Fatal(err)
		}
		now := c.footprint(t)
		t.Logf("%d programs, %.0f a second; hurt %d; %v", c.begun, float64(all/tenths)/time.Since(begin).Seconds(), c.odd.Load(), now)
		switch tenth {
		case 0:
			early = now
		case tenths - 1:
			now.compare(t, early)
		}
	}
	t.Logf("keepers killed %d, stopped %d, others killed %d", v.killed, v.stopped, v.pieces)
	if odd := int(c.odd.Load()); odd > v.pieces {
		t.Errorf("%d programs were hurt, but only %d processes killed", odd, v.pieces)
	}
	c.pool.Close()
	leaves(t, before)
}

func numberFrom(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%s is no number", name, text)
	}
	return n
}

// run runs so many programs and waits for all of them.
func (c *crowd) run(n int) error {
	const at = 64
	var wg sync.WaitGroup
	turns := make(chan int)
	errs := make([]error, at)
	for i := range errs {
		wg.Go(func() {
			for n := range turns {
				errs[i] = errors.Join(errs[i], c.one(n))
			}
		})
	}
	for range n {
		turns <- c.begun
		c.begun++
	}
	close(turns)
	wg.Wait()
	return errors.Join(errs...)
}

// one runs a program that shows its own number. The error is that it did not, and does not say why.
func (c *crowd) one(i int) error {
	var out bytes.Buffer
	own, want := c.policy, fmt.Sprintf("%d\n", i)
	own.Mounts = append(slices.Clone(c.policy.Mounts), Mount{Kind: File, Dst: "/box/main.sh", Data: []byte(want)})
	r, err := (&Cmd{Path: "sh", Args: []string{"sh", "-c", "sleep 60 & echo x >/work/x; exec cat /box/main.sh"},
		Env: []string{"PATH=/usr/bin:/bin"}, Stdout: &out, Policy: &own, Pool: c.pool}).Run(c.ctx)
	_, setup := errors.AsType[*SetupError](err)
	switch {
	case err == nil && r.Status == OK && out.String() == want:
		return nil
	case setup, err == nil && r.Status == Signaled && r.Signal == "SIGKILL" && strings.HasPrefix(want, out.String()):
		c.odd.Add(1)
		return nil
	}
	return fmt.Errorf("program %d: %s %s %s: %q %w", i, r.Status, r.Signal, r.Reason, out.String(), err)
}

// A footprint is what a process has while nothing runs in it.
type footprint struct {
	descriptors, children, mounts, goroutines int
	memory                                    uint64
}

// footprint looks when the pool has all it wants and has buried all it must.
func (c *crowd) footprint(t *testing.T) footprint {
	t.Helper()
	c.pool.work.Wait()
	keeperOf(t, c.pool)
	fill(c.pool, c.policy)
	c.pool.work.Wait()
	s := state(t)
	return footprint{s[0], s[1], s[2], runtime.NumGoroutine(), live()}
}

func (f footprint) compare(t *testing.T, early footprint) {
	t.Helper()
	const room = 4 << 20 // what the runtime keeps for goroutines and threads
	if f.memory > early.memory+room {
		t.Errorf("%d bytes in use, %d after a tenth", f.memory, early.memory)
	}
	// One of an earlier test may have ended meanwhile, and a keeper that was killed last may not have a successor yet.
	if f.descriptors > early.descriptors || f.children > early.children || f.mounts > early.mounts || f.goroutines > early.goroutines {
		t.Errorf("descriptors, children, mounts, goroutines: %v, after a tenth %v", f, early)
	}
}

// A vandal kills and stops processes of a pool.
type vandal struct {
	t                       *testing.T
	pool                    *Pool
	random                  *rand.Rand
	turns                   int
	killed, stopped, pieces int
}

func newVandal(t *testing.T, p *Pool) *vandal {
	seed := uint64(numberFrom(t, "SLIDEXEC_SEED", int(time.Now().UnixNano()%1_000_000)+1))
	t.Logf("SLIDEXEC_SEED=%d", seed)
	return &vandal{t: t, pool: p, random: rand.New(rand.NewPCG(seed, 0))}
}

// begin lets it work until the function is called that it returns.
func (v *vandal) begin() (stop func()) {
	done := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Duration(v.random.Int64N(int64(40 * time.Millisecond)))):
			}
			v.turns++
			switch {
			case v.turns%200 == 5:
				v.keeper(unix.SIGSTOP)
			case v.turns%10 == 1:
				v.keeper(unix.SIGKILL)
			default:
				v.piece()
			}
		}
	})
	return func() {
		close(done)
		work.Wait()
	}
}

// keeper signals the pool's keeper, if that has been of use: it is not the keepers that are no good.
func (v *vandal) keeper(signal unix.Signal) {
	k := v.pool.keep()
	v.pool.mu.Lock()
	v.pool.stillborn = 0
	v.pool.mu.Unlock()
	if k == nil || !k.made.Load() {
		return
	}
	if signal == unix.SIGSTOP {
		k.mu.Lock() // nobody reads it
		k.patience = 3 * piece
		k.mu.Unlock()
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.lost.Load() || !v.signal(k.pid, signal) {
		return
	}
	if signal == unix.SIGSTOP {
		v.stopped++
	} else {
		v.killed++
	}
}

// piece kills an init or a stage.
func (v *vandal) piece() {
	v.pool.mu.Lock()
	keeper := 0
	if v.pool.keeper != nil {
		keeper = v.pool.keeper.pid
	}
	v.pool.mu.Unlock()
	pids := slices.DeleteFunc(children(v.t, os.Getpid()), func(pid int) bool { return pid == keeper })
	if len(pids) > 0 && v.signal(pids[v.random.IntN(len(pids))], unix.SIGKILL) {
		v.pieces++
	}
}

// signal signals a process if it is still one of ours: the number may be another's by now.
func (v *vandal) signal(pid int, signal unix.Signal) bool {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return slices.Contains(group.Descendants(os.Getpid()), pid) && unix.PidfdSendSignal(fd, signal, nil, 0) == nil
}
