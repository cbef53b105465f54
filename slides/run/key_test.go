package run

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// keyed is a job with nothing of this machine in it.
func keyed() *job {
	lang, _ := Lookup("bash")
	bash := toolchain.Tool{Name: "bash", Path: "/usr/bin/bash", Stamp: "/usr/bin/bash 1 2"}
	r := &Runner{o: Options{Limits: runLimits}, system: "system", domainID: "domain"}
	j := &job{r: r, with: Settings{Limits: runLimits, Nested: DefaultNested}, s: &slides.Snippet{Lang: "bash", Code: "echo hi\n"},
		plan: plan{lang: lang, steps: [][]string{{"/usr/bin/bash", "$pwd/script.sh"}}, tools: []toolchain.Tool{bash}}}
	j.scene = r.scene(nil)
	j.scene.files = func() *content { return &content{sum: "files"} }
	j.scene.headers = func() string { return "headers" }
	return j
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
	golden(t, "keys.golden", b.String())
}

// irrelevant are the fields that do not decide what a program prints, with the reason. Every other
// field of these types changes the key, which TestEveryFieldIsInTheKey makes sure of.
var irrelevant = map[string]string{
	"Snippet.ID":          "names the settings, which are in the key",
	"Snippet.Lang":        "looked up in the table of languages, whose entry is in the key",
	"Snippet.Show":        "how the code is drawn",
	"Snippet.Slide":       "where it stands",
	"Snippet.At":          "where it stands",
	"Snippet.Info":        "where it stands",
	"Snippet.External":    "its bytes are Code",
	"Snippet.Key":         "of results within a deck",
	"Snippet.Lines":       "places are rewritten when a result is shown",
	"Exec.Mode":           "where the output is drawn; those that run in another way are not run",
	"Exec.Auto":           "when it runs",
	"Exec.Expect":         "judged when it is shown",
	"Exec.Pty":            "no terminal yet, and the result says so",
	"Exec.Standby":        "no terminal yet",
	"Exec.PtyCols":        "no terminal yet",
	"Exec.PtyRows":        "no terminal yet",
	"Options.Dir":         "its identity is the domain",
	"Options.Deck":        "for lists",
	"Options.Text":        "what of the folder counts, which is in the key by content",
	"Options.Content":     "it is the domain",
	"Options.CacheDir":    "where results are kept",
	"Options.NoCache":     "nothing is kept",
	"Options.Refresh":     "nothing is looked up",
	"Options.Jobs":        "how many at a time",
	"Options.Limits":      "through the settings of the snippet",
	"Options.Snippets":    "through the settings of the snippet",
	"Options.Ignore":      "what of the folder counts, which is in the key by content",
	"Options.FetchTime":   "fetching that took too long ends a run",
	"Options.fetchLimits": "what ran into them failed, which is not kept",
	"Options.gate":        "for tests",
	"Options.Warn":        "where messages go",
	"Options.Executor":    "for tests",
	"Options.Finder":      "what it finds is in the key",
	"Settings.Limits":     "field by field, as Limits",
	"Snippet.Exec":        "field by field, as Exec",
	"Policy.Limits":       "field by field, as Limits",
	"Policy.Mounts":       "field by field, as Mount",
	"Policy.Syscalls":     "field by field, as Syscalls",
}

// TestEveryFieldIsInTheKey changes every field of what decides a result, one at a time. A field that
// is added later is either in the key or in the list above.
func TestEveryFieldIsInTheKey(t *testing.T) {
	used := map[string]bool{}
	inKey := func(typ reflect.Type, set func(j *job) reflect.Value, then func(j *job)) {
		for i := range typ.NumField() {
			name := typ.Name() + "." + typ.Field(i).Name
			if _, ok := irrelevant[name]; ok {
				used[name] = true
				continue
			}
			j := keyed()
			then(j)
			before := j.key()
			changed := mutate(set(j).Field(i))
			if then(j); !changed {
				t.Errorf("%s is of a kind that the test cannot change: teach it to, or say in irrelevant why it does not matter", name)
			} else if j.key() == before {
				t.Errorf("%s does not change the key: put it there, or say in irrelevant why it does not matter", name)
			}
		}
	}
	as := func(*job) {}
	inKey(reflect.TypeFor[slides.Snippet](), func(j *job) reflect.Value { return reflect.ValueOf(j.s).Elem() }, as)
	inKey(reflect.TypeFor[slides.Exec](), func(j *job) reflect.Value { return reflect.ValueOf(&j.s.Exec).Elem() }, as)
	inKey(reflect.TypeFor[Settings](), func(j *job) reflect.Value { return reflect.ValueOf(&j.with).Elem() }, as)
	inKey(reflect.TypeFor[sandbox.Limits](), func(j *job) reflect.Value { return reflect.ValueOf(&j.with.Limits).Elem() }, as)
	inKey(reflect.TypeFor[Options](), func(j *job) reflect.Value { return reflect.ValueOf(&j.r.o).Elem() },
		func(j *job) { j.with = j.r.settings(j.s) })

	// A policy goes in whole: what settings make of it, and the mounts of tools.
	inPolicy := func(typ reflect.Type, set func(p *sandbox.Policy) reflect.Value) {
		for i := range typ.NumField() {
			name := typ.Name() + "." + typ.Field(i).Name
			if _, ok := irrelevant[name]; ok {
				used[name] = true
				continue
			}
			p := sandbox.Policy{Mounts: []sandbox.Mount{{}}}
			before := keyOf(runInputs{Policy: p})
			if !mutate(set(&p).Field(i)) || keyOf(runInputs{Policy: p}) == before {
				t.Errorf("%s does not change the key", name)
			}
		}
	}
	inPolicy(reflect.TypeFor[sandbox.Policy](), func(p *sandbox.Policy) reflect.Value { return reflect.ValueOf(p).Elem() })
	inPolicy(reflect.TypeFor[sandbox.Mount](), func(p *sandbox.Policy) reflect.Value { return reflect.ValueOf(&p.Mounts[0]).Elem() })
	inPolicy(reflect.TypeFor[sandbox.Syscalls](), func(p *sandbox.Policy) reflect.Value { return reflect.ValueOf(&p.Syscalls).Elem() })
	for _, name := range slices.Sorted(maps.Keys(irrelevant)) {
		if !used[name] {
			t.Errorf("irrelevant names %s, which is no field", name)
		}
	}
}

// mutate changes a value and reports whether it can.
func mutate(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint32, reflect.Uint8:
		v.SetUint(v.Uint() + 1)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[permit.Set]() {
			v.Set(reflect.ValueOf(permit.Set{{Kind: permit.Net}}))
			break
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if v.Type() == reflect.TypeFor[[]string]() {
			e.SetString("A=x")
		}
		v.Set(reflect.Append(v, e))
	case reflect.Pointer:
		if v.Type() != reflect.TypeFor[*os.File]() {
			return false
		}
		v.Set(reflect.ValueOf(os.Stderr))
	default:
		return false
	}
	return true
}

// Values that print alike are not alike.
func TestKeysAreUnambiguous(t *testing.T) {
	type two struct{ A, B string }
	seen := map[string]any{}
	for _, v := range []any{
		"", "a", "a b", []string{"a", "b"}, []string{"a b"}, []string{"a", "b", ""}, []string{}, []string{""}, []string{"[a", "b]"},
		two{"a", "bc"}, two{"ab", "c"}, two{"", "abc"}, [][]string{{"a"}, {"b"}}, [][]string{{"a", "b"}}, [][]string{{}, {"a", "b"}},
		1, "1", uint8(1), true, false, 0, map[string]string{"a": "b"}, map[string]string{"a": "b", "b": ""}, []byte("a"),
		"s\x00\x00\x00\x00\x00\x00\x00\x00", struct{ A string }{"a"}, struct{ B string }{"a"},
	} {
		key := keyOf(v)
		if other, ok := seen[key]; ok {
			t.Errorf("%#v and %#v have the same key", v, other)
		}
		seen[key] = v
	}
}
