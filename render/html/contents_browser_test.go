//go:build browser

package html

import (
	"fmt"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
)

// TestContents: a full list of slides fits on its slide, and a click on an entry shows that slide.
func TestContents(t *testing.T) {
	list := &slides.Contents{Wide: true, More: 4}
	d := &slides.Deck{Slides: []*slides.Slide{titled("Contents", list)}}
	for i := range 36 {
		title := fmt.Sprintf("A title of the usual length, number %d", i+2)
		list.Entries = append(list.Entries, slides.Entry{Slide: i + 2, Title: title})
		d.Slides = append(d.Slides, titled(title))
	}
	tb := open(t, browser.Start(t), view(d, nil), 1280, 720)
	if got := browser.Eval[string](tb, `[...document.querySelectorAll("#s1 li")].map(e => e.getBoundingClientRect())
		.filter(r => r.bottom > document.querySelector("#s1 footer").getBoundingClientRect().top || r.height > 30).length + " of " + document.querySelectorAll("#s1 li").length`); got != "0 of 37" {
		t.Errorf("entries that do not fit: %s", got)
	}
	tb.Axe("contents", browser.Axe(t))
	tb.Do(browser.JS(`document.querySelector("#s1 a[href='#s30']").click()`))
	tb.At("a click on an entry", 30, 0)
	tb.Done()
}
