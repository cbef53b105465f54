package html

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// A file holds a picture once, however often it shows it. A picture that is shown once is the src of its
// img element. A picture that is shown more often is the content of a class in the style sheet, and its
// img elements have that class: they keep alternative text, size and print as others do, and need neither
// a script nor another file.

// sourceOf returns what says where a picture of the deck comes from: equal sources, equal pictures.
func sourceOf(f *slides.File) any {
	if f == nil {
		return nil
	}
	return f.Path + "\x00" + f.Name
}

// repeats returns the sources of the pictures that the page shows more than once: files of the deck, and
// keys of programs that draw. Files with the same content are the same picture. It reads only files of the same
// size, and those are on the page anyway.
func (p *Page) repeats() map[any]bool {
	count := map[any]int{}
	alike := map[int64][]*slides.File{} // by size
	parts := slides.Parts{Block: func(bl slides.Block) {
		switch bl := bl.(type) {
		case *slides.Image:
			from := sourceOf(bl.File)
			if count[from]++; count[from] == 1 && bl.File != nil {
				if size := sizeOf(bl.File); size > 0 {
					alike[size] = append(alike[size], bl.File)
				}
			}
		case *slides.Code:
			if s := bl.Snippet; s != nil && s.Exec.Draws() {
				count[s.Key]++
			}
		}
	}}
	for _, s := range p.view.Deck.Slides {
		parts.Blocks("blocks", &s.Blocks)
	}
	out := map[any]bool{}
	for from, n := range count {
		if n > 1 {
			out[from] = true
		}
	}
	for _, list := range alike {
		if len(list) < 2 {
			continue
		}
		first := map[[sha256.Size]byte]*slides.File{}
		for _, f := range list {
			data, _, err := p.pictures.read(f)
			if err != nil {
				continue // its places say so
			}
			sum := sha256.Sum256(data)
			if same, ok := first[sum]; ok {
				out[sourceOf(same)], out[sourceOf(f)] = true, true
			} else {
				first[sum] = f
			}
		}
	}
	return out
}

// sizeOf returns the size of a file in bytes, 0 if it is unknown.
func sizeOf(f *slides.File) int64 {
	if f.Src != nil {
		return int64(len(f.Src))
	}
	if info, err := f.Stat(); err == nil {
		return info.Size()
	}
	return 0
}

// shared puts a picture into the style sheet of the page, and returns its class.
func (b *builder) shared(p picture) class {
	name := class("m" + hashOf(p.data))
	g := &b.page.pictures
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rules[name] == "" {
		if g.rules == nil {
			g.rules = map[class]string{}
		}
		g.rules[name] = fmt.Sprintf(".%s{content:url(data:%s;base64,%s)}\n", name, p.Type, base64.StdEncoding.EncodeToString(p.data))
	}
	return name
}

// css returns the rules of the shared pictures, sorted, so that equal decks make equal pages.
func (g *gallery) css() string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(g.rules)) {
		out.WriteString(g.rules[name])
	}
	return out.String()
}

// hashOf returns the name of a content: 16 hexadecimal digits.
func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
