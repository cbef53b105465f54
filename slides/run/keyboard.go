package run

import (
	"context"
	"sync"

	"github.com/slidexec/slidexec/slides"
)

// mostTyped bounds what a keyboard keeps for a program that does not read: the bytes of text that
// was pasted, and a number of keys.
const mostTyped = 1 << 20

// keyWeight is how much a key or an event of the mouse counts among mostTyped.
const keyWeight = 256

// Keyboard passes on what somebody does at the pseudo terminal of one program, for one run of it.
// Its methods may be called at the same time, and do not wait for anything.
type Keyboard struct {
	more    chan struct{} // has an element if inputs are to be passed on
	resized chan struct{} // has one if a display has asked for a size

	mu     sync.Mutex
	over   bool           // the program has ended
	queue  []slides.Input // not passed on yet
	weight int            // of queue
	size   [2]int         // the size that a display last asked for, zero: none did
	told   [2]int         // the size that the program has
	fixed  bool           // whatever displays ask for
	lost   int            // inputs that found the queue full
	used   bool           // something was passed on
}

// NewKeyboard returns the keyboard for a run. size is the terminal's first size, in columns and
// rows, where the fence does not fix it; zero: nobody knows.
func NewKeyboard(size [2]int) *Keyboard {
	k := &Keyboard{more: make(chan struct{}, 1), resized: make(chan struct{}, 1)}
	if size != ([2]int{}) {
		k.size = bounded(size)
	}
	return k
}

// Type takes one input. What comes before the program runs, perhaps while it is compiled, waits for it as
// in any terminal; what comes after its end is dropped. If the program does not read, the keyboard keeps
// up to a megabyte and drops what comes after that; the result says so.
func (k *Keyboard) Type(in slides.Input) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if in.Size != nil {
		k.size = bounded(*in.Size)
		tell(k.resized)
	} else if k.over {
		return
	} else if w := weightOf(in); k.weight+w > mostTyped {
		k.lost++
	} else {
		k.queue = append(k.queue, in)
		k.weight += w
		tell(k.more)
	}
}

// tell puts an element into a channel with room for one, if there is none.
func tell(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func weightOf(in slides.Input) int { return keyWeight + len(in.Key) + len(in.Text) }

// wanted returns the size that a display asked for, zero if none did.
func (k *Keyboard) wanted() [2]int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.size
}

// begin opens the keyboard for a program that starts in a terminal of the given size, which may be
// fixed.
func (k *Keyboard) begin(size [2]int, fixed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.over, k.told, k.fixed = false, size, fixed
}

// end closes the keyboard. It returns how many inputs were lost, and whether the program got any
// or had its terminal resized.
func (k *Keyboard) end() (lost int, used bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.over = true
	return k.lost, k.used
}

// next waits for inputs, and returns all that came, or nil if ctx ended.
func (k *Keyboard) next(ctx context.Context) (in []slides.Input) {
	for {
		k.mu.Lock()
		in, k.queue, k.weight = k.queue, nil, 0
		k.used = k.used || len(in) > 0
		k.mu.Unlock()
		if len(in) > 0 {
			return in
		}
		select {
		case <-k.more:
		case <-ctx.Done():
			return nil
		}
	}
}

// nextSize waits until a display asks for a size that the program does not have, and returns it. If ctx
// ended, ok is false.
func (k *Keyboard) nextSize(ctx context.Context) (size [2]int, ok bool) {
	for {
		k.mu.Lock()
		if size, ok = k.size, !k.fixed && k.size != k.told && k.size != ([2]int{}); ok {
			k.told, k.used = size, true
		}
		k.mu.Unlock()
		if ok {
			return size, true
		}
		select {
		case <-k.resized:
		case <-ctx.Done():
			return size, false
		}
	}
}
