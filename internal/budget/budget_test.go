package budget

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/limits.md")

// TestTable makes sure that an author gets to know of every budget what it is, why, and what to do.
func TestTable(t *testing.T) {
	names := map[string]bool{}
	for _, b := range Table() {
		for i, v := 0, reflect.ValueOf(*b); i < v.NumField(); i++ {
			if f := v.Type().Field(i).Name; v.Field(i).IsZero() && f != "Unit" {
				t.Errorf("%q has no %s", b.Name, f)
			}
		}
		if names[b.Name] {
			t.Errorf("two budgets are called %q", b.Name)
		}
		names[b.Name] = true
		if m := b.Message(); !strings.Contains(m, b.Amount()) || strings.HasSuffix(m, ".") {
			t.Errorf("message %q", m)
		}
	}
}

func TestAmount(t *testing.T) {
	for want, b := range map[string]Budget{
		"16 MiB": {Limit: 16 << 20, Unit: Bytes}, "512 KiB": {Limit: 512 << 10, Unit: Bytes},
		"1,000": {Limit: 1000}, "1,048,576 lines": {Limit: 1 << 20, Unit: Lines}, "32 files deep": {Limit: 32, Unit: Deep},
	} {
		if got := b.Amount(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMeter(t *testing.T) {
	m := Of(&Budget{Limit: 10})
	for _, tt := range []struct {
		n    int
		ok   bool
		left int
	}{{4, true, 6}, {7, false, 6}, {6, true, 0}, {1, false, 0}, {0, true, 0}} {
		if ok := m.Spend(tt.n); ok != tt.ok || m.Left() != tt.left {
			t.Errorf("spending %d: %v, %d left, want %v, %d", tt.n, ok, m.Left(), tt.ok, tt.left)
		}
	}
}

// TestReference makes sure that docs/limits.md is about the budgets that there are.
func TestReference(t *testing.T) {
	const file = "../../docs/limits.md"
	var b strings.Builder
	b.WriteString(intro)
	for _, x := range Table() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", x.Name, x.Amount(), x.Why, x.Ends, x.Try)
	}
	b.WriteString(outro)
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

const intro = `# Limits

A deck may come from somebody else, and a few bytes of it can ask for a lot: one file included a thousand times, one
output shown at a thousand places. So the total cost of a deck has limits. They are far above the needs of talks: a deck of
10,000 slides meets none of them. A deck of 100 kB with everything that it names takes at most 5 s and 500 MB in any
format, whatever it says.

Where a deck meets a limit, a diagnostic at that place of the deck or of the slide names the limit and says what to do. The
rest of the deck is shown.

| what | limit | why | beyond it | what to do |
|---|---|---|---|---|
`

const outro = `
The limits of one program (time, memory, processes, 1 MiB of output) are set in slidexec.yaml or with flags:
[permissions.md](permissions.md). One picture in a page has at most 20 MiB.

` + "`slidexec serve`" + ` has 256 places for connections that did not show the token: another one takes the place of the least
promising of them. It has 176 places for connections that showed the token, and 16 more for browsers that have opened the
speaker view and for remotes. 64 windows can show a talk, and 16 more in such browsers. The audience has 1,024 places of its own
and 800 windows.
`
