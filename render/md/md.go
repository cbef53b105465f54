// Package md renders a deck as Markdown again: the author's own bytes, and after each placeholder or
// program its output, as a fenced block of the language "output".
//
// The package splices the source and does not print it anew, so the author's text does not change by a
// byte. In a deck that was filled in before, new outputs replace the old ones: the parser recognizes an
// "output" block after a placeholder or a program. Included files replace their comments, so that tools
// without includes can read the result. Paths become relative to the folder of the result.
//
// Program output is hostile, and a deck has many places where a line has a meaning. So the backend
// parses the result again (Backend.Parse) and compares it with the deck: the result must have the same
// slides, commands, snippets, programs and text, and nothing more but the outputs. Otherwise there is
// no result, and the error names the place.
package md

import (
	"io"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// Backend writes a view as Markdown. Without Parse it does not compare the result with the deck; use
// that only for decks and outputs that you trust.
type Backend struct {
	// Parse parses the result. Relative paths start at the folder of the result. The map files has every
	// file that Parse may read, by clean path; o are the options of the deck.
	Parse func(src []byte, files map[string]*slides.File, o slides.Options) *slides.Deck
	// Base is the path from the folder of the result to that of the deck, with slashes; "" if they are
	// the same.
	Base string
}

// Render writes the deck's source with the outputs of v filled in. If an output cannot be filled in at
// some place of the deck, Render writes nothing and the error is a slides.Diags.
func (b Backend) Render(w io.Writer, v *render.View) error {
	if len(v.Deck.Files) == 0 {
		return nil
	}
	text, err := b.fill(v)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

// fill returns the filled deck.
func (b Backend) fill(v *render.View) (string, error) {
	s := newSplicer(v, b.Base)
	if b.Parse == nil {
		return s.text(), nil
	}
	j := judge{s, b.Parse}
	for _, s.airy = range []bool{false, true} {
		if text := s.text(); j.same(text) {
			return text, nil
		}
	}
	return "", slides.Diags{j.blame()}
}
