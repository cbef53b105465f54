//go:build browser

package server

import (
	"fmt"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/browser"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/theme"
)

// dressed returns a deck in a theme with a style sheet of its own.
func dressed(t testing.TB, n int, name, css string) *slides.Deck {
	t.Helper()
	titles := make([]string, n)
	for i := range titles {
		titles[i] = fmt.Sprintf("Slide-%d", i+1)
	}
	titles[0] = "A!"
	d := deckOf(titles...)
	d.Meta.Look = theme.Read(theme.Ref{Name: name}, theme.Source{}).Theme
	read, diags := theme.ReadCSS(slides.NewFile("style.css", "", []byte(css)))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	d.Meta.Look.CSS = read
	return d
}

// TestStyleSheet: a deck's style sheet shows at once when it changes, reaches what the author wrote, and neither
// the words about runs nor the buttons that start them.
func TestStyleSheet(t *testing.T) {
	ctx := browser.Start(t)
	s := serve(t)
	s.events <- slides.Loaded{Deck: dressed(t, 2, "light", ".t,figcaption,.st,button{color:#010203}")}
	tb := enter(t, ctx, s)
	const look = `(q => getComputedStyle(document.querySelector(".on " + q)))`
	tb.Until(look + `(".t").color === "rgb(1, 2, 3)"`)
	s.events <- slides.Loaded{Deck: dressed(t, 2, "dark", ".t,figcaption,.st,button,.out,.out *{color:#040506;background:#fff;font-size:40px}\n.body,.slide,p{color:#040506;font-size:1px;white-space:pre}")}
	tb.Until(look + `(".t").color === "rgb(4, 5, 6)"`)
	tb.Until(`getComputedStyle(document.documentElement).backgroundColor === "rgb(21, 23, 28)"`)
	for _, q := range []string{"button[data-run]", ".box>figcaption>span"} {
		if got := browser.Eval[string](tb, look+fmt.Sprintf(`(%q).color`, q)); got == "rgb(4, 5, 6)" {
			t.Errorf("the style sheet colours %s", q)
		}
		if got := browser.Eval[float64](tb, `parseFloat(`+look+fmt.Sprintf(`(%q).fontSize)`, q)); got < 11 || got >= 40 {
			t.Errorf("%s has letters of %v pixels", q, got)
		}
	}
	s.events <- slides.Loaded{Deck: footed(dressed(t, 2, "dark", ""), "new words")}
	tb.Until(`document.querySelector(".on footer").textContent.includes("new words")`)
	tb.Done()
}

// footed gives a deck's theme a footer.
func footed(d *slides.Deck, words string) *slides.Deck {
	d.Meta.Look.Values["footer.style"] = "template"
	d.Meta.Look.Footer = &slides.Footer{Left: slides.FooterPart{Text: []slides.Inline{&slides.Text{Text: words}}}}
	return d
}

// BenchmarkTheme switches the theme of a talk of 1,000 slides until the page has painted it.
func BenchmarkTheme(b *testing.B) {
	ctx := browser.Start(b)
	s := serve(b)
	s.events <- slides.Loaded{Deck: dressed(b, 1000, "light", "")}
	tb := browser.Open(b, ctx, s.url, 1280, 720)
	tb.Visit("/?token=" + ticket)
	ground := func(color string) string {
		return `new Promise(done => { const look = () => getComputedStyle(document.documentElement).backgroundColor === "` + color + `" ? requestAnimationFrame(() => setTimeout(() => done(true), 0)) : requestAnimationFrame(look); look(); })`
	}
	themes := []struct {
		deck  *slides.Deck
		color string
	}{{dressed(b, 1000, "dark", ""), "rgb(21, 23, 28)"}, {dressed(b, 1000, "light", ""), "rgb(252, 251, 248)"}}
	for i := 0; b.Loop(); i++ {
		next := themes[i%2]
		s.events <- slides.Loaded{Deck: next.deck}
		browser.Eval[bool](tb, ground(next.color))
	}
}
