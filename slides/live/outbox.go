package live

import (
	"slices"

	"github.com/slidexec/slidexec/slides"
)

// outbox holds the events that were not received yet, no more than one Loaded, one Broken and one
// Ran for each key.
type outbox struct {
	load  *slides.Deck
	bad   *slides.Broken
	order []slides.Key // of wait, by when the first was put in
	wait  map[slides.Key]slides.Ran
	lost  map[slides.Key]bool // whose results are gone, while the receiver may have an older deck
}

// next returns the event to send.
func (o *outbox) next() (slides.Event, bool) {
	switch {
	case o.load != nil:
		return slides.Loaded{Deck: o.load}, true
	case o.bad != nil:
		return *o.bad, true
	case len(o.order) > 0:
		return o.wait[o.order[0]], true
	}
	return nil, false
}

// sent removes what next returned.
func (o *outbox) sent() {
	switch {
	case o.load != nil:
		o.load, o.lost = nil, nil
	case o.bad != nil:
		o.bad = nil
	default:
		delete(o.wait, o.order[0])
		o.order = o.order[1:]
	}
}

// loaded puts in a deck. results are those the talk has.
func (o *outbox) loaded(d *slides.Deck, results slides.Results) {
	o.load, o.bad = d, nil
	o.order = slices.DeleteFunc(o.order, func(k slides.Key) bool {
		_, ok := results[k]
		if !ok {
			delete(o.wait, k)
		}
		return !ok
	})
	for _, s := range d.Executable() { // it came back before its end was told
		if _, ok := results[s.Key]; !ok && o.lost[s.Key] {
			o.ran(slides.Ran{Key: s.Key})
		}
	}
}

func (o *outbox) broken(b slides.Broken) { o.bad = &b }

func (o *outbox) ran(r slides.Ran) {
	if o.wait == nil {
		o.wait = map[slides.Key]slides.Ran{}
	}
	if _, ok := o.wait[r.Key]; !ok {
		o.order = append(o.order, r.Key)
	}
	o.wait[r.Key] = r
}

func (o *outbox) forgot(k slides.Key) {
	if o.lost == nil {
		o.lost = map[slides.Key]bool{}
	}
	o.lost[k] = true
}
