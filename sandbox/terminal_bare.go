package sandbox

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// ErrNoTerminal is wrapped by the error of Run on systems where it cannot make terminals.
var ErrNoTerminal = errors.New("slidexec can make terminals on Linux and macOS only")

// A bareTerminal is one of them. A Read of ours ends when hangUp is called, or when no process has
// theirs open.
type bareTerminal struct {
	ours, theirs *os.File // theirs is closed once the program has it
	hangUp       func()
}

// bareTerminals are the terminals of a program without a sandbox, on systems where the program is
// an ordinary child.
type bareTerminals struct {
	ends    []bareTerminal
	streams []io.Writer // where output of each goes
	reading sync.WaitGroup
	gone    chan struct{}
}

// bareTerminals gives cmd the terminals that c asks for, instead of its own streams.
func (c *Cmd) bareTerminals(cmd *exec.Cmd) (*bareTerminals, error) {
	b := &bareTerminals{gone: make(chan struct{})}
	switch {
	case c.Terminal != nil:
		if err := b.open(cmd.Stdout, c.Terminal.size(), false); err != nil {
			return nil, &SetupError{Layer: "dev", Op: "open a terminal", Err: err}
		}
		end := b.ends[0].theirs
		cmd.Stdin, cmd.Stdout, cmd.Stderr = end, end, end
		ownSession(cmd)
	case c.LineByLine != [2]int{}:
		size := fit(c.LineByLine)
		if b.open(cmd.Stdout, size, true) != nil || b.open(cmd.Stderr, size, true) != nil {
			b.end()
			return &bareTerminals{gone: make(chan struct{})}, nil // pipes after all
		}
		cmd.Stdout, cmd.Stderr = b.ends[0].theirs, b.ends[1].theirs
	}
	return b, nil
}

func (b *bareTerminals) open(to io.Writer, size [2]int, lines bool) error {
	t, err := openBare(size, lines)
	if err != nil {
		return err
	}
	b.ends, b.streams = append(b.ends, t), append(b.streams, to)
	return nil
}

// follow passes on what the program writes, and types, once the program runs.
func (b *bareTerminals) follow(c *Cmd) {
	for i, end := range b.ends {
		_ = end.theirs.Close()
		b.reading.Go(func() { _, _ = io.Copy(b.streams[i], end.ours) })
	}
	t := c.Terminal
	if t == nil {
		return
	}
	ours := b.ends[0].ours
	if c.Stdin != nil {
		go func() { _, _ = io.Copy(ours, c.Stdin) }()
	}
	if t.Resize != nil {
		go t.follow(b.gone, func(size [2]int) { resize(ours, size) })
	}
}

// end reads what is left and closes all. A process that outlives the program may keep a terminal
// open; we wait for it as long as exec.Cmd does for a pipe.
func (b *bareTerminals) end() {
	close(b.gone)
	for _, end := range b.ends {
		_ = end.theirs.Close() // the program may not have started
		late := time.AfterFunc(time.Second, end.hangUp)
		defer late.Stop()
	}
	b.reading.Wait()
	for _, end := range b.ends {
		_ = end.ours.Close()
	}
}
