package live

import (
	"time"

	"github.com/slidexec/slidexec/slides"
)

// A deck that was large for one save leaves a heap that is large for minutes: the collector comes
// when as much again is used, which a small deck does not do.
const (
	heavy  = 1 << 20         // bytes of text that a deck must lose
	settle = 2 * time.Second // until nobody draws the one before any more
)

// relieve has free called some time after a deck has taken the place of one with much more text.
func relieve(was, is *slides.Deck, free func()) {
	if was != nil && weight(was)-weight(is) >= heavy {
		time.AfterFunc(settle, free)
	}
}

// weight returns how many bytes of text a deck is made of.
func weight(d *slides.Deck) int {
	n := 0
	for _, f := range d.Files {
		n += len(f.Src)
	}
	return n
}
