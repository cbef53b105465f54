package slides

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// Fault is a mistake in slidexec itself that a panic brought to light. Nothing that a deck says may
// end a talk, so whoever reads a deck, runs a program or draws a slide contains the panic, keeps
// what was there before, and goes on with the rest.
type Fault struct {
	Doing string // "reading talk.md"
	Panic any    // what panic was called with
	Stack []byte
}

// Error names what could not be done. It keeps what panicked to itself: that says nothing to an
// author. Trace has it.
func (f *Fault) Error() string { return "slidexec has a bug: it broke down while " + f.Doing }

// FaultHint is what an author can do about a fault.
const FaultHint = "please report this bug together with the deck; SLIDEXEC_TRACE=1 makes slidexec print where it broke down"

// Trace is for developers who mend the fault.
func (f *Fault) Trace() string { return fmt.Sprintf("%v\n%s", f.Panic, f.Stack) }

// Contain turns a panic into a *Fault in err. It is to be deferred, and contains panics of the
// goroutine that defers it.
func Contain(doing string, err *error) {
	v := recover()
	if v == nil {
		return
	}
	if f, ok := v.(*Fault); ok { // of another goroutine, passed on
		*err = f
		return
	}
	*err = &Fault{Doing: doing, Panic: v, Stack: debug.Stack()}
}

// AsFault returns the fault that err wraps, or nil.
func AsFault(err error) *Fault {
	f, _ := errors.AsType[*Fault](err)
	return f
}
