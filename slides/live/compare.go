package live

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/slidexec/slidexec/slides"
)

// alike reports whether a newly read deck equals the earlier one, though files were touched.
func alike(old, now *slides.Deck, touched []string) bool {
	equal := slices.EqualFunc(old.Files, now.Files, func(a, b *slides.File) bool {
		return a.Name == b.Name && a.Path == b.Path && (a.Src == nil) == (b.Src == nil) && bytes.Equal(a.Src, b.Src)
	})
	if !equal || old.Diags.Error() != now.Diags.Error() || !reflect.DeepEqual(old.Meta.Options, now.Meta.Options) {
		return false
	}
	return !slices.ContainsFunc(now.Files, func(f *slides.File) bool {
		return f.Src == nil && slices.Contains(touched, f.Path) // a picture: we know only its name
	})
}

// unshowable says why a deck should not replace a good one: it is no text, or it is empty, as
// during a save or after a bad merge. If there is no good one to replace, unshowable accepts a deck
// that shows anything, such as a title page that the author has only begun.
func unshowable(d *slides.Deck, replaces bool) error {
	src := d.Files[0].Src
	if replaces && d.Diags.Failed() && (!utf8.Valid(src) || bytes.IndexByte(src, 0) >= 0) {
		return d.Diags
	}
	problem := false
	for _, s := range d.Slides {
		if s.Intro && !replaces || slices.ContainsFunc(s.Blocks, content) {
			return nil
		}
		problem = problem || len(s.Blocks) > 0
	}
	if problem || d.Diags.Failed() {
		return d.Diags
	}
	return slides.Diags{{Pos: slides.Pos{File: d.Files[0]}, Len: 1, Msg: "the deck is empty"}}
}

// content reports whether a block shows more than a mistake.
func content(b slides.Block) bool {
	_, problem := b.(*slides.Problem)
	return !problem
}

// refused is the result of a snippet when there is no runner.
func refused(err error) slides.Result {
	res := slides.Result{State: slides.Done, Status: slides.SetupFailed, Origin: slides.Live}
	if err == nil {
		err = errors.New("nothing can be run")
	}
	res.Remark.Says = err.Error()
	return res
}

// After one save with a large deck the heap stays large for minutes: the collector runs only when
// as much again is used, and a small deck does not use that much.
const (
	heavy  = 1 << 20         // bytes of text by which a deck must shrink
	settle = 2 * time.Second // until nobody draws the earlier deck any more
)

// relieve calls free some time after a deck has replaced one with much more text.
func relieve(was, is *slides.Deck, free func()) {
	if was != nil && weight(was)-weight(is) >= heavy {
		time.AfterFunc(settle, free)
	}
}

// weight returns the number of bytes of text in a deck.
func weight(d *slides.Deck) int {
	n := 0
	for _, f := range d.Files {
		n += len(f.Src)
	}
	return n
}
