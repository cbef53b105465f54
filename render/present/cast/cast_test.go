package cast

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// event is what a player reads.
type event struct {
	at   float64 // seconds since the start
	code string
	data string
}

// parse reads a recording by the words of the format's manual, and not with the types of the package.
func parse(t *testing.T, text string) (header map[string]any, events []event) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if err := json.Unmarshal([]byte(lines[0]), &header); err != nil {
		t.Fatalf("header %q: %v", lines[0], err)
	}
	if header["version"] != 3.0 {
		t.Fatalf("version %v", header["version"])
	}
	at := 0.0
	for _, line := range lines[1:] {
		var e [3]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("event %q: %v", line, err)
		}
		since, ok := e[0].(float64)
		if !ok || since < 0 {
			t.Fatalf("event %q: the time is no number from 0 on", line)
		}
		at += since
		events = append(events, event{math.Round(at*1e6) / 1e6, e[1].(string), e[2].(string)})
	}
	return header, events
}

type file struct{ bytes.Buffer }

func (f *file) Close() error { return nil }

func TestRecorder(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	var f file
	r, err := New(&f, Header{Cols: 80, Rows: 24, Term: "xterm", Title: "A <talk> & more", Start: now,
		Theme: &Theme{"#e9eaed", "#15171c", strings.Repeat("#000000:", 7) + "#ffffff"}}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	write := func(after time.Duration, s string) {
		now = now.Add(after)
		_, _ = r.Write([]byte(s))
	}
	write(0, "\x1b[2Ja\r\n<&>")
	write(1500*time.Millisecond, "✓"[:1])
	write(time.Second, "✓"[1:]+"世"[:2])
	now = now.Add(333_333 * time.Nanosecond)
	r.Resize(80, 24)
	r.Resize(100, 30)
	for range 3 {
		write(333_333*time.Nanosecond, "x")
	}
	write(-time.Hour, "y") // a clock that was set back
	if err := r.Close(1); err != nil {
		t.Error(err)
	}
	if err := r.Close(2); err != nil {
		t.Error(err)
	}
	header, events := parse(t, f.String())
	if got := fmt.Sprint(header); got != "map[term:map[cols:80 rows:24 theme:map[bg:#15171c fg:#e9eaed palette:#000000:#000000:#000000:#000000:#000000:#000000:#000000:#ffffff] type:xterm] timestamp:1.7e+09 title:A <talk> & more version:3]" {
		t.Error("header ", got)
	}
	want := []event{{0, "o", "\x1b[2Ja\r\n<&>"}, {2.5, "o", "✓"}, {2.500333, "r", "100x30"}, {2.500667, "o", "\ufffd\ufffdx"},
		{2.501, "o", "x"}, {2.501333, "o", "x"}, {2.501333, "o", "y"}, {2.501333, "x", "1"}}
	if fmt.Sprint(events) != fmt.Sprint(want) {
		t.Errorf("events\n%+v\nwant\n%+v", events, want)
	}
}

// TestCut: a recording plays up to where its recorder was killed.
func TestCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "talk.cast")
	r, err := Create(path, Header{Cols: 80, Rows: 24}, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		fmt.Fprintf(r, "frame %d✓", i)
		text, err := os.ReadFile(path) // as it is now
		if err != nil {
			t.Fatal(err)
		}
		if _, events := parse(t, string(text)); len(events) != i+1 || !strings.HasSuffix(string(text), "\n") {
			t.Errorf("after %d frames: %q", i+1, text)
		}
	}
	if err := r.Close(0); err != nil {
		t.Error(err)
	}
}

// TestCreate: nothing is lost that was there.
func TestCreate(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"deck.md", "old.cast"} {
		if err := os.WriteFile(name, []byte("# Here"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link("deck.md", "link.cast"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("deck.md", "sym.cast"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path    string
		replace bool
		want    string
	}{
		{"old.cast", false, "record to old.cast: it exists already"},
		{"deck.md", true, "record to deck.md: this file is part of the deck"},
		{"link.cast", true, "record to link.cast: this file is part of the deck"},
		{"sym.cast", true, "record to sym.cast: this file is part of the deck"},
		{"sym.cast", false, "record to sym.cast: this file is part of the deck"},
		{"no/x.cast", false, "record to no/x.cast: no such file or directory"},
		{".", true, "record to .: this is no regular file"},
		{"/dev/null", true, "record to /dev/null: this is no regular file"},
	} {
		if _, err := Create(tt.path, Header{Cols: 1, Rows: 1}, []string{"gone.md", "deck.md"}, tt.replace); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.path, err, tt.want)
		}
	}
	if _, err := Create("old.cast", Header{}, nil, false); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	for _, name := range []string{"deck.md", "old.cast"} {
		if text, err := os.ReadFile(name); err != nil || string(text) != "# Here" {
			t.Errorf("%s is %q, %v", name, text, err)
		}
	}
	r, err := Create("old.cast", Header{Cols: 80, Rows: 24}, []string{"deck.md"}, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(0); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile("old.cast"); err != nil || strings.Contains(string(text), "Here") {
		t.Errorf("%q, %v", text, err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }
func (full) Close() error              { return nil }

// TestFull: a full disk ends the recording, and is said at the end.
func TestFull(t *testing.T) {
	if _, err := New(full{}, Header{}, time.Now); err == nil {
		t.Error("a header that cannot be written")
	}
	var f file
	r, err := New(&f, Header{Cols: 1, Rows: 1}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	r.w = full{}
	if n, err := r.Write([]byte("abc")); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if err := r.Close(0); err == nil || err.Error() != "the recording ends early: no space left on device" {
		t.Error(err)
	}
}

// TestAsciinema: asciinema itself reads it, where there is one that knows the format.
func TestAsciinema(t *testing.T) {
	path, err := exec.LookPath("asciinema")
	if err != nil {
		t.Skip("no asciinema")
	}
	if version, _ := exec.Command(path, "--version").Output(); !strings.HasPrefix(string(version), "asciinema 3") {
		t.Skipf("asciicast v3 is newer than %s", version)
	}
	name := filepath.Join(t.TempDir(), "talk.cast")
	r, err := Create(name, Header{Cols: 80, Rows: 24}, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(r, "hello ✓\r\n")
	r.Resize(90, 30)
	if err := r.Close(0); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "convert", "-f", "txt", name, "-").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "hello ✓") {
		t.Errorf("%v: %s", err, out)
	}
}
