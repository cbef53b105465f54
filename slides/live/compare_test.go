package live

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// TestRelieve makes sure that memory is given back once a deck has become much smaller, and only then.
func TestRelieve(t *testing.T) {
	deck := func(sizes ...int) *slides.Deck {
		d := &slides.Deck{}
		for _, n := range sizes {
			d.Files = append(d.Files, slides.NewFile("part.md", "", make([]byte, n)))
		}
		return d
	}
	for _, tt := range []struct {
		name    string
		was, is *slides.Deck
		want    int
	}{
		{"first", nil, deck(heavy), 0},
		{"larger", deck(1), deck(heavy), 0},
		{"a line less", deck(heavy), deck(heavy - 100), 0},
		{"smaller", deck(heavy + 1), deck(1), 1},
		{"parts", deck(1, heavy/2, heavy/2), deck(1), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var freed atomic.Int32
				relieve(tt.was, tt.is, func() { freed.Add(1) })
				synctest.Wait()
				if freed.Load() != 0 {
					t.Error("while the one before is still drawn")
				}
				time.Sleep(2 * settle)
				synctest.Wait()
				if got := int(freed.Load()); got != tt.want {
					t.Errorf("given back %d times, want %d", got, tt.want)
				}
			})
		})
	}
}
