package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

// needLandlock skips the test where programs cannot be confined without namespaces.
func needLandlock(t testing.TB) {
	t.Helper()
	missing := ""
	if landlockVersion() < scopeVersion {
		missing = fmt.Sprintf("Landlock of version %d, want %d", landlockVersion(), scopeVersion)
	}
	if _, err := identify(0, false); err != nil { // root of a namespace that has no other number
		missing = err.Error()
	}
	need.Here(t, "landlock", missing)
}

// confinedScript is script in the form that has no namespaces.
func confinedScript(t *testing.T, text string, change func(*Cmd)) (Result, string) {
	t.Helper()
	r, out := script(t, text, func(c *Cmd) {
		c.form = confined
		if change != nil {
			change(c)
		}
	})
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), privatePrefix+strconv.Itoa(os.Getpid())+"-*")); err != nil || left != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
	return r, out
}

// What programs do with files of their own works as ever.
func TestConfinedFiles(t *testing.T) {
	needLandlock(t)
	dir := publicDir(t)
	for name, text := range map[string]string{"read.txt": "beside the deck\n", ".env": "secret\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := publicDir(t)
	tests := []struct{ name, script, want string }{
		{"the folder is a copy", "cat read.txt; echo changed >read.txt; cat /proc/self/cwd/read.txt", "beside the deck\nchanged\n"},
		{"with secrets hidden", "cat .env; ls -A", ".env\nread.txt\n"},
		{"a place in an argument", "cat $0", "program\n"},
		{"places in variables", "echo $HOME $X; echo a >$TMPDIR/a; cat $HOME/a", "/tmp -I/box:/usr/lib\na\n"},
		{"modes", "echo true >x; chmod 755 x; ./x; chmod u+s x 2>&1 | cut -d: -f3; stat -c %a x", " Operation not permitted\n755\n"},
		{"times", "touch -d @86400 x; stat -c %Y x; cp -p x y; stat -c %Y y", "86400\n86400\n"},
		{"mode of a link's target", "echo >x; ln -s x y; chmod 700 y; stat -c %a x", "700\n"},
		{"a tree to write to", "echo kept >$OUT/kept; chmod 600 $OUT/kept", ""},
		{"files that move", "mkdir d; echo >d/x; mv d/x y; ln y d/z; mv d e; ls -A . e; mv y $OUT/moved; rm $OUT/moved", ".:\n.env\ne\nread.txt\ny\n\ne:\nz\n"},
		{"a program of its own", "cp /bin/echo e; ./e hi", "hi\n"},
		{"names are given back", "pwd; echo /tmp/slidexec; readlink -f $0", "/work\n/tmp/slidexec\n/box/main.txt\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, got := confinedScript(t, tt.script, func(c *Cmd) {
				c.Args, c.Dir = append(c.Args, "/box/main.txt"), "/work"
				c.Env = append(c.Env, "HOME=/tmp", "TMPDIR=/tmp", "X=-I/box:/usr/lib", "OUT=/box/out")
				c.Policy.Mounts = append(c.Policy.Mounts, Mount{Kind: CopyOn, Src: dir, Dst: "/work"}, Mount{Kind: File, Dst: "/work/.env"},
					Mount{Kind: File, Dst: "/box/main.txt", Data: []byte("program\n")}, Mount{Kind: Out, Src: out, Dst: "/box/out"})
			})
			if got != tt.want || r.Status != OK {
				t.Errorf("%s, got\n%swant\n%s", r.Status, got, tt.want)
			}
		})
	}
	if text, err := os.ReadFile(filepath.Join(out, "kept")); err != nil || string(text) != "kept\n" {
		t.Errorf("in the tree to write to: %q, %v", text, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "read.txt")); err != nil || string(text) != "beside the deck\n" {
		t.Errorf("the folder was changed: %q, %v", text, err)
	}
}

// A directory that is there for what is in it is moved too, unless something of the machine is there.
func TestConfinedParents(t *testing.T) {
	needLandlock(t)
	r, out := confinedScript(t, "pwd; ls", func(c *Cmd) {
		c.Dir = "/box"
		c.Policy.Mounts = append(c.Policy.Mounts, Mount{Kind: File, Dst: "/box/in/main.txt"}, Mount{Kind: File, Dst: "/usr/share/slidexec-test/x"})
	})
	if r.Status != OK || out != "/box\nin\n" {
		t.Errorf("%s, got %q", r.Status, out)
	}
	v := layout{dir: "/p", places: []place{{"/usr", "/usr"}, {"/a/b/c", "/p/a/b/c"}, {"/usr/x/y", "/p/usr/x/y"}, {"/etc/f", "/etc/f"}, {"/etc/d/g", "/p/etc/d/g"}}}
	v.addParents()
	for in, want := range map[string]string{"/a": "/p/a", "/a/b": "/p/a/b", "/usr/x": "/usr/x", "/etc/d": "/p/etc/d", "/etc": "/etc", "/ab": "/ab"} {
		if got := v.host(in); got != want {
			t.Errorf("host(%q) = %q, want %q", in, got, want)
		}
	}
}

// What rules cannot express is refused.
func TestConfinedRefuses(t *testing.T) {
	needLandlock(t)
	dir := publicDir(t)
	if err := os.WriteFile(filepath.Join(dir, "big"), make([]byte, 2<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		mounts []Mount
		want   string
	}{
		{"something hidden in a tree that is shown", []Mount{{Kind: Writable, Src: dir, Dst: "/work"}, {Kind: File, Dst: "/work/.env"}},
			"sandbox: landlock-files: show something else inside /work at /work/.env: operation not supported"},
		{"something read-only in one to write to", []Mount{{Kind: Writable, Src: dir, Dst: dir}, {Kind: ReadOnly, Src: "/etc/default", Dst: dir + "/big"}},
			"sandbox: landlock-files: show something else inside " + dir + " at " + dir + "/big: operation not supported"},
		{"a folder that is too large", []Mount{{Kind: CopyOn, Src: dir, Dst: "/work", Size: 1 << 20}},
			"sandbox: landlock-files: copy " + dir + "/big: no space left on device"},
		{"a folder with too much in it", []Mount{{Kind: CopyOn, Src: dir, Dst: "/work", Inodes: 1}},
			"sandbox: landlock-files: copy " + dir + ": no space left on device"},
		{"a source that is not there", []Mount{{Kind: ReadOnly, Src: dir + "/nope", Dst: "/work"}},
			"sandbox: root: mount " + dir + "/nope: no such file or directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := (&Cmd{Path: "true", form: confined, Policy: &Policy{Mounts: append(System(), tt.mounts...), Degraded: true}}).Run(t.Context())
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestConfinedLimits(t *testing.T) {
	needLandlock(t)
	tests := []struct {
		name, script string
		limits       Limits
		status       Status
		reason       string
	}{
		{"time", "trap '' TERM; sleep 60", Limits{Wall: 100 * time.Millisecond}, TimedOut, "stopped after 100ms (time limit)"},
		{"memory", "head -c 300M /dev/zero | tail -c 300M | sleep 60", Limits{Memory: 50 << 20}, MemoryLimit, "stopped when it used more than 50 MiB of memory (memory limit)"},
		{"processes", "for i in $(seq 40); do sleep 60 & done; wait", Limits{Processes: 20}, ProcessLimit, ""},
		{"files", "head -c 40M /dev/zero >$TMPDIR/x; sleep 60", Limits{Tmp: 20 << 20}, Signaled,
			"stopped when it had written more than 20 MiB to files (limit of temporary files)"},
		{"number of files", "cd $TMPDIR; seq 500 | xargs touch; sleep 60", Limits{Inodes: 100}, Signaled,
			"stopped when it had made more than 100 files (limit of temporary files)"},
		{"output", "yes", Limits{Output: 1000}, OutputLimit, "stopped after 1000 bytes of output (output limit)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, out := confinedScript(t, tt.script, func(c *Cmd) { c.Policy.Limits = tt.limits })
			if r.Status != tt.status || tt.reason != "" && r.Reason != tt.reason {
				t.Errorf("got %s %d %q, want %s %q\n%s", r.Status, r.Exit, r.Reason, tt.status, tt.reason, out)
			}
			if r.Limits["tmp"] != "best effort" || r.Limits["processes"] != "best effort" {
				t.Errorf("limits: %v", r.Limits)
			}
		})
	}
}

// Whatever a program starts is gone when Run returns, and when the caller is killed.
func TestConfinedSurvivors(t *testing.T) {
	needLandlock(t)
	// A number of seconds that nobody else sleeps.
	mark := fmt.Sprintf("86%d", os.Getpid())
	if given := os.Getenv("SLIDEXEC_TEST_MARK"); given != "" {
		mark = given
	}
	const daemon = "trap '' TERM HUP; (setsid sh -c 'setsid sleep MARK & sleep MARK' &) ; sleep MARK & "
	run := func(ctx context.Context, text string, out io.Writer) (Result, error) {
		text = strings.ReplaceAll(text, "MARK", mark)
		return (&Cmd{Path: "sh", Args: []string{"sh", "-c", text}, Stdout: out, form: confined, Policy: &Policy{Mounts: System()}}).Run(ctx)
	}
	if os.Getenv("SLIDEXEC_TEST_MARK") != "" {
		r, err := run(t.Context(), daemon+"sleep 0.1; echo up; wait", os.Stdout)
		t.Fatalf("the victim survived: %s, %v", r.Status, err)
	}
	ended := func(t *testing.T) {
		t.Helper()
		if pids := sleepers(t, mark); len(pids) > 0 {
			t.Errorf("survivors: %v", pids)
		}
	}
	t.Run("exit", func(t *testing.T) {
		var out strings.Builder
		if r, err := run(t.Context(), daemon+"sleep 0.1; echo up; exit 3", &out); err != nil || r.Exit != 3 || out.String() != "up\n" {
			t.Errorf("%s %d, %v", r.Status, r.Exit, err)
		}
		ended(t)
	})
	t.Run("cancel", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		if r, err := run(ctx, daemon+"sleep 0.1; echo up; wait", writerFunc(func([]byte) { cancel() })); err != nil || r.Status != Canceled {
			t.Errorf("%s, %v", r.Status, err)
		}
		ended(t)
	})
	t.Run("fork bomb", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		bomb := "f() { sleep MARK & (f &) ; f & }; echo up; f; wait"
		if r, err := run(ctx, bomb, writerFunc(func([]byte) { cancel() })); err != nil || r.Status != Canceled {
			t.Errorf("%s, %v", r.Status, err)
		}
		ended(t)
	})
	t.Run("killed caller", func(t *testing.T) {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		victim := exec.Command(self, "-test.run=^TestConfinedSurvivors$")
		victim.Env = append(os.Environ(), "SLIDEXEC_TEST_MARK="+mark)
		stdout, err := victim.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(stdout, make([]byte, 3)); err != nil {
			t.Errorf("the sandbox did not come up: %v", err)
		}
		if err := victim.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = victim.Wait() // it was killed
		deadline := time.Now().Add(5 * time.Second)
		for len(sleepers(t, mark)) > 0 && time.Now().Before(deadline) {
			time.Sleep(10 * time.Millisecond)
		}
		ended(t)
		bury(t, "init")
		prunePrivate(os.TempDir())
		if left, _ := filepath.Glob(filepath.Join(os.TempDir(), privatePrefix+strconv.Itoa(victim.Process.Pid)+"-*")); left != nil {
			t.Errorf("left behind: %v", left)
		}
	})
}

// sleepers lists the processes that sleep for so long.
func sleepers(t *testing.T, mark string) (pids []string) {
	t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range dirs {
		if text, err := os.ReadFile(file); err == nil && string(text) == "sleep\x00"+mark+"\x00" {
			pids = append(pids, file)
		}
	}
	return pids
}

// A program that makes namespaces is refused them, and its result says that this is not its fault.
func TestConfinedLonely(t *testing.T) {
	needLandlock(t)
	const why = "the program may not make namespaces: this machine cannot limit them (degraded run)"
	for text, want := range map[string]Status{"unshare -U true": Denied, "unshare -Ur true || true": OK, "true": OK} {
		r, out := confinedScript(t, text, func(c *Cmd) { c.Policy.Nested = 4 })
		if r.Status != want || (r.Reason == why) != (text != "true") {
			t.Errorf("%q: %s %q, want %s\n%s", text, r.Status, r.Reason, want, out)
		}
	}
}

// With the host's network there is one, but not the sockets of programs on this machine.
func TestConfinedNetHost(t *testing.T) {
	needLandlock(t)
	needProgram(t, "bash")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for network, want := range map[Net]Status{NetNone: Exited, NetHost: OK} {
		r, out := confinedScript(t, "exec bash -c 'echo hello >/dev/tcp/127.0.0.1/"+port+"'", func(c *Cmd) { c.Policy.Net = network })
		if r.Status != want {
			t.Errorf("network %q: got %s, want %s\n%s", network, r.Status, want, out)
		}
	}
}

func TestRemoveTree(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tree")
	at := dir
	for range 300 {
		at += "/d"
	}
	if err := errors.Join(os.MkdirAll(at, 0o755), os.WriteFile(at+"/f", nil, 0), os.Symlink("/etc", dir+"/l"), os.Mkdir(dir+"/"+privatePrefix+"1", 0o700)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := os.Chmod(at, 0); err != nil {
			t.Fatal(err)
		}
		at = filepath.Dir(at)
	}
	if err := removeTree(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestCutter(t *testing.T) {
	for size := 1; size < 12; size++ {
		c := cutter{text: []byte("/tmp/x")}
		in, out := "a/tmp/xb/tmp//tmp/x/tmp/y/tmp", ""
		for in != "" {
			n := min(size, len(in))
			out += string(c.cut([]byte(in[:n])))
			in = in[n:]
		}
		if out += string(c.rest()); out != "ab/tmp//tmp/y/tmp" {
			t.Errorf("in pieces of %d: %q", size, out)
		}
	}
}
