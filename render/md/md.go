// Package md renders a deck as Markdown again: the author's own bytes, with what the programs
// printed filled in behind each placeholder, as a fenced block of the language "output".
//
// The source is spliced, not printed anew: nothing that the author wrote changes by a byte, and
// filling in a deck that was filled in before replaces the old outputs (the parser knows an
// "output" block behind a placeholder or a program for one). Included files are put in place of
// their comments, so that the result stands alone for tools that know nothing of includes, and
// paths are made relative to where the result will be.
//
// What a program prints is hostile, and a deck has many places where a line means something. So
// the result is parsed again (Backend.Parse) and compared with the deck: it must have the same
// slides, commands, snippets, programs and text, and nothing more but the outputs. Else there is no
// result, and the error says where.
package md

import (
	"io"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// Backend writes a view as Markdown. Without Parse the result is not compared with the deck, which
// is for decks and outputs of one's own.
type Backend struct {
	// Parse parses the result. Its relative paths begin where the result will be; files has every
	// file that it may read, by clean path.
	Parse func(src []byte, files map[string]*slides.File) *slides.Deck
	// Base is the path from the folder of the result to that of the deck, with slashes; "" where
	// they are the same.
	Base string
}

// Render writes the deck's source with the outputs of v filled in. The error is a slides.Diags where
// the deck has a place that cannot be filled in; nothing is written then.
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
