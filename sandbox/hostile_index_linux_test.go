package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The cases: 110 that are numbered, and holes that other sandboxes had.
func hostileCases() (cases []string) {
	for n := range 110 {
		cases = append(cases, fmt.Sprint(n+1))
	}
	for n := range 9 {
		cases = append(cases, fmt.Sprint("h", n+1))
	}
	return cases
}

var (
	indexRow  = regexp.MustCompile(`^\| (h?[0-9]+) \| (.+) \| (.+) \|$`)
	indexFile = regexp.MustCompile("^`([a-z0-9-]+)`$")
	indexTest = regexp.MustCompile(`([\w/]+_test\.go) (Test\w+)`)
)

// readIndex returns the last column of each case.
func readIndex(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/hostile/INDEX.md")
	if err != nil {
		t.Fatal(err)
	}
	rows, tries := make(map[string]string), make(map[string]string)
	for line := range strings.Lines(string(text)) {
		m := indexRow.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		if rows[m[1]] != "" {
			t.Errorf("case %s is there twice", m[1])
		}
		if other := tries[m[2]]; other != "" {
			t.Errorf("cases %s and %s are the same", other, m[1])
		}
		rows[m[1]], tries[m[2]] = m[3], m[1]
	}
	return rows
}

// TestHostileIndex checks that every case is shown by something that is there.
func TestHostileIndex(t *testing.T) {
	rows := readIndex(t)
	files := make(map[string][]string) // the cases that the index gives each file
	for _, name := range hostileCases() {
		shown := rows[name]
		if shown == "" {
			t.Errorf("no case %s", name)
		}
		delete(rows, name)
		if reason, cannot := strings.CutPrefix(shown, "cannot: "); cannot {
			if !strings.Contains(reason, "; ") || !indexTest.MatchString(reason) {
				t.Errorf("case %s: it does not say what stands in for it: %s", name, reason)
			}
			checkTests(t, name, indexTest.FindAllStringSubmatch(reason, -1))
			continue
		}
		items := strings.Split(shown, ", ")
		if len(slices.Compact(slices.Sorted(slices.Values(items)))) != len(items) {
			t.Errorf("case %s names something twice: %s", name, shown)
		}
		for _, item := range items {
			if m := indexFile.FindStringSubmatch(item); m != nil {
				files[m[1]] = append(files[m[1]], name)
			} else if m := indexTest.FindStringSubmatch(item); m != nil && m[0] == item {
				checkTests(t, name, [][]string{m})
			} else {
				t.Errorf("case %s: %q is neither a file nor a test", name, item)
			}
		}
	}
	for name := range rows {
		t.Errorf("case %s is none", name)
	}
	for _, file := range hostileFiles(t) {
		h := readHostile(t, file)
		if want := files[h.name]; !slices.Equal(slices.Sorted(slices.Values(h.cases)), slices.Sorted(slices.Values(want))) {
			t.Errorf("%s says case: %s; the index gives it %s", h.name, strings.Join(h.cases, ", "), strings.Join(want, ", "))
		}
		delete(files, h.name)
	}
	for name := range files {
		t.Errorf("there is no file %s", name)
	}
}

// checkTests checks that tests are there, wherever this package is built.
func checkTests(t *testing.T, name string, tests [][]string) {
	t.Helper()
	for _, m := range tests {
		text, err := os.ReadFile(filepath.Join("..", m[1]))
		if err != nil {
			t.Errorf("case %s: %v", name, err)
		} else if !strings.Contains(string(text), "\nfunc "+m[2]+"(") {
			t.Errorf("case %s: no %s in %s", name, m[2], m[1])
		}
	}
}

// Every layer has a program that shows what it is good for: one that gets through without it.
func TestLayersAreShown(t *testing.T) {
	shown := make(map[string][]string)
	for _, file := range hostileFiles(t) {
		h := readHostile(t, file)
		if len(h.layers) == 0 {
			continue
		}
		for _, name := range h.layers {
			shown[name] = append(shown[name], h.name)
		}
	}
	model, err := os.ReadFile("../docs/threat-model.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		if len(shown[l.name]) == 0 && l.in&whole != 0 { // else see TestConfined
			t.Errorf("no program shows what the layer %s stops", l.name)
		}
		if !strings.Contains(string(model), "\n| "+l.name+" ") {
			t.Errorf("the threat model does not say what the layer %s stops", l.name)
		}
	}
	for _, name := range regexp.MustCompile("`([a-z0-9-]+)`").FindAllStringSubmatch(between(string(model), "## Layer by layer", "Besides the layers"), -1) {
		if _, err := os.Stat(filepath.Join("testdata/hostile", name[1]+".txtar")); err != nil {
			t.Errorf("the threat model names a program that is not there: %v", err)
		}
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}
