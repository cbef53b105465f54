package run

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// These tests run programs in real sandboxes with the tools of this machine. What is missing skips
// a test, unless SLIDEXEC_NEED names it: sandbox, or a language, as rust or rust:rust-script.

// real returns a runner with the real sandbox and this machine's tools.
func real(t testing.TB, o Options) *Runner {
	t.Helper()
	_, err := (&sandbox.Cmd{Path: "/bin/true"}).Run(t.Context())
	if e, ok := errors.AsType[*sandbox.SetupError](err); ok && !need.Listed("sandbox") {
		t.Skip("no sandbox: " + e.Error())
	} else if err != nil {
		t.Fatal(err)
	}
	if o.Finder == nil {
		o.Finder = toolchain.NewFinder(o.Dir)
	}
	return newRunner(t, o)
}

// inDeck makes a snippet from a deck that has it in line 3 on.
func inDeck(lang, executor, code string) *slides.Snippet {
	f := slides.NewFile("talk/deck.md", "", []byte("# A slide\n```"+lang+" +exec\n"+code+"```\n"))
	s := snippet(lang, code)
	s.Exec.Executor = executor
	s.Key = slides.MakeKey(s, 0)
	for i := range strings.Count(code, "\n") {
		s.Lines = append(s.Lines, f.LineStart(3+i))
	}
	return s
}

// do runs one snippet; a missing tool skips the test.
func do(t testing.TB, r *Runner, s *slides.Snippet) slides.Result {
	t.Helper()
	res := results(t, r, s)[0]
	if res.Status == slides.SetupFailed && (strings.Contains(res.Remark.Says, "in PATH") || strings.Contains(res.Remark.Says, " has no ")) && !need.Listed(strings.Trim(s.Lang+":"+s.Exec.Executor, ":")) {
		t.Skip(res.Remark.Says)
	}
	return res
}

// warm is a cache that tests share, so that Go's standard library is compiled once.
var warm string

func TestMain(m *testing.M) {
	flag.Parse()
	var err error
	if warm, err = os.MkdirTemp("", "slidexec-run-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(warm)
	os.Exit(code)
}

func TestExamples(t *testing.T) {
	cache := warm
	for _, l := range lang.All() {
		if !l.Runs() {
			continue
		}
		for _, executor := range append([]string{""}, l.ExecutorNames()...) {
			t.Run(strings.Trim(l.Name+":"+executor, ":"), func(t *testing.T) {
				t.Parallel()
				r := real(t, Options{CacheDir: cache})
				res := do(t, r, inDeck(l.Name, executor, l.Example))
				said := string(res.Bytes())
				switch {
				case executor == "pytest" && (strings.Contains(said, "no tests ran") || strings.Contains(said, "No module named pytest")):
				case (l.Name == "typescript" || l.Name == "tsx") && strings.Contains(said, "SyntaxError"):
					t.Skip("this node does not run TypeScript")
				case executor == "uv" && res.Failed():
					t.Skip("this uv does not run offline: " + said)
				case res.Status != slides.OK || !strings.Contains(said, "hello"):
					t.Errorf("%+v\n%s", res, said)
				case len(res.Layers) == 0:
					t.Error("no layers")
				}
			})
		}
	}
}

func TestPlacesInTheDeck(t *testing.T) {
	cache := warm
	for _, tt := range []struct{ name, lang, executor, code, want string }{
		{"rust", "rust", "", "fn main() {\n    let x: i32 = \"\";\n}\n", "--> deck.md:4:18"},
		{"rust panic", "rust", "", "fn main() {\n    panic!(\"no\");\n}\n", "panicked at deck.md:4:5"},
		{"rust-script", "rust", "rust-script", "fn main() {\n    let x: i32 = \"\";\n}\n", "--> deck.md:4:18"},
		{"rust-script without main", "rust-script", "", "let x: i32 = \"\";\n", "--> deck.md:3:14"},
		{"bad manifest", "rust-script", "", "//! ```cargo\n//! [workspace]\n//! ```\nfn main() {}\n", "deck.md:4: cargo manifest: [workspace] is not possible"},
		{"c", "c", "", "int main(void) {\n  return x;\n}\n", "deck.md:4:10:"},
		{"c++", "c++", "", "int main() {\n  return x;\n}\n", "deck.md:4:10:"},
		{"go", "go", "", "package main\n\nfunc main() { x() }\n", "deck.md:5:15:"},
		{"go panic", "go", "", "package main\n\nfunc main() { panic(1) }\n", "deck.md:5 +0x"},
		{"go import", "go", "", "package main\n\nimport \"example.org/x\"\n\nfunc main() { x.Y() }\n", `deck.md:5: package "example.org/x" is not in the standard library`},
		{"python", "python", "", "def f():\n    return 1/0\nf()\n", `File "deck.md", line 4, in f`},
		{"python syntax", "python", "", "x = 1\ny = (\n", `File "deck.md", line 4`},
		{"bash", "bash", "", "true\nnosuchcommand\n", "deck.md: line 4: nosuchcommand: command not found"},
		{"sh", "sh", "", "true\nnosuchcommand\n", "deck.md: 4: nosuchcommand: not found"},
		{"node", "js", "", "\nthrow new Error('x')\n", "deck.md:4"},
		{"perl", "perl", "", "\ndie 'x';\n", "x at deck.md line 4."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := inDeck(tt.lang, tt.executor, tt.code)
			r := real(t, Options{CacheDir: cache})
			for _, origin := range []slides.Origin{slides.Live, slides.Cached} {
				res := do(t, r, s)
				if said := string(res.Placed(s, slides.ByDeck).Bytes()) + res.Says(s, slides.ByDeck); !strings.Contains(strip(said), tt.want) || !res.Failed() {
					t.Errorf("%s: no %q in %+v\n%s", origin, tt.want, res, said)
				}
				if res.Origin != origin && res.Status != slides.SetupFailed {
					t.Errorf("it is %s, want %s", res.Origin, origin)
				}
			}
		})
	}
}

// strip takes the colours out.
var anywhere = regexp.MustCompile(`\x1b\[[0-9;]*[mK]`)

func strip(s string) string { return anywhere.ReplaceAllString(s, "") }

func TestFolderInTheSandbox(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "", "data.csv": "1,2\n", ".env": "TOKEN=secret\n", "sub/.netrc": "secret", "sub/x": "x\n"})
	if err := os.Chmod(filepath.Join(dir, ".env"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TOKEN", "secret")
	r := real(t, Options{Dir: dir})
	res := do(t, r, snippet("bash", "pwd; cat data.csv sub/x .env sub/.netrc; env; echo new > data.csv; echo new > sub/new; cat data.csv sub/new; rm deck.md; ls\n"))
	said := string(res.Bytes())
	if !strings.HasPrefix(said, "/work\n1,2\nx\n") || !strings.HasSuffix(said, "new\nnew\ndata.csv  sub\n") {
		t.Errorf("%+v\n%s", res, said)
	}
	if strings.Contains(said, "secret") {
		t.Errorf("it sees secrets:\n%s", said)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "data.csv")); string(b) != "1,2\n" || err != nil {
		t.Errorf("it changed a file to %q, %v", b, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "sub/new")); err == nil {
		t.Error("it made a file")
	}
}

func TestCompiledProgramIsKept(t *testing.T) {
	r := real(t, Options{Refresh: true})
	s := inDeck("c", "", "#include <stdio.h>\n#warning careful\nint main(void) { puts(\"hello\"); }\n")
	first := do(t, r, s)
	again := do(t, r, s)
	if first.Status != slides.OK || again.Origin != slides.Live || string(first.Bytes()) != string(again.Bytes()) {
		t.Errorf("first %+v\n%s\nagain %+v\n%s", first, first.Bytes(), again, again.Bytes())
	}
	if !strings.Contains(strip(string(again.Placed(s, slides.ByDeck).Bytes())), "deck.md:4:2: warning") {
		t.Errorf("the compiler's warning is lost:\n%s", again.Bytes())
	}
	if again.Built > first.Built/2 {
		t.Errorf("building takes %v, then %v", first.Built, again.Built)
	}
}

func TestTimeLimit(t *testing.T) {
	r := real(t, Options{Limits: sandbox.Limits{Wall: 200 * time.Millisecond}})
	res := do(t, r, snippet("bash", "echo before; sleep 60\n"))
	if res.Status != slides.TimedOut || string(res.Bytes()) != "before\n" || res.Limit != int64(200*time.Millisecond) || res.Elapsed > 5*time.Second {
		t.Errorf("%+v", res)
	}
}

func TestExecReadsInput(t *testing.T) {
	var out, errs strings.Builder
	res, err := real(t, Options{}).Exec(t.Context(), "sh", []byte("cat; echo oops >&2; exit 7"), Stdio{In: strings.NewReader("input"), Out: &out, Err: &errs})
	if err != nil || out.String() != "input" || errs.String() != "oops\n" || res.Exit != 7 || res.Status != slides.Exited {
		t.Errorf("%+v, %v: %q, %q", res, err, &out, &errs)
	}
}

func TestExecNamesTheFile(t *testing.T) {
	var out, errs strings.Builder
	_, err := real(t, Options{}).Exec(t.Context(), "sh", []byte("true\nnope"), Stdio{Out: &out, Err: &errs, Name: "dir/my.sh"})
	if err != nil || errs.String() != "my.sh: 2: nope: not found\n" {
		t.Errorf("%v: %q", err, &errs)
	}
}

func TestNeeds(t *testing.T) {
	r := newRunner(t, Options{Finder: tools(t, "bash", "rustc")})
	rust := inDeck("rust", "", "")
	got := r.Needs(t.Context(), []*slides.Snippet{inDeck("bash", "", ""), rust, rust, inDeck("nope", "", "")})
	var names []string
	for _, n := range got {
		names = append(names, n.Lang+" "+n.Command)
		if n.Found == (n.Install != "") || n.Found != (n.Path != "") {
			t.Errorf("%+v", n)
		}
	}
	if want := []string{"bash bash", "rust rustc", "rust cc"}; !slices.Equal(names, want) || len(got[1].Snippets) != 2 {
		t.Errorf("needs %q, want %q", names, want)
	}
	if all := newRunner(t, Options{Finder: tools(t)}).Needs(t.Context(), nil); len(all) < 20 {
		t.Errorf("%d needs of all languages", len(all))
	}
}

func BenchmarkBash(b *testing.B) {
	r := real(b, Options{NoCache: true})
	s := snippet("bash", "echo hi\n")
	for b.Loop() {
		if err := r.Run(b.Context(), []*slides.Snippet{s}, func(slides.Ran) {}); err != nil {
			b.Fatal(err)
		}
	}
}
