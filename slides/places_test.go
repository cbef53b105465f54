package slides

import (
	"bytes"
	"strings"
	"testing"
)

// talk is a deck with a program of three lines, the first of them hidden, from line 4 on.
var talk = NewFile("talks/deck.md", "", []byte("# Title\n\n```rust\n# one\ntwo\nthree\n```\n"))

// talked is its program. The block on the slide has lines 1 and 2.
func talked() *Snippet {
	return &Snippet{Lines: []Pos{{File: talk, Off: talk.LineStart(4).Off + 2}, talk.LineStart(5), talk.LineStart(6)},
		Numbers: []int{0, 1, 2}}
}

// inBox is a program in a file of the given name.
func inBox(name string) Program { return Program{File: name, Dir: "/box"} }

// says is an output on stderr, cut into pieces of n bytes, of a program that has ended.
func says(in, file string, n int) Result {
	r := Result{State: Done, Program: inBox(file)}
	for i := 0; i < len(in); i += n {
		r.Log = append(r.Log, Chunk{Stderr: true, Data: []byte(in[i:min(i+n, len(in))])})
	}
	return r
}

// relocations are what tools say, and what the author and the audience read.
var relocations = []struct{ name, file, in, deck, slide string }{
	{"rustc", "snippet.rs", " --> snippet.rs:2:5\n", " --> deck.md:5:5\n", " --> snippet.rs:1:5\n"},
	{"rustc in colour", "snippet.rs", "\x1b[1m\x1b[94m--> \x1b[0m/box/snippet.rs:2:5\n", "\x1b[1m\x1b[94m--> \x1b[0mdeck.md:5:5\n", "\x1b[1m\x1b[94m--> \x1b[0msnippet.rs:1:5\n"},
	{"cargo", "snippet.rs", "  --> /box/pkg/snippet.rs:3:1\n", "  --> deck.md:6:1\n", "  --> snippet.rs:2:1\n"},
	{"hidden prefix", "snippet.rs", "snippet.rs:1:3: x\n", "deck.md:4:5: x\n", "snippet.rs, hidden line: x\n"},
	{"panic", "snippet.rs", "thread 'main' panicked at snippet.rs:2:5:\n", "thread 'main' panicked at deck.md:5:5:\n", "thread 'main' panicked at snippet.rs:1:5:\n"},
	{"gcc", "snippet.c", "\x1b[01m\x1b[K/box/snippet.c:2:10:\x1b[m\x1b[K error\n", "\x1b[01m\x1b[Kdeck.md:5:10:\x1b[m\x1b[K error\n", "\x1b[01m\x1b[Ksnippet.c:1:10:\x1b[m\x1b[K error\n"},
	{"gcc function", "snippet.c", "/box/snippet.c: In function 'main':\n", "deck.md: In function 'main':\n", "snippet.c: In function 'main':\n"},
	{"go vet style", "snippet.go", "./snippet.go:3:2: x\nsnippet.go:3:2: x\n", "deck.md:6:2: x\ndeck.md:6:2: x\n", "snippet.go:2:2: x\nsnippet.go:2:2: x\n"},
	{"go panic", "snippet.go", "\t/box/snippet.go:3 +0x1d\n", "\tdeck.md:6 +0x1d\n", "\tsnippet.go:2 +0x1d\n"},
	{"bash", "script.sh", "/box/script.sh: line 2: nope: command not found\n", "deck.md: line 5: nope: command not found\n", "script.sh: line 1: nope: command not found\n"},
	{"dash", "script.sh", "/box/script.sh: 2: nope: not found\n", "deck.md: 5: nope: not found\n", "script.sh: 1: nope: not found\n"},
	{"zsh", "script.sh", "/box/script.sh:2: command not found: nope\n", "deck.md:5: command not found: nope\n", "script.sh:1: command not found: nope\n"},
	{"fish", "script.fish", "/box/script.fish (line 2): x\n", "deck.md (line 5): x\n", "script.fish (line 1): x\n"},
	{"python", "snippet.py", "  File \"/box/snippet.py\", line 2, in f\n", "  File \"deck.md\", line 5, in f\n", "  File \"snippet.py\", line 1, in f\n"},
	{"python in colour", "snippet.py", "  File \x1b[35m\"/box/snippet.py\"\x1b[0m, line \x1b[35m2\x1b[0m\n", "  File \x1b[35m\"deck.md\"\x1b[0m, line \x1b[35m5\x1b[0m\n", "  File \x1b[35m\"snippet.py\"\x1b[0m, line \x1b[35m1\x1b[0m\n"},
	{"node", "snippet.js", "    at f (/box/snippet.js:3:7)\n", "    at f (deck.md:6:7)\n", "    at f (snippet.js:2:7)\n"},
	{"perl", "snippet.pl", "died at /box/snippet.pl line 3.\n", "died at deck.md line 6.\n", "died at snippet.pl line 2.\n"},
	{"php", "snippet.php", "in /box/snippet.php on line 3\n", "in deck.md on line 6\n", "in snippet.php on line 2\n"},
	{"several on a line", "snippet.py", "snippet.py:1:1 snippet.py:2:2\n", "deck.md:4:3 deck.md:5:2\n", "snippet.py, hidden line snippet.py:1:2\n"},
	{"end of the program", "snippet.rs", "snippet.rs:4:1\n", "deck.md:6:1\n", "snippet.rs:2:1\n"},
	{"no such line", "snippet.rs", "snippet.rs:99:1\n", "snippet.rs:99:1\n", "snippet.rs:99:1\n"},
	{"line zero", "snippet.rs", "snippet.rs:0:1\n", "snippet.rs:0:1\n", "snippet.rs:0:1\n"},
	{"huge number", "snippet.rs", "snippet.rs:99999999999999999999:1\n", "snippet.rs:99999999999999999999:1\n", "snippet.rs:99999999999999999999:1\n"},
	{"longer name", "snippet.rs", "my_snippet.rs:2:1 snippet.rss:2:1\n", "my_snippet.rs:2:1 snippet.rss:2:1\n", "my_snippet.rs:2:1 snippet.rss:2:1\n"},
	{"another file", "snippet.rs", "/work/snippet.rs:2:1 src/snippet.rs:2:1\n", "/work/snippet.rs:2:1 src/snippet.rs:2:1\n", "/work/snippet.rs:2:1 src/snippet.rs:2:1\n"},
	{"no line end", "snippet.rs", "see snippet.rs:2", "see deck.md:5", "see snippet.rs:1"},
	{"not a place", "snippet.rs", "snippet.rs is short\n", "snippet.rs is short\n", "snippet.rs is short\n"},
	{"name alone", "script.sh", "/box/script.sh: fork: retry\n", "deck.md: fork: retry\n", "script.sh: fork: retry\n"},
	{"no such line of the path", "script.sh", "/box/script.sh: line 99: x\n", "/box/script.sh: line 99: x\n", "/box/script.sh: line 99: x\n"},
	{"longer path", "script.sh", "/box/script.sh.bak /box/script.sh2\n", "/box/script.sh.bak /box/script.sh2\n", "/box/script.sh.bak /box/script.sh2\n"},
	{"bash, hidden", "script.sh", "/box/script.sh: line 1: x\n", "deck.md: line 4: x\n", "script.sh: hidden line: x\n"},
	{"python, hidden", "snippet.py", "  File \x1b[35m\"/box/snippet.py\"\x1b[0m, line \x1b[35m1\x1b[0m, in f\n",
		"  File \x1b[35m\"deck.md\"\x1b[0m, line \x1b[35m4\x1b[0m, in f\n", "  File \x1b[35m\"snippet.py\"\x1b[0m, hidden line\x1b[35m\x1b[0m, in f\n"},
	{"node, hidden", "snippet.js", "    at f (/box/snippet.js:1:7)\n", "    at f (deck.md:4:9)\n", "    at f (snippet.js, hidden line)\n"},
	{"fish, hidden", "script.fish", "/box/script.fish (line 1): x\n", "deck.md (line 4): x\n", "script.fish (hidden line): x\n"},
	{"tsc", "snippet.ts", "snippet.ts(2,3): x\n", "deck.md(5,3): x\n", "snippet.ts(1,3): x\n"},
	{"tsc, hidden", "snippet.ts", "snippet.ts(1,3): x\n", "deck.md(4,5): x\n", "snippet.ts(hidden line): x\n"},
	{"msvc", "snippet.c", "snippet.c(2): x\n", "deck.md(5): x\n", "snippet.c(1): x\n"},
	{"a comma in a text", "snippet.py", "snippet.py:2,7 and snippet.py:1,2\n", "deck.md:5,7 and deck.md:4,2\n", "snippet.py:1,7 and snippet.py, hidden line,2\n"},
	{"huge column", "snippet.rs", "snippet.rs:1:9223372036854775807: x\n", "deck.md:4:9223372036854775806: x\n", "snippet.rs, hidden line: x\n"},
	{"dash, hidden", "script.sh", "/box/script.sh: 1: x\n", "deck.md: 4: x\n", "script.sh, hidden line: x\n"},
	{"prompt", "snippet.py", "name? ", "name? ", "name? "},
}

func TestPlaced(t *testing.T) {
	for _, tt := range relocations {
		t.Run(tt.name, func(t *testing.T) {
			for by, want := range map[Naming]string{ByDeck: tt.deck, BySlide: tt.slide} {
				for n := 1; n <= len(tt.in); n++ {
					whole := says(tt.in, tt.file, n)
					if got := string(whole.Placed(talked(), by).Bytes()); got != want {
						t.Fatalf("in pieces of %d: %q, want %q", n, got, want)
					}
					grows, program, got := &Placer{By: by}, talked(), 0
					for i := range whole.Log {
						r := whole
						if r.Log = whole.Log[:i+1]; i+1 < len(whole.Log) {
							r.State = Running
						}
						log := grows.Placed(program, r)
						if len(log) < got {
							t.Fatalf("in pieces of %d it lost a chunk", n)
						}
						if got = len(log); r.State == Done && string(Result{Log: log}.Bytes()) != want {
							t.Fatalf("growing by %d: %q, want %q", n, Result{Log: log}.Bytes(), want)
						}
					}
				}
			}
		})
	}
}

// TestPlacedMoves: a result stays what it was while its program moves and hides other lines.
func TestPlacedMoves(t *testing.T) {
	r := says("/box/snippet.py:2:1\n", "snippet.py", 100)
	moved := talked()
	for i := range moved.Lines {
		moved.Lines[i] = talk.LineStart(1 + i)
	}
	moved.Numbers = []int{1, 2, 3}
	for _, tt := range []struct {
		by         Naming
		before, at string
	}{{ByDeck, "deck.md:5:1\n", "deck.md:2:1\n"}, {BySlide, "snippet.py:1:1\n", "snippet.py:2:1\n"}} {
		if a, b := string(r.Placed(talked(), tt.by).Bytes()), string(r.Placed(moved, tt.by).Bytes()); a != tt.before || b != tt.at {
			t.Errorf("%q, moved %q; want %q and %q", a, b, tt.before, tt.at)
		}
	}
	p, s := &Placer{By: ByDeck}, talked()
	r.State = Running
	p.Placed(s, r)
	if got := string(Result{Log: p.Placed(moved, r)}.Bytes()); got != "deck.md:2:1\n" {
		t.Errorf("moved while it runs: %q", got)
	}
}

// TestPlacedAnew: nothing of an earlier run shows in the output of one that has begun anew.
func TestPlacedAnew(t *testing.T) {
	p, s := &Placer{By: ByDeck}, talked()
	first, again := says("/box/snippet.py:2:1\nold\n", "snippet.py", 10), says("/box/snippet.py:3:1\nnew, and more of it\n", "snippet.py", 10)
	first.State, again.State = Running, Running
	p.Placed(s, first)
	if got := string(Result{Log: p.Placed(s, again)}.Bytes()); got != "deck.md:6:1\nnew, and more of it\n" {
		t.Errorf("got %q", got)
	}
}

// TestPlacedStreams: a program's own standard output is its own, unless its language says its errors there.
func TestPlacedStreams(t *testing.T) {
	const place = "snippet.go:3:1\n"
	r := Result{State: Done, Program: inBox("snippet.go"), Log: []Chunk{{Build: true, Data: []byte(place)}, {Data: []byte(place)}}}
	if got, want := string(r.Placed(talked(), ByDeck).Bytes()), "deck.md:6:1\n"+place; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r.Program.Stdout, r.Program.Before = true, 1
	if got, want := string(r.Placed(talked(), ByDeck).Bytes()), "deck.md:5:1\ndeck.md:5:1\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := r.Placed(&Snippet{}, ByDeck); string(got.Bytes()) != place+place {
		t.Errorf("without places it becomes %q", got.Bytes())
	}
}

// TestPlacedFile: the block of a file is called as its caption says.
func TestPlacedFile(t *testing.T) {
	s := talked()
	s.External = NewFile("lib/main.go", "", nil)
	if got := string(says("./snippet.go:2:3\n", "snippet.go", 100).Placed(s, BySlide).Bytes()); got != "main.go:1:3\n" {
		t.Errorf("got %q", got)
	}
}

func TestSays(t *testing.T) {
	r := Result{Program: inBox("snippet.go"), Remark: Remark{Says: "no such package", Line: 2}}
	for by, want := range map[Naming]string{ByDeck: "deck.md:5: no such package", BySlide: "snippet.go:1: no such package"} {
		if got := r.Says(talked(), by); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	r.Remark.Line = 1
	if got := r.Says(talked(), BySlide); got != "snippet.go, hidden line: no such package" {
		t.Errorf("got %q", got)
	}
	if r.Remark.Line = 9; r.Says(talked(), ByDeck) != "no such package" {
		t.Errorf("got %q", r.Says(talked(), ByDeck))
	}
}

// TestPlacedPartialLines: only what may still turn into a place is held back while a program runs.
func TestPlacedPartialLines(t *testing.T) {
	for in, want := range map[string]string{
		"12 %... your name? ": "12 %... your name? ", "at snippet.py": "", "see\nat snippet.py": "see\n",
		"snippet.py" + strings.Repeat("x", 2*most): "snippet.py" + strings.Repeat("x", 2*most),
	} {
		r := says(in, "snippet.py", len(in))
		r.State = Running
		if got := string(r.Placed(talked(), ByDeck).Bytes()); got != want {
			t.Errorf("of %.20q it shows %.20q", in, got)
		}
	}
}

func FuzzPlaced(f *testing.F) {
	for _, tt := range relocations {
		f.Add(tt.in, 3)
	}
	f.Fuzz(func(t *testing.T, in string, n int) {
		if strings.Contains(in, strings.Repeat("x", most/2)) || len(in) > most || in == "" {
			return // a line that long is not held back
		}
		if n = n % 50; n <= 0 {
			n = 1
		}
		for _, by := range []Naming{ByDeck, BySlide} {
			want := string(says(in, "snippet.py", len(in)).Placed(talked(), by).Bytes())
			if got := string(says(in, "snippet.py", n).Placed(talked(), by).Bytes()); got != want {
				t.Errorf("%q in pieces of %d: %q, want %q", in, n, got, want)
			}
		}
	})
}

// BenchmarkPlaced is what a chunk costs at the end of an output of many.
func BenchmarkPlaced(b *testing.B) {
	r := Result{State: Running, Program: inBox("snippet.py")}
	p, s := &Placer{}, talked()
	for range 1000 {
		r.Log = append(r.Log, Chunk{Stderr: true, Data: []byte(strings.Repeat("a line of some program's output\n", 10))})
		p.Placed(s, r)
	}
	last := Chunk{Stderr: true, Data: bytes.Clone(r.Log[0].Data)}
	b.SetBytes(int64(len(last.Data)))
	for b.Loop() {
		r.Log = append(r.Log, last)
		p.Placed(s, r)
	}
}

// A deck's name is not its program's: what it does to a terminal does not come with the output.
func TestPlacedHostileName(t *testing.T) {
	file := NewFile("talks/d\x1b]0;T\x07\r\u202e.md", "", []byte("one\ntwo\n"))
	s := &Snippet{Lines: []Pos{file.LineStart(1), file.LineStart(2)}}
	got := string(says("  File \"/box/snippet.py\", line 2, in f\n", "snippet.py", 100).Placed(s, ByDeck).Bytes())
	if want := "  File \"d␛]0;T␇␍<U+202E>.md\", line 2, in f\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
