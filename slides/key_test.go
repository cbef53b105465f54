package slides

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/mutate"
)

// besides are the fields of a snippet that its key does not need, with the reason.
var besides = map[string]string{
	"Snippet.ID":       "what is set for it is in the runner's name of the result",
	"Snippet.Exec":     "field by field, as Exec",
	"Snippet.Show":     "how the code is drawn",
	"Snippet.Word":     "how the language is shown",
	"Snippet.Place":    "where its output is shown",
	"Snippet.Slide":    "where it stands",
	"Snippet.At":       "where it stands",
	"Snippet.Info":     "where it stands",
	"Snippet.Lines":    "where it stands",
	"Snippet.Numbers":  "where it is hidden, of which Show tells",
	"Snippet.External": "its bytes are Code",
	"Snippet.Key":      "it is the key",
	"Exec.Auto":        "when it runs",
	"Exec.Standby":     "when it runs",
	"Exec.Expect":      "the outcome is compared with it when it is shown",
}

// A field that is added later is either in the key or in the list above.
func TestEveryFieldIsInTheKey(t *testing.T) {
	used := map[string]bool{}
	fields := func(of func(*Snippet) any) []string {
		return mutate.Fields(besides, used, func() (reflect.Value, func() string) {
			s := &Snippet{Lang: "bash", Code: "echo"}
			return reflect.ValueOf(of(s)).Elem(), func() string { return string(MakeKey(s, 0)) }
		})
	}
	wrong := append(fields(func(s *Snippet) any { return s }), fields(func(s *Snippet) any { return &s.Exec })...)
	for name := range maps.Keys(besides) {
		if !used[name] {
			wrong = append(wrong, "there is no field "+name)
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		t.Error("the key of a snippet:\n" + strings.Join(wrong, "\n"))
	}
}

// Fields that look alike when they are put side by side do not make equal keys.
func TestKeysAreUnambiguous(t *testing.T) {
	seen := map[Key]int{}
	for i, s := range []Snippet{
		{}, {Lang: "a"}, {Code: "a"}, {Exec: Exec{Executor: "a"}}, {Exec: Exec{Mode: "a"}},
		{Env: []string{"A=1", "B=2"}}, {Env: []string{"A=1 B=2"}}, {Env: []string{"A=1\nB=2"}}, {Env: []string{`A=1" "B=2`}},
		{Lang: "a", Code: "b"}, {Lang: "ab"}, {Lang: `a" "b`}, {Code: "ab"},
		{Exec: Exec{PtyCols: 1, PtyRows: 11}}, {Exec: Exec{PtyCols: 11, PtyRows: 1}},
	} {
		k := MakeKey(&s, 0)
		if other, ok := seen[k]; ok {
			t.Errorf("snippets %d and %d have the same key", other, i)
		}
		seen[k] = i
	}
	if k := MakeKey(&Snippet{}, 0); k.Nth(1) == k || k.Nth(1).Nth(0) != k || k.Nth(2).Nth(1) != k.Nth(1) {
		t.Error("Nth does not tell equal programs apart")
	}
}

// Every executable block of a deck that is parsed for the first time gets a key.
func BenchmarkMakeKey(b *testing.B) {
	s := &Snippet{ID: "a", Lang: "bash", Code: strings.Repeat("echo hello\n", 12), Exec: Exec{Mode: ModeExec}}
	for b.Loop() {
		MakeKey(s, 0)
	}
}
