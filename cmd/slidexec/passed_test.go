package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// Our words begin on a line of their own, in the terminal's own colours, whatever a program printed
// last; the program's bytes stay what they were.
func TestWordsBehindOutput(t *testing.T) {
	tests := []struct{ name, output, want string }{
		{"a whole line", "done\n", "done\nslidexec: a: ✓\n"},
		{"no line end", "done", "done\nslidexec: a: ✓\n"},
		{"colours", "\x1b[31mred\n", "\x1b[31mred\n\x1b[0mslidexec: a: ✓\n"},
		{"colours and no line end", "\x1b[31mred", "\x1b[31mred\x1b[0m\nslidexec: a: ✓\n"},
		{"colours as C1", "\x9b31mred\n", "\x9b31mred\n\x1b[0mslidexec: a: ✓\n"},
		{"nothing", "", "slidexec: a: ✓\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var screen bytes.Buffer
			a := &app{out: &screen, ui: &ui{w: &screen}}
			p := a.passOn(&screen)
			_, _ = p.Write([]byte(tt.output))
			p.end()
			a.ui.say("a: ✓")
			if screen.String() != tt.want {
				t.Errorf("got %q, want %q", screen.String(), tt.want)
			}
		})
	}
}

// A line is ended once, and only by words.
func TestFreshLineOnce(t *testing.T) {
	var screen bytes.Buffer
	a := &app{ui: &ui{w: &screen}}
	p := a.passOn(&screen)
	_, _ = p.Write([]byte("\x1b[1mone"))
	_, _ = p.Write([]byte(" two"))
	a.ui.say("x")
	a.ui.say("y")
	if got, want := screen.String(), "\x1b[1mone two\x1b[0m\nslidexec: x\nslidexec: y\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What goes to a file of its own, or into a pipe while our words go elsewhere, is exact.
func TestOutputElsewhere(t *testing.T) {
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	out, words := open("out"), open("words")
	const output = "\x1b[31m::error::x\x1b]0;t\x07 no end"
	a := &app{out: out, ui: &ui{w: words, log: text.InLog(func(string) string { return "true" })}}
	p := a.passOn(a.out)
	_, _ = p.Write([]byte(output))
	p.end()
	a.ui.say("a: ✓")
	for f, want := range map[*os.File]string{out: output, words: "slidexec: a: ✓\n"} {
		if got, err := os.ReadFile(f.Name()); err != nil || string(got) != want {
			t.Errorf("%s: got %q, want %q", filepath.Base(f.Name()), got, want)
		}
	}

	// The same file for both, as of 2>&1: our words begin on a line of their own.
	both := open("both")
	a = &app{out: both, ui: &ui{w: both}}
	p = a.passOn(a.out)
	_, _ = p.Write([]byte("no end"))
	a.ui.say("a: ✓")
	if got, _ := os.ReadFile(both.Name()); string(got) != "no end\nslidexec: a: ✓\n" {
		t.Errorf("got %q", got)
	}
}

// A pipe carries exact bytes, and commands only where a log is read for them.
func TestOutputInPipe(t *testing.T) {
	for _, in := range []string{"", "GITHUB_ACTIONS"} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		a := &app{out: w, ui: &ui{w: &bytes.Buffer{}, log: text.InLog(func(name string) string {
			if name == in {
				return "true"
			}
			return ""
		})}}
		want := "\x1b[31m::error::x\r::add-mask::y"
		_, _ = a.passOn(a.out).Write([]byte(want))
		_ = w.Close()
		if in != "" {
			want = "\x1b[31m:\\:error::x\r:\\:add-mask::y"
		}
		var got bytes.Buffer
		if _, err := got.ReadFrom(r); err != nil || got.String() != want {
			t.Errorf("in %q: got %q, want %q", in, got.String(), want)
		}
	}
}

// The streams of programs meet in one log, with our words between: a command in pieces is none.
func TestStreamsMeet(t *testing.T) {
	const out, errOut, words = 0, 1, 2
	type piece struct {
		to   int
		text string
	}
	for name, pieces := range map[string][]piece{
		"from stdout to stderr":    {{out, ":"}, {errOut, ":error::x\n"}},
		"from stderr to stdout":    {{errOut, ":"}, {out, ":error::x\n"}},
		"on stdout, behind words":  {{out, "a"}, {words, "w"}, {out, "::error::x\n"}},
		"on stderr, behind words":  {{errOut, "a"}, {words, "w"}, {errOut, "::error::x\n"}},
		"on stderr, behind stdout": {{out, "a\n"}, {errOut, "::error::x\n"}},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		a := &app{out: w, ui: &ui{w: w, log: text.InLog(func(string) string { return "true" })}}
		streams := []*passed{a.passOn(a.out), a.passOn(a.ui.w)}
		for _, p := range pieces {
			if p.to == words {
				a.ui.say("%s", p.text)
				continue
			}
			_, _ = streams[p.to].Write([]byte(p.text))
		}
		_ = w.Close()
		var got bytes.Buffer
		if _, err := got.ReadFrom(r); err != nil || !strings.Contains("\n"+got.String(), "\n:\\:error::x\n") {
			t.Errorf("%s: got %q, %v", name, got.String(), err)
		}
	}
}

// Whatever is said comes as text on one line, and gives no orders in a log.
func TestWordsAreText(t *testing.T) {
	var out, said bytes.Buffer
	u := &ui{w: &said, tty: true, log: text.InLog(func(string) string { return "true" })}
	a := &app{out: &out, ui: u}
	const evil = "::error::x\n::error::y\r\x1b]0;t\x07\u009b2J\u202e##vso[a]\xff"
	u.say("%s", evil)
	u.progress(evil)
	u.clear()
	file := slides.NewFile(evil, "", []byte(evil))
	u.diags(slides.Diags{{Pos: file.LineStart(1), Len: 3, Msg: evil, Hint: evil}})
	u.mistakes(slides.Diags{{Pos: file.LineStart(1), Msg: evil}})
	if err := a.print(evil, "  "+evil); err != nil {
		t.Fatal(err)
	}
	_, _ = words{a.data()}.Write([]byte("unknown " + evil))
	for name, got := range map[string]string{"stdout": out.String(), "stderr": said.String()} {
		got = strings.ReplaceAll(got, "\r\x1b[K", "\n")
		for line := range strings.Lines(got) {
			line = strings.TrimSuffix(line, "\n")
			if text.Line(line) != line || strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##vso[") {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
}

// A workflow command is one line whatever is in it, and its properties end where they should.
func TestGithubReport(t *testing.T) {
	var out bytes.Buffer
	g := &githubReport{app: &app{out: &out, ui: &ui{w: &bytes.Buffer{}}}}
	const name = "a,b:c%\r\n::error::x\x1b[2J\u202e.md"
	file := slides.NewFile(name, "", []byte("text"))
	g.deck(&slides.Deck{Diags: slides.Diags{{Pos: file.LineStart(1), Msg: "m\r\x1b[2J::\u009b%", Hint: "h\n::error::y"}}})
	g.unreadable(name, os.ErrNotExist)
	s := &slides.Snippet{Lang: "sh", ID: name}
	s.At.Pos = file.LineStart(1)
	g.ran(s, slides.Result{State: slides.Done, Status: slides.SetupFailed, Remark: slides.Remark{Says: "no\n::error::\x1b]0;t\x07" + name}})
	if err := g.done(true); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
	for _, l := range lines {
		if text.Line(l) != l || !strings.HasPrefix(l, "::error file=a%2Cb%3Ac%25␍␊%3A%3Aerror%3A%3Ax␛[2J<U+202E>.md") {
			t.Errorf("%q", l)
		}
	}
}
