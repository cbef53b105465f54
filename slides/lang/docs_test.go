package lang

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/languages.md")

// TestReferencePage makes sure that docs/languages.md is about the languages that there are.
func TestReferencePage(t *testing.T) {
	const file = "../../docs/languages.md"
	var b strings.Builder
	b.WriteString(intro)
	installed := needed(t)
	for _, l := range All() {
		if !l.Runs() {
			continue
		}
		for _, e := range append([]string{""}, l.ExecutorNames()...) {
			own, _ := l.With(e)
			name, aliases, hidden := "`"+l.Name+"`", code(l.Aliases), ""
			if e != "" {
				name, aliases = "`"+l.Name+" +exec:"+e+"`", ""
			} else if l.Hidden != "" {
				hidden = "`" + l.Hidden + "`"
			}
			first, _, _ := strings.Cut(own.Commands()[0], "|")
			packages, tests := installOn(first, nil), "unverified"
			if debian, ok := own.Debian(); ok {
				packages = strings.Join(debian, " ")
			}
			if installed[strings.TrimSuffix(l.Name+":"+e, ":")] {
				tests = "yes"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", name, aliases, hidden, packages, tests)
		}
	}
	b.WriteString(middle)
	for _, l := range All() {
		if !l.Runs() {
			hidden := ""
			if l.Hidden != "" {
				hidden = "`" + l.Hidden + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", l.Name, code(l.Aliases), hidden)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != b.String() {
		t.Errorf("%s is not made from the table (%v): run this test with -update", file, err)
	}
}

// needed returns the languages and executors, as NAME:EXECUTOR, whose tools the continuous integration
// installs: a test that needs them cannot be skipped there.
func needed(t *testing.T) map[string]bool {
	script, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(script)) {
		for _, begin := range []string{"needs=", "needs+="} {
			if list, ok := strings.CutPrefix(strings.TrimSpace(line), begin); ok {
				for _, name := range strings.Split(list, ",") {
					out[name] = true
				}
			}
		}
	}
	if !out["bash"] {
		t.Fatal("no needs in .ci/run")
	}
	return out
}

func code(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "` `") + "`"
}

const intro = `# Languages

The language of a block is its first word, in any case: a name or an alias of the tables. The slide shows the word that
the author wrote. Lines that begin with the prefix for hidden lines run and are not shown. The prefix hides lines in every
block of the language, also in one that does not run and where the language's tools are not installed.

` + "`+exec`" + ` runs a block in the language's own way, ` + "`+exec:NAME`" + ` with another executor. ` + "`slidexec doctor`" + ` says which tools this machine
has and how to get the others.

## Languages that run

The column "needs" names the packages to install on Debian, or says how to get tools that Debian does not have. "yes" in the
last column: every change of slidexec is tested with a program in this language. "unverified": the tests run one where the
tools are installed, but not where changes are tested, so nobody may have run it.

| language | aliases | hidden lines | needs | tested |
|---|---|---|---|---|
`

const middle = `
## Languages that are shown

| language | aliases | hidden lines |
|---|---|---|
`
