package run

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

func TestMoved(t *testing.T) {
	at := func(blank int) []slides.Pos {
		f := slides.NewFile("talks/deck.md", "talks/deck.md", []byte(strings.Repeat("\n", blank)+"one\ntwo\nthree\n"))
		return []slides.Pos{f.LineStart(blank + 1), f.LineStart(blank + 2), f.LineStart(blank + 3)}
	}
	tests := []struct{ name, log, want string }{
		{"compiler", "deck.md:11:5: error\n  --> deck.md:13:1", "deck.md:14:5: error\n  --> deck.md:16:1"},
		{"Python", `File "deck.md", line 12, in f`, `File "deck.md", line 15, in f`},
		{"bash", "deck.md: line 11: no such command", "deck.md: line 14: no such command"},
		{"colours", "\x1b[1mdeck.md\x1b[0m:\x1b[33m12\x1b[0m", "\x1b[1mdeck.md\x1b[0m:\x1b[33m15\x1b[0m"},
		{"elsewhere in the deck", "deck.md:3:1 and deck.md:14", "deck.md:3:1 and deck.md:14"},
		{"another file", "lib.rs:12:5", "lib.rs:12:5"},
		{"no place", "deck.md has 12 slides", "deck.md has 12 slides"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log := []slides.Chunk{{Data: []byte("before\n")}, {Stderr: true, Data: []byte(tt.log)}}
			got, changed := Moved(log, at(10), at(13))
			if string(got[1].Data) != tt.want || changed != (tt.log != tt.want) || string(got[0].Data) != "before\n" {
				t.Errorf("got %q, changed %v; want %q", got[1].Data, changed, tt.want)
			}
			if string(log[1].Data) != tt.log {
				t.Errorf("the log that others have became %q", log[1].Data)
			}
			if got, changed := Moved(log, at(10), at(10)); changed || string(got[1].Data) != tt.log {
				t.Errorf("moved by nothing, it became %q", got[1].Data)
			}
		})
	}
}
