package live

import (
	"context"
	"slices"
	"sync"

	"github.com/slidexec/slidexec/slides"
)

// outbox holds the events that one receiver has not taken yet: no more than one Loaded, one Broken
// and one Ran for each key. The owner puts them in; a goroutine of the outbox delivers them.
type outbox struct {
	ctx  context.Context // the receiver's
	to   chan slides.Event
	more chan struct{} // has an element if something was put in since the last look

	mu    sync.Mutex
	load  *slides.Loaded
	bad   *slides.Broken
	order []slides.Key // keys of wait, by the time of their first event
	wait  map[slides.Key]*slides.Ran
	lost  map[slides.Key]bool // their results are gone, while the receiver may have an older deck
}

func newOutbox(ctx context.Context) *outbox {
	return &outbox{
		ctx: ctx, to: make(chan slides.Event), more: make(chan struct{}, 1),
		wait: map[slides.Key]*slides.Ran{}, lost: map[slides.Key]bool{},
	}
}

// deliver sends the events until the receiver or the talk ends.
func (o *outbox) deliver(talk context.Context) {
	defer close(o.to)
	for {
		var to chan<- slides.Event
		next, took := o.next()
		if next != nil {
			to = o.to
		}
		select {
		case to <- next:
			took()
		case <-o.more:
		case <-o.ctx.Done():
			return
		case <-talk.Done():
			return
		}
	}
}

// left reports whether the receiver has gone.
func (o *outbox) left() bool { return o.ctx.Err() != nil }

// next returns the event to send, nil if there is none, and a function to call after that: a newer
// event may have replaced it meanwhile.
func (o *outbox) next() (e slides.Event, took func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.load != nil:
		load := o.load
		return *load, o.locked(func() {
			if o.load == load {
				o.load = nil
				clear(o.lost)
			}
		})
	case o.bad != nil:
		bad := o.bad
		return *bad, o.locked(func() {
			if o.bad == bad {
				o.bad = nil
			}
		})
	case len(o.order) > 0:
		k := o.order[0]
		ran := o.wait[k]
		return *ran, o.locked(func() {
			if o.wait[k] == ran {
				delete(o.wait, k)
				if o.order[0] == k {
					o.order = o.order[1:]
				} else if i := slices.Index(o.order, k); i >= 0 { // another deck came in between
					o.order = slices.Delete(o.order, i, i+1)
				}
			}
		})
	}
	return nil, nil
}

func (o *outbox) locked(f func()) func() {
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		f()
	}
}

// put changes the content of the outbox.
func (o *outbox) put(change func()) {
	o.locked(change)()
	select {
	case o.more <- struct{}{}:
	default:
	}
}

// loaded puts in a deck. results are the talk's results.
func (o *outbox) loaded(l slides.Loaded, results slides.Results) {
	o.put(func() {
		o.load, o.bad = &l, nil
		o.order = slices.DeleteFunc(o.order, func(k slides.Key) bool {
			_, ok := results[k]
			if !ok {
				delete(o.wait, k)
			}
			return !ok
		})
		if len(o.lost) == 0 {
			return
		}
		for _, s := range l.Deck.Executable() { // the program came back before the receiver knew that it was gone
			if _, ok := results[s.Key]; !ok && o.lost[s.Key] {
				o.add(slides.Ran{Key: s.Key})
			}
		}
	})
}

func (o *outbox) broken(b slides.Broken) { o.put(func() { o.bad = &b }) }

func (o *outbox) ran(r slides.Ran) { o.put(func() { o.add(r) }) }

func (o *outbox) add(r slides.Ran) {
	if o.wait[r.Key] == nil {
		o.order = append(o.order, r.Key)
	}
	o.wait[r.Key] = &r
}

func (o *outbox) forgot(k slides.Key) { o.put(func() { o.lost[k] = true }) }
