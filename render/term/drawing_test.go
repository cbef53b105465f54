package term

import (
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// TestDrawings: a drawing takes the place of its source where pictures can be shown; elsewhere, and where
// nothing was drawn, the source stays, with the reason below.
func TestDrawings(t *testing.T) {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"></svg>`
	failed := rendertest.Ended(slides.Exited, "no such arrow\n", time.Millisecond)
	failed.Exit, failed.Log[0].Stderr = 1, true
	for _, tt := range []struct {
		name       string
		r          slides.Result
		pictures   bool
		has, lacks string // words, between commas
		drawn      int
	}{
		{"picture", rendertest.Printed(svg, time.Millisecond), true, "", "the source,output", 1},
		{"no pictures", rendertest.Printed(svg, time.Millisecond), false, "the source", "output,svg", 0},
		{"mathml", rendertest.Printed("<math><mi>x</mi></math>", time.Millisecond), true, "the source", "output,<mi>", 0},
		{"failed", failed, true, "the source,✗ exit 1,no such arrow", "", 0},
		{"skipped", slides.Result{State: slides.Done, Status: slides.Skipped, Remark: slides.Remark{Says: "needs dot", Try: "install it"}}, true,
			"the source,– skipped: needs dot,install it", "✗", 0},
		{"running", slides.Result{State: slides.Running}, true, "the source", "running", 0},
		{"not run", slides.Result{}, true, "the source", "output", 0},
	} {
		s := rendertest.Snippet("dot", "the source", slides.ModeRender, "")
		s.Place, s.Show.Width = slides.Instead, 50
		d := &slides.Deck{Slides: []*slides.Slide{rendertest.Slide("T", rendertest.Code(s))}, Snippets: []*slides.Snippet{s}}
		page := Page{Width: 80, Live: true, Cell: [2]int{8, 16}, Picture: func(p *Picture) bool {
			p.Pixels = [2]int{80, 40}
			return tt.pictures
		}}
		sheet := backend(80).Sheet(&render.View{Deck: d, Results: slides.Results{s.Key: tt.r}}, page)
		if len(sheet.Pictures) != tt.drawn || tt.drawn > 0 && sheet.Pictures[0].Percent != 50 {
			t.Errorf("%s: %d pictures, want %d", tt.name, len(sheet.Pictures), tt.drawn)
		}
		var text strings.Builder
		for _, row := range sheet.Rows {
			text.WriteString(row.Text() + "\n")
		}
		for _, want := range strings.Split(tt.has, ",") {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s: the slide lacks %q:\n%s", tt.name, want, text.String())
			}
		}
		for _, bad := range strings.Split(tt.lacks, ",") {
			if bad != "" && strings.Contains(text.String(), bad) {
				t.Errorf("%s: the slide has %q:\n%s", tt.name, bad, text.String())
			}
		}
	}
}
