package sandbox

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
)

// typed runs a shell script at a terminal and types keys.
func typed(t testing.TB, text, keys string, change func(*Cmd)) (Result, string) {
	t.Helper()
	return script(t, text, func(c *Cmd) {
		c.Terminal, c.Stdin = &Terminal{Cols: 100, Rows: 30}, strings.NewReader(keys)
		if change != nil {
			change(c)
		}
	})
}

// everywhere runs a test in every form, and in sandboxes that waited.
func everywhere(t *testing.T, run func(t *testing.T, set func(*Cmd))) {
	t.Helper()
	needSandbox(t)
	t.Run("whole", func(t *testing.T) { run(t, func(*Cmd) {}) })
	t.Run("outer", func(t *testing.T) { run(t, func(c *Cmd) { c.outer = true }) })
	t.Run("plain", func(t *testing.T) {
		needRoot(t)
		run(t, func(c *Cmd) { c.form = plain })
	})
	t.Run("confined", func(t *testing.T) {
		needLandlock(t)
		run(t, func(c *Cmd) { c.form = confined })
	})
	t.Run("unconfined", func(t *testing.T) { run(t, func(c *Cmd) { c.Unconfined = true }) })
	t.Run("bare", func(t *testing.T) { run(t, func(c *Cmd) { c.Unconfined, c.bare = true, true }) })
	t.Run("keeper", func(t *testing.T) {
		p := NewPool(0)
		defer p.Close()
		p.keep()
		run(t, func(c *Cmd) { c.Pool = p })
	})
	t.Run("pool", func(t *testing.T) {
		p := NewPool(1)
		defer p.Close()
		run(t, func(c *Cmd) {
			c.Pool = p
			p.WarmFor(c)
			p.work.Wait()
			if len(p.ready) == 0 {
				t.Error("nothing waits")
			}
		})
	})
}

// A typist waits for texts on the screen, one after the other, and then types.
type typist struct {
	t      testing.TB
	screen bytes.Buffer
	script []string // a text to wait for, keys to type, and so on
	keys   chan string
	typed  string
}

func newTypist(t testing.TB, script ...string) *typist {
	y := &typist{t: t, script: script, keys: make(chan string, len(script))}
	y.look()
	return y
}

func (y *typist) look() {
	for len(y.script) > 0 && strings.Contains(y.screen.String(), y.script[0]) {
		y.keys <- y.script[1]
		y.script = y.script[2:]
	}
	if len(y.script) == 0 && y.keys != nil {
		close(y.keys)
		y.keys = nil
	}
}

func (y *typist) Write(b []byte) (int, error) {
	y.screen.Write(b)
	y.look()
	return len(b), nil
}

// keyboard is what y types.
func (y *typist) keyboard() io.Reader {
	keys := y.keys
	typed := ""
	return readerFunc(func(b []byte) (int, error) {
		if typed == "" {
			typed = <-keys
		}
		if typed == "" {
			return 0, io.EOF
		}
		n := copy(b, typed)
		typed = typed[n:]
		return n, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestTyping(t *testing.T) {
	tests := []struct {
		name, script string
		keys         []string
		exit         int
		want         string
	}{
		{"size and streams", "stty size; test -t 0 && test -t 1 && test -t 2 && echo all; echo one >&2; echo two >/dev/tty", nil, 0,
			"30 100\r\nall\r\none\r\ntwo\r\n"},
		{"a line, then the end", "stty -echo; echo ready; cat; echo end", []string{"ready", "a line\n\x04"}, 0, "ready\r\na line\r\nend\r\n"},
		{"echo", "echo up; read x; echo got $x", []string{"up\r\n", "ab\x7fc\n"}, 0, "up\r\nab\b \bc\r\ngot ac\r\n"},
		{"UTF-8", "echo up; read x; echo got $x", []string{"up\r\n", "é\x7fc\n"}, 0, "up\r\né\b \bc\r\ngot c\r\n"},
		{"interrupt", "trap 'echo caught; exit 3' INT; echo up; read x; read y", []string{"up", "\x03"}, 3, "up\r\n^Ccaught\r\n"},
		{"nothing more is typed", "echo up; read x; sleep .1; echo $x", []string{"up", "all\n"}, 0, "up\r\nall\r\nall\r\n"},
		{"job control", "set -m; sh -c 'echo up; read x; echo $x'; jobs", []string{"up", "a\n"}, 0,
			"up\r\na\r\na\r\n"},
	}
	everywhere(t, func(t *testing.T, set func(*Cmd)) {
		for _, tt := range tests {
			y := newTypist(t, tt.keys...)
			r, _ := typed(t, tt.script, "", func(c *Cmd) {
				c.Stdin, c.Stdout = y.keyboard(), y
				set(c)
			})
			if out := y.screen.String(); out != tt.want || r.Exit != tt.exit || r.Signal != "" {
				t.Errorf("%s: got %q, %s %d %s, want %q", tt.name, out, r.Status, r.Exit, r.Signal, tt.want)
			}
		}
	})
}

// The program learns each new size by a signal.
func TestResize(t *testing.T) {
	everywhere(t, func(t *testing.T, set func(*Cmd)) {
		var out bytes.Buffer
		sizes := make(chan [2]int, 1)
		r, _ := typed(t, "trap 'stty size; exit 3' WINCH; stty size; while :; do sleep .02; done", "", func(c *Cmd) {
			c.Terminal.Resize = sizes
			c.Stdout = writerFunc(func(b []byte) {
				if out.Len() == 0 {
					sizes <- [2]int{132, 43}
				}
				out.Write(b)
			})
			set(c)
		})
		if got, want := out.String(), "30 100\r\n43 132\r\n"; got != want || r.Exit != 3 {
			t.Errorf("got %q, %s %s, want %q", got, r.Status, r.Reason, want)
		}
	})
}

func needRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("root makes this form")
	}
}
