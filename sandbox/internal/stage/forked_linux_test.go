package stage

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What runs behind a fork calls raw system calls and its own kind only, on every machine that this
// is built for: nothing that grows a stack, allocates, or tells the collector of a pointer. The
// compiler's own listing says so.
func TestForkedCallsNothing(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command")
	}
	for _, arch := range []string{"amd64", "arm64", "riscv64"} {
		t.Run(arch, func(t *testing.T) {
			list := exec.Command("go", "build", "-gcflags=-S", ".")
			list.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "GOFLAGS=")
			out, err := list.CombinedOutput()
			if err != nil {
				t.Fatalf("go build: %v\n%s", err, out)
			}
			checkForked(t, string(out))
		})
	}
}

var (
	functionLine = regexp.MustCompile(`^\S*sandbox/internal/stage\.(\S+) STEXT (.*)`)
	callLine     = regexp.MustCompile(`\b(?:CALL|JMP|BL|JAL|CALLR)\t(?:X\d+, )?([\w/.()*]+\.[\w()*.]+)\(SB\)`)
)

func checkForked(t *testing.T, listing string) {
	t.Helper()
	calls, noSplit, name := make(map[string][]string), make(map[string]bool), ""
	for line := range strings.Lines(listing) {
		if m := functionLine.FindStringSubmatch(line); m != nil {
			name = m[1]
			before, again := noSplit[name] // a function called from assembly has a wrapper by its name
			noSplit[name] = strings.Contains(m[2], "nosplit") && (before || !again)
		} else if m := callLine.FindStringSubmatch(line); m != nil && strings.HasPrefix(line, "\t0x") {
			calls[name] = append(calls[name], m[1])
		}
	}
	seen := []string{"runKeeper", "runKept", "runInit", "runProgram"}
	for i := 0; i < len(seen); i++ {
		if !noSplit[seen[i]] {
			t.Errorf("%s may grow its stack, or there is no such function", seen[i])
		}
		for _, called := range calls[seen[i]] {
			own, ours := strings.CutPrefix(called[strings.LastIndex(called, "/")+1:], "stage.")
			switch {
			case ours && (own == "spawnProgram" && !noSplit[own] || slices.Contains(seen, own)): // assembly
			case ours:
				seen = append(seen, own)
			case called == "syscall.RawSyscall", called == "syscall.RawSyscall6", strings.HasPrefix(called, "runtime.panic"):
			default:
				t.Errorf("%s calls %s", seen[i], called)
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %v: the listing was not understood", seen)
	}
}
