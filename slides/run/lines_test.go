package run

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// talk is a deck with a program of three lines, the first of them hidden, from line 4 on.
var talk = slides.NewFile("talks/deck.md", "", []byte("# Title\n\n```rust\n# one\ntwo\nthree\n```\n"))

func talkLines() []slides.Pos {
	return []slides.Pos{{File: talk, Off: talk.LineStart(4).Off + 2}, talk.LineStart(5), talk.LineStart(6)}
}

var relocations = []struct{ name, file, in, want string }{
	{"rustc", "snippet.rs", " --> snippet.rs:2:5\n", " --> deck.md:5:5\n"},
	{"rustc in colour", "snippet.rs", "\x1b[1m\x1b[94m--> \x1b[0m/box/snippet.rs:2:5\n", "\x1b[1m\x1b[94m--> \x1b[0mdeck.md:5:5\n"},
	{"cargo", "snippet.rs", "  --> /box/pkg/snippet.rs:3:1\n", "  --> deck.md:6:1\n"},
	{"hidden prefix", "snippet.rs", "snippet.rs:1:3: x\n", "deck.md:4:5: x\n"},
	{"panic", "snippet.rs", "thread 'main' panicked at snippet.rs:2:5:\n", "thread 'main' panicked at deck.md:5:5:\n"},
	{"gcc", "snippet.c", "\x1b[01m\x1b[K/box/snippet.c:2:10:\x1b[m\x1b[K error\n", "\x1b[01m\x1b[Kdeck.md:5:10:\x1b[m\x1b[K error\n"},
	{"gcc function", "snippet.c", "/box/snippet.c: In function 'main':\n", "deck.md: In function 'main':\n"},
	{"go vet style", "snippet.go", "./snippet.go:3:2: x\nsnippet.go:3:2: x\n", "deck.md:6:2: x\ndeck.md:6:2: x\n"},
	{"go panic", "snippet.go", "\t/box/snippet.go:3 +0x1d\n", "\tdeck.md:6 +0x1d\n"},
	{"bash", "script.sh", "/box/script.sh: line 2: nope: command not found\n", "deck.md: line 5: nope: command not found\n"},
	{"dash", "script.sh", "/box/script.sh: 2: nope: not found\n", "deck.md: 5: nope: not found\n"},
	{"zsh", "script.sh", "/box/script.sh:2: command not found: nope\n", "deck.md:5: command not found: nope\n"},
	{"fish", "script.fish", "/box/script.fish (line 2): x\n", "deck.md (line 5): x\n"},
	{"python", "snippet.py", "  File \"/box/snippet.py\", line 2, in f\n", "  File \"deck.md\", line 5, in f\n"},
	{"python in colour", "snippet.py", "  File \x1b[35m\"/box/snippet.py\"\x1b[0m, line \x1b[35m2\x1b[0m\n", "  File \x1b[35m\"deck.md\"\x1b[0m, line \x1b[35m5\x1b[0m\n"},
	{"node", "snippet.js", "    at f (/box/snippet.js:3:7)\n", "    at f (deck.md:6:7)\n"},
	{"perl", "snippet.pl", "died at /box/snippet.pl line 3.\n", "died at deck.md line 6.\n"},
	{"php", "snippet.php", "in /box/snippet.php on line 3\n", "in deck.md on line 6\n"},
	{"several on a line", "snippet.py", "snippet.py:1:1 snippet.py:2:2\n", "deck.md:4:3 deck.md:5:2\n"},
	{"end of the program", "snippet.rs", "snippet.rs:4:1\n", "deck.md:6:1\n"},
	{"no such line", "snippet.rs", "snippet.rs:99:1\n", "snippet.rs:99:1\n"},
	{"line zero", "snippet.rs", "snippet.rs:0:1\n", "snippet.rs:0:1\n"},
	{"huge number", "snippet.rs", "snippet.rs:99999999999999999999:1\n", "snippet.rs:99999999999999999999:1\n"},
	{"longer name", "snippet.rs", "my_snippet.rs:2:1 snippet.rss:2:1\n", "my_snippet.rs:2:1 snippet.rss:2:1\n"},
	{"another file", "snippet.rs", "/work/snippet.rs:2:1 src/snippet.rs:2:1\n", "/work/snippet.rs:2:1 src/snippet.rs:2:1\n"},
	{"no line end", "snippet.rs", "see snippet.rs:2", "see deck.md:5"},
	{"not a place", "snippet.rs", "snippet.rs is short\n", "snippet.rs is short\n"},
	{"name alone", "script.sh", "/box/script.sh: fork: retry\n", "deck.md: fork: retry\n"},
	{"no such line of the path", "script.sh", "/box/script.sh: line 99: x\n", "/box/script.sh: line 99: x\n"},
	{"longer path", "script.sh", "/box/script.sh.bak /box/script.sh2\n", "/box/script.sh.bak /box/script.sh2\n"},
	{"prompt", "snippet.py", "name? ", "name? "},
}

func TestRelocate(t *testing.T) {
	for _, tt := range relocations {
		t.Run(tt.name, func(t *testing.T) {
			for n := 1; n <= len(tt.in); n++ {
				r := newRelocator(tt.file, talkLines(), 0)
				var got []byte
				for i := 0; i < len(tt.in); i += n {
					got = append(got, r.write([]byte(tt.in[i:min(i+n, len(tt.in))]))...)
				}
				if got = append(got, r.flush()...); string(got) != tt.want {
					t.Fatalf("in pieces of %d: %q, want %q", n, got, tt.want)
				}
			}
		})
	}
}

func TestRelocateSkip(t *testing.T) {
	r := newRelocator("snippet.rs", talkLines(), 1)
	if got, want := string(r.write([]byte("snippet.rs:3:1\n"))), "deck.md:5:1\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRelocateShowsPartialLines(t *testing.T) {
	r := newRelocator("snippet.py", talkLines(), 0)
	if got := string(r.write([]byte("12 %... your name? "))); got != "12 %... your name? " {
		t.Errorf("holds back: %q", got)
	}
	long := "snippet.py" + strings.Repeat("x", 2*most)
	if got := r.write([]byte(long)); len(got) != len(long) {
		t.Errorf("holds back %d bytes of a line without an end", len(long)-len(got))
	}
}

func FuzzRelocate(f *testing.F) {
	for _, tt := range relocations {
		f.Add(tt.in, 3)
	}
	f.Fuzz(func(t *testing.T, in string, n int) {
		whole := newRelocator("snippet.py", talkLines(), 0)
		want := string(whole.write([]byte(in))) + string(whole.flush())
		if strings.Contains(in, strings.Repeat("x", most/2)) || len(in) > most {
			return // a line that long is not held back
		}
		r := newRelocator("snippet.py", talkLines(), 0)
		var got []byte
		if n = n % 50; n <= 0 {
			n = 1
		}
		for i := 0; i < len(in); i += n {
			got = append(got, r.write([]byte(in[i:min(i+n, len(in))]))...)
		}
		if got = append(got, r.flush()...); string(got) != want {
			t.Errorf("%q in pieces of %d: %q, want %q", in, n, got, want)
		}
	})
}

func BenchmarkRelocate(b *testing.B) {
	p := []byte(strings.Repeat("a line of some program's output\n", 1000))
	r := newRelocator("snippet.py", talkLines(), 0)
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		r.write(p)
	}
}

// A deck's name is not its program's: what it does to a terminal does not come with the output.
func TestRelocateToHostileName(t *testing.T) {
	file := slides.NewFile("talks/d\x1b]0;T\x07\r\u202e.md", "", []byte("one\ntwo\n"))
	r := newRelocator("snippet.py", []slides.Pos{file.LineStart(1), file.LineStart(2)}, 0)
	got := string(append(r.write([]byte("  File \"/box/snippet.py\", line 2, in f\n")), r.flush()...))
	if want := "  File \"d␛]0;T␇␍<U+202E>.md\", line 2, in f\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
