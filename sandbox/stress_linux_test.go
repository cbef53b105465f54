package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// A thousand sandboxes in a row and 64 at once, from a pool, from its keeper and of their own, leave
// behind no descriptor, process, mount or memory, and mix up nothing of each other.
func TestStress(t *testing.T) {
	needSandbox(t)
	row, rounds := 1000, 6
	if testing.Short() {
		row, rounds = 100, 2
	}
	ctx := context.WithoutCancel(t.Context())
	dir := publicDir(t)
	policy := Policy{Mounts: append(System(), Mount{Kind: CopyOn, Src: dir, Dst: "/work"})}
	run := func(i int, pool *Pool) error {
		own, out, want := policy, new(bytes.Buffer), fmt.Sprintf("%d\n", i)
		own.Mounts = append(slices.Clone(policy.Mounts), Mount{Kind: File, Dst: "/box/main.sh", Data: []byte(want)})
		r, err := (&Cmd{Path: "sh", Args: []string{"sh", "-c", "sleep 60 & cat /box/main.sh; echo x >/work/x"},
			Env: []string{"PATH=/usr/bin:/bin"}, Stdout: out, Policy: &own, Pool: pool}).Run(ctx)
		if err == nil && (r.Status != OK || out.String() != want) {
			err = fmt.Errorf("run %d: %s %s: %q", i, r.Status, r.Reason, out)
		}
		return err
	}
	if err := run(0, nil); err != nil { // what the runtime opens once is open now
		t.Fatal(err)
	}
	before, heap := state(t), live()
	pool := NewPool(2)
	pool.Warm(policy)
	for i := range row {
		from := pool
		if i%10 == 0 {
			from = nil
		}
		if err := run(i, from); err != nil {
			t.Fatal(err)
		}
	}
	const at = 64
	var wg sync.WaitGroup
	errs := make([]error, at)
	for i := range errs {
		wg.Go(func() {
			for n := range rounds {
				errs[i] = errors.Join(errs[i], run(at*n+i, pool))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	pool.Close()
	leaves(t, before)
	const room = 4 << 20 // what the runtime keeps for goroutines and threads
	if now := live(); now > heap+room {
		t.Errorf("%d bytes in use before, %d after", heap, now)
	}
}

// live is the memory in use when all that can be is free.
func live() uint64 {
	runtime.GC()
	runtime.GC() // what had finalizers goes the second time
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
