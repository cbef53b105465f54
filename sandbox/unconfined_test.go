package sandbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// unconfinedScript runs a shell script without a sandbox, both streams into one.
func unconfinedScript(t *testing.T, ctx context.Context, text string, change func(*Cmd)) (Result, string) {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell")
	}
	var out bytes.Buffer
	c := &Cmd{Path: sh, Args: []string{"sh", "-c", text}, Env: os.Environ(), Stdout: &out, Stderr: &out, Policy: &Policy{}, Unconfined: true}
	c.bare = strings.Contains(t.Name(), "/bare")
	if change != nil {
		change(c)
	}
	r, err := c.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return r, out.String()
}

// What runs programs without a sandbox on other systems does the same, but for the order of output.
func TestUnconfined(t *testing.T) {
	for _, how := range []string{"linux", "bare"} {
		if how != "bare" && how != runtime.GOOS {
			continue
		}
		t.Run(how, func(t *testing.T) {
			for name, test := range map[string]func(*testing.T){"caller": testUnconfined, "limits": testUnconfinedLimits, "group": testUnconfinedGroup,
				"places": testUnconfinedPlaces, "door": testUnconfinedDoor, "input": testUnconfinedInput, "not found": testUnconfinedNotFound} {
				t.Run(name, test)
			}
			for { // where that is us, see TestMain
				if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
					break
				}
			}
		})
	}
}

// Without a sandbox a program is the caller, and nothing says otherwise.
func testUnconfined(t *testing.T) {
	file := filepath.Join(t.TempDir(), "made")
	r, out := unconfinedScript(t, t.Context(), `id -u; umask; echo "$X" >"$1"; pwd; exit 3`, func(c *Cmd) {
		c.Env = append(c.Env, "X=1", "X=two words")
		c.Args = append(c.Args, "sh", file)
		c.Dir = "/"
	})
	want, err := exec.Command("sh", "-c", "id -u; umask").Output()
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != Exited || r.Exit != 3 || out != string(want)+"/\n" {
		t.Errorf("%+v, %q, want %q", r, out, want)
	}
	if r.Layers != nil || r.Missing != nil || r.Degraded() != "" || r.Limits["wall"] != "enforced" || r.Limits["memory"] == "enforced" {
		t.Errorf("it seems to have had a sandbox: %+v", r)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "two words\n" {
		t.Errorf("what it writes does not stay: %q, %v", text, err)
	}
}

func TestUnconfinedOrder(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("order between streams needs Linux")
	}
	const text, want = "for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done", "o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\n"
	for range 40 {
		if _, out := unconfinedScript(t, t.Context(), text, nil); out != want {
			t.Fatalf("got %q", out)
		}
	}
}

func testUnconfinedLimits(t *testing.T) {
	for _, tt := range []struct {
		name, text, out string
		limits          Limits
		want            Status
		reason          string
	}{
		{"time", "echo x; sleep 60 & sleep 60", "x\n", Limits{Wall: 300 * time.Millisecond}, TimedOut, "stopped after 300ms (time limit)"},
		{"output", "while :; do echo yes; done", strings.Repeat("yes\n", 250), Limits{Output: 1000}, OutputLimit, "stopped after 1000 bytes of output (output limit)"},
		{"more memory than a sandbox has", "head -c 3000000 /dev/zero | tail -c 3000000 | wc -c | tr -d ' '", "3000000\n", Limits{Memory: 1 << 20}, OK, ""},
		{"signal", "kill -SEGV $$", "", Limits{}, Signaled, ""},
		{"the filter's signal", "kill -SYS $$", "", Limits{}, Signaled, ""},
		{"end of the context", "echo x; sleep 60", "x\n", Limits{}, Canceled, "stopped: enough"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			out := &syncBuffer{}
			r, _ := unconfinedScript(t, ctx, tt.text, func(c *Cmd) {
				c.Policy.Limits, c.Stdout = tt.limits, out
				if tt.want == Canceled {
					out.wrote = func() { cancel(errors.New("enough")) }
				}
			})
			if r.Status != tt.want || out.String() != tt.out || r.Reason != tt.reason || r.Elapsed > 20*time.Second {
				t.Errorf("%+v, %q", r, out.String())
			}
		})
	}
}

// syncBuffer says when something was written.
type syncBuffer struct {
	bytes.Buffer
	wrote func()
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	n, err := b.Buffer.Write(p)
	if b.wrote != nil {
		b.wrote()
	}
	return n, err
}

// What a program leaves running ends with it, before Run returns.
func testUnconfinedGroup(t *testing.T) {
	for _, text := range []string{"sleep 1000 & echo $!", "(sleep 1000 & echo $!)", "sleep 1000 & echo $!; exec sleep 1000"} {
		_, out := unconfinedScript(t, t.Context(), text, func(c *Cmd) { c.Policy.Limits.Wall = 500 * time.Millisecond })
		pid := strings.TrimSpace(out)
		there := func() bool { // the dead are buried by somebody else, in their time
			state, err := exec.Command("ps", "-o", "stat=", "-p", pid).Output()
			return err == nil && !strings.HasPrefix(string(state), "Z")
		}
		for deadline := time.Now().Add(10 * time.Second); strings.Contains(t.Name(), "/bare") && there() && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		if there() {
			t.Errorf("%s: process %s is still there", text, pid)
		}
	}
}

func testUnconfinedNotFound(t *testing.T) {
	for _, path := range []string{"no-such-program", "/no/such/program"} {
		c := &Cmd{Path: path, Env: []string{"PATH=/usr/bin"}, Unconfined: true, bare: strings.Contains(t.Name(), "/bare")}
		if _, err := c.Run(t.Context()); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Places of the policy are found where they really are, in the program's words too.
func testUnconfinedPlaces(t *testing.T) {
	deck, store := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{"data.csv": "1,2\n", ".env": "secret\n"} {
		if err := os.WriteFile(filepath.Join(deck, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var kept []byte
	r, out := unconfinedScript(t, t.Context(), "pwd; cat data.csv; cat /box/in/text /box/set/conf; echo new >made; echo $X; echo one > /box/out/left; ls /box ; /box/no", func(c *Cmd) {
		c.Dir, c.Env = "/work", append(c.Env, "X=a:/box/in:/boxes:/work/b")
		c.Policy.Mounts = append(System(), Mount{Kind: CopyOn, Src: deck, Dst: "/work"},
			Mount{Kind: File, Dst: "/work/.env"}, Mount{Kind: Tmpfs, Dst: "/work/hidden"}, Mount{Kind: File, Dst: "/box/in/text", Data: []byte("text\n")},
			Mount{Kind: CopyOn, Src: store, Dst: "/box/set"}, Mount{Kind: File, Dst: "/box/set/conf", Data: []byte("conf\n")},
			Mount{Kind: ReadOnly, Src: "/no/such", Dst: "/box/none", Optional: true}, Mount{Kind: Tmpfs, Dst: "/box/out"})
		c.Keep, c.Kept = "/box/out", func(dir *os.Root, r Result) (err error) {
			kept, err = dir.ReadFile("left")
			return err
		}
	})
	for _, want := range []string{deck + "\n1,2\ntext\nconf\na:/box/in:/boxes:" + deck + "/b\n", "in\nout\nset\n", "/box/no"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the output: %q", want, out)
		}
	}
	if r.Exit != 127 || string(kept) != "one\n" || strings.Contains(out, privatePrefix) {
		t.Errorf("%+v, kept %q, %q", r, kept, out)
	}
	for path, want := range map[string]string{deck + "/.env": "secret\n", deck + "/made": "new\n", store + "/conf": "conf\n"} {
		if got, err := os.ReadFile(path); string(got) != want {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if _, err := os.Lstat(deck + "/hidden"); err == nil {
		t.Error("what hides something was made in the caller's tree")
	}
}

func testUnconfinedDoor(t *testing.T) {
	r, out := unconfinedScript(t, t.Context(), `echo "$PROXY"`, func(c *Cmd) {
		c.Env, c.Policy.Net = append(c.Env, "PROXY=http://"+Door), NetDoor
		c.Serve = func(l net.Listener) { _, _ = l.Accept() }
	})
	if host, port, err := net.SplitHostPort(strings.TrimPrefix(strings.TrimSpace(out), "http://")); r.Status != OK || err != nil || host != "127.0.0.1" || "127.0.0.1:"+port == Door {
		t.Errorf("%+v, %q", r, out)
	}
}

func testUnconfinedInput(t *testing.T) {
	in, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, "typed\n")
		_ = w.Close()
	}()
	if r, out := unconfinedScript(t, t.Context(), "cat", func(c *Cmd) { c.Stdin = in }); r.Status != OK || out != "typed\n" {
		t.Errorf("%+v, %q", r, out)
	}
}
