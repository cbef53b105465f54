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

// The first signal ends a command in an orderly way: programs are stopped, what was written stays
// whole. Where that hangs, such as on a reader of our output that does not read, it is ended without
// order after a while, and by a second signal at once, which is not caught. Its programs end with
// it in each case, because their sandboxes hold on to a pipe of ours.

// orderly is how long an end may take.
const orderly = 5 * time.Second

// interrupted is why a command ended that a signal ended.
type interrupted struct{ signal syscall.Signal }

func (i interrupted) Error() string {
	if word, ok := map[syscall.Signal]string{
		syscall.SIGINT: "interrupted", syscall.SIGTERM: "terminated", syscall.SIGHUP: "hung up",
	}[i.signal]; ok {
		return word
	}
	return i.signal.String()
}

// status is the exit status, as a shell has it for what a signal ended.
func (i interrupted) status() int { return 128 + int(i.signal) }

// untilSignal returns a context that the first signal ends. Signals that slidexec was started to
// ignore, as by nohup, stay ignored.
func untilSignal(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	wanted := slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
	if len(wanted) == 0 { // Notify would take none for all
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
