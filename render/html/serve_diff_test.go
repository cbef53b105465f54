package html

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// apply does to old what splices say, as a window does: from the last to the first.
func apply(old, cur []uint64, changes []splice) []uint64 {
	out := slices.Clone(old)
	for _, c := range slices.Backward(changes) {
		out = slices.Replace(out, c.at, c.at+c.removed, cur[c.from:c.to]...)
	}
	return out
}

func TestDiff(t *testing.T) {
	for _, tt := range []struct {
		old, cur string
		want     []splice
	}{
		{"abc", "abc", nil},
		{"", "abc", []splice{{0, 0, 0, 3}}},
		{"abc", "", []splice{{0, 3, 0, 0}}},
		{"abc", "aXc", []splice{{1, 1, 1, 2}}},
		{"abc", "aXbc", []splice{{1, 0, 1, 2}}},
		{"abcd", "acd", []splice{{1, 1, 1, 1}}},
		{"abcdef", "aXcdeY", []splice{{1, 1, 1, 2}, {5, 1, 5, 6}}},
		{"abcdef", "fabcde", []splice{{0, 0, 0, 1}, {5, 1, 6, 6}}},
		{"abcdef", "bcXdefa", []splice{{0, 1, 0, 0}, {3, 0, 2, 3}, {6, 0, 6, 7}}},
		{"aaaa", "aaaaa", []splice{{4, 0, 4, 5}}},
		{"xaaay", "zaaaw", []splice{{0, 5, 0, 5}}}, // nothing to hold on to
	} {
		if got := diff(letters(tt.old), letters(tt.cur)); !slices.Equal(got, tt.want) {
			t.Errorf("diff(%s, %s) = %v, want %v", tt.old, tt.cur, got, tt.want)
		}
	}
}

func letters(s string) []uint64 {
	var out []uint64
	for _, c := range s {
		out = append(out, uint64(c))
	}
	return out
}

// TestDiffOfAnything makes sure that splices make one list into the other, and that places of
// slides that stayed are followed.
func TestDiffOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := func() []uint64 {
		out := make([]uint64, r.IntN(12))
		for i := range out {
			out[i] = r.Uint64N(10)
		}
		return out
	}
	for range 20000 {
		old, cur := some(), some()
		changes := diff(old, cur)
		if got := apply(old, cur, changes); !slices.Equal(got, cur) {
			t.Fatalf("diff(%v, %v) = %v, which makes %v", old, cur, changes, got)
		}
		for i, p := range old {
			replaced := slices.ContainsFunc(changes, func(c splice) bool { return c.at <= i && i < c.at+c.removed })
			if to := follow(i, changes); !replaced && (to >= len(cur) || cur[to] != p) || to < 0 || to > len(cur) {
				t.Fatalf("diff(%v, %v) = %v: slide %d is followed to %d", old, cur, changes, i, to)
			}
		}
	}
}

// TestPrintCoversDrawing changes everything in a deck that can be changed, one thing at a time. If
// that changes what is drawn of a slide, its fingerprint has to change too.
func TestPrintCoversDrawing(t *testing.T) {
	seed, changed := maphash.MakeSeed(), 0
	look := func(v *render.View, i int) (string, uint64) {
		p := (&Backend{Now: clock}).Live(v)
		c := p.Content(i)
		print, _ := p.Printer(seed).Print(i)
		return string(c.HTML) + c.CSS.String(), print
	}
	for name, v := range map[string]*render.View{"talk": talk(), "everything": everything()} {
		for i, s := range v.Deck.Slides {
			if name == "talk" && i > 0 && i != 13 {
				continue
			}
			drawn, print := look(v, i)
			check := func(path string) {
				if d, p := look(v, i); d != drawn {
					changed++
					if p == print {
						t.Errorf("%s, slide %d: %s is drawn, but not in the fingerprint", name, i+1, path)
					}
				}
			}
			mutate(reflect.ValueOf(s), fmt.Sprintf("slide %d", i+1), map[any]bool{}, check)
			if s.Intro {
				mutate(reflect.ValueOf(&v.Deck.Meta), "meta", map[any]bool{}, check)
			}
		}
	}
	if changed < 150 {
		t.Errorf("only %d changes were seen: the test is blind", changed)
	}
}

// mutate changes each value below v in turn, calls check, and puts it back.
func mutate(v reflect.Value, path string, seen map[any]bool, check func(path string)) {
	set := func(to reflect.Value) {
		if !v.CanSet() {
			return
		}
		old := reflect.ValueOf(v.Interface())
		v.Set(to.Convert(v.Type()))
		check(path)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Interface()] || v.Type() == reflect.TypeFor[*slides.File]() {
			return
		}
		seen[v.Interface()] = true
		mutate(v.Elem(), path, seen, check)
	case reflect.Interface:
		if !v.IsNil() {
			mutate(v.Elem(), path, seen, check)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Type != reflect.TypeFor[slides.Key]() { // results go by keys
				mutate(v.Field(i), path+"."+f.Name, seen, check)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			mutate(v.Index(i), fmt.Sprintf("%s[%d]", path, i), seen, check)
		}
		if v.Len() > 0 {
			set(v.Slice(0, v.Len()-1))
		}
	case reflect.String:
		set(reflect.ValueOf(v.String() + "x"))
	case reflect.Bool:
		set(reflect.ValueOf(!v.Bool()))
	case reflect.Int, reflect.Uint8:
		set(reflect.ValueOf(v.Convert(reflect.TypeFor[int]()).Int() + 1))
	}
}
