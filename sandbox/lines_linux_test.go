package sandbox

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// lineByLine is script for a program that shows each line when it is complete.
func lineByLine(t testing.TB, log *merged, argv []string, set func(*Cmd)) Result {
	t.Helper()
	c := &Cmd{Path: argv[0], Args: argv, Env: []string{"PATH=/usr/bin:/bin"}, LineByLine: [2]int{90, 20},
		Stdout: log.stream("1"), Stderr: log.stream("2"), Policy: &Policy{Mounts: System()}}
	if set != nil {
		set(c)
	}
	r, err := c.Run(t.Context())
	if err != nil {
		t.Fatalf("%q: %v", argv, err)
	}
	return r
}

// The C library and the runtimes of languages write a line to a terminal when it is complete.
func TestLineByLine(t *testing.T) {
	needProgram(t, "perl")
	tests := []struct {
		name string
		argv []string
		want string
	}{
		{"order", []string{"perl", "-e", `print "a\n"; print STDERR "b\n"; print "c\n"; print STDERR "d\n"; system "echo e"; print "f"`},
			"1a\n2b\n1c\n2d\n1e\n1f"},
		{"as it is", []string{"sh", "-c", `printf 'a\tb\r\n\004\003\033[1mc'; printf 'x\n' >/dev/stdout; printf 'y\n' >&2`},
			"1a\tb\r\n1\x04\x03\x1b[1mcx\n2y\n"},
		{"opened again", []string{"sh", "-c", "echo x >/dev/stderr"}, "2x\n"},
		{"size", []string{"sh", "-c", `stty -F /dev/stdout size 2>/dev/null || stty size <&1`}, "120 90\n"},
		{"terminals for writing", []string{"sh", "-c", `test -t 0; test -t 1 && test -t 2 && echo both; for fd in 1 2; do cat <&$fd 2>/dev/null || echo closed; done; { cat </dev/stdout; } 2>/dev/null || echo closed`},
			"1both\n1closed\n1closed\n1closed\n"},
		{"input", []string{"sh", "-c", "test -t 0 || cat; echo end"}, "1typed\n1end\n"},
		{"no controlling terminal", []string{"sh", "-c", `echo >/dev/stdout; { true <>/dev/stdout; } 2>/dev/null; ps -o tty= -p $$`}, "1\n1?\n"},
		{"closed and gone on", []string{"sh", "-c", "echo a; exec >&-; sleep .1; echo b >&2; exec 2>&-; sleep .1; exit 3"}, "1a\n2b\n"},
	}
	everywhere(t, func(t *testing.T, set func(*Cmd)) {
		for _, tt := range tests {
			if t.Name() == "TestLineByLine/outer" || strings.HasSuffix(t.Name(), "unconfined") && strings.Contains(tt.name, "terminal") || strings.HasSuffix(t.Name(), "bare") {
				continue // root may read it; there is no order
			}
			var log merged
			r := lineByLine(t, &log, tt.argv, func(c *Cmd) {
				c.Stdin = strings.NewReader("typed\n")
				set(c)
			})
			// Two reads may find what one of a pipe would.
			if got := strings.ReplaceAll(log.String(), "mc1x", "mcx"); got != tt.want || r.Status == Signaled {
				t.Errorf("%s: got %q, %s %s, want %q", tt.name, got, r.Status, r.Reason, tt.want)
			}
		}
	})
}

// A read of our end shows all that was written to the other, so the order across both holds.
func TestLineByLineOrder(t *testing.T) {
	needProgram(t, "perl")
	const n = 10_000
	everywhere(t, func(t *testing.T, set func(*Cmd)) {
		if strings.HasSuffix(t.Name(), "bare") || strings.HasSuffix(t.Name(), "outer") {
			t.Skip("bare has no order, outer concerns Terminal alone")
		}
		var log merged
		r := lineByLine(t, &log, []string{"perl", "-e", fmt.Sprintf(`for (1..%d) { syswrite STDOUT, "$_\n"; syswrite STDERR, "$_\n" }`, n)}, func(c *Cmd) {
			c.Policy.Limits.Wall = -1
			set(c)
		})
		var want bytes.Buffer
		for i := range n {
			fmt.Fprintf(&want, "1%d\n2%d\n", i+1, i+1)
		}
		if got := log.String(); got != want.String() || r.Status != OK {
			at := 0
			for at < len(got) && at < want.Len() && got[at] == want.Bytes()[at] {
				at++
			}
			t.Errorf("%s %s: differs at %d of %d: …%q", r.Status, r.Reason, at, want.Len(), got[at:min(len(got), at+60)])
		}
	})
}

// Many lines are in order as few are, and all arrive.
func TestLineByLineLarge(t *testing.T) {
	needSandbox(t)
	needProgram(t, "perl")
	var log merged
	lineByLine(t, &log, []string{"perl", "-e", `for (1..300) { $x = sprintf "%01000d\n", $_; syswrite STDOUT, $x; syswrite STDERR, $x }`}, nil)
	if got := log.String(); got != large(300) {
		t.Errorf("got %d bytes, want %d", len(got), len(large(300)))
	}
}

// Without that, a program reads from its output and waits for a key: see the hostile program lines-read.
func TestReadable(t *testing.T) {
	needSandbox(t)
	y := newTypist(t, "up", "a\nb\n")
	typed(t, "echo up; read x <&1; read y <&2; echo $x $y", "", func(c *Cmd) { c.Stdin, c.Stdout = y.keyboard(), y })
	if got := y.screen.String(); !strings.HasSuffix(got, "a b\r\n") {
		t.Errorf("got %q", got)
	}
}

// A pool makes terminals of the size that the latest program had, and each program has its own size.
func TestPoolSizes(t *testing.T) {
	needSandbox(t)
	for name, set := range map[string]func(*Cmd, [2]int){
		"lines":    func(c *Cmd, size [2]int) { c.LineByLine = size },
		"terminal": func(c *Cmd, size [2]int) { c.Terminal = &Terminal{Cols: size[0], Rows: size[1]} },
	} {
		t.Run(name, func(t *testing.T) {
			pool := NewPool(1)
			defer pool.Close()
			for _, size := range [][2]int{{90, 20}, {90, 20}, {40, 10}, {40, 10}} {
				var out bytes.Buffer
				c := &Cmd{Path: "sh", Args: []string{"sh", "-c", "stty size <&1 2>/dev/null || stty -F /dev/stdout size"}, Env: []string{"PATH=/usr/bin:/bin"},
					Policy: &Policy{Mounts: System()}, Stdout: &out, Pool: pool}
				set(c, size)
				pool.WarmFor(c)
				settle(pool)
				if _, err := c.Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got, want := strings.TrimSpace(out.String()), fmt.Sprint(size[1], size[0]); got != want {
					t.Errorf("the size is %q, want %q", got, want)
				}
				settle(pool)
				if w := waits(pool); len(w) != 1 || w[0].size != size {
					t.Errorf("after a program with %v, these wait: %+v", size, w)
				}
			}
		})
	}
}
