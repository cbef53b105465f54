package html

import (
	"hash/maphash"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/mutate"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// TestPrintCoversDrawing changes everything in a view that can be changed, one thing at a time: the
// deck with its front matter, every slide, the theme, the results. If that changes what is drawn of a
// slide, its fingerprint has to change too, or it has to be a result under one of its keys.
func TestPrintCoversDrawing(t *testing.T) {
	v := everything()
	light, dark := render.Palette{}, render.Palette{}
	v.Theme = &render.Theme{Light: &light, Dark: &dark}
	w := watched{t: t, v: v, seed: maphash.MakeSeed(), seen: map[string]int{}}
	for i := range v.Deck.Slides {
		w.before = append(w.before, w.look(i, w.printer()))
	}
	leave := func(typ reflect.Type) bool {
		return slices.Contains([]reflect.Type{reflect.TypeFor[*slides.File](), reflect.TypeFor[slides.Key](), reflect.TypeFor[[]*slides.Slide]()}, typ)
	}
	mutate.Each(reflect.ValueOf(v.Deck), "deck", leave, func(path string) { w.compare("deck", path, 2) })
	mutate.Each(reflect.ValueOf(v.Theme), "theme", leave, func(path string) { w.compare("theme", path, 1) })
	for i, s := range v.Deck.Slides { // what is on one is seldom drawn on others
		w.always = i
		mutate.Each(reflect.ValueOf(s), "slide", leave, func(path string) {
			if strings.HasSuffix(path, "Blocks") { // but where an output stands is
				w.compare("slide", path, 1)
				return
			}
			w.compare("slide", path, 41)
		})
	}
	for k, r := range v.Results {
		old := r
		w.key = k
		mutate.Each(reflect.ValueOf(&r), "result", leave, func(path string) {
			v.Results[k] = r
			w.compare("result", path, 7)
			v.Results[k] = old
		})
	}
	for what, least := range map[string]int{"deck": 10, "slide": 150, "theme": 5, "result": 30} {
		if w.seen[what] < least {
			t.Errorf("only %d changes of the %s were seen: the test is blind", w.seen[what], what)
		}
	}
}

// watched is a view whose slides are drawn again and again.
type watched struct {
	t      *testing.T
	v      *render.View
	seed   maphash.Seed
	before []looked
	seen   map[string]int // changes of drawings
	n      int
	always int        // a slide that is looked at each time
	key    slides.Key // whose result is changed
}

// looked is what a server knows of a slide.
type looked struct {
	text  string
	print uint64
	keys  []slides.Key
}

func (w *watched) printer() *Printer { return (&Backend{Now: clock}).Live(w.v).Printer(w.seed) }

func (w *watched) look(i int, p *Printer) looked {
	c := p.page.Content(i)
	d := looked{text: string(c.HTML) + c.CSS.String()}
	d.print, d.keys = p.Print(i)
	return d
}

// compare looks at one slide of so many, at others each time.
func (w *watched) compare(what, path string, oneOf int) {
	p := w.printer()
	w.n++
	for i, before := range w.before {
		if i != w.always && (i+w.n)%oneOf != 0 {
			continue
		}
		now := w.look(i, p)
		if now.text == before.text {
			continue
		}
		w.seen[what]++
		if now.print == before.print && !slices.Contains(now.keys, w.key) {
			w.t.Errorf("slide %d: %s is drawn, but not in the fingerprint", i+1, path)
		}
	}
}

// What is said once for the whole page is drawn on every slide.
func TestPrintCoversPage(t *testing.T) {
	seed := maphash.MakeSeed()
	for what, change := range map[string]func(*Page){
		"direction": func(p *Page) { p.rtl = !p.rtl },
		"notes":     func(p *Page) { p.notes = !p.notes },
		"live":      func(p *Page) { p.live = !p.live },
		"light":     func(p *Page) { p.light.Text++ },
		"dark":      func(p *Page) { p.dark.Text++ },
		"darkest":   func(p *Page) { p.darkest = !p.darkest },
		"footer": func(p *Page) {
			p.view.Deck.Meta.Look = &slides.Theme{Values: map[string]string{}, Footer: &slides.Footer{Left: slides.FooterPart{Text: words("x")}}}
		},
		"words": func(p *Page) {
			p.view.Deck.Meta.Look = &slides.Theme{Values: map[string]string{"alert.styles.tip.title": "Hm"}}
		},
	} {
		p := (&Backend{Now: clock}).Page(everything())
		prints := func() (out []uint64) {
			for i := range p.view.Deck.Slides { // the colours of the theme are in those that mix them with others
				n, _ := p.Printer(seed).Print(i)
				out = append(out, n)
			}
			return out
		}
		before := prints()
		change(p)
		if now := prints(); slices.Equal(now, before) {
			t.Errorf("the %s of the page is not in fingerprints", what)
		}
	}
}

// derived are the fields of a page that its fingerprints do not have, with the reason.
var derived = map[string]string{
	"Now":        "for runs under way: who shows them draws them again by the clock",
	"view":       "what is in it: TestPrintCoversDrawing",
	"transition": "the same as long as a page lives, and drawn around a slide, not on it",
	"gap":        "of the theme's column_layout, which is in drawnWords",
	"worn":       "drawn around a slide, not on it, by Head",
	"title":      "drawn around a slide, not on it, by Head",
	"code":       "the same for the same listing",
	"pictures":   "the same for the same file",
	"site":       "for whole pages, which have no fingerprints",
	"link":       "for whole pages, which have no fingerprints",
	"copies":     "asked of it for each copy",
	"slugs":      "asked of it for each link",
	"repeated":   "for whole pages, which have no fingerprints",
}

// A field that is added to Page is in TestPrintCoversPage or in the list above.
func TestPrintKnowsPage(t *testing.T) {
	known := strings.Fields("rtl notes live light dark darkest")
	for f := range reflect.TypeFor[Page]().Fields() {
		if _, ok := derived[f.Name]; ok == slices.Contains(known, f.Name) {
			t.Errorf("Page.%s: say whether it is in fingerprints", f.Name)
		}
	}
}
