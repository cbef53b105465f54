package sandbox

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Signals are called as kill -l does, and a status that only looks like the filter's is the program's own.
func TestVerdict(t *testing.T) {
	needSandbox(t)
	tests := []struct {
		text         string
		status       Status
		exit         int
		signal, sent string
	}{
		{"exit 159", Exited, 159, "", ""},
		{"kill -SEGV $$", Signaled, 0, "SIGSEGV", ""},
		{"kill -34 $$", Signaled, 0, "SIGRTMIN", ""},
		{"kill -37 $$", Signaled, 0, "SIGRTMIN+3", ""},
		{"kill -64 $$", Signaled, 0, "SIGRTMAX", ""},
		{"kill -33 $$", Signaled, 0, "signal 33", ""},
	}
	for _, tt := range tests {
		r, _ := script(t, tt.text, func(*Cmd) {})
		if r.Status != tt.status || r.Exit != tt.exit || r.Signal != tt.signal {
			t.Errorf("%s: %s %d %q, want %s %d %q", tt.text, r.Status, r.Exit, r.Signal, tt.status, tt.exit, tt.signal)
		}
	}
}

// What says which system this is can be read in the sandbox and not changed.
func TestReleases(t *testing.T) {
	needSandbox(t)
	for _, path := range releases {
		want, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		_, got := script(t, "cat "+path+" && { echo mine >>"+path+"; rm -f "+path+"; } 2>&1 | grep -c -e 'Read-only' -e 'Permission'", func(*Cmd) {})
		if text, refused, _ := strings.Cut(got, string(want)); text != "" || refused != "2\n" {
			t.Errorf("%s: %q, want %q, and two refusals to change it", path, got, want)
		}
	}
	if _, err := os.Stat("/etc/os-release"); err == nil && !slices.ContainsFunc(System(), func(m Mount) bool { return m.Dst == "/etc/os-release" }) {
		t.Error("/etc/os-release is not among the mounts")
	}
}

// strace shows what a program asks of the kernel, where tracing is allowed and not where it is not.
func TestStrace(t *testing.T) {
	needSandbox(t)
	needProgram(t, "strace")
	for _, allowed := range []bool{true, false} {
		_, out := script(t, "strace -f -e trace=unshare,write sh -c 'unshare -U echo traced' 2>&1; true", func(c *Cmd) {
			c.Policy = &Policy{Mounts: System(), Nested: 1, Syscalls: Syscalls{Ptrace: allowed}}
		})
		if got := strings.Contains(out, "unshare(CLONE_NEWUSER)") && strings.Contains(out, `write(1, "traced\n", 7`); got != allowed {
			t.Errorf("tracing allowed %v: %q", allowed, out)
		}
	}
}
