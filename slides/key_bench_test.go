package slides

import (
	"strings"
	"testing"
)

// Every executable block of a deck that is parsed for the first time gets a key.
func BenchmarkMakeKey(b *testing.B) {
	s := &Snippet{ID: "a", Lang: "bash", Code: strings.Repeat("echo hello\n", 12), Exec: Exec{Mode: ModeExec}}
	for b.Loop() {
		MakeKey(s, 0)
	}
}
