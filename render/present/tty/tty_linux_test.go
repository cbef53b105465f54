package tty

import (
	"reflect"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/pty"
	"github.com/slidexec/slidexec/render/present/input"
)

// open takes a terminal of its own.
func open(t *testing.T, cols, rows int) (*pty.Terminal, *Terminal) {
	t.Helper()
	t.Setenv("TERM", "xterm-256color")
	for _, name := range []string{"TMUX", "STY"} {
		t.Setenv(name, "")
	}
	outer := pty.New(t, cols, rows)
	term, err := Open(outer.Inner(), outer.Inner())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = term.Close() })
	return outer, term
}

// next returns the next events.
func next(t *testing.T, term *Terminal) []input.Event {
	t.Helper()
	select {
	case events, ok := <-term.Events():
		if !ok {
			t.Fatalf("no more events: %v", term.Err())
		}
		return events
	case <-t.Context().Done():
		return nil
	}
}

// TestOpen: the first frame comes before any question, keys and sizes are told, and in the end
// everything is as it was.
func TestOpen(t *testing.T) {
	outer, term := open(t, 80, 24)
	if cols, rows := term.Size(); cols != 80 || rows != 24 {
		t.Errorf("size %d×%d", cols, rows)
	}
	_, _ = term.Write([]byte("FRAME"))
	shown := outer.Wait(attributes)
	if enter, frame, question := strings.Index(shown, "\x1b[?1049h"), strings.Index(shown, "FRAME"), strings.Index(shown, "\x1b]11;?"); enter < 0 || frame < enter || question < frame {
		t.Errorf("shown: %q", shown)
	}
	outer.Type("j\x1b[A")
	var got []input.Event
	for len(got) < 2 {
		got = append(got, next(t, term)...)
	}
	if want := []input.Event{input.Key("j"), input.Key("<Up>")}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := term.Close(); err != nil {
		t.Error(err)
	}
	outer.Wait("\x1b[?25h\x1b[?1049l")
	if _, ok := <-term.Events(); ok || term.Err() != nil {
		t.Error("events after the end, or ", term.Err())
	}
}
