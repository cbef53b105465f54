package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// The first signal ends a command in an orderly way: slidexec stops programs and leaves no file half
// written. If that hangs, for example because the reader of our output does not read, slidexec exits
// after a while. A second signal is not caught and ends slidexec at once. Programs end with slidexec
// in each case, because their sandboxes watch a pipe of ours.

// orderly is how long an end may take.
const orderly = 5 * time.Second

// interrupted is the error of a command that a signal ended.
type interrupted struct{ signal syscall.Signal }

func (i interrupted) Error() string {
	if word, ok := map[syscall.Signal]string{
		syscall.SIGINT: "interrupted", syscall.SIGTERM: "terminated", syscall.SIGHUP: "hung up",
	}[i.signal]; ok {
		return word
	}
	return i.signal.String()
}

// status returns the exit status that a shell reports for a process ended by the signal.
func (i interrupted) status() int { return 128 + int(i.signal) }

// untilSignal returns a context that the first signal ends. Signals that slidexec was started to
// ignore, as by nohup, stay ignored.
func untilSignal(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	wanted := slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
	if len(wanted) == 0 { // without signals, Notify would catch all
		return ctx, func() { cancel(nil) }
	}
	came := make(chan os.Signal, 1)
	signal.Notify(came, wanted...)
	go func() {
		select {
		case s := <-came:
			signal.Reset(wanted...)
			number, _ := s.(syscall.Signal)
			by := interrupted{number}
			cancel(by)
			time.AfterFunc(orderly, func() { os.Exit(by.status()) })
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(came)
		cancel(nil)
	}
}

// cut returns the signal that ended ctx.
func cut(ctx context.Context) (interrupted, bool) {
	var i interrupted
	ok := errors.As(context.Cause(ctx), &i)
	return i, ok
}
