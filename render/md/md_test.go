package md

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// view builds a view of one slide from source in which "@out@" marks a placeholder whose output is
// text. Everything else of the deck does not matter to this backend.
func view(t testing.TB, src string, results ...slides.Result) *render.View {
	t.Helper()
	f := slides.NewFile("deck.md", "", []byte(src))
	deck := &slides.Deck{Files: []*slides.File{f}, Slides: []*slides.Slide{{}}}
	v := &render.View{Deck: deck, Results: slides.Results{}}
	off := 0
	for i, r := range results {
		at := strings.Index(src[off:], "@out@")
		if at < 0 {
			t.Fatal("more results than placeholders")
		}
		at += off
		off = at + len("@out@")
		key := slides.Key(rune('a' + i))
		s := &slides.Snippet{ID: string(key), Key: key, Exec: slides.Exec{Mode: slides.ModeExec}}
		v.Results[key] = r
		span := slides.Span{Pos: slides.Pos{File: f, Off: at}, End: off}
		deck.Slides[0].Blocks = append(deck.Slides[0].Blocks, &slides.Output{Base: slides.Base{At: span}, ID: s.ID, Snippet: s})
	}
	return v
}

// done is a result that printed text.
func done(text string) slides.Result {
	return slides.Result{State: slides.Done, Status: slides.OK, Layers: []string{"user"}, Log: []slides.Chunk{{Data: []byte(text)}}}
}

func rendered(t *testing.T, v *render.View) string {
	t.Helper()
	var b bytes.Buffer
	if err := (Backend{}).Render(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFill(t *testing.T) {
	failed := done("some\n")
	failed.Status, failed.Exit = slides.Exited, 3
	bare := done("hi\n")
	bare.Layers = nil
	tests := []struct {
		name, src string
		results   []slides.Result
		want      string
	}{
		{"text", "a\n@out@\nb\n", []slides.Result{done("hi\n")}, "a\n@out@\n```output\nhi\n```\nb\n"},
		{"no final newline", "@out@", []slides.Result{done("hi")}, "@out@\n```output\nhi\n```"},
		{"CRLF", "a\r\n@out@\r\nb\r\n", []slides.Result{done("hi\n")}, "a\r\n@out@\r\n```output\r\nhi\r\n```\r\nb\r\n"},
		{"fences in the output", "@out@\n", []slides.Result{done("```\n````\n")}, "@out@\n`````output\n```\n````\n`````\n"},
		{"colours", "@out@\n", []slides.Result{done("\x1b[31mred\x1b[0m\n")}, "@out@\n```output\nred\n```\n"},
		{"nothing", "@out@\n", []slides.Result{done("")}, "@out@\n```output\n```\n"},
		{"not run", "@out@\n", []slides.Result{{}}, "@out@\n"},
		{"failure", "@out@\n", []slides.Result{failed}, "@out@\n```output\nsome\n✗ exit 3\n```\n"},
		{"not sandboxed", "@out@\n", []slides.Result{bare}, "@out@\n```output\nhi\n⚠ not sandboxed\n```\n"},
		{"a list of slides", "a\n@out@\n<!-- contents -->\n<!-- end_slide -->\nB\n===\n", []slides.Result{done("hi\n")},
			"a\n@out@\n```output\nhi\n```\n<!-- contents -->\n<!-- end_slide -->\nB\n===\n"},
		{"two", "@out@ @out@\n", []slides.Result{done("1\n"), done("2\n")}, "@out@\n```output\n1\n```\n@out@\n```output\n2\n```\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := rendered(t, view(t, tt.src, tt.results...)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestFilledIsReplaced(t *testing.T) {
	src := "@out@\n\n```output\nold\n```\nrest\n"
	v := view(t, src, done("new\n"))
	out := v.Deck.Slides[0].Blocks[0].(*slides.Output)
	from := strings.Index(src, "```output")
	out.Filled = slides.Span{Pos: slides.Pos{File: v.Deck.Files[0], Off: from}, End: strings.Index(src, "rest") - 1}
	if got, want := rendered(t, v), "@out@\n\n```output\nnew\n```\nrest\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestIncludes(t *testing.T) {
	root := slides.NewFile(filepath.Join("talks", "deck.md"), "", []byte("a\nINCLUDE\nb\n"))
	part := slides.NewFile(filepath.Join("talks", "parts", "one.md"), "", []byte("![x](pic.png) ![y](https://e.org/z.png)\n\n```file\npath: prog.py\n```\n"))
	deck := &slides.Deck{Files: []*slides.File{root, part}}
	deck.Includes = []slides.Include{{At: slides.Span{Pos: slides.Pos{File: root, Off: 2}, End: 9}, File: part}}
	for _, name := range []string{"pic.png", "prog.py"} {
		from := strings.Index(string(part.Src), name)
		deck.Paths = append(deck.Paths, slides.Span{Pos: slides.Pos{File: part, Off: from}, End: from + len(name)})
	}
	got := rendered(t, &render.View{Deck: deck})
	want := "a\n![x](parts/pic.png) ![y](https://e.org/z.png)\n\n```file\npath: parts/prog.py\n```\nb\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, err := os.Stat(root.Name); err == nil {
		t.Error("the backend wrote a file")
	}
}

// TestIncludesOfIncludes includes files that include the next one twice each, and one file often: the
// text must not double with every level, and a comment whose text is left out stays.
func TestIncludesOfIncludes(t *testing.T) {
	var files []*slides.File
	const levels = 20
	for i := range levels {
		files = append(files, slides.NewFile(fmt.Sprintf("%d.md", i), "", []byte("INC\nINC\n")))
	}
	files = append(files, slides.NewFile("last.md", "", []byte(strings.Repeat("x\n", 1000))))
	deck := &slides.Deck{Files: files}
	for i := range levels {
		for range 50 { // as often as the file itself is included
			for _, off := range []int{0, 4} {
				at := slides.Span{Pos: slides.Pos{File: files[i], Off: off}, End: off + 3}
				deck.Includes = append(deck.Includes, slides.Include{At: at, File: files[i+1]})
			}
		}
	}
	got := rendered(t, &render.View{Deck: deck})
	if most := 2*budget.Again.Limit + 4000; len(got) > most {
		t.Errorf("%d bytes", len(got))
	}
	if !strings.Contains(got, "INC") {
		t.Error("a comment is gone with its text")
	}
}
