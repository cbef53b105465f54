package stage

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What runs behind a fork calls raw system calls and its own kind only, on every machine that this
// is built for: nothing that grows a stack, allocates, or tells the collector of a pointer. The machine
// code of linked programs says so; that they link at all says that the stack suffices.
func TestForkedCallsNothing(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command")
	}
	for _, arch := range []string{"amd64", "arm64", "riscv64"} {
		t.Run(arch, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "linked")
			build := exec.Command("go", "build", "-o", program, "./testdata/linked")
			build.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0", "GOFLAGS=")
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("go build: %v\n%s", err, out)
			}
			out, err := exec.Command("go", "tool", "objdump", "-s", `sandbox/internal/stage\.`, program).Output()
			if err != nil {
				t.Fatalf("go tool objdump: %v", err)
			}
			checkForked(t, string(out))
		})
	}
}

var (
	functionLine = regexp.MustCompile(`^TEXT \S*/sandbox/internal/stage\.(\S+?)(?:\.abi0)?\(SB\)`)
	callLine     = regexp.MustCompile(`\t(?:CALL|JMP|JAL|BL|B) (?:X\d+, )?(?:(\S*?[a-z]\S*?)(?:\.abi\w+)?\(SB\)|\(?[A-Z]+\d*\)?\s*$)`)
)

func checkForked(t *testing.T, listing string) {
	t.Helper()
	calls, name := make(map[string][]string), ""
	for line := range strings.Lines(listing) {
		if m := functionLine.FindStringSubmatch(line); m != nil {
			name = m[1]
			calls[name] = append(calls[name], "")[:len(calls[name])] // also one that calls nobody
		} else if m := callLine.FindStringSubmatch(strings.TrimRight(line, " \t\n")); m != nil {
			calls[name] = append(calls[name], m[1])
		}
	}
	seen := []string{"runKeeper", "runKept", "runInit", "runProgram"}
	for i := 0; i < len(seen); i++ {
		if _, ok := calls[seen[i]]; !ok {
			t.Errorf("there is no function %s", seen[i])
		}
		for _, called := range calls[seen[i]] {
			own, ours := strings.CutPrefix(called[strings.LastIndex(called, "/")+1:], "stage.")
			switch {
			case ours && !slices.Contains(seen, own):
				seen = append(seen, own)
			case ours, called == "syscall.RawSyscall", called == "syscall.RawSyscall6", strings.HasPrefix(called, "runtime.panic"):
			case called == "" && (seen[i] == "forkRaw" || seen[i] == "runKept"): // one of the four above, by its address
			default:
				t.Errorf("%s calls %q", seen[i], called)
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %v: the listing was not understood", seen)
	}
}
