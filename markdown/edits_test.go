package markdown

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/edits"
)

// reparsed is a Parser that follows a folder.
type reparsed struct {
	p *Parser
}

func (r *reparsed) Check(_, now edits.Folder) error {
	r.p.Config.Files = now
	if err := sameDeck(r.p, slices.Clone(now[edits.Deck])); err != nil {
		return err
	}
	// What the Parser keeps is not changed by what is made of it.
	again, _ := r.p.Parse("deck.md", slices.Clone(now[edits.Deck]))
	fresh, _ := Parse("deck.md", slices.Clone(now[edits.Deck]), r.p.Config)
	if !reflect.DeepEqual(again, fresh) {
		return fmt.Errorf("the deck is another when it is parsed again (-parsed +reparsed)\n%s", lineDiff(dump(fresh), dump(again)))
	}
	return nil
}

func (r *reparsed) Close() error { return nil }

// Whatever is done to a deck and the files that it is made of, parsing it again with the help of its
// last version makes what parsing it alone makes. SLIDEXEC_EDITS says how many edits are made.
func TestReparseEdits(t *testing.T) {
	edits.Run(t, edits.Options{Seeds: 8, Edits: 400, Start: func(f edits.Folder) (edits.Model, error) {
		return &reparsed{p: &Parser{Config: Config{Files: f}}}, nil
	}})
}
