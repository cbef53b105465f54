package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/present/cast"
	"github.com/slidexec/slidexec/render/present/tty"
)

// recorded is a terminal whose frames are recorded.
type recorded struct {
	*tty.Terminal
	to *cast.Recorder
}

// startRecording starts the recording that --record-session names. It never replaces a file.
func startRecording(path, deck string, screen *os.File) (*cast.Recorder, error) {
	cols, rows := terminalSize(screen)
	r, err := cast.Create(path, cast.Header{Cols: cols, Rows: rows, Term: os.Getenv("TERM"), Start: time.Now()}, []string{deck}, false)
	if errors.Is(err, cast.ErrExists) {
		err = fmt.Errorf("--record-session: %s exists already; remove it, or give another name", text.Name(path))
	}
	return r, err
}

// Write records a frame, and before it a size that is new.
func (r recorded) Write(p []byte) (int, error) {
	r.to.Resize(r.Terminal.Size())
	_, _ = r.to.Write(p) // it keeps its errors for Close
	return r.Terminal.Write(p)
}

// endRecording ends a recording with the status of the talk.
func endRecording(r *cast.Recorder, err error) error {
	status := 0
	if err != nil {
		status = 1
	}
	return r.Close(status)
}
