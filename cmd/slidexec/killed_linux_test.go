package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/sandbox"
)

// killedDeck has programs of several kinds, each of which leaves something for others to end or to remove.
const killedDeck = "# Plain\n\n```sh +exec\nsleep 0.02; echo plain\n```\n\n" +
	"# Compiled\n\n```c +exec\n#include <stdio.h>\nint main(void) { puts(\"compiled\"); }\n```\n\n" +
	"# Background\n\n```sh +exec\nsleep 1000 & (sleep 1000 | cat) & setsid sleep 1000 & echo background\n```\n\n" +
	"# Nested\n\n```sh +exec\nunshare -Urpf --mount-proc sh -c 'mount -t tmpfs tmpfs /tmp; sleep 1000 & echo nested'\n```\n\n" +
	"# Kept\n\n```sh +exec\necho kept >data/file; cat data/file\n```\n"

// A killing is a deck that is rendered again and again by a slidexec that is killed meanwhile.
type killing struct {
	t          *testing.T
	self       string
	dir        string
	old, whole string // what the output file may be: as it was before, as it is after a run
	random     *rand.Rand
}

// TestKilled: a slidexec that is killed at any moment leaves no process, mount, control group or temporary file,
// nothing that stops or misleads the next one, and no half of a file. SLIDEXEC_KILLS says how often it is killed;
// SLIDEXEC_SEED repeats the moments of another run.
func TestKilled(t *testing.T) {
	k := newKilling(t)
	before := time.Now()
	if got := k.run("--refresh").ended(); got != "status 0" {
		t.Fatal("a run that nobody kills: ", got)
	}
	lasts := time.Since(before)
	k.whole = k.output()
	for _, want := range []string{"plain", "compiled", "background", "nested", "kept"} {
		if !strings.Contains(k.whole, "```output\n"+want+"\n```\n") {
			t.Fatalf("a run that nobody kills shows\n%s", k.whole)
		}
	}
	var makers []int
	finished := 0
	for i := range fromEnv(t, "SLIDEXEC_KILLS", 6) {
		how := []string{"--refresh", "--no-cache", ""}[i%3]
		if how == "" { // an empty cache is made, and filled
			if err := os.RemoveAll(filepath.Join(k.dir, "cache")); err != nil {
				t.Fatal(err)
			}
		}
		pid, killed := k.kill(how, time.Duration(k.random.Int64N(int64(lasts))))
		makers = append(makers, pid)
		if !killed {
			finished++
		}
		if t.Failed() {
			t.Fatalf("after %d runs, this one with %q", i+1, how)
		}
	}
	t.Logf("%d were killed, %d ended before; a run lasts %v", len(makers)-finished, finished, lasts)
	k.recovers(makers)
}

func newKilling(t *testing.T) *killing {
	if report := sandbox.Probe(t.Context()); !report.OK() {
		need.Here(t, "sandbox", "this machine cannot sandbox")
	}
	for _, tool := range []string{"cc", "unshare", "setsid"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("this machine has no ", tool)
		}
	}
	// What it leaves alive becomes our child, wherever it is, and is found.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(fromEnv(t, "SLIDEXEC_SEED", int(time.Now().UnixNano()%1_000_000)))
	t.Logf("SLIDEXEC_SEED=%d", seed)
	k := &killing{t: t, self: self, dir: t.TempDir(), old: "as it was\n", random: rand.New(rand.NewPCG(seed, 0))}
	for _, name := range []string{"tmp", "deck/data"} {
		if err := os.MkdirAll(filepath.Join(k.dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(k.dir, "deck/deck.md"), []byte(killedDeck), 0o644); err != nil {
		t.Fatal(err)
	}
	return k
}

// fromEnv is a number that a variable gives, or the usual one.
func fromEnv(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s=%s is no number", name, text)
	}
	return n
}

// run starts a rendering of the deck.
func (k *killing) run(flags ...string) *started {
	k.t.Helper()
	args := append([]string{"render", "deck.md", "-o", "out.md", "--allow", "write=data"}, flags...)
	s := begin(k.t, filepath.Join(k.dir, "deck"), slices.DeleteFunc(args, func(a string) bool { return a == "" })...)
	s.cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(k.dir, "cache"), "TMPDIR="+filepath.Join(k.dir, "tmp"))
	s.cmd.Stderr = &s.err
	if err := s.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	return s
}

// kill renders onto an old file, kills that at the moment and looks at what is left. It reports whether it was in time.
func (k *killing) kill(how string, moment time.Duration) (pid int, killed bool) {
	k.t.Helper()
	if err := os.WriteFile(filepath.Join(k.dir, "deck/out.md"), []byte(k.old), 0o644); err != nil {
		k.t.Fatal(err)
	}
	s := k.run(how)
	pid = s.cmd.Process.Pid
	kill := time.AfterFunc(moment, func() { _ = s.cmd.Process.Kill() }) // it may have ended
	ended := s.ended()
	kill.Stop()
	if ended != "killed by killed" && ended != "status 0" {
		k.t.Errorf("killed after %v: %s\n%s", moment, ended, s.err.String())
	}
	k.gone(moment)
	if got := k.output(); got != k.whole && got != k.old {
		k.t.Errorf("killed after %v: the output file is neither the old one nor whole:\n%s", moment, got)
	}
	if mounts := k.mounts(); mounts != "" {
		k.t.Errorf("killed after %v: it left mounts:\n%s", moment, mounts)
	}
	return pid, ended != "status 0"
}

// gone checks that nothing is alive that it started. Everything has two seconds to be gone.
func (k *killing) gone(moment time.Duration) {
	k.t.Helper()
	const within = 2 * time.Second
	late := time.NewTimer(within)
	defer late.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		alive := k.alive()
		if len(alive) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-late.C:
			k.t.Errorf("killed after %v: alive after %v more:\n%s", moment, within, strings.Join(alive, "\n"))
			return
		}
	}
}

// alive lists our children, and buries those that are dead.
func (k *killing) alive() (lines []string) {
	tasks, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		k.t.Fatal(err)
	}
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue // a thread that is gone
		}
		for _, field := range strings.Fields(string(text)) {
			pid, err := strconv.Atoi(field)
			if err != nil {
				k.t.Fatal(err)
			}
			if done, _ := syscall.Wait4(pid, nil, syscall.WNOHANG, nil); done == pid {
				continue
			}
			args, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)) // it may be gone by now
			lines = append(lines, field+" "+strings.ReplaceAll(string(args), "\x00", " "))
		}
	}
	return lines
}

func (k *killing) output() string {
	k.t.Helper()
	text, err := os.ReadFile(filepath.Join(k.dir, "deck/out.md"))
	if err != nil {
		k.t.Fatal(err)
	}
	return string(text)
}

// mounts lists mounts that a sandbox of this test has in our namespace.
func (k *killing) mounts() (lines string) {
	k.t.Helper()
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		k.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, k.dir) || strings.Contains(line, "slidexec") {
			lines += line
		}
	}
	return lines
}

// recovers checks that the next run is as if nobody had been killed before, and removes what they left.
func (k *killing) recovers(makers []int) {
	k.t.Helper()
	for _, how := range []string{"", "--no-cache", "--refresh", ""} {
		if s := k.run(how); s.ended() != "status 0" || k.output() != k.whole {
			k.t.Errorf("the next run, with %q: %s\n%s\n%s", how, s.cmd.ProcessState, s.err.String(), k.output())
		}
	}
	for dir, want := range map[string][]string{"tmp": nil, "deck": {"data", "deck.md", "out.md"}, "cache/slidexec/v2/tmp": nil} {
		entries, err := os.ReadDir(filepath.Join(k.dir, dir))
		if err != nil {
			k.t.Error(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if !slices.Equal(got, want) {
			k.t.Errorf("%s has %q, want %q", dir, got, want)
		}
	}
	if left := groupsOf(makers); len(left) > 0 {
		k.t.Errorf("control groups: %q", left)
	}
}

// groupsOf lists the control groups that processes made.
func groupsOf(pids []int) (paths []string) {
	_ = filepath.WalkDir("/sys/fs/cgroup", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil // gone, or not ours to look into
		}
		maker, found := strings.CutPrefix(d.Name(), "slidexec-")
		maker, _, _ = strings.Cut(maker, "-")
		if pid, err := strconv.Atoi(maker); found && err == nil && slices.Contains(pids, pid) {
			paths = append(paths, path)
		}
		return nil
	})
	return paths
}
