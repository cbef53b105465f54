package sandbox

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/sys/unix"
)

// need skips the test when this machine lacks what it names, or fails it when the environment
// says that it must be there.
func need(t testing.TB, name string, missing string) {
	t.Helper()
	if missing == "" {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("SLIDEXEC_NEED"), ","), name) {
		t.Fatalf("%s is needed: %s", name, missing)
	}
	t.Skipf("no %s: %s", name, missing)
}

// needSandbox skips the test where nothing can be sandboxed.
func needSandbox(t testing.TB) {
	t.Helper()
	missing := ""
	for _, l := range Probe(t.Context()).Layers {
		if l.State == Missing {
			missing = l.Name + ": " + l.Reason
			break
		}
	}
	need(t, "sandbox", missing)
}

func needProgram(t testing.TB, name string) {
	t.Helper()
	missing := ""
	if _, err := exec.LookPath(name); err != nil {
		missing = err.Error()
	}
	need(t, name, missing)
}

// A hostile program and what must come of it.
type hostile struct {
	want    string   // status; "" is ok
	stdout  string   // expected
	layers  []string // what stops it; it must succeed without
	without []string // left out in both runs
	stdin   string
	out     string // where a directory of ours is mounted that it may write to
	policy  Policy
	arch    string
	shell   bool
	pool    *Pool // to take the sandbox from
	source  []byte
}

// headers is the table of what may stand above the program.
var headers = map[string]func(*hostile, string) error{
	"want":    func(h *hostile, s string) error { h.want = s; return nil },
	"stdin":   func(h *hostile, s string) error { h.stdin = s; return nil },
	"arch":    func(h *hostile, s string) error { h.arch = s; return nil },
	"without": func(h *hostile, s string) error { h.without = strings.Fields(s); return nil },
	"layer": func(h *hostile, s string) error {
		if !strings.HasPrefix(s, "none: ") {
			h.layers = strings.Fields(s)
		}
		return nil
	},
	"out": func(h *hostile, s string) error { h.out = s; return nil },
	"net": func(h *hostile, s string) error { h.policy.Net = Net(s); return nil },
	"nested": func(h *hostile, s string) (err error) {
		h.policy.Nested, err = strconv.Atoi(s)
		return err
	},
	"processes": func(h *hostile, s string) (err error) {
		h.policy.Limits.Processes, err = strconv.Atoi(s)
		return err
	},
	"wall": func(h *hostile, s string) (err error) {
		h.policy.Limits.Wall, err = time.ParseDuration(s)
		return err
	},
	"memory": bytesHeader(func(l *Limits) *int64 { return &l.Memory }),
	"output": bytesHeader(func(l *Limits) *int64 { return &l.Output }),
	"tmp":    bytesHeader(func(l *Limits) *int64 { return &l.Tmp }),
}

func bytesHeader(field func(*Limits) *int64) func(*hostile, string) error {
	return func(h *hostile, s string) (err error) {
		*field(&h.policy.Limits), err = strconv.ParseInt(s, 10, 64)
		return err
	}
}

func readHostile(t *testing.T, file string) *hostile {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{want: string(OK)}
	lines := strings.Split(strings.TrimSpace(string(archive.Comment)), "\n")
	for _, line := range lines[1:] { // the first says what it is about
		if text, ok := strings.CutPrefix(line, "| "); ok {
			h.stdout += text + "\n"
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		if name == "stdout" {
			continue
		}
		set := headers[name]
		if set == nil {
			t.Fatalf("%s: unknown header %q", file, name)
		}
		if err := set(h, strings.TrimSpace(value)); err != nil {
			t.Fatalf("%s: %s: %v", file, name, err)
		}
	}
	if len(archive.Files) != 1 {
		t.Fatalf("%s: %d files, want one", file, len(archive.Files))
	}
	h.shell = archive.Files[0].Name == "main.sh"
	h.source = archive.Files[0].Data
	return h
}

// build makes the program and returns where it is.
func (h *hostile) build(t *testing.T, dir string) string {
	t.Helper()
	if h.shell {
		path := filepath.Join(dir, "main.sh")
		if err := os.WriteFile(path, append([]byte("#!/bin/sh\n"), h.source...), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	needProgram(t, "gcc")
	path := filepath.Join(dir, "main")
	headers, err := filepath.Abs("testdata/hostile")
	if err != nil {
		t.Fatal(err)
	}
	gcc := exec.Command("gcc", "-w", "-O1", "-I", headers, "-x", "c", "-", "-o", path)
	gcc.Stdin = bytes.NewReader(h.source)
	if out, err := gcc.CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	return path
}

// outcome is what a test compares.
type outcome struct{ status, stdout string }

// run runs the program without some layers.
func (h *hostile) run(t *testing.T, program string, args, without []string) outcome {
	t.Helper()
	policy := h.policy
	policy.Mounts = append(System(), Mount{Kind: ReadOnly, Src: filepath.Dir(program), Dst: "/prog"})
	if h.out != "" {
		policy.Mounts = append(policy.Mounts, Mount{Kind: Out, Src: t.TempDir(), Dst: h.out})
	}
	path := filepath.Join("/prog", filepath.Base(program))
	if slices.Contains(without, "root") {
		path = program
	}
	var stdout, stderr bytes.Buffer
	c := &Cmd{
		Path: path, Args: append([]string{path}, args...), Env: []string{"PATH=/usr/bin:/bin"}, Policy: &policy,
		Stdin: strings.NewReader(h.stdin), Stdout: &stdout, Stderr: &stderr, without: without,
	}
	if h.pool != nil {
		c.Pool = h.pool
		fill(h.pool, policy)
		defer used(t, h.pool)()
	}
	start := time.Now()
	r, err := c.Run(t.Context())
	if err != nil {
		t.Fatalf("without %v: %v", without, err)
	}
	if testing.Verbose() {
		t.Logf("without %v: %s %q in %v, stderr %q", without, r.Status, r.Reason, time.Since(start), stderr.String())
	}
	status := string(r.Status)
	if r.Status == Exited {
		status += " " + strconv.Itoa(r.Exit)
	}
	out := stdout.String()
	if r.Status == OutputLimit {
		out = "" // as much as the limit lets through
	}
	return outcome{status, out}
}

func TestHostile(t *testing.T) {
	needSandbox(t)
	files, err := filepath.Glob("testdata/hostile/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no hostile programs: %v", err)
	}
	args := neighbours(t)
	reports := Probe(t.Context())
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			h := readHostile(t, file)
			if h.arch != "" && h.arch != runtime.GOARCH {
				t.Skipf("for %s", h.arch)
			}
			for _, l := range reports.Layers {
				if l.State != Available && slices.Contains(h.layers, l.Name) {
					need(t, l.Name, l.Reason)
				}
			}
			addKey(t)
			program := h.build(t, publicDir(t))
			want := outcome{h.want, h.stdout}
			if got := h.run(t, program, args, h.without); got != want {
				t.Errorf("got %s\n%swant %s\n%s", got.status, got.stdout, want.status, want.stdout)
			}
			if len(h.layers) == 0 {
				return
			}
			if got := h.run(t, program, args, slices.Concat(h.without, h.layers)); got == want {
				t.Errorf("the same without the layer %v: the test does not test it", h.layers)
			}
		})
	}
}

// publicDir is a temporary directory that any user can enter: a sandbox of root's runs as another.
func publicDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// neighbours puts things on this machine that a program may try to reach, and returns its
// arguments: a TCP port, the name of an abstract socket, the key of a shared memory segment.
func neighbours(t *testing.T) []string {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("slidexec-test-%d", os.Getpid())
	abstract, err := net.Listen("unix", "@"+name)
	if err != nil {
		t.Fatal(err)
	}
	key := 0x51000000 + os.Getpid()
	id, err := unix.SysvShmGet(key, 4096, unix.IPC_CREAT|0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = tcp.Close()
		_ = abstract.Close()
		if _, err := unix.SysvShmCtl(id, unix.IPC_RMID, nil); err != nil {
			t.Errorf("remove the segment: %v", err)
		}
	})
	return []string{strconv.Itoa(tcp.Addr().(*net.TCPAddr).Port), name, strconv.Itoa(key)}
}

// addKey gives this thread a session keyring with a key in it, which what it forks would inherit.
// The thread ends with the test.
func addKey(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	if _, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0); err != nil {
		t.Skipf("no keyring: %v", err)
	}
	if _, err := unix.AddKey("user", "slidexec:test", []byte("secret"), unix.KEY_SPEC_SESSION_KEYRING); err != nil {
		t.Fatal(err)
	}
}
