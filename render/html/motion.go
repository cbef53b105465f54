package html

import (
	_ "embed"

	"github.com/slidexec/slidexec/slides"
)

//go:embed min/glide.js
var glideText string

// script returns the script of a page: that of every page, and what shows how code changes if some does.
func (p *Page) script() string {
	if p.live || p.glides() { // a deck that is served changes
		return pageScript() + glideText
	}
	return pageScript()
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
