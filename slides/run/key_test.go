package run

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/internal/testkit/mutate"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/toolchain"
)

var update = flag.Bool("update", false, "rewrite golden files")

// keyed is a job with nothing of this machine in it.
func keyed() *job {
	language, _ := lang.Lookup("bash")
	bash := toolchain.Tool{Name: "bash", Path: "/usr/bin/bash", Stamp: "/usr/bin/bash 1 2"}
	r := &Runner{o: Options{Limits: runLimits}, system: "system", domainID: "domain"}
	r.SetText(nil)
	j := &job{r: r, with: Settings{Limits: runLimits, Nested: DefaultNested}, s: &slides.Snippet{Lang: "bash", Code: "echo hi\n"},
		plan: plan{lang: language, steps: [][]string{{"/usr/bin/bash", "$pwd/script.sh"}}, tools: []toolchain.Tool{bash}}}
	j.scene = r.scene(nil)
	j.scene.files = func() *content { return &content{sum: "files"} }
	j.scene.headers = func() string { return "headers" }
	return j
}

// key is the key of a result, "" where it is not kept.
func (j *job) key() string {
	in, whole := j.inputs()
	if !whole {
		return ""
	}
	return keyOf(in)
}

// A change of these keys throws away everybody's results: it must be meant.
func TestKeysAreStable(t *testing.T) {
	var b strings.Builder
	seen := map[string]bool{}
	for _, tt := range []struct {
		name   string
		change func(*job)
	}{
		{"base", func(*job) {}},
		{"code", func(j *job) { j.s.Code = "other" }},
		{"executor", func(j *job) { j.s.Exec.Executor = "other" }},
		{"language", func(j *job) { j.plan.lang.Name = "sh" }},
		{"env", func(j *job) { j.s.Env = []string{"A=1"} }},
		{"two variables", func(j *job) { j.s.Env = []string{"A=1", "B=2"} }},
		{"one that looks like two", func(j *job) { j.s.Env = []string{"A=1 B=2"} }},
		{"tool", func(j *job) { j.plan.tools[0].Stamp = "/usr/bin/bash 1 3" }},
		{"steps", func(j *job) { j.plan.steps = [][]string{{"/usr/bin/bash", "-x"}} }},
		{"steps that look alike", func(j *job) { j.plan.steps = [][]string{{"/usr/bin/bash -x"}} }},
		{"files", func(j *job) { j.scene.files = func() *content { return &content{sum: "changed"} } }},
		{"limits", func(j *job) { j.with.Limits = buildLimits }},
		{"namespaces", func(j *job) { j.with.Nested = 9 }},
		{"network", func(j *job) { j.with.Allow = permit.Set{{Kind: permit.Net}} }},
		{"environment", func(j *job) { j.with.Allow = permit.Set{{Kind: permit.Env, Arg: "SLIDEXEC_UNSET"}} }},
		{"read", func(j *job) {
			j.with.Allow = permit.Set{{Kind: permit.Read, Arg: "x", Place: permit.Place{Path: "/nowhere/x", Name: "/nowhere/x"}}}
		}},
		{"system", func(j *job) { j.r.system = "other" }},
		{"domain", func(j *job) { j.r.domainID = "other" }},
		{"degraded", func(j *job) { j.r.o.Degraded = true }},
		{"screen", func(j *job) { j.s.Exec, j.size = slides.Exec{Mode: slides.ModePty, Pty: true}, [2]int{80, 24} }},
		{"pipes", func(j *job) { j.s.Exec.Mode = slides.ModeImage }},
		{"another screen", func(j *job) { j.s.Exec, j.size = slides.Exec{Mode: slides.ModePty, Pty: true}, [2]int{100, 24} }},
		{"no sandbox", func(j *job) { j.r.o.NoSandbox = true }},
	} {
		j := keyed()
		tt.change(j)
		key := j.key()
		if seen[key] || key == "" {
			t.Errorf("%s: key %q is not its own", tt.name, key)
		}
		seen[key] = true
		fmt.Fprintf(&b, "%s %s\n", key, tt.name)
	}
	golden.Check(t, *update, filepath.Join("testdata", "keys.golden"), b.String())
}

// irrelevant are the fields that do not decide what a program prints, with the reason. Every other
// field of these types changes the key, which TestEveryFieldIsInTheKey makes sure of.
var irrelevant = map[string]string{
	"Snippet.ID":          "names the settings, which are in the key",
	"Snippet.Lang":        "looked up in the table of languages, whose entry is in the key",
	"Snippet.Word":        "how the language is shown",
	"Snippet.Show":        "how the code is drawn",
	"Snippet.Slide":       "where it stands",
	"Snippet.At":          "where it stands",
	"Snippet.Info":        "where it stands",
	"Snippet.External":    "its bytes are Code",
	"Snippet.Key":         "of results within a deck",
	"Snippet.Lines":       "places are rewritten when a result is shown",
	"Snippet.Place":       "where the output stands",
	"Snippet.Numbers":     "places are rewritten when a result is shown",
	"Exec.Auto":           "when it runs",
	"Exec.Expect":         "judged when it is shown",
	"Exec.Standby":        "when it runs",
	"Options.Dir":         "its identity is the domain",
	"Options.Deck":        "for lists",
	"Options.Text":        "what of the folder counts, which is in the key by content",
	"Options.Content":     "it is the domain",
	"Options.CacheDir":    "where results are kept",
	"Options.NoCache":     "nothing is kept",
	"Options.Refresh":     "nothing is looked up",
	"Options.Jobs":        "how many at a time",
	"Options.Untimed":     "a program that took longer than it may where nobody is there is not kept",
	"Options.Limits":      "through the settings of the snippet",
	"Options.Snippets":    "through the settings of the snippet",
	"Options.Ignore":      "what of the folder counts, which is in the key by content",
	"Options.FetchTime":   "fetching that took too long ends a run",
	"Options.fetchLimits": "what ran into them failed, which is not kept",
	"Options.gate":        "for tests",
	"Options.drawer":      "for tests",
	"Options.Warn":        "where messages go",
	"Options.Executor":    "for tests",
	"Options.Finder":      "what it finds is in the key",
	"Settings.Limits":     "field by field, as Limits",
	"Snippet.Exec":        "field by field, as Exec",
	"Policy.Limits":       "field by field, as Limits",
	"Policy.Mounts":       "field by field, as Mount",
	"Policy.Syscalls":     "field by field, as Syscalls",
	"Grant.Place":         "field by field, as Place",
	"Place.Dir":           "what is there is in the key by content",
	"Place.File":          "what is there is in the key by content",
	"Language.Aliases":    "its Name is in the key, whichever was written",
	"Language.Hidden":     "without it lines are in the code",
	"Language.Colour":     "how the code is drawn",
	"Language.Steps":      "as they are for this machine and executor, they are in the key",
	"Language.Needs":      "what they find are tools, which are in the key",
	"Language.Stdout":     "how messages are shown, of which the result says the place",
	"Language.Drawers":    "the one that is used took the place of the language",
	"Language.Whole":      "what it decides is in the program's file, which is in the key",
	"Language.Package":    "for hints",
	"Language.Executors":  "the one that is used took the place of the language's steps",
	"Language.Example":    "for documents and tests",
	"Language.TooOld":     "for hints and tests",
	"Options.Language":    "what it finds is in the plan",
	"Tool.Name":           "it found the program, which is in the key",
	"Tool.Host":           "its Stamp names it",
	"Tool.Prefix":         "where its mounts are, which are in the key",
}

// TestEveryFieldIsInTheKey changes every field of what decides a result, one at a time. A field that
// is added later is either in the key or in the list above.
func TestEveryFieldIsInTheKey(t *testing.T) {
	used := map[string]bool{}
	var wrong []string
	fields := func(of func(*job) any, then func(*job)) {
		wrong = append(wrong, mutate.Fields(irrelevant, used, func() (reflect.Value, func() string) {
			j := keyed()
			return reflect.ValueOf(of(j)).Elem(), func() string { then(j); return j.key() }
		})...)
	}
	as := func(*job) {}
	fields(func(j *job) any { return j.s }, as)
	fields(func(j *job) any {
		j.s.Exec = slides.Exec{Mode: slides.ModePty, Pty: true, PtyCols: 100, PtyRows: 30}
		return &j.s.Exec
	}, func(j *job) { j.size = startSize(Task{Snippet: j.s}) })
	fields(func(j *job) any { return &j.with }, as)
	fields(func(j *job) any { return &j.with.Limits }, as)
	fields(func(j *job) any { return &j.r.o }, func(j *job) { j.with = j.r.settings(j.s) })
	fields(func(j *job) any { return &j.plan.tools[0] }, as)
	fields(func(j *job) any { return &j.plan.lang }, as)

	// What a user grants is made of other things than a policy, and goes in by its names and places.
	fields(func(j *job) any {
		j.with.Allow = permit.Set{{Kind: permit.Read, Place: permit.Place{Path: "/nowhere/x"}}}
		return &j.with.Allow[0]
	}, as)
	fields(func(j *job) any {
		j.with.Allow = permit.Set{{Kind: permit.Read, Place: permit.Place{Path: "/nowhere/x"}}}
		return &j.with.Allow[0].Place
	}, as)

	// A policy goes in whole: what settings make of it, and the mounts of tools.
	policy := func(of func(*sandbox.Policy) any) {
		wrong = append(wrong, mutate.Fields(irrelevant, used, func() (reflect.Value, func() string) {
			p := &sandbox.Policy{Mounts: []sandbox.Mount{{}}}
			return reflect.ValueOf(of(p)).Elem(), func() string { return keyOf(runInputs{Policy: *p}) }
		})...)
	}
	policy(func(p *sandbox.Policy) any { return p })
	policy(func(p *sandbox.Policy) any { return &p.Mounts[0] })
	policy(func(p *sandbox.Policy) any { return &p.Syscalls })
	policy(func(p *sandbox.Policy) any { return &p.Limits })
	for name := range irrelevant {
		if !used[name] {
			wrong = append(wrong, "there is no field "+name)
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		t.Error("the key of a result:\n" + strings.Join(wrong, "\n"))
	}
}

// Which file a mount is for decides, not what it is called; what it holds is looked at elsewhere.
func TestKeysOfOpenFiles(t *testing.T) {
	key := func(f *os.File) string { return keyOf(sandbox.Mount{From: f}) }
	none := key(nil)
	if one := key(os.Stderr); one == none || one != key(os.Stderr) {
		t.Error("a mount's file is not in the key")
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if key(f) != none {
		t.Error("a closed file is one")
	}
}

// What is set for an id decides, not the id.
func TestKeysFollowSettingsOfIDs(t *testing.T) {
	key := func(id string) string {
		j := keyed()
		j.s.ID, j.r.o.Snippets = id, map[string]Settings{"slow": {Limits: sandbox.Limits{Wall: time.Second}}}
		j.with = j.r.settings(j.s)
		return j.key()
	}
	if key("a") != key("b") || key("slow") == key("a") {
		t.Error("a result does not go by what is set for its program's id")
	}
}

// Look gives a result the name that its task was told, until something changes that it depends on.
func TestLook(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("data", "one")
	o := Options{Dir: dir, Text: []string{filepath.Join(dir, "deck.md")}, Executor: &fake{}}
	place := permit.Place{Path: dir, Rel: ".", Dir: true}
	o.Snippets = map[string]Settings{"writes": {Allow: permit.Set{{Kind: permit.Write, Arg: ".", Place: place}}}}
	r := newRunner(t, o)
	reads, writes, lost := snippet("bash", "cat data"), snippet("bash", "date >data"), snippet("nonesuch", "")
	writes.ID = "writes"
	list := []*slides.Snippet{reads, writes, lost}
	told := make([]string, len(list))
	var tasks []Task
	for i, s := range list {
		tasks = append(tasks, Task{Snippet: s, Named: func(name string) { told[i] = name }})
	}
	if err := r.RunTasks(t.Context(), tasks, func(slides.Ran) {}); err != nil {
		t.Fatal(err)
	}
	before := r.Look(list)
	if !slices.Equal(before.Names, told) {
		t.Errorf("Look says %q, the tasks were told %q", before.Names, told)
	}
	if want := []string{r.folder.dir, filepath.Join(r.folder.dir, "sub")}; !slices.Equal(before.Folders, want) {
		t.Errorf("programs see %q, want %q", before.Folders, want)
	}
	write("deck.md", "text that no program names")
	if now := r.Look(list); !slices.Equal(now.Names, before.Names) {
		t.Error("the deck's own text is something that programs depend on")
	}
	write("data", "two")
	now := r.Look(list)
	if now.Names[0] == before.Names[0] {
		t.Error("a changed file is nothing that a program depends on")
	}
	if now.Names[1] != before.Names[1] {
		t.Error("a program makes its own result an old one by what it writes")
	}
	r.SetText([]string{filepath.Join(dir, "data")})
	reads.Code = "true"
	if a, b := now, r.Look(list); a.Names[0] == b.Names[0] {
		t.Error("another program has the same name")
	}
	before = r.Look(list)
	write("data", "three")
	if now := r.Look(list); now.Names[0] != before.Names[0] {
		t.Error("a file of the deck's text is something that programs depend on, though it was said to be text")
	}
}
