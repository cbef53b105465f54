// Package html draws a talk as one self-contained HTML file. In a browser with scripts, the page shows
// one slide at a time with steps, an overview, an index and deep links. Without scripts, it shows all
// slides one after another. A style sheet for print is included.
//
// The page loads nothing from elsewhere, and its content security policy forbids it. Text from the deck
// and from programs cannot become markup, style, script or an address other than http, https and
// mailto; see builder and sheet. A Site has the same page with pictures, style sheet and script in files beside it. The page has speaker notes only if Backend.Notes is set.
//
// A Page also draws single slides and single output boxes. Their bytes are the same as in the whole
// file, so package server can patch a page on screen piece by piece.
package html

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// Backend draws a view as an HTML file. The zero value is ready to use.
type Backend struct {
	// Notes puts the speaker notes into the file, hidden, and a speaker's view that shows them. Anyone with
	// the file can read them.
	Notes bool
	// Link returns the address of a file in the deck's folder to which a link leads, relative to the page, or
	// "" if the page cannot reach it: then the link is text. If Link is nil, all such links are text.
	Link func(*slides.File) string
	// URL is the address at which the page will be found, "" for that of the deck's front matter.
	URL string
	// Preview is a picture of the first slide, for a Site; nil: there is none.
	Preview *Preview
	// Transition shows how one slide becomes the next one, in browsers that can.
	Transition Transition
	// Now is the time for the durations of runs under way; zero: the time of drawing.
	Now time.Time
}

//go:generate go run ../../internal/minify

var _ render.Backend = (*Backend)(nil)

var (
	//go:embed deck.tmpl
	frameSource string
	//go:embed min/deck.css
	styleText string
	//go:embed min/deck.js
	scriptText string
	//go:embed min/copy.js
	copyText string
	//go:embed min/find.js
	findText string
	//go:embed min/tone.js
	toneText string
	//go:embed min/enlarge.js
	enlargeText string
	//go:embed min/controls.js
	controlsText string
	//go:embed min/tables.css
	tablesText string
	//go:embed min/alerts.css
	alertsText string
	//go:embed min/formulas.css
	formulasText string
	//go:embed min/terminals.css
	terminalsText string
	//go:embed min/opening.css
	openingText string
	//go:embed min/listings.css
	listingsText string
	//go:embed min/pictures.css
	picturesText string
	//go:embed min/lists.css
	listsText string
	//go:embed min/quotes.css
	quotesText string
	//go:embed min/sizes.css
	sizesText string
	//go:embed min/broken.css
	brokenSource string
)

// frame is parsed when the first page is written: most runs of slidexec write none.
var frame = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("deck").Funcs(template.FuncMap{"label": stage.Label}).Parse(frameSource))
})

// pageScript returns the script of every page.
func pageScript() string {
	return scriptText + enlargeText + copyText + findText + toneText + controlsText
}

// Sources returns the sources of every page: the frame, the script and the style sheets. A page from
// other sources cannot be patched.
func Sources() string {
	return frameSource + pageScript() + glideText + transitionScript + transitionText + styleText + strings.Join(allChapters(), "") + brokenSource
}

// BrokenStyle returns the style sheet for the content of Page.Broken in an element with the id "broken".
func BrokenStyle() string { return brokenSource }

// Render writes the whole file.
func (b *Backend) Render(w io.Writer, v *render.View) error {
	p := b.Page(v)
	parts, css := p.all()
	return b.frame(p, css).Write(w, parts)
}

// frame returns the frame of an exported page whose slides are drawn.
func (b *Backend) frame(p *Page, css Sheet) *Frame {
	f, v := p.Frame(css), p.view
	f.Style += p.pictures.css()
	f.Card = b.card(p)
	if b.Notes {
		f.pair()
	}
	if v.Broken != nil {
		over := p.Broken(v.Broken)
		f.Style += over.CSS.String() + brokenSource
		f.Aside += `<div id="broken" role="alert">` + string(over.HTML) + "</div>\n"
	}
	return f
}

// Frame is the part of a page around the slides. Its scripts, styles and markup are slidexec's own,
// never text of a deck.
type Frame struct {
	Head
	State   string // of the server when it drew the page, "" in a file
	Version int    // of the deck since the server began, 0 in a file
	Role    string // in which a visitor sees the page, "" in a file
	Turn    string // the style of a Transition, "" if there is none
	Tone    string // "light" or "dark" as the talk's speaker chose, "" if nobody did
	Style   string
	Scripts []string
	Keys    []stage.Binding
	Aside   string // markup after the slides
	Served  bool   // the page may send requests to its own server

	Card            *Card    // of an exported page
	Sheets, Sources []string // addresses of style sheets and scripts in files beside the page
}

// Head holds the facts that apply to a whole page. If they change, a server tells open windows.
type Head struct {
	Title  string `json:"title"` // of the browser window
	Author string `json:"author"`
	Lang   string `json:"lang"`           // of the deck, or else English
	RTL    bool   `json:"rtl"`            // Lang runs from right to left
	Look   string `json:"look,omitempty"` // the style sheet of the deck's theme
	Dark   bool   `json:"dark"`           // the theme is dark, also where the reader's system is light
}

// Head returns the facts that apply to the whole page.
func (p *Page) Head() Head {
	return Head{Title: Clean(p.title), Author: Clean(p.authors()), Lang: p.lang(), RTL: p.rtl, Look: p.look(), Dark: p.darkest}
}

// Frame returns the frame of a page whose slides need css.
func (p *Page) Frame(css Sheet) *Frame {
	return &Frame{
		Head: p.Head(), Keys: stage.Bindings(stage.File), Turn: p.transition.Style,
		Style: styleText + css.String() + p.transition.css(), Scripts: []string{p.script()},
	}
}

// Policy returns the page's content security policy. It allows this one style sheet, these scripts and
// pictures within the page, and forbids loading, sending and framing. Browsers enforce it even if a bug
// turns text of a deck into markup.
func (f *Frame) Policy() string {
	style, script, img := "style-src", "script-src", "img-src data:"
	for _, s := range []string{f.Style, f.Look} {
		if s != "" {
			style += " " + source(s)
		}
	}
	for _, s := range f.Scripts {
		script += " " + source(s)
	}
	if len(f.Sources) > 0 { // browsers compare no hashes of files on a disk
		const beside = " 'self' file:" // not all browsers take files on a disk for 'self'
		style, script, img = style+beside, script+beside, img+beside
	}
	list := []string{
		"default-src 'none'",
		style,
		script,
		img,
		"base-uri 'none'",
		"form-action 'none'",
	}
	if f.Served || strings.Contains(f.Look, "@font-face{") { // a theme may come with fonts while it is served
		list = append(list, "font-src data:")
	}
	if f.Served {
		list = append(list, "connect-src 'self'")
	}
	return strings.Join(list, "; ")
}

// source names an inline element by the hash of its content.
func source(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// trusted is a frame for the template. Its types tell the template which values not to escape.
type trusted struct {
	*Frame
	Style   template.CSS
	Look    template.CSS
	Scripts []template.JS
	Aside   template.HTML
	Table   template.JS // of Keys
}

// table returns bindings as JSON: for each one a list of its action and its keys.
func table(bindings []stage.Binding) template.JS {
	rows := [][]string{}
	for _, b := range bindings {
		rows = append(rows, append([]string{string(b.Action)}, b.Keys...))
	}
	out, err := json.Marshal(rows)
	if err != nil {
		panic(fmt.Sprintf("html: table of keys: %v", err)) // strings always have a JSON form
	}
	return template.JS(strings.ReplaceAll(string(out), `\u003e`, ">")) // only the opening one can begin markup
}

// Write writes the page: the frame around parts, the slides.
func (f *Frame) Write(w io.Writer, parts [][]byte) error {
	t := trusted{Frame: f, Style: template.CSS(f.Style), Look: template.CSS(f.Look), Aside: template.HTML(f.Aside)}
	t.Table = table(f.Keys)
	for _, s := range f.Scripts {
		t.Scripts = append(t.Scripts, template.JS(s))
	}
	if err := frame().ExecuteTemplate(w, "head", t); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write slides: %w", err)
		}
	}
	if err := frame().ExecuteTemplate(w, "foot", t); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// A page draws slides in parts. In a large deck, each part is an element that the page hides as a whole:
// if one of many siblings appears or disappears, browsers examine all of them.
const (
	together = 64 // slides in a part
	large    = 4 * together
)

// all draws every slide, on all cores. The parts are in order.
func (p *Page) all() ([][]byte, Sheet) {
	n := len(p.view.Deck.Slides)
	parts := make([][]byte, (n+together-1)/together)
	sheets := make([]Sheet, len(parts))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(parts)) {
		wg.Go(func() {
			for i := range next {
				from := i * together
				drawn := make([]*Content, min(n-from, together))
				for j := range drawn {
					drawn[j] = p.Content(from + j)
				}
				parts[i], sheets[i] = p.part(from, drawn)
			}
		})
	}
	for i := range parts {
		next <- i
	}
	close(next)
	wg.Wait()
	css := Sheet{}
	for _, s := range sheets {
		css.Merge(s)
	}
	return parts, css
}

// Parts returns the slides of a page in parts, from the drawn content of all slides.
func (p *Page) Parts(drawn []*Content) ([][]byte, Sheet) {
	css := Sheet{}
	parts := make([][]byte, 0, len(drawn)/together+1)
	for from := 0; from < len(drawn); from += together {
		part, sheet := p.part(from, drawn[from:min(from+together, len(drawn))])
		parts = append(parts, part)
		css.Merge(sheet)
	}
	return parts, css
}

// part writes the slides of one part, from number from on.
func (p *Page) part(from int, drawn []*Content) ([]byte, Sheet) {
	size, css := 0, Sheet{}
	for _, c := range drawn {
		size += len(c.HTML) + 512 // for the element around it
		css.Merge(c.CSS)
	}
	b := builder{page: p, buf: make([]byte, 0, size)}
	set := len(p.view.Deck.Slides) > large
	if set {
		b.raw(`<div class="set">` + "\n")
	}
	for j, c := range drawn {
		b.section(from+j, c)
	}
	if set {
		b.raw("</div>\n")
	}
	return b.buf, css
}

// tokens returns the theme's colours as custom properties. The property color-scheme of the root element
// chooses those for light or dark; browsers from before 2024 show light ones. Paper is white.
func (p *Page) tokens() string {
	light, dark := properties(&p.light), properties(&p.dark)
	var both, old strings.Builder
	for i, t := range light {
		fmt.Fprintf(&both, "--%s:%s;", t.name, lightDark(t.hex, dark[i].hex))
		fmt.Fprintf(&old, "--%s:%s;", t.name, t.hex)
	}
	return ":root{" + both.String() + "}\n" +
		"@supports not (color:light-dark(#000,#fff)){:root{" + old.String() + "}}\n" +
		"@media print{:root{--bg:#ffffff;color-scheme:light!important}}\n"
}

// property is a colour with its name in the style sheet.
type property struct{ name, hex string }

func properties(pal *render.Palette) []property {
	var out []property
	for _, t := range []struct {
		name  string
		color ansi.Color
	}{
		{"bg", pal.Background}, {"panel", pal.Panel}, {"line", pal.Hairline}, {"text", pal.Text}, {"dim", pal.Dim},
		{"accent", pal.Accent}, {"ok", pal.OK}, {"err", pal.Error}, {"note", pal.Note}, {"key", pal.Keyword},
		{"str", pal.String}, {"fn", pal.Function}, {"num", pal.Number}, {"type", pal.Type},
	} {
		out = append(out, property{t.name, pal.RGB(t.color).Hex()})
	}
	for i, c := range pal.ANSI {
		out = append(out, property{fmt.Sprintf("a%d", i), pal.RGB(c).Hex()})
	}
	return out
}

// lightDark returns the CSS of a colour that differs on light and dark backgrounds.
func lightDark(light, dark string) string {
	if light == dark {
		return light
	}
	return "light-dark(" + light + "," + dark + ")"
}

func (p *Page) lang() string { return render.Lang(p.view.Deck) }

// rightToLeft are languages whose slides run from right to left.
var rightToLeft = map[string]bool{"ar": true, "fa": true, "he": true, "ur": true, "yi": true, "ps": true, "sd": true, "ug": true, "dv": true}

func (p *Page) authors() string { return render.Authors(p.view.Deck) }
