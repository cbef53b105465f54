package pattern

import "testing"

func TestNew(t *testing.T) {
	broken := New(`[`) // says so when it is asked for, not before
	defer func() {
		if recover() == nil {
			t.Error("a pattern that does not compile is one")
		}
	}()
	words := New(`^[a-z]+$`)
	if p := words(); !p.MatchString("abc") || p.MatchString("ABC") || p != words() {
		t.Error("a pattern is not the regular expression that it was made from, compiled once")
	}
	broken()
}
