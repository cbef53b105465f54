package qr

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestFinders: the code has the three marks by which readers find it, in a light border, and both
// drawings of it agree.
func TestFinders(t *testing.T) {
	c, err := New("http://192.168.1.5:8000/follow/?token=abcdefghijklmnop")
	if err != nil {
		t.Fatal(err)
	}
	mark := []string{"#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"}
	far := c.Size() - quiet - 7
	for _, at := range [][2]int{{quiet, quiet}, {far, quiet}, {quiet, far}} {
		for y, row := range mark {
			for x, want := range row {
				if c.at(at[0]+x, at[1]+y) != (want == '#') {
					t.Fatalf("the mark at %v is wrong at %d, %d", at, x, y)
				}
			}
		}
	}
	rows := c.Rows()
	if len(rows) != (c.Size()+1)/2 || utf8.RuneCountInString(rows[3]) != c.Size() {
		t.Errorf("%d rows of %d columns for %d modules", len(rows), utf8.RuneCountInString(rows[3]), c.Size())
	}
	if strings.TrimSpace(rows[0]+rows[1]) != "" || !strings.HasPrefix(rows[2], "    █▀▀▀▀▀█ ") {
		t.Errorf("the border or the first mark is wrong:\n%s", strings.Join(rows[:4], "\n"))
	}
	if p := c.Path(); !strings.HasPrefix(p, "M4 4h7v1H4z") || strings.Count(p, "M4 4h") != 1 {
		t.Errorf("the path begins with %.30s", p)
	}
}

// TestNew: what does not fit is an error, not a code that nobody can read.
func TestNew(t *testing.T) {
	if _, err := New(strings.Repeat("x", 2300)); err != nil {
		t.Error(err)
	}
	if _, err := New(strings.Repeat("x", 3000)); err == nil || !strings.Contains(err.Error(), "3000 bytes") {
		t.Errorf("a text that is too long: %v", err)
	}
}
