package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/sandbox"
)

var update = flag.Bool("update", false, "rewrite the expected files of scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"slidexec": main})
}

// TestScript runs the command-line sessions in testdata/script. [sandbox] holds where programs can
// be sandboxed, [landlock] where signals can be confined, [tool:cargo] and the like where a tool is installed.
func TestScript(t *testing.T) {
	report := sandbox.Probe(t.Context())
	sandboxed := report.OK()
	scoped := slices.ContainsFunc(report.Layers, func(l sandbox.Layer) bool { return l.Name == "landlock-scope" && l.State == sandbox.Available })
	if !sandboxed && need.Listed("sandbox") {
		t.Fatal("this machine cannot sandbox, but SLIDEXEC_NEED says it must")
	}
	testscript.Run(t, testscript.Params{
		UpdateScripts:       *update,
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, ".home")
			env.Setenv("HOME", home)
			env.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
			env.Setenv("PATH", os.Getenv("PATH"))
			for _, name := range []string{"RUSTUP_HOME", "CARGO_HOME", "PYENV_ROOT"} {
				if value := toolHome(name); value != "" {
					env.Setenv(name, value)
				}
			}
			return os.MkdirAll(home, 0o755)
		},
		Condition: func(cond string) (bool, error) {
			if cond == "sandbox" {
				return sandboxed, nil
			}
			if cond == "landlock" { // whose signals can be confined
				return scoped, nil
			}
			if tool, ok := strings.CutPrefix(cond, "tool:"); ok {
				_, err := exec.LookPath(tool)
				return err == nil, nil
			}
			return false, nil
		},
	})
}

// toolHome keeps version managers working though HOME is the test's own.
func toolHome(name string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	dir := filepath.Join(home, map[string]string{"RUSTUP_HOME": ".rustup", "CARGO_HOME": ".cargo", "PYENV_ROOT": ".pyenv"}[name])
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// brittle is an input that brings a fault of ours to light.
type brittle struct{}

func (brittle) Read([]byte) (int, error) { panic("index out of range [5] with length 3") }

// TestFault: a fault ends a command with a word, and where it happened only for who asks.
func TestFault(t *testing.T) {
	for _, traced := range []bool{false, true} {
		if traced {
			t.Setenv("SLIDEXEC_TRACE", "1")
		}
		var said bytes.Buffer
		status := runMain(t.Context(), []string{"inspect", "-"}, &app{in: brittle{}, out: io.Discard, ui: &ui{w: &said}})
		if status != exitFailed || !strings.Contains(said.String(), "slidexec has a bug") ||
			strings.Contains(said.String(), "goroutine") != traced {
			t.Errorf("status %d, trace %v:\n%s", status, traced, said.String())
		}
	}
}
