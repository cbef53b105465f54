package talk

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

// settings are lines of slidexec.yaml that change what programs get, by key; permissions by kind.
var settings = map[string]string{
	"timeout": "1s", "cpu": "2s", "memory": "100M", "output": "10K", "tmp": "10M", "file_size": "1M", "processes": "20", "files": "30",
	"net": "", "write": "data", "read": "DIR/shared", "fetch": "example.org", "env": "SLIDEXEC_TEST", "nested": "3",
}

// besides are keys that do not change what programs get by themselves, with the reason.
var besides = map[string]string{
	"permissions": "what it lists does", "limits": "what it lists does", "snippets": "what it lists does",
	"bindings": "keys of the player", "transition": "a picture of the player", "options": "they change slides, and where programs change these are others",
}

// Each setting makes the results of those programs out of date that it is about, and of no others.
func TestSettingsAreInTheKey(t *testing.T) {
	d := newDesk(t, "talk/deck.md", "```bash +exec +id:a\necho a\n```\n<!-- snippet_output: a -->\n\n```bash +exec +id:b\necho b\n```\n<!-- snippet_output: b -->\n", "talk/data/x", "", "shared/x", "")
	t.Setenv("SLIDEXEC_TEST", "set")
	d.says = Once
	names := func(text string) (out [2]string, diags slides.Diags) {
		t.Helper()
		d.write("talk/slidexec.yaml", text)
		o := d.options()
		o.Output = filepath.Join(d.dir, "talk/slidexec.yaml") // or its text would be what programs depend on
		talk, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := talk.Play(t.Context(), All, func(slides.Event) {}); err != nil {
			t.Fatal(err)
		}
		copy(out[:], talk.runner.Look(talk.Deck.Executable()).Names)
		if err := talk.Close(); err != nil {
			t.Error(err)
		}
		return out, talk.Deck.Diags
	}
	known := permit.Names()
	for _, text := range []string{"no_such_key: 1\n", "limits: {no_such_key: 1}\n", "snippets: {a: {no_such_key: 1}}\n"} {
		_, diags := names(text)
		if len(diags) != 1 {
			t.Fatalf("%s: %v", text, diags)
		}
		_, keys, ok := strings.Cut(diags[0].Hint, "keys here: ")
		if !ok {
			t.Fatalf("no keys in %q", diags[0].Hint)
		}
		known = append(known, strings.Split(keys, ", ")...)
	}
	before, _ := names("")
	if before[0] == before[1] || before[0] == "" {
		t.Fatalf("names %q", before)
	}
	for _, key := range slices.Compact(slices.Sorted(slices.Values(known))) {
		value, ok := settings[key]
		switch {
		case besides[key] != "":
			continue
		case !ok:
			t.Errorf("%s: there is no value of it to try", key)
			continue
		}
		one := fmt.Sprintf("%s: %s", key, value)
		all := "limits: {" + one + "}\n"
		if slices.Contains(permit.Names(), key) {
			if one = "permissions: [" + key + "]"; value != "" {
				one = fmt.Sprintf("permissions: [%s: %s]", key, value)
			}
			all = one + "\n"
		}
		if now, diags := names(all); len(diags) > 0 || now[0] == before[0] || now[1] == before[1] {
			t.Errorf("%s: the results of programs are as before, or %v", all, diags)
		}
		all = "snippets: {a: {" + one + "}}\n"
		if now, diags := names(all); len(diags) > 0 || now[0] == before[0] || now[1] != before[1] {
			t.Errorf("%s: the result of a is as before, or that of b is not, or %v", all, diags)
		}
	}
}
