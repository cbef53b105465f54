package html

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/slidexec/slidexec/slides"
)

var (
	//go:embed min/glide.js
	glideText string
	//go:embed min/transition.js
	transitionScript string
	//go:embed min/transition.css
	transitionText string
)

// Transition says how one slide becomes the next one. The zero Transition shows it at once.
type Transition struct {
	Style    string        // "fade", "slide" or "collapse"; "": none
	Duration time.Duration // of the whole
}

// css returns the style sheet of a transition.
func (t Transition) css() string {
	if t.Style == "" {
		return ""
	}
	return transitionText + fmt.Sprintf(":root{--turn:%dms}\n", t.Duration.Milliseconds())
}

// script returns the script of a page: that of every page, and what shows how code or slides change if they do.
func (p *Page) script() string {
	script := pageScript()
	if p.live || p.glides() { // a deck that is served changes
		script += glideText
	}
	if p.transition.Style != "" {
		script += transitionScript
	}
	return script
}

// glides reports whether a block of code has a line of one on the same slide or on the slide before: then
// the page shows how one becomes the other.
func (p *Page) glides() bool {
	before := map[string]bool{} // lines of the slide before
	for _, s := range p.view.Deck.Slides {
		now, found := map[string]bool{}, false
		slides.Walk(s.Blocks, func(b slides.Block) {
			c, ok := b.(*slides.Code)
			if !ok || c.Snippet == nil || p.replaced(c.Snippet) {
				return
			}
			lines := c.Snippet.Show.Written()
			for _, l := range lines {
				found = found || l != "" && (before[l] || now[l])
			}
			for _, l := range lines {
				now[l] = true
			}
		})
		if found {
			return true
		}
		before = now
	}
	return false
}
