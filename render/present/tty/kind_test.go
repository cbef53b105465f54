package tty

import "testing"

// TestWrap: tmux takes off what was put on, and ends only at the end.
func TestWrap(t *testing.T) {
	for sequence, want := range map[string]string{
		"\x1b_Ga=d\x1b\\":         "\x1bPtmux;\x1b\x1b_Ga=d\x1b\x1b\\\x1b\\",
		"\x1b]1337;File=x:AA==\a": "\x1bPtmux;\x1b\x1b]1337;File=x:AA==\a\x1b\\",
		"x":                       "\x1bPtmux;x\x1b\\",
	} {
		if got := Wrap(sequence); got != want {
			t.Errorf("%q becomes %q, want %q", sequence, got, want)
		}
	}
}
