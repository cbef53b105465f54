package run

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/toolchain"
)

func TestNotStarted(t *testing.T) {
	with := func(s *slides.Snippet, e slides.Exec) *slides.Snippet {
		s.Exec = e
		return s
	}
	for _, tt := range []struct {
		name         string
		s            *slides.Snippet
		status       slides.Status
		reason, hint string
	}{
		{"missing tool", snippet("c++", ""), slides.SetupFailed, "c++ cannot run: no g++ or c++ or clang++ in PATH", "install"},
		{"missing language", snippet("ruby", ""), slides.SetupFailed, "ruby is not installed: no ruby in PATH", "ruby"},
		{"unknown language", snippet("rusty", ""), slides.SetupFailed, `slidexec cannot run "rusty"`, `did you mean "rust"?`},
		{"unknown executor", with(snippet("rust", ""), slides.Exec{Mode: slides.ModeExec, Executor: "rustscript"}),
			slides.SetupFailed, `rust has no executor "rustscript"`, `did you mean "rust-script"?`},
		{"no alternatives", with(snippet("bash", ""), slides.Exec{Mode: slides.ModeExec, Executor: "dash"}),
			slides.SetupFailed, `bash has no executor "dash"`, "bash has one way to run only: leave the executor out"},
		{"terminal", with(snippet("bash", ""), slides.Exec{Mode: slides.ModeTerminal}),
			slides.Skipped, "", ""},
		{"render", with(snippet("mermaid", ""), slides.Exec{Mode: slides.ModeRender}),
			slides.Skipped, "needs mmdr or mmdc", "cargo install mermaid-rs-renderer"},
		{"undrawable", with(snippet("bash", ""), slides.Exec{Mode: slides.ModeRender}), slides.SetupFailed, "slidexec cannot draw bash", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{}
			res := results(t, newRunner(t, Options{Executor: f, Finder: tools(t)}), tt.s)[0]
			if res.Status != tt.status || res.Remark.Says != tt.reason || !strings.Contains(res.Remark.Try, tt.hint) || f.runs() != 0 {
				t.Errorf("got %q, %q, hint %q after %d runs; want %q, %q, hint %q", res.Status, res.Remark.Says, res.Remark.Try, f.runs(), tt.status, tt.reason, tt.hint)
			}
		})
	}
}

func TestModes(t *testing.T) {
	for _, mode := range []slides.Mode{slides.ModeExec, slides.ModeReplace, slides.ModeImage, slides.ModePty, slides.ModeValidate} {
		s := snippet("bash", "")
		s.Exec.Mode = mode
		if res := results(t, newRunner(t, Options{Executor: &fake{}}), s)[0]; res.Status != slides.OK {
			t.Errorf("%s: %+v", mode, res)
		}
	}
}

func TestCommand(t *testing.T) {
	f := &fake{}
	s := snippet("py", "print()\n")
	s.Env = []string{"A=1", "LANG=de"}
	results(t, newRunner(t, Options{Executor: f}), s)
	c := f.cmds[0]
	if got := c.Args[1:]; !slices.Equal(got, []string{"-u", "/box/snippet.py"}) || c.Dir != "/work" || c.Stdin != nil {
		t.Errorf("runs %q in %s", c.Args, c.Dir)
	}
	env := strings.Join(c.Env, "\n")
	for _, want := range []string{"HOME=/tmp", "USER=speaker", "TMPDIR=/tmp", "A=1", "LANG=de", "COLUMNS=72", "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=/work"} {
		if !slices.Contains(c.Env, want) {
			t.Errorf("no %s in\n%s", want, env)
		}
	}
	if names := strings.Count("\n"+env, "\nLANG=") + strings.Count("\n"+env, "\nPATH="); names != 2 {
		t.Errorf("names are there twice:\n%s", env)
	}
	if p := c.Policy; p.Net != sandbox.NetNone || p.Nested != DefaultNested || p.Limits != runLimits {
		t.Errorf("policy %+v", p)
	}
}

func TestShellSeesNamedTools(t *testing.T) {
	home := t.TempDir()
	bin := filepath.Join(home, "py", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"python3", "bash"} {
		if err := os.WriteFile(filepath.Join(bin, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	f := &fake{}
	r := newRunner(t, Options{Executor: f, NoCache: true, Finder: &toolchain.Finder{Path: bin, Home: home}})
	results(t, r, snippet("bash", "python3 -c 1"))
	results(t, r, snippet("bash", "echo hi"))
	has := func(c *sandbox.Cmd) bool {
		return slices.ContainsFunc(c.Policy.Mounts, func(m sandbox.Mount) bool { return m.Dst == "/opt/python" })
	}
	if !has(f.cmds[0]) || has(f.cmds[1]) {
		t.Errorf("python is shown: %v, %v; want true, false", has(f.cmds[0]), has(f.cmds[1]))
	}
}

func TestExec(t *testing.T) {
	f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		_, _ = c.Stdout.Write([]byte("out"))
		_, _ = c.Stderr.Write([]byte("err"))
		return sandbox.Result{Status: sandbox.Exited, Exit: 3}, nil
	}}
	var stdout, stderr strings.Builder
	in := strings.NewReader("in")
	res, err := newRunner(t, Options{Executor: f}).Exec(t.Context(), "bash", []byte("x"), Stdio{In: in, Out: &stdout, Err: &stderr})
	if err != nil || res.Exit != 3 || stdout.String() != "out" || stderr.String() != "err" || f.cmds[0].Stdin != in {
		t.Errorf("Exec = %+v, %v, out %q, err %q", res, err, &stdout, &stderr)
	}
}

func TestEnvironLastWins(t *testing.T) {
	got := lastWins([]string{"A=1", "B=1", "A=2", "=x", "no", "C=\x00"})
	if want := []string{"A=2", "B=1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
