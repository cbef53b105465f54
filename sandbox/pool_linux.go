package sandbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	poolTotal = 8                     // sandboxes in a pool, of all policies
	poolIdle  = 30 * time.Second      // how long one waits
	poolTries = 3                     // after so many failures, a policy's sandboxes are no longer built
	poolDelay = 20 * time.Millisecond // how long a program has the machine alone before its sandbox is replaced
	poolKinds = 64                    // policies remembered
)

type pool struct {
	size      int
	mu        sync.Mutex
	closed    bool
	wanted    map[kind]*stock
	ready     []waiting // oldest first
	making    int
	keeper    *keeper    // makes sandboxes; nil: there is none now
	birth     sync.Mutex // held while a keeper is started
	stillborn int        // keepers in a row that did not start, or were lost before they made anything
	work      sync.WaitGroup
}

// A stock is the pool's sandboxes of one kind.
type stock struct {
	policy   Policy
	manner   manner
	size     [2]int // of the terminals of the latest program
	making   int
	failures int
}

type waiting struct {
	*parked
	kind  kind
	timer *time.Timer
}

func (p *pool) prepare() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.revive()
}

func (p *pool) warm(c *Cmd) {
	early, k, _, ok := c.sort()
	if !ok {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.want(k, stock{policy: early, manner: c.manner(), size: c.size()})
	p.fill(k)
}

// want remembers a kind.
func (p *pool) want(k kind, s stock) {
	if p.wanted[k] != nil {
		return
	}
	if p.wanted == nil || len(p.wanted) >= poolKinds {
		p.wanted = make(map[kind]*stock)
	}
	p.wanted[k] = &s
}

// fill starts to build the missing sandboxes of a kind.
func (p *pool) fill(k kind) {
	s := p.wanted[k]
	if s == nil {
		return
	}
	have := s.making
	for _, w := range p.ready {
		if w.kind == k {
			have++
		}
	}
	for ; have < p.size && !p.closed && s.failures < poolTries && p.room(k); have++ {
		s.making++
		p.making++
		p.work.Go(func() { p.add(k, s) })
	}
}

// room makes room for one more sandbox, at the cost of another kind.
func (p *pool) room(k kind) bool {
	if len(p.ready)+p.making < poolTotal {
		return true
	}
	i := slices.IndexFunc(p.ready, func(w waiting) bool { return w.kind != k })
	if i < 0 {
		return false
	}
	p.drop(i)
	return true
}

// drop discards the waiting sandbox at i, in the background.
func (p *pool) drop(i int) {
	w := p.remove(i)
	p.work.Go(func() { _ = w.discard() }) // nobody is left to receive the error
}

func (p *pool) remove(i int) waiting {
	w := p.ready[i]
	w.timer.Stop()
	p.ready = slices.Delete(p.ready, i, i+1)
	return w
}

func (p *pool) add(k kind, s *stock) {
	keeper := p.keep()
	p.mu.Lock()
	size := s.size
	p.mu.Unlock()
	w, err := park(context.Background(), &s.policy, s.manner, size, keeper)
	if err != nil && keeper != nil {
		w, err = park(context.Background(), &s.policy, s.manner, size, nil)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s.making--
	p.making--
	if err != nil {
		s.failures++
		return
	}
	timer := time.AfterFunc(poolIdle, func() { p.expire(w) })
	p.ready = append(p.ready, waiting{w, k, timer})
	if p.closed {
		p.drop(len(p.ready) - 1)
	}
}

// keep returns the keeper. It starts one for the first sandbox, and again if the keeper was lost.
func (p *pool) keep() *keeper {
	p.birth.Lock() // do not wait with p.mu held
	defer p.birth.Unlock()
	p.mu.Lock()
	k, closed := p.living(), p.closed || p.stillborn >= poolTries
	p.mu.Unlock()
	if k != nil || closed {
		return k
	}
	k, err := newKeeper(context.Background())
	p.mu.Lock()
	defer p.mu.Unlock()
	if k != nil {
		k.aside = p.aside
	}
	p.keeper = k // without a keeper, sandboxes are made as without a pool
	if err != nil {
		p.stillborn++
	}
	if p.closed {
		p.release()
	}
	return p.keeper
}

// living returns the keeper, nil if it was lost. A lost keeper that never made anything counts as a
// failure.
func (p *pool) living() *keeper {
	k := p.keeper
	if k == nil || !k.lost.Load() {
		return k
	}
	if p.stillborn++; k.made.Load() {
		p.stillborn = 0
	}
	p.release()
	return nil
}

// revive starts another keeper, in the background.
func (p *pool) revive() {
	if !p.closed && p.keeper == nil && p.stillborn < poolTries {
		p.work.Go(func() { p.keep() })
	}
}

// release ends the keeper when it has nothing to do. The caller may hold p.mu.
func (p *pool) release() {
	if k := p.keeper; k != nil {
		p.keeper = nil
		p.work.Go(k.close)
	}
}

func (p *pool) expire(w *parked) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.IndexFunc(p.ready, func(o waiting) bool { return o.parked == w }); i >= 0 {
		p.drop(i)
		if len(p.ready)+p.making == 0 {
			p.release()
		}
	}
}

// maker returns a maker that has a sandbox for c: a ready one, or the keeper; nil: there is
// neither. The pool replaces a taken sandbox after some time. When the program is over, the caller
// calls refill, which replaces it at once.
func (p *pool) maker(c *Cmd) (by maker, refill func()) {
	early, k, late, ok := c.sort()
	if ok {
		p.learn(early, k, c)
	}
	w, keeper, known := p.take(k, ok)
	refill = func() {}
	if known {
		fill := sync.OnceFunc(func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.fill(k)
		})
		timer := time.AfterFunc(poolDelay, fill)
		refill = func() {
			timer.Stop()
			fill()
		}
	}
	switch {
	case w != nil:
		return claimed{w, p, k, late}, refill
	case keeper != nil && keeper.failures.Load() < poolTries:
		return keeper, refill
	}
	return nil, refill
}

// claimed is a maker with one sandbox, which has been waiting for its program.
type claimed struct {
	*parked
	pool *pool
	kind kind
	late []Mount
}

func (w claimed) start(_ context.Context, c *Cmd) (*sandboxed, error) {
	s, err := w.parked.start(c, w.late)
	if err == nil {
		s.aside = w.pool.aside
	}
	return s, err
}

func (w claimed) over(executed bool, err error) {
	if failedSetup(executed, err) {
		w.pool.failed(w.kind)
	}
}

// failedSetup reports whether the sandbox kept a program from being executed.
func failedSetup(executed bool, err error) bool {
	_, setup := errors.AsType[*SetupError](err)
	return setup && !executed
}

// learn also builds sandboxes for programs with other streams than Warm was told of, once there is
// such a program.
func (p *pool) learn(policy Policy, k kind, c *Cmd) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.wanted[k]; s != nil {
		s.size = c.size()
	} else if m := c.manner(); m != (manner{}) && p.wanted[policy.kind(manner{})] != nil {
		p.want(k, stock{policy: policy, manner: m, size: c.size()})
	}
}

// aside does work in the background that only Close waits for.
func (p *pool) aside(work func()) {
	p.mu.Lock()
	closed := p.closed
	if !closed {
		p.work.Go(work)
	}
	p.mu.Unlock()
	if closed {
		work()
	}
}

// take takes a sandbox of a kind out of the pool, or else the keeper. It reports whether the pool
// is to have sandboxes of the kind; with can false it is not.
func (p *pool) take(k kind, can bool) (w *parked, keeper *keeper, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.IndexFunc(p.ready, func(o waiting) bool { return o.kind == k }); can && i >= 0 {
		return p.remove(i).parked, nil, p.wanted[k] != nil && !p.closed
	}
	had := p.keeper != nil
	if keeper = p.living(); had && keeper == nil {
		p.revive()
	}
	return nil, keeper, can && p.wanted[k] != nil && !p.closed
}

// failed counts failures before the execution of the program.
func (p *pool) failed(k kind) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.wanted[k]; s != nil {
		s.failures++
	}
}

func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	for len(p.ready) > 0 {
		p.drop(0)
	}
	p.release()
	p.mu.Unlock()
	p.work.Wait()
}
