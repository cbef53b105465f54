package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// Compilers run foreign code, or are told by it what to read. Each program here tries to get at a
// file outside its sandbox, or to make its compiler run something; SECRET is where the file is.
func TestHostileSources(t *testing.T) {
	dir := files(t, map[string]string{"secret": "#error the secret was read\n"})
	secret := filepath.Join(dir, "secret")
	const absent = "No such file"
	tests := []struct {
		name, lang, code string
		env              []string
		deck             map[string]string // beside the deck
		status           slides.Status
		says             string
	}{
		{name: "include", lang: "c", code: "#include \"SECRET\"\nint main(void) { return 0; }\n", status: slides.Exited, says: absent},
		{name: "incbin", lang: "c", code: "__asm__(\".incbin \\\"SECRET\\\"\");\nint main(void) { return 0; }\n", status: slides.Exited, says: "SECRET"},
		{name: "the sandbox's password file", lang: "c", status: slides.OK, says: "speaker:x:1000",
			code: "#include <stdio.h>\n__asm__(\"text: .incbin \\\"/etc/passwd\\\"\\n.byte 0\");\nextern char text[];\nint main(void) { puts(text); }\n"},
		{name: "include_str", lang: "rust", code: "fn main() { print!(\"{}\", include_str!(\"SECRET\")); }\n", status: slides.Exited, says: absent},
		{name: "go generate", lang: "go", status: slides.OK, says: "only this",
			code: "package main\n\n//go:generate sh -c \"echo generated; exit 1\"\n\nfunc main() { println(\"only this\") }\n"},
		{name: "go toolexec", lang: "go", env: []string{"GOFLAGS=-toolexec=/bin/false"}, status: slides.OK, says: "only this",
			code: "package main\n\nfunc main() { println(\"only this\") }\n"},
		{name: "go toolchain", lang: "go", deck: map[string]string{"go.mod": "module x\n\ngo 1.99.0\n\ntoolchain go1.99.1\n"}, status: slides.Exited,
			says: "GOTOOLCHAIN=local", code: "package main\n\nfunc main() {}\n"},
		{name: "go embed", lang: "go", status: slides.Exited, says: "invalid pattern syntax",
			code: "package main\n\nimport _ \"embed\"\n\n//go:embed SECRET\nvar s string\n\nfunc main() { println(s) }\n"},
		{name: "python start-up", lang: "python", code: "print('started')\n", status: slides.OK, says: "started",
			deck: map[string]string{"sitecustomize.py": "open('planted', 'w')\nprint(open('SECRET').read())\n", "usercustomize.py": "open('planted', 'w')\n",
				"x.pth": "import os; os.system('touch planted')\n", "setup.py": "open('planted', 'w')\n"}},
		{name: "java", lang: "java", status: slides.Exited, says: "NoSuchFileException",
			code: "class S { public static void main(String[] a) throws Exception { System.out.println(java.nio.file.Files.readString(java.nio.file.Path.of(\"SECRET\"))); } }\n",
			deck: map[string]string{"META-INF/services/javax.annotation.processing.Processor": "Evil\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := Options{CacheDir: warm}
			if tt.deck != nil {
				for name, text := range tt.deck {
					tt.deck[name] = strings.ReplaceAll(text, "SECRET", secret)
				}
				o.Dir = files(t, tt.deck)
			}
			s := inDeck(tt.lang, "", strings.ReplaceAll(tt.code, "SECRET", secret))
			s.Env = tt.env
			res := do(t, real(t, o), s)
			said := string(res.Bytes())
			if res.Status != tt.status || !strings.Contains(said, strings.ReplaceAll(tt.says, "SECRET", secret)) || strings.Contains(said, "secret was read") {
				t.Errorf("%+v\n%s", res, said)
			}
			if _, err := os.Stat(filepath.Join(o.Dir, "planted")); o.Dir != "" && err == nil {
				t.Error("a file was planted beside the deck")
			}
		})
	}
}

// A compiler has limits of its own: a bomb of macros meets them, not those of programs, and it has
// no network and no namespaces.
func TestCompilersHaveLimitsOfTheirOwn(t *testing.T) {
	var policies []sandbox.Policy
	f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		policies = append(policies, *c.Policy)
		return sandbox.Result{Status: sandbox.MemoryLimit, Reason: "stopped when it used more than 4 GiB of memory (memory limit)"}, nil
	}}
	r := newRunner(t, Options{Executor: f, Limits: sandbox.Limits{Memory: 1 << 20}})
	res := results(t, r, snippet("c", "int main;"))[0]
	if len(policies) != 1 || policies[0].Limits != buildLimits || policies[0].Net != sandbox.NetNone || policies[0].Nested != 0 {
		t.Errorf("policies %+v", policies)
	}
	if res.Status != slides.MemoryLimit || res.Phase != "build" || !strings.Contains(res.Remark.Says, "4 GiB") {
		t.Errorf("%+v", res)
	}
}

// What compilers keep is another folder's own, so a build can spoil no other deck's.
func TestTreesAreSeparate(t *testing.T) {
	cache, seen := t.TempDir(), map[string]string{}
	for _, dir := range []string{t.TempDir(), t.TempDir()} {
		j := &job{r: newRunner(t, Options{Dir: dir, CacheDir: cache, Executor: &fake{}})}
		for _, stamp := range []string{"one compiler", "another"} {
			tree, release, err := j.tree(t.Context(), stamp)
			if err != nil {
				t.Fatal(err)
			}
			release()
			if other := seen[tree]; other != "" {
				t.Errorf("%s of %s is that of %s", stamp, dir, other)
			}
			seen[tree] = stamp + " of " + dir
		}
	}
}
