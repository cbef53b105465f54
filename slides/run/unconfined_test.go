package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// loose returns a runner without a sandbox, with this machine's tools.
func loose(t *testing.T, o Options) *Runner {
	t.Helper()
	o.NoSandbox, o.Finder = true, toolchain.NewFinder(o.Dir)
	return newRunner(t, o)
}

func TestWithoutSandbox(t *testing.T) {
	dir := files(t, map[string]string{"data.csv": "1,2\n"})
	r := loose(t, Options{Dir: dir})
	s := inDeck("sh", "", "pwd; cat data.csv; echo new > made\nnosuchcommand\n")
	res := do(t, r, s).Placed(s, slides.ByDeck)
	want := dir + "\n1,2\n" + "deck.md: 4: nosuchcommand: not found\n"
	if got := string(res.Bytes()); got != want || res.Exit != 127 || res.Layers != nil || res.Status != slides.Exited {
		t.Errorf("%+v\n%s\nwant:\n%s", res, got, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "made")); err != nil {
		t.Error("what it writes does not stay")
	}
}

func TestWithoutSandboxCompiles(t *testing.T) {
	r := loose(t, Options{})
	res := do(t, r, inDeck("c", "", "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 3; }\n"))
	if string(res.Bytes()) != "hello\n" || res.Exit != 3 {
		t.Errorf("%+v\n%s", res, res.Bytes())
	}
	s := inDeck("c", "", "int main(void) {\n  return x;\n}\n")
	if res := do(t, r, s).Placed(s, slides.ByDeck); !strings.Contains(strip(string(res.Bytes())), "deck.md:4:10") {
		t.Errorf("%+v\n%s", res, res.Bytes())
	}
}

func TestWithoutSandboxLimits(t *testing.T) {
	r := loose(t, Options{Limits: sandbox.Limits{Wall: 200 * time.Millisecond, Output: 1000}})
	res := do(t, r, snippet("sh", "echo x; sleep 60 & sleep 60\n"))
	if res.Status != slides.TimedOut || string(res.Bytes()) != "x\n" {
		t.Errorf("%+v", res)
	}
	res = do(t, r, snippet("sh", "while :; do echo yes; done\n"))
	if res.Status != slides.OutputLimit || len(res.Bytes()) != 1000 || !res.Truncated {
		t.Errorf("%+v", res)
	}
	if res = do(t, r, snippet("sh", "kill -SEGV $$\n")); res.Status != slides.Signaled || res.Signal != "SIGSEGV" {
		t.Errorf("%+v", res)
	}
}

func TestWithoutSandboxCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := loose(t, Options{})
	s := snippet("sh", "echo started; sleep 60\n")
	var last slides.Result
	err := r.Run(ctx, []*slides.Snippet{s}, func(ran slides.Ran) {
		if last = ran.Result; len(last.Log) > 0 {
			cancel()
		}
	})
	if err != context.Canceled || last.Status != slides.Canceled || last.Elapsed > 10*time.Second {
		t.Errorf("%+v, %v", last, err)
	}
}
