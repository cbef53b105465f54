package picture

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image/gif"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

func blockStore() *Store {
	s := NewStore()
	s.Style(Style{Protocol: Blocks, Colours: 1 << 24, Ground: ansi.RGB(0, 0, 0)})
	return s
}

// wait asks until there is an answer: each question that has none yet is followed by News.
func wait(s *Store, known func() bool) {
	for !known() {
		<-s.News
	}
}

func drawn(s *Store, src Source, p Place) (d *Drawn) {
	wait(s, func() bool { d = s.Drawn(src, p); return d != nil })
	return d
}

func TestStore(t *testing.T) {
	s := blockStore()
	src := Source{File: slides.NewFile("p.png", "", file(t, noise(16, 32)))}
	if _, known, _ := s.Size(src); known {
		t.Error("a picture was read while a key waits")
	}
	wait(s, func() bool { _, known, _ := s.Size(src); return known })
	if pixels, _, err := s.Size(src); err != nil || pixels != [2]int{16, 32} {
		t.Errorf("size %v, %v", pixels, err)
	}
	place := Place{Cols: 4, Rows: 3, To: 3}
	d := drawn(s, src, place)
	if len(d.Rows(0)) != 3 || d.Rows(0)[0].Width() != 4 {
		t.Errorf("rows %v", d.Rows(0))
	}
	if s.Drawn(src, place) != d || s.Drawn(src, Place{Cols: 4, Rows: 3, From: 1, To: 2}) != d {
		t.Error("a picture that scrolls is drawn again, although its rows are cells")
	}
	again := Source{Data: file(t, noise(16, 32))}
	if one, two := drawn(s, again, place), drawn(s, Source{Data: file(t, noise(16, 32))}, place); one != two {
		t.Error("the same output is drawn twice")
	}
	s.Style(Style{Protocol: ITerm, Colours: 1 << 24})
	if drawn(s, src, place).Over == nil {
		t.Error("what was drawn in another style stays")
	}
}

// TestStoreErrors: a picture that is broken behind its header has a reason in the end.
func TestStoreErrors(t *testing.T) {
	s := blockStore()
	data := file(t, noise(16, 32))
	data[60] ^= 0xff
	src := Source{Data: data}
	wait(s, func() bool { _, known, _ := s.Size(src); return known })
	wait(s, func() bool {
		if s.Drawn(src, Place{Cols: 4, Rows: 3, To: 3}) != nil {
			t.Error("it is drawn")
		}
		_, _, err := s.Size(src)
		return err != nil
	})
}

// TestVector: an SVG is drawn once by somebody else, and has the size that it says.
func TestVector(t *testing.T) {
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="%s" viewBox="0 0 2 1"/>`
	for _, tt := range []struct {
		width string
		draws []byte
		fails error
		want  [2]int
		says  string
	}{
		{"80", file(t, noise(160, 120)), nil, [2]int{80, 60}, ""},
		{"100%", file(t, noise(160, 120)), nil, [2]int{2, 1}, ""}, // as the view box,
		{"80", []byte("no picture"), nil, [2]int{}, "not a picture"},
		{"80", nil, errors.New("nobody draws it"), [2]int{}, "nobody draws it"},
		{"99999999999", file(t, noise(160, 120)), nil, [2]int{160, 120}, ""},
	} {
		s, times := blockStore(), 0
		s.Vector = func(svg []byte, wide, high int) ([]byte, error) {
			if times++; !bytes.Contains(svg, []byte("viewBox")) || wide != vectorWide || high != vectorHigh {
				t.Errorf("asked for %d×%d of %s", wide, high, svg)
			}
			return tt.draws, tt.fails
		}
		src := Source{Data: fmt.Appendf(nil, drawing, tt.width)}
		wait(s, func() bool { _, known, _ := s.Size(src); return known })
		pixels, _, err := s.Size(src)
		if pixels != tt.want || fmt.Sprint(err) != cmp.Or(tt.says, "<nil>") && (err == nil || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("width %s: %v, %v, want %v %s", tt.width, pixels, err, tt.want, tt.says)
		}
		if tt.says == "" {
			if d := drawn(s, src, Place{Cols: 4, Rows: 3, To: 3}); len(d.Rows(0)) != 3 || times != 1 {
				t.Errorf("width %s: drawn %d times", tt.width, times)
			}
		}
	}
}

// TestStoreBound: a Store forgets what was not used for long.
func TestStoreBound(t *testing.T) {
	s := blockStore()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range 10 {
		s.keep(&item{key: i, cost: maxKept / 4})
		s.use(0)
	}
	if s.bytes > maxKept || s.use(0) == nil || s.use(9) == nil || s.use(5) != nil {
		t.Errorf("%d bytes are kept", s.bytes)
	}
}

// TestNumbers: pictures have numbers that the colours of a cell can say, and an animation is still where
// there are few.
func TestNumbers(t *testing.T) {
	s := NewStore()
	src := Source{Data: animation(t, gif.DisposalNone, 10, 10)}
	s.Style(Style{Protocol: Kitty, Colours: 1 << 24})
	if d := drawn(s, src, Place{Cols: 2, Rows: 1}); len(d.Images) != 2 || d.Images[0].ID < 256 || d.Images[0].ID == d.Images[1].ID {
		t.Errorf("%d pictures", len(d.Images))
	}
	s.Style(Style{Protocol: Kitty, Colours: 256})
	if d := drawn(s, src, Place{Cols: 2, Rows: 1}); len(d.Images) != 1 || d.Images[0].ID > 230 || d.Images[0].ID < 16 {
		t.Errorf("%d pictures", len(d.Images))
	}
	s.Style(Style{Protocol: Kitty, Colours: 1 << 24})
	for range 2 * ownNumbers {
		first, last, alone := s.Numbers()
		if n := s.number(); n < first || n > last || n < 256 || n >= 1<<24 || !alone {
			t.Fatalf("number %d is not from %d to %d, ours", n, first, last)
		}
	}
	s.Style(Style{Protocol: Kitty, Colours: 256})
	if first, last, alone := s.Numbers(); first != 17 || last != 216 || alone {
		t.Errorf("few numbers are from %d to %d", first, last)
	}
	seen := map[uint32]bool{}
	for range 200 {
		n := s.number()
		if at, ok := number(n).To256().Index(); seen[n] || !ok || uint32(at) != n {
			t.Fatalf("number %d is colour %d of a terminal with 256", n, at)
		}
		seen[n] = true
	}
}
