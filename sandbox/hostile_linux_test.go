package sandbox

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

// Every program of testdata/hostile is run twice: in a whole sandbox, where it must be stopped, and
// without what stops it, where it must get through. Without that second run a test of this kind
// passes on any machine that happens not to have the hole.

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
	need.Here(t, "sandbox", missing)
}

func needProgram(t testing.TB, name string) {
	t.Helper()
	missing := ""
	if _, err := exec.LookPath(name); err != nil {
		missing = err.Error()
	}
	need.Here(t, name, missing)
}

// compiled keeps programs by their names, for the tests that run the same ones.
type compiled struct {
	mu       sync.Mutex
	programs map[string][]byte
}

// program returns the text of a script or the machine code of a C program.
func (c *compiled) program(t *testing.T, h *hostile) []byte {
	t.Helper()
	if h.shell {
		return append([]byte("#!/bin/sh\n"), h.source...)
	}
	c.mu.Lock()
	b := c.programs[h.name]
	c.mu.Unlock()
	if b != nil {
		return b
	}
	needProgram(t, "gcc")
	headers, err := filepath.Abs("testdata/hostile")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "main")
	gcc := exec.Command("gcc", "-w", "-O1", "-pthread", "-I", headers, "-x", "c", "-", "-o", path)
	gcc.Stdin = bytes.NewReader(h.source)
	if out, err := gcc.CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	if b, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.programs[h.name] = b
	c.mu.Unlock()
	return b
}

// place writes the program, with the rights that its file asks for.
func (h *hostile) place(t *testing.T, program []byte) string {
	t.Helper()
	path := filepath.Join(publicDir(t), h.name)
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	if h.mode != 0 {
		if err := unix.Chmod(path, uint32(h.mode)); err != nil {
			t.Fatal(err)
		}
	}
	if h.caps && os.Geteuid() == 0 {
		// struct vfs_cap_data, version 2, effective; permitted are CAP_CHOWN and CAP_NET_RAW.
		caps := append([]byte{1, 0, 0, 2, 1, 1 << 5}, make([]byte, 14)...)
		if err := unix.Setxattr(path, "security.capability", caps, 0); err != nil {
			t.Fatalf("give the file a capability: %v", err)
		}
	}
	return path
}

// outcome is what a test compares.
type outcome struct {
	status, stdout string
	left           string // what is beside the program, or alive, that was not before
}

// run runs the program with a policy and without some layers.
func (h *hostile) run(t *testing.T, m *neighbours, program []byte, policy Policy, without []string) outcome {
	t.Helper()
	path := h.place(t, program)
	beside := m.beside(t)
	dst := filepath.Join("/prog", filepath.Base(path))
	policy.Mounts = append(System(), Mount{Kind: ReadOnly, Src: filepath.Dir(path), Dst: "/prog"})
	policy.Limits.Wall = cmp.Or(policy.Limits.Wall, time.Minute) // on a busy machine things take their time
	if h.out != "" {
		policy.Mounts = append(policy.Mounts, Mount{Kind: Out, Src: beside.out, Dst: h.out})
	}
	if h.view != "" {
		policy.Mounts = append(policy.Mounts, Mount{Kind: CopyOn, Src: beside.dir, Dst: h.view})
	}
	if h.see != "" {
		policy.Mounts = append(policy.Mounts, Mount{Kind: ReadOnly, Src: beside.dir, Dst: h.see})
	}
	args := append(slices.Clone(m.args), beside.dir, h.out)
	if slices.Contains(without, "root") {
		dst, args[len(args)-1] = path, beside.out
	}
	var stdout, stderr bytes.Buffer
	c := &Cmd{
		Path: dst, Args: append([]string{dst}, args...), Env: []string{"PATH=/usr/bin:/bin"}, Policy: &policy,
		Stdin: strings.NewReader(h.stdin), Stdout: &stdout, Stderr: &stderr, without: without,
	}
	if h.terminal != nil {
		h.terminal(c)
	}
	if h.pool != nil {
		c.Pool = h.pool
		h.pool.WarmFor(c)
		settle(h.pool)
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
	if len(without) == len(h.without) {
		h.compareKept(t, r)
	}
	status := string(r.Status)
	if r.Status == Exited {
		status += " " + strconv.Itoa(r.Exit)
	}
	out := strings.ReplaceAll(stdout.String(), "\r\n", "\n") // as a terminal ends lines
	if r.Status == OutputLimit {
		out = "" // as much as the limit lets through
	}
	return outcome{status, out, beside.left(t, h.name)}
}

// compareKept compares what the result says of its limits.
func (h *hostile) compareKept(t *testing.T, r Result) {
	t.Helper()
	for _, entry := range h.kept {
		name, want, _ := strings.Cut(entry, "=")
		if r.Limits[name] != want {
			t.Errorf("the limit %s: %q, want %q", name, r.Limits[name], want)
		}
	}
}

func TestHostile(t *testing.T) {
	needSandbox(t)
	m := newNeighbours(t)
	reports := Probe(t.Context())
	for _, file := range hostileFiles(t) {
		h := readHostile(t, file)
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			if h.arch != "" && h.arch != runtime.GOARCH {
				t.Skipf("for %s", h.arch)
			}
			for _, l := range reports.Layers {
				if l.State != Available && slices.Contains(h.layers, l.Name) {
					need.Here(t, l.Name, l.Reason)
				}
			}
			if h.needs != "" {
				needProgram(t, h.needs)
			}
			addKey(t)
			program := programs.program(t, h)
			want := outcome{status: h.want, stdout: h.stdout}
			if got := h.run(t, m, program, h.policy, h.without); got != want {
				t.Errorf("got %s\n%swant %s\n%s%s", got.status, got.stdout, want.status, want.stdout, got.left)
			}
			if h.controlled() {
				h.breakOut(t, m, program, want)
			}
		})
	}
}

// controlled says whether this machine and user can run the program without what stops it.
func (h *hostile) controlled() bool {
	who := "user"
	if os.Geteuid() == 0 {
		who = "root"
	}
	switch {
	case h.why != "" || h.since != "" && !since(h.since):
		return false
	case h.control == "limits": // who starts slidexec has a right to more than is usual
		var r unix.Rlimit
		return unix.Getrlimit(unix.RLIMIT_RTPRIO, &r) == nil && r.Max > 0
	}
	return h.control == "" || h.control == who
}

// breakOut runs the program without what stops it.
func (h *hostile) breakOut(t *testing.T, m *neighbours, program []byte, stopped outcome) {
	t.Helper()
	policy := h.policy
	if h.limit != "" {
		widened[h.limit](&policy)
	}
	without := closure(slices.Concat(h.without, h.layers))
	var got outcome
	if h.bare {
		got = h.runBare(t, m, program)
	} else {
		got = h.run(t, m, program, policy, without)
	}
	if got == stopped {
		t.Errorf("the same without %v%s: the test does not test it", h.layers, h.limit)
	}
	lines := slices.Concat([]string{"status " + got.status}, strings.Split(got.stdout, "\n"), strings.Split(got.left, "\n"))
	for _, want := range h.broken {
		if !slices.Contains(lines, want) {
			t.Errorf("without %v%s it does not get through: no %q in\n%s", without, h.limit, want, strings.Join(lines, "\n"))
		}
	}
}

// runBare runs the program as any other. It is for programs that look only.
func (h *hostile) runBare(t *testing.T, m *neighbours, program []byte) outcome {
	t.Helper()
	path, beside := h.place(t, program), m.beside(t)
	c := exec.Command(path, append(slices.Clone(m.args), beside.dir, beside.out)...)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("without a sandbox: %v", err)
	}
	return outcome{string(OK), string(out), beside.left(t, h.name)}
}

// closure adds the layers that cannot be had without those given. An ordinary user has nothing
// that needs a capability without a user namespace.
func closure(without []string) []string {
	without = slices.Clone(without)
	if slices.Contains(without, "user") && os.Geteuid() != 0 {
		without = append(without, "memory", "net", "ipc", "uts", "cgroup", "mount", "read-only", "pid", "init", "caps")
	}
	for range layers {
		for name, others := range needs {
			if slices.ContainsFunc(others, func(n string) bool { return slices.Contains(without, n) }) && !slices.Contains(without, name) {
				without = append(without, name)
			}
		}
	}
	if slices.Contains(without, "proc") && !slices.Contains(without, "root") {
		without = append(without, "namespace-caps") // it writes to files of /proc
	}
	return without
}

// programs are shared by the tests that run them.
var programs = compiled{programs: make(map[string][]byte)}
