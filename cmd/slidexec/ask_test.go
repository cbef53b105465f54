package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/talk"
)

// typist is a terminal at which somebody types.
type typist struct {
	io.Reader
	bytes.Buffer // what is shown
}

func (t *typist) Read(p []byte) (int, error) { return t.Reader.Read(p) }

// asking is the question about requests of a deck.
func asking(deck string, requests []permit.Request) talk.Question {
	return talk.Question{Deck: permit.Deck{Name: deck, File: deck}, Settings: requests[0].At.File, Requests: requests}
}

// asksFor makes requests of a file with a line for each.
func asksFor(words ...string) []permit.Request {
	file := slides.NewFile("talk/slidexec.yaml", "", []byte(strings.Repeat("\n", len(words)+1)))
	var out []permit.Request
	for i, w := range words {
		kind, arg, _ := strings.Cut(w, "=")
		g := permit.Grant{Kind: permit.Kind(kind), Arg: arg}
		if g.Kind == permit.Read || g.Kind == permit.Write {
			g.Place = permit.Place{Path: arg, Name: arg}
		}
		out = append(out, permit.Request{Grant: g, At: slides.Span{Pos: file.LineStart(i + 1)}})
	}
	return out
}

// The question with its answer fits on a screen, whatever is asked for, and what costs most is on it.
func TestQuestionFits(t *testing.T) {
	flood := []string{"net", "write=/srv/x"}
	for i := range 30 {
		flood = append(flood, fmt.Sprintf("read=/srv/%s/%d", strings.Repeat("long/", 30), i))
	}
	for _, deck := range []string{"talk/deck.md", strings.Repeat("/deep", 800) + "/deck.md"} {
		for _, on := range []room{{80, 24}, {200, 50}, {40, 24}, {80, 12}} {
			tty := &typist{Reader: strings.NewReader("n\n")}
			if said := question(tty, on, asking(deck, asksFor(flood...))); said != talk.No {
				t.Errorf("%+v: %s", on, said)
			}
			shown := tty.String()
			if n := on.lines(shown); n >= on.rows {
				t.Errorf("%+v: %d lines:\n%s", on, n, shown)
			}
			if at, prompt := strings.Index(shown, "use your network"), strings.Index(shown, "allow it?"); at < 0 || prompt < at || !strings.Contains(shown, "change /srv/x") {
				t.Errorf("%+v: what costs most is not shown:\n%s", on, shown)
			}
			if !strings.Contains(shown, " more: ") || !strings.Contains(shown, "deck.md want to") {
				t.Errorf("%+v: nothing of the others:\n%s", on, shown)
			}
		}
	}
}

func TestQuestionListsAll(t *testing.T) {
	var words []string
	for i := range 30 {
		words = append(words, fmt.Sprintf("read=/srv/%d", i))
	}
	tty := &typist{Reader: strings.NewReader("l\nyes\n")}
	if said := question(tty, room{80, 24}, asking("deck.md", asksFor(words...))); said != talk.Once {
		t.Errorf("said %s", said)
	}
	first, second, _ := strings.Cut(tty.String(), "allow it?")
	if strings.Contains(first, "read /srv/0 ") || !strings.Contains(second, "read /srv/0 ") || !strings.Contains(second, "read /srv/29 ") {
		t.Errorf("asked:\n%s\nlisted:\n%s", first, second)
	}
}

func TestQuestionWarns(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("HOME", "/people/ann")
	asked := asksFor("write=/people/ann/bin", "net", "read=/srv/a", "env=API_TOKEN")
	asked[2].Place.Name = "/people/ann/talk/data"
	tty := &typist{Reader: strings.NewReader("\n")}
	question(tty, room{80, 24}, asking("deck.md", asked))
	shown := tty.String()
	for _, want := range []string{
		"  - change /people/ann/bin for good  [write=/people/ann/bin, slidexec.yaml:1]\n    ! careful: files there can run when you log in, open a shell or click\n",
		"    ! careful: /people/ann/talk/data is a link that leads there\n", "    ! careful: its name says that it holds a secret\n",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in\n%s", want, shown)
		}
	}
	if last := strings.LastIndex(shown, "  - "); !strings.HasPrefix(shown[last:], "  - use your network") {
		t.Errorf("what costs most is not last:\n%s", shown)
	}
}

// The same thing for several programs is one thing.
func TestQuestionGroups(t *testing.T) {
	asked := asksFor("net", "net", "net", "net", "net")
	for i := range asked {
		asked[i].Snippet = fmt.Sprintf("s%d", i)
	}
	got := describe(asked, "slidexec.yaml")
	if len(got) != 1 || !strings.Contains(got[0].text, `, for "s0", "s1", "s2", 2 more alone  [net, slidexec.yaml:1]`) {
		t.Errorf("%q", got)
	}
	asked[3].Snippet = ""
	if got := describe(asked, "slidexec.yaml"); len(got) != 1 || strings.Contains(got[0].text, "alone") {
		t.Errorf("%q", got)
	}
}
