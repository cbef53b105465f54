package slides

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// Fault is a mistake in slidexec itself, found by a panic. No text of a deck may end a talk. So the
// code that reads a deck, runs a program or draws a slide contains the panic, keeps the earlier
// state, and goes on with the rest.
type Fault struct {
	Doing string // "reading talk.md"
	Panic any    // the argument of panic
	Stack []byte
}

// Error names the activity that failed. It omits the panic's value, which says nothing to an
// author. Trace has it.
func (f *Fault) Error() string { return "slidexec has a bug: it broke down while " + f.Doing }

// FaultHint tells an author how to respond to a fault.
const FaultHint = "please report this bug together with the deck; SLIDEXEC_TRACE=1 makes slidexec print where it broke down"

// Trace returns the panic and its stack, for the developers who fix the fault.
func (f *Fault) Trace() string { return fmt.Sprintf("%v\n%s", f.Panic, f.Stack) }

// Contain turns a panic into a *Fault in err. Defer it; it contains panics of the goroutine that
// defers it.
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
