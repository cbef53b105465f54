package html

import (
	"fmt"
	"hash/maphash"
	"reflect"
	"testing"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

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
