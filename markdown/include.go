package markdown

import (
	"fmt"
	"path/filepath"

	"github.com/slidexec/slidexec/slides"
)

// include parses another file as if it stood here.
func (b *builder) include(a arg) {
	file, err := b.read(a.text)
	if err != nil {
		why, hint := reason(err)
		b.failAt(a.at, fmt.Sprintf("include %q: %s", a.text, why), hint)
		return
	}
	depth := 1
	for s := b.src; s != nil; s = s.parent {
		if s.file == file {
			b.failAt(a.at, fmt.Sprintf("%q includes itself, directly or through other files", a.text), "remove this include, or the one that leads here")
			return
		}
		depth++
	}
	if over := b.spent.include(file, depth); over != nil {
		b.broke(a.at, over)
		return
	}
	b.deck.Includes = append(b.deck.Includes, slides.Include{At: a.comment, File: file})
	outer := b.src
	b.src = newSource(file, filepath.Dir(file.Path))
	b.src.parent, b.src.at = outer, a.comment
	b.bound()
	b.checkBytes()
	if f := b.src.front; f[1] > 0 {
		at := f[0] - len("---\n")
		b.failAt(b.span(max(at, 0), f[0]-1), "an included file cannot have a front matter", "move it to the deck")
	}
	b.walk(b.src)
	b.src = outer
	b.slide.extend(a.comment)
}
