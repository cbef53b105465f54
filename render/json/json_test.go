package json

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

func example() *render.View {
	f := slides.NewFile("deck.md", "", []byte("One\n===\n\n```sh +exec +id:a\necho \xff\n```\n"))
	s := &slides.Snippet{
		ID: "a", Lang: "sh", Code: "echo <b>\n", Key: "k", At: slides.Span{Pos: slides.Pos{File: f, Off: 9}, End: 30},
		Exec: slides.Exec{Mode: slides.ModeExec}, Show: slides.Show{Lines: []string{"echo <b>"}},
	}
	return &render.View{
		Deck: &slides.Deck{
			Files: []*slides.File{f}, Snippets: []*slides.Snippet{s},
			Slides: []*slides.Slide{{At: slides.Span{Pos: slides.Pos{File: f}}, Steps: 1}},
			Diags:  slides.Diags{{Pos: slides.Pos{File: f, Off: 9}, Msg: "odd", Severity: slides.Warning}},
		},
		Results: slides.Results{"k": {
			State: slides.Done, Status: slides.Exited, Exit: 3, Elapsed: 1500 * time.Microsecond, Origin: slides.Cached,
			Log: []slides.Chunk{{Data: []byte("o\xff")}, {Stderr: true, Data: []byte("e")}},
		}},
	}
}

func TestRender(t *testing.T) {
	var b bytes.Buffer
	if err := (Backend{}).Render(&b, example()); err != nil {
		t.Fatal(err)
	}
	var doc Deck
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	s := doc.Snippets[0]
	if s.Line != 4 || s.Slide != 1 || s.Code != "echo <b>\n" || s.Result == nil {
		t.Fatalf("snippet = %+v", s)
	}
	r := s.Result
	if r.Status != "exit" || r.ExitCode != 3 || r.DurationMS != 1.5 || !r.Cached || r.Stdout != "o\ufffd" || r.Stderr != "e" {
		t.Errorf("result = %+v", r)
	}
	if d := doc.Diagnostics[0]; d.Line != 4 || d.Column != 1 || d.Severity != "warning" {
		t.Errorf("diagnostic = %+v", d)
	}
	if !strings.Contains(b.String(), "echo <b>") {
		t.Error("text is escaped for HTML, which this is not")
	}
	for _, null := range []string{`"notes": null`, `"visible": null`, `"layers": null`, `"outputs": null`} {
		if strings.Contains(b.String(), null) {
			t.Errorf("%s: an empty list is [], so that readers need no special case", null)
		}
	}
}

// TestContents: a slide that lists others names them, and only such a slide has the field.
func TestContents(t *testing.T) {
	v := example()
	v.Deck.Slides = append(v.Deck.Slides, &slides.Slide{Steps: 1, Blocks: []slides.Block{
		&slides.Contents{Entries: []slides.Entry{{Slide: 1, Title: "One"}, {Slide: 3, Title: "Three"}}}}})
	if got := NewDeck(v).Slides[1].Lists; !slices.Equal(got, []int{1, 3}) {
		t.Errorf("the slide lists %v", got)
	}
	var b bytes.Buffer
	if err := (Backend{}).Render(&b, v); err != nil || strings.Count(b.String(), `"contents"`) != 1 {
		t.Errorf("%v in\n%s", err, b.String())
	}
}

func TestRunLine(t *testing.T) {
	v := example()
	var b bytes.Buffer
	if err := WriteLine(&b, NewRun(v.Deck.Snippets[0], v.Results["k"])); err != nil {
		t.Fatal(err)
	}
	if strings.Count(b.String(), "\n") != 1 || !strings.HasPrefix(b.String(), `{"id":"a","file":"deck.md","line":4,"status":"exit"`) {
		t.Errorf("line = %s", b.String())
	}
}
